/* The window of unread input, and what of it is left over from turn to turn. */
#include "server/conn/window.h"

#include <string.h>

#include "server/conn/admission.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/slots.h"
#include "server/conn/socket.h"
#include "server/conn/states.h"

/* What lies before carried bytes; headers follow, up to leftover_offset. */
typedef struct {
  h1_request_decoder decoder;
  h1_fields_decoder trailers;
  h1_header headers[];
} leftover_state;

static leftover_state *leftover_of(const h1_conn *c) {
  return (leftover_state *)(void *)c->input.leftover->bytes;
}

size_t h1_window_unread(const h1_context *cx) {
  return cx->window_len - cx->window_at;
}

h1_slice h1_window_slice(const h1_context *cx) {
  return (h1_slice){cx->window + cx->window_at, h1_window_unread(cx)};
}

void h1_window_consume(h1_context *cx, size_t n) { cx->window_at += n; }

void h1_window_want_more(h1_context *cx) { cx->window_short = true; }

bool h1_window_is_short(const h1_context *cx) {
  return cx->window_short || h1_window_unread(cx) == 0;
}

size_t h1_window_leftover_max(const h1_context *cx) {
  return cx->plan.large_payload - cx->plan.leftover_offset;
}

void h1_window_discard(h1_conn *c) {
  c->context->window_at = c->context->window_len;
  c->input.decoding = false;
}

/* ---- from turn to turn ---- */

static size_t window_cap(const h1_conn *c) {
  const h1_context *cx = c->context;
  if (!cx->window_in_leftover || c->input.leftover == NULL) {
    return cx->plan.receive_bytes;
  }
  return c->input.leftover->cap - cx->plan.leftover_offset;
}

static void use_receive_buffer(h1_context *cx) {
  cx->window = cx->receive;
  cx->window_at = 0;
  cx->window_len = 0;
  cx->window_in_leftover = false;
  cx->window_short = false;
}

void h1_window_release(h1_conn *c) {
  if (c->input.leftover == NULL) return;
  h1_block_release(c->input.leftover);
  c->input.leftover = NULL;
}

void h1_window_load(h1_conn *c) {
  h1_context *cx = c->context;
  use_receive_buffer(cx);
  if (c->input.leftover == NULL) return;
  cx->window = c->input.leftover->bytes + cx->plan.leftover_offset;
  cx->window_at = c->input.leftover->at;
  cx->window_len = c->input.leftover->len;
  cx->window_in_leftover = true;
}

/* A block for `bytes` of input after a leftover_state. */
static h1_block *take_leftover(h1_context *cx, size_t bytes) {
  h1_block *b = NULL;
  if (cx->plan.leftover_offset + bytes <= cx->plan.small_payload) {
    b = h1_pool_take(&cx->small);
  }
  return b != NULL ? b : h1_pool_take(&cx->large);
}

/* Moves the decoder in progress, with its headers, into the leftover. */
static bool move_decoder(h1_conn *c, const h1_request_decoder *decoder,
                         const h1_fields_decoder *trailers) {
  leftover_state *s = leftover_of(c);
  const size_t capacity = c->context->plan.header_storage;
  if (c->in == H1_IN_HEAD) {
    s->decoder = *decoder;
    return h1_fields_decoder_move(&s->decoder.fields, s->headers, capacity);
  }
  s->trailers = *trailers;
  return h1_fields_decoder_move(&s->trailers, s->headers, capacity);
}

/* Copies the unread bytes to a new leftover block with `room` for more. */
static bool window_to_leftover(h1_conn *c, size_t room) {
  h1_context *cx = c->context;
  h1_block *old = c->input.leftover;
  const h1_request_decoder *decoder = &cx->decoder;
  const h1_fields_decoder *trailers = &cx->trailers;
  if (cx->window_in_leftover) {
    decoder = &leftover_of(c)->decoder;
    trailers = &leftover_of(c)->trailers;
  }
  h1_block *b = take_leftover(cx, room);
  const h1_slice left = h1_window_slice(cx);
  if (b == NULL || left.len > b->cap - cx->plan.leftover_offset) {
    h1_conn_fault(c, "a turn was begun without a block for its input");
    if (b != NULL) h1_block_release(b);
    return false;
  }
  c->input.leftover = b;
  if (c->input.decoding && !move_decoder(c, decoder, trailers)) {
    h1_conn_fault(c, "header storage differs in size");
  }
  uint8_t *to = b->bytes + cx->plan.leftover_offset;
  memcpy(to, left.ptr, left.len);
  if (old != NULL) h1_block_release(old);
  cx->window = to;
  cx->window_at = 0;
  cx->window_len = left.len;
  cx->window_in_leftover = true;
  return true;
}

void h1_window_save(h1_conn *c) {
  h1_context *cx = c->context;
  const size_t unread = h1_window_unread(cx);
  if (unread == 0) {
    h1_window_release(c);
    return;
  }
  if (!cx->window_in_leftover && !window_to_leftover(c, unread)) return;
  c->input.leftover->at = cx->window_at;
  c->input.leftover->len = cx->window_len;
}

/* ---- receiving ---- */

/* Makes room after the unread bytes for more of the same message. */
static bool make_room(h1_conn *c) {
  h1_context *cx = c->context;
  if (cx->window_len < window_cap(c)) return true;
  if (cx->window_at > 0) {
    memmove(cx->window, cx->window + cx->window_at, h1_window_unread(cx));
    cx->window_len -= cx->window_at;
    cx->window_at = 0;
    return true;
  }
  /* A full small leftover grows to a large one; a large one holds any head that
   * the limits allow, so its decoder has spoken before it is full. */
  return window_to_leftover(c, h1_window_leftover_max(cx)) &&
         cx->window_len < window_cap(c);
}

h1_progress h1_window_wait(h1_conn *c) {
  /* Treat this as the start of a request: the header timeout begins now. */
  if (c->in == H1_IN_HEAD && !c->input.decoding && !c->input.proxy_due) {
    h1_time_since(c);
  }
  h1_time_wait(c);
  h1_conn_enlist(c, H1_LIST_TURN);
  return H1_BLOCKED;
}

h1_progress h1_window_may_receive(h1_conn *c) {
  if (!c->socket.readable || c->socket.eof) return H1_BLOCKED;
  if (c->context->turn_receives >= H1_TURN_RECEIVES) return H1_YIELD;
  return h1_admission_turn(c) ? H1_GO_ON : h1_window_wait(c);
}

h1_progress h1_window_receive(h1_conn *c, size_t limit) {
  h1_context *cx = c->context;
  if (h1_window_unread(cx) == 0) {
    h1_window_release(c);
    use_receive_buffer(cx);
  }
  const size_t unread = h1_window_unread(cx);
  if (unread >= limit || !make_room(c)) {
    h1_conn_fault(c, "a message is longer than the window it is limited to");
    return H1_GO_ON;
  }
  size_t room = window_cap(c) - cx->window_len;
  if (room > limit - unread) room = limit - unread;
  cx->turn_receives++;
  const size_t n = h1_socket_receive(c, cx->window + cx->window_len, room);
  if (n == 0) return c->socket.dead ? H1_GO_ON : H1_BLOCKED;
  cx->window_len += n;
  cx->window_short = false;
  h1_time_read_moved(c);
  h1_counter_add(&cx->metrics->bytes_in, n);
  return H1_GO_ON;
}

/* ---- decoders ---- */

static h1_header *header_storage(const h1_conn *c) {
  return c->context->window_in_leftover ? leftover_of(c)->headers
                                        : c->context->headers;
}

h1_request_decoder *h1_window_head_decoder(h1_conn *c) {
  h1_context *cx = c->context;
  h1_request_decoder *d =
      cx->window_in_leftover ? &leftover_of(c)->decoder : &cx->decoder;
  if (c->input.decoding) return d;
  c->input.decoding = true;
  h1_request_decoder_init(d, &cx->config->limits, cx->shared->level,
                          header_storage(c), cx->plan.header_storage);
  return d;
}

/* Trailers are checked and dropped: their headers may use the storage of a head
 * that was kept, or of none. */
h1_fields_decoder *h1_window_trailers_decoder(h1_conn *c) {
  h1_context *cx = c->context;
  h1_fields_decoder *d =
      cx->window_in_leftover ? &leftover_of(c)->trailers : &cx->trailers;
  if (c->input.decoding) return d;
  c->input.decoding = true;
  h1_trailers_decoder_init(d, &cx->config->limits, cx->shared->level,
                           header_storage(c), cx->plan.header_storage);
  return d;
}

void h1_window_decoded(h1_conn *c) { c->input.decoding = false; }

bool h1_window_started(const h1_conn *c) {
  if (c->in != H1_IN_HEAD) return true;
  if (!c->input.decoding) return false;
  return h1_request_started(c->input.leftover != NULL ? &leftover_of(c)->decoder
                                                      : &c->context->decoder);
}
