/* Listening sockets from --listen and --admin-listen. */
#ifndef H1_SERVER_LOOP_LISTEN_H_
#define H1_SERVER_LOOP_LISTEN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/config/config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_LISTENERS_MAX 64
/* How many connections the kernel queues for each, if it allows as many. */
#define H1_BACKLOG 4096

typedef struct {
  int fd;
  int family;    /* AF_INET, AF_INET6, AF_UNIX */
  uint16_t port; /* in network order; 0: unix */
  bool admin;
  bool held;      /* outlives the process: somebody else has it open too */
  bool proxied;   /* connections begin with a PROXY header */
  bool deferred;  /* the kernel holds a connection back until it has sent */
  char name[512]; /* as the start-up line shows it */
  char unix_path[108]; /* empty: not unix */
  dev_t unix_device;   /* of what was bound at the path */
  ino_t unix_inode;
  bool unix_owned; /* to be removed still; atomic, any thread */
} h1_listener;

typedef struct {
  h1_listener items[H1_LISTENERS_MAX];
  size_t count;
} h1_listeners;

/* Binds everything the options name, and takes what they name of the sockets
 * that were passed (held.h). A name with several addresses is bound on each.
 * False: nothing stays bound, `message` is one line that names what could not
 * be bound and why. A unix socket nobody listens on any more is replaced.
 * Before other threads: the variables of held.h are unset. */
bool h1_listen_all(const h1_config *c, h1_listeners *out, char message[512]);

/* Takes HOST:PORT or [V6]:PORT apart, as bind does; `*port` points into `spec`,
 * an empty host is every address. False: there is no port, or the host is too
 * long. */
bool h1_listen_split(const char *spec, char host[256], const char **port);

/* Makes the unix sockets' files that user's and group's. False: as above. */
bool h1_listen_give(const h1_listeners *l, uid_t user, gid_t group,
                    char message[512]);

/* How long the kernel holds a connection back that has sent nothing. It nearly
 * halves the cost of a short connection, and spares workers most of those that
 * never ask for anything. */
#define H1_DEFER_S 1
/* No longer holds them back: what was held back until now arrives within
 * H1_DEFER_S and a round trip. Any thread, before h1_listen_close. */
void h1_listen_undefer(const h1_listeners *l);

/* Removes the unix sockets' names, each once, and only while it leads to what
 * was bound here: a successor may have the path by now. Any thread. */
void h1_listen_unlink(h1_listeners *l);
/* Removes those names and closes all that are open still; once. */
void h1_listen_close(h1_listeners *l);
/* The same for those that are not for the operator, and are (not) held; their
 * `fd` is -1 then. */
void h1_listen_close_public(h1_listeners *l, bool held);
/* Whether any of those that are open is held, and not for the operator. */
bool h1_listen_any_held(const h1_listeners *l);

/* Writes the names of those of one kind, separated by ", ". */
typedef enum {
  H1_LISTENS_PUBLIC, /* --listen */
  H1_LISTENS_PROXY,  /* --proxy-listen */
  H1_LISTENS_ADMIN   /* --admin-listen */
} h1_listener_kind;
void h1_listen_names(const h1_listeners *l, h1_listener_kind kind, char *to,
                     size_t size);

#ifdef __cplusplus
}
#endif
#endif
