/* A place for one who is queued. */
#include "server/loop/place.h"

#include <string.h>

#include "server/conn/admission.h"
#include "server/conn/conn.h"
#include "server/conn/deadlines.h"
#include "server/conn/slots.h"
#include "server/conn/standing.h"
#include "server/loop/lane.h"

/* Idle connections looked at for one slot: each may turn out to be busy again.
 */
#define LOOKS 8u

static bool is_within_share(const h1_accepted *item, const void *clients) {
  return !h1_clients_over(clients, item->client);
}

/* Its client is known to have this connection and no other. */
static bool is_alone(const h1_accepted *item, const void *clients) {
  return !item->unknown && h1_clients_held(clients, item->client) <= 1;
}

static bool is_of_client(const h1_accepted *item, const void *client) {
  return item->client == *(const uint32_t *)client;
}

static bool is_any(const h1_accepted *item, const void *nothing) {
  (void)item, (void)nothing;
  return true;
}

/* A place for one of those that are queued: which of them, and who gives it. */
typedef struct {
  h1_queue_wanted wanted;
  const void *arg;
  uint32_t client; /* what `arg` may point at */
  h1_conn *gives;  /* NULL: a slot is free */
} place;

/* For somebody within its share anyone gives way, and first for who holds
 * nothing yet, so that those who come again and again do not keep him waiting;
 * for others, when only they wait, one of their own. */
static bool find_taken(const h1_context *cx, h1_queue *q, place *p) {
  const h1_clients *clients = cx->shared->clients;
  h1_accepted item;
  const bool alone = h1_queue_find(q, is_alone, clients, &item);
  if (alone || h1_queue_find(q, is_within_share, clients, &item)) {
    p->wanted = alone ? is_alone : is_within_share;
    p->arg = clients;
    p->gives = h1_gives_way(cx, h1_clients_held(clients, item.client));
  } else if (h1_queue_find(q, is_any, NULL, &item)) {
    p->client = item.client;
    p->wanted = is_of_client;
    p->arg = &p->client;
    p->gives = h1_gives_way_to_its_own(cx, item.client);
  }
  return p->gives != NULL;
}

/* While another worker has a place, nobody gives way here. */
static bool find(const h1_context *cx, h1_queue *q, place *p) {
  memset(p, 0, sizeof *p);
  p->wanted = is_any;
  if (h1_queue_depth(q) == 0) return false;
  if (cx->lane) return h1_lane_can_take(cx);
  if (!h1_admission_new_conn(cx)) return false;
  if (h1_slot_left(cx)) return true;
  return !h1_slot_left_elsewhere(cx) && find_taken(cx, q, p);
}

bool h1_place_can_take(const h1_context *cx, h1_queue *q) {
  place p;
  return find(cx, q, &p);
}

bool h1_place_may_take(const h1_context *cx) {
  return cx->lane || (h1_admission_new_conn(cx) && !h1_slot_left_elsewhere(cx));
}

/* A request may have arrived on the idle connection in this moment: it is
 * looked at once more before it is closed. False: it keeps its place. */
static bool give(h1_context *cx, h1_conn *c) {
  if (c->life == H1_LIFE_OPEN && h1_conn_is_idle(c)) {
    const h1_list_id list = c->list;
    h1_conn_look(c);
    if (c->life == H1_LIFE_FREE) return true;
    if (c->list != list || cx->lists[list].last != c) return false;
    h1_counter_add(&cx->metrics->idle_closed, 1);
  }
  h1_conn_give_way(c);
  return true;
}

static bool make(h1_context *cx, h1_queue *q, place *p) {
  if (cx->lane) return find(cx, q, p) && h1_lane_make_room(cx);
  for (unsigned looked = 0; looked < LOOKS; looked++) {
    if (!find(cx, q, p)) return false;
    if (p->gives == NULL || give(cx, p->gives)) return true;
  }
  return false;
}

bool h1_place_take(h1_context *cx, h1_queue *q, h1_accepted *item,
                   size_t *left) {
  place p;
  if (make(cx, q, &p)) {
    const bool choice = p.wanted == is_any && h1_queue_depth(q) > 1;
    return (choice && h1_queue_pop_wanted(q, is_alone, cx->shared->clients,
                                          item, left)) ||
           h1_queue_pop_wanted(q, p.wanted, p.arg, item, left);
  }
  *left = h1_queue_depth(q);
  return false;
}

bool h1_place_give(h1_context *cx) {
  const uint32_t before = cx->open_conns;
  for (unsigned looked = 0; looked < LOOKS; looked++) {
    h1_conn *c = h1_gives_descriptor(cx);
    if (c == NULL) return false;
    if (give(cx, c) && cx->open_conns < before) return true;
  }
  return false;
}
