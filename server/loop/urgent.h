/* Requests that wait for nobody. */
#ifndef H1_SERVER_LOOP_URGENT_H_
#define H1_SERVER_LOOP_URGENT_H_

#include "server/loop/acceptor_state.h"

/* Whether a connection of a public listener goes past the queue: no worker that
 * has a slot waits for one, and it begins with a request for a route of the
 * operator that answers there ("/_health"), by what has arrived of it. */
bool h1_is_urgent(const h1_acceptor *a, const h1_accepted *item);

#endif
