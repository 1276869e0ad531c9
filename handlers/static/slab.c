/* See slab.h. */
#include "handlers/static/slab.h"

#define SLOT_BYTES_MIN ((size_t)1024)
enum { ORDER_MAX = 6 };

static uint32_t order_for(size_t bytes) {
  uint32_t order = 0;
  while (order < ORDER_MAX && (SLOT_BYTES_MIN << order) < bytes) order++;
  return order;
}

/* All slots of a page: 64 of order 0, one of order 6. */
static uint64_t all_slots(uint32_t order) {
  const unsigned count = 64u >> order;
  return count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

void h1_static_slab_init(h1_static_slab *s, h1_static_page *pages,
                         size_t page_count, uint8_t *memory) {
  s->pages = pages;
  s->page_count = page_count;
  s->memory = memory;
}

/* A page with a free slot of that size; an unused page only when there is no
 * other. page_count when there is none. */
static size_t find_page(const h1_static_slab *s, uint32_t order) {
  size_t unused = s->page_count;
  for (size_t i = 0; i < s->page_count; i++) {
    const h1_static_page *p = &s->pages[i];
    if (p->used == 0) {
      if (unused == s->page_count) unused = i;
    } else if (p->order == order && p->used != all_slots(order)) {
      return i;
    }
  }
  return unused;
}

uint8_t *h1_static_slab_take(h1_static_slab *s, size_t bytes) {
  if (bytes > H1_STATIC_PAGE_BYTES) return NULL;
  const uint32_t order = order_for(bytes);
  const size_t at = find_page(s, order);
  if (at == s->page_count) return NULL;
  h1_static_page *page = &s->pages[at];
  page->order = order;
  unsigned slot = 0;
  while ((page->used >> slot) & 1) slot++;
  page->used |= UINT64_C(1) << slot;
  return s->memory + at * H1_STATIC_PAGE_BYTES +
         (slot * SLOT_BYTES_MIN << order);
}

void h1_static_slab_give(h1_static_slab *s, const uint8_t *slot) {
  const size_t offset = (size_t)(slot - s->memory);
  h1_static_page *page = &s->pages[offset / H1_STATIC_PAGE_BYTES];
  const size_t inside = offset % H1_STATIC_PAGE_BYTES;
  page->used &= ~(UINT64_C(1) << (inside / (SLOT_BYTES_MIN << page->order)));
}
