#include "server/base/trusted.h"

#include <string.h>
#include <sys/socket.h>

static bool is_unix(const char *text, size_t len) {
  return len == 4 && memcmp(text, "unix", 4) == 0;
}

static h1_slice slice_of(const char *text, size_t len) {
  return (h1_slice){(const uint8_t *)text, len};
}

const char *h1_trusted_fault(const char *text, size_t len) {
  h1_network n;
  if (is_unix(text, len) || h1_network_parse(slice_of(text, len), &n)) {
    return NULL;
  }
  const char *slash = memchr(text, '/', len);
  h1_address a;
  const size_t end = slash == NULL ? len : (size_t)(slash - text);
  if (!h1_address_parse(slice_of(text, end), &a)) return "is no IP address";
  return "has no prefix that ends where its address does";
}

bool h1_trusted_add(h1_trusted *t, const char *text, size_t len) {
  if (is_unix(text, len)) {
    t->unix_sockets = true;
    return true;
  }
  if (t->count == H1_TRUSTED_MAX ||
      !h1_network_parse(slice_of(text, len), &t->networks[t->count])) {
    return false;
  }
  t->count++;
  return true;
}

bool h1_trusted_has_address(const h1_trusted *t, const h1_address *address) {
  h1_address a = *address;
  h1_address_unmap(&a);
  for (uint32_t i = 0; i < t->count; i++) {
    if (h1_network_has(&t->networks[i], &a)) return true;
  }
  return false;
}

bool h1_trusted_has(const h1_trusted *t, const h1_peer *peer) {
  if (peer->family == AF_UNIX) return t->unix_sockets;
  if (peer->family != AF_INET && peer->family != AF_INET6) return false;
  h1_address a = {.bits = peer->family == AF_INET6 ? 128 : 32};
  memcpy(a.bytes, peer->address, a.bits / 8u);
  return h1_trusted_has_address(t, &a);
}
