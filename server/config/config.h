/* The options of httpd: one table of names, types, defaults and help.
 *
 * A value comes from the command line, else the environment (H1_HTTPD_<NAME>,
 * upper case, '-' as '_'), else the file named by --config, else the default. A
 * repeatable option given at a higher level replaces the lower ones. */
#ifndef H1_SERVER_CONFIG_CONFIG_H_
#define H1_SERVER_CONFIG_CONFIG_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "parser/base.h"
#include "server/base/origin.h"
#include "server/base/trusted.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_LISTEN_MAX 16
#define H1_PATH_OPTION_BYTES 4096
/* Of the values of one repeatable option together, each with its NUL; a single
 * one has the length of a path. */
#define H1_TEXTS_BYTES 16384

typedef enum { H1_LOG_JSON, H1_LOG_COMBINED } h1_log_format;

/* Which symbolic links below the root are followed. */
typedef enum {
  H1_SYMLINKS_BENEATH,
  H1_SYMLINKS_NONE,
  H1_SYMLINKS_ALL
} h1_symlinks;

typedef enum {
  H1_SANDBOX_OFF,
  H1_SANDBOX_TRY,    /* without the layers that the kernel does not have */
  H1_SANDBOX_REQUIRE /* no start without them */
} h1_sandbox_mode;

/* Where routes for the operator answer. */
typedef enum {
  H1_ADMIN_PUBLIC,  /* on every listener */
  H1_ADMIN_LISTENER /* on --admin-listen alone; /_health also on the others
                       when there is no such listener */
} h1_admin_scope;

typedef enum {
  H1_ORIGIN_DEFAULT,
  H1_ORIGIN_FILE,
  H1_ORIGIN_ENVIRONMENT,
  H1_ORIGIN_OPTION
} h1_origin;

/* The values of a repeatable option, in order: strings, one after the other. */
typedef struct {
  uint32_t count, used;
  char bytes[H1_TEXTS_BYTES];
} h1_texts;

/* The value number `i`, which is below t->count. */
const char *h1_texts_at(const h1_texts *t, size_t i);

typedef struct {
  /* Sizes in bytes, times in milliseconds. */
  char listen[H1_LISTEN_MAX][256];
  size_t listen_count;
  char admin_listen[H1_LISTEN_MAX][256];
  size_t admin_listen_count;
  char proxy_listen[H1_LISTEN_MAX][256];
  size_t proxy_listen_count;
  h1_texts trusted_proxies; /* as they were given */
  h1_trusted trusted;       /* and as they are used */
  h1_client_source client_address;
  unsigned unix_mode;                /* --unix-mode, octal, default 0660 */
  h1_texts mounts;                   /* "/PREFIX=DIR", DIR's among them */
  char folder[H1_PATH_OPTION_BYTES]; /* DIR of the command line; empty: none */
  char root[H1_PATH_OPTION_BYTES];   /* "none": nothing below /static/ */
  h1_texts indexes;                  /* file names, the first first */
  bool clean_urls, hidden, listing;
  char fallback[H1_PATH_OPTION_BYTES]; /* empty: none */
  h1_texts error_pages;                /* "STATUS=FILE" */
  bool root_is_default;                /* nobody asked for it */
  h1_symlinks symlinks;
  char mime_types[H1_PATH_OPTION_BYTES]; /* empty: none */
  char charset[256];                     /* empty: none */
  bool precompressed;      /* files beside others are sent in their place */
  char server_name[256];   /* empty: no Server field */
  h1_texts redirects;      /* "FROM=TO[=STATUS]" */
  h1_texts headers;        /* "PATTERN Name: value" */
  h1_texts cache_controls; /* "PATTERN=VALUE" */
  bool demo;               /* the routes /, /stream and /submit are there;
                              default: off when a folder is served at / */
  h1_admin_scope admin;    /* default: listener without demo, with
                              --admin-listen, or with a folder at / */

  uint32_t workers; /* default: CPUs this process may use, as its affinity and
                       its control group say, at most 256 */
  uint32_t queue_size;
  uint64_t queue_timeout_ms;
  uint32_t max_connections;        /* over all workers */
  uint32_t max_client_connections; /* of one client; 0: none; default: by
                                      max_connections */
  uint64_t socket_memory;          /* 0: none; default by max_memory */
  uint64_t max_memory;             /* 0: none; default: container_memory */
  uint64_t container_memory; /* what the control group allows; 0: no limit */
  uint64_t buffer_memory;    /* --buffer-memory: blocks of all workers; default
                                by workers and body_bytes */

  uint64_t keepalive_timeout_ms;
  uint64_t keepalive_requests;
  uint64_t header_timeout_ms;
  uint64_t body_timeout_ms;
  uint64_t body_min_rate; /* bytes per second, 0: none */
  uint64_t write_timeout_ms;
  uint64_t write_min_rate;  /* bytes per second, 0: none */
  uint64_t pull_timeout_ms; /* 0: none */
  uint64_t linger_timeout_ms;
  uint64_t drain_delay_ms;
  uint64_t drain_idle_ms;
  uint64_t drain_timeout_ms;

  h1_limits limits; /* head_bytes, header_count, target_bytes, body_bytes,
                       trailer_bytes by option; the rest by default */
  uint64_t max_request_bytes; /* default: the sum of head, body, trailers */

  char access_log[H1_PATH_OPTION_BYTES]; /* "-": standard output, "off" */
  h1_log_format log_format;
  h1_texts log_skip; /* patterns of paths that are not logged */

  uint32_t blocking_threads; /* --blocking-threads */

  h1_sandbox_mode sandbox;
  char user[256]; /* --user: NAME[:GROUP], or "none" */

  char config_file[H1_PATH_OPTION_BYTES]; /* empty: none */
  uint64_t config_memory;                 /* for this and what is made of it */

  /* What to do instead of serving. */
  bool check, print_config, print_limits, healthcheck, print_sandbox, explain;
  bool help, version;

  h1_origin origin[96]; /* by option index, for --print-config */
} h1_config;

typedef enum {
  H1_CONFIG_OK,
  H1_CONFIG_BAD /* usage error: `message` is one line that names the culprit */
} h1_config_result;

#define H1_CONFIG_MESSAGE_BYTES 512

/* Reads options, environment and file into `*c`. `env`: NULL-terminated
 * NAME=VALUE strings. Relative paths are taken from `base_dir` (the value of
 * BUILD_WORKING_DIRECTORY under `bazel run`, else NULL: the current folder);
 * `default_root` is where --root's default points. */
h1_config_result h1_config_load(h1_config *c, int argc, char *const *argv,
                                char *const *env, const char *base_dir,
                                const char *default_root,
                                char message[H1_CONFIG_MESSAGE_BYTES]);

/* ---- while the server runs ---- */

/* What the process was started with. */
typedef struct {
  int argc;
  char *const *argv;
  char *const *env;
  const char *base_dir, *default_root;
} h1_config_launch;

/* Reads all of it once more, as h1_config_load did, without allocating: the
 * file is read by means of `room`, which it has to fit. */
h1_config_result h1_config_load_again(h1_config *c,
                                      const h1_config_launch *launch,
                                      h1_buffer room,
                                      char message[H1_CONFIG_MESSAGE_BYTES]);
/* After that: BAD, with a message that names them, when options differ from
 * those that were `asked` for at the start and cannot change while it runs.
 * Else `*c` keeps what `running` has of these, which may differ from what was
 * asked for. */
h1_config_result h1_config_keep_fixed(h1_config *c, const h1_config *asked,
                                      const h1_config *running,
                                      char message[H1_CONFIG_MESSAGE_BYTES]);

/* Parses the text of a config file alone (what --config reads), over the
 * defaults, which it puts into `*c` first (workers: 1); for tests and fuzzing.
 * Lines: blank, "# comment", "key = value", "key = value  # comment"; a value
 * that must keep a " #", or is empty, stands in double quotes (\" and \\ are
 * the escapes there). A key twice is an error unless it is repeatable. `name`
 * appears in messages as "name:line: ...". */
h1_config_result h1_config_read_text(h1_config *c, const char *name,
                                     const char *text, size_t len,
                                     char message[H1_CONFIG_MESSAGE_BYTES]);

/* What of --proxy-listen, --trusted-proxy and --client-address does less, or
 * more, than whoever wrote it may think: the n-th such thing, NULL after the
 * last. */
const char *h1_config_proxy_warning(const h1_config *c, size_t n);

/* Whether a folder is served at /, and which: "/=DIR", else NULL. */
const char *h1_config_home(const h1_config *c);

/* --help, --print-config: GNU style. False on a write error. */
bool h1_config_print_help(FILE *out);
bool h1_config_print(const h1_config *c, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
