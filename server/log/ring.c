/* The ring between one worker and the log thread. The release store of `head`
 * publishes the bytes after it, the release store of `tail` gives room back;
 * each side reads the other's index with acquire. */
#include <string.h>

#include "server/log/internal.h"

#define MASK (H1_LOG_RING_BYTES - 1)
_Static_assert((H1_LOG_RING_BYTES & MASK) == 0, "a power of two");

void h1_log_ring_init(h1_log_ring *r) {
  atomic_init(&r->head, 0);
  atomic_init(&r->tail, 0);
  r->clock = (h1_log_clock){0};
}

bool h1_log_ring_push(h1_log_ring *r, const uint8_t *line, size_t len,
                      size_t *before) {
  size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
  size_t used = head - atomic_load_explicit(&r->tail, memory_order_acquire);
  *before = used;
  if (len > H1_LOG_RING_BYTES - used) {
    return false;
  }
  size_t at = head & MASK;
  size_t first = H1_LOG_RING_BYTES - at;
  if (first > len) {
    first = len;
  }
  memcpy(r->bytes + at, line, first);
  memcpy(r->bytes, line + first, len - first);
  atomic_store_explicit(&r->head, head + len, memory_order_release);
  return true;
}

size_t h1_log_ring_peek(h1_log_ring *r, h1_slice pieces[2]) {
  size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
  size_t used = atomic_load_explicit(&r->head, memory_order_acquire) - tail;
  size_t at = tail & MASK;
  size_t first = H1_LOG_RING_BYTES - at;
  if (first > used) {
    first = used;
  }
  pieces[0] = (h1_slice){r->bytes + at, first};
  pieces[1] = (h1_slice){r->bytes, used - first};
  return used;
}

void h1_log_ring_release(h1_log_ring *r, size_t len) {
  size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
  atomic_store_explicit(&r->tail, tail + len, memory_order_release);
}
