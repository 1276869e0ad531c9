/* What the files of the simulator share. */
#ifndef H1_SERVER_SIM_INTERNAL_H_
#define H1_SERVER_SIM_INTERNAL_H_

#include <setjmp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "server/conn/jobs.h"
#include "server/loop/worker.h"
#include "server/sim/sim.h"

#define H1_SIM_FILES 4
/* Rows of clients that proxies speak for. */
#define H1_SIM_SHARES 256u

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
  int epoll_fd;    /* that it is registered with */
  bool holds_back; /* it acknowledges nothing of what was sent */
  bool hurt;       /* a call for it was made to fail, other than by EAGAIN */
  uint64_t moved_ms, ended_ms; /* the server read or wrote; closed its side */
} h1_sim_socket;

/* An eventfd, and whose epoll has it. */
typedef struct {
  int fd, epoll_fd;
  atomic_bool notified;
} h1_sim_note;

/* What a whole server has that one worker has not: an acceptor, and a seed that
 * decides what fails. */
typedef struct {
  int (*fails)(h1_sim_call call); /* as note_call */
  int (*accept)(int fd, struct sockaddr_storage *peer, socklen_t *peer_len);
  /* A listener is waited for, or no longer. */
  int (*listen)(int fd, bool wanted);
  /* Which are ready, if `epoll_fd` is the acceptor's; -1: waiting fails. */
  int (*ready)(int epoll_fd, struct epoll_event *events);
} h1_sim_hooks;
#define H1_SIM_NOTES 16

struct h1_sim {
  const h1_sim_options *options;
  const h1_sim_hooks *hooks; /* NULL: one worker alone */
  h1_worker *worker;         /* whose turn it is, or that is looked at */
  h1_worker own;
  h1_sim_note notes[H1_SIM_NOTES];
  unsigned note_count;
  h1_snapshot snapshots[H1_SNAPSHOTS];
  h1_shared shared;
  h1_handoff handoff;
  h1_queue queue;
  h1_accepted items[64];
  h1_metrics metrics;
  uint8_t *arena, *clients, *shares;
  uint8_t *blocks; /* of the depot; NULL: there is none */
  h1_depot depot;
  h1_shares *told; /* of clients that proxies speak for; NULL: of none */
  size_t arena_bytes;
  uint64_t now_ns;
  h1_sim_socket *sockets;
  int socket_count, socket_cap;
  uint64_t file_size[H1_SIM_FILES];
  jmp_buf asleep; /* where the world goes on while the worker sleeps */
  bool ended;
  int sleep_ms; /* for how long it would */
  bool due;     /* it has slept for that long */
  uint8_t *calls;
  size_t call_count, call_cap;
  uint64_t turns;
  size_t fail_nth;
  int fail_error;
};

/* A client's end, not connected to anything yet; its number. */
int h1_sim_socket_add(h1_sim *s);
/* What epoll would say of it. */
uint32_t h1_sim_level(const h1_sim_socket *k);
h1_sim_note *h1_sim_note_of(h1_sim *s, int epoll_fd);

/* The file descriptor of a client, and back; NULL when `fd` is none. */
#define H1_SIM_FD 1000
h1_sim_socket *h1_sim_socket_of(h1_sim *s, int fd);

extern h1_sim *h1_sim_world; /* the one that there is */
#define H1_SIM_START_NS ((uint64_t)1000 * 1000000000u)
#define H1_SIM_START_S ((uint64_t)1700000000u)

/* Ends the program when it is NULL. */
void *h1_sim_need(void *p);
/* Room for `n` bytes more; and the same, filled. */
uint8_t *h1_sim_grow(uint8_t **bytes, size_t *len, size_t *cap, size_t n);
void h1_sim_append(uint8_t **bytes, size_t *len, size_t *cap, const void *more,
                   size_t n);

/* What worlds of one worker and of a whole server have in common: their clock,
 * clients table, snapshot and routes; and what of it has to be given back. `s`
 * is zeroed, and stays the caller's. */
bool h1_sim_begin_world(h1_sim *s, const h1_sim_options *o, char message[256]);
void h1_sim_end_world(h1_sim *s);
/* Every handler that began has been told of its end, once. */
void h1_sim_check_handlers(h1_sim *s);

/* After a turn; and when the worker would sleep. */
void h1_sim_check(h1_sim *s);
void h1_sim_check_asleep(h1_sim *s);
/* When no connection may be left: to the worker, and at all. */
void h1_sim_check_worker_empty(h1_sim *s);
void h1_sim_check_empty(h1_sim *s);
/* Then no client of a proxy is counted. */
void h1_sim_check_shares(h1_sim *s);

#endif
