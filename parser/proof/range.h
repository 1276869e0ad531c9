/* What is proven of parser/range.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_RANGE_H_
#define H1_PARSER_PROOF_RANGE_H_

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

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures h1_digits(p, from, \result);
    ensures \result < n ==> !('0' <= p[\result] <= '9'); */
static size_t skip_digits(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures from <= \result <= to;
    ensures \forall integer k; from <= k < \result ==> p[k] == '0';
    ensures \result < to ==> p[\result] != '0'; */
static size_t skip_zeros(const uint8_t *p, size_t from, size_t to);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    requires h1_digits(p, from, to);
    assigns \nothing;
    ensures \result == place(p, from, to); */
static uint64_t position(const uint8_t *p, size_t from, size_t to);

/*@ requires \valid_read(a + (0 .. len - 1));
    requires \valid_read(b + (0 .. len - 1));
    assigns \nothing;
    ensures \result <==> \exists integer i; 0 <= i < len && a[i] < b[i] &&
      \forall integer k; 0 <= k < i ==> a[k] == b[k]; */
static bool comes_before(const uint8_t *a, const uint8_t *b, size_t len);

/*@ requires \valid_read(s) && is_spec(*s, p, s->last_end);
    requires \valid_read(p + (0 .. s->last_end - 1));
    assigns \nothing;
    ensures !\result ==> place(p, s->first_at, s->first_end) <=
                         place(p, s->last_at, s->last_end); */
static bool is_backward(const uint8_t *p, const spec *s);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(s);
    requires \separated(s, p + (0 .. n - 1));
    assigns *s;
    ensures s->last_end <= n && from <= s->last_end;
    ensures \result ==> is_spec(*s, p, n) && from < s->last_end; */
static bool read_spec(const uint8_t *p, size_t from, size_t n, spec *s);

/*@ requires \valid_read(s) && is_spec(*s, p, s->last_end);
    requires \valid_read(p + (0 .. s->last_end - 1));
    assigns \nothing;
    ensures \result ==> asks(*s, p); */
static bool is_range(const uint8_t *p, const spec *s);

/*@ requires \valid_read(s) && is_spec(*s, p, s->last_end) && total > 0;
    requires \valid_read(p + (0 .. s->last_end - 1));
    requires asks(*s, p);
    requires \valid(r) && \separated(r, s, p + (0 .. s->last_end - 1));
    assigns *r;
    ensures \result ==> r->first <= r->last < total; */
static bool resolve(const uint8_t *p, const spec *s, uint64_t total,
                    h1_range *r);

/*@ requires \valid_read(a) && \valid_read(b);
    requires a->last < UINT64_MAX && b->last < UINT64_MAX;
    assigns \nothing;
    ensures \result <==>
      a->first <= b->last + 1 && b->first <= a->last + 1; */
static bool touches(const h1_range *a, const h1_range *b);

/*@ predicate inside{L}(h1_range *r, integer count, integer total) =
      \forall integer i; 0 <= i < count ==> r[i].first <= r[i].last < total; */

/*@ requires count < SIZE_MAX && \valid(out + (0 .. count));
    requires inside(out, count, UINT64_MAX) && r.first <= r.last < UINT64_MAX;
    assigns out[0 .. count];
    ensures 1 <= \result <= count + 1;
    ensures \forall integer total; inside{Pre}(out, count, total) ==>
      r.last < total ==> inside(out, \result, total); */
static size_t add_range(h1_range *out, size_t count, h1_range r);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result == 0 || (\result == 6 && \result <= n); */
static size_t skip_unit(const uint8_t *p, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n; */
static size_t skip_blank(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(at);
    requires \separated(at, p + (0 .. n - 1));
    assigns *at;
    ensures from <= *at <= n;
    ensures \forall integer k; from <= k < *at ==> p[k] == ' ' || p[k] == '\t';
    ensures \result <==> (*at < n ? p[*at] == ',' : from == n); */
static bool skip_to_comma(const uint8_t *p, size_t from, size_t n, size_t *at);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(at);
    requires \separated(at, p + (0 .. n - 1));
    assigns *at;
    ensures from <= *at <= n; */
static bool skip_front(const uint8_t *p, size_t from, size_t n, size_t *at);

#endif
