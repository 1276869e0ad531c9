/* The options of httpd a second time, from server/config/README.md: names,
 * ranges, units and the forms of addresses. Slow and plain; it shares nothing
 * with server/config except the struct that both fill. */
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
/* Whether `text` is a value of one of the rules. */
bool reference_rule(reference_kind kind, const char *text, size_t len);

/* NULL: no such option. */
const reference_option *reference_option_find(const char *name, size_t len);

/* What the member holds. */
uint64_t reference_option_number(const h1_config *c, const reference_option *o);
const char *reference_option_text(const h1_config *c,
                                  const reference_option *o);

/* Whether `text` is a value of a quantity or format, and which. */
bool reference_quantity(const reference_option *o, const char *text, size_t len,
                        uint64_t *out);
bool reference_name(const char *text, size_t len);
/* A path seen from `base` (NULL: as it is); false when it is no value. `words`:
 * "-" and "off" are not paths. */
bool reference_path(const char *base, bool words, const char *text, size_t len,
                    char out[H1_PATH_OPTION_BYTES]);
/* A prefix and a folder; the folder is made absolute. */
bool reference_mount(const char *base, const char *text, size_t len,
                     char out[H1_PATH_OPTION_BYTES]);
/* An address; unix paths are made absolute. */
bool reference_address(const char *base, const char *text, size_t len,
                       char out[256]);

/* One line of a file, without its line feed: nothing, a key and its value, or
 * no line at all. `value` gets a string. */
#define REFERENCE_LINE_BYTES ((size_t)16384)
typedef enum { REFERENCE_BLANK, REFERENCE_PAIR, REFERENCE_BAD } reference_line;
reference_line reference_config_line(const char *line, size_t len, size_t *key,
                                     size_t *key_len,
                                     char value[REFERENCE_LINE_BYTES + 1]);

#endif
