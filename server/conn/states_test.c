/* Every pair of states: the edges that conn's diagram has are taken in silence,
 * any other is a fault that is said, counted and ends the connection. C, for
 * the structs of internal.h; each line of output is a failure. */
#include "server/conn/states.h"

#include <stdio.h>
#include <string.h>

#include "server/conn/context.h"
#include "server/conn/flight.h"

/* The linker puts this in the place of the one that serves. */
void __wrap_h1_sys_cannot_be(const char *what);

static unsigned said, failures;
static h1_metrics metrics;
static h1_context context;
static h1_flight flight;

void __wrap_h1_sys_cannot_be(const char *what) {
  if (what[0] != '\0') said++;
}

static h1_conn make(h1_life life, h1_in in, h1_out out) {
  memset(&metrics, 0, sizeof metrics);
  memset(&flight, 0, sizeof flight);
  said = 0;
  context.metrics = &metrics;
  return (h1_conn){.context = &context,
                   .life = life,
                   .in = in,
                   .out = out,
                   .flight = &flight};
}

static void expect(const char *machine, int from, int to, bool legal,
                   const h1_conn *c) {
  const uint64_t counted = h1_counter_get(&metrics.internal_errors);
  const bool silent =
      said == 0 && counted == 0 && !c->socket.dead && flight.reason == H1_OK;
  const bool fault = said == 1 && counted == 1 && c->socket.dead &&
                     flight.reason == H1_INTERNAL_ERROR;
  if (legal ? silent : fault) return;
  printf("%s: %d -> %d: said %u, counted %llu, dead %d, reason %s\n", machine,
         from, to, said, (unsigned long long)counted, c->socket.dead,
         h1_error_name(flight.reason));
  failures++;
}

/* Rows: from; columns: to. */
static const char *const LIFE[] = {".x.", "x.x", "x.."};
static const char *const IN[] = {".x.x", "..xx", "...x", "x..x"};
static const char *const OUT[] = {".xx.", "..x.", "...x", "x..."};

int main(void) {
  for (int from = 0; from < 3; from++) {
    for (int to = 0; to < 3; to++) {
      h1_conn c = make((h1_life)from, H1_IN_HEAD, H1_ANSWER_IDLE);
      h1_conn_set_life(&c, (h1_life)to);
      expect("life", from, to, LIFE[from][to] == 'x', &c);
    }
  }
  for (int from = 0; from < 4; from++) {
    for (int to = 0; to < 4; to++) {
      h1_conn c = make(H1_LIFE_OPEN, (h1_in)from, H1_ANSWER_IDLE);
      h1_conn_set_in(&c, (h1_in)to);
      expect("in", from, to, IN[from][to] == 'x', &c);
      c = make(H1_LIFE_OPEN, H1_IN_HEAD, (h1_out)from);
      h1_conn_set_out(&c, (h1_out)to);
      expect("out", from, to, OUT[from][to] == 'x', &c);
    }
  }
  return failures == 0 ? 0 : 1;
}
