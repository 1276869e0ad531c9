/* What the parts of the file handler share. */
#ifndef H1_HANDLERS_STATIC_STATE_H_
#define H1_HANDLERS_STATIC_STATE_H_

#include "handlers/static/handler.h"
#include "handlers/static/hasher.h"
#include "handlers/static/helpers.h"
#include "handlers/static/lister.h"
#include "handlers/static/mime.h"
#include "handlers/static/respond.h"
#include "handlers/static/root.h"
#include "handlers/static/siblings.h"
#include "handlers/static/siphash.h"
#include "handlers/static/substitutes.h"
#include "handlers/static/tags.h"
#include "handlers/static/version.h"

/* A folder under its prefix. */
struct h1_static_mount {
  h1_static *files;
  unsigned index; /* of its root among those of a worker */
  char path[H1_STATIC_PATH_BYTES];
};

/* Written at start, and never again, except what has a lock, and what
 * `worker` points to, which is that worker's. */
struct h1_static {
  size_t memory_bytes;
  h1_static_mount *mounts; /* mount_count of them */
  unsigned mount_count;
  unsigned workers, helper_threads;
  bool has_openat2, reloads;
  h1_static_links links;
  /* What may follow a path with a slash at its end, one without, and one that
   * is the name of a file. */
  h1_static_endings index, names, exact;
  bool clean, hidden;
  h1_static_substitutes substitutes[2]; /* by generation, as types */
  h1_mime types[2];                     /* by generation: h1_static_types */
  size_t types_bytes;                   /* of each one's memory */
  uint8_t *types_memory;
  h1_lister *lister;   /* NULL: folders are not listed */
  h1_static_tags tags; /* has a lock of its own, as `helpers` has */
  h1_static_helpers helpers;
  h1_static_hasher hasher;
  bool precompressed;
  h1_static_sibling_notes notes; /* atomic */
  size_t cache_control_len;
  uint8_t cache_control[H1_STATIC_CACHE_CONTROL_MAX]; /* a field line */
  h1_static_worker *worker;                           /* `workers` of them */
};

/* Of the start: what the options say about names (names.c). */
bool h1_static_set_names(h1_static *s, const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]);
/* And of every generation: what they say about pages. */
bool h1_static_set_pages(const h1_static *s, h1_static_substitutes *p,
                         const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]);

/* Of requests of a configuration's generation. */
static inline h1_mime *h1_static_types(h1_static *s, uint64_t generation) {
  return &s->types[generation % 2];
}
static inline const h1_static_substitutes *h1_static_pages(
    const h1_static *s, uint64_t generation) {
  return &s->substitutes[generation % 2];
}

#endif
