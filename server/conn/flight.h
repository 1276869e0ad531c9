/* Borrowing a flight for an exchange, and giving it back. */
#ifndef H1_SERVER_CONN_FLIGHT_H_
#define H1_SERVER_CONN_FLIGHT_H_

#include "server/conn/internal.h"

/* Counts the request and borrows its flight; there is one for each slot. */
void h1_flight_begin(h1_conn *c, size_t head_bytes);
/* Ends what it holds, whichever way it ended: runs on_end, gives back blocks
 * and promises, and the flight. No flight: nothing. */
void h1_flight_end(h1_conn *c);

/* How it ends. An answer has a status and a reason of its own; of later reasons
 * the first stands. */
void h1_flight_answered(h1_conn *c, uint16_t status, h1_error reason);
void h1_flight_blame(h1_conn *c, h1_error why);
/* It closes without an answer. */
void h1_flight_unanswered(h1_conn *c, h1_error why);
/* Another request may follow. */
void h1_flight_persist(h1_conn *c);
/* The connection closes after this exchange. `lingers`: the client did not ask
 * for that, it may still be sending. */
void h1_flight_last(h1_conn *c, bool lingers);

/* What is still to come of a streamed body is nobody's. */
void h1_flight_no_sink(h1_conn *c);

/* The handler's own memory, zeroed when it is first asked for. */
void *h1_flight_state(h1_conn *c);

#endif
