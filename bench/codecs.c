/* How fast the codecs are, beside a limit and beside other parsers:
 *
 *   bazel run --config=opt //bench:codecs -- [--quick] [--no-peers] [PREFIX]
 *
 * Rounds go over all rows, so that whatever else the machine does meets every
 * row alike; a row is shown as the median of its rounds and the distance from
 * its 10th to its 90th percentile. Time is this thread's CPU time.
 *
 *   codecs --once
 *
 * does each of our codecs once, in bench_measured, for bench/instructions. */
#define _GNU_SOURCE 1 /* clock_gettime, syscall */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/cases.h"
#include "bench/counter.h"
#include "bench/peers.h"

#define ROUNDS_MAX 61
#define ROWS_MAX 256

typedef enum { ROW_LIMIT, ROW_OURS, ROW_PEER } row_kind;

typedef struct {
  const bench_case *what;
  row_kind kind;
  h1_scan_level level;   /* of OURS */
  bench_peer_run peer;   /* of PEER */
  const char *name;      /* of who did it */
  size_t bytes;          /* of one run */
  size_t batch;          /* runs per sample */
  double ns[ROUNDS_MAX]; /* per run, one for each round */
  double instructions;   /* per run; 0 when they are not counted */
} row;

static row rows[ROWS_MAX];
static size_t row_count;
static volatile size_t sink;

/* ---- doing it ---- */

/* By its name the profiler knows what to count. */
__attribute__((noinline)) void bench_measured(const bench_case *what,
                                              h1_slice in, h1_scan_level level);
void bench_measured(const bench_case *what, h1_slice in, h1_scan_level level) {
  sink = what->run(in, level);
}

static size_t run_once(const row *r, h1_slice in) {
  switch (r->kind) {
    case ROW_LIMIT:
      return bench_limit_pass(in.ptr, in.len);
    case ROW_OURS:
      return r->what->run(in, r->level);
    default:
      return r->peer(in.ptr, in.len);
  }
}

static void run_batch(const row *r) {
  const h1_slice in = bench_bytes(r->what->input);
  for (size_t i = 0; i < r->batch; i++) sink = run_once(r, in);
}

static double now_ns(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_batch(const row *r) {
  const double from = now_ns();
  run_batch(r);
  return (now_ns() - from) / (double)r->batch;
}

/* ---- rows ---- */

static row *add_row(const bench_case *what, row_kind kind, const char *name) {
  if (row_count == ROWS_MAX) abort();
  row *r = &rows[row_count++];
  r->what = what;
  r->kind = kind;
  r->name = name;
  return r;
}

static void add_ours(const bench_case *what) {
  if (!what->levelled) {
    add_row(what, ROW_OURS, "h1")->level = h1_scan_best();
    return;
  }
  for (int i = H1_SCAN_SCALAR; i <= H1_SCAN_NEON; i++) {
    const h1_scan_level level = (h1_scan_level)i;
    if (!h1_scan_supported(level)) continue;
    add_row(what, ROW_OURS, h1_scan_level_name(level))->level = level;
  }
}

static void add_peer(const bench_case *what, const bench_peer *peer) {
  bench_peer_run run = NULL;
  if (what->kind == BENCH_REQUEST) run = peer->request;
  if (what->kind == BENCH_RESPONSE) run = peer->response;
  if (what->kind == BENCH_CHUNKED) run = peer->chunked;
  if (run == NULL) return;
  const h1_slice in = bench_bytes(what->input);
  if (run(in.ptr, in.len) != in.len) {
    (void)fprintf(stderr, "SKIPPED: %s: peer %s refuses it\n", what->name,
                  peer->name);
    return;
  }
  add_row(what, ROW_PEER, peer->name)->peer = run;
}

static void add_case(const bench_case *what, const bench_peer *peers,
                     size_t peer_count) {
  if (what->head && bench_limit_supported()) add_row(what, ROW_LIMIT, "limit");
  add_ours(what);
  for (size_t i = 0; i < peer_count; i++) add_peer(what, &peers[i]);
}

/* A sample long enough that reading the clock does not count. */
static void calibrate(row *r, double sample_ns) {
  r->batch = 1;
  r->bytes = run_once(r, bench_bytes(r->what->input));
  double ns = time_batch(r);
  while (ns * (double)r->batch < sample_ns / 4) {
    r->batch *= 2;
    ns = time_batch(r);
  }
  const size_t batch = (size_t)(sample_ns / ns);
  r->batch = batch > 0 ? batch : 1;
}

static void measure(size_t rounds, double sample_ns) {
  for (size_t i = 0; i < row_count; i++) calibrate(&rows[i], sample_ns);
  for (size_t round = 0; round < rounds; round++) {
    for (size_t i = 0; i < row_count; i++) {
      rows[i].ns[round] = time_batch(&rows[i]);
    }
  }
  bench_counter counter;
  if (!bench_counter_open(&counter)) return;
  for (size_t i = 0; i < row_count; i++) {
    const uint64_t from = bench_counter_read(&counter);
    run_batch(&rows[i]);
    rows[i].instructions =
        (double)(bench_counter_read(&counter) - from) / (double)rows[i].batch;
  }
  bench_counter_close(&counter);
}

/* ---- the table ---- */

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void sort_rounds(size_t rounds) {
  for (size_t i = 0; i < row_count; i++) {
    qsort(rows[i].ns, rounds, sizeof(rows[i].ns[0]), by_value);
  }
}

/* The median of the limit and of our fastest level for one case; 0: none. */
static void find_yardsticks(const bench_case *what, size_t rounds,
                            double *limit, double *ours) {
  *limit = 0;
  *ours = 0;
  for (size_t i = 0; i < row_count; i++) {
    const double ns = rows[i].ns[rounds / 2];
    if (rows[i].what != what) continue;
    if (rows[i].kind == ROW_LIMIT) *limit = ns;
    if (rows[i].kind != ROW_OURS) continue;
    if (*ours <= 0 || ns < *ours) *ours = ns;
  }
}

static void print_ratio(double ns, double to) {
  if (to > 0) {
    (void)printf(" %8.2f", ns / to);
  } else {
    (void)printf(" %8s", "-");
  }
}

static void print_row(const row *r, size_t rounds) {
  double limit, ours;
  const double ns = r->ns[rounds / 2];
  const double spread = r->ns[rounds * 9 / 10] - r->ns[rounds / 10];
  find_yardsticks(r->what, rounds, &limit, &ours);
  (void)printf("%-20s %6zu  %-12s %9.1f %5.1f%% %7.2f", r->what->name, r->bytes,
               r->name, ns, 100 * spread / ns, (double)r->bytes / ns);
  if (r->instructions > 0) {
    (void)printf(" %9.0f", r->instructions);
  } else {
    (void)printf(" %9s", "-");
  }
  print_ratio(ns, limit);
  print_ratio(ns, ours);
  (void)printf("\n");
}

static void print_table(size_t rounds) {
  (void)printf("%-20s %6s  %-12s %9s %6s %7s %9s %8s %8s\n", "input", "bytes",
               "by", "ns", "spread", "GB/s", "instr", "/limit", "/ours");
  for (size_t i = 0; i < row_count; i++) {
    if (i > 0 && rows[i].what != rows[i - 1].what) (void)printf("\n");
    print_row(&rows[i], rounds);
  }
  (void)printf(
      "\nmedian of %zu rounds; spread: 10th to 90th percentile; /limit: times\n"
      "the pass that only looks at every byte; /ours: times our fastest "
      "level\n",
      rounds);
}

/* ---- what is asked ---- */

static int once(void) {
  size_t count;
  const bench_case *cases = bench_cases(&count);
  for (size_t i = 0; i < count; i++) {
    const h1_slice in = bench_bytes(cases[i].input);
    for (int l = H1_SCAN_SCALAR; l <= H1_SCAN_NEON; l++) {
      const h1_scan_level level = (h1_scan_level)l;
      if (!h1_scan_supported(level)) continue;
      if (!cases[i].levelled && level != H1_SCAN_SCALAR) continue;
      /* The first run binds libc's functions, which is none of our work. */
      sink = cases[i].run(in, level);
      bench_measured(&cases[i], in, level);
      (void)printf("%s %s\n", cases[i].name, h1_scan_level_name(level));
    }
  }
  return 0;
}

static int usage(void) {
  (void)fprintf(stderr,
                "usage: codecs [--quick] [--no-peers] [PREFIX] | --once\n");
  return 2;
}

int main(int argc, char **argv) {
  const char *prefix = "";
  bool quick = false, with_peers = true;
  bench_inputs_build();
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--once") == 0) return once();
    if (strcmp(argv[i], "--quick") == 0) {
      quick = true;
    } else if (strcmp(argv[i], "--no-peers") == 0) {
      with_peers = false;
    } else if (argv[i][0] != '-') {
      prefix = argv[i];
    } else {
      return usage();
    }
  }
  size_t case_count, peer_count = 0;
  const bench_case *cases = bench_cases(&case_count);
  const bench_peer *peers = with_peers ? bench_peers(&peer_count) : NULL;
  for (size_t i = 0; i < case_count; i++) {
    if (strncmp(cases[i].name, prefix, strlen(prefix)) == 0) {
      add_case(&cases[i], peers, peer_count);
    }
  }
  const size_t rounds = quick ? 11 : ROUNDS_MAX;
  measure(rounds, quick ? 200e3 : 1e6);
  sort_rounds(rounds);
  print_table(rounds);
  return 0;
}
