/* Sources: target.c authority.c.
 * Options: -eva-slevel 200.
 * Any target, authority, path and form pair of
 * up to 8 bytes, and any room of up to 8. */
#include "parser/target.h"

#include "tools/prove/eva/any.h"

enum { TARGET = 8 };

static uint8_t bytes[TARGET], room[TARGET];

static void decode(size_t n) {
  h1_target target;
  h1_slice path, name, value;
  size_t size;
  (void)h1_authority_valid(any_bytes(bytes, TARGET, n));
  (void)h1_target_split(any_bytes(bytes, TARGET, n), &target);
  (void)h1_path_decode(H1_SCAN_SCALAR, any_bytes(bytes, TARGET, n),
                       any_room(room, TARGET), &path);
  h1_slice rest = any_bytes(bytes, TARGET, n);
  (void)h1_form_next(&rest, &name, &value);
  (void)h1_form_decode(any_bytes(bytes, TARGET, n), any_room(room, TARGET),
                       &size);
}

int main(void) {
  //@ loop unroll 9;
  for (size_t n = 0; n <= TARGET; n++) decode(n);
  return 0;
}
