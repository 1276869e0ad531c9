/* Private: the arm64 leaf of scan_block.h, which includes this. Every arm64
 * processor has NEON, so that the level needs no target attribute. */
#ifndef H1_PARSER_INTERNAL_SCAN_NEON_H_
#define H1_PARSER_INTERNAL_SCAN_NEON_H_

#include <arm_neon.h>

/* All ones: the byte is selected. Unlike a shuffle on x86, a look-up here
 * yields 0 for every index over 15: the low nibble is kept together with the
 * top bit. */
H1_INLINE uint8x16_t h1_selected_neon(const uint8_t *p, size_t at,
                                      const uint8_t columns[16]) {
  const uint8x16_t bytes = vld1q_u8(p + at);
  const uint8x16_t row =
      vqtbl1q_u8(vld1q_u8(h1_row_bits), vshrq_n_u8(bytes, 4));
  const uint8x16_t column =
      vqtbl1q_u8(vld1q_u8(columns), vandq_u8(bytes, vdupq_n_u8(0x8f)));
  return vtstq_u8(row, column);
}

/* Bit i: byte i of the 32 in `low` and `high` is all ones; each is that or 0.
 * Each byte keeps the bit of its place in a group of eight, and three rounds of
 * pairwise sums gather the four groups in order. */
H1_INLINE uint32_t h1_gather_neon(uint8x16_t low, uint8x16_t high) {
  static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                     1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t place = vld1q_u8(places);
  uint8x16_t sums = vpaddq_u8(vandq_u8(low, place), vandq_u8(high, place));
  sums = vpaddq_u8(sums, sums);
  sums = vpaddq_u8(sums, sums);
  return vgetq_lane_u32(vreinterpretq_u32_u8(sums), 0);
}

/* Bit i: byte i of the 32 at p[at] is not in the class. */
H1_INLINE uint32_t h1_outside_neon(const uint8_t *p, size_t at,
                                   unsigned class_bit) {
  const uint8_t *columns = h1_columns_of(class_bit);
  const uint32_t selected = h1_gather_neon(
      h1_selected_neon(p, at, columns), h1_selected_neon(p, at + 16, columns));
  return class_bit == H1_CLASS_VALUE ? selected : ~selected;
}

/* All ones: byte i of the 16 at p[at], bit 5 set, is that at text[at_text]. */
H1_INLINE uint8x16_t h1_folded_equals_neon(const uint8_t *p, size_t at,
                                           const uint8_t *text,
                                           size_t at_text) {
  const uint8x16_t folded = vorrq_u8(vld1q_u8(p + at), vdupq_n_u8(0x20));
  return vceqq_u8(folded, vld1q_u8(text + at_text));
}

/* Bit i: byte i of the 32 at p[at], bit 5 set, is not text[i]. */
H1_INLINE uint32_t h1_folded_differ_neon(const uint8_t *p, size_t at,
                                         const uint8_t *text) {
  return ~h1_gather_neon(h1_folded_equals_neon(p, at, text, 0),
                         h1_folded_equals_neon(p, at + 16, text, 16));
}

#define H1_LEVEL(name) name##_neon
#include "parser/internal/scan/masks.h"
#undef H1_LEVEL

#endif
