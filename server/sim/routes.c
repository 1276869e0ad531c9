#define _GNU_SOURCE
#include "server/sim/routes.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "parser/values.h"
#include "server/sim/routes_visit.h"

static atomic_bool held;
static uint8_t large[H1_SIM_LARGE];

void h1_sim_hold_blocking(bool hold) { atomic_store(&held, hold); }

uint8_t h1_sim_large_byte(size_t i) {
  return (uint8_t)('A' + (i * 5 + i / 26) % 26);
}

void h1_sim_routes_begin(void) {
  h1_sim_visits_begin();
  if (large[0] != 0) return;
  for (size_t i = 0; i < sizeof large; i++) large[i] = h1_sim_large_byte(i);
}

/* ---- bytes and files ---- */

static void small(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, plain(), text("small"));
}

static void large_bytes(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, plain(), (h1_slice){large, sizeof large});
}

static void copied(h1_exchange *x) {
  h1_sim_begin(x);
  h1_buffer room = h1_exchange_scratch(x);
  memcpy(room.ptr, large, H1_SIM_COPY);
  h1_reply_copy(x, 200, plain(), (h1_slice){room.ptr, H1_SIM_COPY});
}

static void copy_too_big(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_copy(x, 200, plain(), (h1_slice){large, H1_REPLY_COPY_MAX + 1});
}

static void file_whole(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_file(x, 200, plain(), 0, 0, H1_SIM_FILE);
}

static void file_cut(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_file(x, 200, plain(), 1, 10, H1_SIM_FILE);
}

static void file_empty(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_file(x, 200, plain(), 0, H1_SIM_FILE, 0);
}

/* ---- pulls ---- */

static h1_pulled give(h1_sim_visit *s, h1_buffer room, size_t most) {
  size_t n = sizeof large - (size_t)s->at;
  if (n > room.len) n = room.len;
  if (n > most) n = most;
  memcpy(room.ptr, large + s->at, n);
  s->at += n;
  return (h1_pulled){H1_PULL_BYTES, n, 0};
}

static h1_pulled pull_bytes(void *state, h1_buffer room, uint64_t now_ms) {
  (void)now_ms;
  h1_sim_visit *s = state;
  h1_pulled p = give(s, room, SIZE_MAX);
  if (s->at == sizeof large) p.step = H1_PULL_END;
  return p;
}

static void pull_known(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), sizeof large, pull_bytes);
}

static void pull_unknown(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_bytes);
}

static h1_pulled pull_end(void *state, h1_buffer room, uint64_t now_ms) {
  (void)state, (void)room, (void)now_ms;
  return (h1_pulled){H1_PULL_END, 0, 0};
}

static void pull_empty(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_end);
}

static void pull_short(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), 1000, pull_end);
}

static h1_pulled line(h1_sim_visit *s, h1_buffer room) {
  memcpy(room.ptr, "line\n", 5);
  s->at++;
  return (h1_pulled){s->at == 3 ? H1_PULL_END : H1_PULL_BYTES, 5, 0};
}

static h1_pulled pull_timed(void *state, h1_buffer room, uint64_t now_ms) {
  h1_sim_visit *s = state;
  if (now_ms < s->due_ms) return (h1_pulled){H1_PULL_WAIT, 0, s->due_ms};
  s->due_ms = now_ms + 10;
  return line(s, room);
}

static void pull_wait(h1_exchange *x) {
  h1_sim_visit *s = h1_sim_begin(x);
  s->due_ms = h1_exchange_now_ms(x) + 10;
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_timed);
}

/* Every second call is one that follows a wake-up. */
static h1_pulled pull_woken(void *state, h1_buffer room, uint64_t now_ms) {
  (void)now_ms;
  h1_sim_visit *s = state;
  s->woken_once = !s->woken_once;
  if (s->woken_once) return (h1_pulled){H1_PULL_WAIT, 0, UINT64_MAX};
  return line(s, room);
}

static void pull_wake(h1_exchange *x) {
  h1_sim_begin(x);
  h1_sim_waits(x);
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_woken);
}

/* Waits for a time that is long over. */
static h1_pulled pull_ago(void *state, h1_buffer room, uint64_t now_ms) {
  (void)now_ms;
  h1_sim_visit *s = state;
  s->due_ms++;
  if (s->due_ms % 4 != 0) return (h1_pulled){H1_PULL_WAIT, 0, 0};
  return line(s, room);
}

static void pull_past(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_ago);
}

static h1_pulled pull_failing(void *state, h1_buffer room, uint64_t now_ms) {
  (void)now_ms;
  h1_sim_visit *s = state;
  if (s->at > 0) return (h1_pulled){H1_PULL_FAIL, 0, 0};
  return give(s, room, 100);
}

static void pull_fail(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_failing);
}

static h1_pulled pull_nothing(void *state, h1_buffer room, uint64_t now_ms) {
  (void)state, (void)room, (void)now_ms;
  return (h1_pulled){H1_PULL_BYTES, 0, 0};
}

static void pull_none(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_pull(x, 200, plain(), H1_LENGTH_UNKNOWN, pull_nothing);
}

/* ---- misuse, and the head ---- */

static void twice(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, plain(), text("first"));
  h1_reply_borrow(x, 201, plain(), text("second"));
}

static void never(h1_exchange *x) { h1_sim_begin(x); }

static void bad_type(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, text("text/plain\r\nX: y"), text("no"));
}

static void bad_field(h1_exchange *x) {
  h1_sim_begin(x);
  if (h1_reply_field(x, text("X"), text("a\r\nb: c")) ||
      h1_reply_field(x, text("Content-Length"), text("7"))) {
    h1_sim_counts.misended++;
  }
  h1_reply_borrow(x, 200, plain(), text("whole"));
}

static void reset(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_status(x, 205, H1_OK);
}

static void reset_content(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 205, plain(), text("content"));
}

static void bad_status(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_status(x, 99, H1_OK);
}

static void show_head(h1_exchange *x) {
  h1_sim_begin(x);
  const h1_fields *f = &h1_exchange_request(x)->fields;
  const size_t at = h1_fields_find_name(f, text("X"), 0);
  const h1_slice value = at < f->count ? h1_fields_value(f, at) : text("-");
  h1_reply_copy(x, 200, plain(), value);
}

static void user(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_copy(x, 200, plain(), h1_exchange_param(x, "name"));
}

static void admin(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, plain(), text("admin"));
}

/* On another thread: the tally is not its own. */
static void blocking(h1_exchange *x) {
  const struct timespec moment = {0, 50000};
  while (atomic_load(&held)) nanosleep(&moment, NULL);
  h1_reply_copy(x, 200, plain(), text("blocking"));
}

/* ---- bodies ---- */

static void ignore(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, plain(), text("ignored"));
}

static void echo(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_echo(x, 200, plain());
}

static void count(h1_exchange *x) {
  h1_sim_begin(x);
  uint64_t bytes = 0, sum = 0;
  size_t cursor = 0;
  h1_slice piece;
  while (h1_exchange_body(x, &cursor, &piece)) {
    bytes += piece.len;
    for (size_t i = 0; i < piece.len; i++) {
      sum = h1_sim_add_up(sum, (h1_slice){piece.ptr + i, 1});
    }
  }
  if (bytes != h1_exchange_body_bytes(x)) h1_sim_counts.misended++;
  h1_sim_reply_sum(x, bytes, sum);
}

static size_t sink_all(h1_exchange *x, void *state, h1_slice piece, bool last) {
  h1_sim_visit *s = state;
  if (!last && piece.len == 0) h1_sim_counts.misended++;
  if (last) h1_sim_counts.last_calls++;
  if (last) h1_sim_reply_sum(x, s->at, s->sum);
  return h1_sim_take(s, piece, SIZE_MAX);
}

static void sink(h1_exchange *x) {
  h1_sim_begin(x);
  h1_receive(x, sink_all);
}

/* Takes a little, then nothing until the next wake-up. */
static size_t sink_little(h1_exchange *x, void *state, h1_slice piece,
                          bool last) {
  h1_sim_visit *s = state;
  if (last) return sink_all(x, state, piece, last);
  s->woken_once = !s->woken_once;
  return s->woken_once ? h1_sim_take(s, piece, 7) : 0;
}

static void sink_slow(h1_exchange *x) {
  h1_sim_begin(x);
  h1_sim_waits(x);
  h1_receive(x, sink_little);
}

static size_t sink_replies(h1_exchange *x, void *state, h1_slice piece,
                           bool last) {
  if (last) h1_sim_counts.last_calls++;
  h1_reply_borrow(x, 200, plain(), text("early"));
  return h1_sim_take(state, piece, SIZE_MAX);
}

static void sink_early(h1_exchange *x) {
  h1_sim_begin(x);
  h1_receive(x, sink_replies);
}

static void sink_both(h1_exchange *x) {
  h1_sim_begin(x);
  h1_receive(x, sink_replies);
  h1_reply_borrow(x, 200, plain(), text("both"));
}

static size_t sink_mute(h1_exchange *x, void *state, h1_slice piece,
                        bool last) {
  (void)x;
  if (last) h1_sim_counts.last_calls++;
  return h1_sim_take(state, piece, SIZE_MAX);
}

static void sink_silent(h1_exchange *x) {
  h1_sim_begin(x);
  h1_receive(x, sink_mute);
}

static void stream_drop(h1_exchange *x) {
  h1_sim_begin(x);
  h1_reply_borrow(x, 200, plain(), text("dropped"));
}

static void who(h1_exchange *x) {
  const h1_endpoint client = h1_exchange_client(x);
  char answer[48];
  int n = 0;
  h1_sim_begin(x);
  for (unsigned i = 0; i < client.address.bits / 8u; i++) {
    n += snprintf(answer + n, sizeof answer - (size_t)n, "%02x",
                  client.address.bytes[i]);
  }
  snprintf(answer + n, sizeof answer - (size_t)n, " %u", client.port);
  h1_reply_copy(x, 200, plain(), text(answer));
}

/* ---- the table ---- */

#define GET H1_METHOD_BIT(H1_GET)
#define POST H1_METHOD_BIT(H1_POST)
#define ROW_GET(path, handler) \
  { GET, path, handler, NULL, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0 }
#define ROW_POST(path, handler, mode) \
  { POST, path, handler, NULL, mode, H1_BODY_LIMIT_SERVER, 0 }

const h1_route h1_sim_routes[] = {
    ROW_GET("/small", small),
    ROW_GET("/large", large_bytes),
    ROW_GET("/copy", copied),
    ROW_GET("/copy-too-big", copy_too_big),
    ROW_GET("/file", file_whole),
    ROW_GET("/file-cut", file_cut),
    ROW_GET("/file-empty", file_empty),
    ROW_GET("/pull", pull_unknown),
    ROW_GET("/pull-known", pull_known),
    ROW_GET("/pull-empty", pull_empty),
    ROW_GET("/pull-wait", pull_wait),
    ROW_GET("/pull-wake", pull_wake),
    ROW_GET("/pull-past", pull_past),
    ROW_GET("/pull-fail", pull_fail),
    ROW_GET("/pull-short", pull_short),
    ROW_GET("/pull-none", pull_none),
    ROW_GET("/who", who),
    ROW_GET("/later", h1_sim_later),
    ROW_GET("/later-time", h1_sim_later_time),
    ROW_GET("/later-lost", h1_sim_later_lost),
    ROW_GET("/later-asks/{name}", h1_sim_later_asks),
    ROW_GET("/twice", twice),
    ROW_GET("/never", never),
    ROW_GET("/bad-type", bad_type),
    ROW_GET("/bad-field", bad_field),
    ROW_GET("/bad-status", bad_status),
    ROW_GET("/reset", reset),
    ROW_GET("/reset-content", reset_content),
    ROW_GET("/head", show_head),
    ROW_GET("/user/{name}", user),
    ROW_POST("/ignore", ignore, H1_BODY_IGNORE),
    ROW_POST("/echo", echo, H1_BODY_BUFFER),
    ROW_POST("/echo-ignored", echo, H1_BODY_IGNORE),
    ROW_POST("/count", count, H1_BODY_BUFFER),
    ROW_POST("/sink", sink, H1_BODY_STREAM),
    ROW_POST("/sink-slow", sink_slow, H1_BODY_STREAM),
    ROW_POST("/sink-early", sink_early, H1_BODY_STREAM),
    ROW_POST("/sink-both", sink_both, H1_BODY_STREAM),
    ROW_POST("/sink-silent", sink_silent, H1_BODY_STREAM),
    ROW_POST("/echo-later", h1_sim_echo_later, H1_BODY_BUFFER),
    ROW_POST("/sink-later", h1_sim_sink_later, H1_BODY_STREAM),
    ROW_POST("/drop-later", h1_sim_later_time, H1_BODY_STREAM),
    ROW_POST("/stream-drop", stream_drop, H1_BODY_STREAM),
    ROW_POST("/stream-file", file_whole, H1_BODY_STREAM),
    {GET, "/admin", admin, NULL, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER,
     H1_ROUTE_ADMIN},
    {GET | POST, "/blocking", blocking, NULL, H1_BODY_BUFFER,
     H1_BODY_LIMIT_SERVER, H1_ROUTE_BLOCKING},
};
const size_t h1_sim_route_count =
    sizeof h1_sim_routes / sizeof h1_sim_routes[0];
