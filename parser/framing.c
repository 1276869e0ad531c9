/* What follows a head.
 *
 * The plain case, a request with neither Content-Length nor Transfer-Encoding,
 * is decided on the `seen` bits alone. Everything else
 * walks the lines of one field in order, so that a list given on several lines
 * is one list (RFC 9110 5.3).
 *
 * The contracts are in proof/framing.h and proof/framing_api.h, and are
 * proven. */
#include "parser/framing.h"

#include "parser/internal/members.h"

static const uint8_t CONNECT[] = "CONNECT";
static const uint8_t HEAD[] = "HEAD";

/* What the lines of Transfer-Encoding say, taken together. */
typedef struct {
  bool invalid;      /* an empty member, or one that is no coding */
  bool chunked_last; /* the final coding is chunked */
  bool chunked;      /* it stands in the list */
  bool again;        /* more than once */
  bool other;        /* another coding does */
} codings;

/* What the lines of Content-Length say, taken together. */
typedef struct {
  h1_error fault;
  bool any;
  uint64_t length;
} lengths;

#ifdef __FRAMAC__
#include "parser/proof/framing.h"
#endif

/* The one coding that decides, spelt out for the sake of its proof. */
static bool is_chunked(const uint8_t *p, h1_span s) {
  const size_t a = s.from;
  return s.end - a == 7 && h1_is_letter(p[a], 'c') &&
         h1_is_letter(p[a + 1], 'h') && h1_is_letter(p[a + 2], 'u') &&
         h1_is_letter(p[a + 3], 'n') && h1_is_letter(p[a + 4], 'k') &&
         h1_is_letter(p[a + 5], 'e') && h1_is_letter(p[a + 6], 'd');
}

/* ------------------------------------------------------------ body framing */

/* Whether a ";" in s[from..) has no parameter after it. RFC 9110 5.6.6 allows
 * that elsewhere; the grammar of a transfer coding does not (RFC 9112 7). */
static bool lacks_parameter(h1_slice s, size_t from) {
  bool open = false; /* a ";", and only white space since */
  bool lacking = false;
  /*@ loop invariant from <= at <= s.len;
      loop assigns at, open, lacking;
      loop variant s.len - at; */
  for (size_t at = from; at < s.len; at++) {
    const bool begins = s.ptr[at] == ';';
    lacking = lacking || (begins && open);
    open = begins || (open && h1_is_ows(s.ptr[at]));
  }
  return lacking || open;
}

/* token *( OWS ";" OWS token BWS "=" BWS token ), RFC 9112 7. Quoted values are
 * refused on purpose: who splits the list at a comma inside one reads another
 * list. Chunked has no parameters (RFC 9112 7.1). */
static bool is_coding(h1_slice member) {
  size_t end = 0;
  /*@ loop invariant 0 <= end <= member.len;
      loop assigns end;
      loop variant member.len - end; */
  while (end < member.len && member.ptr[end] != ';') end++;
  if (end == member.len) return h1_is_token_slice(member);
  size_t name_len = end;
  /*@ loop invariant 0 <= name_len <= end;
      loop assigns name_len;
      loop variant name_len; */
  while (name_len > 0 && h1_is_ows(member.ptr[name_len - 1])) name_len--;
  h1_slice name = {member.ptr, name_len};
  const h1_span whole = {0, name_len};
  if (!h1_is_token_slice(name) || is_chunked(name.ptr, whole)) return false;
  if (lacks_parameter(member, end)) return false;
  h1_slice rest = {member.ptr + end, member.len - end};
  h1_slice parameter = {NULL, 0}, value = {NULL, 0};
  bool quoted = false;
  int found = 1;
  /*@ loop invariant h1_readable(rest);
      loop assigns found, rest, parameter, value, quoted;
      loop variant rest.len + (found == 1 ? 1 : 0); */
  while (found == 1 && !quoted) {
    found = h1_param_next(&rest, &parameter, &value, &quoted);
  }
  return found == 0 && !quoted;
}

/* Adds the next member of the list. */
static codings add_coding(codings c, h1_slice line, h1_span s) {
  const bool chunked = is_chunked(line.ptr, s);
  const codings sum = {
      .invalid = c.invalid || !(chunked || is_coding(h1_member_slice(line, s))),
      .chunked_last = chunked,
      .chunked = c.chunked || chunked,
      .again = c.again || (c.chunked && chunked),
      .other = c.other || !chunked,
  };
  return sum;
}

/* Adds the members of one line. */
static codings add_line(codings before, h1_slice line) {
  codings c = before;
  h1_span member = {0, 0};
  size_t at = 0;
  /*@ loop invariant is_sum(c) && at <= line.len + 1;
      loop invariant at == 0 ==> c == before;
      loop invariant at > 0 ==> c.chunked || c.other;
      loop invariant 0 < at <= line.len ==> line.ptr[at - 1] == ',';
      loop invariant at > 0 ==> (is_chunked_alone(c) <==>
        !before.chunked && !before.other &&
        h1_no_comma(line.ptr, 0, at - 1) &&
        h1_chunked_in(line.ptr, 0, at - 1));
      loop assigns c, member, at;
      loop variant line.len + 1 - at; */
  while (h1_next_member(line, &at, &member)) c = add_coding(c, line, member);
  //@ assert at - 1 == line.len;
  return c;
}

static codings read_codings(const h1_fields *f) {
  codings c = {false, false, false, false, false};
  size_t i = h1_fields_find(f, H1_FIELD_TRANSFER_ENCODING, 0);
  /*@ loop invariant i <= f->count && is_sum(c);
      loop invariant i < f->count ==>
        h1_line_of(f, H1_FIELD_TRANSFER_ENCODING, i);
      loop invariant !c.chunked && !c.other <==>
        h1_no_line(f, H1_FIELD_TRANSFER_ENCODING, 0, i);
      loop invariant is_chunked_alone(c) <==> h1_chunked_alone(f, i);
      loop assigns i, c;
      loop variant f->count - i; */
  while (i < f->count) {
    const size_t here = i;
    c = add_line(c, h1_fields_value(f, here));
    i = h1_fields_find(f, H1_FIELD_TRANSFER_ENCODING, here + 1);
    /*@ assert \forall integer j;
          h1_only_line(f, H1_FIELD_TRANSFER_ENCODING, j, i) ==> j == here; */
    /*@ assert h1_only_line(f, H1_FIELD_TRANSFER_ENCODING, here, i) <==>
          h1_no_line(f, H1_FIELD_TRANSFER_ENCODING, 0, here); */
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
  return c->again ? H1_CODING_REPEATED : H1_OK;
}

/* Content-Length, RFC 9110 8.6: 1*DIGIT, once. */
static h1_error read_length(const h1_fields *f, uint64_t *length) {
  size_t first = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, 0);
  size_t second = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, first + 1);
  bool overflow = false;
  uint64_t value = 0;
  /*@ assert \forall integer j;
        h1_only_line(f, H1_FIELD_CONTENT_LENGTH, j, f->count) ==>
          j == first && second >= f->count; */
  if (second < f->count) return H1_LENGTH_REPEATED;
  if (!h1_decimal_decode(h1_fields_value(f, first), &value, &overflow)) {
    return overflow ? H1_LENGTH_OVERFLOW : H1_LENGTH_INVALID;
  }
  *length = value;
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
  return c.other ? H1_CODING_UNKNOWN : H1_OK;
}

h1_error h1_framing_of_request(const h1_request *r, h1_framing *out) {
  const h1_fields *f = &r->fields;
  h1_framing framing = framing_of(H1_BODY_NONE, 0);
  h1_error fault = H1_OK;
  if (h1_fields_has(f, H1_FIELD_TRANSFER_ENCODING)) {
    fault = request_coding(r);
    if (fault == H1_OK) framing = framing_of(H1_BODY_CHUNKED, 0);
  } else if (h1_fields_has(f, H1_FIELD_CONTENT_LENGTH)) {
    /* RFC 9112 6.3, items 5 and 6; without either field, item 7: no body. */
    uint64_t length = 0;
    fault = read_length(f, &length);
    //@ assert fault == H1_OK ==> h1_length_alone(f, length);
    if (fault == H1_OK) framing = framing_of(H1_BODY_LENGTH, length);
    //@ assert fault == H1_OK ==> h1_length_alone(f, framing.length);
  }
  /*@ assert fault == H1_OK && framing.kind == H1_BODY_LENGTH ==>
        h1_length_alone(f, framing.length); */
  *out = framing;
  return fault;
}

/* RFC 9112 6.3, item 2, and RFC 9110 15.2.2: what follows is no HTTP. */
static bool opens_tunnel(uint16_t status, h1_slice method) {
  const h1_slice connect = {CONNECT, sizeof CONNECT - 1};
  if (status == 101) return true;
  return status >= 200 && status < 300 && h1_slice_equal(method, connect);
}

/* RFC 9112 6.3, item 1: no body, whatever the fields say. A status below 100 is
 * none, and taken for a 5xx. */
static bool response_has_no_body(uint16_t status, h1_slice method) {
  const h1_slice head = {HEAD, sizeof HEAD - 1};
  if (status >= 100 && status < 200) return true;
  return status == 204 || status == 304 || h1_slice_equal(method, head);
}

static bool tolerates(const h1_response *r, uint32_t tolerance) {
  return (r->tolerances & tolerance) != 0;
}

/* A response with Transfer-Encoding. The caller undoes other codings, if it
 * can; where chunked is not the last of them the connection's end is that of
 * the body (RFC 9112 6.3, item 4). */
static h1_error response_coding(const h1_response *r, h1_framing *out) {
  const codings c = read_codings(&r->fields);
  const unsigned version =
      tolerates(r, H1_TOLERATE_HTTP10_CHUNKED) ? 1 : r->minor_version;
  const h1_error fault = check_codings(&r->fields, version, &c);
  if (fault != H1_OK) return fault;
  *out = framing_of(c.chunked_last ? H1_BODY_CHUNKED : H1_BODY_UNTIL_CLOSE, 0);
  return H1_OK;
}

/* Adds the numbers of one line, which must all be the same one. */
static lengths add_lengths(lengths before, h1_slice line) {
  lengths all = before;
  h1_span member = {0, 0};
  size_t at = 0;
  uint64_t length = 0;
  bool overflow = false;
  /*@ loop invariant at <= line.len + 1;
      loop invariant all.any ==> all.length <= INT64_MAX;
      loop assigns all, member, at, length, overflow;
      loop variant line.len + 1 - at; */
  while (all.fault == H1_OK && h1_next_member(line, &at, &member)) {
    if (!h1_decimal_decode(h1_member_slice(line, member), &length, &overflow)) {
      all.fault = overflow ? H1_LENGTH_OVERFLOW : H1_LENGTH_INVALID;
    } else if (all.any && length != all.length) {
      all.fault = H1_LENGTH_REPEATED;
    } else {
      all.length = length;
      all.any = true;
    }
  }
  return all;
}

/* Content-Length, once or again as the same number (RFC 9110 8.6). */
static h1_error read_equal_lengths(const h1_fields *f, uint64_t *length) {
  lengths all = {H1_OK, false, 0};
  size_t i = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, 0);
  /*@ loop invariant i <= f->count;
      loop invariant all.any ==> all.length <= INT64_MAX;
      loop assigns i, all;
      loop variant f->count - i; */
  while (i < f->count && all.fault == H1_OK) {
    all = add_lengths(all, h1_fields_value(f, i));
    i = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, i + 1);
  }
  if (all.fault != H1_OK) return all.fault;
  if (!all.any) return H1_LENGTH_INVALID;
  *length = all.length;
  return H1_OK;
}

/* Content-Length of a response that has it. */
static h1_error response_length(const h1_response *r, h1_framing *out) {
  uint64_t length = 0;
  const h1_error fault = tolerates(r, H1_TOLERATE_EQUAL_LENGTHS)
                             ? read_equal_lengths(&r->fields, &length)
                             : read_length(&r->fields, &length);
  if (fault == H1_OK) *out = framing_of(H1_BODY_LENGTH, length);
  return fault;
}

/* A second Content-Length is a fault even where there is no body: whoever gets
 * the body one day takes either. */
static h1_error check_no_body(const h1_response *r) {
  const h1_fields *f = &r->fields;
  const size_t first = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, 0);
  if (first >= f->count || tolerates(r, H1_TOLERATE_EQUAL_LENGTHS)) {
    return H1_OK;
  }
  const size_t next = h1_fields_find(f, H1_FIELD_CONTENT_LENGTH, first + 1);
  return next < f->count ? H1_LENGTH_REPEATED : H1_OK;
}

/* A response that is framed by its fields. */
static h1_error framing_by_fields(const h1_response *r, h1_framing *out) {
  const h1_fields *f = &r->fields;
  if (h1_fields_has(f, H1_FIELD_TRANSFER_ENCODING)) {
    return response_coding(r, out);
  }
  if (h1_fields_has(f, H1_FIELD_CONTENT_LENGTH)) return response_length(r, out);
  *out = framing_of(H1_BODY_UNTIL_CLOSE, 0); /* Item 8. */
  return H1_OK;
}

h1_error h1_framing_of_response(const h1_response *r, h1_slice request_method,
                                h1_framing *out) {
  h1_framing framing = framing_of(H1_BODY_NONE, 0);
  h1_error fault = H1_OK;
  if (opens_tunnel(r->status, request_method)) {
    framing = framing_of(H1_BODY_TUNNEL, 0);
  } else if (response_has_no_body(r->status, request_method)) {
    fault = check_no_body(r);
  } else {
    fault = framing_by_fields(r, &framing);
  }
  *out = framing;
  return fault;
}
