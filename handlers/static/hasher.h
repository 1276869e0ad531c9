/* Hashes files that are too large to be waited for: one thread, one file at a
 * time, at a bounded rate, and only while requests come in. Until it is through
 * such a file has no entity tag. */
#ifndef H1_HANDLERS_STATIC_HASHER_H_
#define H1_HANDLERS_STATIC_HASHER_H_

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/root.h"
#include "handlers/static/sha256.h"
#include "handlers/static/tags.h"
#include "handlers/static/version.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_STATIC_HASHER_FILES 16u
#define H1_STATIC_HASHER_PIECE_BYTES ((size_t)256 * 1024)

/* A file in the making. */
typedef struct {
  h1_static_identity id;
  uint64_t at; /* bytes hashed so far */
  h1_sha256 sum;
  const h1_static_root *root; /* that it is below */
  char path[H1_STATIC_PATH_BYTES];
} h1_static_hashing;

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t change; /* a file is wanted, or it is time to stop */
  pthread_cond_t end;
  unsigned count; /* of files; guarded by lock, as all below */
  bool stopping, running, started;
  pthread_t id;
  atomic_bool listens;           /* to requests: a file is wanted */
  atomic_uint_fast64_t requests; /* by any thread: someone asks for files */
  h1_static_root root;           /* the thread's, as all below */
  h1_static_tags *tags;
  uint64_t bytes_per_s;
  uint64_t idle_ms; /* without requests: then it pauses, and closes the file */
  h1_static_hashing
      files[H1_STATIC_HASHER_FILES]; /* guarded; [0] in progress */
  uint8_t piece[H1_STATIC_HASHER_PIECE_BYTES];
} h1_static_hasher;

void h1_static_hasher_init(h1_static_hasher *h, h1_static_tags *tags);
/* 0, or an error number. */
int h1_static_hasher_start(h1_static_hasher *h);
/* False when the thread still waits for its storage. */
bool h1_static_hasher_stop(h1_static_hasher *h);

/* Any thread: the file at `path` below `root`, which gives its path and mode
 * and is not used otherwise, is wanted. Nothing happens when it is waited for
 * already, or too many are: who still wants it asks again. */
void h1_static_hasher_want(h1_static_hasher *h, const h1_static_root *root,
                           const char *path, const h1_static_identity *id);
/* Any thread: a request came. */
static inline void h1_static_hasher_note(h1_static_hasher *h) {
  if (atomic_load_explicit(&h->listens, memory_order_relaxed)) {
    atomic_fetch_add_explicit(&h->requests, 1, memory_order_relaxed);
  }
}

#ifdef __cplusplus
}
#endif
#endif
