/* What the kernel holds of our answers. */
#include "server/conn/unacked.h"

#include "server/conn/context.h"
#include "server/conn/socket.h"

#define LOOK_MS 1000u
/* Less than this is not worth a look. */
#define LITTLE ((size_t)64 * 1024)

static void set(h1_conn *c, size_t bytes) {
  const uint32_t now = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
  const uint32_t before = c->output.unacked;
  c->output.unacked = now;
  _Atomic uint64_t *sum = &c->context->shared->unacked;
  if (now > before) {
    atomic_fetch_add_explicit(sum, now - before, memory_order_relaxed);
  } else if (now < before) {
    atomic_fetch_sub_explicit(sum, before - now, memory_order_relaxed);
  }
}

void h1_unacked_watch(h1_conn *c) {
  if (c->output.watched) return;
  c->output.watched = true;
  c->output.stuck = false;
  c->output.look_ms = c->context->now_ms + LOOK_MS;
}

bool h1_unacked_look(h1_conn *c) {
  if (!c->output.watched || c->output.look_ms > c->context->now_ms) {
    return false;
  }
  const size_t bytes = h1_socket_unacknowledged(c);
  const uint32_t before = c->output.unacked;
  c->output.watched = bytes > LITTLE || c->output.full_ms != 0;
  c->output.stuck = c->output.watched && before != 0 && bytes >= before;
  c->output.look_ms = c->context->now_ms + LOOK_MS;
  set(c, c->output.watched ? bytes : 0);
  return true;
}

uint64_t h1_unacked_deadline(const h1_conn *c) {
  return c->output.watched ? c->output.look_ms : H1_NEVER;
}

void h1_unacked_forget(h1_conn *c) {
  c->output.watched = false;
  set(c, 0);
}

bool h1_unacked_too_much(const h1_context *cx) {
  const uint64_t most = cx->config->socket_memory;
  return most != 0 && atomic_load_explicit(&cx->shared->unacked,
                                           memory_order_relaxed) > most;
}

h1_conn *h1_unacked_most(const h1_context *cx) {
  h1_conn *most = NULL;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    h1_conn *c = &cx->conns[i];
    if (c->life == H1_LIFE_FREE || !c->output.stuck || h1_flight_on_helper(c)) {
      continue;
    }
    if (most == NULL || c->output.unacked > most->output.unacked) most = c;
  }
  return most;
}
