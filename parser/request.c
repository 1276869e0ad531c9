/* Request heads. Usual ones are walked by request_walk.h, compiled once per
 * vector level; here are the request line at any fragmentation, limits,
 * methods and the view handed out.
 *
 * The contracts are in proof/request.h and proof/request_api.h, and are
 * proven. */
#include "parser/request.h"

#include "parser/internal/section.h"

/* What the request line expects next; the section's own states follow. FAILED
 * is a state of the section alone. */
enum {
  H1_REQUEST_START,        /* the first byte of all */
  H1_REQUEST_EMPTY_LF,     /* the LF of an empty line in front */
  H1_REQUEST_BEHIND_EMPTY, /* the first byte after it */
  H1_REQUEST_METHOD,       /* the method's first or next byte, or its space */
  H1_REQUEST_TARGET,
  H1_REQUEST_VERSION,
  H1_REQUEST_LINE_LF,
  H1_REQUEST_FIELDS
};

/* ---- methods ---- */

/* A method of up to seven letters as one number. */
#define METHOD_KEY(a, b, c, d, e, f, g)                              \
  ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 |        \
   (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | \
   (uint64_t)(g) << 48)

#ifdef __FRAMAC__
#include "parser/proof/request.h"
#endif

const char *h1_method_name(h1_method m) {
  static const char kNames[H1_METHOD_COUNT][8] = {
      "",      "GET",    "HEAD",    "POST",  "PUT",
      "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"};
  size_t i = (size_t)m;
  return i < (size_t)H1_METHOD_COUNT ? kNames[i] : "";
}

/* The method p[at .. at+len) of p[0..n), len >= 1; case counts (RFC 9110
 * 9.1). */
static h1_method method_of(const uint8_t *p, size_t at, size_t len, size_t n) {
  if (len > 7) return H1_METHOD_UNRECOGNISED;
  /* One load where the rest of the line stands after the method. */
  const uint64_t key = n - at >= 8
                           ? h1_load64(p, at) & (UINT64_MAX >> (64 - 8 * len))
                           : h1_load_short(p, at, len);
  switch (key) {
    case METHOD_KEY('G', 'E', 'T', 0, 0, 0, 0):
      return H1_GET;
    case METHOD_KEY('H', 'E', 'A', 'D', 0, 0, 0):
      return H1_HEAD;
    case METHOD_KEY('P', 'O', 'S', 'T', 0, 0, 0):
      return H1_POST;
    case METHOD_KEY('P', 'U', 'T', 0, 0, 0, 0):
      return H1_PUT;
    case METHOD_KEY('P', 'A', 'T', 'C', 'H', 0, 0):
      return H1_PATCH;
    case METHOD_KEY('D', 'E', 'L', 'E', 'T', 'E', 0):
      return H1_DELETE;
    case METHOD_KEY('O', 'P', 'T', 'I', 'O', 'N', 'S'):
      return H1_OPTIONS;
    case METHOD_KEY('T', 'R', 'A', 'C', 'E', 0, 0):
      return H1_TRACE;
    case METHOD_KEY('Q', 'U', 'E', 'R', 'Y', 0, 0):
      return H1_QUERY;
    default:
      return H1_METHOD_UNRECOGNISED;
  }
}

/* ---- the request line, at any fragmentation ---- */

/* Refuses the head at p[at], for `fault` unless that is a bare LF. */
static bool refuse_line(h1_request_decoder *d, const uint8_t *p, size_t at,
                        h1_error fault) {
  return h1_section_fail(&d->fields, at, h1_fault_or_bare_lf(p[at], fault));
}

/* The LF of an empty line. */
static bool take_empty_lf(h1_request_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (p[s->pos] != '\n') return refuse_line(d, p, s->pos, H1_BARE_CR);
  s->pos++;
  d->line.at = s->pos;
  d->state = H1_REQUEST_BEHIND_EMPTY;
  //@ assert h1_section_sound(s);
  //@ assert request_line_sound(d);
  return s->pos < n;
}

/* What may stand before it: one empty line (RFC 9112 2.2). */
static bool take_front(h1_request_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (d->state == H1_REQUEST_START && p[s->pos] == '\r') {
    s->pos++;
    d->state = H1_REQUEST_EMPTY_LF;
    //@ assert request_kept(d, p);
    if (s->pos >= n) return false;
  }
  if (d->state == H1_REQUEST_EMPTY_LF && !take_empty_lf(d, p, n)) return false;
  //@ assert request_kept(d, p);
  if (p[s->pos] == '\r') return refuse_line(d, p, s->pos, H1_LEADING_LINES);
  d->state = H1_REQUEST_METHOD;
  //@ assert h1_section_sound(s);
  //@ assert request_line_sound(d);
  return true;
}

static bool take_method(h1_request_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_TOKEN, p, s->pos, n);
  s->pos = end;
  //@ assert request_bytes(d, p) && request_line_sound(d);
  if (end >= n) return false;
  if (p[end] != ' ' || end == d->line.at) {
    return refuse_line(d, p, end, H1_METHOD_INVALID);
  }
  d->line.method = method_of(p, d->line.at, end - d->line.at, n);
  d->line.method_end = end;
  s->pos = end + 1;
  d->state = H1_REQUEST_TARGET;
  //@ assert h1_section_sound(s);
  //@ assert request_line_sound(d);
  //@ assert request_bytes(d, p);
  return true;
}

/* The fault of a byte that ends the target and should not. A CR means that the
 * version is missing (RFC 9112 2.3: there is no HTTP/0.9 here). */
static h1_error target_fault(uint8_t c, bool empty) {
  if (empty && (c == ' ' || c == '\r')) return H1_TARGET_EMPTY;
  return c == '\r' ? H1_VERSION_INVALID : H1_TARGET_INVALID;
}

static bool take_target(h1_request_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t from = d->line.method_end + 1;
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_TARGET, p, s->pos, n);
  s->pos = end;
  //@ assert class_run(H1_CLASS_TARGET, p, from, end);
  //@ assert request_method_bytes(d, p) && request_target_bytes(d, p);
  if (end - from > d->target_limit) {
    return refuse_line(d, p, from + d->target_limit, H1_TARGET_TOO_LONG);
  }
  if (end >= n) return false;
  if (p[end] != ' ' || end == from) {
    return refuse_line(d, p, end, target_fault(p[end], end == from));
  }
  d->line.target_end = end;
  s->pos = end + 1;
  d->state = H1_REQUEST_VERSION;
  //@ assert h1_section_sound(s);
  //@ assert request_method_bytes(d, p) && request_target_bytes(d, p);
  //@ assert request_version_bytes(d, p);
  return true;
}

/* Byte by byte up to the CR, which shows that the version is whole. */
static bool take_version(h1_request_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t from = d->line.target_end + 1;
  size_t at = s->pos;
  /*@ loop invariant from <= at <= n && at - from <= 8 && version_run(p, from,
     at); loop invariant s->pos <= at; loop assigns at; loop variant n - at; */
  while (at < n && at - from < 8 && h1_version_byte(at - from, p[at])) at++;
  s->pos = at;
  //@ assert version_run(p, d->line.target_end + 1, s->pos);
  //@ assert request_bytes(d, p);
  if (at >= n) return false;
  if (at - from < 8 || p[at] != '\r') {
    return refuse_line(d, p, at, H1_VERSION_INVALID);
  }
  if (p[from + 5] != '1') return refuse_line(d, p, at, H1_VERSION_UNSUPPORTED);
  d->line.minor_version = p[from + 7] == '0' ? 0 : 1;
  s->pos = at + 1;
  d->state = H1_REQUEST_LINE_LF;
  //@ assert h1_section_sound(s);
  //@ assert request_bytes(d, p);
  return true;
}

static bool take_request_lf(h1_request_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (s->pos >= n) return false;
  //@ assert s->count == 0 && s->line_at == 0;
  if (p[s->pos] != '\n') return refuse_line(d, p, s->pos, H1_BARE_CR);
  s->pos++;
  s->line_at = s->pos;
  d->state = H1_REQUEST_FIELDS;
  //@ assert h1_section_sound(s);
  //@ assert request_method_bytes(d, p) && request_target_bytes(d, p);
  //@ assert request_version_bytes(d, p);
  return true;
}

/* The line from the target's first byte on. */
static bool take_behind_method(h1_request_decoder *d, const uint8_t *p,
                               size_t n) {
  if (d->state == H1_REQUEST_TARGET && !take_target(d, p, n)) return false;
  if (d->state == H1_REQUEST_VERSION && !take_version(d, p, n)) return false;
  return take_request_lf(d, p, n);
}

/* Continues at the decoder's pos < n. True when the line is complete. */
static bool take_request_line(h1_request_decoder *d, const uint8_t *p,
                              size_t n) {
  if (d->state < H1_REQUEST_METHOD && !take_front(d, p, n)) return false;
  if (d->state == H1_REQUEST_METHOD && !take_method(d, p, n)) return false;
  return take_behind_method(d, p, n);
}

/* ---- decoding ---- */

void h1_request_decoder_init(h1_request_decoder *d, const h1_limits *limits,
                             h1_scan_level level, h1_header *storage,
                             size_t capacity) {
  h1_section_init(&d->fields, limits->head_bytes, limits->header_count, false,
                  level, storage, capacity);
  d->target_limit = limits->target_bytes;
  d->line.at = 0;
  d->line.method_end = 0;
  d->line.target_end = 0;
  d->line.method = H1_METHOD_UNRECOGNISED;
  d->line.minor_version = 0;
  d->state = H1_REQUEST_START;
  /*@ assert d->fields.count == 0 && d->fields.pos == 0 &&
        d->fields.line_at == 0 && d->fields.error == H1_OK &&
        d->fields.state == H1_SECTION_NAME; */
  //@ assert request_line_sound(d);
}

/* What it means that the head is not complete within its limit. */
static h1_error limit_fault(uint32_t state) {
  if (state <= H1_REQUEST_METHOD) return H1_METHOD_INVALID;
  return state < H1_REQUEST_FIELDS ? H1_TARGET_TOO_LONG : H1_HEAD_TOO_LARGE;
}

/* Nothing, if there is no such part; `known`: there is. */
H1_INLINE h1_slice part_of(h1_slice head, size_t from, size_t end, bool known) {
  h1_slice part = {NULL, 0};
  if (known || (from < end && end <= head.len)) {
    part.ptr = head.ptr + from;
    part.len = end - from;
  }
  return part;
}

/* Of a line that is whole, or one in which a method_end or target_end of 0
 * means: not decoded. */
H1_INLINE void fill_request_line(const h1_request_line *line, h1_slice head,
                                 bool whole, h1_request *out) {
  out->method = line->method;
  out->method_text = part_of(head, line->at, line->method_end, whole);
  out->target = part_of(head, line->method_end + 1, line->target_end, whole);
  out->minor_version = (uint8_t)line->minor_version;
}

/* Of a head that is done or was refused. */
H1_INLINE void fill_request(const h1_request_decoder *d, h1_slice head,
                            h1_request *out) {
  const h1_fields_decoder *s = &d->fields;
  fill_request_line(&d->line, head, s->state == H1_SECTION_DONE, out);
  //@ assert h1_same_section{Pre, Here}(s);
  //@ assert h1_same_lines{Pre, Here}(s->storage, s->count_limit);
  //@ assert h1_section_sound(s);
  h1_section_view(s, head.ptr, &out->fields);
  //@ assert h1_same_section{Pre, Here}(s);
  //@ assert h1_same_lines{Pre, Here}(s->storage, s->count_limit);
  //@ assert request_same_line{Pre, Here}(d);
  //@ assert h1_same_bytes{Pre, Here}(head.ptr, head.len);
  //@ assert request_kept(d, head.ptr);
}

/* A head that is done. */
H1_INLINE h1_step hand_out(const h1_request_decoder *d, h1_slice head,
                           h1_request *out, size_t *consumed) {
  const h1_fields_decoder *s = &d->fields;
  *consumed = s->pos;
  //@ assert h1_same_section{Pre, Here}(s);
  //@ assert h1_same_lines{Pre, Here}(s->storage, s->count_limit);
  //@ assert request_same_line{Pre, Here}(d);
  //@ assert h1_same_bytes{Pre, Here}(head.ptr, head.len);
  //@ assert request_kept(d, head.ptr) && request_inside(d, head.len);
  fill_request(d, head, out);
  return H1_DONE;
}

/* What the caller is told when the walk has ended. `head` is no longer than the
 * limit. */
static H1_NOINLINE h1_step report_request(h1_request_decoder *d, h1_slice head,
                                          h1_request *out, size_t *consumed) {
  h1_fields_decoder *s = &d->fields;
  /* A head that needs more than its limit cannot end within it. */
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos >= s->bytes_limit) {
    (void)h1_section_fail(s, s->pos, limit_fault(d->state));
  }
  //@ assert request_kept(d, head.ptr) && request_inside(d, head.len);
  const h1_step step = h1_section_step(s);
  if (step == H1_DONE) return hand_out(d, head, out, consumed);
  if (step == H1_FAILED) fill_request(d, head, out);
  return step;
}

#define H1_LEVEL_FILE "parser/internal/request_walk.h"
#include "parser/internal/scan/levels.h"

h1_step h1_request_decode(h1_request_decoder *d, h1_slice head, h1_request *out,
                          size_t *consumed) {
  h1_slice in = head;
  if (in.len > d->fields.bytes_limit) in.len = d->fields.bytes_limit;
  h1_step step;
  switch (d->fields.level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_AVX2:
      step = request_decode_avx2(d, in, out, consumed);
      break;
    case H1_SCAN_SSE:
      step = request_decode_sse(d, in, out, consumed);
      break;
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      step = request_decode_neon(d, in, out, consumed);
      break;
#endif
    default:
      step = request_decode_scalar(d, in, out, consumed);
  }
  return step;
}

h1_error h1_request_error(const h1_request_decoder *d) {
  return (h1_error)d->fields.error;
}

size_t h1_request_error_offset(const h1_request_decoder *d) {
  return d->fields.pos;
}

bool h1_request_started(const h1_request_decoder *d) {
  return d->state >= H1_REQUEST_METHOD;
}

/* A slice of the old head, or an empty one that views nothing. */
static void rebase_slice(h1_slice *s, const uint8_t *from, const uint8_t *to) {
  if (s->ptr != NULL) s->ptr = to + (s->ptr - from);
}

void h1_request_rebase(h1_request *r, const uint8_t *head) {
  rebase_slice(&r->method_text, r->fields.base.ptr, head);
  rebase_slice(&r->target, r->fields.base.ptr, head);
  r->fields.base.ptr = head;
}
