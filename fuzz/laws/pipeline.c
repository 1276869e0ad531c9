#include "fuzz/laws/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "parser/chunked.h"
#include "parser/fields.h"
#include "parser/request.h"

typedef enum { IN_HEAD, IN_LENGTH, IN_CHUNKS, IN_TRAILERS, ENDED } stage;

/* The state between two pieces; copied bytewise, the outcome beside it. */
typedef struct {
  const h1_limits *limits;
  h1_scan_level level;
  h1_header *storage;
  size_t capacity;
  stage stage;
  size_t from; /* where the head or trailer section in progress begins */
  size_t at;   /* bytes taken for good */
  uint64_t left;
  bool persists;
  pipeline_request now;
  h1_request_decoder head;
  h1_chunked_decoder chunks;
  h1_fields_decoder trailers;
  uint64_t work, calls;
} reader;

/* Per byte of a whole connection, and per call. */
static const fuzz_work_bound WORK = {"pipeline", 30, 200};

static void refuse(reader *r, pipeline_outcome *o, h1_error why) {
  FUZZ_CHECK(why > H1_OK && why < H1_ERROR_COUNT);
  r->stage = ENDED;
  o->end = PIPELINE_REFUSED;
  o->why = why;
}

static void begin_head(reader *r, const pipeline_outcome *o) {
  memset(&r->now, 0, sizeof r->now);
  r->now.from = r->at;
  r->now.body_at = o->bodies_len;
  r->from = r->at;
  r->stage = IN_HEAD;
  h1_request_decoder_init(&r->head, r->limits, r->level, r->storage,
                          r->capacity);
}

static void finish_request(reader *r, pipeline_outcome *o) {
  r->now.to = r->at;
  r->now.body_len = o->bodies_len - r->now.body_at;
  o->requests[o->count++] = r->now;
  if (r->persists) {
    begin_head(r, o);
    return;
  }
  r->stage = ENDED;
  o->end = PIPELINE_CLOSED;
}

static void begin_body(reader *r, pipeline_outcome *o, const h1_framing *f) {
  r->now.kind = f->kind;
  r->left = f->length;
  FUZZ_CHECK(f->kind != H1_BODY_UNTIL_CLOSE);
  if (f->kind == H1_BODY_LENGTH && f->length > r->limits->body_bytes) {
    refuse(r, o, H1_BODY_TOO_LARGE);
  } else if (f->kind == H1_BODY_CHUNKED) {
    r->stage = IN_CHUNKS;
    h1_chunked_decoder_init(&r->chunks, r->limits);
  } else if (f->kind == H1_BODY_LENGTH) {
    r->stage = IN_LENGTH;
  } else {
    finish_request(r, o);
  }
}

/* What a whole head means, in the order of faults. */
static h1_error judge_head(reader *r, const h1_request *q, h1_framing *f) {
  bool expects = false;
  h1_slice authority;
  h1_error e = h1_request_check(q, &authority);
  if (e == H1_OK) e = h1_framing_of_request(q, f);
  if (e == H1_OK) e = h1_persistence_of_request(q, &r->persists);
  if (e == H1_OK) e = h1_expectation_of_request(q, &expects);
  return e;
}

static bool take_head(reader *r, h1_slice shown, pipeline_outcome *o) {
  const uint8_t *base = shown.ptr + r->from;
  h1_request q;
  h1_framing f = {H1_BODY_NONE, 0};
  size_t consumed = 0;
  memset(&q, 0xa5, sizeof q);
  fuzz_work_begin();
  const h1_step step = h1_request_decode(
      &r->head, (h1_slice){base, shown.len - r->from}, &q, &consumed);
  const h1_error e = step == H1_DONE ? judge_head(r, &q, &f) : H1_OK;
  r->work += fuzz_work_end();
  if (step == H1_NEED_INPUT) return false;
  if (step == H1_FAILED || e != H1_OK) {
    refuse(r, o, step == H1_FAILED ? h1_request_error(&r->head) : e);
    return false;
  }
  FUZZ_CHECK(step == H1_DONE && consumed <= shown.len - r->from);
  r->at = r->from + consumed;
  r->now.method_at = r->from + (size_t)(q.method_text.ptr - base);
  r->now.method_len = q.method_text.len;
  r->now.target_at = r->from + (size_t)(q.target.ptr - base);
  r->now.target_len = q.target.len;
  r->now.minor = q.minor_version;
  r->now.fields = q.fields.count;
  begin_body(r, o, &f);
  return true;
}

static bool take_length(reader *r, h1_slice shown, pipeline_outcome *o) {
  const size_t there = shown.len - r->at;
  const size_t n = r->left < there ? (size_t)r->left : there;
  pipeline_add_body(o, shown.ptr + r->at, n);
  r->at += n;
  r->left -= n;
  if (r->left > 0) return false;
  finish_request(r, o);
  return true;
}

static bool take_chunks(reader *r, h1_slice shown, pipeline_outcome *o) {
  h1_slice in = {shown.ptr + r->at, shown.len - r->at}, data = {NULL, 0};
  fuzz_work_begin();
  const h1_step step = h1_chunked_decode(&r->chunks, &in, &data);
  r->work += fuzz_work_end();
  if (step == H1_DATA) pipeline_add_body(o, data.ptr, data.len);
  r->at = shown.len - in.len;
  if (step == H1_FAILED) refuse(r, o, h1_chunked_error(&r->chunks));
  if (step == H1_DONE) {
    r->from = r->at;
    r->stage = IN_TRAILERS;
    h1_trailers_decoder_init(&r->trailers, r->limits, r->level, r->storage,
                             r->capacity);
  }
  return step == H1_DATA || step == H1_DONE;
}

static bool take_trailers(reader *r, h1_slice shown, pipeline_outcome *o) {
  h1_fields f;
  size_t consumed = 0;
  fuzz_work_begin();
  const h1_step step = h1_trailers_decode(
      &r->trailers, (h1_slice){shown.ptr + r->from, shown.len - r->from}, &f,
      &consumed);
  r->work += fuzz_work_end();
  if (step == H1_FAILED) refuse(r, o, h1_trailers_error(&r->trailers));
  if (step != H1_DONE) return false;
  r->at = r->from + consumed;
  r->now.trailers = f.count;
  finish_request(r, o);
  return true;
}

/* Takes all there is of the connection's bytes so far. */
static void take(reader *r, h1_slice shown, pipeline_outcome *o) {
  bool more = true;
  while (more && r->stage != ENDED) {
    r->calls++;
    switch (r->stage) {
      case IN_HEAD:
        more = take_head(r, shown, o);
        break;
      case IN_LENGTH:
        more = take_length(r, shown, o);
        break;
      case IN_CHUNKS:
        more = take_chunks(r, shown, o);
        break;
      default:
        more = take_trailers(r, shown, o);
        break;
    }
    FUZZ_CHECK(r->at <= shown.len);
  }
}

static reader *moved(reader *r) {
  reader *copy = fuzz_alloc(sizeof *copy);
  memcpy(copy, r, sizeof *copy);
  memset(r, 0x5a, sizeof *r);
  free(r);
  return copy;
}

static reader *run_in_pieces(reader *r, h1_slice input, uint32_t cuts,
                             pipeline_outcome *o) {
  const bool bytewise = cuts == 0;
  size_t shown = 0;
  take(r, (h1_slice){input.ptr, 0}, o); /* a limit of 0 is full already */
  while (shown < input.len && r->stage != ENDED) {
    shown += bytewise ? 1 : fuzz_piece(&cuts, input.len - shown);
    uint8_t *block = bytewise ? NULL : fuzz_copy(input.ptr, shown);
    r = moved(r);
    take(r, (h1_slice){bytewise ? input.ptr : block, shown}, o);
    free(block);
  }
  return r;
}

pipeline_outcome pipeline_run(h1_slice input, const h1_limits *limits,
                              h1_scan_level level, const uint32_t *cuts) {
  const size_t lines = limits->header_count > limits->trailer_count
                           ? limits->header_count
                           : limits->trailer_count;
  pipeline_outcome o = pipeline_new(input.len);
  reader *r = fuzz_alloc(sizeof *r);
  memset(r, 0, sizeof *r);
  r->limits = limits;
  r->level = level;
  r->capacity = lines;
  r->storage = fuzz_alloc(lines * sizeof *r->storage);
  begin_head(r, &o);
  if (cuts == NULL) {
    take(r, input, &o);
  } else {
    r = run_in_pieces(r, input, *cuts, &o);
  }
  fuzz_work_law(&WORK, r->work, input.len, r->calls);
  free(r->storage);
  free(r);
  return o;
}
