/* A connection's requests read the slow way, with the references alone: each
 * part judged over the whole of what is left. What is found has a form that
 * laws/pipeline.h fills with the codecs. */
#ifndef H1_FUZZ_REFERENCE_PIPELINE_H_
#define H1_FUZZ_REFERENCE_PIPELINE_H_

#include <stddef.h>
#include <stdint.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/framing.h"

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
  uint8_t *bodies; /* owned; decoded, one after the other */
  size_t bodies_len;
  pipeline_end end;
  h1_error why; /* with REFUSED */
} pipeline_outcome;

/* Room for what `n` bytes can hold. */
pipeline_outcome pipeline_new(size_t n);
void pipeline_add_body(pipeline_outcome *o, const uint8_t *bytes, size_t len);
void pipeline_free(pipeline_outcome *o);

/* As pipeline_run without limits. The reason is not named: `why` stays H1_OK.
 * `*bad_at`, when it ends with REFUSED: after that byte all is decided. */
pipeline_outcome ref_pipeline(h1_slice input, size_t *bad_at);

#endif
