/* Private: what the decoders of request heads, response heads and trailer
 * sections share, whatever their level: states, the recognition of field names,
 * and the general way through a field line.
 *
 * A decoder takes bytes one after the other and refuses at the first byte after
 * which no continuation could be served; `pos` then stays at that byte. That is
 * what makes the verdict the same for every fragmentation. A fault is named
 * after what the byte broke, but a LF is BARE_LF wherever no CR stands before
 * it.
 *
 * The contracts are in proof/section.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_SECTION_H_
#define H1_PARSER_INTERNAL_SECTION_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/internal/scan/block.h"

/* What a field section expects next.
 *
 *   NAME -> PADDING -> VALUE -> LINE_LF -> NAME ...
 *     \-> END_LF -> DONE
 *
 * and from each of them FAILED. */
enum {
  H1_SECTION_NAME,    /* a name's first or next byte, or the CR of the end */
  H1_SECTION_PADDING, /* OWS before a value */
  H1_SECTION_VALUE,   /* a value's next byte or its CR */
  H1_SECTION_LINE_LF, /* the LF after a value's CR */
  H1_SECTION_END_LF,  /* the LF after the CR of the empty line */
  H1_SECTION_DONE,
  H1_SECTION_FAILED
};

/* What comes of a step of a walk (section_walk.h): another line may follow, the
 * empty line is next, or a line that is not usual. */
typedef enum { H1_WALK_ON, H1_WALK_END, H1_WALK_UNUSUAL } h1_walk_step;

/* Bit id set for each field with the flag. */
#define H1_SINGLE_BIT_(id, name, flags) \
  | ((uint64_t)(((flags)&H1_FIELD_SINGLE) != 0) << (id))
#define H1_NOT_TRAILER_BIT_(id, name, flags) \
  | ((uint64_t)(((flags)&H1_FIELD_NOT_TRAILER) != 0) << (id))
#define H1_SINGLE_FIELDS ((uint64_t)0 H1_FIELD_LIST(H1_SINGLE_BIT_))
#define H1_NOT_TRAILER_FIELDS ((uint64_t)0 H1_FIELD_LIST(H1_NOT_TRAILER_BIT_))

#if !defined(__FRAMAC__) && !defined(__cplusplus) /* a test includes it too */
_Static_assert(H1_FIELD_COUNT <= 64, "a bit of a uint64_t for each field");
#endif

/* A known name in lower case with the colon after it, padded with zeros, so
 * that 32 bytes can be read at its first place and eight at any; names near the
 * end of the input are compared with what stands before it as well. */
typedef struct {
  uint64_t single; /* bit id when it may come once only, else 0 */
  uint8_t id, len;
  uint8_t front[22];
  uint8_t text[32];
} h1_name_row;

/* A perfect hash of the known names over length, first and last letter, without
 * case, whose bit both multipliers shift out. They were searched for; two names
 * in one slot would not compile (fields.c). An empty slot has length 0, which
 * no name has, and a text that no folded byte equals. */
#define H1_NAME_SLOTS 128
#define H1_NAME_SLOT(len, first, last) \
  (((len) + (first)*16u + (last)*4u) & (H1_NAME_SLOTS - 1u))
extern const h1_name_row h1_name_rows[H1_NAME_SLOTS];

/* ---- bytes ---- */

#ifdef __FRAMAC__
#include "parser/proof/section.h"
#endif

/* `bytes` with its lowest byte gone and `c` as its highest. */
H1_INLINE uint64_t h1_push_byte(uint64_t bytes, uint8_t c) {
  return bytes >> 8 | c * ((uint64_t)1 << 56);
}

/* Eight bytes, the first one lowest. */
H1_INLINE uint64_t h1_load64(const uint8_t *p, size_t at) {
  uint64_t bytes = 0;
#if !defined(__FRAMAC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(&bytes, p + at, sizeof bytes);
#else
  /*@ loop invariant 0 <= i <= 8;
      loop assigns i, bytes;
      loop variant 8 - i; */
  for (size_t i = 0; i < 8; i++) bytes = h1_push_byte(bytes, p[at + i]);
#endif
  return bytes;
}

/* Whether p[at], p[at+1] are these two: one load, one comparison. */
H1_INLINE bool h1_is_pair(const uint8_t *p, size_t at, uint8_t a, uint8_t b) {
  return ((unsigned)p[at] | (unsigned)p[at + 1] << 8) ==
         ((unsigned)a | (unsigned)b << 8);
}

/* Whether p[at .. at+4) are these four. */
H1_INLINE bool h1_is_quad(const uint8_t *p, size_t at, uint8_t a, uint8_t b,
                          uint8_t c, uint8_t d) {
  return ((uint32_t)p[at] | (uint32_t)p[at + 1] << 8 |
          (uint32_t)p[at + 2] << 16 | (uint32_t)p[at + 3] << 24) ==
         ((uint32_t)a | (uint32_t)b << 8 | (uint32_t)c << 16 |
          (uint32_t)d << 24);
}

/* For a name at the very front of a trailer section: out of line, because an
 * unrolled loop costs the walks registers. */
static H1_NOINLINE uint64_t h1_load_front(const uint8_t *p, size_t at,
                                          size_t len) {
  uint64_t bytes = 0;
  /*@ loop invariant 0 <= i <= len;
      loop assigns i, bytes;
      loop variant len - i; */
  for (size_t i = 0; i < len; i++) bytes = h1_push_byte(bytes, p[at + i]);
  /* The analyzer does not read contracts: len is at least 1. */
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult)
  return bytes >> (8 * (8 - len));
}

/* p[at .. at+len) as the low bytes, len in 1..7. The bytes before `at`,
 * where there are enough, make it one load. */
H1_INLINE uint64_t h1_load_short(const uint8_t *p, size_t at, size_t len) {
  size_t end = at + len;
  if (end < 8) return h1_load_front(p, at, len);
  return h1_load64(p, end - 8) >> (8 * (8 - len));
}

/* Whether the lowest `len` bytes, 1 to 7, are the same in both. Trusted by the
 * proofs: it shifts bits out, which they take for an overflow. */
H1_INLINE bool h1_low_bytes_equal(uint64_t a, uint64_t b, size_t len) {
  return (a ^ b) << (8 * (8 - len)) == 0;
}

/* Whether the token p[at .. at+len) is the name in `text`, which is as long.
 * Setting bit 5 folds case, and is exact here: the only bytes it maps onto a
 * letter or '-' are that letter's two cases and '-' itself, or no token. */
H1_INLINE bool h1_name_matches(const uint8_t *text, const uint8_t *p, size_t at,
                               size_t len) {
  const uint64_t fold = 0x2020202020202020u;
  if (len < 8) {
    const uint64_t name = h1_load_short(p, at, len) | fold;
    return h1_low_bytes_equal(name, h1_load64(text, 0), len);
  }
  uint64_t differ =
      ((h1_load64(p, at) | fold) ^ h1_load64(text, 0)) |
      ((h1_load64(p, at + len - 8) | fold) ^ h1_load64(text, len - 8));
  if (len > 16) {
    differ |= (h1_load64(p, at + 8) | fold) ^ h1_load64(text, 8);
  }
  return differ == 0;
}

/* The only row that can be that of the token p[at .. end), at < end. Trusted by
 * the proofs, for the table is long: fields_test.cc looks each name up. */
H1_INLINE const h1_name_row *h1_name_row_of(const uint8_t *p, size_t at,
                                            size_t end) {
  return &h1_name_rows[H1_NAME_SLOT(end - at, p[at], p[end - 1])];
}

/* Which field the token p[at .. at+len), len >= 1, names. */
H1_INLINE uint32_t h1_name_id(const uint8_t *p, size_t at, size_t len) {
  const h1_name_row *row = h1_name_row_of(p, at, at + len);
  if (row->len != len) return H1_FIELD_OTHER;
  return h1_name_matches(row->text, p, at, len) ? row->id
                                                : (uint32_t)H1_FIELD_OTHER;
}

/* The bit of a field in a set of them. Trusted by the proofs, in which a shift
 * by a variable has no bounds. */
H1_INLINE uint64_t h1_field_bit(uint32_t id) { return (uint64_t)1 << id; }

/* A set without fields, and one with another in it. Trusted, too. */
H1_INLINE uint64_t h1_no_field(void) { return 0; }
H1_INLINE uint64_t h1_with_field(uint64_t bits, uint32_t id) {
  return bits | h1_field_bit(id);
}

/* The fault of a byte that is none of those awaited. */
H1_INLINE h1_error h1_fault_or_bare_lf(uint8_t c, h1_error fault) {
  return c == '\n' ? H1_BARE_LF : fault;
}

/* Whether `c` may be byte i of "HTTP/" DIGIT "." DIGIT (RFC 9112 2.3); i < 8.
 */
static inline bool h1_version_byte(size_t i, uint8_t c) {
  static const uint8_t text[8] = {'H', 'T', 'T', 'P', '/', '0', '.', '0'};
  if (i == 5 || i == 7) return c >= '0' && c <= '9';
  return c == text[i];
}

/* Whether p[at .. at+8) is "HTTP/1." with minor version 0 or 1: one load, one
 * comparison. Trusted by the proofs; fields_test.cc tries each byte. */
H1_INLINE bool h1_version_1(const uint8_t *p, size_t at) {
  const uint64_t http_1_0 = 0x302e312f50545448u;
  const uint64_t minor_bit = (uint64_t)1 << 56;
  return (h1_load64(p, at) | minor_bit) == (http_1_0 | minor_bit);
}

/* The lowest of a limit, of what indices can hold and of the headers there is
 * storage for. */
H1_INLINE size_t h1_lines_limit(size_t count_limit, size_t capacity) {
  const size_t indexed =
      count_limit < H1_HEADER_COUNT_MAX ? count_limit : H1_HEADER_COUNT_MAX;
  return indexed < capacity ? indexed : capacity;
}

/* Sets up a section with the limits of a head or of a trailer section, lowered
 * to what offsets and indices can hold and to the capacity of `storage`. */
H1_INLINE void h1_section_init(h1_fields_decoder *s, size_t bytes_limit,
                               size_t count_limit, bool trailers,
                               h1_scan_level level, h1_header *storage,
                               size_t capacity) {
  s->storage = storage;
  s->refused = trailers ? H1_NOT_TRAILER_FIELDS : 0;
  s->bytes_limit =
      bytes_limit < H1_HEAD_BYTES_MAX ? bytes_limit : H1_HEAD_BYTES_MAX;
  s->count_limit = h1_lines_limit(count_limit, capacity);
  s->pos = 0;
  s->line_at = 0;
  s->count = 0;
  s->state = H1_SECTION_NAME;
  s->error = H1_OK;
  s->level = (uint32_t)level;
  s->trailers = trailers;
}

/* Refuses the message at byte `at`. False, as every step that ends a walk. */
H1_INLINE bool h1_section_fail(h1_fields_decoder *s, size_t at, h1_error e) {
  s->pos = at;
  s->error = (size_t)e;
  s->state = H1_SECTION_FAILED;
  return false;
}

/* Takes a field line, from wherever in it the decoder is, s->pos < n, to its
 * end or that of the input p[0..n); every case of the grammar is handled here,
 * at any fragmentation. True when the next line begins at s->pos, which may be
 * n; false when the section suspends, is done or failed. In fields.c. */
bool h1_section_line(h1_fields_decoder *s, const uint8_t *p, size_t n);

/* What the caller is told. */
H1_INLINE h1_step h1_section_step(const h1_fields_decoder *s) {
  if (s->state == H1_SECTION_DONE) return H1_DONE;
  return s->state == H1_SECTION_FAILED ? H1_FAILED : H1_NEED_INPUT;
}

/* Fills `out` with a view of a DONE section, or with no fields at all. */
H1_INLINE void h1_section_view(const h1_fields_decoder *s, const uint8_t *base,
                               h1_fields *out) {
  const h1_header *headers = s->storage;
  const size_t count = s->state == H1_SECTION_DONE ? s->count : 0;
  uint64_t seen = h1_no_field();
  /*@ loop invariant 0 <= i <= count;
      loop invariant \forall integer id; 0 <= id < H1_FIELD_COUNT &&
        h1_in_set(seen, id) ==> i <= out->first[id] < count &&
          headers[out->first[id]].id == id;
      loop invariant \forall integer id, j; 0 <= id < H1_FIELD_COUNT &&
        h1_in_set(seen, id) && i <= j < out->first[id] ==> headers[j].id != id;
      loop invariant \forall integer id, j; 0 <= id < H1_FIELD_COUNT &&
        !h1_in_set(seen, id) && i <= j < count ==> headers[j].id != id;
      loop assigns i, seen, out->first[0 .. H1_FIELD_COUNT - 1];
      loop variant i; */
  for (size_t i = count; i > 0; i--) {
    const uint32_t id = headers[i - 1].id;
    out->first[id] = (uint16_t)(i - 1);
    seen = h1_with_field(seen, id);
  }
  out->base.ptr = base;
  out->base.len = s->pos;
  out->headers = headers;
  out->count = count;
  out->seen = seen;
}

#endif
