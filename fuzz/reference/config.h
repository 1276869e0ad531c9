/* The options of httpd a second time, from server/config/README.md: which there
 * are, of which kind, in which range. What their values look like is in
 * config_values.h and config_rules.h, a line of a file in config_line.h, and
 * what all of them say together in config_levels.h. Slow and plain; they share
 * nothing with server/config except the struct that both fill. */
#ifndef H1_FUZZ_REFERENCE_CONFIG_H_
#define H1_FUZZ_REFERENCE_CONFIG_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/config/config.h"

typedef enum {
  REFERENCE_SIZE,
  REFERENCE_TIME,
  REFERENCE_NUMBER,
  REFERENCE_OCTAL,
  REFERENCE_FORMAT,  /* json, combined */
  REFERENCE_LINKS,   /* beneath, none, all */
  REFERENCE_SANDBOX, /* off, try, require */
  REFERENCE_ADMIN,   /* public, listener */
  REFERENCE_CLIENT,  /* peer, proxy, forwarded, x-forwarded-for */
  REFERENCE_SWITCH,  /* off, on; the name alone means on */
  REFERENCE_NAME,
  REFERENCE_PATH,
  REFERENCE_ADDRESSES,
  REFERENCE_MOUNTS, /* /PREFIX=DIR, repeatable */
  REFERENCE_INDEXES,
  REFERENCE_ERROR_PAGES,
  REFERENCE_REDIRECTS, /* as rule.h has these three */
  REFERENCE_HEADERS,
  REFERENCE_CACHES,
  REFERENCE_PROXIES, /* networks, and unix */
  REFERENCE_SKIPS,   /* patterns */
  REFERENCE_FLAG
} reference_kind;

typedef struct {
  const char *name;
  reference_kind kind;
  uint64_t min, max;
  bool none;            /* "none" is a value, and so is 0 */
  size_t offset, width; /* of the member of h1_config */
} reference_option;

/* In the order of --help, which is that of h1_config.origin. */
#define REFERENCE_OPTIONS 66
extern const reference_option reference_options[REFERENCE_OPTIONS];

/* Whether its values are texts: mounts and rules. */
bool reference_is_list(const reference_option *o);
/* Which list of addresses the option is: 0 listen, 1 admin, 2 proxies. */
size_t reference_addresses_of(const reference_option *o);

/* NULL: no such option. */
const reference_option *reference_option_find(const char *name, size_t len);

/* What the member holds. */
uint64_t reference_option_number(const h1_config *c, const reference_option *o);
const char *reference_option_text(const h1_config *c,
                                  const reference_option *o);

#endif
