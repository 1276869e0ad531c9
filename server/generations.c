#define _GNU_SOURCE
#include "server/generations.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Rules need some of it too. */
_Static_assert(sizeof(h1_config) <= (size_t)224 * 1024,
               "the least --config-memory holds a configuration");

size_t h1_generation_bytes(const h1_config *c) {
  return ((size_t)c->config_memory + 4095) & ~(size_t)4095;
}

/* A page is there once it is touched: most configurations are small. */
static bool map(h1_arena *a, size_t size, char message[256]) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    snprintf(message, 256, "--config-memory: cannot map %zu bytes: %s", size,
             strerror(errno));
    return false;
  }
  *a = (h1_arena){memory, size, 0};
  return true;
}

bool h1_generations_init(h1_generations *g, const h1_config *c,
                         char message[256]) {
  memset(g, 0, sizeof *g);
  for (unsigned i = 0; i < H1_SNAPSHOTS; i++) {
    if (!map(&g->arenas[i], h1_generation_bytes(c), message)) {
      h1_generations_deinit(g);
      return false;
    }
  }
  if (!h1_snapshot_init(&g->snapshots[0], c, &g->arenas[0], message)) {
    h1_generations_deinit(g);
    return false;
  }
  g->current = &g->snapshots[0];
  return true;
}

h1_config *h1_generations_next(h1_generations *g, h1_buffer *rest) {
  h1_arena *a = &g->arenas[1 - g->current->index];
  a->used = 0;
  g->next = h1_arena_take(a, sizeof(h1_config));
  *rest = (h1_buffer){a->bytes + a->used, a->cap - a->used};
  return g->next;
}

const h1_snapshot *h1_generations_make(h1_generations *g, char message[256]) {
  const unsigned index = 1 - g->current->index;
  h1_snapshot *s = &g->snapshots[index];
  if (!h1_snapshot_init(s, g->next, &g->arenas[index], message)) return NULL;
  s->index = index;
  s->generation = g->current->generation + 1;
  return s;
}

void h1_generations_deinit(h1_generations *g) {
  for (unsigned i = 0; i < H1_SNAPSHOTS; i++) {
    h1_arena *a = &g->arenas[i];
    if (a->bytes != NULL) munmap(a->bytes, a->cap);
    *a = (h1_arena){NULL, 0, 0};
  }
}
