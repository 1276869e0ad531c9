/* The kernel as a worker sees it: the functions of server/sys.h over simulated
 * sockets. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/sim/internal.h"
#include "server/sys.h"

uint32_t h1_sim_level(const h1_sim_socket *k) {
  uint32_t level = 0;
  if (k->in_at < k->in_len || k->finished || k->reset) level |= EPOLLIN;
  if (k->finished || k->reset) level |= EPOLLRDHUP;
  if (k->room > 0 || k->reset) level |= EPOLLOUT;
  if (k->reset) level |= EPOLLERR | EPOLLHUP;
  if (k->finished && k->state == H1_SIM_HALF) level |= EPOLLHUP;
  return level;
}

/* The socket that a call names, which must be open. */
static h1_sim_socket *open_socket(int fd, const char *call) {
  h1_sim_socket *k = h1_sim_socket_of(h1_sim_world, fd);
  if (k == NULL || k->state == H1_SIM_CLOSED) {
    h1_sim_fail(h1_sim_world, "%s of descriptor %d, which is not open", call,
                fd);
    return NULL;
  }
  if (k->state == H1_SIM_QUEUED) k->state = H1_SIM_OPEN;
  return k;
}

/* Notes a call. 1: it is to fail, errno is set; -1: it is to do little; 0. */
static int note_call(h1_sim_call call) {
  h1_sim *s = h1_sim_world;
  if (s->hooks != NULL) return s->hooks->fails(call);
  if (s->call_count == s->call_cap) {
    s->call_cap = s->call_cap * 2 + 64;
    s->calls = h1_sim_need(realloc(s->calls, s->call_cap));
  }
  s->calls[s->call_count] = (uint8_t)call;
  if (s->call_count++ != s->fail_nth) return 0;
  if (s->fail_error == 0) return -1;
  errno = s->fail_error;
  return 1;
}

ssize_t h1_sys_recv(int fd, void *to, size_t n) {
  h1_sim_socket *k = open_socket(fd, "recv");
  const int failing = note_call(H1_SIM_RECV);
  if (n == 0) h1_sim_fail(h1_sim_world, "recv into no room");
  if (k == NULL) return 0;
  if (failing > 0) {
    if (errno == EAGAIN) k->edge = true;
    k->hurt = k->hurt || errno != EAGAIN;
    return -1;
  }
  if (k->reset) {
    errno = ECONNRESET;
    return -1;
  }
  size_t take = k->in_len - k->in_at;
  if (take == 0) {
    if (k->finished) return 0;
    errno = EAGAIN;
    return -1;
  }
  if (failing < 0 && take > 1) {
    take = 1;
    k->edge = true; /* the rest arrives after this call */
  }
  if (take > n) take = n;
  memcpy(to, k->in + k->in_at, take);
  k->in_at += take;
  k->moved_ms = h1_sim_world->now_ns / 1000000u;
  return (ssize_t)take;
}

/* How many of `n` bytes go out now; 0: none, with errno. */
static size_t admit(int fd, h1_sim_call call, size_t n, h1_sim_socket **out) {
  h1_sim_socket *k = open_socket(fd, "send");
  const int failing = note_call(call);
  *out = k;
  if (n == 0) h1_sim_fail(h1_sim_world, "send of nothing");
  if (k == NULL) {
    errno = EBADF;
    return 0;
  }
  if (k->state == H1_SIM_HALF) h1_sim_fail(h1_sim_world, "send after shutdown");
  if (failing > 0) {
    if (errno == EAGAIN) {
      k->edge = true;
      k->refused = true;
    }
    k->hurt = k->hurt || errno != EAGAIN;
    return 0;
  }
  if (k->reset) {
    errno = EPIPE;
    return 0;
  }
  if (k->room == 0) {
    k->refused = true;
    errno = EAGAIN;
    return 0;
  }
  if (failing < 0) n = 1;
  if (n > k->send_max) n = k->send_max;
  if (n > k->room) n = k->room;
  if (k->room != SIZE_MAX) k->room -= n;
  k->moved_ms = h1_sim_world->now_ns / 1000000u;
  return n;
}

ssize_t h1_sys_send(int fd, const struct iovec *iov, int count, bool ends) {
  (void)ends;
  size_t total = 0;
  for (int i = 0; i < count; i++) total += iov[i].iov_len;
  h1_sim_socket *k = NULL;
  size_t left = admit(fd, H1_SIM_SEND, total, &k);
  if (left == 0) return -1;
  const size_t sent = left;
  for (int i = 0; i < count && left > 0; i++) {
    const size_t n = iov[i].iov_len < left ? iov[i].iov_len : left;
    h1_sim_append(&k->out, &k->out_len, &k->out_cap, iov[i].iov_base, n);
    left -= n;
  }
  return (ssize_t)sent;
}

ssize_t h1_sys_sendfile(int to, int from, uint64_t offset, size_t n) {
  h1_sim *s = h1_sim_world;
  if (from < 0 || from >= H1_SIM_FILES) {
    h1_sim_fail(s, "sendfile of descriptor %d", from);
    errno = EBADF;
    return -1;
  }
  const uint64_t size = s->file_size[from];
  const uint64_t rest = offset < size ? size - offset : 0;
  if (n > rest) n = (size_t)rest;
  if (n == 0) return 0;
  h1_sim_socket *k = NULL;
  n = admit(to, H1_SIM_SENDFILE, n, &k);
  if (n == 0) return -1;
  uint8_t *at = h1_sim_grow(&k->out, &k->out_len, &k->out_cap, n);
  for (size_t i = 0; i < n; i++) at[i] = h1_sim_file_byte(from, offset + i);
  return (ssize_t)n;
}

/* What the peer has not acknowledged: all that it has no room for. */
size_t h1_sys_send_memory(int fd) { return h1_sys_unsent(fd); }

size_t h1_sys_unsent(int fd) {
  const h1_sim_socket *k = h1_sim_socket_of(h1_sim_world, fd);
  if (k == NULL) return 0;
  return k->holds_back ? k->out_len : k->unsent;
}

size_t h1_sys_unread(int fd) {
  const h1_sim_socket *k = open_socket(fd, "unread");
  return k == NULL ? 0 : k->in_len - k->in_at;
}

int h1_sys_shutdown(int fd) {
  h1_sim_socket *k = open_socket(fd, "shutdown");
  const int failing = note_call(H1_SIM_SHUTDOWN);
  if (k == NULL) return -1;
  if (k->state == H1_SIM_HALF) h1_sim_fail(h1_sim_world, "shutdown twice");
  if (failing > 0) return -1;
  if (k->reset) {
    errno = ENOTCONN;
    return -1;
  }
  k->state = H1_SIM_HALF;
  k->ended_ms = h1_sim_world->now_ns / 1000000u;
  return 0;
}

int h1_sys_close(int fd) {
  h1_sim_socket *k = open_socket(fd, "close");
  const int failing = note_call(H1_SIM_CLOSE);
  if (k == NULL) return -1;
  if (k->ended_ms == 0) k->ended_ms = h1_sim_world->now_ns / 1000000u;
  k->state = H1_SIM_CLOSED;
  k->registered = false;
  return failing > 0 ? -1 : 0;
}

int h1_sys_reset(int fd) { return h1_sys_close(fd); }

ssize_t h1_sys_peek(int fd, void *to, size_t n) {
  const h1_sim_socket *k = open_socket(fd, "peek");
  const size_t left = k == NULL ? 0 : k->in_len - k->in_at;
  if (left == 0 || k->reset) {
    errno = EAGAIN;
    return -1;
  }
  if (n > left) n = left;
  memcpy(to, k->in + k->in_at, n);
  return (ssize_t)n;
}

int h1_sys_accept(int fd, struct sockaddr_storage *peer, socklen_t *peer_len) {
  const h1_sim_hooks *hooks = h1_sim_world->hooks;
  if (hooks != NULL) return hooks->accept(fd, peer, peer_len);
  errno = EAGAIN;
  return -1;
}

static void wait_for(h1_sim_socket *k, int epoll_fd, uint32_t events,
                     uint64_t data) {
  k->registered = true;
  k->epoll_fd = epoll_fd;
  k->interest = events | EPOLLHUP | EPOLLERR;
  k->data = data;
  k->edge = true;
}

static void add_note(h1_sim *s, int epoll_fd, int event_fd) {
  if (s->note_count == H1_SIM_NOTES) abort();
  h1_sim_note *note = &s->notes[s->note_count++];
  note->fd = event_fd;
  note->epoll_fd = epoll_fd;
}

int h1_sys_epoll_add(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  h1_sim *s = h1_sim_world;
  if (data == UINT64_MAX) {
    add_note(s, epoll_fd, fd);
    return 0;
  }
  if (fd < H1_SIM_FD && s->hooks != NULL) return s->hooks->listen(fd, true);
  h1_sim_socket *k = open_socket(fd, "epoll_add");
  const int failing = note_call(H1_SIM_EPOLL_ADD);
  if (k == NULL || failing > 0) return -1;
  if (k->registered) h1_sim_fail(s, "registered twice");
  wait_for(k, epoll_fd, events, data);
  return 0;
}

int h1_sys_epoll_mod(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  h1_sim *s = h1_sim_world;
  if (fd < H1_SIM_FD && s->hooks != NULL) {
    return s->hooks->listen(fd, events != 0);
  }
  h1_sim_socket *k = open_socket(fd, "epoll_mod");
  const int failing = note_call(H1_SIM_EPOLL_MOD);
  if (k == NULL || failing > 0) return -1;
  if (!k->registered) h1_sim_fail(s, "changed before it was registered");
  wait_for(k, epoll_fd, events, data);
  return 0;
}

h1_sim_note *h1_sim_note_of(h1_sim *s, int epoll_fd) {
  for (unsigned i = 0; i < s->note_count; i++) {
    if (s->notes[i].epoll_fd == epoll_fd) return &s->notes[i];
  }
  return NULL;
}

static int take_edges(h1_sim *s, int epoll_fd, struct epoll_event *events,
                      int count) {
  int n = 0;
  h1_sim_note *note = h1_sim_note_of(s, epoll_fd);
  if (note != NULL && atomic_exchange(&note->notified, false)) {
    events[n++] =
        (struct epoll_event){.events = EPOLLIN, .data.u64 = UINT64_MAX};
  }
  for (int i = 0; i < s->socket_count && n < count; i++) {
    h1_sim_socket *k = &s->sockets[i];
    if (!k->registered || k->epoll_fd != epoll_fd || !k->edge) continue;
    k->edge = false;
    const uint32_t ready = h1_sim_level(k) & k->interest;
    if (ready == 0) continue;
    if ((ready & EPOLLOUT) != 0) k->refused = false;
    events[n++] = (struct epoll_event){.events = ready, .data.u64 = k->data};
  }
  return n;
}

/* It sleeps since its last turn began, until its time comes or something
 * happens. Until then the call does not return. */
static void sleep_alone(h1_sim *s, int timeout_ms) {
  const uint64_t now_ms = s->now_ns / 1000000u;
  const uint64_t until =
      s->worker->cx.now_ms + (uint64_t)(timeout_ms < 0 ? 0 : timeout_ms);
  if (timeout_ms > 0 && until <= now_ms) return;
  s->sleep_ms = timeout_ms < 0 ? -1 : (int)(until - now_ms);
  longjmp(s->asleep, 1);
}

int h1_sys_epoll_wait(int epoll_fd, struct epoll_event *events, int count,
                      int timeout_ms) {
  h1_sim *s = h1_sim_world;
  int listening = 0;
  if (s->hooks != NULL) {
    listening = s->hooks->ready(epoll_fd, events);
    if (listening < 0) return -1;
  }
  const int n = listening +
                take_edges(s, epoll_fd, events + listening, count - listening);
  const bool due = s->due;
  s->due = false;
  if (n > 0 || timeout_ms == 0 || due) return n;
  if (s->hooks == NULL) {
    sleep_alone(s, timeout_ms);
    return 0;
  }
  s->sleep_ms = timeout_ms;
  longjmp(s->asleep, 1);
}

void h1_sys_notify(int event_fd) {
  h1_sim *s = h1_sim_world;
  for (unsigned i = 0; i < s->note_count; i++) {
    if (s->notes[i].fd == event_fd) atomic_store(&s->notes[i].notified, true);
  }
}

void h1_sys_notified(int event_fd) { (void)event_fd; }

void h1_sys_cannot_be(const char *what) {
  fprintf(stderr, "cannot be: %s\n", what);
  __builtin_trap();
}

uint64_t h1_sys_monotonic_ns(void) { return h1_sim_world->now_ns; }

uint64_t h1_sys_realtime_us(void) {
  return H1_SIM_START_S * 1000000u +
         (h1_sim_world->now_ns - H1_SIM_START_NS) / 1000u;
}
