/* Byte classes: every level finds the byte the grammar's own words find, for
 * any text, alignment and place to start. Input: alignment, start; then the
 * text. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "fuzz/reference/head.h"

static bool is_plain(unsigned c) {
  return c > 0x20 && c < 0x7f && strchr("%\\#?./", (int)c) == NULL;
}
static bool is_digit(unsigned c) { return c >= '0' && c <= '9'; }
static bool is_hex(unsigned c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
static bool is_ows(unsigned c) { return c == ' ' || c == '\t'; }
static bool is_regname(unsigned c) {
  const bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alpha || is_digit(c) ||
         (c != 0 && c < 0x80 && strchr("-._~!$&'()*+,;=", (int)c) != NULL);
}

static const struct {
  unsigned bit;
  bool (*is)(unsigned);
} CLASSES[] = {{H1_CLASS_TOKEN, ref_is_tchar},
               {H1_CLASS_VALUE, ref_is_value_byte},
               {H1_CLASS_TARGET, ref_is_target_byte},
               {H1_CLASS_DIGIT, is_digit},
               {H1_CLASS_HEX, is_hex},
               {H1_CLASS_OWS, is_ows},
               {H1_CLASS_PLAIN, is_plain},
               {H1_CLASS_REGNAME, is_regname}};

enum { CLASS_COUNT = sizeof CLASSES / sizeof CLASSES[0] };

/* Per byte up to the one that is found; a call looks at one block more. */
static const fuzz_work_bound WORK = {"scan", 30, 200};

static void check_class(size_t k, const uint8_t *p, size_t from, size_t n) {
  size_t expected = from;
  while (expected < n && CLASSES[k].is(p[expected])) expected++;
  for (unsigned level = 0; level < FUZZ_LEVELS; level++) {
    if (!fuzz_has_level(level)) continue;
    fuzz_work_begin();
    const size_t found =
        h1_scan_until_not((h1_scan_level)level, CLASSES[k].bit, p, from, n);
    fuzz_work_law(&WORK, fuzz_work_end(), found - from, 1);
    FUZZ_CHECK(found == expected);
  }
}

static void check_table(uint8_t c) {
  for (size_t k = 0; k < CLASS_COUNT; k++) {
    const bool in = (h1_byte_classes[c] & CLASSES[k].bit) != 0;
    FUZZ_CHECK(in == CLASSES[k].is(c));
  }
}

/* The first byte at or after `c`, the lowest after the highest, that the class
 * has. */
static uint8_t next_in_class(size_t k, uint8_t c) {
  static uint8_t next[CLASS_COUNT][256];
  static bool known;
  for (size_t i = 0; !known && i < CLASS_COUNT * 256; i++) {
    unsigned in = i & 0xff;
    while (!CLASSES[i >> 8].is(in)) in = (in + 1) & 0xff;
    next[i >> 8][i & 0xff] = (uint8_t)in;
  }
  known = true;
  return next[k][c];
}

/* The text with each byte the class lacks made one it has, except one: blocks
 * of any length with the odd byte anywhere, which random text hardly gives. */
static void check_odd_byte(size_t k, const uint8_t *text, uint8_t *p, size_t n,
                           size_t odd) {
  for (size_t i = 0; i < n; i++) {
    p[i] = i == odd ? text[i] : next_in_class(k, text[i]);
  }
  check_class(k, p, 0, n);
  check_class(k, p, odd / 2, n);
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 2, .has_lines = false, .has_chunks = false, .longest = 512};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const size_t align = fuzz_byte(&in) & 63;
  const size_t start = fuzz_byte(&in);
  const size_t n = in.rest.len;
  uint8_t *block = fuzz_alloc(align + n);
  uint8_t *p = block + align;
  if (n > 0) memcpy(p, in.rest.ptr, n);
  /* Vector code may not look before the text either. */
  fuzz_hide(block, 0, align & ~(size_t)7);
  for (size_t i = 0; i < n; i++) check_table(p[i]);
  for (size_t k = 0; k < CLASS_COUNT; k++) {
    check_class(k, p, 0, n);
    check_class(k, p, start < n ? start : n, n);
    check_class(k, p, n, n);
  }
  for (size_t k = 0; k < CLASS_COUNT && n > 0; k++) {
    check_odd_byte(k, in.rest.ptr, p, n, start % n);
  }
  fuzz_show(block, 0, align & ~(size_t)7);
  free(block);
  return 0;
}
