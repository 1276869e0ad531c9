/* A health check that waits in the queue until a worker has a slot may be too
 * late, and then healthy servers are taken out just when they are needed. With
 * TCP_DEFER_ACCEPT its bytes are there when it is accepted. Whoever pretends to
 * be one only gets into the lane, where everyone gives way. */
#include "server/loop/urgent.h"

#include <string.h>

#include "server/loop/newcomer.h"

static bool begins_with(const char *bytes, size_t n, const char *what) {
  const size_t len = strlen(what);
  return n >= len && memcmp(bytes, what, len) == 0;
}

static bool asks_operator(const h1_accepted *item) {
  h1_newcomer first;
  h1_newcomer_peek(item, &first);
  const char *from = first.bytes + first.request;
  const size_t left = first.len - first.request;
  return begins_with(from, left, "GET /_") ||
         begins_with(from, left, "HEAD /_");
}

/* Each worker is busy, or has no place. */
static bool nobody_offers(const h1_acceptor *a) {
  for (unsigned i = 0; i < a->worker_count; i++) {
    if (atomic_load_explicit(&a->workers[i].sleeping, memory_order_relaxed)) {
      return false;
    }
  }
  return true;
}

bool h1_is_urgent(const h1_acceptor *a, const h1_accepted *item) {
  const h1_config *c = a->config;
  const bool here = c->admin == H1_ADMIN_PUBLIC || c->admin_listen_count == 0;
  return here && nobody_offers(a) && asks_operator(item);
}
