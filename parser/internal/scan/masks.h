/* Private: the masks of one vector level, made of its h1_outside, which
 * classifies 32 bytes, and its h1_folded_differ, which compares as many;
 * included by scan_x86.h and scan_neon.h, no include guard. */

H1_INLINE uint32_t H1_LEVEL(h1_mask32_wide)(const uint8_t *p, size_t at,
                                            size_t n, unsigned class_bit) {
  (void)n;
  return H1_LEVEL(h1_outside)(p, at, class_bit);
}

H1_INLINE uint32_t H1_LEVEL(h1_mask32_last)(const uint8_t *p, size_t at,
                                            size_t n, unsigned class_bit) {
  const size_t first = n - 32;
  return H1_LEVEL(h1_outside)(p, first, class_bit) >> (at - first);
}

H1_INLINE uint32_t H1_LEVEL(h1_mask32)(const uint8_t *p, size_t at, size_t n,
                                       unsigned class_bit) {
  const size_t first = at < n - 32 ? at : n - 32;
  return H1_LEVEL(h1_outside)(p, first, class_bit) >> (at - first);
}

H1_INLINE bool H1_LEVEL(h1_folded_equal_wide)(const uint8_t *p, size_t at,
                                              size_t n, const uint8_t *text,
                                              uint32_t wanted) {
  (void)n;
  return (H1_LEVEL(h1_folded_differ)(p, at, text) & wanted) == 0;
}

/* The last 32 bytes are compared with the text and what stands before
 * it. */
H1_INLINE bool H1_LEVEL(h1_folded_equal_last)(const uint8_t *p, size_t at,
                                              size_t n, const uint8_t *text,
                                              uint32_t wanted) {
  const size_t first = n - 32;
  const size_t shift = at - first;
  const uint32_t differ = H1_LEVEL(h1_folded_differ)(p, first, text - shift);
  return ((differ >> shift) & wanted) == 0;
}

/* Two loads, at `first` and at `second`: their bits belong that far apart. */
H1_INLINE uint64_t H1_LEVEL(h1_mask_pair)(const uint8_t *p, size_t first,
                                          size_t second, unsigned class_bit) {
  const uint64_t low = H1_LEVEL(h1_outside)(p, first, class_bit);
  const uint64_t high = H1_LEVEL(h1_outside)(p, second, class_bit);
  return low | high << (second - first);
}

H1_INLINE uint64_t H1_LEVEL(h1_mask_wide)(const uint8_t *p, size_t at, size_t n,
                                          unsigned class_bit) {
  (void)n;
  return H1_LEVEL(h1_mask_pair)(p, at, at + 32, class_bit);
}

H1_INLINE uint64_t H1_LEVEL(h1_mask_last)(const uint8_t *p, size_t at, size_t n,
                                          unsigned class_bit) {
  const size_t first = n - 64;
  return H1_LEVEL(h1_mask_pair)(p, first, first + 32, class_bit) >>
         (at - first);
}

H1_INLINE uint64_t H1_LEVEL(h1_mask_half)(const uint8_t *p, size_t at, size_t n,
                                          unsigned class_bit) {
  const size_t second = n - at >= 64 ? at + 32 : n - 32;
  return H1_LEVEL(h1_mask_pair)(p, at, second, class_bit);
}

H1_INLINE uint64_t H1_LEVEL(h1_mask)(const uint8_t *p, size_t at, size_t n,
                                     unsigned class_bit) {
  if (n - at >= 32) return H1_LEVEL(h1_mask_half)(p, at, n, class_bit);
  if (n >= 32) return H1_LEVEL(h1_mask32_last)(p, at, n, class_bit);
  /* The filler is in every class, so that it sets no bit. */
  uint8_t padded[32];
  memset(padded, 'a', sizeof padded);
  memcpy(padded, p, n);
  return (uint64_t)(H1_LEVEL(h1_outside)(padded, 0, class_bit) >> at);
}

static H1_NOINLINE size_t H1_LEVEL(h1_until_not_long)(const uint8_t *p,
                                                      size_t from, size_t n,
                                                      unsigned class_bit) {
  size_t at = from;
  while (at < n) {
    const uint64_t outside = H1_LEVEL(h1_mask)(p, at, n, class_bit);
    if (outside != 0) return at + h1_first_bit(outside);
    at = n - at > 64 ? at + 64 : n;
  }
  return n;
}

/* Most of what is looked for is short: the first 32 bytes are looked at in
 * line, the rest is a call. */
H1_INLINE size_t H1_LEVEL(h1_until_not)(const uint8_t *p, size_t at, size_t n,
                                        unsigned class_bit) {
  size_t from = at;
  if (n >= 32 && at < n) {
    const uint32_t outside = H1_LEVEL(h1_mask32)(p, at, n, class_bit);
    if (outside != 0) return at + h1_first_bit(outside);
    from = n - at > 32 ? at + 32 : n;
  }
  return from < n ? H1_LEVEL(h1_until_not_long)(p, from, n, class_bit) : n;
}
