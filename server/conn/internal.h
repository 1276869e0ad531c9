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
 * to its close. Idle, it owns nothing except its slot: a flight and blocks are
 * borrowed while a request is in progress.
 *
 * This header has the structs, for the files of the folder. A part of one is
 * written by the file that its comment names; all others only read it. */
#ifndef H1_SERVER_CONN_INTERNAL_H_
#define H1_SERVER_CONN_INTERNAL_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/chunked.h"
#include "parser/framing.h"
#include "parser/request.h"
#include "server/base/origin.h"
#include "server/base/peer.h"
#include "server/base/pool.h"
#include "server/base/wheel.h"
#include "server/conn/snapshot.h"
#include "server/handler.h"
#include "server/router.h"

typedef struct h1_context h1_context;
typedef struct h1_conn h1_conn;
typedef struct h1_flight h1_flight;
typedef struct h1_standing h1_standing;

typedef enum { H1_LIFE_FREE, H1_LIFE_OPEN, H1_LIFE_LINGER } h1_life;
typedef enum { H1_IN_HEAD, H1_IN_BODY, H1_IN_TRAILERS, H1_IN_DONE } h1_in;
typedef enum {
  H1_ANSWER_IDLE,
  H1_ANSWER_WAITING, /* for the body, or for the handler */
  H1_ANSWER_SENDING, /* the head is staged, the body is on its way */
  H1_ANSWER_SENT     /* every byte is staged or with the kernel */
} h1_out;

/* Which list of its worker a connection is on; at most one. */
typedef enum {
  H1_LIST_NONE,
  H1_LIST_FRESH,  /* no byte yet; oldest first */
  H1_LIST_IDLE,   /* kept alive, nothing in progress; longest idle first */
  H1_LIST_LINGER, /* half-closed, longest first */
  H1_LIST_READY,  /* has work left from an earlier turn */
  H1_LIST_TURN,   /* waits for blocks before it may read */
  H1_LIST_BODY,   /* waits for blocks for its chunked body */
  H1_LIST_COUNT
} h1_list_id;

/* ---- the connection ---- */

/* The descriptor and what is known of its two directions; socket.c. */
typedef struct {
  int fd;
  bool registered;         /* with epoll */
  bool readable, writable; /* until a short read, or EAGAIN */
  bool eof;                /* the client will send no more */
  bool hup;                /* epoll said so: read on until the end shows */
  bool dead;               /* reset: nothing more can be sent */
  bool cut;                /* to be closed by a reset */
  bool starved;            /* the kernel was short: to be tried again */
  h1_peer peer;
  h1_peer told;    /* who a PROXY header says it is; family 0: none does */
  uint32_t client; /* its row in the clients table */
} h1_socket;

/* Input carried from turn to turn: leftover->at .. leftover->len; window.c,
 * except `begun` and `proxy_due`. */
typedef struct {
  h1_block *leftover;
  bool decoding;  /* a decoder is in mid-head or mid-trailer */
  bool begun;     /* the head has its first byte; head.c */
  bool proxy_due; /* a PROXY header has to come first; proxy_head.c */
} h1_input;

/* Staged bytes that the kernel did not take; out.c. */
typedef struct {
  h1_block *pending, *pending_last;
  /* Since it first took no more while there was something to send; 0: there is
   * nothing. `handed`: what it held then, and all that it took since. */
  uint64_t full_ms, handed;
  /* What the kernel was seen to hold, while that is looked at; unacked.c, what
   * is not said to be of out.c. */
  uint32_t look_ms;         /* the next look; the low bits */
  uint32_t unacked, memory; /* bytes at the last, and what they took */
  uint32_t given;           /* that the kernel took since then; out.c */
  uint32_t unsent;          /* in the kernel when it last took no more; out.c */
  bool watched, stuck;
  bool was_full; /* it has once taken no more; out.c */
} h1_output;

/* What the deadlines count from; deadlines.c. */
typedef struct {
  uint64_t since_ms;       /* idle, head's first byte, or linger began */
  uint64_t head_ns;        /* first byte of the request in progress */
  uint64_t read_moved_ms;  /* bytes last arrived */
  uint64_t write_moved_ms; /* the client last took something */
  uint64_t wait_ms;        /* since when it waits for memory */
} h1_times;

/* Idle, a connection is this struct and no more: what an exchange in progress
 * needs is its flight. A part is written by the file that its comment names. */
struct h1_conn {
  h1_timer timer; /* first: the wheel hands back its address */
  h1_context *context;
  h1_conn *prev, *next;      /* of its list, or of the free slots; slots.c */
  uint32_t slot, generation; /* slots.c */
  h1_list_id list : 8;       /* slots.c */
  h1_life life : 8;          /* states.c, with in and out */
  h1_in in : 8;
  h1_out out : 8;
  h1_error refusal : 16; /* overload lane: what all but admin routes get */
  uint64_t requests;     /* begun on this connection; flight.c */
  h1_socket socket;
  h1_input input;
  h1_output output;
  h1_times times;
  h1_flight *flight; /* NULL: no exchange in progress; flight.c */
};

/* ---- who gives way ---- */

typedef enum {
  H1_STANDING_NONE,   /* free, or a helper thread works on it */
  H1_STANDING_LINGER, /* half-closed */
  H1_STANDING_FRESH,  /* no byte yet */
  H1_STANDING_IDLE,   /* between requests */
  H1_STANDING_PULL,   /* waits for a byte of its handler */
  H1_STANDING_CLIENT, /* waits for its client */
  H1_STANDING_MEMORY, /* waits for blocks */
  H1_STANDING_SERVER  /* waits for us */
} h1_standing_kind;

/* Small, because an idle connection has one too. */
struct h1_standing {
  uint64_t paid_ms;     /* until when it has paid for its place */
  uint64_t rent_ms;     /* and for its blocks */
  uint32_t begun_ms;    /* its request; the low bits */
  uint32_t moved;       /* bytes of request and answer since then */
  uint32_t blocks : 24; /* that it holds or was promised */
  uint32_t kind : 8;    /* h1_standing_kind */
  uint32_t client;
};

/* ---- the exchange in flight ---- */

/* Where the rest of an answer comes from. */
typedef enum {
  H1_SOURCE_NONE,
  H1_SOURCE_BYTES, /* borrowed bytes */
  H1_SOURCE_BODY,  /* the request's buffered body */
  H1_SOURCE_FILE,
  H1_SOURCE_PULL
} h1_source;

/* What validation found; validate.c. */
typedef struct {
  h1_framing framing;
  bool decoded; /* the head was whole and well-formed */
  bool expects_continue;
  uint64_t body_limit;
} h1_verdict;

/* The body as it arrives; body.c, drop.c, trailers.c. */
typedef struct {
  h1_body_mode mode;
  bool drop;          /* the answer did not wait for it */
  bool continued;     /* a 100 was sent */
  bool unadmitted;    /* its memory is not promised yet */
  bool waits_memory;  /* for a block; reading is disarmed */
  bool sink_waiting;  /* a sink that waits to be woken */
  size_t ready;       /* decoded bytes at the window's start */
  uint64_t left;      /* with a declared length */
  uint64_t bytes;     /* decoded so far */
  uint64_t drop_left; /* how much more of a dropped body is read */
  uint64_t trailer_bytes;
} h1_incoming;

/* What a body's deadlines count from; deadlines.c. */
typedef struct {
  uint64_t body_start_ms;
  uint64_t body_moved_ms; /* last time a byte arrived */
  uint64_t answered_ns;   /* before the body had ended; 0: it had not */
} h1_body_times;

/* The buffered body's blocks, and what was promised; admission.c. */
typedef struct {
  h1_block *first, *last;
  size_t blocks;   /* in the chain */
  size_t reserved; /* promised by the pool, not yet in the chain */
} h1_store;

/* The answer in progress; out.c. */
typedef struct {
  h1_source source;
  const uint8_t *bytes; /* SOURCE_BYTES */
  uint64_t left;        /* of the source; H1_LENGTH_UNKNOWN: an open pull */
  int file;             /* SOURCE_FILE */
  uint64_t file_at;
  h1_block *body_at; /* next block of SOURCE_BODY */
  h1_pull pull;      /* SOURCE_PULL */
  bool pull_waiting; /* to be woken, or for wake_at_ms */
  bool chunked;
  uint64_t wake_at_ms;
  uint64_t sent; /* body bytes */
} h1_answer;

/* An answer that comes later; later.c. */
typedef struct {
  h1_handler run; /* NULL: none is awaited */
  bool woken;
  uint64_t at_ms;
} h1_later;

/* An exchange in flight: what a connection needs from a decoded head to the end
 * of its answer, and nothing of which it needs while it is idle. Borrowed from
 * a slab of one for each slot (flight.h), last in, first out, so that a quiet
 * server keeps touching the same few. */
struct h1_flight {
  struct h1_flight *next_free;

  const h1_snapshot *snapshot; /* which it began with; flight.c */
  h1_block *kept; /* the head, once it has to outlive a turn; kept.c */
  uint64_t head_bytes;
  h1_origin_client client; /* client.c, with its share */
  uint32_t share;          /* its row in the clients table, as an exchange */
  bool unlogged;           /* --log-skip; serve.c */
  h1_verdict verdict;
  h1_incoming body;
  h1_body_times times;
  h1_store store;
  h1_answer answer;
  h1_later later;
  struct h1_job *job; /* runs on a helper thread; jobs.c */

  /* How it ends; flight.c. */
  bool persists;   /* another request may follow */
  bool lingers;    /* end by lingering, not by a plain close */
  uint16_t status; /* 0: none was sent */
  h1_error reason;

  h1_sink sink; /* takes a streamed body; handler_api.c */
  void (*on_end)(void *state);
  bool state_used;

  /* From here on nothing is cleared when a flight begins. */
  h1_chunked_decoder chunked;
  _Alignas(16) uint8_t state[H1_STATE_BYTES]; /* of the handler */
};

/* What follows is false, or H1_OK, without a flight. */

static inline bool h1_flight_on_helper(const h1_conn *c) {
  return c->flight != NULL && c->flight->job != NULL;
}
static inline bool h1_flight_pull_waits(const h1_conn *c) {
  return c->flight != NULL && c->flight->answer.pull_waiting;
}
static inline bool h1_flight_sink_waits(const h1_conn *c) {
  return c->flight != NULL && c->flight->body.sink_waiting;
}
static inline bool h1_flight_awaits_later(const h1_conn *c) {
  return c->flight != NULL && c->flight->later.run != NULL &&
         c->out == H1_ANSWER_WAITING;
}
/* The options that hold for its exchange, or else for the next one. */
const h1_config *h1_conn_config(const h1_conn *c);
/* Whose share what it holds counts in. */
static inline uint32_t h1_conn_client(const h1_conn *c) {
  return c->flight != NULL && c->flight->share != 0 ? c->flight->share
                                                    : c->socket.client;
}
static inline h1_error h1_flight_reason(const h1_conn *c) {
  return c->flight != NULL ? c->flight->reason : H1_OK;
}

/* ---- what a handler says ---- */

/* Room for the fields a handler adds, and for a whole head with them. */
#define H1_REPLY_PREPARED_BYTES ((size_t)512)
#define H1_REPLY_FIELDS_BYTES ((size_t)2048)
#define H1_REPLY_HEAD_BYTES ((size_t)4096)

typedef enum {
  H1_REPLY_NONE,
  H1_REPLY_STATUS,
  H1_REPLY_BYTES, /* borrowed, or copied to `copy` */
  H1_REPLY_ECHO,
  H1_REPLY_FILE,
  H1_REPLY_PULL
} h1_reply_kind;

typedef struct {
  h1_reply_kind kind;
  uint16_t status;
  h1_error reason;
  bool close;   /* the connection must not persist */
  bool misused; /* replied with something that is no answer */
  h1_slice type, bytes;
  int file;
  uint64_t offset, length;
  h1_pull pull;
  size_t fields_len;
  uint64_t fields_once; /* of h1_field_once_bit */
  bool fields_upgrade;
} h1_reply;

/* A worker has one, which it points at the connection being served; a job on a
 * helper thread has its own. */
struct h1_exchange {
  h1_context *context;
  h1_conn *conn;
  const h1_request *request;
  h1_slice path, raw_path, query, authority;
  h1_route_match match;
  const h1_policy_redirect *redirect; /* NULL: none */
  h1_reply reply;
  bool may_receive; /* a streamed body is still to come */
  bool on_helper;
  int64_t now_s;
  uint64_t now_ms;
  /* Buffers, owned by whoever owns the exchange. */
  uint8_t *path_room; /* head limit bytes */
  uint8_t *scratch;   /* H1_SCRATCH_BYTES */
  uint8_t *fields;    /* H1_REPLY_FIELDS_BYTES, and PREPARED_BYTES in front */
  uint8_t *copy;      /* H1_REPLY_COPY_MAX */
};

/* ---- progress ---- */

typedef enum {
  H1_GO_ON,   /* progress: look again */
  H1_BLOCKED, /* nothing more can be done now */
  H1_YIELD,   /* the turn's budget is used up */
  H1_GONE     /* closed, its slot is free */
} h1_progress;

typedef struct {
  h1_conn *first, *last;
  size_t count;
} h1_conn_list;

#endif
