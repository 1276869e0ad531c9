/* One connection: its two small state machines under one lifecycle.
 *
 *   life:  FREE --open--> OPEN --close--> FREE
 *                          |  server ends it early      ^
 *                          +--> LINGER (half-closed) ---+
 *
 *   in:    HEAD -> BODY -> TRAILERS -> DONE     reading a request
 *   out:   IDLE -> WAITING -> SENDING -> SENT   answering it
 *
 * The exchange is over when `in` is DONE and `out` is SENT; both then start
 * again, or the connection closes. An early answer is `out` SENT while `in` is
 * still BODY: the rest is read and dropped within bounds.
 *
 * A connection belongs to one worker, which alone touches it, from h1_conn_open
 * to its close. Idle, it owns nothing but this struct: blocks are borrowed only
 * while a request is in progress. */
#ifndef H1_SERVER_CONN_H_
#define H1_SERVER_CONN_H_

#include "parser/chunked.h"
#include "parser/framing.h"
#include "parser/request.h"
#include "server/handler.h"
#include "server/pool.h"
#include "server/queue.h"
#include "server/wheel.h"

typedef struct h1_worker h1_worker;
typedef struct h1_conn h1_conn;

typedef enum { H1_LIFE_FREE, H1_LIFE_OPEN, H1_LIFE_LINGER } h1_life;
typedef enum { H1_IN_HEAD, H1_IN_BODY, H1_IN_TRAILERS, H1_IN_DONE } h1_in;
typedef enum {
  H1_OUT_IDLE,
  H1_OUT_WAITING, /* for the body, or for the handler */
  H1_OUT_SENDING, /* the head is staged, the body is on its way */
  H1_OUT_SENT     /* every byte is staged or with the kernel */
} h1_out;

/* Where the rest of an answer comes from. */
typedef enum {
  H1_SOURCE_NONE,
  H1_SOURCE_BYTES, /* borrowed bytes */
  H1_SOURCE_BODY,  /* the request's buffered body */
  H1_SOURCE_FILE,
  H1_SOURCE_PULL
} h1_source;

/* Which list of its worker a connection is on; at most one. */
typedef enum {
  H1_LIST_NONE,
  H1_LIST_FRESH,  /* no byte yet; oldest first */
  H1_LIST_IDLE,   /* kept alive, nothing in progress; longest idle first */
  H1_LIST_LINGER, /* half-closed, longest first */
  H1_LIST_READY,  /* has work left from an earlier turn */
  H1_LIST_TURN,   /* waits for blocks before it may read */
  H1_LIST_HOLDER, /* holds large blocks while it waits for its client */
  H1_LIST_BODY,   /* waits for blocks for its chunked body */
  H1_LIST_COUNT
} h1_list_id;

struct h1_conn {
  h1_timer timer; /* first: the wheel hands back its address */
  h1_worker *worker;
  h1_conn *prev, *next;
  h1_list_id list;
  int fd;
  uint32_t slot, generation;
  h1_life life;
  h1_in in;
  h1_out out;

  bool readable,
      writable;      /* as far as we know: cleared by a short read, EAGAIN */
  bool registered;   /* with epoll */
  bool eof;          /* the client will send no more */
  bool dead;         /* reset: nothing more can be sent */
  bool admin;        /* by an admin listener */
  bool persists;     /* another request may follow this exchange */
  bool linger;       /* end by lingering, not by a plain close */
  bool hup;          /* epoll said so: read on until the end shows */
  bool pull_waiting; /* a pull or sink that waits to be woken */
  bool sink_waiting;
  bool waits_memory; /* its chunked body does; reading is disarmed */
  bool drop_body;    /* the answer did not wait for it */
  bool expects_continue;
  bool decoded;     /* the head was whole and well-formed */
  h1_error refusal; /* overload lane: what every answer is refused with */

  uint64_t requests;    /* begun on this connection */
  uint64_t since_ms;    /* idle, head's first byte, or linger began */
  uint64_t head_ns;     /* first byte of the request in progress */
  uint64_t progress_ms; /* last time a body byte arrived */
  uint64_t write_progress_ms;
  size_t unsent;       /* in the kernel when it last took no more */
  uint64_t wait_ms;    /* since when it waits for memory */
  uint64_t wake_at_ms; /* when a waiting pull wants to be called */

  /* Input carried from turn to turn: block->at .. block->len. */
  h1_block *carry;
  bool decoding; /* the carry's decoder is in mid-head or mid-trailer */

  /* The exchange in progress. `kept`: its head, when it outlives a turn. */
  h1_block *kept;
  h1_framing framing;
  h1_chunked_decoder chunked;
  h1_body_mode body_mode;
  uint64_t head_bytes, trailer_bytes;
  uint64_t body_left;  /* with a declared length */
  size_t data_ready;   /* decoded body bytes at the window's start */
  uint64_t body_bytes; /* decoded so far */
  uint64_t body_start_ms;
  uint64_t body_limit;
  uint64_t drop_left; /* how much more of a dropped body is read */
  h1_block *body_first, *body_last;
  size_t body_blocks;   /* in the chain */
  size_t body_reserved; /* promised by the pool, not yet in the chain */

  /* The answer in progress. */
  h1_block *pending, *pending_last; /* staged bytes the kernel did not take */
  h1_source source;
  const uint8_t *bytes;
  uint64_t left; /* of the source; H1_LENGTH_UNKNOWN for an open pull */
  int file;
  uint64_t file_at;
  h1_block *body_at; /* next block of SOURCE_BODY */
  h1_pull pull;
  bool chunked_out;
  uint16_t status;
  h1_error reason;
  uint64_t sent_body; /* body bytes of this answer */
  h1_sink sink;
  void (*on_end)(void *state);
  struct h1_job *job; /* runs on a helper thread */

  char client[46]; /* address text, for the log */
  uint8_t client_len;
  h1_peer peer;

  /* H1_STATE_BYTES beside the slots, not among them: most exchanges need none,
   * and what is never touched takes no memory. */
  void *state;
  bool state_used;
};

/* Takes over `accepted->fd` and serves what has already arrived. The worker
 * must have a free slot. */
void h1_conn_open(h1_worker *w, const h1_accepted *accepted);

/* Does everything that can be done now: reads, decodes, answers, sends, within
 * the turn's budget. May close the connection. */
void h1_conn_turn(h1_conn *c);

/* Its deadline has passed. */
void h1_conn_due(h1_conn *c);

/* For those on H1_LIST_HOLDER: from when on it gives way to those who wait for
 * memory; and doing so, by a 503 where an answer is still possible. */
uint64_t h1_conn_gives_way_ms(const h1_conn *c);
void h1_conn_give_way(h1_conn *c);

/* Drops it now. `reason` is logged when a request was in progress. */
void h1_conn_close(h1_conn *c, h1_error reason);

/* ---- between the files of the connection ---- */

typedef enum {
  H1_GO_ON,   /* progress: look again */
  H1_BLOCKED, /* nothing more can be done now */
  H1_YIELD,   /* the turn's budget is used up */
  H1_GONE     /* closed, the struct is free */
} h1_progress;

/* conn.c */

/* The head being served: kept, or still in the turn's buffer. */
const h1_request *h1_conn_request(const h1_conn *c);
/* The exchange's own memory, zeroed when it is first asked for. */
void *h1_conn_state(h1_conn *c);
/* Runs the handler of the request being served, which is complete (or is to be
 * streamed), and stages its answer. */
void h1_conn_run(h1_conn *c);
/* Answers the request being served with `why` and ends the connection behind
 * it; when it was answered already, only ends. */
void h1_conn_refuse(h1_conn *c, h1_error why);
/* Sends what is staged, then notes the exchanges it finished in metrics and
 * log. */
void h1_conn_settle(h1_conn *c);

/* conn_in.c: the request side. */

/* Points the turn's window at what an earlier turn kept; keeps what is left. */
void h1_in_load(h1_conn *c);
void h1_in_save(h1_conn *c);
h1_progress h1_in_step(h1_conn *c);
/* Reads more into the window, until up to `limit` bytes in it are unread.
 * BLOCKED also at the end of input; then c->eof is set. */
h1_progress h1_in_receive(h1_conn *c, size_t limit);
/* Lets `c` wait until blocks come back. */
h1_progress h1_in_wait(h1_conn *c);
/* Throws away what is in the window. */
void h1_in_discard(h1_conn *c);
/* Gives up a head that never became whole: a request of which nothing is
 * known. */
void h1_in_abandon_head(h1_conn *c);
/* Copies the request's head out of the turn's buffer so that it outlives the
 * turn. */
void h1_in_keep_head(h1_conn *c);
/* Whether a request has begun to arrive: more than an ignored empty line. */
bool h1_in_started(const h1_conn *c);
/* Reads and throws away, half-closed; closes within its bounds. */
h1_progress h1_in_linger(h1_conn *c);

/* conn_body.c: the body side of it. */

/* Admits the body of the request just judged; runs the handler when it has
 * none. */
h1_progress h1_body_begin(h1_conn *c);
h1_progress h1_body_step(h1_conn *c);
/* The body is complete: the handler may run. */
h1_progress h1_body_complete(h1_conn *c);
/* When the body is too late: stalled, or below the least rate. */
uint64_t h1_body_deadline(const h1_conn *c);
h1_error h1_body_lateness(const h1_conn *c);
/* Gives back the blocks and what was promised. */
void h1_body_release(h1_conn *c);

/* conn_out.c: the answer side. */

h1_progress h1_out_step(h1_conn *c);
/* Hands pending and staged bytes to the kernel; keeps what it does not take.
 * Sets c->dead when the connection is broken. */
void h1_out_flush(h1_conn *c);
/* At the write deadline: whether the client has taken anything since. */
bool h1_out_progressed(h1_conn *c);
void h1_out_release(h1_conn *c);

#endif
