#include "server/base/queue.h"

#include "server/base/fatal.h"

bool h1_queue_init(h1_queue *q, h1_accepted *items, size_t capacity) {
  q->items = items;
  q->first = 0;
  q->count = 0;
  q->capacity = capacity;
  atomic_init(&q->depth, 0);
  return pthread_mutex_init(&q->lock, NULL) == 0;
}

void h1_queue_deinit(h1_queue *q) { pthread_mutex_destroy(&q->lock); }

static void publish_depth_locked(h1_queue *q) {
  atomic_store_explicit(&q->depth, q->count, memory_order_seq_cst);
}

static size_t place(const h1_queue *q, size_t i) {
  const size_t at = q->first + i;
  return at >= q->capacity ? at - q->capacity : at;
}

static void take_first_locked(h1_queue *q, h1_accepted *item) {
  *item = q->items[q->first];
  q->first = q->first + 1 == q->capacity ? 0 : q->first + 1;
  q->count--;
  publish_depth_locked(q);
}

bool h1_queue_push(h1_queue *q, const h1_accepted *item) {
  h1_lock(&q->lock);
  const bool fits = q->count < q->capacity;
  if (fits) {
    q->items[place(q, q->count)] = *item;
    q->count++;
    publish_depth_locked(q);
  }
  h1_unlock(&q->lock);
  return fits;
}

bool h1_queue_pop(h1_queue *q, h1_accepted *item, size_t *left) {
  *left = 0;
  if (h1_queue_depth(q) == 0) return false;
  h1_lock(&q->lock);
  const bool any = q->count > 0;
  if (any) take_first_locked(q, item);
  *left = q->count;
  h1_unlock(&q->lock);
  return any;
}

/* Where the first that is wanted stands; count: nowhere. */
static size_t find_locked(const h1_queue *q, h1_queue_wanted wanted,
                          const void *arg) {
  size_t i = 0;
  while (i < q->count && !wanted(&q->items[place(q, i)], arg)) i++;
  return i;
}

bool h1_queue_find(h1_queue *q, h1_queue_wanted wanted, const void *arg,
                   h1_accepted *item) {
  if (h1_queue_depth(q) == 0) return false;
  h1_lock(&q->lock);
  const size_t i = find_locked(q, wanted, arg);
  const bool found = i < q->count;
  if (found) *item = q->items[place(q, i)];
  h1_unlock(&q->lock);
  return found;
}

/* Those before it move up by one. */
bool h1_queue_pop_wanted(h1_queue *q, h1_queue_wanted wanted, const void *arg,
                         h1_accepted *item, size_t *left) {
  *left = 0;
  if (h1_queue_depth(q) == 0) return false;
  h1_lock(&q->lock);
  size_t i = find_locked(q, wanted, arg);
  const bool found = i < q->count;
  if (found) {
    const h1_accepted it = q->items[place(q, i)];
    for (; i > 0; i--) q->items[place(q, i)] = q->items[place(q, i - 1)];
    h1_accepted first;
    take_first_locked(q, &first);
    *item = it;
  }
  *left = q->count;
  h1_unlock(&q->lock);
  return found;
}

bool h1_queue_pop_expired(h1_queue *q, uint64_t queued_ms, h1_accepted *item) {
  if (h1_queue_depth(q) == 0) return false;
  h1_lock(&q->lock);
  const bool expired =
      q->count > 0 && q->items[q->first].queued_ms <= queued_ms;
  if (expired) take_first_locked(q, item);
  h1_unlock(&q->lock);
  return expired;
}

uint64_t h1_queue_oldest(h1_queue *q) {
  if (h1_queue_depth(q) == 0) return UINT64_MAX;
  h1_lock(&q->lock);
  const uint64_t oldest =
      q->count > 0 ? q->items[q->first].queued_ms : UINT64_MAX;
  h1_unlock(&q->lock);
  return oldest;
}

size_t h1_queue_depth(h1_queue *q) {
  return atomic_load_explicit(&q->depth, memory_order_seq_cst);
}
