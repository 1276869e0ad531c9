#define _GNU_SOURCE
#include "server/sim/acceptor_sim.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clients.h"
#include "server/loop/acceptor.h"
#include "server/sys.h"

enum { WORKERS = 2, EVENT_FD = 900000, CLIENT_FD = 1000000 };
#define QUEUE_MAX 4096
#define START_NS ((uint64_t)1000 * 1000000000u)
#define CALL_NS 1000u /* what a call takes */

typedef struct {
  int error;
  unsigned times;
} failure;

typedef struct {
  h1_acceptor_sim_options options;
  uint64_t now_ns;
  unsigned pending[2]; /* [admin] */
  bool wanted[2];      /* by epoll */
  bool notified;
  failure accept, epoll;
  unsigned descriptors; /* left */
  unsigned accepts, turns, asks;
  unsigned refused[256]; /* by the last byte of their address */
  uint8_t host;
  const char *says; /* the first bytes of who arrives */
  h1_config config;
  h1_handoff handoff;
  h1_queue queue, lane_queue;
  h1_accepted items[QUEUE_MAX], lane_items[QUEUE_MAX];
  h1_listeners listeners;
  h1_shared shared;
  h1_worker workers[WORKERS + 1];
  h1_metrics metrics[WORKERS + 1];
  h1_acceptor_metrics acceptor_metrics;
  h1_clients *clients; /* every client comes by a unix socket: it is empty */
  uint8_t *clients_memory, *shares_memory;
  h1_acceptor acceptor;
} acceptor_world;

static acceptor_world *world;

static bool fails(failure *f) {
  if (f->times == 0) return false;
  f->times--;
  errno = f->error;
  return true;
}

/* ---- the calls that the acceptor makes ---- */

static int listener_of(int fd) {
  return world->listeners.items[1].fd == fd ? 1 : 0;
}

int h1_sys_accept(int fd, struct sockaddr_storage *peer, socklen_t *peer_len) {
  unsigned *pending = &world->pending[listener_of(fd)];
  world->accepts++;
  world->now_ns += CALL_NS;
  if (fails(&world->accept)) return -1;
  if (world->descriptors == 0) {
    errno = EMFILE;
    return -1;
  }
  if (*pending == 0) {
    errno = EAGAIN;
    return -1;
  }
  (*pending)--;
  world->descriptors--;
  memset(peer, 0, sizeof *peer);
  peer->ss_family = AF_UNIX;
  if (world->host != 0) {
    struct sockaddr_in *in = (void *)peer;
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = htonl(0x7f000000u | world->host);
  }
  *peer_len = sizeof *peer;
  return CLIENT_FD;
}

int h1_sys_epoll_add(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  (void)epoll_fd, (void)fd, (void)events, (void)data;
  return 0;
}

int h1_sys_epoll_mod(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  (void)epoll_fd, (void)data;
  if (fails(&world->epoll)) return -1;
  world->wanted[listener_of(fd)] = events != 0;
  return 0;
}

static void workers_take(void) {
  h1_accepted item;
  size_t left;
  while (h1_queue_pop(&world->lane_queue, &item, &left)) {
    if (item.refusal != H1_OK) world->refused[item.peer.address[3]]++;
  }
  while (!world->options.stuck && h1_queue_pop(&world->queue, &item, &left)) {
  }
}

static unsigned asks(void) {
  unsigned count = 0;
  for (int i = 0; i < WORKERS; i++) {
    count += atomic_exchange(&world->workers[i].descriptor_asks, 0) > 0;
  }
  return count;
}

int h1_sys_epoll_wait(int epoll_fd, struct epoll_event *events, int count,
                      int timeout_ms) {
  (void)epoll_fd, (void)count;
  workers_take();
  world->asks += asks();
  world->now_ns += CALL_NS;
  if (fails(&world->epoll)) return -1;
  int n = 0;
  for (size_t i = 0; i < 2; i++) {
    const bool open = world->listeners.items[i].fd >= 0;
    if (!open || !world->wanted[i] || world->pending[i] == 0) continue;
    events[n++] = (struct epoll_event){.events = EPOLLIN, .data.u64 = i};
  }
  if (world->notified) {
    events[n++] =
        (struct epoll_event){.events = EPOLLIN, .data.u64 = UINT64_MAX};
  }
  if (n == 0) world->now_ns += (uint64_t)timeout_ms * 1000000u;
  return n;
}

void h1_sys_notify(int event_fd) {
  if (event_fd == EVENT_FD) world->notified = true;
}

void h1_sys_notified(int event_fd) {
  (void)event_fd;
  world->notified = false;
}

uint64_t h1_sys_monotonic_ns(void) { return world->now_ns; }
uint64_t h1_sys_realtime_us(void) { return world->now_ns / 1000u; }

int h1_sys_close(int fd) {
  (void)fd;
  return 0;
}

/* ---- those of connections, of which there are none ---- */

ssize_t h1_sys_peek(int fd, void *to, size_t n) {
  (void)fd;
  if (world->says == NULL) return -1;
  const size_t len = strlen(world->says);
  memcpy(to, world->says, len < n ? len : n);
  return (ssize_t)(len < n ? len : n);
}

ssize_t h1_sys_recv(int fd, void *to, size_t n) {
  (void)fd, (void)to, (void)n;
  abort();
}
ssize_t h1_sys_send(int fd, const struct iovec *iov, int count, bool ends) {
  (void)fd, (void)iov, (void)count, (void)ends;
  abort();
}
ssize_t h1_sys_sendfile(int to, int from, uint64_t offset, size_t n) {
  (void)to, (void)from, (void)offset, (void)n;
  abort();
}
size_t h1_sys_unsent(int fd) {
  (void)fd;
  abort();
}
size_t h1_sys_send_memory(int fd) {
  (void)fd;
  abort();
}
int h1_sys_reset(int fd) {
  (void)fd;
  abort();
}
size_t h1_sys_unread(int fd) {
  (void)fd;
  abort();
}
int h1_sys_shutdown(int fd) {
  (void)fd;
  abort();
}
void h1_sys_cannot_be(const char *what) {
  (void)what;
  abort();
}

/* ---- the world ---- */

static void listen_on(size_t i, bool admin) {
  h1_listener *l = &world->listeners.items[i];
  /* One that may be closed. */
  l->fd = open("/", O_PATH | O_CLOEXEC);
  if (l->fd < 0) abort();
  l->admin = admin;
  l->family = AF_INET;
  l->deferred = world->options.hidden;
  world->wanted[i] = true;
}

static const h1_route routes[] = {{H1_METHOD_BIT(H1_GET), "/_health", NULL,
                                   NULL, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER,
                                   H1_ROUTE_ADMIN}};

void h1_acceptor_sim_start(const h1_acceptor_sim_options *o) {
  world = aligned_alloc(64, (sizeof *world + 63) / 64 * 64);
  if (world == NULL) abort();
  memset(world, 0, sizeof *world);
  world->options = *o;
  world->now_ns = START_NS;
  world->descriptors = UINT32_MAX;
  world->config.drain_idle_ms = o->drain_idle_ms;
  world->config.drain_timeout_ms = 30000;
  world->config.queue_timeout_ms = 1000;
  world->handoff = (h1_handoff){.queue = &world->queue,
                                .lane_queue = &world->lane_queue,
                                .acceptor_event = EVENT_FD,
                                .running = WORKERS};
  if (!h1_queue_init(&world->queue, world->items, o->queue_size) ||
      !h1_queue_init(&world->lane_queue, world->lane_items, QUEUE_MAX)) {
    abort();
  }
  world->shared.router = (h1_router){routes, 1};
  world->shared.scope_public = H1_SCOPE_ORDINARY | H1_SCOPE_ADMIN;
  world->shared.slots_left = 1;
  for (unsigned i = 0; i <= WORKERS; i++) {
    world->workers[i].cx.shared = &world->shared;
    world->workers[i].cx.metrics = &world->metrics[i];
    world->workers[i].cx.index = i;
    world->workers[i].peers = world->workers;
    world->workers[i].peer_count = WORKERS;
  }
  const uint32_t rows = h1_clients_rows(64);
  const size_t bytes = (size_t)h1_clients_bytes(rows);
  world->clients_memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (world->clients_memory == NULL) abort();
  memset(world->clients_memory, 0, bytes);
  world->clients = h1_clients_init(world->clients_memory, rows, 1, 0);
  listen_on(0, false);
  listen_on(1, true);
  world->listeners.count = 2;
  if (!h1_acceptor_init(&world->acceptor, &world->config, &world->handoff,
                        &world->listeners, world->workers, WORKERS,
                        world->clients, &world->acceptor_metrics)) {
    abort();
  }
  if (!o->hidden) return;
  close(world->acceptor.embryos_fd);
  world->acceptor.embryos_fd = -1;
}

void h1_acceptor_sim_stop(void) {
  h1_acceptor_deinit(&world->acceptor);
  if (!h1_acceptor_sim_done()) h1_listen_close(&world->listeners);
  h1_queue_deinit(&world->queue);
  h1_queue_deinit(&world->lane_queue);
  free(world->clients_memory);
  free(world->shares_memory);
  free(world);
  world = NULL;
}

void h1_acceptor_sim_offer(unsigned slots) {
  world->workers[0].sleeping = true;
  world->shared.slots_left = slots;
}

void h1_acceptor_sim_arrive(bool admin, unsigned count) {
  world->pending[admin] += count;
}

void h1_acceptor_sim_from(uint8_t host) { world->host = host; }

void h1_acceptor_sim_say(const char *bytes) { world->says = bytes; }

unsigned h1_acceptor_sim_refused(uint8_t host) { return world->refused[host]; }

void h1_acceptor_sim_proxies(void) {
  static const char all[] = "127.0.0.0/8";
  const uint32_t rows = h1_shares_rows(QUEUE_MAX);
  world->listeners.items[0].proxied = true;
  world->config.client_address = H1_CLIENT_PROXY;
  world->shares_memory = aligned_alloc(64, h1_shares_bytes(rows));
  if (world->shares_memory == NULL ||
      !h1_trusted_add(&world->config.trusted, all, sizeof all - 1)) {
    abort();
  }
  memset(world->shares_memory, 0, h1_shares_bytes(rows));
  h1_clients_set_shares(world->clients,
                        h1_shares_init(world->shares_memory, rows, 1));
}

void h1_acceptor_sim_fail_accept(int error, unsigned times) {
  world->accept = (failure){error, times};
}

void h1_acceptor_sim_descriptors(unsigned left) { world->descriptors = left; }

void h1_acceptor_sim_fail_epoll(int error, unsigned times) {
  world->epoll = (failure){error, times};
}

void h1_acceptor_sim_leave(unsigned count) {
  h1_counter_add(&world->metrics[0].connections_closed, count);
}

void h1_acceptor_sim_hold(void) { world->listeners.items[0].held = true; }

void h1_acceptor_sim_finish(void) { h1_acceptor_finish(&world->acceptor); }

void h1_acceptor_sim_end_workers(void) {
  atomic_store(&world->handoff.running, 0);
  world->notified = true;
}

void h1_acceptor_sim_run(uint64_t ms) {
  const uint64_t end_ns = world->now_ns + ms * 1000000u;
  while (world->now_ns < end_ns && !h1_acceptor_sim_done()) {
    const uint64_t left_ms = (end_ns - world->now_ns + 999999u) / 1000000u;
    (void)h1_acceptor_turn(&world->acceptor, (int)left_ms);
    world->turns++;
  }
}

unsigned h1_acceptor_sim_pending(bool admin) { return world->pending[admin]; }
unsigned h1_acceptor_sim_accepts(void) { return world->accepts; }
unsigned h1_acceptor_sim_turns(void) { return world->turns; }
uint64_t h1_acceptor_sim_accepted(void) {
  return h1_counter_get(&world->acceptor_metrics.accepted);
}
unsigned h1_acceptor_sim_asks(void) {
  world->asks += asks();
  return world->asks;
}
bool h1_acceptor_sim_listens(bool admin) {
  return !h1_acceptor_sim_done() && world->listeners.items[admin].fd >= 0;
}
bool h1_acceptor_sim_done(void) {
  return world->acceptor.stage == H1_ACCEPTOR_DONE;
}
