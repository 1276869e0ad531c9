#define _GNU_SOURCE
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "server/base/fatal.h"
#include "server/base/thread.h"
#include "server/bounds.h"
#include "server/conn/jobs.h"
#include "server/generations.h"
#include "server/log/log.h"
#include "server/loop/acceptor.h"
#include "server/loop/worker.h"
#include "server/metrics/metrics.h"
#include "server/metrics/resident.h"
#include "server/sys.h"

struct h1_server {
  h1_generations generations;
  _Atomic uint64_t reload_failures;
  atomic_bool reload_waits;
  h1_shared shared;
  h1_handoff handoff;
  h1_queue queue, lane_queue;
  h1_accepted *queue_items, *lane_items;
  h1_worker *workers; /* count of them, then the lane */
  unsigned count;
  h1_metrics *metrics; /* of workers and lane, too */
  h1_acceptor_metrics acceptor_metrics;
  void (*count_unused)(void *data, h1_unused_counts *out); /* or NULL */
  h1_acceptor acceptor;
  pthread_t acceptor_thread;
  pthread_mutex_t gate; /* held until the acceptor may accept */
  h1_listeners *listeners;
  h1_depot depot;
  uint8_t *arena, *clients, *shares;
  size_t arena_bytes;
  uint64_t memory_bound, started_ms;
  int finished_event; /* eventfd: every thread has done its work */
  bool asked;         /* for a turn, when the counts were as in `turns` */
  unsigned *turns;    /* of workers, lane and acceptor; see h1_server_turns */
  h1_metrics_sandbox sandbox;
  bool bad_option; /* what failed at start was named by an option */
};

/* ---- starting ---- */

static bool allocate(h1_server *s, const h1_config *c, const h1_plan *plan,
                     const h1_plan *lane) {
  s->count = c->workers;
  s->queue_items = calloc(c->queue_size, sizeof *s->queue_items);
  s->lane_items = calloc(H1_LANE_SLOTS, sizeof *s->lane_items);
  s->workers = calloc(s->count + 1, sizeof *s->workers);
  s->turns = calloc(s->count + 2, sizeof *s->turns);
  s->metrics = aligned_alloc(64, (s->count + 1) * sizeof *s->metrics);
  s->arena_bytes = s->count * h1_bound_round_page(plan->arena_bytes) +
                   h1_bound_round_page(lane->arena_bytes) +
                   h1_bound_round_page(plan->depot_bytes);
  void *arena = mmap(NULL, s->arena_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena != MAP_FAILED) s->arena = arena;
  if (s->queue_items == NULL || s->lane_items == NULL || s->workers == NULL ||
      s->turns == NULL || s->metrics == NULL || s->arena == NULL) {
    return false;
  }
  memset(s->metrics, 0, (s->count + 1) * sizeof *s->metrics);
  for (unsigned i = 0; i <= s->count; i++) {
    s->workers[i].cx.epoll_fd = -1;
    s->workers[i].cx.event_fd = -1;
  }
  return true;
}

static bool init_handoff(h1_server *s, const h1_config *c) {
  h1_handoff *h = &s->handoff;
  h->queue = &s->queue;
  h->lane_queue = &s->lane_queue;
  atomic_init(&h->running, c->workers);
  h->acceptor_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  s->finished_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return h->acceptor_event >= 0 && s->finished_event >= 0 &&
         h1_queue_init(&s->queue, s->queue_items, c->queue_size) &&
         h1_queue_init(&s->lane_queue, s->lane_items, H1_LANE_SLOTS);
}

static bool check_routes(const h1_router *router, char message[256]) {
  const char *pattern = NULL;
  const char *fault = h1_router_check(router, &pattern);
  if (fault != NULL) snprintf(message, 256, "route %s %s", pattern, fault);
  return fault == NULL;
}

static bool check_rules(const h1_config *c, char message[256]) {
  h1_generations generations;
  if (!h1_generations_init(&generations, c, message)) return false;
  h1_generations_deinit(&generations);
  return true;
}

bool h1_server_check(const h1_server_options *o, char message[256]) {
  const h1_router router = {o->routes, o->route_count};
  return check_rules(o->config, message) && check_routes(&router, message) &&
         h1_log_check(o->config->access_log, message);
}

static bool init_shares(h1_server *s, const h1_config *c, uint64_t seed) {
  const uint32_t rows = h1_bound_share_rows(c);
  const size_t bytes = h1_shares_bytes(rows);
  s->shares = aligned_alloc(64, bytes);
  if (s->shares == NULL) return false;
  memset(s->shares, 0, bytes);
  h1_clients_set_shares(s->shared.clients,
                        h1_shares_init(s->shares, rows, seed));
  return true;
}

/* Without a seed from the kernel the addresses of the process have to do. */
static bool init_clients(h1_server *s, const h1_config *c) {
  const uint32_t rows = h1_bound_client_rows(c);
  const size_t bytes = (h1_clients_bytes(rows) + 63) / 64 * 64;
  uint64_t seed = (uint64_t)(uintptr_t)s ^ h1_sys_monotonic_ns();
  s->clients = aligned_alloc(64, bytes);
  if (s->clients == NULL) return false;
  memset(s->clients, 0, bytes);
  (void)!getrandom(&seed, sizeof seed, GRND_NONBLOCK);
  s->shared.clients =
      h1_clients_init(s->clients, rows, seed, c->max_client_connections);
  return !h1_bound_tells_clients(c) || init_shares(s, c, seed);
}

static bool init_shared(h1_server *s, const h1_server_options *o,
                        char message[256]) {
  const h1_config *c = o->config;
  h1_shared *shared = &s->shared;
  shared->config = c;
  shared->tick = o->tick;
  shared->tick_data = o->tick_data;
  s->count_unused = o->count_unused;
  shared->router = (h1_router){o->routes, o->route_count};
  shared->level = h1_scan_best();
  h1_shared_scopes(shared, c);
  if (!check_routes(&shared->router, message)) return false;
  if (!h1_generations_init(&s->generations, c, message)) {
    s->bad_option = true;
    return false;
  }
  atomic_init(&shared->snapshot, s->generations.current);
  atomic_init(&shared->slots_left, c->max_connections);
  if (!init_handoff(s, c)) {
    snprintf(message, 256, "cannot make the queues: %s", strerror(errno));
    return false;
  }
  shared->log =
      h1_log_start(c->access_log, c->log_format, s->count + 1, message);
  if (shared->log == NULL) {
    /* No option is to blame for a lack of threads or memory. */
    s->bad_option = errno != EAGAIN && errno != ENOMEM;
    return false;
  }
  const unsigned helpers = h1_bound_helpers(o);
  if (helpers == 0) return true;
  shared->jobs = h1_jobs_start(helpers, c->limits.head_bytes);
  if (shared->jobs != NULL) return true;
  snprintf(message, 256, "cannot start helper threads: %s", strerror(errno));
  return false;
}

static bool init_workers(h1_server *s, const h1_plan *plan,
                         const h1_plan *lane) {
  uint8_t *at = s->arena;
  for (unsigned i = 0; i <= s->count; i++) {
    const bool is_lane = i == s->count;
    const h1_plan *p = is_lane ? lane : plan;
    h1_worker *w = &s->workers[i];
    h1_plan own = *p;
    if (!is_lane) own.slots = h1_bound_slots(s->shared.config, i);
    if (!h1_worker_init(w, &s->shared, &s->handoff, &own, i, is_lane,
                        &s->metrics[i], at)) {
      return false;
    }
    w->peers = is_lane ? w : s->workers;
    w->peer_count = is_lane ? 1 : s->count;
    at += h1_bound_round_page(p->arena_bytes);
  }
  if (plan->depot_blocks > 0) s->shared.depot = &s->depot;
  return h1_depot_init(&s->depot, at, plan->large_payload,
                       plan->depot_blocks) &&
         h1_acceptor_init(&s->acceptor, s->shared.config, &s->handoff,
                          s->listeners, s->workers, s->count, s->shared.clients,
                          &s->acceptor_metrics);
}

static void wake_workers(h1_server *s) {
  for (unsigned i = 0; i <= s->count; i++) {
    h1_sys_notify(s->workers[i].cx.event_fd);
  }
}

/* When its listeners are closed, what is in progress ends, and then whoever
 * served it. The one who asked for it waits with a deadline, so nothing in here
 * needs one. */
static void finish_others(h1_server *s) {
  atomic_store_explicit(&s->shared.closed, true, memory_order_seq_cst);
  wake_workers(s);
  h1_acceptor_serve_admin(&s->acceptor);
  atomic_store_explicit(&s->shared.lane_closed, true, memory_order_seq_cst);
  wake_workers(s);
  for (unsigned i = 0; i <= s->count; i++) {
    pthread_join(s->workers[i].thread, NULL);
  }
  h1_jobs_stop(s->shared.jobs);
  h1_log_finish(s->shared.log);
}

/* The acceptor's thread is also the one that ends all others: a stop needs no
 * thread that does not exist yet, so it cannot fail for want of one. */
static void *accept_then_finish(void *server) {
  h1_server *s = server;
  h1_lock(&s->gate);
  h1_unlock(&s->gate);
  h1_acceptor_run(&s->acceptor);
  finish_others(s);
  h1_sys_notify(s->finished_event);
  return NULL;
}

static bool start_threads(h1_server *s) {
  int error = 0;
  for (unsigned i = 0; i <= s->count && error == 0; i++) {
    h1_worker *w = &s->workers[i];
    error = h1_thread_start(&w->thread, h1_worker_run, w);
  }
  /* Last: with it the first connection may come. */
  if (error == 0) {
    error = h1_thread_start(&s->acceptor_thread, accept_then_finish, s);
  }
  errno = error;
  return error == 0;
}

/* Every thread, and then what is to be done once all are there, before the
 * first connection is accepted. */
static bool start_sealed(h1_server *s, const h1_server_options *o,
                         char message[256]) {
  pthread_mutex_init(&s->gate, NULL);
  h1_lock(&s->gate);
  const bool good =
      start_threads(s) && (o->seal == NULL || o->seal(o->seal_data, message));
  /* Who failed leaves the process, and must not serve meanwhile. */
  if (good) h1_unlock(&s->gate);
  return good;
}

h1_start_result h1_server_start(const h1_server_options *o,
                                h1_listeners *listeners, h1_server **out,
                                char message[256]) {
  h1_plan plan, lane;
  uint64_t total = 0;
  if (!h1_server_limits(o, NULL, &total, message)) return H1_START_BAD_OPTION;
  if (!h1_plan_make(o->config, false, &plan, message) ||
      !h1_plan_make(o->config, true, &lane, message)) {
    return H1_START_BAD_OPTION;
  }
  h1_server *s = calloc(1, sizeof *s);
  if (s == NULL) {
    snprintf(message, 256, "out of memory");
    return H1_START_FAILED;
  }
  /* When a later step fails the process ends: nothing is given back. */
  *out = s;
  s->memory_bound = total;
  s->listeners = listeners;
  if (o->sandbox != NULL) s->sandbox = *o->sandbox;
  s->started_ms = h1_sys_monotonic_ns() / 1000000u;
  message[0] = '\0';
  if (allocate(s, o->config, &plan, &lane) && init_clients(s, o->config) &&
      init_shared(s, o, message) && init_workers(s, &plan, &lane) &&
      start_sealed(s, o, message)) {
    return H1_START_OK;
  }
  if (message[0] == '\0') {
    snprintf(message, 256, "cannot start: %s", strerror(errno));
  }
  return s->bad_option ? H1_START_BAD_OPTION : H1_START_FAILED;
}

/* ---- ending ---- */

void h1_server_reopen_log(h1_server *s) { h1_log_reopen(s->shared.log); }

void h1_server_drain(h1_server *s) {
  atomic_store_explicit(&s->shared.draining, true, memory_order_seq_cst);
  h1_listen_undefer(s->listeners);
}

bool h1_server_draining(const h1_server *s) {
  return atomic_load_explicit(&s->shared.draining, memory_order_relaxed);
}

void h1_server_finish(h1_server *s) {
  h1_server_drain(s);
  s->shared.closing_ms = h1_sys_monotonic_ns() / 1000000u;
  atomic_store_explicit(&s->shared.closing, true, memory_order_seq_cst);
  wake_workers(s);
  h1_acceptor_finish(&s->acceptor);
}

int h1_server_finished_fd(const h1_server *s) { return s->finished_event; }

void h1_server_free(h1_server *s) {
  pthread_join(s->acceptor_thread, NULL);
  h1_log_stop(s->shared.log);
  for (unsigned i = 0; i <= s->count; i++) h1_worker_deinit(&s->workers[i]);
  h1_acceptor_deinit(&s->acceptor);
  close(s->handoff.acceptor_event);
  close(s->finished_event);
  h1_queue_deinit(&s->queue);
  h1_queue_deinit(&s->lane_queue);
  h1_depot_deinit(&s->depot);
  pthread_mutex_destroy(&s->gate);
  munmap(s->arena, s->arena_bytes);
  h1_generations_deinit(&s->generations);
  free(s->clients);
  free(s->shares);
  free(s->queue_items);
  free(s->lane_items);
  free(s->workers);
  free(s->turns);
  free(s->metrics);
  free(s);
}

/* ---- another configuration ---- */

const h1_config *h1_server_config(const h1_server *s) {
  return s->generations.current->config;
}

h1_config *h1_server_next_config(h1_server *s, h1_buffer *room,
                                 uint64_t *generation) {
  const h1_snapshot *current = s->generations.current;
  for (unsigned i = 0; i <= s->count; i++) {
    if (!h1_context_is_current(&s->workers[i].cx, current)) {
      h1_sys_notify(s->workers[i].cx.event_fd);
      return NULL;
    }
  }
  *generation = current->generation + 1;
  return h1_generations_next(&s->generations, room);
}

/* Whoever sleeps takes it now, so that the older one is free soon. */
bool h1_server_offer(h1_server *s, char message[256]) {
  const h1_snapshot *made = h1_generations_make(&s->generations, message);
  if (made == NULL) return false;
  s->generations.current = made;
  h1_clients_set_share(s->shared.clients, made->config->max_client_connections);
  h1_acceptor_configure(&s->acceptor, made->config);
  atomic_store_explicit(&s->shared.snapshot, made, memory_order_release);
  wake_workers(s);
  return true;
}

void h1_server_reload_failed(h1_server *s) {
  atomic_fetch_add_explicit(&s->reload_failures, 1, memory_order_relaxed);
}

void h1_server_reload_waits(h1_server *s, bool waits) {
  atomic_store_explicit(&s->reload_waits, waits, memory_order_relaxed);
}

/* ---- whether it turns ---- */

typedef struct {
  const atomic_uint *turns;
  const atomic_bool *ended;
  int event;
} turning;

static turning turning_thread(const h1_server *s, unsigned i) {
  if (i > s->count) {
    return (turning){&s->acceptor.turns, &s->acceptor.ended,
                     s->handoff.acceptor_event};
  }
  const h1_worker *w = &s->workers[i];
  return (turning){&w->turns, &w->ended, w->cx.event_fd};
}

bool h1_server_turns(h1_server *s) {
  for (unsigned i = 0; i <= s->count + 1 && s->asked; i++) {
    const turning t = turning_thread(s, i);
    if (!atomic_load_explicit(t.ended, memory_order_relaxed) &&
        atomic_load_explicit(t.turns, memory_order_relaxed) == s->turns[i]) {
      return false;
    }
  }
  s->asked = true;
  for (unsigned i = 0; i <= s->count + 1; i++) {
    const turning t = turning_thread(s, i);
    s->turns[i] = atomic_load_explicit(t.turns, memory_order_relaxed);
    h1_sys_notify(t.event);
  }
  return true;
}

/* ---- metrics ---- */

h1_step h1_server_metrics(h1_server *s, bool prometheus, h1_buffer room,
                          size_t *size) {
  h1_metrics_source source = {
      .workers = s->metrics,
      .worker_count = s->count + 1,
      .acceptor = &s->acceptor_metrics,
      .uptime_s = (h1_sys_monotonic_ns() / 1000000u - s->started_ms) / 1000u,
      .queue_capacity = s->queue.capacity,
      .memory_bound_bytes = s->memory_bound,
      .memory_resident_bytes = h1_resident_bytes(),
      .max_connections = s->shared.config->max_connections,
      .unacked_bytes =
          atomic_load_explicit(&s->shared.unacked, memory_order_relaxed),
      .log_lost = h1_log_lost(s->shared.log),
      .config_generation =
          atomic_load_explicit(&s->shared.snapshot, memory_order_acquire)
              ->generation,
      .config_failures =
          atomic_load_explicit(&s->reload_failures, memory_order_relaxed),
      .config_waits =
          atomic_load_explicit(&s->reload_waits, memory_order_relaxed),
      .draining = h1_server_draining(s),
      .sandbox = s->sandbox,
  };
  if (s->count_unused != NULL) {
    s->count_unused(s->shared.tick_data, &source.unused);
  }
  h1_counter_set(&s->acceptor_metrics.queue_depth, h1_queue_depth(&s->queue));
  return prometheus ? h1_metrics_prometheus(&source, room, size)
                    : h1_metrics_json(&source, room, size);
}
