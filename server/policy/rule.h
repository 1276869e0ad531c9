/* The text of the options that are rules: --header, --cache-control and
 * --redirect. Each begins with a PATTERN (pattern.h). Pure; slices view the
 * text that was read.
 *
 * Every function takes the text of one value and returns NULL, or what is wrong
 * with it: what may follow "'VALUE' ". */
#ifndef H1_SERVER_POLICY_RULE_H_
#define H1_SERVER_POLICY_RULE_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "PATTERN Name: value"; "PATTERN -Name", or a name without a value, takes the
 * field out. Not every field can be set or taken out: what frames a message or
 * describes its body is the server's. */
typedef struct {
  h1_slice pattern, name, value;
  bool removes;
} h1_header_rule;
const char *h1_header_rule_read(h1_slice text, h1_header_rule *out);

/* "PATTERN=VALUE"; an empty value: files that match carry no Cache-Control. */
#define H1_CACHE_VALUE_MAX ((size_t)128)
typedef struct {
  h1_slice pattern, value;
} h1_cache_rule;
const char *h1_cache_rule_read(h1_slice text, h1_cache_rule *out);

/* "FROM=TO" or "FROM=TO=STATUS". FROM is a pattern. TO is a path or an http or
 * https URL; an equals sign in it is written %3D. It may hold H1_REDIRECT_REST
 * once, which stands for what the wildcard at the end of FROM matched. A rule
 * that would send a path to itself for ever is a fault. */
#define H1_REDIRECT_REST "{rest}"
#define H1_REDIRECT_TO_MAX ((size_t)1024)
typedef struct {
  h1_slice from, to;
  uint16_t status;
} h1_redirect_rule;
const char *h1_redirect_rule_read(h1_slice text, h1_redirect_rule *out);

/* What the server answers by itself, whatever is mounted, and never redirects:
 * "/_health" and its like. */
#define H1_OWN_PATHS 3
extern const char *const h1_own_paths[H1_OWN_PATHS];
bool h1_is_own_path(h1_slice path);

/* The same for the option table: only the verdict. */
const char *h1_header_rule_fault(const char *text, size_t len);
const char *h1_cache_rule_fault(const char *text, size_t len);
const char *h1_redirect_rule_fault(const char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
