/* Field values read the slow way: numbers as strings, dates by turning the
 * pages of a calendar, ranges as sets of bytes, lists character by character.
 * Shares no code with parser/. */
#ifndef H1_FUZZ_REFERENCE_VALUES_H_
#define H1_FUZZ_REFERENCE_VALUES_H_

#include "fuzz/reference/head.h"

/* 1*DIGIT up to 2^63-1. */
bool ref_decimal(const uint8_t *p, size_t n, uint64_t *out);

/* Thousandths, or -1. */
int ref_qvalue(const uint8_t *p, size_t n);

/* An HTTP-date of one of the forms, for years 1 to 9999. */
bool ref_date(const uint8_t *p, size_t n, int64_t now_s, int64_t *out_s);

/* Ranges of a representation of at most REF_BYTES_MAX bytes. */
enum { REF_BYTES_MAX = 64, REF_RANGES_MAX = 16 };
typedef enum {
  REF_RANGE_NONE,
  REF_RANGE_SOME,
  REF_RANGE_UNSATISFIED
} ref_range;
typedef struct {
  size_t count;
  unsigned first[REF_RANGES_MAX], last[REF_RANGES_MAX];
} ref_ranges;
ref_range ref_range_decode(const uint8_t *p, size_t n, unsigned total,
                           size_t cap, ref_ranges *out);

/* The member of a list line at or after `*at`, without blanks; false at the
 * end. `escapes`: a backslash in quotes hides the next byte. */
bool ref_list_next(const uint8_t *p, size_t n, bool escapes, size_t *at,
                   size_t *from, size_t *to);

/* [ "W/" ] DQUOTE *etagc DQUOTE */
bool ref_etag(const uint8_t *p, size_t n, bool *weak, size_t *from, size_t *to);

/* Parameters of the whole text: *( OWS ";" OWS [ name "=" value ] ). False: not
 * that; `count` of them came before the fault. */
enum { REF_PARAMS_MAX = 1024 };
typedef struct {
  size_t count;
  size_t name[REF_PARAMS_MAX], name_end[REF_PARAMS_MAX];
  size_t value[REF_PARAMS_MAX], value_end[REF_PARAMS_MAX];
  bool quoted[REF_PARAMS_MAX];
} ref_params;
bool ref_params_parse(const uint8_t *p, size_t n, ref_params *out);

/* The quality one member of Accept gives text/plain in thousandths, and how
 * closely it fits: 0 not at all or malformed, 1 any, 2 any text, 3 exactly. */
int ref_accept_fit(const uint8_t *p, size_t n, int *quality);

#endif
