/* Counts calls to the allocator, by taking the place of its functions before
 * the C library's own. They pass on to the names under which glibc exports the
 * real ones, so that nothing has to be looked up while allocating. */
#define _GNU_SOURCE
#include "tests/support/malloc_counter.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define REAL extern __attribute__((visibility("default")))

REAL void *__libc_malloc(size_t size);
REAL void *__libc_calloc(size_t count, size_t size);
REAL void *__libc_realloc(void *old, size_t size);
REAL void *__libc_memalign(size_t alignment, size_t size);

static struct h1_malloc_counter *shared;

__attribute__((constructor)) static void map_counter(void) {
  const char *path = getenv(H1_MALLOC_COUNTER_FILE);
  const int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *map =
      mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) shared = map;
}

static void count(size_t bytes) {
  if (shared == NULL) return;
  __atomic_fetch_add(&shared->calls, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&shared->bytes, bytes, __ATOMIC_RELAXED);
}

void *malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
  count(members * size);
  return __libc_calloc(members, size);
}

void *realloc(void *old, size_t size) {
  count(size);
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  count(size);
  void *const block = __libc_memalign(alignment, size);
  if (block == NULL) return ENOMEM;
  *out = block;
  return 0;
}
