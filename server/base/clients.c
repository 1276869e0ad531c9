/* The clients table: buckets of rows, chained by index. Only the thread that
 * enters connections touches keys and chains; the counts are atomic. */
#include "server/base/clients.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>

#include "server/base/round.h"

#define ROWS_MAX 65536u
/* Rows that one call looks at for one that is free, so that its work is
 * bounded: the next call goes on from there. */
#define SWEEP 64u
#define RESERVED 2u /* rows that are no client: NONE and OTHERS */
/* An id of what `shares` counts: this bit, the row of a /48, and its own. */
#define TOLD ((uint32_t)1 << 31)
#define TOLD_BITS 15u
#define TOLD_MASK (((uint32_t)1 << TOLD_BITS) - 1)

_Static_assert(H1_SHARES_ROWS_MAX <= (1u << TOLD_BITS), "two rows fit an id");

typedef struct {
  uint64_t network; /* the address's first `prefix` bits */
  uint32_t prefix;  /* 32, 48, 64; 0: the row was never used */
  uint32_t next;    /* in its bucket; 0: the last */
  uint32_t wider;   /* the /48 of a /64; 0: none */
  _Atomic uint32_t held;
} row;

struct h1_clients {
  h1_shares *shares; /* or NULL */
  row *rows;
  uint32_t *buckets;
  uint32_t count; /* of rows */
  uint32_t mask;  /* of buckets */
  uint32_t hand;  /* where the next sweep begins */
  _Atomic uint32_t share;
  uint64_t seed;
};

static uint32_t bucket_count(uint32_t rows) {
  uint32_t n = 64;
  while (n < rows) n *= 2;
  return n;
}

uint32_t h1_clients_rows(uint64_t connections) {
  const uint64_t rows = 2 * connections + RESERVED; /* a /64 and its /48 */
  return rows < ROWS_MAX ? (uint32_t)rows : ROWS_MAX;
}

uint64_t h1_clients_bytes(uint32_t rows) {
  return h1_round_64(sizeof(h1_clients)) + h1_round_64(rows * sizeof(row)) +
         bucket_count(rows) * sizeof(uint32_t);
}

h1_clients *h1_clients_init(uint8_t *memory, uint32_t rows, uint64_t seed,
                            uint32_t share) {
  h1_clients *t = (h1_clients *)(void *)memory;
  t->rows = (row *)(void *)(memory + h1_round_64(sizeof *t));
  t->buckets = (uint32_t *)(void *)((uint8_t *)t->rows +
                                    h1_round_64(rows * sizeof(row)));
  t->count = rows;
  t->mask = bucket_count(rows) - 1;
  t->hand = RESERVED;
  atomic_init(&t->share, share);
  t->seed = seed | 1;
  t->shares = NULL;
  return t;
}

void h1_clients_set_shares(h1_clients *t, h1_shares *shares) {
  t->shares = shares;
}

/* ---- keys ---- */

typedef struct {
  uint64_t network;
  uint32_t prefix;
} key;

static uint64_t big_endian(const uint8_t *p, size_t n) {
  uint64_t v = 0;
  for (size_t i = 0; i < n; i++) v = v << 8 | p[i];
  return v;
}

static bool is_mapped(const uint8_t a[16]) {
  static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
  return memcmp(a, prefix, sizeof prefix) == 0;
}

/* False: it is nobody's. */
static bool key_of(const h1_peer *peer, key *k) {
  if (peer->family == AF_INET) {
    *k = (key){big_endian(peer->address, 4), 32};
    return true;
  }
  if (peer->family != AF_INET6) return false;
  *k = is_mapped(peer->address) ? (key){big_endian(peer->address + 12, 4), 32}
                                : (key){big_endian(peer->address, 8), 64};
  return true;
}

static uint32_t *bucket_of(h1_clients *t, const key *k) {
  uint64_t h = (k->network ^ t->seed) * UINT64_C(0x9e3779b97f4a7c15);
  h = (h ^ h >> 32 ^ k->prefix) * t->seed;
  return &t->buckets[(h >> 32) & t->mask];
}

/* ---- rows ---- */

static uint32_t held(const row *r) {
  return atomic_load_explicit((_Atomic uint32_t *)&r->held,
                              memory_order_acquire);
}

static void unchain(h1_clients *t, uint32_t id) {
  const row *r = &t->rows[id];
  const key k = {r->network, r->prefix};
  uint32_t *at = bucket_of(t, &k);
  while (*at != id) at = &t->rows[*at].next;
  *at = r->next;
}

/* A row that nobody counts in, out of its chain; 0: none was seen. */
static uint32_t free_row(h1_clients *t) {
  for (uint32_t i = 0; i < SWEEP && t->count > RESERVED; i++) {
    const uint32_t id = t->hand;
    t->hand = id + 1 < t->count ? id + 1 : RESERVED;
    if (held(&t->rows[id]) != 0) continue;
    if (t->rows[id].prefix != 0) unchain(t, id);
    return id;
  }
  return 0;
}

static uint32_t find(h1_clients *t, const key *k) {
  uint32_t id = *bucket_of(t, k);
  while (id != 0) {
    const row *r = &t->rows[id];
    if (r->network == k->network && r->prefix == k->prefix) break;
    id = r->next;
  }
  return id;
}

/* 0: there is no room. */
static uint32_t make(h1_clients *t, const key *k) {
  const uint32_t id = free_row(t);
  if (id == 0) return 0;
  uint32_t *bucket = bucket_of(t, k);
  row *r = &t->rows[id];
  r->network = k->network;
  r->prefix = k->prefix;
  r->wider = 0;
  r->next = *bucket;
  *bucket = id;
  return id;
}

static uint32_t find_or_make(h1_clients *t, const key *k) {
  const uint32_t id = find(t, k);
  return id != 0 ? id : make(t, k);
}

static void count_in(h1_clients *t, uint32_t id) {
  atomic_fetch_add_explicit(&t->rows[id].held, 1, memory_order_relaxed);
}

static void count_out(h1_clients *t, uint32_t id) {
  atomic_fetch_sub_explicit(&t->rows[id].held, 1, memory_order_release);
}

/* The row of the /48, with this connection counted in it already, so that it is
 * not given to the /64. Who is counted in the /64 now keeps the /48 it has. */
static uint32_t enter_wider(h1_clients *t, const key *k) {
  const uint32_t own = find(t, k);
  uint32_t wider = 0;
  if (own != 0 && held(&t->rows[own]) != 0) {
    wider = t->rows[own].wider;
  } else if (k->prefix == 64) {
    const key around = {k->network >> 16, 48};
    wider = find_or_make(t, &around);
  }
  if (wider != 0) count_in(t, wider);
  return wider;
}

static uint32_t enter_others(h1_clients *t) {
  count_in(t, H1_CLIENT_OTHERS);
  return H1_CLIENT_OTHERS;
}

uint32_t h1_clients_enter(h1_clients *t, const h1_peer *peer) {
  key k;
  if (!key_of(peer, &k)) return H1_CLIENT_NONE;
  const uint32_t wider = enter_wider(t, &k);
  const uint32_t id = find_or_make(t, &k);
  if (id == 0) {
    if (wider != 0) count_out(t, wider);
    return enter_others(t);
  }
  if (held(&t->rows[id]) == 0) t->rows[id].wider = wider;
  count_in(t, id);
  return id;
}

static bool is_told(uint32_t id) { return (id & TOLD) != 0; }
static uint32_t told_own(uint32_t id) { return id & TOLD_MASK; }
static uint32_t told_wider(uint32_t id) { return id >> TOLD_BITS & TOLD_MASK; }

uint32_t h1_clients_enter_told(h1_clients *t, const h1_peer *peer) {
  key k;
  if (t->shares == NULL || !key_of(peer, &k)) return H1_CLIENT_NONE;
  const uint32_t own = h1_shares_enter(t->shares, k.network, k.prefix);
  const uint32_t wider = k.prefix == 64
                             ? h1_shares_enter(t->shares, k.network >> 16, 48)
                             : H1_SHARE_NONE;
  return TOLD | wider << TOLD_BITS | own;
}

static void leave_told(h1_clients *t, uint32_t id) {
  h1_shares_leave(t->shares, told_own(id));
  h1_shares_leave(t->shares, told_wider(id));
}

/* The other row last: nobody gives it away while it is counted in. */
void h1_clients_leave(h1_clients *t, uint32_t id) {
  if (id == H1_CLIENT_NONE) return;
  if (is_told(id)) {
    leave_told(t, id);
    return;
  }
  const uint32_t wider = t->rows[id].wider;
  count_out(t, id);
  if (wider != 0) count_out(t, wider);
}

/* ---- shares ---- */

static bool has_row(uint32_t id) {
  return id != H1_CLIENT_NONE && id != H1_CLIENT_OTHERS;
}

static bool told_over(const h1_clients *t, uint32_t id, uint32_t share) {
  return h1_shares_held(t->shares, told_own(id)) > share ||
         h1_shares_held(t->shares, told_wider(id)) >
             (uint64_t)share * H1_CLIENTS_WIDER;
}

uint32_t h1_clients_held(const h1_clients *t, uint32_t id) {
  if (is_told(id)) return h1_shares_held(t->shares, told_own(id));
  return has_row(id) ? held(&t->rows[id]) : 1;
}

void h1_clients_set_share(h1_clients *t, uint32_t share) {
  atomic_store_explicit(&t->share, share, memory_order_relaxed);
}

uint32_t h1_clients_share(const h1_clients *t) {
  return atomic_load_explicit(&t->share, memory_order_relaxed);
}

bool h1_clients_over(const h1_clients *t, uint32_t id) {
  const uint32_t share = h1_clients_share(t);
  if (share == 0 || !has_row(id)) return false;
  if (is_told(id)) return told_over(t, id, share);
  const row *r = &t->rows[id];
  if (held(r) > share) return true;
  return r->wider != 0 &&
         held(&t->rows[r->wider]) > (uint64_t)share * H1_CLIENTS_WIDER;
}
