/* The invariants of a worker between its turns. */
#include <string.h>

#include "server/conn/admission.h"
#include "server/conn/window.h"
#include "server/sim/internal.h"

static bool is_idle(const h1_conn *c) {
  return c->life == H1_LIFE_OPEN && c->in == H1_IN_HEAD &&
         c->out == H1_ANSWER_IDLE && c->output.pending == NULL &&
         (c->input.leftover == NULL ||
          (c->input.decoding && !h1_window_started(c)));
}

/* ---- blocks ---- */

typedef struct {
  size_t small, large;
} block_count;

static void count_block(h1_sim *s, const h1_block *b, block_count *n) {
  if (b->len > b->cap || b->at > b->len) {
    h1_sim_fail(s, "a block holds %zu..%zu of %zu", b->at, b->len, b->cap);
  }
  if (b->pool == &s->worker->cx.small) {
    n->small++;
  } else if (b->pool == &s->worker->cx.large) {
    n->large++;
  } else {
    h1_sim_fail(s, "a block's header was overwritten");
  }
}

static size_t count_chain(h1_sim *s, const h1_block *b, block_count *n) {
  size_t count = 0;
  for (; b != NULL && count <= s->worker->cx.large.total; b = b->next) {
    count_block(s, b, n);
    count++;
  }
  return count;
}

/* Returns what it was promised. */
static size_t count_flight(h1_sim *s, const h1_flight *f, block_count *n) {
  if (f == NULL) return 0;
  if (f->kept != NULL) count_block(s, f->kept, n);
  if (count_chain(s, f->store.first, n) != f->store.blocks) {
    h1_sim_fail(s, "store.blocks is not the chain's length");
  }
  return f->store.reserved;
}

static void check_blocks(h1_sim *s) {
  const h1_context *cx = &s->worker->cx;
  block_count n = {0, 0};
  size_t reserved = 0;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_conn *c = &cx->conns[i];
    if (c->life == H1_LIFE_FREE) continue;
    if (c->input.leftover != NULL) count_block(s, c->input.leftover, &n);
    count_chain(s, c->output.pending, &n);
    reserved += count_flight(s, c->flight, &n);
  }
  if (n.small != cx->small.used || n.large != cx->large.used) {
    h1_sim_fail(s, "pools: %zu+%zu blocks used, connections own %zu+%zu",
                cx->small.used, cx->large.used, n.small, n.large);
  }
  if (reserved != cx->body_reserved) {
    h1_sim_fail(s, "%zu blocks promised, connections hold %zu",
                cx->body_reserved, reserved);
  }
  if (cx->body_reserved > h1_pool_free(&cx->large)) {
    h1_sim_fail(s, "%zu blocks promised, %zu are free", cx->body_reserved,
                h1_pool_free(&cx->large));
  }
}

/* ---- slots and lists ---- */

static void check_slots(h1_sim *s) {
  const h1_context *cx = &s->worker->cx;
  uint32_t used = 0, free = 0;
  size_t armed = 0;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_conn *c = &cx->conns[i];
    if (c->slot != i) h1_sim_fail(s, "slot %u calls itself %u", i, c->slot);
    if (c->timer.next != NULL) armed++;
    if (c->life != H1_LIFE_FREE) {
      used++;
    } else if (c->list != H1_LIST_NONE || c->timer.next != NULL) {
      h1_sim_fail(s, "free slot %u is on a list or the wheel", i);
    }
  }
  for (const h1_conn *c = cx->free_conns; c != NULL; c = c->next) free++;
  if (used != cx->open_conns || used + free != cx->fresh_conns ||
      cx->fresh_conns > cx->plan.slots) {
    h1_sim_fail(s, "%u slots used, %u free, %u open of %u", used, free,
                cx->open_conns, cx->fresh_conns);
  }
  if (armed != cx->wheel.armed) h1_sim_fail(s, "the wheel counts wrongly");
}

static void check_list(h1_sim *s, h1_list_id id) {
  const h1_conn_list *l = &s->worker->cx.lists[id];
  const h1_conn *prev = NULL;
  size_t count = 0;
  for (const h1_conn *c = l->first; c != NULL; c = c->next) {
    if (c->prev != prev || c->list != id || c->life == H1_LIFE_FREE) {
      h1_sim_fail(s, "list %d is broken", (int)id);
      return;
    }
    const bool lingers = c->life == H1_LIFE_LINGER;
    if ((id == H1_LIST_LINGER && !lingers) ||
        ((id == H1_LIST_IDLE || id == H1_LIST_FRESH) && !is_idle(c)) ||
        (id == H1_LIST_BODY && c->in != H1_IN_BODY)) {
      h1_sim_fail(s, "a connection is on list %d wrongly", (int)id);
    }
    prev = c;
    count++;
  }
  if (l->last != prev || l->count != count) {
    h1_sim_fail(s, "list %d counts %zu, has %zu", (int)id, l->count, count);
  }
}

/* ---- connections ---- */

/* Nobody else would end it. */
static void check_deadline(h1_sim *s, const h1_conn *c) {
  const bool waits =
      h1_flight_on_helper(c) || c->list == H1_LIST_READY ||
      (h1_flight_pull_waits(c) && c->flight->answer.wake_at_ms == H1_NEVER) ||
      (h1_flight_awaits_later(c) && c->flight->later.at_ms == H1_NEVER);
  if (c->timer.deadline_ms == H1_NEVER && !waits) {
    h1_sim_fail(s, "slot %u has no deadline (in %d out %d list %d)", c->slot,
                (int)c->in, (int)c->out, (int)c->list);
  }
}

static void check_exchange(h1_sim *s, const h1_conn *c) {
  const bool busy = c->in != H1_IN_HEAD || c->out != H1_ANSWER_IDLE;
  if (busy != (c->flight != NULL)) {
    h1_sim_fail(s, "slot %u: in %d out %d, %s flight", c->slot, (int)c->in,
                (int)c->out, c->flight != NULL ? "a" : "no");
    return;
  }
  if (busy && c->flight->kept == NULL) {
    h1_sim_fail(s, "slot %u: in %d out %d, head not kept", c->slot, (int)c->in,
                (int)c->out);
  }
  const bool on_helper = h1_flight_on_helper(c);
  if (c->in == H1_IN_DONE && c->out == H1_ANSWER_WAITING && !on_helper &&
      !h1_flight_awaits_later(c)) {
    h1_sim_fail(s, "slot %u waits for nobody", c->slot);
  }
  if (c->socket.dead && !on_helper) h1_sim_fail(s, "slot %u is dead", c->slot);
}

static void check_flights(h1_sim *s) {
  const h1_context *cx = &s->worker->cx;
  uint32_t used = 0, free = 0;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    if (cx->conns[i].flight != NULL) used++;
  }
  for (const h1_flight *f = cx->free_flights; f != NULL; f = f->next_free) {
    free++;
  }
  if (used + free != cx->fresh_flights) {
    h1_sim_fail(s, "%u flights used, %u free of %u", used, free,
                cx->fresh_flights);
  }
}

static void check_connection(h1_sim *s, const h1_conn *c) {
  const h1_sim_socket *k = h1_sim_socket_of(s, c->socket.fd);
  if (k == NULL || k->state == H1_SIM_CLOSED) {
    h1_sim_fail(s, "slot %u has a closed descriptor", c->slot);
    return;
  }
  if (!c->socket.registered && !c->socket.starved) {
    h1_sim_fail(s, "slot %u is not with epoll", c->slot);
  }
  if (c->input.leftover != NULL &&
      (c->input.leftover->at >= c->input.leftover->len ||
       c->input.leftover->len >
           c->input.leftover->cap - s->worker->cx.plan.leftover_offset)) {
    h1_sim_fail(s, "slot %u carries %zu..%zu", c->slot, c->input.leftover->at,
                c->input.leftover->len);
  }
  check_deadline(s, c);
  check_exchange(s, c);
}

static void check_finisher(h1_sim *s) {
  const h1_conn *f = s->worker->cx.finisher;
  if (f == NULL) return;
  const bool has_flight = f->life == H1_LIFE_OPEN && f->flight != NULL;
  const bool grows = has_flight && f->out == H1_ANSWER_WAITING &&
                     f->flight->verdict.framing.kind != H1_BODY_NONE;
  const bool echoes = has_flight && f->flight->store.blocks > 0;
  if (!grows && !echoes) {
    h1_sim_fail(s, "the finisher has no body (life %d in %d out %d)",
                (int)f->life, (int)f->in, (int)f->out);
  }
}

void h1_sim_check(h1_sim *s) {
  const h1_context *cx = &s->worker->cx;
  check_slots(s);
  check_blocks(s);
  check_flights(s);
  check_finisher(s);
  for (int id = H1_LIST_FRESH; id < H1_LIST_COUNT; id++) {
    check_list(s, (h1_list_id)id);
  }
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    if (cx->conns[i].life != H1_LIFE_FREE) check_connection(s, &cx->conns[i]);
  }
  if (cx->staged != 0 || cx->record_count != 0) {
    h1_sim_fail(s, "%zu bytes and %u records of a turn that is over",
                cx->staged, cx->record_count);
  }
}

/* ---- asleep ---- */

/* Why a connection does not read what is there. */
static bool may_leave_input(const h1_conn *c) {
  if (c->list == H1_LIST_TURN) return !h1_admission_turn(c);
  if (c->list == H1_LIST_BODY) return !h1_admission_is_ready(c);
  if (c->in == H1_IN_DONE || h1_flight_sink_waits(c) || h1_flight_on_helper(c))
    return true;
  return c->in == H1_IN_HEAD && c->output.pending != NULL;
}

static void check_rest(h1_sim *s, const h1_conn *c) {
  const h1_sim_socket *k = h1_sim_socket_of(s, c->socket.fd);
  if (k == NULL || c->socket.starved) return; /* it tries again soon */
  const bool input = k->in_at < k->in_len || k->finished || k->reset;
  if (input && !c->socket.eof && !may_leave_input(c)) {
    h1_sim_fail(s,
                "slot %u sleeps on input (in %d out %d list %d readable %d "
                "pending %d leftover %d)",
                c->slot, (int)c->in, (int)c->out, (int)c->list,
                c->socket.readable, c->output.pending != NULL,
                c->input.leftover != NULL);
  }
  const bool output = c->output.pending != NULL ||
                      (c->out == H1_ANSWER_SENDING && !h1_flight_pull_waits(c));
  if (output && k->room > 0 && c->list != H1_LIST_TURN) {
    h1_sim_fail(s, "slot %u sleeps on output (in %d out %d pending %d)",
                c->slot, (int)c->in, (int)c->out, c->output.pending != NULL);
  }
  if (c->output.pending != NULL && k->room > 0) {
    h1_sim_fail(s, "slot %u has pending output and room", c->slot);
  }
  /* What comes to the depot is seen at the next look, and not at once. */
  h1_depot *depot = s->shared.depot;
  s->shared.depot = NULL;
  if (c->list == H1_LIST_TURN && h1_admission_turn(c)) {
    h1_sim_fail(s, "slot %u waits for memory that is there", c->slot);
  }
  const bool ready = c->list == H1_LIST_BODY && h1_admission_is_ready(c);
  s->shared.depot = depot;
  if (ready) {
    h1_sim_fail(s, "slot %u waits for a block that is there", c->slot);
  }
}

void h1_sim_check_asleep(h1_sim *s) {
  const h1_context *cx = &s->worker->cx;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_conn *c = &cx->conns[i];
    if (c->life == H1_LIFE_OPEN) check_rest(s, c);
  }
  if (s->hooks == NULL && cx->open_conns < cx->plan.slots &&
      h1_admission_new_conn(cx) && h1_queue_depth(&s->queue) > 0) {
    h1_sim_fail(s, "sleeps with a free slot and a connection queued");
  }
  if (cx->lists[H1_LIST_READY].first != NULL) {
    h1_sim_fail(s, "sleeps with work left");
  }
}

void h1_sim_check_worker_empty(h1_sim *s) {
  const h1_context *cx = &s->worker->cx;
  h1_sim_check(s);
  if (cx->open_conns != 0)
    h1_sim_fail(s, "%u connections left", cx->open_conns);
  if (cx->small.used != 0 || cx->large.used != 0) {
    h1_sim_fail(s, "%zu+%zu blocks left", cx->small.used, cx->large.used);
  }
  if (cx->finisher != NULL || cx->body_reserved != 0) {
    h1_sim_fail(s, "promises left");
  }
}

void h1_sim_check_shares(h1_sim *s) {
  for (uint32_t id = 8; s->told != NULL && id < H1_SIM_SHARES; id++) {
    const uint32_t held = h1_shares_held(s->told, id);
    if (held != 0) h1_sim_fail(s, "shares: row %u counts %u", id, held);
  }
}

void h1_sim_check_empty(h1_sim *s) {
  h1_sim_check_worker_empty(s);
  h1_sim_check_shares(s);
  for (int i = 0; i < s->socket_count; i++) {
    const h1_sim_state state = s->sockets[i].state;
    if (state != H1_SIM_CLOSED && state != H1_SIM_QUEUED) {
      h1_sim_fail(s, "descriptor of client %d left open", i);
    }
  }
}
