/* Turning a reply into bytes. */
#include "server/conn/encode.h"

#include <string.h>

#include "parser/response.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/drop.h"
#include "server/conn/error_body.h"
#include "server/conn/flight.h"
#include "server/conn/header_rules.h"
#include "server/conn/out.h"
#include "server/conn/socket.h"
#include "server/conn/states.h"
#include "server/conn/window.h"

/* A body no longer than this is copied after its head, so that one send carries
 * both and pipelined answers share it; longer ones are sent from where they
 * are. */
#define COPY_BODY_MAX ((uint64_t)8192)

static bool status_has_no_body(uint16_t status) {
  return status < 200 || status == 204 || status == 205 || status == 304;
}

static uint64_t reply_length(h1_exchange *x) {
  h1_reply *r = &x->reply;
  switch (r->kind) {
    case H1_REPLY_STATUS:
      r->bytes = (h1_slice){x->copy, 0};
      if (!status_has_no_body(r->status)) r->bytes = h1_error_body(x);
      return r->bytes.len;
    case H1_REPLY_BYTES:
      return r->bytes.len;
    case H1_REPLY_ECHO:
      return x->conn->flight->body.bytes;
    case H1_REPLY_FILE:
    case H1_REPLY_PULL:
      return r->length;
    case H1_REPLY_NONE:
      break;
  }
  return 0;
}

static h1_out_framing framing_of(const h1_exchange *x, uint64_t length) {
  const uint16_t status = x->reply.status;
  if (status < 200 || status == 204) return H1_OUT_NONE;
  if (status == 304) return H1_OUT_NONE;
  if (length != H1_LENGTH_UNKNOWN) return H1_OUT_LENGTH;
  return x->request->minor_version == 0 ? H1_OUT_UNTIL_CLOSE : H1_OUT_CHUNKED;
}

static uint32_t requests_left(const h1_conn *c) {
  const uint64_t cap = c->flight->snapshot->config->keepalive_requests;
  const uint64_t left = cap > c->requests ? cap - c->requests : 0;
  return left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

/* Whether bytes have arrived that belong to a later request. Of a body that is
 * on its way, and was answered early, nobody knows where it ends. */
static bool more_has_arrived(const h1_conn *c) {
  const h1_framing *framing = &c->flight->verdict.framing;
  const bool in_head = c->in == H1_IN_HEAD && framing->kind != H1_BODY_CHUNKED;
  if (!in_head && c->in != H1_IN_DONE) return false;
  const uint64_t left = in_head ? framing->length : 0;
  return h1_window_unread(c->context) + h1_socket_unread(c) > left;
}

/* While the server stops, the answer to the last request that has arrived says
 * so. Once --drain-idle has passed every answer does, so that a client that
 * never pauses ends too. */
static bool stop_ends(const h1_conn *c) {
  const h1_context *cx = c->context;
  const h1_shared *s = cx->shared;
  if (!atomic_load_explicit(&s->draining, memory_order_relaxed)) return false;
  const bool over = atomic_load_explicit(&s->closing, memory_order_acquire) &&
                    cx->now_ms >= s->closing_ms + h1_drain_idle_ms(cx->config);
  return over || !more_has_arrived(c);
}

bool h1_answer_is_last(const h1_conn *c) {
  return !c->flight->persists || requests_left(c) == 0 || stop_ends(c);
}

/* Whether what is still to come of a body that nobody wants may never come, or
 * is more than is dropped: then the next request cannot be found. */
static bool is_cut_off(const h1_conn *c) {
  const h1_flight *f = c->flight;
  if (c->in != H1_IN_BODY || f->body.mode != H1_BODY_STREAM || f->sink != NULL)
    return false;
  if (f->verdict.expects_continue && !f->body.continued &&
      h1_window_unread(c->context) == 0) {
    return true;
  }
  return f->verdict.framing.kind == H1_BODY_LENGTH &&
         f->body.left + f->body.ready > H1_DROP_BYTES;
}

/* Whether the connection goes on after this answer. */
static bool decide_persistence(h1_exchange *x, h1_out_framing framing) {
  h1_conn *c = x->conn;
  if (x->reply.close || framing == H1_OUT_UNTIL_CLOSE || c->context->lane ||
      requests_left(c) == 0 || is_cut_off(c) || stop_ends(c)) {
    /* The client did not ask for this end: it may still be sending. */
    h1_flight_last(c, c->flight->persists);
  }
  return c->flight->persists;
}

/* Below a second nothing is promised, except that the connection goes on. */
static const char KEPT[] = "Connection: keep-alive\r\n";

/* Date and Server (the first `own_len` bytes of our own lines) come before the
 * handler's own lines. */
static h1_slice prepared_lines(const h1_exchange *x, size_t own_len,
                               h1_response_out *out) {
  const h1_head_lines *own = &x->context->head_lines;
  uint8_t *lines = x->fields - own_len;
  size_t len = own_len + x->reply.fields_len;
  memcpy(lines, own->bytes, own_len);
  if (out->connection == H1_CONNECTION_KEEP && out->keepalive_timeout_s == 0) {
    out->connection = H1_CONNECTION_OMIT;
    lines -= sizeof KEPT - 1;
    len += sizeof KEPT - 1;
    memcpy(lines, KEPT, sizeof KEPT - 1);
  }
  return (h1_slice){lines, len};
}

static size_t body_fields(const h1_reply *r, bool nosniff, h1_field *fields) {
  size_t count = 0;
  if (status_has_no_body(r->status)) return 0;
  if (nosniff) {
    fields[count++] = (h1_field){h1_slice_of("X-Content-Type-Options"),
                                 h1_slice_of("nosniff")};
  }
  if (r->type.len != 0) {
    fields[count++] = (h1_field){h1_slice_of("Content-Type"), r->type};
  }
  return count;
}

static bool stage_head(h1_context *cx, const h1_response_out *out) {
  const h1_buffer room = {cx->stage + cx->staged,
                          cx->plan.stage_bytes - cx->staged};
  size_t size = 0;
  h1_error why = H1_OK;
  if (h1_response_encode(out, room, &size, &why) != H1_DONE) return false;
  cx->staged += size;
  return true;
}

static bool encode_plain(h1_exchange *x, h1_response_out *out) {
  h1_field fields[2];
  out->field_count = body_fields(&x->reply, true, fields);
  out->fields = fields;
  out->prepared = prepared_lines(x, x->context->head_lines.len, out);
  const bool staged = stage_head(x->context, out);
  out->fields = NULL; /* they end here */
  return staged;
}

/* Apart from the above, for the room on the stack that it takes. */
static bool encode_by_rules(h1_exchange *x, h1_response_out *out) {
  const h1_head_lines *own = &x->context->head_lines;
  h1_field fields[2 + H1_POLICY_HEADERS_MAX], set[H1_POLICY_HEADERS_MAX];
  size_t count = 0;
  const h1_header_changes changes = h1_header_rules(x, set, &count);
  out->field_count = body_fields(&x->reply, !changes.nosniff, fields);
  for (size_t i = 0; i < count; i++) fields[out->field_count++] = set[i];
  out->fields = fields;
  out->prepared =
      prepared_lines(x, changes.server ? own->date_len : own->len, out);
  const bool staged = stage_head(x->context, out);
  out->fields = NULL; /* they end here */
  return staged;
}

/* False when the handler's own words could not be encoded. */
static bool encode_head(h1_exchange *x, h1_out_framing framing,
                        uint64_t length) {
  const h1_conn *c = x->conn;
  const h1_snapshot *s = c->flight->snapshot;
  h1_response_out out = {.status = x->reply.status,
                         .framing = framing,
                         .content_length = length,
                         .prepared_upgrade = x->reply.fields_upgrade};
  out.connection =
      decide_persistence(x, framing) ? H1_CONNECTION_KEEP : H1_CONNECTION_CLOSE;
  out.keepalive_timeout_s = (uint32_t)(s->config->keepalive_timeout_ms / 1000);
  out.keepalive_max = requests_left(c);
  return s->policy.header_count == 0 ? encode_plain(x, &out)
                                     : encode_by_rules(x, &out);
}

static void stage_body(h1_exchange *x) {
  size_t cursor = 0;
  h1_slice piece;
  while (h1_exchange_body(x, &cursor, &piece)) {
    h1_out_stage(x->context, piece.ptr, piece.len);
  }
}

/* Bytes that lie in the exchange's own buffers die with the turn. */
static bool is_copied(const h1_exchange *x) {
  const uint8_t *p = x->reply.bytes.ptr;
  return x->reply.kind == H1_REPLY_STATUS ||
         (p >= x->scratch && p < x->scratch + H1_SCRATCH_BYTES) ||
         (p >= x->copy && p < x->copy + H1_REPLY_COPY_MAX);
}

/* Small bodies are staged whole; what is left becomes the answer's source. */
static void set_source(h1_exchange *x, h1_out_framing framing, uint64_t length,
                       h1_answer *a) {
  const h1_reply *r = &x->reply;
  a->left = length;
  switch (r->kind) {
    case H1_REPLY_STATUS:
    case H1_REPLY_BYTES:
      if (is_copied(x) || length <= COPY_BODY_MAX) {
        h1_out_stage(x->context, r->bytes.ptr, r->bytes.len);
        a->sent = length;
        return;
      }
      a->source = H1_SOURCE_BYTES;
      a->bytes = r->bytes.ptr;
      return;
    case H1_REPLY_ECHO:
      if (length <= COPY_BODY_MAX) {
        stage_body(x);
        a->sent = length;
        return;
      }
      a->source = H1_SOURCE_BODY;
      a->body_at = x->conn->flight->store.first;
      return;
    case H1_REPLY_FILE:
      a->source = length == 0 ? H1_SOURCE_NONE : H1_SOURCE_FILE;
      a->file = r->file;
      a->file_at = r->offset;
      return;
    case H1_REPLY_PULL:
      a->source = H1_SOURCE_PULL;
      a->pull = r->pull;
      a->chunked = framing == H1_OUT_CHUNKED;
      return;
    case H1_REPLY_NONE:
      return;
  }
}

/* A handler whose answer is no message: nothing of it is sent. */
static void reply_handler_failed(h1_exchange *x) {
  x->reply.kind = H1_REPLY_STATUS;
  x->reply.status = 500;
  x->reply.reason = H1_HANDLER_FAILED;
  x->reply.fields_len = 0;
  x->reply.fields_once = 0;
  x->reply.fields_upgrade = false;
  x->reply.type = (h1_slice){NULL, 0};
}

void h1_encode_reply(h1_exchange *x) {
  h1_conn *c = x->conn;
  uint64_t length = reply_length(x);
  h1_out_framing framing = framing_of(x, length);
  if (x->reply.status < 200 || x->reply.misused ||
      !encode_head(x, framing, length)) {
    reply_handler_failed(x);
    length = reply_length(x);
    framing = framing_of(x, length);
    if (!encode_head(x, framing, length)) {
      h1_conn_fault(c, "an answer of our own is no message");
    }
  }
  h1_flight_answered(c, x->reply.status, x->reply.reason);
  h1_answer answer = {.source = H1_SOURCE_NONE};
  if (x->request->method != H1_HEAD && framing != H1_OUT_NONE) {
    set_source(x, framing, length, &answer);
  }
  h1_out_begin(c, &answer);
}
