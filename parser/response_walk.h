/* Private: the walk over a response head, for one level; included by levels.h.
 */
#include "parser/fields_walk.h"

/* Continues at the decoder's pos < n. */
static H1_NOINLINE void H1_LEVEL(response_walk)(h1_response_decoder *d,
                                                const uint8_t *p, size_t n) {
  if (d->state != H1_RESPONSE_FIELDS && !take_line(d, p, n)) return;
  H1_LEVEL(section_walk)(&d->fields, p, n);
}
