/* Handlers for the simulator: one for each way to answer, well or badly. Each
 * asks for its end to be noted, so that begun == ended holds when all is over.
 */
#ifndef H1_SERVER_SIM_ROUTES_H_
#define H1_SERVER_SIM_ROUTES_H_

#include <stdbool.h>
#include <stddef.h>

#include "server/handler.h"
#include "server/sim/routes_visit.h"

#ifdef __cplusplus
extern "C" {
#endif

// clang-format off
/* GET  /small         borrows "small"
 * GET  /large         borrows LARGE bytes
 * GET  /copy          copies COPY bytes
 * GET  /copy-too-big  more than COPY_MAX
 * GET  /file          file 0, FILE bytes
 * GET  /file-cut      file 1, said to be FILE bytes
 * GET  /file-empty    nothing of it
 * GET  /pull-known    LARGE by pull
 * GET  /pull          unknown length
 * GET  /pull-empty    unknown length, none
 * GET  /pull-wait     3 lines, 10 ms apart
 * GET  /pull-wake     a line for each wake, 3
 * GET  /pull-past     waits for a moment that is over
 * GET  /pull-fail     fails after 100 bytes
 * GET  /pull-short    ends too soon
 * GET  /pull-none     bytes, with none of them
 * GET  /who           "ADDRESS PORT": the client, in bytes of two digits
 * GET  /later         "late", at its second wake
 * GET  /later-time    "late", 20 ms later
 * GET  /later-lost    never: asks again twice, then does not reply
 * GET  /later-asks/{name}  20 ms later: "same" when the request is, as it was
 * GET  /twice         replies twice
 * GET  /never         does not reply
 * GET  /bad-type      CRLF in its type
 * GET  /bad-field     CRLF in a field
 * GET  /bad-status    99
 * GET  /user/{name}   the name
 * GET  /head          the request's X field again
 * GET  /admin         "admin", in overload too
 * GET  /blocking      "blocking", from a helper thread
 * POST /ignore        drops its body
 * POST /echo          the body
 * POST /echo-ignored  echoes what was not kept
 * POST /count         "BYTES SUM\n"
 * POST /sink          "BYTES SUM\n", streamed
 * POST /sink-slow     7 bytes a wake
 * POST /sink-early    replies at the first piece
 * POST /sink-both     replies in the handler
 * POST /sink-silent   never replies
 * POST /echo-later    the body, 20 ms later
 * POST /sink-later    "BYTES SUM\n" 20 ms after the end of its body
 * POST /drop-later    "late" 20 ms later; the body is dropped meanwhile
 * POST /stream-drop   at once
 * POST /stream-file   at once, with file 0 */
// clang-format on
extern const h1_route h1_sim_routes[];
extern const size_t h1_sim_route_count;

#define H1_SIM_LARGE ((size_t)200000)
#define H1_SIM_COPY ((size_t)20000)
#define H1_SIM_FILE ((uint64_t)150000)

/* Byte i of what /large, /copy and the pulls send. */
uint8_t h1_sim_large_byte(size_t i);

/* While held, /blocking does not answer: a test decides which comes first. */
void h1_sim_hold_blocking(bool hold);

/* For h1_sim_start. */
void h1_sim_routes_begin(void);

#ifdef __cplusplus
}
#endif
#endif
