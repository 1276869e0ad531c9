/* A whole pipelined connection with the real framing decision: how many
 * requests there are, what their bodies hold, where the connection ends and
 * why. Input: scan level, head limit (16 bytes a step), field count limit, body
 * limit (4 bytes a step), chunk extension limit, trailer limit (4 bytes a
 * step), cuts; then the client's bytes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/laws/message.h"
#include "fuzz/laws/pipeline.h"
#include "fuzz/reference/head.h"
#include "fuzz/reference/pipeline.h"
#include "parser/chunked.h"
#include "parser/values.h"

/* ---- decoding ---- */

static bool same_request(const pipeline_request *a, const pipeline_request *b) {
  return a->from == b->from && a->to == b->to && a->method_at == b->method_at &&
         a->method_len == b->method_len && a->target_at == b->target_at &&
         a->target_len == b->target_len && a->minor == b->minor &&
         a->fields == b->fields && a->trailers == b->trailers &&
         a->kind == b->kind && a->body_at == b->body_at &&
         a->body_len == b->body_len;
}

/* Whether the first `count` requests of both are equal. */
static bool same_requests(const pipeline_outcome *a, const pipeline_outcome *b,
                          size_t count) {
  for (size_t i = 0; i < count; i++) {
    const pipeline_request *q = &a->requests[i];
    if (!same_request(q, &b->requests[i])) return false;
    if (q->body_len > 0 && memcmp(a->bodies + q->body_at,
                                  b->bodies + q->body_at, q->body_len) != 0) {
      return false;
    }
  }
  return true;
}

static void check_same(const pipeline_outcome *a, const pipeline_outcome *b) {
  FUZZ_CHECK(a->count == b->count);
  FUZZ_CHECK(same_requests(a, b, a->count));
  FUZZ_CHECK(a->end == b->end && a->why == b->why);
  /* What is there of the body in progress is the same, too. */
  FUZZ_CHECK(a->bodies_len == b->bodies_len);
  FUZZ_CHECK(a->bodies_len == 0 ||
             memcmp(a->bodies, b->bodies, a->bodies_len) == 0);
}

/* The requests lie one after the other; only the last may be unfinished. */
static void check_order(const pipeline_outcome *o, size_t n) {
  size_t at = 0;
  for (size_t i = 0; i < o->count; i++) {
    FUZZ_CHECK(o->requests[i].from == at && o->requests[i].to > at);
    at = o->requests[i].to;
  }
  FUZZ_CHECK(at <= n && o->bodies_len <= n);
  FUZZ_CHECK(o->end != PIPELINE_CLOSED || o->count > 0);
}

/* The driver finds what the codecs find. */
static void check_driver(h1_slice input, const h1_limits *limits,
                         h1_scan_level level, uint32_t cuts,
                         const pipeline_outcome *expected) {
  pipeline_outcome o = message_run(input, limits, level, cuts);
  fuzz_say("driver: %zu requests, end %d %s\n", o.count, (int)o.end,
           h1_error_name(o.why));
  FUZZ_CHECK(message_same_refusal(o.why, expected->why));
  o.why = expected->why;
  check_same(expected, &o);
  pipeline_free(&o);
}

static void check_cuts(h1_slice input, const h1_limits *limits,
                       h1_scan_level level, uint32_t cuts,
                       const pipeline_outcome *expected) {
  const uint32_t ways[] = {0, cuts};
  for (size_t i = 0; i < 2; i++) {
    pipeline_outcome o = pipeline_run(input, limits, level, &ways[i]);
    check_same(expected, &o);
    pipeline_free(&o);
  }
  for (size_t i = 0; i < 2; i++) {
    check_driver(input, limits, level, ways[i], expected);
  }
  for (unsigned other = 0; other < FUZZ_LEVELS; other++) {
    if (!fuzz_has_level(other) || other == level) continue;
    pipeline_outcome o =
        pipeline_run(input, limits, (h1_scan_level)other, NULL);
    check_same(expected, &o);
    pipeline_free(&o);
  }
}

static void check_reference(h1_slice input, const pipeline_outcome *o) {
  size_t bad_at = 0;
  pipeline_outcome ref = ref_pipeline(input, &bad_at);
  fuzz_say("%zu requests, end %d %s; reference: %zu, end %d\n", o->count,
           (int)o->end, h1_error_name(o->why), ref.count, (int)ref.end);
  FUZZ_CHECK(o->count == ref.count);
  FUZZ_CHECK(same_requests(o, &ref, o->count));
  if (o->end == PIPELINE_OPEN && ref.end == PIPELINE_REFUSED) {
    /* A decoder may wait for the end of the line that the fault is on. */
    FUZZ_CHECK(memchr(input.ptr + bad_at, '\n', input.len - bad_at) == NULL);
  } else {
    FUZZ_CHECK(o->end == ref.end);
  }
  pipeline_free(&ref);
}

static bool may_be_a_limit(h1_error e) {
  return e == H1_TARGET_TOO_LONG || e == H1_HEAD_TOO_LARGE ||
         e == H1_METHOD_INVALID || e == H1_HEADER_COUNT ||
         e == H1_BODY_TOO_LARGE || e == H1_CHUNK_EXT_TOO_LARGE ||
         e == H1_CHUNK_OVERHEAD || e == H1_TRAILER_TOO_LARGE ||
         e == H1_TRAILER_COUNT;
}

/* Limits end a connection earlier; they change nothing before that. */
static void check_limited(const pipeline_outcome *limited,
                          const pipeline_outcome *wide) {
  fuzz_say("within limits: %zu requests, end %d %s\n", limited->count,
           (int)limited->end, h1_error_name(limited->why));
  FUZZ_CHECK(limited->count <= wide->count);
  FUZZ_CHECK(same_requests(limited, wide, limited->count));
  if (limited->end == PIPELINE_REFUSED && may_be_a_limit(limited->why)) return;
  FUZZ_CHECK(limited->count == wide->count);
  FUZZ_CHECK(limited->end == wide->end && limited->why == wide->why);
}

static h1_limits wide_limits(void) {
  const h1_limits wide = {.head_bytes = H1_HEAD_BYTES_MAX,
                          .target_bytes = H1_HEAD_BYTES_MAX,
                          .header_count = 4096,
                          .trailer_bytes = H1_HEAD_BYTES_MAX,
                          .trailer_count = 4096,
                          .chunk_ext_bytes = SIZE_MAX,
                          .chunk_overhead_bytes = SIZE_MAX,
                          .chunk_overhead_ratio = 0,
                          .body_bytes = UINT64_MAX};
  return wide;
}

/* ---- encoding first ---- */

enum { MADE_MAX = 4, BODY_MAX = 48, TEXT_MAX = 4096 };

typedef struct {
  uint8_t method[8], target[16], value[16], body[BODY_MAX];
  h1_request_out out;
  h1_field field;
  h1_slice content;
  size_t trailers;
} made_request;

typedef struct {
  uint8_t bytes[TEXT_MAX];
  size_t len;
} text;

static h1_buffer room_of(text *t) {
  return (h1_buffer){t->bytes + t->len, TEXT_MAX - t->len};
}

static void take_written(text *t, h1_step step, size_t size) {
  FUZZ_CHECK(step == H1_DONE && size <= TEXT_MAX - t->len);
  t->len += size;
}

static void make_request(fuzz_input *in, made_request *m, bool last) {
  const uint8_t flags = fuzz_byte(in);
  memset(&m->out, 0, sizeof m->out);
  m->out.method = fuzz_make(in, ref_is_tchar, 1, sizeof m->method, m->method);
  m->target[0] = '/';
  m->out.target =
      fuzz_make(in, ref_is_target_byte, 0, sizeof m->target - 1, m->target + 1);
  m->out.target = (h1_slice){m->target, m->out.target.len + 1};
  m->out.host = h1_slice_of("a.example:80");
  m->field.name = h1_slice_of("X-Made");
  m->field.value = fuzz_make(in, ref_is_tchar, 0, sizeof m->value, m->value);
  m->out.fields = &m->field;
  m->out.field_count = flags & 1;
  m->out.chunked = (flags & 6) == 2;
  m->out.has_length = (flags & 6) == 4;
  m->out.close = last && (flags & 8) != 0;
  m->trailers = m->out.chunked ? flags >> 4 & 3 : 0;
  const h1_slice bytes = fuzz_bytes(in, fuzz_byte(in) % (BODY_MAX + 1));
  if (bytes.len > 0) memcpy(m->body, bytes.ptr, bytes.len);
  m->content = (h1_slice){m->body, bytes.len};
  if (!m->out.chunked && !m->out.has_length) m->content.len = 0;
  m->out.content_length = m->content.len;
}

static void write_chunks(const made_request *m, uint32_t *cuts, text *t) {
  size_t size = 0;
  h1_step step;
  for (size_t at = 0; at < m->content.len;) {
    const size_t n = fuzz_piece(cuts, m->content.len - at);
    step = h1_chunk_encode((h1_slice){m->body + at, n}, room_of(t), &size);
    take_written(t, step, size);
    at += n;
  }
  step = h1_last_chunk_encode(room_of(t), &size);
  take_written(t, step, size);
  for (size_t i = 0; i < m->trailers; i++) {
    step = h1_field_encode(m->field.name, m->field.value, room_of(t), &size);
    take_written(t, step, size);
  }
  step = h1_trailers_end_encode(room_of(t), &size);
  take_written(t, step, size);
}

static void write_request(const made_request *m, uint32_t *cuts, text *t) {
  size_t size = 0;
  h1_error why = H1_OK;
  const h1_step step = h1_request_encode(&m->out, room_of(t), &size, &why);
  take_written(t, step, size);
  if (m->out.chunked) write_chunks(m, cuts, t);
  if (!m->out.has_length || m->content.len == 0) return;
  FUZZ_CHECK(m->content.len <= TEXT_MAX - t->len);
  memcpy(t->bytes + t->len, m->body, m->content.len);
  t->len += m->content.len;
}

static void check_made(const made_request *m, const pipeline_request *q,
                       const text *t, const pipeline_outcome *o) {
  const h1_slice method = {t->bytes + q->method_at, q->method_len};
  const h1_slice target = {t->bytes + q->target_at, q->target_len};
  const h1_slice body = {o->bodies + q->body_at, q->body_len};
  const bool framed = m->out.chunked || m->out.has_length;
  FUZZ_CHECK(h1_slice_equal(method, m->out.method));
  FUZZ_CHECK(h1_slice_equal(target, m->out.target));
  FUZZ_CHECK(h1_slice_equal(body, m->content));
  FUZZ_CHECK(q->kind == (m->out.chunked      ? H1_BODY_CHUNKED
                         : m->out.has_length ? H1_BODY_LENGTH
                                             : H1_BODY_NONE));
  FUZZ_CHECK(q->trailers == m->trailers);
  FUZZ_CHECK(q->fields == 1 + m->out.field_count + framed + m->out.close);
}

/* Requests made of the input's bytes, written one after the other, come back
 * one by one with their bodies; none is lost or split in two. */
static void encode_first(fuzz_input in, h1_scan_level level, uint32_t cuts) {
  made_request made[MADE_MAX];
  text t;
  t.len = 0;
  const size_t count = 1 + fuzz_byte(&in) % MADE_MAX;
  for (size_t i = 0; i < count; i++) {
    make_request(&in, &made[i], i + 1 == count);
    write_request(&made[i], &cuts, &t);
  }
  const h1_limits wide = wide_limits();
  pipeline_outcome o =
      pipeline_run((h1_slice){t.bytes, t.len}, &wide, level, &cuts);
  fuzz_say("made %zu requests, read %zu: %s\n", count, o.count,
           h1_error_name(o.why));
  FUZZ_CHECK(o.count == count);
  FUZZ_CHECK(o.requests[count - 1].to == t.len);
  FUZZ_CHECK(o.end ==
             (made[count - 1].out.close ? PIPELINE_CLOSED : PIPELINE_OPEN));
  for (size_t i = 0; i < count; i++) {
    check_made(&made[i], &o.requests[i], &t, &o);
  }
  pipeline_free(&o);
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 7, .has_lines = true, .has_chunks = true, .longest = 2048};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  h1_limits limits = h1_limits_default();
  const h1_limits wide = wide_limits();
  const h1_scan_level level = fuzz_level(&in);
  limits.head_bytes = fuzz_limit(&in, limits.head_bytes, 16);
  limits.header_count = fuzz_limit(&in, limits.header_count, 1);
  limits.body_bytes = fuzz_limit(&in, (size_t)limits.body_bytes, 4);
  limits.chunk_ext_bytes = fuzz_limit(&in, limits.chunk_ext_bytes, 1);
  limits.trailer_bytes = fuzz_limit(&in, limits.trailer_bytes, 4);
  const uint32_t cuts = fuzz_seed(fuzz_byte(&in));
  pipeline_outcome all = pipeline_run(in.rest, &wide, level, NULL);
  pipeline_outcome limited = pipeline_run(in.rest, &limits, level, NULL);
  check_order(&all, in.rest.len);
  check_reference(in.rest, &all);
  check_limited(&limited, &all);
  check_cuts(in.rest, &limits, level, cuts, &limited);
  pipeline_free(&limited);
  pipeline_free(&all);
  encode_first(in, level, cuts);
  return 0;
}
