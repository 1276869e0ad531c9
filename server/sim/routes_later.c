/* Handlers whose answer comes later: by time, when woken, or never. */
#include "server/sim/routes_visit.h"

#define LATER_MS 20u

static bool too_early(h1_exchange *x, h1_handler again) {
  const h1_sim_visit *s = h1_exchange_state(x);
  if (h1_exchange_now_ms(x) >= s->due_ms) return false;
  h1_reply_later(x, again, s->due_ms);
  return true;
}

static void begin_later(h1_exchange *x, h1_handler later) {
  h1_sim_visit *s = h1_sim_begin(x);
  s->due_ms = h1_exchange_now_ms(x) + LATER_MS;
  h1_sim_waits(x);
  h1_reply_later(x, later, s->due_ms);
}

static void late(h1_exchange *x) {
  if (too_early(x, late)) return;
  h1_reply_field(x, text("X-Late"), text("yes"));
  h1_reply_borrow(x, 200, plain(), text("late"));
}

void h1_sim_later_time(h1_exchange *x) { begin_later(x, late); }

static void late_woken(h1_exchange *x) {
  h1_sim_visit *s = h1_exchange_state(x);
  s->at++;
  if (s->at < 2) {
    h1_reply_later(x, late_woken, UINT64_MAX);
  } else {
    h1_reply_borrow(x, 200, plain(), text("late"));
  }
}

void h1_sim_later(h1_exchange *x) {
  h1_sim_begin(x);
  h1_sim_waits(x);
  h1_reply_later(x, late_woken, UINT64_MAX);
}

/* Times that are over already: each costs a turn, not a spin. */
static void late_lost(h1_exchange *x) {
  h1_sim_visit *s = h1_exchange_state(x);
  if (s->at++ < 2) h1_reply_later(x, late_lost, 0);
}

void h1_sim_later_lost(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_later(x, late_lost, 0);
}

/* All that a handler can ask of a request. */
static uint64_t sum_of_request(const h1_exchange *x) {
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  const h1_slice parts[] = {h1_exchange_path(x), h1_exchange_param(x, "name"),
                            h1_exchange_query(x), h1_exchange_raw_path(x),
                            h1_exchange_authority(x)};
  uint64_t sum = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    sum = h1_sim_add_up(sum, parts[i]);
  }
  for (size_t i = 0; i < fields->count; i++) {
    sum = h1_sim_add_up(sum, h1_fields_name(fields, i));
    sum = h1_sim_add_up(sum, h1_fields_value(fields, i));
  }
  return sum;
}

static void late_asks(h1_exchange *x) {
  const h1_sim_visit *s = h1_exchange_state(x);
  if (too_early(x, late_asks)) return;
  const bool same = sum_of_request(x) == s->sum;
  h1_reply_borrow(x, 200, plain(), text(same ? "same" : "other"));
}

void h1_sim_later_asks(h1_exchange *x) {
  begin_later(x, late_asks);
  h1_sim_visit *s = h1_exchange_state(x);
  s->sum = sum_of_request(x);
}

static void late_echo(h1_exchange *x) {
  if (too_early(x, late_echo)) return;
  h1_reply_echo(x, 200, plain());
}

void h1_sim_echo_later(h1_exchange *x) { begin_later(x, late_echo); }

static void late_sum(h1_exchange *x) {
  const h1_sim_visit *s = h1_exchange_state(x);
  if (too_early(x, late_sum)) return;
  h1_sim_reply_sum(x, s->at, s->sum);
}

static size_t sink_then_later(h1_exchange *x, void *state, h1_slice piece,
                              bool last) {
  h1_sim_visit *s = state;
  if (!last) return h1_sim_take(s, piece, SIZE_MAX);
  h1_sim_counts.last_calls++;
  s->due_ms = h1_exchange_now_ms(x) + LATER_MS;
  h1_reply_later(x, late_sum, s->due_ms);
  return 0;
}

void h1_sim_sink_later(h1_exchange *x) {
  h1_sim_begin(x);
  h1_receive(x, sink_then_later);
}
