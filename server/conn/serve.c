/* The main line. serve_head is a request's way from bytes to an answer, and
 * h1_serve what a connection does next: send, account, or begin again. */
#include "server/conn/serve.h"

#include "server/conn/account.h"
#include "server/conn/admission.h"
#include "server/conn/body.h"
#include "server/conn/close.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/encode.h"
#include "server/conn/exchange.h"
#include "server/conn/flight.h"
#include "server/conn/head.h"
#include "server/conn/linger.h"
#include "server/conn/out.h"
#include "server/conn/proxy_head.h"
#include "server/conn/refuse.h"
#include "server/conn/run.h"
#include "server/conn/states.h"
#include "server/conn/trailers.h"
#include "server/conn/validate.h"
#include "server/conn/window.h"

static bool is_reading(const h1_conn *c) {
  return c->in == H1_IN_BODY || c->in == H1_IN_TRAILERS;
}

/* ---- from bytes to an answer ---- */

/* Whether the turn has time and memory for one more request: what is carried is
 * served without a read that would have asked. */
static h1_progress may_begin(h1_conn *c) {
  const h1_context *cx = c->context;
  if (cx->turn_requests >= H1_TURN_REQUESTS ||
      cx->turn_bytes >= H1_TURN_BYTES) {
    return H1_YIELD;
  }
  if (!cx->window_in_leftover || cx->turn_receives > 0) return H1_GO_ON;
  return h1_admission_turn(c) ? H1_GO_ON : h1_window_wait(c);
}

/* The overload lane refuses everything except admin routes. Connections of an
 * admin listener have no refusal: such routes are all that it offers. */
static h1_error lane_verdict(const h1_conn *c, h1_error verdict) {
  const h1_context *cx = c->context;
  if (c->refusal == H1_OK) return verdict;
  if (verdict != H1_OK && h1_error_status(verdict) < 404) return verdict;
  const h1_route *route = cx->x.match.route;
  const bool admin = route != NULL && (route->flags & H1_ROUTE_ADMIN) != 0;
  return admin ? verdict : c->refusal;
}

static h1_error validate_and_route(h1_conn *c) {
  h1_exchange *x = &c->context->x;
  h1_error why = h1_validate(x);
  c->flight->unlogged =
      h1_policy_skips_log(&c->flight->snapshot->policy, x->path);
  if (why == H1_OK) why = h1_route_request(x);
  why = lane_verdict(c, why);
  if (why == H1_OK) h1_body_admit(c);
  return why;
}

/* A body that its handler does not want is not waited for where the connection
 * ends with the answer: it may never come (RFC 9112 9.6), and what is sent of
 * it is dropped while the connection lingers. In the lane all do. */
static bool is_answered_at_head(const h1_conn *c) {
  return h1_body_is_whole(c) || (c->flight->body.mode == H1_BODY_IGNORE &&
                                 (c->context->lane || h1_answer_is_last(c)));
}

static h1_progress serve_head(h1_conn *c) {
  size_t head_bytes = 0;
  h1_error why = H1_OK;
  if (h1_window_is_short(c->context)) return h1_head_read(c);
  const h1_progress p = may_begin(c);
  if (p != H1_GO_ON) return p;
  if (c->input.proxy_due) return h1_proxy_head(c);
  const h1_step step = h1_head_decode(c, &head_bytes, &why);
  if (step == H1_NEED_INPUT) return H1_GO_ON;
  h1_exchange_open(c, head_bytes);
  if (step == H1_DONE) why = validate_and_route(c);
  if (why != H1_OK) {
    h1_refuse(c, why);
  } else if (is_answered_at_head(c)) {
    if (!h1_body_is_whole(c)) h1_flight_last(c, true);
    h1_conn_set_in(c, H1_IN_DONE);
    h1_run_handler(c, false);
  } else {
    h1_body_begin(c);
  }
  return H1_GO_ON;
}

/* The client sends no more. An idle connection is simply over, once what it
 * asked for has been sent; a truncated request is never answered as if it were
 * whole; an answer that did not wait for the rest is sent to its end. */
static h1_progress input_ended(h1_conn *c) {
  if (c->in != H1_IN_HEAD && c->out != H1_ANSWER_WAITING) {
    h1_refuse(c, H1_CLIENT_CLOSED);
    return H1_GO_ON;
  }
  h1_out_flush(c);
  if (c->socket.dead) return H1_GO_ON;
  if (c->output.pending != NULL) return H1_BLOCKED;
  h1_conn_close(c, H1_CLIENT_CLOSED);
  return H1_GONE;
}

static h1_progress serve_part(h1_conn *c) {
  switch (c->in) {
    case H1_IN_HEAD:
      /* One answer after the other: unsent bytes hold the pipeline back. */
      return c->output.pending != NULL ? H1_BLOCKED : serve_head(c);
    case H1_IN_BODY:
      return h1_body_step(c);
    case H1_IN_TRAILERS:
      return h1_trailers_step(c);
    case H1_IN_DONE:
      break;
  }
  return H1_BLOCKED;
}

h1_progress h1_serve_input(h1_conn *c) {
  const h1_progress p = serve_part(c);
  if (p != H1_BLOCKED || !c->socket.eof || c->in == H1_IN_DONE) return p;
  const h1_context *cx = c->context;
  const bool held_back = c->in == H1_IN_HEAD &&
                         (c->output.pending != NULL || !h1_window_is_short(cx));
  const bool body_left = c->in == H1_IN_BODY && h1_window_unread(cx) != 0;
  return held_back || body_left ? p : input_ended(c);
}

/* ---- from an answer to the log ---- */

/* Unsent bytes go first; a body may be read all the same. */
static h1_progress send_unsent(h1_conn *c) {
  h1_out_flush(c);
  if (c->socket.dead) return H1_GO_ON;
  if (c->context->turn_bytes >= H1_TURN_BYTES) return H1_YIELD;
  return H1_GO_ON;
}

static h1_progress send(h1_conn *c) {
  const h1_progress p = h1_out_step(c);
  return p == H1_BLOCKED && is_reading(c) && !c->socket.dead ? h1_serve_input(c)
                                                             : p;
}

/* Whoever was told that the connection ends is not waited for: the rest of its
 * body is dropped while it lingers. */
static bool ends_before_its_body(const h1_conn *c) {
  return is_reading(c) && c->out == H1_ANSWER_SENT && !c->flight->persists &&
         c->flight->body.drop;
}

static void leave_body(h1_conn *c) {
  h1_flight_last(c, true);
  h1_conn_set_in(c, H1_IN_DONE);
  h1_window_discard(c);
}

/* Unread bytes at close would reset the connection before the answer is read.
 */
static h1_progress end_connection(h1_conn *c, bool lingers) {
  const bool unread = h1_window_unread(c->context) > 0 || c->socket.readable;
  if ((lingers || unread) && !c->socket.eof) {
    h1_linger_begin(c);
    return H1_GO_ON;
  }
  h1_conn_close(c, H1_OK);
  return H1_GONE;
}

/* Whether the exchange is over only when its answer is with the kernel, so that
 * the log tells what became of it. Answers to pipelined requests go out
 * together, as long as the client takes them. */
static bool waits_for_flush(const h1_conn *c) {
  return !c->flight->persists || c->output.was_full ||
         h1_window_unread(c->context) == 0;
}

static h1_progress account(h1_conn *c) {
  const bool persists = c->flight->persists;
  const bool lingers = c->flight->lingers;
  if (waits_for_flush(c)) {
    h1_out_flush(c);
    if (c->socket.dead) return H1_GO_ON;
    if (c->output.pending != NULL) {
      return c->socket.writable ? H1_YIELD : H1_BLOCKED;
    }
  }
  h1_account(c);
  if (!persists) h1_settle(c);
  h1_exchange_end(c);
  h1_time_since(c);
  return persists ? H1_GO_ON : end_connection(c, lingers);
}

h1_progress h1_serve(h1_conn *c) {
  const h1_context *cx = c->context;
  if (h1_flight_on_helper(c)) return h1_run_job(c);
  if (c->socket.dead) {
    h1_conn_close_broken(c);
    return H1_GONE;
  }
  if (c->output.pending != NULL || cx->staged >= H1_STAGE_SOFT) {
    const h1_progress p = send_unsent(c);
    if (p != H1_GO_ON || c->socket.dead) return p;
    if (c->output.pending != NULL && !is_reading(c)) return H1_BLOCKED;
  }
  if (h1_flight_awaits_later(c)) {
    const h1_progress p = h1_run_later(c);
    if (p != H1_BLOCKED || !is_reading(c)) return p;
  }
  if (c->out == H1_ANSWER_SENDING) return send(c);
  if (ends_before_its_body(c)) leave_body(c);
  if (c->in == H1_IN_DONE && c->out == H1_ANSWER_SENT) return account(c);
  return h1_serve_input(c);
}
