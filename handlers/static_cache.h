/* The files one worker has open or in memory. No lock: a worker alone uses it.
 *
 *            insert                    retire, referenced
 *   FREE ------------------> LISTED ------------------------> RETIRED
 *    ^                         |                                 |
 *    +-------------------------+---------------------------------+
 *       retire, unreferenced              last release
 *
 * A listed entry is found by its path. An entry that answers a request is
 * referenced until that exchange is over, and until then neither its contents
 * nor its descriptor change or go away: a newer version of the file gets an
 * entry of its own. */
#ifndef H1_HANDLERS_STATIC_CACHE_H_
#define H1_HANDLERS_STATIC_CACHE_H_

#include <stdbool.h>
#include <stdint.h>

#include "handlers/siphash.h"
#include "handlers/static_file.h"
#include "handlers/static_slots.h"
#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Longer paths are served uncached. */
#define H1_STATIC_KEY_BYTES ((size_t)192)
/* Larger files are not kept in memory; their descriptor is. */
#define H1_STATIC_CONTENTS_MAX H1_STATIC_PAGE_BYTES
#define H1_STATIC_NO_ENTRY UINT16_MAX
#define H1_STATIC_ENTRIES_MAX ((unsigned)32768)

typedef struct {
  uint64_t checked_ms; /* when the path was last seen to lead to this version */
  uint32_t refs;       /* exchanges that use it */
  uint32_t hash;
  uint16_t next; /* in its bucket, or in the free list */
  uint16_t key_len;
  bool listed;
  bool recent; /* used since the clock hand last passed */
  uint8_t key[H1_STATIC_KEY_BYTES];
  h1_static_file file;
} h1_static_entry;

typedef struct {
  h1_static_entry *entries;
  uint16_t *buckets; /* a power of two of them */
  unsigned entry_count, bucket_count;
  unsigned open_files, open_files_max; /* entries that hold a descriptor */
  uint16_t free_head;
  unsigned hand; /* where the clock hand stands */
  h1_siphash_key key;
  h1_static_slots slots;
} h1_static_cache;

/* How many buckets go with `entries` entries. */
unsigned h1_static_cache_buckets(unsigned entries);

/* `c` has its members from `entries` to `bucket_count`, `open_files_max`, `key`
 * and `slots` set; this does the rest. */
void h1_static_cache_init(h1_static_cache *c);
/* Closes what is open. No entry may be referenced. */
void h1_static_cache_deinit(h1_static_cache *c);

/* The listed entry of `path`, however old, or NULL. `path.ptr` is never NULL,
 * here and below. */
h1_static_entry *h1_static_cache_find(h1_static_cache *c, h1_slice path);

/* Lists `*file` under `path`, which is not listed, and takes its descriptor
 * over. Least used entries nobody references give way. A small file's contents
 * are read and its descriptor closed; `*file` is then still the caller's to
 * answer with only through the entry returned. NULL: there was no room, or the
 * file would not hold still; `*file` and its descriptor stay the caller's, and
 * `*unstable` says that its bytes may not match what `*file` says of them. */
h1_static_entry *h1_static_cache_insert(h1_static_cache *c, h1_slice path,
                                        const h1_static_file *file,
                                        uint64_t checked_ms, bool *unstable);

/* Takes an entry off the list; it goes away with its last reference. */
void h1_static_cache_retire(h1_static_cache *c, h1_static_entry *e);

void h1_static_cache_hold(h1_static_entry *e);
void h1_static_cache_release(h1_static_cache *c, h1_static_entry *e);

#ifdef __cplusplus
}
#endif
#endif
