/* A health check that waits in the queue until a worker has a slot may be too
 * late, and then healthy servers are taken out just when they are needed. With
 * TCP_DEFER_ACCEPT its bytes are there when it is accepted. Whoever pretends to
 * be one only gets into the lane, where everyone gives way. */
#include "server/loop/urgent.h"

#include <string.h>

#include "parser/proxy.h"
#include "server/sys.h"

static bool begins_with(const char *bytes, ssize_t n, const char *what) {
  const size_t len = strlen(what);
  return n >= (ssize_t)len && memcmp(bytes, what, len) == 0;
}

/* Where the request begins: after a PROXY header that has to come first. */
static size_t request_at(const char *bytes, ssize_t n, bool proxied) {
  h1_proxy_decoder d;
  h1_proxy header;
  size_t used = 0;
  if (!proxied || n <= 0) return 0;
  const h1_slice head = {(const uint8_t *)bytes, (size_t)n};
  h1_proxy_decoder_init(&d);
  return h1_proxy_decode(&d, head, &header, &used) == H1_DONE ? used : 0;
}

static bool asks_operator(const h1_accepted *item) {
  char bytes[H1_PROXY_BYTES_MAX + 8];
  const bool proxied = item->peer.proxied;
  const ssize_t n = h1_sys_peek(item->fd, bytes, proxied ? sizeof bytes : 8);
  const size_t at = request_at(bytes, n, proxied);
  const char *from = bytes + at;
  const ssize_t left = n - (ssize_t)at;
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
