#include "fuzz/laws/head_reference.h"

#include <stdlib.h>
#include <string.h>

static bool is_limit_error(h1_error e) {
  return e == H1_TARGET_TOO_LONG || e == H1_HEAD_TOO_LARGE ||
         e == H1_HEADER_COUNT || e == H1_TRAILER_TOO_LARGE ||
         e == H1_TRAILER_COUNT;
}

/* Of a field that may not be there, which its name's end shows. */
static bool is_named_error(h1_error e) {
  return e == H1_FIELD_REPEATED || e == H1_HOST_REPEATED ||
         e == H1_LENGTH_REPEATED || e == H1_TRAILER_FORBIDDEN;
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
static size_t lines_so_far(const head_setup *s, const uint8_t *p, size_t n,
                           bool *open) {
  size_t at = 0, lines = 0, skip = head_is_trailers(s) ? 0 : 1;
  if (skip > 0 && n > 0 && (p[0] == '\r' || p[0] == '\n')) skip++;
  *open = false;
  while (at < n) {
    size_t end = at;
    bool colon = false;
    const bool goes_on = p[at] == ' ' || p[at] == '\t';
    while (end < n && p[end] != '\n') colon |= p[end++] == ':';
    if (skip > 0) {
      skip--;
    } else if (p[at] != '\r' && p[at] != '\n' && !goes_on) {
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
static excess excess_of(const head_setup *s, const uint8_t *p, size_t n,
                        bool finished) {
  bool open = false;
  const size_t lines = lines_so_far(s, p, n, &open);
  const size_t target = s->kind == REF_REQUEST ? target_so_far(p, n) : 0;
  const size_t lines_limit = head_count_limit(s);
  if (n > head_bytes_limit(s) || target > s->limits.target_bytes ||
      lines > lines_limit + (open ? 1 : 0)) {
    return BEYOND;
  }
  if (finished) return WITHIN;
  const bool edge =
      n >= head_bytes_limit(s) || lines > lines_limit ||
      (s->kind == REF_REQUEST && target >= s->limits.target_bytes);
  return edge ? ON_THE_EDGE : WITHIN;
}

static void check_line(const h1_fields *f, size_t i, const ref_field *ref) {
  FUZZ_CHECK(i < f->count);
  const h1_header *h = &f->headers[i];
  FUZZ_CHECK(h->name_at == ref->name_at && h->name_len == ref->name_len);
  FUZZ_CHECK(h->value_len == ref->value_len);
  if (h->value_len > 0) FUZZ_CHECK(h->value_at == ref->value_at);
}

static void check_equal(const head_outcome *o, const ref_head *ref) {
  size_t fields = 0, apart = 0;
  FUZZ_CHECK(o->consumed == ref->size);
  for (size_t i = 0; i < ref->count; i++) {
    const ref_field *f = &ref->fields[i];
    if (f->apart) {
      check_line(&o->apart, apart++, f);
    } else {
      check_line(&o->fields, fields++, f);
    }
  }
  FUZZ_CHECK(fields == o->fields.count && apart == o->apart.count);
}

static void check_equal_first_line(const head_setup *s, const head_outcome *o,
                                   h1_slice head, const ref_head *ref) {
  if (head_is_trailers(s)) return;
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
static void check_fault_place(const head_outcome *o, h1_slice head,
                              size_t bad_at) {
  const size_t at = o->error_offset;
  if (is_major(head, bad_at) ||
      (is_named_error(o->error) && head.ptr[bad_at] == ':')) {
    size_t end = bad_at;
    while (end < head.len && head.ptr[end] != '\n') end++;
    FUZZ_CHECK(at >= bad_at && at <= end);
    return;
  }
  /* A bare CR is the CR or the byte after it that is no LF. */
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

void head_check_reference(const head_setup *s, const head_outcome *o,
                          h1_slice head) {
  ref_head *ref = malloc(sizeof *ref);
  FUZZ_CHECK(ref != NULL);
  size_t bad_at = 0;
  const ref_verdict v = ref_tolerant_judge(s->kind, s->tolerances, head.ptr,
                                           head.len, ref, &bad_at);
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
    check_equal(o, ref);
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
    check_fault_place(o, head, bad_at);
  }
  free(ref);
}
