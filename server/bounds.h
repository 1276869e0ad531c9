/* What the options add up to, in memory and descriptors. */
#ifndef H1_SERVER_BOUNDS_H_
#define H1_SERVER_BOUNDS_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "server/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The bound on memory, row by row, and its sum; for --print-limits. False, with
 * a one-line message, when the options contradict each other or the sum exceeds
 * --max-memory. `out` may be NULL. `*total` gets the sum. */
bool h1_server_limits(const h1_server_options *o, FILE *out, uint64_t *total,
                      char message[256]);

/* Raises the limit of open files to what the options may need. Where it cannot
 * be raised so far, lowers c->max_connections, of the same options, to what it
 * allows: `message` is a line that says so, else empty. False, with a one-line
 * message: the limit is too low to serve anybody. */
bool h1_server_fit_descriptors(const h1_server_options *o, h1_config *c,
                               char message[256]);

/* Sizes that the start goes by too. */

/* Threads for routes that block; 0 when there are none. */
unsigned h1_bound_helpers(const h1_server_options *o);
uint64_t h1_bound_round_page(uint64_t n);
/* --max-connections shared out exactly. A worker's plan is for the largest
 * share, worker 0's. */
uint32_t h1_bound_slots(const h1_config *c, unsigned worker);
/* Rows of the table of clients, and of the one of clients of proxies. */
uint32_t h1_bound_client_rows(const h1_config *c);
uint32_t h1_bound_share_rows(const h1_config *c);
/* Whether clients are counted that proxies speak for. */
bool h1_bound_tells_clients(const h1_config *c);

#ifdef __cplusplus
}
#endif
#endif
