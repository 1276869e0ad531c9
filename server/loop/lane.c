/* Whoever comes into the lane has a place: the lane is what answers health
 * checks when nothing else has time, so nobody may fill it.
 *
 * Nothing in it needs long: a head is answered when it is there, bodies are not
 * waited for, and the connection ends after that. So the order is simple. First
 * go those of the client that holds most slots, so that a flood from one
 * address drives out its own; of these, who was answered and only lingers; then
 * the oldest. Connections of an admin listener go after all others. */
#include "server/loop/lane.h"

#include "server/conn/admission.h"
#include "server/conn/close.h"
#include "server/conn/conn.h"
#include "server/conn/slots.h"

/* Each look may find a request that has just arrived, or turn a silent
 * connection into one that lingers. */
#define LOOKS 8u

static bool may_go(const h1_conn *c) {
  return c->life != H1_LIFE_FREE && !h1_flight_on_helper(c);
}

/* Slots of the lane that the client of `of` holds; a unix socket is alone. */
static unsigned held_with(const h1_context *cx, const h1_conn *of) {
  const uint32_t client = of->socket.client;
  unsigned held = 0;
  if (client == H1_CLIENT_NONE || client == H1_CLIENT_OTHERS) return 1;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_conn *c = &cx->conns[i];
    if (c->life != H1_LIFE_FREE && c->socket.client == client) held++;
  }
  return held;
}

/* Whether `a` goes before `b`. */
static bool goes_before(const h1_context *cx, const h1_conn *a,
                        const h1_conn *b) {
  if (a->socket.peer.admin != b->socket.peer.admin) return b->socket.peer.admin;
  const unsigned held_a = held_with(cx, a);
  const unsigned held_b = held_with(cx, b);
  if (held_a != held_b) return held_a > held_b;
  const bool lingers_a = a->life == H1_LIFE_LINGER;
  if (lingers_a != (b->life == H1_LIFE_LINGER)) return lingers_a;
  return a->times.since_ms < b->times.since_ms;
}

static h1_conn *next_to_go(const h1_context *cx) {
  h1_conn *next = NULL;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    h1_conn *c = &cx->conns[i];
    if (may_go(c) && (next == NULL || goes_before(cx, c, next))) next = c;
  }
  return next;
}

static bool has_room(const h1_context *cx) {
  return h1_slot_left(cx) && h1_admission_new_conn(cx);
}

bool h1_lane_can_take(const h1_context *cx) {
  if (has_room(cx)) return true;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    if (may_go(&cx->conns[i])) return true;
  }
  return false;
}

/* Its request may have arrived in this moment; if not, it is told why it goes,
 * and lingers until its slot is needed too. */
static void give_way(h1_conn *c) {
  const uint32_t generation = c->generation;
  if (c->life == H1_LIFE_LINGER || c->out != H1_ANSWER_IDLE) {
    h1_conn_close(c, c->refusal != H1_OK ? c->refusal : H1_QUEUE_FULL);
    return;
  }
  h1_conn_look(c);
  if (c->generation == generation && c->life == H1_LIFE_OPEN &&
      c->out == H1_ANSWER_IDLE) {
    h1_conn_due(c);
  }
}

bool h1_lane_make_room(h1_context *cx) {
  for (unsigned looked = 0; !has_room(cx); looked++) {
    h1_conn *c = next_to_go(cx);
    if (looked == LOOKS || c == NULL) return false;
    give_way(c);
  }
  return true;
}
