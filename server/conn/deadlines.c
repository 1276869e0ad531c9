/* Time: what deadlines count from, and which one is next. Deadlines are not
 * moved while bytes flow: the wheel looks again when the old one comes up. */
#include "server/conn/deadlines.h"

#include "server/conn/context.h"
#include "server/sys.h"

/* --drain-idle ends at least this long before --drain-timeout, or at half of
 * it: what is asked last must have time to be answered. */
#define DRAIN_MARGIN_MS 1000u
/* Who came while the server stops has at least so long for a request, or half
 * of what is left until --drain-timeout. */
#define LATE_MS 500u
/* How long a client may be silent that has not acknowledged all of an answer.
 */
#define LINGER_SILENT_MS 5000u
/* Who has acknowledged all, and sends nothing for this long, is not in the
 * midst of sending: no byte of it will meet a closed connection. */
#define LINGER_QUIET_MS 1000u
/* Nobody tells that a byte was acknowledged. */
#define LINGER_LOOK_MS 500u
/* How long a request may wait for memory before it is answered 503. */
#define MEMORY_WAIT_MS 500u
#define HEAD_CREDIT_MS 1000u
/* The least average rate of a body counts only after this long. */
#define RATE_GRACE_MS 10000u

/* In the overload lane all deadlines count from when it took the connection. */
void h1_time_since(h1_conn *c) {
  if (c->context->lane && c->times.since_ms != 0) return;
  c->times.since_ms = c->context->now_ms;
}

void h1_time_head(h1_conn *c) {
  c->times.head_ns = c->context->now_ns;
  h1_time_since(c);
}

void h1_time_body(h1_conn *c) {
  c->flight->times.body_start_ms = c->context->now_ms;
  c->flight->times.body_moved_ms = c->context->now_ms;
}

void h1_time_body_moved(h1_conn *c) {
  if (c->flight == NULL) return;
  c->flight->times.body_moved_ms = c->context->now_ms;
}

void h1_time_read_moved(h1_conn *c) {
  c->times.read_moved_ms = c->context->now_ms;
}

void h1_time_write_moved(h1_conn *c) {
  c->times.write_moved_ms = c->context->now_ms;
}

void h1_time_answered(h1_conn *c) {
  uint64_t *answered = &c->flight->times.answered_ns;
  if (*answered == 0) *answered = h1_sys_monotonic_ns();
}

void h1_time_wait(h1_conn *c) { c->times.wait_ms = c->context->now_ms; }

void h1_time_waited(h1_conn *c) {
  if (c->flight == NULL) return;
  const uint64_t waited = c->context->now_ms - c->times.wait_ms;
  c->flight->times.body_start_ms += waited;
  c->flight->times.body_moved_ms += waited;
}

/* What is there is a part of an empty line, of which a decoder has seen all. */
static bool waits_for_first_byte(const h1_conn *c) {
  return c->input.decoding && !c->input.begun;
}

bool h1_conn_is_idle(const h1_conn *c) {
  return c->life == H1_LIFE_OPEN && c->in == H1_IN_HEAD &&
         c->out == H1_ANSWER_IDLE && c->output.pending == NULL &&
         (c->input.leftover == NULL || waits_for_first_byte(c));
}

bool h1_conn_waits_for_memory(const h1_conn *c) {
  return c->list == H1_LIST_TURN || c->list == H1_LIST_BODY;
}

bool h1_conn_waits_for_handler(const h1_conn *c) {
  if (c->output.pending != NULL) return false;
  return h1_flight_pull_waits(c) ||
         (h1_flight_awaits_later(c) && c->in == H1_IN_DONE);
}

uint64_t h1_drain_idle_ms(const h1_config *config) {
  const uint64_t whole = config->drain_timeout_ms;
  const uint64_t margin =
      whole / 2 < DRAIN_MARGIN_MS ? whole / 2 : DRAIN_MARGIN_MS;
  const uint64_t most = whole - margin;
  return config->drain_idle_ms < most ? config->drain_idle_ms : most;
}

/* Of one that came while the server stops. It is among the last to be accepted,
 * and its first request is on the way. */
static uint64_t late_deadline(const h1_config *config, uint64_t since_ms) {
  const uint64_t left = config->drain_timeout_ms - h1_drain_idle_ms(config);
  return since_ms + (left / 2 < LATE_MS ? left / 2 : LATE_MS);
}

/* While the server stops, how long a connection has been idle decides, and the
 * keep-alive timeout no longer does. Those idle for less than --drain-idle when
 * the stop began stay until it has passed: a request may be on the way. Those
 * idle longer go in its second half, longest first. */
static uint64_t closing_deadline(const h1_conn *c) {
  const h1_context *cx = c->context;
  const uint64_t begun = cx->shared->closing_ms;
  const uint64_t whole = h1_drain_idle_ms(cx->config);
  const uint64_t since = c->times.since_ms;
  const uint64_t idle = begun > since ? begun - since : 0;
  if (idle < whole) {
    const uint64_t late =
        since > begun ? late_deadline(cx->config, since) : begun;
    return late > begun + whole ? late : begun + whole;
  }
  const uint64_t most = cx->config->keepalive_timeout_ms;
  const uint64_t span = most > whole ? most - whole : 1;
  const uint64_t over = idle - whole < span ? idle - whole : span;
  return begun + whole - whole / 2 * over / span;
}

static uint64_t idle_deadline(const h1_conn *c) {
  const h1_context *cx = c->context;
  if (atomic_load_explicit(&cx->shared->closing, memory_order_acquire)) {
    return closing_deadline(c);
  }
  return c->times.since_ms + cx->config->keepalive_timeout_ms;
}

/* We are short of memory: refuse new requests quickly with 503, but give a
 * half-received body more time. */
static uint64_t memory_deadline(const h1_conn *c) {
  const bool begins = c->in == H1_IN_HEAD || c->flight->body.unadmitted;
  return c->times.wait_ms +
         (begins ? MEMORY_WAIT_MS : h1_conn_config(c)->body_timeout_ms);
}

static uint64_t stall_deadline(const h1_conn *c) {
  return c->flight->times.body_moved_ms + h1_conn_config(c)->body_timeout_ms;
}

/* How long `bytes` last at `rate` bytes a second. */
static uint64_t earned_ms(uint64_t bytes, uint64_t rate) {
  if (bytes / rate >= UINT32_MAX) return (uint64_t)UINT32_MAX * 1000u;
  return bytes * 1000u / rate;
}

/* When the average rate would fall below the least allowed. */
static uint64_t rate_deadline(uint64_t start_ms, uint64_t bytes,
                              uint64_t rate) {
  if (rate == 0) return H1_NEVER;
  const uint64_t earned = earned_ms(bytes, rate);
  return start_ms + (earned > RATE_GRACE_MS ? earned : RATE_GRACE_MS);
}

static uint64_t body_rate_deadline(const h1_conn *c) {
  const h1_flight *f = c->flight;
  return rate_deadline(f->times.body_start_ms, f->body.bytes,
                       h1_conn_config(c)->body_min_rate);
}

static uint64_t body_deadline(const h1_conn *c) {
  const uint64_t stall = stall_deadline(c);
  const uint64_t rate = body_rate_deadline(c);
  return stall < rate ? stall : rate;
}

/* What the client has acknowledged since the kernel was full. */
static uint64_t taken(const h1_conn *c) {
  const h1_output *o = &c->output;
  return o->handed > o->unsent ? o->handed - o->unsent : 0;
}

/* Only while there is something to send. */
static uint64_t write_rate_deadline(const h1_conn *c) {
  const h1_output *o = &c->output;
  if (o->full_ms == 0) return H1_NEVER;
  return rate_deadline(o->full_ms, taken(c), h1_conn_config(c)->write_min_rate);
}

static uint64_t write_stall_deadline(const h1_conn *c) {
  return c->times.write_moved_ms + h1_conn_config(c)->write_timeout_ms;
}

static uint64_t write_deadline(const h1_conn *c) {
  const uint64_t stall = write_stall_deadline(c);
  const uint64_t rate = write_rate_deadline(c);
  return stall < rate ? stall : rate;
}

bool h1_write_is_slow(const h1_conn *c) {
  return write_rate_deadline(c) <= c->context->now_ms;
}

bool h1_write_has_stalled(const h1_conn *c) {
  return write_stall_deadline(c) <= c->context->now_ms;
}

h1_error h1_body_lateness(const h1_conn *c) {
  if (c->flight->body.waits_memory) return H1_NO_MEMORY;
  return stall_deadline(c) <= c->context->now_ms ? H1_BODY_TIMEOUT
                                                 : H1_BODY_TOO_SLOW;
}

static uint64_t pull_deadline(const h1_conn *c) {
  const uint64_t timeout = h1_conn_config(c)->pull_timeout_ms;
  return timeout == 0 ? H1_NEVER : c->times.write_moved_ms + timeout;
}

bool h1_pull_is_over(const h1_conn *c) {
  return h1_flight_pull_waits(c) && pull_deadline(c) <= c->context->now_ms;
}

static uint64_t handler_deadline(const h1_conn *c) {
  if (!h1_flight_pull_waits(c)) return c->flight->later.at_ms;
  const uint64_t over = pull_deadline(c);
  const uint64_t wake = c->flight->answer.wake_at_ms;
  return over < wake ? over : wake;
}

static uint64_t head_deadline(const h1_conn *c) {
  return c->times.since_ms + h1_conn_config(c)->header_timeout_ms;
}

static uint64_t sooner(uint64_t a, uint64_t b) { return a < b ? a : b; }

bool h1_proxy_is_late(const h1_conn *c) {
  return c->input.proxy_due && head_deadline(c) <= c->context->now_ms;
}

static uint64_t first_deadline(const h1_conn *c) {
  const uint64_t idle = idle_deadline(c);
  return c->input.proxy_due ? sooner(head_deadline(c), idle) : idle;
}

uint64_t h1_lane_deadline(const h1_conn *c) {
  const bool answered = c->life == H1_LIFE_LINGER ||
                        c->out == H1_ANSWER_SENDING ||
                        c->output.pending != NULL;
  return c->times.since_ms + (answered ? H1_LANE_LIFE_MS : H1_LANE_ANSWER_MS);
}

/* Its request was answered: in a stop nobody who goes on sending holds up the
 * end of the server. */
static uint64_t linger_end(const h1_conn *c) {
  const h1_shared *s = c->context->shared;
  const uint64_t end = c->times.since_ms + h1_conn_config(c)->linger_timeout_ms;
  if (!atomic_load_explicit(&s->closing, memory_order_acquire)) return end;
  const uint64_t from =
      s->closing_ms > c->times.since_ms ? s->closing_ms : c->times.since_ms;
  return sooner(end, from + LINGER_SILENT_MS);
}

uint64_t h1_linger_last_ms(const h1_conn *c) {
  return sooner(linger_end(c), c->times.read_moved_ms + LINGER_SILENT_MS);
}

uint64_t h1_linger_quiet_ms(const h1_conn *c) {
  return c->times.read_moved_ms + LINGER_QUIET_MS;
}

static uint64_t linger_deadline(const h1_conn *c) {
  const uint64_t now_ms = c->context->now_ms;
  const uint64_t quiet = h1_linger_quiet_ms(c);
  return sooner(h1_linger_last_ms(c),
                quiet > now_ms ? quiet : now_ms + LINGER_LOOK_MS);
}

uint64_t h1_deadline(const h1_conn *c) {
  if (h1_flight_on_helper(c)) return H1_NEVER;
  if (c->context->lane) {
    const bool handler =
        h1_conn_waits_for_handler(c) || h1_flight_awaits_later(c);
    return sooner(h1_lane_deadline(c),
                  handler ? handler_deadline(c) : H1_NEVER);
  }
  if (c->life == H1_LIFE_LINGER) return linger_deadline(c);
  if (h1_conn_waits_for_memory(c)) return memory_deadline(c);
  if (h1_conn_is_idle(c)) return first_deadline(c);
  if (h1_conn_waits_for_handler(c)) return handler_deadline(c);
  if (c->output.pending != NULL || c->out == H1_ANSWER_SENDING) {
    return write_deadline(c);
  }
  if (c->in == H1_IN_HEAD) return head_deadline(c);
  if (c->in == H1_IN_DONE) return H1_NEVER;
  return sooner(body_deadline(c),
                h1_flight_awaits_later(c) ? c->flight->later.at_ms : H1_NEVER);
}

/* ---- what progress pays for ---- */

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t earned_until(uint64_t start_ms, uint64_t bytes, uint64_t rate) {
  return rate == 0 ? H1_NEVER : start_ms + earned_ms(bytes, rate);
}

static bool is_sending(const h1_conn *c) {
  return c->output.pending != NULL || c->out == H1_ANSWER_SENDING;
}

static uint64_t paid_by_taking(const h1_conn *c) {
  const h1_output *o = &c->output;
  if (o->full_ms == 0) return c->times.write_moved_ms;
  return earlier(
      c->times.write_moved_ms,
      earned_until(o->full_ms, taken(c), h1_conn_config(c)->write_min_rate));
}

/* A head is short: much of it at once pays for no more than HEAD_CREDIT_MS. */
static uint64_t paid_by_head(const h1_conn *c) {
  const h1_block *b = c->input.leftover;
  const uint64_t bytes = b == NULL ? 0 : b->len - b->at;
  const uint64_t most = c->times.since_ms + HEAD_CREDIT_MS;
  return earlier(
      earlier(c->times.read_moved_ms, most),
      earned_until(c->times.since_ms, bytes, h1_conn_config(c)->body_min_rate));
}

uint64_t h1_time_paid(const h1_conn *c) {
  if (is_sending(c)) return paid_by_taking(c);
  if (c->in == H1_IN_HEAD) return paid_by_head(c);
  if (c->flight == NULL || c->in == H1_IN_DONE) return c->context->now_ms;
  const h1_flight *f = c->flight;
  return earlier(f->times.body_moved_ms,
                 earned_until(f->times.body_start_ms, f->body.bytes,
                              h1_conn_config(c)->body_min_rate));
}

uint64_t h1_time_rent(const h1_conn *c, uint64_t bytes) {
  if (is_sending(c)) return paid_by_taking(c);
  if (c->in == H1_IN_HEAD) return c->times.since_ms;
  const uint64_t rate = bytes * 1000u / h1_conn_config(c)->body_timeout_ms + 1;
  return earlier(h1_time_paid(c), earned_until(c->flight->times.body_start_ms,
                                               c->flight->body.bytes, rate));
}

uint64_t h1_time_begun(const h1_conn *c) {
  return c->in == H1_IN_HEAD ? c->times.since_ms : c->times.head_ns / 1000000u;
}

uint64_t h1_bytes_moved(const h1_conn *c) {
  const h1_block *head = c->in == H1_IN_HEAD ? c->input.leftover : NULL;
  const uint64_t in = head == NULL ? 0 : head->len - head->at;
  if (c->flight == NULL) return in;
  const uint64_t sent = c->flight->answer.sent;
  const uint64_t unsent = is_sending(c) ? c->output.unsent : 0;
  return in + c->flight->body.bytes + (sent > unsent ? sent - unsent : 0);
}
