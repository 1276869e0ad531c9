/* Answering with a file: preconditions, ranges, and who keeps what alive until
 * the exchange is over. */
#ifndef H1_HANDLERS_STATIC_RESPOND_H_
#define H1_HANDLERS_STATIC_RESPOND_H_

#include <stdalign.h>
#include <stdint.h>

#include "handlers/static/byteranges.h"
#include "handlers/static/cache.h"
#include "handlers/static/helpers.h"
#include "handlers/static/load.h"
#include "handlers/static/root.h"
#include "server/handler.h"

/* What a worker has for itself: nothing in it is shared, so nothing is locked,
 * and no two of them share a cache line. */
typedef struct {
  alignas(64) h1_static_cache cache; /* of files below all roots */
  h1_static_root *roots;             /* one for each mount */
  bool never_waits;                  /* helper threads do what has to wait */
  h1_static_helpers *helpers;
  h1_static_load *load;        /* of the request being served */
  h1_static_byteranges *parts; /* parts_count of them */
  unsigned parts_count;
  h1_siphash_key boundary_key;
  uint64_t boundary_nonce;
} h1_static_worker;

/* Answers with a listed entry, which is referenced until the exchange ends.
 * With another status than 200 it is the page of an error: conditions and
 * ranges are not about it, and it has no validators. */
void h1_static_respond_entry(h1_exchange *x, h1_static_worker *w,
                             h1_static_entry *e, uint16_t status);
/* Answers with a file that is not cached; its descriptor is closed when the
 * exchange ends. */
void h1_static_respond_file(h1_exchange *x, h1_static_worker *w,
                            const h1_static_version *file, uint16_t status);

#endif
