/* The worker's loop. One turn: wait, then the connections that epoll names,
 * those that were woken, those with work left over, one or two new ones, those
 * whose time has come, those who waited for memory. */
#include "server/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "parser/values.h"
#include "server/die.h"
#include "server/memory.h"
#include "server/sys.h"

#define EVENTS 128
#define NEW_PER_TURN 2u
#define EVENT_WAKE UINT64_MAX
/* A connection that never sent a byte gives way only after this long: its
 * request may be on the way. */
#define FRESH_MS 1000u
/* Idle connections looked at for one slot: each may turn out to be busy again.
 */
#define EVICTION_LOOKS 8u
#define RELIEF_PER_TURN 8u

/* ---- making one ---- */

typedef struct {
  uint8_t *at;
} arena_cursor;

static void *carve(arena_cursor *a, size_t bytes) {
  void *p = a->at;
  a->at += (bytes + 63u) & ~(size_t)63u;
  return p;
}

static void lay_out(h1_worker *w, uint8_t *arena) {
  const h1_worker_plan *p = &w->plan;
  arena_cursor a = {arena};
  const size_t conn_bytes = (sizeof(h1_conn) + 63u) & ~(size_t)63u;
  w->conns = carve(&a, p->slots * conn_bytes);
  w->states = carve(&a, p->slots * H1_STATE_BYTES);
  w->wake_bits = carve(&a, w->wake_words * 8);
  w->headers = carve(&a, p->header_storage * sizeof(h1_header));
  w->receive = carve(&a, p->receive_bytes);
  w->stage = carve(&a, p->stage_bytes);
  h1_exchange_buffers(
      &w->x, carve(&a, h1_exchange_buffer_bytes(w->config->limits.head_bytes)));
  h1_pool_init(
      &w->small,
      carve(&a, p->small_blocks * h1_pool_block_bytes(p->small_payload)),
      p->small_payload, p->small_blocks);
  h1_pool_init(&w->large, a.at, p->large_payload, p->large_blocks);
}

static bool make_descriptors(h1_worker *w) {
  w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (w->epoll_fd < 0) return false;
  w->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (w->event_fd >= 0 &&
      h1_sys_epoll_add(w->epoll_fd, w->event_fd, EPOLLIN, EVENT_WAKE) == 0) {
    return true;
  }
  const int error = errno;
  h1_worker_deinit(w);
  errno = error;
  return false;
}

bool h1_worker_init(h1_worker *w, h1_shared *shared, const h1_worker_plan *plan,
                    unsigned index, bool lane, h1_metrics *metrics,
                    uint8_t *arena) {
  memset(w, 0, sizeof *w);
  w->shared = shared;
  w->config = shared->config;
  w->plan = *plan;
  w->queue = lane ? shared->lane_queue : shared->queue;
  w->metrics = metrics;
  w->index = index;
  w->lane = lane;
  w->lane_timeout_ms = H1_LANE_TIMEOUT_MS;
  w->epoll_fd = -1;
  w->event_fd = -1;
  w->wake_words = (plan->slots + 63u) / 64u;
  w->prepared_s = INT64_MIN;
  lay_out(w, arena);
  h1_worker_clock(w);
  h1_wheel_init(&w->wheel, w->now_ms);
  return make_descriptors(w);
}

void h1_worker_deinit(h1_worker *w) {
  if (w->event_fd >= 0) close(w->event_fd);
  if (w->epoll_fd >= 0) close(w->epoll_fd);
  w->event_fd = -1;
  w->epoll_fd = -1;
}

/* ---- lists, clock, slots ---- */

void h1_worker_list(h1_conn *c, h1_list_id list) {
  h1_worker *w = c->worker;
  if (c->list != H1_LIST_NONE) {
    h1_conn_list *from = &w->lists[c->list];
    if (c->prev != NULL) c->prev->next = c->next;
    if (c->next != NULL) c->next->prev = c->prev;
    if (from->first == c) from->first = c->next;
    if (from->last == c) from->last = c->prev;
    from->count--;
  }
  c->list = list;
  c->prev = NULL;
  c->next = NULL;
  if (list == H1_LIST_NONE) return;
  h1_conn_list *to = &w->lists[list];
  c->prev = to->last;
  if (to->last != NULL) {
    to->last->next = c;
  } else {
    to->first = c;
  }
  to->last = c;
  to->count++;
}

/* Date and Server are written once a second, not once an answer. */
static void prepare_lines(h1_worker *w, int64_t now_s) {
  uint8_t date[H1_DATE_BYTES];
  size_t size = 0;
  w->prepared_s = now_s;
  w->prepared_len = 0;
  if (h1_date_encode(now_s, date)) {
    const h1_room room = {w->prepared, sizeof w->prepared};
    const h1_slice value = {date, sizeof date};
    if (h1_field_encode(h1_slice_of("Date"), value, room, &size) == H1_DONE) {
      w->prepared_len = size;
    }
  }
  if (w->config->server_name[0] == '\0') return;
  const h1_room room = {w->prepared + w->prepared_len,
                        sizeof w->prepared - w->prepared_len};
  if (h1_field_encode(h1_slice_of("Server"),
                      h1_slice_of(w->config->server_name), room,
                      &size) == H1_DONE) {
    w->prepared_len += size;
  }
}

void h1_worker_clock(h1_worker *w) {
  w->now_ns = h1_sys_monotonic_ns();
  w->now_ms = w->now_ns / 1000000u;
  w->now_us = h1_sys_realtime_us();
  const int64_t now_s = (int64_t)(w->now_us / 1000000u);
  if (now_s != w->prepared_s) prepare_lines(w, now_s);
}

/* Slots are touched when they are first needed, so that memory follows use. */
h1_conn *h1_worker_slot_take(h1_worker *w) {
  h1_conn *c = w->free_conns;
  if (c != NULL) {
    w->free_conns = c->next;
  } else {
    c = &w->conns[w->fresh_conns];
    c->slot = w->fresh_conns++;
  }
  w->open_conns++;
  return c;
}

void h1_worker_slot_free(h1_worker *w, h1_conn *c) {
  c->generation++;
  c->next = w->free_conns;
  w->free_conns = c;
  w->open_conns--;
}

/* ---- new connections ---- */

/* Who gives way to a new connection: the longest idle, a silent new one, one
 * that only lingers. NULL: none. */
static h1_conn *evictable(const h1_worker *w) {
  if (w->lane && w->lists[H1_LIST_LINGER].first != NULL) {
    return w->lists[H1_LIST_LINGER].first;
  }
  h1_conn *idle = w->lists[H1_LIST_IDLE].first;
  if (idle != NULL) return idle;
  h1_conn *fresh = w->lists[H1_LIST_FRESH].first;
  const uint64_t grace = w->lane ? 0 : FRESH_MS;
  if (fresh != NULL && fresh->since_ms + grace <= w->now_ms) return fresh;
  return w->lists[H1_LIST_LINGER].first;
}

static bool has_slot(const h1_worker *w) {
  return w->free_conns != NULL || w->fresh_conns < w->plan.slots;
}

static bool can_take(const h1_worker *w) {
  return h1_memory_new_conn(w) && (has_slot(w) || evictable(w) != NULL);
}

/* A request may have arrived on the idle connection in this moment: it is
 * looked at once more before it is closed. */
static bool make_slot(h1_worker *w) {
  for (unsigned looked = 0; !has_slot(w); looked++) {
    if (looked == EVICTION_LOOKS) return false;
    h1_conn *c = evictable(w);
    if (c == NULL) return false;
    if (w->lane && c->list == H1_LIST_FRESH) {
      h1_conn_due(c); /* it has waited in the queue: answered, then lingers */
      continue;
    }
    if (c->life == H1_LIFE_OPEN) {
      const h1_list_id list = c->list;
      c->readable = true;
      h1_conn_turn(c);
      if (c->life != H1_LIFE_OPEN) continue;
      if (c->list != list || w->lists[list].last != c) continue;
      h1_counter_add(&w->metrics->idle_closed, 1);
    }
    h1_conn_close(c, H1_OK);
  }
  return true;
}

static void pass_on(h1_worker *w) {
  for (unsigned i = 0; i < w->peer_count; i++) {
    h1_worker *peer = &w->peers[(w->index + 1 + i) % w->peer_count];
    if (peer != w && h1_worker_nudge(peer)) return;
  }
}

static void take_new(h1_worker *w) {
  for (unsigned i = 0; i < NEW_PER_TURN; i++) {
    h1_accepted accepted;
    size_t left = 0;
    if (h1_queue_depth(w->queue) == 0 || !can_take(w) || !make_slot(w)) return;
    if (!h1_queue_pop(w->queue, &accepted, &left)) return;
    if (left > 0) pass_on(w);
    if (atomic_load_explicit(&w->shared->acceptor_waits,
                             memory_order_seq_cst)) {
      h1_sys_notify(w->shared->acceptor_event);
    }
    h1_conn_open(w, &accepted);
  }
}

bool h1_worker_nudge(h1_worker *w) {
  if (!atomic_exchange_explicit(&w->sleeping, false, memory_order_seq_cst)) {
    return false;
  }
  h1_sys_notify(w->event_fd);
  return true;
}

/* ---- the turn ---- */

static void on_event(h1_worker *w, const struct epoll_event *event) {
  if (event->data.u64 == EVENT_WAKE) {
    h1_sys_notified(w->event_fd);
    return;
  }
  const uint32_t slot = (uint32_t)event->data.u64;
  h1_conn *c = &w->conns[slot];
  /* Closed, or its slot taken by another, earlier in this very turn. */
  if (c->life == H1_LIFE_FREE || c->generation != event->data.u64 >> 32) return;
  const uint32_t ended = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((event->events & (EPOLLIN | ended)) != 0) c->readable = true;
  if ((event->events & ended) != 0) c->hup = true;
  if ((event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
    c->writable = true;
  }
  /* A pull that waits may never look at its client again. */
  if ((event->events & (EPOLLHUP | EPOLLERR)) != 0 && c->pull_waiting) {
    c->dead = true;
  }
  /* Those who wait for blocks keep their place, unless they can send. */
  const bool waits = c->list == H1_LIST_TURN || c->list == H1_LIST_BODY;
  if (waits && !c->dead && (c->pending == NULL || !c->writable)) return;
  h1_conn_turn(c);
}

static void wake_named(h1_worker *w) {
  if (!atomic_exchange_explicit(&w->woken, false, memory_order_seq_cst)) return;
  for (size_t i = 0; i < w->wake_words; i++) {
    uint64_t bits =
        atomic_exchange_explicit(&w->wake_bits[i], 0, memory_order_acquire);
    while (bits != 0) {
      h1_conn *c = &w->conns[i * 64 + (unsigned)__builtin_ctzll(bits)];
      bits &= bits - 1;
      if (c->life == H1_LIFE_FREE) continue;
      c->pull_waiting = false;
      c->sink_waiting = false;
      h1_conn_turn(c);
    }
  }
}

/* Each connection once: one that yields again goes to the end of the list. */
static void run_ready(h1_worker *w) {
  size_t count = w->lists[H1_LIST_READY].count;
  while (count-- > 0 && w->lists[H1_LIST_READY].first != NULL) {
    h1_conn_turn(w->lists[H1_LIST_READY].first);
  }
}

/* The first that has what it waits for, at or behind `c`: in order, but one
 * that was promised blocks does not wait behind one that was not. */
static h1_conn *served(h1_conn *c) {
  while (c != NULL && !(c->list == H1_LIST_BODY ? h1_memory_can_grow(c)
                                                : h1_memory_turn(c))) {
    c = c->next;
  }
  return c;
}

static void wake_list(h1_worker *w, h1_list_id list) {
  size_t count = w->lists[list].count;
  h1_conn *c = served(w->lists[list].first);
  while (count-- > 0 && c != NULL) {
    h1_conn *next = c->next; /* a turn moves only its own connection */
    c->progress_ms = w->now_ms;
    h1_conn_turn(c);
    c = served(next);
  }
}

void h1_worker_wake_waiters(h1_worker *w) {
  wake_list(w, H1_LIST_BODY);
  wake_list(w, H1_LIST_TURN);
}

/* Memory is short: someone waits for a turn, or is queued and could not begin.
 */
static bool memory_is_wanted(const h1_worker *w) {
  return w->lists[H1_LIST_TURN].first != NULL ||
         (h1_queue_depth(w->queue) > 0 && !h1_memory_new_conn(w));
}

/* Those who hold blocks while their client does nothing give way, longest
 * first, a few at a time. */
static void relieve(h1_worker *w) {
  for (unsigned i = 0; i < RELIEF_PER_TURN && memory_is_wanted(w); i++) {
    h1_conn *c = w->lists[H1_LIST_HOLDER].first;
    if (c == NULL || h1_conn_gives_way_ms(c) > w->now_ms) return;
    h1_conn_give_way(c);
  }
}

/* When the next of them may; -1: nobody waits for that. */
static int relief_time(const h1_worker *w) {
  const h1_conn *c = w->lists[H1_LIST_HOLDER].first;
  if (c == NULL || !memory_is_wanted(w)) return -1;
  const uint64_t at = h1_conn_gives_way_ms(c);
  return at > w->now_ms ? (int)(at - w->now_ms) : 0;
}

static void run_due(h1_worker *w) {
  for (h1_timer *t = h1_wheel_due(&w->wheel, w->now_ms); t != NULL;
       t = h1_wheel_due(&w->wheel, w->now_ms)) {
    h1_conn_due((h1_conn *)(void *)t);
  }
}

/* A last look at everyone on the list: a request may be there. */
static void look_at_all(h1_worker *w, h1_list_id list) {
  size_t count = w->lists[list].count;
  while (count-- > 0 && w->lists[list].first != NULL) {
    h1_conn *c = w->lists[list].first;
    c->readable = true;
    h1_conn_turn(c);
  }
}

/* Once listeners are closed, idle connections get a last look and go, new ones
 * get the short deadline that holds from now on. */
static void close_idle(h1_worker *w) {
  if (!atomic_load_explicit(&w->shared->closing, memory_order_acquire)) return;
  if (!w->closing) {
    w->closing = true;
    look_at_all(w, H1_LIST_FRESH);
    look_at_all(w, H1_LIST_IDLE);
  }
  while (w->lists[H1_LIST_IDLE].first != NULL) {
    h1_conn_close(w->lists[H1_LIST_IDLE].first, H1_OK);
  }
}

static int sooner(int a_ms, int b_ms) {
  if (a_ms < 0) return b_ms;
  return b_ms >= 0 && b_ms < a_ms ? b_ms : a_ms;
}

/* When a silent connection may give way to one that is queued. */
static int fresh_time(const h1_worker *w) {
  const h1_conn *fresh = w->lists[H1_LIST_FRESH].first;
  if (fresh == NULL || can_take(w)) return -1;
  return (int)(fresh->since_ms + FRESH_MS - w->now_ms);
}

static int wait_time(h1_worker *w, int wait_ms) {
  if (w->lists[H1_LIST_READY].first != NULL ||
      served(w->lists[H1_LIST_BODY].first) != NULL ||
      served(w->lists[H1_LIST_TURN].first) != NULL) {
    return 0; /* blocks may have come back after the waiters were looked at */
  }
  const int wheel = h1_wheel_timeout(&w->wheel, w->now_ms);
  return sooner(sooner(wheel, wait_ms), sooner(fresh_time(w), relief_time(w)));
}

/* Says that it sleeps before it looks at the queue a last time, so that the
 * acceptor either sees the sleeper or the sleeper sees what was pushed. A
 * worker that could take nothing does not offer itself. */
static int fall_asleep(h1_worker *w, int timeout) {
  if (timeout == 0 || !can_take(w)) return timeout;
  atomic_store_explicit(&w->sleeping, true, memory_order_seq_cst);
  return h1_queue_depth(w->queue) > 0 ? 0 : timeout;
}

static void gauges(h1_worker *w) {
  h1_counter_set(&w->metrics->blocks_used, w->small.used + w->large.used);
  h1_counter_set(&w->metrics->blocks_used_max,
                 w->small.used_max + w->large.used_max);
}

bool h1_worker_turn(h1_worker *w, int wait_ms) {
  struct epoll_event events[EVENTS];
  const bool queued = h1_queue_depth(w->queue) > 0 && can_take(w);
  const int timeout = queued ? 0 : fall_asleep(w, wait_time(w, wait_ms));
  const int n = h1_sys_epoll_wait(w->epoll_fd, events, EVENTS, timeout);
  if (n < 0) h1_die("epoll_wait", errno);
  atomic_store_explicit(&w->sleeping, false, memory_order_relaxed);
  h1_worker_clock(w);
  for (int i = 0; i < n; i++) on_event(w, &events[i]);
  wake_named(w);
  run_ready(w);
  take_new(w);
  run_due(w);
  relieve(w);
  h1_worker_wake_waiters(w);
  close_idle(w);
  gauges(w);
  const bool closing =
      atomic_load_explicit(&w->shared->closing, memory_order_acquire);
  return !closing || w->open_conns > 0 || h1_queue_depth(w->queue) > 0;
}

void *h1_worker_run(void *worker) {
  h1_worker *w = worker;
  while (h1_worker_turn(w, -1)) {
  }
  return NULL;
}
