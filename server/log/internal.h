/* What the parts of `log` share: the formatting of a line with the second kept
 * from call to call, the ring between a worker and the log thread, and what
 * that thread does in one turn. Private to the library. */
#ifndef H1_SERVER_LOG_INTERNAL_H_
#define H1_SERVER_LOG_INTERNAL_H_

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "server/log/log.h"

/* The text of one second. Most lines share it with the line before. */
typedef struct {
  bool filled;
  int64_t second;
  uint8_t json[19];     /* 2026-11-23T02:57:33 */
  uint8_t combined[20]; /* 23/Nov/2026:02:57:33 */
} h1_log_clock;

size_t h1_log_format_with(h1_log_clock *clock, h1_log_format format,
                          const h1_log_entry *e, h1_buffer room);

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

/* ---- the log, as its thread knows it ---- */

struct h1_log {
  h1_log_format format;
  bool enabled;
  bool by_path; /* opened here; else standard output */
  unsigned workers;
  int wake_fd;
  pthread_t thread;
  bool finished; /* the thread was joined */
  char path[H1_PATH_OPTION_BYTES];

  _Atomic bool stop, reopen;
  _Atomic uint64_t lost; /* lines */

  /* The thread's own. */
  int fd;
  bool regular;
  bool in_line; /* what was written last did not end a line */
  bool torn;    /* an error has cut that line */
  unsigned at;  /* the ring that goes on */
  bool reported;
  uint64_t reported_ms;

  h1_log_ring rings[];
};

typedef enum {
  H1_LOG_IDLE,  /* there was nothing to write */
  H1_LOG_WROTE, /* all that was there has been written, or is lost */
  H1_LOG_FULL,  /* the target takes nothing now: poll tells when it does */
  H1_LOG_SHORT  /* it has room, but not enough: try again soon */
} h1_log_step;

/* One turn, which never waits. */
h1_log_step h1_log_turn(h1_log *log);
/* All that the rings hold is lost. */
void h1_log_give_up(h1_log *log);

int h1_log_open_target(const char *path);
void h1_log_set_target(h1_log *log, int fd);
void h1_log_reopen_target(h1_log *log);
uint64_t h1_log_now_ms(void);

#endif
