/* What a connection needs of the thread that owns it: clock, configuration,
 * metrics, log, slots, lists, wheel, blocks, and the buffers of the turn in
 * progress. A worker embeds one; nothing in here is shared except what says so,
 * and nothing in here knows a thread, a queue or an acceptor. */
#ifndef H1_SERVER_CONN_CONTEXT_H_
#define H1_SERVER_CONN_CONTEXT_H_

#ifdef __cplusplus
#error "server/conn/context.h is for C"
#endif
#include <stdatomic.h>

#include "parser/fields.h"
#include "server/base/clients.h"
#include "server/base/depot.h"
#include "server/config/config.h"
#include "server/conn/head_lines.h"
#include "server/conn/internal.h"
#include "server/conn/plan.h"
#include "server/log/log.h"
#include "server/metrics/metrics.h"

/* Work per connection and turn, so that no one starves others. */
#define H1_TURN_REQUESTS 32u
#define H1_TURN_BYTES ((uint64_t)512 * 1024)
#define H1_TURN_RECEIVES 16u

/* Both from the moment at which the overload lane took a connection: when it is
 * answered, whatever has arrived, and when it is over. */
#define H1_LANE_ANSWER_MS 400u
#define H1_LANE_LIFE_MS 2000u

/* What the connections of all workers share: read-only once they run, except
 * for the atomics. */
typedef struct {
  const h1_config *config;               /* as at the start */
  _Atomic(const h1_snapshot *) snapshot; /* the newest */
  h1_router router;
  h1_scan_level level;
  h1_log *log;
  struct h1_jobs *jobs; /* NULL: no blocking routes */
  h1_tick tick;         /* or NULL */
  void *tick_data;
  h1_clients *clients;
  h1_depot *depot;          /* of large blocks; NULL: one worker has them all */
  _Atomic uint64_t aside;   /* blocks set aside, of all workers: admission.h */
  atomic_uint slots_left;   /* of all workers, without the lane */
  _Atomic uint64_t unacked; /* bytes that kernels hold for clients: unacked.h */
  atomic_bool draining;     /* answers say close; /_health is 503 */
  atomic_bool closing;      /* the delay is over: --drain-idle has begun */
  atomic_bool closed;       /* nobody new comes: leave when nothing is left */
  atomic_bool lane_closed;  /* the same for the lane, which leaves last */
  uint64_t closing_ms;      /* when `closing` was set; written before it */
  unsigned scope_public, scope_admin; /* routes of each kind of listener */
} h1_shared;

/* Which routes answer where, by --admin and --admin-listen. */
void h1_shared_scopes(h1_shared *shared, const h1_config *config);

struct h1_context {
  h1_shared *shared;
  const h1_snapshot *snapshot;
  const h1_config *config; /* the snapshot's */
  /* Written here, read by who makes snapshots: exchanges that use each, and
   * which of them no exchange of this worker will use any more: all that are
   * older. */
  _Atomic uint32_t snapshot_users[H1_SNAPSHOTS];
  _Atomic uint64_t snapshot_generation;
  h1_plan plan;
  h1_metrics *metrics;
  unsigned index; /* of the worker: 0 .. workers, the lane is the last */
  bool lane;      /* refuses everything except admin routes */
  int epoll_fd;   /* connections register themselves */
  int event_fd;   /* wakes the thread */

  _Atomic uint64_t *wake_bits; /* by any thread: slots to wake */
  size_t wake_words;
  atomic_bool woken;

  h1_conn *conns;
  h1_conn *free_conns;  /* through next */
  uint32_t fresh_conns; /* slots from here on were never used */
  uint32_t open_conns;
  h1_standing *standings;            /* one for each slot; standing.c */
  h1_flight *flights, *free_flights; /* one for each slot */
  uint32_t fresh_flights;
  h1_conn_list lists[H1_LIST_COUNT];
  h1_wheel wheel;
  h1_pool small, large;
  size_t body_reserved; /* large blocks promised to declared bodies */
  h1_conn *finisher;    /* the chunked body that can always finish */
  /* Set aside for one who waits; only compared, for it may be gone. */
  const h1_conn *favoured;
  size_t aside;

  uint64_t now_ns, now_ms, now_us; /* monotonic; now_us since 1970 */
  h1_head_lines head_lines;

  /* The turn in progress: one connection's. */
  uint8_t *window; /* input: window[window_at .. window_len) is unread */
  size_t window_at, window_len;
  bool window_in_leftover;
  bool window_short; /* what is in it does not make a whole head or trailer */
  uint8_t *receive;
  uint8_t *stage; /* stage[stage_at .. staged) is to be sent */
  size_t staged;
  size_t stage_at; /* 0 except while a flush sends it piece by piece */
  unsigned turn_requests, turn_receives;
  uint64_t turn_bytes;
  char peer[H1_PEER_TEXT_BYTES]; /* address text, for the log */
  size_t peer_len;               /* 0: not written yet */
  char clients[H1_TURN_REQUESTS][H1_PEER_TEXT_BYTES]; /* where they differ */
  h1_log_entry records[H1_TURN_REQUESTS]; /* to account once flushed */
  uint64_t record_start_ns[H1_TURN_REQUESTS];
  uint64_t record_end_ns[H1_TURN_REQUESTS]; /* 0: when they are flushed */
  /* Where its answer ends, in the turn's output. */
  uint64_t record_end_at[H1_TURN_REQUESTS];
  unsigned record_count;

  h1_request_decoder decoder; /* when the head is in the receive buffer */
  h1_header *headers;
  h1_request request; /* the head being served */
  h1_fields_decoder trailers;
  h1_exchange x;
};

/* Lays `cx` out in `arena`: plan->arena_bytes, page-aligned, zeroed. It has no
 * descriptors yet; its clock is set. */
void h1_context_init(h1_context *cx, h1_shared *shared, const h1_plan *plan,
                     unsigned index, bool lane, h1_metrics *metrics,
                     uint8_t *arena);

/* Reads the clocks; renews Date when a second has begun. Takes the newest
 * snapshot. At the start of a turn. */
void h1_context_clock(h1_context *cx);

/* Whether no exchange uses a snapshot older than `current`, or will. From any
 * thread. */
bool h1_context_is_current(h1_context *cx, const h1_snapshot *current);

#endif
