/* Running the handler of a request and encoding what it says. */
#ifndef H1_SERVER_CONN_RUN_H_
#define H1_SERVER_CONN_RUN_H_

#include "server/conn/internal.h"

/* The request is complete, or is to be streamed. `may_receive`: its body is
 * still to come. Afterwards there is an answer, a sink, a job, or a handler
 * that is called later. */
void h1_run_handler(h1_conn *c, bool may_receive);
/* Hands a piece of body to the handler's sink, which may answer at any time.
 * Returns how much of it the sink took. */
H1_MUST_USE size_t h1_run_sink(h1_conn *c, h1_slice piece);
/* No more will come. */
void h1_run_sink_end(h1_conn *c);
/* Calls the handler that answers later, once it is time. */
H1_MUST_USE h1_progress h1_run_later(h1_conn *c);
/* A helper thread runs the handler: encodes what it said once it is done. */
H1_MUST_USE h1_progress h1_run_job(h1_conn *c);

#endif
