/* Private to the codecs: bytes into bit masks, one set of leaves per vector
 * level. Bit i of a mask is set when the byte `at`+i of p[0..n) is not in the
 * class; bits of bytes at or past n are 0. All take (p, at, n, class_bit), with
 * at < n except the last, and class_bit a constant, so that inlining leaves
 * the one case:
 *
 * - h1_mask_LEVEL: 64 bytes;
 * - h1_mask_wide_LEVEL: the same where n - at >= 64 is known;
 * - h1_mask_half_LEVEL: the same where n - at >= 32 is known;
 * - h1_mask_last_LEVEL: the same where n >= 64 and n - at <= 64 are known;
 * - h1_mask32_LEVEL: 32 bytes, n >= 32; only its lowest bit set is meant;
 * - h1_mask32_wide_LEVEL: the same where n - at >= 32 is known;
 * - h1_mask32_last_LEVEL: the same where n - at <= 32 is known;
 * - h1_until_not_LEVEL: h1_scan_until_not.
 *
 * Beside them h1_folded_equal_wide_LEVEL(p, at, n, text, wanted), n - at >= 32:
 * whether each byte p[at + i] with bit i of `wanted` set, bit 5 of the byte set
 * too, is text[i]; h1_folded_equal_last_LEVEL the same where n >= 32 and n - at
 * <= 32 are known, for places below n. `wanted` is 2^k - 1 with k > 0, and no
 * bit of it stands for a place at or past n; 32 bytes are readable at `text`,
 * and 32 before it.
 *
 * Only p[0..n) is read: where fewer bytes are left than a load takes, the
 * vector leaves load the last ones there are and shift, and inputs shorter than
 * a load go through a padded copy. Nothing rests on where a page ends.
 *
 * The leaves are trusted by the proofs of the walks above them, hence the
 * exhaustive comparison with the classes in scan_block_test.cc.
 *
 * The contracts are in proof/scan_block.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_SCAN_BLOCK_H_
#define H1_PARSER_INTERNAL_SCAN_BLOCK_H_

#include <stdbool.h>
#include <string.h>

#include "parser/base.h"
#include "parser/scan.h"

/* Which vector leaves this build has. Frama-C reads no intrinsics: what it
 * proves are the scalar walks. */
#ifndef __FRAMAC__
#if defined(__x86_64__)
#define H1_VECTORS_X86 1
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define H1_VECTORS_NEON 1
#endif
#endif

/* The leaves exist only inside the walks. Where a walk calls something rare, or
 * is called for one level out of several, that stays a call: it costs
 * registers. */
#define H1_INLINE static inline __attribute__((always_inline))
#define H1_NOINLINE __attribute__((noinline))

#ifdef __FRAMAC__
#include "parser/proof/scan_block.h"
#endif

/* The index of the lowest set bit; `mask` is not 0. */
H1_INLINE size_t h1_first_bit(uint64_t mask) {
  return (size_t)__builtin_ctzll(mask);
}

/* `mask` without its lowest set bit; 0 stays 0. */
H1_INLINE uint64_t h1_drop_bit(uint64_t mask) { return mask & (mask - 1); }

/* The lowest set bit of `mask`, which is not 0, and all bits below it. */
H1_INLINE uint32_t h1_up_to_first_bit(uint32_t mask) {
  return mask ^ (mask - 1);
}

/* The reference: one table look-up a byte. */
H1_INLINE uint64_t h1_mask_scalar(const uint8_t *p, size_t at, size_t n,
                                  unsigned class_bit) {
  size_t left = n - at;
  size_t count = left < 64 ? left : 64;
  uint64_t mask = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t outside = !h1_in_class(class_bit, p[at + i]);
    mask |= outside << i;
  }
  return mask;
}

H1_INLINE uint64_t h1_mask_wide_scalar(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit) {
  return h1_mask_scalar(p, at, n, class_bit);
}

H1_INLINE uint64_t h1_mask_half_scalar(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit) {
  return h1_mask_scalar(p, at, n, class_bit);
}

H1_INLINE uint64_t h1_mask_last_scalar(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit) {
  return h1_mask_scalar(p, at, n, class_bit);
}

/* The next 32 bytes; all of the mask beyond its first bit may be missing: who
 * wants a short run's end should not pay for 32 look-ups. */
H1_INLINE uint32_t h1_mask32_scalar(const uint8_t *p, size_t at, size_t n,
                                    unsigned class_bit) {
  const size_t left = n - at;
  const size_t count = left < 32 ? left : 32;
  size_t i = 0;
  while (i < count && h1_in_class(class_bit, p[at + i])) i++;
  return i < count ? (uint32_t)1 << i : 0;
}

H1_INLINE uint32_t h1_mask32_wide_scalar(const uint8_t *p, size_t at, size_t n,
                                         unsigned class_bit) {
  return h1_mask32_scalar(p, at, n, class_bit);
}

H1_INLINE uint32_t h1_mask32_last_scalar(const uint8_t *p, size_t at, size_t n,
                                         unsigned class_bit) {
  return h1_mask32_scalar(p, at, n, class_bit);
}

H1_INLINE bool h1_folded_equal_wide_scalar(const uint8_t *p, size_t at,
                                           size_t n, const uint8_t *text,
                                           uint32_t wanted) {
  (void)n;
  uint32_t left = wanted;
  size_t i = 0;
  while (left != 0 && (p[at + i] | 0x20u) == text[i]) {
    left >>= 1;
    i++;
  }
  return left == 0;
}

H1_INLINE bool h1_folded_equal_last_scalar(const uint8_t *p, size_t at,
                                           size_t n, const uint8_t *text,
                                           uint32_t wanted) {
  return h1_folded_equal_wide_scalar(p, at, n, text, wanted);
}

H1_INLINE size_t h1_until_not_scalar(const uint8_t *p, size_t at, size_t n,
                                     unsigned class_bit) {
  size_t end = at;
  /*@ loop invariant at <= end <= n && class_run(class_bit, p, at, end);
      loop assigns end;
      loop variant n - end; */
  while (end < n && h1_in_class(class_bit, p[end])) end++;
  return end;
}

#if defined(H1_VECTORS_X86) || defined(H1_VECTORS_NEON)

/* Classification by nibbles, two table look-ups a byte. The high nibble is a
 * row of the ASCII chart and has one bit: rows 2 to 7 bits 0 to 5, rows 0 and 1
 * bits 6 and 7, rows 8 to 15 none. Each class has a table from the low nibble,
 * the column, to the rows in which it is selected there; a byte is selected
 * when row and column have a bit in common. A shuffle yields 0 for indices with
 * the top bit set, so that no byte >= 0x80 is ever selected: token, target and
 * plain select their members, value its outsiders, for obs-text is in it. On
 * x86 value has a way of its own, which is less work. */
static const uint8_t h1_row_bits[16] = {
    0x40, 0x80, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t h1_token_columns[16] = {0x3a, 0x3f, 0x3e, 0x3f, 0x3f, 0x3f,
                                             0x3f, 0x3f, 0x3e, 0x3e, 0x3d, 0x15,
                                             0x34, 0x15, 0x3d, 0x1c};
static const uint8_t h1_target_columns[16] = {
    0x3e, 0x3f, 0x3f, 0x3e, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x1f};
static const uint8_t h1_plain_columns[16] = {0x3e, 0x3f, 0x3f, 0x3e, 0x3f, 0x3e,
                                             0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
                                             0x37, 0x3f, 0x3e, 0x1c};
static const uint8_t h1_not_value_columns[16] = {
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0x80, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xe0};

/* `class_bit`: TOKEN, VALUE, TARGET or PLAIN. */
H1_INLINE const uint8_t *h1_columns_of(unsigned class_bit) {
  switch (class_bit) {
    case H1_CLASS_TOKEN:
      return h1_token_columns;
    case H1_CLASS_TARGET:
      return h1_target_columns;
    case H1_CLASS_PLAIN:
      return h1_plain_columns;
    default:
      return h1_not_value_columns;
  }
}

#endif

#if defined(H1_VECTORS_X86)
#include "parser/internal/scan/x86.h"
#elif defined(H1_VECTORS_NEON)
#include "parser/internal/scan/neon.h"
#endif

#endif
