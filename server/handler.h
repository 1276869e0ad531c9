/* What a handler sees: a decoded request, its body, and the ways to answer.
 *
 * A handler runs on a worker's event loop and may not block, except on a route
 * that says H1_ROUTE_BLOCKING, which runs on a helper thread. It cannot reach
 * sockets, workers or other connections. HEAD, 405, OPTIONS, Date, Server,
 * Connection, framing and logging are the server's business: a handler answers
 * HEAD as if it were GET and the body is left out.
 *
 * Lifetimes: the request, its path and its body are views that live until the
 * exchange ends when the handler replied with the body itself, else until the
 * handler returns. What is called later for the same exchange, by
 * h1_reply_later, as a sink or to pull, asks for them again: it gets the same
 * bytes, elsewhere. No slice of them is kept from one call to the next, and
 * what was copied out goes into h1_exchange_state. */
#ifndef H1_SERVER_HANDLER_H_
#define H1_SERVER_HANDLER_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/address.h"
#include "parser/base.h"
#include "parser/error.h"
#include "parser/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One request and its answer. */
typedef struct h1_exchange h1_exchange;

typedef void (*h1_handler)(h1_exchange *x);

/* ---- the request ---- */

const h1_request *h1_exchange_request(const h1_exchange *x);
/* The path, decoded and normalised by h1_path_decode: begins with '/', may hold
 * H1_PATH_ENCODED_SLASH inside a segment. "*" for OPTIONS *. */
h1_slice h1_exchange_path(const h1_exchange *x);
/* What the `*` of a "/prefix/" "*" pattern matched, possibly empty; ptr NULL
 * when the pattern has none. */
h1_slice h1_exchange_rest(const h1_exchange *x);
/* What a `{name}` of the pattern matched; ptr NULL when there is none. */
h1_slice h1_exchange_param(const h1_exchange *x, const char *name);
/* The query without its '?', still encoded. */
h1_slice h1_exchange_query(const h1_exchange *x);
/* The path as the client wrote it, without query: for redirects. */
h1_slice h1_exchange_raw_path(const h1_exchange *x);
/* The authority that decides: absolute target's or Host. */
h1_slice h1_exchange_authority(const h1_exchange *x);
/* Walks a buffered body. Begin with cursor 0; false at the end. Pieces are
 * never empty. */
bool h1_exchange_body(const h1_exchange *x, size_t *cursor, h1_slice *piece);
uint64_t h1_exchange_body_bytes(const h1_exchange *x);

/* ---- what the operator decided ---- */

/* The field line, with its CRLF, that --cache-control has for a file at `path`,
 * mostly h1_exchange_path, for h1_reply_prepared; empty: none. Valid until the
 * exchange ends. */
h1_slice h1_exchange_cache_control(const h1_exchange *x, h1_slice path);
/* Counts up with every configuration that is read while the server runs: what
 * was derived from one, cached for instance, is of no use to exchanges of
 * another. */
uint64_t h1_exchange_generation(const h1_exchange *x);

/* ---- who asks ---- */

/* One end of a connection. A unix socket has no address (bits 0). */
typedef struct {
  h1_address address;
  uint16_t port; /* 0: there is none, or nobody says */
} h1_endpoint;

/* The client, as --client-address says: the one that the log names and shares
 * count. Only proxies that are trusted have a say in it. */
h1_endpoint h1_exchange_client(const h1_exchange *x);
/* The other end of the connection: the last proxy, where there is one. */
h1_endpoint h1_exchange_peer(const h1_exchange *x);

/* ---- where it runs ---- */

/* The route's `data`. */
void *h1_exchange_data(const h1_exchange *x);
/* Which worker calls, 0 .. workers (the overload lane is the last): index for
 * data kept per worker, which then needs no lock. */
unsigned h1_exchange_worker(const h1_exchange *x);
/* Seconds since 1970, and a monotonic millisecond clock; read once a turn. */
int64_t h1_exchange_now_s(const h1_exchange *x);
uint64_t h1_exchange_now_ms(const h1_exchange *x);
/* Scratch memory of the worker, at least H1_SCRATCH_BYTES, valid until the
 * handler returns. */
#define H1_SCRATCH_BYTES ((size_t)65536)
h1_buffer h1_exchange_scratch(h1_exchange *x);
/* H1_STATE_BYTES of the exchange's own, zeroed, aligned for any type, valid
 * until the exchange ends. */
#define H1_STATE_BYTES ((size_t)192)
void *h1_exchange_state(h1_exchange *x);
/* `end` runs exactly once, with the state, when the exchange is over in any
 * way: answered, failed, or its connection gone. */
void h1_exchange_on_end(h1_exchange *x, void (*end)(void *state));

/* ---- the answer: fields first, then exactly one h1_reply_* ----
 * Replying twice, or never, or with another length than promised, is a defined
 * outcome: the first reply stands; none is a 500 with reason handler_failed; a
 * wrong length closes the connection. All are logged. */

/* Adds a field to the answer. False, nothing added, when it could split the
 * message or the room for fields (2 KiB) is used up. Refused as well: FRAMING
 * fields (Content-Length, ...); Date, Server, Content-Type and
 * X-Content-Type-Options, which the answer has already; and a field that may be
 * sent once (h1_field_once_bit) the second time. */
bool h1_reply_field(h1_exchange *x, h1_slice name, h1_slice value);
/* Adds field lines that h1_field_encode wrote earlier, copied as they are. */
bool h1_reply_prepared(h1_exchange *x, h1_slice lines);

/* A status with a short text body that names it (none for 1xx, 204, 205, 304).
 * `reason` is logged and counted; H1_OK when nothing was refused. */
void h1_reply_status(h1_exchange *x, uint16_t status, h1_error reason);
/* After a reply with an error of the handler's own body: what was refused, to
 * be logged and counted. */
void h1_reply_reason(h1_exchange *x, h1_error reason);
/* Not yet: the handler returns without an answer, and `later` is called in its
 * place, on the same thread, after h1_wake or at `deadline_ms` (the clock of
 * h1_exchange_now_ms), whichever is first. It may be called sooner than either,
 * so it looks whether what it waits for is there; it then replies, or asks for
 * this again. The exchange's state stays, and the request is the same when it
 * is asked for again: slices of it, of its path or its body that were got
 * before are of memory that is another's by now. Fields that were added before
 * are gone. For a sink: at the end of the body. On a route that says
 * H1_ROUTE_BLOCKING: handler_failed, a helper thread may wait itself. */
void h1_reply_later(h1_exchange *x, h1_handler later, uint64_t deadline_ms);
/* Bytes, copied before the call returns; at most H1_REPLY_COPY_MAX, more is
 * handler_failed. `type` is the Content-Type; empty: none is sent. */
#define H1_REPLY_COPY_MAX ((size_t)57344)
void h1_reply_copy(h1_exchange *x, uint16_t status, h1_slice type,
                   h1_slice bytes);
/* Bytes that stay valid and unchanged until the exchange ends (static data, or
 * held until h1_exchange_on_end). */
void h1_reply_borrow(h1_exchange *x, uint16_t status, h1_slice type,
                     h1_slice bytes);
/* The request's own buffered body. */
void h1_reply_echo(h1_exchange *x, uint16_t status, h1_slice type);
/* `length` bytes of a regular file from `offset`, by sendfile. The descriptor
 * stays the caller's and must stay open until the exchange ends. A file that
 * turns out shorter closes the connection. */
void h1_reply_file(h1_exchange *x, uint16_t status, h1_slice type, int fd,
                   uint64_t offset, uint64_t length);

/* A body made on demand. The server calls `pull` when there is room to send.
 *  H1_PULL_BYTES  wrote `size` (> 0) bytes to `room`
 *  H1_PULL_END    wrote `size` (>= 0) bytes and that was all
 *  H1_PULL_WAIT   nothing now: call again at `wait_until_ms` (monotonic), or
 *                 when woken by h1_wake, whichever is first
 *  H1_PULL_FAIL   cannot go on: the connection is closed so that the client
 *                 sees the body is cut. */
typedef enum {
  H1_PULL_BYTES,
  H1_PULL_END,
  H1_PULL_WAIT,
  H1_PULL_FAIL
} h1_pull_step;
typedef struct {
  h1_pull_step step;
  size_t size;
  uint64_t wait_until_ms;
} h1_pulled;
typedef h1_pulled (*h1_pull)(void *state, h1_buffer room, uint64_t now_ms);
/* `length`: what pull will give in all, or H1_LENGTH_UNKNOWN: sent chunked (to
 * HTTP/1.0: until close). `room` is at least 4 KiB, or what is left of `length`
 * when that is less. `pull` gets the exchange's state. */
#define H1_LENGTH_UNKNOWN UINT64_MAX
void h1_reply_pull(h1_exchange *x, uint16_t status, h1_slice type,
                   uint64_t length, h1_pull pull);

/* Names an exchange for h1_wake. May outlive it: waking one that is over costs
 * a look at the connection that has its place now. Safe from any thread. */
typedef struct {
  void *worker;
  uint32_t slot, generation;
} h1_wake_token;
h1_wake_token h1_exchange_token(h1_exchange *x);
void h1_wake(h1_wake_token token);

/* ---- streamed request bodies (routes with H1_BODY_STREAM) ----
 * The handler is called when the head is there. It replies at once, and the
 * body is read and dropped, or calls h1_receive. `sink` then gets the body as
 * it arrives, never an empty piece, and once (empty, last = true) at its end,
 * where it must have replied. It returns how much it took; less than all means
 * back pressure: reading stops until h1_wake. */
typedef size_t (*h1_sink)(h1_exchange *x, void *state, h1_slice piece,
                          bool last);
void h1_receive(h1_exchange *x, h1_sink sink);

/* ---- time without requests ---- */

/* Called by each worker, about a second after it last did anything, and again a
 * second later for as long as it returns true: for letting go of what is kept
 * per worker. It may not block. */
typedef bool (*h1_tick)(void *data, unsigned worker, uint64_t now_ms);

/* ---- routes ---- */

typedef enum {
  H1_BODY_IGNORE, /* a body is framed, read and dropped */
  H1_BODY_BUFFER, /* the handler runs when it is complete */
  H1_BODY_STREAM
} h1_body_mode;

enum {
  H1_ROUTE_ADMIN = 1,    /* answered in overload too; moved by --admin-listen */
  H1_ROUTE_BLOCKING = 2, /* runs on a helper thread */
  H1_ROUTE_PRIVATE = 4   /* with ADMIN: tells more than whether the server
                            works; --admin says where it answers */
};

#define H1_METHOD_BIT(m) (1u << (m))

/* A row of the route table. Patterns: "/exact"; a prefix, "/static/" followed
 * by one asterisk; "/user/{name}", a name is one whole segment. The first row
 * whose pattern and method match serves; a path that only other methods match
 * is 405 with all of them in Allow. GET implies HEAD; OPTIONS is answered by
 * the router. */
typedef struct {
  unsigned methods; /* H1_METHOD_BIT(...) */
  const char *pattern;
  h1_handler handler;
  void *data;
  h1_body_mode body;
  uint64_t body_limit; /* H1_BODY_LIMIT_SERVER or less than --max-body-bytes */
  unsigned flags;
} h1_route;
#define H1_BODY_LIMIT_SERVER UINT64_MAX

#ifdef __cplusplus
}
#endif
#endif
