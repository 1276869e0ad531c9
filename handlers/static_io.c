/* The real system calls. */
#define _GNU_SOURCE
#include "handlers/static_io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

int h1_static_io_open_beneath(int dir, const char *path, int flags) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)(unsigned)flags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
  return fd < 0 ? -errno : (int)fd;
}

int h1_static_io_openat(int dir, const char *path, int flags) {
  const int fd = openat(dir, path, flags);
  return fd < 0 ? -errno : fd;
}

int h1_static_io_fstat(int fd, struct stat *st) {
  return fstat(fd, st) < 0 ? -errno : 0;
}

ssize_t h1_static_io_pread(int fd, void *room, size_t size, uint64_t offset) {
  const ssize_t got = pread(fd, room, size, (off_t)offset);
  return got < 0 ? -errno : got;
}

/* Linux frees the descriptor whatever close says, so there is nothing to do
 * about an error of a file that was only read. */
void h1_static_io_close(int fd) { (void)close(fd); }

void *h1_static_io_map(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void h1_static_io_unmap(void *memory, size_t bytes) {
  (void)munmap(memory, bytes);
}

int h1_static_io_random(void *room, size_t size) {
  const ssize_t got = getrandom(room, size, 0);
  if (got < 0) return -errno;
  return (size_t)got == size ? 0 : -EIO;
}
