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

#include "handlers/static/siphash.h"
#include "handlers/static/slab.h"
#include "handlers/static/version.h"
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
  uint64_t used_ms;    /* when it was last answered with */
  uint32_t refs;       /* exchanges that use it */
  uint32_t hash;
  uint16_t next;  /* in its bucket, or in the free list */
  uint16_t mount; /* of the key, as the next three */
  uint16_t coding;
  uint16_t key_len;
  bool listed;
  bool recent; /* used since the clock hand last passed */
  uint8_t key[H1_STATIC_KEY_BYTES];
  h1_static_version file;
} h1_static_entry;

typedef struct {
  h1_static_entry *entries;
  uint16_t *buckets; /* a power of two of them */
  unsigned entry_count, bucket_count;
  unsigned open_files, open_files_max; /* entries that hold a descriptor */
  uint16_t free_head;
  unsigned hand; /* where the clock hand stands */
  h1_siphash_key key;
  h1_static_slab slots;
} h1_static_cache;

/* How many buckets go with `entries` entries. */
unsigned h1_static_cache_buckets(unsigned entries);

/* `c` has its members from `entries` to `bucket_count`, `open_files_max`, `key`
 * and `slots` set; this does the rest. */
void h1_static_cache_init(h1_static_cache *c);
/* Closes what is open. No entry may be referenced. */
void h1_static_cache_deinit(h1_static_cache *c);

/* What an entry is listed under. */
typedef struct {
  unsigned mount;   /* and as what it is looked for there */
  h1_coding coding; /* a sibling is listed under the path of its original */
  h1_slice path;    /* below the mount's root; ptr is never NULL */
} h1_static_key;

/* The listed entry of `key`, however old, or NULL. */
h1_static_entry *h1_static_cache_find(h1_static_cache *c, h1_static_key key);

/* Lists `*file` under `key`, which is not listed, and takes its descriptor
 * over. Least used entries nobody references give way. `bytes`: the contents of
 * a small file, which are copied and its descriptor closed, or NULL. `*file` is
 * then still the caller's to answer with only through the entry returned. NULL:
 * there was no room; `*file` and its descriptor stay the caller's. */
h1_static_entry *h1_static_cache_insert(h1_static_cache *c, h1_static_key key,
                                        const h1_static_version *file,
                                        const uint8_t *bytes,
                                        uint64_t checked_ms);

/* Takes an entry off the list; it goes away with its last reference. */
void h1_static_cache_retire(h1_static_cache *c, h1_static_entry *e);

/* Lets go of what nobody references and nobody asked for lately: open files
 * that were last used before `open_before_ms`, contents before
 * `contents_before_ms`. Whether any entry is left. */
bool h1_static_cache_sweep(h1_static_cache *c, uint64_t open_before_ms,
                           uint64_t contents_before_ms);

void h1_static_cache_hold(h1_static_entry *e);
void h1_static_cache_release(h1_static_cache *c, h1_static_entry *e);

#ifdef __cplusplus
}
#endif
#endif
