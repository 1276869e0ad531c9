/* Every system call of the static file handler, so that a test can put another
 * implementation in its place at link time and let any of them fail.
 *
 * Results below zero are negated errno values; errno itself means nothing
 * here. Nothing retries: that is the caller's decision. */
#ifndef H1_HANDLERS_STATIC_IO_H_
#define H1_HANDLERS_STATIC_IO_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* openat2(2); `resolve`: RESOLVE_BENEATH and its like. */
int h1_static_io_openat2(int dir, const char *path, int flags,
                         uint64_t resolve);
int h1_static_io_openat(int dir, const char *path, int flags);
/* The path of what `fd` is, without a NUL, as /proc tells it. Its length, or
 * -ENAMETOOLONG when `room` is not larger than it. */
int h1_static_io_real_path(int fd, char *room, size_t size);
int h1_static_io_fstat(int fd, struct stat *st);
/* The same of a name in the folder `dir`, of a link itself. */
int h1_static_io_stat_at(int dir, const char *name, struct stat *st);
/* Whether this process may read it, or with `folder` open what is in it. */
bool h1_static_io_may_read(int dir, const char *name, bool folder);
/* getdents64(2): as many entries of a folder as fit; 0 at the end. */
ssize_t h1_static_io_getdents(int dir, void *room, size_t size);
ssize_t h1_static_io_pread(int fd, void *room, size_t size, uint64_t offset);
/* The same as far as the bytes are in memory: -EAGAIN for those that are not,
 * -EOPNOTSUPP where the file system cannot tell. */
ssize_t h1_static_io_pread_nowait(int fd, void *room, size_t size,
                                  uint64_t offset);
/* The same, and where it cannot tell, as if they were in memory. */
ssize_t h1_static_io_pread_cached(int fd, void *room, size_t size,
                                  uint64_t offset);
void h1_static_io_close(int fd);
int h1_static_io_dup(int fd);

/* Whether `fd` is on a file system of this machine: one that is fast, or at
 * least answers. */
bool h1_static_io_is_local(int fd);
/* The device `fd` is on, without asking a file system that is not; 0 when it is
 * not known. */
uint64_t h1_static_io_device(int fd);

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
