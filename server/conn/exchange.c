/* The open and the end of an exchange. */
#include "server/conn/exchange.h"

#include <string.h>

#include "server/conn/client.h"
#include "server/conn/context.h"
#include "server/conn/flight.h"
#include "server/conn/states.h"
#include "server/conn/window.h"

static const h1_slice NO_SLICE = {NULL, 0};

void h1_exchange_begin(h1_exchange *x, h1_conn *c, const h1_request *request) {
  x->context = c->context;
  x->conn = c;
  x->request = request;
  x->path = NO_SLICE;
  x->raw_path = NO_SLICE;
  x->query = NO_SLICE;
  x->authority = NO_SLICE;
  memset(&x->match, 0, sizeof x->match);
  x->redirect = NULL;
  x->reply.kind = H1_REPLY_NONE;
  x->reply.reason = H1_OK;
  x->reply.close = false;
  x->reply.misused = false;
  x->reply.type = NO_SLICE;
  x->reply.bytes = NO_SLICE;
  x->reply.fields_len = 0;
  x->reply.fields_once = 0;
  x->reply.fields_upgrade = false;
  x->may_receive = false;
  x->on_helper = false;
  x->now_s = (int64_t)(c->context->now_us / 1000000u);
  x->now_ms = c->context->now_ms;
}

bool h1_exchange_is_current(const h1_conn *c) {
  return c->context->x.conn == c && c->flight->kept == NULL;
}

void h1_exchange_open(h1_conn *c, size_t head_bytes) {
  h1_context *cx = c->context;
  h1_window_consume(cx, head_bytes);
  h1_window_decoded(c);
  h1_flight_begin(c, head_bytes);
  h1_client_begin(c);
  cx->turn_requests++;
  h1_exchange_begin(&cx->x, c, &cx->request);
}

void h1_exchange_open_unknown(h1_conn *c) {
  memset(&c->context->request, 0, sizeof c->context->request);
  c->context->request.minor_version = 1;
  h1_exchange_open(c, 0);
}

void h1_exchange_end(h1_conn *c) {
  h1_flight_end(c);
  h1_conn_set_in(c, H1_IN_HEAD);
  h1_conn_set_out(c, H1_ANSWER_IDLE);
}
