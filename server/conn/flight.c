/* Borrowing a flight for an exchange, and giving it back. */
#include "server/conn/flight.h"

#include <stddef.h>
#include <string.h>

#include "server/conn/admission.h"
#include "server/conn/client.h"
#include "server/conn/context.h"

/* Flights are touched when they are first needed, so that memory follows use.
 */
static h1_flight *take(h1_context *cx) {
  h1_flight *f = cx->free_flights;
  if (f == NULL) return &cx->flights[cx->fresh_flights++];
  cx->free_flights = f->next_free;
  return f;
}

/* Only its worker writes the count. */
static void count_user(h1_context *cx, const h1_snapshot *s, uint32_t by) {
  _Atomic uint32_t *users = &cx->snapshot_users[s->index];
  atomic_store_explicit(users,
                        atomic_load_explicit(users, memory_order_relaxed) + by,
                        memory_order_release);
}

const h1_config *h1_conn_config(const h1_conn *c) {
  return c->flight != NULL ? c->flight->snapshot->config : c->context->config;
}

void h1_flight_begin(h1_conn *c, size_t head_bytes) {
  h1_flight *f = take(c->context);
  memset(f, 0, offsetof(h1_flight, chunked));
  f->head_bytes = head_bytes;
  f->snapshot = c->context->snapshot;
  count_user(c->context, f->snapshot, 1);
  f->verdict.framing.kind = H1_BODY_NONE;
  c->flight = f;
  c->requests++;
}

void h1_flight_end(h1_conn *c) {
  h1_flight *f = c->flight;
  if (f == NULL) return;
  if (f->on_end != NULL) f->on_end(h1_flight_state(c));
  h1_client_end(c);
  h1_admission_release(c);
  if (f->kept != NULL) h1_block_release(f->kept);
  count_user(c->context, f->snapshot, UINT32_MAX);
  c->flight = NULL;
  f->next_free = c->context->free_flights;
  c->context->free_flights = f;
}

void h1_flight_blame(h1_conn *c, h1_error why) {
  if (c->flight->reason == H1_OK) c->flight->reason = why;
}

void h1_flight_answered(h1_conn *c, uint16_t status, h1_error reason) {
  c->flight->status = status;
  c->flight->reason = reason;
}

void h1_flight_unanswered(h1_conn *c, h1_error why) {
  c->flight->status = 0;
  h1_flight_blame(c, why);
}

void h1_flight_persist(h1_conn *c) { c->flight->persists = true; }

void h1_flight_last(h1_conn *c, bool lingers) {
  c->flight->persists = false;
  if (lingers) c->flight->lingers = true;
}

void h1_flight_no_sink(h1_conn *c) { c->flight->sink = NULL; }

void *h1_flight_state(h1_conn *c) {
  h1_flight *f = c->flight;
  if (!f->state_used) memset(f->state, 0, sizeof f->state);
  f->state_used = true;
  return f->state;
}
