/* Range and Content-Range, RFC 9110 14.
 *
 * A position may have any number of digits: those too large for 64 bits stand
 * for "beyond any end", not for a fault, but `last < first` is a fault at any
 * length, so positions are compared as digits.
 *
 * The contracts are in proof/range.h and proof/range_api.h, and are proven. */
#include "parser/range.h"

#include "parser/decimal.h"
#include "parser/internal/text.h"

/* One member of a range set, as offsets of its digits. */
typedef struct {
  size_t first_at, first_end; /* empty: a suffix range */
  size_t last_at, last_end;   /* empty: to the end */
} spec;

#ifdef __FRAMAC__
#include "parser/proof/range.h"
#endif

static size_t skip_digits(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant h1_digits(p, from, i);
      loop assigns i;
      loop variant n - i; */
  while (i < n && h1_is_digit(p[i])) i++;
  return i;
}

static size_t skip_zeros(const uint8_t *p, size_t from, size_t to) {
  size_t i = from;
  /*@ loop invariant from <= i <= to;
      loop invariant \forall integer k; from <= k < i ==> p[k] == '0';
      loop assigns i;
      loop variant to - i; */
  while (i < to && p[i] == '0') i++;
  return i;
}

/* The number p[from..to), UINT64_MAX when it is larger than that. */
static uint64_t position(const uint8_t *p, size_t from, size_t to) {
  uint64_t value = 0;
  /*@ loop invariant from <= i <= to;
      loop invariant value == place(p, from, i);
      loop assigns i, value;
      loop variant to - i; */
  for (size_t i = from; i < to; i++) {
    const uint64_t digit = (uint64_t)(p[i] - '0');
    /* Once too large it stays so: the largest value passes this test again. */
    const bool over = value > (UINT64_MAX - digit) / 10;
    value = over ? UINT64_MAX : value * 10 + digit;
  }
  return value;
}

/* Whether the digits of `a` come before those of `b`, as many. */
static bool comes_before(const uint8_t *a, const uint8_t *b, size_t len) {
  size_t i = 0;
  /*@ loop invariant 0 <= i <= len;
      loop invariant \forall integer k; 0 <= k < i ==> a[k] == b[k];
      loop assigns i;
      loop variant len - i; */
  while (i < len && a[i] == b[i]) i++;
  return i < len && a[i] < b[i];
}

/* Whether last-pos is less than first-pos, which makes the range invalid. */
static bool is_backward(const uint8_t *p, const spec *s) {
  const uint64_t first = position(p, s->first_at, s->first_end);
  const uint64_t last = position(p, s->last_at, s->last_end);
  if (first < UINT64_MAX || last < UINT64_MAX) return last < first;
  /* Both are beyond any end, and one may still be less than the other. */
  const size_t a = skip_zeros(p, s->first_at, s->first_end);
  const size_t b = skip_zeros(p, s->last_at, s->last_end);
  const size_t a_len = s->first_end - a, b_len = s->last_end - b;
  if (a_len != b_len) return b_len < a_len;
  return comes_before(p + b, p + a, a_len);
}

/* Reads *DIGIT "-" *DIGIT at `from`, which ends at `last_end`. */
static bool read_spec(const uint8_t *p, size_t from, size_t n, spec *s) {
  const size_t first_end = skip_digits(p, from, n);
  s->first_at = from;
  s->first_end = first_end;
  s->last_at = first_end;
  s->last_end = first_end;
  if (first_end >= n || p[first_end] != '-') return false;
  s->last_at = first_end + 1;
  s->last_end = skip_digits(p, first_end + 1, n);
  return true;
}

/* Whether a spec that was read says anything, and nothing backward. */
static bool is_range(const uint8_t *p, const spec *s) {
  const bool has_first = s->first_end > s->first_at;
  const bool has_last = s->last_end > s->last_at;
  if (!has_first || !has_last) return has_first || has_last;
  return !is_backward(p, s);
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
  /*@ loop invariant 0 <= i <= count && kept <= i;
      loop invariant placed ? place < kept : place == count;
      loop invariant merged.first <= merged.last < UINT64_MAX;
      loop invariant \forall integer k; i <= k < count ==>
        out[k].first == \at(out[k].first, Pre) &&
        out[k].last == \at(out[k].last, Pre);
      loop invariant \forall integer total; inside{Pre}(out, count, total) ==>
        r.last < total ==> inside(out, count, total) && merged.last < total;
      loop assigns i, kept, place, placed, merged, out[0 .. count - 1];
      loop variant count - i; */
  for (size_t i = 0; i < count; i++) {
    const h1_range old = out[i];
    if (!touches(&old, &r)) {
      out[kept] = old;
      kept++;
      continue;
    }
    if (old.first < merged.first) merged.first = old.first;
    if (old.last > merged.last) merged.last = old.last;
    if (!placed) place = kept;
    if (!placed) kept++;
    placed = true;
  }
  if (!placed) kept++;
  out[place] = merged;
  return kept;
}

/* The index after "bytes=", in any letter case (RFC 9110 14.1), or 0. */
static size_t skip_unit(const uint8_t *p, size_t n) {
  static const char unit[6] = {'b', 'y', 't', 'e', 's', '='};
  if (n < sizeof unit) return 0;
  /*@ loop invariant 0 <= i <= 6;
      loop assigns i;
      loop variant 6 - i; */
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
  /*@ loop invariant from <= i <= n;
      loop assigns i;
      loop variant n - i; */
  while (i < n && (p[i] == ',' || h1_is_ows(p[i]))) i++;
  return i;
}

/* Skips OWS and then demands a comma; or the end, with no OWS before it: a
 * list has white space beside its commas only (RFC 9110 5.6.1.2). */
static bool skip_to_comma(const uint8_t *p, size_t from, size_t n, size_t *at) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==>
        p[k] == ' ' || p[k] == '\t';
      loop assigns i;
      loop variant n - i; */
  while (i < n && h1_is_ows(p[i])) i++;
  *at = i;
  return i < n ? p[i] == ',' : from == n;
}

/* Skips the empty members before the first; false when white space stands
 * there and no comma after it. */
static bool skip_front(const uint8_t *p, size_t from, size_t n, size_t *at) {
  size_t i = from;
  const bool good = i >= n || !h1_is_ows(p[i]) || skip_to_comma(p, i, n, &i);
  *at = skip_blank(p, i, n);
  return good;
}

h1_range_result h1_range_decode(h1_slice value, uint64_t total, h1_range *out,
                                size_t cap, size_t *count) {
  const uint8_t *p = value.ptr;
  const size_t n = value.len;
  size_t at = skip_unit(p, n), specs = 0, kept = 0;
  bool suffix_of_empty = false;
  *count = 0;
  if (at == 0 || !skip_front(p, at, n, &at)) return H1_RANGE_NONE;
  /*@ loop invariant at <= n && kept <= specs <= cap;
      loop invariant inside(out, kept, total);
      loop assigns at, specs, kept, suffix_of_empty, out[0 .. cap - 1];
      loop variant n - at; */
  while (at < n) {
    spec s = {0, 0, 0, 0};
    h1_range r = {0, 0};
    if (specs >= cap || !read_spec(p, at, n, &s)) return H1_RANGE_NONE;
    if (!is_range(p, &s)) return H1_RANGE_NONE;
    if (!skip_to_comma(p, s.last_end, n, &at)) return H1_RANGE_NONE;
    specs++;
    if (total > 0) {
      if (resolve(p, &s, total, &r)) kept = add_range(out, kept, r);
    } else if (s.first_end == s.first_at) {
      suffix_of_empty |= position(p, s.last_at, s.last_end) > 0;
    }
    at = skip_blank(p, at, n);
  }
  /* The last bytes of nothing are satisfiable (RFC 9110 14.1.2), but no
   * Content-Range can say so: the whole, empty representation answers. */
  if (specs == 0 || suffix_of_empty) return H1_RANGE_NONE;
  *count = kept;
  return kept > 0 ? H1_RANGE_SOME : H1_RANGE_UNSATISFIED;
}

size_t h1_content_range_encode(const h1_range *range, uint64_t total,
                               uint8_t *room) {
  static const char unit[6] = {'b', 'y', 't', 'e', 's', ' '};
  size_t at = 0;
  /*@ loop invariant 0 <= at <= 6;
      loop invariant \forall integer k; 0 <= k < at ==> room[k] == unit[k];
      loop assigns at, room[0 .. 5];
      loop variant 6 - at; */
  while (at < sizeof unit) {
    room[at] = (uint8_t)unit[at];
    at++;
  }
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
