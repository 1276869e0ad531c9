/* See hasher.h. A file is opened, hashed piece by piece with a pause after
 * each, and closed when no requests come, so that nothing stays open then; what
 * was hashed so far is kept, and counts if the file is still the same when they
 * come again. */
#define _GNU_SOURCE
#include "handlers/static/hasher.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "handlers/static/guard.h"
#include "handlers/static/io.h"

/* Fast enough for what is downloaded, slow enough for a disk to serve others.
 */
#define BYTES_PER_S ((uint64_t)64 << 20)
#define IDLE_MS ((uint64_t)2000)
#define STOP_WAIT_MS 200u
#define STACK_BYTES ((size_t)512 * 1024)
#define NS_PER_MS UINT64_C(1000000)

static void lock(h1_static_hasher *h) {
  h1_static_guard(pthread_mutex_lock(&h->lock));
}

static void unlock(h1_static_hasher *h) {
  h1_static_guard(pthread_mutex_unlock(&h->lock));
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 * NS_PER_MS + (uint64_t)t.tv_nsec;
}

/* Until the condition is signalled or `ns` have passed. */
static int wait_locked(h1_static_hasher *h, pthread_cond_t *c, uint64_t ns) {
  const uint64_t until = now_ns() + ns;
  const struct timespec t = {
      .tv_sec = (time_t)(until / (1000 * NS_PER_MS)),
      .tv_nsec = (long)(until % (1000 * NS_PER_MS)),
  };
  return pthread_cond_timedwait(c, &h->lock, &t);
}

void h1_static_hasher_init(h1_static_hasher *h, h1_static_tags *tags) {
  pthread_condattr_t attr;
  h1_static_guard(pthread_mutex_init(&h->lock, NULL));
  h1_static_guard(pthread_condattr_init(&attr));
  h1_static_guard(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
  h1_static_guard(pthread_cond_init(&h->change, &attr));
  h1_static_guard(pthread_cond_init(&h->end, &attr));
  pthread_condattr_destroy(&attr);
  atomic_init(&h->requests, 0);
  atomic_init(&h->listens, false);
  h->tags = tags;
  h->bytes_per_s = BYTES_PER_S;
  h->idle_ms = IDLE_MS;
}

/* The file that is first in line, open at what was hashed of it; -1 when it is
 * not there any more, or another one. */
static int open_first(h1_static_hasher *h, h1_static_hashing *f) {
  struct stat st;
  const uint64_t now_ms = now_ns() / NS_PER_MS;
  h1_static_root_init(&h->root, f->root->path, f->root->has_openat2,
                      f->root->links);
  if (h1_static_root_refresh(&h->root, now_ms, 0) < 0) return -1;
  const int fd = h1_static_root_open(&h->root, f->path);
  h1_static_root_close(&h->root);
  if (fd < 0) return -1;
  if (h1_static_io_fstat(fd, &st) == 0) {
    const h1_static_identity id = h1_static_identity_of(&st);
    if (h1_static_identity_equal(&id, &f->id)) return fd;
  }
  h1_static_io_close(fd);
  return -1;
}

typedef enum { GO_ON, WHOLE, GIVE_UP } progress;

static progress hash_piece(h1_static_hasher *h, h1_static_hashing *f, int fd) {
  struct stat st;
  const uint64_t left = f->id.size - f->at;
  const size_t size = left < sizeof h->piece ? (size_t)left : sizeof h->piece;
  const ssize_t got = h1_static_io_pread(fd, h->piece, size, f->at);
  if (got <= 0) return GIVE_UP;
  const h1_slice piece = {h->piece, (size_t)got};
  h1_sha256_add(&f->sum, piece);
  f->at += (uint64_t)got;
  if (f->at < f->id.size) return GO_ON;
  /* A change that was seen discards the hash. */
  if (h1_static_io_fstat(fd, &st) < 0) return GIVE_UP;
  const h1_static_identity id = h1_static_identity_of(&st);
  return h1_static_identity_equal(&id, &f->id) ? WHOLE : GIVE_UP;
}

/* Whether requests came in the last while; asked after each piece. */
typedef struct {
  uint64_t seen, since_ns;
} activity;

static bool is_idle(h1_static_hasher *h, activity *a) {
  const uint64_t now = now_ns();
  const uint64_t requests =
      atomic_load_explicit(&h->requests, memory_order_relaxed);
  if (requests != a->seen || a->since_ns == 0) {
    a->seen = requests;
    a->since_ns = now;
  }
  return now - a->since_ns > h->idle_ms * NS_PER_MS;
}

/* Hashes until the file is whole, gone, or nobody asks for files. */
static progress hash_while_asked(h1_static_hasher *h, h1_static_hashing *f,
                                 activity *a) {
  const uint64_t pause_ns =
      H1_STATIC_HASHER_PIECE_BYTES * 1000 * NS_PER_MS / h->bytes_per_s;
  const int fd = open_first(h, f);
  if (fd < 0) return GIVE_UP;
  progress p = GO_ON;
  bool stopping = false;
  while (p == GO_ON && !stopping && !is_idle(h, a)) {
    p = hash_piece(h, f, fd);
    lock(h);
    if (!h->stopping && p == GO_ON) (void)wait_locked(h, &h->change, pause_ns);
    stopping = h->stopping;
    unlock(h);
  }
  h1_static_io_close(fd);
  return p;
}

static void finish_first(h1_static_hasher *h, progress p) {
  h1_static_hashing *f = &h->files[0];
  uint8_t digest[H1_SHA256_BYTES];
  if (p == WHOLE) {
    h1_sha256_end(&f->sum, digest);
    h1_static_tags_put(h->tags, &f->id, digest);
  }
  lock(h);
  h->count--;
  atomic_store_explicit(&h->listens, h->count > 0, memory_order_relaxed);
  memmove(f, f + 1, h->count * sizeof *f);
  unlock(h);
}

static void *hasher_run(void *hasher) {
  h1_static_hasher *h = hasher;
  activity a = {0, 0};
  lock(h);
  while (!h->stopping) {
    if (h->count == 0) {
      h1_static_guard(pthread_cond_wait(&h->change, &h->lock));
      a.since_ns = 0;
      continue;
    }
    if (is_idle(h, &a)) {
      (void)wait_locked(h, &h->change, 100 * NS_PER_MS);
      continue;
    }
    unlock(h);
    const progress p = hash_while_asked(h, &h->files[0], &a);
    if (p != GO_ON) finish_first(h, p);
    lock(h);
  }
  h->running = false;
  h1_static_guard(pthread_cond_broadcast(&h->end));
  unlock(h);
  return NULL;
}

int h1_static_hasher_start(h1_static_hasher *h) {
  sigset_t all, before;
  pthread_attr_t attr;
  int error = pthread_attr_init(&attr);
  if (error != 0) return error;
  error = pthread_attr_setstacksize(&attr, STACK_BYTES);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  h->running = true;
  if (error == 0) error = pthread_create(&h->id, &attr, hasher_run, h);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);
  h->running = h->started = error == 0;
  return error;
}

bool h1_static_hasher_stop(h1_static_hasher *h) {
  int timed_out = 0;
  lock(h);
  h->stopping = true;
  h1_static_guard(pthread_cond_broadcast(&h->change));
  while (h->running && timed_out == 0) {
    timed_out = wait_locked(h, &h->end, STOP_WAIT_MS * NS_PER_MS);
  }
  const bool ended = !h->running;
  unlock(h);
  if (!ended) return false;
  if (h->started) pthread_join(h->id, NULL);
  h->started = false;
  pthread_cond_destroy(&h->change);
  pthread_cond_destroy(&h->end);
  pthread_mutex_destroy(&h->lock);
  return true;
}

void h1_static_hasher_want(h1_static_hasher *h, const h1_static_root *root,
                           const char *path, const h1_static_identity *id) {
  lock(h);
  bool wanted = h->count == H1_STATIC_HASHER_FILES || !h->started;
  for (unsigned i = 0; i < h->count && !wanted; i++) {
    wanted = h1_static_identity_equal(&h->files[i].id, id);
  }
  if (!wanted) {
    h1_static_hashing *f = &h->files[h->count];
    f->id = *id;
    f->at = 0;
    h1_sha256_init(&f->sum);
    f->root = root;
    memcpy(f->path, path, strlen(path) + 1);
    h->count++;
    atomic_store_explicit(&h->listens, true, memory_order_relaxed);
    h1_static_guard(pthread_cond_signal(&h->change));
  }
  unlock(h);
}
