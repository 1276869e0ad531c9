/* The main line: one request's way, from its bytes to its line in the log. */
#ifndef H1_SERVER_CONN_SERVE_H_
#define H1_SERVER_CONN_SERVE_H_

#include "server/conn/internal.h"

/* One step of whatever is next; GO_ON: there may be another. */
H1_MUST_USE h1_progress h1_serve(h1_conn *c);
/* Its first half alone, from reading to encoding: for --explain. */
H1_MUST_USE h1_progress h1_serve_input(h1_conn *c);

#endif
