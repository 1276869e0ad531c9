/* The laws of a head decoder, stated once for requests, responses and trailer
 * sections: every way of showing the same bytes gives the same outcome, and the
 * outcome is the one the reference names. */
#ifndef H1_FUZZ_LAWS_HEAD_H_
#define H1_FUZZ_LAWS_HEAD_H_

#include "fuzz/engine/harness.h"
#include "fuzz/reference/head.h"
#include "parser/request.h"
#include "parser/response.h"

/* One decoding, whatever the kind. The first line's parts are slices of the
 * head: method and target, or the reason. */
typedef struct {
  h1_step step;
  h1_error error;
  size_t error_offset; /* where the kind can tell, else 0 */
  size_t consumed;
  h1_slice first, target;
  unsigned minor, status;
  h1_fields fields;
  h1_fields apart;    /* of a response's trailers, else none */
  h1_header *storage; /* owned; see head_outcome_free */
} head_outcome;

/* Shows `head` in every way, holds each outcome against the first and that
 * against the reference; returns the first. Its slices view `head`. */
head_outcome head_check_laws(ref_kind kind, const h1_limits *limits,
                             h1_scan_level level, uint32_t cuts, h1_slice head);
/* The same for a response or its trailers, with tolerances. */
head_outcome head_check_tolerant_laws(ref_kind kind, uint32_t tolerances,
                                      const h1_limits *limits,
                                      h1_scan_level level, uint32_t cuts,
                                      h1_slice head);
void head_outcome_free(head_outcome *o);

/* One decoding of the whole with wide limits, for encoders' results. */
head_outcome head_decode_whole(ref_kind kind, h1_slice head);

#endif
