/* A worker: one thread, one epoll loop, and the context of its connections.
 * Nothing in here is shared except what says so. The overload lane is a worker
 * with few slots and short deadlines that refuses all except admin routes. */
#ifndef H1_SERVER_LOOP_WORKER_H_
#define H1_SERVER_LOOP_WORKER_H_

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/queue.h"
#include "server/conn/context.h"
#include "server/loop/relief.h"

/* Where connections pass from the acceptor to workers and the lane. */
typedef struct {
  h1_queue *queue;      /* of the workers */
  h1_queue *lane_queue; /* of the overload lane */
  int acceptor_event;   /* eventfd: the queue or the lane has room again */
  atomic_bool acceptor_waits;
  atomic_uint running; /* workers that have not ended; without the lane */
  atomic_bool descriptor_wanted; /* the acceptor still has none */
  atomic_bool descriptor_freed;  /* for the acceptor: it may try again */
} h1_handoff;

typedef struct h1_worker h1_worker;

struct h1_worker {
  h1_context cx;
  h1_handoff *handoff;
  h1_queue *queue; /* the one it pops: of all workers, or of the lane */
  bool closing;    /* has seen shared->closing */
  bool ticks;      /* the next is due at tick_ms */
  uint64_t tick_ms;
  uint64_t place_ms; /* no look before: nobody gave way */
  h1_relief relief;
  uint64_t unacked_ms; /* nor at what kernels hold */
  bool unacked_left;   /* more of them are to give way, at once */
  pthread_t thread;
  atomic_bool sleeping;        /* in epoll_wait with nothing to do: notify it */
  atomic_uint turns;           /* counts them, for who asks whether it hangs */
  atomic_bool ended;           /* its thread has left the loop */
  atomic_uint descriptor_asks; /* how many workers it may ask, itself first */
  h1_worker *peers; /* all that pop the same queue, to pass a wake-up on */
  unsigned peer_count;
};

/* `arena`: plan->arena_bytes, page-aligned, zeroed. False with errno when a
 * descriptor cannot be made. */
bool h1_worker_init(h1_worker *w, h1_shared *shared, h1_handoff *handoff,
                    const h1_plan *plan, unsigned index, bool lane,
                    h1_metrics *metrics, uint8_t *arena);
void h1_worker_deinit(h1_worker *w);

/* The thread's function: runs until the server is closing and no connection is
 * left. */
void *h1_worker_run(void *worker);

/* One turn of the loop, for the thread and for tests: waits up to `wait_ms`
 * (negative: as long as the wheel allows). False when there is nothing more to
 * serve. */
bool h1_worker_turn(h1_worker *w, int wait_ms);

/* Makes a worker that sleeps look at its queue; any thread. True when it slept.
 */
bool h1_worker_wake(h1_worker *w);

/* Somebody who may give way is to do so for a descriptor: of this worker, else
 * of the next that has one. Any thread. */
void h1_worker_ask_descriptor(h1_worker *w);

#endif
