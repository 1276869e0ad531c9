#include "bench/cases.h"

#if defined(__x86_64__)

#include <immintrin.h>

bool bench_limit_supported(void) { return h1_scan_supported(H1_SCAN_AVX2); }

/* All ones in each byte that may not stand in a head. A shuffle by the byte
 * itself gives back HTAB, LF and CR at their own places and 0xff or 0 at
 * others, so that comparing it with the byte finds exactly these three. */
__attribute__((target("avx2"))) static inline __m256i refused(__m256i bytes) {
  const __m256i lines = _mm256_setr_epi8(
      -1, -1, -1, -1, -1, -1, -1, -1, -1, 9, 10, -1, -1, 13, -1, -1, -1, -1, -1,
      -1, -1, -1, -1, -1, -1, 9, 10, -1, -1, 13, -1, -1);
  const __m256i line =
      _mm256_cmpeq_epi8(_mm256_shuffle_epi8(lines, bytes), bytes);
  const __m256i control =
      _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
  const __m256i delete = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7f));
  return _mm256_or_si256(_mm256_andnot_si256(line, control), delete);
}

__attribute__((target("avx2"))) size_t bench_limit_pass(const uint8_t *p,
                                                        size_t n) {
  __m256i bad = _mm256_setzero_si256();
  if (n < 32) return 0; /* no input is so short */
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    bad = _mm256_or_si256(
        bad,
        refused(_mm256_loadu_si256((const __m256i *)(const void *)(p + i))));
  }
  if (i < n) { /* the last block overlaps the one before it */
    const uint8_t *last = p + n - 32;
    bad = _mm256_or_si256(
        bad, refused(_mm256_loadu_si256((const __m256i *)(const void *)last)));
  }
  return _mm256_testz_si256(bad, bad) ? n : 0;
}

#else

bool bench_limit_supported(void) { return false; }

size_t bench_limit_pass(const uint8_t *p, size_t n) {
  (void)p;
  (void)n;
  return 0;
}

#endif
