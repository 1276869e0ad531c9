/* Who may take how many blocks: the admission of bodies.
 *
 * A worker's large blocks serve two kinds of borrowers. A turn (carried input,
 * a kept head, unsent output) needs at most plan.turn_blocks and borrows only
 * when they are there. Bodies leave plan.body_floor blocks alone and are
 * admitted so that no two can wait for each other:
 *  - a declared length is promised all its blocks at the head, if need be as
 * the finisher, or answered 503;
 *  - chunked bodies grow block by block. One of them, the finisher, has the
 * rest of the largest body promised; the others take what is free beyond that,
 * or wait in order. When the finisher is done the next becomes it, so that one
 *    can always finish.
 * Turns leave promised blocks alone. */
#ifndef H1_SERVER_MEMORY_H_
#define H1_SERVER_MEMORY_H_

#include <stdbool.h>

#include "server/worker.h"

/* Whether a turn of `c` may borrow blocks: to read, to serve what it carries,
 * to make output. What bodies were promised stays there for them, and a turn's
 * worth with it, so that the promised can take their turns. */
bool h1_memory_turn(const h1_conn *c);
/* Whether a connection that is yet to be taken could begin to read. */
bool h1_memory_new_conn(const h1_worker *w);
/* Whether a chunked body may begin: it can grow, or may wait with what has been
 * read of it and still leave room for requests that have no body. */
bool h1_memory_begin(const h1_conn *c);
/* Promises `bytes` of body to `c`; false: not there now. */
bool h1_memory_reserve(h1_conn *c, uint64_t bytes);
/* Appends an empty block to the body of `c`, from its promise or its share;
 * false: it must wait. */
bool h1_memory_grow(h1_conn *c);
/* Gives back the body's blocks and promises. */
void h1_memory_release(h1_conn *c);
/* Whether a waiting chunked body would be served now. */
bool h1_memory_can_grow(const h1_conn *c);

#endif
