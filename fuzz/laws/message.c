#include "fuzz/laws/message.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "parser/message.h"

/* What is kept between two calls; copied bytewise. */
typedef struct {
  h1_message message;
  pipeline_request now;
  size_t at; /* bytes used so far */
  bool ended;
} driven;

static driven *moved(driven *d) {
  driven *copy = fuzz_alloc(sizeof *copy);
  memcpy(copy, d, sizeof *copy);
  memset(d, 0x5a, sizeof *d);
  free(d);
  return copy;
}

static void refuse(driven *d, pipeline_outcome *o, h1_error why) {
  FUZZ_CHECK(why > H1_OK && why < H1_ERROR_COUNT);
  d->ended = true;
  o->end = PIPELINE_REFUSED;
  o->why = why;
}

/* `base`: what this call was shown. */
static void take_head(driven *d, const uint8_t *base, pipeline_outcome *o) {
  const h1_request *q = &d->message.request;
  bool expects = false;
  memset(&d->now, 0, sizeof d->now);
  d->now.from = d->at;
  d->now.body_at = o->bodies_len;
  d->now.method_at = d->at + (size_t)(q->method_text.ptr - base);
  d->now.method_len = q->method_text.len;
  d->now.target_at = d->at + (size_t)(q->target.ptr - base);
  d->now.target_len = q->target.len;
  d->now.minor = q->minor_version;
  d->now.fields = q->fields.count;
  d->now.kind = d->message.framing.kind;
  const h1_error e = h1_expectation_of_request(q, &expects);
  if (e != H1_OK) refuse(d, o, e);
}

static void take_end(driven *d, size_t used, pipeline_outcome *o) {
  d->now.to = d->at + used;
  d->now.trailers = d->message.trailers.count;
  d->now.body_len = o->bodies_len - d->now.body_at;
  o->requests[o->count++] = d->now;
  FUZZ_CHECK(h1_message_is_whole(&d->message));
}

/* One call; false when it needs more, or nothing more is to come. */
static bool take_event(driven *d, h1_slice unused, pipeline_outcome *o) {
  h1_message *m = &d->message;
  size_t used = SIZE_MAX;
  const h1_message_event event = h1_message_next(m, unused, &used);
  FUZZ_CHECK(used <= unused.len);
  switch (event) {
    case H1_MESSAGE_HEAD:
      take_head(d, unused.ptr, o);
      break;
    case H1_MESSAGE_DATA:
      FUZZ_CHECK(m->data.len > 0 && fuzz_inside(m->data, unused));
      pipeline_add_body(o, m->data.ptr, m->data.len);
      break;
    case H1_MESSAGE_END:
      take_end(d, used, o);
      break;
    case H1_MESSAGE_OVER:
      d->ended = true;
      o->end = PIPELINE_CLOSED;
      break;
    case H1_MESSAGE_FAILED:
      FUZZ_CHECK(!h1_message_is_whole(m));
      refuse(d, o, h1_message_error(m));
      break;
    case H1_MESSAGE_NEED_INPUT:
      break;
  }
  d->at += used;
  return event != H1_MESSAGE_NEED_INPUT && !d->ended;
}

pipeline_outcome message_run(h1_slice input, const h1_limits *limits,
                             h1_scan_level level, uint32_t cuts) {
  const size_t lines = limits->header_count > limits->trailer_count
                           ? limits->header_count
                           : limits->trailer_count;
  pipeline_outcome o = pipeline_new(input.len);
  h1_header *storage = fuzz_alloc(lines * sizeof *storage);
  driven *d = fuzz_alloc(sizeof *d);
  const bool bytewise = cuts == 0;
  size_t shown = 0;
  memset(d, 0, sizeof *d);
  h1_requests_init(&d->message, limits, level, storage, lines);
  take_event(d, (h1_slice){input.ptr, 0},
             &o); /* a limit of 0 is full already */
  while (shown < input.len && !d->ended) {
    shown += bytewise ? 1 : fuzz_piece(&cuts, input.len - shown);
    bool more = true;
    while (more) {
      const size_t n = shown - d->at;
      uint8_t *block = fuzz_copy(input.ptr + d->at, n);
      d = moved(d);
      more = take_event(d, (h1_slice){block, n}, &o);
      free(block);
    }
  }
  free(d);
  free(storage);
  return o;
}

bool message_same_refusal(h1_error of_message, h1_error of_pipeline) {
  if (of_message == of_pipeline) return true;
  if (of_message == H1_CONNECTION_INVALID) {
    return h1_error_status(of_pipeline) == 501;
  }
  return of_message == H1_BODY_TOO_LARGE && of_pipeline == H1_EXPECT_UNKNOWN;
}
