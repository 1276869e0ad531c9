#include "server/memory.h"

bool h1_memory_turn(const h1_worker *w) {
  return h1_pool_free(&w->large) >= w->plan.turn_blocks;
}

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

bool h1_memory_reserve(h1_conn *c, uint64_t bytes) {
  h1_worker *w = c->worker;
  const size_t payload = w->plan.large_payload;
  const uint64_t blocks = bytes / payload + (bytes % payload != 0);
  if (blocks > spare(w)) return false;
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
  return w->finisher == NULL || w->finisher == c || spare(w) > 0;
}

bool h1_memory_grow(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->body_reserved > 0) {
    c->body_reserved--;
    w->body_reserved--;
    return append_block(c);
  }
  if (c->framing.kind == H1_BODY_LENGTH) return false; /* promised too little */
  if (w->finisher == c) return append_block(c);
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
