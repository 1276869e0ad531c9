/* The lifecycle of a connection: opening, turns, deadlines. */
#include "server/conn/conn.h"

#include <sys/epoll.h>

#include "server/conn/account.h"
#include "server/conn/body.h"
#include "server/conn/client.h"
#include "server/conn/close.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/exchange.h"
#include "server/conn/kept.h"
#include "server/conn/later.h"
#include "server/conn/linger.h"
#include "server/conn/out.h"
#include "server/conn/refuse.h"
#include "server/conn/serve.h"
#include "server/conn/slots.h"
#include "server/conn/socket.h"
#include "server/conn/standing.h"
#include "server/conn/states.h"
#include "server/conn/unacked.h"
#include "server/conn/window.h"

/* When the kernel was short of memory, and nothing tells that it no longer is.
 */
#define RETRY_MS 20u

void h1_conn_open(h1_context *cx, const h1_accepted *accepted) {
  h1_conn *c = h1_slot_take(cx);
  c->context = cx;
  c->refusal = accepted->refusal;
  h1_timer_init(&c->timer);
  h1_socket_open(c, accepted);
  h1_conn_set_life(c, H1_LIFE_OPEN);
  c->input.proxy_due = accepted->peer.proxied;
  h1_client_open(c);
  h1_time_since(c);
  /* A PROXY header that is late is answered as a head is. */
  if (c->input.proxy_due) h1_time_head(c);
  h1_counter_add(&cx->metrics->connections_opened, 1);
  h1_conn_turn(c);
}

/* ---- where it waits ---- */

static h1_list_id list_of(const h1_conn *c, h1_progress p) {
  if (p == H1_YIELD) return H1_LIST_READY;
  if (c->life == H1_LIFE_LINGER) return H1_LIST_LINGER;
  if (h1_conn_waits_for_memory(c)) return c->list;
  if (!h1_conn_is_idle(c)) return H1_LIST_NONE;
  return c->requests > 0 ? H1_LIST_IDLE : H1_LIST_FRESH;
}

void h1_conn_arm(h1_conn *c) {
  const uint64_t deadline = h1_deadline(c);
  const uint64_t retry = c->context->now_ms + RETRY_MS;
  const uint64_t look = h1_unacked_deadline(c);
  uint64_t at = deadline < look ? deadline : look;
  if (c->socket.starved && retry < at) at = retry;
  h1_wheel_set(&c->context->wheel, &c->timer, at);
}

/* Blocks come back at the end of many turns: those who wait are looked at by
 * the worker's loop. Here: which list, which deadline. Who is on its list
 * already keeps its place there. */
static void rest(h1_conn *c, h1_progress p) {
  const h1_list_id list = list_of(c, p);
  if (list != c->list) h1_conn_enlist(c, list);
  h1_socket_register(c);
  h1_conn_arm(c);
  h1_standing_note(c);
}

/* ---- turns ---- */

static void begin_turn(h1_conn *c) {
  h1_context *cx = c->context;
  cx->staged = 0;
  cx->turn_requests = 0;
  cx->turn_receives = 0;
  cx->turn_bytes = 0;
  cx->record_count = 0;
  cx->x.conn = NULL;
  if (h1_conn_waits_for_memory(c)) h1_time_waited(c);
  if (c->list != H1_LIST_LINGER) h1_conn_enlist(c, H1_LIST_NONE);
  h1_window_load(c);
}

static bool is_answered_early(const h1_conn *c) {
  return c->flight != NULL && c->out == H1_ANSWER_SENT && c->in != H1_IN_DONE &&
         c->output.pending == NULL;
}

static void finish_turn(h1_conn *c, h1_progress p) {
  h1_settle(c);
  if (is_answered_early(c)) h1_time_answered(c);
  if (!c->socket.dead && c->in != H1_IN_HEAD) h1_head_keep(c);
  if (!c->socket.dead) h1_window_save(c);
  if (c->socket.dead && !h1_flight_on_helper(c)) {
    h1_conn_close_broken(c);
    return;
  }
  /* Sending stopped at the turn's budget, not at the kernel's: no edge comes.
   */
  const bool unsent = c->output.pending != NULL && c->socket.writable;
  rest(c, unsent && !c->socket.dead ? H1_YIELD : p);
}

static void take_turn(h1_conn *c) {
  h1_progress p = H1_GO_ON;
  while (p == H1_GO_ON) {
    p = c->life == H1_LIFE_LINGER ? h1_linger_step(c) : h1_serve(c);
  }
  if (p != H1_GONE) finish_turn(c, p);
}

void h1_conn_turn(h1_conn *c) {
  begin_turn(c);
  take_turn(c);
}

void h1_conn_event(h1_conn *c, uint32_t events) {
  h1_socket_event(c, events);
  /* Whoever waits for a handler may never look at its client again. */
  const bool broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
  if (broken && (h1_flight_pull_waits(c) || h1_flight_awaits_later(c))) {
    h1_socket_break(c);
  }
  /* Those who wait for blocks keep their place, unless they can send. */
  const bool can_send = c->output.pending != NULL && c->socket.writable;
  if (h1_conn_waits_for_memory(c) && !c->socket.dead && !can_send) return;
  h1_conn_turn(c);
}

void h1_conn_woken(h1_conn *c) {
  h1_out_woken(c);
  h1_body_woken(c);
  h1_later_woken(c);
  h1_conn_turn(c);
}

void h1_conn_served(h1_conn *c) {
  h1_time_body_moved(c);
  h1_conn_turn(c);
}

void h1_conn_look(h1_conn *c) {
  h1_socket_look_again(c);
  h1_conn_turn(c);
}

/* ---- too late ---- */

static h1_error head_lateness(const h1_conn *c, bool starved) {
  if (c->refusal != H1_OK) return c->refusal;
  if (h1_proxy_is_late(c)) return H1_PROXY_TIMEOUT;
  return starved ? H1_NO_MEMORY : H1_HEADER_TIMEOUT;
}

static h1_error exchange_lateness(const h1_conn *c, bool starved) {
  if (starved) return H1_NO_MEMORY;
  return c->in == H1_IN_DONE ? H1_HANDLER_FAILED : h1_body_lateness(c);
}

/* `starved`: it was the server that had no memory to read with. */
static void end_late(h1_conn *c, bool starved) {
  if (c->in != H1_IN_HEAD) {
    h1_refuse(c, exchange_lateness(c, starved));
    take_turn(c);
    return;
  }
  if (!h1_window_started(c) && c->refusal == H1_OK && !starved &&
      !h1_proxy_is_late(c)) {
    h1_conn_close(c, H1_OK);
    return;
  }
  h1_exchange_open_unknown(c);
  h1_refuse(c, head_lateness(c, starved));
  take_turn(c);
}

static void answer_is_late(h1_conn *c) {
  const bool progressed = h1_out_progressed(c);
  if (h1_write_is_slow(c)) {
    h1_conn_close(c, H1_WRITE_TOO_SLOW);
  } else if (!c->context->lane && (progressed || !h1_write_has_stalled(c))) {
    h1_wheel_set(&c->context->wheel, &c->timer, h1_deadline(c));
    h1_standing_note(c);
  } else {
    h1_conn_close(c, H1_WRITE_TIMEOUT);
  }
}

/* A request may have arrived in this moment: one more look. */
static void idle_is_over(h1_conn *c) {
  h1_conn_look(c);
  if (c->life != H1_LIFE_OPEN || !h1_conn_is_idle(c)) return;
  if (h1_deadline(c) <= c->context->now_ms) h1_conn_close(c, H1_OK);
}

/* Its time had come only for a look. */
static bool was_a_look(h1_conn *c) {
  return h1_unacked_look(c) && c->life == H1_LIFE_OPEN &&
         h1_deadline(c) > c->context->now_ms;
}

void h1_conn_due(h1_conn *c) {
  if (was_a_look(c) && !c->socket.starved) {
    h1_conn_arm(c);
    return;
  }
  if (c->socket.starved && h1_deadline(c) > c->context->now_ms) {
    h1_socket_retry(c);
    h1_conn_turn(c);
    return;
  }
  const bool starved = c->list == H1_LIST_TURN;
  const bool over =
      c->context->lane && h1_lane_deadline(c) <= c->context->now_ms;
  if (c->life == H1_LIFE_LINGER) {
    if (over) {
      h1_conn_close(c, H1_OK);
    } else {
      h1_conn_turn(c);
    }
  } else if (h1_pull_is_over(c) && c->output.pending == NULL) {
    h1_conn_close(c, H1_PULL_TIMEOUT);
  } else if (!over && (h1_conn_waits_for_handler(c) ||
                       (h1_flight_awaits_later(c) && h1_later_is_due(c)))) {
    h1_conn_turn(c);
  } else if (c->output.pending != NULL || c->out == H1_ANSWER_SENDING) {
    answer_is_late(c);
  } else if (h1_conn_is_idle(c) && c->refusal == H1_OK && !starved &&
             !h1_proxy_is_late(c)) {
    idle_is_over(c);
  } else {
    begin_turn(c);
    end_late(c, starved);
  }
}

/* An answer that has begun may be sent from the very blocks that are wanted. */
static bool has_begun_to_answer(const h1_conn *c) {
  return c->output.pending != NULL || c->out == H1_ANSWER_SENDING;
}

void h1_conn_evict(h1_conn *c) {
  if (has_begun_to_answer(c)) {
    h1_conn_close(c, H1_NO_MEMORY);
    return;
  }
  begin_turn(c);
  end_late(c, true);
}

/* The answer that it gets may lie in the kernel: what is left of the connection
 * after this has no place to wait for it. */
void h1_conn_give_way(h1_conn *c) {
  if (c->life == H1_LIFE_OPEN && !has_begun_to_answer(c) &&
      !h1_conn_is_idle(c)) {
    begin_turn(c);
    if (c->in == H1_IN_HEAD) h1_exchange_open_unknown(c);
    h1_refuse(c, H1_GAVE_WAY);
    take_turn(c);
  }
  if (c->life == H1_LIFE_FREE) return;
  h1_conn_close(c, h1_conn_is_idle(c) ? H1_OK : H1_GAVE_WAY);
}

void h1_conn_cut(h1_conn *c) {
  h1_socket_cut(c);
  h1_conn_close(c, h1_conn_is_idle(c) ? H1_OK : H1_SOCKET_MEMORY);
}
