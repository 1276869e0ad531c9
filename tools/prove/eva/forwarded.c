/* Sources: forwarded.c address.c.
 * Options: -eva-slevel 50.
 * Any line of up to 12 bytes, of which two elements are taken, and any node of
 * as many. */
#include "parser/forwarded.h"

#include "tools/prove/eva/any.h"

enum { LINE = 12 };

static uint8_t bytes[LINE];

static void take_elements(size_t n) {
  h1_slice line = any_bytes(bytes, LINE, n);
  h1_forwarded element;
  h1_node node;
  if (h1_forwarded_last(&line, &element)) {
    (void)h1_forwarded_last(&line, &element);
  }
  line = any_bytes(bytes, LINE, n);
  if (h1_x_forwarded_for_last(&line, &node)) {
    (void)h1_x_forwarded_for_last(&line, &node);
  }
  h1_node_decode(any_bytes(bytes, LINE, n), &node);
}

int main(void) {
  //@ loop unroll 13;
  for (size_t n = 0; n <= LINE; n++) take_elements(n);
  return 0;
}
