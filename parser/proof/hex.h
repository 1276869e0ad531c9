/* What is proven of parser/internal/hex.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_HEX_H_
#define H1_PARSER_PROOF_HEX_H_

/*@ logic integer hex_value(integer c) =
      '0' <= c <= '9' ? c - '0' :
      'a' <= c <= 'f' ? c - 'a' + 10 :
      'A' <= c <= 'F' ? c - 'A' + 10 : 16;

    predicate digits_hold(integer digits, integer size) =
      0 <= size && 0 <= digits <= 16 && (digits == 0 ==> size == 0) &&
      (digits == 1 ==> size < 0x10) &&
      (digits == 2 ==> size < 0x100) &&
      (digits == 3 ==> size < 0x1000) &&
      (digits == 4 ==> size < 0x10000) &&
      (digits == 5 ==> size < 0x100000) &&
      (digits == 6 ==> size < 0x1000000) &&
      (digits == 7 ==> size < 0x10000000) &&
      (digits == 8 ==> size < 0x100000000) &&
      (digits == 9 ==> size < 0x1000000000) &&
      (digits == 10 ==> size < 0x10000000000) &&
      (digits == 11 ==> size < 0x100000000000) &&
      (digits == 12 ==> size < 0x1000000000000) &&
      (digits == 13 ==> size < 0x10000000000000) &&
      (digits == 14 ==> size < 0x100000000000000) &&
      (digits == 15 ==> size < 0x1000000000000000) &&
      (digits == 16 ==> size <= UINT64_MAX); */

/*@ assigns \nothing;
    ensures \result == hex_value(c);
    ensures \result < 16 <==> hexdig_byte(c); */
static inline unsigned h1_hex_value(uint8_t c);

/*@ requires hexdig_byte(c);
    assigns \nothing;
    ensures \result == hex_value(c); */
static inline unsigned h1_hexdig_value(uint8_t c);

#endif
