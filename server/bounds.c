/* What the options add up to, in memory and descriptors: all of it is known
 * before anything is allocated. */
#define _GNU_SOURCE
#include "server/bounds.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "server/base/thread.h"
#include "server/conn/jobs.h"
#include "server/generations.h"
#include "server/log/log.h"
#include "server/loop/acceptor.h"
#include "server/loop/worker.h"
#include "server/metrics/metrics.h"

/* Standard streams, eventfds, epolls, the log, the root and some air. */
#define OTHER_DESCRIPTORS 64u
/* Of these, what is always open: standard streams, signals, two events, the log
 * and its event, the root and the search in it, the acceptor's epoll and what
 * it asks for connections on their way, and what tells the resident size. And
 * one for a file that is being opened. */
#define FIXED_DESCRIPTORS 14u
#define LEAST_CONNECTIONS 2u

/* ---- memory ---- */

static bool has_blocking(const h1_server_options *o) {
  for (size_t i = 0; i < o->route_count; i++) {
    if ((o->routes[i].flags & H1_ROUTE_BLOCKING) != 0) return true;
  }
  return false;
}

unsigned h1_bound_helpers(const h1_server_options *o) {
  return has_blocking(o) ? o->config->blocking_threads : 0;
}

uint64_t h1_bound_round_page(uint64_t n) {
  return (n + 4095u) & ~(uint64_t)4095u;
}

static uint64_t descriptors(const h1_server_options *o) {
  return (uint64_t)o->config->max_connections + o->config->queue_size +
         2 * H1_LANE_SLOTS + o->extra_descriptors + OTHER_DESCRIPTORS;
}

uint32_t h1_bound_slots(const h1_config *c, unsigned worker) {
  return c->max_connections / c->workers +
         (worker < c->max_connections % c->workers ? 1 : 0);
}

uint32_t h1_bound_client_rows(const h1_config *c) {
  return h1_clients_rows((uint64_t)c->max_connections + c->queue_size +
                         2 * H1_LANE_SLOTS);
}

bool h1_bound_tells_clients(const h1_config *c) {
  return c->client_address != H1_CLIENT_PEER;
}

uint32_t h1_bound_share_rows(const h1_config *c) {
  return h1_shares_rows(c->max_connections);
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
  h1_plan plan, lane;
  if (!h1_plan_make(c, false, &plan, message) ||
      !h1_plan_make(c, true, &lane, message)) {
    return false;
  }
  const unsigned helpers = h1_bound_helpers(o);
  limit_table t = {out, 0};
  row(&t, "worker memory", c->workers, h1_bound_round_page(plan.arena_bytes));
  if (plan.depot_blocks > 0) {
    row(&t, "blocks for any worker", plan.depot_blocks,
        plan.depot_bytes / plan.depot_blocks);
  }
  row(&t, "overload lane memory", 1, h1_bound_round_page(lane.arena_bytes));
  row(&t, "worker state", c->workers + 1,
      sizeof(h1_worker) + sizeof(h1_metrics));
  row(&t, "queue entries", c->queue_size + H1_LANE_SLOTS, sizeof(h1_accepted));
  row(&t, "clients", 1, h1_clients_bytes(h1_bound_client_rows(c)));
  if (h1_bound_tells_clients(c)) {
    row(&t, "clients of proxies", 1, h1_shares_bytes(h1_bound_share_rows(c)));
  }
  row(&t, "unacknowledged answers", 1, c->socket_memory);
  row(&t, "configurations", H1_SNAPSHOTS, h1_generation_bytes(c));
  row(&t, "thread stacks", c->workers + 3 + helpers, H1_STACK_BYTES);
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

/* ---- descriptors ---- */

/* What is open for good, as far as it depends on options: two for each worker
 * and the lane, and the listeners, of which a name may stand for two. */
static uint64_t fixed_descriptors(const h1_config *c) {
  return 2 * ((uint64_t)c->workers + 1) +
         2 * (c->listen_count + c->proxy_listen_count + c->admin_listen_count) +
         FIXED_DESCRIPTORS;
}

/* Queue, lane and cache seldom have all that they may have: where there is
 * little, connections get half of it all the same. */
static uint64_t connections_within(uint64_t limit, uint64_t others,
                                   uint64_t fixed) {
  const uint64_t left = limit > others ? limit - others : 0;
  const uint64_t most = limit - fixed;
  const uint64_t half = limit / 2 < most ? limit / 2 : most;
  return left > half ? left : half;
}

/* The limit of open files after it was raised as far as it may be. */
static uint64_t raised_limit(uint64_t want) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return want;
  const rlim_t had = limit.rlim_cur;
  if (had >= want) return had;
  limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : (rlim_t)want;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : had;
}

bool h1_server_fit_descriptors(const h1_server_options *o, h1_config *c,
                               char message[256]) {
  const uint64_t want = descriptors(o);
  const uint64_t limit = raised_limit(want);
  message[0] = '\0';
  if (limit >= want) return true;
  const uint64_t fixed = fixed_descriptors(c);
  if (limit < fixed + c->workers + LEAST_CONNECTIONS) {
    snprintf(message, 256,
             "the limit of open files is %llu: at least %llu are needed",
             (unsigned long long)limit,
             (unsigned long long)(fixed + c->workers + LEAST_CONNECTIONS));
    return false;
  }
  const uint32_t asked = c->max_connections;
  uint64_t fits = connections_within(limit, want - asked, fixed);
  if (fits < c->workers) fits = c->workers;
  if (fits >= asked) return true;
  c->max_connections = (uint32_t)fits;
  snprintf(message, 256,
           "warning: --max-connections %u needs %llu open files, and the limit "
           "is %llu: lowered to %u",
           asked, (unsigned long long)want, (unsigned long long)limit,
           c->max_connections);
  return true;
}
