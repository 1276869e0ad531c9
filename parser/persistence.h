/* Whether the connection persists (RFC 9112 9.3), and whether the client waits
 * for a 100 (RFC 9110 10.1.1). Each decision is one function; nobody else
 * derives it again. */
#ifndef H1_PARSER_PERSISTENCE_H_
#define H1_PARSER_PERSISTENCE_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/request.h"
#include "parser/response.h"

#ifdef __cplusplus
extern "C" {
#endif

struct h1_framing; /* framing.h */

/* RFC 9112 9.3: whether the connection may serve another request after this
 * one. HTTP/1.1: unless Connection lists "close". HTTP/1.0: only if it lists
 * "keep-alive", and not "close". Malformed lists: H1_CONNECTION_INVALID. */
H1_MUST_USE h1_error h1_persistence_of_request(const h1_request *r,
                                               bool *persists);
/* The same for a response. Nothing persists after UNTIL_CLOSE, a tunnel, or a
 * Transfer-Encoding in HTTP/1.0 (RFC 9112 6.1). */
H1_MUST_USE h1_error h1_persistence_of_response(
    const h1_response *r, const struct h1_framing *framing, bool *persists);

/* RFC 9110 10.1.1: `*expects_continue` when the client waits for a 100; never
 * for HTTP/1.0, where the field is ignored. H1_EXPECT_UNKNOWN for another
 * expectation. */
H1_MUST_USE h1_error h1_expectation_of_request(const h1_request *r,
                                               bool *expects_continue);

#ifdef __cplusplus
}
#endif
#endif
