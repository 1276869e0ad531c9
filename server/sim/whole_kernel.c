/* What the kernel does for a whole server: hands out connections, and fails as
 * the seed says. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "server/sim/whole_internal.h"

/* One call in so many fails. */
#define CALLS 48u
/* How long a connection is held back that has sent nothing. */
#define DEFER_MS 1000u

/* ---- failing ---- */

static int one_of(h1_whole *w, const int *errors, unsigned count) {
  const int error = errors[h1_whole_below(w, count)];
  h1_whole_say(w, "a call fails: %s", error == 0 ? "little" : strerror(error));
  if (error == 0) return -1;
  w->totals->failures++;
  errno = error;
  return 1;
}

#define ONE_OF(...)                     \
  one_of(w, (const int[]){__VA_ARGS__}, \
         (unsigned)(sizeof(const int[]){__VA_ARGS__} / sizeof(int)))

static int fails(h1_sim_call call) {
  h1_whole *w = h1_whole_world;
  /* However little is taken, it must do. */
  if (h1_whole_chance(w, CALLS / 4) && call <= H1_SIM_SENDFILE) return -1;
  if (!w->faults || !h1_whole_chance(w, CALLS)) return 0;
  switch (call) {
    case H1_SIM_RECV:
      return ONE_OF(0, EAGAIN, ENOMEM, ECONNRESET, ETIMEDOUT);
    case H1_SIM_SEND:
      return ONE_OF(0, EAGAIN, ENOBUFS, ENOMEM, EPIPE);
    case H1_SIM_SENDFILE:
      return ONE_OF(0, EAGAIN, ENOMEM, EIO, EPIPE);
    case H1_SIM_SHUTDOWN:
      return ONE_OF(ENOTCONN, ENOBUFS);
    case H1_SIM_CLOSE:
      return ONE_OF(EIO, EINTR);
    case H1_SIM_EPOLL_ADD:
      return ONE_OF(ENOMEM, ENOSPC);
    case H1_SIM_EPOLL_MOD:
      return ONE_OF(ENOMEM);
  }
  return 0;
}

/* ---- listeners ---- */

static bool is_pending(h1_whole *w, const h1_whole_client *c) {
  if (c->accepted || c->left) return false;
  const bool held = w->deferred && c->sent == 0 &&
                    h1_whole_now_ms(w) < c->connected_ms + DEFER_MS;
  return c->door == H1_WHOLE_ADMIN || !held;
}

static h1_whole_client *pending(h1_whole *w, h1_whole_door door) {
  for (unsigned i = 0; i < w->client_count; i++) {
    h1_whole_client *c = &w->clients[i];
    if (c->door == door && is_pending(w, c)) return c;
  }
  return NULL;
}

bool h1_whole_has_pending(h1_whole *w, h1_whole_door door) {
  return w->wanted[door] && w->listeners.items[door].fd >= 0 &&
         pending(w, door) != NULL;
}

uint64_t h1_whole_next_pending_ms(h1_whole *w) {
  uint64_t next = H1_NEVER;
  for (unsigned i = 0; i < w->client_count; i++) {
    const h1_whole_client *c = &w->clients[i];
    if (c->accepted || c->left || is_pending(w, c)) continue;
    if (c->connected_ms + DEFER_MS < next) next = c->connected_ms + DEFER_MS;
  }
  return next;
}

static h1_whole_door door_of(const h1_whole *w, int fd) {
  h1_whole_door door = H1_WHOLE_PUBLIC;
  while (door < H1_WHOLE_DOORS - 1 && w->listeners.items[door].fd != fd) door++;
  return door;
}

static void note_most(h1_whole *w, uint8_t host) {
  unsigned count = 0;
  for (unsigned i = 0; i < w->client_count; i++) {
    const h1_whole_client *c = &w->clients[i];
    if (c->host != host || !c->accepted) continue;
    if (h1_whole_socket(w, c)->state != H1_SIM_CLOSED) count++;
  }
  if (count > w->most[host]) w->most[host] = count;
}

static int accept_one(int fd, struct sockaddr_storage *peer,
                      socklen_t *peer_len) {
  h1_whole *w = h1_whole_world;
  if (w->faults && h1_whole_chance(w, CALLS / 4)) {
    (void)ONE_OF(EMFILE, ENFILE, ENOMEM, ENOBUFS, ECONNABORTED, EPROTO);
    return -1;
  }
  h1_whole_client *c = pending(w, door_of(w, fd));
  if (c == NULL) {
    errno = EAGAIN;
    return -1;
  }
  c->accepted = true;
  note_most(w, c->host);
  memset(peer, 0, sizeof *peer);
  struct sockaddr_in *in = (void *)peer;
  in->sin_family = AF_INET;
  in->sin_addr.s_addr = htonl(0x7f000000u | c->host);
  in->sin_port = htons((uint16_t)(c->socket + 1));
  *peer_len = sizeof *in;
  h1_whole_say(w, "client %d accepted", c->socket);
  return H1_SIM_FD + c->socket;
}

static int listen_for(int fd, bool wanted) {
  h1_whole *w = h1_whole_world;
  if (w->faults && h1_whole_chance(w, CALLS)) {
    errno = ENOMEM;
    return -1;
  }
  w->wanted[door_of(w, fd)] = wanted;
  return 0;
}

static int ready(int epoll_fd, struct epoll_event *events) {
  h1_whole *w = h1_whole_world;
  if (w->faults && h1_whole_chance(w, 4 * CALLS)) {
    errno = ENOMEM;
    return -1;
  }
  int n = 0;
  if (epoll_fd != w->acceptor.epoll_fd) return 0;
  for (h1_whole_door d = H1_WHOLE_PUBLIC; d < H1_WHOLE_DOORS; d++) {
    if (!h1_whole_has_pending(w, d)) continue;
    events[n++] = (struct epoll_event){.events = EPOLLIN, .data.u64 = d};
  }
  return n;
}

const h1_sim_hooks h1_whole_hooks = {fails, accept_one, listen_for, ready};
