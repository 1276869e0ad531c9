/* The options of httpd: one table of names, types, defaults and help.
 *
 * A value comes from the command line, else the environment (H1_HTTPD_<NAME>,
 * upper case, '-' as '_'), else the file named by --config, else the default. A
 * repeatable option given at a higher level replaces the lower ones. */
#ifndef H1_SERVER_CONFIG_H_
#define H1_SERVER_CONFIG_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_LISTEN_MAX 16
#define H1_PATH_OPTION_BYTES 4096

typedef enum { H1_LOG_JSON, H1_LOG_COMBINED } h1_log_format;

typedef enum {
  H1_ORIGIN_DEFAULT,
  H1_ORIGIN_FILE,
  H1_ORIGIN_ENVIRONMENT,
  H1_ORIGIN_OPTION
} h1_origin;

typedef struct {
  /* Sizes in bytes, times in milliseconds. */
  char listen[H1_LISTEN_MAX][256];
  size_t listen_count;
  char admin_listen[H1_LISTEN_MAX][256];
  size_t admin_listen_count;
  unsigned unix_mode; /* --unix-mode, octal, default 0660 */
  char root[H1_PATH_OPTION_BYTES];
  char server_name[256]; /* empty: no Server field */

  uint32_t workers; /* default: CPUs this process may use, at most 256 */
  uint32_t queue_size;
  uint64_t queue_timeout_ms;
  uint32_t max_connections; /* over all workers */
  uint64_t max_memory;      /* 0: none */
  uint64_t buffer_memory;   /* --buffer-memory: blocks of all workers; default
                               by workers and body_bytes */

  uint64_t keepalive_timeout_ms;
  uint64_t keepalive_requests;
  uint64_t header_timeout_ms;
  uint64_t body_timeout_ms;
  uint64_t body_min_rate; /* bytes per second, 0: none */
  uint64_t write_timeout_ms;
  uint64_t drain_delay_ms;
  uint64_t drain_timeout_ms;

  h1_limits limits; /* head_bytes, header_count, target_bytes, body_bytes,
                       trailer_bytes by option; the rest by default */
  uint64_t max_request_bytes; /* default: the sum of head, body, trailers */

  char access_log[H1_PATH_OPTION_BYTES]; /* "-": standard output, "off" */
  h1_log_format log_format;

  uint32_t blocking_threads; /* --blocking-threads */

  char config_file[H1_PATH_OPTION_BYTES]; /* empty: none */

  /* What to do instead of serving. */
  bool check, print_config, print_limits, explain, help, version;

  h1_origin origin[64]; /* by option index, for --print-config */
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

/* Parses the text of a config file alone (what --config reads), over the
 * defaults, which it puts into `*c` first (workers: 1); for tests and fuzzing.
 * Lines: blank, "# comment", "key = value", "key = value  # comment"; a value
 * that must keep a " #", or is empty, stands in double quotes (\" and \\ are
 * the escapes there). A key twice is an error unless it is repeatable. `name`
 * appears in messages as "name:line: ...". */
h1_config_result h1_config_read_text(h1_config *c, const char *name,
                                     const char *text, size_t len,
                                     char message[H1_CONFIG_MESSAGE_BYTES]);

/* --help, --print-config: GNU style. False on a write error. */
bool h1_config_print_help(FILE *out);
bool h1_config_print(const h1_config *c, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
