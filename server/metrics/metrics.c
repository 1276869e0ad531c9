/* What takes more than an addition: the latency histogram, and whose
 * connections were refused. */
#include "server/metrics/metrics.h"

/* From a cached answer over loopback to a request near its deadline. */
const uint32_t h1_latency_bounds_us[H1_LATENCY_BUCKETS] = {
    50,    100,   250,    500,    1000,   2500,    5000,    10000,
    25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000,
};

void h1_metrics_latency(h1_metrics *m, uint64_t us) {
  size_t i = 0;
  while (i < H1_LATENCY_BUCKETS && us > h1_latency_bounds_us[i]) {
    i++;
  }
  h1_counter_add(&m->latency[i], 1);
  h1_counter_add(&m->latency_sum_us, us);
}

const h1_peer *h1_metrics_over_share(const h1_acceptor_metrics *m) {
  const uint64_t noted = atomic_load_explicit(
      (h1_counter *)&m->over_share_noted, memory_order_acquire);
  return noted == 0 ? NULL : &m->over_share_peers[noted % 2];
}

void h1_metrics_note_over_share(h1_acceptor_metrics *m, const h1_peer *peer) {
  const uint64_t next = h1_counter_get(&m->over_share_noted) + 1;
  m->over_share_peers[next % 2] = *peer;
  atomic_store_explicit(&m->over_share_noted, next, memory_order_release);
}
