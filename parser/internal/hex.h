/* Private: the value of one HEXDIG (RFC 5234 B.1, either case).
 *
 * The contracts are in proof/hex.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_HEX_H_
#define H1_PARSER_INTERNAL_HEX_H_

#include <stdint.h>

#include "parser/scan.h"

/* What h1_hex_value returns for a byte that is no HEXDIG. */
#define H1_HEX_NONE 16u

#ifdef __FRAMAC__
#include "parser/proof/hex.h"
#endif

static inline unsigned h1_hex_value(uint8_t c) {
  if (c >= '0' && c <= '9') return (unsigned)c - '0';
  if (c >= 'a' && c <= 'f') return (unsigned)c - 'a' + 10u;
  if (c >= 'A' && c <= 'F') return (unsigned)c - 'A' + 10u;
  return H1_HEX_NONE;
}

/* The same of a byte that is known to be one: no branch. Letters, and they
 * alone, have bit 6; their low four bits count from 1. */
static inline unsigned h1_hexdig_value(uint8_t c) {
  return c % 16u + c / 64u * 9u;
}

#endif
