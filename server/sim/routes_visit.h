/* What the handlers of the simulator share. */
#ifndef H1_SERVER_SIM_ROUTES_VISIT_H_
#define H1_SERVER_SIM_ROUTES_VISIT_H_

#include "parser/values.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of all exchanges since h1_sim_start. */
typedef struct {
  unsigned begun, ended;
  unsigned misended;   /* ended with a state that was not begun */
  unsigned last_calls; /* sinks that were told of the end */
} h1_sim_tally;
extern h1_sim_tally h1_sim_counts;

/* Wakes every exchange that ever waited, those that are over too. */
void h1_sim_wake_all(void);

/* What a handler keeps of one exchange. */
typedef struct {
  uint32_t magic;
  uint64_t at;  /* bytes or lines given so far */
  uint64_t sum; /* of the bytes a sink took */
  uint64_t due_ms;
  bool woken_once;
} h1_sim_visit;

static inline h1_slice text(const char *s) { return h1_slice_of(s); }
static inline h1_slice plain(void) { return text("text/plain"); }

/* For h1_sim_routes_begin. */
void h1_sim_visits_begin(void);
/* Every handler begins with it: the end is noted too. */
h1_sim_visit *h1_sim_begin(h1_exchange *x);
/* h1_sim_wake_all wakes it from now on. */
void h1_sim_waits(h1_exchange *x);
/* Adds up to `most` bytes of a body to its sum; how many. */
size_t h1_sim_take(h1_sim_visit *s, h1_slice piece, size_t most);
uint64_t h1_sim_add_up(uint64_t sum, h1_slice piece);
void h1_sim_reply_sum(h1_exchange *x, uint64_t bytes, uint64_t sum);

/* Those whose answer comes later. */
void h1_sim_later(h1_exchange *x);
void h1_sim_later_time(h1_exchange *x);
void h1_sim_later_lost(h1_exchange *x);
void h1_sim_later_asks(h1_exchange *x);
void h1_sim_echo_later(h1_exchange *x);
void h1_sim_sink_later(h1_exchange *x);

#ifdef __cplusplus
}
#endif
#endif
