/* The bytes of the file that --config names. They lie in the room that the
 * source has for them, or in memory that is allocated while they are read, and
 * are never more than a megabyte. What they say is read in lines.c. */
#define _GNU_SOURCE /* O_CLOEXEC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/config/internal.h"

#define FILE_MAX_BYTES ((size_t)1024 * 1024)

/* Reads to the end or to `cap`. False: errno says why. A signal that interrupts
 * it means that nobody wants the rest. */
static bool read_all(int fd, char *bytes, size_t cap, size_t *len) {
  *len = 0;
  while (*len < cap) {
    ssize_t n = read(fd, bytes + *len, cap - *len);
    if (n == 0) {
      return true;
    }
    if (n < 0) {
      return false;
    }
    *len += (size_t)n;
  }
  return true;
}

/* A server that runs waits for nobody who may write to a FIFO. */
static bool is_regular(int fd) {
  struct stat st;
  if (fstat(fd, &st) != 0) return false;
  errno = EINVAL;
  return S_ISREG(st.st_mode);
}

/* `again`: while the server runs, when only a regular file will do (EINVAL). */
static bool read_whole_file(const char *path, bool again, char *bytes,
                            size_t cap, size_t *len) {
  const int waits = again ? O_NONBLOCK : 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | waits);
  if (fd < 0) {
    return false;
  }
  bool good = (!again || is_regular(fd)) && read_all(fd, bytes, cap, len);
  int cause = errno;
  (void)close(fd);
  errno = cause;
  return good;
}

/* Reads the file's lines by means of `room`, which is longer than the longest
 * file by one byte. `place` is who named the file. */
static h1_config_result read_file_in(h1_config_source *s, const char *path,
                                     const char *place, h1_buffer room) {
  size_t len;
  char before[64], after[160];
  char *bytes = (char *)room.ptr;
  h1_text t = h1_text_begin(before, sizeof(before));
  h1_text_add(&t, place);
  h1_text_add(&t, ": cannot read");
  s->origin = H1_ORIGIN_FILE;
  const bool again = s->room.len > 0;
  if (room.len == 0 || !read_whole_file(path, again, bytes, room.len, &len)) {
    t = h1_text_begin(after, sizeof(after));
    h1_text_add(&t, ": ");
    h1_text_add(&t, again && errno == EINVAL
                        ? "it is no regular file, which a reload needs"
                        : strerror(errno));
    return h1_config_refuse_quoted(s, before, path, after);
  }
  if (len < room.len) return h1_config_read_lines(s, path, bytes, len);
  return h1_config_refuse_quoted(
      s, before, path,
      room.len > FILE_MAX_BYTES ? ": it is larger than 1M"
                                : ": it is larger than --config-memory allows");
}

h1_config_result h1_config_read_file(h1_config_source *s, const char *path,
                                     const char *place) {
  if (s->room.len > 0) {
    h1_buffer room = s->room;
    if (room.len > FILE_MAX_BYTES + 1) room.len = FILE_MAX_BYTES + 1;
    return read_file_in(s, path, place, room);
  }
  char *bytes = malloc(FILE_MAX_BYTES + 1);
  const h1_buffer room = {(uint8_t *)bytes,
                          bytes == NULL ? 0 : FILE_MAX_BYTES + 1};
  const h1_config_result result = read_file_in(s, path, place, room);
  free(bytes);
  return result;
}
