/* A fixed piece of memory dealt out in slots of 1 KiB to 64 KiB, powers of two.
 *
 * The memory is divided into pages of 64 KiB. A page in use has slots of one
 * size, a bit for each; when its last slot is given back it may take another
 * size. So nothing is ever moved and nothing ever fragments beyond a page. */
#ifndef H1_HANDLERS_STATIC_SLAB_H_
#define H1_HANDLERS_STATIC_SLAB_H_

#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_STATIC_PAGE_BYTES ((size_t)65536)

typedef struct {
  uint64_t used;  /* bit i: slot i is taken */
  uint32_t order; /* slots are 1 KiB << order; meaningless when used is 0 */
} h1_static_page;

typedef struct {
  h1_static_page *pages;
  size_t page_count;
  uint8_t *memory; /* page_count * H1_STATIC_PAGE_BYTES */
} h1_static_slab;

/* `pages` are zeroed; both arrays stay the caller's. */
void h1_static_slab_init(h1_static_slab *s, h1_static_page *pages,
                         size_t page_count, uint8_t *memory);
/* A slot of at least `bytes` (at most H1_STATIC_PAGE_BYTES), or NULL. */
uint8_t *h1_static_slab_take(h1_static_slab *s, size_t bytes);
void h1_static_slab_give(h1_static_slab *s, const uint8_t *slot);

#ifdef __cplusplus
}
#endif
#endif
