/* See stream.h. Waiting costs a timer, not a thread: between two lines the pull
 * function says when to call it again. */
#include "handlers/stream.h"

#include <string.h>

#include "handlers/query.h"
#include "parser/values.h"

enum {
  COUNT_DEFAULT = 5,
  COUNT_MAX = 1000,
  INTERVAL_DEFAULT_MS = 100,
  INTERVAL_MAX_MS = 10000
};

/* In the exchange's state. */
typedef struct {
  uint64_t number, count; /* the next line, and the last */
  uint64_t interval_ms;
  uint64_t due_ms; /* when the next line may go */
} streaming;

_Static_assert(sizeof(streaming) <= H1_STATE_BYTES, "fits the state");

static size_t write_line(uint64_t number, uint8_t *room) {
  memcpy(room, "chunk ", 6);
  const size_t at = 6 + h1_decimal_encode(number, room + 6);
  room[at] = '\n';
  return at + 1;
}

static h1_pulled pull_line(void *state, h1_buffer room, uint64_t now_ms) {
  streaming *s = state;
  h1_pulled out = {.step = H1_PULL_WAIT, .size = 0, .wait_until_ms = s->due_ms};
  if (now_ms < s->due_ms) return out;
  out.size = write_line(s->number, room.ptr);
  out.step = s->number == s->count ? H1_PULL_END : H1_PULL_BYTES;
  s->number++;
  s->due_ms = now_ms + s->interval_ms;
  return out;
}

void h1_stream_serve(h1_exchange *x) {
  const h1_slice query = h1_exchange_query(x);
  uint64_t count = COUNT_DEFAULT, interval_ms = INTERVAL_DEFAULT_MS;
  if (h1_query_number(query, "count", 1, COUNT_MAX, &count) == H1_QUERY_BAD ||
      h1_query_number(query, "interval", 0, INTERVAL_MAX_MS, &interval_ms) ==
          H1_QUERY_BAD) {
    h1_reply_status(x, 400, H1_TARGET_INVALID);
    return;
  }
  streaming *s = h1_exchange_state(x);
  s->number = 1;
  s->count = count;
  s->interval_ms = interval_ms;
  s->due_ms = h1_exchange_now_ms(x);
  (void)h1_reply_field(x, h1_slice_of("Cache-Control"),
                       h1_slice_of("no-store"));
  h1_reply_pull(x, 200, h1_slice_of("text/plain; charset=utf-8"),
                H1_LENGTH_UNKNOWN, pull_line);
}
