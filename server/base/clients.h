/* How many connections each client has, over all workers; and of clients that
 * a proxy speaks for, how many requests in progress.
 *
 * A client is what one party is likely to hold: an IPv4 address, an IPv6 /64.
 * The /48 around a /64 is counted too, with WIDER times the share: whoever has
 * one has 65,536 of the others. An IPv4 address mapped into IPv6 is the IPv4
 * address; unix sockets belong to no client.
 *
 * The table is fixed in size. When no row is free, a newcomer is counted in one
 * row that all such share, and that is never over its share: a full table
 * refuses nobody.
 *
 * One thread, the acceptor, enters connections; any thread may look and take
 * one out again. A row whose count is zero is free for another client, so an id
 * counts only from h1_clients_enter to its h1_clients_leave. */
#ifndef H1_SERVER_BASE_CLIENTS_H_
#define H1_SERVER_BASE_CLIENTS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/peer.h"
#include "server/base/shares.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct h1_clients h1_clients;

/* Of a unix socket, and of the row that those without one share. */
#define H1_CLIENT_NONE ((uint32_t)0)
#define H1_CLIENT_OTHERS ((uint32_t)1)
/* Shares of a /48. */
#define H1_CLIENTS_WIDER 4u

/* Rows for this many connections at a time, at most 65,536, and their bytes. */
uint32_t h1_clients_rows(uint64_t connections);
uint64_t h1_clients_bytes(uint32_t rows);
/* `memory`: h1_clients_bytes(rows), 64-byte aligned, zeroed. `seed`: not to be
 * guessed from outside, so that nobody chooses who shares a bucket. `share`: 0
 * is none. */
h1_clients *h1_clients_init(uint8_t *memory, uint32_t rows, uint64_t seed,
                            uint32_t share);

/* Where clients are counted that a proxy speaks for; without it they are not.
 */
void h1_clients_set_shares(h1_clients *t, h1_shares *shares);

/* Counts one more connection of `peer`; its client's id. By one thread. */
uint32_t h1_clients_enter(h1_clients *t, const h1_peer *peer);
/* The same for one that a proxy says it is. By any thread. */
uint32_t h1_clients_enter_told(h1_clients *t, const h1_peer *peer);
/* Counts one less. */
void h1_clients_leave(h1_clients *t, uint32_t id);

/* Another share from now on; by any thread. */
void h1_clients_set_share(h1_clients *t, uint32_t share);
uint32_t h1_clients_share(const h1_clients *t);

/* How many it has; 1 for those without a row of their own. */
uint32_t h1_clients_held(const h1_clients *t, uint32_t id);
/* Whether it has more than its share. */
bool h1_clients_over(const h1_clients *t, uint32_t id);

#ifdef __cplusplus
}
#endif
#endif
