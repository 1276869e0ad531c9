/* The latency histogram: the one counter that takes more than an addition. */
#include "server/metrics.h"

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
