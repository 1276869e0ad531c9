/* The request side of a connection: the window of unread input, heads and
 * trailer sections.
 *
 * A turn reads into the worker's one receive buffer, so a request that arrives
 * whole never touches memory of its connection. What is left at the end of the
 * turn, a part of a head or requests not yet served, is copied to a block with
 * the decoder's state in front and carried to the next turn. */
#include <errno.h>
#include <string.h>

#include "parser/request.h"
#include "server/conn.h"
#include "server/exchange.h"
#include "server/memory.h"
#include "server/sys.h"
#include "server/worker.h"

/* What lies in front of carried bytes; headers follow, up to carry_offset. */
typedef struct {
  h1_request_decoder decoder;
  h1_fields_decoder trailers;
  h1_header headers[];
} carry_state;

/* What lies in front of a kept head's bytes; its headers follow. */
typedef struct {
  h1_request request;
  h1_header headers[];
} kept_state;

static carry_state *carry_of(const h1_conn *c) {
  return (carry_state *)(void *)c->carry->bytes;
}

static size_t unread(const h1_worker *w) {
  return w->window_len - w->window_at;
}

static h1_slice window_slice(const h1_worker *w) {
  return (h1_slice){w->window + w->window_at, unread(w)};
}

static size_t window_cap(const h1_conn *c) {
  const h1_worker *w = c->worker;
  if (!w->window_in_carry || c->carry == NULL) return w->plan.receive_bytes;
  return c->carry->cap - w->plan.carry_offset;
}

static void use_receive_buffer(h1_worker *w) {
  w->window = w->receive;
  w->window_at = 0;
  w->window_len = 0;
  w->window_in_carry = false;
  w->window_short = false;
}

static void drop_carry(h1_conn *c) {
  if (c->carry == NULL) return;
  h1_block_release(c->carry);
  c->carry = NULL;
}

void h1_in_load(h1_conn *c) {
  h1_worker *w = c->worker;
  use_receive_buffer(w);
  if (c->carry == NULL) return;
  w->window = c->carry->bytes + w->plan.carry_offset;
  w->window_at = c->carry->at;
  w->window_len = c->carry->len;
  w->window_in_carry = true;
}

/* The bytes stay where they are until the turn ends: the log still needs the
 * head among them. */
void h1_in_discard(h1_conn *c) {
  h1_worker *w = c->worker;
  w->window_at = w->window_len;
  c->decoding = false;
  c->data_ready = 0;
}

/* A block for `bytes` of input behind a carry_state. */
static h1_block *take_carry(h1_worker *w, size_t bytes) {
  h1_block *b = NULL;
  if (w->plan.carry_offset + bytes <= w->plan.small_payload) {
    b = h1_pool_take(&w->small);
  }
  return b != NULL ? b : h1_pool_take(&w->large);
}

/* Moves the decoder in progress, with its headers, into the carry. */
static void move_decoder(h1_conn *c, const h1_request_decoder *decoder,
                         const h1_fields_decoder *trailers) {
  carry_state *s = carry_of(c);
  if (c->in == H1_IN_HEAD) {
    s->decoder = *decoder;
    h1_fields_decoder_move(&s->decoder.fields, s->headers);
  } else {
    s->trailers = *trailers;
    h1_fields_decoder_move(&s->trailers, s->headers);
  }
}

/* Copies the unread bytes to a new carry with `room` for more. */
static bool window_to_carry(h1_conn *c, size_t room) {
  h1_worker *w = c->worker;
  h1_block *old = c->carry;
  const h1_request_decoder *decoder = &w->decoder;
  const h1_fields_decoder *trailers = &w->trailers;
  if (w->window_in_carry) {
    decoder = &carry_of(c)->decoder;
    trailers = &carry_of(c)->trailers;
  }
  h1_block *b = take_carry(w, room);
  if (b == NULL || unread(w) > b->cap - w->plan.carry_offset) {
    c->dead = true; /* the turn was begun with enough blocks: cannot be */
    if (b != NULL) h1_block_release(b);
    return false;
  }
  c->carry = b;
  if (c->decoding) move_decoder(c, decoder, trailers);
  const h1_slice left = window_slice(w);
  uint8_t *to = b->bytes + w->plan.carry_offset;
  memcpy(to, left.ptr, left.len);
  if (old != NULL) h1_block_release(old);
  w->window = to;
  w->window_at = 0;
  w->window_len = left.len;
  w->window_in_carry = true;
  return true;
}

void h1_in_save(h1_conn *c) {
  h1_worker *w = c->worker;
  if (unread(w) == 0) {
    drop_carry(c);
    return;
  }
  if (!w->window_in_carry && !window_to_carry(c, unread(w))) return;
  c->carry->at = w->window_at;
  c->carry->len = w->window_len;
}

bool h1_in_started(const h1_conn *c) {
  const h1_worker *w = c->worker;
  if (c->in != H1_IN_HEAD) return true;
  if (!c->decoding) return false;
  return h1_request_started(c->carry != NULL ? &carry_of(c)->decoder
                                             : &w->decoder);
}

/* Makes room behind the unread bytes for more of the same message. */
static bool make_room(h1_conn *c) {
  h1_worker *w = c->worker;
  if (w->window_len < window_cap(c)) return true;
  if (w->window_at > 0) {
    memmove(w->window, w->window + w->window_at, unread(w));
    w->window_len -= w->window_at;
    w->window_at = 0;
    return true;
  }
  /* A full small carry grows to a large one; a large one holds any head that
   * the limits allow, so its decoder has spoken before it is full. */
  return window_to_carry(c, w->plan.large_payload - w->plan.carry_offset) &&
         w->window_len < window_cap(c);
}

static h1_progress received(h1_conn *c, ssize_t n, size_t room) {
  h1_worker *w = c->worker;
  if (n > 0) {
    w->window_len += (size_t)n;
    w->window_short = false;
    if ((size_t)n < room && !c->hup) c->readable = false;
    h1_counter_add(&w->metrics->bytes_in, (uint64_t)n);
    return H1_GO_ON;
  }
  c->readable = false;
  if (n == 0) {
    c->eof = true;
    return H1_BLOCKED;
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK) c->dead = true;
  return c->dead ? H1_GO_ON : H1_BLOCKED;
}

/* Waits until blocks come back. A request has begun to arrive, as far as anyone
 * can tell: from now on it has the time that a head has. */
h1_progress h1_in_wait(h1_conn *c) {
  const h1_worker *w = c->worker;
  if (c->in == H1_IN_HEAD && !c->decoding) c->since_ms = w->now_ms;
  c->wait_ms = w->now_ms;
  h1_worker_list(c, H1_LIST_TURN);
  return H1_BLOCKED;
}

h1_progress h1_in_receive(h1_conn *c, size_t limit) {
  h1_worker *w = c->worker;
  if (!c->readable || c->eof) return H1_BLOCKED;
  if (w->turn_receives >= H1_TURN_RECEIVES) return H1_YIELD;
  if (!h1_memory_turn(c)) return h1_in_wait(c);
  /* Views of the window end here: of the head being served, and of those that
   * are still to be logged. */
  if (c->in != H1_IN_HEAD) h1_in_keep_head(c);
  if (w->record_count > 0) h1_conn_settle(c);
  if (unread(w) == 0) {
    drop_carry(c);
    use_receive_buffer(w);
  }
  if (c->dead || unread(w) >= limit || !make_room(c)) {
    c->dead = true;
    return H1_GO_ON;
  }
  /* The turn may end before any of it is looked at: with what is unread already
   * it must fit a carry. */
  size_t room = window_cap(c) - w->window_len;
  if (room > limit - unread(w)) room = limit - unread(w);
  w->turn_receives++;
  const ssize_t n = h1_sys_recv(c->fd, w->window + w->window_len, room);
  return received(c, n, room);
}

/* The client sends no more. An idle connection is simply over, once what it
 * asked for has been sent; a truncated request is never answered as if it were
 * whole. */
static h1_progress head_ended(h1_conn *c) {
  h1_out_flush(c);
  if (c->dead) return H1_GO_ON;
  if (c->pending != NULL) return H1_BLOCKED;
  h1_conn_close(c, H1_CLIENT_CLOSED);
  return H1_GONE;
}

/* Likewise in mid-body. An answer that did not wait for the rest is sent to its
 * end. */
static h1_progress body_ended(h1_conn *c) {
  if (c->out == H1_OUT_WAITING) return head_ended(c);
  h1_conn_refuse(c, H1_CLIENT_CLOSED);
  return H1_GO_ON;
}

static void begin_decoding(h1_conn *c) {
  h1_worker *w = c->worker;
  c->decoding = true;
  c->head_ns = w->now_ns;
  c->since_ms = w->now_ms;
  h1_header *storage = w->window_in_carry ? carry_of(c)->headers : w->headers;
  h1_request_decoder_init(
      w->window_in_carry ? &carry_of(c)->decoder : &w->decoder,
      &w->config->limits, w->shared->level, storage);
}

static void begin_request(h1_conn *c, size_t head_bytes) {
  h1_worker *w = c->worker;
  w->window_at += head_bytes;
  c->head_bytes = head_bytes;
  c->decoding = false;
  c->requests++;
  c->framing = (h1_framing){H1_BODY_NONE, 0};
  c->body_bytes = 0;
  c->trailer_bytes = 0;
  c->data_ready = 0;
  c->persists = false;
  c->linger = false;
  c->drop_body = false;
  c->expects_continue = false;
  c->decoded = false;
  c->status = 0;
  c->reason = H1_OK;
  c->sent_body = 0;
  c->sink = NULL;
  c->on_end = NULL;
  c->state_used = false;
  w->turn_requests++;
  h1_exchange_begin(&w->x, c, &w->request);
}

void h1_in_abandon_head(h1_conn *c) {
  h1_worker *w = c->worker;
  memset(&w->request, 0, sizeof w->request);
  w->request.minor_version = 1;
  begin_request(c, 0);
}

/* The overload lane refuses everything but admin routes. */
static h1_error lane_verdict(const h1_conn *c, h1_error judged) {
  const h1_worker *w = c->worker;
  if (!w->lane) return judged;
  if (judged != H1_OK && h1_error_status(judged) < 404) return judged;
  const h1_route *route = w->x.match.route;
  const bool admin = route != NULL && (route->flags & H1_ROUTE_ADMIN) != 0;
  return admin ? judged : c->refusal;
}

static h1_progress head_decoded(h1_conn *c, size_t head_bytes) {
  h1_worker *w = c->worker;
  begin_request(c, head_bytes);
  c->decoded = true;
  const h1_error why = lane_verdict(c, h1_exchange_judge(&w->x));
  if (why == H1_OK) return h1_body_begin(c);
  h1_conn_refuse(c, why);
  return H1_GO_ON;
}

static h1_progress in_head(h1_conn *c) {
  h1_worker *w = c->worker;
  if (unread(w) == 0 || w->window_short) {
    const h1_progress p =
        h1_in_receive(c, w->plan.large_payload - w->plan.carry_offset);
    if (p == H1_BLOCKED && c->eof) return head_ended(c);
    return p;
  }
  if (w->turn_requests >= H1_TURN_REQUESTS || w->turn_bytes >= H1_TURN_BYTES) {
    return H1_YIELD;
  }
  /* Carried requests are served without a read that would have asked. */
  if (w->window_in_carry && w->turn_receives == 0 && !h1_memory_turn(c)) {
    return h1_in_wait(c);
  }
  if (!c->decoding) begin_decoding(c);
  h1_request_decoder *d =
      w->window_in_carry ? &carry_of(c)->decoder : &w->decoder;
  size_t consumed = 0;
  switch (h1_request_decode(d, window_slice(w), &w->request, &consumed)) {
    case H1_DONE:
      return head_decoded(c, consumed);
    case H1_NEED_INPUT:
      w->window_short = true;
      return H1_GO_ON;
    default: {
      const h1_error why = h1_request_error(d);
      /* Only as much of it as was looked at: that fits a block, what lies in
       * the window may not. */
      begin_request(c, w->request.fields.base.len);
      w->request.fields.count = 0;
      w->request.fields.seen = 0;
      h1_conn_refuse(c, why);
      return H1_GO_ON;
    }
  }
}

static h1_progress trailers_decoded(h1_conn *c, size_t consumed) {
  h1_worker *w = c->worker;
  w->window_at += consumed;
  c->trailer_bytes = consumed;
  c->decoding = false;
  if (c->head_bytes + c->body_bytes + consumed > w->config->max_request_bytes) {
    h1_conn_refuse(c, H1_REQUEST_TOO_LARGE);
    return H1_GO_ON;
  }
  return h1_body_complete(c);
}

static h1_progress in_trailers(h1_conn *c) {
  h1_worker *w = c->worker;
  if (unread(w) == 0 || w->window_short) {
    const h1_progress p =
        h1_in_receive(c, w->plan.large_payload - w->plan.carry_offset);
    if (p == H1_GO_ON) c->progress_ms = w->now_ms;
    return p;
  }
  const bool carried = w->window_in_carry;
  h1_fields_decoder *d = carried ? &carry_of(c)->trailers : &w->trailers;
  if (!c->decoding) {
    /* Trailers are checked and dropped: their headers may use the storage of a
     * head that was kept, or of none. */
    c->decoding = true;
    h1_in_keep_head(c);
    h1_trailers_decoder_init(d, &w->config->limits, w->shared->level,
                             carried ? carry_of(c)->headers : w->headers);
  }
  h1_fields fields;
  size_t consumed = 0;
  switch (h1_trailers_decode(d, window_slice(w), &fields, &consumed)) {
    case H1_DONE:
      return trailers_decoded(c, consumed);
    case H1_NEED_INPUT:
      w->window_short = true;
      return H1_GO_ON;
    default:
      h1_conn_refuse(c, h1_trailers_error(d));
      return H1_GO_ON;
  }
}

h1_progress h1_in_step(h1_conn *c) {
  switch (c->in) {
    case H1_IN_HEAD:
      /* One answer after the other: unsent bytes hold the pipeline back. */
      return c->pending != NULL ? H1_BLOCKED : in_head(c);
    case H1_IN_BODY:
    case H1_IN_TRAILERS: {
      const h1_progress p =
          c->in == H1_IN_BODY ? h1_body_step(c) : in_trailers(c);
      const bool body_left = c->in == H1_IN_BODY && unread(c->worker) != 0;
      if (p != H1_BLOCKED || !c->eof || body_left) return p;
      return body_ended(c);
    }
    case H1_IN_DONE:
      break;
  }
  return H1_BLOCKED;
}

void h1_in_keep_head(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->kept != NULL) return;
  const h1_request *r = &w->request;
  const size_t headers = r->fields.count * sizeof(h1_header);
  const size_t head = (size_t)c->head_bytes;
  const size_t size = sizeof(kept_state) + headers + head;
  h1_block *b = size <= w->plan.small_payload ? h1_pool_take(&w->small) : NULL;
  if (b == NULL) b = h1_pool_take(&w->large);
  if (b == NULL) {
    c->dead = true;
    return;
  }
  kept_state *kept = (kept_state *)(void *)b->bytes;
  uint8_t *bytes = b->bytes + sizeof(kept_state) + headers;
  if (headers != 0) memcpy(kept->headers, r->fields.headers, headers);
  if (head != 0) memcpy(bytes, r->fields.base.ptr, head);
  kept->request = *r;
  kept->request.fields.headers = kept->headers;
  h1_request_rebase(&kept->request, bytes);
  c->kept = b;
  if (w->x.conn != c) return;
  /* The exchange's other views are of the old place: whoever needs them begins
   * it anew. */
  w->x.request = &kept->request;
  w->x.conn = NULL;
}

const h1_request *h1_conn_request(const h1_conn *c) {
  if (c->kept == NULL) return &c->worker->request;
  return &((const kept_state *)(const void *)c->kept->bytes)->request;
}

h1_progress h1_in_linger(h1_conn *c) {
  h1_worker *w = c->worker;
  while (c->readable && !c->eof && c->drop_left > 0) {
    if (w->turn_receives++ >= H1_TURN_RECEIVES) return H1_YIELD;
    const ssize_t n = h1_sys_recv(c->fd, w->receive, w->plan.receive_bytes);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      c->readable = false;
      return H1_BLOCKED;
    }
    if (n <= 0) break;
    c->drop_left -= (uint64_t)n < c->drop_left ? (uint64_t)n : c->drop_left;
  }
  if (c->readable || c->eof || c->drop_left == 0) {
    h1_conn_close(c, H1_OK);
    return H1_GONE;
  }
  return H1_BLOCKED;
}
