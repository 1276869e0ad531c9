#include "server/sim.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/sim_internal.h"
#include "server/sim_routes.h"
#include "server/sys.h"

/* More turns than any test has work for: the worker spins. */
#define TURNS_MAX 20000
#define START_NS ((uint64_t)1000 * 1000000000u)
#define START_S ((uint64_t)1700000000u)
#define NO_CALL SIZE_MAX

static h1_sim *world;
static char fault[512];

/* ---- faults ---- */

void h1_sim_fail(h1_sim *s, const char *format, ...) {
  (void)s;
  if (fault[0] != '\0') return;
  va_list args;
  va_start(args, format);
  vsnprintf(fault, sizeof fault, format, args);
  va_end(args);
}

const char *h1_sim_fault(const h1_sim *s) {
  (void)s;
  return fault;
}

static void *need(void *p) {
  if (p == NULL) abort();
  return p;
}

/* ---- sockets ---- */

h1_sim_socket *h1_sim_socket_of(h1_sim *s, int fd) {
  const int i = fd - H1_SIM_FD;
  return i >= 0 && i < s->socket_count ? &s->sockets[i] : NULL;
}

static h1_sim_socket *client_of(const h1_sim *s, int client) {
  if (client < 0 || client >= s->socket_count) abort();
  return &s->sockets[client];
}

/* The socket that a call names, which must be open. */
static h1_sim_socket *open_socket(int fd, const char *call) {
  h1_sim_socket *k = h1_sim_socket_of(world, fd);
  if (k == NULL || k->state == H1_SIM_CLOSED) {
    h1_sim_fail(world, "%s of descriptor %d, which is not open", call, fd);
    return NULL;
  }
  if (k->state == H1_SIM_QUEUED) k->state = H1_SIM_OPEN;
  return k;
}

static void append(uint8_t **bytes, size_t *len, size_t *cap, const void *more,
                   size_t n) {
  if (n == 0) return;
  if (*len + n > *cap) {
    *cap = (*len + n) * 2;
    *bytes = need(realloc(*bytes, *cap));
  }
  memcpy(*bytes + *len, more, n);
  *len += n;
}

static uint32_t level_of(const h1_sim_socket *k) {
  uint32_t level = 0;
  if (k->in_at < k->in_len || k->finished || k->reset) level |= EPOLLIN;
  if (k->finished || k->reset) level |= EPOLLRDHUP;
  if (k->room > 0 || k->reset) level |= EPOLLOUT;
  if (k->reset) level |= EPOLLERR | EPOLLHUP;
  if (k->finished && k->state == H1_SIM_HALF) level |= EPOLLHUP;
  return level;
}

int h1_sim_connect(h1_sim *s) {
  const int client = s->socket_count;
  const h1_accepted item = {
      .fd = H1_SIM_FD + client,
      .refusal = s->options->lane ? H1_QUEUE_FULL : H1_OK,
      .queued_ms = s->now_ns / 1000000u,
      .peer = {.address = {127, 0, 0, 1}, .port = 1, .family = 2}};
  if (!h1_queue_push(&s->queue, &item)) return -1;
  if (client == s->socket_cap) {
    s->socket_cap = s->socket_cap * 2 + 4;
    s->sockets =
        need(realloc(s->sockets, (size_t)s->socket_cap * sizeof *s->sockets));
  }
  s->sockets[client] = (h1_sim_socket){.room = SIZE_MAX, .send_max = SIZE_MAX};
  s->socket_count++;
  h1_worker_nudge(&s->worker);
  return client;
}

void h1_sim_deliver(h1_sim *s, int client, const void *bytes, size_t len) {
  h1_sim_socket *k = client_of(s, client);
  if (k->finished || k->reset || k->state == H1_SIM_CLOSED || len == 0) return;
  append(&k->in, &k->in_len, &k->in_cap, bytes, len);
  k->edge = true;
}

void h1_sim_finish(h1_sim *s, int client) {
  h1_sim_socket *k = client_of(s, client);
  k->finished = true;
  k->edge = true;
}

void h1_sim_reset(h1_sim *s, int client) {
  h1_sim_socket *k = client_of(s, client);
  k->reset = true;
  k->edge = true;
}

void h1_sim_set_room(h1_sim *s, int client, size_t room) {
  h1_sim_socket *k = client_of(s, client);
  k->room = room;
  if (k->refused && room > 0) k->edge = true;
}

void h1_sim_set_send_max(h1_sim *s, int client, size_t most) {
  client_of(s, client)->send_max = most;
}

void h1_sim_set_unsent(h1_sim *s, int client, size_t bytes) {
  client_of(s, client)->unsent = bytes;
}

const uint8_t *h1_sim_output(const h1_sim *s, int client, size_t *len) {
  const h1_sim_socket *k = client_of(s, client);
  *len = k->out_len;
  return k->out;
}

h1_sim_state h1_sim_client_state(const h1_sim *s, int client) {
  return client_of(s, client)->state;
}

size_t h1_sim_unread(const h1_sim *s, int client) {
  const h1_sim_socket *k = client_of(s, client);
  return k->in_len - k->in_at;
}

uint8_t h1_sim_file_byte(int file, uint64_t at) {
  return (uint8_t)('a' + (at * 7 + at / 26 + (uint64_t)file) % 26);
}

void h1_sim_set_file(h1_sim *s, int file, uint64_t size) {
  s->file_size[file] = size;
}

/* ---- the seam ---- */

/* Notes a call. 1: it is to fail, errno is set; -1: it is to do little; 0. */
static int note_call(h1_sim_call call) {
  h1_sim *s = world;
  if (s->call_count == s->call_cap) {
    s->call_cap = s->call_cap * 2 + 64;
    s->calls = need(realloc(s->calls, s->call_cap));
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
  if (n == 0) h1_sim_fail(world, "recv into no room");
  if (k == NULL) return 0;
  if (failing > 0) {
    if (errno == EAGAIN) k->edge = true;
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
  return (ssize_t)take;
}

/* How many of `n` bytes go out now; 0: none, with errno. */
static size_t admit(int fd, h1_sim_call call, size_t n, h1_sim_socket **out) {
  h1_sim_socket *k = open_socket(fd, "send");
  const int failing = note_call(call);
  *out = k;
  if (n == 0) h1_sim_fail(world, "send of nothing");
  if (k == NULL) {
    errno = EBADF;
    return 0;
  }
  if (k->state == H1_SIM_HALF) h1_sim_fail(world, "send after shutdown");
  if (failing > 0) {
    if (errno == EAGAIN || errno == ENOBUFS) {
      k->edge = true;
      k->refused = true;
    }
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
  return n;
}

ssize_t h1_sys_send(int fd, const struct iovec *iov, int count) {
  size_t total = 0;
  for (int i = 0; i < count; i++) total += iov[i].iov_len;
  h1_sim_socket *k = NULL;
  size_t left = admit(fd, H1_SIM_SEND, total, &k);
  if (left == 0) return -1;
  const size_t sent = left;
  for (int i = 0; i < count && left > 0; i++) {
    const size_t n = iov[i].iov_len < left ? iov[i].iov_len : left;
    append(&k->out, &k->out_len, &k->out_cap, iov[i].iov_base, n);
    left -= n;
  }
  return (ssize_t)sent;
}

ssize_t h1_sys_sendfile(int to, int from, uint64_t offset, size_t n) {
  h1_sim *s = world;
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
  for (size_t i = 0; i < n; i++) {
    const uint8_t byte = h1_sim_file_byte(from, offset + i);
    append(&k->out, &k->out_len, &k->out_cap, &byte, 1);
  }
  return (ssize_t)n;
}

/* What the peer has not acknowledged: all that it has no room for. */
size_t h1_sys_unsent(int fd) {
  const h1_sim_socket *k = h1_sim_socket_of(world, fd);
  return k == NULL ? 0 : k->unsent;
}

int h1_sys_shutdown(int fd) {
  h1_sim_socket *k = open_socket(fd, "shutdown");
  const int failing = note_call(H1_SIM_SHUTDOWN);
  if (k == NULL) return -1;
  if (k->state == H1_SIM_HALF) h1_sim_fail(world, "shutdown twice");
  if (failing > 0) return -1;
  if (k->reset) {
    errno = ENOTCONN;
    return -1;
  }
  k->state = H1_SIM_HALF;
  return 0;
}

int h1_sys_close(int fd) {
  h1_sim_socket *k = open_socket(fd, "close");
  const int failing = note_call(H1_SIM_CLOSE);
  if (k == NULL) return -1;
  k->state = H1_SIM_CLOSED;
  k->registered = false;
  return failing > 0 ? -1 : 0;
}

int h1_sys_accept(int fd, struct sockaddr_storage *peer, socklen_t *peer_len) {
  (void)fd, (void)peer, (void)peer_len;
  errno = EAGAIN;
  return -1;
}

int h1_sys_epoll_add(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  (void)epoll_fd;
  if (data == UINT64_MAX) return 0; /* the worker's eventfd */
  h1_sim_socket *k = open_socket(fd, "epoll_add");
  const int failing = note_call(H1_SIM_EPOLL_ADD);
  if (k == NULL || failing > 0) return -1;
  if (k->registered) h1_sim_fail(world, "registered twice");
  k->registered = true;
  k->interest = events | EPOLLHUP | EPOLLERR;
  k->data = data;
  k->edge = true;
  return 0;
}

int h1_sys_epoll_del(int epoll_fd, int fd) {
  (void)epoll_fd, (void)fd;
  return 0;
}

int h1_sys_epoll_wait(int epoll_fd, struct epoll_event *events, int count,
                      int timeout_ms) {
  (void)epoll_fd;
  h1_sim *s = world;
  int n = 0;
  if (s->notify_edge || atomic_exchange(&s->notified, false)) {
    s->notify_edge = false;
    events[n++] =
        (struct epoll_event){.events = EPOLLIN, .data.u64 = UINT64_MAX};
  }
  for (int i = 0; i < s->socket_count && n < count; i++) {
    h1_sim_socket *k = &s->sockets[i];
    if (!k->registered || !k->edge) continue;
    k->edge = false;
    const uint32_t ready = level_of(k) & k->interest;
    if (ready == 0) continue;
    if ((ready & EPOLLOUT) != 0) k->refused = false;
    events[n++] = (struct epoll_event){.events = ready, .data.u64 = k->data};
  }
  if (n > 0 || timeout_ms == 0) return n;
  /* It sleeps since its last turn began, until its time comes or something
   * happens. Until then the call does not return. */
  const uint64_t until =
      s->worker.now_ms + (uint64_t)(timeout_ms < 0 ? 0 : timeout_ms);
  if (timeout_ms > 0 && until <= s->now_ns / 1000000u) return 0;
  s->sleep_ms = timeout_ms < 0 ? -1 : (int)(until - s->now_ns / 1000000u);
  longjmp(s->asleep, 1);
}

void h1_sys_notify(int event_fd) {
  (void)event_fd;
  atomic_store(&world->notified, true);
}

void h1_sys_notified(int event_fd) { (void)event_fd; }

uint64_t h1_sys_monotonic_ns(void) { return world->now_ns; }

uint64_t h1_sys_realtime_us(void) {
  return START_S * 1000000u + (world->now_ns - START_NS) / 1000u;
}

/* ---- turns ---- */

/* False: it sleeps instead. */
static bool take_turn(h1_sim *s) {
  if (setjmp(s->asleep) != 0) return false;
  s->turns++;
  s->ended = !h1_worker_turn(&s->worker, -1);
  h1_sim_check(s);
  return true;
}

void h1_sim_turn(h1_sim *s) { take_turn(s); }

uint64_t h1_sim_turns(const h1_sim *s) { return s->turns; }

bool h1_sim_ended(const h1_sim *s) { return s->ended; }

void h1_sim_settle(h1_sim *s) {
  for (int turns = 0; turns < TURNS_MAX && !s->ended; turns++) {
    if (take_turn(s)) continue;
    h1_sim_check_asleep(s);
    return;
  }
  if (!s->ended) h1_sim_fail(s, "the worker spins");
}

void h1_sim_jump(h1_sim *s, uint64_t ms) { s->now_ns += ms * 1000000u; }

void h1_sim_pass(h1_sim *s, uint64_t ms) {
  h1_sim_settle(s);
  while (ms > 0 && fault[0] == '\0') {
    uint64_t step = ms;
    if (s->sleep_ms >= 0 && (uint64_t)s->sleep_ms < ms) {
      step = s->sleep_ms == 0 ? 1 : (uint64_t)s->sleep_ms;
    }
    h1_sim_jump(s, step);
    ms -= step;
    h1_sim_settle(s);
  }
}

uint64_t h1_sim_now_ms(const h1_sim *s) { return s->now_ns / 1000000u; }
int h1_sim_sleep_ms(const h1_sim *s) { return s->sleep_ms; }

bool h1_sim_offers_itself(const h1_sim *s) {
  return atomic_load(&s->worker.sleeping);
}

void h1_sim_drain(h1_sim *s) { atomic_store(&s->shared.draining, true); }

void h1_sim_close_listeners(h1_sim *s) {
  h1_sim_drain(s);
  atomic_store(&s->shared.closing, true);
  h1_sys_notify(s->worker.event_fd);
}

uint32_t h1_sim_open(const h1_sim *s) { return s->worker.open_conns; }
size_t h1_sim_blocks(const h1_sim *s) {
  return s->worker.small.used + s->worker.large.used;
}
size_t h1_sim_large_blocks(const h1_sim *s) { return s->worker.large.total; }
size_t h1_sim_queue_depth(const h1_sim *s) {
  return h1_queue_depth((h1_queue *)&s->queue);
}
uint64_t h1_sim_requests(const h1_sim *s) {
  return h1_counter_get(&s->metrics.requests);
}
uint64_t h1_sim_refusals(const h1_sim *s, h1_error why) {
  return h1_counter_get(&s->metrics.refusals[why]);
}

size_t h1_sim_call_count(const h1_sim *s) { return s->call_count; }
h1_sim_call h1_sim_call_at(const h1_sim *s, size_t i) {
  return (h1_sim_call)s->calls[i];
}
void h1_sim_fail_call(h1_sim *s, size_t nth, int error) {
  s->fail_nth = nth;
  s->fail_error = error;
}

/* ---- beginning and end ---- */

void h1_sim_options_init(h1_sim_options *o) {
  char message[H1_CONFIG_MESSAGE_BYTES];
  memset(o, 0, sizeof *o);
  if (h1_config_read_text(&o->config, "sim", "", 0, message) != H1_CONFIG_OK) {
    abort();
  }
  o->config.workers = 1;
  o->config.max_connections = 16;
  o->config.buffer_memory = (uint64_t)8 << 20;
  o->routes = h1_sim_routes;
  o->route_count = h1_sim_route_count;
}

uint64_t h1_sim_least_memory(const h1_sim_options *o) {
  static h1_config config;
  char message[256];
  h1_worker_plan plan;
  config = o->config;
  config.buffer_memory = 0;
  while (!h1_worker_plan_make(&config, o->lane, &plan, message)) {
    config.buffer_memory += 4096;
  }
  return config.buffer_memory;
}

static h1_log *no_log(void) {
  static h1_log *log;
  char message[256];
  if (log == NULL) log = need(h1_log_start("off", H1_LOG_JSON, 2, message));
  return log;
}

static bool make(h1_sim *s, const h1_worker_plan *plan) {
  const h1_sim_options *o = s->options;
  /* calloc maps fresh pages: what is never used costs nothing. */
  s->memory = need(calloc(1, plan->arena_bytes + 4096));
  s->arena = s->memory + (4096 - (uintptr_t)s->memory % 4096);
  s->now_ns = START_NS;
  s->fail_nth = NO_CALL;
  s->shared.config = &o->config;
  s->shared.router = (h1_router){o->routes, o->route_count};
  s->shared.level = h1_scan_best();
  s->shared.log = o->log != NULL ? o->log : no_log();
  s->shared.queue = &s->queue;
  s->shared.lane_queue = &s->queue;
  s->shared.acceptor_event = -1;
  if (o->helpers > 0) {
    s->shared.jobs =
        need(h1_jobs_start(o->helpers, o->config.limits.head_bytes));
  }
  const size_t items = sizeof s->items / sizeof s->items[0];
  if (!h1_queue_init(&s->queue, s->items, items)) abort();
  return h1_worker_init(&s->worker, &s->shared, plan, 0, o->lane, &s->metrics,
                        s->arena);
}

h1_sim *h1_sim_start(const h1_sim_options *o, char message[256]) {
  h1_worker_plan plan;
  fault[0] = '\0';
  if (!h1_worker_plan_make(&o->config, o->lane, &plan, message)) return NULL;
  h1_sim *s = need(aligned_alloc(64, (sizeof *s + 63) / 64 * 64));
  memset(s, 0, sizeof *s);
  s->options = o;
  world = s;
  h1_sim_routes_begin();
  if (!make(s, &plan)) abort();
  return s;
}

const char *h1_sim_stop(h1_sim *s) {
  h1_sim_check_empty(s);
  if (h1_sim_counts.begun != h1_sim_counts.ended) {
    h1_sim_fail(s, "%u exchanges begun, %u ended", h1_sim_counts.begun,
                h1_sim_counts.ended);
  }
  if (h1_sim_counts.misended != 0) h1_sim_fail(s, "on_end ran twice");
  h1_jobs_stop(s->shared.jobs);
  h1_worker_deinit(&s->worker);
  h1_queue_deinit(&s->queue);
  for (int i = 0; i < s->socket_count; i++) {
    free(s->sockets[i].in);
    free(s->sockets[i].out);
  }
  free(s->sockets);
  free(s->calls);
  free(s->memory);
  free(s);
  world = NULL;
  return fault;
}
