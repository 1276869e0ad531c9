/* What was hashed: the beginnings of SHA-256 digests of files, by what tells
 * versions of files apart. One table for all threads, fixed in size: rows that
 * were not asked for the longest give way. */
#ifndef H1_HANDLERS_STATIC_TAGS_H_
#define H1_HANDLERS_STATIC_TAGS_H_

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/siphash.h"
#include "handlers/static/version.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  h1_static_identity id;
  uint64_t used; /* when it was last asked for, by `clock`; 0: a free row */
  uint8_t hash[H1_STATIC_HASH_BYTES];
} h1_static_tag;

#define H1_STATIC_TAG_WAYS 8u

typedef struct {
  pthread_mutex_t lock;
  h1_static_tag *rows; /* of sets of H1_STATIC_TAG_WAYS; guarded by lock */
  uint64_t clock;      /* guarded by lock */
  size_t sets;         /* a power of two */
  h1_siphash_key key;
} h1_static_tags;

/* `rows`: sets * H1_STATIC_TAG_WAYS of them, zeroed; they stay the caller's. */
void h1_static_tags_init(h1_static_tags *t, h1_static_tag *rows, size_t sets,
                         h1_siphash_key key);
void h1_static_tags_deinit(h1_static_tags *t);

/* Any thread. Whether the hash of such a file is known, which is then in
 * `hash`. */
bool h1_static_tags_find(h1_static_tags *t, const h1_static_identity *id,
                         uint8_t hash[H1_STATIC_HASH_BYTES]);
/* Any thread. */
void h1_static_tags_put(h1_static_tags *t, const h1_static_identity *id,
                        const uint8_t hash[H1_STATIC_HASH_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
