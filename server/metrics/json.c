/* The metrics as one JSON object. All numbers are integers:
 *
 *   {"uptime_seconds":1,"workers":2,"draining":false,
 *    "config":{"generation":1,"failures":0,"waiting":false},
 *    "requests_total":9,"requests_reused":3,
 *    "responses":{"none":0,"1xx":0,"2xx":8,"3xx":0,"4xx":1,"5xx":0},
 *    "refusals":{"host_missing":1},             only those that happened
 *    "connections":{"accepted":6,"active":1,"max":4096,"opened":6,"closed":5,
 *                   "idle_closed":0,"internal_errors":0,"accept_errors":0,
 *                   "accept_paused":0},
 *    "queue":{"depth":0,"max":1,"capacity":128,"full":0,"expired":0},
 *    "clients":{"over_share":0,"over_share_client":null}, null: none
 *    "bytes":{"in":900,"out":5000},
 *    "latency_us":{"buckets":[{"le":50,"count":4},...,{"le":null,"count":9}],
 *                  "sum":2000,"count":9},       counts up to and with `le`
 *    "log":{"lines":9,"drops":0},
 *    "precompressed_unused":{"older":0,"empty":0,"no_smaller":0,"window":0},
 *    "memory":{"bound":1000000,"resident":null, bytes; null: unknown
 *              "blocks_used":0,"blocks_used_max":2,"waits":0},
 *    "sandbox":{"root":false,"capabilities_dropped":true,"no_new_privs":true,
 *               "landlock":7,"seccomp":true}}         landlock: 0 for none
 */
#include "server/metrics/internal.h"

/* Where the next member needs no comma before it. */
typedef struct {
  h1_metrics_text *text;
  bool first;
} json;

/* Names are ours: nothing in them needs an escape. */
static void put_name(json *j, const char *name) {
  h1_metrics_put(j->text, j->first ? "\"" : ",\"");
  h1_metrics_put(j->text, name);
  h1_metrics_put(j->text, "\":");
  j->first = false;
}

static void put_member(json *j, const char *name, uint64_t n) {
  put_name(j, name);
  h1_metrics_put_number(j->text, n);
}

static void put_known(json *j, const char *name, uint64_t n) {
  if (n != 0) {
    put_member(j, name, n);
    return;
  }
  put_name(j, name);
  h1_metrics_put(j->text, "null");
}

static void open_object(json *j, const char *name) {
  put_name(j, name);
  h1_metrics_put(j->text, "{");
  j->first = true;
}

static void close_object(json *j) {
  h1_metrics_put(j->text, "}");
  j->first = false;
}

static void put_requests(json *j, const h1_metrics_sums *m) {
  put_member(j, "requests_total", m->requests);
  put_member(j, "requests_reused", m->reused);
  open_object(j, "responses");
  for (size_t i = 0; i < 6; i++) {
    put_member(j, h1_metrics_class_names[i], m->status_class[i]);
  }
  close_object(j);
  open_object(j, "refusals");
  for (unsigned i = 0; i < H1_ERROR_COUNT; i++) {
    if (m->refusals[i] != 0) {
      put_member(j, h1_error_name((h1_error)i), m->refusals[i]);
    }
  }
  close_object(j);
}

static void put_connections(json *j, const h1_metrics_source *s,
                            const h1_metrics_sums *m) {
  open_object(j, "connections");
  put_member(j, "accepted", m->accepted);
  put_member(j, "active", m->active);
  put_member(j, "max", s->max_connections);
  put_member(j, "opened", m->opened);
  put_member(j, "closed", m->closed);
  put_member(j, "idle_closed", m->idle_closed);
  put_member(j, "unacked_closed", m->unacked_closed);
  put_member(j, "internal_errors", m->internal_errors);
  put_member(j, "accept_errors", m->accept_errors);
  put_member(j, "accept_paused", m->accept_paused);
  close_object(j);
  open_object(j, "queue");
  put_member(j, "depth", m->queue_depth);
  put_member(j, "max", m->queue_depth_max);
  put_member(j, "capacity", s->queue_capacity);
  put_member(j, "full", m->queue_full);
  put_member(j, "expired", m->queue_expired);
  close_object(j);
  open_object(j, "clients");
  put_member(j, "over_share", m->over_share);
  put_name(j, "over_share_client");
  const bool any = m->over_share_client[0] != '\0';
  h1_metrics_put(j->text, any ? "\"" : "null");
  if (any) {
    h1_metrics_put(j->text, m->over_share_client);
    h1_metrics_put(j->text, "\"");
  }
  close_object(j);
  open_object(j, "bytes");
  put_member(j, "in", m->bytes_in);
  put_member(j, "out", m->bytes_out);
  close_object(j);
}

static void put_latency(json *j, const h1_metrics_sums *m) {
  open_object(j, "latency_us");
  put_name(j, "buckets");
  h1_metrics_put(j->text, "[");
  for (size_t i = 0; i <= H1_LATENCY_BUCKETS; i++) {
    h1_metrics_put(j->text, i == 0 ? "{" : ",{");
    j->first = true;
    put_known(j, "le", i < H1_LATENCY_BUCKETS ? h1_latency_bounds_us[i] : 0);
    put_member(j, "count", m->latency_below[i]);
    close_object(j);
  }
  h1_metrics_put(j->text, "]");
  put_member(j, "sum", m->latency_sum_us);
  put_member(j, "count", m->latency_below[H1_LATENCY_BUCKETS]);
  close_object(j);
}

static void put_resources(json *j, const h1_metrics_source *s,
                          const h1_metrics_sums *m) {
  open_object(j, "log");
  put_member(j, "lines", m->log_lines);
  put_member(j, "drops", m->log_drops);
  close_object(j);
  open_object(j, "precompressed_unused");
  put_member(j, "older", s->unused.older);
  put_member(j, "empty", s->unused.empty);
  put_member(j, "no_smaller", s->unused.no_smaller);
  put_member(j, "window", s->unused.window);
  close_object(j);
  open_object(j, "memory");
  put_known(j, "bound", s->memory_bound_bytes);
  put_known(j, "resident", s->memory_resident_bytes);
  put_member(j, "unacked", s->unacked_bytes);
  put_member(j, "blocks_used", m->blocks_used);
  put_member(j, "blocks_used_max", m->blocks_used_max);
  put_member(j, "waits", m->memory_waits);
  close_object(j);
}

static void put_bool(json *j, const char *name, bool value) {
  put_name(j, name);
  h1_metrics_put(j->text, value ? "true" : "false");
}

static void put_sandbox(json *j, const h1_metrics_sandbox *s) {
  open_object(j, "sandbox");
  put_bool(j, "root", s->root);
  put_bool(j, "capabilities_dropped", s->capabilities_dropped);
  put_bool(j, "no_new_privs", s->no_new_privs);
  put_member(j, "landlock", s->landlock);
  put_bool(j, "seccomp", s->seccomp);
  close_object(j);
}

static void render(const h1_metrics_source *s, const h1_metrics_sums *m,
                   h1_metrics_text *t) {
  json j = {t, true};
  h1_metrics_put(t, "{");
  put_member(&j, "uptime_seconds", s->uptime_s);
  put_member(&j, "workers", m->workers);
  put_name(&j, "draining");
  h1_metrics_put(t, s->draining ? "true" : "false");
  open_object(&j, "config");
  put_member(&j, "generation", s->config_generation);
  put_member(&j, "failures", s->config_failures);
  put_name(&j, "waiting");
  h1_metrics_put(t, s->config_waits ? "true" : "false");
  close_object(&j);
  put_requests(&j, m);
  put_connections(&j, s, m);
  put_latency(&j, m);
  put_resources(&j, s, m);
  put_sandbox(&j, &s->sandbox);
  h1_metrics_put(t, "}\n");
}

h1_step h1_metrics_json(const h1_metrics_source *s, h1_buffer room,
                        size_t *size) {
  return h1_metrics_render(s, room, size, render);
}
