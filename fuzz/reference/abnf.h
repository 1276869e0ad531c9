/* The grammars of the RFCs themselves, as they are printed there, and a matcher
 * that interprets them: an oracle for what is accepted that owes nothing to
 * how anyone reads a value in code. */
#ifndef H1_FUZZ_REFERENCE_ABNF_H_
#define H1_FUZZ_REFERENCE_ABNF_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer texts are not matched: each rule is tried at every place. */
enum { ABNF_BYTES_MAX = 72 };

/* Whether all of p[0..n), n <= ABNF_BYTES_MAX, is of the rule, e.g. "qvalue";
 * the rules there are stand in abnf.c. An unknown rule stops the run. */
bool abnf_matches(const char *rule, const uint8_t *p, size_t n);

#endif
