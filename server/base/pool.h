/* A number of equal blocks, taken from mappings made at start; owned by one
 * worker, no lock. The free list is last-in first-out, so that a quiet server
 * keeps touching the same few pages. Free blocks may move to another pool. */
#ifndef H1_SERVER_BASE_POOL_H_
#define H1_SERVER_BASE_POOL_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One block: `cap` bytes at `bytes`. `next`, `at` and `len` are for whoever
 * owns the block: a chain, and which of the bytes are in use. */
typedef struct h1_block {
  struct h1_block *next;
  size_t at, len, cap;
  struct h1_pool *pool;
  uint8_t bytes[];
} h1_block;

typedef struct h1_pool {
  h1_block *free;
  uint8_t *memory;
  size_t block_bytes; /* with the header, page-aligned multiple of 64 */
  size_t total, used, used_max;
  size_t own;   /* blocks at `memory`, wherever they are now */
  size_t fresh; /* of them from here on were never used: not on the free list */
} h1_pool;

/* What one block of `payload` usable bytes takes, and the payload of it. */
size_t h1_pool_block_bytes(size_t payload);

/* `memory`: count * h1_pool_block_bytes(payload) bytes, 64-byte aligned, zeroed
 * or not; the pool never touches a block before it is first taken. */
void h1_pool_init(h1_pool *p, uint8_t *memory, size_t payload, size_t count);

static inline size_t h1_pool_free(const h1_pool *p) {
  return p->total - p->used;
}

/* A block with next NULL, at 0, len 0; NULL when none is free. */
h1_block *h1_pool_take(h1_pool *p);
/* Moves up to `n` free blocks to a pool of the same block size; how many. */
size_t h1_pool_move(h1_pool *to, h1_pool *from, size_t n);
/* Returns a block to its pool. */
void h1_block_release(h1_block *b);
/* Returns a whole chain and sets `*first` to NULL. */
void h1_block_release_chain(h1_block **first);

#ifdef __cplusplus
}
#endif
#endif
