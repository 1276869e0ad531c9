/* What an exchange leaves: that it began and ended, whom to wake. */
#include <stdio.h>
#include <string.h>

#include "parser/values.h"
#include "server/sim/routes_visit.h"

#define MAGIC 0x51a7e000u
#define TOKENS 64

_Static_assert(sizeof(h1_sim_visit) <= H1_STATE_BYTES, "fits the state");

h1_sim_tally h1_sim_counts;
static h1_wake_token tokens[TOKENS];
static size_t token_count;

void h1_sim_visits_begin(void) {
  memset(&h1_sim_counts, 0, sizeof h1_sim_counts);
  token_count = 0;
}

void h1_sim_wake_all(void) {
  for (size_t i = 0; i < token_count; i++) h1_wake(tokens[i]);
}

static void ended(void *state) {
  h1_sim_visit *s = state;
  h1_sim_counts.ended++;
  if (s->magic != MAGIC) h1_sim_counts.misended++;
  s->magic = 0;
}

h1_sim_visit *h1_sim_begin(h1_exchange *x) {
  h1_sim_visit *s = h1_exchange_state(x);
  static const uint8_t zero[H1_STATE_BYTES];
  if (memcmp(h1_exchange_state(x), zero, sizeof zero) != 0) {
    h1_sim_counts.misended++;
  }
  s->magic = MAGIC;
  h1_sim_counts.begun++;
  h1_exchange_on_end(x, ended);
  return s;
}

void h1_sim_waits(h1_exchange *x) {
  tokens[token_count % TOKENS] = h1_exchange_token(x);
  if (token_count < TOKENS) token_count++;
}

/* The query too: it views the head, which moved while the body came. */
void h1_sim_reply_sum(h1_exchange *x, uint64_t bytes, uint64_t sum) {
  char line_of[256];
  const h1_slice query = h1_exchange_query(x);
  const int n = snprintf(line_of, sizeof line_of, "%llu %llu %.*s\n",
                         (unsigned long long)bytes, (unsigned long long)sum,
                         (int)(query.len < 64 ? query.len : 64),
                         query.ptr == NULL ? "" : (const char *)query.ptr);
  h1_reply_copy(x, 200, plain(),
                (h1_slice){(const uint8_t *)line_of, (size_t)n});
}

uint64_t h1_sim_add_up(uint64_t sum, h1_slice piece) {
  for (size_t i = 0; i < piece.len; i++) sum = sum * 31 + piece.ptr[i];
  return sum % 1000000007u;
}

size_t h1_sim_take(h1_sim_visit *s, h1_slice piece, size_t most) {
  const size_t n = piece.len < most ? piece.len : most;
  for (size_t i = 0; i < n; i++)
    s->sum = h1_sim_add_up(s->sum, (h1_slice){piece.ptr + i, 1});
  s->at += n;
  return n;
}
