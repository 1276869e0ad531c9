/* Private: the walk over a response head, for one level; included by levels.h.
 *
 * The contracts are in proof/response_walk.h, and are proven. */
#include "parser/internal/section_walk.h"

#ifdef __FRAMAC__
#include "parser/proof/response_walk.h"
#endif

/* As section_walk, but no field is refused for being there again: what the
 * usual walk leaves is taken with nothing to refuse. */
static H1_NOINLINE void H1_LEVEL(response_fields)(h1_fields_decoder *s,
                                                  const uint8_t *p, size_t n) {
  /*@ loop invariant h1_section_sound(s) && s->pos <= n;
      loop invariant \at(s->pos, Pre) <= s->pos;
      loop invariant \at(s->line_at, Pre) <= s->line_at;
      loop invariant \at(s->state, Pre) < H1_SECTION_DONE ==>
        s->state < H1_SECTION_DONE;
      loop assigns s->pos, s->line_at, s->count, s->state, s->error, s->refused,
        s->storage[0 .. s->count_limit - 1];
      loop variant n - s->pos; */
  while (s->pos < n) {
    const bool at_line = s->state == H1_SECTION_NAME && s->pos == s->line_at;
    if (at_line && n >= 32) {
      H1_LEVEL(usual_lines)(s, p, n);
      if (s->state == H1_SECTION_DONE || s->pos >= n) return;
    }
    s->refused = 0;
    if (!h1_section_line(s, p, n)) return;
  }
}

/* Continues at the decoder's pos < n. */
static H1_NOINLINE void H1_LEVEL(response_walk)(h1_response_decoder *d,
                                                const uint8_t *p, size_t n) {
  if (d->state != H1_RESPONSE_FIELDS && !take_status_line(d, p, n)) return;
  //@ assert status_line_sound(d) && status_bytes(d, p);
  //@ ghost Line: ;
  H1_LEVEL(response_fields)(&d->fields, p, n);
  /*@ assert d->status == \at(d->status, Line) &&
        d->minor_version == \at(d->minor_version, Line) &&
        d->state == \at(d->state, Line) &&
        d->reason_at == \at(d->reason_at, Line) &&
        d->reason_end == \at(d->reason_end, Line); */
  //@ assert status_line_sound(d);
  //@ assert \forall integer k; 0 <= k < n ==> p[k] == \at(p[k], Line);
  //@ assert status_bytes(d, p);
}
