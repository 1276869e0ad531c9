/* What the files of the simulator share. */
#ifndef H1_SERVER_SIM_INTERNAL_H_
#define H1_SERVER_SIM_INTERNAL_H_

#include <setjmp.h>

#include "server/jobs.h"
#include "server/sim.h"
#include "server/worker.h"

#define H1_SIM_FILES 4

/* One end of a connection: the server's. */
typedef struct {
  h1_sim_state state;
  bool registered, edge;
  uint32_t interest;
  uint64_t data;
  uint8_t *in;
  size_t in_at, in_len, in_cap;
  uint8_t *out;
  size_t out_len, out_cap;
  size_t room, send_max, unsent;
  bool refused; /* a send was, so an edge follows when there is room */
  bool finished, reset;
} h1_sim_socket;

struct h1_sim {
  const h1_sim_options *options;
  h1_worker worker;
  h1_shared shared;
  h1_queue queue;
  h1_accepted items[64];
  h1_metrics metrics;
  uint8_t *memory, *arena;
  uint64_t now_ns;
  h1_sim_socket *sockets;
  int socket_count, socket_cap;
  uint64_t file_size[H1_SIM_FILES];
  atomic_bool notified;
  bool notify_edge;
  jmp_buf asleep; /* where the world goes on while the worker sleeps */
  bool ended;
  int sleep_ms; /* for how long it would */
  uint8_t *calls;
  size_t call_count, call_cap;
  uint64_t turns;
  size_t fail_nth;
  int fail_error;
};

/* The file descriptor of a client, and back; NULL when `fd` is none. */
#define H1_SIM_FD 1000
h1_sim_socket *h1_sim_socket_of(h1_sim *s, int fd);

/* After a turn; and when the worker would sleep. */
void h1_sim_check(h1_sim *s);
void h1_sim_check_asleep(h1_sim *s);
/* When no connection may be left. */
void h1_sim_check_empty(h1_sim *s);

#endif
