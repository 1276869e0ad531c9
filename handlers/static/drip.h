/* A body that is read from storage which may make one wait: piece by piece, by
 * a helper thread what is not in memory. In the place of sendfile, which would
 * make the worker wait. */
#ifndef H1_HANDLERS_STATIC_DRIP_H_
#define H1_HANDLERS_STATIC_DRIP_H_

#include <stdint.h>

#include "handlers/static/helpers.h"
#include "server/handler.h"

/* In the exchange's state. Its members are private. */
typedef struct {
  h1_static_helpers *helpers;
  h1_static_job *job; /* that reads the next piece, or NULL */
  h1_wake_token token;
  uint64_t at, end, since_ms;
  int fd; /* borrowed: open until the exchange ends */
} h1_static_drip;

/* Whether bytes offset .. offset+length of a local file are in memory, as far
 * as some of them tell. */
bool h1_static_in_memory(int fd, uint64_t offset, uint64_t length);

void h1_static_drip_begin(h1_static_drip *d, h1_exchange *x,
                          h1_static_helpers *helpers, int fd, uint64_t offset,
                          uint64_t length);
/* As an h1_pull does. */
h1_pulled h1_static_drip_pull(h1_static_drip *d, h1_buffer room,
                              uint64_t now_ms);
/* When the exchange ends. */
void h1_static_drip_end(h1_static_drip *d);

#endif
