/* Private: the walk over a field section, for one level; RFC 9112 5. Included
 * by the walks that levels.h compiles, hence no include guard.
 *
 * A line as clients send it, all of it there, is taken here, the next one's
 * place depending on nothing but the mask of its CR; anything else goes to
 * h1_section_line, which knows the whole grammar. So there is one place that
 * decides what is refused, and no byte is looked at more than twice.
 *
 * The contracts are in proof/section_walk.h, and are proven. */
#ifndef H1_SECTION_WALK_DONE
#undef H1_SECTION_WALK_BEGUN
#define H1_SECTION_WALK_BEGUN

/* The hot state of one call, in registers. */
typedef struct {
  const uint8_t *p;
  size_t n;
  h1_header *storage;
  uint64_t refused;
  size_t pos, count, count_limit; /* pos: where the next line begins */
} H1_LEVEL(h1_walk);

/* 64 bytes, or what there is of them: bit i of `stops` is set when the byte
 * `at`+i of p[0..n) is no value byte and was not passed yet. `left`: n - at. */
typedef struct {
  size_t at, left;
  uint64_t stops;
} H1_LEVEL(h1_block);

#ifdef __FRAMAC__
#include "parser/proof/section_walk.h"
#endif

/* Goes to the next block; false where the input ends before it. Its place
 * must not be computed from a line's: what is loaded next would then wait for
 * what was found last. */
H1_INLINE bool H1_LEVEL(next_block)(H1_LEVEL(h1_block) * b, const uint8_t *p,
                                    size_t n) {
  if (b->left <= 64) return false;
  b->at += 64;
  b->left -= 64;
  b->stops = b->left >= 64
                 ? H1_LEVEL(h1_mask_wide)(p, b->at, n, H1_CLASS_VALUE)
                 : H1_LEVEL(h1_mask_last)(p, b->at, n, H1_CLASS_VALUE);
  return true;
}

/* The first byte that is no value byte and was not passed yet, or n. */
H1_INLINE size_t H1_LEVEL(next_stop)(H1_LEVEL(h1_block) * b, const uint8_t *p,
                                     size_t n) {
  /*@ loop invariant h1_block_place(b, n) && h1_block_stops(b, p, n);
      loop invariant h1_block_left(b) <= \at(h1_block_left(b), Pre);
      loop assigns *b;
      loop variant b->left; */
  while (b->stops == 0) {
    if (!H1_LEVEL(next_block)(b, p, n)) return n;
  }
  return b->at + h1_first_bit(b->stops);
}

/* Notes the line at w->pos with its colon at `end` and its CR at `cr`. */
H1_INLINE void H1_LEVEL(note_line)(H1_LEVEL(h1_walk) * w, uint32_t id,
                                   size_t end, size_t cr) {
  const size_t value_at = end + 2;
  h1_header *line = &w->storage[w->count];
  line->name_at = (uint32_t)w->pos;
  line->name_len = (uint32_t)(end - w->pos);
  line->value_at = (uint32_t)value_at;
  line->value_len = (uint32_t)(cr - value_at);
  line->id = id;
  w->count++;
  w->pos = cr + 2;
}

/* Takes the line at w->pos, of which CR and LF stand at `cr` > pos, if it is
 * TOKEN ": " VALUE CRLF with a name under 32 bytes, a value without blanks
 * around it, and nothing to refuse. n >= 32; `wide`: n - pos >= 32, else n -
 * pos <= 32. */
H1_INLINE bool H1_LEVEL(usual_line)(H1_LEVEL(h1_walk) * w, size_t cr,
                                    bool wide) {
  const uint8_t *p = w->p;
  const size_t at = w->pos;
  const uint32_t stop =
      wide ? H1_LEVEL(h1_mask32_wide)(p, at, w->n, H1_CLASS_TOKEN)
           : H1_LEVEL(h1_mask32_last)(p, at, w->n, H1_CLASS_TOKEN);
  if (stop == 0) return false;
  /* A CR is no token byte: the name ends at `cr` at the latest, and what is
   * read here ends at `cr` + 1. */
  const size_t end = at + h1_first_bit(stop);
  if (end == at || !h1_is_pair(p, end, ':', ' ')) return false;
  if (p[end + 2] <= ' ' || p[cr - 1] <= ' ') return false;
  if (w->count >= w->count_limit) return false;
  const h1_name_row *row = h1_name_row_of(p, at, end);
  const uint32_t name = h1_up_to_first_bit(stop); /* and its colon */
  const bool known =
      wide ? H1_LEVEL(h1_folded_equal_wide)(p, at, w->n, row->text, name)
           : H1_LEVEL(h1_folded_equal_last)(p, at, w->n, row->text, name);
  uint32_t id = H1_FIELD_OTHER;
  if (known) {
    id = row->id;
    if (((w->refused >> id) & 1u) != 0) return false;
    w->refused |= row->single;
  }
  H1_LEVEL(note_line)(w, id, end, cr);
  return true;
}

H1_INLINE void H1_LEVEL(walk_from)(H1_LEVEL(h1_walk) * w,
                                   const h1_fields_decoder *s, const uint8_t *p,
                                   size_t n) {
  w->p = p;
  w->n = n;
  w->storage = s->storage;
  w->refused = s->refused;
  w->pos = s->pos;
  w->count = s->count;
  w->count_limit = s->count_limit;
}

/* `at_end`: the empty line is next. Whether the section is done. */
H1_INLINE bool H1_LEVEL(walk_to)(const H1_LEVEL(h1_walk) * w,
                                 h1_fields_decoder *s, bool at_end) {
  s->refused = w->refused;
  s->count = w->count;
  s->line_at = w->pos;
  s->pos = at_end ? w->pos + 2 : w->pos;
  s->state = at_end ? H1_SECTION_DONE : H1_SECTION_NAME;
  return at_end;
}

/* Goes to the next byte that may end a line and takes the line, if there is
 * one; n - w->pos >= 32. */
H1_INLINE h1_walk_step H1_LEVEL(wide_line)(H1_LEVEL(h1_walk) * w,
                                           H1_LEVEL(h1_block) * b) {
  const uint8_t *p = w->p;
  const size_t n = w->n;
  const size_t cr = H1_LEVEL(next_stop)(b, p, n);
  /* Before `pos` is the LF of the line before, when its CR was the last
   * byte of a block. */
  if (cr < w->pos) {
    b->stops = h1_drop_bit(b->stops);
    return H1_WALK_ON;
  }
  if (cr >= n - 1 || !h1_is_pair(p, cr, '\r', '\n')) return H1_WALK_UNUSUAL;
  if (cr == w->pos) return H1_WALK_END;
  b->stops = h1_drop_bit(b->stops);
  b->stops = h1_drop_bit(b->stops); /* the LF, if it is in this block */
  if (!H1_LEVEL(usual_line)(w, cr, true)) return H1_WALK_UNUSUAL;
  return H1_WALK_ON;
}

/* Takes usual lines for as long as 32 bytes are left, n - w->pos >= 32 at
 * first. Whether the empty line comes next. */
H1_INLINE bool H1_LEVEL(wide_lines)(H1_LEVEL(h1_walk) * w) {
  const size_t n = w->n;
  H1_LEVEL(h1_block) b;
  b.at = w->pos;
  b.left = n - w->pos;
  b.stops = H1_LEVEL(h1_mask_half)(w->p, b.at, n, H1_CLASS_VALUE);
  /*@ loop invariant h1_walk_sound(w) && \at(w->pos, Pre) <= w->pos;
      loop invariant w->n == n && h1_block_place(&b, n);
      loop invariant h1_block_stops(&b, w->p, n);
      loop invariant
        0 <= b.left * 64 + (b.stops == 0 ? 0 : 64 - h1_low(b.stops));
      loop assigns b, w->storage[0 .. w->count_limit - 1], w->count, w->pos,
        w->refused;
      loop variant b.left * 64 + (b.stops == 0 ? 0 : 64 - h1_low(b.stops)); */
  while (w->pos <= n - 32) {
    const h1_walk_step step = H1_LEVEL(wide_line)(w, &b);
    if (step != H1_WALK_ON) return step == H1_WALK_END;
  }
  return false;
}

/* Takes usual lines where fewer than 32 bytes are left but n >= 32. Whether the
 * empty line comes next. */
H1_INLINE bool H1_LEVEL(last_lines)(H1_LEVEL(h1_walk) * w) {
  const uint8_t *p = w->p;
  const size_t n = w->n;
  /*@ loop invariant h1_walk_sound(w) && \at(w->pos, Pre) <= w->pos;
      loop invariant w->p == p && w->n == n;
      loop assigns w->storage[0 .. w->count_limit - 1], w->count, w->pos,
        w->refused;
      loop variant n - w->pos; */
  while (n - w->pos >= 2) {
    const size_t at = w->pos;
    if (h1_is_pair(p, at, '\r', '\n')) return true;
    const uint32_t stop = H1_LEVEL(h1_mask32_last)(p, at, n, H1_CLASS_VALUE);
    if (stop == 0) return false;
    const size_t cr = at + h1_first_bit(stop);
    if (cr == at || cr >= n - 1 || !h1_is_pair(p, cr, '\r', '\n')) return false;
    if (!H1_LEVEL(usual_line)(w, cr, false)) return false;
  }
  return false;
}

/* A function of its own: the loop needs all registers. */
static H1_NOINLINE bool H1_LEVEL(walk_wide)(h1_fields_decoder *s,
                                            const uint8_t *p, size_t n) {
  H1_LEVEL(h1_walk) w;
  H1_LEVEL(walk_from)(&w, s, p, n);
  return H1_LEVEL(walk_to)(&w, s, H1_LEVEL(wide_lines)(&w));
}

/* The same where fewer are left. */
H1_INLINE bool H1_LEVEL(walk_last)(h1_fields_decoder *s, const uint8_t *p,
                                   size_t n) {
  H1_LEVEL(h1_walk) w;
  H1_LEVEL(walk_from)(&w, s, p, n);
  return H1_LEVEL(walk_to)(&w, s, H1_LEVEL(last_lines)(&w));
}

/* Takes usual lines from s->pos <= n on, a line's beginning, and the empty line
 * when it comes next; n >= 32. Whether the section is done. */
H1_INLINE bool H1_LEVEL(usual_lines)(h1_fields_decoder *s, const uint8_t *p,
                                     size_t n) {
  if (s->pos <= n - 32) {
    if (H1_LEVEL(walk_wide)(s, p, n)) {
      //@ assert p[s->line_at] == '\r' && p[s->line_at + 1] == '\n';
      return true;
    }
    if (s->pos <= n - 32) return false; /* at a line that is not usual */
  }
  return H1_LEVEL(walk_last)(s, p, n);
}

#endif
