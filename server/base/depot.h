/* Blocks that all workers draw on: what no worker has to have of its own lies
 * here, and serves whichever needs it.
 *
 * A worker draws the blocks that it is about to promise or to use into its own
 * pool, so that from then on they are there without a lock, and returns what
 * it no longer needs. The lock is held to move blocks, and never otherwise. */
#ifndef H1_SERVER_BASE_DEPOT_H_
#define H1_SERVER_BASE_DEPOT_H_

#include <pthread.h>
#ifdef __cplusplus
#include <atomic>
#else
#include <stdatomic.h>
#endif

#include "server/base/pool.h"

#ifdef __cplusplus
extern "C" {
typedef std::atomic<size_t> h1_depot_counter; /* as g++ spells it */
#else
typedef atomic_size_t h1_depot_counter;
#endif

typedef struct {
  pthread_mutex_t lock;
  h1_pool pool;          /* guarded by lock */
  h1_depot_counter left; /* free in it, readable without the lock */
} h1_depot;

/* `memory` as for a pool. False when the lock cannot be made. */
bool h1_depot_init(h1_depot *d, uint8_t *memory, size_t payload, size_t count);
void h1_depot_deinit(h1_depot *d);

/* A hint that costs no lock. */
size_t h1_depot_left(const h1_depot *d);
/* Moves `n` blocks to `p`, which are free there then, or none: false. */
bool h1_depot_draw(h1_depot *d, h1_pool *p, size_t n);
/* Takes up to `n` free blocks of `p` back. */
void h1_depot_return(h1_depot *d, h1_pool *p, size_t n);

#ifdef __cplusplus
}
#endif
#endif
