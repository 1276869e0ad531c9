#define _GNU_SOURCE
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "server/acceptor.h"
#include "server/die.h"
#include "server/jobs.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/sys.h"
#include "server/worker.h"

#define STACK_BYTES ((size_t)512 * 1024)
/* Standard streams, eventfds, epolls, the log, the root and some air. */
#define OTHER_DESCRIPTORS 64u

struct h1_server {
  h1_shared shared;
  h1_queue queue, lane_queue;
  h1_accepted *queue_items, *lane_items;
  h1_worker *workers; /* count of them, then the lane */
  unsigned count;
  h1_metrics *metrics; /* likewise */
  h1_acceptor_metrics acceptor_metrics;
  h1_acceptor acceptor;
  pthread_t acceptor_thread;
  h1_listeners *listeners;
  uint8_t *arena;
  size_t arena_bytes;
  uint64_t memory_bound, started_ms;
  unsigned running; /* worker threads started */
  bool acceptor_running;
  bool bad_option; /* what failed at start was named by an option */
};

/* ---- the bound on memory ---- */

static bool has_blocking(const h1_server_options *o) {
  for (size_t i = 0; i < o->route_count; i++) {
    if ((o->routes[i].flags & H1_ROUTE_BLOCKING) != 0) return true;
  }
  return false;
}

static unsigned helper_threads(const h1_server_options *o) {
  return has_blocking(o) ? o->config->blocking_threads : 0;
}

static uint64_t round_page(uint64_t n) {
  return (n + 4095u) & ~(uint64_t)4095u;
}

static uint64_t descriptors(const h1_server_options *o) {
  return (uint64_t)o->config->max_connections + o->config->queue_size +
         2 * H1_LANE_SLOTS + o->extra_descriptors + OTHER_DESCRIPTORS;
}

typedef struct {
  FILE *out;
  uint64_t sum;
} limit_table;

static void row(limit_table *t, const char *name, uint64_t count,
                uint64_t bytes) {
  const uint64_t product = count * bytes;
  t->sum = t->sum + product < t->sum ? UINT64_MAX : t->sum + product;
  if (t->out == NULL) return;
  fprintf(t->out, "%-28s %8llu x %12llu = %14llu bytes\n", name,
          (unsigned long long)count, (unsigned long long)bytes,
          (unsigned long long)product);
}

bool h1_server_limits(const h1_server_options *o, FILE *out, uint64_t *total,
                      char message[256]) {
  const h1_config *c = o->config;
  h1_worker_plan plan, lane;
  if (!h1_worker_plan_make(c, false, &plan, message) ||
      !h1_worker_plan_make(c, true, &lane, message)) {
    return false;
  }
  const unsigned helpers = helper_threads(o);
  limit_table t = {out, 0};
  row(&t, "worker memory", c->workers, round_page(plan.arena_bytes));
  row(&t, "overload lane memory", 1, round_page(lane.arena_bytes));
  row(&t, "worker state", c->workers + 1,
      sizeof(h1_worker) + sizeof(h1_metrics));
  row(&t, "queue entries", c->queue_size + H1_LANE_SLOTS, sizeof(h1_accepted));
  row(&t, "thread stacks", c->workers + 3 + helpers, STACK_BYTES);
  if (strcmp(c->access_log, "off") != 0) {
    row(&t, "access log rings", 1, h1_log_memory(c->workers + 1));
  }
  if (helpers > 0) {
    row(&t, "blocking handlers", 1,
        h1_jobs_memory(helpers, c->limits.head_bytes));
  }
  for (size_t i = 0; i < o->extra_count; i++) {
    row(&t, o->extra[i].name, 1, o->extra[i].bytes);
  }
  *total = t.sum;
  if (out != NULL) {
    fprintf(out, "%-28s %23s   %14llu bytes\n", "sum", "",
            (unsigned long long)t.sum);
    fprintf(out, "%-28s %23s   %14llu\n", "descriptors", "",
            (unsigned long long)descriptors(o));
  }
  if (c->max_memory == 0 || t.sum <= c->max_memory) return true;
  snprintf(message, 256,
           "--max-memory %llu is less than the %llu bytes that the other "
           "options add up to (see --print-limits)",
           (unsigned long long)c->max_memory, (unsigned long long)t.sum);
  return false;
}

/* ---- starting ---- */

static void raise_descriptor_limit(const h1_server_options *o) {
  struct rlimit limit;
  const uint64_t want = descriptors(o);
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want) return;
  limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : (rlim_t)want;
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= want) return;
  fprintf(stderr,
          "httpd: warning: the limit of open files is %llu, --max-connections "
          "%u may need %llu: accepting will pause when they are used up\n",
          (unsigned long long)limit.rlim_cur, o->config->max_connections,
          (unsigned long long)want);
}

static bool allocate(h1_server *s, const h1_config *c,
                     const h1_worker_plan *plan, const h1_worker_plan *lane) {
  s->count = c->workers;
  s->queue_items = calloc(c->queue_size, sizeof *s->queue_items);
  s->lane_items = calloc(H1_LANE_SLOTS, sizeof *s->lane_items);
  s->workers = calloc(s->count + 1, sizeof *s->workers);
  s->metrics = aligned_alloc(64, (s->count + 1) * sizeof *s->metrics);
  s->arena_bytes =
      s->count * round_page(plan->arena_bytes) + round_page(lane->arena_bytes);
  void *arena = mmap(NULL, s->arena_bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena != MAP_FAILED) s->arena = arena;
  if (s->queue_items == NULL || s->lane_items == NULL || s->workers == NULL ||
      s->metrics == NULL || s->arena == NULL) {
    return false;
  }
  memset(s->metrics, 0, (s->count + 1) * sizeof *s->metrics);
  for (unsigned i = 0; i <= s->count; i++) {
    s->workers[i].epoll_fd = -1;
    s->workers[i].event_fd = -1;
  }
  return true;
}

static bool init_shared(h1_server *s, const h1_server_options *o,
                        char message[256]) {
  const h1_config *c = o->config;
  h1_shared *shared = &s->shared;
  shared->config = c;
  shared->router = (h1_router){o->routes, o->route_count};
  shared->level = h1_scan_best();
  shared->queue = &s->queue;
  shared->lane_queue = &s->lane_queue;
  shared->admin_separate = c->admin_listen_count > 0;
  shared->acceptor_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const char *pattern = NULL;
  const char *fault = h1_router_check(&shared->router, &pattern);
  if (fault != NULL) {
    snprintf(message, 256, "route %s %s", pattern, fault);
    return false;
  }
  if (shared->acceptor_event < 0 ||
      !h1_queue_init(&s->queue, s->queue_items, c->queue_size) ||
      !h1_queue_init(&s->lane_queue, s->lane_items, H1_LANE_SLOTS)) {
    snprintf(message, 256, "cannot make the queues: %s", strerror(errno));
    return false;
  }
  shared->log =
      h1_log_start(c->access_log, c->log_format, s->count + 1, message);
  s->bad_option = shared->log == NULL;
  if (s->bad_option) return false;
  const unsigned helpers = helper_threads(o);
  if (helpers == 0) return true;
  shared->jobs = h1_jobs_start(helpers, c->limits.head_bytes);
  if (shared->jobs != NULL) return true;
  snprintf(message, 256, "cannot start helper threads: %s", strerror(errno));
  return false;
}

/* --max-connections shared out exactly. A worker's plan is for the largest
 * share, worker 0's. */
static uint32_t slots_of(const h1_config *c, unsigned index) {
  return c->max_connections / c->workers +
         (index < c->max_connections % c->workers ? 1 : 0);
}

static bool init_workers(h1_server *s, const h1_worker_plan *plan,
                         const h1_worker_plan *lane) {
  uint8_t *at = s->arena;
  for (unsigned i = 0; i <= s->count; i++) {
    const bool is_lane = i == s->count;
    const h1_worker_plan *p = is_lane ? lane : plan;
    h1_worker *w = &s->workers[i];
    h1_worker_plan own = *p;
    if (!is_lane) own.slots = slots_of(s->shared.config, i);
    if (!h1_worker_init(w, &s->shared, &own, i, is_lane, &s->metrics[i], at)) {
      return false;
    }
    w->peers = is_lane ? w : s->workers;
    w->peer_count = is_lane ? 1 : s->count;
    at += round_page(p->arena_bytes);
  }
  return h1_acceptor_init(&s->acceptor, &s->shared, s->listeners, s->workers,
                          s->count, &s->acceptor_metrics);
}

/* Signals are the main thread's alone. */
static bool start_threads(h1_server *s) {
  sigset_t all, before;
  pthread_attr_t attr;
  sigfillset(&all);
  if (pthread_attr_init(&attr) != 0) return false;
  int error = pthread_attr_setstacksize(&attr, STACK_BYTES);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (; s->running <= s->count && error == 0; s->running++) {
    h1_worker *w = &s->workers[s->running];
    error = pthread_create(&w->thread, &attr, h1_worker_run, w);
    if (error != 0) break;
  }
  if (error == 0) {
    error = pthread_create(&s->acceptor_thread, &attr, h1_acceptor_run,
                           &s->acceptor);
    s->acceptor_running = error == 0;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);
  errno = error;
  return error == 0;
}

h1_start_result h1_server_start(const h1_server_options *o,
                                h1_listeners *listeners, h1_server **out,
                                char message[256]) {
  h1_worker_plan plan, lane;
  uint64_t total = 0;
  if (!h1_server_limits(o, NULL, &total, message)) return H1_START_BAD_OPTION;
  if (!h1_worker_plan_make(o->config, false, &plan, message) ||
      !h1_worker_plan_make(o->config, true, &lane, message)) {
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
  s->started_ms = h1_sys_monotonic_ns() / 1000000u;
  raise_descriptor_limit(o);
  message[0] = '\0';
  if (allocate(s, o->config, &plan, &lane) && init_shared(s, o, message) &&
      init_workers(s, &plan, &lane) && start_threads(s)) {
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
}

bool h1_server_draining(const h1_server *s) {
  return atomic_load_explicit(&s->shared.draining, memory_order_relaxed);
}

static bool join_by(pthread_t thread, uint64_t deadline_ms) {
  const uint64_t now_ms = h1_sys_monotonic_ns() / 1000000u;
  const uint64_t left = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_sec += (time_t)(left / 1000);
  at.tv_nsec += (long)(left % 1000) * 1000000;
  if (at.tv_nsec >= 1000000000) {
    at.tv_sec++;
    at.tv_nsec -= 1000000000;
  }
  return pthread_timedjoin_np(thread, NULL, &at) == 0;
}

bool h1_server_finish(h1_server *s, uint64_t deadline_ms) {
  h1_server_drain(s);
  h1_acceptor_finish(&s->acceptor);
  if (!join_by(s->acceptor_thread, deadline_ms)) return false;
  s->acceptor_running = false;
  atomic_store_explicit(&s->shared.closing, true, memory_order_seq_cst);
  for (unsigned i = 0; i <= s->count; i++) {
    h1_sys_notify(s->workers[i].event_fd);
  }
  for (unsigned i = 0; i <= s->count; i++) {
    if (!join_by(s->workers[i].thread, deadline_ms)) return false;
  }
  s->running = 0;
  h1_jobs_stop(s->shared.jobs);
  h1_log_stop(s->shared.log);
  return true;
}

void h1_server_free(h1_server *s) {
  for (unsigned i = 0; i <= s->count; i++) h1_worker_deinit(&s->workers[i]);
  h1_acceptor_deinit(&s->acceptor);
  close(s->shared.acceptor_event);
  h1_queue_deinit(&s->queue);
  h1_queue_deinit(&s->lane_queue);
  munmap(s->arena, s->arena_bytes);
  free(s->queue_items);
  free(s->lane_items);
  free(s->workers);
  free(s->metrics);
  free(s);
}

/* ---- metrics ---- */

/* The second number of statm counts resident pages. Plain reads: stdio would
 * allocate. 0: unknown. */
static uint64_t resident_bytes(void) {
  char text[128];
  const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return 0;
  text[n] = '\0';
  const char *second = strchr(text, ' ');
  if (second == NULL) return 0;
  return strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

h1_step h1_server_metrics(h1_server *s, bool prometheus, h1_room room,
                          size_t *size) {
  const h1_metrics_source source = {
      .workers = s->metrics,
      .worker_count = s->count + 1,
      .acceptor = &s->acceptor_metrics,
      .uptime_s = (h1_sys_monotonic_ns() / 1000000u - s->started_ms) / 1000u,
      .queue_capacity = s->queue.capacity,
      .memory_bound_bytes = s->memory_bound,
      .memory_resident_bytes = resident_bytes(),
      .max_connections = s->shared.config->max_connections,
      .draining = h1_server_draining(s),
  };
  h1_counter_set(&s->acceptor_metrics.queue_depth, h1_queue_depth(&s->queue));
  return prometheus ? h1_metrics_prometheus(&source, room, size)
                    : h1_metrics_json(&source, room, size);
}
