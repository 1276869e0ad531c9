/* The answer side of a connection: what is staged or pending goes first, then
 * the source that the reply named. Nobody else writes c->output or
 * flight->answer. */
#ifndef H1_SERVER_CONN_OUT_H_
#define H1_SERVER_CONN_OUT_H_

#include "server/conn/internal.h"

/* Copies bytes to the stage, which has room for one more answer. */
void h1_out_stage(h1_context *cx, const uint8_t *bytes, size_t len);

/* The head is staged; the body comes from `answer->source`. */
void h1_out_begin(h1_conn *c, const h1_answer *answer);
/* One step of sending the body. */
H1_MUST_USE h1_progress h1_out_step(h1_conn *c);
/* Hands pending and staged bytes to the kernel; keeps what it does not take.
 * Afterwards socket.dead when the connection is broken. */
void h1_out_flush(h1_conn *c);
/* At the write deadline: whether the client has taken anything since. */
H1_MUST_USE bool h1_out_progressed(h1_conn *c);
/* A pull that waited is called again. */
void h1_out_woken(h1_conn *c);
/* Drops what is pending: the connection closes. */
void h1_out_release(h1_conn *c);

/* Bytes made and not yet with the kernel. */
H1_MUST_USE size_t h1_out_unsent(const h1_conn *c);

#endif
