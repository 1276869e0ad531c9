#define _GNU_SOURCE 1 /* syscall */
#include "bench/counter.h"

#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

bool bench_counter_open(bench_counter *c) {
  struct perf_event_attr what;
  memset(&what, 0, sizeof(what));
  what.type = PERF_TYPE_HARDWARE;
  what.size = sizeof(what);
  what.config = PERF_COUNT_HW_INSTRUCTIONS;
  what.exclude_kernel = 1;
  what.exclude_hv = 1;
  c->fd = (int)syscall(SYS_perf_event_open, &what, 0, -1, -1, 0);
  return c->fd >= 0;
}

uint64_t bench_counter_read(const bench_counter *c) {
  uint64_t count = 0;
  return read(c->fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

void bench_counter_close(bench_counter *c) { (void)close(c->fd); }
