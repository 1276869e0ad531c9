/* Writing request heads, RFC 9112 3 and 5.
 *
 * The contracts are in proof/request_encode.h, and are proven. */
#include "parser/internal/encode_head.h"
#include "parser/request.h"
#include "parser/target.h"

static const uint8_t kVersion[] = " HTTP/1.1\r\n";
static const uint8_t kHost[] = "Host";
static const uint8_t kTe[] = "Connection: TE\r\n";

/* METHOD SP TARGET and kVersion, without the two of unknown length. */
#define LINE_FIXED (1 + sizeof(kVersion) - 1)

/* The most that put_tail writes. */
#define TAIL_MAX                                                               \
  (H1_LENGTH_MAX + sizeof(kChunked) - 1 + sizeof(kTe) - 1 + sizeof(kUpgrade) - \
   1 + sizeof(kClose) - 1 + 2)

#ifdef __FRAMAC__
#include "parser/proof/request_encode.h"
#endif

/* The framing and connection fields and the empty line. TE and Upgrade are for
 * this connection, which Connection has to say (RFC 9110 10.1.4, 7.8). */
static size_t put_tail(const h1_request_out *r, const h1_measure *fields,
                       uint8_t *to) {
  size_t at = r->has_length ? h1_length_put(to, r->content_length) : 0;
  if (r->chunked) at = h1_put(to, at, H1_TEXT(kChunked));
  if (fields->te) at = h1_put(to, at, H1_TEXT(kTe));
  if (fields->upgrade) at = h1_put(to, at, H1_TEXT(kUpgrade));
  if (r->close) at = h1_put(to, at, H1_TEXT(kClose));
  to[at] = '\r';
  to[at + 1] = '\n';
  return at + 2;
}

static h1_error check_request(const h1_request_out *r) {
  if (r->method.len == 0 || !h1_all_of_class(r->method, H1_CLASS_TOKEN)) {
    return H1_ENCODE_LINE;
  }
  if (r->target.len == 0 || !h1_all_of_class(r->target, H1_CLASS_TARGET)) {
    return H1_ENCODE_LINE;
  }
  /* An empty Host is what a target without authority has (RFC 9112 3.2). No
   * server can tell what is meant by it, and ours refuses it. */
  if (!h1_authority_valid(r->host)) return H1_ENCODE_VALUE;
  if (r->has_length && r->chunked) return H1_ENCODE_FRAMING;
  if (r->has_length && r->content_length > (uint64_t)INT64_MAX) {
    return H1_ENCODE_FRAMING;
  }
  return H1_OK;
}

static size_t put_line(const h1_request_out *r, uint8_t *to) {
  const size_t space = h1_put(to, 0, r->method);
  to[space] = ' ';
  //@ assert stands_at(to, 0, r->method);
  const size_t version = h1_put(to, space + 1, r->target);
  //@ assert stands_at(to, 0, r->method);
  const size_t end = h1_put(to, version, H1_TEXT(kVersion));
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, space + 1, r->target);
  return end;
}

/* The request line and Host. */
static size_t put_front(const h1_request_out *r, uint8_t *to) {
  const size_t at = put_line(r, to);
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, r->method.len + 1, r->target);
  const size_t end = h1_field_put(to, at, H1_TEXT(kHost), r->host);
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, r->method.len + 1, r->target);
  return end;
}

/* Writes the pieces one after the other; the caller measured them. */
static void put_request(const h1_request_out *r, h1_slice tail, uint8_t *to,
                        size_t size) {
  (void)size;
  size_t at = put_front(r, to);
  /*@ assert 0 <= fields_size(r->fields, r->field_count) <= size - at; */
  /*@ assert \forall integer i; 0 <= i < r->field_count ==>
        \separated(to + (at .. size - 1), r->fields[i].name.ptr +
                   (0 .. r->fields[i].name.len - 1)); */
  /*@ assert \forall integer i; 0 <= i < r->field_count ==>
        \separated(to + (at .. size - 1), r->fields[i].value.ptr +
                   (0 .. r->fields[i].value.len - 1)); */
  //@ ghost const size_t target_at = r->method.len + 1;
  //@ assert apart(to, size, r->method) && apart(to, size, r->target);
  //@ assert stands_at(to, target_at, r->target);
  //@ assert target_at + r->target.len <= at;
  at = h1_fields_put(to, at, r->fields, r->field_count);
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, target_at, r->target);
  (void)h1_put(to, at, tail);
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, r->method.len + 1, r->target);
}

h1_step h1_request_encode(const h1_request_out *r, h1_buffer room, size_t *size,
                          h1_error *why) {
  size_t sum = h1_size_add(r->method.len, r->target.len);
  sum = h1_size_add(sum, LINE_FIXED);
  sum = h1_size_add(sum, h1_field_size(H1_TEXT(kHost), r->host));
  h1_measure all = {check_request(r), 0, false, false};
  if (all.fault == H1_OK) {
    all = h1_fields_total(r->fields, r->field_count,
                          (uint64_t)1 << H1_FIELD_HOST, sum);
  }
  *why = all.fault;
  if (all.fault != H1_OK) {
    *size = 0;
    return H1_FAILED;
  }
  uint8_t tail[TAIL_MAX];
  const h1_slice tail_bytes = {tail, put_tail(r, &all, tail)};
  sum = h1_size_add(all.size, tail_bytes.len);
  const bool fits = sum <= room.len;
  /*@ assert fits ==> \forall integer i; 0 <= i < r->field_count ==>
        apart(room.ptr, sum, r->fields[i].name); */
  /*@ assert fits ==> \forall integer i; 0 <= i < r->field_count ==>
        apart(room.ptr, sum, r->fields[i].value); */
  /*@ assert fits ==> apart(room.ptr, sum, r->method) &&
        apart(room.ptr, sum, r->target) && apart(room.ptr, sum, r->host); */
  if (fits) put_request(r, tail_bytes, room.ptr, sum);
  //@ ghost const size_t method_len = r->method.len;
  //@ assert fits ==> stands_at(room.ptr, method_len + 1, r->target);
  *size = sum;
  //@ assert fits ==> stands_at(room.ptr, 0, r->method);
  //@ assert fits ==> stands_at(room.ptr, method_len + 1, r->target);
  //@ assert method_len == r->method.len;
  return fits ? H1_DONE : H1_NEED_ROOM;
}
