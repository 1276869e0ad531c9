/* What is proven of parser/decimal.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_DECIMAL_API_H_
#define H1_PARSER_PROOF_DECIMAL_API_H_

/*@ predicate h1_digits{L}(uint8_t *p, integer from, integer to) =
      \forall integer i; from <= i < to ==> '0' <= p[i] <= '9'; */

/*@ requires h1_readable(s) && \valid(out);
    requires overflow == \null || \valid(overflow);
    requires \separated(out, overflow, s.ptr + (0 .. s.len - 1));
    assigns *out, *overflow;
    ensures \result <==> s.len > 0 && h1_digits(s.ptr, 0, s.len) &&
      h1_number(s.ptr, 0, s.len) <= INT64_MAX;
    ensures \result ==> *out == h1_number(s.ptr, 0, s.len);
    ensures overflow != \null ==> (*overflow <==> s.len > 0 &&
      h1_digits(s.ptr, 0, s.len) &&
      h1_number(s.ptr, 0, s.len) > INT64_MAX); */
bool h1_decimal_decode(h1_slice s, uint64_t *out, bool *overflow);

/* `h1_tenth`: n / 10^k. `h1_decimal`: p[0 .. len) is n in decimal digits, the
 * first of them no zero unless it is the only one. */
/*@ logic integer h1_tenth(integer n, integer k) =
      k <= 0 ? n : h1_tenth(n, k - 1) / 10;
    predicate h1_decimal{L}(uint8_t *p, integer len, integer n) =
      len >= 1 && h1_tenth(n, len - 1) < 10 &&
      (len > 1 ==> h1_tenth(n, len - 1) > 0) &&
      \forall integer i; 0 <= i < len ==>
        p[i] == '0' + h1_tenth(n, len - 1 - i) % 10; */

/*@ requires \valid(room + (0 .. 19));
    assigns room[0 .. 19];
    ensures 1 <= \result <= 20 && h1_digits(room, 0, \result);
    ensures h1_decimal(room, \result, n); */
size_t h1_decimal_encode(uint64_t n, uint8_t *room);

#endif
