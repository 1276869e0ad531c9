/* The two state machines of a connection and its life: the only place that
 * moves them, and which edges they have (internal.h draws them). An edge that
 * is none of these is a fault of ours: see h1_conn_fault. */
#ifndef H1_SERVER_CONN_STATES_H_
#define H1_SERVER_CONN_STATES_H_

#include "server/conn/internal.h"

void h1_conn_set_life(h1_conn *c, h1_life to);
void h1_conn_set_in(h1_conn *c, h1_in to);
void h1_conn_set_out(h1_conn *c, h1_out to);

/* What cannot be: `what` names it in one line. A test, a fuzzer and the
 * simulator end here (h1_sys_cannot_be); the server says so on standard error,
 * counts it, and this connection ends with the reason internal_error. */
void h1_conn_fault(h1_conn *c, const char *what);

#endif
