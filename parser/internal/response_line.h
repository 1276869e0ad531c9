/* Private: the general way through a field line of a response.
 *
 * Not proven: fuzzing holds it to a reference. */
#ifndef H1_PARSER_INTERNAL_RESPONSE_LINE_H_
#define H1_PARSER_INTERNAL_RESPONSE_LINE_H_

#include "parser/internal/section.h"
#include "parser/tolerance.h"

static inline bool h1_tolerates(const h1_fields_decoder *s,
                                uint32_t tolerance) {
  return (s->tolerances & tolerance) != 0;
}

/* Whether `c` is an LF that ends a line without a CR before it. */
static inline bool h1_is_line_end(const h1_fields_decoder *s, uint8_t c) {
  return c == '\n' && h1_tolerates(s, H1_TOLERATE_BARE_LF);
}

/* As h1_section_line, for responses: no field is refused for being there again,
 * what s->tolerances names is taken, and in a trailer section forbidden fields
 * are kept apart. A line that goes on in the next one has been taken already
 * when its continuation shows: it is taken back, and ends again later. */
bool h1_response_line(h1_fields_decoder *s, const uint8_t *p, size_t n);

/* Sets what h1_section_init leaves alone. */
/*@ requires \valid(s);
    assigns *s;
    exits \false; */
void h1_response_section_init(h1_fields_decoder *s, uint32_t tolerances);

#endif
