#include "server/base/pool.h"

#include "server/base/round.h"

size_t h1_pool_block_bytes(size_t payload) {
  return h1_round_64(sizeof(h1_block) + payload);
}

void h1_pool_init(h1_pool *p, uint8_t *memory, size_t payload, size_t count) {
  p->free = NULL;
  p->memory = memory;
  p->block_bytes = h1_pool_block_bytes(payload);
  p->total = count;
  p->own = count;
  p->used = 0;
  p->used_max = 0;
  p->fresh = 0;
}

static h1_block *take_free(h1_pool *p) {
  h1_block *b = p->free;
  if (b != NULL) {
    p->free = b->next;
  } else if (p->fresh < p->own) {
    b = (h1_block *)(void *)(p->memory + p->fresh * p->block_bytes);
    p->fresh++;
  }
  return b;
}

h1_block *h1_pool_take(h1_pool *p) {
  h1_block *b = take_free(p);
  if (b == NULL) return NULL;
  p->used++;
  if (p->used > p->used_max) p->used_max = p->used;
  b->next = NULL;
  b->at = 0;
  b->len = 0;
  b->cap = p->block_bytes - sizeof *b;
  b->pool = p;
  return b;
}

size_t h1_pool_move(h1_pool *to, h1_pool *from, size_t n) {
  size_t moved = 0;
  for (; moved < n; moved++) {
    h1_block *b = take_free(from);
    if (b == NULL) break;
    b->next = to->free;
    to->free = b;
  }
  from->total -= moved;
  to->total += moved;
  return moved;
}

void h1_block_release(h1_block *b) {
  h1_pool *p = b->pool;
  b->next = p->free;
  p->free = b;
  p->used--;
}

void h1_block_release_chain(h1_block **first) {
  h1_block *b = *first;
  while (b != NULL) {
    h1_block *next = b->next;
    h1_block_release(b);
    b = next;
  }
  *first = NULL;
}
