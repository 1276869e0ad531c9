/* Writing response heads, RFC 9112 4 and 5, and the reason phrases of IANA's
 * registry of status codes.
 *
 * The contracts are in proof/response_encode.h, and are proven. */
#include "parser/internal/encode_head.h"
#include "parser/response.h"

static const uint8_t kStatusVersion[] = "HTTP/1.1 ";
static const uint8_t kKeep[] = "Connection: keep-alive\r\nKeep-Alive: timeout=";
static const uint8_t kMax[] = ", max=";

/* Version, three digits and their space. */
#define STATUS_FIXED (sizeof(kStatusVersion) - 1 + 4)

/* The most that put_framing and put_connection write, an unfinished number
 * counted as 20 digits, and the empty line. */
#define FRAMING_MAX H1_LENGTH_MAX
#define CONNECTION_MAX (sizeof(kKeep) - 1 + 20 + sizeof(kMax) - 1 + 20 + 2)
#define RESPONSE_TAIL_MAX \
  (FRAMING_MAX + sizeof(kUpgrade) - 1 + CONNECTION_MAX + 2)

/* IANA's registry (RFC 9110 16.2), in order of status. 306 and 418 are unused,
 * and have none. */
typedef struct {
  uint16_t status;
  char text[34];
} reason_row;

#ifdef __FRAMAC__
#include "parser/proof/response_encode.h"
#endif

static size_t put_framing(const h1_response_out *r, uint8_t *to) {
  if (r->framing == H1_OUT_CHUNKED) return h1_put(to, 0, H1_TEXT(kChunked));
  if (r->framing != H1_OUT_LENGTH) return 0;
  return h1_length_put(to, r->content_length);
}

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

/* `upgrade`: Connection has to say that Upgrade is for this connection (RFC
 * 9110 7.8). */
static size_t put_response_tail(const h1_response_out *r, bool upgrade,
                                uint8_t *to) {
  size_t at = put_framing(r, to);
  if (upgrade) at = h1_put(to, at, H1_TEXT(kUpgrade));
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

static h1_error check_response(const h1_response_out *r) {
  if (r->status < 100 || r->status > 599) return H1_ENCODE_LINE;
  if (!h1_all_of_class(r->reason, H1_CLASS_VALUE)) return H1_ENCODE_LINE;
  /* Whether the connection persists is for the final response to say. */
  if (r->status < 200 && r->connection != H1_CONNECTION_OMIT) {
    return H1_ENCODE_FRAMING;
  }
  return check_framing(r);
}

/* Writes the pieces one after the other; the caller measured them. */
static void put_response(const h1_response_out *r, h1_slice reason,
                         h1_slice tail, uint8_t *to, size_t size) {
  (void)size;
  size_t at = h1_put(to, 0, H1_TEXT(kStatusVersion));
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
static h1_slice reason_of(const h1_response_out *r) {
  if (r->reason.len != 0) return r->reason;
  return h1_slice_of(h1_status_reason(r->status));
}

h1_step h1_response_encode(const h1_response_out *r, h1_buffer room,
                           size_t *size, h1_error *why) {
  const h1_slice reason = reason_of(r);
  size_t sum = h1_size_add(STATUS_FIXED + 2, reason.len);
  sum = h1_size_add(sum, r->prepared.len);
  h1_measure all = {check_response(r), 0, false, false};
  if (all.fault == H1_OK) {
    all = h1_fields_total(r->fields, r->field_count, 0, sum);
  }
  *why = all.fault;
  if (all.fault != H1_OK) {
    *size = 0;
    return H1_FAILED;
  }
  uint8_t tail[RESPONSE_TAIL_MAX];
  const bool upgrade = all.upgrade || r->prepared_upgrade;
  const h1_slice tail_bytes = {tail, put_response_tail(r, upgrade, tail)};
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

static const reason_row kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
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
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
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
