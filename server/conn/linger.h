/* Ending by lingering: the connection is half-closed, so that the client sees
 * the end of the answer, and what it still sends is read and dropped, so that
 * no reset takes that answer from it (RFC 9112 9.6).
 *
 * It ends with the client's own end, or when the client has acknowledged all
 * and has sent nothing for a second; after --linger-timeout at the latest, or
 * five seconds without a byte, and five seconds in all while the server stops.
 * There is no bound in bytes: it gives way before anyone else when its place is
 * wanted (standing.h). */
#ifndef H1_SERVER_CONN_LINGER_H_
#define H1_SERVER_CONN_LINGER_H_

#include "server/conn/internal.h"

/* The whole answer is with the kernel, and the connection is to end. */
void h1_linger_begin(h1_conn *c);
/* Reads and drops; closes at the end. */
H1_MUST_USE h1_progress h1_linger_step(h1_conn *c);

#endif
