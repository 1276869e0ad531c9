/* Range and Content-Range, RFC 9110 14.
 *
 * A position may have any number of digits: those too large for 64 bits stand
 * for "beyond any end", not for a fault, but `last < first` is a fault at any
 * length, so positions are compared as digits. */
#include <string.h>

#include "parser/values.h"

/* One member of a range set, as offsets of its digits. */
typedef struct {
  size_t first_at, first_end; /* empty: a suffix range */
  size_t last_at, last_end;   /* empty: to the end */
} spec;

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static bool is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

static size_t skip_digits(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && is_digit(p[i])) i++;
  return i;
}

static size_t skip_zeros(const uint8_t *p, size_t from, size_t to) {
  size_t i = from;
  while (i < to && p[i] == '0') i++;
  return i;
}

/* The number p[from..to), UINT64_MAX when it is larger than that. */
static uint64_t position(const uint8_t *p, size_t from, size_t to) {
  uint64_t value = 0;
  for (size_t i = from; i < to; i++) {
    const uint64_t digit = (uint64_t)(p[i] - '0');
    if (value > (UINT64_MAX - digit) / 10) return UINT64_MAX;
    value = value * 10 + digit;
  }
  return value;
}

/* Whether last-pos is less than first-pos, which makes the range invalid. */
static bool is_backward(const uint8_t *p, const spec *s) {
  const size_t a = skip_zeros(p, s->first_at, s->first_end);
  const size_t b = skip_zeros(p, s->last_at, s->last_end);
  const size_t a_len = s->first_end - a, b_len = s->last_end - b;
  if (a_len != b_len) return b_len < a_len;
  return a_len > 0 && memcmp(p + b, p + a, a_len) < 0;
}

/* Reads int-range or suffix-range at `from`; `*end` is the index behind it. */
static bool read_spec(const uint8_t *p, size_t from, size_t n, spec *s,
                      size_t *end) {
  s->first_at = from;
  s->first_end = skip_digits(p, from, n);
  if (s->first_end >= n || p[s->first_end] != '-') return false;
  s->last_at = s->first_end + 1;
  s->last_end = skip_digits(p, s->last_at, n);
  *end = s->last_end;
  const bool has_first = s->first_end > s->first_at;
  const bool has_last = s->last_end > s->last_at;
  if (has_first && has_last) return !is_backward(p, s);
  return has_first || has_last;
}

/* The bytes a spec asks for of a representation that is not empty; false when
 * it asks for none of them. */
static bool resolve(const uint8_t *p, const spec *s, uint64_t total,
                    h1_range *r) {
  if (s->first_end == s->first_at) {
    const uint64_t suffix = position(p, s->last_at, s->last_end);
    if (suffix == 0) return false;
    r->first = suffix >= total ? 0 : total - suffix;
    r->last = total - 1;
    return true;
  }
  r->first = position(p, s->first_at, s->first_end);
  if (r->first >= total) return false;
  r->last = total - 1;
  if (s->last_end == s->last_at) return true;
  const uint64_t last = position(p, s->last_at, s->last_end);
  if (last < r->last) r->last = last;
  return true;
}

/* Ends are below 2^64 - 1, because they are below a total. */
static bool touches(const h1_range *a, const h1_range *b) {
  return a->first <= b->last + 1 && b->first <= a->last + 1;
}

/* Adds `r` to the `count` ranges of `out`, of which no two touch, and returns
 * how many there are then. What `r` touches is merged into the place of the
 * first such range. One pass suffices: the union touches only what `r` or a
 * merged range touched, and those touch no other. */
static size_t add_range(h1_range *out, size_t count, h1_range r) {
  h1_range merged = r;
  size_t kept = 0, place = count;
  bool placed = false;
  for (size_t i = 0; i < count; i++) {
    if (!touches(&out[i], &r)) {
      out[kept++] = out[i];
      continue;
    }
    if (out[i].first < merged.first) merged.first = out[i].first;
    if (out[i].last > merged.last) merged.last = out[i].last;
    if (!placed) place = kept++;
    placed = true;
  }
  if (!placed) place = kept++;
  out[place] = merged;
  return kept;
}

/* The index behind "bytes=", in any letter case (RFC 9110 14.1), or 0. */
static size_t skip_unit(const uint8_t *p, size_t n) {
  static const char unit[6] = {'b', 'y', 't', 'e', 's', '='};
  if (n < sizeof unit) return 0;
  for (size_t i = 0; i < sizeof unit; i++) {
    const uint8_t c = p[i];
    const uint8_t low = (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (low != (uint8_t)unit[i]) return 0;
  }
  return sizeof unit;
}

/* Skips white space and empty members, which recipients accept. */
static size_t skip_blank(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && (p[i] == ',' || is_ows(p[i]))) i++;
  return i;
}

/* Skips OWS and then demands a comma or the end. */
static bool skip_to_comma(const uint8_t *p, size_t from, size_t n, size_t *at) {
  size_t i = from;
  while (i < n && is_ows(p[i])) i++;
  *at = i;
  return i >= n || p[i] == ',';
}

h1_range_result h1_range_decode(h1_slice value, uint64_t total, h1_range *out,
                                size_t cap, size_t *count) {
  const uint8_t *p = value.ptr;
  const size_t n = value.len;
  size_t at = skip_unit(p, n), specs = 0, kept = 0;
  bool suffix_of_empty = false;
  *count = 0;
  if (at == 0) return H1_RANGE_NONE;
  for (at = skip_blank(p, at, n); at < n; at = skip_blank(p, at, n)) {
    spec s;
    size_t end;
    if (specs >= cap || !read_spec(p, at, n, &s, &end)) return H1_RANGE_NONE;
    if (!skip_to_comma(p, end, n, &at)) return H1_RANGE_NONE;
    specs++;
    h1_range r;
    if (total > 0) {
      if (resolve(p, &s, total, &r)) kept = add_range(out, kept, r);
    } else if (s.first_end == s.first_at) {
      suffix_of_empty |= position(p, s.last_at, s.last_end) > 0;
    }
  }
  /* The last bytes of nothing are satisfiable (RFC 9110 14.1.2), but no
   * Content-Range can say so: the whole, empty representation answers. */
  if (specs == 0 || suffix_of_empty) return H1_RANGE_NONE;
  *count = kept;
  return kept > 0 ? H1_RANGE_SOME : H1_RANGE_UNSATISFIED;
}

size_t h1_content_range_encode(const h1_range *range, uint64_t total,
                               uint8_t *room) {
  memcpy(room, "bytes ", 6);
  size_t at = 6;
  if (range == NULL) {
    room[at++] = '*';
  } else {
    at += h1_decimal_encode(range->first, room + at);
    room[at++] = '-';
    at += h1_decimal_encode(range->last, room + at);
  }
  room[at++] = '/';
  return at + h1_decimal_encode(total, room + at);
}
