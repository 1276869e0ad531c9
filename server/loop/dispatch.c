/* See dispatch.h. */
#include "server/loop/dispatch.h"

#include "server/base/say.h"
#include "server/conn/deadlines.h"
#include "server/loop/urgent.h"
#include "server/sys.h"

#define SAY_SHARE_MS 60000u
/* A burst fills the queue faster than workers pop two a turn. It counts as
 * saturation only when no place has come free for this long. */
#define PATIENCE_MS 50u
/* Who has waited too long, while the lane has no room, is looked at so often.
 */
#define LANE_LOOK_MS 10u

static bool queue_full(const h1_acceptor *a) {
  const h1_queue *q = a->handoff->queue;
  return h1_queue_depth((h1_queue *)q) >= q->capacity;
}

static bool lane_full(const h1_acceptor *a) {
  const h1_queue *q = a->handoff->lane_queue;
  return h1_queue_depth((h1_queue *)q) >= q->capacity;
}

bool h1_dispatch_has_place(h1_acceptor *a, bool admin, uint64_t now_ms) {
  if (now_ms < a->resume_ms) return false;
  if (admin) return !lane_full(a);
  if (!queue_full(a)) {
    a->full_since_ms = H1_NEVER;
    a->saturated = false;
    return true;
  }
  if (a->full_since_ms == H1_NEVER) a->full_since_ms = now_ms;
  if (now_ms - a->full_since_ms >= PATIENCE_MS) a->saturated = true;
  return a->saturated && !lane_full(a);
}

static void wake_worker(h1_acceptor *a) {
  for (unsigned i = 0; i < a->worker_count; i++) {
    const unsigned at = (a->next + i) % a->worker_count;
    if (!h1_worker_wake(&a->workers[at])) continue;
    a->next = at + 1;
    return;
  }
}

static void to_lane(h1_acceptor *a, h1_accepted *item, h1_error refusal) {
  item->refusal = refusal;
  if (h1_queue_push(a->handoff->lane_queue, item)) {
    h1_worker_wake(&a->workers[a->worker_count]);
    return;
  }
  h1_sys_close(item->fd); /* its room was looked at: cannot be */
  a->lost++;
  h1_clients_leave(a->clients, item->client);
}

/* Nobody knows of an unknown one that it has few. */
static uint32_t held_by(const h1_clients *clients, const h1_accepted *item) {
  return item->unknown ? UINT32_MAX : h1_clients_held(clients, item->client);
}

typedef struct {
  const h1_clients *clients;
  uint32_t held;
} compared;

static bool has_more(const h1_accepted *item, const void *than) {
  const compared *c = than;
  return held_by(c->clients, item) > c->held;
}

/* Said once a minute, so that an operator learns of a proxy whose users are one
 * client here. */
static void note_over_share(h1_acceptor *a, const h1_accepted *item) {
  h1_counter_add(&a->metrics->over_share, 1);
  const uint64_t now_ms = h1_sys_monotonic_ns() / 1000000u;
  if (now_ms < a->say_share_ms) return;
  a->say_share_ms = now_ms + SAY_SHARE_MS;
  h1_metrics_note_over_share(a->metrics, &item->peer);
  char text[H1_PEER_TEXT_BYTES + 1] = "";
  h1_peer_text(&item->peer, text);
  h1_say(
      "%s has more than %u connections while places are short, and gives way "
      "to others; if it is a proxy, see --client-address, or raise "
      "--max-client-connections",
      text, h1_clients_share(a->clients));
}

static void refuse(h1_acceptor *a, h1_accepted *item, h1_error why) {
  const bool over = h1_clients_over(a->clients, item->client);
  if (over) note_over_share(a, item);
  to_lane(a, item, over ? H1_CLIENT_CONNECTIONS : why);
}

/* One of a client that has more connections gives his place in the queue to one
 * of a client that has fewer. */
static bool displace(h1_acceptor *a, h1_accepted *item) {
  const compared than = {a->clients, held_by(a->clients, item)};
  h1_accepted other;
  size_t left = 0;
  if (lane_full(a) ||
      !h1_queue_pop_wanted(a->handoff->queue, has_more, &than, &other, &left)) {
    return false;
  }
  refuse(a, &other, H1_QUEUE_FULL);
  return h1_queue_push(a->handoff->queue, item);
}

static void to_queue(h1_acceptor *a, h1_accepted *item) {
  if (h1_queue_push(a->handoff->queue, item) || displace(a, item)) {
    const uint64_t depth = h1_queue_depth(a->handoff->queue);
    if (depth > h1_counter_get(&a->metrics->queue_depth_max)) {
      h1_counter_set(&a->metrics->queue_depth_max, depth);
    }
    wake_worker(a);
    return;
  }
  h1_counter_add(&a->metrics->queue_full, 1);
  refuse(a, item, H1_QUEUE_FULL);
}

static uint64_t queue_timeout(const h1_acceptor *a) {
  return atomic_load_explicit(&a->queue_timeout_ms, memory_order_relaxed);
}

void h1_dispatch_expire(h1_acceptor *a, uint64_t now_ms) {
  const uint64_t timeout = queue_timeout(a);
  h1_accepted item;
  while (now_ms >= timeout && !lane_full(a) &&
         h1_queue_pop_expired(a->handoff->queue, now_ms - timeout, &item)) {
    h1_counter_add(&a->metrics->queue_expired, 1);
    refuse(a, &item, H1_QUEUE_TIMEOUT);
  }
}

void h1_dispatch(h1_acceptor *a, h1_accepted *item) {
  if (item->peer.admin) {
    to_lane(a, item, H1_OK);
  } else if (!lane_full(a) && h1_is_urgent(a, item)) {
    to_lane(a, item, H1_QUEUE_FULL);
  } else {
    to_queue(a, item);
  }
}

uint64_t h1_dispatch_due(h1_acceptor *a, uint64_t now_ms) {
  const uint64_t oldest = h1_queue_oldest(a->handoff->queue);
  uint64_t at = H1_NEVER;
  if (oldest != UINT64_MAX) {
    at = oldest + queue_timeout(a);
    if (at <= now_ms) at = now_ms + LANE_LOOK_MS;
  }
  if (a->full_since_ms == H1_NEVER || a->saturated) return at;
  const uint64_t patience_ms = a->full_since_ms + PATIENCE_MS;
  return patience_ms < at ? patience_ms : at;
}
