/* See tags.h. Asked once for each file that is opened, not for each request, so
 * that one lock is enough. */
#include "handlers/static/tags.h"

#include <string.h>

#include "handlers/static/guard.h"

void h1_static_tags_init(h1_static_tags *t, h1_static_tag *rows, size_t sets,
                         h1_siphash_key key) {
  h1_static_guard(pthread_mutex_init(&t->lock, NULL));
  t->rows = rows;
  t->sets = sets;
  t->clock = 0;
  t->key = key;
}

void h1_static_tags_deinit(h1_static_tags *t) {
  pthread_mutex_destroy(&t->lock);
}

static h1_static_tag *set_of(const h1_static_tags *t,
                             const h1_static_identity *id) {
  const uint64_t parts[] = {id->dev,
                            id->ino,
                            id->size,
                            (uint64_t)id->mtime_s,
                            (uint64_t)id->ctime_s,
                            (uint64_t)id->mtime_ns << 32 | id->ctime_ns};
  const h1_slice bytes = {(const uint8_t *)parts, sizeof parts};
  const uint64_t sum = h1_siphash(t->key, bytes);
  return &t->rows[(sum & (t->sets - 1)) * H1_STATIC_TAG_WAYS];
}

/* The row of that file, or NULL. */
static h1_static_tag *find_locked(const h1_static_tags *t,
                                  const h1_static_identity *id) {
  h1_static_tag *set = set_of(t, id);
  for (unsigned i = 0; i < H1_STATIC_TAG_WAYS; i++) {
    if (set[i].used != 0 && h1_static_identity_equal(&set[i].id, id)) {
      return &set[i];
    }
  }
  return NULL;
}

static h1_static_tag *oldest_locked(const h1_static_tags *t,
                                    const h1_static_identity *id) {
  h1_static_tag *set = set_of(t, id);
  h1_static_tag *oldest = set;
  for (unsigned i = 1; i < H1_STATIC_TAG_WAYS; i++) {
    if (set[i].used < oldest->used) oldest = &set[i];
  }
  return oldest;
}

bool h1_static_tags_find(h1_static_tags *t, const h1_static_identity *id,
                         uint8_t hash[H1_STATIC_HASH_BYTES]) {
  h1_static_guard(pthread_mutex_lock(&t->lock));
  h1_static_tag *row = find_locked(t, id);
  const bool found = row != NULL;
  if (found) {
    row->used = ++t->clock;
    memcpy(hash, row->hash, H1_STATIC_HASH_BYTES);
  }
  h1_static_guard(pthread_mutex_unlock(&t->lock));
  return found;
}

void h1_static_tags_put(h1_static_tags *t, const h1_static_identity *id,
                        const uint8_t hash[H1_STATIC_HASH_BYTES]) {
  h1_static_guard(pthread_mutex_lock(&t->lock));
  h1_static_tag *row = find_locked(t, id);
  if (row == NULL) row = oldest_locked(t, id);
  row->id = *id;
  row->used = ++t->clock;
  memcpy(row->hash, hash, H1_STATIC_HASH_BYTES);
  h1_static_guard(pthread_mutex_unlock(&t->lock));
}
