/* Private to the mutations: the message they work on, and how bytes of it are
 * replaced. */
#ifndef H1_FUZZ_ENGINE_SPLICE_H_
#define H1_FUZZ_ENGINE_SPLICE_H_

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"

/* The message and where its lines and chunks are looked for. */
typedef struct {
  uint8_t *p;
  size_t len, cap;
  uint32_t random;
} message;

static inline size_t below(message *m, size_t limit) {
  return limit == 0 ? 0 : fuzz_random(&m->random) % limit;
}

#define PICK(m, list) ((list)[below((m), sizeof(list) / sizeof((list)[0]))])

/* Replaces `gone` bytes at `at` by text[0..len), which is not part of the
 * message; nothing when there is no room. */
static inline void splice(message *m, size_t at, size_t gone, const void *text,
                          size_t len) {
  if (at > m->len || gone > m->len - at) return;
  if (len > m->cap - (m->len - gone)) return;
  memmove(m->p + at + len, m->p + at + gone, m->len - at - gone);
  if (len > 0) memcpy(m->p + at, text, len);
  m->len = m->len - gone + len;
}

static inline void insert_text(message *m, size_t at, const char *text) {
  splice(m, at, 0, text, strlen(text));
}

/* Inserts a copy of p[from..to) at `at`. */
static inline void insert_copy(message *m, size_t at, size_t from, size_t to) {
  uint8_t *copy = fuzz_copy(m->p + from, to - from);
  splice(m, at, 0, copy, to - from);
  free(copy);
}

#endif
