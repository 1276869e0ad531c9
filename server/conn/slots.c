#include "server/conn/slots.h"

#include <string.h>

#include "server/conn/context.h"

/* Slots are touched when they are first needed, so that memory follows use. */
h1_conn *h1_slot_take(h1_context *cx) {
  h1_conn *c = cx->free_conns;
  uint32_t slot = cx->fresh_conns;
  uint32_t generation = 0;
  if (c != NULL) {
    cx->free_conns = c->next;
    slot = c->slot;
    generation = c->generation;
  } else {
    c = &cx->conns[slot];
    cx->fresh_conns++;
  }
  memset(c, 0, sizeof *c);
  c->slot = slot;
  c->generation = generation;
  cx->open_conns++;
  if (!cx->lane) {
    atomic_fetch_sub_explicit(&cx->shared->slots_left, 1, memory_order_relaxed);
  }
  return c;
}

void h1_slot_free(h1_context *cx, h1_conn *c) {
  c->generation++;
  c->next = cx->free_conns;
  cx->free_conns = c;
  cx->open_conns--;
  if (!cx->lane) {
    atomic_fetch_add_explicit(&cx->shared->slots_left, 1, memory_order_relaxed);
  }
}

bool h1_slot_left(const h1_context *cx) {
  return cx->free_conns != NULL || cx->fresh_conns < cx->plan.slots;
}

bool h1_slot_left_elsewhere(const h1_context *cx) {
  if (cx->lane || h1_slot_left(cx)) return false;
  return atomic_load_explicit(&cx->shared->slots_left, memory_order_relaxed) !=
         0;
}

static void unlink_from(h1_conn_list *from, h1_conn *c) {
  if (c->prev != NULL) c->prev->next = c->next;
  if (c->next != NULL) c->next->prev = c->prev;
  if (from->first == c) from->first = c->next;
  if (from->last == c) from->last = c->prev;
  from->count--;
}

void h1_conn_enlist(h1_conn *c, h1_list_id list) {
  h1_context *cx = c->context;
  if (c->list != H1_LIST_NONE) unlink_from(&cx->lists[c->list], c);
  c->list = list;
  c->prev = NULL;
  c->next = NULL;
  if (list == H1_LIST_NONE) return;
  h1_conn_list *to = &cx->lists[list];
  c->prev = to->last;
  if (to->last != NULL) {
    to->last->next = c;
  } else {
    to->first = c;
  }
  to->last = c;
  to->count++;
}
