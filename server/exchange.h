/* The server's side of an exchange: what a handler has said so far, and turning
 * it into bytes. */
#ifndef H1_SERVER_EXCHANGE_H_
#define H1_SERVER_EXCHANGE_H_

#include "server/conn.h"
#include "server/handler.h"
#include "server/router.h"

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
} h1_reply;

/* A worker has one, which it points at the connection being served; a job on a
 * helper thread has its own. */
struct h1_exchange {
  h1_worker *worker;
  h1_conn *conn;
  const h1_request *request;
  h1_slice path, raw_path, query, authority;
  h1_route_match match;
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

/* Bytes of the four buffers, and laying them out in `memory` of that size. */
size_t h1_exchange_buffer_bytes(size_t head_bytes);
void h1_exchange_buffers(h1_exchange *x, uint8_t *memory);

/* Points `x` at a request of `c`, with nothing replied. */
void h1_exchange_begin(h1_exchange *x, h1_conn *c, const h1_request *request);

/* What needs the whole head, in the order 400, 505, 501, 417, 413, 404, 405:
 * validity, framing, persistence, path, route. Fills the exchange's views and
 * the connection's framing. H1_OK, or why it is refused. */
h1_error h1_exchange_judge(h1_exchange *x);

/* Finds path and route again, for a head that was judged in an earlier turn. */
void h1_exchange_route(h1_exchange *x);

/* Makes a refusal the reply. Adds Allow for 405, Retry-After for 503. */
void h1_exchange_refuse(h1_exchange *x, h1_error why);

/* Runs the handler, or answers OPTIONS. Afterwards there is a reply, or a sink,
 * or a job. */
void h1_exchange_run(h1_exchange *x);

/* Stages the head and small bodies and leaves the rest to the connection's
 * source. The stage must have room for one more answer. */
void h1_exchange_commit(h1_exchange *x);

#endif
