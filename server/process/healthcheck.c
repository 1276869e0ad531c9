#define _GNU_SOURCE
#include "server/process/healthcheck.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/loop/listen.h"

static const char request[] =
    "GET /_health HTTP/1.1\r\n"
    "Host: localhost\r\n"
    "User-Agent: httpd-healthcheck\r\n"
    "Connection: close\r\n"
    "\r\n";

/* Sockets that were passed have no address that another process could know. */
static bool has_address(const char *spec) {
  return strncmp(spec, "systemd:", 8) != 0 && strncmp(spec, "fd:", 3) != 0;
}

static const char *spec_of(const h1_config *c) {
  for (size_t i = 0; i < c->admin_listen_count; i++) {
    if (has_address(c->admin_listen[i])) return c->admin_listen[i];
  }
  for (size_t i = 0; i < c->listen_count; i++) {
    if (has_address(c->listen[i])) return c->listen[i];
  }
  return NULL;
}

/* ---- a connection: its descriptor, or -1 with a reason in `why` ---- */

static int connect_unix(const char *path, const char **why) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const size_t len = strnlen(path, sizeof address.sun_path - 1);
  memcpy(address.sun_path, path, len);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 &&
      connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
    return fd;
  }
  *why = strerror(errno);
  if (fd >= 0) close(fd);
  return -1;
}

static int connect_address(const struct addrinfo *a, const char **why) {
  const int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) return fd;
  *why = strerror(errno);
  if (fd >= 0) close(fd);
  return -1;
}

/* Every address of this machine is reached by its loopback: that is where the
 * system resolves no host, and connects to an address of zeros. */
static int connect_host(const char *spec, const char **why) {
  char host[256];
  const char *port = NULL;
  if (!h1_listen_split(spec, host, &port) || strcmp(port, "0") == 0) {
    *why = "it has no fixed port";
    return -1;
  }
  const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_flags = AI_NUMERICSERV};
  struct addrinfo *all = NULL;
  const int error =
      getaddrinfo(host[0] == '\0' ? NULL : host, port, &hints, &all);
  if (error != 0) {
    *why = gai_strerror(error);
    return -1;
  }
  int fd = -1;
  for (const struct addrinfo *a = all; a != NULL && fd < 0; a = a->ai_next) {
    fd = connect_address(a, why);
  }
  freeaddrinfo(all);
  return fd;
}

/* ---- the question ---- */

/* The status of the answer, 0 with a reason: there is none. */
static int ask(int fd, const char **why) {
  char answer[1024];
  size_t len = 0;
  if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) !=
      (ssize_t)sizeof request - 1) {
    *why = strerror(errno);
    return 0;
  }
  ssize_t n;
  do {
    n = recv(fd, answer + len, sizeof answer - 1 - len, 0);
    len += n > 0 ? (size_t)n : 0;
  } while (n > 0 && len < sizeof answer - 1);
  answer[len] = '\0';
  const long status =
      strncmp(answer, "HTTP/1.1 ", 9) == 0 ? strtol(answer + 9, NULL, 10) : 0;
  if (status >= 100 && status <= 599) return (int)status;
  *why = n < 0 ? strerror(errno) : "the answer is not HTTP/1.1";
  return 0;
}

bool h1_healthcheck(const h1_config *c,
                    char message[H1_HEALTHCHECK_MESSAGE_BYTES]) {
  const size_t size = H1_HEALTHCHECK_MESSAGE_BYTES;
  const char *spec = spec_of(c);
  const char *why = "";
  if (spec == NULL) {
    snprintf(message, size,
             "--healthcheck: no listener has an address; give one with "
             "--admin-listen");
    return false;
  }
  const int fd = strncmp(spec, "unix:", 5) == 0 ? connect_unix(spec + 5, &why)
                                                : connect_host(spec, &why);
  const int status = fd < 0 ? 0 : ask(fd, &why);
  if (fd >= 0) close(fd);
  if (status == 0) {
    snprintf(message, size, "--healthcheck: %.256s: %s", spec, why);
  } else {
    snprintf(message, size, "--healthcheck: %.256s answers %d", spec, status);
  }
  return status == 200;
}
