/* See helpers.h. */
#define _GNU_SOURCE
#include "handlers/static/helpers.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "handlers/static/guard.h"
#include "handlers/static/io.h"

/* How long a stop waits for threads that wait for their storage. */
#define STOP_WAIT_MS 200

static void lock(h1_static_helpers *h) {
  h1_static_guard(pthread_mutex_lock(&h->lock));
}

static void unlock(h1_static_helpers *h) {
  h1_static_guard(pthread_mutex_unlock(&h->lock));
}

static void init_conditions(h1_static_helpers *h) {
  pthread_condattr_t attr;
  h1_static_guard(pthread_condattr_init(&attr));
  h1_static_guard(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
  h1_static_guard(pthread_cond_init(&h->work, &attr));
  h1_static_guard(pthread_cond_init(&h->end, &attr));
  pthread_condattr_destroy(&attr);
}

void h1_static_helpers_init(h1_static_helpers *h, h1_static_job *jobs,
                            size_t count, h1_static_tags *tags) {
  memset(h, 0, sizeof *h);
  h1_static_guard(pthread_mutex_init(&h->lock, NULL));
  init_conditions(h);
  h->tags = tags;
  for (size_t i = 0; i < count; i++) {
    jobs[i].load.fd = -1;
    jobs[i].root.fd = -1;
    jobs[i].next = h->free;
    h->free = &jobs[i];
  }
}

static void free_locked(h1_static_helpers *h, h1_static_job *job) {
  if (job->load.fd >= 0) h1_static_io_close(job->load.fd);
  job->load.fd = -1;
  h1_static_root_close(&job->root);
  job->state = H1_STATIC_JOB_FREE;
  job->next = h->free;
  h->free = job;
}

/* The oldest that someone waits for, or NULL: it is time to stop. */
static h1_static_job *next_locked(h1_static_helpers *h) {
  for (;;) {
    while (h->first == NULL && !h->stopping) {
      h1_static_guard(pthread_cond_wait(&h->work, &h->lock));
    }
    if (h->stopping) return NULL;
    h1_static_job *job = h->first;
    h->first = job->next;
    if (h->first == NULL) h->last = NULL;
    if (job->state == H1_STATIC_JOB_QUEUED) return job;
    free_locked(h, job);
  }
}

static void run_job(h1_static_helpers *h, h1_static_job *job) {
  if (job->reads) {
    job->read_got = h1_static_io_pread(job->load.fd, job->load.bytes,
                                       job->read_size, job->read_at);
  } else {
    h1_static_load_run(&job->load, &job->root, h->tags);
  }
}

static void run_jobs(h1_static_helpers *h) {
  lock(h);
  for (h1_static_job *job = next_locked(h); job != NULL; job = next_locked(h)) {
    job->state = H1_STATIC_JOB_RUNNING;
    unlock(h);
    run_job(h, job);
    lock(h);
    if (job->state == H1_STATIC_JOB_LOST) {
      free_locked(h, job);
      continue;
    }
    job->state = H1_STATIC_JOB_DONE;
    h1_wake(job->token);
  }
  h->running--;
  h1_static_guard(pthread_cond_broadcast(&h->end));
  unlock(h);
}

static void *helper_run(void *helpers) {
  run_jobs(helpers);
  return NULL;
}

/* Signals are the main thread's alone. */
int h1_static_helpers_start(h1_static_helpers *h, unsigned threads) {
  sigset_t all, before;
  pthread_attr_t attr;
  int error = pthread_attr_init(&attr);
  if (error != 0) return error;
  error = pthread_attr_setstacksize(&attr, H1_STATIC_HELPER_STACK_BYTES);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (error == 0 && h->threads < threads &&
         h->threads < H1_STATIC_HELPERS_MAX) {
    lock(h);
    h->running++;
    unlock(h);
    error = pthread_create(&h->ids[h->threads], &attr, helper_run, h);
    if (error == 0) h->threads++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);
  if (error != 0) {
    lock(h);
    h->running--;
    unlock(h);
  }
  return error;
}

bool h1_static_helpers_stop(h1_static_helpers *h) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += STOP_WAIT_MS * 1000000L;
  until.tv_sec += until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;
  lock(h);
  h->stopping = true;
  h1_static_guard(pthread_cond_broadcast(&h->work));
  int timed_out = 0;
  while (h->running > 0 && timed_out == 0) {
    timed_out = pthread_cond_timedwait(&h->end, &h->lock, &until);
  }
  const bool ended = h->running == 0;
  unlock(h);
  if (!ended) return false;
  for (unsigned i = 0; i < h->threads; i++) pthread_join(h->ids[i], NULL);
  h->threads = 0;
  for (h1_static_job *job = h->first; job != NULL; job = h->first) {
    h->first = job->next;
    free_locked(h, job);
  }
  pthread_cond_destroy(&h->work);
  pthread_cond_destroy(&h->end);
  pthread_mutex_destroy(&h->lock);
  return true;
}

h1_static_job *h1_static_helpers_take(h1_static_helpers *h) {
  lock(h);
  h1_static_job *job = h->free;
  if (job != NULL) {
    h->free = job->next;
    job->state = H1_STATIC_JOB_TAKEN;
    job->reads = false;
  }
  unlock(h);
  return job;
}

void h1_static_helpers_submit(h1_static_helpers *h, h1_static_job *job) {
  lock(h);
  job->state = H1_STATIC_JOB_QUEUED;
  job->next = NULL;
  if (h->last != NULL) {
    h->last->next = job;
  } else {
    h->first = job;
  }
  h->last = job;
  h1_static_guard(pthread_cond_signal(&h->work));
  unlock(h);
}

h1_static_job_state h1_static_helpers_state(h1_static_helpers *h,
                                            const h1_static_job *job) {
  lock(h);
  const h1_static_job_state state = job->state;
  unlock(h);
  return state;
}

void h1_static_helpers_give(h1_static_helpers *h, h1_static_job *job) {
  lock(h);
  free_locked(h, job);
  unlock(h);
}

void h1_static_helpers_abandon(h1_static_helpers *h, h1_static_job *job) {
  lock(h);
  if (job->state == H1_STATIC_JOB_DONE) {
    free_locked(h, job);
  } else {
    job->state = H1_STATIC_JOB_LOST;
  }
  unlock(h);
}
