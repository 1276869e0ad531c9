/* The server: memory, threads and their end. Composes acceptor, queue, workers,
 * overload lane, helpers and log. */
#ifndef H1_SERVER_SERVER_H_
#define H1_SERVER_SERVER_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "server/bounds.h"
#include "server/config/config.h"
#include "server/handler.h"
#include "server/loop/listen.h"
#include "server/metrics/metrics.h"
#include "server/options.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct h1_server h1_server;

/* Whether routes and log are such that a start would go on; else a one-line
 * message. Changes nothing. */
bool h1_server_check(const h1_server_options *o, char message[256]);

typedef enum {
  H1_START_OK,
  H1_START_BAD_OPTION, /* an option names what cannot be used */
  H1_START_FAILED
} h1_start_result;
/* Allocates everything, starts all threads; takes over the listeners. `*out` is
 * set before the first thread runs, so that handlers may use it. Else a
 * one-line message. */
h1_start_result h1_server_start(const h1_server_options *o,
                                h1_listeners *listeners, h1_server **out,
                                char message[256]);

/* For SIGHUP; until h1_server_free, even when the log's thread has ended. */
/* ---- another configuration; for one thread, see reload.h ---- */

/* That which new requests go by. */
const h1_config *h1_server_config(const h1_server *s);
/* Memory for the next one, and `*room` for what has to be read for it; NULL:
 * an exchange still uses the one before the current. `*generation` is what it
 * will be. */
h1_config *h1_server_next_config(h1_server *s, h1_buffer *room,
                                 uint64_t *generation);
/* What was read there is in force. False, with a one-line message, when its
 * rules cannot be laid out: nothing has changed. */
H1_MUST_USE bool h1_server_offer(h1_server *s, char message[256]);
/* For the metrics. */
void h1_server_reload_failed(h1_server *s);
void h1_server_reload_waits(h1_server *s, bool waits);

void h1_server_reopen_log(h1_server *s);

/* Begins to drain: answers say close, /_health is 503; accepting goes on. */
void h1_server_drain(h1_server *s);
/* Begins the end: the backlog is served, the listeners close, what is in
 * progress finishes, every thread ends. Returns at once and cannot fail: what
 * it needs exists since the start. */
void h1_server_finish(h1_server *s);
/* Readable (poll) once all of that has happened, by h1_server_finish alone. Who
 * gives up before can only leave the process: threads may still run. */
int h1_server_finished_fd(const h1_server *s);
/* Once that descriptor is readable. */
void h1_server_free(h1_server *s);

bool h1_server_draining(const h1_server *s);

/* For a watchdog: whether acceptor, workers and lane have each begun a turn of
 * its loop, or ended, since the last call that said so. The first call says so.
 * Then it asks them for another turn: one that has nothing to do would sleep.
 * For one thread. */
bool h1_server_turns(h1_server *s);
/* Renders metrics; see h1_metrics_json and h1_metrics_prometheus. */
h1_step h1_server_metrics(h1_server *s, bool prometheus, h1_buffer room,
                          size_t *size);

#ifdef __cplusplus
}
#endif
#endif
