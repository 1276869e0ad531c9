/* The log thread: it takes what the workers' rings hold and writes it in few
 * large pieces.
 *
 * It polls, so that a worker pays no system call for a line: often while there
 * is something to write, seldom while there is not. A worker wakes it only
 * when its ring has filled to WAKE_BYTES meanwhile, once per filling. */
#define _GNU_SOURCE /* O_CLOEXEC and friends, eventfd, pipes */
#include "server/log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "server/base/thread.h"
#include "server/log/internal.h"

#define WAKE_BYTES (H1_LOG_RING_BYTES / 8)
#define BUSY_WAIT_MS 5
#define IDLE_WAIT_MS 100
#define STALLED_WAIT_MS 100
/* How long stopping waits for a reader that takes nothing. */
#define STOP_PATIENCE_MS 2000

/* ---- the thread ---- */

/* Until it is woken, or the target takes bytes again (`full`). */
static void wait_for_work(const h1_log *log, bool full, int wait_ms) {
  struct pollfd fds[] = {{.fd = log->wake_fd, .events = POLLIN},
                         {.fd = full ? log->fd : -1, .events = POLLOUT}};
  uint64_t count;
  const int ready = poll(fds, 2, wait_ms);
  if (ready > 0 && fds[0].revents != 0) {
    (void)!read(log->wake_fd, &count, sizeof(count));
  } else if (ready < 0 && errno != EINTR) {
    h1_thread_nap(
        wait_ms); /* the limit of open files was set below what is open */
  }
}

static void rest(const h1_log *log, h1_log_step step, int idle_ms) {
  switch (step) {
    case H1_LOG_IDLE:
      wait_for_work(log, false, idle_ms);
      break;
    case H1_LOG_WROTE:
      wait_for_work(log, false, BUSY_WAIT_MS);
      break;
    case H1_LOG_FULL:
      wait_for_work(log, true, STALLED_WAIT_MS);
      break;
    case H1_LOG_SHORT:
      h1_thread_nap(1);
      break;
  }
}

/* True when there is nothing more to do. */
static bool has_ended(h1_log *log, h1_log_step step, uint64_t stop_by_ms) {
  if (step == H1_LOG_IDLE) return true;
  if (step == H1_LOG_WROTE || h1_log_now_ms() < stop_by_ms) return false;
  h1_log_give_up(log);
  return true;
}

static void *run(void *argument) {
  h1_log *log = argument;
  uint64_t stop_by_ms = UINT64_MAX;
  int idle_ms = BUSY_WAIT_MS;
  (void)prctl(PR_SET_NAME, "h1-log");
  for (;;) {
    /* Read before the rings: what was written before the stop is seen. */
    const bool stop = atomic_load_explicit(&log->stop, memory_order_acquire);
    if (stop && stop_by_ms == UINT64_MAX) {
      stop_by_ms = h1_log_now_ms() + STOP_PATIENCE_MS;
    }
    if (atomic_exchange_explicit(&log->reopen, false, memory_order_acq_rel)) {
      h1_log_reopen_target(log);
    }
    const h1_log_step step = h1_log_turn(log);
    if (stop && has_ended(log, step, stop_by_ms)) return NULL;
    idle_ms = step == H1_LOG_IDLE ? idle_ms * 2 : BUSY_WAIT_MS;
    if (idle_ms > IDLE_WAIT_MS) idle_ms = IDLE_WAIT_MS;
    if (!stop || step != H1_LOG_WROTE) rest(log, step, idle_ms);
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

/* Standard output may have been closed, or be an input, before the start. */
static bool is_writable(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
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
  if (!log->by_path && !is_writable(STDOUT_FILENO)) {
    errno = EBADF;
    return false;
  }
  const int fd = log->by_path ? h1_log_open_target(target) : STDOUT_FILENO;
  if (fd < 0) return false;
  h1_log_set_target(log, fd);
  return true;
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

bool h1_log_check(const char *target, char message[256]) {
  if (strcmp(target, "off") == 0 || strcmp(target, "-") == 0) return true;
  const bool was_there = access(target, F_OK) == 0;
  const int fd = h1_log_open_target(target);
  if (fd < 0) {
    explain(message, target, errno);
    return false;
  }
  (void)close(fd);
  if (!was_there) (void)unlink(target);
  return true;
}

h1_log *h1_log_start(const char *target, h1_log_format format, unsigned workers,
                     char message[256]) {
  bool off = strcmp(target, "off") == 0;
  h1_log *log = allocate(off ? 0 : workers);
  message[0] = '\0';
  if (log == NULL || off) {
    if (log == NULL) {
      explain(message, target, ENOMEM);
      errno = ENOMEM;
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
    error = h1_thread_start(&log->thread, run, log);
  }
  if (error != 0) {
    explain(message, target, error);
    release(log);
    errno = error;
    return NULL;
  }
  return log;
}

bool h1_log_enabled(const h1_log *log) { return log->enabled; }

bool h1_log_write(h1_log *log, unsigned worker, const h1_log_entry *e) {
  return h1_log_write_as(log, worker, log->format, e);
}

bool h1_log_write_as(h1_log *log, unsigned worker, h1_log_format format,
                     const h1_log_entry *e) {
  if (!log->enabled) {
    return true;
  }
  h1_log_ring *ring = &log->rings[worker];
  h1_buffer room = {ring->line, sizeof(ring->line)};
  size_t len = h1_log_format_with(&ring->clock, format, e, room);
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

void h1_log_finish(h1_log *log) {
  if (!log->enabled || log->finished) {
    return;
  }
  atomic_store_explicit(&log->stop, true, memory_order_release);
  wake(log);
  (void)pthread_join(log->thread, NULL);
  log->finished = true;
}

void h1_log_stop(h1_log *log) {
  if (log == NULL) {
    return;
  }
  h1_log_finish(log);
  release(log);
}

uint64_t h1_log_lost(const h1_log *log) {
  return atomic_load_explicit(&log->lost, memory_order_relaxed);
}
