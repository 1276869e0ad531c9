/* The head of the request being served: a view of the window until it has to
 * outlive that, then a copy in a block of its own. */
#ifndef H1_SERVER_CONN_KEPT_H_
#define H1_SERVER_CONN_KEPT_H_

#include "server/conn/internal.h"

/* The head being served: kept, or still in the turn's window. */
H1_MUST_USE const h1_request *h1_conn_request(const h1_conn *c);
/* Copies the head out of the window, so that it outlives reading and the turn.
 * The exchange's views are of the old place: it has to be begun again. */
void h1_head_keep(h1_conn *c);

#endif
