/* The table of byte classes, and the levels of h1_scan_until_not.
 *
 * The contracts are in proof/scan.h, and are proven at the scalar level. */
#include "parser/scan.h"

#include "parser/internal/scan/block.h"

#if defined(H1_VECTORS_X86)
#include <cpuid.h>
#endif

/* What each byte is, as a sum of classes. A class that lies wholly inside
 * another carries it along: every target byte is a value byte, every plain byte
 * a target byte. */
enum {
  T = H1_CLASS_TOKEN,
  V = H1_CLASS_VALUE,
  G = H1_CLASS_TARGET | V,
  P = H1_CLASS_PLAIN | G,
  R = H1_CLASS_REGNAME,
  OWS = H1_CLASS_OWS | V,
  LETTER = T | P | R,
  HEXLET = LETTER | H1_CLASS_HEX,
  DIGIT = HEXLET | H1_CLASS_DIGIT
};

#define SIXTEEN_OBS V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V

/* clang-format off */
const uint8_t h1_byte_classes[256] = {
    ['\t'] = OWS,
    [' '] = OWS,
    ['!'] = T | P | R,
    ['"'] = P,
    ['#'] = T | V,
    ['$'] = T | P | R,
    ['%'] = T | G,
    ['&'] = T | P | R,
    ['\''] = T | P | R,
    ['('] = P | R,
    [')'] = P | R,
    ['*'] = T | P | R,
    ['+'] = T | P | R,
    [','] = P | R,
    ['-'] = T | P | R,
    ['.'] = T | G | R,
    ['/'] = G,
    ['0'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    ['5'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    [':'] = P,
    [';'] = P | R,
    ['<'] = P,
    ['='] = P | R,
    ['>'] = P,
    ['?'] = G,
    ['@'] = P,
    ['A'] = HEXLET, HEXLET, HEXLET, HEXLET, HEXLET, HEXLET,
    ['G'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['L'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['Q'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['V'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['['] = P,
    ['\\'] = G,
    [']'] = P,
    ['^'] = T | P,
    ['_'] = T | P | R,
    ['`'] = T | P,
    ['a'] = HEXLET, HEXLET, HEXLET, HEXLET, HEXLET, HEXLET,
    ['g'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['l'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['q'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['v'] = LETTER, LETTER, LETTER, LETTER, LETTER,
    ['{'] = P,
    ['|'] = T | P,
    ['}'] = P,
    ['~'] = T | P | R,
    [0x80] = SIXTEEN_OBS, SIXTEEN_OBS, SIXTEEN_OBS, SIXTEEN_OBS,
    [0xc0] = SIXTEEN_OBS, SIXTEEN_OBS, SIXTEEN_OBS, SIXTEEN_OBS,
};
/* clang-format on */

#define H1_LEVEL_FILE "parser/internal/scan/walk.h"
#include "parser/internal/scan/levels.h"

size_t h1_scan_until_not(h1_scan_level level, unsigned class_bit,
                         const uint8_t *p, size_t from, size_t n) {
  size_t end;
  switch (level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_AVX2:
      end = scan_avx2(class_bit, p, from, n);
      break;
    case H1_SCAN_SSE:
      end = scan_sse(class_bit, p, from, n);
      break;
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      end = scan_neon(class_bit, p, from, n);
      break;
#endif
    default:
      end = scan_scalar(class_bit, p, from, n);
  }
  return end;
}

#if defined(H1_VECTORS_X86)

/* __builtin_cpu_supports would link a run-time library's constructor and its
 * globals; the instruction itself needs neither. */
static bool has_sse(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
  return (c & bit_SSSE3) != 0 && (c & bit_SSE4_2) != 0;
}

/* The processor must have the instructions and the system must keep the upper
 * halves of the registers across a switch of threads: XCR0 bits 1 and 2. */
static bool has_avx2(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0) return false;
  unsigned saved, unused;
  __asm__("xgetbv" : "=a"(saved), "=d"(unused) : "c"(0));
  if ((saved & 6u) != 6u) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const unsigned wanted = bit_AVX2 | bit_BMI | bit_BMI2;
  return (b & wanted) == wanted;
}

#endif

bool h1_scan_supported(h1_scan_level level) {
  switch (level) {
    case H1_SCAN_SCALAR:
      return true;
#if defined(H1_VECTORS_X86)
    case H1_SCAN_SSE:
      return has_sse();
    case H1_SCAN_AVX2:
      return has_avx2();
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      return true;
#endif
    default:
      return false;
  }
}

h1_scan_level h1_scan_best(void) {
  if (h1_scan_supported(H1_SCAN_NEON)) return H1_SCAN_NEON;
  if (h1_scan_supported(H1_SCAN_AVX2)) return H1_SCAN_AVX2;
  if (h1_scan_supported(H1_SCAN_SSE)) return H1_SCAN_SSE;
  return H1_SCAN_SCALAR;
}

const char *h1_scan_level_name(h1_scan_level level) {
  switch (level) {
    case H1_SCAN_SCALAR:
      return "scalar";
    case H1_SCAN_SSE:
      return "sse4.2";
    case H1_SCAN_AVX2:
      return "avx2";
    case H1_SCAN_NEON:
      return "neon";
    default:
      return "unknown";
  }
}
