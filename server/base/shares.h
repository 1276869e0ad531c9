/* How many requests in progress each client has, over all workers: for clients
 * whose address a proxy says, and whose requests share its connections.
 *
 * What a client is, clients.h says. Any thread enters and leaves, without a
 * lock: a row is one number of a tag and a count, and a client's row is in one
 * set of a few. Two threads that enter a new client in the same moment may
 * rarely give it two rows, each with a part of its count, until both are empty.
 * When a set is full, a newcomer is not counted: a full table refuses nobody.
 */
#ifndef H1_SERVER_BASE_SHARES_H_
#define H1_SERVER_BASE_SHARES_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct h1_shares h1_shares;

#define H1_SHARE_NONE ((uint32_t)0)
/* Ids are below this. */
#define H1_SHARES_ROWS_MAX ((uint32_t)32768)

/* Rows for so many requests at a time, a power of two. */
uint32_t h1_shares_rows(uint64_t requests);
uint64_t h1_shares_bytes(uint32_t rows);
/* `memory`: h1_shares_bytes(rows), 64-byte aligned, zeroed. `seed`: not to be
 * guessed from outside, so that nobody chooses who shares a set. */
h1_shares *h1_shares_init(uint8_t *memory, uint32_t rows, uint64_t seed);

/* Counts one more of `network`, the first `prefix` bits of an address. */
uint32_t h1_shares_enter(h1_shares *s, uint64_t network, uint32_t prefix);
void h1_shares_leave(h1_shares *s, uint32_t id);
uint32_t h1_shares_held(const h1_shares *s, uint32_t id); /* of NONE: 1 */

#ifdef __cplusplus
}
#endif
#endif
