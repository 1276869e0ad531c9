/* Where a connection goes that was accepted: to the queue for the workers, in
 * the place there of a client that has more, or to the lane, to be refused or
 * to be told how the server is. */
#ifndef H1_SERVER_LOOP_DISPATCH_H_
#define H1_SERVER_LOOP_DISPATCH_H_

#include "server/loop/acceptor_state.h"

/* Whether the next connection has a place to go. */
bool h1_dispatch_has_place(h1_acceptor *a, bool admin, uint64_t now_ms);
/* There is one. */
void h1_dispatch(h1_acceptor *a, h1_accepted *item);
/* Those that have waited for too long are refused. */
void h1_dispatch_expire(h1_acceptor *a, uint64_t now_ms);
/* When something has to be done though nobody comes; H1_NEVER: not. */
uint64_t h1_dispatch_due(h1_acceptor *a, uint64_t now_ms);

#endif
