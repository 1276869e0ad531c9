/* The invariants of a worker between its turns. */
#include <string.h>

#include "server/memory.h"
#include "server/sim_internal.h"

static bool is_idle(const h1_conn *c) {
  return c->life == H1_LIFE_OPEN && c->in == H1_IN_HEAD &&
         c->out == H1_OUT_IDLE && c->carry == NULL && c->pending == NULL;
}

/* ---- blocks ---- */

typedef struct {
  size_t small, large;
} block_count;

static void count_block(h1_sim *s, const h1_block *b, block_count *n) {
  if (b->len > b->cap || b->at > b->len) {
    h1_sim_fail(s, "a block holds %zu..%zu of %zu", b->at, b->len, b->cap);
  }
  if (b->pool == &s->worker.small) {
    n->small++;
  } else if (b->pool == &s->worker.large) {
    n->large++;
  } else {
    h1_sim_fail(s, "a block's header was overwritten");
  }
}

static size_t count_chain(h1_sim *s, const h1_block *b, block_count *n) {
  size_t count = 0;
  for (; b != NULL && count <= s->worker.large.total; b = b->next) {
    count_block(s, b, n);
    count++;
  }
  return count;
}

static void check_blocks(h1_sim *s) {
  const h1_worker *w = &s->worker;
  block_count n = {0, 0};
  size_t reserved = 0;
  for (uint32_t i = 0; i < w->fresh_conns; i++) {
    const h1_conn *c = &w->conns[i];
    if (c->life == H1_LIFE_FREE) continue;
    if (c->carry != NULL) count_block(s, c->carry, &n);
    if (c->kept != NULL) count_block(s, c->kept, &n);
    count_chain(s, c->pending, &n);
    if (count_chain(s, c->body_first, &n) != c->body_blocks) {
      h1_sim_fail(s, "body_blocks is not the chain's length");
    }
    reserved += c->body_reserved;
  }
  if (n.small != w->small.used || n.large != w->large.used) {
    h1_sim_fail(s, "pools: %zu+%zu blocks used, connections own %zu+%zu",
                w->small.used, w->large.used, n.small, n.large);
  }
  if (reserved != w->body_reserved) {
    h1_sim_fail(s, "%zu blocks promised, connections hold %zu",
                w->body_reserved, reserved);
  }
  if (w->body_reserved > h1_pool_free(&w->large)) {
    h1_sim_fail(s, "%zu blocks promised, %zu are free", w->body_reserved,
                h1_pool_free(&w->large));
  }
}

/* ---- slots and lists ---- */

static void check_slots(h1_sim *s) {
  const h1_worker *w = &s->worker;
  uint32_t used = 0, free = 0;
  size_t armed = 0;
  for (uint32_t i = 0; i < w->fresh_conns; i++) {
    const h1_conn *c = &w->conns[i];
    if (c->slot != i) h1_sim_fail(s, "slot %u calls itself %u", i, c->slot);
    if (c->timer.next != NULL) armed++;
    if (c->life != H1_LIFE_FREE) {
      used++;
    } else if (c->list != H1_LIST_NONE || c->timer.next != NULL) {
      h1_sim_fail(s, "free slot %u is on a list or the wheel", i);
    }
  }
  for (const h1_conn *c = w->free_conns; c != NULL; c = c->next) free++;
  if (used != w->open_conns || used + free != w->fresh_conns ||
      w->fresh_conns > w->plan.slots) {
    h1_sim_fail(s, "%u slots used, %u free, %u open of %u", used, free,
                w->open_conns, w->fresh_conns);
  }
  if (armed != w->wheel.armed) h1_sim_fail(s, "the wheel counts wrongly");
}

static void check_list(h1_sim *s, h1_list_id id) {
  const h1_conn_list *l = &s->worker.lists[id];
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
  const bool waits = c->job != NULL || c->list == H1_LIST_READY ||
                     (c->pull_waiting && c->wake_at_ms == H1_NEVER);
  if (c->timer.deadline_ms == H1_NEVER && !waits) {
    h1_sim_fail(s, "slot %u has no deadline (in %d out %d list %d source %d)",
                c->slot, (int)c->in, (int)c->out, (int)c->list, (int)c->source);
  }
}

static void check_exchange(h1_sim *s, const h1_conn *c) {
  const bool busy = c->in != H1_IN_HEAD || c->out != H1_OUT_IDLE;
  if (busy != (c->kept != NULL)) {
    h1_sim_fail(s, "slot %u: in %d out %d, head %skept", c->slot, (int)c->in,
                (int)c->out, c->kept != NULL ? "" : "not ");
  }
  if (!busy && (c->body_first != NULL || c->body_reserved != 0 ||
                c->on_end != NULL || c->sink != NULL || c->job != NULL)) {
    h1_sim_fail(s, "slot %u holds parts of an exchange that is over", c->slot);
  }
  if (c->in == H1_IN_DONE && c->out == H1_OUT_WAITING && c->job == NULL) {
    h1_sim_fail(s, "slot %u waits for nobody", c->slot);
  }
  if (c->dead && c->job == NULL) h1_sim_fail(s, "slot %u is dead", c->slot);
}

static void check_connection(h1_sim *s, const h1_conn *c) {
  const h1_sim_socket *k = h1_sim_socket_of(s, c->fd);
  if (k == NULL || k->state == H1_SIM_CLOSED) {
    h1_sim_fail(s, "slot %u has a closed descriptor", c->slot);
    return;
  }
  if (!c->registered && c->job == NULL) {
    h1_sim_fail(s, "slot %u is not with epoll", c->slot);
  }
  if (c->carry != NULL &&
      (c->carry->at >= c->carry->len ||
       c->carry->len > c->carry->cap - s->worker.plan.carry_offset)) {
    h1_sim_fail(s, "slot %u carries %zu..%zu", c->slot, c->carry->at,
                c->carry->len);
  }
  check_deadline(s, c);
  check_exchange(s, c);
}

static void check_finisher(h1_sim *s) {
  const h1_conn *f = s->worker.finisher;
  if (f == NULL) return;
  const bool grows = f->life == H1_LIFE_OPEN && f->out == H1_OUT_WAITING &&
                     f->framing.kind != H1_BODY_NONE;
  const bool echoes = f->life == H1_LIFE_OPEN && f->body_blocks > 0;
  if (!grows && !echoes) {
    h1_sim_fail(s, "the finisher has no body (life %d in %d out %d blocks %zu)",
                (int)f->life, (int)f->in, (int)f->out, f->body_blocks);
  }
}

void h1_sim_check(h1_sim *s) {
  const h1_worker *w = &s->worker;
  check_slots(s);
  check_blocks(s);
  check_finisher(s);
  for (int id = H1_LIST_FRESH; id < H1_LIST_COUNT; id++) {
    check_list(s, (h1_list_id)id);
  }
  for (uint32_t i = 0; i < w->fresh_conns; i++) {
    if (w->conns[i].life != H1_LIFE_FREE) check_connection(s, &w->conns[i]);
  }
  if (w->staged != 0 || w->record_count != 0) {
    h1_sim_fail(s, "%zu bytes and %u records of a turn that is over", w->staged,
                w->record_count);
  }
}

/* ---- asleep ---- */

/* Why a connection does not read what is there. */
static bool may_leave_input(const h1_conn *c) {
  if (c->list == H1_LIST_TURN) return !h1_memory_turn(c);
  if (c->list == H1_LIST_BODY) return !h1_memory_can_grow(c);
  if (c->in == H1_IN_DONE || c->sink_waiting || c->job != NULL) return true;
  return c->in == H1_IN_HEAD && c->pending != NULL;
}

static void check_rest(h1_sim *s, const h1_conn *c) {
  const h1_sim_socket *k = h1_sim_socket_of(s, c->fd);
  if (k == NULL) return;
  const bool input = k->in_at < k->in_len || k->finished || k->reset;
  if (input && !c->eof && !may_leave_input(c)) {
    h1_sim_fail(s,
                "slot %u sleeps on input (in %d out %d list %d readable %d "
                "pending %d carry %d)",
                c->slot, (int)c->in, (int)c->out, (int)c->list, c->readable,
                c->pending != NULL, c->carry != NULL);
  }
  const bool output =
      c->pending != NULL || (c->out == H1_OUT_SENDING && !c->pull_waiting);
  if (output && k->room > 0 && c->list != H1_LIST_TURN) {
    h1_sim_fail(s, "slot %u sleeps on output (in %d out %d pending %d)",
                c->slot, (int)c->in, (int)c->out, c->pending != NULL);
  }
  if (c->pending != NULL && k->room > 0) {
    h1_sim_fail(s, "slot %u has pending output and room", c->slot);
  }
  if (c->list == H1_LIST_TURN && h1_memory_turn(c)) {
    h1_sim_fail(s, "slot %u waits for memory that is there", c->slot);
  }
  if (c->list == H1_LIST_BODY && h1_memory_can_grow(c)) {
    h1_sim_fail(s, "slot %u waits for a block that is there", c->slot);
  }
}

void h1_sim_check_asleep(h1_sim *s) {
  const h1_worker *w = &s->worker;
  for (uint32_t i = 0; i < w->fresh_conns; i++) {
    const h1_conn *c = &w->conns[i];
    if (c->life == H1_LIFE_OPEN) check_rest(s, c);
  }
  if (w->open_conns < w->plan.slots && h1_memory_new_conn(w) &&
      h1_queue_depth(&s->queue) > 0) {
    h1_sim_fail(s, "sleeps with a free slot and a connection queued");
  }
  if (w->lists[H1_LIST_READY].first != NULL) {
    h1_sim_fail(s, "sleeps with work left");
  }
}

void h1_sim_check_empty(h1_sim *s) {
  const h1_worker *w = &s->worker;
  h1_sim_check(s);
  if (w->open_conns != 0) h1_sim_fail(s, "%u connections left", w->open_conns);
  if (w->small.used != 0 || w->large.used != 0) {
    h1_sim_fail(s, "%zu+%zu blocks left", w->small.used, w->large.used);
  }
  if (w->finisher != NULL || w->body_reserved != 0) {
    h1_sim_fail(s, "promises left");
  }
  for (int i = 0; i < s->socket_count; i++) {
    const h1_sim_state state = s->sockets[i].state;
    if (state != H1_SIM_CLOSED && state != H1_SIM_QUEUED) {
      h1_sim_fail(s, "descriptor of client %d left open", i);
    }
  }
}
