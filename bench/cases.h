/* What is measured: one row per codec and input. */
#ifndef H1_BENCH_CASES_H_
#define H1_BENCH_CASES_H_

#include <stdbool.h>

#include "bench/inputs.h"
#include "parser/scan.h"

/* Which peers can do the same work. */
typedef enum {
  BENCH_REQUEST,
  BENCH_RESPONSE,
  BENCH_CHUNKED,
  BENCH_OURS_ALONE
} bench_kind;

typedef struct {
  const char *name;
  bench_input input;
  bench_kind kind;
  bool levelled; /* whether the scan level makes a difference */
  bool head;     /* whether the pass over head bytes is a limit for it */
  /* Does the work once; returns the bytes read or written, and ends the program
   * when the codec refuses what it should take: a fast refusal is no result. */
  size_t (*run)(h1_slice in, h1_scan_level level);
} bench_case;

const bench_case *bench_cases(size_t *count);

/* Whether this processor can run bench_limit_pass. */
bool bench_limit_supported(void);

/* One pass of 32-byte vectors that only learns whether every byte may stand
 * somewhere in a head (HTAB, CR, LF, 0x20 to 0x7e, 0x80 and up): what any
 * decoder that looks at every byte has to do at least. Returns n when all may.
 */
size_t bench_limit_pass(const uint8_t *p, size_t n);

#endif
