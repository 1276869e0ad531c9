/* The work law: a codec's work is linear in the bytes it takes, however they
 * are cut.
 *
 * In work tests (see fuzz.bzl) the compiler calls back at every edge of the
 * control flow of everything but the laws themselves, and the calls of memcpy
 * and its like are counted with their length, so that a byte looked at again is
 * a count more. Elsewhere nothing is counted and the law holds idly. It is
 * asserted as
 *
 *   counted <= per_byte * bytes + per_call * calls
 *
 * with bounds that are committed beside each use: about twice the worst that
 * the corpora and their mutations reach with either compiler. That is far below
 * what a second look at every earlier byte costs, for inputs of some hundred
 * bytes shown one by one. */
#ifndef H1_FUZZ_ENGINE_WORK_H_
#define H1_FUZZ_ENGINE_WORK_H_

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *name;
  uint32_t per_byte, per_call;
} fuzz_work_bound;

/* Counts from here; the next fuzz_work_end returns what was counted. */
void fuzz_work_begin(void);
uint64_t fuzz_work_end(void);

/* Stops the run when the law is broken. */
void fuzz_work_law(const fuzz_work_bound *bound, uint64_t counted,
                   uint64_t bytes, uint64_t calls);

/* All that was counted so far: 0 in a build that does not count. */
uint64_t fuzz_work_total(void);

/* Prints how near each bound was come to. */
void fuzz_work_report(void);

/* Called by work_count.c: an edge, or a leaf of libc that touches `len` bytes.
 */
void fuzz_work_add(size_t len);

#endif
