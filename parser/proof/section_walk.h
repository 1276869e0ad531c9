/* What is proven of parser/internal/section_walk.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_SECTION_WALK_H_
#define H1_PARSER_PROOF_SECTION_WALK_H_

/* What holds of a walk and of its block between two lines. A mask has a bit for
 * each byte that is no value byte and was not passed: what lies before
 * `pos` was, so that the lowest one left is where the next line's value ends.
 */
/*@ predicate h1_walk_room{L}(H1_LEVEL(h1_walk) *w) =
      \valid(w) && \valid(w->storage + (0 .. w->count_limit - 1)) &&
      \valid_read(w->p + (0 .. w->n - 1)) && w->n <= H1_HEAD_BYTES_MAX &&
      w->count_limit <= H1_HEADER_COUNT_MAX &&
      \separated(w, w->storage + (0 .. w->count_limit - 1),
                 w->p + (0 .. w->n - 1));
    predicate h1_walk_sound{L}(H1_LEVEL(h1_walk) *w) =
      w->pos <= w->n && w->count <= w->count_limit &&
      h1_lines(w->storage, w->count, w->pos);
    predicate h1_block_place{L}(H1_LEVEL(h1_block) *b, integer n) =
      b->at <= n && b->left == n - b->at;
    predicate h1_block_stops{L}(H1_LEVEL(h1_block) *b, uint8_t *p, integer n) =
      (\forall integer i; h1_bit(b->stops, i) ==>
        h1_outside(H1_CLASS_VALUE, p, b->at, n, i)) &&
      (b->stops != 0 ==> 0 <= h1_low(b->stops) < 64);
    logic integer h1_block_left{L}(H1_LEVEL(h1_block) *b) =
      b->left * 64 + (b->stops == 0 ? 0 : 64 - h1_low(b->stops)); */

/*@ requires \valid(b) && n >= 32 && \valid_read(p + (0 .. n - 1));
    requires \separated(b, p + (0 .. n - 1)) && h1_block_place(b, n);
    requires n <= H1_HEAD_BYTES_MAX;
    assigns *b;
    ensures h1_block_place(b, n);
    ensures \result <==> \old(b->left) > 64;
    ensures \result ==> b->left == \old(b->left) - 64 &&
      h1_block_stops(b, p, n);
    ensures !\result ==> *b == \old(*b); */
H1_INLINE bool H1_LEVEL(next_block)(H1_LEVEL(h1_block) * b, const uint8_t *p,
                                    size_t n);

/*@ requires \valid(b) && n >= 32 && \valid_read(p + (0 .. n - 1));
    requires \separated(b, p + (0 .. n - 1)) && h1_block_place(b, n);
    requires h1_block_stops(b, p, n) && n <= H1_HEAD_BYTES_MAX;
    assigns *b;
    ensures h1_block_place(b, n) && h1_block_stops(b, p, n);
    ensures h1_block_left(b) <= \old(h1_block_left(b)) && \result <= n;
    ensures \result < n ==> \result >= b->at && b->stops != 0; */
H1_INLINE size_t H1_LEVEL(next_stop)(H1_LEVEL(h1_block) * b, const uint8_t *p,
                                     size_t n);

/*@ requires h1_walk_room(w) && h1_walk_sound(w) && w->count < w->count_limit;
    requires w->pos < end && end + 2 <= cr && cr + 2 <= w->n;
    requires id < H1_FIELD_COUNT;
    assigns w->storage[w->count], w->count, w->pos;
    ensures h1_walk_sound(w);
    ensures w->count == \old(w->count) + 1 && w->pos == cr + 2; */
H1_INLINE void H1_LEVEL(note_line)(H1_LEVEL(h1_walk) * w, uint32_t id,
                                   size_t end, size_t cr);

/*@ requires h1_walk_room(w) && h1_walk_sound(w) && w->n >= 32;
    requires wide ? w->n - w->pos >= 32 : w->n - w->pos <= 32;
    requires w->pos < cr && cr + 2 <= w->n && w->p[cr] == '\r';
    assigns w->storage[0 .. w->count_limit - 1], w->count, w->pos, w->refused;
    ensures h1_walk_sound(w);
    ensures \result ==> w->pos == cr + 2 && w->count == \old(w->count) + 1;
    ensures !\result ==> w->pos == \old(w->pos) && w->count == \old(w->count);
 */
H1_INLINE bool H1_LEVEL(usual_line)(H1_LEVEL(h1_walk) * w, size_t cr,
                                    bool wide);

/*@ requires \valid(w) && h1_section_room(s, p, n) && h1_section_sound(s);
    requires \separated(w, s, s->storage + (0 .. s->count_limit - 1),
                        p + (0 .. n - 1));
    requires s->state == H1_SECTION_NAME && s->pos == s->line_at;
    assigns *w;
    ensures h1_walk_room(w) && h1_walk_sound(w) && w->p == p && w->n == n;
    ensures w->storage == s->storage && w->count_limit == s->count_limit;
    ensures w->pos == s->pos && w->count == s->count; */
H1_INLINE void H1_LEVEL(walk_from)(H1_LEVEL(h1_walk) * w,
                                   const h1_fields_decoder *s, const uint8_t *p,
                                   size_t n);

/*@ requires h1_walk_room(w) && h1_walk_sound(w);
    requires \valid(s) && \separated(w, s) && s->error == H1_OK;
    requires s->storage == w->storage && s->count_limit == w->count_limit;
    requires at_end ==> w->pos + 2 <= w->n;
    assigns s->refused, s->count, s->line_at, s->pos, s->state;
    ensures h1_section_sound(s) && \result == at_end;
    ensures s->count == w->count && s->line_at == w->pos;
    ensures s->pos == (at_end ? w->pos + 2 : (integer)w->pos);
    ensures s->state == (at_end ? (integer)H1_SECTION_DONE : H1_SECTION_NAME);
 */
H1_INLINE bool H1_LEVEL(walk_to)(const H1_LEVEL(h1_walk) * w,
                                 h1_fields_decoder *s, bool at_end);

/*@ requires h1_walk_room(w) && h1_walk_sound(w);
    requires w->n >= 32 && w->n - w->pos >= 32;
    requires \valid(b) && \separated(b, w, w->p + (0 .. w->n - 1));
    requires \separated(b, w->storage + (0 .. w->count_limit - 1));
    requires h1_block_place(b, w->n) && h1_block_stops(b, w->p, w->n);
    assigns *b, w->storage[0 .. w->count_limit - 1], w->count, w->pos,
            w->refused;
    ensures h1_walk_sound(w);
    ensures \old(w->pos) <= w->pos;
    ensures \result == H1_WALK_ON ==> h1_block_place(b, w->n);
    ensures \result == H1_WALK_ON ==> h1_block_stops(b, w->p, w->n);
    ensures \result == H1_WALK_ON ==>
      0 <= b->left * 64 + (b->stops == 0 ? 0 : 64 - h1_low(b->stops)) <
      \old(b->left * 64 + (b->stops == 0 ? 0 : 64 - h1_low(b->stops)));
    ensures \result == H1_WALK_END ==> w->pos + 2 <= w->n &&
      w->p[w->pos] == '\r' && w->p[w->pos + 1] == '\n'; */
H1_INLINE h1_walk_step H1_LEVEL(wide_line)(H1_LEVEL(h1_walk) * w,
                                           H1_LEVEL(h1_block) * b);

/*@ requires h1_walk_room(w) && h1_walk_sound(w);
    requires w->n >= 32 && w->n - w->pos >= 32;
    assigns w->storage[0 .. w->count_limit - 1], w->count, w->pos, w->refused;
    ensures h1_walk_sound(w);
    ensures \old(w->pos) <= w->pos;
    ensures \result ==> w->pos + 2 <= w->n && w->p[w->pos] == '\r' &&
      w->p[w->pos + 1] == '\n'; */
H1_INLINE bool H1_LEVEL(wide_lines)(H1_LEVEL(h1_walk) * w);

/*@ requires h1_walk_room(w) && h1_walk_sound(w);
    requires w->n >= 32 && w->n - w->pos <= 32;
    assigns w->storage[0 .. w->count_limit - 1], w->count, w->pos, w->refused;
    ensures h1_walk_sound(w);
    ensures \old(w->pos) <= w->pos;
    ensures \result ==> w->pos + 2 <= w->n && w->p[w->pos] == '\r' &&
      w->p[w->pos + 1] == '\n'; */
H1_INLINE bool H1_LEVEL(last_lines)(H1_LEVEL(h1_walk) * w);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME && s->pos == s->line_at;
    requires n >= 32 && n - s->pos >= 32;
    assigns s->refused, s->count, s->line_at, s->pos, s->state,
            s->storage[0 .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures \old(s->pos) <= s->line_at;
    ensures s->state == (\result ? (integer)H1_SECTION_DONE :
      H1_SECTION_NAME);
    ensures !\result ==> s->pos == s->line_at;
    ensures \result ==> s->pos == s->line_at + 2;
    ensures \result ==> p[s->line_at] == '\r' && p[s->line_at + 1] == '\n'; */
static H1_NOINLINE bool H1_LEVEL(walk_wide)(h1_fields_decoder *s,
                                            const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME && s->pos == s->line_at;
    requires n >= 32 && n - s->pos <= 32;
    assigns s->refused, s->count, s->line_at, s->pos, s->state,
            s->storage[0 .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures \old(s->pos) <= s->line_at;
    ensures s->state == (\result ? (integer)H1_SECTION_DONE :
      H1_SECTION_NAME);
    ensures !\result ==> s->pos == s->line_at;
    ensures \result ==> s->pos == s->line_at + 2;
    ensures \result ==> p[s->line_at] == '\r' && p[s->line_at + 1] == '\n'; */
H1_INLINE bool H1_LEVEL(walk_last)(h1_fields_decoder *s, const uint8_t *p,
                                   size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME && s->pos == s->line_at && n >= 32;
    assigns s->refused, s->count, s->line_at, s->pos, s->state,
            s->storage[0 .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures \old(s->pos) <= s->line_at;
    ensures s->state == (\result ? (integer)H1_SECTION_DONE :
      H1_SECTION_NAME);
    ensures !\result ==> s->pos == s->line_at;
    ensures \result ==> s->pos == s->line_at + 2;
    ensures \result ==> p[s->line_at] == '\r' && p[s->line_at + 1] == '\n'; */
H1_INLINE bool H1_LEVEL(usual_lines)(h1_fields_decoder *s, const uint8_t *p,
                                     size_t n);

#endif
