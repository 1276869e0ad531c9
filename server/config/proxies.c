/* Who is believed about who the client is: --trusted-proxy, --proxy-listen and
 * --client-address. A server that was told to believe somebody, but not whom,
 * would show proxies for clients, and nobody would notice: it does not start.
 */
#include <string.h>

#include "server/config/internal.h"
#include "server/policy/pattern.h"

const char *h1_log_skip_fault(const char *value, size_t len) {
  return h1_pattern_fault((h1_slice){(const uint8_t *)value, len});
}

static h1_config_result refuse(const h1_config_source *s, const char *why) {
  h1_text t = h1_text_begin(s->message, H1_CONFIG_MESSAGE_BYTES);
  h1_text_add(&t, why);
  return H1_CONFIG_BAD;
}

static bool trust_all(h1_config *c) {
  const h1_texts *t = &c->trusted_proxies;
  memset(&c->trusted, 0, sizeof c->trusted);
  for (uint32_t i = 0; i < t->count; i++) {
    const char *text = h1_texts_at(t, i);
    if (!h1_trusted_add(&c->trusted, text, strlen(text))) return false;
  }
  return true;
}

h1_config_result h1_config_settle_proxies(const h1_config_source *s) {
  h1_config *c = s->config;
  if (!trust_all(c)) {
    return refuse(s, "--trusted-proxy: at most 256 networks are allowed");
  }
  const bool nobody = c->trusted_proxies.count == 0;
  if (c->proxy_listen_count > 0 && nobody) {
    return refuse(s,
                  "--proxy-listen needs a --trusted-proxy: without one every "
                  "connection there would be refused");
  }
  switch (c->client_address) {
    case H1_CLIENT_PEER:
      break;
    case H1_CLIENT_PROXY:
      if (c->proxy_listen_count > 0) break;
      return refuse(s,
                    "--client-address=proxy needs a --proxy-listen: no other "
                    "connection has a PROXY header");
    case H1_CLIENT_FORWARDED:
    case H1_CLIENT_X_FORWARDED_FOR:
      if (!nobody) break;
      return refuse(s,
                    "--client-address needs a --trusted-proxy: without one no "
                    "such field is believed");
  }
  return H1_CONFIG_OK;
}

/* ---- what is allowed, and may not be meant ---- */

static bool trusts_everyone(const h1_config *c) {
  for (uint32_t i = 0; i < c->trusted.count; i++) {
    if (c->trusted.networks[i].prefix == 0) return true;
  }
  return false;
}

static bool any_unix(const char addresses[][256], size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strncmp(addresses[i], "unix:", 5) == 0) return true;
  }
  return false;
}

const char *h1_config_proxy_warning(const h1_config *c, size_t n) {
  const bool listens = c->proxy_listen_count > 0;
  const bool by_peer = c->client_address == H1_CLIENT_PEER;
  const bool by_header = c->client_address == H1_CLIENT_PROXY;
  const struct {
    bool holds;
    const char *text;
  } all[] = {
      {listens && by_peer,
       "--proxy-listen without --client-address=proxy: the client that a PROXY "
       "header names is not used, and each proxy counts as one client"},
      {listens && !by_peer && !by_header,
       "--proxy-listen without --client-address=proxy: the client is the one "
       "that the field names, so a proxy that passes on what clients send, as "
       "one for TCP does, lets each of them choose its address"},
      {!listens && by_peer && c->trusted_proxies.count > 0,
       "--trusted-proxy without --client-address: nobody is asked who the "
       "client is"},
      {trusts_everyone(c),
       "--trusted-proxy: a network of all addresses lets every client choose "
       "its own"},
      {!c->trusted.unix_sockets &&
           any_unix(c->proxy_listen, c->proxy_listen_count),
       "--proxy-listen has a unix socket: without --trusted-proxy=unix every "
       "connection there is refused"},
      {!c->trusted.unix_sockets && !by_peer && !by_header &&
           any_unix(c->listen, c->listen_count),
       "--listen has a unix socket: without --trusted-proxy=unix nobody there "
       "is asked who the client is"}};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    if (all[i].holds && n-- == 0) return all[i].text;
  }
  return NULL;
}

_Static_assert(H1_TRUSTED_MAX == 256, "the message above names this limit");
