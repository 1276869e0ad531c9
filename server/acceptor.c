#define _GNU_SOURCE
#include "server/acceptor.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/die.h"
#include "server/sys.h"

#define ACCEPT_BATCH 64
/* A burst fills the queue faster than workers pop two a turn. It counts as
 * saturation only when no place has come free for this long. */
#define PATIENCE_MS 50u
/* Nobody tells when a descriptor is free again. */
#define DESCRIPTOR_PAUSE_MS 100u
#define EVENT_NOTIFY UINT64_MAX

bool h1_acceptor_init(h1_acceptor *a, h1_shared *shared,
                      h1_listeners *listeners, h1_worker *workers,
                      unsigned worker_count, h1_acceptor_metrics *metrics) {
  memset(a, 0, sizeof *a);
  a->shared = shared;
  a->listeners = listeners;
  a->workers = workers;
  a->worker_count = worker_count;
  a->metrics = metrics;
  a->full_since_ms = H1_NEVER;
  a->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (a->epoll_fd < 0) return false;
  if (h1_sys_epoll_add(a->epoll_fd, shared->acceptor_event, EPOLLIN,
                       EVENT_NOTIFY) == 0) {
    return true;
  }
  h1_acceptor_deinit(a);
  return false;
}

void h1_acceptor_deinit(h1_acceptor *a) {
  if (a->epoll_fd >= 0) close(a->epoll_fd);
  a->epoll_fd = -1;
}

void h1_acceptor_finish(h1_acceptor *a) {
  atomic_store_explicit(&a->finish, true, memory_order_seq_cst);
  h1_sys_notify(a->shared->acceptor_event);
}

/* ---- pausing ---- */

static void listen_on(h1_acceptor *a, bool on) {
  if (a->listening == on) return;
  for (size_t i = 0; i < a->listeners->count; i++) {
    const int fd = a->listeners->items[i].fd;
    const int result = on ? h1_sys_epoll_add(a->epoll_fd, fd, EPOLLIN, i)
                          : h1_sys_epoll_del(a->epoll_fd, fd);
    if (result != 0) h1_die("epoll_ctl on a listener", errno);
  }
  a->listening = on;
  if (!on) h1_counter_add(&a->metrics->accept_paused, 1);
}

static bool queue_full(const h1_acceptor *a) {
  const h1_queue *q = a->shared->queue;
  return h1_queue_depth((h1_queue *)q) >= q->capacity;
}

static bool lane_full(const h1_acceptor *a) {
  const h1_queue *q = a->shared->lane_queue;
  return h1_queue_depth((h1_queue *)q) >= q->capacity;
}

/* Whether the next connection has a place to go. */
static bool has_place(h1_acceptor *a, uint64_t now_ms) {
  if (now_ms < a->resume_ms) return false;
  if (!queue_full(a)) {
    a->full_since_ms = H1_NEVER;
    a->saturated = false;
    return true;
  }
  if (a->full_since_ms == H1_NEVER) a->full_since_ms = now_ms;
  if (now_ms - a->full_since_ms >= PATIENCE_MS) a->saturated = true;
  return a->saturated && !lane_full(a);
}

/* ---- moving connections on ---- */

static void nudge_worker(h1_acceptor *a) {
  for (unsigned i = 0; i < a->worker_count; i++) {
    const unsigned at = (a->next + i) % a->worker_count;
    if (!h1_worker_nudge(&a->workers[at])) continue;
    a->next = at + 1;
    return;
  }
}

static void to_lane(h1_acceptor *a, h1_accepted *item, h1_error refusal) {
  item->refusal = refusal;
  if (h1_queue_push(a->shared->lane_queue, item)) {
    h1_worker_nudge(&a->workers[a->worker_count]);
    return;
  }
  h1_sys_close(item->fd); /* its room was looked at: cannot be */
}

static void to_queue(h1_acceptor *a, h1_accepted *item) {
  if (h1_queue_push(a->shared->queue, item)) {
    const uint64_t depth = h1_queue_depth(a->shared->queue);
    if (depth > h1_counter_get(&a->metrics->queue_depth_max)) {
      h1_counter_set(&a->metrics->queue_depth_max, depth);
    }
    nudge_worker(a);
    return;
  }
  h1_counter_add(&a->metrics->queue_full, 1);
  to_lane(a, item, H1_QUEUE_FULL);
}

static void expire(h1_acceptor *a, uint64_t now_ms) {
  const uint64_t timeout = a->shared->config->queue_timeout_ms;
  h1_accepted item;
  while (now_ms >= timeout && !lane_full(a) &&
         h1_queue_pop_expired(a->shared->queue, now_ms - timeout, &item)) {
    h1_counter_add(&a->metrics->queue_expired, 1);
    to_lane(a, &item, H1_QUEUE_TIMEOUT);
  }
}

static void note_peer(h1_accepted *item, const struct sockaddr_storage *peer,
                      bool admin) {
  memset(&item->peer, 0, sizeof item->peer);
  item->peer.admin = admin;
  item->peer.family = (uint8_t)peer->ss_family;
  if (peer->ss_family == AF_INET) {
    const struct sockaddr_in *in = (const void *)peer;
    memcpy(item->peer.address, &in->sin_addr, 4);
    item->peer.port = ntohs(in->sin_port);
  } else if (peer->ss_family == AF_INET6) {
    const struct sockaddr_in6 *in6 = (const void *)peer;
    memcpy(item->peer.address, &in6->sin6_addr, 16);
    item->peer.port = ntohs(in6->sin6_port);
  }
}

/* ---- accepting ---- */

typedef enum { ACCEPTED, NO_MORE, PAUSE } accept_result;

static accept_result accept_failed(h1_acceptor *a, int error, uint64_t now_ms) {
  switch (error) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
      return NO_MORE;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
      h1_counter_add(&a->metrics->accept_errors, 1);
      a->resume_ms = now_ms + DESCRIPTOR_PAUSE_MS;
      return PAUSE;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
    case EFAULT:
      h1_die("accept", error); /* our own state is broken */
    default:
      /* The connection is gone, or its network is: the next may be fine. */
      h1_counter_add(&a->metrics->accept_errors, 1);
      return ACCEPTED;
  }
}

static accept_result accept_one(h1_acceptor *a, const h1_listener *l,
                                uint64_t now_ms) {
  struct sockaddr_storage peer;
  socklen_t peer_len;
  const int fd = h1_sys_accept(l->fd, &peer, &peer_len);
  if (fd < 0) return accept_failed(a, errno, now_ms);
  h1_accepted item = {.fd = fd, .refusal = H1_OK, .queued_ms = now_ms};
  note_peer(&item, &peer, l->admin);
  h1_counter_add(&a->metrics->accepted, 1);
  to_queue(a, &item);
  return ACCEPTED;
}

static void accept_batch(h1_acceptor *a, const h1_listener *l,
                         uint64_t now_ms) {
  for (int i = 0; i < ACCEPT_BATCH && has_place(a, now_ms); i++) {
    if (accept_one(a, l, now_ms) != ACCEPTED) return;
  }
}

/* ---- the loop ---- */

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* When something happens that nobody announces. */
static int wait_time(h1_acceptor *a, uint64_t now_ms) {
  uint64_t at = H1_NEVER;
  const uint64_t oldest = h1_queue_oldest(a->shared->queue);
  if (oldest != UINT64_MAX) {
    at = oldest + a->shared->config->queue_timeout_ms;
    if (at <= now_ms) at = now_ms + 10; /* the lane has no room yet */
  }
  if (a->resume_ms > now_ms) at = earlier(at, a->resume_ms);
  if (a->full_since_ms != H1_NEVER && !a->saturated) {
    at = earlier(at, a->full_since_ms + PATIENCE_MS);
  }
  if (at == H1_NEVER) return -1;
  return at <= now_ms ? 0 : (int)earlier(at - now_ms, 60000);
}

static void acceptor_turn(h1_acceptor *a) {
  struct epoll_event events[H1_LISTENERS_MAX + 1];
  uint64_t now_ms = h1_sys_monotonic_ns() / 1000000u;
  /* Asked to be told before the last look, so that no room goes unseen. */
  const bool waits = !has_place(a, now_ms);
  atomic_store_explicit(&a->shared->acceptor_waits, waits,
                        memory_order_seq_cst);
  listen_on(a, has_place(a, now_ms));
  const int n = h1_sys_epoll_wait(a->epoll_fd, events, H1_LISTENERS_MAX + 1,
                                  wait_time(a, now_ms));
  if (n < 0) h1_die("epoll_wait", errno);
  now_ms = h1_sys_monotonic_ns() / 1000000u;
  for (int i = 0; i < n; i++) {
    if (events[i].data.u64 == EVENT_NOTIFY) {
      h1_sys_notified(a->shared->acceptor_event);
    } else {
      accept_batch(a, &a->listeners->items[events[i].data.u64], now_ms);
    }
  }
  expire(a, now_ms);
  h1_counter_set(&a->metrics->queue_depth, h1_queue_depth(a->shared->queue));
}

/* What the kernel has queued was promised service when it was let in. Workers
 * go on popping meanwhile; a full queue is waited for. */
static void serve_backlog(h1_acceptor *a) {
  for (size_t i = 0; i < a->listeners->count; i++) {
    accept_result result = ACCEPTED;
    while (result == ACCEPTED) {
      const uint64_t now_ms = h1_sys_monotonic_ns() / 1000000u;
      if (has_place(a, now_ms)) {
        result = accept_one(a, &a->listeners->items[i], now_ms);
      } else {
        acceptor_turn(a);
      }
    }
  }
}

void *h1_acceptor_run(void *acceptor) {
  h1_acceptor *a = acceptor;
  /* A batch thread does not preempt a worker on its core for every connection
   * that arrives, but takes several when its turn comes. Only a matter of
   * speed, so a refusal does not matter. */
  const struct sched_param param = {0};
  (void)sched_setscheduler(0, SCHED_BATCH, &param);
  while (!atomic_load_explicit(&a->finish, memory_order_seq_cst)) {
    acceptor_turn(a);
  }
  serve_backlog(a);
  h1_listen_close(a->listeners);
  /* Queued connections still expire, so that a saturated server answers them
   * while it drains. */
  while (h1_queue_depth(a->shared->queue) > 0) {
    const uint64_t now_ms = h1_sys_monotonic_ns() / 1000000u;
    expire(a, now_ms);
    const struct timespec nap = {0, 5000000};
    nanosleep(&nap, NULL);
  }
  return NULL;
}
