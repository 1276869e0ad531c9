/* The descriptor of a connection. */
#include "server/conn/socket.h"

#include <errno.h>

#include "server/conn/context.h"
#include "server/sys.h"

void h1_socket_open(h1_conn *c, const h1_accepted *accepted) {
  c->socket.fd = accepted->fd;
  c->socket.peer = accepted->peer;
  c->socket.client = accepted->client;
  c->socket.readable = true;
  c->socket.writable = true;
}

void h1_socket_uncount(h1_conn *c) {
  h1_clients_leave(c->context->shared->clients, c->socket.client);
  c->socket.client = H1_CLIENT_NONE;
}

void h1_socket_count(h1_conn *c) {
  if (c->socket.client != H1_CLIENT_NONE) return;
  c->socket.client =
      h1_clients_enter_told(c->context->shared->clients, &c->socket.peer);
}

/* It counts in the share of that client from now on. The proxy itself was not
 * counted: see the acceptor. */
void h1_socket_told(h1_conn *c, const h1_address *address, uint16_t port) {
  h1_origin_set(&c->socket.told, address, port);
  h1_socket_uncount(c);
  c->socket.client =
      h1_clients_enter_told(c->context->shared->clients, &c->socket.told);
}

void h1_socket_close(h1_conn *c) {
  if (c->socket.cut) {
    h1_sys_reset(c->socket.fd);
  } else {
    h1_sys_close(c->socket.fd);
  }
  h1_socket_uncount(c);
  c->socket.fd = -1;
}

void h1_socket_register(h1_conn *c) {
  if (c->socket.registered) return;
  const uint64_t id = (uint64_t)c->generation << 32 | c->slot;
  const uint32_t events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  c->socket.registered =
      h1_sys_epoll_add(c->context->epoll_fd, c->socket.fd, events, id) == 0;
  if (!c->socket.registered) c->socket.starved = true;
}

void h1_socket_event(h1_conn *c, uint32_t events) {
  const uint32_t broken = EPOLLHUP | EPOLLERR;
  const uint32_t ended = broken | EPOLLRDHUP;
  if ((events & (EPOLLIN | ended)) != 0) c->socket.readable = true;
  if ((events & ended) != 0) c->socket.hup = true;
  if ((events & (EPOLLOUT | broken)) != 0) c->socket.writable = true;
}

void h1_socket_look_again(h1_conn *c) { c->socket.readable = true; }

void h1_socket_retry(h1_conn *c) {
  c->socket.starved = false;
  c->socket.readable = true;
  c->socket.writable = true;
}

/* Nothing can be done now. Of a shortage of the kernel no event will tell when
 * it is over. */
static bool must_wait(h1_conn *c, int error) {
  if (error == ENOBUFS || error == ENOMEM) c->socket.starved = true;
  return c->socket.starved || error == EAGAIN || error == EWOULDBLOCK;
}

/* A short read is the last there is, except when epoll said that the end is
 * near: no other edge would tell of it. */
size_t h1_socket_receive(h1_conn *c, uint8_t *to, size_t n) {
  const ssize_t got = h1_sys_recv(c->socket.fd, to, n);
  if (got > 0) {
    if ((size_t)got < n && !c->socket.hup) c->socket.readable = false;
    return (size_t)got;
  }
  c->socket.readable = false;
  if (got == 0) {
    c->socket.eof = true;
  } else if (!must_wait(c, errno)) {
    c->socket.dead = true;
  }
  return 0;
}

size_t h1_socket_send(h1_conn *c, const struct iovec *parts, int count,
                      bool ends) {
  const ssize_t n = h1_sys_send(c->socket.fd, parts, count, ends);
  if (n >= 0) return (size_t)n;
  c->socket.dead = !must_wait(c, errno);
  c->socket.writable = false;
  return 0;
}

static h1_sent_file file_failed(h1_conn *c, int error) {
  if (must_wait(c, error)) {
    c->socket.writable = false;
    return H1_SENT_FULL;
  }
  c->socket.dead = error == EPIPE || error == ECONNRESET;
  return c->socket.dead ? H1_SENT_BROKEN : H1_SENT_NO_FILE;
}

h1_sent_file h1_socket_send_file(h1_conn *c, int file, uint64_t offset,
                                 size_t *n) {
  const ssize_t sent = h1_sys_sendfile(c->socket.fd, file, offset, *n);
  *n = sent > 0 ? (size_t)sent : 0;
  if (sent > 0) return H1_SENT_SOME;
  return sent == 0 ? H1_SENT_NO_FILE : file_failed(c, errno);
}

size_t h1_socket_unacknowledged(const h1_conn *c) {
  return h1_sys_unsent(c->socket.fd);
}

size_t h1_socket_unsent(const h1_conn *c) {
  return c->socket.peer.family == AF_UNIX ? 0 : h1_socket_unacknowledged(c);
}

size_t h1_socket_send_memory(const h1_conn *c) {
  return h1_sys_send_memory(c->socket.fd);
}

size_t h1_socket_unread(const h1_conn *c) {
  return h1_sys_unread(c->socket.fd);
}

void h1_socket_half_close(h1_conn *c) {
  if (h1_sys_shutdown(c->socket.fd) != 0) c->socket.dead = true;
}

void h1_socket_cut(h1_conn *c) { c->socket.cut = true; }

void h1_socket_break(h1_conn *c) { c->socket.dead = true; }
