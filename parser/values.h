/* The values of fields: lists, parameters, dates, ranges, entity tags, quality
 * values, media types; part of the `fields` library. RFC 9110 5.6, 8, 12 to 14.
 */
#ifndef H1_PARSER_VALUES_H_
#define H1_PARSER_VALUES_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Without case, ASCII only. */
bool h1_slice_equal_nocase(h1_slice a, h1_slice b);
bool h1_slice_equal(h1_slice a, h1_slice b);
/* A slice of a C string literal or other NUL-terminated text we own. */
h1_slice h1_slice_of(const char *text);

/* 1*DIGIT, at most 2^63-1; OWS already trimmed. False on anything else.
 * `*overflow`, when not NULL, tells digits that exceed it from other faults. */
bool h1_decimal_decode(h1_slice s, uint64_t *out, bool *overflow);
/* Writes decimal digits, no leading zero, no NUL; returns how many (1 to 20).
 * `room` must hold 20 bytes. */
size_t h1_decimal_encode(uint64_t n, uint8_t *room);

/* Walks a #list across all lines of one field in order (RFC 9110 5.6.1): commas
 * inside quoted strings do not separate, empty members are skipped, members are
 * trimmed. Begin with {.fields = f, .id = id, .line = 0, .at = 0}. False at the
 * end. A quoted string that never closes takes the rest of its line and sets
 * `malformed`. */
typedef struct {
  const h1_fields *fields;
  h1_field_id id;
  size_t line, at; /* private */
  bool malformed;
} h1_list;
bool h1_list_next(h1_list *l, h1_slice *member);

/* Walks `;`-separated parameters (RFC 9110 5.6.6): `*rest` starts at OWS ";" or
 * is empty. The value has its quotes stripped but keeps its escapes
 * (`*quoted`). Empty parameters are skipped. 1: a parameter, 0: the end, -1:
 * malformed, and `*rest` stays where the fault is. */
int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                  bool *quoted);

/* HTTP-date in its three forms (RFC 9110 5.6.7), letter case included. Seconds
 * since 1970, may be negative. `now_s`: for two-digit years, which become the
 * latest year that is not more than 50 years ahead of it. Strict: a wrong week
 * day name, day 31 of a short month, second over 60 are refused. */
bool h1_date_decode(h1_slice s, int64_t now_s, int64_t *out_s);
/* IMF-fixdate, exactly 29 bytes, no NUL. False, nothing written, for years
 * outside 0 to 9999. */
#define H1_DATE_BYTES ((size_t)29)
bool h1_date_encode(int64_t s, uint8_t *room);

/* entity-tag (RFC 9110 8.8.3) without its quotes and W/. */
typedef struct {
  bool weak;
  h1_slice opaque;
} h1_etag;
bool h1_etag_decode(h1_slice s, h1_etag *out);
/* Whether any member of If-Match / If-None-Match (`id`, all lines) is `*` or
 * matches `mine`; `strong` comparison (If-Match) or weak. `mine` NULL: only `*`
 * can match. Malformed members match nothing. A backslash in an entity tag is
 * an ordinary byte, so these lists are not walked by h1_list_next. */
bool h1_etag_list_matches(const h1_fields *f, h1_field_id id,
                          const h1_etag *mine, bool strong);

/* Range: bytes=... (RFC 9110 14.1.2) for a representation of `total` bytes. */
typedef struct {
  uint64_t first, last; /* inclusive */
} h1_range;
typedef enum {
  H1_RANGE_NONE, /* absent, malformed, other unit, or too many: send 200 */
  H1_RANGE_SOME, /* `*count` satisfiable ranges */
  H1_RANGE_UNSATISFIED /* 416 */
} h1_range_result;
/* At most `cap` ranges are taken; more in the field than `cap`: NONE. Ranges
 * that overlap or touch are coalesced, order of first appearance kept. The unit
 * is compared without case (RFC 9110 14.1); positions may have any number of
 * digits. The last bytes of an empty representation are satisfiable, but cannot
 * be expressed: NONE. */
h1_range_result h1_range_decode(h1_slice value, uint64_t total, h1_range *out,
                                size_t cap, size_t *count);
/* "bytes first-last/total"; with `range` NULL "bytes * /total" without the
 * space. `room` must hold H1_CONTENT_RANGE_MAX. Returns bytes written. */
#define H1_CONTENT_RANGE_MAX ((size_t)70)
size_t h1_content_range_encode(const h1_range *range, uint64_t total,
                               uint8_t *room);

/* type "/" subtype parameters (RFC 9110 8.3.1). */
typedef struct {
  h1_slice type, subtype;
  h1_slice params; /* from the first ';', or empty; well-formed */
} h1_media_type;
bool h1_media_type_decode(h1_slice s, h1_media_type *out);

/* qvalue in thousandths, 0 to 1000 (RFC 9110 12.4.2). */
bool h1_qvalue_decode(h1_slice s, uint16_t *out);
/* The quality, in thousandths, that Accept gives `type`/`subtype`: the most
 * specific matching range decides; 1000 without the field; 0 when nothing
 * matches. Malformed members are skipped. Parameters other than q do not narrow
 * a range (`text/plain;version=0.0.4` is text/plain); among equally specific
 * ranges the highest quality counts. */
uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype);

#ifdef __cplusplus
}
#endif
#endif
