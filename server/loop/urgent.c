/* A health check that waits in the queue until a worker has a slot may be too
 * late, and then healthy servers are taken out just when they are needed. With
 * TCP_DEFER_ACCEPT its bytes are there when it is accepted. Whoever pretends to
 * be one only gets into the lane, where everyone gives way. */
#include "server/loop/urgent.h"

#include "parser/slice.h"
#include "server/loop/newcomer.h"
#include "server/router.h"

/* What follows `what` at the start of `bytes`; ptr NULL: that is not there. */
static h1_slice after(h1_slice bytes, const char *what) {
  const h1_slice w = h1_slice_of(what);
  const h1_slice start = {bytes.ptr, bytes.len < w.len ? bytes.len : w.len};
  if (!h1_slice_equal(start, w)) return (h1_slice){NULL, 0};
  return (h1_slice){bytes.ptr + w.len, bytes.len - w.len};
}

/* Up to the target's query or end; empty when that has not arrived. */
static h1_slice path_of(h1_slice bytes) {
  h1_slice path = after(bytes, "GET ");
  if (path.ptr == NULL) path = after(bytes, "HEAD ");
  for (size_t i = 0; i < path.len; i++) {
    if (path.ptr[i] != ' ' && path.ptr[i] != '?') continue;
    path.len = i;
    return path;
  }
  return (h1_slice){NULL, 0};
}

static bool asks_operator(const h1_shared *s, const h1_accepted *item) {
  h1_newcomer first;
  h1_route_match match;
  h1_newcomer_peek(item, &first);
  const h1_slice request = {(const uint8_t *)first.bytes + first.request,
                            first.len - first.request};
  const h1_slice path = path_of(request);
  if (path.len == 0) return false;
  h1_router_match(&s->router, H1_GET, path, s->scope_public, &match);
  return match.route != NULL && match.method_allowed &&
         (match.route->flags & H1_ROUTE_ADMIN) != 0;
}

/* Each worker is busy, or would first have to send somebody away. */
static bool nobody_offers(const h1_acceptor *a, const h1_shared *s) {
  if (atomic_load_explicit(&s->slots_left, memory_order_relaxed) == 0) {
    return true;
  }
  for (unsigned i = 0; i < a->worker_count; i++) {
    if (atomic_load_explicit(&a->workers[i].sleeping, memory_order_relaxed)) {
      return false;
    }
  }
  return true;
}

bool h1_is_urgent(const h1_acceptor *a, const h1_accepted *item) {
  const h1_shared *s = a->workers[0].cx.shared;
  return nobody_offers(a, s) && asks_operator(s, item);
}
