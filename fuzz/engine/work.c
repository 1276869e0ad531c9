#include "fuzz/engine/work.h"

#include <stdio.h>

#include "fuzz/engine/harness.h"

static uint64_t now, total, begun_at;

void fuzz_work_add(size_t len) { now += len; }

void fuzz_work_begin(void) { begun_at = now; }

uint64_t fuzz_work_end(void) {
  const uint64_t counted = now - begun_at;
  total += counted;
  return counted;
}

uint64_t fuzz_work_total(void) { return total; }

/* The worst of each bound: the largest share of what is allowed. */
typedef struct {
  const fuzz_work_bound *bound;
  uint64_t counted, bytes, calls;
  double share;
} worst;

enum { BOUNDS_MAX = 32 };
static worst worsts[BOUNDS_MAX];

static void note(const fuzz_work_bound *bound, uint64_t counted, uint64_t bytes,
                 uint64_t calls, uint64_t allowed) {
  size_t i = 0;
  while (i < BOUNDS_MAX && worsts[i].bound != NULL &&
         worsts[i].bound != bound) {
    i++;
  }
  const double share = (double)counted / (double)(allowed == 0 ? 1 : allowed);
  if (i == BOUNDS_MAX || (worsts[i].bound == bound && worsts[i].share >= share))
    return;
  worsts[i] = (worst){bound, counted, bytes, calls, share};
}

void fuzz_work_law(const fuzz_work_bound *bound, uint64_t counted,
                   uint64_t bytes, uint64_t calls) {
  const uint64_t allowed = bound->per_byte * bytes + bound->per_call * calls;
  const bool linear = counted <= allowed;
  if (!linear) {
    fprintf(stderr, "%s: counted %llu for %llu bytes in %llu calls, not %llu\n",
            bound->name, (unsigned long long)counted, (unsigned long long)bytes,
            (unsigned long long)calls, (unsigned long long)allowed);
  }
  FUZZ_CHECK(linear);
  note(bound, counted, bytes, calls, allowed);
}

void fuzz_work_report(void) {
  for (size_t i = 0; i < BOUNDS_MAX && worsts[i].bound != NULL; i++) {
    const worst *w = &worsts[i];
    printf(
        "%s: at most %.0f %% of %u a byte and %u a call: "
        "%llu for %llu bytes in %llu calls\n",
        w->bound->name, w->share * 100, w->bound->per_byte, w->bound->per_call,
        (unsigned long long)w->counted, (unsigned long long)w->bytes,
        (unsigned long long)w->calls);
  }
}
