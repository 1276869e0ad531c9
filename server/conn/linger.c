/* Ending by lingering. */
#include "server/conn/linger.h"

#include "server/conn/close.h"
#include "server/conn/context.h"
#include "server/conn/deadlines.h"
#include "server/conn/socket.h"
#include "server/conn/states.h"
#include "server/conn/window.h"

void h1_linger_begin(h1_conn *c) {
  h1_conn_set_life(c, H1_LIFE_LINGER);
  h1_time_since(c);
  c->times.read_moved_ms = c->context->now_ms;
  h1_window_discard(c);
  h1_socket_half_close(c);
}

/* Who has not taken its answer by then does not want it: the kernel is not to
 * keep it either. */
static bool is_over(h1_conn *c) {
  if (c->socket.eof || c->socket.dead) return true;
  if (h1_linger_last_ms(c) <= c->context->now_ms) {
    h1_socket_cut(c);
    return true;
  }
  return h1_linger_quiet_ms(c) <= c->context->now_ms &&
         h1_socket_unacknowledged(c) == 0;
}

h1_progress h1_linger_step(h1_conn *c) {
  h1_context *cx = c->context;
  while (c->socket.readable) {
    if (cx->turn_receives++ >= H1_TURN_RECEIVES) return H1_YIELD;
    if (h1_socket_receive(c, cx->receive, cx->plan.receive_bytes) == 0) break;
    h1_time_read_moved(c);
  }
  if (!is_over(c)) return H1_BLOCKED;
  h1_conn_close(c, H1_OK);
  return H1_GONE;
}
