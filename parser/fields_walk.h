/* Private: the walk over a trailer section, for one level; included by
 * levels.h.
 */
#include "parser/section_walk.h"

static H1_NOINLINE void H1_LEVEL(trailers_walk)(h1_fields_decoder *d,
                                                const uint8_t *p, size_t n) {
  H1_LEVEL(section_walk)(d, p, n);
}
