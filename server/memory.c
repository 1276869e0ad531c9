#include "server/memory.h"

/* Blocks promised to the finisher, or held back for the next one. */
static size_t finisher_share(const h1_worker *w) {
  const size_t most = w->plan.body_max_blocks;
  if (w->finisher == NULL) return most;
  return most > w->finisher->body_blocks ? most - w->finisher->body_blocks : 0;
}

/* What is free for bodies beyond every promise. */
static size_t spare(const h1_worker *w) {
  const size_t held = w->plan.body_floor + w->body_reserved + finisher_share(w);
  const size_t free = h1_pool_free(&w->large);
  return free > held ? free - held : 0;
}

/* Whether `c` has a body that was promised all it takes. */
static bool promised_body(const h1_conn *c) {
  const bool reading = c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS;
  return reading && c->body_mode == H1_BODY_BUFFER && !c->drop_body &&
         (c->framing.kind == H1_BODY_LENGTH || c->worker->finisher == c);
}

/* Three ranks: who was promised blocks; who holds a large carry, which only a
 * turn gives back, or is in mid-body; who begins. Each leaves a turn's worth of
 * blocks to the one before it, and the lower two also leave alone what is
 * promised, so that what is begun can go on. */
bool h1_memory_turn(const h1_conn *c) {
  const h1_worker *w = c->worker;
  const size_t turn = w->plan.turn_blocks;
  const size_t free = h1_pool_free(&w->large);
  if (promised_body(c)) return free >= turn;
  const size_t promised = w->body_reserved + finisher_share(w);
  const bool begun = c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS ||
                     (c->carry != NULL && c->carry->pool == &w->large);
  return free >= promised + (begun ? 2 : 3) * turn;
}

static bool leaves_turns(const h1_worker *w, size_t turns) {
  return h1_pool_free(&w->large) >=
         w->body_reserved + finisher_share(w) + turns * w->plan.turn_blocks;
}

bool h1_memory_new_conn(const h1_worker *w) { return leaves_turns(w, 3); }

bool h1_memory_begin(const h1_conn *c) {
  return h1_memory_can_grow(c) || leaves_turns(c->worker, 4);
}

bool h1_memory_reserve(h1_conn *c, uint64_t bytes) {
  h1_worker *w = c->worker;
  const size_t payload = w->plan.large_payload;
  const uint64_t blocks = bytes / payload + (bytes % payload != 0);
  if (blocks > spare(w)) {
    /* The share that is held back for one body is for any body. */
    if (w->finisher != NULL || blocks > w->plan.body_max_blocks) return false;
    w->finisher = c;
    return true;
  }
  c->body_reserved = (size_t)blocks;
  w->body_reserved += (size_t)blocks;
  return true;
}

static bool append_block(h1_conn *c) {
  h1_block *b = h1_pool_take(&c->worker->large);
  if (b == NULL) return false;
  if (c->body_last != NULL) {
    c->body_last->next = b;
  } else {
    c->body_first = b;
  }
  c->body_last = b;
  c->body_blocks++;
  return true;
}

bool h1_memory_can_grow(const h1_conn *c) {
  const h1_worker *w = c->worker;
  if (h1_pool_free(&w->large) == 0) return false;
  return c->body_reserved > 0 || w->finisher == NULL || w->finisher == c ||
         spare(w) > 0;
}

bool h1_memory_grow(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->body_reserved > 0) {
    c->body_reserved--;
    w->body_reserved--;
    return append_block(c);
  }
  if (w->finisher == c) return append_block(c);
  if (c->framing.kind == H1_BODY_LENGTH) return false; /* promised too little */
  if (spare(w) > 0) return append_block(c);
  if (w->finisher != NULL) return false;
  w->finisher = c;
  return append_block(c);
}

void h1_memory_release(h1_conn *c) {
  h1_worker *w = c->worker;
  h1_block_release_chain(&c->body_first);
  c->body_last = NULL;
  c->body_blocks = 0;
  w->body_reserved -= c->body_reserved;
  c->body_reserved = 0;
  if (w->finisher == c) w->finisher = NULL;
}
