#include "server/conn/snapshot.h"

bool h1_snapshot_init(h1_snapshot *s, const h1_config *c, h1_arena *arena,
                      char message[256]) {
  s->config = c;
  s->index = 0;
  s->generation = 1;
  return h1_policy_build(&s->policy, c, arena, message);
}
