/* The worker's loop. One turn: wait, then the connections that epoll names,
 * those that were woken, those with work left over, one or two new ones, those
 * whose time has come, those who waited for memory. */
#include "server/loop/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/base/thread.h"
#include "server/conn/admission.h"
#include "server/conn/close.h"
#include "server/conn/conn.h"
#include "server/conn/deadlines.h"
#include "server/conn/slots.h"
#include "server/conn/unacked.h"
#include "server/loop/place.h"
#include "server/sys.h"

#define EVENTS 128
#define NEW_PER_TURN 2u
#define NAP_MS 5
#define EVENT_WAKE UINT64_MAX
/* To look who may give way takes a look at every connection: when nobody does,
 * the next look is so much later. */
#define PLACE_MS 4u
#define TICK_MS 1000u

/* ---- making one ---- */

static bool make_descriptors(h1_worker *w) {
  w->cx.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (w->cx.epoll_fd < 0) return false;
  w->cx.event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (w->cx.event_fd >= 0 && h1_sys_epoll_add(w->cx.epoll_fd, w->cx.event_fd,
                                              EPOLLIN, EVENT_WAKE) == 0) {
    return true;
  }
  const int error = errno;
  h1_worker_deinit(w);
  errno = error;
  return false;
}

bool h1_worker_init(h1_worker *w, h1_shared *shared, h1_handoff *handoff,
                    const h1_plan *plan, unsigned index, bool lane,
                    h1_metrics *metrics, uint8_t *arena) {
  memset(w, 0, sizeof *w);
  h1_context_init(&w->cx, shared, plan, index, lane, metrics, arena);
  w->handoff = handoff;
  w->queue = lane ? handoff->lane_queue : handoff->queue;
  h1_relief_init(&w->relief, &w->cx, w->queue);
  return make_descriptors(w);
}

void h1_worker_deinit(h1_worker *w) {
  if (w->cx.event_fd >= 0) close(w->cx.event_fd);
  if (w->cx.epoll_fd >= 0) close(w->cx.epoll_fd);
  w->cx.event_fd = -1;
  w->cx.epoll_fd = -1;
}

/* ---- descriptors ---- */

static void ask_descriptor(h1_worker *w, unsigned workers) {
  atomic_store_explicit(&w->descriptor_asks, workers, memory_order_relaxed);
  h1_sys_notify(w->cx.event_fd);
}

void h1_worker_ask_descriptor(h1_worker *w) {
  ask_descriptor(w, w->peer_count);
}

/* One connection fewer, or the question goes on to the next worker. */
static void answer_descriptor(h1_worker *w) {
  const unsigned asks =
      atomic_exchange_explicit(&w->descriptor_asks, 0, memory_order_relaxed);
  /* Whoever is asked late, on a loaded machine, may find it over. */
  if (asks == 0 || !atomic_load_explicit(&w->handoff->descriptor_wanted,
                                         memory_order_acquire)) {
    return;
  }
  if (h1_place_give(&w->cx)) {
    atomic_store_explicit(&w->handoff->descriptor_freed, true,
                          memory_order_release);
    h1_sys_notify(w->handoff->acceptor_event);
  } else if (asks > 1) {
    ask_descriptor(&w->peers[(w->cx.index + 1) % w->peer_count], asks - 1);
  }
}

/* ---- new connections ---- */

/* Whether one that is queued can have a place now. */
static bool can_take(h1_worker *w) {
  if (h1_queue_depth(w->queue) == 0) return false;
  const bool full = !h1_slot_left(&w->cx);
  if (full && w->cx.now_ms < w->place_ms) return false;
  if (h1_place_can_take(&w->cx, w->queue)) return true;
  if (full) w->place_ms = w->cx.now_ms + PLACE_MS;
  return false;
}

static void pass_on(h1_worker *w) {
  for (unsigned i = 0; i < w->peer_count; i++) {
    h1_worker *peer = &w->peers[(w->cx.index + 1 + i) % w->peer_count];
    if (peer != w && h1_worker_wake(peer)) return;
  }
}

static void take_new(h1_worker *w) {
  for (unsigned i = 0; i < NEW_PER_TURN; i++) {
    h1_accepted accepted;
    size_t left = h1_queue_depth(w->queue);
    const bool took =
        can_take(w) && h1_place_take(&w->cx, w->queue, &accepted, &left);
    if (left > 0) pass_on(w);
    if (!took) return;
    if (atomic_load_explicit(&w->handoff->acceptor_waits,
                             memory_order_seq_cst)) {
      h1_sys_notify(w->handoff->acceptor_event);
    }
    h1_conn_open(&w->cx, &accepted);
  }
}

bool h1_worker_wake(h1_worker *w) {
  if (!atomic_exchange_explicit(&w->sleeping, false, memory_order_seq_cst)) {
    return false;
  }
  h1_sys_notify(w->cx.event_fd);
  return true;
}

/* ---- the turn ---- */

static void on_event(h1_worker *w, const struct epoll_event *event) {
  if (event->data.u64 == EVENT_WAKE) {
    h1_sys_notified(w->cx.event_fd);
    return;
  }
  const uint32_t slot = (uint32_t)event->data.u64;
  h1_conn *c = &w->cx.conns[slot];
  /* Closed, or its slot taken by another, earlier in this very turn. */
  if (c->life == H1_LIFE_FREE || c->generation != event->data.u64 >> 32) return;
  h1_conn_event(c, event->events);
}

static void wake_named(h1_worker *w) {
  if (!atomic_exchange_explicit(&w->cx.woken, false, memory_order_seq_cst))
    return;
  for (size_t i = 0; i < w->cx.wake_words; i++) {
    uint64_t bits =
        atomic_exchange_explicit(&w->cx.wake_bits[i], 0, memory_order_acquire);
    while (bits != 0) {
      h1_conn *c = &w->cx.conns[i * 64 + (unsigned)__builtin_ctzll(bits)];
      bits &= bits - 1;
      if (c->life == H1_LIFE_FREE) continue;
      h1_conn_woken(c);
    }
  }
}

/* Each connection once: one that yields again goes to the end of the list. */
static void run_ready(h1_worker *w) {
  size_t count = w->cx.lists[H1_LIST_READY].count;
  while (count-- > 0 && w->cx.lists[H1_LIST_READY].first != NULL) {
    h1_conn_turn(w->cx.lists[H1_LIST_READY].first);
  }
}

/* Memory for those who wait here, and for those of another worker. */
static void relieve(h1_worker *w) {
  h1_relief_answer(&w->relief);
  h1_blocks_wanted ask;
  if (!h1_relief_evict(&w->relief, &ask)) return;
  for (unsigned i = 0; i < w->peer_count; i++) {
    if (&w->peers[i] == w) continue;
    h1_relief_ask(&w->peers[i].relief, &ask);
    h1_sys_notify(w->peers[i].cx.event_fd);
  }
}

/* The kernel holds too much for clients: those with most, who acknowledge
 * nothing, give way. */
static void relieve_kernel(h1_worker *w) {
  w->unacked_left = false;
  if (w->cx.now_ms < w->unacked_ms || !h1_unacked_too_much(&w->cx)) return;
  for (unsigned i = 0; i < H1_RELIEF_PER_TURN; i++) {
    h1_conn *c = h1_unacked_most(&w->cx);
    if (c == NULL) {
      w->unacked_ms = w->cx.now_ms + H1_RELIEF_MS;
      return;
    }
    h1_counter_add(&w->cx.metrics->unacked_closed, 1);
    h1_conn_cut(c);
    if (!h1_unacked_too_much(&w->cx)) return;
  }
  w->unacked_left = true;
}

static int time_until(const h1_worker *w, uint64_t at_ms) {
  if (at_ms == H1_NEVER) return -1;
  return at_ms > w->cx.now_ms ? (int)(at_ms - w->cx.now_ms) : 0;
}

/* When a place may come free for who is queued and has none. */
static int place_time(const h1_worker *w) {
  if (h1_queue_depth(w->queue) == 0 || !h1_place_may_take(&w->cx)) return -1;
  return time_until(w, w->place_ms);
}

static void run_due(h1_worker *w) {
  for (h1_timer *t = h1_wheel_due(&w->cx.wheel, w->cx.now_ms); t != NULL;
       t = h1_wheel_due(&w->cx.wheel, w->cx.now_ms)) {
    h1_conn_due((h1_conn *)(void *)t);
  }
}

static void arm_all(h1_worker *w, h1_list_id list) {
  for (h1_conn *c = w->cx.lists[list].first; c != NULL; c = c->next) {
    h1_conn_arm(c);
  }
}

/* When the server begins to close, idle connections get the deadline that holds
 * from now on. */
static void begin_closing(h1_worker *w) {
  if (w->closing ||
      !atomic_load_explicit(&w->cx.shared->closing, memory_order_acquire)) {
    return;
  }
  w->closing = true;
  arm_all(w, H1_LIST_FRESH);
  arm_all(w, H1_LIST_IDLE);
}

static int sooner(int a_ms, int b_ms) {
  if (a_ms < 0) return b_ms;
  return b_ms >= 0 && b_ms < a_ms ? b_ms : a_ms;
}

static int tick_time(const h1_worker *w) {
  if (!w->ticks) return -1;
  return w->tick_ms > w->cx.now_ms ? (int)(w->tick_ms - w->cx.now_ms) : 0;
}

/* A turn of any kind brings ticks about; the one that says no ends them. */
static void tick(h1_worker *w) {
  const h1_shared *shared = w->cx.shared;
  if (shared->tick == NULL || (w->ticks && w->cx.now_ms < w->tick_ms)) return;
  w->tick_ms = w->cx.now_ms + TICK_MS;
  w->ticks =
      !w->ticks || shared->tick(shared->tick_data, w->cx.index, w->cx.now_ms);
}

static int wait_time(h1_worker *w, int wait_ms) {
  if (w->cx.lists[H1_LIST_READY].first != NULL || w->unacked_left) return 0;
  const int wheel = h1_wheel_timeout(&w->cx.wheel, w->cx.now_ms);
  return sooner(sooner(sooner(wheel, wait_ms), tick_time(w)),
                sooner(place_time(w), h1_relief_time(&w->relief)));
}

/* Says that it sleeps before it looks at the queue a last time, so that the
 * acceptor either sees the sleeper or the sleeper sees what was pushed. A
 * worker that can take nothing of what is queued does not offer itself. */
static int fall_asleep(h1_worker *w, int timeout) {
  const bool queued = h1_queue_depth(w->queue) > 0;
  if (timeout == 0 || !(queued ? can_take(w) : h1_place_may_take(&w->cx)))
    return timeout;
  atomic_store_explicit(&w->sleeping, true, memory_order_seq_cst);
  return h1_queue_depth(w->queue) > 0 ? 0 : timeout;
}

static void gauges(h1_worker *w) {
  h1_counter_set(&w->cx.metrics->blocks_used,
                 w->cx.small.used + w->cx.large.used);
  h1_counter_set(&w->cx.metrics->blocks_used_max,
                 w->cx.small.used_max + w->cx.large.used_max);
}

bool h1_worker_turn(h1_worker *w, int wait_ms) {
  struct epoll_event events[EVENTS];
  const bool queued = can_take(w);
  const int timeout = queued ? 0 : fall_asleep(w, wait_time(w, wait_ms));
  const int n = h1_sys_epoll_wait(w->cx.epoll_fd, events, EVENTS, timeout);
  if (n < 0) h1_thread_nap(NAP_MS);
  atomic_store_explicit(&w->sleeping, false, memory_order_relaxed);
  atomic_fetch_add_explicit(&w->turns, 1, memory_order_relaxed);
  h1_context_clock(&w->cx);
  for (int i = 0; i < n; i++) on_event(w, &events[i]);
  wake_named(w);
  run_ready(w);
  take_new(w);
  answer_descriptor(w);
  begin_closing(w);
  run_due(w);
  relieve(w);
  relieve_kernel(w);
  h1_relief_wake(&w->relief);
  tick(w);
  gauges(w);
  const h1_shared *shared = w->cx.shared;
  const bool closed =
      atomic_load_explicit(w->cx.lane ? &shared->lane_closed : &shared->closed,
                           memory_order_acquire);
  return !closed || w->cx.open_conns > 0 || h1_queue_depth(w->queue) > 0;
}

void *h1_worker_run(void *worker) {
  h1_worker *w = worker;
  while (h1_worker_turn(w, -1)) {
  }
  atomic_store_explicit(&w->ended, true, memory_order_relaxed);
  if (!w->cx.lane) {
    atomic_fetch_sub_explicit(&w->handoff->running, 1, memory_order_seq_cst);
    h1_sys_notify(w->handoff->acceptor_event);
  }
  return NULL;
}
