#define _GNU_SOURCE
#include "server/sim/sim.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/sim/internal.h"
#include "server/sim/routes.h"
#include "server/sys.h"

/* More turns than any test has work for: the worker spins. */
#define TURNS_MAX 20000
#define NO_CALL SIZE_MAX

h1_sim *h1_sim_world;
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

void *h1_sim_need(void *p) {
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

/* Room for `n` bytes more. */
uint8_t *h1_sim_grow(uint8_t **bytes, size_t *len, size_t *cap, size_t n) {
  if (*len + n > *cap) {
    *cap = (*len + n) * 2;
    *bytes = h1_sim_need(realloc(*bytes, *cap));
  }
  *len += n;
  return *bytes + *len - n;
}

void h1_sim_append(uint8_t **bytes, size_t *len, size_t *cap, const void *more,
                   size_t n) {
  if (n > 0) memcpy(h1_sim_grow(bytes, len, cap, n), more, n);
}

int h1_sim_connect(h1_sim *s) { return h1_sim_connect_from(s, 1); }

int h1_sim_socket_add(h1_sim *s) {
  if (s->socket_count == s->socket_cap) {
    s->socket_cap = s->socket_cap * 2 + 4;
    s->sockets = h1_sim_need(
        realloc(s->sockets, (size_t)s->socket_cap * sizeof *s->sockets));
  }
  s->sockets[s->socket_count] =
      (h1_sim_socket){.room = SIZE_MAX, .send_max = SIZE_MAX};
  return s->socket_count++;
}

/* A proxy that is trusted from the start on counts in no share, as for the
 * acceptor before its header has arrived. */
static bool speaks_for_others(const h1_sim *s, const h1_peer *peer) {
  const h1_config *c = &s->options->config;
  const bool by_header = c->client_address == H1_CLIENT_PROXY;
  return c->client_address != H1_CLIENT_PEER && (peer->proxied || !by_header) &&
         h1_trusted_has(&c->trusted, peer);
}

static int connect_to(h1_sim *s, uint8_t host, bool proxied) {
  const int client = s->socket_count;
  h1_accepted item = {.fd = H1_SIM_FD + client,
                      .refusal = s->options->lane ? H1_QUEUE_FULL : H1_OK,
                      .queued_ms = s->now_ns / 1000000u,
                      .peer = {.address = {127, 0, 0, host},
                               .port = 1,
                               .family = 2,
                               .proxied = proxied}};
  if (!speaks_for_others(s, &item.peer)) {
    item.client = h1_clients_enter(s->shared.clients, &item.peer);
  } else {
    item.unknown = s->options->config.client_address == H1_CLIENT_PROXY;
  }
  if (!h1_queue_push(&s->queue, &item)) {
    h1_clients_leave(s->shared.clients, item.client);
    return -1;
  }
  (void)h1_sim_socket_add(s);
  h1_worker_wake(s->worker);
  return client;
}

int h1_sim_connect_from(h1_sim *s, uint8_t host) {
  return connect_to(s, host, false);
}

int h1_sim_connect_proxied(h1_sim *s, uint8_t host) {
  return connect_to(s, host, true);
}

void h1_sim_deliver(h1_sim *s, int client, const void *bytes, size_t len) {
  h1_sim_socket *k = client_of(s, client);
  if (k->finished || k->reset || k->state == H1_SIM_CLOSED || len == 0) return;
  h1_sim_append(&k->in, &k->in_len, &k->in_cap, bytes, len);
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

/* ---- turns ---- */

/* False: it sleeps instead. */
static bool take_turn(h1_sim *s) {
  if (setjmp(s->asleep) != 0) return false;
  s->turns++;
  s->ended = !h1_worker_turn(s->worker, -1);
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
  return atomic_load(&s->worker->sleeping);
}

void h1_sim_drain(h1_sim *s) { atomic_store(&s->shared.draining, true); }

void h1_sim_close_listeners(h1_sim *s) {
  h1_sim_drain(s);
  s->shared.closing_ms = h1_sim_now_ms(s);
  atomic_store(&s->shared.closing, true);
  atomic_store(&s->shared.closed, true);
  atomic_store(&s->shared.lane_closed, true);
  h1_sys_notify(s->worker->cx.event_fd);
}

uint32_t h1_sim_open(const h1_sim *s) { return s->worker->cx.open_conns; }
size_t h1_sim_blocks(const h1_sim *s) {
  return s->worker->cx.small.used + s->worker->cx.large.used;
}
size_t h1_sim_large_blocks(const h1_sim *s) {
  return s->worker->cx.large.total;
}
void h1_sim_ask_blocks(h1_sim *s, size_t blocks, bool pressing) {
  const h1_blocks_wanted ask = {H1_CLIENT_NONE, 1, blocks, pressing};
  h1_relief_ask(&s->worker->relief, &ask);
  h1_sys_notify(s->worker->cx.event_fd);
}
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

void h1_sim_options_proxies(h1_sim_options *o) {
  static const char all[] = "127.0.0.0/8";
  o->config.client_address = H1_CLIENT_PROXY;
  if (!h1_trusted_add(&o->config.trusted, all, sizeof all - 1)) abort();
}

uint64_t h1_sim_least_memory(const h1_sim_options *o) {
  static h1_config config;
  char message[256];
  h1_plan plan;
  config = o->config;
  config.buffer_memory = 0;
  while (!h1_plan_make(&config, o->lane, &plan, message)) {
    config.buffer_memory += 4096;
  }
  return config.buffer_memory;
}

static h1_log *no_log(void) {
  static h1_log *log;
  char message[256];
  if (log == NULL)
    log = h1_sim_need(h1_log_start("off", H1_LOG_JSON, 2, message));
  return log;
}

static void make_clients(h1_sim *s) {
  const uint32_t rows = h1_clients_rows(s->options->config.max_connections +
                                        sizeof s->items / sizeof s->items[0]);
  const size_t bytes = (h1_clients_bytes(rows) + 63) / 64 * 64;
  s->clients = h1_sim_need(aligned_alloc(64, bytes));
  memset(s->clients, 0, bytes);
  s->shared.clients = h1_clients_init(
      s->clients, rows, 1, s->options->config.max_client_connections);
  if (s->options->config.client_address == H1_CLIENT_PEER) return;
  const size_t told = h1_shares_bytes(H1_SIM_SHARES);
  s->shares = h1_sim_need(aligned_alloc(64, told));
  memset(s->shares, 0, told);
  s->told = h1_shares_init(s->shares, H1_SIM_SHARES, 1);
  h1_clients_set_shares(s->shared.clients, s->told);
}

/* Pages that no world used cost nothing. */
static _Alignas(16) uint8_t rules[H1_SNAPSHOTS][(size_t)256 * 1024];

/* Makes the snapshot `index` of a configuration, and offers it. */
static bool offer(h1_sim *s, const h1_config *c, unsigned index,
                  char message[256]) {
  h1_arena arena = {rules[index], sizeof rules[index], 0};
  h1_snapshot *made = &s->snapshots[index];
  const uint64_t before = s->snapshots[1 - index].generation;
  if (!h1_snapshot_init(made, c, &arena, message)) return false;
  made->index = index;
  made->generation = before + 1;
  atomic_store(&s->shared.snapshot, made);
  return true;
}

bool h1_sim_reload(h1_sim *s, const h1_config *c, char message[256]) {
  const h1_snapshot *current = s->worker->cx.snapshot;
  if (atomic_load(&s->shared.snapshot) != current ||
      !h1_context_is_current(&s->worker->cx, current)) {
    snprintf(message, 256, "an exchange still uses the older one");
    return false;
  }
  return offer(s, c, 1 - current->index, message);
}

bool h1_sim_begin_world(h1_sim *s, const h1_sim_options *o, char message[256]) {
  fault[0] = '\0';
  s->options = o;
  s->now_ns = H1_SIM_START_NS;
  s->fail_nth = NO_CALL;
  h1_sim_world = s;
  h1_sim_routes_begin();
  s->shared.config = &o->config;
  s->shared.router = (h1_router){o->routes, o->route_count};
  s->shared.level = h1_scan_best();
  h1_shared_scopes(&s->shared, &o->config);
  make_clients(s);
  return offer(s, &o->config, 0, message);
}

void h1_sim_end_world(h1_sim *s) {
  for (int i = 0; i < s->socket_count; i++) {
    free(s->sockets[i].in);
    free(s->sockets[i].out);
  }
  free(s->sockets);
  free(s->calls);
  free(s->clients);
  free(s->shares);
  munmap(s->arena, s->arena_bytes);
  h1_sim_world = NULL;
}

static void make_depot(h1_sim *s, size_t payload) {
  const size_t count = s->options->depot;
  if (count == 0) return;
  const size_t bytes = count * h1_pool_block_bytes(payload);
  s->blocks = h1_sim_need(aligned_alloc(64, bytes));
  if (!h1_depot_init(&s->depot, s->blocks, payload, count)) abort();
  s->shared.depot = &s->depot;
}

static bool make(h1_sim *s, const h1_plan *plan) {
  const h1_sim_options *o = s->options;
  /* Fresh pages: what is never used costs nothing, with a sanitizer either. */
  s->arena_bytes = (size_t)plan->arena_bytes;
  s->arena = mmap(NULL, s->arena_bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (s->arena == MAP_FAILED) abort();
  s->shared.log = o->log != NULL ? o->log : no_log();
  atomic_init(&s->shared.slots_left, plan->slots);
  s->handoff.queue = &s->queue;
  s->handoff.lane_queue = &s->queue;
  s->handoff.acceptor_event = -1;
  if (o->helpers > 0) {
    s->shared.jobs =
        h1_sim_need(h1_jobs_start(o->helpers, o->config.limits.head_bytes));
  }
  const size_t items = sizeof s->items / sizeof s->items[0];
  if (!h1_queue_init(&s->queue, s->items, items)) abort();
  make_depot(s, plan->large_payload);
  return h1_worker_init(s->worker, &s->shared, &s->handoff, plan, 0, o->lane,
                        &s->metrics, s->arena);
}

h1_sim *h1_sim_start(const h1_sim_options *o, char message[256]) {
  h1_plan plan;
  fault[0] = '\0';
  if (!h1_plan_make(&o->config, o->lane, &plan, message)) return NULL;
  h1_sim *s = h1_sim_need(aligned_alloc(64, (sizeof *s + 63) / 64 * 64));
  memset(s, 0, sizeof *s);
  s->worker = &s->own;
  if (!h1_sim_begin_world(s, o, message)) return NULL;
  if (!make(s, &plan)) abort();
  return s;
}

void h1_sim_check_handlers(h1_sim *s) {
  if (h1_sim_counts.begun != h1_sim_counts.ended) {
    h1_sim_fail(s, "%u exchanges begun, %u ended", h1_sim_counts.begun,
                h1_sim_counts.ended);
  }
  if (h1_sim_counts.misended != 0) h1_sim_fail(s, "on_end ran twice");
}

const char *h1_sim_stop(h1_sim *s) {
  h1_sim_check_empty(s);
  h1_sim_check_handlers(s);
  h1_jobs_stop(s->shared.jobs);
  h1_worker_deinit(s->worker);
  h1_queue_deinit(&s->queue);
  if (s->blocks != NULL) h1_depot_deinit(&s->depot);
  free(s->blocks);
  h1_sim_end_world(s);
  free(s);
  return fault;
}
