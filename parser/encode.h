/* Private: what the encoders share. Each first measures and checks everything,
 * then writes: all or nothing. */
#ifndef H1_PARSER_ENCODE_H_
#define H1_PARSER_ENCODE_H_

#include <string.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"

/* a + b, or SIZE_MAX: a room that large does not exist, so that a sum too large
 * asks for room it never gets, and cannot wrap into a small one. */
static inline size_t h1_size_add(size_t a, size_t b) {
  return b <= SIZE_MAX - a ? a + b : SIZE_MAX;
}

/* Writes `s` at to[at ..) and returns where it ends. The caller measured. */
static inline size_t h1_put(uint8_t *to, size_t at, h1_slice s) {
  if (s.len != 0) memcpy(to + at, s.ptr, s.len);
  return at + s.len;
}

/* A string literal, without its NUL. */
#define H1_LITERAL(text) \
  ((h1_slice){(const uint8_t *)("" text), sizeof(text) - 1})

/* Whether all of `s` is in the class; so for an empty one. */
bool h1_all_of_class(h1_slice s, unsigned class_bit);

/* "name: value\r\n" */
static inline size_t h1_field_size(h1_slice name, h1_slice value) {
  return h1_size_add(h1_size_add(name.len, value.len), 4);
}
static inline size_t h1_field_put(uint8_t *to, size_t at, h1_slice name,
                                  h1_slice value) {
  size_t end = h1_put(to, at, name);
  to[end] = ':';
  to[end + 1] = ' ';
  end = h1_put(to, end + 2, value);
  to[end] = '\r';
  to[end + 1] = '\n';
  return end + 2;
}

/* Why name and value cannot be a field line, or H1_OK. */
h1_error h1_field_check(h1_slice name, h1_slice value);

/* Adds up the lines of a caller's fields in `*size`, or says why they cannot
 * stand in one head: h1_field_check, a FRAMING field (ENCODE_FRAMING), a name
 * of `not_here` (a set of bits) or a SINGLE field given twice (ENCODE_NAME). */
h1_error h1_fields_measure(const h1_field *fields, size_t count,
                           uint64_t not_here, size_t *size);
size_t h1_fields_put(uint8_t *to, size_t at, const h1_field *fields,
                     size_t count);

#endif
