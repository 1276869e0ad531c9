/* What a client gets from the simulated server: laws 1, 2 and 4 of those that
 * targets/connection_fuzz.c lists. */
#ifndef H1_FUZZ_LAWS_CONNECTION_H_
#define H1_FUZZ_LAWS_CONNECTION_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fuzz/laws/connection_traffic.h"
#include "server/sim/sim.h"

#define CONNECTION_REQUESTS 128
#define CONNECTION_QUEUE 65536

/* A client and what it sent. */
typedef struct {
  int id; /* of the simulator; -1: not connected */
  uint8_t queue[CONNECTION_QUEUE];
  size_t queued, delivered;
  const connection_request *asked[CONNECTION_REQUESTS];
  size_t ends[CONNECTION_REQUESTS]; /* where each request ends in the queue */
  size_t count;
  bool raw;       /* has sent bytes of its own */
  bool finished;  /* sends no more */
  bool disturbed; /* reset, or came too late */
} connection_client;

/* What bears on the answers of all clients. */
typedef struct {
  bool trouble; /* calls failed, time passed, or memory is short */
  bool short_of_memory;
  bool lane;
  bool proxied; /* connections begin with a PROXY header */
} connection_world;

/* Reads all that the client got. `at_end`: everyone has what they will get, so
 * that an answer may not be missing. */
void connection_check(h1_sim *sim, const connection_world *w,
                      const connection_client *c, bool at_end);

#endif
