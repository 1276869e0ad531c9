/* Memory for bodies and turns when it is short: who waits for blocks gets them
 * as they come free, and who holds some gives way (server/conn/standing.h says
 * who), first those of this worker and then those of the others, which return
 * what comes free to the depot. */
#ifndef H1_SERVER_LOOP_RELIEF_H_
#define H1_SERVER_LOOP_RELIEF_H_

#include "server/base/queue.h"
#include "server/conn/context.h"
#include "server/conn/standing.h"

/* Evictions in a turn, and how much later the next look is when there was
 * nobody: a look is one at every connection. */
#define H1_RELIEF_PER_TURN 8u
#define H1_RELIEF_MS 10u

/* What memory was like when nobody who waits for it could be served. */
typedef struct {
  size_t count, used, reserved, total, depot;
  uint64_t aside;
  const h1_conn *finisher, *favoured;
} h1_waiting;

/* A worker's. */
typedef struct {
  h1_context *cx;
  h1_queue *queue;
  uint64_t look_ms; /* no look before: nobody gave way */
  bool pressing;    /* memory was wanted at the last one, and nobody in debt */
  h1_waiting waiting;
  _Atomic uint64_t asked; /* by another worker; 0: no */
} h1_relief;

void h1_relief_init(h1_relief *r, h1_context *cx, h1_queue *queue);

/* For those who wait here. True: the others are to be asked for `*ask`. */
H1_MUST_USE bool h1_relief_evict(h1_relief *r, h1_blocks_wanted *ask);
/* Any thread; then its worker is to be woken. */
void h1_relief_ask(h1_relief *r, const h1_blocks_wanted *ask);
/* What another has asked. */
void h1_relief_answer(h1_relief *r);
/* Those who wait and may go on, do; what nobody needs is returned. */
void h1_relief_wake(h1_relief *r);
/* When to look again, in milliseconds; -1: nobody waits. */
int h1_relief_time(const h1_relief *r);

#endif
