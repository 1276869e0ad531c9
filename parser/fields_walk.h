/* Private: the walk over a field section, for one level; included by levels.h.
 * Continues at s->pos, wherever in the section that is. */
#include "parser/section_walk.h"

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    assigns s->pos, s->line_at, s->count, s->state, s->error, s->refused,
            s->storage[0 .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures \old(s->line_at) <= s->line_at;
    ensures s->state == H1_SECTION_FAILED || \old(s->pos) <= s->pos;
    ensures s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures \old(s->state) < H1_SECTION_DONE &&
      s->state == H1_SECTION_FAILED ==> s->pos < n; */
static H1_NOINLINE void H1_LEVEL(section_walk)(h1_fields_decoder *s,
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
    if (!h1_section_line(s, p, n)) return;
  }
}
