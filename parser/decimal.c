/* Decimal numbers, both directions.
 *
 * The contracts are in proof/decimal.h and proof/decimal_api.h, and are
 * proven. */
#include "parser/decimal.h"

#include "parser/scan.h"

#ifdef __FRAMAC__
#include "parser/proof/decimal.h"
#endif

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
