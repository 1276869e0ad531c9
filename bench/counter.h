/* The processor's count of instructions retired by this thread, in user space.
 * Many virtual machines have none. */
#ifndef H1_BENCH_COUNTER_H_
#define H1_BENCH_COUNTER_H_

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int fd;
} bench_counter;

/* False where nothing counts. */
bool bench_counter_open(bench_counter *c);
uint64_t bench_counter_read(const bench_counter *c);
void bench_counter_close(bench_counter *c);

#endif
