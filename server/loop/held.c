/* A descriptor that was passed is believed in nothing: what it is, whether it
 * listens, and how it waits are asked of the kernel. */
#define _GNU_SOURCE
#include "server/loop/held.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* ---- the variables ---- */

/* Decimal digits alone, as systemd writes them. */
static bool read_number(const char *text, uint64_t *out) {
  uint64_t n = 0;
  size_t i = 0;
  for (; text[i] >= '0' && text[i] <= '9' && i < 10; i++) {
    n = n * 10 + (uint64_t)(text[i] - '0');
  }
  *out = n;
  return i > 0 && text[i] == '\0';
}

static bool none(h1_held *h, const char *why) {
  h->count = 0;
  snprintf(h->why, sizeof h->why, "%s", why);
  return false;
}

static bool read_count(h1_held *h, const char *pid, const char *fds) {
  uint64_t number;
  if (pid == NULL || fds == NULL) {
    return none(h, "LISTEN_PID and LISTEN_FDS are not set");
  }
  if (!read_number(pid, &number)) return none(h, "LISTEN_PID is no number");
  if (number != (uint64_t)getpid()) {
    return none(h, "LISTEN_PID names another process");
  }
  if (!read_number(fds, &number)) return none(h, "LISTEN_FDS is no number");
  if (number == 0) return none(h, "LISTEN_FDS is 0");
  if (number > H1_HELD_MAX) return none(h, "LISTEN_FDS is above 64");
  h->count = (size_t)number;
  return true;
}

/* Without LISTEN_FDNAMES systemd's own library calls each "unknown". */
static bool read_names(h1_held *h, const char *names) {
  if (names == NULL) {
    for (size_t i = 0; i < h->count; i++) {
      memcpy(h->names[i], "unknown", sizeof "unknown");
    }
    return true;
  }
  for (size_t i = 0; i < h->count; i++) {
    const size_t len = strcspn(names, ":");
    const bool last = names[len] == '\0';
    if (len >= sizeof h->names[0] || last != (i + 1 == h->count)) {
      return none(h, "LISTEN_FDNAMES does not name as many as LISTEN_FDS");
    }
    memcpy(h->names[i], names, len);
    h->names[i][len] = '\0';
    names += len + (last ? 0 : 1);
  }
  return true;
}

/* Nobody who is executed later is to have them. */
static void close_on_exec(const h1_held *h) {
  for (size_t i = 0; i < h->count; i++) {
    (void)fcntl(H1_HELD_FIRST + (int)i, F_SETFD, FD_CLOEXEC);
  }
}

void h1_held_read(h1_held *h) {
  memset(h, 0, sizeof *h);
  if (read_count(h, getenv("LISTEN_PID"), getenv("LISTEN_FDS")) &&
      read_names(h, getenv("LISTEN_FDNAMES"))) {
    close_on_exec(h);
  }
  (void)unsetenv("LISTEN_PID");
  (void)unsetenv("LISTEN_PIDFDID");
  (void)unsetenv("LISTEN_FDS");
  (void)unsetenv("LISTEN_FDNAMES");
}

bool h1_held_matches(const h1_held *h, size_t n, const char *name) {
  return strcmp(name, "*") == 0 || strcmp(name, h->names[n]) == 0;
}

void h1_held_names(const h1_held *h, char *to, size_t size) {
  size_t at = 0;
  if (size > 0) to[0] = '\0';
  for (size_t i = 0; i < h->count && at < size; i++) {
    const int n =
        snprintf(to + at, size - at, "%s%s", i == 0 ? "" : ", ", h->names[i]);
    at += n > 0 ? (size_t)n : 0;
  }
}

/* ---- the descriptors ---- */

static bool socket_number(int fd, int option, int *out) {
  socklen_t len = sizeof *out;
  return getsockopt(fd, SOL_SOCKET, option, out, &len) == 0;
}

static bool is_served_family(int fd) {
  int family = 0, protocol = 0;
  if (!socket_number(fd, SO_DOMAIN, &family) ||
      !socket_number(fd, SO_PROTOCOL, &protocol)) {
    return false;
  }
  if (family == AF_UNIX) return true;
  return (family == AF_INET || family == AF_INET6) &&
         (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP);
}

static bool is_connected(int fd) {
  struct sockaddr_storage peer;
  socklen_t len = sizeof peer;
  return getpeername(fd, (struct sockaddr *)&peer, &len) == 0;
}

const char *h1_held_fault(int fd) {
  int type = 0, listens = 0;
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return "the descriptor is not open";
  if (!socket_number(fd, SO_TYPE, &type)) {
    return "the descriptor is not a socket";
  }
  if (type != SOCK_STREAM) return "it is not a stream socket";
  if (!is_served_family(fd)) return "it is neither a TCP nor a unix socket";
  if (!socket_number(fd, SO_ACCEPTCONN, &listens) || listens == 0) {
    return is_connected(fd) ? "it is a connection, not a listening socket: a "
                              "socket unit needs Accept=no"
                            : "the socket does not listen";
  }
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
      fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
    return "it cannot be made non-blocking";
  }
  return NULL;
}

/* What listens has no other end that could hang up. */
bool h1_held_is_ended(int fd) {
  struct pollfd end = {.fd = fd, .events = POLLRDHUP};
  return poll(&end, 1, 0) > 0 && (end.revents & (POLLHUP | POLLRDHUP)) != 0;
}
