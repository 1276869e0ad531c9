/* Chunked bodies and the trailer section after them. Input: scan level of the
 * trailers, extension limit, overhead base (4 bytes a step) and ratio, body
 * limit, trailer bytes and count limits, cuts; then the body. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/work.h"
#include "fuzz/laws/head.h"
#include "fuzz/reference/chunked.h"
#include "parser/chunked.h"
#include "parser/values.h"

typedef struct {
  h1_step step;
  h1_error error;
  uint64_t offset;
  uint8_t *body; /* owned */
  size_t body_len;
  uint64_t work, calls;
} outcome;

/* The decoder that is looked at. */
static h1_step (*decode)(h1_chunked_decoder *, h1_slice *, h1_slice *);

/* Per byte of framing, and per call: data is handed out unseen. */
static const fuzz_work_bound WORK = {"chunked", 30, 60};

static void check_work(const outcome *o) {
  fuzz_work_law(&WORK, o->work, o->offset - o->body_len, o->calls);
}

static outcome fresh(size_t len) {
  outcome o = {H1_NEED_INPUT, H1_OK, 0, fuzz_alloc(len), 0, 0, 0};
  return o;
}

/* Takes out of `piece` what there is; `o` collects. */
static void drain(h1_chunked_decoder *d, h1_slice piece, outcome *o) {
  h1_slice in = piece;
  do {
    h1_slice data = {(const uint8_t *)"poison", SIZE_MAX};
    const h1_slice before = in;
    const uint64_t offset = h1_chunked_error_offset(d);
    const uint64_t data_bytes = h1_chunked_data_bytes(d);
    fuzz_work_begin();
    o->step = decode(d, &in, &data);
    o->work += fuzz_work_end();
    o->calls++;
    FUZZ_CHECK(in.len <= before.len);
    FUZZ_CHECK(in.ptr == before.ptr + (before.len - in.len));
    FUZZ_CHECK(h1_chunked_error_offset(d) == offset + (before.len - in.len));
    if (o->step == H1_DATA) {
      FUZZ_CHECK(data.len > 0 && fuzz_inside(data, before));
      FUZZ_CHECK(data.ptr + data.len <= in.ptr);
      memcpy(o->body + o->body_len, data.ptr, data.len);
      o->body_len += data.len;
    }
    FUZZ_CHECK(h1_chunked_data_bytes(d) ==
               data_bytes + (o->step == H1_DATA ? data.len : 0));
  } while (o->step == H1_DATA);
  FUZZ_CHECK(o->step == H1_DONE || o->step == H1_NEED_INPUT ||
             o->step == H1_FAILED);
  if (o->step == H1_NEED_INPUT) FUZZ_CHECK(in.len == 0);
  o->error = h1_chunked_error(d);
  o->offset = h1_chunked_error_offset(d);
  FUZZ_CHECK((o->step == H1_FAILED) == (o->error != H1_OK));
  FUZZ_CHECK(h1_chunked_data_bytes(d) == o->body_len);
}

/* DONE and FAILED stay what they are, with any input or none, and take none. */
static void check_settled(h1_chunked_decoder *d, h1_slice more,
                          const outcome *o) {
  if (o->step == H1_NEED_INPUT) return;
  const h1_slice inputs[] = {more, {more.ptr, 0}};
  for (size_t i = 0; i < 2; i++) {
    h1_slice in = inputs[i], data = {NULL, 0};
    FUZZ_CHECK(decode(d, &in, &data) == o->step);
    FUZZ_CHECK(in.len == inputs[i].len);
    FUZZ_CHECK(h1_chunked_error(d) == o->error);
    FUZZ_CHECK(h1_chunked_error_offset(d) == o->offset);
  }
}

static outcome whole(const h1_limits *limits, h1_slice input) {
  outcome o = fresh(input.len);
  h1_chunked_decoder d;
  memset(&d, 0xa5, sizeof d);
  h1_chunked_decoder_init(&d, limits);
  drain(&d, input, &o);
  check_settled(&d, input, &o);
  check_work(&o);
  return o;
}

static void check_same(const outcome *a, const outcome *b) {
  FUZZ_CHECK(a->step == b->step && a->error == b->error);
  FUZZ_CHECK(a->offset == b->offset);
  FUZZ_CHECK(a->body_len == b->body_len);
  FUZZ_CHECK(memcmp(a->body, b->body, a->body_len) == 0);
}

/* Pieces of one byte when `cuts` is NULL, else random ones; each in a block of
 * its own, with the decoder copied to a new place in between. */
static void in_pieces(const h1_limits *limits, uint32_t *cuts, h1_slice input,
                      const outcome *expected) {
  outcome o = fresh(input.len);
  h1_chunked_decoder *d = fuzz_alloc(sizeof *d);
  size_t at = 0;
  h1_chunked_decoder_init(d, limits);
  while (o.step == H1_NEED_INPUT && at < input.len) {
    const size_t len = cuts == NULL ? 1 : fuzz_piece(cuts, input.len - at);
    uint8_t *block = fuzz_copy(input.ptr + at, len);
    h1_chunked_decoder *moved = fuzz_alloc(sizeof *moved);
    memcpy(moved, d, sizeof *moved);
    free(d);
    d = moved;
    drain(d, (h1_slice){block, len}, &o);
    check_settled(d, (h1_slice){block, len}, &o);
    free(block);
    at += len;
  }
  check_work(&o);
  check_same(expected, &o);
  free(o.body);
  free(d);
}

static void check_limit(h1_error e, ref_chunk_limit limit) {
  FUZZ_CHECK((e == H1_CHUNK_EXT_TOO_LARGE) == (limit == REF_EXT_LIMIT));
  FUZZ_CHECK((e == H1_CHUNK_OVERHEAD) == (limit == REF_OVERHEAD_LIMIT));
  FUZZ_CHECK((e == H1_BODY_TOO_LARGE) == (limit == REF_BODY_LIMIT));
}

static void check_reference(const h1_limits *limits, h1_slice input,
                            const outcome *o) {
  const ref_chunk_limits l = {limits->chunk_ext_bytes,
                              limits->chunk_overhead_bytes,
                              limits->chunk_overhead_ratio, limits->body_bytes,
                              decode == h1_chunked_decode_padded};
  ref_chunked ref;
  ref.body = fuzz_alloc(input.len);
  ref_chunked_judge(input.ptr, input.len, &l, &ref);
  fuzz_say("decoder: step %d %s at %llu; reference: %d at %zu, limit %d\n",
           (int)o->step, h1_error_name(o->error), (unsigned long long)o->offset,
           (int)ref.verdict, ref.at, (int)ref.limit);
  FUZZ_CHECK((o->step == H1_DONE) == (ref.verdict == REF_DONE));
  FUZZ_CHECK(o->body_len == ref.body_len);
  FUZZ_CHECK(memcmp(o->body, ref.body, ref.body_len) == 0);
  if (ref.verdict == REF_DONE) FUZZ_CHECK(o->offset == ref.at);
  if (ref.verdict == REF_BAD) {
    /* Of a CR out of place a decoder may wait for what follows, to tell a bare
     * CR from a line that is cut short. */
    const bool cr = input.ptr[ref.at] == '\r';
    const bool waits = cr && ref.at + 1 == input.len;
    FUZZ_CHECK(o->step == H1_FAILED || waits);
    if (o->step == H1_FAILED) {
      const bool waited = cr && o->offset == ref.at + 1;
      /* The byte waited for may be one over a limit. */
      if (!waited) check_limit(o->error, ref.limit);
      FUZZ_CHECK(waited || o->offset == ref.at ||
                 (o->offset + 1 == ref.at && input.ptr[o->offset] == '\r'));
    }
  } else {
    FUZZ_CHECK(o->step != H1_FAILED);
  }
  free(ref.body);
}

/* What was accepted is accepted under wider limits and without what follows. */
static void check_wider(h1_slice input, const outcome *o) {
  h1_limits wide = h1_limits_default();
  wide.chunk_ext_bytes = SIZE_MAX;
  wide.chunk_overhead_bytes = SIZE_MAX;
  wide.body_bytes = UINT64_MAX;
  uint8_t *block = fuzz_copy(input.ptr, (size_t)o->offset);
  outcome again = whole(&wide, (h1_slice){block, (size_t)o->offset});
  check_same(o, &again);
  free(again.body);
  free(block);
}

static h1_step encode_chunk(const void *what, h1_buffer room, size_t *size) {
  return h1_chunk_encode(*(const h1_slice *)what, room, size);
}
static h1_step encode_size(const void *what, h1_buffer room, size_t *size) {
  return h1_chunk_head_encode(*(const uint64_t *)what, room, size);
}
static h1_step encode_last(const void *what, h1_buffer room, size_t *size) {
  (void)what;
  return h1_last_chunk_encode(room, size);
}
static h1_step encode_end(const void *what, h1_buffer room, size_t *size) {
  (void)what;
  return h1_trailers_end_encode(room, size);
}

typedef struct {
  uint8_t *bytes; /* owned */
  size_t len, cap;
} text;

static void append(text *t, const void *bytes, size_t len) {
  FUZZ_CHECK(len <= t->cap - t->len);
  if (len > 0) memcpy(t->bytes + t->len, bytes, len);
  t->len += len;
}

static void append_encoded(text *t, fuzz_encoder encode, const void *what) {
  size_t size = 0;
  uint8_t *bytes = fuzz_encode(encode, what, &size);
  FUZZ_CHECK(bytes != NULL);
  append(t, bytes, size);
  free(bytes);
}

/* One chunk in one of the encoders' ways, or by hand with what only a decoder
 * has to know: upper case, leading zeros, extensions. */
static void append_chunk(text *t, h1_slice data, uint32_t way) {
  const uint64_t size = data.len;
  char digits[96];
  if (way % 3 == 0) {
    append_encoded(t, encode_chunk, &data);
    return;
  }
  if (way % 3 == 1) {
    append_encoded(t, encode_size, &size);
  } else {
    static const char *const exts[] = {"", ";a", " ; a = b\t;c=\"\\\";\"",
                                       ";a=\"x;y=z\""};
    const char *ext = exts[way >> 4 & 3];
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    digits[n++] = '0';
    digits[n++] = hex[size >> 8 & 15];
    digits[n++] = hex[size >> 4 & 15];
    digits[n++] = hex[size & 15];
    append(t, digits, n);
    append(t, ext, strlen(ext));
    append(t, "\r\n", 2);
  }
  append(t, data.ptr, data.len);
  append(t, "\r\n", 2);
}

static h1_step encode_field(const void *what, h1_buffer room, size_t *size) {
  const h1_field *f = what;
  return h1_field_encode(f->name, f->value, room, size);
}

/* Trailers of which the value is the body's beginning, made fit. */
static size_t append_trailers(text *t, h1_slice body, uint32_t *cuts) {
  uint8_t value[16];
  const size_t count = fuzz_random(cuts) % 4;
  fuzz_input in = {body};
  for (size_t i = 0; i < count; i++) {
    const h1_field f = {h1_slice_of(i % 2 == 0 ? "X-Sum" : "a"),
                        fuzz_make(&in, ref_is_tchar, 0, sizeof value, value)};
    append_encoded(t, encode_field, &f);
  }
  return count;
}

/* The input as a body: cut, encoded, decoded, unchanged. */
static void encode_first(h1_slice body, uint32_t cuts) {
  text t = {NULL, 0, body.len * 40 + 160};
  t.bytes = fuzz_alloc(t.cap);
  for (size_t at = 0; at < body.len;) {
    size_t len = fuzz_piece(&cuts, body.len - at);
    if (len > 4095) len = 4095;
    append_chunk(&t, (h1_slice){body.ptr + at, len}, fuzz_random(&cuts));
    at += len;
  }
  append_encoded(&t, encode_last, NULL);
  const size_t section = t.len;
  const size_t trailers = append_trailers(&t, body, &cuts);
  append_encoded(&t, encode_end, NULL);
  h1_limits limits = h1_limits_default();
  limits.chunk_overhead_bytes = SIZE_MAX;
  limits.body_bytes = body.len;
  outcome o = whole(&limits, (h1_slice){t.bytes, t.len});
  FUZZ_CHECK(o.step == H1_DONE && o.offset == section);
  FUZZ_CHECK(o.body_len == body.len);
  FUZZ_CHECK(memcmp(o.body, body.ptr, body.len) == 0);
  head_outcome end = head_decode_whole(
      REF_TRAILERS, (h1_slice){t.bytes + section, t.len - section});
  FUZZ_CHECK(end.step == H1_DONE && end.consumed == t.len - section);
  FUZZ_CHECK(end.fields.count == trailers);
  head_outcome_free(&end);
  free(o.body);
  free(t.bytes);
}

/* The section after the last chunk as that of a response. */
static void check_response_trailers(const h1_limits *limits,
                                    h1_scan_level level, uint32_t cuts,
                                    h1_slice section) {
  const uint32_t tolerances[] = {H1_TOLERATE_NOTHING, H1_TOLERATE_USER_AGENT,
                                 H1_TOLERATE_PROXY, 1u << cuts % 9};
  for (size_t i = 0; i < sizeof tolerances / sizeof tolerances[0]; i++) {
    head_outcome t = head_check_tolerant_laws(
        REF_RESPONSE_TRAILERS, tolerances[i], limits, level, cuts, section);
    head_outcome_free(&t);
  }
}

/* Size 0 would end the body: the chunk encoders never write it. */
static void check_empty_chunk(void) {
  const h1_slice nothing = {NULL, 0};
  const uint64_t zero = 0;
  size_t size = SIZE_MAX;
  FUZZ_CHECK(fuzz_encode(encode_size, &zero, &size) == NULL);
  uint8_t *bytes = fuzz_encode(encode_chunk, &nothing, &size);
  FUZZ_CHECK(bytes != NULL && size == 0);
  free(bytes);
}

/* Where blanks after a size are taken; everything else is the same. */
static void check_padded(const h1_limits *limits, h1_slice input, uint32_t cuts,
                         const outcome *strict) {
  decode = h1_chunked_decode_padded;
  outcome o = whole(limits, input);
  in_pieces(limits, NULL, input, &o);
  in_pieces(limits, &cuts, input, &o);
  check_reference(limits, input, &o);
  if (strict->error != H1_CHUNK_SIZE_INVALID && strict->step != H1_NEED_INPUT) {
    check_same(strict, &o);
  }
  free(o.body);
  decode = h1_chunked_decode;
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 8, .has_lines = false, .has_chunks = true, .longest = 1024};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  h1_limits limits = h1_limits_default();
  const h1_scan_level level = fuzz_level(&in);
  limits.chunk_ext_bytes = fuzz_limit(&in, limits.chunk_ext_bytes, 1);
  limits.chunk_overhead_bytes = fuzz_limit(&in, limits.chunk_overhead_bytes, 4);
  limits.chunk_overhead_ratio = fuzz_limit(&in, limits.chunk_overhead_ratio, 1);
  limits.body_bytes = fuzz_limit(&in, (size_t)limits.body_bytes, 1);
  limits.trailer_bytes = fuzz_limit(&in, limits.trailer_bytes, 1);
  limits.trailer_count = fuzz_limit(&in, limits.trailer_count, 1);
  uint32_t cuts = fuzz_seed(fuzz_byte(&in));
  const h1_slice input = in.rest;
  decode = h1_chunked_decode;
  outcome o = whole(&limits, input);
  in_pieces(&limits, NULL, input, &o);
  in_pieces(&limits, &cuts, input, &o);
  check_reference(&limits, input, &o);
  check_padded(&limits, input, cuts, &o);
  if (o.step == H1_DONE) {
    check_wider(input, &o);
    const size_t at = (size_t)o.offset;
    head_outcome t =
        head_check_laws(REF_TRAILERS, &limits, level, cuts,
                        (h1_slice){input.ptr + at, input.len - at});
    head_outcome_free(&t);
    check_response_trailers(&limits, level, cuts,
                            (h1_slice){input.ptr + at, input.len - at});
    /* decode, encode, decode again */
    encode_first((h1_slice){o.body, o.body_len}, cuts);
  }
  encode_first(input, cuts);
  check_empty_chunk();
  free(o.body);
  return 0;
}
