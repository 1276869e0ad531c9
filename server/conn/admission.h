/* Who may take how many blocks: the admission of bodies.
 *
 * A worker's large blocks serve two kinds of borrowers. A turn (carried input,
 * a kept head, unsent output) needs at most plan.turn_blocks and borrows only
 * when they are there. Bodies leave plan.body_floor blocks alone and are
 * admitted so that no two can wait for each other:
 *  - a declared length is promised all its blocks at the head, if need be as
 * the finisher; it waits for that, a moment, before any of it is read;
 *  - chunked bodies grow block by block. One of them, the finisher, has the
 * rest of the largest body promised; the others take what is free beyond that,
 * or wait in order. When the finisher is done the next becomes it, so that one
 *    can always finish.
 * Turns leave promised blocks alone.
 *
 * Of those who wait one is favoured, and what it wants is set aside as it comes
 * free: bodies that grow leave it alone, here and in other workers.
 *
 * Where there are several workers, each has as many blocks of its own as that
 * takes, and draws on a depot for all that is beyond it. */
#ifndef H1_SERVER_CONN_ADMISSION_H_
#define H1_SERVER_CONN_ADMISSION_H_

#include <stdbool.h>

#include "server/conn/internal.h"

/* Whether a turn of `c` may borrow blocks: to read, to serve what it carries,
 * to make output. What bodies were promised stays there for them, and a turn's
 * worth with it, so that the promised can take their turns. */
bool h1_admission_turn(const h1_conn *c);
/* Whether a connection that is yet to be taken could begin to read; as far as
 * the depot goes a hint. */
bool h1_admission_new_conn(const h1_context *cx);
/* Admits the body of `c`: promises it its declared length, or lets it begin
 * when it is chunked, which it may when it can grow, or may wait with what has
 * been read of it and still leave room for requests that have no body. False:
 * it must wait. */
H1_MUST_USE bool h1_admission_admit(h1_conn *c);
/* Appends an empty block to the body of `c`, from its promise or its share;
 * false: it must wait. */
bool h1_admission_grow(h1_conn *c);
/* Gives back the body's blocks and promises. */
void h1_admission_release(h1_conn *c);
/* Whether a chunked body could have one more block now. */
bool h1_admission_can_grow(const h1_conn *c);
/* Whether what a body on H1_LIST_BODY waits for is there: to be admitted, or a
 * block. */
bool h1_admission_is_ready(const h1_conn *c);
/* From now on `c` is the one who is favoured; NULL: nobody. */
void h1_admission_favour(h1_context *cx, const h1_conn *c);
/* How many blocks it waits for. */
size_t h1_admission_wants(const h1_conn *c);
/* Gives the depot what neither promises nor turns need; `all`: else a few stay,
 * so that not each request moves blocks. */
void h1_admission_give_back(h1_context *cx, bool all);

#endif
