/* Whether a whole head is served, and by which route. */
#include "server/conn/validate.h"

#include "parser/framing.h"
#include "parser/target.h"
#include "server/conn/context.h"
#include "server/conn/flight.h"
#include "server/conn/redirect.h"

static h1_error decode_path(h1_exchange *x) {
  h1_target target;
  const h1_error e = h1_target_split(x->request->target, &target);
  if (e != H1_OK) return e;
  x->query = target.query;
  x->raw_path = target.path;
  if (target.form == H1_TARGET_ASTERISK ||
      target.form == H1_TARGET_AUTHORITY_FORM) {
    x->path = x->request->target;
    return H1_OK;
  }
  const h1_buffer room = {x->path_room, target.path.len};
  return h1_path_decode(x->context->shared->level, target.path, room, &x->path);
}

h1_error h1_validate(h1_exchange *x) {
  h1_verdict *v = &x->conn->flight->verdict;
  const h1_request *r = x->request;
  bool persists = false, expects_continue = false;
  v->decoded = true;
  const h1_error check = h1_request_check(r, &x->authority);
  if (check != H1_OK) return check;
  const h1_error framing = h1_framing_of_request(r, &v->framing);
  if (framing != H1_OK && h1_error_status(framing) == 400) return framing;
  const h1_error persistence = h1_persistence_of_request(r, &persists);
  if (persistence != H1_OK) return persistence;
  const h1_error path = decode_path(x);
  if (path != H1_OK) return path;
  if (framing != H1_OK) return framing;
  if (r->method == H1_METHOD_UNRECOGNISED) return H1_METHOD_UNKNOWN;
  const h1_error expect = h1_expectation_of_request(r, &expects_continue);
  if (expect != H1_OK) return expect;
  v->expects_continue = expects_continue;
  if (persists) h1_flight_persist(x->conn);
  return H1_OK;
}

static void match_route(h1_exchange *x) {
  const h1_shared *shared = x->context->shared;
  const unsigned scope =
      x->conn->socket.peer.admin ? shared->scope_admin : shared->scope_public;
  h1_router_match(&shared->router, x->request->method, x->path, scope,
                  &x->match);
  h1_redirect_route(x);
}

/* The body limit of server and route, whichever is lower. */
static uint64_t own_body_limit(const h1_exchange *x) {
  const uint64_t server = x->context->config->limits.body_bytes;
  const h1_route *route = x->match.route;
  return route != NULL && route->body_limit < server ? route->body_limit
                                                     : server;
}

static h1_error check_size(h1_exchange *x) {
  const h1_flight *f = x->conn->flight;
  h1_verdict *v = &x->conn->flight->verdict;
  const uint64_t whole = x->context->config->max_request_bytes;
  if (f->head_bytes > whole) return H1_REQUEST_TOO_LARGE;
  const uint64_t own = own_body_limit(x);
  const uint64_t room = whole - f->head_bytes;
  v->body_limit = own < room ? own : room;
  if (v->framing.kind != H1_BODY_LENGTH || v->framing.length <= v->body_limit) {
    return H1_OK;
  }
  return v->framing.length > own ? H1_BODY_TOO_LARGE : H1_REQUEST_TOO_LARGE;
}

h1_error h1_route_request(h1_exchange *x) {
  match_route(x);
  const h1_error size = check_size(x);
  if (size != H1_OK) return size;
  return h1_router_verdict(&x->match, x->request->method, x->path);
}

void h1_relocate(h1_exchange *x) {
  if (h1_request_check(x->request, &x->authority) != H1_OK) return;
  if (decode_path(x) == H1_OK) match_route(x);
}
