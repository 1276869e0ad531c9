#include "server/loop/relief.h"

#include <string.h>

#include "server/conn/admission.h"
#include "server/conn/conn.h"
#include "server/conn/standing.h"
#include "server/sys.h"

/* Of those who wait for memory, in one go: the others wait for them. */
#define WAITERS_LOOKED_AT 64u

/* ---- who waits ---- */

/* The first, from `c` on, that may take its turn: in order, except that one
 * that was promised blocks does not wait for one that was not. */
static h1_conn *served(h1_conn *c) {
  for (unsigned looked = 0; c != NULL && looked < WAITERS_LOOKED_AT; looked++) {
    if (h1_admission_turn(c)) return c;
    c = c->next;
  }
  return NULL;
}

/* In which order: a client with fewer connections first, then who has fewer
 * blocks, then who wants fewer. A crowd of one client's does not keep the
 * others waiting, nor who has much or wants much one who has nothing. */
static bool is_before(const h1_context *cx, const h1_conn *a,
                      const h1_conn *b) {
  if (b == NULL) return true;
  const h1_clients *clients = cx->shared->clients;
  const uint32_t held_a = h1_clients_held(clients, h1_conn_client(a));
  const uint32_t held_b = h1_clients_held(clients, h1_conn_client(b));
  if (held_a != held_b) return held_a < held_b;
  const uint32_t has_a = cx->standings[a->slot].blocks;
  const uint32_t has_b = cx->standings[b->slot].blocks;
  if (has_a != has_b) return has_a < has_b;
  return h1_admission_wants(a) < h1_admission_wants(b);
}

static h1_conn *first_of(const h1_context *cx, h1_list_id list,
                         h1_conn *first) {
  for (h1_conn *c = cx->lists[list].first; c != NULL; c = c->next) {
    if (is_before(cx, c, first)) first = c;
  }
  return first;
}

static h1_conn *next_body(const h1_relief *r) {
  h1_conn *next = NULL;
  for (h1_conn *c = r->cx->lists[H1_LIST_BODY].first; c != NULL; c = c->next) {
    if (is_before(r->cx, c, next) && h1_admission_is_ready(c)) next = c;
  }
  return next;
}

static size_t depot_left(const h1_context *cx) {
  return cx->shared->depot != NULL ? h1_depot_left(cx->shared->depot) : 0;
}

static h1_waiting waiting_of(const h1_context *cx) {
  h1_waiting now;
  memset(&now, 0, sizeof now); /* it is compared byte by byte */
  now.count = cx->lists[H1_LIST_BODY].count;
  now.used = cx->large.used;
  now.total = cx->large.total;
  now.reserved = cx->body_reserved;
  now.depot = depot_left(cx);
  now.aside = atomic_load_explicit(&cx->shared->aside, memory_order_relaxed);
  now.finisher = cx->finisher;
  now.favoured = cx->favoured;
  return now;
}

/* Nothing came back since nobody could be served. */
static bool is_as_it_was(const h1_relief *r) {
  const h1_waiting now = waiting_of(r->cx);
  return memcmp(&now, &r->waiting, sizeof now) == 0;
}

static void wake_bodies(h1_relief *r) {
  const h1_context *cx = r->cx;
  size_t count = cx->lists[H1_LIST_BODY].count;
  if (count == 0 || is_as_it_was(r)) return;
  h1_conn *c = next_body(r);
  for (; c != NULL && count > 0; count--) {
    h1_conn_served(c);
    c = next_body(r);
  }
  const bool all_looked_at = c == NULL;
  r->waiting = waiting_of(cx);
  if (!all_looked_at) r->waiting.count = SIZE_MAX;
}

static void wake_turns(h1_relief *r) {
  size_t count = r->cx->lists[H1_LIST_TURN].count;
  h1_conn *c = served(r->cx->lists[H1_LIST_TURN].first);
  while (count-- > 0 && c != NULL) {
    h1_conn *next = c->next; /* a turn moves only its own connection */
    h1_conn_served(c);
    c = served(next);
  }
}

/* Who is favoured is found anew before anybody is served, and after that. */
static h1_conn *favour(h1_context *cx) {
  h1_conn *first = first_of(cx, H1_LIST_BODY, NULL);
  first = first_of(cx, H1_LIST_TURN, first);
  if (first != NULL || cx->aside != 0) h1_admission_favour(cx, first);
  return first;
}

void h1_relief_wake(h1_relief *r) {
  wake_bodies(r);
  wake_turns(r);
  (void)favour(r->cx);
  h1_admission_give_back(r->cx, false);
}

/* ---- who gives way ---- */

/* Memory is short: someone waits for it, or is queued and could not begin. */
static bool memory_is_wanted(const h1_relief *r) {
  return r->cx->lists[H1_LIST_TURN].first != NULL ||
         r->cx->lists[H1_LIST_BODY].first != NULL ||
         (h1_queue_depth(r->queue) > 0 && !h1_admission_new_conn(r->cx));
}

static bool is_any(const h1_accepted *item, const void *nothing) {
  (void)item, (void)nothing;
  return true;
}

/* For whom: the first of those who wait, or of the queue. */
static h1_blocks_wanted wanted_by(h1_relief *r, const h1_conn *first) {
  const h1_context *cx = r->cx;
  h1_accepted item;
  h1_blocks_wanted wanted = {H1_CLIENT_NONE, 0, 0, false};
  if (first != NULL) {
    wanted.client = h1_conn_client(first);
    wanted.blocks = h1_admission_wants(first);
  } else if (h1_queue_find(r->queue, is_any, NULL, &item)) {
    wanted.client = item.client;
    wanted.blocks = cx->plan.turn_blocks;
  }
  wanted.held = h1_clients_held(cx->shared->clients, wanted.client);
  return wanted;
}

/* A few at a time; false: nobody. */
static bool evict(h1_relief *r, const h1_blocks_wanted *wanted) {
  size_t freed = 0;
  for (unsigned i = 0; i < H1_RELIEF_PER_TURN && freed < wanted->blocks; i++) {
    h1_conn *c = h1_gives_blocks(r->cx, wanted);
    if (c == NULL) return i > 0;
    freed += r->cx->standings[c->slot].blocks;
    h1_conn_evict(c);
  }
  return true;
}

/* ---- from worker to worker ---- */

/* In one word, so that no lock is needed: client, held, pressing, blocks. */
#define ASKED_MOST 0x7fffu

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t asked_of(const h1_blocks_wanted *w) {
  return (uint64_t)w->client << 32 | least(w->held, ASKED_MOST) << 17 |
         (uint64_t)w->pressing << 16 | least(w->blocks, ASKED_MOST);
}

static h1_blocks_wanted wanted_of(uint64_t asked) {
  return (h1_blocks_wanted){
      (uint32_t)(asked >> 32), (uint32_t)(asked >> 17 & ASKED_MOST),
      (size_t)(asked & ASKED_MOST), (asked >> 16 & 1) != 0};
}

void h1_relief_ask(h1_relief *r, const h1_blocks_wanted *ask) {
  atomic_store_explicit(&r->asked, asked_of(ask), memory_order_relaxed);
}

/* Blocks here that are the depot's. */
static size_t drawn(const h1_context *cx) {
  return cx->large.total - cx->large.own;
}

void h1_relief_answer(h1_relief *r) {
  const uint64_t asked =
      atomic_exchange_explicit(&r->asked, 0, memory_order_relaxed);
  if (asked == 0) return;
  h1_blocks_wanted wanted = wanted_of(asked);
  h1_admission_give_back(r->cx, true);
  /* Nobody gives way here for blocks that would stay here. */
  wanted.blocks = (size_t)least(wanted.blocks, drawn(r->cx));
  (void)evict(r, &wanted);
  h1_admission_give_back(r->cx, true);
}

/* Whoever is in debt goes first, in whichever worker: only at the next look
 * those who are not. */
static bool press(h1_relief *r, const h1_conn *first, h1_blocks_wanted *ask) {
  const bool alone = r->cx->shared->depot == NULL || r->cx->lane;
  if (r->cx->now_ms < r->look_ms) return false;
  *ask = wanted_by(r, first);
  ask->pressing = r->pressing || alone;
  if (evict(r, ask)) return false;
  r->look_ms = r->cx->now_ms + H1_RELIEF_MS;
  r->pressing = true;
  return !alone;
}

bool h1_relief_evict(h1_relief *r, h1_blocks_wanted *ask) {
  const bool wanted = memory_is_wanted(r);
  const h1_conn *first = favour(r->cx);
  if (!wanted) r->pressing = false;
  return wanted && press(r, first, ask);
}

void h1_relief_init(h1_relief *r, h1_context *cx, h1_queue *queue) {
  memset(r, 0, sizeof *r);
  r->cx = cx;
  r->queue = queue;
}

int h1_relief_time(const h1_relief *r) {
  /* Blocks may have come back after the waiters were looked at. */
  if ((r->cx->lists[H1_LIST_BODY].count > 0 && !is_as_it_was(r)) ||
      served(r->cx->lists[H1_LIST_TURN].first) != NULL) {
    return 0;
  }
  if (!memory_is_wanted(r)) return -1;
  return r->look_ms > r->cx->now_ms ? (int)(r->look_ms - r->cx->now_ms) : 0;
}
