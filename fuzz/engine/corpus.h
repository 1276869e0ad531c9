/* The files of a corpus, for the programs that take a fuzzer's place. */
#ifndef H1_FUZZ_ENGINE_CORPUS_H_
#define H1_FUZZ_ENGINE_CORPUS_H_

#include <stddef.h>
#include <stdint.h>

/* Shows every file of `path`, a file or a folder, in sorted order: a failure
 * that depends on what ran before repeats. Each is in a block of exactly its
 * size. The name is printed first, so that the last line of a crashed run names
 * the file. A path that is missing is an empty folder. Returns how many files
 * there were. */
size_t corpus_each(const char *path, void (*show)(const uint8_t *, size_t));

/* Ends the process with errno's text. */
void corpus_die(const char *what, const char *path) __attribute__((noreturn));

#endif
