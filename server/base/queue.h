/* The bounded queue of accepted connections between acceptor and workers.
 *
 * Push and pop are moves: a descriptor has one owner at any time, and a failed
 * push leaves it with the caller. The capacity is an argument; push says "full"
 * so that the server can answer 503 instead of growing. The lock is held for a
 * copy of one item, never across a call to the kernel. */
#ifndef H1_SERVER_BASE_QUEUE_H_
#define H1_SERVER_BASE_QUEUE_H_

#include <pthread.h>
#ifdef __cplusplus
#include <atomic>
#else
#include <stdatomic.h>
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/error.h"
#include "server/base/peer.h"

#ifdef __cplusplus
extern "C" {
typedef std::atomic<size_t> h1_queue_depth_counter; /* as g++ spells it */
#else
typedef atomic_size_t h1_queue_depth_counter;
#endif

typedef struct {
  int fd;
  h1_error refusal; /* for the overload lane: why it is there; else H1_OK */
  uint64_t queued_ms;
  h1_peer peer;
  uint32_t client; /* see server/base/clients.h */
  bool unknown;    /* a proxy will say who it is, and has not yet */
} h1_accepted;

/* Which of those that wait; `arg` is the caller's. */
typedef bool (*h1_queue_wanted)(const h1_accepted *item, const void *arg);

typedef struct {
  pthread_mutex_t lock;
  h1_accepted *items;  /* guarded by lock */
  size_t first, count; /* guarded by lock */
  size_t capacity;
  h1_queue_depth_counter depth; /* count, readable without the lock */
} h1_queue;

/* `items`: `capacity` of them, owned by the caller for the queue's life. False
 * when the lock cannot be made. */
bool h1_queue_init(h1_queue *q, h1_accepted *items, size_t capacity);
void h1_queue_deinit(h1_queue *q);

/* False: full; the connection stays with the caller. */
bool h1_queue_push(h1_queue *q, const h1_accepted *item);
/* False: empty. `*left`: how many remain. */
bool h1_queue_pop(h1_queue *q, h1_accepted *item, size_t *left);
/* The oldest that is wanted, looked at or taken out; false: none is. */
bool h1_queue_find(h1_queue *q, h1_queue_wanted wanted, const void *arg,
                   h1_accepted *item);
bool h1_queue_pop_wanted(h1_queue *q, h1_queue_wanted wanted, const void *arg,
                         h1_accepted *item, size_t *left);
/* Pops the oldest only if it was queued at or before `queued_ms`. */
bool h1_queue_pop_expired(h1_queue *q, uint64_t queued_ms, h1_accepted *item);
/* When the oldest was queued; UINT64_MAX when empty. */
uint64_t h1_queue_oldest(h1_queue *q);
/* A hint that costs no lock. */
size_t h1_queue_depth(h1_queue *q);

#ifdef __cplusplus
}
#endif
#endif
