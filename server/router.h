/* Which handler answers a path and method: a walk over the table of routes. And
 * what needs no handler: 404, 405, OPTIONS, and the methods that Allow names.
 */
#ifndef H1_SERVER_ROUTER_H_
#define H1_SERVER_ROUTER_H_

#include <stdbool.h>
#include <stddef.h>

#include "server/handler.h"

#define H1_ROUTE_PARAMS 4 /* `{name}`s in one pattern */

typedef struct {
  const h1_route *routes;
  size_t count;
} h1_router;

typedef struct {
  const h1_route *route; /* NULL: no row has the path (404) */
  bool method_allowed;   /* false with a route: 405 */
  unsigned allowed; /* METHOD_BITs over all rows with the path ("*": over all
                       in scope), HEAD and OPTIONS included */
  h1_slice rest;    /* what the asterisk matched */
  h1_slice params[H1_ROUTE_PARAMS];
} h1_route_match;

/* The rows that a listener offers: any of these. */
enum {
  H1_SCOPE_ORDINARY = 1,
  H1_SCOPE_ADMIN = 2,  /* H1_ROUTE_ADMIN without PRIVATE */
  H1_SCOPE_PRIVATE = 4 /* H1_ROUTE_ADMIN and H1_ROUTE_PRIVATE */
};

/* Looks at the rows in `scope` (H1_SCOPE_*). A path of a row for the operator
 * that is out of scope is none of a later row's. The work is bounded by the
 * table times the path's length. */
void h1_router_match(const h1_router *r, h1_method method, h1_slice path,
                     unsigned scope, h1_route_match *out);

/* H1_OK, or why it is not served: H1_NOT_FOUND, H1_METHOD_NOT_ALLOWED. OPTIONS
 * is served wherever a row has the path, and for the server as a whole ("*").
 */
h1_error h1_router_verdict(const h1_route_match *m, h1_method method,
                           h1_slice path);
/* Whether the router answers itself, for the handler: OPTIONS for which no row
 * asks, and `OPTIONS *`. Then `*allowed` is what it offers. */
bool h1_router_answers(const h1_route_match *m, h1_method method, h1_slice path,
                       unsigned *allowed);

/* The value matched by `{name}`; ptr NULL when the pattern has none. */
h1_slice h1_route_param(const h1_route_match *m, const char *name);

/* Writes "GET, HEAD, OPTIONS"; returns its length. `room` must hold
 * H1_ALLOW_BYTES. */
#define H1_ALLOW_BYTES ((size_t)64)
size_t h1_router_allow(unsigned allowed, char *room);

/* Whether every row can be used: a pattern that begins with '/', at most
 * H1_ROUTE_PARAMS names, an asterisk only as the last segment, a handler, a
 * method. NULL, or what is wrong with which pattern. */
const char *h1_router_check(const h1_router *r, const char **pattern);

#endif
