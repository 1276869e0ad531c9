#include "server/conn/redirect.h"

#include "parser/slice.h"
#include "server/conn/context.h"

/* A query for which the answer's fields have no room is left out. */
static bool add_location(h1_exchange *x, h1_slice query) {
  const h1_buffer room = h1_exchange_scratch(x);
  h1_slice location;
  return h1_policy_location(x->redirect, x->path, query, room, &location) &&
         h1_reply_field(x, h1_slice_of("Location"), location);
}

static void serve(h1_exchange *x) {
  const h1_slice none = {NULL, 0};
  if (add_location(x, x->query) || add_location(x, none)) {
    h1_reply_status(x, x->redirect->status, H1_OK);
  } else {
    h1_reply_status(x, 414, H1_TARGET_TOO_LONG);
  }
}

static const h1_route route = {
    ~0u, "/{redirect}", serve, NULL, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0};

void h1_redirect_route(h1_exchange *x) {
  const h1_policy *policy = &x->conn->flight->snapshot->policy;
  const h1_route *found = x->match.route;
  if (policy->redirect_count == 0) return;
  if (found != NULL && (found->flags & H1_ROUTE_ADMIN) != 0) return;
  x->redirect = h1_policy_find_redirect(policy, x->path);
  if (x->redirect == NULL) return;
  x->match = (h1_route_match){.route = &route, .method_allowed = true};
}
