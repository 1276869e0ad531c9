/* The trailer section of a chunked body: checked, bounded, dropped. */
#include "server/conn/trailers.h"

#include "server/conn/body.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/kept.h"
#include "server/conn/read.h"
#include "server/conn/refuse.h"
#include "server/conn/window.h"

static h1_progress decoded(h1_conn *c, size_t consumed) {
  h1_flight *f = c->flight;
  h1_window_consume(c->context, consumed);
  h1_window_decoded(c);
  f->body.trailer_bytes = consumed;
  if (f->head_bytes + f->body.bytes + consumed >
      c->context->config->max_request_bytes) {
    h1_refuse(c, H1_REQUEST_TOO_LARGE);
    return H1_GO_ON;
  }
  return h1_body_complete(c);
}

h1_progress h1_trailers_step(h1_conn *c) {
  h1_context *cx = c->context;
  if (h1_window_is_short(cx)) {
    const h1_progress p = h1_read(c, h1_window_leftover_max(cx));
    if (p == H1_GO_ON) h1_time_body_moved(c);
    return p;
  }
  h1_head_keep(c);
  h1_fields_decoder *d = h1_window_trailers_decoder(c);
  h1_fields fields;
  size_t consumed = 0;
  switch (h1_trailers_decode(d, h1_window_slice(cx), &fields, &consumed)) {
    case H1_DONE:
      return decoded(c, consumed);
    case H1_NEED_INPUT:
      h1_window_want_more(cx);
      return H1_GO_ON;
    default:
      h1_refuse(c, h1_trailers_error(d));
      return H1_GO_ON;
  }
}
