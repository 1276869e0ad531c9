/* What the acceptor knows: for acceptor.c, and for ending.c, which moves it
 * from stage to stage. */
#ifndef H1_SERVER_LOOP_ACCEPTOR_STATE_H_
#define H1_SERVER_LOOP_ACCEPTOR_STATE_H_

#include <stdatomic.h>
#include <stdbool.h>

#include "server/base/clients.h"
#include "server/loop/listen.h"
#include "server/loop/worker.h"
#include "server/metrics/metrics.h"

/* A stop goes through these in order. */
typedef enum {
  H1_ACCEPTOR_SERVES,
  H1_ACCEPTOR_LAST_CALL, /* told to finish: what is on its way still comes */
  H1_ACCEPTOR_BACKLOG,   /* takes what the kernel has queued */
  H1_ACCEPTOR_HELD,      /* our own are closed, those that outlive us not yet */
  H1_ACCEPTOR_QUEUE,     /* they are closed, our queue is not empty */
  H1_ACCEPTOR_ADMIN,     /* health is answered until the workers have ended */
  H1_ACCEPTOR_ADMIN_BACKLOG, /* the last of that */
  H1_ACCEPTOR_DONE           /* all listeners are closed */
} h1_acceptor_stage;

typedef struct {
  const h1_config *config;                          /* as at the start */
  _Atomic uint64_t queue_timeout_ms, drain_idle_ms; /* which may change */
  h1_handoff *handoff;
  h1_listeners *listeners;
  h1_worker *workers; /* worker_count, then the lane */
  unsigned worker_count;
  h1_clients *clients;
  uint64_t say_share_ms; /* when a client above its share is said again */
  h1_acceptor_metrics *metrics;
  int epoll_fd;
  int embryos_fd;     /* see embryos.h */
  atomic_bool finish; /* serve the backlog, close the listeners, leave */
  atomic_uint turns;  /* counts them, for who asks whether it hangs */
  atomic_bool ended;  /* it waits for others now, or is done */

  unsigned next;     /* worker to wake first */
  bool listening[2]; /* [admin]: such listeners are waited for */
  bool saturated;    /* the queue stayed full: refuse until there is room */
  uint64_t full_since_ms;  /* H1_NEVER: it is not */
  uint64_t resume_ms;      /* after a failure paused until then; 0: not */
  unsigned failures;       /* of accept, in a row */
  uint64_t alone_since_ms; /* it fails though nobody is open; H1_NEVER: not */
  uint64_t lost;           /* accepted, and given to nobody */
  h1_acceptor_stage stage;
  uint64_t last_call_ms;  /* when that ends */
  uint64_t held_ms;       /* when those that outlive us are left to others */
  uint64_t last_accepted; /* the backlog was no longer than up to this one */
} h1_acceptor;

#endif
