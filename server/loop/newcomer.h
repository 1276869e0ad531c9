/* Who somebody is that has just been accepted, by what has arrived of it. */
#ifndef H1_SERVER_LOOP_NEWCOMER_H_
#define H1_SERVER_LOOP_NEWCOMER_H_

#include <sys/socket.h>

#include "parser/proxy.h"
#include "server/base/clients.h"
#include "server/base/queue.h"
#include "server/config/config.h"
#include "server/loop/listen.h"

/* Fills in `peer`. */
void h1_newcomer_peer(h1_accepted *item, const struct sockaddr_storage *peer,
                      const h1_listener *l);

/* The first bytes of a connection, none of which is taken from it: of a request
 * as many as tell that it is for the operator. */
#define H1_NEWCOMER_REQUEST 64u
typedef struct {
  char bytes[H1_PROXY_BYTES_MAX + H1_NEWCOMER_REQUEST];
  size_t len;
  size_t request;  /* where the first request begins */
  bool has_header; /* of a listener for proxies, and it is whole and good */
  h1_proxy header;
} h1_newcomer;

void h1_newcomer_peek(const h1_accepted *item, h1_newcomer *out);

/* Counts it: fills in `client` and `unknown`. A proxy that says who its clients
 * are is none itself. With a PROXY header they are counted as soon as it is
 * there, so that who waits for a place is known by whose it is; with a field,
 * once a request has it. */
void h1_newcomer_enter(h1_accepted *item, const h1_config *config,
                       h1_clients *clients);

#endif
