/* The acceptor's loop. One turn: wait for listeners that have something and for
 * room that has come free, accept a batch, move on what has waited too long.
 *
 * No failing call ends the thread or makes it spin: whatever cannot be done now
 * is tried again after a pause that grows while it goes on failing. */
#define _GNU_SOURCE
#include "server/loop/acceptor.h"
#include "server/conn/deadlines.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/say.h"
#include "server/base/thread.h"
#include "server/loop/dispatch.h"
#include "server/loop/embryos.h"
#include "server/loop/ending.h"
#include "server/loop/held.h"
#include "server/loop/newcomer.h"
#include "server/sys.h"

#define ACCEPT_BATCH 64
/* The pause after accepting has failed: nobody tells when it will do again. It
 * doubles with every failure in a row. */
#define PAUSE_MS 10u
#define PAUSE_DOUBLINGS 6u
/* So many connections in a row may be gone before they are accepted. */
#define GONE_IN_A_ROW 16u
#define NAP_MS 5
/* A stop looks this often whether anybody is left. */
#define LOOK_MS 10
#define EVENT_NOTIFY UINT64_MAX

/* Listeners stay in the set for good: to add one again after a pause would need
 * memory, and a pause comes when there is little of that. */
static bool watch(h1_acceptor *a) {
  if (h1_sys_epoll_add(a->epoll_fd, a->handoff->acceptor_event, EPOLLIN,
                       EVENT_NOTIFY) != 0) {
    return false;
  }
  for (size_t i = 0; i < a->listeners->count; i++) {
    const int fd = a->listeners->items[i].fd;
    if (h1_sys_epoll_add(a->epoll_fd, fd, EPOLLIN, i) != 0) return false;
  }
  a->listening[false] = true;
  a->listening[true] = true;
  return true;
}

void h1_acceptor_configure(h1_acceptor *a, const h1_config *config) {
  atomic_store_explicit(&a->queue_timeout_ms, config->queue_timeout_ms,
                        memory_order_relaxed);
  atomic_store_explicit(&a->drain_idle_ms, h1_drain_idle_ms(config),
                        memory_order_relaxed);
}

bool h1_acceptor_init(h1_acceptor *a, const h1_config *config,
                      h1_handoff *handoff, h1_listeners *listeners,
                      h1_worker *workers, unsigned worker_count,
                      h1_clients *clients, h1_acceptor_metrics *metrics) {
  memset(a, 0, sizeof *a);
  a->config = config;
  h1_acceptor_configure(a, config);
  a->handoff = handoff;
  a->listeners = listeners;
  a->workers = workers;
  a->worker_count = worker_count;
  a->metrics = metrics;
  a->clients = clients;
  a->full_since_ms = H1_NEVER;
  a->alone_since_ms = H1_NEVER;
  a->embryos_fd = h1_embryos_open();
  a->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (a->epoll_fd < 0) return false;
  if (watch(a)) return true;
  const int error = errno;
  h1_acceptor_deinit(a);
  errno = error;
  return false;
}

void h1_acceptor_deinit(h1_acceptor *a) {
  if (a->epoll_fd >= 0) close(a->epoll_fd);
  if (a->embryos_fd >= 0) close(a->embryos_fd);
  a->epoll_fd = -1;
  a->embryos_fd = -1;
}

void h1_acceptor_finish(h1_acceptor *a) {
  atomic_store_explicit(&a->finish, true, memory_order_seq_cst);
  h1_sys_notify(a->handoff->acceptor_event);
}

/* ---- pausing ---- */

/* Nothing is given up: the next turn tries again, soon, but without a spin. */
static void listen_on(h1_acceptor *a, bool admin, bool on) {
  if (a->listening[admin] == on) return;
  for (size_t i = 0; i < a->listeners->count; i++) {
    const int fd = a->listeners->items[i].fd;
    if (fd < 0 || a->listeners->items[i].admin != admin) continue;
    if (h1_sys_epoll_mod(a->epoll_fd, fd, on ? EPOLLIN : 0, i) == 0) continue;
    h1_thread_nap(NAP_MS);
    return;
  }
  a->listening[admin] = on;
  if (!on) h1_counter_add(&a->metrics->accept_paused, 1);
}

/* ---- accepting ---- */

typedef enum { ACCEPTED, NO_MORE, PAUSE } accept_result;

static bool is_gone(int error) {
  switch (error) {
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case ENONET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ETIMEDOUT:
      return true;
    default:
      return false;
  }
}

/* Idle connections give way for descriptors, one for each failure. Workers pass
 * the question on until one of them has somebody. While the server stops, they
 * have their time. */
static void ask_for_descriptor(h1_acceptor *a) {
  if (atomic_load_explicit(&a->finish, memory_order_relaxed)) return;
  atomic_store_explicit(&a->handoff->descriptor_wanted, true,
                        memory_order_release);
  h1_worker_ask_descriptor(&a->workers[a->next % a->worker_count]);
  a->next++;
}

static void recovered(h1_acceptor *a) {
  if (a->failures > 0) {
    atomic_store_explicit(&a->handoff->descriptor_wanted, false,
                          memory_order_release);
  }
  a->failures = 0;
  a->alone_since_ms = H1_NEVER;
}

/* `known`: somebody waits to be accepted. Else the kernel may be short of
 * something for nobody: epoll tells whether there is anyone. */
static accept_result accept_failed(h1_acceptor *a, int error, bool known,
                                   uint64_t now_ms) {
  if (error == EAGAIN || error == EWOULDBLOCK) {
    recovered(a);
    return NO_MORE;
  }
  if (!known && !is_gone(error)) return NO_MORE;
  h1_counter_add(&a->metrics->accept_errors, 1);
  a->failures++;
  if (!h1_ending_nobody_is_open(a)) {
    a->alone_since_ms = H1_NEVER;
  } else if (a->alone_since_ms == H1_NEVER) {
    a->alone_since_ms = now_ms;
  }
  /* The connection is gone, or its network is: the next may be fine. */
  if (is_gone(error) && a->failures < GONE_IN_A_ROW) return ACCEPTED;
  if (error == EMFILE || error == ENFILE) ask_for_descriptor(a);
  const unsigned doublings =
      a->failures < PAUSE_DOUBLINGS ? a->failures : PAUSE_DOUBLINGS;
  a->resume_ms = now_ms + (PAUSE_MS << doublings);
  return PAUSE;
}

/* Whoever keeps a socket that was passed may end it, too. epoll would tell of
 * that as often as it is asked, whatever it is asked for, and after ours is
 * closed: at an edge it does once. */
static void leave_ended(h1_acceptor *a, h1_listener *l) {
  const uint64_t id = (uint64_t)(l - a->listeners->items);
  h1_say("warning: %s was ended by who keeps it: nobody can connect there",
         l->name);
  (void)h1_sys_epoll_mod(a->epoll_fd, l->fd, EPOLLET, id);
  (void)h1_sys_close(l->fd);
  l->fd = -1;
}

static accept_result accept_one(h1_acceptor *a, h1_listener *l, bool known,
                                uint64_t now_ms) {
  struct sockaddr_storage peer;
  socklen_t peer_len;
  const int fd = h1_sys_accept(l->fd, &peer, &peer_len);
  if (fd < 0 && errno == EINVAL && l->held && h1_held_is_ended(l->fd)) {
    leave_ended(a, l);
    return NO_MORE;
  }
  if (fd < 0) return accept_failed(a, errno, known, now_ms);
  recovered(a);
  h1_accepted item = {.fd = fd, .refusal = H1_OK, .queued_ms = now_ms};
  h1_newcomer_peer(&item, &peer, l);
  h1_newcomer_enter(&item, a->config, a->clients);
  h1_counter_add(&a->metrics->accepted, 1);
  h1_dispatch(a, &item);
  return ACCEPTED;
}

static void accept_batch(h1_acceptor *a, h1_listener *l, uint64_t now_ms) {
  for (int i = 0;
       i < ACCEPT_BATCH && h1_dispatch_has_place(a, l->admin, now_ms); i++) {
    if (accept_one(a, l, i == 0, now_ms) != ACCEPTED) return;
  }
}

/* ---- the loop ---- */

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* When something happens that nobody announces. */
static int wait_time(h1_acceptor *a, const bool place[2], uint64_t now_ms) {
  uint64_t at = h1_dispatch_due(a, now_ms);
  if (a->resume_ms > now_ms) at = earlier(at, a->resume_ms);
  for (int admin = 0; admin < 2; admin++) {
    /* To pause or resume has failed. */
    if (a->listening[admin] != place[admin]) at = now_ms;
  }
  if (at == H1_NEVER) return -1;
  return at <= now_ms ? 0 : (int)earlier(at - now_ms, 60000);
}

/* ---- the turn ---- */

static int wait_for_events(h1_acceptor *a, struct epoll_event *events,
                           int timeout_ms) {
  const int n =
      h1_sys_epoll_wait(a->epoll_fd, events, H1_LISTENERS_MAX + 1, timeout_ms);
  if (n >= 0) return n;
  h1_thread_nap(NAP_MS);
  return 0;
}

/* `had`, by [admin]: whether a listener had something that nobody else will
 * serve. */
static void take_events(h1_acceptor *a, const struct epoll_event *events, int n,
                        uint64_t now_ms, bool had[2]) {
  for (int i = 0; i < n; i++) {
    if (events[i].data.u64 == EVENT_NOTIFY) {
      h1_sys_notified(a->handoff->acceptor_event);
      continue;
    }
    h1_listener *l = &a->listeners->items[events[i].data.u64];
    if (l->fd < 0) continue;
    if (l->admin || !l->held) had[l->admin] = true;
    accept_batch(a, l, now_ms);
  }
}

static int shorter(int a_ms, int b_ms) {
  if (a_ms < 0) return b_ms;
  return b_ms >= 0 && b_ms < a_ms ? b_ms : a_ms;
}

static int turn_time(h1_acceptor *a, const bool place[2], uint64_t now_ms) {
  const int time = wait_time(a, place, now_ms);
  switch (a->stage) {
    case H1_ACCEPTOR_LAST_CALL:
    case H1_ACCEPTOR_HELD:
    case H1_ACCEPTOR_QUEUE:
      return shorter(time, LOOK_MS);
    case H1_ACCEPTOR_BACKLOG:
      return place[false] ? 0 : shorter(time, LOOK_MS);
    case H1_ACCEPTOR_ADMIN_BACKLOG:
      return place[true] ? 0 : shorter(time, LOOK_MS);
    case H1_ACCEPTOR_SERVES:
    case H1_ACCEPTOR_ADMIN:
    case H1_ACCEPTOR_DONE:
      break;
  }
  return time;
}

static void resume_with_descriptor(h1_acceptor *a) {
  if (atomic_exchange_explicit(&a->handoff->descriptor_freed, false,
                               memory_order_acquire)) {
    a->resume_ms = 0;
  }
}

h1_acceptor_stage h1_acceptor_turn(h1_acceptor *a, int most_ms) {
  struct epoll_event events[H1_LISTENERS_MAX + 1];
  uint64_t now_ms = h1_sys_monotonic_ns() / 1000000u;
  h1_ending_advance(a, now_ms);
  resume_with_descriptor(a);
  /* Asked to be told before the last look, so that no room goes unseen. */
  const bool waits = !h1_dispatch_has_place(a, false, now_ms) ||
                     !h1_dispatch_has_place(a, true, now_ms);
  atomic_store_explicit(&a->handoff->acceptor_waits, waits,
                        memory_order_seq_cst);
  const bool place[2] = {h1_dispatch_has_place(a, false, now_ms),
                         h1_dispatch_has_place(a, true, now_ms)};
  listen_on(a, false, place[false]);
  listen_on(a, true, place[true]);
  const int timeout_ms = shorter(turn_time(a, place, now_ms), most_ms);
  const int n = wait_for_events(a, events, timeout_ms);
  bool had[2] = {false, false};
  now_ms = h1_sys_monotonic_ns() / 1000000u;
  atomic_fetch_add_explicit(&a->turns, 1, memory_order_relaxed);
  take_events(a, events, n, now_ms, had);
  h1_dispatch_expire(a, now_ms);
  const bool nothing[2] = {place[false] && a->listening[false] && !had[false],
                           place[true] && a->listening[true] && !had[true]};
  h1_ending_conclude(a, nothing, now_ms);
  h1_counter_set(&a->metrics->queue_depth, h1_queue_depth(a->handoff->queue));
  return a->stage;
}

void *h1_acceptor_run(void *acceptor) {
  /* A batch thread does not preempt a worker on its core for every connection
   * that arrives, but takes several when its turn comes. Only a matter of
   * speed, so a refusal does not matter. */
  const struct sched_param param = {0};
  (void)sched_setscheduler(0, SCHED_BATCH, &param);
  while (h1_acceptor_turn(acceptor, -1) < H1_ACCEPTOR_ADMIN) {
  }
  return NULL;
}

void h1_acceptor_serve_admin(h1_acceptor *a) {
  while (h1_acceptor_turn(a, -1) < H1_ACCEPTOR_DONE) {
  }
  atomic_store_explicit(&a->ended, true, memory_order_relaxed);
}
