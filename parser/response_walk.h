/* Private: the walk over a response head, for one level; included by levels.h.
 */
#include "parser/fields_walk.h"

/* Continues at the decoder's pos < n. */
/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state < H1_SECTION_DONE && d->fields.pos < n;
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state;
    assigns d->fields.pos, d->fields.line_at, d->fields.count;
    assigns d->fields.state, d->fields.error, d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures response_walked(d, p, n); */
static H1_NOINLINE void H1_LEVEL(response_walk)(h1_response_decoder *d,
                                                const uint8_t *p, size_t n) {
  if (d->state != H1_RESPONSE_FIELDS && !take_line(d, p, n)) return;
  //@ assert status_line_sound(d) && status_bytes(d, p);
  //@ ghost Line: ;
  H1_LEVEL(section_walk)(&d->fields, p, n);
  /*@ assert d->status == \at(d->status, Line) &&
        d->minor_version == \at(d->minor_version, Line) &&
        d->state == \at(d->state, Line) &&
        d->reason_at == \at(d->reason_at, Line) &&
        d->reason_end == \at(d->reason_end, Line); */
  //@ assert status_line_sound(d);
  //@ assert \forall integer k; 0 <= k < n ==> p[k] == \at(p[k], Line);
  //@ assert status_bytes(d, p);
}
