/* Sources: fields.c slice.c.
 * Options: -eva-precision 2.
 * A trailer section of any 48 bytes, shown in three pieces of any length, under
 * any limits, with room for 4 fields; a name of any 32 bytes looked up. */
#include "parser/fields.h"

#include "tools/prove/eva/any.h"

enum { SECTION = 48, FIELDS = 4, NAME = 32 };

static void decode(void) {
  uint8_t section[SECTION];
  h1_header storage[FIELDS];
  h1_limits limits = any_limits(FIELDS);
  h1_fields_decoder d;
  h1_fields fields;
  size_t consumed;
  h1_trailers_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, FIELDS);
  Frama_C_make_unknown((char *)section, SECTION);
  for (int call = 0; call < 3; call++) {
    h1_slice shown = {section, any_size(0, SECTION)};
    (void)h1_trailers_decode(&d, shown, &fields, &consumed);
  }
  (void)h1_trailers_error(&d);
}

static void look_up(size_t n) {
  uint8_t name[NAME];
  (void)h1_field_lookup(any_bytes(name, NAME, n));
}

int main(void) {
  decode();
  //@ loop unroll 33;
  for (size_t n = 0; n <= NAME; n++) look_up(n);
  return 0;
}
