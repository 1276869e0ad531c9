/* Reading a body that nobody wants. */
#include "server/conn/drop.h"

#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/states.h"

void h1_drop_rest(h1_conn *c) {
  c->flight->body.drop = true;
  c->flight->body.drop_left = H1_DROP_BYTES;
}

void h1_drop_begin(h1_conn *c) {
  h1_flight *f = c->flight;
  h1_limits limits = c->context->config->limits;
  limits.body_bytes = H1_DROP_BYTES;
  h1_chunked_decoder_init(&f->chunked, &limits);
  f->body.left = f->verdict.framing.length;
  h1_drop_rest(c);
  h1_time_body(c);
  h1_conn_set_in(c, H1_IN_BODY);
}

size_t h1_drop_take(h1_conn *c, size_t n) {
  h1_incoming *b = &c->flight->body;
  if (!b->drop) return n; /* ignored, within the body's limit */
  const size_t take = n < b->drop_left ? n : (size_t)b->drop_left;
  b->drop_left -= take;
  return take;
}
