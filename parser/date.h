/* Dates of HTTP: RFC 9110 5.6.7. */
#ifndef H1_PARSER_DATE_H_
#define H1_PARSER_DATE_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* HTTP-date in its three forms (RFC 9110 5.6.7), letter case included. Seconds
 * since 1970, may be negative. `now_s`: for two-digit years, which become the
 * latest year that is not more than 50 years ahead of it. Strict: a wrong week
 * day name, day 31 of a short month, second over 60 are refused. */
H1_MUST_USE bool h1_date_decode(h1_slice s, int64_t now_s, int64_t *out_s);
/* IMF-fixdate, exactly 29 bytes, no NUL. False, nothing written, for years
 * outside 0 to 9999. */
#define H1_DATE_BYTES ((size_t)29)
H1_MUST_USE bool h1_date_encode(int64_t s, uint8_t *room);

#ifdef __FRAMAC__
#include "parser/proof/date_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
