/* How much memory a worker takes, decided before anything is allocated.
 *
 *   slots x (h1_conn + small block), large blocks, receive buffer, stage,
 *   exchange buffers, header storage
 *
 * Small blocks: one for each slot, so that every connection can hold a
 * half-read head at once. Large blocks: --buffer-memory shared out over the
 * workers. */
#include <stdio.h>

#include "server/worker.h"

#define SMALL_CARRY ((size_t)1536)
#define LARGE_MIN ((size_t)16384)
#define RECEIVE_BYTES ((size_t)65536)
/* Turns of several connections that wait to send may hold their blocks at the
 * same time; bodies leave this many turns' worth alone. */
#define FLOOR_TURNS 4u

static size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

static size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

static void plan_blocks(const h1_config *c, bool lane, h1_worker_plan *p) {
  p->header_storage = max_size(c->limits.header_count, c->limits.trailer_count);
  /* In front of carried or kept bytes: decoders or a request, and headers. */
  p->carry_offset =
      round_up(sizeof(h1_request_decoder) + sizeof(h1_fields_decoder) +
                   sizeof(h1_request) + p->header_storage * sizeof(h1_header),
               64);
  const size_t input = max_size(
      LARGE_MIN, max_size(c->limits.head_bytes, c->limits.trailer_bytes));
  p->small_payload = p->carry_offset + SMALL_CARRY;
  p->large_payload = p->carry_offset + input;
  p->receive_bytes = max_size(RECEIVE_BYTES, input);
  p->small_blocks = p->slots;
  /* A head that is echoed back, as a Content-Type, must fit too. */
  p->stage_bytes = H1_STAGE_BYTES + c->limits.head_bytes;
  /* Carry, its growth, kept head, one body block, and the whole stage. */
  p->turn_blocks =
      4 + (p->stage_bytes + p->large_payload - 1) / p->large_payload;
  p->body_floor = FLOOR_TURNS * p->turn_blocks;
  const uint64_t body = lane ? 0 : c->limits.body_bytes;
  const uint64_t blocks = body / p->large_payload + 1;
  p->body_max_blocks = blocks > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)blocks;
}

static void plan_arena(const h1_config *c, h1_worker_plan *p) {
  const uint64_t small = h1_pool_block_bytes(p->small_payload);
  const uint64_t large = h1_pool_block_bytes(p->large_payload);
  const uint64_t wake_words = (p->slots + 63u) / 64u;
  p->arena_bytes =
      p->slots * (uint64_t)(round_up(sizeof(h1_conn), 64) + H1_STATE_BYTES) +
      p->small_blocks * small + p->large_blocks * large +
      round_up(p->receive_bytes, 64) + round_up(p->stage_bytes, 64) +
      round_up(h1_exchange_buffer_bytes(c->limits.head_bytes), 64) +
      round_up(p->header_storage * sizeof(h1_header), 64) +
      round_up(wake_words * 8, 64);
}

bool h1_worker_plan_make(const h1_config *c, bool lane, h1_worker_plan *p,
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
  p->large_blocks = (size_t)(lane ? least : share);
  plan_arena(c, p);
  return true;
}
