/* Who the client of a request is, when proxies say so: --client-address.
 *
 * Each proxy adds the address it was asked from at the right end of a field, so
 * the field is read from there, over all of its lines: for as long as an entry
 * names a trusted proxy, that proxy is asked who was before it. The first other
 * address is the client. Whatever the client itself wrote is further left and
 * never looked at.
 *
 *   peer, trusted       <- its entry: 10.0.0.7, trusted <- 203.0.113.9: client
 *   peer, not trusted   the peer is the client, and the field says nothing
 *   all are trusted     the leftmost is the client
 *   an entry that is no address: the one before it (further right) is the
 *                       client, the last who could be believed, and `stopped`
 *                       says why it went no further */
#ifndef H1_SERVER_BASE_ORIGIN_H_
#define H1_SERVER_BASE_ORIGIN_H_

#include "parser/fields.h"
#include "parser/forwarded.h"
#include "server/base/peer.h"
#include "server/base/trusted.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Exactly one of them is believed, whatever else a request says. */
typedef enum {
  H1_CLIENT_PEER,      /* the far end of the connection */
  H1_CLIENT_PROXY,     /* what a PROXY header says of it */
  H1_CLIENT_FORWARDED, /* RFC 7239 */
  H1_CLIENT_X_FORWARDED_FOR
} h1_client_source;

typedef struct {
  h1_peer end;          /* family 0: the peer itself */
  h1_node_kind stopped; /* H1_NODE_ADDRESS: nothing stopped the search */
} h1_origin_client;

/* Of a request with these fields that came from `peer`; of the last two
 * sources. */
h1_origin_client h1_origin_find(const h1_trusted *trusted,
                                h1_client_source source, const h1_peer *peer,
                                const h1_fields *fields);

/* An address and port as the far end of a connection. */
void h1_origin_set(h1_peer *to, const h1_address *address, uint16_t port);

/* What the log says of `stopped`: "unknown", "hidden", "absent" or "invalid";
 * NULL when nothing stopped it. */
const char *h1_origin_stopped_name(h1_node_kind stopped);

#ifdef __cplusplus
}
#endif
#endif
