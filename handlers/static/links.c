/* See links.h. The kernel follows each link by itself and tells the path of
 * what it found; only what administrators wrote into links is looked up outside
 * of the root, never a name from a request. */
#define _GNU_SOURCE
#include "handlers/static/links.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "handlers/static/io.h"

enum { PLACE_FLAGS = O_PATH | O_CLOEXEC, ATTEMPTS = 8 };

/* The walk: `dir` is open at `real`, which is where the names so far lead. */
typedef struct {
  int root, dir;
  char *real;
  size_t real_len;
  char top[H1_STATIC_PATH_BYTES]; /* the root's own path */
  size_t top_len;
} walk;

static int open_place(int dir, const char *name, int flags) {
  int fd = -EINTR;
  for (int i = 0; i < ATTEMPTS && (fd == -EINTR || fd == -EAGAIN); i++) {
    fd = h1_static_io_openat(dir, name, PLACE_FLAGS | flags);
  }
  return fd;
}

static void move_to(walk *w, int fd) {
  if (w->dir != w->root) h1_static_io_close(w->dir);
  w->dir = fd;
}

/* `real` becomes the path of `fd`, seen from the root. */
static int place_below(walk *w, int fd) {
  char path[H1_STATIC_PATH_BYTES];
  const int len = h1_static_io_real_path(fd, path, sizeof path);
  if (len < 0) return -EXDEV;
  const size_t n = (size_t)len;
  if (n < w->top_len || memcmp(path, w->top, w->top_len) != 0) return -EXDEV;
  if (n > w->top_len && path[w->top_len] != '/') return -EXDEV;
  const size_t skip = n > w->top_len ? w->top_len + 1 : n;
  memcpy(w->real, path + skip, n - skip);
  w->real_len = n - skip;
  return 0;
}

static int append(walk *w, const char *name) {
  const size_t len = strlen(name);
  const size_t slash = w->real_len > 0 ? 1 : 0;
  if (w->real_len + slash + len >= H1_STATIC_PATH_BYTES) return -ENAMETOOLONG;
  if (slash > 0) w->real[w->real_len] = '/';
  memcpy(w->real + w->real_len + slash, name, len);
  w->real_len += slash + len;
  return 0;
}

/* The link called `name` is followed to its end. */
static int follow(walk *w, const char *name) {
  const int fd = open_place(w->dir, name, 0);
  if (fd < 0) return fd;
  const int e = place_below(w, fd);
  if (e < 0) {
    h1_static_io_close(fd);
    return e;
  }
  move_to(w, fd);
  return 0;
}

static int step(walk *w, const char *name) {
  struct stat st;
  const int fd = open_place(w->dir, name, O_NOFOLLOW);
  if (fd < 0) return fd;
  int e = h1_static_io_fstat(fd, &st);
  if (e == 0 && !S_ISLNK(st.st_mode)) e = append(w, name);
  if (e < 0) {
    h1_static_io_close(fd);
    return e;
  }
  if (!S_ISLNK(st.st_mode)) {
    move_to(w, fd);
    return 0;
  }
  h1_static_io_close(fd);
  return follow(w, name);
}

static int steps(walk *w, char *path) {
  char *name = path;
  for (;;) {
    char *slash = strchr(name, '/');
    if (slash != NULL) *slash = '\0';
    const int e = step(w, name);
    if (slash != NULL) *slash = '/';
    if (e < 0 || slash == NULL) return e;
    name = slash + 1;
  }
}

int h1_static_links_resolve(int root, char *path,
                            char real[H1_STATIC_PATH_BYTES]) {
  walk w = {.root = root, .dir = root, .real = real, .real_len = 0};
  const int len = h1_static_io_real_path(root, w.top, sizeof w.top);
  if (len < 0) return -EXDEV;
  w.top_len = len == 1 ? 0 : (size_t)len; /* of "/" nothing is cut off */
  const int e = steps(&w, path);
  move_to(&w, root);
  if (e < 0) return e;
  if (w.real_len == 0) real[w.real_len++] = '.';
  real[w.real_len] = '\0';
  return 0;
}
