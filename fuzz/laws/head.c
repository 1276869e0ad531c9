#include "fuzz/laws/head.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/work.h"
#include "fuzz/laws/head_reference.h"

/* ---- one interface for the three decoders ---- */

typedef struct {
  union {
    h1_request_decoder request;
    h1_response_decoder response;
    h1_fields_decoder trailers;
  };
  size_t shown;         /* bytes, all in all */
  size_t lines;         /* found good after an earlier call */
  uint64_t work, calls; /* of them all */
} any_decoder;

static any_decoder *start(const head_setup *s, h1_header *storage) {
  any_decoder *d = fuzz_alloc(sizeof *d);
  memset(d, 0xa5, sizeof *d);
  h1_limits limits = s->limits;
  if (s->by_capacity) {
    limits.header_count = SIZE_MAX;
    limits.trailer_count = SIZE_MAX;
  }
  if (s->kind == REF_REQUEST) {
    h1_request_decoder_init(&d->request, &limits, s->level, storage,
                            head_count_limit(s));
  } else if (s->kind == REF_RESPONSE) {
    h1_response_decoder_init(&d->response, &limits, s->level, storage,
                             head_count_limit(s));
    if (s->tolerances != 0) h1_response_tolerate(&d->response, s->tolerances);
  } else if (s->kind == REF_RESPONSE_TRAILERS) {
    h1_response_trailers_decoder_init(&d->trailers, &limits, s->level, storage,
                                      head_count_limit(s), s->tolerances);
  } else {
    h1_trailers_decoder_init(&d->trailers, &limits, s->level, storage,
                             head_count_limit(s));
  }
  d->shown = 0;
  d->lines = 0;
  d->work = 0;
  d->calls = 0;
  return d;
}

/* The method of which this is the name, letter by letter. */
static h1_method method_named(h1_slice text) {
  for (int m = H1_METHOD_UNRECOGNISED + 1; m < H1_METHOD_COUNT; m++) {
    const char *name = h1_method_name((h1_method)m);
    if (strlen(name) == text.len && memcmp(name, text.ptr, text.len) == 0) {
      return (h1_method)m;
    }
  }
  return H1_METHOD_UNRECOGNISED;
}

static void decode_request(any_decoder *d, h1_slice head, head_outcome *o) {
  h1_request r;
  memset(&r, 0xa5, sizeof r);
  fuzz_work_begin();
  o->step = h1_request_decode(&d->request, head, &r, &o->consumed);
  d->work += fuzz_work_end();
  o->error = h1_request_error(&d->request);
  o->error_offset = h1_request_error_offset(&d->request);
  if (o->step != H1_DONE && o->step != H1_FAILED) return;
  o->first = r.method_text;
  o->target = r.target;
  o->minor = r.minor_version;
  if (o->step == H1_DONE) {
    o->fields = r.fields;
    FUZZ_CHECK(r.method == method_named(r.method_text));
  }
}

static void decode_response(any_decoder *d, h1_slice head, head_outcome *o) {
  h1_response r;
  memset(&r, 0xa5, sizeof r);
  fuzz_work_begin();
  o->step = h1_response_decode(&d->response, head, &r, &o->consumed);
  d->work += fuzz_work_end();
  o->error = h1_response_error(&d->response);
  o->error_offset = h1_response_error_offset(&d->response);
  if (o->step != H1_DONE) return;
  FUZZ_CHECK(r.like_5xx == (r.status < 100 || r.status > 599));
  FUZZ_CHECK(r.tolerances == d->response.fields.tolerances);
  o->first = r.reason;
  o->minor = r.minor_version;
  o->status = r.status;
  o->fields = r.fields;
}

static void decode_trailers(any_decoder *d, h1_slice head, head_outcome *o) {
  h1_fields fields;
  memset(&fields, 0xa5, sizeof fields);
  fuzz_work_begin();
  o->step = h1_trailers_decode(&d->trailers, head, &fields, &o->consumed);
  d->work += fuzz_work_end();
  o->error = h1_trailers_error(&d->trailers);
  o->error_offset = h1_trailers_error_offset(&d->trailers);
  if (o->step == H1_DONE) o->fields = fields;
}

static void decode_response_trailers(any_decoder *d, h1_slice head,
                                     head_outcome *o) {
  h1_fields fields, apart;
  memset(&fields, 0xa5, sizeof fields);
  memset(&apart, 0xa5, sizeof apart);
  fuzz_work_begin();
  o->step = h1_response_trailers_decode(&d->trailers, head, &fields, &apart,
                                        &o->consumed);
  d->work += fuzz_work_end();
  o->error = h1_trailers_error(&d->trailers);
  o->error_offset = h1_trailers_error_offset(&d->trailers);
  if (o->step != H1_DONE) return;
  o->fields = fields;
  o->apart = apart;
}

/* What every decoder keeps of its section. */
static const h1_fields_decoder *section_of(const head_setup *s,
                                           const any_decoder *d) {
  if (s->kind == REF_REQUEST) return &d->request.fields;
  return s->kind == REF_RESPONSE ? &d->response.fields : &d->trailers;
}

/* The least bytes that end a line. */
static size_t line_end_bytes(const head_setup *s) {
  return (s->tolerances & H1_TOLERATE_BARE_LF) != 0 ? 1 : 2;
}

/* The state law: nothing beyond what was shown or the limits, nothing undone.
 * `before` is the place taken up to by the call before. Lines are looked at
 * once and, all of them, at the end: a head costs no square of their number. */
static void check_state(const head_setup *s, any_decoder *d, size_t before,
                        bool at_end) {
  const h1_fields_decoder *f = section_of(s, d);
  FUZZ_CHECK(f->pos >= before || f->error != (uint32_t)H1_OK);
  FUZZ_CHECK(f->pos <= d->shown && f->pos <= head_bytes_limit(s));
  FUZZ_CHECK(f->count <= head_count_limit(s));
  FUZZ_CHECK(f->error < (uint32_t)H1_ERROR_COUNT);
  /* A line that goes on in the next one is taken back. */
  const bool folds = (s->tolerances & H1_TOLERATE_FOLDS) != 0;
  FUZZ_CHECK(f->count + (folds ? 1 : 0) >= d->lines);
  for (size_t i = at_end ? 0 : d->lines; i < f->count; i++) {
    const h1_header *h = &f->storage[i];
    const size_t value_end = (size_t)h->value_at + h->value_len;
    FUZZ_CHECK((size_t)h->name_at + h->name_len < h->value_at);
    FUZZ_CHECK(value_end + line_end_bytes(s) <= f->pos ||
               f->error != (uint32_t)H1_OK);
    FUZZ_CHECK(i == 0 || h->name_at > f->storage[i - 1].value_at);
  }
  d->lines = f->count;
}

/* Per byte of the head, and per call. A head that is done owes nothing to the
 * bytes after it: a pipeline would pay for them again with every request. */
static const fuzz_work_bound WORK[] = {{"request", 30, 60},
                                       {"response", 30, 60},
                                       {"trailers", 30, 60},
                                       {"response trailers", 30, 60}};

static void check_work(const head_setup *s, const any_decoder *d,
                       const head_outcome *o) {
  const size_t bytes = o->step == H1_DONE ? o->consumed : d->shown;
  fuzz_work_law(&WORK[s->kind], d->work, bytes, d->calls);
}

/* Shows the decoder `head` and writes all of `o` but its storage. */
static void show(const head_setup *s, any_decoder *d, h1_slice head,
                 head_outcome *o) {
  h1_header *storage = o->storage;
  const size_t before = d->shown == 0 ? 0 : section_of(s, d)->pos;
  memset(o, 0, sizeof *o);
  o->storage = storage;
  d->calls++;
  if (head.len > d->shown) d->shown = head.len;
  if (s->kind == REF_REQUEST) decode_request(d, head, o);
  if (s->kind == REF_RESPONSE) decode_response(d, head, o);
  if (s->kind == REF_TRAILERS) decode_trailers(d, head, o);
  if (s->kind == REF_RESPONSE_TRAILERS) decode_response_trailers(d, head, o);
  FUZZ_CHECK(o->step == H1_DONE || o->step == H1_NEED_INPUT ||
             o->step == H1_FAILED);
  FUZZ_CHECK((o->step == H1_FAILED) == (o->error != H1_OK));
  if (o->step == H1_FAILED) FUZZ_CHECK(o->error_offset <= head.len);
  check_state(s, d, before, o->step != H1_NEED_INPUT);
  if (o->step != H1_DONE) return;
  FUZZ_CHECK(o->consumed <= head.len);
  FUZZ_CHECK(fuzz_inside(o->first, head) && fuzz_inside(o->target, head));
  FUZZ_CHECK(o->fields.base.ptr == head.ptr);
  FUZZ_CHECK(o->fields.base.len == o->consumed);
  fuzz_check_fields(&o->fields, head_count_limit(s));
  if (s->kind != REF_RESPONSE_TRAILERS) return;
  FUZZ_CHECK(o->apart.base.ptr == head.ptr);
  FUZZ_CHECK(o->apart.count <= head_count_limit(s) - o->fields.count);
  fuzz_check_fields(&o->apart, head_count_limit(s));
}

/* Points the outcome's views from one place of the head to another. */
static void move_views(head_outcome *o, h1_slice from, h1_slice to) {
  if (o->first.len > 0) o->first.ptr = to.ptr + (o->first.ptr - from.ptr);
  if (o->target.len > 0) o->target.ptr = to.ptr + (o->target.ptr - from.ptr);
  o->fields.base = to;
  o->apart.base = to;
}

static bool same_slice(h1_slice a, h1_slice b) {
  return a.len == b.len && (a.len == 0 || a.ptr == b.ptr);
}

static void check_same(const head_outcome *a, const head_outcome *b) {
  FUZZ_CHECK(a->step == b->step);
  FUZZ_CHECK(a->error == b->error);
  if (a->step == H1_FAILED) FUZZ_CHECK(a->error_offset == b->error_offset);
  FUZZ_CHECK(same_slice(a->first, b->first));
  FUZZ_CHECK(same_slice(a->target, b->target));
  FUZZ_CHECK(a->minor == b->minor && a->status == b->status);
  if (a->step != H1_DONE) return;
  FUZZ_CHECK(a->consumed == b->consumed);
  FUZZ_CHECK(fuzz_same_fields(&a->fields, &b->fields));
  FUZZ_CHECK(fuzz_same_fields(&a->apart, &b->apart));
}

void head_outcome_free(head_outcome *o) { free(o->storage); }

static head_outcome fresh(const head_setup *s) {
  head_outcome o;
  memset(&o, 0, sizeof o);
  o.storage = fuzz_alloc(head_count_limit(s) * sizeof *o.storage);
  memset(o.storage, 0xa5, head_count_limit(s) * sizeof *o.storage);
  return o;
}

/* ---- ways of showing ---- */

/* All at once, then twice more: DONE and FAILED stay what they are. */
static head_outcome whole(const head_setup *s, h1_slice head) {
  head_outcome o = fresh(s), again = fresh(s);
  any_decoder *d = start(s, o.storage);
  show(s, d, head, &o);
  if (o.step != H1_NEED_INPUT) {
    h1_header *spare = again.storage;
    for (int i = 0; i < 2; i++) {
      again.storage = o.storage;
      show(s, d, head, &again);
      check_same(&o, &again);
    }
    again.storage = spare;
  }
  check_work(s, d, &o);
  free(d);
  head_outcome_free(&again);
  return o;
}

/* One byte more each time; what was not shown yet may not be read. */
static void byte_by_byte(const head_setup *s, h1_slice head,
                         const head_outcome *expected) {
  uint8_t *block = fuzz_copy(head.ptr, head.len);
  head_outcome o = fresh(s);
  any_decoder *d = start(s, o.storage);
  size_t shown = 0;
  fuzz_hide(block, 0, head.len);
  show(s, d, (h1_slice){block, 0}, &o);
  while (o.step == H1_NEED_INPUT && shown < head.len) {
    fuzz_show(block, shown, shown + 1);
    shown++;
    show(s, d, (h1_slice){block, shown}, &o);
  }
  /* A good head ends with its last byte, not later. */
  if (o.step == H1_DONE) FUZZ_CHECK(o.consumed == shown);
  fuzz_show(block, 0, head.len);
  check_work(s, d, &o);
  move_views(&o, (h1_slice){block, head.len}, head);
  check_same(expected, &o);
  head_outcome_free(&o);
  free(d);
  free(block);
}

/* Random pieces; head and decoder move to a new place before each. */
static void in_pieces(const head_setup *s, uint32_t cuts, h1_slice head,
                      const head_outcome *expected) {
  head_outcome o = fresh(s);
  any_decoder *d = start(s, o.storage);
  uint8_t *block = NULL;
  size_t shown = 0;
  do {
    free(block);
    if (shown < head.len) shown += fuzz_piece(&cuts, head.len - shown);
    block = fuzz_copy(head.ptr, shown);
    any_decoder *moved = fuzz_alloc(sizeof *moved);
    memcpy(moved, d, sizeof *moved);
    memset(d, 0x5a, sizeof *d);
    free(d);
    d = moved;
    show(s, d, (h1_slice){block, shown}, &o);
  } while (o.step == H1_NEED_INPUT && shown < head.len);
  check_work(s, d, &o);
  move_views(&o, (h1_slice){block, shown}, head);
  check_same(expected, &o);
  head_outcome_free(&o);
  free(d);
  free(block);
}

/* The prefix law, with a decoder that sees the prefix at once: one that ends
 * before what decided is still open, any other has the whole head's outcome.
 */
static void of_prefix(const head_setup *s, uint32_t cuts, h1_slice head,
                      const head_outcome *expected) {
  const size_t len = fuzz_random(&cuts) % (head.len + 1);
  uint8_t *block = fuzz_copy(head.ptr, len);
  const h1_slice prefix = {block, len};
  head_outcome o = whole(s, prefix);
  if (expected->step == H1_NEED_INPUT ||
      (expected->step == H1_DONE && len < expected->consumed)) {
    FUZZ_CHECK(o.step == H1_NEED_INPUT);
  } else if (o.step != H1_NEED_INPUT) {
    move_views(&o, prefix, head);
    check_same(expected, &o);
  } else {
    /* A fault is known with the byte that decides, a limit's when it is full.
     */
    FUZZ_CHECK(expected->step == H1_FAILED);
    FUZZ_CHECK(len <= expected->error_offset);
  }
  head_outcome_free(&o);
  free(block);
}

/* What follows a good head does not matter, nor do wider limits. */
static void without_the_rest(const head_setup *s, h1_slice head,
                             const head_outcome *expected) {
  head_setup wide = *s;
  wide.limits.head_bytes = H1_HEAD_BYTES_MAX;
  wide.limits.target_bytes = H1_HEAD_BYTES_MAX;
  wide.limits.trailer_bytes = H1_HEAD_BYTES_MAX;
  const size_t lines = expected->fields.count + expected->apart.count;
  wide.limits.header_count = lines + 1;
  wide.limits.trailer_count = lines + 1;
  uint8_t *block = fuzz_copy(head.ptr, expected->consumed);
  const h1_slice exact = {block, expected->consumed};
  head_outcome o = whole(&wide, exact);
  move_views(&o, exact, head);
  check_same(expected, &o);
  head_outcome_free(&o);
  free(block);
}

/* ---- all of it ---- */

head_outcome head_check_laws(ref_kind kind, const h1_limits *limits,
                             h1_scan_level level, uint32_t cuts,
                             h1_slice head) {
  return head_check_tolerant_laws(kind, H1_TOLERATE_NOTHING, limits, level,
                                  cuts, head);
}

head_outcome head_check_tolerant_laws(ref_kind kind, uint32_t tolerances,
                                      const h1_limits *limits,
                                      h1_scan_level level, uint32_t cuts,
                                      h1_slice head) {
  head_setup s = {kind, *limits, level, (cuts & 1) != 0, tolerances};
  head_outcome first = whole(&s, head);
  byte_by_byte(&s, head, &first);
  in_pieces(&s, cuts, head, &first);
  of_prefix(&s, cuts, head, &first);
  for (unsigned other = 0; other < FUZZ_LEVELS; other++) {
    if (!fuzz_has_level(other) || other == level) continue;
    s.level = (h1_scan_level)other;
    head_outcome o = whole(&s, head);
    check_same(&first, &o);
    head_outcome_free(&o);
  }
  s.level = level;
  if (first.step == H1_DONE) without_the_rest(&s, head, &first);
  head_check_reference(&s, &first, head);
  return first;
}

head_outcome head_decode_whole(ref_kind kind, h1_slice head) {
  head_setup s = {kind, h1_limits_default(), H1_SCAN_SCALAR, false,
                  H1_TOLERATE_NOTHING};
  s.limits.head_bytes = H1_HEAD_BYTES_MAX;
  s.limits.target_bytes = H1_HEAD_BYTES_MAX;
  s.limits.header_count = head.len / 4 + 1; /* no line is shorter */
  s.limits.trailer_bytes = H1_HEAD_BYTES_MAX;
  s.limits.trailer_count = s.limits.header_count;
  return whole(&s, head);
}
