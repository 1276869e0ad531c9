/* What a server is made of, as its starter says it. */
#ifndef H1_SERVER_OPTIONS_H_
#define H1_SERVER_OPTIONS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/config/config.h"
#include "server/handler.h"
#include "server/metrics/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

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
  h1_tick tick; /* or NULL */
  void *tick_data;
  /* What handlers count, for the metrics, or NULL; any thread, with tick_data.
   */
  void (*count_unused)(void *data, h1_unused_counts *out);
  /* Called once when every thread is there and no connection is accepted yet;
   * NULL, or false with a one-line message when the start has to end. */
  bool (*seal)(void *seal_data, char message[256]);
  void *seal_data;
  const h1_metrics_sandbox *sandbox; /* what the metrics say; or NULL */
} h1_server_options;

#ifdef __cplusplus
}
#endif
#endif
