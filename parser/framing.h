/* What follows a head: RFC 9112 6.3; with persistence.h and request_check.h.
 * Each decision is one function; nobody else derives it again. */
#ifndef H1_PARSER_FRAMING_H_
#define H1_PARSER_FRAMING_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/persistence.h"
#include "parser/request.h"
#include "parser/request_check.h"
#include "parser/response.h"
#include "parser/target.h"
#include "parser/values.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_BODY_NONE,
  H1_BODY_LENGTH, /* `length` bytes, may be 0 */
  H1_BODY_CHUNKED,
  /* Of responses only: */
  H1_BODY_UNTIL_CLOSE,
  H1_BODY_TUNNEL /* no message follows: the connection is another protocol's */
} h1_body_kind;

typedef struct h1_framing {
  h1_body_kind kind;
  uint64_t length; /* with LENGTH, else 0 */
} h1_framing;

/* RFC 9112 6.3. H1_OK and `*out`, or why it is refused. Order: faults that
 * answer 400 before 501. */
H1_MUST_USE h1_error h1_framing_of_request(const h1_request *r,
                                           h1_framing *out);

/* The same for a response; `request_method` is that of the request answered.
 *  TUNNEL       a 101, or a 2xx to CONNECT: its length fields are ignored
 *               (RFC 9110 9.3.6)
 *  NONE         to HEAD, and other 1xx, 204 and 304
 *  CHUNKED      chunked is the last coding. Others before it stand in
 *               Transfer-Encoding, and are the caller's to undo
 *  UNTIL_CLOSE  a coding that does not end in chunked (RFC 9112 6.3, item 4),
 *               or no length
 *
 * Refused: Content-Length given twice, or beside Transfer-Encoding; what is no
 * list of codings; chunked twice; Transfer-Encoding in HTTP/1.0. The response's
 * tolerances change two of these; see tolerance.h. */
H1_MUST_USE h1_error h1_framing_of_response(const h1_response *r,
                                            h1_slice request_method,
                                            h1_framing *out);

#ifdef __FRAMAC__
#include "parser/proof/framing_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
