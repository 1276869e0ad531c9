/* Private: the x86-64 leaves of scan_block.h, which includes this. */
#ifndef H1_PARSER_INTERNAL_SCAN_X86_H_
#define H1_PARSER_INTERNAL_SCAN_X86_H_

#include <immintrin.h>

/* A shuffle of this by a byte gives the byte back for HTAB and DEL alone: a
 * 0xff comes from an index below 0x80, and what is above yields 0. These two
 * are where value differs from "no control": HTAB is one and in it, DEL is none
 * and not. */
static const uint8_t h1_tab_and_del[16] = {255, 255, 255, 255, 255, 255,
                                           255, 255, 255, 9,   255, 255,
                                           255, 255, 255, 127};

/* ---- AVX2: 32 bytes at once ---- */

#include "parser/internal/scan/level_avx2.h"

H1_INLINE __m256i h1_table_avx2(const uint8_t table[16]) {
  return _mm256_broadcastsi128_si256(
      _mm_loadu_si128((const __m128i *)(const void *)table));
}

/* Bit i: byte i is a control but HTAB, or DEL. */
H1_INLINE uint32_t h1_not_value_avx2(__m256i bytes) {
  const __m256i control =
      _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(31)), bytes);
  const __m256i odd = _mm256_cmpeq_epi8(
      _mm256_shuffle_epi8(h1_table_avx2(h1_tab_and_del), bytes), bytes);
  return (uint32_t)_mm256_movemask_epi8(_mm256_xor_si256(control, odd));
}

/* Bit i: byte i of the 32 at p[at] is not in the class. */
H1_INLINE uint32_t h1_outside_avx2(const uint8_t *p, size_t at,
                                   unsigned class_bit) {
  const __m256i bytes =
      _mm256_loadu_si256((const __m256i *)(const void *)(p + at));
  if (class_bit == H1_CLASS_VALUE) return h1_not_value_avx2(bytes);
  const __m256i high =
      _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
  const __m256i row = _mm256_shuffle_epi8(h1_table_avx2(h1_row_bits), high);
  const __m256i column =
      _mm256_shuffle_epi8(h1_table_avx2(h1_columns_of(class_bit)), bytes);
  const __m256i apart =
      _mm256_cmpeq_epi8(_mm256_and_si256(row, column), _mm256_setzero_si256());
  const uint32_t unselected = (uint32_t)_mm256_movemask_epi8(apart);
  return unselected;
}

/* Bit i: byte i of the 32 at p[at], bit 5 set, is not text[i]. */
H1_INLINE uint32_t h1_folded_differ_avx2(const uint8_t *p, size_t at,
                                         const uint8_t *text) {
  const __m256i bytes =
      _mm256_loadu_si256((const __m256i *)(const void *)(p + at));
  const __m256i wanted =
      _mm256_loadu_si256((const __m256i *)(const void *)text);
  const __m256i folded = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
  const __m256i equal = _mm256_cmpeq_epi8(folded, wanted);
  return ~(uint32_t)_mm256_movemask_epi8(equal);
}

#define H1_LEVEL(name) name##_avx2
#include "parser/internal/scan/masks.h"
#undef H1_LEVEL

#include "parser/internal/scan/level_end.h"

/* ---- SSE4.2: twice 16 bytes ---- */

#include "parser/internal/scan/level_sse.h"

H1_INLINE __m128i h1_table_sse(const uint8_t table[16]) {
  return _mm_loadu_si128((const __m128i *)(const void *)table);
}

/* Bit i: byte i of the 16 at p[at] is not selected by the columns. */
H1_INLINE uint32_t h1_unselected_sse(const uint8_t *p, size_t at,
                                     const uint8_t columns[16]) {
  const __m128i bytes =
      _mm_loadu_si128((const __m128i *)(const void *)(p + at));
  const __m128i high =
      _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(15));
  const __m128i row = _mm_shuffle_epi8(h1_table_sse(h1_row_bits), high);
  const __m128i column = _mm_shuffle_epi8(h1_table_sse(columns), bytes);
  const __m128i apart =
      _mm_cmpeq_epi8(_mm_and_si128(row, column), _mm_setzero_si128());
  return (uint32_t)_mm_movemask_epi8(apart);
}

/* Bit i: byte i of the 16 at p[at] is a control but HTAB, or DEL. */
H1_INLINE uint32_t h1_not_value_sse(const uint8_t *p, size_t at) {
  const __m128i bytes =
      _mm_loadu_si128((const __m128i *)(const void *)(p + at));
  const __m128i control =
      _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(31)), bytes);
  const __m128i odd = _mm_cmpeq_epi8(
      _mm_shuffle_epi8(h1_table_sse(h1_tab_and_del), bytes), bytes);
  return (uint32_t)_mm_movemask_epi8(_mm_xor_si128(control, odd));
}

H1_INLINE uint32_t h1_outside_sse(const uint8_t *p, size_t at,
                                  unsigned class_bit) {
  if (class_bit == H1_CLASS_VALUE) {
    return h1_not_value_sse(p, at) | h1_not_value_sse(p, at + 16) << 16;
  }
  const uint8_t *columns = h1_columns_of(class_bit);
  return h1_unselected_sse(p, at, columns) |
         h1_unselected_sse(p, at + 16, columns) << 16;
}

/* Bit i: byte i of the 16 at p[at], bit 5 set, is that at text[at_text]. */
H1_INLINE uint32_t h1_folded_equals_sse(const uint8_t *p, size_t at,
                                        const uint8_t *text, size_t at_text) {
  const __m128i bytes =
      _mm_loadu_si128((const __m128i *)(const void *)(p + at));
  const __m128i wanted =
      _mm_loadu_si128((const __m128i *)(const void *)(text + at_text));
  const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, wanted));
}

H1_INLINE uint32_t h1_folded_differ_sse(const uint8_t *p, size_t at,
                                        const uint8_t *text) {
  return ~(h1_folded_equals_sse(p, at, text, 0) |
           h1_folded_equals_sse(p, at + 16, text, 16) << 16);
}

#define H1_LEVEL(name) name##_sse
#include "parser/internal/scan/masks.h"
#undef H1_LEVEL

#include "parser/internal/scan/level_end.h"

#endif
