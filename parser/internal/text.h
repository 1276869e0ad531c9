/* Private: what the readers of values share: bytes without case, white space,
 * tokens, and slices of what was found.
 *
 * The contracts are in proof/text.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_TEXT_H_
#define H1_PARSER_INTERNAL_TEXT_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/scan.h"

#ifdef __FRAMAC__
#include "parser/proof/text.h"
#endif

static inline bool h1_is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

static inline bool h1_is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* Whether `c` is the lower-case letter `low`, in either case. */
static inline bool h1_is_letter(uint8_t c, uint8_t low) {
  return c == low || c + 32 == low;
}

static inline uint8_t h1_to_lower(uint8_t c) {
  return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static inline h1_slice h1_part(const uint8_t *p, size_t from, size_t to) {
  h1_slice s = {p + from, to - from};
  return s;
}

static inline size_t h1_skip_ows(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==> ows_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && h1_is_ows(p[i])) i++;
  return i;
}

static inline size_t h1_skip_token(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==> token_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && h1_in_class(H1_CLASS_TOKEN, p[i])) i++;
  return i;
}

#endif
