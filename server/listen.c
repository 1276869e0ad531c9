#define _GNU_SOURCE
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096

/* What one bind needs; the message names `spec`. */
typedef struct {
  h1_listeners *out;
  const char *spec;
  bool admin;
  unsigned unix_mode;
  char *message;
} binder;

static bool fail(const binder *b, const char *why) {
  snprintf(b->message, 512, "cannot listen on %.256s: %.200s", b->spec, why);
  return false;
}

static bool fail_errno(const binder *b, int fd) {
  const int error = errno;
  if (fd >= 0) close(fd);
  return fail(b, strerror(error));
}

static void name_address(h1_listener *l, const struct sockaddr_storage *bound) {
  char host[INET6_ADDRSTRLEN] = "?";
  if (bound->ss_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, bound, sizeof in6);
    inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof host);
    snprintf(l->name, sizeof l->name, "[%s]:%u", host, ntohs(in6.sin6_port));
    return;
  }
  struct sockaddr_in in;
  memcpy(&in, bound, sizeof in);
  inet_ntop(AF_INET, &in.sin_addr, host, sizeof host);
  snprintf(l->name, sizeof l->name, "%s:%u", host, ntohs(in.sin_port));
}

static bool set_options(int fd, int family) {
  const int on = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
    return false;
  }
  /* Connections inherit it from their listener. */
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
    return false;
  }
  return family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
}

static h1_listener *new_listener(const binder *b) {
  if (b->out->count == H1_LISTENERS_MAX) {
    fail(b, "too many addresses");
    return NULL;
  }
  h1_listener *l = &b->out->items[b->out->count];
  memset(l, 0, sizeof *l);
  l->admin = b->admin;
  return l;
}

static bool bind_tcp(const binder *b, const struct addrinfo *a) {
  h1_listener *l = new_listener(b);
  if (l == NULL) return false;
  l->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (l->fd < 0 || !set_options(l->fd, a->ai_family) ||
      bind(l->fd, a->ai_addr, a->ai_addrlen) != 0 ||
      listen(l->fd, BACKLOG) != 0) {
    return fail_errno(b, l->fd);
  }
  struct sockaddr_storage bound = {.ss_family = AF_UNSPEC};
  socklen_t len = sizeof bound;
  if (getsockname(l->fd, (struct sockaddr *)&bound, &len) != 0) {
    return fail_errno(b, l->fd);
  }
  name_address(l, &bound);
  b->out->count++;
  return true;
}

/* All addresses of the name; for the wildcard a family the kernel lacks is left
 * out. */
static bool bind_host(const binder *b, const char *host, const char *port) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *all = NULL;
  const int error = getaddrinfo(host, port, &hints, &all);
  if (error != 0) return fail(b, gai_strerror(error));
  const size_t before = b->out->count;
  bool ok = true;
  for (const struct addrinfo *a = all; a != NULL && ok; a = a->ai_next) {
    if (a->ai_family != AF_INET && a->ai_family != AF_INET6) continue;
    ok = bind_tcp(b, a);
    const bool lacking = errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
    if (!ok && lacking && (a->ai_next != NULL || b->out->count > before)) {
      ok = true;
    }
  }
  freeaddrinfo(all);
  if (ok && b->out->count == before) return fail(b, "no usable address");
  return ok;
}

/* A socket file left behind by a server that is gone. */
static bool remove_stale(const struct sockaddr_un *address, socklen_t len) {
  struct stat st;
  if (lstat(address->sun_path, &st) != 0) return errno == ENOENT;
  if (!S_ISSOCK(st.st_mode)) {
    errno = EEXIST;
    return false;
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool alive = connect(fd, (const struct sockaddr *)address, len) == 0;
  const int error = errno;
  close(fd);
  if (alive || error != ECONNREFUSED) {
    errno = EADDRINUSE;
    return false;
  }
  return unlink(address->sun_path) == 0;
}

static bool bind_unix(const binder *b, const char *path) {
  h1_listener *l = new_listener(b);
  if (l == NULL) return false;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const size_t path_len = strlen(path);
  if (path_len == 0 || path_len >= sizeof address.sun_path) {
    return fail(b, "the path is empty or too long");
  }
  memcpy(address.sun_path, path, path_len + 1);
  const socklen_t len = sizeof address;
  if (!remove_stale(&address, len)) return fail_errno(b, -1);
  l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&address, len) != 0) {
    return fail_errno(b, l->fd);
  }
  /* Its mode is set before anyone can connect. */
  if (chmod(path, b->unix_mode) != 0 || listen(l->fd, BACKLOG) != 0) {
    const int error = errno;
    unlink(path);
    errno = error;
    return fail_errno(b, l->fd);
  }
  memcpy(l->unix_path, path, path_len + 1);
  snprintf(l->name, sizeof l->name, "unix:%s", path);
  b->out->count++;
  return true;
}

static bool bind_spec(const binder *b) {
  if (strncmp(b->spec, "unix:", 5) == 0) return bind_unix(b, b->spec + 5);
  char host[256];
  const char *colon = strrchr(b->spec, ':');
  size_t host_len = colon == NULL ? 0 : (size_t)(colon - b->spec);
  if (colon == NULL || host_len >= sizeof host) return fail(b, "no port");
  const char *from = b->spec;
  if (host_len >= 2 && from[0] == '[' && from[host_len - 1] == ']') {
    from++;
    host_len -= 2;
  }
  memcpy(host, from, host_len);
  host[host_len] = '\0';
  return bind_host(b, host_len == 0 ? NULL : host, colon + 1);
}

bool h1_listen_all(const h1_config *c, h1_listeners *out, char message[512]) {
  binder b = {.out = out, .unix_mode = c->unix_mode, .message = message};
  out->count = 0;
  bool ok = true;
  for (size_t i = 0; i < c->listen_count && ok; i++) {
    b.spec = c->listen[i];
    ok = bind_spec(&b);
  }
  b.admin = true;
  for (size_t i = 0; i < c->admin_listen_count && ok; i++) {
    b.spec = c->admin_listen[i];
    ok = bind_spec(&b);
  }
  if (!ok) h1_listen_close(out);
  return ok;
}

void h1_listen_unlink(const h1_listeners *l) {
  for (size_t i = 0; i < l->count; i++) {
    if (l->items[i].unix_path[0] != '\0') unlink(l->items[i].unix_path);
  }
}

void h1_listen_close(h1_listeners *l) {
  h1_listen_unlink(l);
  for (size_t i = 0; i < l->count; i++) close(l->items[i].fd);
}

void h1_listen_names(const h1_listeners *l, bool admin, char *to, size_t size) {
  size_t at = 0;
  if (size > 0) to[0] = '\0';
  for (size_t i = 0; i < l->count; i++) {
    if (l->items[i].admin != admin || at >= size) continue;
    const int n = snprintf(to + at, size - at, "%s%s", at == 0 ? "" : ", ",
                           l->items[i].name);
    at += n > 0 ? (size_t)n : 0;
  }
}
