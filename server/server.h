/* The server: memory, threads and their end. Composes acceptor, queue, workers,
 * overload lane, helpers and log. */
#ifndef H1_SERVER_SERVER_H_
#define H1_SERVER_SERVER_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "server/config.h"
#include "server/handler.h"
#include "server/listen.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct h1_server h1_server;

/* Memory that belongs to the bound but is allocated by others (handlers). */
typedef struct {
  const char *name;
  uint64_t bytes;
} h1_extra_memory;

typedef struct {
  const h1_config *config;
  const h1_route *routes;
  size_t route_count;
  const h1_extra_memory *extra;
  size_t extra_count;
  uint64_t extra_descriptors;
} h1_server_options;

/* The bound on memory, row by row, and its sum; for --print-limits. False, with
 * a one-line message, when the options contradict each other or the sum exceeds
 * --max-memory. `out` may be NULL. `*total` gets the sum. */
bool h1_server_limits(const h1_server_options *o, FILE *out, uint64_t *total,
                      char message[256]);

typedef enum {
  H1_START_OK,
  H1_START_BAD_OPTION, /* an option names what cannot be used */
  H1_START_FAILED
} h1_start_result;
/* Allocates everything, raises the descriptor limit, starts all threads; takes
 * over the listeners. `*out` is set before the first thread runs, so that
 * handlers may use it. Else a one-line message. */
h1_start_result h1_server_start(const h1_server_options *o,
                                h1_listeners *listeners, h1_server **out,
                                char message[256]);

/* For SIGHUP. */
void h1_server_reopen_log(h1_server *s);

/* Begins to drain: answers say close, /_health is 503; accepting goes on. */
void h1_server_drain(h1_server *s);
/* Serves the backlog, closes the listeners, finishes what is in progress and
 * joins every thread. False when `deadline_ms` (monotonic) passed first:
 * threads may still run, and only leaving the process is left. */
bool h1_server_finish(h1_server *s, uint64_t deadline_ms);
/* After h1_server_finish said true. */
void h1_server_free(h1_server *s);

bool h1_server_draining(const h1_server *s);
/* Renders metrics; see h1_metrics_json and h1_metrics_prometheus. */
h1_step h1_server_metrics(h1_server *s, bool prometheus, h1_room room,
                          size_t *size);

#ifdef __cplusplus
}
#endif
#endif
