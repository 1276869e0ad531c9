/* The lifecycle of a connection: opening, turns, the end of an exchange,
 * deadlines, closing. */
#include "server/conn.h"

#include <arpa/inet.h>
#include <string.h>

#include "server/exchange.h"
#include "server/jobs.h"
#include "server/memory.h"
#include "server/sys.h"
#include "server/worker.h"

#define LINGER_MS 2000u
#define LINGER_BYTES ((uint64_t)256 * 1024)
#define DROP_BYTES ((uint64_t)64 * 1024)
/* A connection that never sent a byte is given this long when the server
 * closes: its request may be on the way. */
#define CLOSING_GRACE_MS 1000u
/* How long a request may wait for memory before it is answered 503. */
#define MEMORY_WAIT_MS 500u
/* How long a client may do nothing while it holds memory that others want. */
#define HOLD_MS 1000u

/* ---- opening ---- */

static void name_client(h1_conn *c) {
  const char *text = NULL;
  if (c->peer.family == AF_INET || c->peer.family == AF_INET6) {
    text =
        inet_ntop(c->peer.family, c->peer.address, c->client, sizeof c->client);
  }
  if (text == NULL) memcpy(c->client, "unix", 5);
  c->client_len = (uint8_t)strlen(c->client);
}

void h1_conn_open(h1_worker *w, const h1_accepted *accepted) {
  h1_conn *c = h1_worker_slot_take(w);
  const uint32_t slot = c->slot;
  const uint32_t generation = c->generation;
  memset(c, 0, sizeof *c);
  h1_timer_init(&c->timer);
  c->worker = w;
  c->slot = slot;
  c->state = w->states + (size_t)slot * H1_STATE_BYTES;
  c->generation = generation;
  c->fd = accepted->fd;
  c->peer = accepted->peer;
  c->admin = accepted->peer.admin;
  c->refusal = accepted->refusal;
  c->life = H1_LIFE_OPEN;
  c->readable = true;
  c->writable = true;
  c->since_ms = w->now_ms;
  if (h1_log_enabled(w->shared->log)) name_client(c);
  h1_counter_add(&w->metrics->connections_opened, 1);
  h1_conn_turn(c);
}

/* ---- the exchange ---- */

void *h1_conn_state(h1_conn *c) {
  if (!c->state_used) memset(c->state, 0, H1_STATE_BYTES);
  c->state_used = true;
  return c->state;
}

/* A head that was kept was judged in an earlier turn: its views must be found
 * again before a handler may see them. */
static void prepare(h1_conn *c) {
  h1_exchange *x = &c->worker->x;
  if (c->kept == NULL && x->conn == c) return;
  const bool may_receive = x->conn == c && x->may_receive;
  h1_exchange_begin(x, c, h1_conn_request(c));
  x->may_receive = may_receive;
  h1_exchange_route(x);
}

void h1_conn_run(h1_conn *c) {
  h1_exchange *x = &c->worker->x;
  prepare(c);
  h1_exchange_run(x);
  if (x->reply.kind != H1_REPLY_NONE) h1_exchange_commit(x);
}

/* Whether the rest of a refused request can be read and dropped, so that the
 * connection may serve another: only when its framing is beyond doubt. */
static bool may_go_on(const h1_conn *c, h1_error why) {
  const uint16_t status = h1_error_status(why);
  const bool sound = status == 404 || status == 405 || status == 412 ||
                     status == 416 || status == 417 || why == H1_METHOD_UNKNOWN;
  if (!sound || c->in != H1_IN_HEAD) return false;
  if (c->framing.kind == H1_BODY_NONE) return true;
  const bool waits_for_100 = c->expects_continue || why == H1_EXPECT_UNKNOWN ||
                             why == H1_METHOD_UNKNOWN;
  if (waits_for_100) return false;
  return c->framing.kind == H1_BODY_CHUNKED || c->framing.length <= DROP_BYTES;
}

/* Answered, with a body still to come that nobody wants. */
static void drop_rest(h1_conn *c) {
  h1_worker *w = c->worker;
  h1_limits limits = w->config->limits;
  limits.body_bytes = DROP_BYTES;
  h1_chunked_decoder_init(&c->chunked, &limits);
  c->body_left = c->framing.length;
  c->drop_left = DROP_BYTES;
  c->drop_body = true;
  c->body_start_ms = w->now_ms;
  c->progress_ms = w->now_ms;
  c->in = H1_IN_BODY;
}

static bool is_connect(const h1_request *r) {
  return r->method_text.len == 7 &&
         memcmp(r->method_text.ptr, "CONNECT", 7) == 0;
}

void h1_conn_refuse(h1_conn *c, h1_error why) {
  h1_exchange *x = &c->worker->x;
  const bool answered = c->out == H1_OUT_SENDING || c->out == H1_OUT_SENT;
  const bool in_head = c->in == H1_IN_HEAD;
  /* 501 is judged before the path's own persistence is: ask again. */
  bool go_on = may_go_on(c, why) && !is_connect(h1_conn_request(c));
  if (go_on && !c->persists) {
    (void)h1_persistence_of_request(h1_conn_request(c), &c->persists);
  }
  if (!go_on) {
    c->persists = false;
    c->linger = true;
    c->in = H1_IN_DONE;
    h1_body_release(c);
  }
  if (answered) {
    h1_in_discard(c);
    if (c->reason == H1_OK) c->reason = why;
    return;
  }
  if (c->kept != NULL || x->conn != c) {
    h1_exchange_begin(x, c, h1_conn_request(c));
  }
  x->reply.kind = H1_REPLY_NONE;
  x->reply.fields_len = 0;
  c->sink = NULL;
  h1_exchange_refuse(x, why);
  h1_exchange_commit(x);
  if (!go_on) {
    h1_in_discard(c);
  } else if (c->framing.kind == H1_BODY_NONE || c->framing.length == 0) {
    if (in_head && c->framing.kind != H1_BODY_CHUNKED) c->in = H1_IN_DONE;
    if (c->framing.kind == H1_BODY_CHUNKED) drop_rest(c);
  } else {
    drop_rest(c);
  }
}

/* ---- accounting ---- */

static void fill_entry(const h1_conn *c, h1_log_entry *e) {
  const h1_worker *w = c->worker;
  const h1_request *r = h1_conn_request(c);
  memset(e, 0, sizeof *e);
  e->client = (h1_slice){(const uint8_t *)c->client, c->client_len};
  e->client_port = c->peer.port;
  e->method = r->method_text;
  e->target = r->target;
  e->minor_version = r->minor_version;
  e->head_decoded = c->decoded;
  e->has_request_line = r->method_text.len != 0;
  e->status = c->status;
  e->bytes = c->sent_body;
  e->reused = c->requests > 1;
  e->reason = c->reason;
  if (w->config->log_format == H1_LOG_COMBINED && c->head_bytes != 0) {
    e->referer = h1_fields_get(&r->fields, H1_FIELD_REFERER);
    e->user_agent = h1_fields_get(&r->fields, H1_FIELD_USER_AGENT);
  }
}

static void account(h1_worker *w, h1_log_entry *e, uint64_t start_ns,
                    uint64_t now_ns) {
  h1_metrics *m = w->metrics;
  e->latency_us = now_ns > start_ns ? (now_ns - start_ns) / 1000u : 0;
  h1_counter_add(&m->requests, 1);
  h1_counter_add(&m->status_class[e->status / 100 < 6 ? e->status / 100 : 0],
                 1);
  if (e->reason != H1_OK) h1_counter_add(&m->refusals[e->reason], 1);
  if (e->reused) h1_counter_add(&m->reused, 1);
  h1_metrics_latency(m, e->latency_us);
  if (!h1_log_enabled(w->shared->log)) return;
  const uint64_t now_us = w->now_us + (now_ns - w->now_ns) / 1000u;
  e->time_s = (int64_t)(now_us / 1000000u);
  e->time_us = (uint32_t)(now_us % 1000000u);
  h1_counter_add(
      h1_log_write(w->shared->log, w->index, e) ? &m->log_lines : &m->log_drops,
      1);
}

void h1_conn_settle(h1_conn *c) {
  h1_worker *w = c->worker;
  if (w->record_count == 0) {
    h1_out_flush(c);
    return;
  }
  /* One more reading of the clock, for latency: all that is staged goes out in
   * the send that follows. */
  const uint64_t now_ns = h1_sys_monotonic_ns();
  h1_out_flush(c);
  for (unsigned i = 0; i < w->record_count; i++) {
    account(w, &w->records[i], w->record_start_ns[i], now_ns);
  }
  w->record_count = 0;
}

static void record(h1_conn *c) {
  h1_worker *w = c->worker;
  if (w->record_count == H1_TURN_REQUESTS) h1_conn_settle(c);
  fill_entry(c, &w->records[w->record_count]);
  w->record_start_ns[w->record_count] = c->head_ns;
  w->record_count++;
  /* A kept head's bytes go with the exchange: it is accounted at once. */
  if (c->kept != NULL) h1_conn_settle(c);
}

/* Ends what the exchange holds, whichever way it ended. */
static void release_exchange(h1_conn *c) {
  if (c->on_end != NULL) {
    void (*end)(void *state) = c->on_end;
    c->on_end = NULL;
    end(h1_conn_state(c));
  }
  h1_body_release(c);
  if (c->kept != NULL) h1_block_release(c->kept);
  c->kept = NULL;
  c->source = H1_SOURCE_NONE;
  c->sink = NULL;
  c->pull_waiting = false;
  c->sink_waiting = false;
  c->waits_memory = false;
}

static void begin_linger(h1_conn *c) {
  c->life = H1_LIFE_LINGER;
  c->since_ms = c->worker->now_ms;
  c->drop_left = LINGER_BYTES;
  h1_in_discard(c);
  if (h1_sys_shutdown(c->fd) != 0) c->dead = true;
}

static h1_progress exchange_over(h1_conn *c) {
  h1_worker *w = c->worker;
  const bool persists = c->persists;
  if (!persists) {
    /* Everything must be with the kernel before the end is shown. */
    h1_out_flush(c);
    if (c->dead) return H1_GO_ON;
    if (c->pending != NULL) return c->writable ? H1_YIELD : H1_BLOCKED;
  }
  record(c);
  if (!persists) h1_conn_settle(c);
  release_exchange(c);
  c->in = H1_IN_HEAD;
  c->out = H1_OUT_IDLE;
  c->head_bytes = 0;
  c->since_ms = w->now_ms;
  if (persists) return H1_GO_ON;
  /* Unread bytes at close would reset the connection under the answer. */
  if (c->linger || w->window_at < w->window_len || c->readable) {
    if (!c->eof) {
      begin_linger(c);
      return H1_GO_ON;
    }
  }
  h1_conn_close(c, H1_OK);
  return H1_GONE;
}

/* ---- turns ---- */

static h1_progress job_step(h1_conn *c) {
  h1_worker *w = c->worker;
  h1_job *job = c->job;
  if (!atomic_load_explicit(&job->done, memory_order_acquire)) {
    return H1_BLOCKED;
  }
  if (!c->dead && !h1_memory_turn(c)) return h1_in_wait(c);
  c->job = NULL;
  if (!c->dead) h1_exchange_commit(&job->x);
  h1_jobs_return(w->shared->jobs, job);
  return H1_GO_ON;
}

static h1_progress send_step(h1_conn *c) {
  const h1_progress p = h1_out_step(c);
  const bool reading = c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS;
  return p == H1_BLOCKED && reading && !c->dead ? h1_in_step(c) : p;
}

static h1_progress open_step(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->dead && c->job == NULL) {
    h1_conn_close(c, c->reason != H1_OK ? c->reason : H1_CLIENT_CLOSED);
    return H1_GONE;
  }
  if (c->job != NULL) return job_step(c);
  if (c->pending != NULL || w->staged >= H1_STAGE_SOFT) {
    h1_out_flush(c);
    if (c->dead) return H1_GO_ON;
    if (w->turn_bytes >= H1_TURN_BYTES) return H1_YIELD;
    const bool reading = c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS;
    if (c->pending != NULL && !reading) return H1_BLOCKED;
  }
  if (c->out == H1_OUT_SENDING) return send_step(c);
  if (c->in == H1_IN_DONE && c->out == H1_OUT_SENT) return exchange_over(c);
  return h1_in_step(c);
}

static bool is_idle(const h1_conn *c) {
  return c->life == H1_LIFE_OPEN && c->in == H1_IN_HEAD &&
         c->out == H1_OUT_IDLE && c->carry == NULL && c->pending == NULL;
}

static uint64_t idle_deadline(const h1_conn *c) {
  const h1_worker *w = c->worker;
  const bool closing =
      atomic_load_explicit(&w->shared->closing, memory_order_relaxed);
  if (w->lane) return c->since_ms + w->lane_timeout_ms;
  if (!closing) return c->since_ms + w->config->keepalive_timeout_ms;
  return c->requests > 0 ? w->now_ms : c->since_ms + CLOSING_GRACE_MS;
}

static bool waits_for_memory(const h1_conn *c) {
  return c->list == H1_LIST_TURN || c->list == H1_LIST_BODY;
}

/* It is the server that is late: a new request is told so soon, one that has
 * sent part of a body is worth more patience. */
static uint64_t memory_deadline(const h1_conn *c) {
  return c->wait_ms + (c->in == H1_IN_HEAD
                           ? MEMORY_WAIT_MS
                           : c->worker->config->body_timeout_ms);
}

static uint64_t deadline_of(const h1_conn *c) {
  const h1_worker *w = c->worker;
  const h1_config *config = w->config;
  if (c->life == H1_LIFE_LINGER) return c->since_ms + LINGER_MS;
  if (c->job != NULL) return H1_NEVER;
  if (waits_for_memory(c)) return memory_deadline(c);
  if (is_idle(c) && c->list != H1_LIST_TURN) return idle_deadline(c);
  if (c->pull_waiting && c->pending == NULL) return c->wake_at_ms;
  if (c->pending != NULL || c->out == H1_OUT_SENDING) {
    return c->write_progress_ms + config->write_timeout_ms;
  }
  if (c->in == H1_IN_HEAD) {
    return c->since_ms +
           (w->lane ? w->lane_timeout_ms : config->header_timeout_ms);
  }
  if (c->in == H1_IN_DONE) return H1_NEVER;
  return h1_body_deadline(c);
}

/* Unsent answers or a long half-read head: blocks that wait for the client. */
static bool holds_blocks(const h1_conn *c) {
  if (waits_for_memory(c) || c->job != NULL) return false;
  return c->pending != NULL || (c->in == H1_IN_HEAD && c->carry != NULL &&
                                c->carry->pool == &c->worker->large);
}

/* Blocks come back at the end of many turns: those who wait are looked at by
 * the worker's loop. Here: which list, which deadline. */
static void rest(h1_conn *c, h1_progress p) {
  h1_worker *w = c->worker;
  if (p == H1_YIELD) {
    h1_worker_list(c, H1_LIST_READY);
  } else if (c->life == H1_LIFE_LINGER) {
    if (c->list != H1_LIST_LINGER) h1_worker_list(c, H1_LIST_LINGER);
  } else if (is_idle(c) && c->list != H1_LIST_TURN) {
    h1_worker_list(c, c->requests > 0 ? H1_LIST_IDLE : H1_LIST_FRESH);
  } else if (holds_blocks(c)) {
    if (c->list != H1_LIST_HOLDER) h1_worker_list(c, H1_LIST_HOLDER);
  } else if (!waits_for_memory(c)) {
    h1_worker_list(c, H1_LIST_NONE);
  }
  h1_wheel_set(&w->wheel, &c->timer, deadline_of(c));
  if (c->registered) return;
  c->registered = true;
  const uint64_t id = (uint64_t)c->generation << 32 | c->slot;
  if (h1_sys_epoll_add(w->epoll_fd, c->fd,
                       EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id) == 0) {
    return;
  }
  c->registered = false;
  if (c->job != NULL) {
    c->dead = true; /* a helper thread works on it: closed when that is done */
  } else {
    h1_conn_close(c, H1_NO_MEMORY);
  }
}

static void begin_turn(h1_conn *c) {
  h1_worker *w = c->worker;
  w->staged = 0;
  w->turn_requests = 0;
  w->turn_receives = 0;
  w->turn_bytes = 0;
  w->record_count = 0;
  w->x.conn = NULL;
  if (waits_for_memory(c)) {
    /* The client is not charged for the server's wait. */
    const uint64_t waited = w->now_ms - c->wait_ms;
    c->body_start_ms += waited;
    c->progress_ms += waited;
  }
  /* A head that drips keeps its place among those who hold blocks. */
  const bool drips = c->list == H1_LIST_HOLDER && c->pending == NULL;
  if (c->list != H1_LIST_LINGER && !drips) h1_worker_list(c, H1_LIST_NONE);
  h1_in_load(c);
}

static void finish_turn(h1_conn *c, h1_progress p) {
  if (p == H1_GONE) return;
  h1_conn_settle(c);
  if (!c->dead && c->in != H1_IN_HEAD) h1_in_keep_head(c);
  if (!c->dead) h1_in_save(c);
  if (c->dead && c->job == NULL) {
    h1_conn_close(c, c->reason != H1_OK ? c->reason : H1_CLIENT_CLOSED);
    return;
  }
  /* Sending stopped at the turn's budget, not at the kernel's: no edge comes.
   */
  if (c->pending != NULL && c->writable && !c->dead) p = H1_YIELD;
  rest(c, p);
}

static void take_turn(h1_conn *c) {
  h1_progress p = H1_GO_ON;
  while (p == H1_GO_ON) {
    p = c->life == H1_LIFE_LINGER ? h1_in_linger(c) : open_step(c);
  }
  finish_turn(c, p);
}

void h1_conn_turn(h1_conn *c) {
  begin_turn(c);
  take_turn(c);
}

/* ---- deadlines ---- */

/* `starved`: it was the server that had no memory to read with. */
static void end_late(h1_conn *c, bool starved) {
  h1_worker *w = c->worker;
  if (c->in == H1_IN_HEAD) {
    if (!h1_in_started(c) && !w->lane && !starved) {
      h1_conn_close(c, H1_OK);
      return;
    }
    h1_in_abandon_head(c);
    h1_conn_refuse(c, w->lane   ? c->refusal
                      : starved ? H1_NO_MEMORY
                                : H1_HEADER_TIMEOUT);
  } else {
    h1_conn_refuse(c, starved ? H1_NO_MEMORY : h1_body_lateness(c));
  }
  take_turn(c);
}

uint64_t h1_conn_gives_way_ms(const h1_conn *c) {
  return HOLD_MS + (c->pending != NULL ? c->write_progress_ms : c->since_ms);
}

void h1_conn_give_way(h1_conn *c) {
  if (c->pending != NULL) {
    h1_conn_close(c, H1_NO_MEMORY);
    return;
  }
  begin_turn(c);
  end_late(c, true);
}

void h1_conn_due(h1_conn *c) {
  h1_worker *w = c->worker;
  if (c->life == H1_LIFE_LINGER) {
    h1_conn_close(c, H1_OK);
    return;
  }
  if (c->pull_waiting && c->pending == NULL) {
    h1_conn_turn(c);
    return;
  }
  if (c->pending != NULL || c->out == H1_OUT_SENDING) {
    if (h1_out_progressed(c)) {
      h1_wheel_set(&w->wheel, &c->timer, deadline_of(c));
    } else {
      h1_conn_close(c, H1_WRITE_TIMEOUT);
    }
    return;
  }
  const bool starved = c->list == H1_LIST_TURN;
  if (is_idle(c) && !w->lane && !starved) {
    h1_conn_close(c, H1_OK);
    return;
  }
  begin_turn(c);
  end_late(c, starved);
}

/* ---- closing ---- */

void h1_conn_close(h1_conn *c, h1_error reason) {
  h1_worker *w = c->worker;
  const bool answering = c->out != H1_OUT_IDLE;
  if (c->life == H1_LIFE_OPEN && (answering || h1_in_started(c))) {
    if (!answering) h1_in_abandon_head(c);
    if (c->reason == H1_OK || !answering) c->reason = reason;
    if (c->out == H1_OUT_WAITING) c->status = 0;
    record(c);
  }
  /* Requests answered in this turn are accounted, whether or not their answers
   * got out; and no staged byte may reach another connection. */
  if (w->record_count > 0) h1_conn_settle(c);
  w->staged = 0;
  release_exchange(c);
  h1_out_release(c);
  if (c->carry != NULL) h1_block_release(c->carry);
  c->carry = NULL;
  h1_wheel_cancel(&w->wheel, &c->timer);
  h1_worker_list(c, H1_LIST_NONE);
  h1_sys_close(c->fd);
  h1_counter_add(&w->metrics->connections_closed, 1);
  c->life = H1_LIFE_FREE;
  h1_worker_slot_free(w, c);
}
