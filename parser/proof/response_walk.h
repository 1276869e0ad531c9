/* What is proven of parser/internal/response_walk.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_RESPONSE_WALK_H_
#define H1_PARSER_PROOF_RESPONSE_WALK_H_

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    assigns s->pos, s->line_at, s->count, s->state, s->error, s->refused,
            s->storage[0 .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures \old(s->line_at) <= s->line_at;
    ensures s->state == H1_SECTION_FAILED || \old(s->pos) <= s->pos;
    ensures s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures \old(s->state) < H1_SECTION_DONE &&
      s->state == H1_SECTION_FAILED ==> s->pos < n; */
static H1_NOINLINE void H1_LEVEL(response_fields)(h1_fields_decoder *s,
                                                  const uint8_t *p, size_t n);

/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state < H1_SECTION_DONE && d->fields.pos < n;
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state;
    assigns d->fields.pos, d->fields.line_at, d->fields.count;
    assigns d->fields.state, d->fields.error, d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures response_walked(d, p, n); */
static H1_NOINLINE void H1_LEVEL(response_walk)(h1_response_decoder *d,
                                                const uint8_t *p, size_t n);

#endif
