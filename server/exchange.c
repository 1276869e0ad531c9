#include "server/exchange.h"

#include <string.h>

#include "parser/response.h"
#include "parser/target.h"
#include "parser/values.h"
#include "server/jobs.h"
#include "server/worker.h"

/* A body no longer than this is copied behind its head, so that one send
 * carries both and pipelined answers share it; longer ones are sent from where
 * they are. */
#define COPY_BODY_MAX ((uint64_t)8192)

static const h1_slice NO_SLICE = {NULL, 0};

size_t h1_exchange_buffer_bytes(size_t head_bytes) {
  return head_bytes + H1_SCRATCH_BYTES + H1_REPLY_PREPARED_BYTES +
         H1_REPLY_FIELDS_BYTES + H1_REPLY_COPY_MAX;
}

void h1_exchange_buffers(h1_exchange *x, uint8_t *memory) {
  x->scratch = memory;
  x->copy = x->scratch + H1_SCRATCH_BYTES;
  x->fields = x->copy + H1_REPLY_COPY_MAX + H1_REPLY_PREPARED_BYTES;
  x->path_room = x->fields + H1_REPLY_FIELDS_BYTES;
}

void h1_exchange_begin(h1_exchange *x, h1_conn *c, const h1_request *request) {
  x->worker = c->worker;
  x->conn = c;
  x->request = request;
  x->path = NO_SLICE;
  x->raw_path = NO_SLICE;
  x->query = NO_SLICE;
  x->authority = NO_SLICE;
  memset(&x->match, 0, sizeof x->match);
  x->reply.kind = H1_REPLY_NONE;
  x->reply.reason = H1_OK;
  x->reply.close = false;
  x->reply.misused = false;
  x->reply.type = NO_SLICE;
  x->reply.bytes = NO_SLICE;
  x->reply.fields_len = 0;
  x->may_receive = false;
  x->on_helper = false;
  x->now_s = (int64_t)(c->worker->now_us / 1000000u);
  x->now_ms = c->worker->now_ms;
}

/* ---- judging a head ---- */

static h1_error decode_path(h1_exchange *x) {
  h1_target target;
  const h1_error e = h1_target_split(x->request->target, &target);
  if (e != H1_OK) return e;
  x->query = target.query;
  x->raw_path = target.path;
  if (target.form == H1_TARGET_ASTERISK ||
      target.form == H1_TARGET_AUTHORITY_FORM) {
    x->path = x->request->target;
    return H1_OK;
  }
  const h1_room room = {x->path_room, target.path.len};
  return h1_path_decode(x->worker->shared->level, target.path, room, &x->path);
}

static void match_route(h1_exchange *x) {
  const h1_worker *w = x->worker;
  const bool separate = w->shared->admin_separate;
  h1_router_match(&w->shared->router, x->request->method, x->path,
                  !separate || x->conn->admin, !separate || !x->conn->admin,
                  &x->match);
}

static bool is_asterisk(const h1_exchange *x) {
  return x->path.len == 1 && x->path.ptr[0] == '*';
}

/* The body limit of server and route, whichever is lower. */
static uint64_t own_body_limit(const h1_exchange *x) {
  const uint64_t server = x->worker->config->limits.body_bytes;
  const h1_route *route = x->match.route;
  return route != NULL && route->body_limit < server ? route->body_limit
                                                     : server;
}

static h1_error judge_size(h1_exchange *x) {
  h1_conn *c = x->conn;
  const uint64_t whole = x->worker->config->max_request_bytes;
  if (c->head_bytes > whole) return H1_REQUEST_TOO_LARGE;
  const uint64_t own = own_body_limit(x);
  const uint64_t room = whole - c->head_bytes;
  c->body_limit = own < room ? own : room;
  if (c->framing.kind != H1_BODY_LENGTH || c->framing.length <= c->body_limit) {
    return H1_OK;
  }
  return c->framing.length > own ? H1_BODY_TOO_LARGE : H1_REQUEST_TOO_LARGE;
}

static h1_error judge_route(h1_exchange *x) {
  if (is_asterisk(x)) return H1_OK;
  if (x->match.route == NULL) return H1_NOT_FOUND;
  if (x->match.method_allowed || x->request->method == H1_OPTIONS) return H1_OK;
  return H1_METHOD_NOT_ALLOWED;
}

h1_error h1_exchange_judge(h1_exchange *x) {
  h1_conn *c = x->conn;
  const h1_request *r = x->request;
  bool persists = false, expects_continue = false;
  const h1_error check = h1_request_check(r, &x->authority);
  if (check != H1_OK) return check;
  const h1_error framing = h1_framing_of_request(r, &c->framing);
  if (framing != H1_OK && h1_error_status(framing) == 400) return framing;
  const h1_error persistence = h1_persistence_of_request(r, &persists);
  if (persistence != H1_OK) return persistence;
  const h1_error path = decode_path(x);
  if (path != H1_OK) return path;
  if (framing != H1_OK) return framing;
  if (r->method == H1_METHOD_UNRECOGNISED) return H1_METHOD_UNKNOWN;
  const h1_error expect = h1_expectation_of_request(r, &expects_continue);
  if (expect != H1_OK) return expect;
  match_route(x);
  c->persists = persists;
  c->expects_continue = expects_continue;
  const h1_error size = judge_size(x);
  if (size != H1_OK) return size;
  return judge_route(x);
}

void h1_exchange_route(h1_exchange *x) {
  (void)h1_request_check(x->request, &x->authority);
  if (decode_path(x) == H1_OK) match_route(x);
}

void h1_exchange_refuse(h1_exchange *x, h1_error why) {
  const uint16_t status = h1_error_status(why);
  if (status == 405) {
    char allow[H1_ALLOW_BYTES];
    const size_t len = h1_router_allow(x->match.allowed, allow);
    const h1_slice value = {(const uint8_t *)allow, len};
    h1_reply_field(x, h1_slice_of("Allow"), value);
  }
  if (status == 503) {
    h1_reply_field(x, h1_slice_of("Retry-After"), h1_slice_of("1"));
  }
  h1_reply_status(x, status, why);
}

/* ---- running the handler ---- */

static void answer_options(h1_exchange *x) {
  char allow[H1_ALLOW_BYTES];
  unsigned allowed = x->match.allowed;
  if (is_asterisk(x)) {
    allowed = H1_METHOD_BIT(H1_GET) | H1_METHOD_BIT(H1_HEAD) |
              H1_METHOD_BIT(H1_POST) | H1_METHOD_BIT(H1_OPTIONS);
  }
  const h1_slice value = {(const uint8_t *)allow,
                          h1_router_allow(allowed, allow)};
  h1_reply_field(x, h1_slice_of("Allow"), value);
  h1_reply_status(x, 204, H1_OK);
}

static bool router_answers(const h1_exchange *x) {
  return is_asterisk(x) ||
         (x->request->method == H1_OPTIONS && !x->match.method_allowed);
}

void h1_exchange_run(h1_exchange *x) {
  if (router_answers(x)) {
    answer_options(x);
    return;
  }
  if ((x->match.route->flags & H1_ROUTE_BLOCKING) != 0) {
    if (!h1_jobs_submit(x->worker->shared->jobs, x)) {
      h1_exchange_refuse(x, H1_QUEUE_FULL);
    }
    return;
  }
  x->match.route->handler(x);
  if (x->reply.kind == H1_REPLY_NONE && x->conn->sink == NULL) {
    h1_reply_status(x, 500, H1_HANDLER_FAILED);
  }
}

/* ---- staging the answer ---- */

static bool status_has_no_body(uint16_t status) {
  return status < 200 || status == 204 || status == 205 || status == 304;
}

/* The text of a status without a body of its own: "404 Not Found: not_found".
 */
static size_t status_text(h1_exchange *x, h1_slice *type) {
  const h1_reply *r = &x->reply;
  if (status_has_no_body(r->status)) return 0;
  uint8_t *to = x->copy;
  size_t at = h1_decimal_encode(r->status, to);
  const char *parts[] = {
      " ", h1_status_reason(r->status), r->reason == H1_OK ? "" : ": ",
      r->reason == H1_OK ? "" : h1_error_name(r->reason), "\n"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    const size_t len = strlen(parts[i]);
    memcpy(to + at, parts[i], len);
    at += len;
  }
  *type = h1_slice_of("text/plain; charset=utf-8");
  return at;
}

static uint64_t reply_length(h1_exchange *x) {
  h1_reply *r = &x->reply;
  switch (r->kind) {
    case H1_REPLY_STATUS:
      r->bytes.ptr = x->copy;
      r->bytes.len = status_text(x, &r->type);
      return r->bytes.len;
    case H1_REPLY_BYTES:
      return r->bytes.len;
    case H1_REPLY_ECHO:
      return x->conn->body_bytes;
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
  const uint64_t cap = c->worker->config->keepalive_requests;
  const uint64_t left = cap > c->requests ? cap - c->requests : 0;
  return left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

/* Whether the connection goes on after this answer. */
static bool decide_persistence(h1_exchange *x, h1_out_framing framing) {
  h1_conn *c = x->conn;
  if (x->reply.close || framing == H1_OUT_UNTIL_CLOSE || c->worker->lane ||
      requests_left(c) == 0 ||
      atomic_load_explicit(&c->worker->shared->draining,
                           memory_order_relaxed)) {
    /* The client did not ask for this end: it may still be sending. */
    if (c->persists) c->linger = true;
    c->persists = false;
  }
  return c->persists;
}

/* False when the handler's own words could not be encoded. */
static bool encode_head(h1_exchange *x, h1_out_framing framing,
                        uint64_t length) {
  h1_worker *w = x->worker;
  const h1_reply *r = &x->reply;
  h1_response_out out = {
      .status = r->status, .framing = framing, .content_length = length};
  out.connection =
      decide_persistence(x, framing) ? H1_CONNECTION_KEEP : H1_CONNECTION_CLOSE;
  out.keepalive_timeout_s =
      (uint32_t)((w->config->keepalive_timeout_ms + 999) / 1000);
  out.keepalive_max = requests_left(x->conn);
  h1_field fields[2];
  if (!status_has_no_body(r->status)) {
    fields[out.field_count++] = (h1_field){
        h1_slice_of("X-Content-Type-Options"), h1_slice_of("nosniff")};
    if (r->type.len != 0) {
      fields[out.field_count++] =
          (h1_field){h1_slice_of("Content-Type"), r->type};
    }
  }
  out.fields = fields;
  /* Date and Server stand in front of the handler's own lines. */
  uint8_t *lines = x->fields - w->prepared_len;
  memcpy(lines, w->prepared, w->prepared_len);
  out.prepared = (h1_slice){lines, w->prepared_len + r->fields_len};
  const h1_room room = {w->stage + w->staged, w->plan.stage_bytes - w->staged};
  size_t size = 0;
  h1_error why = H1_OK;
  if (h1_response_encode(&out, room, &size, &why) != H1_DONE) return false;
  w->staged += size;
  return true;
}

static void stage_bytes(h1_worker *w, const uint8_t *bytes, size_t len) {
  if (len == 0) return;
  memcpy(w->stage + w->staged, bytes, len);
  w->staged += len;
}

static void stage_body(h1_exchange *x) {
  size_t cursor = 0;
  h1_slice piece;
  while (h1_exchange_body(x, &cursor, &piece)) {
    stage_bytes(x->worker, piece.ptr, piece.len);
  }
}

/* Bytes that lie in the exchange's own buffers die with the turn. */
static bool is_copied(const h1_exchange *x) {
  const uint8_t *p = x->reply.bytes.ptr;
  return x->reply.kind == H1_REPLY_STATUS ||
         (p >= x->scratch && p < x->scratch + H1_SCRATCH_BYTES) ||
         (p >= x->copy && p < x->copy + H1_REPLY_COPY_MAX);
}

/* Small bodies are staged whole; what is left becomes the connection's source.
 */
static void set_source(h1_exchange *x, h1_out_framing framing,
                       uint64_t length) {
  h1_conn *c = x->conn;
  const h1_reply *r = &x->reply;
  c->left = length;
  switch (r->kind) {
    case H1_REPLY_STATUS:
    case H1_REPLY_BYTES:
      if (is_copied(x) || length <= COPY_BODY_MAX) {
        stage_bytes(x->worker, r->bytes.ptr, r->bytes.len);
        c->sent_body = length;
        return;
      }
      c->source = H1_SOURCE_BYTES;
      c->bytes = r->bytes.ptr;
      return;
    case H1_REPLY_ECHO:
      if (length <= COPY_BODY_MAX) {
        stage_body(x);
        c->sent_body = length;
        return;
      }
      c->source = H1_SOURCE_BODY;
      c->body_at = c->body_first;
      return;
    case H1_REPLY_FILE:
      c->source = length == 0 ? H1_SOURCE_NONE : H1_SOURCE_FILE;
      c->file = r->file;
      c->file_at = r->offset;
      return;
    case H1_REPLY_PULL:
      c->source = H1_SOURCE_PULL;
      c->pull = r->pull;
      c->chunked_out = framing == H1_OUT_CHUNKED;
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
  x->reply.type = NO_SLICE;
}

void h1_exchange_commit(h1_exchange *x) {
  h1_conn *c = x->conn;
  uint64_t length = reply_length(x);
  h1_out_framing framing = framing_of(x, length);
  if (x->reply.status < 200 || x->reply.misused ||
      !encode_head(x, framing, length)) {
    reply_handler_failed(x);
    length = reply_length(x);
    framing = framing_of(x, length);
    if (!encode_head(x, framing, length)) c->dead = true;
  }
  c->status = x->reply.status;
  c->reason = x->reply.reason;
  c->out = H1_OUT_SENDING;
  c->source = H1_SOURCE_NONE;
  c->sent_body = 0;
  c->chunked_out = false;
  c->write_progress_ms = c->worker->now_ms;
  if (x->request->method != H1_HEAD && framing != H1_OUT_NONE) {
    set_source(x, framing, length);
  }
}
