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
/*@ assigns \nothing; */
h1_scan_level h1_scan_best(void);

/* Whether this build and processor can run `level`. */
/*@ assigns \nothing; */
bool h1_scan_supported(h1_scan_level level);

/*@ assigns \nothing; */
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

/* The classes for the proofs, as the RFCs write them. */
/*@ predicate digit_byte(integer c) = '0' <= c <= '9';
    predicate alpha_byte(integer c) = 'a' <= c <= 'z' || 'A' <= c <= 'Z';
    predicate visible_byte(integer c) = 0x21 <= c <= 0x7e;
    predicate ows_byte(integer c) = c == ' ' || c == '\t';
    predicate hexdig_byte(integer c) =
      digit_byte(c) || 'a' <= c <= 'f' || 'A' <= c <= 'F';
    predicate token_byte(integer c) =
      alpha_byte(c) || digit_byte(c) || c == '!' || c == '#' || c == '$' ||
      c == '%' || c == '&' || c == '\'' || c == '*' || c == '+' || c == '-' ||
      c == '.' || c == '^' || c == '_' || c == '`' || c == '|' || c == '~';
    predicate value_byte(integer c) =
      ows_byte(c) || visible_byte(c) || 0x80 <= c <= 0xff;
    predicate target_byte(integer c) = visible_byte(c) && c != '#';
    predicate plain_byte(integer c) =
      target_byte(c) && c != '%' && c != '\\' && c != '?' && c != '.' &&
      c != '/';
    predicate regname_byte(integer c) =
      alpha_byte(c) || digit_byte(c) || c == '-' || c == '.' || c == '_' ||
      c == '~' || c == '!' || c == '$' || c == '&' || c == '\'' || c == '(' ||
      c == ')' || c == '*' || c == '+' || c == ',' || c == ';' || c == '=';
    predicate class_byte(integer class_bit, integer c) =
      (class_bit == H1_CLASS_TOKEN && token_byte(c)) ||
      (class_bit == H1_CLASS_VALUE && value_byte(c)) ||
      (class_bit == H1_CLASS_TARGET && target_byte(c)) ||
      (class_bit == H1_CLASS_DIGIT && digit_byte(c)) ||
      (class_bit == H1_CLASS_HEX && hexdig_byte(c)) ||
      (class_bit == H1_CLASS_OWS && ows_byte(c)) ||
      (class_bit == H1_CLASS_PLAIN && plain_byte(c)) ||
      (class_bit == H1_CLASS_REGNAME && regname_byte(c));
    predicate one_class(integer class_bit) =
      class_bit == H1_CLASS_TOKEN || class_bit == H1_CLASS_VALUE ||
      class_bit == H1_CLASS_TARGET || class_bit == H1_CLASS_DIGIT ||
      class_bit == H1_CLASS_HEX || class_bit == H1_CLASS_OWS ||
      class_bit == H1_CLASS_PLAIN || class_bit == H1_CLASS_REGNAME; */

/*@ predicate class_run{L}(integer class_bit, uint8_t *p, integer from,
                           integer to) =
      \forall integer k; from <= k < to ==> class_byte(class_bit, p[k]);
    predicate class_end{L}(integer class_bit, uint8_t *p, integer from,
                           integer end, integer n) =
      from <= end <= n && class_run(class_bit, p, from, end) &&
      (end < n ==> !class_byte(class_bit, p[end])); */

/* `class_bit` if `c` is in that class, else 0; 0 stays 0. Trusted by the
 * proofs: scan_test.cc compares every byte with every class. */
/*@ requires class_bit == 0 || one_class(class_bit);
    assigns \nothing;
    exits \false;
    ensures \result == 0 || \result == class_bit;
    ensures \result != 0 <==> class_bit != 0 && class_byte(class_bit, c); */
static inline unsigned h1_keep_class(unsigned class_bit, uint8_t c) {
  return class_bit & h1_byte_classes[c];
}

/* Whether `c` is in the class. */
/*@ requires one_class(class_bit);
    assigns \nothing;
    ensures \result <==> class_byte(class_bit, c); */
static inline bool h1_in_class(unsigned class_bit, uint8_t c) {
  return h1_keep_class(class_bit, c) != 0;
}

/* The index of the first byte at or after `from` in p[0..n) that is not in
 * `class_bit`, or n. Reads no byte outside p[0..n). One of TOKEN, VALUE,
 * TARGET, PLAIN is vectorised; the others are scalar at every level. */
/*@ requires one_class(class_bit) && from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==>
      class_byte(class_bit, p[k]);
    ensures \result < n ==> !class_byte(class_bit, p[\result]);
    ensures class_end(class_bit, p, from, \result, n); */
size_t h1_scan_until_not(h1_scan_level level, unsigned class_bit,
                         const uint8_t *p, size_t from, size_t n);

#ifdef __cplusplus
}
#endif
#endif
