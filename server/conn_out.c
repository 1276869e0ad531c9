/* The answer side of a connection: what is staged or pending goes first, then
 * the source the reply named. */
#include <errno.h>
#include <string.h>

#include "parser/chunked.h"
#include "server/conn.h"
#include "server/memory.h"
#include "server/sys.h"
#include "server/worker.h"

#define FLUSH_PARTS 16
#define PULL_ROOM ((size_t)16384)
/* Hex digits of PULL_ROOM and CRLF: where a chunk's data begins. */
#define CHUNK_GAP ((size_t)6)
#define PULL_MARGIN ((size_t)64)
#define SENDFILE_MAX ((uint64_t)1 << 20)

/* ---- handing bytes to the kernel ---- */

typedef struct {
  struct iovec part[FLUSH_PARTS];
  int count;
} flush_list;

static void add_part(flush_list *l, const uint8_t *bytes, size_t len) {
  if (len == 0 || l->count == FLUSH_PARTS) return;
  l->part[l->count].iov_base = (void *)(uintptr_t)bytes;
  l->part[l->count].iov_len = len;
  l->count++;
}

/* Pending, staged, then borrowed bytes or the echoed body, in this order. */
static void gather(const h1_conn *c, flush_list *l) {
  const h1_worker *w = c->worker;
  l->count = 0;
  for (const h1_block *b = c->pending; b != NULL; b = b->next) {
    if (l->count == FLUSH_PARTS) return;
    add_part(l, b->bytes + b->at, b->len - b->at);
  }
  add_part(l, w->stage + w->stage_at, w->staged - w->stage_at);
  if (c->out != H1_OUT_SENDING) return;
  if (c->source == H1_SOURCE_BYTES) add_part(l, c->bytes, (size_t)c->left);
  if (c->source != H1_SOURCE_BODY) return;
  for (const h1_block *b = c->body_at; b != NULL; b = b->next) {
    if (l->count == FLUSH_PARTS) return;
    add_part(l, b->bytes + b->at, b->len - b->at);
  }
}

static size_t advance_pending(h1_conn *c, size_t n) {
  while (c->pending != NULL && n > 0) {
    h1_block *b = c->pending;
    const size_t take = n < b->len - b->at ? n : b->len - b->at;
    b->at += take;
    n -= take;
    if (b->at < b->len) break;
    c->pending = b->next;
    if (c->pending == NULL) c->pending_last = NULL;
    h1_block_release(b);
  }
  return n;
}

static size_t advance_stage(h1_worker *w, size_t n) {
  const size_t left = w->staged - w->stage_at;
  const size_t take = n < left ? n : left;
  w->stage_at += take;
  return n - take;
}

static void advance_source(h1_conn *c, size_t n) {
  c->left -= n;
  c->sent_body += n;
  if (c->source == H1_SOURCE_BYTES) {
    c->bytes += n;
    return;
  }
  while (c->body_at != NULL && n > 0) {
    h1_block *b = c->body_at;
    const size_t take = n < b->len - b->at ? n : b->len - b->at;
    b->at += take;
    n -= take;
    if (b->at < b->len) break;
    c->body_at = b->next;
  }
}

static void sent(h1_conn *c, size_t n) {
  h1_worker *w = c->worker;
  w->turn_bytes += n;
  c->write_progress_ms = w->now_ms;
  h1_counter_add(&w->metrics->bytes_out, n);
  n = advance_pending(c, n);
  n = advance_stage(w, n);
  if (n > 0) advance_source(c, n);
}

/* The kernel takes no more now: what is staged moves to blocks of the
 * connection. The turn was begun with enough of them free. */
static void stage_to_pending(h1_conn *c) {
  h1_worker *w = c->worker;
  size_t at = w->stage_at;
  /* A 100 is the first to wait: no answer has set the clock yet. */
  if (c->pending == NULL) c->write_progress_ms = w->now_ms;
  while (at < w->staged) {
    h1_block *b = h1_pool_take(&w->large);
    if (b == NULL) {
      c->dead = true;
      break;
    }
    b->len = w->staged - at < b->cap ? w->staged - at : b->cap;
    memcpy(b->bytes, w->stage + at, b->len);
    at += b->len;
    if (c->pending_last != NULL) {
      c->pending_last->next = b;
    } else {
      c->pending = b;
    }
    c->pending_last = b;
  }
}

static void kernel_full(h1_conn *c) {
  c->writable = false;
  c->unsent = h1_sys_unsent(c->fd);
}

/* A client that takes a full socket buffer slowly is not a stalled one: the
 * kernel says so long before it has room again. */
bool h1_out_progressed(h1_conn *c) {
  const size_t unsent = h1_sys_unsent(c->fd);
  const bool progressed = unsent < c->unsent;
  c->unsent = unsent;
  if (progressed) c->write_progress_ms = c->worker->now_ms;
  return progressed;
}

void h1_out_flush(h1_conn *c) {
  h1_worker *w = c->worker;
  flush_list l;
  gather(c, &l);
  while (l.count > 0 && c->writable && !c->dead) {
    const ssize_t n = h1_sys_send(c->fd, l.part, l.count);
    if (n < 0) {
      c->dead = errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS;
      kernel_full(c);
      break;
    }
    sent(c, (size_t)n);
    if (w->turn_bytes >= H1_TURN_BYTES) break;
    gather(c, &l);
  }
  if (!c->dead && w->stage_at < w->staged) stage_to_pending(c);
  w->staged = 0;
  w->stage_at = 0;
}

void h1_out_release(h1_conn *c) {
  h1_block_release_chain(&c->pending);
  c->pending_last = NULL;
}

/* ---- sources ---- */

static h1_progress finish(h1_conn *c) {
  c->source = H1_SOURCE_NONE;
  c->out = H1_OUT_SENT;
  return H1_GO_ON;
}

/* A body that cannot be sent as it was announced: the connection ends behind
 * what there is of it, so that the client sees that it is cut. Answers in front
 * of it still wait to be sent, perhaps. */
static h1_progress cut(h1_conn *c) {
  c->reason = H1_HANDLER_FAILED;
  c->persists = false;
  c->in = H1_IN_DONE;
  h1_in_discard(c);
  return finish(c);
}

static h1_progress blocked(h1_conn *c) {
  if (c->dead) return H1_GO_ON;
  return c->writable ? H1_YIELD : H1_BLOCKED;
}

static h1_progress send_bytes(h1_conn *c) {
  h1_out_flush(c);
  if (c->left == 0) return finish(c);
  return blocked(c);
}

static h1_progress send_file(h1_conn *c) {
  h1_out_flush(c);
  if (c->pending != NULL) return blocked(c);
  while (c->left > 0 && c->writable && !c->dead) {
    if (c->worker->turn_bytes >= H1_TURN_BYTES) return H1_YIELD;
    const size_t want =
        (size_t)(c->left < SENDFILE_MAX ? c->left : SENDFILE_MAX);
    const ssize_t n = h1_sys_sendfile(c->fd, c->file, c->file_at, want);
    if (n == 0) return cut(c); /* the file became shorter */
    if (n < 0) {
      c->dead = errno == EPIPE || errno == ECONNRESET;
      if (c->dead) return H1_GO_ON; /* the client's doing */
      if (errno != EAGAIN && errno != EWOULDBLOCK) return cut(c);
      kernel_full(c);
      return H1_BLOCKED;
    }
    c->file_at += (uint64_t)n;
    c->left -= (uint64_t)n;
    c->sent_body += (uint64_t)n;
    c->worker->turn_bytes += (uint64_t)n;
    c->write_progress_ms = c->worker->now_ms;
    h1_counter_add(&c->worker->metrics->bytes_out, (uint64_t)n);
  }
  return c->left == 0 ? finish(c) : blocked(c);
}

/* Puts the chunk's head in front of data that lies CHUNK_GAP into the stage. */
static void frame_chunk(h1_worker *w, size_t size) {
  uint8_t *at = w->stage + w->staged;
  uint8_t head[H1_CHUNK_HEAD_MAX];
  const h1_room room = {head, sizeof head};
  size_t head_len = 0;
  h1_chunk_head_encode(size, room, &head_len);
  if (head_len != CHUNK_GAP) memmove(at + head_len, at + CHUNK_GAP, size);
  memcpy(at, head, head_len);
  memcpy(at + head_len + size, "\r\n", 2);
  w->staged += head_len + size + 2;
}

static void stage_pulled(h1_conn *c, size_t size) {
  h1_worker *w = c->worker;
  c->sent_body += size;
  if (c->left != H1_LENGTH_UNKNOWN) c->left -= size;
  if (size == 0) return;
  if (c->chunked_out) {
    frame_chunk(w, size);
  } else {
    w->staged += size;
  }
}

static h1_progress pull_ended(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->left != H1_LENGTH_UNKNOWN && c->left != 0) return cut(c);
  if (c->chunked_out) {
    const h1_room room = {w->stage + w->staged,
                          w->plan.stage_bytes - w->staged};
    size_t size = 0, end = 0;
    h1_last_chunk_encode(room, &size);
    h1_trailers_end_encode((h1_room){room.ptr + size, room.len - size}, &end);
    w->staged += size + end;
  }
  return finish(c);
}

static h1_progress send_pulled(h1_conn *c) {
  h1_worker *w = c->worker;
  if (w->staged >= H1_STAGE_SOFT || c->pending != NULL) {
    h1_out_flush(c);
    if (c->pending != NULL) return blocked(c);
  }
  if (w->turn_bytes >= H1_TURN_BYTES) return H1_YIELD;
  /* What is pulled may stay unsent. */
  if (w->staged == 0 && !h1_memory_turn(c)) return h1_in_wait(c);
  if (c->left == 0) return pull_ended(c);
  const size_t gap = c->chunked_out ? CHUNK_GAP : 0;
  h1_room room = {w->stage + w->staged + gap, PULL_ROOM - PULL_MARGIN};
  if (room.len > c->left) room.len = (size_t)c->left;
  c->pull_waiting = false;
  const h1_pulled p = c->pull(h1_conn_state(c), room, w->now_ms);
  if (p.step == H1_PULL_FAIL || p.size > room.len ||
      (p.step == H1_PULL_BYTES && p.size == 0)) {
    return cut(c);
  }
  if (p.step == H1_PULL_WAIT) {
    c->pull_waiting = true;
    /* A time that is over must not be due again within this turn. */
    c->wake_at_ms =
        p.wait_until_ms > w->now_ms ? p.wait_until_ms : w->now_ms + 1;
    return H1_BLOCKED;
  }
  stage_pulled(c, p.size);
  c->write_progress_ms = w->now_ms;
  return p.step == H1_PULL_END ? pull_ended(c) : H1_GO_ON;
}

h1_progress h1_out_step(h1_conn *c) {
  switch (c->source) {
    case H1_SOURCE_NONE:
      return finish(c);
    case H1_SOURCE_BYTES:
    case H1_SOURCE_BODY:
      return send_bytes(c);
    case H1_SOURCE_FILE:
      return send_file(c);
    case H1_SOURCE_PULL:
      if (c->pull_waiting && c->worker->now_ms < c->wake_at_ms) {
        return H1_BLOCKED;
      }
      return send_pulled(c);
  }
  return H1_BLOCKED;
}
