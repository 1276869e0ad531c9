/* The open and the end of an exchange, the same for the server and --explain,
 * and the views of its request that a handler gets. */
#ifndef H1_SERVER_CONN_EXCHANGE_H_
#define H1_SERVER_CONN_EXCHANGE_H_

#include "server/conn/internal.h"

/* Opens the exchange of the head that the window begins with: borrows a flight
 * and points the worker's exchange at cx->request. */
void h1_exchange_open(h1_conn *c, size_t head_bytes);
/* The same for a head that never became whole: a request of which nothing is
 * known. */
void h1_exchange_open_unknown(h1_conn *c);
/* The exchange is over: both machines begin again. */
void h1_exchange_end(h1_conn *c);

/* Points `x` at a request of `c`, with nothing replied. */
void h1_exchange_begin(h1_exchange *x, h1_conn *c, const h1_request *request);
/* Whether the worker's exchange has the views of c's request. */
H1_MUST_USE bool h1_exchange_is_current(const h1_conn *c);

#endif
