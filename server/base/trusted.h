/* The proxies that are believed: --trusted-proxy. Networks and, perhaps, the
 * unix sockets. Read-only once it is filled, so that another can take its place
 * as a whole. */
#ifndef H1_SERVER_BASE_TRUSTED_H_
#define H1_SERVER_BASE_TRUSTED_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/address.h"
#include "server/base/peer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_TRUSTED_MAX 256

typedef struct {
  h1_network networks[H1_TRUSTED_MAX];
  uint32_t count;
  bool unix_sockets;
} h1_trusted;

/* "unix", an address, or a network in CIDR notation: NULL, or what is wrong
 * with it, after "it ". */
const char *h1_trusted_fault(const char *text, size_t len);
/* Adds one without fault. False: there are too many. */
H1_MUST_USE bool h1_trusted_add(h1_trusted *t, const char *text, size_t len);

/* Whether the far end of a connection is one of them. */
H1_MUST_USE bool h1_trusted_has(const h1_trusted *t, const h1_peer *peer);
/* An address that may be a mapped one is taken for its IPv4 address. */
H1_MUST_USE bool h1_trusted_has_address(const h1_trusted *t,
                                        const h1_address *address);

#ifdef __cplusplus
}
#endif
#endif
