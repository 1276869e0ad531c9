/* Redirects by rule: a route that takes the place of the one that the path has.
 */
#ifndef H1_SERVER_CONN_REDIRECT_H_
#define H1_SERVER_CONN_REDIRECT_H_

#include "server/conn/internal.h"

/* After the route was found: when a rule redirects the path, and it is not that
 * of an admin route, the exchange's route is one that does so, whatever the
 * method. */
void h1_redirect_route(h1_exchange *x);

#endif
