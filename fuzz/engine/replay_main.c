/* Runs a fuzz harness over files instead of under a fuzzer: the corpus as a
 * plain test, in any build. Arguments are files or folders; a folder that is
 * missing is an empty one, because not every target has regressions, but having
 * found no file at all is a failure: such a test would check nothing.
 *
 * Each input is shown twice. A block of exactly its size lets AddressSanitizer
 * see a read on either side; a copy that ends at an unreadable page faults on a
 * read past the end in a build without any sanitizer. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/engine/corpus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static void run_before_guard_page(const uint8_t *bytes, size_t size) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t room = (size + page - 1) / page * page;
  uint8_t *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) corpus_die("mmap", "guard page");
  if (mprotect(map + room, page, PROT_NONE) != 0) {
    corpus_die("mprotect", "guard page");
  }
  if (size != 0) memcpy(map + room - size, bytes, size);
  LLVMFuzzerTestOneInput(map + room - size, size);
  munmap(map, room + page);
}

static void replay(const uint8_t *bytes, size_t size) {
  LLVMFuzzerTestOneInput(bytes, size);
  run_before_guard_page(bytes, size);
}

int main(int argc, char **argv) {
  size_t files = 0;
  if (LLVMFuzzerInitialize != NULL) LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; i++) files += corpus_each(argv[i], replay);
  if (files == 0) {
    fprintf(stderr, "no file was replayed: the corpus is missing\n");
    return 1;
  }
  printf("%zu files replayed\n", files);
  return 0;
}
