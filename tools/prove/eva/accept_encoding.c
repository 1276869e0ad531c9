/* Sources: accept_encoding.c fields.c slice.c lists.c.
 * Options: -eva-slevel 50.
 * What a client accepts: two fields of any names, whose values are any bytes,
 * up to 10 of them; and the choice for any qualities. */
#include "parser/accept_encoding.h"

#include "tools/prove/eva/any.h"

enum { VALUE = 10, FIELDS = 2 };

static uint8_t bytes[VALUE];
static h1_header headers[FIELDS];

static void any_fields(h1_fields *f, size_t n) {
  f->base = any_bytes(bytes, VALUE, n);
  f->headers = headers;
  f->count = any_size(0, FIELDS);
  f->seen = f->count == 0 ? 0 : any_u64();
  for (int i = 0; i < FIELDS; i++) {
    headers[i].name_at = 0;
    headers[i].name_len = 0;
    headers[i].value_at = 0;
    headers[i].value_len = (uint32_t)n;
    headers[i].id = Frama_C_unsigned_int_interval(0, H1_FIELD_COUNT - 1);
  }
  for (int i = 0; i < H1_FIELD_COUNT; i++) {
    f->first[i] = Frama_C_unsigned_short_interval(0, FIELDS - 1);
  }
}

static void choose(void) {
  uint16_t quality[H1_CODING_COUNT];
  bool have[H1_CODING_COUNT];
  for (int i = 0; i < H1_CODING_COUNT; i++) {
    quality[i] = Frama_C_unsigned_short_interval(0, 1000);
    have[i] = any_bool();
  }
  (void)h1_coding_name(h1_coding_choose(quality, have));
}

int main(void) {
  //@ loop unroll 11;
  for (size_t n = 0; n <= VALUE; n++) {
    h1_fields f;
    uint16_t quality[H1_CODING_COUNT];
    any_fields(&f, n);
    h1_accept_encoding_decode(&f, quality);
  }
  choose();
  return 0;
}
