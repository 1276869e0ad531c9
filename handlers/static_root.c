/* See static_root.h. Paths were decoded and normalised by h1_path_decode, so
 * there is no ".." in them; that every segment with a leading '.' is refused
 * says it a second time, for the mode in which the kernel does not. */
#define _GNU_SOURCE
#include "handlers/static_root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "handlers/static_io.h"

enum {
  FOLDER_FLAGS = O_PATH | O_DIRECTORY | O_CLOEXEC,
  /* NONBLOCK: a FIFO without a writer must not stop the worker. NOCTTY: a
   * terminal must not become ours. */
  FILE_FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
  ATTEMPTS = 8
};
#define NAME_BYTES_MAX ((size_t)255)
/* "index.html" and its NUL are appended to a path that ends in '/'. */
#define PATH_RESERVE ((size_t)16)

static bool worth_retrying(int result) {
  return result == -EAGAIN || result == -EINTR;
}

/* openat2 says EAGAIN when a rename somewhere in the system raced with the
 * walk. */
static int open_beneath(int dir, const char *path, int flags) {
  int fd = -EAGAIN;
  for (int i = 0; i < ATTEMPTS && worth_retrying(fd); i++) {
    fd = h1_static_io_open_beneath(dir, path, flags);
  }
  return fd;
}

static int open_one(int dir, const char *name, int flags) {
  int fd = -EINTR;
  for (int i = 0; i < ATTEMPTS && worth_retrying(fd); i++) {
    fd = h1_static_io_openat(dir, name, flags);
  }
  return fd;
}

int h1_static_root_probe(const char *path) {
  const int root = open_one(AT_FDCWD, path, FOLDER_FLAGS);
  if (root < 0) return root;
  const int fd = open_beneath(root, ".", FOLDER_FLAGS);
  if (fd >= 0) h1_static_io_close(fd);
  h1_static_io_close(root);
  return fd >= 0 ? 1 : 0;
}

void h1_static_root_init(h1_static_root *r, const char *path, bool beneath) {
  r->path = path;
  r->beneath = beneath;
  r->fd = -1;
  r->opened_ms = 0;
}

void h1_static_root_close(h1_static_root *r) {
  if (r->fd >= 0) h1_static_io_close(r->fd);
  r->fd = -1;
}

int h1_static_root_refresh(h1_static_root *r, uint64_t now_ms) {
  if (r->fd >= 0 && now_ms - r->opened_ms <= H1_STATIC_ROOT_AGE_MS) return 0;
  /* Closed first, so that a process at its descriptor limit needs no more. */
  h1_static_root_close(r);
  const int fd = open_one(AT_FDCWD, r->path, FOLDER_FLAGS);
  if (fd < 0) return fd;
  r->fd = fd;
  r->opened_ms = now_ms;
  return 0;
}

/* One component after the other, none of them a symbolic link. */
static int open_by_component(int root, char *path) {
  int dir = root;
  char *name = path;
  for (;;) {
    char *slash = strchr(name, '/');
    if (slash != NULL) *slash = '\0';
    const int flags = (slash != NULL ? FOLDER_FLAGS : FILE_FLAGS) | O_NOFOLLOW;
    const int fd = open_one(dir, name, flags);
    if (dir != root) h1_static_io_close(dir);
    if (slash == NULL) return fd;
    *slash = '/';
    if (fd < 0) return fd;
    dir = fd;
    name = slash + 1;
  }
}

int h1_static_root_open(const h1_static_root *r, char *path) {
  if (r->beneath) return open_beneath(r->fd, path, FILE_FLAGS);
  return open_by_component(r->fd, path);
}

static bool segment_allowed(h1_slice path, size_t from, size_t to) {
  static const char well_known[] = ".well-known";
  const size_t len = to - from;
  if (len == 0) return to == path.len; /* behind the last '/' */
  if (len > NAME_BYTES_MAX) return false;
  if (path.ptr[from] != '.') return true;
  return from == 0 && len == sizeof well_known - 1 &&
         memcmp(path.ptr, well_known, len) == 0;
}

bool h1_static_path_allowed(h1_slice path) {
  if (path.len == 0) return true;
  if (path.len > H1_STATIC_PATH_BYTES - PATH_RESERVE) return false;
  if (memchr(path.ptr, '\0', path.len) != NULL) return false;
  size_t from = 0;
  while (from <= path.len) {
    const uint8_t *slash = memchr(path.ptr + from, '/', path.len - from);
    const size_t to = slash == NULL ? path.len : (size_t)(slash - path.ptr);
    if (!segment_allowed(path, from, to)) return false;
    from = to + 1;
  }
  return true;
}

h1_static_fault h1_static_fault_of(int e) {
  switch (e) {
    case -EMFILE:
    case -ENFILE:
    case -ENOMEM:
    case -EAGAIN: /* after all attempts */
    case -EINTR:
      return H1_STATIC_BUSY;
    case -EIO:
    case -EBADF:
    case -ESTALE:
    case -ENOTCONN: /* a network or user-space file system went away */
    case -ETIMEDOUT:
      return H1_STATIC_BROKEN;
    default:
      /* Not there, not a folder, a loop or a way out of the root, no right to
       * read: to the outside all of them are "not found". */
      return H1_STATIC_ABSENT;
  }
}
