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

#endif
