/* Closing a connection. */
#include "server/conn/close.h"

#include "server/conn/account.h"
#include "server/conn/context.h"
#include "server/conn/exchange.h"
#include "server/conn/flight.h"
#include "server/conn/out.h"
#include "server/conn/slots.h"
#include "server/conn/socket.h"
#include "server/conn/standing.h"
#include "server/conn/states.h"
#include "server/conn/unacked.h"
#include "server/conn/window.h"

/* A request that is not answered, or whose answer is cut, is logged with why.
 */
static void account_unfinished(h1_conn *c, h1_error why) {
  if (c->life != H1_LIFE_OPEN) return;
  if (c->out == H1_ANSWER_IDLE) {
    if (!h1_window_started(c)) return;
    h1_exchange_open_unknown(c);
  }
  if (c->out == H1_ANSWER_WAITING) {
    h1_flight_unanswered(c, why);
  } else {
    h1_flight_blame(c, why);
  }
  h1_account(c);
}

void h1_conn_close(h1_conn *c, h1_error why) {
  h1_context *cx = c->context;
  account_unfinished(c, why);
  /* Requests answered in this turn are accounted, whether or not their answers
   * got out; and no staged byte may reach another connection. */
  if (cx->record_count > 0) h1_settle(c);
  cx->staged = 0;
  /* Of an answer that is cut, and that its client does not take, the kernel is
   * not to keep what it holds. */
  if (c->output.full_ms != 0) h1_socket_cut(c);
  h1_unacked_forget(c);
  h1_flight_end(c);
  h1_out_release(c);
  h1_window_release(c);
  h1_wheel_cancel(&cx->wheel, &c->timer);
  h1_conn_enlist(c, H1_LIST_NONE);
  h1_standing_clear(c);
  h1_socket_close(c);
  h1_counter_add(&cx->metrics->connections_closed, 1);
  h1_conn_set_life(c, H1_LIFE_FREE);
  h1_slot_free(cx, c);
}

void h1_conn_close_broken(h1_conn *c) {
  const h1_error reason = h1_flight_reason(c);
  h1_conn_close(c, reason != H1_OK ? reason : H1_CLIENT_CLOSED);
}
