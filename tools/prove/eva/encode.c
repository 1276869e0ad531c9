/* Sources: chunked.c chunked_encode.c fields.c slice.c decimal.c.
 * Sources: request_encode.c response_encode.c.
 * Sources: date.c range.c percent_encode.c target.c authority.c.
 * Options: -eva-slevel 100.
 * Every encoder: any values of up to 4 bytes, any room of up to 512, two fields
 * in a head. */
#include "parser/chunked.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"
#include "parser/values.h"
#include "tools/prove/eva/any.h"

enum { VALUE = 4, ROOM = 512 };

static uint8_t value_a[VALUE], value_b[VALUE], value_c[VALUE];
static uint8_t room_bytes[ROOM];

static void encode_chunks(size_t n) {
  size_t size;
  (void)h1_chunk_encode(any_bytes(value_a, VALUE, n),
                        any_room(room_bytes, ROOM), &size);
  (void)h1_chunk_head_encode(any_u64(), any_room(room_bytes, ROOM), &size);
  (void)h1_last_chunk_encode(any_room(room_bytes, ROOM), &size);
  (void)h1_trailers_end_encode(any_room(room_bytes, ROOM), &size);
}

static void encode_values(size_t n) {
  size_t size;
  uint8_t date[H1_DATE_BYTES], number[20], content[H1_CONTENT_RANGE_MAX];
  h1_range range = {any_u64(), any_u64()};
  (void)h1_decimal_encode(any_u64(), number);
  (void)h1_date_encode(Frama_C_long_interval(INT64_MIN, INT64_MAX), date);
  (void)h1_content_range_encode(any_bool() ? &range : NULL, any_u64(), content);
  (void)h1_percent_encode(any_bytes(value_a, VALUE, n), any_bool(),
                          any_room(room_bytes, ROOM), &size);
  (void)h1_field_encode(any_bytes(value_a, VALUE, n),
                        any_bytes(value_b, VALUE, n),
                        any_room(room_bytes, ROOM), &size);
}

static void any_fields(h1_field *fields, size_t n) {
  for (int i = 0; i < 2; i++) {
    fields[i].name = any_bytes(value_a, VALUE, n);
    fields[i].value = any_bytes(value_b, VALUE, n);
  }
}

static void encode_request(size_t n) {
  h1_field fields[2];
  size_t size;
  h1_error why;
  any_fields(fields, n);
  h1_request_out r = {.method = any_bytes(value_a, VALUE, n),
                      .target = any_bytes(value_b, VALUE, n),
                      .host = any_bytes(value_c, VALUE, n),
                      .fields = fields,
                      .field_count = any_size(0, 2),
                      .has_length = any_bool(),
                      .content_length = any_u64(),
                      .chunked = any_bool(),
                      .close = any_bool()};
  (void)h1_request_encode(&r, any_room(room_bytes, ROOM), &size, &why);
}

static void encode_response(size_t n) {
  h1_field fields[2];
  size_t size;
  h1_error why;
  any_fields(fields, n);
  h1_response_out r = {
      .status = Frama_C_unsigned_short_interval(0, UINT16_MAX),
      .reason = any_bytes(value_b, VALUE, n),
      .prepared = any_bytes(value_c, VALUE, n),
      .fields = fields,
      .field_count = any_size(0, 2),
      .framing = (h1_out_framing)Frama_C_interval(0, H1_OUT_UNTIL_CLOSE),
      .content_length = any_u64(),
      .connection = (h1_out_connection)Frama_C_interval(0, H1_CONNECTION_CLOSE),
      .keepalive_timeout_s = Frama_C_unsigned_int_interval(0, UINT32_MAX),
      .keepalive_max = Frama_C_unsigned_int_interval(0, UINT32_MAX)};
  (void)h1_response_encode(&r, any_room(room_bytes, ROOM), &size, &why);
}

int main(void) {
  //@ loop unroll 5;
  for (size_t n = 0; n <= VALUE; n++) {
    encode_chunks(n);
    encode_values(n);
    encode_request(n);
    encode_response(n);
  }
  return 0;
}
