/* Private: the walk over a field section, for one level; included by levels.h.
 * Continues at s->pos, wherever in the section that is. */
#include "parser/section_walk.h"

static H1_NOINLINE void H1_LEVEL(section_walk)(h1_fields_decoder *s,
                                               const uint8_t *p, size_t n) {
  while (s->pos < n) {
    const bool at_line = s->state == H1_SECTION_NAME && s->pos == s->line_at;
    if (at_line && n >= 32) {
      H1_LEVEL(usual_lines)(s, p, n);
      if (s->state == H1_SECTION_DONE || s->pos >= n) return;
    }
    if (!h1_section_line(s, p, n)) return;
  }
}
