/* A worker: one thread, one epoll loop, its connections, wheel, blocks and
 * buffers. Nothing in here is shared but what says so. The overload lane is a
 * worker with few slots and short deadlines that refuses all but admin routes.
 */
#ifndef H1_SERVER_WORKER_H_
#define H1_SERVER_WORKER_H_

#include <pthread.h>
#include <stdatomic.h>

#include "parser/fields.h"
#include "server/config.h"
#include "server/conn.h"
#include "server/exchange.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/queue.h"
#include "server/router.h"
#include "server/wheel.h"

/* Work per connection and turn, so that no one starves others. */
#define H1_TURN_REQUESTS 32u
#define H1_TURN_BYTES ((uint64_t)512 * 1024)
#define H1_TURN_RECEIVES 16u

/* Staged answers are sent once there are this many bytes of them; an answer
 * that is begun below it always fits the stage. */
#define H1_STAGE_SOFT ((size_t)32 * 1024)
#define H1_STAGE_BYTES \
  (H1_STAGE_SOFT + H1_REPLY_COPY_MAX + H1_REPLY_HEAD_BYTES + 1024)

typedef struct {
  h1_conn *first, *last;
  size_t count;
} h1_conn_list;

/* Sizes that follow from the options; the same for every worker of a role. */
typedef struct {
  uint32_t slots;
  size_t stage_bytes;
  size_t receive_bytes; /* of the receive buffer */
  size_t
      carry_offset; /* decoder and header storage in front of carried bytes */
  size_t small_payload, large_payload;
  size_t small_blocks, large_blocks;
  size_t turn_blocks;     /* a turn never needs more large blocks than this */
  size_t body_floor;      /* blocks that bodies leave to others */
  size_t body_max_blocks; /* what one body can take */
  size_t header_storage;  /* headers per decoder */
  uint64_t arena_bytes;   /* all memory of one worker */
} h1_worker_plan;

/* What all workers share, read-only once they run but for the atomics. */
typedef struct {
  const h1_config *config;
  h1_router router;
  h1_scan_level level;
  h1_log *log;
  h1_queue *queue;      /* of the workers */
  h1_queue *lane_queue; /* of the overload lane */
  struct h1_jobs *jobs; /* NULL: no blocking routes */
  atomic_bool draining; /* answers say close; /_health is 503 */
  atomic_bool closing;  /* listeners are closed: finish and leave */
  bool admin_separate;  /* --admin-listen */
  int acceptor_event;   /* eventfd: the queue or the lane has room again */
  atomic_bool acceptor_waits;
} h1_shared;

struct h1_worker {
  h1_shared *shared;
  const h1_config *config;
  h1_worker_plan plan;
  h1_queue *queue; /* the one it pops: of all workers, or of the lane */
  h1_metrics *metrics;
  unsigned index;
  bool lane;
  bool closing; /* has seen shared->closing */
  uint64_t
      lane_timeout_ms; /* how long a connection in the lane may be silent */
  int epoll_fd, event_fd;
  pthread_t thread;

  atomic_bool sleeping;        /* in epoll_wait with nothing to do: notify it */
  _Atomic uint64_t *wake_bits; /* by any thread: slots to wake */
  size_t wake_words;
  atomic_bool woken;
  h1_worker *peers; /* all that pop the same queue, to pass a wake-up on */
  unsigned peer_count;

  h1_conn *conns;
  uint8_t *states;      /* H1_STATE_BYTES for each */
  h1_conn *free_conns;  /* through next */
  uint32_t fresh_conns; /* slots from here on were never used */
  uint32_t open_conns;
  h1_conn_list lists[H1_LIST_COUNT];
  h1_wheel wheel;
  h1_pool small, large;
  size_t body_reserved; /* large blocks promised to declared bodies */
  h1_conn *finisher;    /* the chunked body that can always finish */

  uint64_t now_ns, now_ms, now_us; /* monotonic; now_us since 1970 */
  int64_t prepared_s;
  uint8_t prepared[512]; /* Date and Server, as field lines */
  size_t prepared_len;

  /* The turn in progress: one connection's. */
  uint8_t *window; /* input: window[window_at .. window_len) is unread */
  size_t window_at, window_len;
  bool window_in_carry;
  bool window_short; /* what is in it does not make a whole head or trailer */
  uint8_t *receive;
  uint8_t *stage; /* stage[stage_at .. staged) is to be sent */
  size_t staged;
  size_t stage_at; /* 0 but while a flush sends it piece by piece */
  unsigned turn_requests, turn_receives;
  uint64_t turn_bytes;
  h1_log_entry records[H1_TURN_REQUESTS]; /* to account once flushed */
  uint64_t record_start_ns[H1_TURN_REQUESTS];
  unsigned record_count;

  h1_request_decoder decoder; /* when the head is in the receive buffer */
  h1_header *headers;
  h1_request request; /* the head being served */
  h1_fields_decoder trailers;
  h1_exchange x;
};

/* Lays out what the options ask for; see plan.c. */
#define H1_LANE_SLOTS 64u
#define H1_LANE_TIMEOUT_MS 400u
/* The plan for the first worker of this role; false with a one-line `message`
 * that names the option when the options contradict each other. */
bool h1_worker_plan_make(const h1_config *c, bool lane, h1_worker_plan *plan,
                         char message[256]);

/* `arena`: plan->arena_bytes, page-aligned, zeroed. False with errno when a
 * descriptor cannot be made. */
bool h1_worker_init(h1_worker *w, h1_shared *shared, const h1_worker_plan *plan,
                    unsigned index, bool lane, h1_metrics *metrics,
                    uint8_t *arena);
void h1_worker_deinit(h1_worker *w);

/* The thread's function: runs until the server is closing and no connection is
 * left. */
void *h1_worker_run(void *worker);

/* One turn of the loop, for the thread and for tests: waits up to `wait_ms`
 * (negative: as long as the wheel allows). False when there is nothing more to
 * serve. */
bool h1_worker_turn(h1_worker *w, int wait_ms);

/* Makes a worker that sleeps look at its queue; any thread. True when it slept.
 */
bool h1_worker_nudge(h1_worker *w);

/* ---- for the connection's files ---- */

void h1_worker_list(h1_conn *c,
                    h1_list_id list); /* moves it there, to the end */
/* Reads the clocks; renews Date when a second has begun. */
void h1_worker_clock(h1_worker *w);
/* After blocks came back: lets those who wait go on, in order. */
void h1_worker_wake_waiters(h1_worker *w);
/* There must be a free slot. */
h1_conn *h1_worker_slot_take(h1_worker *w);
void h1_worker_slot_free(h1_worker *w, h1_conn *c);

#endif
