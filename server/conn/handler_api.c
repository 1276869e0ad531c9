/* What handlers call: the views of a request, and noting down the answer. */
#include "server/handler.h"

#include <string.h>
#include <sys/socket.h>

#include "parser/values.h"
#include "server/conn/client.h"
#include "server/conn/context.h"
#include "server/conn/flight.h"
#include "server/conn/later.h"
#include "server/conn/vary.h"
#include "server/sys.h"

const h1_request *h1_exchange_request(const h1_exchange *x) {
  return x->request;
}
h1_slice h1_exchange_path(const h1_exchange *x) { return x->path; }
h1_slice h1_exchange_rest(const h1_exchange *x) { return x->match.rest; }
h1_slice h1_exchange_query(const h1_exchange *x) { return x->query; }
h1_slice h1_exchange_raw_path(const h1_exchange *x) { return x->raw_path; }
h1_slice h1_exchange_authority(const h1_exchange *x) { return x->authority; }

h1_slice h1_exchange_param(const h1_exchange *x, const char *name) {
  return h1_route_param(&x->match, name);
}

static h1_endpoint endpoint_of(const h1_peer *peer) {
  h1_endpoint e;
  memset(&e, 0, sizeof e);
  if (peer->family != AF_INET && peer->family != AF_INET6) return e;
  e.address.bits = peer->family == AF_INET6 ? 128 : 32;
  memcpy(e.address.bytes, peer->address, e.address.bits / 8u);
  e.port = peer->port;
  return e;
}

h1_endpoint h1_exchange_client(const h1_exchange *x) {
  return endpoint_of(h1_client_of(x->conn));
}

h1_endpoint h1_exchange_peer(const h1_exchange *x) {
  return endpoint_of(&x->conn->socket.peer);
}

/* The cursor is the address of the block that comes next, plus one at the end,
 * so that walking a long body stays linear. */
bool h1_exchange_body(const h1_exchange *x, size_t *cursor, h1_slice *piece) {
  const h1_block *b =
      *cursor == 0 ? x->conn->flight->store.first : (const h1_block *)*cursor;
  if (*cursor == 1 || b == NULL || b->len == 0) return false;
  *piece = (h1_slice){b->bytes, b->len};
  *cursor = b->next == NULL ? 1 : (size_t)b->next;
  return true;
}

uint64_t h1_exchange_body_bytes(const h1_exchange *x) {
  return x->conn->flight->body.bytes;
}

void *h1_exchange_data(const h1_exchange *x) { return x->match.route->data; }
unsigned h1_exchange_worker(const h1_exchange *x) { return x->context->index; }
uint64_t h1_exchange_generation(const h1_exchange *x) {
  return x->conn->flight->snapshot->generation;
}
h1_slice h1_exchange_cache_control(const h1_exchange *x, h1_slice path) {
  return h1_policy_cache_control(&x->conn->flight->snapshot->policy, path);
}
int64_t h1_exchange_now_s(const h1_exchange *x) { return x->now_s; }
uint64_t h1_exchange_now_ms(const h1_exchange *x) { return x->now_ms; }

h1_buffer h1_exchange_scratch(h1_exchange *x) {
  return (h1_buffer){x->scratch, H1_SCRATCH_BYTES};
}

void *h1_exchange_state(h1_exchange *x) { return h1_flight_state(x->conn); }

void h1_exchange_on_end(h1_exchange *x, void (*end)(void *state)) {
  x->conn->flight->on_end = end;
}

/* Date and Server begin every answer, and Content-Type and nosniff go with the
 * type that a reply is given. */
static uint64_t own_fields(void) {
  return h1_field_once_bit(h1_slice_of("Date")) |
         h1_field_once_bit(h1_slice_of("Server")) |
         h1_field_once_bit(h1_slice_of("Content-Type")) |
         h1_field_once_bit(h1_slice_of("X-Content-Type-Options"));
}

/* Several lines of Vary mean the same as one, but not every cache and script
 * reads more than one. Where the value of the first ends, if it is one more. */
static size_t end_of_vary(const h1_exchange *x, h1_slice name) {
  const h1_slice lines = {x->fields, x->reply.fields_len};
  return h1_slice_equal_nocase(name, h1_slice_of("Vary")) ? h1_vary_end(lines)
                                                          : 0;
}

bool h1_reply_field(h1_exchange *x, h1_slice name, h1_slice value) {
  const h1_field_id id = h1_field_lookup(name);
  if ((h1_field_flags(id) & H1_FIELD_FRAMING) != 0) return false;
  const uint64_t once = h1_field_once_bit(name);
  if ((once & (own_fields() | x->reply.fields_once)) != 0) return false;
  const h1_buffer room = {x->fields + x->reply.fields_len,
                          H1_REPLY_FIELDS_BYTES - x->reply.fields_len};
  size_t size = 0;
  if (h1_field_encode(name, value, room, &size) != H1_DONE) return false;
  const size_t vary = end_of_vary(x, name);
  if (vary != 0) {
    h1_vary_append(x->fields, &x->reply.fields_len, vary, value);
    return true;
  }
  x->reply.fields_len += size;
  x->reply.fields_once |= once;
  if (id == H1_FIELD_UPGRADE) x->reply.fields_upgrade = true;
  return true;
}

bool h1_reply_prepared(h1_exchange *x, h1_slice lines) {
  if (lines.len > H1_REPLY_FIELDS_BYTES - x->reply.fields_len) return false;
  if (lines.len != 0) {
    memcpy(x->fields + x->reply.fields_len, lines.ptr, lines.len);
  }
  x->reply.fields_len += lines.len;
  return true;
}

/* The first reply stands. */
static h1_reply *claim_reply(h1_exchange *x, h1_reply_kind kind,
                             uint16_t status, h1_slice type) {
  if (x->reply.kind != H1_REPLY_NONE) {
    x->reply.reason = H1_HANDLER_FAILED;
    return NULL;
  }
  x->reply.kind = kind;
  x->reply.status = status;
  x->reply.type = type;
  x->reply.misused = status < 200 || status > 599;
  return &x->reply;
}

void h1_reply_status(h1_exchange *x, uint16_t status, h1_error reason) {
  const h1_slice none = {NULL, 0};
  h1_reply *r = claim_reply(x, H1_REPLY_STATUS, status, none);
  if (r != NULL) r->reason = reason;
}

void h1_reply_reason(h1_exchange *x, h1_error reason) {
  if (x->reply.kind != H1_REPLY_NONE && x->reply.reason == H1_OK) {
    x->reply.reason = reason;
  }
}

void h1_reply_copy(h1_exchange *x, uint16_t status, h1_slice type,
                   h1_slice bytes) {
  h1_reply *r = claim_reply(x, H1_REPLY_BYTES, status, type);
  if (r == NULL) return;
  r->misused = r->misused || bytes.len > H1_REPLY_COPY_MAX;
  if (r->misused) return;
  r->bytes = bytes;
  const bool in_scratch =
      bytes.ptr >= x->scratch && bytes.ptr < x->scratch + H1_SCRATCH_BYTES;
  if (in_scratch || bytes.len == 0) return;
  memcpy(x->copy, bytes.ptr, bytes.len);
  r->bytes.ptr = x->copy;
}

void h1_reply_borrow(h1_exchange *x, uint16_t status, h1_slice type,
                     h1_slice bytes) {
  h1_reply *r = claim_reply(x, H1_REPLY_BYTES, status, type);
  if (r == NULL) return;
  r->bytes = bytes;
  /* Scratch dies with the call: such bytes are staged, as a copy's are. */
  const bool in_scratch =
      bytes.ptr >= x->scratch && bytes.ptr < x->scratch + H1_SCRATCH_BYTES;
  r->misused = r->misused || (in_scratch && bytes.len > H1_REPLY_COPY_MAX);
}

/* Of a body that was not buffered nothing is left to send. */
void h1_reply_echo(h1_exchange *x, uint16_t status, h1_slice type) {
  h1_reply *r = claim_reply(x, H1_REPLY_ECHO, status, type);
  if (r == NULL) return;
  r->misused =
      r->misused || (x->conn->flight->body.mode != H1_BODY_BUFFER &&
                     x->conn->flight->verdict.framing.kind != H1_BODY_NONE);
}

void h1_reply_file(h1_exchange *x, uint16_t status, h1_slice type, int fd,
                   uint64_t offset, uint64_t length) {
  h1_reply *r = claim_reply(x, H1_REPLY_FILE, status, type);
  if (r == NULL) return;
  r->file = fd;
  r->offset = offset;
  r->length = length;
}

void h1_reply_pull(h1_exchange *x, uint16_t status, h1_slice type,
                   uint64_t length, h1_pull pull) {
  h1_reply *r = claim_reply(x, H1_REPLY_PULL, status, type);
  if (r == NULL) return;
  r->length = length;
  r->pull = pull;
}

/* A reply that was given stands. */
void h1_reply_later(h1_exchange *x, h1_handler later, uint64_t deadline_ms) {
  if (x->reply.kind != H1_REPLY_NONE || x->on_helper) return;
  h1_later_set(x->conn, later, deadline_ms);
}

void h1_receive(h1_exchange *x, h1_sink sink) {
  if (x->may_receive && x->reply.kind == H1_REPLY_NONE)
    x->conn->flight->sink = sink;
}

h1_wake_token h1_exchange_token(h1_exchange *x) {
  return (h1_wake_token){x->context, x->conn->slot, x->conn->generation};
}

/* The generation is checked by the worker, which alone may look at it: a token
 * of an exchange that is over costs one needless look. */
void h1_wake(h1_wake_token token) {
  h1_context *cx = token.worker;
  atomic_fetch_or_explicit(&cx->wake_bits[token.slot / 64],
                           (uint64_t)1 << (token.slot % 64),
                           memory_order_release);
  atomic_store_explicit(&cx->woken, true, memory_order_seq_cst);
  h1_sys_notify(cx->event_fd);
}
