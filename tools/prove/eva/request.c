/* Sources: request.c fields.c slice.c.
 * Options: -eva-precision 2.
 * A head of any 48 bytes, shown in three pieces of any length, under any
 * limits, with room for 4 fields. */
#include "parser/request.h"

#include "tools/prove/eva/any.h"

enum { HEAD = 48, FIELDS = 4 };

int main(void) {
  uint8_t head[HEAD];
  h1_header storage[FIELDS];
  h1_limits limits = any_limits(FIELDS);
  h1_request_decoder d;
  h1_request request;
  size_t consumed;
  h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, FIELDS);
  Frama_C_make_unknown((char *)head, HEAD);
  for (int call = 0; call < 3; call++) {
    h1_slice shown = {head, any_size(0, HEAD)};
    (void)h1_request_decode(&d, shown, &request, &consumed);
  }
  (void)h1_request_error(&d);
  return 0;
}
