/* The acceptor: one thread that takes connections from the kernel and moves
 * them into the bounded queue.
 *
 *   room in the queue        -> queue, a sleeping worker is nudged
 *   full, and stays full     -> overload lane, refused with queue_full
 *   queued for too long      -> overload lane, refused with queue_timeout
 *   lane full, or no more descriptors -> accepting pauses; the kernel's backlog
 *                               holds the rest */
#ifndef H1_SERVER_ACCEPTOR_H_
#define H1_SERVER_ACCEPTOR_H_

#include <stdatomic.h>
#include <stdbool.h>

#include "server/listen.h"
#include "server/metrics.h"
#include "server/worker.h"

typedef struct {
  h1_shared *shared;
  h1_listeners *listeners;
  h1_worker *workers; /* worker_count, then the lane */
  unsigned worker_count;
  h1_acceptor_metrics *metrics;
  int epoll_fd;
  atomic_bool finish; /* serve the backlog, close the listeners, leave */

  unsigned next;  /* worker to nudge first */
  bool listening; /* listeners are in the epoll set */
  bool saturated; /* the queue stayed full: refuse until there is room */
  uint64_t full_since_ms; /* H1_NEVER: it is not */
  uint64_t resume_ms;     /* paused for descriptors until then; 0: not */
} h1_acceptor;

bool h1_acceptor_init(h1_acceptor *a, h1_shared *shared,
                      h1_listeners *listeners, h1_worker *workers,
                      unsigned worker_count, h1_acceptor_metrics *metrics);
void h1_acceptor_deinit(h1_acceptor *a);
/* The thread's function. */
void *h1_acceptor_run(void *acceptor);
/* Tells it to finish; any thread. */
void h1_acceptor_finish(h1_acceptor *a);

#endif
