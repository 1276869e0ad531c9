/* What needs the whole head, in the order 400, 505, 501, 417, 413, 404, 405. */
#ifndef H1_SERVER_CONN_VALIDATE_H_
#define H1_SERVER_CONN_VALIDATE_H_

#include "server/conn/internal.h"

/* 400, 505, 501, 417: validity, framing, persistence, path, expectation. Fills
 * the exchange's views and the flight's verdict. H1_OK, or why it is refused.
 */
H1_MUST_USE h1_error h1_validate(h1_exchange *x);
/* 413, 404, 405: the route, and how large a body it takes. */
H1_MUST_USE h1_error h1_route_request(h1_exchange *x);

/* Finds path and route again, for a head that was validated in an earlier turn.
 */
void h1_relocate(h1_exchange *x);

#endif
