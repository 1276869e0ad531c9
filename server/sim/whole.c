/* A whole server: how it is made, by seed, and its run. */
#define _GNU_SOURCE
#include "server/sim/whole.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/base/thread.h"
#include "server/conn/deadlines.h"
#include "server/sim/routes.h"
#include "server/sim/whole_internal.h"

/* More turns than any run has work for, and more without a pause. */
#define STEPS_MAX 60000u
#define BUSY_MAX 8000u
#define PROBE_MS 1000u
/* Who begins anew has a second: of a handful of places each may be taken. */
#define LEAST_ATTACKED 8u
/* What a stop may take beyond its time: whoever lingers, and coarse clocks. */
#define END_MARGIN_MS 3000u

h1_whole *h1_whole_world;

/* ---- chance ---- */

uint64_t h1_whole_random(h1_whole *w) {
  w->random += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
  uint64_t z = w->random;
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

unsigned h1_whole_below(h1_whole *w, unsigned n) {
  return (unsigned)(h1_whole_random(w) % n);
}

bool h1_whole_chance(h1_whole *w, unsigned n) {
  return h1_whole_below(w, n) == 0;
}

void h1_whole_say(const h1_whole *w, const char *format, ...) {
  if (!w->trace) return;
  va_list args;
  va_start(args, format);
  printf("%8.3f ", (double)(w->sim.now_ns - H1_SIM_START_NS) / 1e6);
  vprintf(format, args);
  putchar('\n');
  va_end(args);
}

uint64_t h1_whole_now_ms(const h1_whole *w) { return w->sim.now_ns / 1000000u; }

h1_sim_socket *h1_whole_socket(h1_whole *w, const h1_whole_client *c) {
  return &w->sim.sockets[c->socket];
}

/* Instead of the ones that sleep and write; see BUILD. */
void __wrap_h1_say(const char *format, ...);
void __wrap_h1_say(const char *format, ...) { (void)format; }
void __wrap_h1_thread_nap(int ms);
void __wrap_h1_thread_nap(int ms) {
  h1_whole_world->sim.now_ns += (uint64_t)ms * 1000000u;
}

/* ---- the log, without its thread ---- */

static struct {
  h1_log *log;
  int ends[2];
} logging;

static void begin_log(h1_whole *w) {
  const size_t bytes = (size_t)h1_log_memory(H1_WHOLE_WORKERS + 1);
  if (logging.log == NULL) {
    logging.log = h1_sim_need(aligned_alloc(64, (bytes + 63) / 64 * 64));
    memset(logging.log, 0, bytes);
    if (pipe2(logging.ends, O_NONBLOCK | O_CLOEXEC) != 0) abort();
    (void)fcntl(logging.ends[1], F_SETPIPE_SZ, 4096);
  }
  h1_log *log = logging.log;
  memset(log, 0, sizeof *log);
  log->format = H1_LOG_JSON;
  log->enabled = true;
  log->workers = w->count + 1;
  log->wake_fd = -1;
  for (unsigned i = 0; i <= w->count; i++) h1_log_ring_init(&log->rings[i]);
  h1_log_set_target(log, logging.ends[1]);
  w->log = log;
}

static unsigned number_after(const char *line, const char *key) {
  const char *at = strstr(line, key);
  return at == NULL ? 0 : (unsigned)strtoul(at + strlen(key), NULL, 10);
}

static void note_line(h1_whole *w, const char *line) {
  if (w->line_count == H1_WHOLE_LINES) abort();
  h1_whole_say(w, "log: %s", line);
  w->lines[w->line_count++] = (h1_whole_line){
      number_after(line, "\"client_port\":"), number_after(line, "\"status\":"),
      strstr(line, "\"reason\":null") == NULL,
      strstr(line, "\"unsent\":") != NULL,
      strstr(line, "\"client_connections\"") != NULL};
}

/* Whoever reads the log does so by whole lines: pieces are kept together. */
bool h1_whole_read_log(h1_whole *w) {
  char bytes[8192];
  const ssize_t n = read(logging.ends[0], bytes, sizeof bytes - 1);
  if (n <= 0) return false;
  bytes[n] = '\0';
  char *rest = NULL;
  for (char *line = strtok_r(bytes, "\n", &rest); line != NULL;
       line = strtok_r(NULL, "\n", &rest)) {
    note_line(w, line);
  }
  return true;
}

/* ---- beginning ---- */

static void choose(h1_whole *w) {
  h1_config *c = &w->options.config;
  h1_sim_options_init(&w->options);
  w->count = 1 + h1_whole_below(w, H1_WHOLE_WORKERS);
  w->attack = h1_whole_chance(w, 3);
  w->uploads = w->attack && h1_whole_chance(w, 3);
  w->greed = w->attack && !w->uploads && h1_whole_chance(w, 3);
  w->faults = !w->attack && h1_whole_chance(w, 2);
  w->deferred = h1_whole_chance(w, 2);
  w->proxies = h1_whole_chance(w, 2);
  w->strangers = w->proxies && h1_whole_chance(w, 8);
  w->budget = w->attack ? 120 : 30 + h1_whole_below(w, 150);
  w->drain_delay_ms = h1_whole_chance(w, 3) ? h1_whole_below(w, 2000) : 0;
  if (w->proxies) h1_sim_options_proxies(&w->options);
  if (w->strangers) c->trusted.count = 0;
  c->workers = w->count;
  c->max_connections =
      (w->attack ? LEAST_ATTACKED : w->count) + h1_whole_below(w, 8);
  c->queue_size = 1 + h1_whole_below(w, 8);
  c->max_client_connections = 1 + h1_whole_below(w, 6);
  c->drain_idle_ms = h1_whole_chance(w, 2) ? 5000 : h1_whole_below(w, 5000);
  c->limits.head_bytes = 4096;
  c->limits.body_bytes = 65536;
  c->buffer_memory = 0;
  c->buffer_memory =
      h1_sim_least_memory(&w->options) * (1 + h1_whole_below(w, 2)) +
      h1_whole_below(w, 4) * 65536u;
  h1_whole_say(w,
               "%u workers, %u connections, queue %u, share %u, drain idle "
               "%llu ms%s%s%s%s%s",
               w->count, c->max_connections, c->queue_size,
               c->max_client_connections, (unsigned long long)c->drain_idle_ms,
               w->attack ? ", attack" : "", w->faults ? ", faults" : "",
               w->deferred ? ", deferred" : "", w->proxies ? ", proxies" : "",
               w->strangers ? " that are strangers" : "");
}

static void listen_on(h1_whole *w, size_t i) {
  h1_listener *l = &w->listeners.items[i];
  l->fd = open("/", O_PATH | O_CLOEXEC); /* one that may be closed */
  if (l->fd < 0) abort();
  l->admin = i == H1_WHOLE_ADMIN;
  l->proxied = i == H1_WHOLE_PROXIED;
  l->family = AF_INET;
  l->deferred = w->deferred && !l->admin;
}

static size_t page(uint64_t n) { return (size_t)((n + 4095u) / 4096u * 4096u); }

static void make_workers(h1_whole *w) {
  char message[256];
  h1_plan plan, lane;
  h1_config *c = &w->options.config;
  if (!h1_plan_make(c, false, &plan, message) ||
      !h1_plan_make(c, true, &lane, message)) {
    fprintf(stderr, "%s\n", message);
    abort();
  }
  w->sim.arena_bytes = w->count * page(plan.arena_bytes) +
                       page(lane.arena_bytes) + page(plan.depot_bytes);
  w->sim.arena = mmap(NULL, w->sim.arena_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (w->sim.arena == MAP_FAILED) abort();
  uint8_t *at = w->sim.arena;
  for (unsigned i = 0; i <= w->count; i++) {
    h1_plan own = i == w->count ? lane : plan;
    h1_worker *worker = &w->workers[i];
    if (i < w->count) {
      own.slots = c->max_connections / w->count +
                  (i < c->max_connections % w->count ? 1 : 0);
    }
    if (!h1_worker_init(worker, &w->sim.shared, &w->sim.handoff, &own, i,
                        i == w->count, &w->metrics[i], at)) {
      abort();
    }
    worker->peers = i == w->count ? worker : w->workers;
    worker->peer_count = i == w->count ? 1 : w->count;
    at += page(own.arena_bytes);
  }
  if (!h1_depot_init(&w->depot, at, plan.large_payload, plan.depot_blocks)) {
    abort();
  }
  if (plan.depot_blocks > 0) w->sim.shared.depot = &w->depot;
  w->blocks = w->count * plan.large_blocks + plan.depot_blocks;
}

static void make(h1_whole *w) {
  h1_handoff *h = &w->sim.handoff;
  char message[256] = "";
  if (!h1_sim_begin_world(&w->sim, &w->options, message)) abort();
  w->sim.hooks = &h1_whole_hooks;
  h1_sim_set_file(&w->sim, 0, H1_SIM_FILE);
  begin_log(w);
  w->sim.shared.log = w->log;
  atomic_init(&w->sim.shared.slots_left, w->options.config.max_connections);
  h->queue = &w->sim.queue;
  h->lane_queue = &w->lane_queue;
  h->acceptor_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  atomic_init(&h->running, w->count);
  if (h->acceptor_event < 0 ||
      !h1_queue_init(&w->sim.queue, w->sim.items,
                     w->options.config.queue_size) ||
      !h1_queue_init(&w->lane_queue, w->lane_items, H1_LANE_SLOTS)) {
    abort();
  }
  make_workers(w);
  for (size_t i = 0; i < H1_WHOLE_DOORS; i++) listen_on(w, i);
  w->listeners.count = H1_WHOLE_DOORS;
  const bool faults = w->faults;
  w->faults = false; /* it cannot begin without these calls */
  if (!h1_acceptor_init(&w->acceptor, &w->options.config, h, &w->listeners,
                        w->workers, w->count, w->sim.shared.clients,
                        &w->acceptor_metrics)) {
    abort();
  }
  w->faults = faults;
  close(w->acceptor.embryos_fd); /* there may always be somebody */
  w->acceptor.embryos_fd = -1;
}

static void unmake(h1_whole *w) {
  for (unsigned i = 0; i <= w->count; i++) h1_worker_deinit(&w->workers[i]);
  h1_acceptor_deinit(&w->acceptor);
  h1_listen_close(&w->listeners);
  close(w->sim.handoff.acceptor_event);
  h1_queue_deinit(&w->sim.queue);
  h1_queue_deinit(&w->lane_queue);
  h1_depot_deinit(&w->depot);
  while (h1_whole_read_log(w)) {
  }
  h1_sim_end_world(&w->sim);
}

/* ---- the run ---- */

static void pass(h1_whole *w) {
  const uint64_t now_ms = h1_whole_now_ms(w);
  uint64_t next = h1_whole_next_ms(w);
  if (w->budget > 0 && w->phase == H1_WHOLE_PLAYS) {
    const uint64_t soon = now_ms + 1 + h1_whole_below(w, 400);
    if (soon < next) next = soon;
  }
  if (next == H1_NEVER) return;
  if (next > now_ms) w->sim.now_ns = next * 1000000u;
}

static bool has_fault(const h1_whole *w) {
  return h1_sim_fault(&w->sim)[0] != '\0';
}

static void leave_all(h1_whole *w) {
  w->phase = H1_WHOLE_LEAVES;
  w->leave_ms = h1_whole_now_ms(w);
  h1_whole_say(w, "everyone leaves");
  h1_whole_everyone_leaves(w);
  h1_whole_terminate(w);
}

static void check_end_in_time(h1_whole *w) {
  const uint64_t most =
      w->options.config.drain_timeout_ms + w->drain_delay_ms + END_MARGIN_MS;
  if (h1_whole_now_ms(w) > w->leave_ms + most) {
    h1_sim_fail(&w->sim, "everybody has left, and the server does not end");
  }
}

/* One step of anybody: a client, a thread, time. */
static void step(h1_whole *w, unsigned *busy) {
  h1_whole_begin_closing(w);
  if (w->phase == H1_WHOLE_PLAYS && h1_whole_chance(w, 4) &&
      h1_whole_client_acts(w)) {
    return;
  }
  if (!w->attack && h1_whole_chance(w, 400)) h1_whole_terminate(w);
  if (h1_whole_run_one(w)) {
    if (++*busy > BUSY_MAX) h1_sim_fail(&w->sim, "somebody spins");
    return;
  }
  *busy = 0;
  h1_whole_check_quiet(w);
  if (w->phase == H1_WHOLE_LEAVES) {
    h1_sim_wake_all();
    check_end_in_time(w);
  } else if (w->budget == 0) {
    leave_all(w);
    return;
  }
  pass(w);
}

static void play(h1_whole *w) {
  unsigned busy = 0;
  for (unsigned i = 0; i < STEPS_MAX && !has_fault(w); i++) {
    if (h1_whole_all_ended(w)) return;
    step(w, &busy);
  }
  if (!has_fault(w)) h1_sim_fail(&w->sim, "no end after %u steps", STEPS_MAX);
}

void h1_whole_wait(h1_whole *w, uint64_t ms, const h1_sim_socket *answered) {
  const uint64_t until = h1_whole_now_ms(w) + ms;
  unsigned busy = 0;
  while (h1_whole_now_ms(w) < until && !has_fault(w)) {
    if (answered != NULL && answered->out_len > 0) return;
    if (h1_whole_run_one(w)) {
      if (++busy > BUSY_MAX) h1_sim_fail(&w->sim, "somebody spins");
      continue;
    }
    busy = 0;
    const uint64_t next = h1_whole_next_ms(w);
    w->sim.now_ns = (next < until ? next : until) * 1000000u;
  }
}

/* Once the places are taken by those who do nothing. */
static void probe(h1_whole *w) {
  while (w->budget > 20 && !has_fault(w)) {
    unsigned busy = 0;
    step(w, &busy);
  }
  for (unsigned i = 0; i < w->client_count; i++) {
    h1_whole_client *c = &w->clients[i];
    if (c->sent < c->len) h1_whole_deliver(w, c, c->len - c->sent);
  }
  h1_whole_wait(w, 1500, NULL);
  for (int i = 0; i < 3 && !has_fault(w); i++) {
    h1_whole_client *c = h1_whole_connect(w, H1_WHOLE_PROBE);
    const int socket = c->socket;
    h1_whole_deliver(w, c, c->len);
    w->totals->probes++;
    h1_whole_wait(w, PROBE_MS, &w->sim.sockets[socket]);
    unsigned statuses[H1_WHOLE_REQUESTS] = {0};
    bool closes = false;
    if (h1_whole_answers(w, c, statuses, &closes) != 1 || statuses[0] != 200) {
      if (w->trace) h1_whole_wait(w, 50, NULL);
      h1_sim_fail(&w->sim, "client %d, of another address, was not served: %u",
                  socket, statuses[0]);
    }
  }
}

const char *h1_whole_run(uint64_t seed, bool trace, h1_whole_totals *totals) {
  static h1_whole *w;
  if (w == NULL) {
    w = h1_sim_need(aligned_alloc(64, (sizeof *w + 63) / 64 * 64));
  }
  memset(w, 0, sizeof *w);
  w->random = seed;
  w->trace = trace;
  w->sim.now_ns = H1_SIM_START_NS;
  w->totals = totals;
  h1_whole_world = w;
  choose(w);
  make(w);
  if (w->greed) h1_whole_check_shares(w);
  if (w->attack) probe(w);
  play(w);
  while (h1_whole_read_log(w)) {
  }
  if (!has_fault(w)) h1_whole_check_end(w);
  unmake(w);
  return h1_sim_fault(&w->sim);
}
