/* What the two renderings of the metrics share: one consistent sum of all
 * workers, and a writer that measures or writes. Private to the library. */
#ifndef H1_SERVER_METRICS_INTERNAL_H_
#define H1_SERVER_METRICS_INTERNAL_H_

#include "server/metrics/metrics.h"

/* All counters, read once. Sums saturate: they never seem to run backwards. */
typedef struct {
  uint64_t requests, reused;
  uint64_t status_class[6];
  uint64_t refusals[H1_ERROR_COUNT];
  uint64_t bytes_in, bytes_out;
  uint64_t accepted, accept_errors, accept_paused;
  uint64_t active, opened, closed, idle_closed, internal_errors;
  uint64_t unacked_closed;
  uint64_t queue_depth, queue_depth_max, queue_full, queue_expired;
  uint64_t over_share;
  char over_share_client[H1_PEER_TEXT_BYTES + 1]; /* empty: none */
  uint64_t blocks_used, blocks_used_max, memory_waits;
  uint64_t latency_below[H1_LATENCY_BUCKETS + 1]; /* cumulative; last: all */
  uint64_t latency_sum_us;
  uint64_t log_lines, log_drops;
  uint64_t workers; /* without the overload lane */
} h1_metrics_sums;

void h1_metrics_sum(const h1_metrics_source *s, h1_metrics_sums *out);

/* Text at the front of `room`. `at` goes on counting when the room is used up,
 * so that the same rendering measures and writes. */
typedef struct {
  h1_buffer room;
  size_t at;
} h1_metrics_text;

void h1_metrics_put(h1_metrics_text *t, const char *more);
void h1_metrics_put_number(h1_metrics_text *t, uint64_t n);

/* The names of h1_metrics.status_class. */
extern const char *const h1_metrics_class_names[6];

typedef void (*h1_metrics_renderer)(const h1_metrics_source *s,
                                    const h1_metrics_sums *sums,
                                    h1_metrics_text *t);
/* All or nothing, as metrics.h promises. */
h1_step h1_metrics_render(const h1_metrics_source *s, h1_buffer room,
                          size_t *size, h1_metrics_renderer render);

#endif
