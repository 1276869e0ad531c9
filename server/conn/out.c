/* The answer side of a connection: what is staged or pending goes first, then
 * the source the reply named. */
#include "server/conn/out.h"

#include <string.h>

#include "parser/chunked.h"
#include "server/conn/admission.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/flight.h"
#include "server/conn/socket.h"
#include "server/conn/states.h"
#include "server/conn/unacked.h"
#include "server/conn/window.h"

#define FLUSH_PARTS 16
/* Of this, in one go or for one answer, some may lie with the kernel for long.
 */
#define MUCH_SENT ((size_t)16384)
#define PULL_ROOM ((size_t)16384)
/* Hex digits of PULL_ROOM and CRLF: where a chunk's data begins. */
#define CHUNK_GAP ((size_t)6)
#define PULL_MARGIN ((size_t)64)
#define SENDFILE_MAX ((uint64_t)1 << 20)

void h1_out_stage(h1_context *cx, const uint8_t *bytes, size_t len) {
  if (len == 0) return;
  memcpy(cx->stage + cx->staged, bytes, len);
  cx->staged += len;
}

/* ---- how fast the client takes it ---- */

static void kernel_is_full(h1_conn *c) {
  h1_unacked_watch(c);
  c->output.was_full = true;
  c->output.unsent = (uint32_t)h1_socket_unsent(c);
  if (c->output.full_ms != 0) return;
  c->output.full_ms = c->context->now_ms;
  c->output.handed = c->output.unsent;
}

static void kernel_took(h1_conn *c, size_t n) {
  const uint64_t sent = c->flight != NULL ? c->flight->answer.sent : 0;
  if (n > MUCH_SENT || sent > MUCH_SENT) h1_unacked_watch(c);
  h1_time_write_moved(c);
  if (c->output.full_ms != 0) c->output.handed += n;
  c->output.given += (uint32_t)n;
}

/* Nothing is left to send: the client owes nothing. */
static void all_is_taken(h1_conn *c) { c->output.full_ms = 0; }

/* ---- an answer begins ---- */

void h1_out_begin(h1_conn *c, const h1_answer *answer) {
  c->flight->answer = *answer;
  h1_conn_set_out(c, H1_ANSWER_SENDING);
  h1_time_write_moved(c);
}

void h1_out_woken(h1_conn *c) {
  if (c->flight != NULL) c->flight->answer.pull_waiting = false;
}

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
  const h1_context *cx = c->context;
  l->count = 0;
  for (const h1_block *b = c->output.pending; b != NULL; b = b->next) {
    if (l->count == FLUSH_PARTS) return;
    add_part(l, b->bytes + b->at, b->len - b->at);
  }
  add_part(l, cx->stage + cx->stage_at, cx->staged - cx->stage_at);
  if (c->out != H1_ANSWER_SENDING) return;
  if (c->flight->answer.source == H1_SOURCE_BYTES)
    add_part(l, c->flight->answer.bytes, (size_t)c->flight->answer.left);
  if (c->flight->answer.source != H1_SOURCE_BODY) return;
  for (const h1_block *b = c->flight->answer.body_at; b != NULL; b = b->next) {
    if (l->count == FLUSH_PARTS) return;
    add_part(l, b->bytes + b->at, b->len - b->at);
  }
}

static size_t advance_pending(h1_conn *c, size_t n) {
  while (c->output.pending != NULL && n > 0) {
    h1_block *b = c->output.pending;
    const size_t take = n < b->len - b->at ? n : b->len - b->at;
    b->at += take;
    n -= take;
    if (b->at < b->len) break;
    c->output.pending = b->next;
    if (c->output.pending == NULL) c->output.pending_last = NULL;
    h1_block_release(b);
  }
  return n;
}

static size_t advance_stage(h1_context *cx, size_t n) {
  const size_t left = cx->staged - cx->stage_at;
  const size_t take = n < left ? n : left;
  cx->stage_at += take;
  return n - take;
}

static void advance_source(h1_conn *c, size_t n) {
  c->flight->answer.left -= n;
  c->flight->answer.sent += n;
  if (c->flight->answer.source == H1_SOURCE_BYTES) {
    c->flight->answer.bytes += n;
    return;
  }
  while (c->flight->answer.body_at != NULL && n > 0) {
    h1_block *b = c->flight->answer.body_at;
    const size_t take = n < b->len - b->at ? n : b->len - b->at;
    b->at += take;
    n -= take;
    if (b->at < b->len) break;
    c->flight->answer.body_at = b->next;
  }
}

static void sent(h1_conn *c, size_t n) {
  h1_context *cx = c->context;
  cx->turn_bytes += n;
  kernel_took(c, n);
  h1_counter_add(&cx->metrics->bytes_out, n);
  n = advance_pending(c, n);
  n = advance_stage(cx, n);
  if (n > 0) advance_source(c, n);
}

/* The kernel takes no more now: what is staged moves to blocks of the
 * connection. The turn was begun with enough of them free. */
static void stage_to_pending(h1_conn *c) {
  h1_context *cx = c->context;
  size_t at = cx->stage_at;
  /* A 100 is the first to wait: no answer has set the clock yet. */
  if (c->output.pending == NULL) h1_time_write_moved(c);
  while (at < cx->staged) {
    h1_block *b = h1_pool_take(&cx->large);
    if (b == NULL) {
      h1_conn_fault(c, "a turn was begun without blocks for its output");
      break;
    }
    b->len = cx->staged - at < b->cap ? cx->staged - at : b->cap;
    memcpy(b->bytes, cx->stage + at, b->len);
    at += b->len;
    if (c->output.pending_last != NULL) {
      c->output.pending_last->next = b;
    } else {
      c->output.pending = b;
    }
    c->output.pending_last = b;
  }
}

/* A client that takes a full socket buffer slowly is not a stalled one: the
 * kernel says so long before it has room again. */
bool h1_out_progressed(h1_conn *c) {
  const uint32_t unsent = (uint32_t)h1_socket_unsent(c);
  const bool progressed = unsent < c->output.unsent;
  c->output.unsent = unsent;
  if (progressed) h1_time_write_moved(c);
  return progressed;
}

/* Whether the connection ends right after what is gathered. */
static bool ends_here(const h1_conn *c, const flush_list *l) {
  if (c->flight == NULL || c->flight->persists || c->in != H1_IN_DONE)
    return false;
  if (l->count == FLUSH_PARTS) return false;
  const h1_source source = c->flight->answer.source;
  return c->out == H1_ANSWER_SENT ||
         (c->out == H1_ANSWER_SENDING &&
          (source == H1_SOURCE_BYTES || source == H1_SOURCE_BODY));
}

void h1_out_flush(h1_conn *c) {
  h1_context *cx = c->context;
  flush_list l;
  gather(c, &l);
  while (l.count > 0 && c->socket.writable && !c->socket.dead) {
    const size_t n = h1_socket_send(c, l.part, l.count, ends_here(c, &l));
    if (!c->socket.writable) {
      kernel_is_full(c);
      break;
    }
    sent(c, n);
    if (cx->turn_bytes >= H1_TURN_BYTES) break;
    gather(c, &l);
  }
  if (!c->socket.dead && cx->stage_at < cx->staged) stage_to_pending(c);
  cx->staged = 0;
  cx->stage_at = 0;
  if (c->output.pending == NULL && c->out != H1_ANSWER_SENDING) all_is_taken(c);
}

size_t h1_out_unsent(const h1_conn *c) {
  const h1_context *cx = c->context;
  size_t unsent = cx->staged - cx->stage_at;
  for (const h1_block *b = c->output.pending; b != NULL; b = b->next) {
    unsent += b->len - b->at;
  }
  return unsent;
}

void h1_out_release(h1_conn *c) {
  h1_block_release_chain(&c->output.pending);
  c->output.pending_last = NULL;
}

/* ---- sources ---- */

static h1_progress finish(h1_conn *c) {
  c->flight->answer.source = H1_SOURCE_NONE;
  h1_conn_set_out(c, H1_ANSWER_SENT);
  return H1_GO_ON;
}

/* A body that cannot be sent as it was announced: the connection ends after
 * what there is of it, so that the client sees that it is cut. Earlier answers
 * may still wait to be sent. */
static h1_progress cut(h1_conn *c) {
  h1_flight_answered(c, c->flight->status, H1_HANDLER_FAILED);
  h1_flight_last(c, false);
  h1_conn_set_in(c, H1_IN_DONE);
  h1_window_discard(c);
  return finish(c);
}

static h1_progress blocked(h1_conn *c) {
  if (c->socket.dead) return H1_GO_ON;
  return c->socket.writable ? H1_YIELD : H1_BLOCKED;
}

static h1_progress send_bytes(h1_conn *c) {
  h1_out_flush(c);
  if (c->flight->answer.left == 0) return finish(c);
  return blocked(c);
}

static void sent_of_file(h1_conn *c, size_t n) {
  h1_answer *a = &c->flight->answer;
  a->file_at += n;
  a->left -= n;
  a->sent += n;
  c->context->turn_bytes += n;
  kernel_took(c, n);
  h1_counter_add(&c->context->metrics->bytes_out, n);
}

static h1_progress send_file(h1_conn *c) {
  const h1_answer *a = &c->flight->answer;
  h1_out_flush(c);
  if (c->output.pending != NULL) return blocked(c);
  while (a->left > 0 && c->socket.writable && !c->socket.dead) {
    if (c->context->turn_bytes >= H1_TURN_BYTES) return H1_YIELD;
    size_t n = (size_t)(a->left < SENDFILE_MAX ? a->left : SENDFILE_MAX);
    switch (h1_socket_send_file(c, a->file, a->file_at, &n)) {
      case H1_SENT_SOME:
        sent_of_file(c, n);
        break;
      case H1_SENT_NO_FILE:
        return cut(c);
      case H1_SENT_FULL:
        kernel_is_full(c);
        return H1_BLOCKED;
      case H1_SENT_BROKEN:
        return H1_GO_ON;
    }
  }
  return a->left == 0 ? finish(c) : blocked(c);
}

/* Puts the chunk's head before data that lies CHUNK_GAP into the stage. */
static void frame_chunk(h1_conn *c, size_t size) {
  h1_context *cx = c->context;
  uint8_t *at = cx->stage + cx->staged;
  uint8_t head[H1_CHUNK_HEAD_MAX];
  const h1_buffer room = {head, sizeof head};
  size_t head_len = 0;
  if (h1_chunk_head_encode(size, room, &head_len) != H1_DONE) {
    h1_conn_fault(c, "a chunk without a head");
    return;
  }
  if (head_len != CHUNK_GAP) memmove(at + head_len, at + CHUNK_GAP, size);
  memcpy(at, head, head_len);
  memcpy(at + head_len + size, "\r\n", 2);
  cx->staged += head_len + size + 2;
}

static void stage_pulled(h1_conn *c, size_t size) {
  h1_context *cx = c->context;
  c->flight->answer.sent += size;
  if (c->flight->answer.left != H1_LENGTH_UNKNOWN)
    c->flight->answer.left -= size;
  if (size == 0) return;
  if (c->flight->answer.chunked) {
    frame_chunk(c, size);
  } else {
    cx->staged += size;
  }
}

/* The last chunk, and a trailer section without fields. */
static void end_chunks(h1_conn *c) {
  h1_context *cx = c->context;
  h1_buffer room = {cx->stage + cx->staged, cx->plan.stage_bytes - cx->staged};
  size_t last = 0, end = 0;
  bool written = h1_last_chunk_encode(room, &last) == H1_DONE;
  if (written) {
    const h1_buffer after = {room.ptr + last, room.len - last};
    written = h1_trailers_end_encode(after, &end) == H1_DONE;
  }
  if (!written) {
    h1_conn_fault(c, "no room for the end of a chunked body");
    return;
  }
  cx->staged += last + end;
}

static h1_progress pull_ended(h1_conn *c) {
  if (c->flight->answer.left != H1_LENGTH_UNKNOWN &&
      c->flight->answer.left != 0)
    return cut(c);
  if (c->flight->answer.chunked) end_chunks(c);
  return finish(c);
}

static h1_progress send_pulled(h1_conn *c) {
  h1_context *cx = c->context;
  if (cx->staged >= H1_STAGE_SOFT || c->output.pending != NULL) {
    h1_out_flush(c);
    if (c->output.pending != NULL) return blocked(c);
  }
  if (cx->turn_bytes >= H1_TURN_BYTES) return H1_YIELD;
  /* What is pulled may stay unsent. */
  if (cx->staged == 0 && !h1_admission_turn(c)) return h1_window_wait(c);
  if (c->flight->answer.left == 0) return pull_ended(c);
  const size_t gap = c->flight->answer.chunked ? CHUNK_GAP : 0;
  h1_buffer room = {cx->stage + cx->staged + gap, PULL_ROOM - PULL_MARGIN};
  if (room.len > c->flight->answer.left)
    room.len = (size_t)c->flight->answer.left;
  c->flight->answer.pull_waiting = false;
  const h1_pulled p =
      c->flight->answer.pull(h1_flight_state(c), room, cx->now_ms);
  if (p.step == H1_PULL_FAIL || p.size > room.len ||
      (p.step == H1_PULL_BYTES && p.size == 0)) {
    return cut(c);
  }
  if (p.step == H1_PULL_WAIT) {
    c->flight->answer.pull_waiting = true;
    if (cx->staged == 0) all_is_taken(c); /* nothing is pending either */
    /* A time that is over must not be due again within this turn. */
    c->flight->answer.wake_at_ms =
        p.wait_until_ms > cx->now_ms ? p.wait_until_ms : cx->now_ms + 1;
    return H1_BLOCKED;
  }
  stage_pulled(c, p.size);
  h1_time_write_moved(c);
  return p.step == H1_PULL_END ? pull_ended(c) : H1_GO_ON;
}

h1_progress h1_out_step(h1_conn *c) {
  switch (c->flight->answer.source) {
    case H1_SOURCE_NONE:
      return finish(c);
    case H1_SOURCE_BYTES:
    case H1_SOURCE_BODY:
      return send_bytes(c);
    case H1_SOURCE_FILE:
      return send_file(c);
    case H1_SOURCE_PULL:
      if (c->flight->answer.pull_waiting &&
          c->context->now_ms < c->flight->answer.wake_at_ms) {
        return H1_BLOCKED;
      }
      return send_pulled(c);
  }
  return H1_BLOCKED;
}
