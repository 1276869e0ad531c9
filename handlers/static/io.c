/* The real system calls. */
#define _GNU_SOURCE
#include "handlers/static/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

int h1_static_io_openat2(int dir, const char *path, int flags,
                         uint64_t resolve) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)(unsigned)flags;
  how.resolve = resolve;
  const long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
  return fd < 0 ? -errno : (int)fd;
}

int h1_static_io_openat(int dir, const char *path, int flags) {
  const int fd = openat(dir, path, flags);
  return fd < 0 ? -errno : fd;
}

int h1_static_io_real_path(int fd, char *room, size_t size) {
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  const ssize_t len = readlink(name, room, size);
  if (len < 0) return -errno;
  return (size_t)len < size ? (int)len : -ENAMETOOLONG;
}

int h1_static_io_fstat(int fd, struct stat *st) {
  return fstat(fd, st) < 0 ? -errno : 0;
}

int h1_static_io_stat_at(int dir, const char *name, struct stat *st) {
  return fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

bool h1_static_io_may_read(int dir, const char *name, bool folder) {
  return faccessat(dir, name, folder ? X_OK : R_OK, AT_EACCESS) == 0;
}

ssize_t h1_static_io_getdents(int dir, void *room, size_t size) {
  const long got = syscall(SYS_getdents64, dir, room, size);
  return got < 0 ? -errno : got;
}

ssize_t h1_static_io_pread(int fd, void *room, size_t size, uint64_t offset) {
  const ssize_t got = pread(fd, room, size, (off_t)offset);
  return got < 0 ? -errno : got;
}

ssize_t h1_static_io_pread_nowait(int fd, void *room, size_t size,
                                  uint64_t offset) {
  const struct iovec part = {room, size};
  const ssize_t got = preadv2(fd, &part, 1, (off_t)offset, RWF_NOWAIT);
  return got < 0 ? -errno : got;
}

ssize_t h1_static_io_pread_cached(int fd, void *room, size_t size,
                                  uint64_t offset) {
  const ssize_t got = h1_static_io_pread_nowait(fd, room, size, offset);
  const bool cannot_tell =
      got == -EOPNOTSUPP || got == -ENOSYS || got == -EINVAL;
  return cannot_tell ? h1_static_io_pread(fd, room, size, offset) : got;
}

int h1_static_io_dup(int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? -errno : copy;
}

bool h1_static_io_is_local(int fd) {
  /* What is not here may be a network's or a program's. */
  static const uint64_t local[] = {
      0xEF53 /* ext */,          0x58465342 /* xfs */,
      0x9123683E /* btrfs */,    0x01021994 /* tmpfs */,
      0x858458F6 /* ramfs */,    0x794C7630 /* overlay */,
      0xF2F52010 /* f2fs */,     0x73717368 /* squashfs */,
      0xE0F5E1E2 /* erofs */,    0x2FC12FC1 /* zfs */,
      0xCA451A4E /* bcachefs */, 0x9660 /* iso9660 */,
      0x4D44 /* fat */,          0x2011BAB0 /* exfat */,
      0x3153464A /* jfs */,      0x7366746E /* ntfs3 */,
  };
  struct statfs fs;
  if (fstatfs(fd, &fs) < 0) return false;
  for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
    if ((uint64_t)(uint32_t)fs.f_type == local[i]) return true;
  }
  return false;
}

uint64_t h1_static_io_device(int fd) {
  struct statx stx;
  if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &stx) < 0) return 0;
  return (uint64_t)stx.stx_dev_major << 32 | stx.stx_dev_minor;
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
