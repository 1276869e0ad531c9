#define _GNU_SOURCE
#include "server/loop/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/say.h"
#include "server/loop/held.h"
#include "server/loop/unix_path.h"

/* What one bind needs; the message names `spec`. */
typedef struct {
  h1_listeners *out;
  h1_held *held;
  const char *option, *spec;
  bool admin, proxied;
  unsigned unix_mode;
  char *message;
} binder;

static bool fail(const binder *b, const char *why) {
  snprintf(b->message, 512, "cannot listen on %.256s (%s): %.200s", b->spec,
           b->option, why);
  return false;
}

static bool fail_errno(const binder *b, int fd) {
  const int error = errno;
  if (fd >= 0) close(fd);
  return fail(b, strerror(error));
}

static void note_address(h1_listener *l, const struct sockaddr_storage *bound) {
  char host[INET6_ADDRSTRLEN] = "?";
  l->family = bound->ss_family;
  if (bound->ss_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, bound, sizeof in6);
    inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof host);
    l->port = in6.sin6_port;
    snprintf(l->name, sizeof l->name, "[%s]:%u", host, ntohs(in6.sin6_port));
    return;
  }
  struct sockaddr_in in;
  memcpy(&in, bound, sizeof in);
  inet_ntop(AF_INET, &in.sin_addr, host, sizeof host);
  l->port = in.sin_port;
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

/* Only a matter of cost, so a refusal does not matter. */
static void defer(h1_listener *l) {
  const int seconds = H1_DEFER_S;
  l->deferred = setsockopt(l->fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds,
                           sizeof seconds) == 0;
}

static h1_listener *new_listener(const binder *b) {
  if (b->out->count == H1_LISTENERS_MAX) {
    fail(b, "too many addresses");
    return NULL;
  }
  h1_listener *l = &b->out->items[b->out->count];
  memset(l, 0, sizeof *l);
  l->admin = b->admin;
  l->proxied = b->proxied;
  return l;
}

static bool bind_tcp(const binder *b, const struct addrinfo *a) {
  h1_listener *l = new_listener(b);
  if (l == NULL) return false;
  l->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (l->fd < 0 || !set_options(l->fd, a->ai_family) ||
      bind(l->fd, a->ai_addr, a->ai_addrlen) != 0 ||
      listen(l->fd, H1_BACKLOG) != 0) {
    return fail_errno(b, l->fd);
  }
  struct sockaddr_storage bound = {.ss_family = AF_UNSPEC};
  socklen_t len = sizeof bound;
  if (getsockname(l->fd, (struct sockaddr *)&bound, &len) != 0) {
    return fail_errno(b, l->fd);
  }
  note_address(l, &bound);
  defer(l);
  b->out->count++;
  return true;
}

/* An IPv4 address written as an IPv6 one is that IPv4 address: a socket for
 * IPv6 alone cannot be bound to it. */
static void unmap(struct addrinfo *a, struct sockaddr_in *room) {
  struct sockaddr_in6 in6;
  if (a->ai_family != AF_INET6 || a->ai_addrlen < sizeof in6) return;
  memcpy(&in6, a->ai_addr, sizeof in6);
  if (!IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) return;
  memset(room, 0, sizeof *room);
  room->sin_family = AF_INET;
  room->sin_port = in6.sin6_port;
  memcpy(&room->sin_addr, &in6.sin6_addr.s6_addr[12], sizeof room->sin_addr);
  a->ai_family = AF_INET;
  a->ai_addrlen = sizeof *room;
  memcpy(a->ai_addr, room, sizeof *room);
}

/* Whether the name has led to this address before: /etc/hosts may say it on
 * several lines. */
static bool is_repeated(const struct addrinfo *all, const struct addrinfo *a) {
  for (; all != a; all = all->ai_next) {
    if (all->ai_addrlen == a->ai_addrlen &&
        memcmp(all->ai_addr, a->ai_addr, a->ai_addrlen) == 0) {
      return true;
    }
  }
  return false;
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
  for (struct addrinfo *a = all; a != NULL && ok; a = a->ai_next) {
    struct sockaddr_in room;
    if (a->ai_family != AF_INET && a->ai_family != AF_INET6) continue;
    unmap(a, &room);
    if (is_repeated(all, a)) continue;
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

/* ---- unix sockets ---- */

/* Remembers what was bound. Its number is not given to another file while the
 * socket is open. */
static bool own_path(h1_listener *l, const char *path) {
  struct stat st;
  if (lstat(path, &st) != 0) return false;
  memcpy(l->unix_path, path, strlen(path) + 1);
  l->unix_device = st.st_dev;
  l->unix_inode = st.st_ino;
  l->unix_owned = true;
  return true;
}

static void disown_path(h1_listener *l) {
  if (!__atomic_exchange_n(&l->unix_owned, false, __ATOMIC_ACQ_REL)) return;
  (void)h1_path_unlink_same(l->unix_path, l->unix_device, l->unix_inode);
}

static bool bind_locked(const binder *b, h1_listener *l,
                        const struct sockaddr_un *address) {
  const socklen_t len = sizeof *address;
  const char *path = address->sun_path;
  if (!h1_path_remove_stale(path)) return fail_errno(b, -1);
  l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (l->fd < 0 || bind(l->fd, (const struct sockaddr *)address, len) != 0 ||
      !own_path(l, path)) {
    return fail_errno(b, l->fd);
  }
  /* Its mode is set before anyone can connect. */
  if (chmod(path, b->unix_mode) != 0 || listen(l->fd, H1_BACKLOG) != 0) {
    const int error = errno;
    disown_path(l);
    errno = error;
    return fail_errno(b, l->fd);
  }
  return true;
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
  const int lock = h1_path_lock(path);
  if (lock < 0 && errno == EBUSY) {
    return fail(b, "another start has locked its path with PATH.lock");
  }
  if (lock < 0) return fail_errno(b, -1);
  const bool ok = bind_locked(b, l, &address);
  h1_path_unlock(path, lock);
  if (!ok) return false;
  l->family = AF_UNIX;
  snprintf(l->name, sizeof l->name, "unix:%s", path);
  b->out->count++;
  return true;
}

/* ---- sockets that somebody else keeps ---- */

/* "unix:PATH"; in the abstract namespace "unix:@NAME". */
static void note_unix(h1_listener *l, const struct sockaddr_un *bound,
                      socklen_t len) {
  const size_t before = offsetof(struct sockaddr_un, sun_path);
  const size_t most = len > before ? (size_t)len - before : 0;
  const bool abstract = most > 0 && bound->sun_path[0] == '\0';
  const char *path = bound->sun_path + (abstract ? 1 : 0);
  const size_t left = most - (abstract ? 1 : 0);
  l->family = AF_UNIX;
  snprintf(l->name, sizeof l->name, "unix:%s%.*s", abstract ? "@" : "",
           (int)strnlen(path, left), path);
}

static void note_held(h1_listener *l) {
  struct sockaddr_storage bound = {.ss_family = AF_UNSPEC};
  socklen_t len = sizeof bound;
  (void)getsockname(l->fd, (struct sockaddr *)&bound, &len);
  if (bound.ss_family != AF_UNIX) {
    note_address(l, &bound);
    return;
  }
  struct sockaddr_un address;
  memcpy(&address, &bound, sizeof address);
  note_unix(l, &address, len);
}

/* Whether another option has that socket, by this or another number. */
static bool is_taken(const h1_listeners *l, int fd) {
  struct stat mine, other;
  if (fstat(fd, &mine) != 0) return false;
  for (size_t i = 0; i < l->count; i++) {
    if (fstat(l->items[i].fd, &other) == 0 && other.st_dev == mine.st_dev &&
        other.st_ino == mine.st_ino) {
      return true;
    }
  }
  return false;
}

/* TCP_DEFER_ACCEPT stays as its owner has set it: what the kernel holds back
 * is for the successor too. */
static bool take_held(const binder *b, int fd) {
  const char *fault = h1_held_fault(fd);
  if (fault != NULL) return fail(b, fault);
  if (is_taken(b->out, fd)) {
    return fail(b, "another option, or the same one before, has that socket");
  }
  h1_listener *l = new_listener(b);
  if (l == NULL) return false;
  const int on = 1;
  l->fd = fd;
  l->held = true;
  note_held(l);
  if (l->family != AF_UNIX) {
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const size_t passed = (size_t)fd - H1_HELD_FIRST;
  if (passed < b->held->count) b->held->used[passed] = true;
  b->out->count++;
  return true;
}

static bool take_named(const binder *b, const char *name) {
  char why[512], names[256];
  bool found = false;
  for (size_t i = 0; i < b->held->count; i++) {
    if (!h1_held_matches(b->held, i, name)) continue;
    found = true;
    if (!take_held(b, H1_HELD_FIRST + (int)i)) return false;
  }
  if (found) return true;
  h1_held_names(b->held, names, sizeof names);
  snprintf(why, sizeof why, "systemd has passed %s%s",
           b->held->count == 0 ? "no socket: " : "no such socket, only ",
           b->held->count == 0 ? b->held->why : names);
  return fail(b, why);
}

/* A socket that is passed and not served leaves its clients without an answer.
 */
static void warn_unused(const h1_held *held) {
  for (size_t i = 0; i < held->count; i++) {
    if (held->used[i]) continue;
    h1_say(
        "warning: systemd has passed the socket '%s', and no option takes it; "
        "--listen=systemd:* takes all",
        held->names[i]);
  }
}

bool h1_listen_split(const char *spec, char host[256], const char **port) {
  const char *colon = strrchr(spec, ':');
  size_t host_len = colon == NULL ? 0 : (size_t)(colon - spec);
  if (colon == NULL || host_len >= 256) return false;
  if (host_len >= 2 && spec[0] == '[' && spec[host_len - 1] == ']') {
    spec++;
    host_len -= 2;
  }
  memcpy(host, spec, host_len);
  host[host_len] = '\0';
  *port = colon + 1;
  return true;
}

static bool bind_spec(const binder *b) {
  if (strncmp(b->spec, "unix:", 5) == 0) return bind_unix(b, b->spec + 5);
  if (strncmp(b->spec, "systemd:", 8) == 0) return take_named(b, b->spec + 8);
  if (strncmp(b->spec, "fd:", 3) == 0)
    return take_held(b, (int)strtol(b->spec + 3, NULL, 10));
  char host[256];
  const char *port = NULL;
  if (!h1_listen_split(b->spec, host, &port)) return fail(b, "no port");
  return bind_host(b, host[0] == '\0' ? NULL : host, port);
}

bool h1_listen_all(const h1_config *c, h1_listeners *out, char message[512]) {
  static h1_held held; /* 16 KiB, too much for a stack */
  binder b = {.out = out,
              .held = &held,
              .option = "--listen",
              .unix_mode = c->unix_mode,
              .message = message};
  h1_held_read(&held);
  out->count = 0;
  bool ok = true;
  for (size_t i = 0; i < c->listen_count && ok; i++) {
    b.spec = c->listen[i];
    ok = bind_spec(&b);
  }
  b.proxied = true;
  b.option = "--proxy-listen";
  for (size_t i = 0; i < c->proxy_listen_count && ok; i++) {
    b.spec = c->proxy_listen[i];
    ok = bind_spec(&b);
  }
  b.proxied = false;
  b.admin = true;
  b.option = "--admin-listen";
  for (size_t i = 0; i < c->admin_listen_count && ok; i++) {
    b.spec = c->admin_listen[i];
    ok = bind_spec(&b);
  }
  if (ok) {
    warn_unused(&held);
  } else {
    h1_listen_close(out);
  }
  return ok;
}

/* Only what was bound here, whatever leads to its path by now. */
static bool give(const h1_listener *l, uid_t user, gid_t group) {
  struct stat st;
  const int fd = open(l->unix_path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return false;
  const bool same = fstat(fd, &st) == 0 && st.st_dev == l->unix_device &&
                    st.st_ino == l->unix_inode;
  if (!same) errno = ESTALE;
  const bool given = same && fchownat(fd, "", user, group, AT_EMPTY_PATH) == 0;
  const int error = errno;
  close(fd);
  errno = error;
  return given;
}

bool h1_listen_give(const h1_listeners *l, uid_t user, gid_t group,
                    char message[512]) {
  for (size_t i = 0; i < l->count; i++) {
    const h1_listener *one = &l->items[i];
    if (!one->unix_owned || give(one, user, group)) continue;
    snprintf(message, 512, "%.256s: cannot be given to %u:%u: %.64s", one->name,
             (unsigned)user, (unsigned)group, strerror(errno));
    return false;
  }
  return true;
}

void h1_listen_undefer(const h1_listeners *l) {
  const int off = 0;
  for (size_t i = 0; i < l->count; i++) {
    if (!l->items[i].deferred) continue;
    setsockopt(l->items[i].fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &off, sizeof off);
  }
}

void h1_listen_unlink(h1_listeners *l) {
  for (size_t i = 0; i < l->count; i++) disown_path(&l->items[i]);
}

void h1_listen_close(h1_listeners *l) {
  h1_listen_unlink(l);
  for (size_t i = 0; i < l->count; i++) {
    if (l->items[i].fd >= 0) close(l->items[i].fd);
  }
}

void h1_listen_close_public(h1_listeners *l, bool held) {
  for (size_t i = 0; i < l->count; i++) {
    if (l->items[i].admin || l->items[i].held != held) continue;
    disown_path(&l->items[i]);
    close(l->items[i].fd);
    l->items[i].fd = -1;
  }
}

bool h1_listen_any_held(const h1_listeners *l) {
  for (size_t i = 0; i < l->count; i++) {
    const h1_listener *item = &l->items[i];
    if (item->held && !item->admin && item->fd >= 0) return true;
  }
  return false;
}

static h1_listener_kind kind_of(const h1_listener *l) {
  if (l->admin) return H1_LISTENS_ADMIN;
  return l->proxied ? H1_LISTENS_PROXY : H1_LISTENS_PUBLIC;
}

void h1_listen_names(const h1_listeners *l, h1_listener_kind kind, char *to,
                     size_t size) {
  size_t at = 0;
  if (size > 0) to[0] = '\0';
  for (size_t i = 0; i < l->count; i++) {
    if (kind_of(&l->items[i]) != kind || at >= size) continue;
    const int n = snprintf(to + at, size - at, "%s%s", at == 0 ? "" : ", ",
                           l->items[i].name);
    at += n > 0 ? (size_t)n : 0;
  }
}
