/* What a whole head means for the bytes after it, decided the slow way from
 * RFC 9112 6.3 and 9.3 and the project's stated rules. Shares no code with
 * parser/.
 *
 * Refusals are told apart by status alone, because which of several reasons for
 * one status is named is the decoder's affair. */
#ifndef H1_FUZZ_REFERENCE_FRAMING_H_
#define H1_FUZZ_REFERENCE_FRAMING_H_

#include "fuzz/reference/head.h"

typedef enum {
  REF_NO_BODY,
  REF_LENGTH,
  REF_CHUNKED,
  REF_UNTIL_CLOSE,
  REF_TUNNEL
} ref_body;

typedef struct {
  unsigned refused; /* 0, 400, 501 */
  bool or_400;      /* a coding that is not known has parameters: 400 as well */
  ref_body body;
  uint64_t length;
} ref_framing;

void ref_request_framing(const uint8_t *p, const ref_head *h, ref_framing *out);

/* `to_head`, `to_connect`: the method answered. Without a body the fields do
 * not frame anything, and of them a second Content-Length alone is refused. A
 * refusal has no status to compare. `tolerances`: parser/tolerance.h. */
void ref_response_framing(const uint8_t *p, const ref_head *h, bool to_head,
                          bool to_connect, unsigned tolerances,
                          ref_framing *out);

/* Whether Host, target form and absolute authority are as they must be. */
bool ref_request_is_good(const uint8_t *p, const ref_head *h);

/* False: the Connection lines are no list of tokens. */
bool ref_persists(const uint8_t *p, const ref_head *h, bool *persists);

#endif
