/* Byte classes, and finding the first byte outside one.
 *
 * The scalar tables are the reference (RFC 9110 5.6.2, 5.5; RFC 3986). Vector
 * versions classify 64 bytes at once into a bit mask and must agree with them
 * on every input. The level is a value, chosen once by the caller with
 * h1_scan_best() and handed to each decoder's init: one binary serves all
 * machines, no global state, no function pointer. */
#ifndef H1_PARSER_SCAN_H_
#define H1_PARSER_SCAN_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_SCAN_SCALAR = 0, /* everywhere */
  H1_SCAN_SSE = 1,    /* x86-64 with SSE4.2 */
  H1_SCAN_AVX2 = 2,   /* x86-64 with AVX2 and BMI */
  H1_SCAN_NEON = 3    /* arm64 */
} h1_scan_level;

/* The fastest level this processor has. Pure: it asks the processor only. */
h1_scan_level h1_scan_best(void);

/* Whether this build and processor can run `level`. */
bool h1_scan_supported(h1_scan_level level);

const char *h1_scan_level_name(h1_scan_level level);

/* Classes of one byte, as flags of h1_byte_classes. */
enum {
  H1_CLASS_TOKEN = 1,    /* tchar, RFC 9110 5.6.2 */
  H1_CLASS_VALUE = 2,    /* field-vchar, SP, HTAB: RFC 9110 5.5 */
  H1_CLASS_TARGET = 4,   /* visible ASCII but '#' */
  H1_CLASS_DIGIT = 8,    /* 0-9 */
  H1_CLASS_HEX = 16,     /* 0-9 A-F a-f */
  H1_CLASS_OWS = 32,     /* SP, HTAB */
  H1_CLASS_PLAIN = 64,   /* path byte that decoding leaves alone: visible ASCII
                            but % \ # ? . / */
  H1_CLASS_REGNAME = 128 /* unreserved, sub-delims: RFC 3986 3.2.2, no '%' */
};
extern const uint8_t h1_byte_classes[256];

#ifdef __FRAMAC__
#include "parser/proof/scan.h"
#endif

/* `class_bit` if `c` is in that class, else 0; 0 stays 0. Trusted by the
 * proofs: scan_test.cc compares every byte with every class. */
static inline unsigned h1_keep_class(unsigned class_bit, uint8_t c) {
  return class_bit & h1_byte_classes[c];
}

/* Whether `c` is in the class. */
static inline bool h1_in_class(unsigned class_bit, uint8_t c) {
  return h1_keep_class(class_bit, c) != 0;
}

/* The index of the first byte at or after `from` in p[0..n) that is not in
 * `class_bit`, or n. Reads no byte outside p[0..n). One of TOKEN, VALUE,
 * TARGET, PLAIN is vectorised; the others are scalar at every level. */
size_t h1_scan_until_not(h1_scan_level level, unsigned class_bit,
                         const uint8_t *p, size_t from, size_t n);

#ifdef __cplusplus
}
#endif
#endif
