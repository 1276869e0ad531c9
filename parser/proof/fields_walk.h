/* What is proven of parser/internal/fields_walk.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_FIELDS_WALK_H_
#define H1_PARSER_PROOF_FIELDS_WALK_H_

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
                                               const uint8_t *p, size_t n);

#endif
