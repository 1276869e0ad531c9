/* Who the client of an exchange is.
 *
 * The client of a connection is its peer, or whom its PROXY header told. Where
 * a field says it, it may be another with each request, so that it is the
 * exchange's, and a share counts its exchanges: those in progress, for whoever
 * is idle at a proxy holds nothing here. */
#include "server/conn/client.h"

#include "server/conn/context.h"
#include "server/conn/socket.h"

static bool is_by_field(h1_client_source source) {
  return source == H1_CLIENT_FORWARDED || source == H1_CLIENT_X_FORWARDED_FOR;
}

void h1_client_open(h1_conn *c) {
  const h1_config *config = c->context->config;
  if (!is_by_field(config->client_address)) return;
  if (h1_trusted_has(&config->trusted, &c->socket.peer)) {
    h1_socket_uncount(c);
  } else {
    h1_socket_count(c);
  }
}

void h1_client_begin(h1_conn *c) {
  const h1_context *cx = c->context;
  const h1_config *config = h1_conn_config(c);
  h1_flight *f = c->flight;
  if (!is_by_field(config->client_address)) return;
  f->client = h1_origin_find(&config->trusted, config->client_address,
                             &c->socket.peer, &cx->request.fields);
  if (f->client.end.family == 0 || cx->shared->clients == NULL) return;
  f->share = h1_clients_enter_told(cx->shared->clients, &f->client.end);
}

void h1_client_end(h1_conn *c) {
  h1_clients_leave(c->context->shared->clients, c->flight->share);
}

const h1_peer *h1_client_of(const h1_conn *c) {
  if (c->flight != NULL && c->flight->client.end.family != 0) {
    return &c->flight->client.end;
  }
  return c->socket.told.family != 0 ? &c->socket.told : &c->socket.peer;
}
