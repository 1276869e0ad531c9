#include "server/loop/ending.h"

#include "server/loop/embryos.h"
#include "server/sys.h"

/* When it is told to finish, it goes on for as long as the kernel may hold a
 * connection back, and a round trip. */
#define LAST_CALL_MS (H1_DEFER_S * 1000u + 200u)
/* When nobody is left whose end could help, and accepting has failed for so
 * long, the backlog is given up. */
#define HOPELESS_MS 1000u

bool h1_ending_nobody_is_open(const h1_acceptor *a) {
  uint64_t closed = a->lost;
  for (unsigned i = 0; i <= a->worker_count; i++) {
    closed += h1_counter_get(&a->workers[i].cx.metrics->connections_closed);
  }
  return closed == h1_counter_get(&a->metrics->accepted);
}

/* From here on the listeners of a kind are emptied, then closed. */
static void begin_backlog(h1_acceptor *a, h1_acceptor_stage stage) {
  a->stage = stage;
  a->last_accepted =
      h1_counter_get(&a->metrics->accepted) + a->listeners->count * H1_BACKLOG;
}

static bool last_call_is_over(const h1_acceptor *a, uint64_t now_ms) {
  if (now_ms >= a->last_call_ms) return true;
  return h1_ending_nobody_is_open(a) &&
         !h1_embryos_any(a->embryos_fd, a->listeners);
}

void h1_ending_advance(h1_acceptor *a, uint64_t now_ms) {
  if (a->stage == H1_ACCEPTOR_SERVES &&
      atomic_load_explicit(&a->finish, memory_order_seq_cst)) {
    const uint64_t idle_ms =
        atomic_load_explicit(&a->drain_idle_ms, memory_order_relaxed);
    a->stage = H1_ACCEPTOR_LAST_CALL;
    a->last_call_ms =
        now_ms + (idle_ms < LAST_CALL_MS ? idle_ms : LAST_CALL_MS);
    a->held_ms = now_ms + idle_ms;
  }
  if (a->stage == H1_ACCEPTOR_LAST_CALL && last_call_is_over(a, now_ms)) {
    begin_backlog(a, H1_ACCEPTOR_BACKLOG);
  }
  if (a->stage == H1_ACCEPTOR_ADMIN &&
      atomic_load_explicit(&a->handoff->running, memory_order_seq_cst) == 0) {
    begin_backlog(a, H1_ACCEPTOR_ADMIN_BACKLOG);
  }
}

/* What the kernel has queued was promised service when it was let in: the
 * listeners close once nothing is there, or when it can no longer be had.
 * `nothing`: they were looked at and had none. */
static bool backlog_is_over(const h1_acceptor *a, bool nothing,
                            uint64_t now_ms) {
  if (nothing) return true;
  /* Under load there is always one more: what was there has been taken. */
  if (h1_counter_get(&a->metrics->accepted) >= a->last_accepted) return true;
  return a->alone_since_ms != H1_NEVER &&
         now_ms - a->alone_since_ms >= HOPELESS_MS;
}

/* Sockets that outlive the process are served for as long as idle connections
 * are kept. Who connects later waits in the kernel for the successor, and so no
 * longer than the requests take that are still in progress. */
static bool held_is_over(const h1_acceptor *a, uint64_t now_ms) {
  return now_ms >= a->held_ms || h1_ending_nobody_is_open(a) ||
         !h1_listen_any_held(a->listeners);
}

/* To close ours is not enough: epoll tells of a socket for as long as anybody
 * has it open. */
static void leave_held(h1_acceptor *a) {
  for (size_t i = 0; i < a->listeners->count; i++) {
    const h1_listener *l = &a->listeners->items[i];
    if (l->admin || !l->held || l->fd < 0) continue;
    (void)h1_sys_epoll_mod(a->epoll_fd, l->fd, 0, i);
  }
  h1_listen_close_public(a->listeners, true);
}

void h1_ending_conclude(h1_acceptor *a, const bool nothing[2],
                        uint64_t now_ms) {
  if (a->stage == H1_ACCEPTOR_BACKLOG &&
      backlog_is_over(a, nothing[false], now_ms)) {
    h1_listen_close_public(a->listeners, false);
    a->stage = H1_ACCEPTOR_HELD;
  }
  if (a->stage == H1_ACCEPTOR_HELD && held_is_over(a, now_ms)) {
    leave_held(a);
    a->stage = H1_ACCEPTOR_QUEUE;
  }
  /* Queued connections still expire, so that a saturated server answers them
   * while it drains. */
  if (a->stage == H1_ACCEPTOR_QUEUE && h1_queue_depth(a->handoff->queue) == 0) {
    a->stage = H1_ACCEPTOR_ADMIN;
  }
  if (a->stage == H1_ACCEPTOR_ADMIN_BACKLOG &&
      backlog_is_over(a, nothing[true], now_ms)) {
    h1_listen_close(a->listeners);
    a->stage = H1_ACCEPTOR_DONE;
  }
}
