/* Writing request heads, RFC 9112 3 and 5. */
#include "parser/encode.h"
#include "parser/request.h"
#include "parser/target.h"
#include "parser/values.h"

/* Everything but the caller's fields, in pieces, so that what is measured is
 * what is written. */
typedef struct {
  h1_slice piece[8];
  size_t count;
  uint8_t digits[20];
} request_tail;

static void add_piece(request_tail *t, h1_slice s) { t->piece[t->count++] = s; }

/* The framing and connection fields and the empty line. */
static void build_tail(const h1_request_out *r, request_tail *t) {
  t->count = 0;
  if (r->has_length) {
    h1_slice digits = {t->digits,
                       h1_decimal_encode(r->content_length, t->digits)};
    add_piece(t, H1_LITERAL("Content-Length: "));
    add_piece(t, digits);
    add_piece(t, H1_LITERAL("\r\n"));
  }
  if (r->chunked) add_piece(t, H1_LITERAL("Transfer-Encoding: chunked\r\n"));
  if (r->close) add_piece(t, H1_LITERAL("Connection: close\r\n"));
  add_piece(t, H1_LITERAL("\r\n"));
}

static h1_error check_request(const h1_request_out *r) {
  if (r->method.len == 0 || !h1_all_of_class(r->method, H1_CLASS_TOKEN)) {
    return H1_ENCODE_LINE;
  }
  if (r->target.len == 0 || !h1_all_of_class(r->target, H1_CLASS_TARGET)) {
    return H1_ENCODE_LINE;
  }
  /* An empty Host is what a target without authority has (RFC 9112 3.2). */
  if (r->host.len != 0 && !h1_authority_valid(r->host)) return H1_ENCODE_VALUE;
  if (r->has_length && r->chunked) return H1_ENCODE_FRAMING;
  if (r->has_length && r->content_length > (uint64_t)INT64_MAX) {
    return H1_ENCODE_FRAMING;
  }
  return H1_OK;
}

/* METHOD SP TARGET SP "HTTP/1.1" CRLF, then "Host: " HOST CRLF. */
#define REQUEST_LINE_EXTRA ((size_t)12)

static size_t put_request(const h1_request_out *r, const request_tail *t,
                          uint8_t *to) {
  size_t at = h1_put(to, 0, r->method);
  at = h1_put(to, at, H1_LITERAL(" "));
  at = h1_put(to, at, r->target);
  at = h1_put(to, at, H1_LITERAL(" HTTP/1.1\r\n"));
  at = h1_field_put(to, at, H1_LITERAL("Host"), r->host);
  at = h1_fields_put(to, at, r->fields, r->field_count);
  for (size_t i = 0; i < t->count; i++) at = h1_put(to, at, t->piece[i]);
  return at;
}

h1_step h1_request_encode(const h1_request_out *r, h1_room room, size_t *size,
                          h1_error *why) {
  *size = 0;
  size_t sum = h1_size_add(r->method.len, r->target.len);
  sum = h1_size_add(sum, REQUEST_LINE_EXTRA);
  sum = h1_size_add(sum, h1_field_size(H1_LITERAL("Host"), r->host));
  *why = check_request(r);
  if (*why == H1_OK) {
    const h1_measure all = h1_fields_total(r->fields, r->field_count,
                                           (uint64_t)1 << H1_FIELD_HOST, sum);
    *why = all.fault;
    sum = all.size;
  }
  if (*why != H1_OK) return H1_FAILED;
  request_tail tail;
  build_tail(r, &tail);
  for (size_t i = 0; i < tail.count; i++) {
    sum = h1_size_add(sum, tail.piece[i].len);
  }
  *size = sum;
  if (room.len < sum) return H1_NEED_ROOM;
  (void)put_request(r, &tail, room.ptr);
  return H1_DONE;
}
