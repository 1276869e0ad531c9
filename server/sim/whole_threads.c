/* The threads of a whole server, one turn at a time. */
#include <setjmp.h>

#include "server/conn/admission.h"
#include "server/sim/whole_internal.h"
#include "server/sys.h"

/* What a turn takes, at most. */
#define TURN_NS 40000u

/* ---- the stop, as server.c does it ---- */

static void wake_workers(h1_whole *w) {
  for (unsigned i = 0; i <= w->count; i++) {
    h1_sys_notify(w->workers[i].cx.event_fd);
  }
}

void h1_whole_terminate(h1_whole *w) {
  if (w->term_ms != 0) return;
  h1_whole_say(w, "TERM");
  w->totals->stops++;
  w->term_ms = h1_whole_now_ms(w);
  atomic_store(&w->sim.shared.draining, true);
}

void h1_whole_begin_closing(h1_whole *w) {
  const uint64_t now_ms = h1_whole_now_ms(w);
  if (w->term_ms == 0 || w->closing ||
      now_ms < w->term_ms + w->drain_delay_ms) {
    return;
  }
  h1_whole_say(w, "the delay is over");
  w->closing = true;
  w->sim.shared.closing_ms = now_ms;
  h1_whole_note_kept(w);
  atomic_store(&w->sim.shared.closing, true);
  wake_workers(w);
  h1_acceptor_finish(&w->acceptor);
}

static void go_on_closing(h1_whole *w) {
  if (!w->closed && w->acceptor.stage >= H1_ACCEPTOR_ADMIN) {
    h1_whole_say(w, "listeners are closed");
    w->closed = true;
    h1_whole_check_listeners_closed(w);
    atomic_store(&w->sim.shared.closed, true);
    wake_workers(w);
  }
  if (!w->lane_closed && w->acceptor.stage == H1_ACCEPTOR_DONE) {
    w->lane_closed = true;
    atomic_store(&w->sim.shared.lane_closed, true);
    wake_workers(w);
  }
}

/* ---- turns ---- */

static unsigned acceptor_of(const h1_whole *w) { return w->count + 1; }
static unsigned log_of(const h1_whole *w) { return w->count + 2; }

static bool has_event(h1_whole *w, int epoll_fd) {
  const h1_sim_note *note = h1_sim_note_of(&w->sim, epoll_fd);
  if (note != NULL && atomic_load(&note->notified)) return true;
  for (int i = 0; i < w->sim.socket_count; i++) {
    const h1_sim_socket *k = &w->sim.sockets[i];
    if (k->registered && k->epoll_fd == epoll_fd && k->edge &&
        (h1_sim_level(k) & k->interest) != 0) {
      return true;
    }
  }
  return epoll_fd == w->acceptor.epoll_fd &&
         (h1_whole_has_pending(w, H1_WHOLE_PUBLIC) ||
          h1_whole_has_pending(w, H1_WHOLE_ADMIN) ||
          h1_whole_has_pending(w, H1_WHOLE_PROXIED));
}

static bool log_has_work(const h1_whole *w) {
  h1_slice pieces[2];
  for (unsigned i = 0; i <= w->count; i++) {
    if (h1_log_ring_peek(&w->log->rings[i], pieces) > 0) return true;
  }
  return false;
}

static bool may_run(h1_whole *w, unsigned t) {
  const h1_whole_thread *thread = &w->threads[t];
  if (thread->ended) return false;
  if (t == log_of(w)) return log_has_work(w);
  if (!thread->asleep || h1_whole_now_ms(w) >= thread->until_ms) return true;
  return has_event(w, t == acceptor_of(w) ? w->acceptor.epoll_fd
                                          : w->workers[t].cx.epoll_fd);
}

static void turn_worker(h1_whole *w, unsigned t) {
  h1_worker *worker = &w->workers[t];
  const bool goes_on = h1_worker_turn(worker, -1);
  h1_sim_check(&w->sim);
  if (goes_on) return;
  h1_whole_say(w, "worker %u ends", t);
  w->threads[t].ended = true;
  if (t == w->count) return;
  atomic_fetch_sub(&w->sim.handoff.running, 1);
  h1_sys_notify(w->sim.handoff.acceptor_event);
}

static void turn_acceptor(h1_whole *w) {
  if (h1_acceptor_turn(&w->acceptor, -1) == H1_ACCEPTOR_DONE) {
    w->threads[acceptor_of(w)].ended = true;
  }
  go_on_closing(w);
}

static void take_turn(h1_whole *w, unsigned t) {
  h1_whole_thread *thread = &w->threads[t];
  w->totals->turns++;
  w->sim.now_ns += h1_whole_below(w, TURN_NS);
  if (t == log_of(w)) {
    if (h1_log_turn(w->log) == H1_LOG_FULL) (void)h1_whole_read_log(w);
    return;
  }
  w->sim.worker = t == acceptor_of(w) ? NULL : &w->workers[t];
  w->sim.due = thread->asleep && h1_whole_now_ms(w) >= thread->until_ms;
  if (setjmp(w->sim.asleep) != 0) {
    thread->asleep = true;
    thread->until_ms = w->sim.sleep_ms < 0
                           ? H1_NEVER
                           : h1_whole_now_ms(w) + (uint64_t)w->sim.sleep_ms;
    if (t != acceptor_of(w)) h1_sim_check_asleep(&w->sim);
    return;
  }
  thread->asleep = false;
  if (t == acceptor_of(w)) {
    turn_acceptor(w);
  } else {
    turn_worker(w, t);
  }
  if (w->closing) h1_whole_check_kept(w);
}

/* Any of those who may; false: all sleep. */
bool h1_whole_run_one(h1_whole *w) {
  const unsigned count = w->count + 3;
  const unsigned first = h1_whole_below(w, count);
  for (unsigned i = 0; i < count; i++) {
    const unsigned t = (first + i) % count;
    if (!may_run(w, t)) continue;
    take_turn(w, t);
    return true;
  }
  return false;
}

/* ---- time ---- */

/* All sleep, so nobody is queued whom one of them could take. */
void h1_whole_check_quiet(h1_whole *w) {
  if (h1_queue_depth(&w->sim.queue) == 0) return;
  for (unsigned i = 0; i < w->count; i++) {
    const h1_context *cx = &w->workers[i].cx;
    if (w->threads[i].ended || cx->open_conns == cx->plan.slots ||
        !h1_admission_new_conn(cx)) {
      continue;
    }
    h1_sim_fail(&w->sim, "all sleep, and worker %u could take one of %zu", i,
                h1_queue_depth(&w->sim.queue));
  }
}

uint64_t h1_whole_next_ms(h1_whole *w) {
  uint64_t next = h1_whole_next_pending_ms(w);
  for (unsigned t = 0; t < w->count + 3; t++) {
    const h1_whole_thread *thread = &w->threads[t];
    if (thread->ended || !thread->asleep) continue;
    if (thread->until_ms < next) next = thread->until_ms;
  }
  if (w->term_ms != 0 && !w->closing && w->term_ms + w->drain_delay_ms < next) {
    next = w->term_ms + w->drain_delay_ms;
  }
  return next;
}

bool h1_whole_all_ended(const h1_whole *w) {
  for (unsigned t = 0; t <= w->count + 1; t++) {
    if (!w->threads[t].ended) return false;
  }
  return !log_has_work(w);
}
