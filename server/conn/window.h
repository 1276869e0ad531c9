/* The window: the unread input of the turn in progress, and what of it is
 * carried to the next turn. Nobody else writes c->input or moves the window.
 *
 * A turn reads into the worker's one receive buffer, so a request that arrives
 * whole never touches memory of its connection. What is left at the end of the
 * turn, a part of a head or requests not yet served, is copied to a block with
 * the decoder's state before it and carried to the next turn. */
#ifndef H1_SERVER_CONN_WINDOW_H_
#define H1_SERVER_CONN_WINDOW_H_

#include "parser/request.h"
#include "server/conn/internal.h"

/* Points the window at what an earlier turn left; keeps what is left now. */
void h1_window_load(h1_conn *c);
void h1_window_save(h1_conn *c);
/* Gives up what is carried: the connection closes. */
void h1_window_release(h1_conn *c);

H1_MUST_USE size_t h1_window_unread(const h1_context *cx);
H1_MUST_USE h1_slice h1_window_slice(const h1_context *cx);
/* The first `n` unread bytes were used. */
void h1_window_consume(h1_context *cx, size_t n);
/* Throws away what is unread. The bytes stay where they are until the turn
 * ends: the log still needs the head among them. */
void h1_window_discard(h1_conn *c);
/* What is unread makes no whole head or trailer section: read more first. */
void h1_window_want_more(h1_context *cx);
/* Whether more has to be read before there is something to decode. */
H1_MUST_USE bool h1_window_is_short(const h1_context *cx);

/* The most that may be unread at the end of a turn. */
H1_MUST_USE size_t h1_window_leftover_max(const h1_context *cx);

/* Whether more may be read now: GO_ON, or what to do instead. */
H1_MUST_USE h1_progress h1_window_may_receive(h1_conn *c);
/* Reads more, until up to `limit` bytes are unread. The turn may end before any
 * of it is looked at: what is unread then must fit a leftover. It overwrites
 * the window: see h1_read, which saves what points into it. BLOCKED also at the
 * end of input; then socket.eof is set. */
H1_MUST_USE h1_progress h1_window_receive(h1_conn *c, size_t limit);
/* Waits until blocks come back. */
H1_MUST_USE h1_progress h1_window_wait(h1_conn *c);

/* The decoder of the head or trailer section in progress, begun when there is
 * none. It moves into the leftover with the bytes that it has seen. For
 * trailers the head has to be kept: they use its header storage. */
H1_MUST_USE h1_request_decoder *h1_window_head_decoder(h1_conn *c);
H1_MUST_USE h1_fields_decoder *h1_window_trailers_decoder(h1_conn *c);
/* It has spoken. */
void h1_window_decoded(h1_conn *c);
/* Whether a request has begun to arrive: more than an ignored empty line. */
H1_MUST_USE bool h1_window_started(const h1_conn *c);

#endif
