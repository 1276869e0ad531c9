/* Answering with a file: preconditions, ranges, and who keeps what alive until
 * the exchange is over. */
#ifndef H1_HANDLERS_STATIC_ANSWER_H_
#define H1_HANDLERS_STATIC_ANSWER_H_

#include <stdalign.h>
#include <stdint.h>

#include "handlers/static_cache.h"
#include "handlers/static_parts.h"
#include "handlers/static_root.h"
#include "server/handler.h"

/* What a worker has for itself: nothing in it is shared, so nothing is locked,
 * and no two of them share a cache line. */
typedef struct {
  alignas(64) h1_static_root root;
  h1_static_cache cache;
  h1_static_parts *parts; /* parts_count of them */
  unsigned parts_count;
  h1_siphash_key boundary_key;
  uint64_t boundary_nonce;
} h1_static_worker;

/* Answers with a listed entry, which is referenced until the exchange ends. */
void h1_static_answer_entry(h1_exchange *x, h1_static_worker *w,
                            h1_static_entry *e);
/* Answers with a file that is not cached; its descriptor is closed when the
 * exchange ends. */
void h1_static_answer_file(h1_exchange *x, h1_static_worker *w,
                           const h1_static_file *file);

#endif
