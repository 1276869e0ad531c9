/* Private: what the encoders share. Each first measures and checks everything,
 * then writes: all or nothing.
 *
 * The contracts are in proof/encode.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_ENCODE_H_
#define H1_PARSER_INTERNAL_ENCODE_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/internal/put.h"

/* What h1_fields_total found: H1_OK and the size, or why not. */
typedef struct {
  h1_error fault;
  size_t size;
  bool te, upgrade; /* one of the fields is this: Connection has to say so */
} h1_measure;

#ifdef __FRAMAC__
#include "parser/proof/encode.h"
#endif

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
  //@ assert stands_at(to, at, name);
  end = h1_put(to, end + 2, value);
  to[end] = '\r';
  to[end + 1] = '\n';
  //@ assert stands_at(to, at, name);
  //@ assert stands_at(to, at + name.len + 2, value);
  return end + 2;
}

/* Why name and value cannot be a field line, or H1_OK: what is written is read
 * back as the same name and value, and ends where it was meant to. */
h1_error h1_field_check(h1_slice name, h1_slice value);

/* Adds the lines of a caller's fields to `before`, or says why they cannot
 * stand in one head: h1_field_check, a FRAMING field (ENCODE_FRAMING), a name
 * of `not_here` (a set of bits) or a field that is sent once given twice
 * (ENCODE_NAME; h1_field_once_bit). */
h1_measure h1_fields_total(const h1_field *fields, size_t count,
                           uint64_t not_here, size_t before);

/* Writes those lines at to[at ..) and returns where they end. */
size_t h1_fields_put(uint8_t *to, size_t at, const h1_field *fields,
                     size_t count);

#endif
