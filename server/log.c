/* The log thread: it takes what the workers' rings hold and writes it in few
 * large pieces.
 *
 * It polls, so that a worker pays no system call for a line: often while there
 * is something to write, seldom while there is not. A worker wakes it only
 * when its ring has filled to WAKE_BYTES meanwhile, once per filling.
 *
 * A regular file gets all there is at once. A pipe, terminal or socket may be
 * shared with other writers and may stop taking bytes: it gets whole lines of
 * at most PIPE_BUF bytes, which a pipe keeps together, and only when poll says
 * that they fit. So the thread never sleeps in a write where it could not see
 * that it should stop. */
#define _GNU_SOURCE /* O_CLOEXEC and friends, eventfd, pipes */
#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "server/log_internal.h"

#define WAKE_BYTES (H1_LOG_RING_BYTES / 8)
#define BUSY_WAIT_MS 5
#define IDLE_WAIT_MS 100
#define STALLED_WAIT_MS 100
/* How long stopping waits for a reader that takes nothing. */
#define STOP_PATIENCE_MS 2000
#define REPORT_EVERY_MS 60000

_Static_assert(H1_LOG_LINE_MAX <= PIPE_BUF, "a line is one piece of a pipe");

struct h1_log {
  h1_log_format format;
  bool enabled;
  bool by_path; /* opened here; else standard output */
  unsigned workers;
  int wake_fd;
  pthread_t thread;
  char path[H1_PATH_OPTION_BYTES];

  _Atomic bool stop, reopen;
  _Atomic uint64_t write_errors;

  /* The thread's own. */
  int fd;
  bool regular;
  bool torn; /* the last line was cut by an error */
  bool reported;
  uint64_t reported_ms;
  bool stopping;
  uint64_t stop_by_ms;

  h1_log_ring rings[];
};

/* ---- the target ---- */

static uint64_t now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Without O_NONBLOCK a FIFO that nobody reads would hold up the start. */
static int open_target(const char *path) {
  return open(path,
              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
              0640);
}

static bool is_regular(int fd) {
  struct stat st;
  return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static void report(const h1_log *log, const char *what, int error) {
  (void)dprintf(STDERR_FILENO, "httpd: access log %s: %s: %s\n", log->path,
                what, strerror(error));
}

static void note_write_error(h1_log *log, int error) {
  uint64_t now = now_ms();
  atomic_fetch_add_explicit(&log->write_errors, 1, memory_order_relaxed);
  if (log->reported && now - log->reported_ms < REPORT_EVERY_MS) {
    return;
  }
  log->reported = true;
  log->reported_ms = now;
  report(log, "lines are lost", error);
}

static void reopen_target(h1_log *log) {
  if (!log->by_path) {
    return;
  }
  int fd = open_target(log->path);
  if (fd < 0) {
    report(log, "cannot reopen", errno);
    return;
  }
  (void)close(log->fd);
  log->fd = fd;
  log->regular = is_regular(fd);
  log->torn = false;
}

/* ---- writing ---- */

static bool should_stop(h1_log *log) {
  if (!log->stopping &&
      atomic_load_explicit(&log->stop, memory_order_acquire)) {
    log->stopping = true;
    log->stop_by_ms = now_ms() + STOP_PATIENCE_MS;
  }
  return log->stopping;
}

static bool out_of_patience(h1_log *log) {
  return should_stop(log) && now_ms() >= log->stop_by_ms;
}

/* True when a write will not block. False when the process is to end and the
 * reader has taken nothing for too long. */
static bool wait_writable(h1_log *log) {
  struct pollfd target = {.fd = log->fd, .events = POLLOUT};
  if (log->regular) {
    return true;
  }
  for (;;) {
    bool last = out_of_patience(log);
    int ready = poll(&target, 1, last ? 0 : STALLED_WAIT_MS);
    if (ready != 0 && !(ready < 0 && errno == EINTR)) {
      return true;
    }
    if (last) {
      return false;
    }
  }
}

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

/* As many whole lines as fit in `max` bytes; at least one does. */
static size_t whole_lines(const h1_slice pieces[2], size_t total, size_t max) {
  size_t size = total < max ? total : max;
  while (size > 1 && byte_at(pieces, size - 1) != '\n') {
    size--;
  }
  return size;
}

/* One attempt at the rest of a batch. Returns bytes written, 0 to try again,
 * -1 with the error noted. */
static ssize_t write_once(h1_log *log, const h1_slice pieces[2], size_t from,
                          size_t to) {
  struct iovec iov[2];
  if (!wait_writable(log)) {
    note_write_error(log, ETIMEDOUT);
    return -1;
  }
  ssize_t n = writev(log->fd, iov, gather(pieces, from, to, iov));
  if (n > 0 || (n < 0 && errno == EINTR)) {
    return n > 0 ? n : 0;
  }
  if (n < 0 && errno == EAGAIN && !out_of_patience(log)) {
    /* There is some room, but too little: without a pause this would spin. */
    (void)poll(NULL, 0, 1);
    return 0;
  }
  note_write_error(log, n == 0 ? EIO : errno);
  return -1;
}

/* Writes the first `size` bytes, or loses what an error leaves of them. */
static void write_batch(h1_log *log, const h1_slice pieces[2], size_t size) {
  static const uint8_t feed[] = "\n";
  const h1_slice end_of_line[2] = {{feed, 1}, {NULL, 0}};
  size_t done = 0;
  /* A line that an error cut must not run into the next one. */
  if (log->torn) {
    ssize_t n = 0;
    while (n == 0) {
      n = write_once(log, end_of_line, 0, 1);
    }
    log->torn = n < 0;
  }
  while (done < size && !log->torn) {
    ssize_t n = write_once(log, pieces, done, size);
    if (n < 0) {
      log->torn = done > 0 && byte_at(pieces, done - 1) != '\n';
      return;
    }
    done += (size_t)n;
  }
}

/* Writes what the ring holds now, not what is added meanwhile: the other rings
 * have their turn. */
static bool drain_ring(h1_log *log, h1_log_ring *ring) {
  h1_slice pieces[2];
  size_t total = h1_log_ring_peek(ring, pieces);
  size_t left = total;
  while (left > 0) {
    size_t size = log->regular ? left : whole_lines(pieces, left, PIPE_BUF);
    write_batch(log, pieces, size);
    h1_log_ring_release(ring, size);
    left -= size;
    size_t first = size < pieces[0].len ? size : pieces[0].len;
    pieces[0].ptr += first;
    pieces[0].len -= first;
    pieces[1].ptr += size - first;
    pieces[1].len -= size - first;
  }
  return total > 0;
}

/* ---- the thread ---- */

static void wait_for_work(const h1_log *log, int wait_ms) {
  struct pollfd wake = {.fd = log->wake_fd, .events = POLLIN};
  uint64_t count;
  if (poll(&wake, 1, wait_ms) > 0) {
    (void)!read(log->wake_fd, &count, sizeof(count));
  }
}

static void *run(void *argument) {
  h1_log *log = argument;
  int wait_ms = BUSY_WAIT_MS;
  (void)prctl(PR_SET_NAME, "h1-log");
  for (;;) {
    /* Read before the rings: what was written before the stop is seen. */
    bool stop = should_stop(log);
    if (atomic_exchange_explicit(&log->reopen, false, memory_order_acq_rel)) {
      reopen_target(log);
    }
    bool any = false;
    for (unsigned i = 0; i < log->workers; i++) {
      any = drain_ring(log, &log->rings[i]) || any;
    }
    if (stop && !any) {
      return NULL;
    }
    wait_ms = any ? BUSY_WAIT_MS : wait_ms * 2;
    wait_ms = wait_ms > IDLE_WAIT_MS ? IDLE_WAIT_MS : wait_ms;
    if (!stop) {
      wait_for_work(log, wait_ms);
    }
  }
}

static void wake(const h1_log *log) {
  const uint64_t one = 1;
  (void)!write(log->wake_fd, &one, sizeof(one));
}

/* ---- start and stop ---- */

static void explain(char message[256], const char *target, int error) {
  (void)snprintf(message, 256, "access log %.160s: %.64s", target,
                 strerror(error));
}

/* Opens the target into `log`. False with errno. */
static bool open_log(h1_log *log, const char *target) {
  size_t len = strlen(target);
  if (len >= sizeof(log->path)) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(log->path, target, len + 1);
  log->by_path = strcmp(target, "-") != 0;
  log->fd = log->by_path ? open_target(target) : STDOUT_FILENO;
  log->regular = log->fd >= 0 && is_regular(log->fd);
  return log->fd >= 0;
}

/* Signals are for the main thread: a TERM taken here would never reach the
 * loop that waits for it, and a SIGPIPE would end the process. */
static int start_thread(h1_log *log) {
  sigset_t all, before;
  (void)sigfillset(&all);
  int error = pthread_sigmask(SIG_SETMASK, &all, &before);
  if (error != 0) {
    return error;
  }
  error = pthread_create(&log->thread, NULL, run, log);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

static h1_log *allocate(unsigned rings) {
  size_t size = sizeof(h1_log) + rings * sizeof(h1_log_ring);
  h1_log *log = aligned_alloc(alignof(h1_log), size);
  if (log == NULL) {
    return NULL;
  }
  memset(log, 0, sizeof(*log));
  log->fd = -1;
  log->wake_fd = -1;
  log->workers = rings;
  for (unsigned i = 0; i < rings; i++) {
    h1_log_ring_init(&log->rings[i]);
  }
  return log;
}

static void release(h1_log *log) {
  if (log->by_path && log->fd >= 0) {
    (void)close(log->fd);
  }
  if (log->wake_fd >= 0) {
    (void)close(log->wake_fd);
  }
  free(log);
}

uint64_t h1_log_memory(unsigned workers) {
  return sizeof(h1_log) + (uint64_t)workers * sizeof(h1_log_ring);
}

h1_log *h1_log_start(const char *target, h1_log_format format, unsigned workers,
                     char message[256]) {
  bool off = strcmp(target, "off") == 0;
  h1_log *log = allocate(off ? 0 : workers);
  message[0] = '\0';
  if (log == NULL || off) {
    if (log == NULL) {
      explain(message, target, ENOMEM);
    }
    return log;
  }
  log->format = format;
  log->enabled = true;
  int error = 0;
  if (!open_log(log, target)) {
    error = errno;
  } else if ((log->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
    error = errno;
  } else {
    error = start_thread(log);
  }
  if (error != 0) {
    explain(message, target, error);
    release(log);
    return NULL;
  }
  return log;
}

bool h1_log_enabled(const h1_log *log) { return log->enabled; }

bool h1_log_write(h1_log *log, unsigned worker, const h1_log_entry *e) {
  if (!log->enabled) {
    return true;
  }
  h1_log_ring *ring = &log->rings[worker];
  h1_room room = {ring->line, sizeof(ring->line)};
  size_t len = h1_log_format_with(&ring->clock, log->format, e, room);
  size_t before;
  if (!h1_log_ring_push(ring, ring->line, len, &before)) {
    return false;
  }
  if (before < WAKE_BYTES && before + len >= WAKE_BYTES) {
    wake(log);
  }
  return true;
}

void h1_log_reopen(h1_log *log) {
  if (!log->enabled) {
    return;
  }
  atomic_store_explicit(&log->reopen, true, memory_order_release);
  wake(log);
}

void h1_log_stop(h1_log *log) {
  if (log == NULL) {
    return;
  }
  if (log->enabled) {
    atomic_store_explicit(&log->stop, true, memory_order_release);
    wake(log);
    (void)pthread_join(log->thread, NULL);
  }
  release(log);
}

uint64_t h1_log_write_errors(const h1_log *log) {
  return atomic_load_explicit(&log->write_errors, memory_order_relaxed);
}
