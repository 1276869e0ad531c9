/* The body of a request: admitted at the head, then buffered, streamed to its
 * handler, or dropped. */
#include "server/conn/body.h"

#include <string.h>

#include "server/conn/account.h"
#include "server/conn/admission.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/drop.h"
#include "server/conn/out.h"
#include "server/conn/read.h"
#include "server/conn/refuse.h"
#include "server/conn/run.h"
#include "server/conn/slots.h"
#include "server/conn/states.h"
#include "server/conn/window.h"

static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";

/* ---- beginning ---- */

static h1_body_mode mode_of(const h1_exchange *x) {
  if (x->match.route == NULL || !x->match.method_allowed) return H1_BODY_IGNORE;
  return x->match.route->body;
}

static bool is_empty(const h1_conn *c) {
  const h1_framing *framing = &c->flight->verdict.framing;
  return framing->kind == H1_BODY_NONE ||
         (framing->kind == H1_BODY_LENGTH && framing->length == 0);
}

bool h1_body_is_whole(const h1_conn *c) {
  return is_empty(c) && c->flight->body.mode != H1_BODY_STREAM;
}

void h1_body_admit(h1_conn *c) {
  h1_flight *f = c->flight;
  f->body.mode = mode_of(&c->context->x);
  f->body.left = f->verdict.framing.length;
  h1_time_body(c);
  h1_conn_set_out(c, H1_ANSWER_WAITING);
  if (is_empty(c) || f->body.mode != H1_BODY_BUFFER) return;
  f->body.unadmitted = !h1_admission_admit(c);
}

/* A 100 is sent only while the client still waits for it, and never after an
 * answer. */
static void stage_continue(h1_conn *c) {
  h1_context *cx = c->context;
  if (!c->flight->verdict.expects_continue) return;
  if (c->out != H1_ANSWER_WAITING || h1_window_unread(cx) != 0) return;
  c->flight->body.continued = true;
  h1_out_stage(cx, (const uint8_t *)CONTINUE, sizeof CONTINUE - 1);
}

static void begin_stream(h1_conn *c) {
  h1_run_handler(c, true);
  if (c->flight->sink == NULL) h1_drop_rest(c);
}

void h1_body_begin(h1_conn *c) {
  h1_flight *f = c->flight;
  h1_limits limits = c->context->config->limits;
  limits.body_bytes = f->verdict.body_limit;
  h1_chunked_decoder_init(&f->chunked, &limits);
  h1_conn_set_in(c, H1_IN_BODY);
  if (f->body.mode == H1_BODY_STREAM) begin_stream(c);
  if (!f->body.drop && !f->body.unadmitted && !is_empty(c)) stage_continue(c);
}

/* ---- pieces ---- */

static size_t buffer_piece(h1_conn *c, h1_slice piece) {
  h1_block *b = c->flight->store.last;
  if (b == NULL || b->len == b->cap) {
    if (!h1_admission_grow(c)) return 0;
    b = c->flight->store.last;
  }
  const size_t room = b->cap - b->len;
  const size_t take = piece.len < room ? piece.len : room;
  memcpy(b->bytes + b->len, piece.ptr, take);
  b->len += take;
  return take;
}

static size_t take_piece(h1_conn *c, h1_slice piece) {
  const h1_incoming *b = &c->flight->body;
  if (b->drop || b->mode == H1_BODY_IGNORE) return h1_drop_take(c, piece.len);
  if (b->mode == H1_BODY_BUFFER) return buffer_piece(c, piece);
  return h1_run_sink(c, piece);
}

static h1_progress wait_for_block(h1_conn *c) {
  h1_context *cx = c->context;
  c->flight->body.waits_memory = true;
  h1_time_wait(c);
  h1_counter_add(&cx->metrics->memory_waits, 1);
  h1_conn_enlist(c, H1_LIST_BODY);
  return H1_BLOCKED;
}

/* Nothing of it is read, and no 100 sent, before there is memory for it. */
static h1_progress admit(h1_conn *c) {
  if (!h1_admission_admit(c)) return wait_for_block(c);
  c->flight->body.unadmitted = false;
  c->flight->body.waits_memory = false;
  h1_time_body(c);
  stage_continue(c);
  return H1_GO_ON;
}

static h1_progress hand_out(h1_conn *c) {
  h1_context *cx = c->context;
  h1_flight *f = c->flight;
  const h1_slice piece = {h1_window_slice(cx).ptr, f->body.ready};
  const size_t took = take_piece(c, piece);
  h1_window_consume(cx, took);
  f->body.ready -= took;
  f->body.bytes += took;
  if (f->sink != NULL && took < piece.len) {
    f->body.sink_waiting = true;
    return c->out == H1_ANSWER_SENDING ? H1_GO_ON : H1_BLOCKED;
  }
  if (took > 0) return H1_GO_ON;
  if (!f->body.drop) return wait_for_block(c);
  h1_refuse(c, H1_BODY_TOO_LARGE); /* too much to read for nothing */
  return H1_GO_ON;
}

void h1_body_woken(h1_conn *c) {
  if (c->flight != NULL) c->flight->body.sink_waiting = false;
}

/* ---- decoding ---- */

/* With a declared length and a buffer promised, a full receive buffer can be
 * taken, if nothing can end the turn before it is handed out: neither an answer
 * nor unsent bytes. Else no more than a leftover holds may be read at once. */
static size_t window_limit(const h1_conn *c) {
  const h1_context *cx = c->context;
  const h1_flight *f = c->flight;
  const bool takes_all = f->verdict.framing.kind == H1_BODY_LENGTH &&
                         f->body.mode != H1_BODY_STREAM && !f->body.drop &&
                         c->output.pending == NULL && cx->staged == 0;
  if (takes_all && f->body.left >= cx->plan.receive_bytes) {
    return cx->plan.receive_bytes;
  }
  return h1_window_leftover_max(cx);
}

/* A chunked body is read only as far as it can be taken: what waits unread
 * holds no block of ours. */
static size_t chunked_limit(const h1_conn *c, size_t limit) {
  const h1_block *b = c->flight->store.last;
  size_t room = b == NULL ? 0 : b->cap - b->len;
  if (h1_admission_can_grow(c)) room += c->context->plan.large_payload;
  return room < limit ? room : limit;
}

static size_t read_limit(const h1_conn *c) {
  const h1_flight *f = c->flight;
  const size_t limit = window_limit(c);
  const bool grows = f->verdict.framing.kind == H1_BODY_CHUNKED &&
                     f->body.mode == H1_BODY_BUFFER && !f->body.drop;
  return grows ? chunked_limit(c, limit) : limit;
}

static h1_progress next_chunked(h1_conn *c) {
  h1_context *cx = c->context;
  const h1_slice window = h1_window_slice(cx);
  h1_slice in = window;
  h1_slice data = {NULL, 0};
  switch (h1_chunked_decode(&c->flight->chunked, &in, &data)) {
    case H1_DATA:
      h1_window_consume(cx, (size_t)(data.ptr - window.ptr));
      c->flight->body.ready = data.len;
      return H1_GO_ON;
    case H1_NEED_INPUT:
      h1_window_consume(cx, window.len);
      return H1_GO_ON;
    case H1_DONE:
      h1_window_consume(cx, window.len - in.len);
      h1_conn_set_in(c, H1_IN_TRAILERS);
      return H1_GO_ON;
    default:
      h1_refuse(c, h1_chunked_error(&c->flight->chunked));
      return H1_GO_ON;
  }
}

static h1_progress next_of_length(h1_conn *c) {
  h1_incoming *b = &c->flight->body;
  const size_t n = h1_window_unread(c->context);
  b->ready = n < b->left ? n : (size_t)b->left;
  b->left -= b->ready;
  return H1_GO_ON;
}

static h1_progress read_more(h1_conn *c) {
  /* Not after the limit was decided: sending may leave bytes unsent. */
  if (c->context->record_count > 0) h1_settle(c);
  const size_t limit = read_limit(c);
  if (limit == 0) return wait_for_block(c);
  const h1_progress p = h1_read(c, limit);
  if (p == H1_GO_ON) h1_time_body_moved(c);
  return p;
}

h1_progress h1_body_step(h1_conn *c) {
  h1_context *cx = c->context;
  h1_flight *f = c->flight;
  if (f->body.sink_waiting) return H1_BLOCKED; /* until it is woken */
  if (f->body.unadmitted) return admit(c);
  f->body.waits_memory = false;
  if (f->body.ready > 0) {
    /* A sink that is woken may answer. */
    if (f->sink != NULL && cx->turn_receives == 0 && !h1_admission_turn(c)) {
      return h1_window_wait(c);
    }
    return hand_out(c);
  }
  const bool chunked = f->verdict.framing.kind == H1_BODY_CHUNKED;
  if (!chunked && f->body.left == 0) return h1_body_complete(c);
  if (h1_window_unread(cx) == 0) return read_more(c);
  return chunked ? next_chunked(c) : next_of_length(c);
}

h1_progress h1_body_complete(h1_conn *c) {
  const h1_flight *f = c->flight;
  h1_conn_set_in(c, H1_IN_DONE);
  if (f->body.drop) return H1_GO_ON;
  if (f->body.mode == H1_BODY_STREAM) {
    if (f->sink != NULL) h1_run_sink_end(c);
  } else if (c->out == H1_ANSWER_WAITING) {
    h1_run_handler(c, false);
  }
  return H1_GO_ON;
}
