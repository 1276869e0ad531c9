/* What the process may still do once it serves: the user it is, and four layers
 * that the kernel holds, each of which can only be tightened. README.md says
 * what each is for.
 *
 *   if (!h1_sandbox_find_user(&config, &box, message)) usage(message);
 *   ... bind, as whoever started it ...
 *   h1_sandbox_enter(&config, &box, NULL, message)      one thread so far
 *   ... start every thread ...
 *   h1_sandbox_seal(&box, message)                      before the first client
 */
#ifndef H1_SERVER_SANDBOX_SANDBOX_H_
#define H1_SERVER_SANDBOX_SANDBOX_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "server/config/config.h"
#include "server/sandbox/state.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_SANDBOX_MESSAGE_BYTES 512

/* False: --user names nobody; one line says so. */
bool h1_sandbox_find_user(const h1_config *c, h1_sandbox *box,
                          char message[H1_SANDBOX_MESSAGE_BYTES]);

typedef enum {
  H1_SANDBOX_OK,
  H1_SANDBOX_BAD_OPTION, /* --user cannot be, or cannot read a root */
  H1_SANDBOX_FAILED      /* --sandbox=require: a layer is not there */
} h1_sandbox_result;

/* Becomes the user and puts every layer in place. `list`: where to print them,
 * or NULL. */
h1_sandbox_result h1_sandbox_enter(const h1_config *c, h1_sandbox *box,
                                   FILE *list,
                                   char message[H1_SANDBOX_MESSAGE_BYTES]);
/* Takes away what only a start needs: threads, sockets. False, with a line. */
bool h1_sandbox_seal(const h1_sandbox *box,
                     char message[H1_SANDBOX_MESSAGE_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
