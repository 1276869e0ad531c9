#include "server/loop/newcomer.h"

#include "server/base/origin.h"
#include "server/base/trusted.h"
#include "server/sys.h"

/* What comes after a header is of use only as far as it tells a request for the
 * operator. */
#define REQUEST_BYTES 8u

void h1_newcomer_peek(const h1_accepted *item, h1_newcomer *out) {
  const bool proxied = item->peer.proxied;
  const size_t most = proxied ? sizeof out->bytes : REQUEST_BYTES;
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
