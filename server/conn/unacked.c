/* What the kernel holds of our answers. */
#include "server/conn/unacked.h"

#include "server/conn/context.h"
#include "server/conn/socket.h"

#define LOOK_MS 1000u
/* Less than this is not worth a look. */
#define LITTLE ((size_t)16 * 1024)

static uint32_t low(uint64_t n) {
  return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static void set(h1_conn *c, size_t bytes) {
  const uint32_t now = low(bytes);
  const uint32_t before = c->output.memory;
  c->output.memory = now;
  _Atomic uint64_t *sum = &c->context->shared->unacked;
  if (now > before) {
    atomic_fetch_add_explicit(sum, now - before, memory_order_relaxed);
  } else if (now < before) {
    atomic_fetch_sub_explicit(sum, before - now, memory_order_relaxed);
  }
}

static void next_look(h1_conn *c) {
  c->output.given = 0;
  c->output.look_ms = (uint32_t)c->context->now_ms + LOOK_MS;
}

static int32_t until_look(const h1_conn *c) {
  return (int32_t)(c->output.look_ms - (uint32_t)c->context->now_ms);
}

void h1_unacked_watch(h1_conn *c) {
  if (c->output.watched) return;
  c->output.watched = true;
  c->output.stuck = false;
  c->output.unacked = 0;
  next_look(c);
}

/* Somebody who takes as fast as we give has as much there as before. */
static bool took_nothing(const h1_conn *c, size_t bytes) {
  const uint64_t before = c->output.unacked;
  return before != 0 && bytes >= before + c->output.given;
}

bool h1_unacked_look(h1_conn *c) {
  if (!c->output.watched || until_look(c) > 0) return false;
  const size_t bytes = h1_socket_unacknowledged(c);
  const size_t memory = h1_socket_send_memory(c);
  c->output.watched = bytes > LITTLE || c->output.full_ms != 0;
  c->output.stuck = c->output.watched && took_nothing(c, bytes);
  c->output.unacked = low(bytes);
  next_look(c);
  set(c, !c->output.watched ? 0 : memory > bytes ? memory : bytes);
  return true;
}

uint64_t h1_unacked_deadline(const h1_conn *c) {
  if (!c->output.watched) return H1_NEVER;
  const int32_t left = until_look(c);
  return c->context->now_ms + (left > 0 ? (uint64_t)left : 0);
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
    if (most == NULL || c->output.memory > most->output.memory) most = c;
  }
  return most;
}
