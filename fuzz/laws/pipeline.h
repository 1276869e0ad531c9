/* The requests of one connection, read with nothing but the codecs, as an
 * embedder would: head, checks, framing, body, trailers, then the next head, as
 * long as the connection persists. */
#ifndef H1_FUZZ_LAWS_PIPELINE_H_
#define H1_FUZZ_LAWS_PIPELINE_H_

#include "fuzz/reference/pipeline.h"
#include "parser/scan.h"

/* Shows p[0..n) of a connection at once; or, with `cuts`, in random pieces,
 * between which bytes and decoders move; or byte by byte when `*cuts` is 0. */
pipeline_outcome pipeline_run(h1_slice input, const h1_limits *limits,
                              h1_scan_level level, const uint32_t *cuts);

#endif
