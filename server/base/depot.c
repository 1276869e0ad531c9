#include "server/base/depot.h"

#include "server/base/fatal.h"

bool h1_depot_init(h1_depot *d, uint8_t *memory, size_t payload, size_t count) {
  h1_pool_init(&d->pool, memory, payload, count);
  atomic_init(&d->left, count);
  return pthread_mutex_init(&d->lock, NULL) == 0;
}

void h1_depot_deinit(h1_depot *d) { pthread_mutex_destroy(&d->lock); }

size_t h1_depot_left(const h1_depot *d) {
  return atomic_load_explicit((h1_depot_counter *)&d->left,
                              memory_order_relaxed);
}

static void publish_left_locked(h1_depot *d) {
  atomic_store_explicit(&d->left, h1_pool_free(&d->pool), memory_order_relaxed);
}

bool h1_depot_draw(h1_depot *d, h1_pool *p, size_t n) {
  if (h1_depot_left(d) < n) return false;
  h1_lock(&d->lock);
  const bool there = h1_pool_free(&d->pool) >= n;
  if (there) (void)h1_pool_move(p, &d->pool, n);
  publish_left_locked(d);
  h1_unlock(&d->lock);
  return there;
}

void h1_depot_return(h1_depot *d, h1_pool *p, size_t n) {
  h1_lock(&d->lock);
  (void)h1_pool_move(&d->pool, p, n);
  publish_left_locked(d);
  h1_unlock(&d->lock);
}
