/* One turn of the log thread: what the rings hold goes to the target as far as
 * it takes bytes now. No turn waits, so the thread hears of a stop or a HUP
 * whatever the target does, and a simulator can drive it.
 *
 * A regular file gets all there is at once. A pipe, terminal or socket may be
 * shared with other writers: it gets whole lines of at most PIPE_BUF bytes,
 * which a pipe keeps together, and only when poll says that they fit, for it
 * may have been opened by somebody who lets writes wait. */
#define _GNU_SOURCE /* PIPE_BUF, pipes */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "server/base/say.h"
#include "server/log/internal.h"

#define REPORT_EVERY_MS 60000

_Static_assert(H1_LOG_LINE_MAX <= PIPE_BUF, "a line is one piece of a pipe");

uint64_t h1_log_now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- the target ---- */

/* Without O_NONBLOCK a FIFO that nobody reads would hold up the start. */
int h1_log_open_target(const char *path) {
  return open(path,
              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
              0640);
}

void h1_log_set_target(h1_log *log, int fd) {
  struct stat st;
  log->fd = fd;
  log->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  log->torn = false;
}

static void report(const h1_log *log, const char *what, int error) {
  h1_say("access log %.512s: %s: %s", log->path, what, strerror(error));
}

static void note_write_error(h1_log *log, int error) {
  uint64_t now = h1_log_now_ms();
  if (log->reported && now - log->reported_ms < REPORT_EVERY_MS) {
    return;
  }
  log->reported = true;
  log->reported_ms = now;
  report(log, "lines are lost", error);
}

/* ---- what lies in a ring ---- */

/* Bytes [from, to) of the two pieces as they stand in memory. */
static int gather(const h1_slice pieces[2], size_t from, size_t to,
                  struct iovec iov[2]) {
  int count = 0;
  size_t begin = 0;
  for (size_t i = 0; i < 2; i++) {
    size_t end = begin + pieces[i].len;
    size_t a = from > begin ? from : begin;
    size_t b = to < end ? to : end;
    if (a < b) {
      iov[count].iov_base = (void *)(uintptr_t)(pieces[i].ptr + (a - begin));
      iov[count].iov_len = b - a;
      count++;
    }
    begin = end;
  }
  return count;
}

static uint8_t byte_at(const h1_slice pieces[2], size_t at) {
  return at < pieces[0].len ? pieces[0].ptr[at]
                            : pieces[1].ptr[at - pieces[0].len];
}

/* As many whole lines from `from` on as fit in `max` bytes; at least one does.
 */
static size_t whole_lines(const h1_slice pieces[2], size_t from, size_t total,
                          size_t max) {
  size_t size = total - from < max ? total - from : max;
  while (size > 1 && byte_at(pieces, from + size - 1) != '\n') {
    size--;
  }
  return size;
}

/* Gives up [from, to), the front of the ring. A line whose end is lost is lost,
 * and must not run into the next one. */
static void lose(h1_log *log, h1_log_ring *ring, const h1_slice pieces[2],
                 size_t from, size_t to) {
  uint64_t lines = 0;
  for (size_t i = from; i < to; i++) lines += byte_at(pieces, i) == '\n';
  atomic_fetch_add_explicit(&log->lost, lines, memory_order_relaxed);
  h1_log_ring_release(ring, to - from);
  log->torn = log->torn || log->in_line;
  log->in_line = false;
}

/* ---- writing ---- */

/* Where poll fails, the limit of open files was set below what is open: then
 * the write says what is the matter. */
static bool has_room(const h1_log *log) {
  struct pollfd target = {.fd = log->fd, .events = POLLOUT};
  return log->regular || poll(&target, 1, 0) != 0;
}

/* Ends a line that an error has cut, first of all. */
static ssize_t write_piece(h1_log *log, const h1_slice pieces[2], size_t from,
                           size_t to) {
  struct iovec iov[2];
  if (log->torn) {
    ssize_t n = write(log->fd, "\n", 1);
    if (n <= 0) return n;
    log->torn = false;
  }
  return writev(log->fd, iov, gather(pieces, from, to, iov));
}

static bool is_short(ssize_t n) {
  return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Writes what the ring holds now, not what is added meanwhile: the other rings
 * have their turn. */
static h1_log_step write_ring(h1_log *log, h1_log_ring *ring) {
  h1_slice pieces[2];
  const size_t total = h1_log_ring_peek(ring, pieces);
  size_t done = 0;
  while (done < total) {
    const size_t size = log->regular
                            ? total - done
                            : whole_lines(pieces, done, total, PIPE_BUF);
    if (!has_room(log)) return H1_LOG_FULL;
    const ssize_t n = write_piece(log, pieces, done, done + size);
    if (is_short(n)) return H1_LOG_SHORT;
    if (n > 0) {
      done += (size_t)n;
      log->in_line = byte_at(pieces, done - 1) != '\n';
      h1_log_ring_release(ring, (size_t)n);
    } else {
      note_write_error(log, n == 0 ? EIO : errno);
      lose(log, ring, pieces, done, done + size);
      done += size;
    }
  }
  return total > 0 ? H1_LOG_WROTE : H1_LOG_IDLE;
}

h1_log_step h1_log_turn(h1_log *log) {
  h1_log_step step = H1_LOG_IDLE;
  for (unsigned i = 0; i < log->workers; i++) {
    /* A line that is half written goes on where it stopped. */
    h1_log_ring *ring = &log->rings[(log->at + i) % log->workers];
    const h1_log_step one = write_ring(log, ring);
    if (one == H1_LOG_FULL || one == H1_LOG_SHORT) {
      log->at = (log->at + i) % log->workers;
      return one;
    }
    if (one == H1_LOG_WROTE) step = one;
  }
  return step;
}

void h1_log_give_up(h1_log *log) {
  for (unsigned i = 0; i < log->workers; i++) {
    h1_slice pieces[2];
    const size_t total = h1_log_ring_peek(&log->rings[i], pieces);
    if (total == 0) continue;
    note_write_error(log, ETIMEDOUT);
    lose(log, &log->rings[i], pieces, 0, total);
  }
}

/* The rest of a line that stands in the old file is of no use in the new one.
 */
static void lose_rest_of_line(h1_log *log) {
  h1_slice pieces[2];
  h1_log_ring *ring = &log->rings[log->at];
  const size_t total = h1_log_ring_peek(ring, pieces);
  size_t end = 0;
  while (end < total && byte_at(pieces, end) != '\n') end++;
  lose(log, ring, pieces, 0, end < total ? end + 1 : total);
}

void h1_log_reopen_target(h1_log *log) {
  if (!log->by_path) {
    return;
  }
  int fd = h1_log_open_target(log->path);
  if (fd < 0) {
    report(log, "cannot reopen", errno);
    return;
  }
  if (log->in_line) lose_rest_of_line(log);
  (void)close(log->fd);
  h1_log_set_target(log, fd);
}
