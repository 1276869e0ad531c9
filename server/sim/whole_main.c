/* Runs the whole server in simulated worlds, one for each seed.
 *
 *   whole [--seed N] [--schedules N] [--trace]
 *
 * The first seed that breaks a law is said, and how to see it again. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/sim/whole.h"

static bool number(const char *text, uint64_t *out) {
  char *end = NULL;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return errno == 0 && end != text && *end == '\0';
}

static int usage(void) {
  fprintf(stderr, "usage: whole [--seed N] [--schedules N] [--trace]\n");
  return 2;
}

static int run(uint64_t seed, uint64_t schedules, bool trace) {
  h1_whole_totals t = {0};
  for (uint64_t i = 0; i < schedules; i++) {
    const char *fault = h1_whole_run(seed + i, trace, &t);
    if (fault[0] == '\0') continue;
    printf("seed %llu: %s\n  again: --seed %llu --trace\n",
           (unsigned long long)(seed + i), fault,
           (unsigned long long)(seed + i));
    return 1;
  }
  printf(
      "%llu schedules: %llu turns, %llu connections, %llu requests, %llu calls "
      "failed, %llu probes\n",
      (unsigned long long)schedules, (unsigned long long)t.turns,
      (unsigned long long)t.connections, (unsigned long long)t.requests,
      (unsigned long long)t.failures, (unsigned long long)t.probes);
  return 0;
}

int main(int argc, char **argv) {
  uint64_t seed = 1, schedules = 0;
  bool trace = false;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--trace") == 0) {
      trace = true;
    } else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0) {
      if (!number(argv[++i], &seed)) return usage();
    } else if (i + 1 < argc && strcmp(argv[i], "--schedules") == 0) {
      if (!number(argv[++i], &schedules)) return usage();
    } else {
      return usage();
    }
  }
  return run(seed, schedules > 0 ? schedules : 1, trace);
}
