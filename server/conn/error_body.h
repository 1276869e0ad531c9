/* What stands in the body of an error that has none of its own: a line of text,
 * a page for browsers or an object for programs, as Accept asks for. */
#ifndef H1_SERVER_CONN_ERROR_BODY_H_
#define H1_SERVER_CONN_ERROR_BODY_H_

#include "server/conn/internal.h"

/* Writes the body that names the reply's status and reason, nothing else of
 * which depends on the request, to the exchange's copy buffer, and sets its
 * type. Adds `Vary: Accept` where Accept could have chosen another. Before a
 * whole head it is the line of text. */
h1_slice h1_error_body(h1_exchange *x);

#endif
