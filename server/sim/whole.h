/* A whole server in one simulated run: acceptor, queue, several workers, the
 * overload lane, the table of clients, the log and the stop, and clients that
 * are good, slow, greedy or gone. One seed decides everything: who takes the
 * next turn, when time passes, what arrives and in which pieces, how much a
 * call takes, and which call fails. The same seed is the same run.
 *
 * What has to hold, whatever the seed:
 *
 *   - every invariant of a worker after each of its turns (sim.h);
 *   - whoever sleeps has nothing to do, and nobody spins;
 *   - every request is answered once, as its route answers, or its connection
 *     was closed with a reason in the log; the log has a line for each;
 *   - while all places are held by those who do nothing, a newcomer of another
 *     address is served within a second;
 *   - one client may have all places while there is room; then, although it
 *     uses them, each other gets one of them within a second, and one more of
 *     its own is refused with its own reason, which nobody else gets;
 *   - in a stop nobody who was idle for less than --drain-idle is closed before
 *     that has passed or one more request has come; who had connected before
 *     the listeners closed is accepted; when everybody leaves, the server ends;
 *   - who comes to a listener for proxies without a good PROXY header is
 *     refused, and who is spoken for counts as himself;
 *   - then no byte, slot, block, promise, descriptor or count of a client is
 *     left, and what was accepted was closed. */
#ifndef H1_SERVER_SIM_WHOLE_H_
#define H1_SERVER_SIM_WHOLE_H_

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t turns, connections, requests, refusals, failures, probes, stops;
} h1_whole_totals;

/* The run of `seed`; adds to `totals`. What went wrong first, "" if nothing.
 * `trace`: every step goes to standard output. */
const char *h1_whole_run(uint64_t seed, bool trace, h1_whole_totals *totals);

#endif
