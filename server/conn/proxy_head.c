/* The PROXY header of a connection to --proxy-listen.
 *
 * Until it is there, nothing of the connection is a request: it waits no longer
 * than a head may, counted from when it was accepted, and gives way as one that
 * has sent nothing, or as one whose head is late. A header is short, so it is
 * decoded from its beginning each time that more of it has come. */
#include "server/conn/proxy_head.h"

#include "parser/proxy.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/exchange.h"
#include "server/conn/refuse.h"
#include "server/conn/socket.h"
#include "server/conn/window.h"

static h1_progress refuse_header(h1_conn *c, h1_error why) {
  h1_exchange_open_unknown(c);
  h1_refuse(c, why);
  return H1_GO_ON;
}

/* From now on it is a connection like any other, which has yet to begin its
 * first request. */
static void take_header(h1_conn *c, const h1_proxy *header, size_t bytes) {
  h1_window_consume(c->context, bytes);
  c->input.proxy_due = false;
  if (header->told && c->context->config->client_address == H1_CLIENT_PROXY) {
    h1_socket_told(c, &header->source, header->source_port);
  }
  h1_time_since(c);
}

h1_progress h1_proxy_head(h1_conn *c) {
  h1_context *cx = c->context;
  h1_proxy_decoder d;
  h1_proxy header;
  size_t bytes = 0;
  if (!h1_trusted_has(&cx->config->trusted, &c->socket.peer)) {
    return refuse_header(c, H1_PROXY_UNTRUSTED);
  }
  h1_proxy_decoder_init(&d);
  switch (h1_proxy_decode(&d, h1_window_slice(cx), &header, &bytes)) {
    case H1_DONE:
      take_header(c, &header, bytes);
      return H1_GO_ON;
    case H1_NEED_INPUT:
      h1_window_want_more(cx);
      return H1_GO_ON;
    default:
      return refuse_header(c, h1_proxy_error(&d));
  }
}
