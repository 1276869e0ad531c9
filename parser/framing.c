/* What follows a head, and whether the connection persists.
 *
 * The plain case, a request with neither Content-Length nor Transfer-Encoding,
 * Connection or Expect, is decided on the `seen` bits alone. Everything else
 * walks the lines of one field in order, so that a list given on several lines
 * is one list (RFC 9110 5.3). */
#include "parser/framing.h"

#include "parser/values.h"

#define SEEN(id) ((uint64_t)1 << (id))

static const h1_slice no_slice = {NULL, 0};

/* ------------------------------------------------------------------ lists */

static bool is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

static h1_slice trimmed(const uint8_t *p, size_t from, size_t end) {
  while (from < end && is_ows(p[from])) from++;
  while (end > from && is_ows(p[end - 1])) end--;
  h1_slice s = {p + from, end - from};
  return s;
}

/* The next of the comma-separated members of one line, empty ones too, trimmed.
 * `*at` starts at 0. False when there is none left; a line that is empty has
 * one empty member. Quotes have no meaning here: none of the lists read this
 * way may hold one, and a member cut out of a quoted string is no token. */
static bool next_member(h1_slice line, size_t *at, h1_slice *member) {
  size_t from = *at;
  if (from > line.len) return false;
  *member = no_slice;
  if (line.len == 0) {
    *at = 1;
    return true;
  }
  size_t end = from;
  while (end < line.len && line.ptr[end] != ',') end++;
  *member = trimmed(line.ptr, from, end);
  *at = end + 1;
  return true;
}

static bool is_token(h1_slice s) {
  size_t i = 0;
  while (i < s.len && (h1_byte_classes[s.ptr[i]] & H1_CLASS_TOKEN) != 0) i++;
  return s.len != 0 && i >= s.len;
}

/* `lower` is lower-case letters, digits and '-'. */
static bool is_word(h1_slice s, const char *lower, size_t len) {
  h1_slice word = {(const uint8_t *)lower, len};
  return s.len == len && h1_slice_equal_nocase(s, word);
}

/* ------------------------------------------------- target and Host: 400 */

/* RFC 9112 3.2: which forms a method may have. CONNECT is not offered, so any
 * target a client may send with it passes on to its 501; its own form with any
 * other method is a fault. */
static h1_error check_target(const h1_request *r, h1_slice *authority) {
  h1_target t;
  if (r->target.len != 0 && r->target.ptr[0] == '/') return H1_OK;
  h1_error fault = h1_target_split(r->target, &t);
  if (fault != H1_OK) return fault;
  *authority = t.form == H1_TARGET_ABSOLUTE ? t.authority : no_slice;
  if (t.form == H1_TARGET_ASTERISK && r->method != H1_OPTIONS) {
    return H1_TARGET_FORM;
  }
  if (t.form == H1_TARGET_AUTHORITY_FORM) {
    bool connect = h1_slice_equal(r->method_text, h1_slice_of("CONNECT"));
    return connect ? H1_OK : H1_TARGET_FORM;
  }
  return H1_OK;
}

/* RFC 9112 3.2: one valid Host on 1.1, at most one on 1.0. */
static h1_error check_host(const h1_request *r, h1_slice *host) {
  const h1_fields *f = &r->fields;
  if (!h1_fields_has(f, H1_FIELD_HOST)) {
    return r->minor_version >= 1 ? H1_HOST_MISSING : H1_OK;
  }
  size_t first = h1_fields_find(f, H1_FIELD_HOST, 0);
  if (h1_fields_find(f, H1_FIELD_HOST, first + 1) < f->count) {
    return H1_HOST_REPEATED;
  }
  *host = h1_fields_value(f, first);
  return h1_authority_valid(*host) ? H1_OK : H1_HOST_INVALID;
}

h1_error h1_request_check(const h1_request *r, h1_slice *authority) {
  h1_slice absolute = no_slice;
  h1_slice host = no_slice;
  h1_error fault = check_target(r, &absolute);
  if (fault == H1_OK) fault = check_host(r, &host);
  /* RFC 9112 3.2.2: the authority of an absolute-form replaces Host. */
  if (absolute.len != 0) host = absolute;
  if (authority != NULL) *authority = fault == H1_OK ? host : no_slice;
  return fault;
}

/* ------------------------------------------------------------ body framing */

/* What the lines of Transfer-Encoding say, taken together. */
typedef struct {
  bool invalid;      /* an empty member, or one that is no coding */
  bool chunked_last; /* the final coding is chunked */
  size_t chunked;    /* how often it stands in the list */
  size_t other;      /* how many other codings do */
} codings;

/* token *( OWS ";" OWS token BWS "=" BWS token ), RFC 9112 7. Quoted values are
 * refused on purpose: who splits the list at a comma inside one reads another
 * list. Chunked has no parameters (RFC 9112 7.1). */
static bool is_coding(h1_slice member) {
  size_t end = 0;
  while (end < member.len && member.ptr[end] != ';') end++;
  if (end == member.len) return is_token(member);
  size_t name_len = end;
  while (name_len > 0 && is_ows(member.ptr[name_len - 1])) name_len--;
  h1_slice name = {member.ptr, name_len};
  if (!is_token(name) || is_word(name, "chunked", 7)) return false;
  h1_slice rest = {member.ptr + end, member.len - end};
  h1_slice parameter, value;
  bool quoted = false;
  int found = 1;
  while (found == 1 && !quoted) {
    found = h1_param_next(&rest, &parameter, &value, &quoted);
  }
  return found == 0 && !quoted;
}

static void count_coding(codings *c, h1_slice member) {
  bool chunked = is_word(member, "chunked", 7);
  c->invalid |= !is_coding(member);
  c->chunked_last = chunked;
  c->chunked += chunked ? 1 : 0;
  c->other += chunked ? 0 : 1;
}

static codings read_codings(const h1_fields *f) {
  codings c = {false, false, 0, 0};
  size_t i = h1_fields_find(f, H1_FIELD_TRANSFER_ENCODING, 0);
  while (i < f->count) {
    h1_slice line = h1_fields_value(f, i);
    h1_slice member;
    size_t at = 0;
    while (next_member(line, &at, &member)) count_coding(&c, member);
    i = h1_fields_find(f, H1_FIELD_TRANSFER_ENCODING, i + 1);
  }
  return c;
}

/* Faults of Transfer-Encoding that requests and responses share. It is unknown
 * to HTTP/1.0 (RFC 9112 6.1), so an intermediary of that version has not seen
 * the framing that we would see. Beside a Content-Length it is the classic
 * request smuggling attack (RFC 9112 6.3, item 3): refused however either is
 * spelt. Members that are no coding are read differently by different
 * recipients. */
static h1_error check_codings(const h1_fields *f, unsigned minor_version,
                              const codings *c) {
  if (minor_version < 1) return H1_CODING_VERSION;
  if (h1_fields_has(f, H1_FIELD_CONTENT_LENGTH)) return H1_LENGTH_WITH_CODING;
  if (c->invalid) return H1_CODING_INVALID;
  /* RFC 9112 6.1: a sender MUST NOT apply chunked more than once. */
  return c->chunked > 1 ? H1_CODING_REPEATED : H1_OK;
}

/* Content-Length, RFC 9110 8.6: 1*DIGIT, once. */
static h1_error read_length(const h1_fields *f, uint64_t *length) {
  size_t first = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, 0);
  size_t second = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, first + 1);
  bool overflow = false;
  if (second < f->count) return H1_LENGTH_REPEATED;
  if (!h1_decimal_decode(h1_fields_value(f, first), length, &overflow)) {
    return overflow ? H1_LENGTH_OVERFLOW : H1_LENGTH_INVALID;
  }
  return H1_OK;
}

static h1_framing framing_of(h1_body_kind kind, uint64_t length) {
  h1_framing framing = {kind, length};
  return framing;
}

/* A request with Transfer-Encoding. RFC 9112 6.3, item 4: without chunked as
 * the final coding its length cannot be known: 400. 6.1: a coding we do not
 * have below it: 501. */
static h1_error request_coding(const h1_request *r) {
  codings c = read_codings(&r->fields);
  h1_error fault = check_codings(&r->fields, r->minor_version, &c);
  if (fault != H1_OK) return fault;
  if (!c.chunked_last) return H1_CODING_NOT_CHUNKED;
  return c.other != 0 ? H1_CODING_UNKNOWN : H1_OK;
}

h1_error h1_framing_of_request(const h1_request *r, h1_framing *out) {
  const uint64_t body =
      SEEN(H1_FIELD_CONTENT_LENGTH) | SEEN(H1_FIELD_TRANSFER_ENCODING);
  h1_error fault = H1_OK;
  *out = framing_of(H1_BODY_NONE, 0);
  /* RFC 9112 6.3, item 7: neither field, no body. */
  if ((r->fields.seen & body) == 0) return H1_OK;
  if (h1_fields_has(&r->fields, H1_FIELD_TRANSFER_ENCODING)) {
    fault = request_coding(r);
    if (fault == H1_OK) *out = framing_of(H1_BODY_CHUNKED, 0);
    return fault;
  }
  /* Items 5 and 6. */
  uint64_t length = 0;
  fault = read_length(&r->fields, &length);
  if (fault == H1_OK) *out = framing_of(H1_BODY_LENGTH, length);
  return fault;
}

/* RFC 9112 6.3, items 1 and 2: no body, whatever the fields say. */
static bool response_has_no_body(uint16_t status, h1_slice method) {
  if (status < 200 || status == 204 || status == 304) return true;
  if (h1_slice_equal(method, h1_slice_of("HEAD"))) return true;
  return status < 300 && h1_slice_equal(method, h1_slice_of("CONNECT"));
}

h1_error h1_framing_of_response(const h1_response *r, h1_slice request_method,
                                h1_framing *out) {
  const h1_fields *f = &r->fields;
  h1_error fault = H1_OK;
  *out = framing_of(H1_BODY_NONE, 0);
  if (response_has_no_body(r->status, request_method)) return H1_OK;
  if (h1_fields_has(f, H1_FIELD_TRANSFER_ENCODING)) {
    codings c = read_codings(f);
    fault = check_codings(f, r->minor_version, &c);
    /* Item 4 lets a response end with the connection when chunked is not last;
     * there is a coding then that we cannot undo, so that it stays refused. */
    if (fault == H1_OK && c.other != 0) fault = H1_CODING_UNKNOWN;
    if (fault == H1_OK) *out = framing_of(H1_BODY_CHUNKED, 0);
    return fault;
  }
  if (!h1_fields_has(f, H1_FIELD_CONTENT_LENGTH)) {
    /* Item 8. */
    *out = framing_of(H1_BODY_UNTIL_CLOSE, 0);
    return H1_OK;
  }
  uint64_t length = 0;
  fault = read_length(f, &length);
  if (fault == H1_OK) *out = framing_of(H1_BODY_LENGTH, length);
  return fault;
}

/* ------------------------------------------------------------- persistence */

/* RFC 9112 9.3. Options are tokens without case (RFC 9110 7.6.1); empty members
 * are ignored (5.6.1.2), "close" wins over "keep-alive". */
static h1_error persistence(const h1_fields *f, unsigned minor_version,
                            bool *persists) {
  bool close = false;
  bool keep = minor_version >= 1;
  bool invalid = false;
  *persists = keep;
  if (!h1_fields_has(f, H1_FIELD_CONNECTION)) return H1_OK;
  size_t i = h1_fields_find(f, H1_FIELD_CONNECTION, 0);
  while (i < f->count) {
    h1_slice line = h1_fields_value(f, i);
    h1_slice member;
    size_t at = 0;
    while (next_member(line, &at, &member)) {
      if (is_word(member, "keep-alive", 10)) {
        keep = true;
      } else if (is_word(member, "close", 5)) {
        close = true;
      } else if (member.len != 0 && !is_token(member)) {
        invalid = true;
      }
    }
    i = h1_fields_find(f, H1_FIELD_CONNECTION, i + 1);
  }
  *persists = keep && !close && !invalid;
  return invalid ? H1_CONNECTION_INVALID : H1_OK;
}

h1_error h1_persistence_of_request(const h1_request *r, bool *persists) {
  return persistence(&r->fields, r->minor_version, persists);
}

h1_error h1_persistence_of_response(const h1_response *r,
                                    const h1_framing *framing, bool *persists) {
  h1_error fault = persistence(&r->fields, r->minor_version, persists);
  if (framing->kind == H1_BODY_UNTIL_CLOSE) *persists = false;
  return fault;
}

/* ------------------------------------------------------------- expectation */

/* RFC 9110 10.1.1: a list of expectations; 100-continue, in any case and
 * without parameters, is the only one defined. */
h1_error h1_expectation_of_request(const h1_request *r,
                                   bool *expects_continue) {
  const h1_fields *f = &r->fields;
  bool expected = false;
  bool unknown = false;
  *expects_continue = false;
  if (!h1_fields_has(f, H1_FIELD_EXPECT) || r->minor_version < 1) return H1_OK;
  size_t i = h1_fields_find(f, H1_FIELD_EXPECT, 0);
  while (i < f->count) {
    h1_slice line = h1_fields_value(f, i);
    h1_slice member;
    size_t at = 0;
    while (next_member(line, &at, &member)) {
      bool known = is_word(member, "100-continue", 12);
      expected |= known;
      unknown |= !known && member.len != 0;
    }
    i = h1_fields_find(f, H1_FIELD_EXPECT, i + 1);
  }
  *expects_continue = expected && !unknown;
  return unknown ? H1_EXPECT_UNKNOWN : H1_OK;
}
