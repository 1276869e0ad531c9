/* The fixed messages that the benchmarks decode. Lengths are part of the name
 * where they are part of the claim, and are checked when the table is built. */
#ifndef H1_BENCH_INPUTS_H_
#define H1_BENCH_INPUTS_H_

#include "parser/base.h"

typedef enum {
  BENCH_GET_40,       /* request line and Host: the least that is legal */
  BENCH_CURL_94,      /* what curl sends */
  BENCH_CLASSIC_703,  /* 9 fields, line for line as long as the request that
                         picohttpparser's own benchmark uses */
  BENCH_CHROME_992,   /* a browser's navigation, 19 fields */
  BENCH_COOKIE_4K,    /* one Cookie of 4096 bytes */
  BENCH_FIELDS_100,   /* Host and 99 short fields */
  BENCH_NOT_MODIFIED, /* a short response */
  BENCH_PAGE,         /* a response with 13 fields */
  BENCH_CHUNKS_1,     /* 1000 chunks of 1 byte, last chunk, no trailers */
  BENCH_CHUNKS_100,   /* 160 chunks of 100 bytes */
  BENCH_CHUNKS_16K,   /* 4 chunks of 16 KiB */
  BENCH_PATH_PLAIN,   /* a path that decoding leaves as it is */
  BENCH_PATH_PERCENT, /* a path with escapes and dot segments */
  BENCH_DATE,         /* an IMF-fixdate */
  BENCH_BODY_1K,      /* 1024 bytes to encode */
  BENCH_INPUT_COUNT
} bench_input;

/* Builds the inputs that are not literals; before the first bench_bytes. */
void bench_inputs_build(void);

/* The bytes of one input; they live as long as the program. */
h1_slice bench_bytes(bench_input input);

#endif
