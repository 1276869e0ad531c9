/* PATTERN, as options take it: which paths a rule is for. A path with two
 * wildcards:
 *
 *   one asterisk     any bytes of one segment, or none
 *   two of them      any bytes, slashes too, or none. As a whole segment with
 *                    more after it: any number of whole segments, or none, so
 *                    that "/a/" "**" "/b.js" is also for /a/b.js
 *
 * What is matched is the decoded path (h1_path_decode): dot segments are gone,
 * and no spelling of a path with percent signs escapes a rule. A pattern is
 * written like a path in a URL and decoded once, so that %2A is an asterisk and
 * %3D an equals sign where that would end the pattern; %2F is a slash that
 * separates nothing, as it is in a path. Letter case counts, a query does not
 * belong to the path.
 *
 *   if (h1_pattern_fault(text) != NULL) ...refuse the option...
 *   void *room = ...h1_pattern_bytes(text) bytes...;
 *   const h1_pattern *p = h1_pattern_compile(text, room);
 *   if (h1_pattern_matches(p, path)) ...
 *
 * A pattern is compiled to an automaton of at most 256 states that all run at
 * once, as bits: a path of n bytes takes at most n steps of four words each,
 * whatever the pattern, and mostly ends where its literal beginning differs. */
#ifndef H1_SERVER_POLICY_PATTERN_H_
#define H1_SERVER_POLICY_PATTERN_H_

#include <stdbool.h>
#include <stddef.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_PATTERN_BYTES_MAX ((size_t)255)

/* NULL, or what is wrong with it, after "it ": no pattern at all, or one that
 * no path can match. */
const char *h1_pattern_fault(h1_slice text);

typedef struct h1_pattern h1_pattern;

/* The memory that h1_pattern_compile takes, aligned for a uint64_t. The text
 * has no fault. */
size_t h1_pattern_bytes(h1_slice text);
const h1_pattern *h1_pattern_compile(h1_slice text, void *room);

bool h1_pattern_matches(const h1_pattern *p, h1_slice path);

/* What the pattern's last wildcard matched, when it is the only one and ends
 * the pattern: the path from its literal beginning on. */
bool h1_pattern_has_rest(const h1_pattern *p);
h1_slice h1_pattern_rest(const h1_pattern *p, h1_slice path);

#ifdef __cplusplus
}
#endif
#endif
