/* Private: the walk over a response head, for one level; included by levels.h.
 */
#include "parser/fields_walk.h"

/* Continues at the decoder's pos < n. */
/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state < H1_SECTION_DONE && d->fields.pos < n;
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state,
            d->fields.pos, d->fields.line_at, d->fields.count, d->fields.state,
            d->fields.error, d->fields.refused,
            d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures status_line_sound(d);
    ensures status_bytes(d, p);
    ensures d->fields.state < H1_SECTION_DONE ==> d->fields.pos == n;
    ensures d->fields.state == H1_SECTION_DONE ==>
      d->state == H1_RESPONSE_FIELDS; */
static H1_NOINLINE void H1_LEVEL(response_walk)(h1_response_decoder *d,
                                                const uint8_t *p, size_t n) {
  if (d->state != H1_RESPONSE_FIELDS && !take_line(d, p, n)) return;
  H1_LEVEL(section_walk)(&d->fields, p, n);
}
