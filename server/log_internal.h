/* What the parts of `log` share: the formatting of a line with the second kept
 * from call to call, and the ring between a worker and the log thread. Private
 * to the library. */
#ifndef H1_SERVER_LOG_INTERNAL_H_
#define H1_SERVER_LOG_INTERNAL_H_

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "server/log.h"

/* The text of one second. Most lines share it with the line before. */
typedef struct {
  bool filled;
  int64_t second;
  uint8_t json[19];     /* 2026-11-23T02:57:33 */
  uint8_t combined[20]; /* 23/Nov/2026:02:57:33 */
} h1_log_clock;

size_t h1_log_format_with(h1_log_clock *clock, h1_log_format format,
                          const h1_log_entry *e, h1_room room);

/* Room for some thousand lines: what a busy worker writes while the log thread
 * waits for its turn on a loaded machine. A power of two. */
#define H1_LOG_RING_BYTES ((size_t)512 * 1024)

/* One producer, one consumer. `head` and `tail` count bytes ever written and
 * ever taken, so their difference is what the ring holds. Whole lines are made
 * visible at once. */
typedef struct {
  alignas(64) _Atomic size_t head; /* stored by the producer alone */
  h1_log_clock clock;              /* the producer's */
  uint8_t line[H1_LOG_LINE_MAX];   /* the producer's */
  alignas(64) _Atomic size_t tail; /* stored by the consumer alone */
  alignas(64) uint8_t bytes[H1_LOG_RING_BYTES];
} h1_log_ring;

void h1_log_ring_init(h1_log_ring *r);
/* By the producer. False, nothing added, when there is no room. `*before`: how
 * many bytes the ring held. */
bool h1_log_ring_push(h1_log_ring *r, const uint8_t *line, size_t len,
                      size_t *before);
/* By the consumer. All that the ring holds, in one or two pieces; returns how
 * many bytes. They stay valid until released. */
size_t h1_log_ring_peek(h1_log_ring *r, h1_slice pieces[2]);
void h1_log_ring_release(h1_log_ring *r, size_t len);

#endif
