/* Private: how encoders measure and copy.
 *
 * The contracts are in proof/put.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_PUT_H_
#define H1_PARSER_INTERNAL_PUT_H_

#include <string.h>

#include "parser/base.h"

#ifdef __FRAMAC__
#include "parser/proof/put.h"
#endif

/* a + b, or SIZE_MAX: a room that large does not exist, so that a sum too large
 * asks for room it never gets, and cannot wrap into a small one. */
static inline size_t h1_size_add(size_t a, size_t b) {
  return b <= SIZE_MAX - a ? a + b : SIZE_MAX;
}

/* Leaf around memcpy: `s` at to[at ..), and they do not overlap. */
static inline void h1_copy(uint8_t *to, size_t at, h1_slice s) {
  if (s.len != 0) memcpy(to + at, s.ptr, s.len);
}

/* Writes `s` at to[at ..) and returns where it ends. The caller measured. */
static inline size_t h1_put(uint8_t *to, size_t at, h1_slice s) {
  h1_copy(to, at, s);
  return at + s.len;
}

#endif
