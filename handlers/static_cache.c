/* See static_cache.h. What gives way is found by the clock algorithm: a hit
 * costs one store, and only a miss pays for the order. */
#include "handlers/static_cache.h"

#include <errno.h>
#include <string.h>

#include "handlers/static_io.h"

enum {
  READ_ATTEMPTS = 8,
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

static uint32_t hash_of(const h1_static_cache *c, h1_slice path) {
  return (uint32_t)h1_siphash(c->key, path);
}

static uint16_t *bucket_of(h1_static_cache *c, uint32_t hash) {
  return &c->buckets[hash & (c->bucket_count - 1)];
}

static uint16_t index_of(const h1_static_cache *c, const h1_static_entry *e) {
  return (uint16_t)(e - c->entries);
}

static bool has_key(const h1_static_entry *e, uint32_t hash, h1_slice path) {
  return e->hash == hash && e->key_len == path.len &&
         memcmp(e->key, path.ptr, path.len) == 0;
}

h1_static_entry *h1_static_cache_find(h1_static_cache *c, h1_slice path) {
  if (path.len > H1_STATIC_KEY_BYTES) return NULL;
  const uint32_t hash = hash_of(c, path);
  uint16_t at = *bucket_of(c, hash);
  while (at != H1_STATIC_NO_ENTRY) {
    h1_static_entry *e = &c->entries[at];
    if (has_key(e, hash, path)) {
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
    h1_static_slots_give(&c->slots, e->file.contents);
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
static bool give_way(h1_static_cache *c, bool holding_fd) {
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
  uint8_t *slot = h1_static_slots_take(&c->slots, bytes);
  for (unsigned i = 0; slot == NULL && i < GIVE_WAY_MAX; i++) {
    if (!give_way(c, false)) return NULL;
    slot = h1_static_slots_take(&c->slots, bytes);
  }
  return slot;
}

/* Reads exactly `size` bytes; false when the file has fewer or cannot be
 * read. */
static bool read_whole(int fd, uint8_t *room, size_t size) {
  size_t have = 0;
  unsigned interrupted = 0;
  while (have < size) {
    const ssize_t got = h1_static_io_pread(fd, room + have, size - have, have);
    if (got == -EINTR && interrupted < READ_ATTEMPTS) {
      interrupted++;
      continue;
    }
    if (got <= 0) return false;
    have += (size_t)got;
  }
  return true;
}

/* Reads the contents and makes sure that they are those of the version that
 * was described: the file looks the same behind the reading as before it. */
static bool read_described(const h1_static_file *f, uint8_t *room) {
  struct stat st;
  if (!read_whole(f->fd, room, (size_t)f->id.size)) return false;
  if (h1_static_io_fstat(f->fd, &st) < 0) return false;
  const h1_static_identity now = h1_static_identity_of(&st);
  return h1_static_identity_equal(&now, &f->id);
}

/* Whether one more entry may hold a descriptor. */
static bool descriptor_allowed(h1_static_cache *c) {
  if (c->open_files < c->open_files_max) return true;
  return give_way(c, true) && c->open_files < c->open_files_max;
}

static h1_static_entry *list_entry(h1_static_cache *c, h1_slice path,
                                   const h1_static_file *file,
                                   uint64_t checked_ms) {
  h1_static_entry *e = &c->entries[c->free_head];
  c->free_head = e->next;
  e->checked_ms = checked_ms;
  e->refs = 0;
  e->hash = hash_of(c, path);
  e->key_len = (uint16_t)path.len;
  e->listed = true;
  e->recent = true;
  memcpy(e->key, path.ptr, path.len);
  e->file = *file;
  uint16_t *bucket = bucket_of(c, e->hash);
  e->next = *bucket;
  *bucket = index_of(c, e);
  return e;
}

h1_static_entry *h1_static_cache_insert(h1_static_cache *c, h1_slice path,
                                        const h1_static_file *file,
                                        uint64_t checked_ms, bool *unstable) {
  *unstable = false;
  if (path.len > H1_STATIC_KEY_BYTES) return NULL;
  if (c->free_head == H1_STATIC_NO_ENTRY && !give_way(c, false)) return NULL;
  h1_static_file kept = *file;
  const bool small = file->id.size <= H1_STATIC_CONTENTS_MAX;
  uint8_t *slot = small ? take_slot(c, (size_t)file->id.size) : NULL;
  if (slot != NULL) {
    if (!read_described(file, slot)) {
      h1_static_slots_give(&c->slots, slot);
      *unstable = true;
      return NULL;
    }
    h1_static_io_close(file->fd);
    kept.fd = -1;
    kept.contents = slot;
  } else if (!descriptor_allowed(c)) {
    return NULL;
  } else {
    c->open_files++;
  }
  return list_entry(c, path, &kept, checked_ms);
}
