/* Requests one behind the other, read with nothing but the codecs, as an
 * embedder would: head, checks, framing, body, trailers, then the next head, as
 * long as the connection persists. */
#ifndef H1_FUZZ_PIPELINE_H_
#define H1_FUZZ_PIPELINE_H_

#include "fuzz/harness.h"
#include "parser/chunked.h"
#include "parser/framing.h"
#include "parser/request.h"

/* One whole request. Places are offsets in the connection's bytes. */
typedef struct {
  size_t from, to; /* up to its last byte */
  size_t method_at, method_len, target_at, target_len;
  unsigned minor;
  size_t fields, trailers; /* lines */
  h1_body_kind kind;
  size_t body_at, body_len; /* in `bodies` */
} pipeline_request;

typedef enum {
  PIPELINE_OPEN,   /* the next request is not whole */
  PIPELINE_CLOSED, /* the last request ends the connection */
  PIPELINE_REFUSED
} pipeline_end;

typedef struct {
  pipeline_request *requests; /* owned */
  size_t count;
  uint8_t *bodies; /* owned; decoded, one behind the other */
  size_t bodies_len;
  pipeline_end end;
  h1_error why; /* with REFUSED */
} pipeline_outcome;

/* Shows p[0..n) of a connection at once; or, with `cuts`, in random pieces,
 * between which bytes and decoders move; or byte by byte when `*cuts` is 0. */
pipeline_outcome pipeline_run(h1_slice input, const h1_limits *limits,
                              h1_scan_level level, const uint32_t *cuts);
void pipeline_free(pipeline_outcome *o);

/* Room for what `n` bytes can hold. */
pipeline_outcome pipeline_new(size_t n);
void pipeline_add_body(pipeline_outcome *o, const uint8_t *bytes, size_t len);

#endif
