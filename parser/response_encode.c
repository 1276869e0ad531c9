/* Writing response heads, RFC 9112 4 and 5, and the reason phrases of RFC 9110
 * 15. */
#include "parser/encode_head.h"
#include "parser/response.h"

static const uint8_t kVersion[] = "HTTP/1.1 ";
static const uint8_t kKeep[] = "Connection: keep-alive\r\nKeep-Alive: timeout=";
static const uint8_t kMax[] = ", max=";

/* Version, three digits and their space. */
#define STATUS_LINE_FIXED (sizeof(kVersion) - 1 + 4)

/* The most that put_framing and put_connection write, an unfinished number
 * counted as 20 digits, and the empty line. */
#define FRAMING_MAX H1_LENGTH_MAX
#define CONNECTION_MAX (sizeof(kKeep) - 1 + 20 + sizeof(kMax) - 1 + 20 + 2)
#define TAIL_MAX (FRAMING_MAX + CONNECTION_MAX + 2)

/*@ requires \valid_read(r) && \valid(to + (0 .. FRAMING_MAX - 1));
    requires \separated(r, to + (0 .. FRAMING_MAX - 1));
    assigns to[0 .. FRAMING_MAX - 1];
    ensures \result <= FRAMING_MAX;
    ensures \result == 0 <==>
      r->framing != H1_OUT_LENGTH && r->framing != H1_OUT_CHUNKED;
    ensures r->framing == H1_OUT_CHUNKED ==> \result == sizeof(kChunked) - 1 &&
      \forall integer i; 0 <= i < \result ==> to[i] == kChunked[i];
    ensures r->framing == H1_OUT_LENGTH ==> \result > sizeof(kLength) + 1 &&
      (\forall integer i; 0 <= i < sizeof(kLength) - 1 ==>
        to[i] == kLength[i]) &&
      to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static size_t put_framing(const h1_response_out *r, uint8_t *to) {
  if (r->framing == H1_OUT_CHUNKED) return h1_put(to, 0, H1_TEXT(kChunked));
  if (r->framing != H1_OUT_LENGTH) return 0;
  return h1_length_put(to, r->content_length);
}

/*@ requires \valid_read(r) && at <= FRAMING_MAX;
    requires \valid(to + (at .. at + CONNECTION_MAX - 1));
    requires \separated(r, to + (at .. at + CONNECTION_MAX - 1));
    assigns to[at .. at + CONNECTION_MAX - 1];
    ensures at <= \result <= at + CONNECTION_MAX;
    ensures \result == at <==> r->connection != H1_CONNECTION_KEEP &&
      r->connection != H1_CONNECTION_CLOSE;
    ensures r->connection == H1_CONNECTION_CLOSE ==>
      \result == at + sizeof(kClose) - 1; */
static size_t put_connection(const h1_response_out *r, uint8_t *to, size_t at) {
  if (r->connection == H1_CONNECTION_CLOSE)
    return h1_put(to, at, H1_TEXT(kClose));
  if (r->connection != H1_CONNECTION_KEEP) return at;
  size_t end = h1_put(to, at, H1_TEXT(kKeep));
  end += h1_decimal_encode(r->keepalive_timeout_s, to + end);
  end = h1_put(to, end, H1_TEXT(kMax));
  end += h1_decimal_encode(r->keepalive_max, to + end);
  to[end] = '\r';
  to[end + 1] = '\n';
  return end + 2;
}

/*@ requires \valid_read(r) && \valid(to + (0 .. TAIL_MAX - 1));
    requires \separated(r, to + (0 .. TAIL_MAX - 1));
    assigns to[0 .. TAIL_MAX - 1];
    ensures 2 <= \result <= TAIL_MAX;
    ensures to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static size_t put_tail(const h1_response_out *r, uint8_t *to) {
  size_t at = put_framing(r, to);
  at = put_connection(r, to, at);
  to[at] = '\r';
  to[at + 1] = '\n';
  return at + 2;
}

/* RFC 9110 8.6 and RFC 9112 6.1: no Content-Length and no Transfer-Encoding
 * with 1xx and 204, nor the body they would frame. Without either, only the
 * connection's end can end the body of what is not one of these or 304 (RFC
 * 9112 6.3): on a connection that goes on, the next response would be read as
 * that body. A 205 has no content either, and says so (RFC 9110 15.3.6). */
/*@ predicate framing_allowed(h1_response_out *r) =
      (r->status < 200 || r->status == 204 ==> r->framing == H1_OUT_NONE) &&
      (r->status == 205 ==>
         r->framing == H1_OUT_LENGTH && r->content_length == 0) &&
      (r->framing == H1_OUT_NONE ==>
         r->status < 200 || r->status == 204 || r->status == 304) &&
      (r->framing == H1_OUT_UNTIL_CLOSE ==>
         r->connection == H1_CONNECTION_CLOSE) &&
      (r->framing == H1_OUT_LENGTH ==> r->content_length <= INT64_MAX);

    predicate head_allowed(h1_response_out *r) =
      100 <= r->status <= 599 && all_of_class(H1_CLASS_VALUE, r->reason) &&
      framing_allowed(r); */

/*@ requires \valid_read(r);
    assigns \nothing;
    ensures \result == H1_OK || \result == H1_ENCODE_FRAMING;
    ensures \result == H1_OK <==> framing_allowed(r); */
static h1_error check_framing(const h1_response_out *r) {
  const bool bodiless = r->status < 200 || r->status == 204;
  if (bodiless && r->framing != H1_OUT_NONE) return H1_ENCODE_FRAMING;
  if (!bodiless && r->status != 304 && r->framing == H1_OUT_NONE) {
    return H1_ENCODE_FRAMING;
  }
  if (r->status == 205 &&
      (r->framing != H1_OUT_LENGTH || r->content_length != 0)) {
    return H1_ENCODE_FRAMING;
  }
  if (r->framing == H1_OUT_UNTIL_CLOSE &&
      r->connection != H1_CONNECTION_CLOSE) {
    return H1_ENCODE_FRAMING;
  }
  if (r->framing == H1_OUT_LENGTH && r->content_length > (uint64_t)INT64_MAX) {
    return H1_ENCODE_FRAMING;
  }
  return H1_OK;
}

/*@ requires \valid_read(r) && h1_readable(r->reason);
    assigns \nothing;
    ensures \result == H1_OK <==> head_allowed(r); */
static h1_error check_response(const h1_response_out *r) {
  if (r->status < 100 || r->status > 599) return H1_ENCODE_LINE;
  if (!h1_all_of_class(r->reason, H1_CLASS_VALUE)) return H1_ENCODE_LINE;
  return check_framing(r);
}

/*@ logic integer head_size(h1_response_out *r, h1_slice reason,
                            h1_slice tail) =
      STATUS_LINE_FIXED + 2 + reason.len + r->prepared.len +
      fields_size(r->fields, r->field_count) + tail.len; */

/* Writes the pieces one behind the other; the caller measured them. */
/*@ requires \valid_read(r) && 100 <= r->status <= 599;
    requires h1_readable(reason) && h1_readable(tail);
    requires h1_readable(r->prepared);
    requires fields_readable(r->fields, r->field_count);
    requires fields_grow(r->fields, r->field_count);
    requires size == head_size(r, reason, tail) <= SIZE_MAX;
    requires \valid(to + (0 .. size - 1));
    requires \separated(r, to + (0 .. size - 1));
    requires apart(to, size, reason) && apart(to, size, tail);
    requires apart(to, size, r->prepared);
    requires fields_apart(to, size, r->fields, r->field_count);
    assigns to[0 .. size - 1]; */
static void put_response(const h1_response_out *r, h1_slice reason,
                         h1_slice tail, uint8_t *to, size_t size) {
  (void)size;
  size_t at = h1_put(to, 0, H1_TEXT(kVersion));
  to[at] = (uint8_t)('0' + r->status / 100);
  to[at + 1] = (uint8_t)('0' + r->status / 10 % 10);
  to[at + 2] = (uint8_t)('0' + r->status % 10);
  to[at + 3] = ' ';
  at = h1_put(to, at + 4, reason);
  at = h1_put(to, at, H1_TEXT(kLineEnd));
  at = h1_put(to, at, r->prepared);
  /*@ assert 0 <= fields_size(r->fields, r->field_count) <= size - at; */
  /*@ assert \forall integer i; 0 <= i < r->field_count ==>
        \separated(to + (at .. size - 1), r->fields[i].name.ptr +
                   (0 .. r->fields[i].name.len - 1)); */
  /*@ assert \forall integer i; 0 <= i < r->field_count ==>
        \separated(to + (at .. size - 1), r->fields[i].value.ptr +
                   (0 .. r->fields[i].value.len - 1)); */
  at = h1_fields_put(to, at, r->fields, r->field_count);
  (void)h1_put(to, at, tail);
}

/* The reason phrase that is written. Ours are in memory that nobody may write,
 * so that no room holds them. */
/*@ requires \valid_read(r) && h1_readable(r->reason);
    assigns \nothing;
    exits \false;
    ensures h1_readable(\result);
    ensures r->reason.len != 0 ==> \result == r->reason;
    ensures r->reason.len == 0 ==> \forall uint8_t *to, integer n;
      \valid(to + (0 .. n - 1)) ==> apart(to, n, \result); */
static h1_slice reason_of(const h1_response_out *r) {
  if (r->reason.len != 0) return r->reason;
  return h1_slice_of(h1_status_reason(r->status));
}

/*@ requires \valid_read(r) && \valid(size) && \valid(why);
    requires \valid(room.ptr + (0 .. room.len - 1)) && room.len < SIZE_MAX;
    requires h1_readable(r->reason) && h1_readable(r->prepared);
    requires fields_readable(r->fields, r->field_count);
    requires \separated(r, size, why, room.ptr + (0 .. room.len - 1));
    requires apart(room.ptr, room.len, r->reason);
    requires apart(room.ptr, room.len, r->prepared);
    requires fields_apart(room.ptr, room.len, r->fields, r->field_count);
    assigns *size, *why, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED || \result == H1_NEED_ROOM ||
      \result == H1_DONE;
    ensures \result == H1_FAILED <==> *why != H1_OK;
    ensures \result != H1_FAILED ==> head_allowed{Pre}(r);
    ensures \result != H1_FAILED ==>
      fields_allowed{Pre}(r->fields, r->field_count);
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len;
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_response_encode(const h1_response_out *r, h1_room room, size_t *size,
                           h1_error *why) {
  const h1_slice reason = reason_of(r);
  size_t sum = h1_size_add(STATUS_LINE_FIXED + 2, reason.len);
  sum = h1_size_add(sum, r->prepared.len);
  h1_measure all = {check_response(r), 0};
  if (all.fault == H1_OK) {
    all = h1_fields_total(r->fields, r->field_count, 0, sum);
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
  if (fits) put_response(r, reason, tail_bytes, room.ptr, sum);
  *size = sum;
  return fits ? H1_DONE : H1_NEED_ROOM;
}

/* RFC 9110 15 and RFC 6585 5, in order of status. */
typedef struct {
  uint16_t status;
  char text[34];
} reason_row;

static const reason_row kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

const char *h1_status_reason(uint16_t status) {
  const size_t count = sizeof kReasons / sizeof kReasons[0];
  /*@ loop invariant 0 <= i <= count;
      loop assigns i;
      loop variant count - i; */
  for (size_t i = 0; i < count; i++) {
    if (kReasons[i].status == status) return kReasons[i].text;
  }
  return "Unknown";
}
