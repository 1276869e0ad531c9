/* Reading and decoding the head of the next request. */
#include "server/conn/head.h"

#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/foreign.h"
#include "server/conn/read.h"
#include "server/conn/window.h"

h1_progress h1_head_read(h1_conn *c) {
  return h1_read(c, h1_window_leftover_max(c->context));
}

/* An empty line that is ignored (RFC 9112 2.2), or a part of one, begins no
 * request: whatever counts from its first byte has not begun. */
static void note_beginning(h1_conn *c, h1_step step) {
  if (!c->input.begun && (step != H1_NEED_INPUT || h1_window_started(c))) {
    h1_time_head(c);
  }
  c->input.begun = step == H1_NEED_INPUT && h1_window_started(c);
}

h1_step h1_head_decode(h1_conn *c, size_t *bytes, h1_error *why) {
  h1_context *cx = c->context;
  h1_request_decoder *d = h1_window_head_decoder(c);
  const h1_step step =
      h1_request_decode(d, h1_window_slice(cx), &cx->request, bytes);
  note_beginning(c, step);
  if (step == H1_DONE) return step;
  if (step == H1_NEED_INPUT) {
    h1_window_want_more(cx);
    return step;
  }
  /* Only as much of it as was looked at: that fits a block, what lies in the
   * window may not. */
  *why = h1_foreign_protocol(h1_window_slice(cx), h1_request_error(d));
  *bytes = cx->request.fields.base.len;
  cx->request.fields.count = 0;
  cx->request.fields.seen = 0;
  return H1_FAILED;
}
