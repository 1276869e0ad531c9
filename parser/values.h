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
/*@ predicate h1_same{L}(h1_slice a, h1_slice b) = a.len == b.len &&
      \forall integer i; 0 <= i < a.len ==> a.ptr[i] == b.ptr[i];
    predicate h1_same_nocase{L}(h1_slice a, h1_slice b) = a.len == b.len &&
      \forall integer i; 0 <= i < a.len ==>
        h1_lower(a.ptr[i]) == h1_lower(b.ptr[i]); */

/*@ requires h1_readable(a) && h1_readable(b);
    assigns \nothing;
    ensures \result <==> h1_same_nocase(a, b); */
bool h1_slice_equal_nocase(h1_slice a, h1_slice b);
/*@ requires h1_readable(a) && h1_readable(b);
    assigns \nothing;
    ensures \result <==> h1_same(a, b); */
bool h1_slice_equal(h1_slice a, h1_slice b);
/* A slice of a C string literal or other NUL-terminated text we own. */
/*@ requires \exists integer n; 0 <= n < SIZE_MAX && text[n] == 0 &&
      \valid_read(text + (0 .. n));
    assigns \nothing;
    exits \false;
    ensures h1_readable(\result); */
h1_slice h1_slice_of(const char *text);

/*@ predicate h1_digits{L}(uint8_t *p, integer from, integer to) =
      \forall integer i; from <= i < to ==> '0' <= p[i] <= '9'; */

/* 1*DIGIT, at most 2^63-1; OWS already trimmed. False on anything else.
 * `*overflow`, when not NULL, tells digits that exceed it from other faults. */
/*@ requires h1_readable(s) && \valid(out);
    requires overflow == \null || \valid(overflow);
    requires \separated(out, overflow, s.ptr + (0 .. s.len - 1));
    assigns *out, *overflow;
    ensures \result <==> s.len > 0 && h1_digits(s.ptr, 0, s.len) &&
      h1_number(s.ptr, 0, s.len) <= INT64_MAX;
    ensures \result ==> *out == h1_number(s.ptr, 0, s.len);
    ensures overflow != \null ==> (*overflow <==> s.len > 0 &&
      h1_digits(s.ptr, 0, s.len) &&
      h1_number(s.ptr, 0, s.len) > INT64_MAX); */
bool h1_decimal_decode(h1_slice s, uint64_t *out, bool *overflow);
/* `h1_tenth`: n / 10^k. `h1_decimal`: p[0 .. len) is n in decimal digits, the
 * first of them no zero unless it is the only one. */
/*@ logic integer h1_tenth(integer n, integer k) =
      k <= 0 ? n : h1_tenth(n, k - 1) / 10;
    predicate h1_decimal{L}(uint8_t *p, integer len, integer n) =
      len >= 1 && h1_tenth(n, len - 1) < 10 &&
      (len > 1 ==> h1_tenth(n, len - 1) > 0) &&
      \forall integer i; 0 <= i < len ==>
        p[i] == '0' + h1_tenth(n, len - 1 - i) % 10; */

/* Writes decimal digits, no leading zero, no NUL; returns how many (1 to 20).
 * `room` must hold 20 bytes. */
/*@ requires \valid(room + (0 .. 19));
    assigns room[0 .. 19];
    ensures 1 <= \result <= 20 && h1_digits(room, 0, \result);
    ensures h1_decimal(room, \result, n); */
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
/*@ requires \valid(l) && \valid(member);
    requires \separated(l, member, l->fields);
    requires h1_fields_sound(l->fields) && 0 <= l->id < H1_FIELD_COUNT;
    assigns l->line, l->at, l->malformed, *member;
    ensures \result ==> h1_readable(*member) && member->len > 0;
    ensures \result ==> l->line < l->fields->count;
    ensures \result ==> l->line > \old(l->line) ||
      (l->line == \old(l->line) && l->at > \old(l->at)); */
bool h1_list_next(h1_list *l, h1_slice *member);

/* Walks `;`-separated parameters (RFC 9110 5.6.6): `*rest` starts at OWS ";" or
 * is empty. The value has its quotes stripped but keeps its escapes
 * (`*quoted`). Empty parameters are skipped. 1: a parameter, 0: the end, -1:
 * malformed, and `*rest` stays where the fault is. */
/*@ requires \valid(rest) && \valid(name) && \valid(value) && \valid(quoted);
    requires h1_readable(*rest);
    requires \separated(rest, name, value, quoted,
                        rest->ptr + (0 .. rest->len - 1));
    assigns *rest, *name, *value, *quoted;
    ensures -1 <= \result <= 1 && h1_readable(*rest);
    ensures \result == 1 ==> rest->len < \old(rest->len);
    ensures rest->len <= \old(rest->len);
    ensures \result == 1 ==> h1_readable(*name) && name->len > 0 &&
      \forall integer i; 0 <= i < name->len ==> token_byte(name->ptr[i]);
    ensures \result == 1 ==> h1_readable(*value) &&
      \forall integer i; 0 <= i < value->len ==>
        value_byte(value->ptr[i]) || token_byte(value->ptr[i]); */
int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                  bool *quoted);

/* HTTP-date in its three forms (RFC 9110 5.6.7), letter case included. Seconds
 * since 1970, may be negative. `now_s`: for two-digit years, which become the
 * latest year that is not more than 50 years ahead of it. Strict: a wrong week
 * day name, day 31 of a short month, second over 60 are refused. */
/*@ requires h1_readable(s) && \valid(out_s);
    requires \separated(out_s, s.ptr + (0 .. s.len - 1));
    assigns *out_s;
    ensures \result ==> -62167219200 <= *out_s <= 253402300800; */
bool h1_date_decode(h1_slice s, int64_t now_s, int64_t *out_s);
/* IMF-fixdate, exactly 29 bytes, no NUL. False, nothing written, for years
 * outside 0 to 9999. */
#define H1_DATE_BYTES ((size_t)29)
/*@ requires \valid(room + (0 .. 28));
    assigns room[0 .. 28];
    ensures \result <==> -62167219200 <= s < 253402300800; */
bool h1_date_encode(int64_t s, uint8_t *room);

/* entity-tag (RFC 9110 8.8.3) without its quotes and W/. */
typedef struct {
  bool weak;
  h1_slice opaque;
} h1_etag;
/*@ predicate h1_etagc(integer c) = 0x21 <= c && c != '"' && c != 0x7f;
    predicate h1_tag_from{L}(h1_slice s, integer from) =
      s.len >= from + 1 && s.ptr[from - 1] == '"' && s.ptr[s.len - 1] == '"' &&
      \forall integer i; from <= i < s.len - 1 ==> h1_etagc(s.ptr[i]);
    logic integer h1_tag_at{L}(h1_slice s) =
      s.len >= 2 && s.ptr[0] == 'W' && s.ptr[1] == '/' ? 3 : 1; */

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result <==> h1_tag_from{Pre}(s, h1_tag_at{Pre}(s));
    ensures \result ==> (out->weak <==> h1_tag_at{Pre}(s) == 3) &&
      out->opaque.ptr == s.ptr + h1_tag_at{Pre}(s) &&
      out->opaque.len == s.len - 1 - h1_tag_at{Pre}(s); */
bool h1_etag_decode(h1_slice s, h1_etag *out);
/* Whether any member of If-Match / If-None-Match (`id`, all lines) is `*` or
 * matches `mine`; `strong` comparison (If-Match) or weak. `mine` NULL: only `*`
 * can match. Malformed members match nothing. A backslash in an entity tag is
 * an ordinary byte, so these lists are not walked by h1_list_next. */
/*@ requires h1_fields_sound(f) && 0 <= id < H1_FIELD_COUNT;
    requires mine == \null || (\valid_read(mine) && h1_readable(mine->opaque));
    assigns \nothing; */
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
/*@ requires h1_readable(value) && \valid(out + (0 .. cap - 1));
    requires \valid(count);
    requires \separated(count, out + (0 .. cap - 1),
                        value.ptr + (0 .. value.len - 1));
    assigns *count, out[0 .. cap - 1];
    ensures \result == H1_RANGE_SOME ==> 1 <= *count <= cap &&
      \forall integer i; 0 <= i < *count ==>
        out[i].first <= out[i].last < total;
    ensures \result != H1_RANGE_SOME ==> *count == 0; */
h1_range_result h1_range_decode(h1_slice value, uint64_t total, h1_range *out,
                                size_t cap, size_t *count);
/* "bytes first-last/total"; with `range` NULL "bytes * /total" without the
 * space. `room` must hold H1_CONTENT_RANGE_MAX. Returns bytes written. */
#define H1_CONTENT_RANGE_MAX ((size_t)70)
/*@ requires range == \null || \valid_read(range);
    requires \valid(room + (0 .. 69)) &&
      (range != \null ==> \separated(range, room + (0 .. 69)));
    assigns room[0 .. 69];
    ensures \result <= 69; */
size_t h1_content_range_encode(const h1_range *range, uint64_t total,
                               uint8_t *room);

/* type "/" subtype parameters (RFC 9110 8.3.1). */
typedef struct {
  h1_slice type, subtype;
  h1_slice params; /* from the first ';', or empty; well-formed */
} h1_media_type;
/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> h1_readable(out->type) && h1_readable(out->subtype) &&
      h1_readable(out->params); */
bool h1_media_type_decode(h1_slice s, h1_media_type *out);

/* qvalue in thousandths, 0 to 1000 (RFC 9110 12.4.2). */
/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> *out <= 1000; */
bool h1_qvalue_decode(h1_slice s, uint16_t *out);
/* The quality, in thousandths, that Accept gives `type`/`subtype`: the most
 * specific matching range decides; 1000 without the field; 0 when nothing
 * matches. Malformed members are skipped. Parameters other than q do not narrow
 * a range (`text/plain;version=0.0.4` is text/plain); among equally specific
 * ranges the highest quality counts. */
/*@ requires h1_fields_sound(f);
    requires \exists integer n; 0 <= n < SIZE_MAX && type[n] == 0 &&
      \valid_read(type + (0 .. n));
    requires \exists integer n; 0 <= n < SIZE_MAX && subtype[n] == 0 &&
      \valid_read(subtype + (0 .. n));
    assigns \nothing;
    ensures \result <= 1000; */
uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype);

#ifdef __cplusplus
}
#endif
#endif
