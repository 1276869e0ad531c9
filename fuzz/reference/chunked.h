/* A chunked body read the slow way, from the ABNF of RFC 9112 7.1: whole
 * buffer, a size line at a time. Shares no code with parser/. */
#ifndef H1_FUZZ_REFERENCE_CHUNKED_H_
#define H1_FUZZ_REFERENCE_CHUNKED_H_

#include "fuzz/reference/head.h"

typedef struct {
  size_t ext_bytes;
  size_t overhead_base, overhead_ratio;
  uint64_t body_bytes;
  bool padded; /* blanks may follow a size */
} ref_chunk_limits;

typedef enum {
  REF_NO_LIMIT,
  REF_EXT_LIMIT,
  REF_OVERHEAD_LIMIT,
  REF_BODY_LIMIT
} ref_chunk_limit;

typedef struct {
  ref_verdict verdict;   /* DONE: the last chunk's line was whole */
  size_t at;             /* DONE: bytes used; BAD: the byte that decided */
  ref_chunk_limit limit; /* BAD: the limit that was broken, if one was */
  uint8_t *body;         /* the caller's, as long as the input */
  size_t body_len;       /* up to `at`, or to the end of the input */
} ref_chunked;

void ref_chunked_judge(const uint8_t *p, size_t n, const ref_chunk_limits *l,
                       ref_chunked *out);

#endif
