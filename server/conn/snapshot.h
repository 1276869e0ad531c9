/* What new requests go by: the options that may change while the server runs,
 * and the rules made of them. A snapshot never changes once it is offered.
 *
 * h1_shared has the newest. A worker takes it at the start of a turn; from then
 * on exchanges begin with it, and each keeps the one it began with to its end.
 * A worker counts the exchanges that use each of the two that there can be, so
 * that whoever made the older one knows when its memory is free again. */
#ifndef H1_SERVER_CONN_SNAPSHOT_H_
#define H1_SERVER_CONN_SNAPSHOT_H_

#include <stdint.h>

#include "server/config/config.h"
#include "server/policy/policy.h"

/* There are so many places for one; `index` says which. */
#define H1_SNAPSHOTS 2u

typedef struct h1_snapshot {
  const h1_config *config;
  h1_policy policy;
  unsigned index;
  uint64_t generation; /* counts up from 1 */
} h1_snapshot;

/* The first generation, in the first place. `c` and what the arena gives out
 * must live as long as the snapshot. False: a one-line message. */
H1_MUST_USE bool h1_snapshot_init(h1_snapshot *s, const h1_config *c,
                                  h1_arena *arena, char message[256]);

#endif
