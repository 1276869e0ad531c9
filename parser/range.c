/* Range and Content-Range, RFC 9110 14.
 *
 * A position may have any number of digits: those too large for 64 bits stand
 * for "beyond any end", not for a fault, but `last < first` is a fault at any
 * length, so positions are compared as digits. */
#include "parser/values.h"

/* One member of a range set, as offsets of its digits. */
typedef struct {
  size_t first_at, first_end; /* empty: a suffix range */
  size_t last_at, last_end;   /* empty: to the end */
} spec;

/*@ logic integer place{L}(uint8_t *p, integer from, integer to) =
      \min(h1_number(p, from, to), UINT64_MAX);
    predicate is_spec{L}(spec s, uint8_t *p, integer n) =
      s.first_at <= s.first_end < s.last_at <= s.last_end <= n &&
      h1_digits(p, s.first_at, s.first_end) &&
      h1_digits(p, s.last_at, s.last_end);
    predicate asks{L}(spec s, uint8_t *p) =
      (s.first_at < s.first_end || s.last_at < s.last_end) &&
      (s.first_at < s.first_end && s.last_at < s.last_end ==>
        place(p, s.first_at, s.first_end) <= place(p, s.last_at, s.last_end));
 */

/*@ assigns \nothing;
    ensures \result <==> '0' <= c <= '9'; */
static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/*@ assigns \nothing;
    ensures \result <==> c == ' ' || c == '\t'; */
static bool is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures h1_digits(p, from, \result);
    ensures \result < n ==> !('0' <= p[\result] <= '9'); */
static size_t skip_digits(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant h1_digits(p, from, i);
      loop assigns i;
      loop variant n - i; */
  while (i < n && is_digit(p[i])) i++;
  return i;
}

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures from <= \result <= to;
    ensures \forall integer k; from <= k < \result ==> p[k] == '0';
    ensures \result < to ==> p[\result] != '0'; */
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
/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    requires h1_digits(p, from, to);
    assigns \nothing;
    ensures \result == place(p, from, to); */
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
/*@ requires \valid_read(a + (0 .. len - 1));
    requires \valid_read(b + (0 .. len - 1));
    assigns \nothing;
    ensures \result <==> \exists integer i; 0 <= i < len && a[i] < b[i] &&
      \forall integer k; 0 <= k < i ==> a[k] == b[k]; */
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
/*@ requires \valid_read(s) && is_spec(*s, p, s->last_end);
    requires \valid_read(p + (0 .. s->last_end - 1));
    assigns \nothing;
    ensures !\result ==> place(p, s->first_at, s->first_end) <=
                         place(p, s->last_at, s->last_end); */
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
/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(s);
    requires \separated(s, p + (0 .. n - 1));
    assigns *s;
    ensures s->last_end <= n && from <= s->last_end;
    ensures \result ==> is_spec(*s, p, n) && from < s->last_end; */
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
/*@ requires \valid_read(s) && is_spec(*s, p, s->last_end);
    requires \valid_read(p + (0 .. s->last_end - 1));
    assigns \nothing;
    ensures \result ==> asks(*s, p); */
static bool is_range(const uint8_t *p, const spec *s) {
  const bool has_first = s->first_end > s->first_at;
  const bool has_last = s->last_end > s->last_at;
  if (!has_first || !has_last) return has_first || has_last;
  return !is_backward(p, s);
}

/* The bytes a spec asks for of a representation that is not empty; false when
 * it asks for none of them. */
/*@ requires \valid_read(s) && is_spec(*s, p, s->last_end) && total > 0;
    requires \valid_read(p + (0 .. s->last_end - 1));
    requires asks(*s, p);
    requires \valid(r) && \separated(r, s, p + (0 .. s->last_end - 1));
    assigns *r;
    ensures \result ==> r->first <= r->last < total; */
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
/*@ requires \valid_read(a) && \valid_read(b);
    requires a->last < UINT64_MAX && b->last < UINT64_MAX;
    assigns \nothing;
    ensures \result <==>
      a->first <= b->last + 1 && b->first <= a->last + 1; */
static bool touches(const h1_range *a, const h1_range *b) {
  return a->first <= b->last + 1 && b->first <= a->last + 1;
}

/* Adds `r` to the `count` ranges of `out`, of which no two touch, and returns
 * how many there are then. What `r` touches is merged into the place of the
 * first such range. One pass suffices: the union touches only what `r` or a
 * merged range touched, and those touch no other. */
/*@ predicate inside{L}(h1_range *r, integer count, integer total) =
      \forall integer i; 0 <= i < count ==> r[i].first <= r[i].last < total; */
/*@ requires count < SIZE_MAX && \valid(out + (0 .. count));
    requires inside(out, count, UINT64_MAX) && r.first <= r.last < UINT64_MAX;
    assigns out[0 .. count];
    ensures 1 <= \result <= count + 1;
    ensures \forall integer total; inside{Pre}(out, count, total) ==>
      r.last < total ==> inside(out, \result, total); */
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

/* The index behind "bytes=", in any letter case (RFC 9110 14.1), or 0. */
/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result == 0 || (\result == 6 && \result <= n); */
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
/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n; */
static size_t skip_blank(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop assigns i;
      loop variant n - i; */
  while (i < n && (p[i] == ',' || is_ows(p[i]))) i++;
  return i;
}

/* Skips OWS and then demands a comma; or the end, with no OWS in front of it: a
 * list has white space beside its commas only (RFC 9110 5.6.1.2). */
/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(at);
    requires \separated(at, p + (0 .. n - 1));
    assigns *at;
    ensures from <= *at <= n;
    ensures \forall integer k; from <= k < *at ==> p[k] == ' ' || p[k] == '\t';
    ensures \result <==> (*at < n ? p[*at] == ',' : from == n); */
static bool skip_to_comma(const uint8_t *p, size_t from, size_t n, size_t *at) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==>
        p[k] == ' ' || p[k] == '\t';
      loop assigns i;
      loop variant n - i; */
  while (i < n && is_ows(p[i])) i++;
  *at = i;
  return i < n ? p[i] == ',' : from == n;
}

/* Skips the empty members in front of the first; false when white space stands
 * there and no comma behind it. */
/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(at);
    requires \separated(at, p + (0 .. n - 1));
    assigns *at;
    ensures from <= *at <= n; */
static bool skip_front(const uint8_t *p, size_t from, size_t n, size_t *at) {
  size_t i = from;
  const bool good = i >= n || !is_ows(p[i]) || skip_to_comma(p, i, n, &i);
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
