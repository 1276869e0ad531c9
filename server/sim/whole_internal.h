/* What the files of the whole server's simulator share. */
#ifndef H1_SERVER_SIM_WHOLE_INTERNAL_H_
#define H1_SERVER_SIM_WHOLE_INTERNAL_H_

#include "server/log/internal.h"
#include "server/loop/acceptor.h"
#include "server/sim/internal.h"
#include "server/sim/whole.h"

#define H1_WHOLE_WORKERS 3u
#define H1_WHOLE_CLIENTS 64u
#define H1_WHOLE_REQUESTS 4u
#define H1_WHOLE_LINES 512u

/* Which listener. */
typedef enum {
  H1_WHOLE_PUBLIC,
  H1_WHOLE_ADMIN,
  H1_WHOLE_PROXIED, /* a PROXY header comes first */
  H1_WHOLE_DOORS
} h1_whole_door;

typedef enum {
  H1_WHOLE_GOOD,      /* sends requests in pieces, reads all */
  H1_WHOLE_PROBE,     /* the same at once, from an address of its own */
  H1_WHOLE_BUSY,      /* a body that goes on, from one address */
  H1_WHOLE_SILENT,    /* connects, that is all */
  H1_WHOLE_IDLE,      /* one request, then nothing */
  H1_WHOLE_SLOW_HEAD, /* half a head */
  H1_WHOLE_SLOW_BODY, /* a little of a body */
  H1_WHOLE_PULL,      /* waits for a handler that does nothing */
  H1_WHOLE_UNREAD,    /* asks for much and reads none of it */
  H1_WHOLE_HEADLESS,  /* to a proxy's listener with a wrong header, or none */
  H1_WHOLE_KINDS
} h1_whole_kind;

typedef struct {
  h1_whole_kind kind;
  int socket;
  uint8_t host;
  h1_whole_door door;
  bool accepted, left;
  size_t header;                        /* bytes of its PROXY header */
  unsigned requests[H1_WHOLE_REQUESTS]; /* which of the list */
  size_t ends[H1_WHOLE_REQUESTS];       /* where each ends in `bytes` */
  unsigned request_count;
  unsigned in_time; /* delivered whole while the server read still */
  char bytes[1024];
  size_t len, sent;
  uint64_t connected_ms;
  /* Of a stop: to be kept, and how many answers it had. */
  bool kept;
  unsigned answers_then;
} h1_whole_client;

typedef struct {
  bool asleep, ended;
  uint64_t until_ms; /* H1_NEVER: until something happens */
} h1_whole_thread;

typedef struct {
  unsigned port, status;
  bool has_reason;
  bool held_back; /* not all of its answer was with the kernel */
  bool for_share; /* refused because its client has more than its share */
} h1_whole_line;

typedef enum {
  H1_WHOLE_PLAYS,
  H1_WHOLE_LEAVES, /* everybody goes, the server is told to stop */
} h1_whole_phase;

typedef struct {
  h1_sim sim;
  h1_sim_options options;
  uint64_t random;
  bool trace;
  h1_whole_totals *totals;

  /* What the seed has chosen for this run. */
  bool faults, attack, deferred;
  bool proxies, strangers; /* there are some; they are not trusted */
  bool uploads;            /* nothing but bodies that do not come */
  bool greed;              /* one client has all places, and uses them */
  unsigned budget;         /* what clients may still do */
  uint64_t drain_delay_ms;

  unsigned count; /* of workers; then the lane */
  h1_worker workers[H1_WHOLE_WORKERS + 1];
  h1_metrics metrics[H1_WHOLE_WORKERS + 1];
  h1_depot depot;
  size_t blocks; /* large ones of all workers and the depot */
  h1_queue lane_queue;
  h1_accepted lane_items[H1_LANE_SLOTS];
  h1_listeners listeners;
  bool wanted[H1_WHOLE_DOORS]; /* by epoll */
  h1_acceptor acceptor;
  h1_acceptor_metrics acceptor_metrics;
  h1_log *log;
  h1_whole_thread threads[H1_WHOLE_WORKERS + 3]; /* lane, acceptor, log */

  h1_whole_phase phase;
  uint64_t term_ms, leave_ms; /* 0: not yet */
  bool closing, closed, lane_closed;

  h1_whole_client clients[H1_WHOLE_CLIENTS];
  unsigned client_count, probes;
  unsigned most[256]; /* connections that each host had at a time */
  h1_whole_line lines[H1_WHOLE_LINES];
  unsigned line_count;
} h1_whole;

extern h1_whole *h1_whole_world;
extern const h1_sim_hooks h1_whole_hooks;

/* ---- chance ---- */

uint64_t h1_whole_random(h1_whole *w);
/* Below `n`. */
unsigned h1_whole_below(h1_whole *w, unsigned n);
/* True once in `n` times. */
bool h1_whole_chance(h1_whole *w, unsigned n);
void h1_whole_say(const h1_whole *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

uint64_t h1_whole_now_ms(const h1_whole *w);
h1_sim_socket *h1_whole_socket(h1_whole *w, const h1_whole_client *c);

/* ---- the kernel ---- */

/* Whether a listener has one that may be accepted. */
bool h1_whole_has_pending(h1_whole *w, h1_whole_door door);
/* When the next that is held back comes by itself; H1_NEVER: none is. */
uint64_t h1_whole_next_pending_ms(h1_whole *w);

/* ---- threads ---- */

/* TERM; and what follows it once --drain-delay is over. */
void h1_whole_terminate(h1_whole *w);
void h1_whole_begin_closing(h1_whole *w);
/* A turn of any thread that may have one; false: all sleep. */
bool h1_whole_run_one(h1_whole *w);
/* All sleep: nobody is queued whom one of them could take. */
void h1_whole_check_quiet(h1_whole *w);
/* When something happens by itself; H1_NEVER: nothing does. */
uint64_t h1_whole_next_ms(h1_whole *w);
bool h1_whole_all_ended(const h1_whole *w);
/* False: there was nothing to read. */
bool h1_whole_read_log(h1_whole *w);

/* ---- clients ---- */

/* One of them does something; false: there is nothing to do. */
bool h1_whole_client_acts(h1_whole *w);
void h1_whole_everyone_leaves(h1_whole *w);
h1_whole_client *h1_whole_connect(h1_whole *w, h1_whole_kind kind);
void h1_whole_deliver(h1_whole *w, h1_whole_client *c, size_t n);
/* Final answers that are whole; -1: what was sent is none. `last_closes`: after
 * the last of them nothing more is to be expected. */
int h1_whole_answers(h1_whole *w, const h1_whole_client *c,
                     unsigned statuses[H1_WHOLE_REQUESTS], bool *last_closes);
/* What a request is answered with when nothing is amiss; 0: not at all. */
unsigned h1_whole_expected(unsigned request);

/* So much time, in which clients do nothing, or until there is an answer. */
void h1_whole_wait(h1_whole *w, uint64_t ms, const h1_sim_socket *answered);

/* ---- laws ---- */

/* Shares: one client takes all places there are, and then others come. */
void h1_whole_check_shares(h1_whole *w);

/* When the stop begins: who is to be kept; and after each turn from then on. */
void h1_whole_note_kept(h1_whole *w);
void h1_whole_check_kept(h1_whole *w);
void h1_whole_check_listeners_closed(h1_whole *w);
/* When everything has ended. */
void h1_whole_check_ledger(h1_whole *w);
void h1_whole_check_end(h1_whole *w);

#endif
