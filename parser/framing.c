/* What follows a head, and whether the connection persists.
 *
 * The plain case, a request with neither Content-Length nor Transfer-Encoding,
 * Connection or Expect, is decided on the `seen` bits alone. Everything else
 * walks the lines of one field in order, so that a list given on several lines
 * is one list (RFC 9110 5.3). */
#include "parser/framing.h"

static const uint8_t CLOSE[] = "close";
static const uint8_t KEEP_ALIVE[] = "keep-alive";
static const uint8_t CONTINUE[] = "100-continue";
static const uint8_t CONNECT[] = "CONNECT";
static const uint8_t HEAD[] = "HEAD";

/* ------------------------------------------------------------------ lists */

/* A member of a list: p[from..end) of the line that it stands in. */
typedef struct {
  size_t from, end;
} span;

/*@ predicate is_trimmed{L}(span s, uint8_t *p, integer from, integer end) =
      from <= s.from <= s.end <= end && h1_all_ows(p, from, s.from) &&
      h1_all_ows(p, s.end, end) &&
      (s.from < s.end ==> !ows_byte(p[s.from]) && !ows_byte(p[s.end - 1]));
    predicate is_chunked_span{L}(span s, uint8_t *p) =
      s.end - s.from == 7 && h1_chunked_at(p, s.from); */

/*@ assigns \nothing;
    ensures \result <==> ows_byte(c); */
static bool is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

/*@ requires from <= end && \valid_read(p + (0 .. end - 1));
    assigns \nothing;
    ensures is_trimmed(\result, p, from, end);
    ensures is_chunked_span(\result, p) <==> h1_chunked_in(p, from, end); */
static span trimmed(const uint8_t *p, size_t from, size_t end) {
  size_t a = from, b = end;
  /*@ loop invariant from <= a <= end && h1_all_ows(p, from, a);
      loop assigns a;
      loop variant end - a; */
  while (a < end && is_ows(p[a])) a++;
  /*@ loop invariant a <= b <= end && h1_all_ows(p, b, end);
      loop assigns b;
      loop variant b; */
  while (b > a && is_ows(p[b - 1])) b--;
  /*@ assert \forall integer x; from <= x && x + 7 <= end &&
        h1_chunked_at(p, x) && h1_all_ows(p, from, x) &&
        h1_all_ows(p, x + 7, end) ==> a == x && b == x + 7; */
  const span s = {a, b};
  return s;
}

/*@ requires h1_readable(line) && s.from <= s.end <= line.len;
    assigns \nothing;
    ensures h1_readable(\result) && \result.len == s.end - s.from; */
static h1_slice slice_of(h1_slice line, span s) {
  const h1_slice member = {line.ptr + s.from, s.end - s.from};
  return member;
}

/* The next of the comma-separated members of one line, empty ones too, trimmed.
 * `*at` starts at 0. False when there is none left; a line that is empty has
 * one empty member. Quotes have no meaning here: none of the lists read this
 * way may hold one, and a member cut out of a quoted string is no token. */
/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    requires \valid(at) && \valid(member);
    requires \separated(at, member, line.ptr + (0 .. line.len - 1));
    assigns *at, *member;
    ensures \result <==> \old(*at) <= line.len;
    ensures !\result ==> *at == \old(*at);
    ensures \result ==> \old(*at) < *at <= line.len + 1;
    ensures \result ==> h1_no_comma(line.ptr, \old(*at), *at - 1);
    ensures \result && *at <= line.len ==> line.ptr[*at - 1] == ',';
    ensures \result ==>
      is_trimmed(*member, line.ptr, \old(*at), *at - 1);
    ensures \result ==> (is_chunked_span(*member, line.ptr) <==>
      h1_chunked_in(line.ptr, \old(*at), *at - 1)); */
static bool next_member(h1_slice line, size_t *at, span *member) {
  const size_t from = *at;
  if (from > line.len) return false;
  size_t end = from;
  /*@ loop invariant from <= end <= line.len;
      loop invariant h1_no_comma(line.ptr, from, end);
      loop assigns end;
      loop variant line.len - end; */
  while (end < line.len && line.ptr[end] != ',') end++;
  *member = trimmed(line.ptr, from, end);
  *at = end + 1;
  return true;
}

/*@ predicate is_token_text{L}(h1_slice s) = s.len > 0 &&
      \forall integer k; 0 <= k < s.len ==> token_byte(s.ptr[k]);
    predicate is_word_text{L}(h1_slice s, uint8_t *lower, integer len) =
      s.len == len &&
      \forall integer k; 0 <= k < len ==>
        h1_lower(s.ptr[k]) == h1_lower(lower[k]); */

/*@ requires h1_readable(s);
    assigns \nothing;
    ensures \result <==> is_token_text(s); */
static bool is_token(h1_slice s) {
  size_t i = 0;
  /*@ loop invariant 0 <= i <= s.len;
      loop invariant \forall integer k; 0 <= k < i ==> token_byte(s.ptr[k]);
      loop assigns i;
      loop variant s.len - i; */
  while (i < s.len && h1_in_class(H1_CLASS_TOKEN, s.ptr[i])) i++;
  return s.len != 0 && i >= s.len;
}

/* `lower` is lower-case letters, digits and '-'. */
/*@ requires h1_readable(s) && \valid_read(lower + (0 .. len - 1));
    assigns \nothing;
    ensures \result <==> is_word_text(s, lower, len); */
static bool is_word(h1_slice s, const uint8_t *lower, size_t len) {
  h1_slice word = {lower, len};
  return h1_slice_equal_nocase(s, word);
}

/*@ assigns \nothing;
    ensures \result <==> c == low || c == low - 32; */
static bool is_letter(uint8_t c, uint8_t low) {
  return c == low || c + 32 == low;
}

/* The one coding that decides, spelt out for the sake of its proof. */
/*@ requires s.from <= s.end && \valid_read(p + (0 .. s.end - 1));
    assigns \nothing;
    ensures \result <==> is_chunked_span(s, p); */
static bool is_chunked(const uint8_t *p, span s) {
  const size_t a = s.from;
  return s.end - a == 7 && is_letter(p[a], 'c') && is_letter(p[a + 1], 'h') &&
         is_letter(p[a + 2], 'u') && is_letter(p[a + 3], 'n') &&
         is_letter(p[a + 4], 'k') && is_letter(p[a + 5], 'e') &&
         is_letter(p[a + 6], 'd');
}

/* ------------------------------------------------- target and Host: 400 */

/* RFC 9112 3.2: which forms a method may have. CONNECT is not offered, so any
 * target a client may send with it passes on to its 501; its own form with any
 * other method is a fault. */
/*@ requires \valid_read(r) && \valid(authority);
    requires h1_readable(r->target) && h1_readable(r->method_text);
    assigns *authority;
    ensures \result == H1_OK && \old(r->target.len == 1 &&
      r->target.ptr[0] == '*') ==> \old(r->method) == H1_OPTIONS; */
static h1_error check_target(const h1_request *r, h1_slice *authority) {
  h1_target t = {H1_TARGET_ORIGIN, {NULL, 0}, {NULL, 0},
                 {NULL, 0},        {NULL, 0}, false};
  if (r->target.len != 0 && r->target.ptr[0] == '/') return H1_OK;
  h1_error fault = h1_target_split(r->target, &t);
  if (fault != H1_OK) return fault;
  if (t.form == H1_TARGET_ASTERISK && r->method != H1_OPTIONS) {
    return H1_TARGET_FORM;
  }
  if (t.form == H1_TARGET_AUTHORITY_FORM) {
    const h1_slice connect = {CONNECT, sizeof CONNECT - 1};
    return h1_slice_equal(r->method_text, connect) ? H1_OK : H1_TARGET_FORM;
  }
  if (t.form == H1_TARGET_ABSOLUTE) *authority = t.authority;
  return H1_OK;
}

/* RFC 9112 3.2: one valid Host on 1.1, at most one on 1.0. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(host);
    assigns *host;
    ensures \result == H1_OK && !h1_seen{Pre}(&r->fields, H1_FIELD_HOST) ==>
      \old(r->minor_version) < 1;
    ensures \result == H1_OK && h1_seen{Pre}(&r->fields, H1_FIELD_HOST) &&
      h1_indexed{Pre}(&r->fields, H1_FIELD_HOST) ==>
        h1_one_line{Pre}(&r->fields, H1_FIELD_HOST); */
static h1_error check_host(const h1_request *r, h1_slice *host) {
  const h1_fields *f = &r->fields;
  if (!h1_fields_has(f, H1_FIELD_HOST)) {
    return r->minor_version >= 1 ? H1_HOST_MISSING : H1_OK;
  }
  size_t first = h1_fields_find(f, H1_FIELD_HOST, 0);
  /* What is `seen` has a line; a caller who says otherwise gets a refusal. */
  if (first >= f->count) return H1_HOST_MISSING;
  if (h1_fields_find(f, H1_FIELD_HOST, first + 1) < f->count) {
    return H1_HOST_REPEATED;
  }
  const h1_slice value = h1_fields_value(f, first);
  /*@ assert h1_indexed(f, H1_FIELD_HOST) ==>
        h1_only_line(f, H1_FIELD_HOST, first, f->count); */
  if (!h1_authority_valid(value)) return H1_HOST_INVALID;
  *host = value;
  return H1_OK;
}

h1_error h1_request_check(const h1_request *r, h1_slice *authority) {
  h1_slice absolute = {NULL, 0};
  h1_slice host = {NULL, 0};
  h1_error fault = check_target(r, &absolute);
  if (fault == H1_OK) fault = check_host(r, &host);
  /* RFC 9112 3.2.2: the authority of an absolute-form replaces Host. */
  if (absolute.len != 0) host = absolute;
  if (fault != H1_OK) host.len = 0;
  if (fault != H1_OK) host.ptr = NULL;
  if (authority != NULL) *authority = host;
  return fault;
}

/* ------------------------------------------------------------ body framing */

/* What the lines of Transfer-Encoding say, taken together. */
typedef struct {
  bool invalid;      /* an empty member, or one that is no coding */
  bool chunked_last; /* the final coding is chunked */
  bool chunked;      /* it stands in the list */
  bool again;        /* more than once */
  bool other;        /* another coding does */
} codings;

/* Whether a ";" in s[from..) has no parameter behind it. RFC 9110 5.6.6 allows
 * that elsewhere; the grammar of a transfer coding does not (RFC 9112 7). */
/*@ requires h1_readable(s) && from <= s.len;
    assigns \nothing; */
static bool lacks_parameter(h1_slice s, size_t from) {
  bool open = false; /* a ";", and only white space since */
  bool lacking = false;
  /*@ loop invariant from <= at <= s.len;
      loop assigns at, open, lacking;
      loop variant s.len - at; */
  for (size_t at = from; at < s.len; at++) {
    const bool begins = s.ptr[at] == ';';
    lacking = lacking || (begins && open);
    open = begins || (open && is_ows(s.ptr[at]));
  }
  return lacking || open;
}

/* token *( OWS ";" OWS token BWS "=" BWS token ), RFC 9112 7. Quoted values are
 * refused on purpose: who splits the list at a comma inside one reads another
 * list. Chunked has no parameters (RFC 9112 7.1). */
/*@ requires h1_readable(member);
    assigns \nothing; */
static bool is_coding(h1_slice member) {
  size_t end = 0;
  /*@ loop invariant 0 <= end <= member.len;
      loop assigns end;
      loop variant member.len - end; */
  while (end < member.len && member.ptr[end] != ';') end++;
  if (end == member.len) return is_token(member);
  size_t name_len = end;
  /*@ loop invariant 0 <= name_len <= end;
      loop assigns name_len;
      loop variant name_len; */
  while (name_len > 0 && is_ows(member.ptr[name_len - 1])) name_len--;
  h1_slice name = {member.ptr, name_len};
  const span whole = {0, name_len};
  if (!is_token(name) || is_chunked(name.ptr, whole)) return false;
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

/*@ predicate is_chunked_alone(codings c) = c.chunked && !c.other && !c.again;
    predicate is_sum(codings c) =
      (!c.chunked && !c.other ==> !c.again && !c.invalid) &&
      (c.chunked_last ==> c.chunked) &&
      (is_chunked_alone(c) ==> c.chunked_last && !c.invalid); */

/* Adds the next member of the list. */
/*@ requires h1_readable(line) && s.from <= s.end <= line.len && is_sum(c);
    assigns \nothing;
    ensures is_sum(\result) && (\result.chunked || \result.other);
    ensures is_chunked_alone(\result) <==>
      !c.chunked && !c.other && is_chunked_span(s, line.ptr); */
static codings add_coding(codings c, h1_slice line, span s) {
  const bool chunked = is_chunked(line.ptr, s);
  const codings sum = {
      .invalid = c.invalid || !(chunked || is_coding(slice_of(line, s))),
      .chunked_last = chunked,
      .chunked = c.chunked || chunked,
      .again = c.again || (c.chunked && chunked),
      .other = c.other || !chunked,
  };
  return sum;
}

/* Adds the members of one line. */
/*@ requires h1_readable(line) && line.len <= UINT32_MAX && is_sum(before);
    assigns \nothing;
    ensures is_sum(\result) && (\result.chunked || \result.other);
    ensures is_chunked_alone(\result) <==> !before.chunked && !before.other &&
      h1_is_chunked(line.ptr, line.len); */
static codings add_line(codings before, h1_slice line) {
  codings c = before;
  span member = {0, 0};
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
  while (next_member(line, &at, &member)) c = add_coding(c, line, member);
  //@ assert at - 1 == line.len;
  return c;
}

/*@ requires h1_fields_sound(f) && h1_indexed(f, H1_FIELD_TRANSFER_ENCODING);
    assigns \nothing;
    ensures is_sum(\result);
    ensures h1_seen(f, H1_FIELD_TRANSFER_ENCODING) ==>
      \result.chunked || \result.other;
    ensures is_chunked_alone(\result) <==> h1_chunked_alone(f, f->count); */
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
/*@ requires \valid_read(f) && \valid_read(c) && is_sum(*c);
    assigns \nothing;
    ensures minor_version < 1 ==> \result == H1_CODING_VERSION;
    ensures minor_version >= 1 && h1_seen(f, H1_FIELD_CONTENT_LENGTH) ==>
      \result == H1_LENGTH_WITH_CODING;
    ensures \result == H1_OK <==> minor_version >= 1 &&
      !h1_seen(f, H1_FIELD_CONTENT_LENGTH) && !c->invalid && !c->again; */
static h1_error check_codings(const h1_fields *f, unsigned minor_version,
                              const codings *c) {
  if (minor_version < 1) return H1_CODING_VERSION;
  if (h1_fields_has(f, H1_FIELD_CONTENT_LENGTH)) return H1_LENGTH_WITH_CODING;
  if (c->invalid) return H1_CODING_INVALID;
  /* RFC 9112 6.1: a sender MUST NOT apply chunked more than once. */
  return c->again ? H1_CODING_REPEATED : H1_OK;
}

/* Content-Length, RFC 9110 8.6: 1*DIGIT, once. */
/*@ requires h1_fields_sound(f) && h1_indexed(f, H1_FIELD_CONTENT_LENGTH);
    requires h1_seen(f, H1_FIELD_CONTENT_LENGTH) && \valid(length);
    assigns *length;
    ensures \result == H1_OK ==> h1_length_alone{Pre}(f, *length);
    ensures \result != H1_OK ==>
      \forall integer n; !h1_length_alone{Pre}(f, n); */
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

/*@ assigns \nothing;
    ensures \result.kind == kind && \result.length == length; */
static h1_framing framing_of(h1_body_kind kind, uint64_t length) {
  h1_framing framing = {kind, length};
  return framing;
}

/* A request with Transfer-Encoding. RFC 9112 6.3, item 4: without chunked as
 * the final coding its length cannot be known: 400. 6.1: a coding we do not
 * have below it: 501. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    assigns \nothing;
    ensures \result == H1_OK <==> r->minor_version >= 1 &&
      !h1_seen(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_chunked_alone(&r->fields, r->fields.count);
    ensures r->minor_version < 1 ==> \result == H1_CODING_VERSION;
    ensures r->minor_version >= 1 &&
      h1_seen(&r->fields, H1_FIELD_CONTENT_LENGTH) ==>
        \result == H1_LENGTH_WITH_CODING; */
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

/* RFC 9112 6.3, items 1 and 2: no body, whatever the fields say. */
/*@ requires h1_readable(method);
    assigns \nothing;
    ensures status < 200 || status == 204 || status == 304 ==> \result;
    ensures \result ==> status < 300 || status == 304 || method.len == 4; */
static bool response_has_no_body(uint16_t status, h1_slice method) {
  const h1_slice head = {HEAD, sizeof HEAD - 1};
  const h1_slice connect = {CONNECT, sizeof CONNECT - 1};
  if (status < 200 || status == 204 || status == 304) return true;
  if (h1_slice_equal(method, head)) return true;
  return status < 300 && h1_slice_equal(method, connect);
}

/* A response with Transfer-Encoding. RFC 9112 6.3, item 4 lets it end with the
 * connection when chunked is not last; there is a coding then that we cannot
 * undo, so that it stays refused. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    assigns \nothing;
    ensures \result == H1_OK && h1_seen(&r->fields, H1_FIELD_TRANSFER_ENCODING)
      ==> r->minor_version >= 1 &&
        !h1_seen(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
        h1_chunked_alone(&r->fields, r->fields.count); */
static h1_error response_coding(const h1_response *r) {
  const codings c = read_codings(&r->fields);
  const h1_error fault = check_codings(&r->fields, r->minor_version, &c);
  if (fault != H1_OK) return fault;
  return c.other ? H1_CODING_UNKNOWN : H1_OK;
}

h1_error h1_framing_of_response(const h1_response *r, h1_slice request_method,
                                h1_framing *out) {
  const h1_fields *f = &r->fields;
  h1_framing framing = framing_of(H1_BODY_NONE, 0);
  h1_error fault = H1_OK;
  if (response_has_no_body(r->status, request_method)) {
    *out = framing;
    return H1_OK;
  }
  if (h1_fields_has(f, H1_FIELD_TRANSFER_ENCODING)) {
    fault = response_coding(r);
    if (fault == H1_OK) framing = framing_of(H1_BODY_CHUNKED, 0);
  } else if (h1_fields_has(f, H1_FIELD_CONTENT_LENGTH)) {
    uint64_t length = 0;
    fault = read_length(f, &length);
    if (fault == H1_OK) framing = framing_of(H1_BODY_LENGTH, length);
  } else {
    /* Item 8. */
    framing = framing_of(H1_BODY_UNTIL_CLOSE, 0);
  }
  *out = framing;
  return fault;
}

/* ------------------------------------------------------------- persistence */

/* What the lines of Connection say, taken together. */
typedef struct {
  bool close, keep, invalid;
} options;

/* Options are tokens without case (RFC 9110 7.6.1); empty members are ignored
 * (5.6.1.2). */
/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    assigns \nothing;
    ensures before.close ==> \result.close;
    ensures before.keep ==> \result.keep;
    ensures before.invalid ==> \result.invalid; */
static options add_options(options before, h1_slice line) {
  options o = before;
  span member = {0, 0};
  size_t at = 0;
  /*@ loop invariant at <= line.len + 1;
      loop invariant before.close ==> o.close;
      loop invariant before.keep ==> o.keep;
      loop invariant before.invalid ==> o.invalid;
      loop assigns o, member, at;
      loop variant line.len + 1 - at; */
  while (next_member(line, &at, &member)) {
    const h1_slice option = slice_of(line, member);
    if (is_word(option, KEEP_ALIVE, sizeof KEEP_ALIVE - 1)) {
      o.keep = true;
    } else if (is_word(option, CLOSE, sizeof CLOSE - 1)) {
      o.close = true;
    } else if (option.len != 0 && !is_token(option)) {
      o.invalid = true;
    }
  }
  return o;
}

/* RFC 9112 9.3: "close" wins over "keep-alive". */
/*@ requires h1_fields_sound(f) && \valid(persists);
    requires \separated(persists, f, f->headers + (0 .. f->count - 1),
                        f->base.ptr + (0 .. f->base.len - 1));
    assigns *persists;
    ensures !h1_seen(f, H1_FIELD_CONNECTION) ==>
      \result == H1_OK && (*persists <==> minor_version >= 1);
    ensures \result == H1_OK || \result == H1_CONNECTION_INVALID;
    ensures \result != H1_OK ==> !*persists; */
static h1_error persistence(const h1_fields *f, unsigned minor_version,
                            bool *persists) {
  options o = {false, minor_version >= 1, false};
  *persists = o.keep;
  if (!h1_fields_has(f, H1_FIELD_CONNECTION)) return H1_OK;
  size_t i = h1_fields_find(f, H1_FIELD_CONNECTION, 0);
  /*@ loop invariant i <= f->count;
      loop assigns i, o;
      loop variant f->count - i; */
  while (i < f->count) {
    o = add_options(o, h1_fields_value(f, i));
    i = h1_fields_find(f, H1_FIELD_CONNECTION, i + 1);
  }
  *persists = o.keep && !o.close && !o.invalid;
  return o.invalid ? H1_CONNECTION_INVALID : H1_OK;
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

/* What the lines of Expect say, taken together. */
typedef struct {
  bool expected, unknown;
} expectations;

/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    assigns \nothing;
    ensures before.unknown ==> \result.unknown; */
static expectations add_expectations(expectations before, h1_slice line) {
  expectations e = before;
  span member = {0, 0};
  size_t at = 0;
  /*@ loop invariant at <= line.len + 1;
      loop invariant before.unknown ==> e.unknown;
      loop assigns e, member, at;
      loop variant line.len + 1 - at; */
  while (next_member(line, &at, &member)) {
    const h1_slice text = slice_of(line, member);
    const bool known = is_word(text, CONTINUE, sizeof CONTINUE - 1);
    e.expected = e.expected || known;
    e.unknown = e.unknown || (!known && text.len != 0);
  }
  return e;
}

/* RFC 9110 10.1.1: a list of expectations; 100-continue, in any case and
 * without parameters, is the only one defined. */
h1_error h1_expectation_of_request(const h1_request *r,
                                   bool *expects_continue) {
  const h1_fields *f = &r->fields;
  expectations e = {false, false};
  *expects_continue = false;
  if (!h1_fields_has(f, H1_FIELD_EXPECT) || r->minor_version < 1) return H1_OK;
  size_t i = h1_fields_find(f, H1_FIELD_EXPECT, 0);
  /*@ loop invariant i <= f->count;
      loop assigns i, e;
      loop variant f->count - i; */
  while (i < f->count) {
    e = add_expectations(e, h1_fields_value(f, i));
    i = h1_fields_find(f, H1_FIELD_EXPECT, i + 1);
  }
  *expects_continue = e.expected && !e.unknown;
  return e.unknown ? H1_EXPECT_UNKNOWN : H1_OK;
}
