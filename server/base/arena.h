/* Memory that is given out from front to back and taken back as a whole. */
#ifndef H1_SERVER_BASE_ARENA_H_
#define H1_SERVER_BASE_ARENA_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `bytes` is aligned for any type; `used` grows. */
typedef struct {
  uint8_t *bytes;
  size_t cap, used;
} h1_arena;

/* Aligned for any type, not cleared. NULL: there is not so much left, and
 * nothing was taken. */
static inline void *h1_arena_take(h1_arena *a, size_t size) {
  const size_t at = (a->used + 15) & ~(size_t)15;
  if (at > a->cap || size > a->cap - at) return NULL;
  a->used = at + size;
  return a->bytes + at;
}

#ifdef __cplusplus
}
#endif
#endif
