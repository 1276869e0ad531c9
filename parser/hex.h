/* Private: the value of one HEXDIG (RFC 5234 B.1, either case). */
#ifndef H1_PARSER_HEX_H_
#define H1_PARSER_HEX_H_

#include <stdint.h>

/* What h1_hex_value returns for a byte that is no HEXDIG. */
#define H1_HEX_NONE 16u

static inline unsigned h1_hex_value(uint8_t c) {
  if (c >= '0' && c <= '9') return (unsigned)c - '0';
  if (c >= 'a' && c <= 'f') return (unsigned)c - 'a' + 10u;
  if (c >= 'A' && c <= 'F') return (unsigned)c - 'A' + 10u;
  return H1_HEX_NONE;
}

/* Likewise of a byte that is known to be one: no branch. Letters, and they
 * alone, have bit 6; their low four bits count from 1. */
static inline unsigned h1_hexdig_value(uint8_t c) {
  return ((unsigned)c & 15u) + ((unsigned)c >> 6) * 9u;
}

#endif
