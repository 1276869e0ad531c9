#include "server/conn/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "server/base/fatal.h"
#include "server/base/round.h"
#include "server/base/thread.h"
#include "server/conn/buffers.h"
#include "server/conn/context.h"
#include "server/conn/exchange.h"
#include "server/conn/kept.h"
#include "server/conn/validate.h"

#define JOBS_PER_THREAD 4u

struct h1_jobs {
  pthread_mutex_t lock;
  pthread_cond_t work;
  h1_job *first, *last; /* submitted, oldest first; guarded by lock */
  h1_job *free;         /* guarded by lock */
  bool stopping;        /* guarded by lock */
  unsigned threads;
  pthread_t *ids;
  h1_job *all;
  uint8_t *buffers;
};

static size_t buffer_bytes(size_t head_bytes) {
  return h1_round_64(h1_exchange_buffer_bytes(head_bytes));
}

uint64_t h1_jobs_memory(unsigned threads, size_t head_bytes) {
  const uint64_t jobs = (uint64_t)threads * JOBS_PER_THREAD;
  return sizeof(h1_jobs) + threads * sizeof(pthread_t) +
         jobs * (sizeof(h1_job) + buffer_bytes(head_bytes));
}

static h1_job *next_job(h1_jobs *jobs) {
  h1_lock(&jobs->lock);
  while (jobs->first == NULL && !jobs->stopping) {
    const int error = pthread_cond_wait(&jobs->work, &jobs->lock);
    if (error != 0) h1_fatal("pthread_cond_wait", error);
  }
  h1_job *job = jobs->first;
  if (job != NULL) {
    jobs->first = job->next;
    if (jobs->first == NULL) jobs->last = NULL;
  }
  h1_unlock(&jobs->lock);
  return job;
}

static void *helper_run(void *arg) {
  h1_jobs *jobs = arg;
  for (h1_job *job = next_job(jobs); job != NULL; job = next_job(jobs)) {
    const h1_wake_token token = h1_exchange_token(&job->x);
    job->x.match.route->handler(&job->x);
    if (job->x.reply.kind == H1_REPLY_NONE) {
      h1_reply_status(&job->x, 500, H1_HANDLER_FAILED);
    }
    atomic_store_explicit(&job->done, true, memory_order_release);
    h1_wake(token);
  }
  return NULL;
}

static bool make_jobs(h1_jobs *jobs, unsigned threads, size_t head_bytes) {
  const size_t count = (size_t)threads * JOBS_PER_THREAD;
  jobs->ids = calloc(threads, sizeof *jobs->ids);
  jobs->all = calloc(count, sizeof *jobs->all);
  jobs->buffers = calloc(count, buffer_bytes(head_bytes));
  if (jobs->ids == NULL || jobs->all == NULL || jobs->buffers == NULL) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    h1_job *job = &jobs->all[i];
    h1_exchange_buffers(&job->x, jobs->buffers + i * buffer_bytes(head_bytes));
    job->next = jobs->free;
    jobs->free = job;
  }
  const int error = pthread_mutex_init(&jobs->lock, NULL);
  if (error != 0) h1_fatal("pthread_mutex_init", error);
  const int cond_error = pthread_cond_init(&jobs->work, NULL);
  if (cond_error != 0) h1_fatal("pthread_cond_init", cond_error);
  return true;
}

/* 0, or why one cannot be started. */
static int start_helpers(h1_jobs *jobs, unsigned threads) {
  int error = 0;
  while (jobs->threads < threads && error == 0) {
    error = h1_thread_start(&jobs->ids[jobs->threads], helper_run, jobs);
    if (error == 0) jobs->threads++;
  }
  return error;
}

static void free_memory(h1_jobs *jobs) {
  free(jobs->ids);
  free(jobs->all);
  free(jobs->buffers);
  free(jobs);
}

h1_jobs *h1_jobs_start(unsigned threads, size_t head_bytes) {
  h1_jobs *jobs = calloc(1, sizeof *jobs);
  if (jobs == NULL) return NULL;
  if (!make_jobs(jobs, threads, head_bytes)) {
    free_memory(jobs);
    errno = ENOMEM;
    return NULL;
  }
  const int error = start_helpers(jobs, threads);
  if (error == 0) return jobs;
  h1_jobs_stop(jobs);
  errno = error;
  return NULL;
}

static h1_job *take_free(h1_jobs *jobs) {
  h1_lock(&jobs->lock);
  h1_job *job = jobs->free;
  if (job != NULL) jobs->free = job->next;
  h1_unlock(&jobs->lock);
  return job;
}

static void push(h1_jobs *jobs, h1_job *job) {
  h1_lock(&jobs->lock);
  job->next = NULL;
  if (jobs->last != NULL) {
    jobs->last->next = job;
  } else {
    jobs->first = job;
  }
  jobs->last = job;
  const int error = pthread_cond_signal(&jobs->work);
  if (error != 0) h1_fatal("pthread_cond_signal", error);
  h1_unlock(&jobs->lock);
}

bool h1_jobs_submit(h1_jobs *jobs, h1_exchange *x) {
  h1_job *job = jobs == NULL ? NULL : take_free(jobs);
  if (job == NULL) return false;
  h1_conn *c = x->conn;
  h1_head_keep(c);
  h1_exchange_begin(&job->x, c, h1_conn_request(c));
  h1_relocate(&job->x);
  job->x.on_helper = true;
  atomic_store_explicit(&job->done, false, memory_order_relaxed);
  c->flight->job = job;
  push(jobs, job);
  return true;
}

bool h1_job_is_done(const h1_job *job) {
  return atomic_load_explicit(&job->done, memory_order_acquire);
}

void h1_jobs_return(h1_jobs *jobs, h1_conn *c) {
  h1_job *job = c->flight->job;
  c->flight->job = NULL;
  h1_lock(&jobs->lock);
  job->next = jobs->free;
  jobs->free = job;
  h1_unlock(&jobs->lock);
}

void h1_jobs_stop(h1_jobs *jobs) {
  if (jobs == NULL) return;
  h1_lock(&jobs->lock);
  jobs->stopping = true;
  const int error = pthread_cond_broadcast(&jobs->work);
  if (error != 0) h1_fatal("pthread_cond_broadcast", error);
  h1_unlock(&jobs->lock);
  for (unsigned i = 0; i < jobs->threads; i++) pthread_join(jobs->ids[i], NULL);
  pthread_cond_destroy(&jobs->work);
  pthread_mutex_destroy(&jobs->lock);
  free_memory(jobs);
}
