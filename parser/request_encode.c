/* Writing request heads, RFC 9112 3 and 5. */
#include "parser/encode_head.h"
#include "parser/request.h"
#include "parser/target.h"

static const uint8_t kVersion[] = " HTTP/1.1\r\n";
static const uint8_t kHost[] = "Host";

/* METHOD SP TARGET and kVersion, without the two of unknown length. */
#define LINE_FIXED (1 + sizeof(kVersion) - 1)

/* The most that put_tail writes. */
#define TAIL_MAX (H1_LENGTH_MAX + sizeof(kChunked) - 1 + sizeof(kClose) - 1 + 2)

/* The framing and connection fields and the empty line. */
/*@ requires \valid_read(r) && \valid(to + (0 .. TAIL_MAX - 1));
    requires \separated(r, to + (0 .. TAIL_MAX - 1));
    assigns to[0 .. TAIL_MAX - 1];
    ensures 2 <= \result <= TAIL_MAX;
    ensures to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static size_t put_tail(const h1_request_out *r, uint8_t *to) {
  size_t at = r->has_length ? h1_length_put(to, r->content_length) : 0;
  if (r->chunked) at = h1_put(to, at, H1_TEXT(kChunked));
  if (r->close) at = h1_put(to, at, H1_TEXT(kClose));
  to[at] = '\r';
  to[at + 1] = '\n';
  return at + 2;
}

/*@ predicate line_allowed(h1_request_out *r) =
      r->method.len > 0 && all_of_class(H1_CLASS_TOKEN, r->method) &&
      r->target.len > 0 && all_of_class(H1_CLASS_TARGET, r->target);

    predicate length_allowed(h1_request_out *r) =
      r->has_length ==> !r->chunked && r->content_length <= INT64_MAX; */

/*@ requires \valid_read(r);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires h1_readable(r->host);
    assigns \nothing;
    ensures \result == H1_OK ==> line_allowed(r) && length_allowed(r);
    ensures \result == H1_ENCODE_LINE <==> !line_allowed(r); */
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

/*@ logic integer line_size(h1_request_out *r) =
      r->method.len + r->target.len + LINE_FIXED;

    logic integer host_size(h1_request_out *r) =
      sizeof(kHost) - 1 + r->host.len + 4;

    predicate request_apart(uint8_t *to, integer n, h1_request_out *r) =
      apart(to, n, r->method) && apart(to, n, r->target) &&
      apart(to, n, r->host) &&
      fields_apart(to, n, r->fields, r->field_count);

    predicate line_stands(uint8_t *to, h1_request_out *r) =
      stands_at(to, 0, r->method) && to[r->method.len] == ' ' &&
      stands_at(to, r->method.len + 1, r->target); */

/*@ requires \valid_read(r);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires line_size(r) <= SIZE_MAX;
    requires \valid(to + (0 .. line_size(r) - 1));
    requires \separated(r, to + (0 .. line_size(r) - 1));
    requires apart(to, line_size(r), r->method);
    requires apart(to, line_size(r), r->target);
    assigns to[0 .. line_size(r) - 1];
    ensures \result == line_size(r);
    ensures \forall integer i; 0 <= i < sizeof(kVersion) - 1 ==>
      to[line_size(r) - sizeof(kVersion) + 1 + i] == kVersion[i];
    ensures line_stands(to, r); */
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
/*@ requires \valid_read(r) && h1_readable(r->host);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires line_size(r) + host_size(r) <= SIZE_MAX;
    requires \valid(to + (0 .. line_size(r) + host_size(r) - 1));
    requires \separated(r, to + (0 .. line_size(r) + host_size(r) - 1));
    requires apart(to, line_size(r) + host_size(r), r->method);
    requires apart(to, line_size(r) + host_size(r), r->target);
    requires apart(to, line_size(r) + host_size(r), r->host);
    assigns to[0 .. line_size(r) + host_size(r) - 1];
    ensures \result == line_size(r) + host_size(r);
    ensures line_stands(to, r); */
static size_t put_front(const h1_request_out *r, uint8_t *to) {
  const size_t at = put_line(r, to);
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, r->method.len + 1, r->target);
  const size_t end = h1_field_put(to, at, H1_TEXT(kHost), r->host);
  //@ assert stands_at(to, 0, r->method);
  //@ assert stands_at(to, r->method.len + 1, r->target);
  return end;
}

/* Writes the pieces one behind the other; the caller measured them. */
/*@ requires \valid_read(r) && h1_readable(tail);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires h1_readable(r->host);
    requires fields_readable(r->fields, r->field_count);
    requires fields_grow(r->fields, r->field_count);
    requires size == line_size(r) + host_size(r) +
      fields_size(r->fields, r->field_count) + tail.len <= SIZE_MAX;
    requires \valid(to + (0 .. size - 1));
    requires \separated(r, to + (0 .. size - 1));
    requires apart(to, size, tail) && request_apart(to, size, r);
    assigns to[0 .. size - 1];
    ensures line_stands(to, r) && stands_at(to, size - tail.len, tail); */
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

/*@ requires \valid_read(r) && \valid(size) && \valid(why);
    requires \valid(room.ptr + (0 .. room.len - 1)) && room.len < SIZE_MAX;
    requires h1_readable(r->method) && h1_readable(r->target);
    requires h1_readable(r->host);
    requires fields_readable(r->fields, r->field_count);
    requires \separated(r, size, why, room.ptr + (0 .. room.len - 1));
    requires request_apart(room.ptr, room.len, r);
    assigns *size, *why, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED || \result == H1_NEED_ROOM ||
      \result == H1_DONE;
    ensures \result == H1_FAILED <==> *why != H1_OK;
    ensures \result != H1_FAILED ==>
      line_allowed{Pre}(r) && length_allowed{Pre}(r) &&
      fields_allowed{Pre}(r->fields, r->field_count);
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len;
    ensures \result == H1_DONE ==> line_stands(room.ptr, r);
    ensures \result == H1_DONE ==> room.ptr[*size - 2] == '\r' &&
      room.ptr[*size - 1] == '\n';
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_request_encode(const h1_request_out *r, h1_room room, size_t *size,
                          h1_error *why) {
  size_t sum = h1_size_add(r->method.len, r->target.len);
  sum = h1_size_add(sum, LINE_FIXED);
  sum = h1_size_add(sum, h1_field_size(H1_TEXT(kHost), r->host));
  h1_measure all = {check_request(r), 0};
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
  const h1_slice tail_bytes = {tail, put_tail(r, tail)};
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
