/* The rules of --header, --cache-control, --redirect and --log-skip, ready to
 * be asked: laid out in an arena once, never changed, and read by any number of
 * threads.
 *
 *   h1_policy p;
 *   if (!h1_policy_build(&p, &config, &arena, message)) ...refuse...
 *   const h1_policy_redirect *r = h1_policy_find_redirect(&p, path);
 *
 * Paths are decoded ones (pattern.h). The first rule that matches counts; of
 * --header the first for each field name. */
#ifndef H1_SERVER_POLICY_POLICY_H_
#define H1_SERVER_POLICY_POLICY_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"
#include "server/base/arena.h"
#include "server/config/config.h"
#include "server/policy/pattern.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What --header may be given, and add to one head, in all. */
#define H1_POLICY_HEADERS_MAX 64
#define H1_POLICY_HEAD_BYTES ((size_t)8192)

typedef struct {
  const h1_pattern *pattern;
  h1_slice name, value;
  bool removes;
  bool adds;          /* beside what the answer has of that name already */
  bool not_on_errors; /* says for how long an answer may be kept */
  unsigned group;     /* the same for all rules of one name */
} h1_policy_header;

typedef struct {
  const h1_pattern *pattern;
  h1_slice line; /* a field line with its CRLF, or empty */
} h1_policy_cache;

typedef struct {
  const h1_pattern *pattern;
  h1_slice head, tail, fragment; /* the rest of the path is before `tail` */
  bool has_rest, takes_query;
  uint16_t status;
} h1_policy_redirect;

typedef struct {
  const h1_policy_header *headers;
  size_t header_count;
  const h1_policy_cache *caches;
  size_t cache_count;
  const h1_policy_redirect *redirects;
  size_t redirect_count;
  const h1_pattern *const *skips;
  size_t skip_count;
} h1_policy;

/* False, with a one-line message: the arena is too small, headers are too many,
 * or redirects lead nowhere. The configuration need not outlive the call. */
H1_MUST_USE bool h1_policy_build(h1_policy *p, const h1_config *c,
                                 h1_arena *arena, char message[256]);

/* The field line, with its CRLF, that a file's answer carries; empty for none.
 * Where no rule matches: `Cache-Control: no-cache`. */
h1_slice h1_policy_cache_control(const h1_policy *p, h1_slice path);

/* NULL: nothing is redirected. */
const h1_policy_redirect *h1_policy_find_redirect(const h1_policy *p,
                                                  h1_slice path);

/* Writes where it leads: with what the wildcard matched, percent-encoded anew,
 * and with the request's query where the rule names none (none is passed as an
 * empty one). It holds no control, and never begins with "//". False: too
 * little room. */
H1_MUST_USE bool h1_policy_location(const h1_policy_redirect *r, h1_slice path,
                                    h1_slice query, h1_buffer room,
                                    h1_slice *out);

/* Whether somebody who follows the redirects is sent on 50 times and more, in a
 * circle or not; then `message` says so in a line. Of what a wildcard may match
 * one name is tried: what is found is so, and others may be there. */
bool h1_policy_has_circle(const h1_policy *p, char message[256]);

/* Whether --log-skip leaves requests of this path out of the log. */
bool h1_policy_skips_log(const h1_policy *p, h1_slice path);

/* The rules of --header that hold for an answer: at most
 * H1_POLICY_HEADERS_MAX, one for each name. Returns how many. */
size_t h1_policy_find_headers(const h1_policy *p, h1_slice path,
                              const h1_policy_header *found[]);

#ifdef __cplusplus
}
#endif
#endif
