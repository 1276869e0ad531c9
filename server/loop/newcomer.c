#include "server/loop/newcomer.h"

#include <netinet/in.h>
#include <string.h>

#include "server/base/origin.h"
#include "server/base/trusted.h"
#include "server/sys.h"

/* A socket that was passed may be for both families: then IPv4 clients come
 * with addresses of IPv6, all in one /64, as if they were one client. */
void h1_newcomer_peer(h1_accepted *item, const struct sockaddr_storage *peer,
                      const h1_listener *l) {
  memset(&item->peer, 0, sizeof item->peer);
  item->peer.admin = l->admin;
  item->peer.proxied = l->proxied;
  item->peer.family = (uint8_t)peer->ss_family;
  if (peer->ss_family == AF_INET) {
    const struct sockaddr_in *in = (const void *)peer;
    memcpy(item->peer.address, &in->sin_addr, 4);
    item->peer.port = ntohs(in->sin_port);
  } else if (peer->ss_family == AF_INET6) {
    const struct sockaddr_in6 *in6 = (const void *)peer;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
    const uint8_t *address = in6->sin6_addr.s6_addr;
    memcpy(item->peer.address, mapped ? address + 12 : address,
           mapped ? 4 : 16);
    item->peer.port = ntohs(in6->sin6_port);
    if (mapped) item->peer.family = AF_INET;
  }
}

void h1_newcomer_peek(const h1_accepted *item, h1_newcomer *out) {
  const bool proxied = item->peer.proxied;
  const size_t most = proxied ? sizeof out->bytes : H1_NEWCOMER_REQUEST;
  const ssize_t n = h1_sys_peek(item->fd, out->bytes, most);
  h1_proxy_decoder d;
  out->len = n > 0 ? (size_t)n : 0;
  out->request = 0;
  out->has_header = false;
  if (!proxied) return;
  const h1_slice head = {(const uint8_t *)out->bytes, out->len};
  h1_proxy_decoder_init(&d);
  out->has_header =
      h1_proxy_decode(&d, head, &out->header, &out->request) == H1_DONE;
}

static bool speaks_for_others(const h1_config *c, const h1_peer *peer) {
  const bool source_is_proxy = c->client_address == H1_CLIENT_PROXY;
  if (c->client_address == H1_CLIENT_PEER) return false;
  if (source_is_proxy && !peer->proxied) return false;
  return h1_trusted_has(&c->trusted, peer);
}

static void enter_told(h1_accepted *item, h1_clients *clients) {
  h1_newcomer first;
  h1_peer told;
  h1_newcomer_peek(item, &first);
  item->unknown = !first.has_header || !first.header.told;
  if (item->unknown) return;
  h1_origin_set(&told, &first.header.source, first.header.source_port);
  item->client = h1_clients_enter_told(clients, &told);
}

void h1_newcomer_enter(h1_accepted *item, const h1_config *config,
                       h1_clients *clients) {
  item->client = H1_CLIENT_NONE;
  item->unknown = false;
  if (!speaks_for_others(config, &item->peer)) {
    item->client = h1_clients_enter(clients, &item->peer);
  } else if (config->client_address == H1_CLIENT_PROXY) {
    enter_told(item, clients);
  }
}
