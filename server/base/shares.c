/* Sets of eight rows, which are one cache line. A row is free when its count is
 * 0; the tag is what the set's number leaves of a hash of 64 bits. */
#include "server/base/shares.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "server/base/round.h"

#define WAYS 8u
#define COUNT_BITS 24u
#define COUNT_MAX (((uint64_t)1 << COUNT_BITS) - 1)
#define TRIES 16u

struct h1_shares {
  _Atomic uint64_t *rows; /* rows[0..WAYS) are never used: an id of 0 is NONE */
  uint32_t sets;          /* a power of two */
  uint64_t seed;
};

uint32_t h1_shares_rows(uint64_t requests) {
  uint32_t rows = 64;
  while (rows < 4 * requests && rows < H1_SHARES_ROWS_MAX) rows *= 2;
  return rows;
}

uint64_t h1_shares_bytes(uint32_t rows) {
  return h1_round_64(sizeof(h1_shares)) + (uint64_t)rows * sizeof(uint64_t);
}

h1_shares *h1_shares_init(uint8_t *memory, uint32_t rows, uint64_t seed) {
  h1_shares *s = (h1_shares *)(void *)memory;
  s->rows = (_Atomic uint64_t *)(void *)(memory + h1_round_64(sizeof *s));
  s->sets = rows / WAYS;
  s->seed = seed;
  return s;
}

/* The finaliser of splitmix64, twice, with the seed in between. */
static uint64_t mix(uint64_t h) {
  h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
  return h ^ h >> 31;
}

static uint64_t hash_of(const h1_shares *s, uint64_t network, uint32_t prefix) {
  return mix(mix(network ^ s->seed) ^ (s->seed >> 7 | s->seed << 57) ^ prefix);
}

/* The row of the set that has the tag, else the first free one; WAYS: none. */
static uint32_t way_of(const _Atomic uint64_t *set, uint64_t tag,
                       uint64_t *was) {
  uint32_t empty = WAYS;
  for (uint32_t i = 0; i < WAYS; i++) {
    const uint64_t row =
        atomic_load_explicit((_Atomic uint64_t *)&set[i], memory_order_relaxed);
    if ((row & COUNT_MAX) == 0) {
      if (empty == WAYS) {
        empty = i;
        *was = row;
      }
    } else if ((row & ~COUNT_MAX) == tag) {
      *was = row;
      return i;
    }
  }
  return empty;
}

uint32_t h1_shares_enter(h1_shares *s, uint64_t network, uint32_t prefix) {
  const uint64_t h = hash_of(s, network, prefix);
  /* The first set is left out: the id 0 is nobody's. */
  const uint32_t first = (uint32_t)(1 + h % (s->sets - 1)) * WAYS;
  const uint64_t tag = h & ~COUNT_MAX;
  for (unsigned tries = 0; tries < TRIES; tries++) {
    uint64_t was = 0;
    const uint32_t way = way_of(&s->rows[first], tag, &was);
    if (way == WAYS || (was & COUNT_MAX) == COUNT_MAX) return H1_SHARE_NONE;
    const uint64_t more = tag | ((was & COUNT_MAX) + 1);
    if (atomic_compare_exchange_strong_explicit(&s->rows[first + way], &was,
                                                more, memory_order_relaxed,
                                                memory_order_relaxed)) {
      return first + way;
    }
  }
  return H1_SHARE_NONE;
}

void h1_shares_leave(h1_shares *s, uint32_t id) {
  if (id == H1_SHARE_NONE) return;
  atomic_fetch_sub_explicit(&s->rows[id], 1, memory_order_relaxed);
}

uint32_t h1_shares_held(const h1_shares *s, uint32_t id) {
  if (id == H1_SHARE_NONE) return 1;
  return (uint32_t)(atomic_load_explicit((_Atomic uint64_t *)&s->rows[id],
                                         memory_order_relaxed) &
                    COUNT_MAX);
}
