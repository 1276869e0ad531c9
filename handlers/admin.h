/* GET /_metrics and GET /_health.
 *
 * Where the numbers come from is the server's knowledge: it hands in an
 * h1_admin_source as the data of both routes. */
#ifndef H1_HANDLERS_ADMIN_H_
#define H1_HANDLERS_ADMIN_H_

#include <stdbool.h>

#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Writes the metrics, all or nothing: DONE with `*size` bytes written,
   * NEED_ROOM when they do not fit. `room` is H1_REPLY_COPY_MAX bytes at most,
   * what one reply can carry. Called from any worker. */
  h1_step (*render)(void *arg, bool prometheus, h1_buffer room, size_t *size);
  /* Whether the server is shutting down. Called from any worker. */
  bool (*draining)(void *arg);
  void *arg;
} h1_admin_source;

/* JSON; Prometheus text 0.0.4 when Accept likes text/plain better than
 * application/json, or with ?format=prometheus. ?format=json decides too; any
 * other format: 400, target_invalid. */
void h1_metrics_serve(h1_exchange *x);

/* 200 {"status":"ok"}; while draining 503 {"status":"draining"}, unless the
 * query is `live`, which asks whether the process works. `ready`, or no query,
 * asks whether to send it traffic. */
void h1_health_serve(h1_exchange *x);

#ifdef __cplusplus
}
#endif
#endif
