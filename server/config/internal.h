/* What the parts of `config` share: the rows of the option table, and how one
 * value is read and shown. Private to the library. */
#ifndef H1_SERVER_CONFIG_INTERNAL_H_
#define H1_SERVER_CONFIG_INTERNAL_H_

#include "server/config/config.h"
#include "server/config/container.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the text of a value is read. */
typedef enum {
  H1_OPTION_BYTES,     /* digits and K, M or G */
  H1_OPTION_TIME,      /* digits and ms, s or m; kept in milliseconds */
  H1_OPTION_NUMBER,    /* digits */
  H1_OPTION_OCTAL,     /* digits 0 to 7 */
  H1_OPTION_CHOICE,    /* one of `words`; kept as its index */
  H1_OPTION_NAME,      /* goes into a field value: visible ASCII, inner SP */
  H1_OPTION_PATH,      /* made absolute, unless it is one of `words` */
  H1_OPTION_ENDPOINTS, /* repeatable: what add_allowed in show.c says */
  H1_OPTION_TEXTS,     /* repeatable: what `fault` has nothing against; in the
                          environment one a line */
  H1_OPTION_FLAG       /* no value */
} h1_option_kind;

enum {
  H1_OPTION_NONE = 1,     /* the word "none" stands for 0, or an empty list */
  H1_OPTION_NOT_FILE = 2, /* an error as a key of a config file */
  H1_OPTION_NOT_ENV = 4,  /* not looked for in the environment */
  H1_OPTION_BARE = 8,     /* CHOICE: its name alone is the last of `words`; a
                             value follows an equals sign only */
  H1_OPTION_COMMAS = 32,  /* TEXTS: a comma separates values */
  H1_OPTION_BELOW = 64,   /* PATH: below a folder; left as it is */
  H1_OPTION_TO_PATH = 16, /* TEXTS: what follows the first equals sign is a
                             path, made absolute */
  H1_OPTION_RELOAD = 1024 /* may change while the server runs */
};

/* What is wrong with a text, or NULL. */
typedef const char *(*h1_text_fault)(const char *value, size_t len);

typedef struct {
  const char *name;
  const char *placeholder; /* what --help writes for the value */
  h1_option_kind kind;
  unsigned flags;
  size_t offset, width; /* of the member of h1_config */
  size_t count_offset;  /* ENDPOINTS: of the member that counts them */
  uint64_t min, max;
  const char *const *words; /* CHOICE, PATH: ends with NULL; or NULL */
  const char *initial;      /* the default, read like any other value */
  const char *shown;        /* what --help writes for it, when not `initial` */
  h1_text_fault fault;      /* TEXTS */
  const char *allowed;      /* TEXTS: what values look like */
  const char *help;
  const char *group; /* heading in --help, at the first row of a group */
} h1_option;

extern const h1_option h1_options[];
extern const size_t h1_option_count;

/* The index of the option called name[0..len), h1_option_count for none. */
size_t h1_option_find(const char *name, size_t len);

/* A bounded, always NUL-terminated text; what does not fit is left out. */
typedef struct {
  char *bytes;
  size_t cap, len;
} h1_text;
h1_text h1_text_begin(char *bytes, size_t cap);
void h1_text_add(h1_text *t, const char *more);
void h1_text_add_bytes(h1_text *t, const char *more, size_t len);
void h1_text_add_number(h1_text *t, uint64_t n);
/* Adds bytes that we do not trust: one line, escaped, cut with "..." so that
 * at most `max` characters are added. */
void h1_text_add_escaped(h1_text *t, const char *more, size_t len, size_t max);

/* The largest escaped value or file name in a message. */
#define H1_CONFIG_SHOWN_MAX ((size_t)96)

/* Where values come from, while they are read. */
typedef struct {
  h1_config *config;
  const char *base_dir; /* relative paths start here; NULL: left as they are */
  h1_origin origin;
  const char *place; /* names the culprit: "--workers", "f.conf:3: workers" */
  h1_buffer room;    /* for the text of the file; none: it is allocated */
  char *message;     /* H1_CONFIG_MESSAGE_BYTES */
} h1_config_source;

/* Reads one value of option `index` into the configuration and notes its
 * origin. A value of another origin than before replaces a list. */
h1_config_result h1_config_set(const h1_config_source *s, size_t index,
                               const char *value, size_t len);
/* The digits at the front of a value; `*used` is how many there are. */
typedef enum { H1_DIGITS_OK, H1_DIGITS_ABSENT, H1_DIGITS_OVERFLOW } h1_digits;
h1_digits h1_config_read_digits(const char *value, size_t len, unsigned base,
                                uint64_t *out, size_t *used);
/* Adds one value, or in the environment those between commas, to an ENDPOINTS
 * option. */
h1_config_result h1_config_add_endpoints(const h1_config_source *s,
                                         const h1_option *o, const char *value,
                                         size_t len);
/* What is wrong with an endpoint that is no unix:PATH, or NULL. */
const char *h1_endpoint_fault(const char *value, size_t len);
/* Adds one value, or one a line, to a TEXTS option. */
h1_config_result h1_config_add_texts(const h1_config_source *s,
                                     const h1_option *o, const char *value,
                                     size_t len);
/* "PLACE: 'VALUE' FAULT; allowed: ...": the one form of a fault of a value. */
h1_config_result h1_config_refuse(const h1_config_source *s, const h1_option *o,
                                  const char *value, size_t len,
                                  const char *fault);
/* "BEFORE 'WHAT'AFTER": of an argument or a file. */
h1_config_result h1_config_refuse_quoted(const h1_config_source *s,
                                         const char *before, const char *what,
                                         const char *after);
/* Whether a value holds a byte that would end a line, or a path, too early. */
bool h1_config_has_control(const char *value, size_t len);
/* Writes a path as a string, seen from `base` (NULL: as it is). False: longer
 * than cap - 1. */
bool h1_config_resolve(const char *base, const char *path, size_t len,
                       char *out, size_t cap);
/* The faults of --mount, --index and --error-page. */
const char *h1_mount_fault(const char *value, size_t len);
const char *h1_index_fault(const char *value, size_t len);
const char *h1_error_page_fault(const char *value, size_t len);
/* The fault of a --log-skip. */
const char *h1_log_skip_fault(const char *value, size_t len);
/* Fills in who is trusted, and whether --proxy-listen, --client-address and
 * --trusted-proxy fit together; after all levels. */
h1_config_result h1_config_settle_proxies(const h1_config_source *s);
/* What the folders that are served mean for other options, and whether they
 * contradict each other; after all levels. */
h1_config_result h1_config_settle_folders(const h1_config_source *s);
/* The option whose name is most like name[0..len), or NULL: none is. */
const char *h1_option_nearest(const char *name, size_t len);

/* Puts all defaults in place, except those that depend on the machine. */
void h1_config_defaults(h1_config *c);
/* Those that do; `default_root` as for h1_config_load. */
h1_config_result h1_config_machine_defaults(const h1_config_source *s,
                                            const char *default_root);
/* The defaults that a control group lowers; before any level is read. */
void h1_config_contain(h1_config *c, h1_container limits);
/* Fills in what is the sum of other values unless it was given. */
void h1_config_complete(h1_config *c);

/* The sources, each over what is there. The command line up to --help or
 * --version, which act where they stand. */
h1_config_result h1_config_read_arguments(h1_config_source *s, int argc,
                                          char *const *argv);
/* `env` as for h1_config_load. */
h1_config_result h1_config_read_environment(h1_config_source *s,
                                            char *const *env);
/* The variable of option `index` alone. */
h1_config_result h1_config_read_variable(h1_config_source *s, char *const *env,
                                         size_t index);
/* The file at `path`; `place` is who named it. */
h1_config_result h1_config_read_file(h1_config_source *s, const char *path,
                                     const char *place);
/* h1_config_read_text without setting the defaults first. */
h1_config_result h1_config_read_lines(h1_config_source *s, const char *name,
                                      const char *text, size_t len);

/* Writes sizes, times and other values so that they can be read again. */
void h1_text_add_size(h1_text *t, uint64_t bytes);
void h1_text_add_time(h1_text *t, uint64_t ms);
/* The value of an option; `item` counts through an ENDPOINTS list. */
void h1_text_add_value(h1_text *t, const h1_config *c, const h1_option *o,
                       size_t item);
/* What values an option takes: "1 to 256". */
void h1_text_add_allowed(h1_text *t, const h1_option *o);

uint64_t h1_option_number(const h1_config *c, const h1_option *o);

#ifdef __cplusplus
}
#endif
#endif
