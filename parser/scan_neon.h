/* Private: the arm64 leaf of scan_block.h, which includes this. Every arm64
 * processor has NEON, so that the level needs no target attribute. */
#ifndef H1_PARSER_SCAN_NEON_H_
#define H1_PARSER_SCAN_NEON_H_

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

/* Bit i: byte i of the 32 at p[at] is not in the class. Each byte keeps the bit
 * of its place in a group of eight, and three rounds of pairwise sums gather
 * the four groups in order. */
H1_INLINE uint32_t h1_outside_neon(const uint8_t *p, size_t at,
                                   unsigned class_bit) {
  static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                     1, 2, 4, 8, 16, 32, 64, 128};
  const uint8_t *columns = h1_columns_of(class_bit);
  const uint8x16_t place = vld1q_u8(places);
  const uint8x16_t low = vandq_u8(h1_selected_neon(p, at, columns), place);
  const uint8x16_t high =
      vandq_u8(h1_selected_neon(p, at + 16, columns), place);
  uint8x16_t sums = vpaddq_u8(low, high);
  sums = vpaddq_u8(sums, sums);
  sums = vpaddq_u8(sums, sums);
  const uint32_t selected = vgetq_lane_u32(vreinterpretq_u32_u8(sums), 0);
  return class_bit == H1_CLASS_VALUE ? selected : ~selected;
}

/* 0 in each byte of the 16 at p[at] that, bit 5 set, is text[at_text], and in
 * those from `len` - at_text on. */
H1_INLINE uint8x16_t h1_folded_differ_neon(const uint8_t *p, size_t at,
                                           const uint8_t *text, size_t at_text,
                                           size_t len) {
  static const uint8_t places[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                     11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                     22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  const uint8x16_t folded = vorrq_u8(vld1q_u8(p + at), vdupq_n_u8(0x20));
  const uint8x16_t differ = veorq_u8(folded, vld1q_u8(text + at_text));
  const uint8x16_t place = vld1q_u8(places + at_text);
  return vandq_u8(differ, vcltq_u8(place, vdupq_n_u8((uint8_t)len)));
}

H1_INLINE bool h1_folded_equal_neon(const uint8_t *p, size_t at,
                                    const uint8_t *text, size_t len) {
  const uint8x16_t low = h1_folded_differ_neon(p, at, text, 0, len);
  const uint8x16_t high = h1_folded_differ_neon(p, at + 16, text, 16, len);
  return vmaxvq_u8(vorrq_u8(low, high)) == 0;
}

#define H1_LEVEL(name) name##_neon
#include "parser/scan_masks.h"
#undef H1_LEVEL

#endif
