/* Listening sockets from --listen and --admin-listen. */
#ifndef H1_SERVER_LISTEN_H_
#define H1_SERVER_LISTEN_H_

#include <stdbool.h>
#include <stddef.h>

#include "server/config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_LISTENERS_MAX 64

typedef struct {
  int fd;
  bool admin;
  char name[512];      /* as the start-up line shows it */
  char unix_path[108]; /* to be removed at the end; empty: not unix */
} h1_listener;

typedef struct {
  h1_listener items[H1_LISTENERS_MAX];
  size_t count;
} h1_listeners;

/* Binds everything the options name. A name with several addresses is bound on
 * each. False: nothing stays bound, `message` is one line that names what could
 * not be bound and why. A unix socket nobody listens on any more is replaced.
 */
bool h1_listen_all(const h1_config *c, h1_listeners *out, char message[512]);

/* Removes the unix sockets' names; async-signal-safe. */
void h1_listen_unlink(const h1_listeners *l);
/* Closes them and removes the unix sockets; once. The struct itself stays as it
 * is: h1_listen_unlink may be reading it. */
void h1_listen_close(h1_listeners *l);

/* Writes the names of those that are (not) admin listeners, separated by ", ".
 */
void h1_listen_names(const h1_listeners *l, bool admin, char *to, size_t size);

#ifdef __cplusplus
}
#endif
#endif
