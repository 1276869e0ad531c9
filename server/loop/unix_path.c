#define _GNU_SOURCE
#include "server/loop/unix_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* How long to wait for another start at the same path. */
#define LOCK_WAIT_MS 1500
#define LOCK_NAP_MS 10

typedef struct {
  char bytes[sizeof(((struct sockaddr_un *)0)->sun_path) + 8];
} lock_name;

static lock_name name_of(const char *path) {
  lock_name name;
  snprintf(name.bytes, sizeof name.bytes, "%.107s.lock", path);
  return name;
}

/* Whether the name still leads to what was opened: who had the lock before has
 * removed the file, and somebody may have made another. */
static bool is_same(const char *name, int fd) {
  struct stat opened, named;
  return fstat(fd, &opened) == 0 && lstat(name, &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* One try: the descriptor, or -1 with errno, EWOULDBLOCK to try again. */
static int try_lock(const char *name) {
  const int fd =
      open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  const bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
  if (locked && is_same(name, fd)) return fd;
  const int error = locked ? EWOULDBLOCK : errno;
  close(fd);
  errno = error;
  return -1;
}

int h1_path_lock(const char *path) {
  const lock_name name = name_of(path);
  const struct timespec nap = {0, LOCK_NAP_MS * 1000000L};
  for (int ms = 0; ms < LOCK_WAIT_MS; ms += LOCK_NAP_MS) {
    const int fd = try_lock(name.bytes);
    if (fd >= 0 || errno != EWOULDBLOCK) return fd;
    nanosleep(&nap, NULL);
  }
  errno = EBUSY;
  return -1;
}

/* Removed while it is locked: who waits for it looks again. */
void h1_path_unlock(const char *path, int lock) {
  const lock_name name = name_of(path);
  (void)unlink(name.bytes);
  close(lock);
}

bool h1_path_unlink_same(const char *path, dev_t device, ino_t inode) {
  struct stat st;
  if (lstat(path, &st) != 0) return errno == ENOENT;
  if (st.st_dev != device || st.st_ino != inode) {
    errno = EADDRINUSE;
    return false;
  }
  return unlink(path) == 0;
}

static bool is_alive(const char *path, int fd) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const size_t len = strnlen(path, sizeof address.sun_path - 1);
  memcpy(address.sun_path, path, len);
  return connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ||
         errno != ECONNREFUSED;
}

bool h1_path_remove_stale(const char *path) {
  struct stat st;
  if (lstat(path, &st) != 0) return errno == ENOENT;
  if (!S_ISSOCK(st.st_mode)) {
    errno = EEXIST;
    return false;
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool alive = is_alive(path, fd);
  close(fd);
  if (!alive) return h1_path_unlink_same(path, st.st_dev, st.st_ino);
  errno = EADDRINUSE;
  return false;
}
