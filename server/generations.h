/* The memory of configurations: two places, of which one holds what new
 * requests go by, and the other what older exchanges still use, or the next
 * configuration while it is being read. Both are mapped at start. */
#ifndef H1_SERVER_GENERATIONS_H_
#define H1_SERVER_GENERATIONS_H_

#include "server/base/arena.h"
#include "server/config/config.h"
#include "server/conn/snapshot.h"

typedef struct {
  h1_snapshot snapshots[H1_SNAPSHOTS];
  h1_arena arenas[H1_SNAPSHOTS];
  const h1_snapshot *current;
  h1_config *next; /* being read */
} h1_generations;

/* The bytes of one place. */
size_t h1_generation_bytes(const h1_config *c);

/* Maps both and makes the first generation, of `c`, which must outlive it.
 * False: a one-line message; what was mapped is given back. */
H1_MUST_USE bool h1_generations_init(h1_generations *g, const h1_config *c,
                                     char message[256]);
/* Empties the place that `current` is not in, which nobody uses any more, and
 * begins there with room for a configuration. `*rest`: what is free after it,
 * until h1_generations_make. */
h1_config *h1_generations_next(h1_generations *g, h1_buffer *rest);
/* Makes a snapshot of what is in that configuration now, for the caller to
 * offer and to make current. NULL with a message; then next may be called
 * again. */
const h1_snapshot *h1_generations_make(h1_generations *g, char message[256]);
void h1_generations_deinit(h1_generations *g);

#endif
