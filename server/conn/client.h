/* Who the client of an exchange is: what --client-address says of it. */
#ifndef H1_SERVER_CONN_CLIENT_H_
#define H1_SERVER_CONN_CLIENT_H_

#include "server/conn/internal.h"

/* A connection is new: one of a proxy that says who its clients are counts in
 * no share, and one that is no longer trusted in its own. The acceptor knows
 * those that were trusted when it started. */
void h1_client_open(h1_conn *c);

/* Finds the client of the exchange that has just begun, and counts it. */
void h1_client_begin(h1_conn *c);
/* The exchange ends. */
void h1_client_end(h1_conn *c);

/* The address that the log, shares and handlers take for the client's. */
const h1_peer *h1_client_of(const h1_conn *c);

#endif
