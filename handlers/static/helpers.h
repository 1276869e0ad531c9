/* A few threads that may wait for storage, in the place of workers, which may
 * not.
 *
 *          take            submit            (a thread)          (done)
 *   FREE -------> TAKEN -------> QUEUED -------> RUNNING -------> DONE
 *    ^                              |               |               |
 *    |   give                       | abandon       | abandon       | give
 *    +------------------------------+------- LOST <-+               |
 *    +--------------------------------------------------------------+
 *
 * A job is a move: from submit until it is done the thread alone touches what
 * it loads. Who does not wait for it any longer abandons it, and it is given
 * back when the thread is through with it. */
#ifndef H1_HANDLERS_STATIC_HELPERS_H_
#define H1_HANDLERS_STATIC_HELPERS_H_

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "handlers/static/load.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_STATIC_JOB_FREE,
  H1_STATIC_JOB_TAKEN,
  H1_STATIC_JOB_QUEUED,
  H1_STATIC_JOB_RUNNING,
  H1_STATIC_JOB_DONE,
  H1_STATIC_JOB_LOST
} h1_static_job_state;

typedef struct h1_static_job {
  h1_static_job_state state;  /* guarded by the helpers' lock */
  struct h1_static_job *next; /* free or queued; guarded by the lock */
  h1_wake_token token;
  bool reads; /* a piece of load.fd into load.bytes; else it loads */
  uint64_t read_at;
  size_t read_size;
  ssize_t read_got;    /* a negated errno; 0: the file ends before */
  h1_static_root root; /* a copy with a descriptor of its own */
  h1_static_load load;
} h1_static_job;

#define H1_STATIC_HELPERS_MAX 64u
#define H1_STATIC_HELPER_STACK_BYTES ((size_t)512 * 1024)

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t work; /* something is queued, or it is time to stop */
  pthread_cond_t end;  /* a thread has ended */
  h1_static_job *free; /* guarded by lock, as all below */
  h1_static_job *first, *last;
  bool stopping;
  unsigned running; /* threads that have not ended */
  unsigned threads;
  h1_static_tags *tags;
  pthread_t ids[H1_STATIC_HELPERS_MAX];
} h1_static_helpers;

/* `jobs` are zeroed and stay the caller's. */
void h1_static_helpers_init(h1_static_helpers *h, h1_static_job *jobs,
                            size_t count, h1_static_tags *tags);
/* 0, or an error number; those that were started go on. */
int h1_static_helpers_start(h1_static_helpers *h, unsigned threads);
/* Ends the threads. False when one of them still waits for its storage: then
 * nothing that it uses may be freed. */
bool h1_static_helpers_stop(h1_static_helpers *h);

/* A job to be filled in, or NULL: all are in use. */
h1_static_job *h1_static_helpers_take(h1_static_helpers *h);
void h1_static_helpers_submit(h1_static_helpers *h, h1_static_job *job);
h1_static_job_state h1_static_helpers_state(h1_static_helpers *h,
                                            const h1_static_job *job);
/* Of a job that is taken or done: closes what is still open in it. */
void h1_static_helpers_give(h1_static_helpers *h, h1_static_job *job);
/* Of a job in any state from QUEUED on. */
void h1_static_helpers_abandon(h1_static_helpers *h, h1_static_job *job);

#ifdef __cplusplus
}
#endif
#endif
