/* What the kernel holds of our answers until clients acknowledge it.
 *
 * It is memory too, though none of ours: up to megabytes for a client that read
 * fast and fell silent. Whoever was sent much is looked at each second; the sum
 * over all connections is bounded by --socket-memory. Above it the one with
 * most that has acknowledged nothing since the last look gives way, by a reset,
 * which frees what the kernel holds. The sum is of memory, by the kernel's own
 * count. Nobody else writes what h1_output has of it, except `given`. */
#ifndef H1_SERVER_CONN_UNACKED_H_
#define H1_SERVER_CONN_UNACKED_H_

#include "server/conn/internal.h"

/* Much was sent: looks begin. */
void h1_unacked_watch(h1_conn *c);
/* A look, if it is time for one; they end when little is left. */
bool h1_unacked_look(h1_conn *c);
/* When the next look is due; H1_NEVER. */
H1_MUST_USE uint64_t h1_unacked_deadline(const h1_conn *c);
/* It closes. */
void h1_unacked_forget(h1_conn *c);

/* Whether all connections together hold too much, and who of this worker is to
 * give way; NULL: nobody. */
H1_MUST_USE bool h1_unacked_too_much(const h1_context *cx);
H1_MUST_USE h1_conn *h1_unacked_most(const h1_context *cx);

#endif
