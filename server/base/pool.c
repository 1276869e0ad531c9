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
  p->used = 0;
  p->used_max = 0;
  p->fresh = 0;
}

h1_block *h1_pool_take(h1_pool *p) {
  h1_block *b = p->free;
  if (b != NULL) {
    p->free = b->next;
  } else if (p->fresh < p->total) {
    b = (h1_block *)(void *)(p->memory + p->fresh * p->block_bytes);
    p->fresh++;
  } else {
    return NULL;
  }
  p->used++;
  if (p->used > p->used_max) p->used_max = p->used;
  b->next = NULL;
  b->at = 0;
  b->len = 0;
  b->cap = p->block_bytes - sizeof *b;
  b->pool = p;
  return b;
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
