/* What the server would make of the bytes of one connection, for --explain.
 *
 * The request side of the connection (server/conn/in.c, server/conn/body.c),
 * the judge, the router and the handlers are the ones that serve; only epoll
 * and the socket are left out: the bytes are in memory, answers go nowhere, and
 * no thread is started. Time does not pass and nobody else wants memory, so
 * time-outs, overload and draining are not part of what is explained.
 *
 * The output is lines, in this order; a key that does not apply is left out.
 * Bytes of the input are escaped: printable ASCII except the backslash stands
 * for itself, every other byte is \xHH.
 *
 *   request N                one block for each request
 *     offset: N              of its first byte in the input
 *     method: TEXT           as far as it was decoded
 *     target: TEXT
 *     version: 1.0 | 1.1     once the head is whole
 *     verdict: accepted | refused | incomplete
 *     reason: NAME           as in the access log
 *     section: TEXT          the section that decides
 *     fault: N               offset of the byte that decided, or of the part
 *                            of the head that the reason is about
 *     near: TEXT             bytes around it, [] around the one at fault
 *     header-bytes: N/LIMIT  limits by the names of their options
 *     header-count: N/LIMIT
 *     target-bytes: N/LIMIT
 *     framing: none | length N | chunked
 *     body: none | ignored | buffered | streamed | dropped
 *     body-bytes: N/LIMIT    decoded so far; of the route, when that is lower
 *     trailer-bytes: N/LIMIT
 *     request-bytes: N/LIMIT
 *     route: PATTERN | none
 *     interim: 100           the client would be told to go on
 *     answer: STATUS
 *     allow: TEXT            of the answer
 *     location: TEXT
 *     connection: keep-alive | close
 *     expected: TEXT         where the input ended too soon
 *   end
 *     requests: N
 *     state: open | closed | incomplete
 *     unread: N              bytes after the last one the server would read */
#ifndef H1_SERVER_EXPLAIN_EXPLAIN_H_
#define H1_SERVER_EXPLAIN_EXPLAIN_H_

#include <stddef.h>
#include <stdio.h>

#include "server/config/config.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A longer input is an error, so that an endless one ends. */
#define H1_EXPLAIN_INPUT_MAX ((size_t)1 << 30)

typedef enum {
  H1_EXPLAIN_ACCEPTED, /* every request is whole and none is refused */
  H1_EXPLAIN_REFUSED,  /* one is refused, or not whole */
  H1_EXPLAIN_FAILED    /* could not be explained: `message` is one line */
} h1_explain_result;

/* Reads `in` to its end, then writes to `out`. Routes that block run on the
 * calling thread. */
h1_explain_result h1_explain(const h1_config *config, const h1_route *routes,
                             size_t route_count, FILE *in, FILE *out,
                             char message[256]);

#ifdef __cplusplus
}
#endif
#endif
