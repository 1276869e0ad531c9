#include "server/conn/admission.h"

#include "server/conn/context.h"

/* Blocks promised to the finisher, or held back for the next one. */
static size_t finisher_share(const h1_context *cx) {
  const size_t most = cx->plan.body_max_blocks;
  if (cx->finisher == NULL) return most;
  return most > cx->finisher->flight->store.blocks
             ? most - cx->finisher->flight->store.blocks
             : 0;
}

/* What is free for bodies beyond every promise. */
static size_t spare(const h1_context *cx) {
  const size_t held =
      cx->plan.body_floor + cx->body_reserved + finisher_share(cx);
  const size_t free = h1_pool_free(&cx->large);
  return free > held ? free - held : 0;
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
  const h1_context *cx = c->context;
  const size_t turn = cx->plan.turn_blocks;
  const size_t free = h1_pool_free(&cx->large);
  if (promised_body(c)) return free >= turn;
  const size_t promised = cx->body_reserved + finisher_share(cx);
  const bool begun =
      c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS ||
      (c->input.leftover != NULL && c->input.leftover->pool == &cx->large);
  return free >= promised + (begun ? 2 : 3) * turn;
}

static bool leaves_turns(const h1_context *cx, size_t turns) {
  return h1_pool_free(&cx->large) >=
         cx->body_reserved + finisher_share(cx) + turns * cx->plan.turn_blocks;
}

bool h1_admission_new_conn(const h1_context *cx) { return leaves_turns(cx, 3); }

static bool may_begin_chunked(const h1_conn *c) {
  return h1_admission_can_grow(c) || leaves_turns(c->context, 4);
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
  return declared_blocks(c) <= spare(c->context) || may_finish(c);
}

static void promise(h1_conn *c) {
  h1_context *cx = c->context;
  const uint64_t blocks = declared_blocks(c);
  if (blocks > spare(cx)) {
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
  const h1_context *cx = c->context;
  if (h1_pool_free(&cx->large) == 0) return false;
  return c->flight->store.reserved > 0 || cx->finisher == NULL ||
         cx->finisher == c || spare(cx) > 0;
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
  if (spare(cx) > 0) return append_block(c);
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
