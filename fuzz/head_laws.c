#include "fuzz/head_laws.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/work.h"

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

typedef struct {
  ref_kind kind;
  h1_limits limits;
  h1_scan_level level;
} setup;

static size_t count_limit(const setup *s) {
  return s->kind == REF_TRAILERS ? s->limits.trailer_count
                                 : s->limits.header_count;
}

static size_t bytes_limit(const setup *s) {
  return s->kind == REF_TRAILERS ? s->limits.trailer_bytes
                                 : s->limits.head_bytes;
}

static any_decoder *start(const setup *s, h1_header *storage) {
  any_decoder *d = fuzz_alloc(sizeof *d);
  memset(d, 0xa5, sizeof *d);
  if (s->kind == REF_REQUEST) {
    h1_request_decoder_init(&d->request, &s->limits, s->level, storage);
  } else if (s->kind == REF_RESPONSE) {
    h1_response_decoder_init(&d->response, &s->limits, s->level, storage);
  } else {
    h1_trailers_decoder_init(&d->trailers, &s->limits, s->level, storage);
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
  if (o->step == H1_DONE) o->fields = fields;
}

/* What every decoder keeps of its section. */
static const h1_fields_decoder *section_of(const setup *s,
                                           const any_decoder *d) {
  if (s->kind == REF_REQUEST) return &d->request.fields;
  return s->kind == REF_RESPONSE ? &d->response.fields : &d->trailers;
}

/* The state law: nothing beyond what was shown or the limits, nothing undone.
 * `before` is the place taken up to by the call before. Lines are looked at
 * once and, all of them, at the end: a head costs no square of their number. */
static void check_state(const setup *s, any_decoder *d, size_t before,
                        bool at_end) {
  const h1_fields_decoder *f = section_of(s, d);
  FUZZ_CHECK(f->pos >= before || f->error != (uint32_t)H1_OK);
  FUZZ_CHECK(f->pos <= d->shown && f->pos <= bytes_limit(s));
  FUZZ_CHECK(f->count <= count_limit(s));
  FUZZ_CHECK(f->error < (uint32_t)H1_ERROR_COUNT);
  FUZZ_CHECK(f->count >= d->lines);
  for (size_t i = at_end ? 0 : d->lines; i < f->count; i++) {
    const h1_header *h = &f->storage[i];
    const size_t value_end = (size_t)h->value_at + h->value_len;
    FUZZ_CHECK((size_t)h->name_at + h->name_len < h->value_at);
    FUZZ_CHECK(value_end + 2 <= f->pos || f->error != (uint32_t)H1_OK);
    FUZZ_CHECK(i == 0 || h->name_at > f->storage[i - 1].value_at);
  }
  d->lines = f->count;
}

/* Per byte of the head, and per call. A head that is done owes nothing to the
 * bytes behind it: a pipeline would pay for them again with every request. */
static const fuzz_work_bound WORK[] = {
    {"request", 30, 60}, {"response", 30, 60}, {"trailers", 30, 60}};

static void check_work(const setup *s, const any_decoder *d,
                       const head_outcome *o) {
  const size_t bytes = o->step == H1_DONE ? o->consumed : d->shown;
  fuzz_work_law(&WORK[s->kind], d->work, bytes, d->calls);
}

/* Shows the decoder `head` and writes all of `o` but its storage. */
static void show(const setup *s, any_decoder *d, h1_slice head,
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
  fuzz_check_fields(&o->fields, count_limit(s));
}

/* Points the outcome's views from one place of the head to another. */
static void move_views(head_outcome *o, h1_slice from, h1_slice to) {
  if (o->first.len > 0) o->first.ptr = to.ptr + (o->first.ptr - from.ptr);
  if (o->target.len > 0) o->target.ptr = to.ptr + (o->target.ptr - from.ptr);
  o->fields.base = to;
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
}

void head_outcome_free(head_outcome *o) { free(o->storage); }

static head_outcome fresh(const setup *s) {
  head_outcome o;
  memset(&o, 0, sizeof o);
  o.storage = fuzz_alloc(count_limit(s) * sizeof *o.storage);
  memset(o.storage, 0xa5, count_limit(s) * sizeof *o.storage);
  return o;
}

/* ---- ways of showing ---- */

/* All at once, then twice more: DONE and FAILED stay what they are. */
static head_outcome whole(const setup *s, h1_slice head) {
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
static void byte_by_byte(const setup *s, h1_slice head,
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
static void in_pieces(const setup *s, uint32_t cuts, h1_slice head,
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

/* The prefix law, with a decoder that sees the prefix at once: one that ends in
 * front of what decided is still open, any other has the whole head's outcome.
 */
static void of_prefix(const setup *s, uint32_t cuts, h1_slice head,
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
    FUZZ_CHECK(s->kind == REF_TRAILERS || len <= expected->error_offset);
  }
  head_outcome_free(&o);
  free(block);
}

/* What lies behind a good head does not matter, nor do wider limits. */
static void without_the_rest(const setup *s, h1_slice head,
                             const head_outcome *expected) {
  setup wide = *s;
  wide.limits.head_bytes = H1_HEAD_BYTES_MAX;
  wide.limits.target_bytes = H1_HEAD_BYTES_MAX;
  wide.limits.trailer_bytes = H1_HEAD_BYTES_MAX;
  wide.limits.header_count = expected->fields.count + 1;
  wide.limits.trailer_count = expected->fields.count + 1;
  uint8_t *block = fuzz_copy(head.ptr, expected->consumed);
  const h1_slice exact = {block, expected->consumed};
  head_outcome o = whole(&wide, exact);
  move_views(&o, exact, head);
  check_same(expected, &o);
  head_outcome_free(&o);
  free(block);
}

/* ---- the reference ---- */

static bool is_limit_error(h1_error e) {
  return e == H1_TARGET_TOO_LONG || e == H1_HEAD_TOO_LARGE ||
         e == H1_HEADER_COUNT || e == H1_TRAILER_TOO_LARGE ||
         e == H1_TRAILER_COUNT;
}

static bool is_repeat_error(h1_error e) {
  return e == H1_FIELD_REPEATED || e == H1_HOST_REPEATED ||
         e == H1_LENGTH_REPEATED;
}

/* Length of the request target so far in the good prefix p[0..n). */
static size_t target_so_far(const uint8_t *p, size_t n) {
  size_t i = 0, spaces = 0, len = 0;
  while (i < n && (p[i] == '\r' || p[i] == '\n')) i++;
  for (; i < n && spaces < 2 && p[i] != '\r'; i++) {
    if (p[i] == ' ') {
      spaces++;
    } else if (spaces == 1) {
      len++;
    }
  }
  return len;
}

/* Field lines begun in the good prefix p[0..n); `*open`: the last has no colon
 * yet, so a decoder may not have counted it. */
static size_t lines_so_far(ref_kind kind, const uint8_t *p, size_t n,
                           bool *open) {
  size_t at = 0, lines = 0, skip = kind == REF_TRAILERS ? 0 : 1;
  if (kind == REF_REQUEST && n > 0 && p[0] == '\r') skip++;
  *open = false;
  while (at < n) {
    size_t end = at;
    bool colon = false;
    while (end < n && p[end] != '\n') colon |= p[end++] == ':';
    if (skip > 0) {
      skip--;
    } else if (p[at] != '\r') {
      lines++;
      *open = !colon;
    }
    at = end < n ? end + 1 : n;
  }
  return lines;
}

typedef enum { WITHIN, ON_THE_EDGE, BEYOND } excess;

/* Whether the good prefix p[0..n) breaks a limit. On the edge: it is just full
 * and not finished, and a decoder may or may not have noticed. */
static excess excess_of(const setup *s, const uint8_t *p, size_t n,
                        bool finished) {
  bool open = false;
  const size_t lines = lines_so_far(s->kind, p, n, &open);
  const size_t target = s->kind == REF_REQUEST ? target_so_far(p, n) : 0;
  const size_t lines_limit = count_limit(s);
  if (n > bytes_limit(s) || target > s->limits.target_bytes ||
      lines > lines_limit + (open ? 1 : 0)) {
    return BEYOND;
  }
  if (finished) return WITHIN;
  const bool edge =
      n >= bytes_limit(s) || lines > lines_limit ||
      (s->kind == REF_REQUEST && target >= s->limits.target_bytes);
  return edge ? ON_THE_EDGE : WITHIN;
}

static void check_equal(const head_outcome *o, h1_slice head,
                        const ref_head *ref) {
  FUZZ_CHECK(o->consumed == ref->size);
  FUZZ_CHECK(o->fields.count == ref->count);
  for (size_t i = 0; i < ref->count; i++) {
    const h1_header *h = &o->fields.headers[i];
    const ref_field *f = &ref->fields[i];
    FUZZ_CHECK(h->name_at == f->name_at && h->name_len == f->name_len);
    FUZZ_CHECK(h->value_len == f->value_len);
    if (h->value_len > 0) FUZZ_CHECK(h->value_at == f->value_at);
  }
  (void)head;
}

static void check_equal_first_line(const setup *s, const head_outcome *o,
                                   h1_slice head, const ref_head *ref) {
  if (s->kind == REF_TRAILERS) return;
  FUZZ_CHECK(o->minor == ref->minor);
  FUZZ_CHECK(o->first.len == ref->first_len);
  if (ref->first_len > 0) FUZZ_CHECK(o->first.ptr == head.ptr + ref->first_at);
  if (s->kind == REF_RESPONSE) {
    FUZZ_CHECK(o->status == ref->status);
    return;
  }
  FUZZ_CHECK(o->target.ptr == head.ptr + ref->target_at);
  FUZZ_CHECK(o->target.len == ref->target_len);
}

/* Whether the byte at `at` is where a version's major digit stands. */
static bool is_major(h1_slice head, size_t at) {
  return at >= 5 && memcmp(head.ptr + at - 5, "HTTP/", 5) == 0 &&
         head.ptr[at] >= '0' && head.ptr[at] <= '9';
}

/* Where a decoder may say the fault is, when the grammar breaks at `bad_at`. A
 * fault that only the end of a line completes (a repeated field, another major
 * version) may be noticed anywhere up to there. */
static void check_fault_place(const setup *s, const head_outcome *o,
                              h1_slice head, size_t bad_at) {
  if (s->kind == REF_TRAILERS) return;
  const size_t at = o->error_offset;
  if (is_major(head, bad_at) ||
      (is_repeat_error(o->error) && head.ptr[bad_at] == ':')) {
    size_t end = bad_at;
    while (end < head.len && head.ptr[end] != '\n') end++;
    FUZZ_CHECK(at >= bad_at && at <= end);
    return;
  }
  /* A bare CR is the CR or the byte behind it that is no LF. */
  const bool behind_cr = bad_at > 0 && head.ptr[bad_at - 1] == '\r';
  FUZZ_CHECK(at == bad_at || (behind_cr && at == bad_at - 1));
}

/* Whether a decoder may still wait although the grammar broke at `bad_at`: only
 * for the end of the line that shows a field repeated or a version unknown. */
static bool may_wait(h1_slice head, size_t bad_at) {
  for (size_t i = bad_at; i < head.len; i++) {
    if (head.ptr[i] == '\n') return false;
  }
  return head.ptr[bad_at] == ':' || is_major(head, bad_at);
}

static void check_reference(const setup *s, const head_outcome *o,
                            h1_slice head) {
  ref_head *ref = malloc(sizeof *ref);
  FUZZ_CHECK(ref != NULL);
  size_t bad_at = 0;
  const ref_verdict v =
      ref_head_judge(s->kind, head.ptr, head.len, ref, &bad_at);
  const size_t good = v == REF_DONE   ? ref->size
                      : v == REF_OPEN ? head.len
                                      : bad_at;
  const excess e = excess_of(s, head.ptr, good, v == REF_DONE);
  fuzz_say(
      "decoder: step %d %s at %zu, consumed %zu; reference: %d at %zu, "
      "limits %d\n",
      (int)o->step, h1_error_name(o->error), o->error_offset, o->consumed,
      (int)v, v == REF_BAD ? bad_at : good, (int)e);
  /* A method without end is called that and no large head (9112 3). */
  const bool limit_error =
      is_limit_error(o->error) ||
      (o->error == H1_METHOD_INVALID &&
       (e == BEYOND || (e == ON_THE_EDGE && v != REF_BAD)));
  if (o->step == H1_DONE) {
    FUZZ_CHECK(v == REF_DONE && e == WITHIN);
    check_equal(o, head, ref);
    check_equal_first_line(s, o, head, ref);
  } else if (o->step == H1_NEED_INPUT) {
    FUZZ_CHECK(e != BEYOND);
    FUZZ_CHECK(v == REF_OPEN || (v == REF_BAD && may_wait(head, bad_at)));
  } else if (limit_error) {
    /* No space within the limit: the method has no end, and nothing else is
     * said of it. */
    FUZZ_CHECK(s->kind != REF_REQUEST || o->error != H1_HEAD_TOO_LARGE ||
               memchr(head.ptr, ' ', good) != NULL || good <= 2);
    FUZZ_CHECK(e != WITHIN || (v == REF_BAD && is_major(head, bad_at)));
  } else {
    FUZZ_CHECK(v == REF_BAD && e != BEYOND);
    check_fault_place(s, o, head, bad_at);
  }
  free(ref);
}

/* ---- all of it ---- */

head_outcome head_check_laws(ref_kind kind, const h1_limits *limits,
                             h1_scan_level level, uint32_t cuts,
                             h1_slice head) {
  setup s = {kind, *limits, level};
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
  check_reference(&s, &first, head);
  return first;
}

head_outcome head_decode_whole(ref_kind kind, h1_slice head) {
  setup s = {kind, h1_limits_default(), H1_SCAN_SCALAR};
  s.limits.head_bytes = H1_HEAD_BYTES_MAX;
  s.limits.target_bytes = H1_HEAD_BYTES_MAX;
  s.limits.header_count = head.len / 4 + 1; /* no line is shorter */
  s.limits.trailer_bytes = H1_HEAD_BYTES_MAX;
  s.limits.trailer_count = s.limits.header_count;
  return whole(&s, head);
}
