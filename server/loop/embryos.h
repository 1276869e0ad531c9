/* Connections that the kernel has not handed to a listener yet: their handshake
 * is over for the client, but TCP_DEFER_ACCEPT holds them back. Nothing shows
 * them on the listener itself; the kernel's table of sockets does. */
#ifndef H1_SERVER_LOOP_EMBRYOS_H_
#define H1_SERVER_LOOP_EMBRYOS_H_

#include <stdbool.h>

#include "server/loop/listen.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The descriptor to ask with, -1: this system does not tell. */
int h1_embryos_open(void);
/* Whether there may be one on its way to any of the listeners that hold
 * connections back. True as well when that cannot be found out. Never blocks.
 */
bool h1_embryos_any(int fd, const h1_listeners *l);

#ifdef __cplusplus
}
#endif
#endif
