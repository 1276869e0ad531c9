/* Drives the request side of one connection over bytes that are all in memory.
 *
 * A worker is made as for serving, but never run: its window is the whole
 * input, its connection has no socket, is never readable and never ended, so
 * that every step that would read says BLOCKED instead. What a step staged is
 * read back as the answer and counts as sent. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "server/explain/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "parser/response.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/exchange.h"
#include "server/conn/flight.h"
#include "server/conn/kept.h"
#include "server/conn/serve.h"
#include "server/conn/slots.h"
#include "server/conn/states.h"
#include "server/conn/window.h"
#include "server/explain/print.h"
#include "server/metrics/metrics.h"

/* The shortest field line has five bytes. */
#define ANSWER_HEADERS (H1_REPLY_HEAD_BYTES / 5)

typedef struct {
  h1_metrics metrics; /* first: it is aligned most */
  h1_config config;
  h1_snapshot snapshot;
  h1_shared shared;
  h1_context cx;
  h1_route *routes;
  uint8_t *arena, *rules;
  size_t arena_bytes;
  h1_conn *conn;
  uint8_t *input;
  size_t len;
  size_t head_at, body_at, trailers_at; /* of the request in progress */
  size_t taken; /* bytes that the server read up to here */
  h1_explained r;
  h1_header headers[ANSWER_HEADERS];
} explainer;

/* ---- the input ---- */

static bool read_input(explainer *e, FILE *in, char message[256]) {
  size_t cap = 0;
  for (;;) {
    if (e->len == cap) {
      cap = cap == 0 ? (size_t)1 << 16 : 2 * cap;
      uint8_t *more = realloc(e->input, cap);
      if (more == NULL) {
        snprintf(message, 256, "no memory for standard input");
        return false;
      }
      e->input = more;
    }
    const size_t n = fread(e->input + e->len, 1, cap - e->len, in);
    e->len += n;
    if (e->len > H1_EXPLAIN_INPUT_MAX) {
      snprintf(message, 256, "standard input is longer than 1G");
      return false;
    }
    if (n == 0) break;
  }
  if (ferror(in) == 0) return true;
  snprintf(message, 256, "cannot read standard input: %s", strerror(errno));
  return false;
}

/* ---- a context that no thread owns ---- */

/* A copy whose rows do not ask for a helper thread: this one may be kept. */
static bool copy_routes(explainer *e, const h1_route *routes, size_t count) {
  e->routes = calloc(count + 1, sizeof *routes);
  if (e->routes == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    e->routes[i] = routes[i];
    e->routes[i].flags &= ~(unsigned)H1_ROUTE_BLOCKING;
  }
  e->shared.router = (h1_router){e->routes, count};
  return true;
}

static bool make_context(explainer *e, char message[256]) {
  h1_plan plan;
  e->config.workers = 1;
  e->config.max_connections = 1;
  if (!h1_plan_make(&e->config, false, &plan, message)) return false;
  e->arena_bytes = (size_t)plan.arena_bytes;
  void *arena = mmap(NULL, e->arena_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  e->arena = arena == MAP_FAILED ? NULL : arena;
  if (e->arena == NULL) {
    snprintf(message, 256, "cannot map memory: %s", strerror(errno));
    return false;
  }
  h1_context_init(&e->cx, &e->shared, &plan, 0, false, &e->metrics, e->arena);
  return true;
}

/* The whole input is the turn's window; nothing is ever received. */
static void make_connection(explainer *e) {
  h1_context *cx = &e->cx;
  h1_conn *c = h1_slot_take(cx);
  c->context = cx;
  h1_timer_init(&c->timer);
  h1_conn_set_life(c, H1_LIFE_OPEN);
  h1_time_since(c);
  cx->window = e->input;
  cx->window_len = e->len;
  e->conn = c;
}

static bool prepare(explainer *e, const h1_config *config,
                    const h1_route *routes, size_t count, char message[256]) {
  e->config = *config;
  e->shared.config = &e->config;
  e->rules = malloc(config->config_memory);
  h1_arena rules = {e->rules, config->config_memory, 0};
  if (e->rules == NULL) {
    snprintf(message, 256, "no memory for --config-memory");
    return false;
  }
  if (!h1_snapshot_init(&e->snapshot, &e->config, &rules, message)) {
    return false;
  }
  atomic_init(&e->shared.snapshot, &e->snapshot);
  e->shared.level = h1_scan_best();
  h1_shared_scopes(&e->shared, &e->config);
  if (!copy_routes(e, routes, count)) {
    snprintf(message, 256, "no memory for the routes");
    return false;
  }
  if (!make_context(e, message)) return false;
  make_connection(e);
  return true;
}

static void dispose(explainer *e) {
  free(e->rules);
  if (e->arena != NULL) munmap(e->arena, e->arena_bytes);
  free(e->routes);
  free(e->input);
  free(e);
}

/* ---- where a fault lies ---- */

static size_t offset_of_field(const explainer *e, h1_field_id id,
                              size_t from_line, size_t otherwise) {
  const h1_fields *f = &h1_conn_request(e->conn)->fields;
  size_t i = h1_fields_find(f, id, 0);
  if (i < f->count && from_line > 0) {
    const size_t next = h1_fields_find(f, id, i + 1);
    if (next < f->count) i = next;
  }
  return i < f->count ? e->head_at + f->headers[i].value_at : otherwise;
}

/* A head that was well-formed: the part of it that the reason is about. */
static size_t fault_in_head(const explainer *e, h1_error why) {
  const size_t end = e->head_at + (size_t)e->conn->flight->head_bytes - 2;
  const size_t target = (size_t)(e->r.target.ptr - e->input);
  switch (why) {
    case H1_HOST_MISSING:
      return end;
    case H1_HOST_REPEATED:
      return offset_of_field(e, H1_FIELD_HOST, 1, end);
    case H1_HOST_INVALID:
      return offset_of_field(e, H1_FIELD_HOST, 0, end);
    case H1_LENGTH_REPEATED:
      return offset_of_field(e, H1_FIELD_CONTENT_LENGTH, 1, end);
    case H1_LENGTH_INVALID:
    case H1_LENGTH_OVERFLOW:
    case H1_LENGTH_WITH_CODING:
    case H1_BODY_TOO_LARGE:
    case H1_REQUEST_TOO_LARGE:
      return offset_of_field(e, H1_FIELD_CONTENT_LENGTH, 0, end);
    case H1_CODING_INVALID:
    case H1_CODING_NOT_CHUNKED:
    case H1_CODING_REPEATED:
    case H1_CODING_VERSION:
    case H1_CODING_UNKNOWN:
      return offset_of_field(e, H1_FIELD_TRANSFER_ENCODING, 0, end);
    case H1_CONNECTION_INVALID:
      return offset_of_field(e, H1_FIELD_CONNECTION, 0, end);
    case H1_EXPECT_UNKNOWN:
      return offset_of_field(e, H1_FIELD_EXPECT, 0, end);
    case H1_RANGE_UNSATISFIABLE:
      return offset_of_field(e, H1_FIELD_RANGE, 0, end);
    case H1_METHOD_UNKNOWN:
    case H1_METHOD_NOT_ALLOWED:
      return (size_t)(e->r.method.ptr - e->input);
    default:
      return target;
  }
}

/* Where the reading ended: the last step, of `phase`, was begun at `before`. A
 * refusal throws the rest of the window away, so its own place says nothing. */
static size_t place_of_stop(explainer *e, h1_in phase, size_t before) {
  const h1_conn *c = e->conn;
  const bool chunked = c->flight->verdict.framing.kind == H1_BODY_CHUNKED;
  if (phase == H1_IN_HEAD && !c->flight->verdict.decoded) {
    return e->head_at + h1_request_error_offset(&e->cx.decoder);
  }
  if (phase == H1_IN_HEAD) return e->head_at + (size_t)c->flight->head_bytes;
  if (phase == H1_IN_TRAILERS && c->flight->body.trailer_bytes == 0) {
    return e->trailers_at + h1_trailers_error_offset(&e->cx.trailers);
  }
  if (phase == H1_IN_TRAILERS) {
    return e->trailers_at + (size_t)c->flight->body.trailer_bytes;
  }
  if (chunked && h1_chunked_error(&c->flight->chunked) != H1_OK) {
    return e->body_at + (size_t)h1_chunked_error_offset(&c->flight->chunked);
  }
  const bool too_long = c->flight->body.drop && c->flight->body.drop_left == 0;
  return too_long ? before : e->cx.window_at;
}

/* ---- facts ---- */

static const char *body_use(const h1_flight *f) {
  if (f->verdict.framing.kind == H1_BODY_NONE) return "none";
  if (f->body.drop) return "dropped";
  switch (f->body.mode) {
    case H1_BODY_BUFFER:
      return "buffered";
    case H1_BODY_STREAM:
      return "streamed";
    case H1_BODY_IGNORE:
      break;
  }
  return "ignored";
}

/* The head was taken, well-formed or not. */
static void note_head(explainer *e) {
  const h1_conn *c = e->conn;
  const h1_request *request = h1_conn_request(c);
  const h1_route *route = e->cx.x.match.route;
  h1_explained *r = &e->r;
  r->method = request->method_text;
  r->target = request->target;
  r->head_bytes = (size_t)c->flight->head_bytes;
  r->decoded = c->flight->verdict.decoded;
  if (!c->flight->verdict.decoded) return;
  r->minor_version = request->minor_version;
  r->header_count = request->fields.count;
  r->framed = h1_framing_of_request(request, &r->framing) == H1_OK;
  if (route != NULL) r->route = route->pattern;
  e->body_at = e->head_at + (size_t)c->flight->head_bytes;
}

/* Whether a codec refused, or a limit that was passed there: the fault is where
 * the reading stopped. Else the head as a whole was judged. */
static bool is_fault_of_place(const explainer *e, h1_in phase) {
  const h1_conn *c = e->conn;
  switch (phase) {
    case H1_IN_HEAD:
      return !c->flight->verdict.decoded;
    case H1_IN_BODY:
      return c->flight->verdict.framing.kind == H1_BODY_CHUNKED &&
             h1_chunked_error(&c->flight->chunked) != H1_OK;
    case H1_IN_TRAILERS:
      return c->flight->body.trailer_bytes == 0 ||
             c->flight->reason == H1_REQUEST_TOO_LARGE;
    case H1_IN_DONE:
      break;
  }
  return false;
}

static void note_reason(explainer *e, h1_in phase, size_t at) {
  const h1_conn *c = e->conn;
  h1_explained *r = &e->r;
  if (c->flight->reason == H1_OK || r->reason != H1_OK) return;
  r->reason = c->flight->reason;
  r->fault =
      is_fault_of_place(e, phase) ? at : fault_in_head(e, c->flight->reason);
  if (c->flight->reason == H1_NOT_FOUND && r->route == NULL) r->route = "none";
}

static h1_slice field_of(const h1_fields *f, const char *name) {
  const h1_slice wanted = {(const uint8_t *)name, strlen(name)};
  const size_t i = h1_fields_find_name(f, wanted, 0);
  return i < f->count ? h1_fields_value(f, i) : (h1_slice){NULL, 0};
}

/* What was staged is the answer, or a 100 while the client waits for it. */
static void note_answer(explainer *e) {
  h1_context *cx = &e->cx;
  h1_conn *c = e->conn;
  if (cx->staged == 0) return;
  h1_limits limits = h1_limits_default();
  limits.head_bytes = cx->staged;
  limits.header_count = ANSWER_HEADERS;
  h1_response_decoder d;
  h1_response answer;
  size_t consumed = 0;
  const h1_slice head = {cx->stage, cx->staged};
  h1_response_decoder_init(&d, &limits, e->shared.level, e->headers,
                           ANSWER_HEADERS);
  if (h1_response_decode(&d, head, &answer, &consumed) != H1_DONE) {
    h1_conn_fault(c, "an answer of our own that our decoder refuses");
    return;
  }
  cx->staged = 0;
  if (answer.status < 200) {
    e->r.interim = true;
    return;
  }
  e->r.status = answer.status;
  e->r.allow = field_of(&answer.fields, "allow");
  e->r.location = field_of(&answer.fields, "location");
  e->r.keeps = h1_slice_equal(field_of(&answer.fields, "connection"),
                              h1_slice_of("keep-alive"));
  h1_conn_set_out(c, H1_ANSWER_SENT);
}

/* ---- one request ---- */

/* One step of the connection; BLOCKED when it would wait for input. */
static h1_progress step(explainer *e) {
  h1_context *cx = &e->cx;
  h1_conn *c = e->conn;
  const h1_in phase = c->in;
  const size_t before = cx->window_at;
  const uint64_t begun = c->requests;
  cx->turn_requests = 0;
  const h1_progress p = h1_serve_input(c);
  if (c->requests != begun) note_head(e);
  if (phase == H1_IN_BODY && c->in == H1_IN_TRAILERS) {
    e->trailers_at = cx->window_at;
    e->r.trailers = true;
  }
  note_answer(e);
  const bool over = c->in == H1_IN_DONE && !c->flight->persists;
  size_t at = cx->window_at;
  if (p == H1_GO_ON && over) at = place_of_stop(e, phase, before);
  if (phase != H1_IN_HEAD || c->requests != begun) note_reason(e, phase, at);
  e->taken = at;
  return p;
}

static const char *expected_of(explainer *e) {
  const h1_conn *c = e->conn;
  const h1_slice rest = {e->input + e->r.offset, e->len - e->r.offset};
  switch (c->in) {
    case H1_IN_HEAD:
      return memchr(rest.ptr, '\n', rest.len) == NULL
                 ? "the rest of the request line"
                 : "the rest of the fields and the empty line after them";
    case H1_IN_TRAILERS:
      return "the rest of the trailer section and the empty line after it";
    case H1_IN_BODY:
    case H1_IN_DONE:
      break;
  }
  if (c->flight->body.sink_waiting)
    return "the handler, which takes no more of the body";
  if (c->flight->verdict.framing.kind == H1_BODY_CHUNKED) {
    return "the rest of the chunked body, up to its last chunk";
  }
  e->r.missing = c->flight->body.left;
  return "more bytes of body";
}

static void note_end(explainer *e) {
  const h1_flight *f = e->conn->flight;
  h1_explained *r = &e->r;
  if (f == NULL || !r->decoded) {
    if (f != NULL) r->persists = f->persists;
    if (r->head_bytes == 0) r->head_bytes = e->taken - e->head_at;
    return;
  }
  r->persists = f->persists;
  /* Of a refused request the body is not looked at, unless it is dropped. */
  if (r->reason != H1_OK && f->body.bytes == 0 && !f->body.drop &&
      e->taken == e->body_at) {
    return;
  }
  r->body = body_use(f);
  r->body_bytes = f->body.bytes;
  r->body_limit =
      f->body.drop ? f->body.bytes + f->body.drop_left : f->verdict.body_limit;
  r->trailer_bytes = f->body.trailer_bytes;
}

/* Skips the one empty line that may stand in front. */
static size_t first_byte(const explainer *e) {
  const size_t at = e->head_at;
  const bool empty_line =
      e->len - at >= 2 && memcmp(e->input + at, "\r\n", 2) == 0;
  return empty_line ? at + 2 : at;
}

/* As the connection does when an exchange is over. */
static void release(explainer *e) {
  h1_conn *c = e->conn;
  if (c->in == H1_IN_DONE && c->out == H1_ANSWER_SENT) {
    h1_exchange_end(c);
  } else {
    h1_flight_end(c); /* the input was cut: nothing follows */
  }
}

typedef enum { REQUEST_WHOLE, REQUEST_CUT, REQUEST_NONE } request_end;

/* Up to the end of the next request; NONE: nothing of one is left. */
static request_end explain_request(explainer *e) {
  const h1_context *cx = &e->cx;
  h1_conn *c = e->conn;
  memset(&e->r, 0, sizeof e->r);
  e->head_at = cx->window_at;
  if (e->head_at == e->len) return REQUEST_NONE;
  e->r.number = c->requests + 1;
  e->r.offset = first_byte(e);
  while (!(c->in == H1_IN_DONE && c->out == H1_ANSWER_SENT)) {
    if (step(e) == H1_GO_ON && !c->socket.dead) continue;
    e->taken = e->len;
    if (!h1_window_started(c)) return REQUEST_NONE;
    e->r.incomplete = true;
    e->r.expected = expected_of(e);
    break;
  }
  note_end(e);
  return e->r.incomplete ? REQUEST_CUT : REQUEST_WHOLE;
}

static bool explain_all(explainer *e, FILE *out) {
  const h1_slice input = {e->input, e->len};
  const h1_limits *limits = &e->config.limits;
  h1_explain_state state = H1_EXPLAIN_OPEN;
  bool good = true;
  uint64_t requests = 0;
  while (state == H1_EXPLAIN_OPEN && !e->conn->socket.dead) {
    const request_end end = explain_request(e);
    if (end == REQUEST_NONE || e->conn->socket.dead) break;
    requests++;
    good = good && end == REQUEST_WHOLE && e->r.reason == H1_OK;
    if (end == REQUEST_CUT) {
      state = H1_EXPLAIN_INCOMPLETE;
    } else if (!e->r.persists) {
      state = H1_EXPLAIN_CLOSED;
    }
    h1_explain_print_request(out, &e->r, limits, e->config.max_request_bytes,
                             input);
    release(e);
  }
  h1_explain_print_end(out, requests, state, e->len - e->taken);
  return good;
}

h1_explain_result h1_explain(const h1_config *config, const h1_route *routes,
                             size_t route_count, FILE *in, FILE *out,
                             char message[256]) {
  const size_t bytes = (sizeof(explainer) + 63) / 64 * 64;
  explainer *e = aligned_alloc(64, bytes);
  h1_explain_result result = H1_EXPLAIN_FAILED;
  if (e == NULL) {
    snprintf(message, 256, "no memory to explain with");
    return result;
  }
  memset(e, 0, bytes);
  if (read_input(e, in, message) &&
      prepare(e, config, routes, route_count, message)) {
    result = explain_all(e, out) ? H1_EXPLAIN_ACCEPTED : H1_EXPLAIN_REFUSED;
    if (e->conn->socket.dead) {
      snprintf(message, 256, "no memory left for a request");
      result = H1_EXPLAIN_FAILED;
    }
  }
  dispose(e);
  return result;
}
