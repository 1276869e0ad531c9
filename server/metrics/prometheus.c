/* The metrics in Prometheus' text format 0.0.4. Base units only (seconds,
 * bytes), counters end in _total, HELP and TYPE stand once before the samples
 * of a name. A value that is unknown has no sample. */
#include "server/metrics/internal.h"

/* "# HELP" and "# TYPE". */
static void put_head(h1_metrics_text *t, const char *name, const char *type,
                     const char *help) {
  h1_metrics_put(t, "# HELP ");
  h1_metrics_put(t, name);
  h1_metrics_put(t, " ");
  h1_metrics_put(t, help);
  h1_metrics_put(t, "\n# TYPE ");
  h1_metrics_put(t, name);
  h1_metrics_put(t, " ");
  h1_metrics_put(t, type);
  h1_metrics_put(t, "\n");
}

static void put_sample(h1_metrics_text *t, const char *name, uint64_t n) {
  h1_metrics_put(t, name);
  h1_metrics_put(t, " ");
  h1_metrics_put_number(t, n);
  h1_metrics_put(t, "\n");
}

static void counter(h1_metrics_text *t, const char *name, uint64_t n,
                    const char *help) {
  put_head(t, name, "counter", help);
  put_sample(t, name, n);
}

static void gauge(h1_metrics_text *t, const char *name, uint64_t n,
                  const char *help) {
  put_head(t, name, "gauge", help);
  put_sample(t, name, n);
}

/* The format wants '\', '"' and line feed escaped in a label. */
static void put_label_value(h1_metrics_text *t, const char *value) {
  for (; *value != '\0'; value++) {
    char one[2] = {*value, '\0'};
    switch (*value) {
      case '\\':
        h1_metrics_put(t, "\\\\");
        break;
      case '"':
        h1_metrics_put(t, "\\\"");
        break;
      case '\n':
        h1_metrics_put(t, "\\n");
        break;
      default:
        h1_metrics_put(t, one);
    }
  }
}

static void put_labelled(h1_metrics_text *t, const char *name,
                         const char *label, const char *value, uint64_t n) {
  h1_metrics_put(t, name);
  h1_metrics_put(t, "{");
  h1_metrics_put(t, label);
  h1_metrics_put(t, "=\"");
  put_label_value(t, value);
  h1_metrics_put(t, "\"} ");
  h1_metrics_put_number(t, n);
  h1_metrics_put(t, "\n");
}

/* Microseconds as seconds, exactly: 2500 is 0.0025, 1000000 is 1. */
static void put_seconds(h1_metrics_text *t, uint64_t us) {
  char fraction[8];
  size_t len = 7;
  uint64_t rest = us % 1000000;
  fraction[0] = '.';
  for (size_t i = 6; i > 0; i--) {
    fraction[i] = (char)('0' + rest % 10);
    rest /= 10;
  }
  while (len > 1 && fraction[len - 1] == '0') {
    len--;
  }
  fraction[len == 1 ? 0 : len] = '\0';
  h1_metrics_put_number(t, us / 1000000);
  h1_metrics_put(t, fraction);
}

static void put_requests(h1_metrics_text *t, const h1_metrics_sums *m) {
  counter(t, "h1_requests_total", m->requests,
          "Requests answered, refusals included.");
  counter(t, "h1_requests_reused_total", m->reused,
          "Requests on a connection that had served one before.");
  put_head(t, "h1_responses_total", "counter",
           "Answers by status class; none: closed without one.");
  for (size_t i = 0; i < 6; i++) {
    put_labelled(t, "h1_responses_total", "class", h1_metrics_class_names[i],
                 m->status_class[i]);
  }
  put_head(t, "h1_refusals_total", "counter", "Refused requests by reason.");
  for (unsigned i = 0; i < H1_ERROR_COUNT; i++) {
    if (m->refusals[i] != 0) {
      put_labelled(t, "h1_refusals_total", "reason", h1_error_name((h1_error)i),
                   m->refusals[i]);
    }
  }
}

static void put_connections(h1_metrics_text *t, const h1_metrics_source *s,
                            const h1_metrics_sums *m) {
  counter(t, "h1_connections_accepted_total", m->accepted,
          "Connections accepted from the listeners.");
  counter(t, "h1_connections_opened_total", m->opened,
          "Connections taken over by a worker.");
  counter(t, "h1_connections_closed_total", m->closed,
          "Connections closed by a worker.");
  counter(t, "h1_connections_idle_closed_total", m->idle_closed,
          "Idle connections closed to make room for new ones.");
  counter(t, "h1_connections_unacked_closed_total", m->unacked_closed,
          "Connections closed because of what the kernel held for them.");
  gauge(t, "h1_unacked_bytes", s->unacked_bytes,
        "Bytes of answers that the kernel was seen to hold for clients.");
  counter(t, "h1_internal_errors_total", m->internal_errors,
          "Connections closed because of a fault of the server itself.");
  gauge(t, "h1_connections_active", m->active,
        "Connections open now, idle ones included.");
  gauge(t, "h1_connections_limit", s->max_connections,
        "Connections that may be open at a time.");
  counter(t, "h1_accept_errors_total", m->accept_errors,
          "Connections that could not be accepted.");
  counter(t, "h1_accept_pauses_total", m->accept_paused,
          "Times that accepting paused because nothing could take more.");
  gauge(t, "h1_queue_depth", m->queue_depth,
        "Accepted connections that wait for a worker.");
  gauge(t, "h1_queue_depth_max", m->queue_depth_max,
        "Most connections that ever waited at a time.");
  gauge(t, "h1_queue_capacity", s->queue_capacity,
        "Connections that may wait at a time.");
  counter(t, "h1_queue_full_total", m->queue_full,
          "Connections that found the queue full.");
  counter(t, "h1_queue_expired_total", m->queue_expired,
          "Connections that waited too long in the queue.");
  counter(t, "h1_clients_over_share_total", m->over_share,
          "Connections refused because their client has more than its share.");
  put_head(t, "h1_client_over_share", "gauge",
           "The client of one of them, noted once a minute; 0: none yet.");
  put_labelled(t, "h1_client_over_share", "client", m->over_share_client,
               m->over_share_client[0] != '\0');
}

static void put_latency(h1_metrics_text *t, const h1_metrics_sums *m) {
  static const char name[] = "h1_request_duration_seconds";
  put_head(t, name, "histogram",
           "From the first byte of a request to the last byte of its answer.");
  for (size_t i = 0; i < H1_LATENCY_BUCKETS; i++) {
    h1_metrics_put(t, name);
    h1_metrics_put(t, "_bucket{le=\"");
    put_seconds(t, h1_latency_bounds_us[i]);
    h1_metrics_put(t, "\"} ");
    h1_metrics_put_number(t, m->latency_below[i]);
    h1_metrics_put(t, "\n");
  }
  uint64_t count = m->latency_below[H1_LATENCY_BUCKETS];
  h1_metrics_put(t, name);
  h1_metrics_put(t, "_bucket{le=\"+Inf\"} ");
  h1_metrics_put_number(t, count);
  h1_metrics_put(t, "\n");
  h1_metrics_put(t, name);
  h1_metrics_put(t, "_sum ");
  put_seconds(t, m->latency_sum_us);
  h1_metrics_put(t, "\n");
  h1_metrics_put(t, name);
  put_sample(t, "_count", count);
}

static void known_gauge(h1_metrics_text *t, const char *name, uint64_t n,
                        const char *help) {
  if (n != 0) {
    gauge(t, name, n, help);
  }
}

static void put_unused(h1_metrics_text *t, const h1_unused_counts *c) {
  static const char name[] = "h1_precompressed_unused_total";
  put_head(t, name, "counter",
           "Precompressed files that were found and are not used, by why.");
  put_labelled(t, name, "reason", "older", c->older);
  put_labelled(t, name, "reason", "empty", c->empty);
  put_labelled(t, name, "reason", "no_smaller", c->no_smaller);
  put_labelled(t, name, "reason", "window", c->window);
}

static void put_resources(h1_metrics_text *t, const h1_metrics_source *s,
                          const h1_metrics_sums *m) {
  counter(t, "h1_received_bytes_total", m->bytes_in, "Bytes from clients.");
  counter(t, "h1_sent_bytes_total", m->bytes_out, "Bytes to clients.");
  counter(t, "h1_log_lines_total", m->log_lines, "Access log lines written.");
  counter(t, "h1_log_drops_total", m->log_drops,
          "Access log lines lost: the log was slow, or could not be written.");
  put_unused(t, &s->unused);
  known_gauge(t, "h1_memory_bound_bytes", s->memory_bound_bytes,
              "Memory that the server may use, decided at start.");
  known_gauge(t, "h1_memory_resident_bytes", s->memory_resident_bytes,
              "Memory in use as the kernel counts it.");
  gauge(t, "h1_blocks_used", m->blocks_used,
        "Buffer blocks borrowed by requests in progress.");
  gauge(t, "h1_blocks_used_max", m->blocks_used_max,
        "Sum over the workers of the most blocks each ever lent.");
  counter(t, "h1_memory_waits_total", m->memory_waits,
          "Bodies that had to wait for a buffer block.");
}

static void put_sandbox(h1_metrics_text *t, const h1_metrics_sandbox *s) {
  gauge(t, "h1_sandbox_root", s->root ? 1 : 0, "1 when it runs as root.");
  gauge(t, "h1_sandbox_capabilities_dropped", s->capabilities_dropped ? 1 : 0,
        "1 when it has given up its capabilities.");
  gauge(t, "h1_sandbox_no_new_privs", s->no_new_privs ? 1 : 0,
        "1 when no program it runs can gain rights.");
  gauge(t, "h1_sandbox_landlock", s->landlock,
        "Version of Landlock that confines it; 0: none.");
  gauge(t, "h1_sandbox_seccomp", s->seccomp ? 1 : 0,
        "1 when its system calls are filtered.");
}

static void render(const h1_metrics_source *s, const h1_metrics_sums *m,
                   h1_metrics_text *t) {
  gauge(t, "h1_uptime_seconds", s->uptime_s, "Seconds since the start.");
  gauge(t, "h1_workers", m->workers,
        "Threads that serve connections, without the overload lane.");
  gauge(t, "h1_draining", s->draining ? 1 : 0,
        "1 while the server is shutting down.");
  gauge(t, "h1_config_generation", s->config_generation,
        "Configurations that were in force so far, the first included.");
  counter(t, "h1_config_failures_total", s->config_failures,
          "Configurations that were refused while the server ran.");
  gauge(t, "h1_config_waiting", s->config_waits ? 1 : 0,
        "1 while one waits for requests that use the one before the last.");
  put_requests(t, m);
  put_connections(t, s, m);
  put_latency(t, m);
  put_resources(t, s, m);
  put_sandbox(t, &s->sandbox);
}

h1_step h1_metrics_prometheus(const h1_metrics_source *s, h1_buffer room,
                              size_t *size) {
  return h1_metrics_render(s, room, size, render);
}
