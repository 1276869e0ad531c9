/* The sums of all workers, and the writer under both renderings. */
#include <string.h>

#include "server/metrics/internal.h"

const char *const h1_metrics_class_names[6] = {"none", "1xx", "2xx",
                                               "3xx",  "4xx", "5xx"};

static void add(uint64_t *sum, const h1_counter *c) {
  uint64_t n = h1_counter_get(c);
  *sum = n > UINT64_MAX - *sum ? UINT64_MAX : *sum + n;
}

static void add_worker(h1_metrics_sums *out, const h1_metrics *m) {
  add(&out->requests, &m->requests);
  add(&out->reused, &m->reused);
  for (size_t i = 0; i < 6; i++) {
    add(&out->status_class[i], &m->status_class[i]);
  }
  for (size_t i = 0; i < H1_ERROR_COUNT; i++) {
    add(&out->refusals[i], &m->refusals[i]);
  }
  add(&out->bytes_in, &m->bytes_in);
  add(&out->bytes_out, &m->bytes_out);
  /* What closes was opened before: read in this order, a connection that ends
   * meanwhile is counted as open rather than as less than nothing. */
  add(&out->closed, &m->connections_closed);
  add(&out->opened, &m->connections_opened);
  add(&out->idle_closed, &m->idle_closed);
  add(&out->unacked_closed, &m->unacked_closed);
  add(&out->internal_errors, &m->internal_errors);
  add(&out->blocks_used, &m->blocks_used);
  add(&out->blocks_used_max, &m->blocks_used_max);
  add(&out->memory_waits, &m->memory_waits);
  for (size_t i = 0; i <= H1_LATENCY_BUCKETS; i++) {
    add(&out->latency_below[i], &m->latency[i]);
  }
  add(&out->latency_sum_us, &m->latency_sum_us);
  add(&out->log_lines, &m->log_lines);
  add(&out->log_drops, &m->log_drops);
}

static void add_acceptor(h1_metrics_sums *out, const h1_acceptor_metrics *m) {
  add(&out->accepted, &m->accepted);
  add(&out->accept_errors, &m->accept_errors);
  add(&out->accept_paused, &m->accept_paused);
  add(&out->queue_depth, &m->queue_depth);
  add(&out->queue_depth_max, &m->queue_depth_max);
  add(&out->queue_full, &m->queue_full);
  add(&out->queue_expired, &m->queue_expired);
  add(&out->over_share, &m->over_share);
  const h1_peer *peer = h1_metrics_over_share(m);
  if (peer != NULL) h1_peer_text(peer, out->over_share_client);
}

/* Turns counts per bucket into counts up to and with each bucket. */
static void accumulate(uint64_t counts[H1_LATENCY_BUCKETS + 1]) {
  for (size_t i = 1; i <= H1_LATENCY_BUCKETS; i++) {
    uint64_t below = counts[i - 1];
    counts[i] = counts[i] > UINT64_MAX - below ? UINT64_MAX : counts[i] + below;
  }
}

void h1_metrics_sum(const h1_metrics_source *s, h1_metrics_sums *out) {
  memset(out, 0, sizeof(*out));
  for (unsigned i = 0; i < s->worker_count; i++) {
    add_worker(out, &s->workers[i]);
  }
  add_acceptor(out, s->acceptor);
  accumulate(out->latency_below);
  const uint64_t lost =
      s->log_lost < out->log_lines ? s->log_lost : out->log_lines;
  out->log_lines -= lost;
  out->log_drops += lost;
  out->active = out->opened > out->closed ? out->opened - out->closed : 0;
  out->workers = s->worker_count > 0 ? s->worker_count - 1 : 0;
}

static void put_bytes(h1_metrics_text *t, const char *more, size_t len) {
  if (t->at <= t->room.len && len <= t->room.len - t->at && len > 0) {
    memcpy(t->room.ptr + t->at, more, len);
  }
  t->at += len;
}

void h1_metrics_put(h1_metrics_text *t, const char *more) {
  put_bytes(t, more, strlen(more));
}

void h1_metrics_put_number(h1_metrics_text *t, uint64_t n) {
  char digits[20];
  size_t first = sizeof(digits);
  do {
    first--;
    digits[first] = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  put_bytes(t, digits + first, sizeof(digits) - first);
}

h1_step h1_metrics_render(const h1_metrics_source *s, h1_buffer room,
                          size_t *size, h1_metrics_renderer render) {
  h1_metrics_sums sums;
  h1_metrics_text measured = {{NULL, 0}, 0};
  h1_metrics_text written = {room, 0};
  h1_metrics_sum(s, &sums);
  render(s, &sums, &measured);
  *size = measured.at;
  if (measured.at > room.len) {
    return H1_NEED_ROOM;
  }
  render(s, &sums, &written);
  return H1_DONE;
}
