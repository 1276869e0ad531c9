/* Holds what a head decoder made of a head against what the reference did. */
#ifndef H1_FUZZ_LAWS_HEAD_REFERENCE_H_
#define H1_FUZZ_LAWS_HEAD_REFERENCE_H_

#include "fuzz/laws/head.h"

/* What a head is decoded with. */
typedef struct {
  ref_kind kind;
  h1_limits limits;
  h1_scan_level level;
  bool by_capacity; /* the storage alone limits the lines */
  uint32_t tolerances;
} head_setup;

static inline bool head_is_trailers(const head_setup *s) {
  return s->kind == REF_TRAILERS || s->kind == REF_RESPONSE_TRAILERS;
}

static inline size_t head_count_limit(const head_setup *s) {
  return head_is_trailers(s) ? s->limits.trailer_count : s->limits.header_count;
}

static inline size_t head_bytes_limit(const head_setup *s) {
  return head_is_trailers(s) ? s->limits.trailer_bytes : s->limits.head_bytes;
}

void head_check_reference(const head_setup *s, const head_outcome *o,
                          h1_slice head);

#endif
