/* How much memory a worker takes, decided before anything is allocated.
 *
 *   slots x (h1_conn + h1_flight + h1_standing + small block), large blocks,
 * receive buffer, stage, exchange buffers, header storage
 *
 * Small blocks: one for each slot, so that every connection can hold a
 * half-read head at once. Large blocks: of --buffer-memory each worker has its
 * own for turns and one largest body, so that it depends on no other; the rest
 * lies in a depot for all of them. */
#include "server/conn/plan.h"

#include <stdio.h>

#include "server/base/pool.h"
#include "server/base/round.h"
#include "server/conn/buffers.h"
#include "server/conn/internal.h"

#define SMALL_LEFTOVER ((size_t)1536)
#define LARGE_MIN ((size_t)16384)
#define RECEIVE_BYTES ((size_t)65536)
/* Turns of several connections that wait to send may hold their blocks at the
 * same time; bodies leave this many turns' worth alone. */
#define FLOOR_TURNS 4u
/* What may be staged on top of H1_STAGE_SOFT: one more answer. */
#define STAGE_BYTES                                          \
  (H1_STAGE_SOFT + H1_REPLY_COPY_MAX + H1_REPLY_HEAD_BYTES + \
   H1_POLICY_HEAD_BYTES + 1024)

static size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

static void plan_blocks(const h1_config *c, bool lane, h1_plan *p) {
  p->header_storage = max_size(c->limits.header_count, c->limits.trailer_count);
  /* Before carried or kept bytes: decoders or a request, and headers. */
  p->leftover_offset =
      h1_round_64(sizeof(h1_request_decoder) + sizeof(h1_fields_decoder) +
                  sizeof(h1_request) + p->header_storage * sizeof(h1_header));
  const size_t input = max_size(
      LARGE_MIN, max_size(c->limits.head_bytes, c->limits.trailer_bytes));
  p->small_payload = p->leftover_offset + SMALL_LEFTOVER;
  p->large_payload = p->leftover_offset + input;
  p->receive_bytes = max_size(RECEIVE_BYTES, input);
  p->small_blocks = p->slots;
  /* A head that is echoed back, as a Content-Type, must fit too. */
  p->stage_bytes = STAGE_BYTES + c->limits.head_bytes;
  /* The leftover, its growth, kept head, one body block, and the whole stage.
   */
  p->turn_blocks =
      4 + (p->stage_bytes + p->large_payload - 1) / p->large_payload;
  p->body_floor = FLOOR_TURNS * p->turn_blocks;
  const uint64_t body = lane ? 0 : c->limits.body_bytes;
  const uint64_t blocks = body / p->large_payload + 1;
  p->body_max_blocks = blocks > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)blocks;
}

static void plan_arena(const h1_config *c, h1_plan *p) {
  const uint64_t small = h1_pool_block_bytes(p->small_payload);
  const uint64_t large = h1_pool_block_bytes(p->large_payload);
  const uint64_t wake_words = (p->slots + 63u) / 64u;
  p->arena_bytes = h1_round_64(p->slots * sizeof(h1_conn)) +
                   h1_round_64(p->slots * sizeof(h1_flight)) +
                   h1_round_64(p->slots * sizeof(h1_standing)) +
                   p->small_blocks * small + p->large_blocks * large +
                   h1_round_64(p->receive_bytes) + h1_round_64(p->stage_bytes) +
                   h1_round_64(h1_exchange_buffer_bytes(c->limits.head_bytes)) +
                   h1_round_64(p->header_storage * sizeof(h1_header)) +
                   h1_round_64(wake_words * 8);
}

bool h1_plan_make(const h1_config *c, bool lane, h1_plan *p,
                  char message[256]) {
  p->slots =
      lane ? H1_LANE_SLOTS : (c->max_connections + c->workers - 1) / c->workers;
  plan_blocks(c, lane, p);
  const uint64_t large = h1_pool_block_bytes(p->large_payload);
  const uint64_t least = p->body_floor + p->body_max_blocks;
  const uint64_t share = lane ? 0 : c->buffer_memory / c->workers / large;
  if (!lane && share < least) {
    snprintf(message, 256,
             "--buffer-memory %llu is too small: one body of --max-body-bytes "
             "%llu takes %llu for each of %u workers",
             (unsigned long long)c->buffer_memory,
             (unsigned long long)c->limits.body_bytes,
             (unsigned long long)(least * large), c->workers);
    return false;
  }
  const bool shared = !lane && c->workers > 1;
  p->share_blocks = (size_t)(lane ? least : share);
  p->large_blocks = shared ? (size_t)least : p->share_blocks;
  p->depot_blocks =
      shared ? (size_t)(c->buffer_memory / large - least * c->workers) : 0;
  p->depot_bytes = p->depot_blocks * large;
  plan_arena(c, p);
  return true;
}
