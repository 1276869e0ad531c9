/* Private: the walk over a field section, for one level; RFC 9112 5. Included
 * by the walks that levels.h compiles, hence no include guard.
 *
 * A line as clients send it, all of it there, is taken here, the next one's
 * place depending on nothing but the mask of its CR; anything else goes to
 * h1_section_line, which knows the whole grammar. So there is one place that
 * decides what is refused, and no byte is looked at more than twice. */

/* The hot state of one call, in registers. Bit i of `not_value`: the byte
 * `block_at`+i of p[0..n) is no value byte. */
typedef struct {
  const uint8_t *p;
  size_t n;
  size_t block_at;
  uint64_t not_value;
  h1_header *storage;
  uint64_t refused;
  size_t pos, count;
} H1_LEVEL(h1_walk);

/* The first byte at or after `from` that is no value byte, or n. A block begins
 * where the last one ended, or at `from` when that lies further; as `from` lies
 * behind the first block then, n >= 64. */
H1_INLINE size_t H1_LEVEL(find_not_value)(H1_LEVEL(h1_walk) * w, size_t from) {
  size_t at = from;
  for (;;) {
    const size_t bit = at - w->block_at;
    if (bit < 64) {
      const uint64_t mask = w->not_value >> bit;
      if (mask != 0) return at + h1_first_bit(mask);
      at = w->block_at + 64;
    }
    if (at >= w->n) return w->n;
    w->not_value = H1_LEVEL(h1_mask_wide)(w->p, at, w->n, H1_CLASS_VALUE);
    w->block_at = at;
  }
}

/* Which field p[at .. at+len), len in 1..31, names. `wide`: n - at >= 32, so
 * that one comparison of 32 bytes serves names of any length. */
H1_INLINE uint32_t H1_LEVEL(name_id)(const uint8_t *p, size_t at, size_t len,
                                     bool wide) {
  if (!wide) return h1_name_id(p, at, len);
  const size_t slot = h1_name_slot(p, at, len);
  if (h1_name_keys[slot].len != len) return H1_FIELD_OTHER;
  return H1_LEVEL(h1_folded_equal)(p, at, h1_name_texts[slot].text, len)
             ? h1_name_keys[slot].id
             : (uint32_t)H1_FIELD_OTHER;
}

/* Takes the line at w->pos if it is TOKEN ": " VALUE CRLF with a name under 32
 * bytes, a value without blanks around it, and nothing to refuse. n >= 32;
 * `wide`: n - w->pos >= 32. */
H1_INLINE bool H1_LEVEL(usual_line)(H1_LEVEL(h1_walk) * w, size_t count_limit,
                                    bool wide) {
  const uint8_t *p = w->p;
  const size_t at = w->pos;
  const size_t cr = H1_LEVEL(find_not_value)(w, at);
  if (cr == at || w->n - cr < 2 || !h1_is_pair(p, cr, '\r', '\n')) return false;
  const uint32_t stop =
      wide ? H1_LEVEL(h1_mask32_wide)(p, at, w->n, H1_CLASS_TOKEN)
           : H1_LEVEL(h1_mask32)(p, at, w->n, H1_CLASS_TOKEN);
  if (stop == 0) return false;
  const size_t len = h1_first_bit(stop);
  /* A CR is no token byte: the name ends at `cr` at the latest, and what is
   * read here ends at `cr` + 1. */
  const size_t end = at + len;
  if (len == 0 || !h1_is_pair(p, end, ':', ' ')) return false;
  if (p[end + 2] <= ' ' || p[cr - 1] <= ' ') return false;
  const uint32_t id = H1_LEVEL(name_id)(p, at, len, wide);
  if (((w->refused >> id) & 1u) != 0 || w->count >= count_limit) return false;
  h1_header *line = &w->storage[w->count];
  line->name_at = (uint32_t)at;
  line->name_len = (uint32_t)len;
  line->value_at = (uint32_t)(end + 2);
  line->value_len = (uint32_t)(cr - end - 2);
  line->id = id;
  w->refused |= ((uint64_t)1 << id) & H1_SINGLE_FIELDS;
  w->count++;
  w->pos = cr + 2;
  return true;
}

/* Takes usual lines from s->pos on, a line's beginning, and the empty line when
 * it comes next. `not_value` is the mask of the 64 bytes at `block_at`. n
 * >= 32. */
static H1_NOINLINE void H1_LEVEL(usual_lines)(h1_fields_decoder *s,
                                              const uint8_t *p, size_t n,
                                              size_t block_at,
                                              uint64_t not_value) {
  const size_t count_limit = s->count_limit;
  H1_LEVEL(h1_walk) w;
  w.p = p;
  w.n = n;
  w.block_at = block_at;
  w.not_value = not_value;
  w.storage = s->storage;
  w.refused = s->refused;
  w.pos = s->pos;
  w.count = s->count;
  bool more = true;
  while (more && n - w.pos >= 32) {
    more = H1_LEVEL(usual_line)(&w, count_limit, true);
  }
  while (more) more = H1_LEVEL(usual_line)(&w, count_limit, false);
  const bool at_end = n - w.pos >= 2 && h1_is_pair(p, w.pos, '\r', '\n');
  s->refused = w.refused;
  s->count = w.count;
  s->line_at = w.pos;
  s->pos = at_end ? w.pos + 2 : w.pos;
  s->state = at_end ? H1_SECTION_DONE : H1_SECTION_NAME;
}

/* Takes what there is of a section from s->pos on. */
H1_INLINE void H1_LEVEL(section_walk)(h1_fields_decoder *s, const uint8_t *p,
                                      size_t n) {
  while (s->pos < n) {
    const bool at_line = s->state == H1_SECTION_NAME && s->pos == s->line_at;
    if (at_line && n >= 32) {
      const size_t at = s->pos;
      const uint64_t mask = H1_LEVEL(h1_mask)(p, at, n, H1_CLASS_VALUE);
      H1_LEVEL(usual_lines)(s, p, n, at, mask);
      if (s->state == H1_SECTION_DONE || s->pos >= n) return;
    }
    if (!h1_section_line(s, p, n)) return;
  }
}
