/* What is proven of parser/decimal.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_DECIMAL_H_
#define H1_PARSER_PROOF_DECIMAL_H_

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

#endif
