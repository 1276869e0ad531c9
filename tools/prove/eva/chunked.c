/* Sources: chunked.c.
 * Options: -eva-precision 6.
 * A body of any 64 bytes, shown in five pieces of any length, under
 * any limits. */
#include "parser/chunked.h"

#include "tools/prove/eva/any.h"

int main(void) {
  uint8_t bytes[64];
  h1_limits limits = any_limits(0);
  h1_chunked_decoder d;
  h1_slice data;
  h1_chunked_decoder_init(&d, &limits);
  for (int call = 0; call < 5; call++) {
    h1_slice in = any_slice(bytes, sizeof bytes);
    (void)h1_chunked_decode(&d, &in, &data);
  }
  return 0;
}
