/* See cache.h. What gives way is found by the clock algorithm: a hit
 * costs one store, and only a miss pays for the order. */
#include "handlers/static/cache.h"

#include <string.h>

#include "handlers/static/io.h"

enum {
  /* How many entries may give way so that one file's contents find room.
   * Beyond it the file is served from its descriptor: one large file should
   * not empty the cache of small ones. */
  GIVE_WAY_MAX = 16
};

unsigned h1_static_cache_buckets(unsigned entries) {
  unsigned n = 16;
  while (n < entries * 2) n *= 2;
  return n;
}

void h1_static_cache_init(h1_static_cache *c) {
  for (unsigned i = 0; i < c->bucket_count; i++) {
    c->buckets[i] = H1_STATIC_NO_ENTRY;
  }
  c->free_head = H1_STATIC_NO_ENTRY;
  for (unsigned i = c->entry_count; i > 0; i--) {
    c->entries[i - 1].next = c->free_head;
    c->entries[i - 1].file.fd = -1;
    c->free_head = (uint16_t)(i - 1);
  }
  c->open_files = 0;
  c->hand = 0;
}

void h1_static_cache_deinit(h1_static_cache *c) {
  for (unsigned i = 0; i < c->entry_count; i++) {
    if (c->entries[i].file.fd >= 0) h1_static_io_close(c->entries[i].file.fd);
    c->entries[i].file.fd = -1;
  }
}

/* The path alone is a client's to choose. */
static uint32_t hash_of(const h1_static_cache *c, h1_static_key key) {
  const uint32_t rest = key.mount * H1_CODING_COUNT + (uint32_t)key.coding;
  return (uint32_t)h1_siphash(c->key, key.path) ^ (rest * 0x9E3779B1u);
}

static uint16_t *bucket_of(h1_static_cache *c, uint32_t hash) {
  return &c->buckets[hash & (c->bucket_count - 1)];
}

static uint16_t index_of(const h1_static_cache *c, const h1_static_entry *e) {
  return (uint16_t)(e - c->entries);
}

static bool has_key(const h1_static_entry *e, uint32_t hash,
                    h1_static_key key) {
  return e->hash == hash && e->mount == key.mount && e->coding == key.coding &&
         e->key_len == key.path.len &&
         memcmp(e->key, key.path.ptr, key.path.len) == 0;
}

h1_static_entry *h1_static_cache_find(h1_static_cache *c, h1_static_key key) {
  if (key.path.len > H1_STATIC_KEY_BYTES) return NULL;
  const uint32_t hash = hash_of(c, key);
  uint16_t at = *bucket_of(c, hash);
  while (at != H1_STATIC_NO_ENTRY) {
    h1_static_entry *e = &c->entries[at];
    if (has_key(e, hash, key)) {
      e->recent = true;
      return e;
    }
    at = e->next;
  }
  return NULL;
}

/* Gives back what an entry holds and puts it on the free list. */
static void entry_free(h1_static_cache *c, h1_static_entry *e) {
  if (e->file.fd >= 0) {
    h1_static_io_close(e->file.fd);
    e->file.fd = -1;
    c->open_files--;
  }
  if (e->file.contents != NULL) {
    h1_static_slab_give(&c->slots, e->file.contents);
    e->file.contents = NULL;
  }
  e->next = c->free_head;
  c->free_head = index_of(c, e);
}

void h1_static_cache_retire(h1_static_cache *c, h1_static_entry *e) {
  if (!e->listed) return;
  const uint16_t mine = index_of(c, e);
  uint16_t *link = bucket_of(c, e->hash);
  while (*link != mine) link = &c->entries[*link].next;
  *link = e->next;
  e->listed = false;
  if (e->refs == 0) entry_free(c, e);
}

void h1_static_cache_hold(h1_static_entry *e) { e->refs++; }

void h1_static_cache_release(h1_static_cache *c, h1_static_entry *e) {
  e->refs--;
  if (e->refs == 0 && !e->listed) entry_free(c, e);
}

/* Retires one listed entry that nobody references: the first the hand meets
 * that was not used since it passed. With `holding_fd` only one that holds a
 * descriptor. False when there is none. Two turns suffice: the first clears
 * every mark. */
static bool evict(h1_static_cache *c, bool holding_fd) {
  for (unsigned i = 0; i < 2 * c->entry_count; i++) {
    h1_static_entry *e = &c->entries[c->hand];
    c->hand = c->hand + 1 < c->entry_count ? c->hand + 1 : 0;
    if (!e->listed || e->refs > 0) continue;
    if (holding_fd && e->file.fd < 0) continue;
    if (e->recent) {
      e->recent = false;
      continue;
    }
    h1_static_cache_retire(c, e);
    return true;
  }
  return false;
}

static uint8_t *take_slot(h1_static_cache *c, size_t bytes) {
  uint8_t *slot = h1_static_slab_take(&c->slots, bytes);
  for (unsigned i = 0; slot == NULL && i < GIVE_WAY_MAX; i++) {
    if (!evict(c, false)) return NULL;
    slot = h1_static_slab_take(&c->slots, bytes);
  }
  return slot;
}

/* Whether one more entry may hold a descriptor. */
static bool descriptor_allowed(h1_static_cache *c) {
  if (c->open_files < c->open_files_max) return true;
  return evict(c, true) && c->open_files < c->open_files_max;
}

static h1_static_entry *list_entry(h1_static_cache *c, h1_static_key key,
                                   const h1_static_version *file,
                                   uint64_t checked_ms) {
  h1_static_entry *e = &c->entries[c->free_head];
  c->free_head = e->next;
  e->checked_ms = checked_ms;
  e->used_ms = checked_ms;
  e->refs = 0;
  e->hash = hash_of(c, key);
  e->mount = (uint16_t)key.mount;
  e->coding = (uint16_t)key.coding;
  e->key_len = (uint16_t)key.path.len;
  e->listed = true;
  e->recent = true;
  memcpy(e->key, key.path.ptr, key.path.len);
  e->file = *file;
  uint16_t *bucket = bucket_of(c, e->hash);
  e->next = *bucket;
  *bucket = index_of(c, e);
  return e;
}

h1_static_entry *h1_static_cache_insert(h1_static_cache *c, h1_static_key key,
                                        const h1_static_version *file,
                                        const uint8_t *bytes,
                                        uint64_t checked_ms) {
  if (key.path.len > H1_STATIC_KEY_BYTES) return NULL;
  if (c->free_head == H1_STATIC_NO_ENTRY && !evict(c, false)) return NULL;
  h1_static_version kept = *file;
  const size_t size = (size_t)file->id.size;
  uint8_t *slot = bytes != NULL ? take_slot(c, size) : NULL;
  if (slot != NULL) {
    memcpy(slot, bytes, size);
    h1_static_io_close(file->fd);
    kept.fd = -1;
    kept.contents = slot;
  } else if (!descriptor_allowed(c)) {
    return NULL;
  } else {
    c->open_files++;
  }
  return list_entry(c, key, &kept, checked_ms);
}

bool h1_static_cache_sweep(h1_static_cache *c, uint64_t open_before_ms,
                           uint64_t contents_before_ms) {
  bool left = false;
  for (unsigned i = 0; i < c->entry_count; i++) {
    h1_static_entry *e = &c->entries[i];
    if (!e->listed) continue;
    const bool open = e->file.fd >= 0;
    const uint64_t before_ms = open ? open_before_ms : contents_before_ms;
    if (e->refs == 0 && e->used_ms < before_ms) {
      h1_static_cache_retire(c, e);
    } else {
      left = true;
    }
  }
  return left;
}
