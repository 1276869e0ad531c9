/* Every option of httpd: one row holds its name, type, range, default, place in
 * h1_config and help. Reading, printing and help all walk this table.
 *
 * A zero is allowed only where it means something. The ranges keep a typing
 * error from becoming a server that refuses everything, and keep later sums of
 * these values from overflowing. */
#include <string.h>

#include "server/config_internal.h"

#define KIB ((uint64_t)1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)
#define ANY_BYTES (GIB * MIB)
#define DAY_MS ((uint64_t)24 * 60 * 60 * 1000)

#define MEMBER(field) \
  .offset = offsetof(h1_config, field), .width = sizeof(((h1_config *)0)->field)
#define LIST(field) \
  MEMBER(field), .count_offset = offsetof(h1_config, field##_count)
#define ACTION(text)                                                       \
  .kind = H1_OPTION_FLAG, .flags = H1_OPTION_NOT_FILE | H1_OPTION_NOT_ENV, \
  .max = 1, .help = (text)

static const char *const log_words[] = {"-", "off", NULL};
static const char *const format_words[] = {"json", "combined", NULL};

const h1_option h1_options[] = {
    /* ---- addresses and content ---- */
    {.name = "listen",
     .placeholder = "ADDRESS",
     .kind = H1_OPTION_ENDPOINTS,
     LIST(listen),
     .initial = "127.0.0.1:8080",
     .help = "accept connections at HOST:PORT, [V6]:PORT, :PORT (every "
             "address) or unix:PATH; repeatable, and a comma-separated list "
             "in the environment",
     .group = "Addresses and content"},
    {.name = "admin-listen",
     .placeholder = "ADDRESS",
     .kind = H1_OPTION_ENDPOINTS,
     .flags = H1_OPTION_NONE,
     LIST(admin_listen),
     .initial = "none",
     .help = "serve /_health and /_metrics there and nowhere else; "
             "repeatable like --listen"},
    {.name = "unix-mode",
     .placeholder = "OCTAL",
     .kind = H1_OPTION_OCTAL,
     MEMBER(unix_mode),
     .max = 0777,
     .initial = "0660",
     .help = "permissions of unix sockets"},
    {.name = "root",
     .placeholder = "DIR",
     .kind = H1_OPTION_PATH,
     MEMBER(root),
     .initial = "static",
     .help = "folder served below /static/"},
    {.name = "server-name",
     .placeholder = "TEXT",
     .kind = H1_OPTION_NAME,
     MEMBER(server_name),
     .initial = "h1",
     .help = "value of the Server field; empty: no such field"},

    /* ---- capacity ---- */
    {.name = "workers",
     .placeholder = "N",
     .kind = H1_OPTION_NUMBER,
     MEMBER(workers),
     .min = 1,
     .max = 256,
     .initial = "1",
     .shown = "the CPUs it may use",
     .help = "threads that serve connections",
     .group = "Capacity"},
    {.name = "blocking-threads",
     .placeholder = "N",
     .kind = H1_OPTION_NUMBER,
     MEMBER(blocking_threads),
     .min = 1,
     .max = 256,
     .initial = "2",
     .help = "helper threads for handlers that block"},
    {.name = "queue-size",
     .placeholder = "N",
     .kind = H1_OPTION_NUMBER,
     MEMBER(queue_size),
     .min = 1,
     .max = 65536,
     .initial = "128",
     .help = "accepted connections that may wait for a worker"},
    {.name = "queue-timeout",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(queue_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .initial = "1s",
     .help = "longest wait in that queue before the answer is 503"},
    {.name = "max-connections",
     .placeholder = "N",
     .kind = H1_OPTION_NUMBER,
     MEMBER(max_connections),
     .min = 1,
     .max = 1048576,
     .initial = "4096",
     .help = "connections open at a time, over all workers"},
    {.name = "buffer-memory",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     MEMBER(buffer_memory),
     .min = 64 * KIB,
     .max = ANY_BYTES,
     .initial = NULL,
     .shown = "by need",
     .help = "memory for requests in progress, over all workers; by need: "
             "16M and two largest bodies for each worker, at least 64M"},
    {.name = "max-memory",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     .flags = H1_OPTION_NONE,
     MEMBER(max_memory),
     .min = MIB,
     .max = ANY_BYTES,
     .initial = "none",
     .help = "refuse to start when all memory together exceeds it"},

    /* ---- time ---- */
    {.name = "keepalive-timeout",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(keepalive_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .initial = "75s",
     .help = "how long a connection may wait for its next request",
     .group = "Time"},
    {.name = "keepalive-requests",
     .placeholder = "N",
     .kind = H1_OPTION_NUMBER,
     MEMBER(keepalive_requests),
     .min = 1,
     .max = UINT32_MAX,
     .initial = "10000",
     .help = "requests on one connection; 1 turns keep-alive off"},
    {.name = "header-timeout",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(header_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .initial = "10s",
     .help = "for a whole head, from its first byte"},
    {.name = "body-timeout",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(body_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .initial = "30s",
     .help = "longest pause within a body"},
    {.name = "body-min-rate",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     .flags = H1_OPTION_NONE,
     MEMBER(body_min_rate),
     .min = 1,
     .max = GIB,
     .initial = "500",
     .help = "least average bytes per second of a body"},
    {.name = "write-timeout",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(write_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .initial = "30s",
     .help = "longest time without a byte taken by the client"},
    {.name = "drain-delay",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(drain_delay_ms),
     .max = DAY_MS,
     .initial = "0",
     .help = "after TERM or INT: go on accepting for so long"},
    {.name = "drain-timeout",
     .placeholder = "TIME",
     .kind = H1_OPTION_TIME,
     MEMBER(drain_timeout_ms),
     .max = DAY_MS,
     .initial = "30s",
     .help = "then: longest wait for requests in progress"},

    /* ---- limits on a request ---- */
    {.name = "max-header-bytes",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     MEMBER(limits.head_bytes),
     .min = 256,
     .max = H1_HEAD_BYTES_MAX,
     .initial = "16K",
     .help = "request line and fields together",
     .group = "Limits on a request"},
    {.name = "max-header-count",
     .placeholder = "N",
     .kind = H1_OPTION_NUMBER,
     MEMBER(limits.header_count),
     .min = 1,
     .max = H1_HEADER_COUNT_MAX,
     .initial = "100",
     .help = "field lines"},
    {.name = "max-target-bytes",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     MEMBER(limits.target_bytes),
     .min = 1,
     .max = H1_HEAD_BYTES_MAX,
     .initial = "8K",
     .help = "the request target"},
    {.name = "max-body-bytes",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     MEMBER(limits.body_bytes),
     .max = ANY_BYTES,
     .initial = "1M",
     .help = "the body, decoded; 0: only empty ones"},
    {.name = "max-trailer-bytes",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     MEMBER(limits.trailer_bytes),
     .min = 2, /* the CRLF that ends every trailer section */
     .max = H1_HEAD_BYTES_MAX,
     .initial = "4K",
     .help = "the trailer section of a chunked body"},
    {.name = "max-request-bytes",
     .placeholder = "SIZE",
     .kind = H1_OPTION_BYTES,
     MEMBER(max_request_bytes),
     .min = 256,
     .max = 2 * ANY_BYTES,
     .initial = NULL,
     .shown = "their sum",
     .help = "head, body and trailers together"},

    /* ---- log ---- */
    {.name = "access-log",
     .placeholder = "FILE",
     .kind = H1_OPTION_PATH,
     MEMBER(access_log),
     .words = log_words,
     .initial = "-",
     .help = "one line a request; -: standard output, off: none",
     .group = "Access log"},
    {.name = "log-format",
     .placeholder = "FORMAT",
     .kind = H1_OPTION_CHOICE,
     MEMBER(log_format),
     .words = format_words,
     .initial = "json",
     .help = "json or combined"},

    /* ---- configuration and other actions ---- */
    {.name = "config",
     .placeholder = "FILE",
     .kind = H1_OPTION_PATH,
     .flags = H1_OPTION_NOT_FILE,
     MEMBER(config_file),
     .initial = NULL,
     .shown = "none",
     .help = "read options from FILE: lines of \"name = value\"",
     .group = "Configuration, and what to do instead of serving"},
    {.name = "check",
     MEMBER(check),
     ACTION("check the configuration and exit")},
    {.name = "print-config",
     MEMBER(print_config),
     ACTION("print every option, its value and origin, and exit")},
    {.name = "print-limits",
     MEMBER(print_limits),
     ACTION("print the memory and descriptors it may use, and exit")},
    {.name = "explain",
     MEMBER(explain),
     ACTION("read the bytes of one connection from standard input, print what "
            "the server would make of each request, and exit")},
    {.name = "help", MEMBER(help), ACTION("print this and exit")},
    {.name = "version", MEMBER(version), ACTION("print the version and exit")},
};

const size_t h1_option_count = sizeof(h1_options) / sizeof(h1_options[0]);

_Static_assert(sizeof(h1_options) / sizeof(h1_options[0]) <=
                   sizeof(((h1_config *)0)->origin) / sizeof(h1_origin),
               "every option needs its place in h1_config.origin");

size_t h1_option_find(const char *name, size_t len) {
  for (size_t i = 0; i < h1_option_count; i++) {
    if (strlen(h1_options[i].name) == len &&
        memcmp(h1_options[i].name, name, len) == 0) {
      return i;
    }
  }
  return h1_option_count;
}
