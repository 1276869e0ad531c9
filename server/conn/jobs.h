/* Helper threads for routes that may block.
 *
 *   worker -> bounded queue -> helper thread runs the handler -> h1_wake ->
 * worker
 *
 * A job is a move: while it runs, the helper alone touches the exchange and the
 * worker leaves the connection's exchange alone; when the worker sees it done
 * it is the worker's again. */
#ifndef H1_SERVER_CONN_JOBS_H_
#define H1_SERVER_CONN_JOBS_H_

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/conn/internal.h"

typedef struct h1_job {
  h1_exchange x; /* with buffers of its own */
  atomic_bool done;
  struct h1_job *next; /* guarded by the queue's lock */
} h1_job;

typedef struct h1_jobs h1_jobs;

/* Bytes that h1_jobs_start allocates. */
uint64_t h1_jobs_memory(unsigned threads, size_t head_bytes);
/* `threads` helpers and 4 jobs for each. NULL with errno on failure. */
h1_jobs *h1_jobs_start(unsigned threads, size_t head_bytes);
/* False: every job is taken; nothing was changed. True: the connection's head
 * was kept and its `job` set. */
H1_MUST_USE bool h1_jobs_submit(h1_jobs *jobs, h1_exchange *x);
/* Whether the handler has returned: the job is the worker's again. */
H1_MUST_USE bool h1_job_is_done(const h1_job *job);
/* By the worker, once it is done and its reply was encoded or dropped. */
void h1_jobs_return(h1_jobs *jobs, h1_conn *c);
/* Waits for the handlers that run, stops the threads, frees. */
void h1_jobs_stop(h1_jobs *jobs);

#endif
