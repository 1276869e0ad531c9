/* See root.h. Paths were decoded and normalised by h1_path_decode, so
 * there is no ".." in them; that every segment with a leading '.' is refused
 * says it a second time, for the mode in which the kernel does not. */
#define _GNU_SOURCE
#include "handlers/static/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

#include "handlers/static/io.h"
#include "handlers/static/links.h"

enum {
  FOLDER_FLAGS = O_PATH | O_DIRECTORY | O_CLOEXEC,
  /* NONBLOCK: a FIFO without a writer must not stop the worker. NOCTTY: a
   * terminal must not become ours. */
  FILE_FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
  ATTEMPTS = 8
};
#define NAME_BYTES_MAX ((size_t)255)
/* For what is appended: an ending (load.h), and that of a sibling. */
#define PATH_RESERVE ((size_t)80)

static bool worth_retrying(int result) {
  return result == -EAGAIN || result == -EINTR;
}

/* openat2 says EAGAIN when a rename somewhere in the system raced with the
 * walk. */
static int open_resolving(int dir, const char *path, int flags,
                          uint64_t resolve) {
  int fd = -EAGAIN;
  for (int i = 0; i < ATTEMPTS && worth_retrying(fd); i++) {
    fd = h1_static_io_openat2(dir, path, flags, resolve);
  }
  return fd;
}

/* Only when every folder on the way is in memory; -EAGAIN also for all that a
 * thread that may wait should decide. */
static int open_cached(const h1_static_root *r, int dir, const char *path,
                       int flags, uint64_t resolve) {
  if (!r->has_openat2) return -EAGAIN;
  const int fd =
      h1_static_io_openat2(dir, path, flags, resolve | RESOLVE_CACHED);
  const bool decides_otherwise = fd == -EINTR || fd == -EINVAL || fd == -EXDEV;
  return decides_otherwise ? -EAGAIN : fd;
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
  int fd = open_resolving(root, ".", FOLDER_FLAGS, RESOLVE_BENEATH);
  const bool has_openat2 = fd >= 0;
  if (!has_openat2) fd = open_one(root, ".", FOLDER_FLAGS);
  if (fd >= 0) h1_static_io_close(fd);
  h1_static_io_close(root);
  if (fd < 0) return fd;
  return has_openat2 ? 1 : 0;
}

void h1_static_root_init(h1_static_root *r, const char *path, bool has_openat2,
                         h1_static_links links) {
  r->path = path;
  r->has_openat2 = has_openat2;
  r->links = links;
  r->fd = -1;
  r->opened_ms = 0;
  r->gone_ms = 0;
  r->missed_ms = 0;
  memset(r->absent, 0, sizeof r->absent);
  memset(&r->key, 0, sizeof r->key);
  r->cached_only = false;
  r->local = false;
  r->local_device = 0;
}

void h1_static_root_close(h1_static_root *r) {
  if (r->fd >= 0) h1_static_io_close(r->fd);
  r->fd = -1;
}

bool h1_static_root_may_return(const h1_static_root *r, uint64_t now_ms) {
  return r->missed_ms != 0 && now_ms - r->gone_ms < H1_STATIC_ROOT_GONE_MS;
}

/* Whether the folder that was opened before may stand in for one that is not
 * there. What was missed long ago may have been there since, unasked for. */
static bool still_serves(h1_static_root *r, uint64_t now_ms) {
  if (r->missed_ms == 0 || now_ms - r->missed_ms > H1_STATIC_ROOT_GONE_MS) {
    r->gone_ms = now_ms;
  }
  r->missed_ms = now_ms;
  return r->fd >= 0 && now_ms - r->gone_ms <= H1_STATIC_ROOT_GONE_MS;
}

static int open_top(const h1_static_root *r) {
  return r->cached_only ? open_cached(r, AT_FDCWD, r->path, FOLDER_FLAGS, 0)
                        : open_one(AT_FDCWD, r->path, FOLDER_FLAGS);
}

static void find_locality(h1_static_root *r) {
  const uint64_t device = h1_static_io_device(r->fd);
  if (r->cached_only) {
    r->local = device != 0 && device == r->local_device;
    return;
  }
  r->local = h1_static_io_is_local(r->fd);
  if (r->local) r->local_device = device;
}

int h1_static_root_refresh(h1_static_root *r, uint64_t now_ms,
                           uint64_t age_ms) {
  const bool may_stay = r->fd >= 0 && age_ms > 0;
  if (may_stay && now_ms - r->opened_ms <= age_ms) {
    /* A worker that opened it could not find that out. */
    if (!r->cached_only && !r->local) find_locality(r);
    return 0;
  }
  int fd = open_top(r);
  if (fd == -EMFILE && r->fd >= 0) {
    /* At the limit of descriptors the old one makes room for the new one. */
    h1_static_root_close(r);
    fd = open_top(r);
  }
  if (r->cached_only && fd == -EAGAIN) return fd;
  if (fd < 0 && still_serves(r, now_ms)) return 0;
  h1_static_root_close(r);
  if (fd < 0) {
    return h1_static_fault_of(fd) == H1_STATIC_ABSENT ? -ENOMEDIUM : fd;
  }
  r->fd = fd;
  find_locality(r);
  r->opened_ms = now_ms;
  r->missed_ms = 0;
  memset(r->absent, 0, sizeof r->absent);
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

static int open_without_links(const h1_static_root *r, char *path) {
  if (!r->has_openat2) return open_by_component(r->fd, path);
  return open_resolving(
      r->fd, path, FILE_FLAGS,
      RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
}

static int open_with_all_links(const h1_static_root *r, const char *path) {
  if (!r->has_openat2) return open_one(r->fd, path, FILE_FLAGS);
  return open_resolving(r->fd, path, FILE_FLAGS, RESOLVE_NO_MAGICLINKS);
}

/* Whether the kernel may have said no because of a symbolic link: one that
 * leaves the root on its way, or any when none is followed. */
static bool met_a_link(const h1_static_root *r, int e) {
  if (r->has_openat2) return e == -EXDEV;
  return e == -ELOOP || e == -ENOTDIR;
}

static int open_beneath(const h1_static_root *r, char *path) {
  char real[H1_STATIC_PATH_BYTES];
  const int fd = r->has_openat2
                     ? open_resolving(r->fd, path, FILE_FLAGS,
                                      RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)
                     : open_by_component(r->fd, path);
  if (!met_a_link(r, fd)) return fd;
  const int e = h1_static_links_resolve(r->fd, path, real);
  return e < 0 ? e : open_without_links(r, real);
}

/* RESOLVE_NO_XDEV: a file system mounted below may be of another kind. */
static int open_in_memory(const h1_static_root *r, const char *path) {
  uint64_t resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  if (!r->local) return -EAGAIN;
  if (r->links != H1_STATIC_LINKS_ALL) resolve |= RESOLVE_BENEATH;
  if (r->links == H1_STATIC_LINKS_NONE) resolve |= RESOLVE_NO_SYMLINKS;
  return open_cached(r, r->fd, path, FILE_FLAGS, resolve);
}

int h1_static_root_open(const h1_static_root *r, char *path) {
  if (r->cached_only) return open_in_memory(r, path);
  switch (r->links) {
    case H1_STATIC_LINKS_NONE:
      return open_without_links(r, path);
    case H1_STATIC_LINKS_ALL:
      return open_with_all_links(r, path);
    case H1_STATIC_LINKS_BENEATH:
      break;
  }
  return open_beneath(r, path);
}

bool h1_static_root_lacks(const h1_static_root *r, const char *path) {
  char whole[H1_STATIC_PATH_BYTES];
  const size_t top = strlen(r->path), len = strlen(path);
  if (top + 1 + len >= sizeof whole) return false;
  memcpy(whole, r->path, top);
  whole[top] = '/';
  memcpy(whole + top + 1, path, len + 1);
  const int fd = r->cached_only
                     ? open_cached(r, AT_FDCWD, whole, O_PATH | O_CLOEXEC, 0)
                     : open_one(AT_FDCWD, whole, O_PATH | O_CLOEXEC);
  if (fd >= 0) h1_static_io_close(fd);
  return fd == -ENOENT || fd == -ENOTDIR;
}

static bool segment_allowed(h1_slice path, size_t from, size_t to,
                            bool hidden) {
  static const char well_known[] = ".well-known";
  const size_t len = to - from;
  if (len == 0) return to == path.len; /* after the last '/' */
  if (len > NAME_BYTES_MAX) return false;
  if (path.ptr[from] != '.') return true;
  if (hidden) return len > 2 || path.ptr[to - 1] != '.';
  return from == 0 && len == sizeof well_known - 1 &&
         memcmp(path.ptr, well_known, len) == 0;
}

bool h1_static_path_allowed(h1_slice path, bool hidden) {
  if (path.len == 0) return true;
  if (path.len > H1_STATIC_PATH_BYTES - PATH_RESERVE) return false;
  if (memchr(path.ptr, '\0', path.len) != NULL) return false;
  size_t from = 0;
  while (from <= path.len) {
    const uint8_t *slash = memchr(path.ptr + from, '/', path.len - from);
    const size_t to = slash == NULL ? path.len : (size_t)(slash - path.ptr);
    if (!segment_allowed(path, from, to, hidden)) return false;
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
    case -ENOMEDIUM: /* what h1_static_root_refresh says of a missing root */
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
