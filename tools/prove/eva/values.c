/* Sources: slice.c decimal.c lists.c media_type.c fields.c.
 * Sources: date.c range.c etag.c.
 * Options: -eva-slevel 100 -eva-split-return full.
 * Each decoder of a field's value, given any bytes, up to 10 of them; dates of
 * each length up to 40. */
#include "parser/values.h"

#include "tools/prove/eva/any.h"

enum { VALUE = 10, DATE = 40, RANGES = 3 };

static uint8_t bytes[VALUE], others[VALUE], date[DATE];

static void decode_dates(void) {
  int64_t now = Frama_C_long_interval(INT64_MIN, INT64_MAX);
  int64_t seconds;
  Frama_C_make_unknown((char *)date, DATE);
  //@ loop unroll 41;
  for (size_t n = 0; n <= DATE; n++) {
    h1_slice s = {date + (DATE - n), n};
    (void)h1_date_decode(s, now, &seconds);
  }
}

static void decode_parameters(size_t n) {
  h1_slice rest = any_bytes(bytes, VALUE, n);
  h1_slice name, value;
  bool quoted;
  h1_media_type type;
  (void)h1_param_next(&rest, &name, &value, &quoted);
  (void)h1_media_type_decode(any_bytes(bytes, VALUE, n), &type);
}

static void decode_items(size_t n) {
  uint64_t number;
  uint16_t quality;
  bool overflow;
  h1_etag tag;
  h1_range ranges[RANGES];
  size_t count;
  (void)h1_slice_equal(any_bytes(bytes, VALUE, n), any_bytes(others, VALUE, n));
  (void)h1_slice_equal_nocase(any_bytes(bytes, VALUE, n),
                              any_bytes(others, VALUE, n));
  (void)h1_decimal_decode(any_bytes(bytes, VALUE, n), &number, &overflow);
  (void)h1_qvalue_decode(any_bytes(bytes, VALUE, n), &quality);
  (void)h1_etag_decode(any_bytes(bytes, VALUE, n), &tag);
  (void)h1_range_decode(any_bytes(bytes, VALUE, n), any_u64(), ranges,
                        any_size(0, RANGES), &count);
}

int main(void) {
  //@ loop unroll 11;
  for (size_t n = 0; n <= VALUE; n++) {
    decode_items(n);
    decode_parameters(n);
  }
  decode_dates();
  return 0;
}
