/* What is proven of parser/internal/scan/block.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_SCAN_BLOCK_H_
#define H1_PARSER_PROOF_SCAN_BLOCK_H_

/* For the proofs, a mask is nothing but what these say of it; none of them has
 * a definition. `h1_bit`: bit i is set; `h1_low`: the lowest set one;
 * `h1_ones`: k of a mask 2^k - 1. What the leaves promise in these words is
 * trusted: scan_test.cc holds it for every byte at every place. */
/*@ axiomatic masks {
      predicate h1_bit(integer mask, integer i);
      logic integer h1_low(integer mask);
      logic integer h1_ones(integer mask);
    } */

/*@ predicate h1_outside{L}(integer class_bit, uint8_t *p, integer at,
                            integer n, integer i) =
      0 <= i < 64 && at + i < n && !class_byte(class_bit, p[at + i]);
    predicate h1_masks{L}(integer mask, integer class_bit, uint8_t *p,
                          integer at, integer n) =
      (\forall integer i; h1_bit(mask, i) <==>
        h1_outside(class_bit, p, at, n, i)) &&
      (mask == 0 ==> \forall integer i; !h1_bit(mask, i)) &&
      (mask != 0 ==> 0 <= h1_low(mask) < 64);
    predicate h1_masks_first{L}(integer mask, integer class_bit, uint8_t *p,
                                integer at, integer n) =
      (mask == 0 ==> class_run(class_bit, p, at, \min(at + 32, n))) &&
      (mask != 0 ==> 0 <= h1_low(mask) < 32 && at + h1_low(mask) < n &&
        class_end(class_bit, p, at, at + h1_low(mask), n)) &&
      (mask != 0 && (mask & 1) == 0 ==> h1_low(mask) > 0); */

/*@ requires mask != 0;
    assigns \nothing;
    exits \false;
    ensures \result == h1_low(mask) && \result < 64 && h1_bit(mask, \result);
    ensures \forall integer i; i < \result ==> !h1_bit(mask, i); */
H1_INLINE size_t h1_first_bit(uint64_t mask);

/*@ assigns \nothing;
    exits \false;
    ensures \forall integer i; h1_bit(\result, i) <==>
      h1_bit(mask, i) && mask != 0 && i != h1_low(mask);
    ensures \result == 0 ==> \forall integer i; !h1_bit(\result, i);
    ensures \result != 0 ==> mask != 0 && h1_low(mask) < h1_low(\result) < 64;
 */
H1_INLINE uint64_t h1_drop_bit(uint64_t mask);

/*@ requires mask != 0;
    assigns \nothing;
    exits \false;
    ensures h1_ones(\result) == h1_low(mask) + 1; */
H1_INLINE uint32_t h1_up_to_first_bit(uint32_t mask);

/*@ requires one_class(class_bit) && at < n;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    exits \false;
    ensures h1_masks(\result, class_bit, p, at, n); */
H1_INLINE uint64_t h1_mask_scalar(const uint8_t *p, size_t at, size_t n,
                                  unsigned class_bit);

/*@ requires one_class(class_bit) && at < n && n - at >= 64;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures h1_masks(\result, class_bit, p, at, n); */
H1_INLINE uint64_t h1_mask_wide_scalar(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit);

/*@ requires one_class(class_bit) && at < n && n - at >= 32;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures h1_masks(\result, class_bit, p, at, n); */
H1_INLINE uint64_t h1_mask_half_scalar(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit);

/*@ requires one_class(class_bit) && at < n && n >= 64 && n - at <= 64;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures h1_masks(\result, class_bit, p, at, n); */
H1_INLINE uint64_t h1_mask_last_scalar(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit);

/*@ requires one_class(class_bit) && at < n && n >= 32;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    exits \false;
    ensures h1_masks_first(\result, class_bit, p, at, n); */
H1_INLINE uint32_t h1_mask32_scalar(const uint8_t *p, size_t at, size_t n,
                                    unsigned class_bit);

/*@ requires one_class(class_bit) && at < n && n - at >= 32;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures h1_masks_first(\result, class_bit, p, at, n); */
H1_INLINE uint32_t h1_mask32_wide_scalar(const uint8_t *p, size_t at, size_t n,
                                         unsigned class_bit);

/*@ requires one_class(class_bit) && at < n && n >= 32 && n - at <= 32;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures h1_masks_first(\result, class_bit, p, at, n); */
H1_INLINE uint32_t h1_mask32_last_scalar(const uint8_t *p, size_t at, size_t n,
                                         unsigned class_bit);

/*@ requires 1 <= h1_ones(wanted) <= 32 && at + h1_ones(wanted) <= n;
    requires at <= n;
    requires \valid_read(p + (0 .. n - 1)) && \valid_read(text + (0 .. 31));
    assigns \nothing;
    exits \false; */
H1_INLINE bool h1_folded_equal_wide_scalar(const uint8_t *p, size_t at,
                                           size_t n, const uint8_t *text,
                                           uint32_t wanted);

/*@ requires 1 <= h1_ones(wanted) <= 32 && at + h1_ones(wanted) <= n;
    requires n >= 32 && n - at <= 32;
    requires \valid_read(p + (0 .. n - 1)) && \valid_read(text + (0 .. 31));
    assigns \nothing; */
H1_INLINE bool h1_folded_equal_last_scalar(const uint8_t *p, size_t at,
                                           size_t n, const uint8_t *text,
                                           uint32_t wanted);

/*@ requires one_class(class_bit) && at <= n;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures class_end(class_bit, p, at, \result, n); */
H1_INLINE size_t h1_until_not_scalar(const uint8_t *p, size_t at, size_t n,
                                     unsigned class_bit);

#endif
