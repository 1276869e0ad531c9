#include "server/conn/context.h"

#include <string.h>

#include "server/base/round.h"
#include "server/conn/buffers.h"
#include "server/sys.h"

typedef struct {
  uint8_t *at;
} arena_cursor;

static void *carve(arena_cursor *a, size_t bytes) {
  void *p = a->at;
  a->at += h1_round_64(bytes);
  return p;
}

/* Who the client is says nothing here: a proxy on this machine speaks for
 * anyone, so that only the listener decides. */
void h1_shared_scopes(h1_shared *shared, const h1_config *config) {
  const bool everywhere = config->admin == H1_ADMIN_PUBLIC;
  const bool separate = config->admin_listen_count > 0;
  shared->scope_admin = H1_SCOPE_ADMIN | H1_SCOPE_PRIVATE;
  shared->scope_public = H1_SCOPE_ORDINARY;
  if (everywhere || !separate) shared->scope_public |= H1_SCOPE_ADMIN;
  if (everywhere) shared->scope_public |= H1_SCOPE_PRIVATE;
}

/* In the order and the sizes of plan.c. */
static void lay_out(h1_context *cx, uint8_t *arena) {
  const h1_plan *p = &cx->plan;
  arena_cursor a = {arena};
  cx->conns = carve(&a, p->slots * sizeof(h1_conn));
  cx->flights = carve(&a, p->slots * sizeof(h1_flight));
  cx->standings = carve(&a, p->slots * sizeof(h1_standing));
  cx->wake_bits = carve(&a, cx->wake_words * 8);
  cx->headers = carve(&a, p->header_storage * sizeof(h1_header));
  cx->receive = carve(&a, p->receive_bytes);
  cx->stage = carve(&a, p->stage_bytes);
  h1_exchange_buffers(
      &cx->x,
      carve(&a, h1_exchange_buffer_bytes(cx->config->limits.head_bytes)));
  h1_pool_init(
      &cx->small,
      carve(&a, p->small_blocks * h1_pool_block_bytes(p->small_payload)),
      p->small_payload, p->small_blocks);
  h1_pool_init(&cx->large, a.at, p->large_payload, p->large_blocks);
}

void h1_context_init(h1_context *cx, h1_shared *shared, const h1_plan *plan,
                     unsigned index, bool lane, h1_metrics *metrics,
                     uint8_t *arena) {
  memset(cx, 0, sizeof *cx);
  cx->shared = shared;
  cx->snapshot = atomic_load_explicit(&shared->snapshot, memory_order_acquire);
  cx->config = cx->snapshot->config;
  atomic_init(&cx->snapshot_generation, cx->snapshot->generation);
  cx->plan = *plan;
  cx->metrics = metrics;
  cx->index = index;
  cx->lane = lane;
  cx->epoll_fd = -1;
  cx->event_fd = -1;
  cx->wake_words = (plan->slots + 63u) / 64u;
  cx->head_lines.second = INT64_MIN;
  lay_out(cx, arena);
  h1_context_clock(cx);
  h1_wheel_init(&cx->wheel, cx->now_ms);
}

/* Between turns: all that the last one answered is with the kernel or in the
 * flights that keep their own. */
static void adopt(h1_context *cx) {
  const h1_snapshot *newest =
      atomic_load_explicit(&cx->shared->snapshot, memory_order_acquire);
  if (newest == cx->snapshot) return;
  cx->snapshot = newest;
  cx->config = newest->config;
  cx->head_lines.second = INT64_MIN; /* it may name another server */
  atomic_store_explicit(&cx->snapshot_generation, newest->generation,
                        memory_order_release);
}

bool h1_context_is_current(h1_context *cx, const h1_snapshot *current) {
  return atomic_load_explicit(&cx->snapshot_generation, memory_order_acquire) ==
             current->generation &&
         atomic_load_explicit(&cx->snapshot_users[1 - current->index],
                              memory_order_acquire) == 0;
}

void h1_context_clock(h1_context *cx) {
  cx->now_ns = h1_sys_monotonic_ns();
  cx->now_ms = cx->now_ns / 1000000u;
  cx->now_us = h1_sys_realtime_us();
  adopt(cx);
  h1_head_lines_renew(&cx->head_lines, (int64_t)(cx->now_us / 1000000u),
                      cx->config->server_name);
}
