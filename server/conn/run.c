/* Running the handler of a request: here, on a helper thread, or piece by piece
 * while the body arrives. */
#include "server/conn/run.h"

#include "server/conn/admission.h"
#include "server/conn/context.h"
#include "server/conn/encode.h"
#include "server/conn/exchange.h"
#include "server/conn/flight.h"
#include "server/conn/jobs.h"
#include "server/conn/kept.h"
#include "server/conn/later.h"
#include "server/conn/refusal.h"
#include "server/conn/validate.h"
#include "server/conn/window.h"

/* A head that was kept was validated in an earlier turn: its views must be
 * found again before a handler may see them. */
static h1_exchange *current_exchange(h1_conn *c) {
  h1_exchange *x = &c->context->x;
  if (h1_exchange_is_current(c)) return x;
  h1_exchange_begin(x, c, h1_conn_request(c));
  h1_relocate(x);
  return x;
}

static void offer_methods(h1_exchange *x, unsigned allowed) {
  h1_add_allow(x, allowed);
  h1_reply_status(x, 204, H1_OK);
}

/* A handler that neither answers nor says that it will. */
static void demand_reply(h1_exchange *x) {
  if (x->reply.kind != H1_REPLY_NONE || h1_flight_awaits_later(x->conn)) return;
  h1_reply_status(x, 500, H1_HANDLER_FAILED);
}

static void run(h1_exchange *x) {
  unsigned allowed = 0;
  if (h1_router_answers(&x->match, x->request->method, x->path, &allowed)) {
    offer_methods(x, allowed);
    return;
  }
  if ((x->match.route->flags & H1_ROUTE_BLOCKING) != 0) {
    if (h1_jobs_submit(x->context->shared->jobs, x)) return;
    h1_make_refusal(x, H1_QUEUE_FULL);
    return;
  }
  x->match.route->handler(x);
  if (x->conn->flight->sink == NULL) demand_reply(x);
}

void h1_run_handler(h1_conn *c, bool may_receive) {
  h1_exchange *x = current_exchange(c);
  x->may_receive = may_receive;
  run(x);
  if (x->reply.kind != H1_REPLY_NONE) h1_encode_reply(x);
}

static size_t run_sink(h1_conn *c, h1_slice piece, bool last) {
  h1_exchange *x = &c->context->x;
  if (x->conn != c || x->request != h1_conn_request(c)) {
    h1_exchange_begin(x, c, h1_conn_request(c));
    h1_relocate(x);
  }
  const size_t took = c->flight->sink(x, h1_flight_state(c), piece, last);
  const bool waits = c->out == H1_ANSWER_WAITING;
  if (last && waits) demand_reply(x);
  if (waits && x->reply.kind != H1_REPLY_NONE) h1_encode_reply(x);
  return took < piece.len ? took : piece.len;
}

size_t h1_run_sink(h1_conn *c, h1_slice piece) {
  return run_sink(c, piece, false);
}

void h1_run_sink_end(h1_conn *c) { run_sink(c, (h1_slice){NULL, 0}, true); }

/* What it says may stay unsent: the turn needs its blocks. */
h1_progress h1_run_later(h1_conn *c) {
  if (!h1_later_is_due(c)) return H1_BLOCKED;
  if (!h1_admission_turn(c)) return h1_window_wait(c);
  h1_exchange *x = current_exchange(c);
  h1_later_take(c)(x);
  demand_reply(x);
  if (x->reply.kind != H1_REPLY_NONE) h1_encode_reply(x);
  return H1_GO_ON;
}

h1_progress h1_run_job(h1_conn *c) {
  h1_job *job = c->flight->job;
  if (!h1_job_is_done(job)) return H1_BLOCKED;
  const bool dead = c->socket.dead;
  if (!dead && !h1_admission_turn(c)) return h1_window_wait(c);
  if (!dead) h1_encode_reply(&job->x);
  h1_jobs_return(c->context->shared->jobs, c);
  return H1_GO_ON;
}
