/* Which handler answers a path and method: a walk over the table of routes. */
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
  unsigned allowed; /* METHOD_BITs over all rows with the path, HEAD and OPTIONS
                       included */
  h1_slice rest;    /* what the asterisk matched */
  h1_slice params[H1_ROUTE_PARAMS];
} h1_route_match;

/* `admin`: rows with H1_ROUTE_ADMIN take part; `ordinary`: the others do. The
 * work is bounded by the table times the path's length. */
void h1_router_match(const h1_router *r, h1_method method, h1_slice path,
                     bool admin, bool ordinary, h1_route_match *out);

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
