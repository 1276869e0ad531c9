/* Field values: slices, decimals, lists, parameters, media types and quality.
 *
 * Everything walks one base pointer by index and stops at the first byte that
 * does not fit; a function either takes the whole of what it was given or says
 * so. Dates, ranges and entity tags have files of their own beside this one. */
#include "parser/values.h"

/*@ assigns \nothing;
    ensures \result <==> ows_byte(c); */
static bool is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

/*@ assigns \nothing;
    ensures \result == h1_lower(c); */
static uint8_t lower(uint8_t c) {
  return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures h1_readable(\result);
    ensures \result.ptr == p + from && \result.len == to - from;
    ensures \forall integer i; 0 <= i < to - from ==>
      \result.ptr[i] == p[from + i]; */
static h1_slice part(const uint8_t *p, size_t from, size_t to) {
  h1_slice s = {p + from, to - from};
  return s;
}

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> ows_byte(p[k]);
    ensures \result < n ==> !ows_byte(p[\result]); */
static size_t skip_ows(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==> ows_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && is_ows(p[i])) i++;
  return i;
}

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> token_byte(p[k]);
    ensures \result < n ==> !token_byte(p[\result]); */
static size_t skip_token(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==> token_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && h1_in_class(H1_CLASS_TOKEN, p[i])) i++;
  return i;
}

/* ---- slices ---- */

bool h1_slice_equal_nocase(h1_slice a, h1_slice b) {
  if (a.len != b.len) return false;
  /*@ loop invariant 0 <= i <= a.len;
      loop invariant \forall integer k; 0 <= k < i ==>
        h1_lower(a.ptr[k]) == h1_lower(b.ptr[k]);
      loop assigns i;
      loop variant a.len - i; */
  for (size_t i = 0; i < a.len; i++) {
    if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
  }
  return true;
}

bool h1_slice_equal(h1_slice a, h1_slice b) {
  if (a.len != b.len) return false;
  /*@ loop invariant 0 <= i <= a.len;
      loop invariant \forall integer k; 0 <= k < i ==> a.ptr[k] == b.ptr[k];
      loop assigns i;
      loop variant a.len - i; */
  for (size_t i = 0; i < a.len; i++) {
    if (a.ptr[i] != b.ptr[i]) return false;
  }
  return true;
}

h1_slice h1_slice_of(const char *text) {
  size_t n = 0;
  /*@ loop invariant \forall integer k; 0 <= k < n ==> text[k] != 0;
      loop invariant \forall integer end; 0 <= end && text[end] == 0 ==>
        n <= end;
      loop assigns n;
      loop variant SIZE_MAX - n; */
  while (text[n] != '\0') n++;
  h1_slice s = {(const uint8_t *)text, n};
  return s;
}

/* ---- decimal ---- */

bool h1_decimal_decode(h1_slice s, uint64_t *out, bool *overflow) {
  const uint64_t max = INT64_MAX;
  uint64_t value = 0;
  bool over = false;
  size_t i = 0;
  /*@ loop invariant 0 <= i <= s.len && h1_digits(s.ptr, 0, i);
      loop invariant over <==> h1_number(s.ptr, 0, i) > max;
      loop invariant !over ==> value == h1_number(s.ptr, 0, i);
      loop assigns i, over, value;
      loop variant s.len - i; */
  while (i < s.len && h1_in_class(H1_CLASS_DIGIT, s.ptr[i])) {
    const uint64_t digit = (uint64_t)(s.ptr[i] - '0');
    if (value > (max - digit) / 10) over = true;
    /* Once over, the digits are only checked, not counted. */
    if (!over) value = value * 10 + digit;
    i++;
  }
  const bool digits = s.len > 0 && i == s.len;
  if (overflow != NULL) *overflow = digits && over;
  if (!digits || over) return false;
  *out = value;
  return true;
}

/* What is left of a number when so many of its digits have been counted. */
/*@ predicate digits_left(integer digits, integer rest) =
      (digits == 1 ==> rest <= UINT64_MAX) &&
      (digits == 2 ==> rest <= 1844674407370955161) &&
      (digits == 3 ==> rest <= 184467440737095516) &&
      (digits == 4 ==> rest <= 18446744073709551) &&
      (digits == 5 ==> rest <= 1844674407370955) &&
      (digits == 6 ==> rest <= 184467440737095) &&
      (digits == 7 ==> rest <= 18446744073709) &&
      (digits == 8 ==> rest <= 1844674407370) &&
      (digits == 9 ==> rest <= 184467440737) &&
      (digits == 10 ==> rest <= 18446744073) &&
      (digits == 11 ==> rest <= 1844674407) &&
      (digits == 12 ==> rest <= 184467440) &&
      (digits == 13 ==> rest <= 18446744) &&
      (digits == 14 ==> rest <= 1844674) &&
      (digits == 15 ==> rest <= 184467) &&
      (digits == 16 ==> rest <= 18446) &&
      (digits == 17 ==> rest <= 1844) &&
      (digits == 18 ==> rest <= 184) &&
      (digits == 19 ==> rest <= 18) &&
      (digits == 20 ==> rest <= 1); */
size_t h1_decimal_encode(uint64_t n, uint8_t *room) {
  uint64_t rest = n;
  size_t digits = 1;
  /*@ loop invariant 1 <= digits <= 20 && digits_left(digits, rest);
      loop invariant rest == h1_tenth(n, digits - 1);
      loop invariant digits > 1 ==> rest > 0;
      loop assigns rest, digits;
      loop variant rest; */
  while (rest >= 10) {
    rest /= 10;
    digits++;
  }
  rest = n;
  /*@ loop invariant 0 <= i <= digits && h1_digits(room, i, digits);
      loop invariant rest == h1_tenth(n, digits - i);
      loop invariant \forall integer k; i <= k < digits ==>
        room[k] == '0' + h1_tenth(n, digits - 1 - k) % 10;
      loop assigns i, rest, room[0 .. digits - 1];
      loop variant i; */
  for (size_t i = digits; i > 0; i--) {
    room[i - 1] = (uint8_t)('0' + rest % 10);
    rest /= 10;
  }
  return digits;
}

/* ---- lists, RFC 9110 5.6.1 ---- */

/* The index of the quote that closes the string whose opening quote is at
 * `from`, or n when it does not close. Its content is not judged. */
/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from < \result <= n;
    ensures \result < n ==> p[\result] == '"'; */
static size_t quoted_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  /*@ loop invariant from < i <= n;
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '"') {
    /* A quoted pair hides its second byte, a quote above all. */
    i += (p[i] == '\\' && n - i > 1) ? 2 : 1;
  }
  return i;
}

/* The index of the comma that ends the member at `from`, or n. */
/*@ requires from < n && \valid_read(p + (0 .. n - 1)) && p[from] != ',';
    requires \valid(malformed) && \separated(malformed, p + (0 .. n - 1));
    assigns *malformed;
    ensures from < \result <= n;
    ensures \result < n ==> p[\result] == ','; */
static size_t member_end(const uint8_t *p, size_t from, size_t n,
                         bool *malformed) {
  bool open = false;
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop assigns i, open;
      loop variant n - i; */
  while (i < n && p[i] != ',') {
    if (p[i] == '"') i = quoted_end(p, i, n);
    open = i >= n;
    if (!open) i++;
  }
  if (open) *malformed = true;
  return i;
}

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures from <= \result <= to;
    ensures \result > from ==> !ows_byte(p[\result - 1]);
    ensures \forall integer k; \result <= k < to ==> ows_byte(p[k]); */
static size_t trim_end(const uint8_t *p, size_t from, size_t to) {
  size_t end = to;
  /*@ loop invariant from <= end <= to;
      loop invariant \forall integer k; end <= k < to ==> ows_byte(p[k]);
      loop assigns end;
      loop variant end; */
  while (end > from && is_ows(p[end - 1])) end--;
  return end;
}

/* The next member of one line from `*at` on; false when the line has none. */
/*@ requires h1_readable(line) && \valid(at);
    requires \valid(malformed) && \valid(member);
    requires \separated(at, malformed, member,
                        line.ptr + (0 .. line.len - 1));
    assigns *at, *malformed, *member;
    ensures \result ==> \old(*at) < *at <= line.len;
    ensures \result ==> h1_readable(*member) && 0 < member->len <= line.len; */
static bool line_next(h1_slice line, size_t *at, bool *malformed,
                      h1_slice *member) {
  size_t from = *at;
  /*@ loop invariant \at(*at, Pre) <= from;
      loop invariant from <= line.len || from == \at(*at, Pre);
      loop assigns from;
      loop variant line.len - from; */
  while (from < line.len && (line.ptr[from] == ',' || is_ows(line.ptr[from]))) {
    from++;
  }
  if (from >= line.len) return false;
  const size_t comma = member_end(line.ptr, from, line.len, malformed);
  *member = part(line.ptr, from, trim_end(line.ptr, from, comma));
  *at = comma;
  return true;
}

bool h1_list_next(h1_list *l, h1_slice *member) {
  const h1_fields *f = l->fields;
  const h1_field_id id = l->id;
  size_t line = h1_fields_find(f, id, l->line);
  size_t at = line == l->line ? l->at : 0;
  bool found = false, malformed = false;
  h1_slice next = {NULL, 0};
  /*@ loop invariant line <= f->count && (line < f->count ==> line >= l->line);
      loop invariant line == l->line && line < f->count ==> at >= l->at;
      loop invariant found ==> line < f->count;
      loop invariant found && line == l->line ==> at > l->at;
      loop invariant found ==> h1_readable(next) && next.len > 0;
      loop assigns line, at, found, malformed, next;
      loop variant f->count - line + (found ? 0 : 1); */
  while (!found && line < f->count) {
    found = line_next(h1_fields_value(f, line), &at, &malformed, &next);
    if (!found) {
      line = h1_fields_find(f, id, line + 1);
      at = 0;
    }
  }
  if (found) *member = next;
  if (malformed) l->malformed = true;
  l->line = line;
  l->at = at;
  return found;
}

/* ---- parameters, RFC 9110 5.6.6 ---- */

/* The index of the closing quote of the quoted string whose opening quote is at
 * `from`, or n when it does not close or holds a byte it may not. */
/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from < \result <= n;
    ensures \result < n ==> p[\result] == '"' &&
      \forall integer k; from < k < \result ==> value_byte(p[k]); */
static size_t quoted_string_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  /*@ loop invariant from < i <= n;
      loop invariant \forall integer k; from < k < i ==> value_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '"') {
    if (p[i] == '\\') i++;
    if (i >= n || !h1_in_class(H1_CLASS_VALUE, p[i])) return n;
    i++;
  }
  return i < n ? i : n;
}

/* Skips *( OWS ";" OWS ): empty parameters are allowed. `*separated` tells
 * whether there was at least one ";". */
/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    requires \valid(separated) && \separated(separated, p + (0 .. n - 1));
    assigns *separated;
    ensures from <= \result <= n;
    ensures *separated ==> \result > from; */
static size_t skip_separators(const uint8_t *p, size_t from, size_t n,
                              bool *separated) {
  size_t i = skip_ows(p, from, n);
  bool found = false;
  /*@ loop invariant from <= i <= n && (found ==> i > from);
      loop assigns i, found;
      loop variant n - i; */
  while (i < n && p[i] == ';') {
    found = true;
    i = skip_ows(p, i + 1, n);
  }
  *separated = found;
  return i;
}

/* A parameter as indices. */
typedef struct {
  size_t name_at, name_end, value_at, value_end;
  size_t next; /* behind it, and behind the closing quote */
  bool quoted;
} param;

/* The value of a parameter, which starts at `from`; false when malformed. */
/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns out->value_at, out->value_end, out->next, out->quoted;
    ensures \result ==>
      from <= out->value_at <= out->value_end <= out->next <= n;
    ensures \result ==> out->next > from;
    ensures \result ==> \forall integer k;
      out->value_at <= k < out->value_end ==>
        value_byte(p[k]) || token_byte(p[k]); */
static bool read_value(const uint8_t *p, size_t from, size_t n, param *out) {
  const bool quoted = from < n && p[from] == '"';
  const size_t end =
      quoted ? quoted_string_end(p, from, n) : skip_token(p, from, n);
  if (quoted ? end >= n : end == from) return false;
  out->quoted = quoted;
  out->value_at = quoted ? from + 1 : from;
  out->value_end = end;
  out->next = quoted ? end + 1 : end;
  return true;
}

/* token "=" value at `from`; false when malformed. */
/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns *out;
    ensures \result ==> from == out->name_at < out->name_end &&
      out->name_end < out->value_at <= out->value_end <= out->next <= n;
    ensures \result ==> \forall integer k;
      out->name_at <= k < out->name_end ==> token_byte(p[k]);
    ensures \result ==> \forall integer k;
      out->value_at <= k < out->value_end ==>
        value_byte(p[k]) || token_byte(p[k]); */
static bool read_param(const uint8_t *p, size_t from, size_t n, param *out) {
  const size_t end = skip_token(p, from, n);
  if (end == from || end >= n || p[end] != '=') return false;
  out->name_at = from;
  out->name_end = end;
  return read_value(p, end + 1, n, out);
}

int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                  bool *quoted) {
  const uint8_t *p = rest->ptr;
  const size_t n = rest->len;
  if (n == 0) return 0;
  bool separated = false;
  param found = {0, 0, 0, 0, 0, false};
  const size_t at = skip_separators(p, 0, n, &separated);
  if (!separated) return -1;
  if (at == n) {
    *rest = part(p, n, n);
    return 0;
  }
  if (!read_param(p, at, n, &found)) return -1;
  *name = part(p, found.name_at, found.name_end);
  *value = part(p, found.value_at, found.value_end);
  *quoted = found.quoted;
  *rest = part(p, found.next, n);
  return 1;
}

/* ---- media types, RFC 9110 8.3.1 ---- */

/*@ requires h1_readable(params);
    assigns \nothing; */
static bool params_valid(h1_slice params) {
  h1_slice rest = params, name = {NULL, 0}, value = {NULL, 0};
  bool quoted = false;
  int found = 1;
  /*@ loop invariant h1_readable(rest);
      loop assigns found, rest, name, value, quoted;
      loop variant rest.len + (found > 0 ? 1 : 0); */
  while (found > 0) found = h1_param_next(&rest, &name, &value, &quoted);
  return found == 0;
}

bool h1_media_type_decode(h1_slice s, h1_media_type *out) {
  const uint8_t *p = s.ptr;
  const size_t slash = skip_token(p, 0, s.len);
  if (slash == 0 || slash >= s.len || p[slash] != '/') return false;
  const size_t end = skip_token(p, slash + 1, s.len);
  if (end == slash + 1) return false;
  if (!params_valid(part(p, end, s.len))) return false;
  out->type = part(p, 0, slash);
  out->subtype = part(p, slash + 1, end);
  out->params = part(p, skip_ows(p, end, s.len), s.len);
  return true;
}

/* ---- quality, RFC 9110 12.4.2 and 12.5.1 ---- */

bool h1_qvalue_decode(h1_slice s, uint16_t *out) {
  const uint8_t *p = s.ptr;
  if (s.len == 0 || s.len > 5) return false;
  if (p[0] != '0' && p[0] != '1') return false;
  if (s.len > 1 && p[1] != '.') return false;
  unsigned thousandths = p[0] == '1' ? 1000 : 0;
  unsigned weight = 100;
  /*@ loop invariant i == 2 || i <= s.len;
      loop invariant 2 <= i <= 5;
      loop invariant i == 2 ==> weight == 100 && thousandths <= 1000;
      loop invariant i == 3 ==> weight == 10 && thousandths <= 1900;
      loop invariant i == 4 ==> weight == 1 && thousandths <= 1990;
      loop invariant i == 5 ==> weight == 0 && thousandths <= 1999;
      loop assigns i, weight, thousandths;
      loop variant 5 - i; */
  for (size_t i = 2; i < s.len; i++) {
    if (!h1_in_class(H1_CLASS_DIGIT, p[i])) return false;
    thousandths += (unsigned)(p[i] - '0') * weight;
    weight /= 10;
  }
  if (thousandths > 1000) return false;
  *out = (uint16_t)thousandths;
  return true;
}

/* The weight among `params`: a parameter named q counts wherever it stands
 * (RFC 9110 12.5.1); 1000 without one. False when one is malformed. */
/*@ requires h1_readable(params) && \valid(quality);
    requires \separated(quality, params.ptr + (0 .. params.len - 1));
    assigns *quality;
    ensures \result ==> *quality <= 1000; */
static bool weight_of(h1_slice params, uint16_t *quality) {
  h1_slice rest = params, name = {NULL, 0}, value = {NULL, 0};
  bool quoted = false, good = true;
  uint16_t weight = 1000;
  /*@ loop invariant h1_readable(rest) && (good ==> weight <= 1000);
      loop assigns good, rest, name, value, quoted, weight;
      loop variant rest.len; */
  while (good && h1_param_next(&rest, &name, &value, &quoted) > 0) {
    if (name.len == 1 && lower(name.ptr[0]) == 'q') {
      good = !quoted && h1_qvalue_decode(value, &weight);
    }
  }
  *quality = weight;
  return good;
}

/*@ requires h1_readable(s);
    assigns \nothing;
    ensures \result <==> s.len == 1 && s.ptr[0] == '*'; */
static bool is_star(h1_slice s) { return s.len == 1 && s.ptr[0] == '*'; }

/* How closely a media range fits: 0 not at all, then any type, any subtype,
 * exact. A star before a concrete subtype is no media range. */
/*@ requires \valid_read(range) && h1_readable(range->type);
    requires h1_readable(range->subtype);
    requires h1_readable(type) && h1_readable(subtype);
    assigns \nothing;
    ensures \result <= 3; */
static unsigned fit_of(const h1_media_type *range, h1_slice type,
                       h1_slice subtype) {
  if (is_star(range->type)) return is_star(range->subtype) ? 1 : 0;
  if (!h1_slice_equal_nocase(range->type, type)) return 0;
  if (is_star(range->subtype)) return 2;
  return h1_slice_equal_nocase(range->subtype, subtype) ? 3 : 0;
}

uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype) {
  if (!h1_fields_has(f, H1_FIELD_ACCEPT)) return 1000;
  const h1_slice wanted_type = h1_slice_of(type);
  const h1_slice wanted_subtype = h1_slice_of(subtype);
  h1_list list = {.fields = f, .id = H1_FIELD_ACCEPT, .line = 0, .at = 0};
  h1_slice member = {NULL, 0};
  unsigned best_fit = 0;
  uint16_t best = 0;
  /*@ loop invariant list.fields == f && list.id == H1_FIELD_ACCEPT;
      loop invariant best <= 1000;
      loop assigns list, member, best_fit, best;
      loop variant (f->count - list.line) * 0x10000000000000000 - list.at; */
  while (h1_list_next(&list, &member)) {
    h1_media_type range = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    uint16_t quality = 0;
    if (!h1_media_type_decode(member, &range)) continue;
    if (!weight_of(range.params, &quality)) continue;
    const unsigned fit = fit_of(&range, wanted_type, wanted_subtype);
    if (fit > best_fit || (fit == best_fit && fit > 0 && quality > best)) {
      best_fit = fit;
      best = quality;
    }
  }
  return best;
}
