#include "server/conn/admission.h"

#include "server/conn/context.h"

/* Beyond what is held back, so many turns' blocks stay with their worker. */
#define KEPT_TURNS 2u

/* Blocks promised to the finisher, or held back for the next one. */
static size_t finisher_share(const h1_context *cx) {
  const size_t most = cx->plan.body_max_blocks;
  if (cx->finisher == NULL) return most;
  return most > cx->finisher->flight->store.blocks
             ? most - cx->finisher->flight->store.blocks
             : 0;
}

static h1_depot *depot_of(const h1_context *cx) {
  return cx->lane ? NULL : cx->shared->depot;
}

/* Draws what is missing, except for `leave` blocks. */
static bool draw(h1_context *cx, uint64_t blocks, uint64_t leave) {
  const size_t free = h1_pool_free(&cx->large);
  if (free >= blocks) return true;
  h1_depot *depot = depot_of(cx);
  const uint64_t missing = blocks - free;
  return depot != NULL && h1_depot_left(depot) >= missing + leave &&
         h1_depot_draw(depot, &cx->large, (size_t)missing);
}

/* Whether so many blocks are free here, if need be by drawing some. */
static bool are_free(h1_context *cx, uint64_t blocks) {
  return draw(cx, blocks, 0);
}

/* Blocks that bodies leave alone, with every promise. */
static size_t held_back(const h1_context *cx) {
  return cx->plan.body_floor + cx->body_reserved + finisher_share(cx);
}

/* Whether the body of `c` may have so many beyond every promise, and beyond
 * what is set aside for another. */
static bool are_spare(const h1_conn *c, uint64_t blocks) {
  h1_context *cx = c->context;
  if (blocks > SIZE_MAX / 2) return false;
  const uint64_t all =
      atomic_load_explicit(&cx->shared->aside, memory_order_relaxed);
  const uint64_t others = all > cx->aside ? all - cx->aside : 0;
  const size_t own = cx->favoured == c ? 0 : cx->aside;
  return draw(cx, blocks + held_back(cx) + own, others);
}

void h1_admission_favour(h1_context *cx, const h1_conn *c) {
  const size_t before = cx->aside;
  cx->favoured = c;
  cx->aside = c == NULL ? 0 : h1_admission_wants(c);
  if (cx->lane) return;
  atomic_fetch_add_explicit(&cx->shared->aside,
                            (uint64_t)cx->aside - (uint64_t)before,
                            memory_order_relaxed);
}

static size_t with_turns(const h1_context *cx, size_t turns) {
  return cx->body_reserved + finisher_share(cx) + turns * cx->plan.turn_blocks;
}

/* Whether `c` has a body that was promised all it takes. */
static bool promised_body(const h1_conn *c) {
  const bool reading = c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS;
  return reading && c->flight->body.mode == H1_BODY_BUFFER &&
         !c->flight->body.drop && !c->flight->body.unadmitted &&
         (c->flight->verdict.framing.kind == H1_BODY_LENGTH ||
          c->context->finisher == c);
}

/* Three ranks: who was promised blocks; who holds a large leftover, which only
 * a turn gives back, or is in mid-body; who begins. Each leaves a turn's worth
 * of blocks to the one before it, and the lower two also leave alone what is
 * promised, so that what is begun can go on. */
bool h1_admission_turn(const h1_conn *c) {
  h1_context *cx = c->context;
  if (promised_body(c)) return are_free(cx, cx->plan.turn_blocks);
  const bool begun =
      c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS ||
      (c->input.leftover != NULL && c->input.leftover->pool == &cx->large);
  return are_free(cx, with_turns(cx, begun ? 2 : 3));
}

bool h1_admission_new_conn(const h1_context *cx) {
  const h1_depot *depot = depot_of(cx);
  const size_t left = depot != NULL ? h1_depot_left(depot) : 0;
  return h1_pool_free(&cx->large) + left >= with_turns(cx, 3);
}

static bool may_begin_chunked(const h1_conn *c) {
  h1_context *cx = c->context;
  return h1_admission_can_grow(c) || are_free(cx, with_turns(cx, 4));
}

static uint64_t declared_blocks(const h1_conn *c) {
  const uint64_t bytes = c->flight->verdict.framing.length;
  const size_t payload = c->context->plan.large_payload;
  return bytes / payload + (bytes % payload != 0);
}

/* The share that is held back for one body is for any body. */
static bool may_finish(const h1_conn *c) {
  const h1_context *cx = c->context;
  return cx->finisher == NULL && declared_blocks(c) <= cx->plan.body_max_blocks;
}

static bool may_admit(const h1_conn *c) {
  if (c->flight->verdict.framing.kind == H1_BODY_CHUNKED) {
    return may_begin_chunked(c);
  }
  return are_spare(c, declared_blocks(c)) || may_finish(c);
}

static void promise(h1_conn *c) {
  h1_context *cx = c->context;
  const uint64_t blocks = declared_blocks(c);
  if (!are_spare(c, blocks)) {
    cx->finisher = c;
    return;
  }
  c->flight->store.reserved = (size_t)blocks;
  cx->body_reserved += (size_t)blocks;
}

bool h1_admission_admit(h1_conn *c) {
  if (!may_admit(c)) return false;
  if (c->flight->verdict.framing.kind == H1_BODY_LENGTH) promise(c);
  return true;
}

bool h1_admission_is_ready(const h1_conn *c) {
  return c->flight->body.unadmitted ? may_admit(c) : h1_admission_can_grow(c);
}

static bool append_block(h1_conn *c) {
  h1_block *b = h1_pool_take(&c->context->large);
  if (b == NULL) return false;
  if (c->flight->store.last != NULL) {
    c->flight->store.last->next = b;
  } else {
    c->flight->store.first = b;
  }
  c->flight->store.last = b;
  c->flight->store.blocks++;
  return true;
}

bool h1_admission_can_grow(const h1_conn *c) {
  h1_context *cx = c->context;
  if (h1_pool_free(&cx->large) == 0 && !are_free(cx, 1)) return false;
  return c->flight->store.reserved > 0 || cx->finisher == NULL ||
         cx->finisher == c || are_spare(c, 1);
}

size_t h1_admission_wants(const h1_conn *c) {
  const size_t turn = c->context->plan.turn_blocks;
  if (c->flight == NULL || !c->flight->body.unadmitted ||
      c->flight->verdict.framing.kind != H1_BODY_LENGTH) {
    return turn;
  }
  const uint64_t blocks = declared_blocks(c);
  return blocks < SIZE_MAX / 2 ? (size_t)blocks : SIZE_MAX / 2;
}

bool h1_admission_grow(h1_conn *c) {
  h1_context *cx = c->context;
  if (c->flight->store.reserved > 0) {
    c->flight->store.reserved--;
    cx->body_reserved--;
    return append_block(c);
  }
  if (cx->finisher == c) return append_block(c);
  if (c->flight->verdict.framing.kind == H1_BODY_LENGTH)
    return false; /* promised too little */
  if (are_spare(c, 1)) return append_block(c);
  if (cx->finisher != NULL) return false;
  cx->finisher = c;
  return append_block(c);
}

void h1_admission_release(h1_conn *c) {
  h1_context *cx = c->context;
  h1_block_release_chain(&c->flight->store.first);
  c->flight->store.last = NULL;
  c->flight->store.blocks = 0;
  cx->body_reserved -= c->flight->store.reserved;
  c->flight->store.reserved = 0;
  if (cx->finisher == c) cx->finisher = NULL;
}

void h1_admission_give_back(h1_context *cx, bool all) {
  const size_t drawn = cx->large.total - cx->large.own;
  if (drawn == 0) return;
  const size_t keep =
      held_back(cx) + (all ? 0 : KEPT_TURNS * cx->plan.turn_blocks);
  const size_t free = h1_pool_free(&cx->large);
  if (free <= keep) return;
  h1_depot_return(cx->shared->depot, &cx->large,
                  free - keep < drawn ? free - keep : drawn);
}
