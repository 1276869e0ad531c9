/* Every system call of the static file handler, so that a test can put another
 * implementation in its place at link time and let any of them fail.
 *
 * Results below zero are negated errno values; errno itself means nothing
 * here. Nothing retries: that is the caller's decision. */
#ifndef H1_HANDLERS_STATIC_IO_H_
#define H1_HANDLERS_STATIC_IO_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Below folder `dir` and never outside it, no /proc magic links:
 * openat2(2) with RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS. */
int h1_static_io_open_beneath(int dir, const char *path, int flags);
int h1_static_io_openat(int dir, const char *path, int flags);
int h1_static_io_fstat(int fd, struct stat *st);
ssize_t h1_static_io_pread(int fd, void *room, size_t size, uint64_t offset);
void h1_static_io_close(int fd);

/* Zeroed memory, given to the process as it is touched; NULL when there is
 * none. */
void *h1_static_io_map(size_t bytes);
void h1_static_io_unmap(void *memory, size_t bytes);

/* Fills all of `room` with random bytes, or fails. */
int h1_static_io_random(void *room, size_t size);

#ifdef __cplusplus
}
#endif
#endif
