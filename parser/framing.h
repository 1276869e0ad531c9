/* What follows a head, and whether the connection persists: RFC 9112 6.3, 9.3.
 * Each decision is one function; nobody else derives it again. */
#ifndef H1_PARSER_FRAMING_H_
#define H1_PARSER_FRAMING_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_BODY_NONE,
  H1_BODY_LENGTH, /* `length` bytes, may be 0 */
  H1_BODY_CHUNKED,
  H1_BODY_UNTIL_CLOSE /* responses only */
} h1_body_kind;

typedef struct {
  h1_body_kind kind;
  uint64_t length; /* with LENGTH, else 0 */
} h1_framing;

/* The checks that need the whole head and answer 400: Host once and valid (at
 * most once on 1.0), target in a form its method may have, absolute-form
 * authority valid. H1_OK or the first fault. `authority`, when not NULL, gets
 * the authority that decides: the absolute target's, else Host's value, empty
 * on 1.0 without one. */
h1_error h1_request_check(const h1_request *r, h1_slice *authority);

/* RFC 9112 6.3. H1_OK and `*out`, or why it is refused. Order: faults that
 * answer 400 before 501. */
h1_error h1_framing_of_request(const h1_request *r, h1_framing *out);

/* `request_method`: of the request answered (HEAD and 2xx to CONNECT have no
 * body). 1xx, 204 and 304 have none. */
h1_error h1_framing_of_response(const h1_response *r, h1_slice request_method,
                                h1_framing *out);

/* RFC 9112 9.3: whether the connection may serve another request after this
 * one. HTTP/1.1: unless Connection lists "close". HTTP/1.0: only if it lists
 * "keep-alive", and not "close". Malformed lists: H1_CONNECTION_INVALID. */
h1_error h1_persistence_of_request(const h1_request *r, bool *persists);
h1_error h1_persistence_of_response(const h1_response *r,
                                    const h1_framing *framing, bool *persists);

/* RFC 9110 10.1.1: `*expects_continue` when the client waits for a 100; never
 * for HTTP/1.0, where the field is ignored. H1_EXPECT_UNKNOWN for another
 * expectation. */
h1_error h1_expectation_of_request(const h1_request *r, bool *expects_continue);

#ifdef __cplusplus
}
#endif
#endif
