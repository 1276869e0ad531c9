/* Private: the walk over a field section, for one level; included by levels.h.
 * Continues at s->pos, wherever in the section that is.
 *
 * The contracts are in proof/fields_walk.h, and are proven. */
#include "parser/internal/section_walk.h"

#ifndef H1_SECTION_WALK_DONE

#ifdef __FRAMAC__
#include "parser/proof/fields_walk.h"
#endif

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

#endif
