/* Counters, kept per worker and summed when read.
 *
 * Each worker alone writes its own h1_metrics, by relaxed atomic loads and
 * stores (no locked instruction); any thread may read. */
#ifndef H1_SERVER_METRICS_METRICS_H_
#define H1_SERVER_METRICS_METRICS_H_

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"
#include "parser/error.h"
#include "server/base/peer.h"

/* C++, of the tests, has no _Atomic; its own type has the same layout. */
#ifdef __cplusplus
#include <atomic>
typedef std::atomic<uint64_t> h1_counter;
using std::memory_order_relaxed;
#else
#include <stdatomic.h>
typedef _Atomic uint64_t h1_counter;
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Upper bounds of the latency buckets in microseconds; one more bucket above.
 */
#define H1_LATENCY_BUCKETS 16
extern const uint32_t h1_latency_bounds_us[H1_LATENCY_BUCKETS];

typedef struct {
  alignas(64) h1_counter requests; /* answered, refusals included */
  h1_counter status_class[6];      /* [1] 1xx .. [5] 5xx; [0] none sent */
  h1_counter refusals[H1_ERROR_COUNT];
  h1_counter reused; /* requests on a connection that had served one */
  h1_counter bytes_in, bytes_out;
  h1_counter connections_opened, connections_closed;
  h1_counter idle_closed;                  /* gave way to new connections */
  h1_counter blocks_used, blocks_used_max; /* gauges: block pool */
  h1_counter memory_waits; /* bodies that had to wait for blocks */
  h1_counter latency[H1_LATENCY_BUCKETS + 1];
  h1_counter latency_sum_us;
  h1_counter log_lines, log_drops;
  h1_counter unacked_closed;  /* gave way for what kernels held for them */
  h1_counter internal_errors; /* connections closed for a fault of ours */
} h1_metrics;

/* Written by the acceptor thread alone. */
typedef struct {
  alignas(64) h1_counter accepted, accept_errors, accept_paused;
  h1_counter queue_depth, queue_depth_max, queue_full, queue_expired;
  h1_counter over_share; /* connections refused for their client's share */
  /* Whose: written once a minute at most, each time to the other place, and
   * then counted, so that what is read is whole. */
  h1_peer over_share_peers[2];
  h1_counter over_share_noted;
} h1_acceptor_metrics;

/* The peer noted last; NULL: none. */
const h1_peer *h1_metrics_over_share(const h1_acceptor_metrics *m);
void h1_metrics_note_over_share(h1_acceptor_metrics *m, const h1_peer *peer);

static inline uint64_t h1_counter_get(const h1_counter *c) {
  return atomic_load_explicit((h1_counter *)c, memory_order_relaxed);
}
static inline void h1_counter_set(h1_counter *c, uint64_t n) {
  atomic_store_explicit(c, n, memory_order_relaxed);
}
/* Only ever by the counter's one writer. */
static inline void h1_counter_add(h1_counter *c, uint64_t n) {
  h1_counter_set(c, h1_counter_get(c) + n);
}
void h1_metrics_latency(h1_metrics *m, uint64_t us);

/* How often a precompressed file was found that is not used, by why. */
typedef struct {
  uint64_t older, empty, no_smaller, window;
} h1_unused_counts;

/* What the process may no longer do. */
typedef struct {
  bool root; /* it is still that user */
  bool capabilities_dropped, no_new_privs, seccomp;
  unsigned landlock; /* its version; 0: none */
} h1_metrics_sandbox;

/* What /_metrics shows beside the counters. */
typedef struct {
  const h1_metrics *workers; /* worker_count of them, the overload lane last */
  unsigned worker_count;
  const h1_acceptor_metrics *acceptor;
  uint64_t uptime_s;
  uint64_t queue_capacity;
  uint64_t memory_bound_bytes, memory_resident_bytes; /* 0: unknown */
  uint64_t max_connections;
  uint64_t log_lost; /* of the workers' log_lines, those that never got out */
  uint64_t unacked_bytes; /* that kernels were seen to hold for clients */
  h1_unused_counts unused;
  uint64_t config_generation, config_failures;
  bool config_waits;
  bool draining;
  h1_metrics_sandbox sandbox;
} h1_metrics_source;

/* Renders the sums as JSON (shape: metrics_json.c), or Prometheus text 0.0.4.
 * All or nothing: NEED_ROOM when `room` is too small (H1_METRICS_BYTES always
 * suffices). */
#define H1_METRICS_BYTES ((size_t)57344)
h1_step h1_metrics_json(const h1_metrics_source *s, h1_buffer room,
                        size_t *size);
h1_step h1_metrics_prometheus(const h1_metrics_source *s, h1_buffer room,
                              size_t *size);

#ifdef __cplusplus
}
#endif
#endif
