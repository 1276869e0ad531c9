/* --healthcheck: asks the server of this configuration how it is. For images
 * that hold nothing else that could ask. */
#ifndef H1_SERVER_HEALTHCHECK_H_
#define H1_SERVER_HEALTHCHECK_H_

#include <stdbool.h>

#include "server/config/config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How long the caller lets it take: it waits for the server and for nothing
 * else, so a timer of the kernel has to end it. */
#define H1_HEALTHCHECK_MS 2000u

#define H1_HEALTHCHECK_MESSAGE_BYTES 512

/* Asks the first admin listener that has an address, else the first public one,
 * for /_health. True when the answer is 200. `message`: one line that says
 * which listener answered what, or why there was no answer. */
bool h1_healthcheck(const h1_config *c,
                    char message[H1_HEALTHCHECK_MESSAGE_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
