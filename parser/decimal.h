/* Decimal numbers, as Content-Length has them: RFC 9110 8.6. */
#ifndef H1_PARSER_DECIMAL_H_
#define H1_PARSER_DECIMAL_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 1*DIGIT, at most 2^63-1; OWS already trimmed. False on anything else.
 * `*overflow`, when not NULL, tells digits that exceed it from other faults. */
H1_MUST_USE bool h1_decimal_decode(h1_slice s, uint64_t *out, bool *overflow);

/* Writes decimal digits, no leading zero, no NUL; returns how many (1 to 20).
 * `room` must hold 20 bytes. */
size_t h1_decimal_encode(uint64_t n, uint8_t *room);

#ifdef __FRAMAC__
#include "parser/proof/decimal_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
