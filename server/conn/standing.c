/* Who gives way. One pass over the standings of a worker finds who is first;
 * only for a newcomer when everything is taken, or while memory is wanted. */
#include "server/conn/standing.h"

#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/slots.h"

/* How long a client may do nothing before others count more. */
#define GRACE_MS 1000u
/* How long a request keeps its place from a client with fewer connections,
 * however slow it is: a newcomer is to have one within a second, also where
 * others wait for it too. */
#define PLACE_GRACE_MS 500u
/* How long one who progresses keeps its blocks whatever others want: half of
 * the time for which they wait. */
#define BLOCKS_GRACE_MS 250u
#define BLOCKS_MOST 0xffffffu

/* ---- standing ---- */

/* Whose turn it is to do something. */
static h1_standing_kind kind_of(const h1_conn *c) {
  if (h1_flight_on_helper(c)) return H1_STANDING_NONE;
  if (c->life == H1_LIFE_LINGER) return H1_STANDING_LINGER;
  if (h1_conn_is_idle(c)) {
    return c->requests > 0 ? H1_STANDING_IDLE : H1_STANDING_FRESH;
  }
  if (h1_conn_waits_for_memory(c)) return H1_STANDING_MEMORY;
  if (c->list == H1_LIST_READY) return H1_STANDING_SERVER;
  if (c->output.pending != NULL) return H1_STANDING_CLIENT;
  if (h1_flight_pull_waits(c)) return H1_STANDING_PULL;
  if (h1_flight_awaits_later(c) || h1_flight_sink_waits(c)) {
    return H1_STANDING_SERVER;
  }
  return H1_STANDING_CLIENT;
}

static uint64_t paid_of(const h1_conn *c, h1_standing_kind kind) {
  switch (kind) {
    case H1_STANDING_PULL:
      return c->times.write_moved_ms;
    case H1_STANDING_CLIENT:
      return h1_time_paid(c);
    case H1_STANDING_MEMORY:
    case H1_STANDING_SERVER:
      return c->context->now_ms;
    case H1_STANDING_NONE:
    case H1_STANDING_LINGER:
    case H1_STANDING_FRESH:
    case H1_STANDING_IDLE:
      break;
  }
  return c->times.since_ms;
}

static bool is_large(const h1_conn *c, const h1_block *b) {
  return b != NULL && b->pool == &c->context->large;
}

/* Blocks in its hands, and those that nobody else may have for its sake. */
static uint32_t blocks_held(const h1_conn *c) {
  uint32_t held = is_large(c, c->input.leftover) ? 1 : 0;
  if (c->output.pending != NULL) held++;
  if (c->flight == NULL) return held;
  if (c->context->finisher == c) held++;
  return held + is_large(c, c->flight->kept) +
         (uint32_t)(c->flight->store.blocks + c->flight->store.reserved);
}

void h1_standing_note(h1_conn *c) {
  h1_context *cx = c->context;
  h1_standing *s = &cx->standings[c->slot];
  const h1_standing_kind kind = kind_of(c);
  s->kind = (uint8_t)kind;
  s->client = h1_conn_client(c);
  s->paid_ms = paid_of(c, kind);
  s->blocks = 0;
  s->begun_ms = (uint32_t)h1_time_begun(c);
  const uint64_t moved = h1_bytes_moved(c);
  s->moved = moved < UINT32_MAX ? (uint32_t)moved : UINT32_MAX;
  if (kind < H1_STANDING_CLIENT) return;
  const uint32_t held = blocks_held(c);
  s->blocks = (held < BLOCKS_MOST ? held : BLOCKS_MOST) & BLOCKS_MOST;
  s->rent_ms = h1_time_rent(c, (uint64_t)s->blocks * cx->plan.large_payload);
}

void h1_standing_clear(h1_conn *c) {
  c->context->standings[c->slot].kind = H1_STANDING_NONE;
}

/* ---- the order ---- */

enum { LINGERS = 1, IDLE, STUCK, PROGRESSES, YIELDS, STAYS };

/* While the server stops, a request may be on the way to whoever was idle for
 * less than --drain-idle when that began: he has that long. */
static bool is_awaited(const h1_context *cx, const h1_standing *s) {
  const h1_shared *shared = cx->shared;
  return !cx->lane &&
         atomic_load_explicit(&shared->closing, memory_order_acquire) &&
         s->paid_ms + h1_drain_idle_ms(shared->config) > shared->closing_ms;
}

/* Of its request, whatever it did meanwhile. After weeks it is young again. */
static uint32_t age_ms(const h1_context *cx, const h1_standing *s) {
  return (uint32_t)cx->now_ms - s->begun_ms;
}

static bool has_had_its_time(const h1_context *cx, const h1_standing *s) {
  return age_ms(cx, s) >= PLACE_GRACE_MS;
}

/* In the lane everyone gives way: what it does is over in a moment. */
static int rank_of(const h1_context *cx, const h1_standing *s) {
  const bool late = s->paid_ms + GRACE_MS <= cx->now_ms;
  const bool over = cx->lane || h1_clients_over(cx->shared->clients, s->client);
  switch ((h1_standing_kind)s->kind) {
    case H1_STANDING_NONE:
      break;
    case H1_STANDING_LINGER:
      return LINGERS;
    case H1_STANDING_IDLE:
      return is_awaited(cx, s) ? STAYS : IDLE;
    case H1_STANDING_FRESH:
      if (is_awaited(cx, s)) return STAYS;
      return late || cx->lane ? IDLE : over ? PROGRESSES : STAYS;
    case H1_STANDING_PULL:
      return STUCK;
    case H1_STANDING_CLIENT:
      if (late) return STUCK;
      return over ? PROGRESSES : has_had_its_time(cx, s) ? YIELDS : STAYS;
    case H1_STANDING_MEMORY:
      return over ? PROGRESSES : has_had_its_time(cx, s) ? YIELDS : STAYS;
    case H1_STANDING_SERVER:
      return over ? PROGRESSES : STAYS;
  }
  return STAYS;
}

typedef struct {
  int rank;
  uint32_t held;
  uint64_t progress; /* until when it has paid, or bytes a second */
} merit;

static bool is_less(const merit *a, const merit *b) {
  if (a->rank != b->rank) return a->rank < b->rank;
  if (a->held != b->held) return a->held > b->held;
  return a->progress < b->progress;
}

static uint64_t rate_of(const h1_context *cx, const h1_standing *s) {
  return (uint64_t)s->moved * 1000u / ((uint64_t)age_ms(cx, s) + 1);
}

/* Of two clients within their shares the one with fewer connections comes
 * first, and one that has none before all. */
static bool yields_to(uint32_t held, uint32_t newcomer_held) {
  return newcomer_held <= 1 || held > newcomer_held;
}

/* Who is to give a place. */
typedef struct {
  uint32_t client; /* H1_CLIENT_NONE: any */
  int most;        /* ranks up to this */
  uint32_t held;   /* by the newcomer's client */
} wanted;

/* The least of them. */
static h1_conn *least(const h1_context *cx, wanted w) {
  merit best = {STAYS, 0, 0};
  h1_conn *found = NULL;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_standing *s = &cx->standings[i];
    if (s->kind == H1_STANDING_NONE) continue;
    if (w.client != H1_CLIENT_NONE && s->client != w.client) continue;
    merit m = {rank_of(cx, s), 0, s->paid_ms};
    if (m.rank > w.most || m.rank > best.rank) continue;
    m.held = h1_clients_held(cx->shared->clients, s->client);
    if (m.rank == YIELDS && !yields_to(m.held, w.held)) continue;
    if (m.rank >= PROGRESSES) m.progress = rate_of(cx, s);
    if (!is_less(&m, &best)) continue;
    best = m;
    found = &cx->conns[i];
  }
  return found;
}

h1_conn *h1_gives_way(const h1_context *cx, uint32_t held) {
  return least(cx, (wanted){H1_CLIENT_NONE, YIELDS, held});
}

h1_conn *h1_gives_descriptor(const h1_context *cx) {
  return least(cx, (wanted){H1_CLIENT_NONE, IDLE, 0});
}

h1_conn *h1_gives_way_to_its_own(const h1_context *cx, uint32_t client) {
  return least(cx, (wanted){client, STUCK, 0});
}

/* ---- blocks ---- */

static bool is_overdue(const h1_context *cx, const h1_standing *s) {
  return s->kind == H1_STANDING_CLIENT && s->rent_ms + GRACE_MS <= cx->now_ms;
}

/* Of clients that are not the one who wants blocks: unix sockets and those
 * without a row are one. */
static int block_rank(const h1_context *cx, const h1_standing *s,
                      const h1_blocks_wanted *w) {
  if (is_overdue(cx, s)) return STUCK;
  if (!w->pressing || s->client == w->client) return STAYS;
  if (h1_clients_over(cx->shared->clients, s->client)) return PROGRESSES;
  const bool may =
      s->kind == H1_STANDING_CLIENT || s->kind == H1_STANDING_MEMORY;
  return may && age_ms(cx, s) >= BLOCKS_GRACE_MS ? YIELDS : STAYS;
}

/* By what each of its blocks brings in. */
static uint64_t block_progress(const h1_context *cx, const h1_standing *s,
                               int rank) {
  return rank == STUCK ? s->rent_ms : rate_of(cx, s) / s->blocks;
}

static h1_conn *least_holder(const h1_context *cx, const h1_blocks_wanted *w) {
  merit best = {STAYS, 0, 0};
  h1_conn *found = NULL;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_standing *s = &cx->standings[i];
    if (s->kind == H1_STANDING_NONE || s->blocks == 0) continue;
    merit m = {block_rank(cx, s, w), 0, 0};
    if (m.rank == STAYS || m.rank > best.rank) continue;
    m.held = h1_clients_held(cx->shared->clients, s->client);
    if (m.rank == YIELDS && !yields_to(m.held, w->held)) continue;
    m.progress = block_progress(cx, s, m.rank);
    if (!is_less(&m, &best)) continue;
    best = m;
    found = &cx->conns[i];
  }
  return found;
}

/* Of those that bodies may have. */
static bool holds_a_quarter(const h1_context *cx, uint32_t client) {
  uint64_t blocks = 0;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_standing *s = &cx->standings[i];
    if (s->kind != H1_STANDING_NONE && s->client == client) blocks += s->blocks;
  }
  return blocks * 4 > cx->plan.share_blocks - cx->plan.body_floor;
}

/* Somebody of a client that has more than a quarter, though it is its first
 * second. */
static h1_conn *greedy(const h1_context *cx, const h1_blocks_wanted *w) {
  h1_conn *most = NULL;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_standing *s = &cx->standings[i];
    if (s->kind == H1_STANDING_NONE || s->blocks == 0) continue;
    if (s->client == w->client || s->client == H1_CLIENT_NONE) continue;
    const uint32_t blocks = s->blocks;
    if (most == NULL || blocks > cx->standings[most->slot].blocks) {
      most = &cx->conns[i];
    }
  }
  return most != NULL && holds_a_quarter(cx, h1_conn_client(most)) ? most
                                                                   : NULL;
}

h1_conn *h1_gives_blocks(const h1_context *cx, const h1_blocks_wanted *w) {
  h1_conn *c = least_holder(cx, w);
  return c != NULL || !w->pressing ? c : greedy(cx, w);
}
