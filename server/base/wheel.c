#include "server/base/wheel.h"

void h1_wheel_init(h1_wheel *w, uint64_t now_ms) {
  for (size_t i = 0; i < H1_WHEEL_SLOTS; i++) {
    w->slots[i].prev = &w->slots[i];
    w->slots[i].next = &w->slots[i];
  }
  w->tick = now_ms / H1_WHEEL_TICK_MS;
  w->hint = w->tick;
  w->armed = 0;
}

void h1_timer_init(h1_timer *t) {
  t->prev = NULL;
  t->next = NULL;
  t->deadline_ms = H1_NEVER;
  t->slot_tick = 0;
}

static void unlink_timer(h1_wheel *w, h1_timer *t) {
  t->prev->next = t->next;
  t->next->prev = t->prev;
  t->prev = NULL;
  t->next = NULL;
  w->armed--;
}

/* The first tick that begins at or after the deadline, within the next turn. */
static void link_timer(h1_wheel *w, h1_timer *t) {
  uint64_t tick = t->deadline_ms / H1_WHEEL_TICK_MS + 1;
  if (tick < w->tick) tick = w->tick;
  /* One short of a turn: a timer put back while its slot is being visited must
   * not land in that slot again. */
  const uint64_t last = w->tick + H1_WHEEL_SLOTS - 2;
  if (tick > last) tick = last;
  h1_timer *head = &w->slots[tick % H1_WHEEL_SLOTS];
  t->slot_tick = tick;
  if (tick < w->hint) w->hint = tick;
  t->prev = head->prev;
  t->next = head;
  head->prev->next = t;
  head->prev = t;
  w->armed++;
}

void h1_wheel_cancel(h1_wheel *w, h1_timer *t) {
  t->deadline_ms = H1_NEVER;
  if (t->next != NULL) unlink_timer(w, t);
}

void h1_wheel_set(h1_wheel *w, h1_timer *t, uint64_t deadline_ms) {
  if (deadline_ms == H1_NEVER) {
    h1_wheel_cancel(w, t);
    return;
  }
  t->deadline_ms = deadline_ms;
  if (t->next != NULL) {
    if (t->slot_tick <= deadline_ms / H1_WHEEL_TICK_MS + 1) return;
    unlink_timer(w, t);
  }
  link_timer(w, t);
}

h1_timer *h1_wheel_due(h1_wheel *w, uint64_t now_ms) {
  const uint64_t now_tick = now_ms / H1_WHEEL_TICK_MS;
  if (w->armed == 0) {
    if (now_tick > w->tick) w->tick = now_tick;
    return NULL;
  }
  /* After a long sleep one turn visits every slot. */
  if (now_tick > w->tick + H1_WHEEL_SLOTS) w->tick = now_tick - H1_WHEEL_SLOTS;
  while (w->tick <= now_tick) {
    h1_timer *head = &w->slots[w->tick % H1_WHEEL_SLOTS];
    while (head->next != head) {
      h1_timer *t = head->next;
      unlink_timer(w, t);
      if (t->deadline_ms <= now_ms) {
        t->deadline_ms = H1_NEVER;
        return t;
      }
      /* Not due: it was moved later, or waits beyond the turn. Its new slot is
       * after this one, so the loop ends. */
      const uint64_t tick = w->tick;
      w->tick = tick + 1;
      link_timer(w, t);
      w->tick = tick;
    }
    if (w->tick == now_tick) break;
    w->tick++;
  }
  return NULL;
}

int h1_wheel_timeout(h1_wheel *w, uint64_t now_ms) {
  if (w->armed == 0) return -1;
  /* The hint makes this a look at one slot per tick, not at the whole wheel. */
  if (w->hint < w->tick) w->hint = w->tick;
  const uint64_t end = w->tick + H1_WHEEL_SLOTS;
  while (w->hint < end) {
    const h1_timer *head = &w->slots[w->hint % H1_WHEEL_SLOTS];
    if (head->next != head) break;
    w->hint++;
  }
  const uint64_t at_ms = w->hint * H1_WHEEL_TICK_MS;
  return at_ms <= now_ms ? 0 : (int)(at_ms - now_ms);
}
