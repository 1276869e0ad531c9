/* The body of a request: admitted at the head, then buffered, streamed to its
 * handler, or dropped. */
#include <string.h>

#include "server/conn.h"
#include "server/exchange.h"
#include "server/memory.h"
#include "server/worker.h"

/* How much body is read and thrown away behind an answer that did not need it,
 * so that the connection can go on. */
#define DROP_BYTES ((uint64_t)64 * 1024)
/* The least average rate counts only after this long. */
#define RATE_GRACE_MS 10000u

static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";

static size_t unread(const h1_worker *w) {
  return w->window_len - w->window_at;
}

void h1_body_release(h1_conn *c) { h1_memory_release(c); }

/* ---- beginning ---- */

static h1_body_mode mode_of(const h1_exchange *x) {
  if (x->match.route == NULL || !x->match.method_allowed) return H1_BODY_IGNORE;
  return x->match.route->body;
}

/* A 100 is sent only while the client still waits for it, and never behind an
 * answer. */
static void stage_continue(h1_conn *c) {
  h1_worker *w = c->worker;
  if (!c->expects_continue || unread(w) != 0) return;
  if (c->out != H1_OUT_WAITING) return;
  memcpy(w->stage + w->staged, CONTINUE, sizeof CONTINUE - 1);
  w->staged += sizeof CONTINUE - 1;
}

static void begin_stream(h1_conn *c) {
  h1_exchange *x = &c->worker->x;
  x->may_receive = true;
  h1_conn_run(c);
  if (c->sink == NULL) {
    c->drop_body = true;
    c->drop_left = DROP_BYTES;
  }
}

static bool admitted(h1_conn *c) {
  return c->framing.kind == H1_BODY_LENGTH
             ? h1_memory_reserve(c, c->framing.length)
             : h1_memory_begin(c);
}

h1_progress h1_body_begin(h1_conn *c) {
  h1_worker *w = c->worker;
  const bool empty =
      c->framing.kind == H1_BODY_NONE ||
      (c->framing.kind == H1_BODY_LENGTH && c->framing.length == 0);
  c->body_mode = mode_of(&w->x);
  c->body_left = c->framing.length;
  c->body_start_ms = w->now_ms;
  c->progress_ms = w->now_ms;
  c->out = H1_OUT_WAITING;
  if (empty && c->body_mode != H1_BODY_STREAM) {
    c->in = H1_IN_DONE;
    h1_conn_run(c);
    return H1_GO_ON;
  }
  if (c->body_mode == H1_BODY_BUFFER && !admitted(c)) {
    h1_conn_refuse(c, H1_NO_MEMORY);
    return H1_GO_ON;
  }
  h1_limits limits = w->config->limits;
  limits.body_bytes = c->body_limit;
  h1_chunked_decoder_init(&c->chunked, &limits);
  c->in = H1_IN_BODY;
  if (c->body_mode == H1_BODY_STREAM) begin_stream(c);
  if (!c->drop_body && !empty) stage_continue(c);
  return empty ? h1_body_complete(c) : H1_GO_ON;
}

/* ---- pieces ---- */

static size_t buffer_piece(h1_conn *c, h1_slice piece) {
  h1_block *b = c->body_last;
  if (b == NULL || b->len == b->cap) {
    if (!h1_memory_grow(c)) return 0;
    b = c->body_last;
  }
  const size_t room = b->cap - b->len;
  const size_t take = piece.len < room ? piece.len : room;
  memcpy(b->bytes + b->len, piece.ptr, take);
  b->len += take;
  return take;
}

static size_t drop_piece(h1_conn *c, h1_slice piece) {
  if (!c->drop_body) return piece.len; /* ignored, within the body's limit */
  const size_t take =
      piece.len < c->drop_left ? piece.len : (size_t)c->drop_left;
  c->drop_left -= take;
  return take;
}

/* The sink may answer at any time. */
static size_t stream_piece(h1_conn *c, h1_slice piece, bool last) {
  h1_exchange *x = &c->worker->x;
  if (x->conn != c || x->request != h1_conn_request(c)) {
    h1_exchange_begin(x, c, h1_conn_request(c));
    h1_exchange_route(x);
  }
  const size_t took = c->sink(x, h1_conn_state(c), piece, last);
  if (last && x->reply.kind == H1_REPLY_NONE && c->out == H1_OUT_WAITING) {
    h1_reply_status(x, 500, H1_HANDLER_FAILED);
  }
  if (x->reply.kind != H1_REPLY_NONE && c->out == H1_OUT_WAITING) {
    h1_exchange_commit(x);
  }
  return took < piece.len ? took : piece.len;
}

static h1_progress wait_for_block(h1_conn *c) {
  h1_worker *w = c->worker;
  c->waits_memory = true;
  c->wait_ms = w->now_ms;
  h1_counter_add(&w->metrics->memory_waits, 1);
  h1_worker_list(c, H1_LIST_BODY);
  return H1_BLOCKED;
}

static h1_progress hand_out(h1_conn *c) {
  h1_worker *w = c->worker;
  const h1_slice piece = {w->window + w->window_at, c->data_ready};
  size_t took = 0;
  if (c->drop_body || c->body_mode == H1_BODY_IGNORE) {
    took = drop_piece(c, piece);
  } else if (c->body_mode == H1_BODY_BUFFER) {
    took = buffer_piece(c, piece);
  } else {
    took = stream_piece(c, piece, false);
  }
  w->window_at += took;
  c->data_ready -= took;
  c->body_bytes += took;
  if (c->sink != NULL && took < piece.len) {
    c->sink_waiting = true;
    return c->out == H1_OUT_SENDING ? H1_GO_ON : H1_BLOCKED;
  }
  if (took > 0) return H1_GO_ON;
  if (c->drop_body) { /* too much to read for nothing */
    h1_conn_refuse(c, H1_BODY_TOO_LARGE);
    return H1_GO_ON;
  }
  return wait_for_block(c);
}

/* ---- decoding ---- */

/* With a declared length and a buffer promised, a full receive buffer can be
 * taken, if nothing can end the turn before it is handed out: neither an answer
 * nor unsent bytes. Else no more than a carry holds may be read at once. */
static size_t window_limit(const h1_conn *c) {
  const h1_worker *w = c->worker;
  const size_t carry = w->plan.large_payload - w->plan.carry_offset;
  const bool takes_all = c->framing.kind == H1_BODY_LENGTH &&
                         c->body_mode != H1_BODY_STREAM && !c->drop_body &&
                         c->pending == NULL && w->staged == 0;
  if (takes_all && c->body_left >= w->plan.receive_bytes) {
    return w->plan.receive_bytes;
  }
  return carry;
}

/* A chunked body is read only as far as it can be taken: what waits unread
 * holds no block of ours. */
static size_t chunked_limit(const h1_conn *c, size_t limit) {
  const h1_block *b = c->body_last;
  size_t room = b == NULL ? 0 : b->cap - b->len;
  if (h1_memory_can_grow(c)) room += c->worker->plan.large_payload;
  return room < limit ? room : limit;
}

static size_t read_limit(const h1_conn *c) {
  const size_t limit = window_limit(c);
  const bool grows = c->framing.kind == H1_BODY_CHUNKED &&
                     c->body_mode == H1_BODY_BUFFER && !c->drop_body;
  return grows ? chunked_limit(c, limit) : limit;
}

static h1_progress next_chunked(h1_conn *c) {
  h1_worker *w = c->worker;
  h1_slice in = {w->window + w->window_at, unread(w)};
  h1_slice data = {NULL, 0};
  const h1_step step = h1_chunked_decode(&c->chunked, &in, &data);
  switch (step) {
    case H1_DATA:
      w->window_at = (size_t)(data.ptr - w->window);
      c->data_ready = data.len;
      return H1_GO_ON;
    case H1_NEED_INPUT:
      w->window_at = w->window_len;
      return H1_GO_ON;
    case H1_DONE:
      w->window_at = w->window_len - in.len;
      c->in = H1_IN_TRAILERS;
      return H1_GO_ON;
    default:
      h1_conn_refuse(c, h1_chunked_error(&c->chunked));
      return H1_GO_ON;
  }
}

h1_progress h1_body_step(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->sink_waiting) return H1_BLOCKED; /* until it is woken */
  c->waits_memory = false;
  if (c->data_ready > 0) {
    /* A sink that is woken may answer. */
    if (c->sink != NULL && w->turn_receives == 0 && !h1_memory_turn(c)) {
      return h1_in_wait(c);
    }
    return hand_out(c);
  }
  if (c->framing.kind == H1_BODY_LENGTH && c->body_left == 0) {
    return h1_body_complete(c);
  }
  if (unread(w) == 0) {
    /* Not after the limit was decided: sending may leave bytes unsent. */
    if (w->record_count > 0) h1_conn_settle(c);
    const size_t limit = read_limit(c);
    if (limit == 0) return wait_for_block(c);
    const h1_progress p = h1_in_receive(c, limit);
    if (p == H1_GO_ON) c->progress_ms = w->now_ms;
    return p;
  }
  if (c->framing.kind == H1_BODY_CHUNKED) return next_chunked(c);
  const size_t n = unread(w);
  c->data_ready = n < c->body_left ? n : (size_t)c->body_left;
  c->body_left -= c->data_ready;
  return H1_GO_ON;
}

h1_progress h1_body_complete(h1_conn *c) {
  c->in = H1_IN_DONE;
  if (c->drop_body) return H1_GO_ON;
  if (c->body_mode == H1_BODY_STREAM) {
    if (c->sink != NULL) stream_piece(c, (h1_slice){NULL, 0}, true);
  } else if (c->out == H1_OUT_WAITING) {
    h1_conn_run(c);
  }
  return H1_GO_ON;
}

/* ---- time ---- */

/* When the average rate would fall below the least allowed. */
static uint64_t rate_deadline(const h1_conn *c) {
  const uint64_t rate = c->worker->config->body_min_rate;
  if (rate == 0) return H1_NEVER;
  const uint64_t earned = c->body_bytes / rate >= UINT32_MAX
                              ? (uint64_t)UINT32_MAX * 1000u
                              : c->body_bytes * 1000u / rate;
  const uint64_t at = c->body_start_ms + earned;
  const uint64_t grace = c->body_start_ms + RATE_GRACE_MS;
  return at > grace ? at : grace;
}

uint64_t h1_body_deadline(const h1_conn *c) {
  const uint64_t stall = c->progress_ms + c->worker->config->body_timeout_ms;
  const uint64_t rate = rate_deadline(c);
  return stall < rate ? stall : rate;
}

h1_error h1_body_lateness(const h1_conn *c) {
  const uint64_t stall = c->progress_ms + c->worker->config->body_timeout_ms;
  if (c->waits_memory) return H1_NO_MEMORY;
  return stall <= c->worker->now_ms ? H1_BODY_TIMEOUT : H1_BODY_TOO_SLOW;
}
