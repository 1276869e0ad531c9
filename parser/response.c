/* Response heads. Field sections are walked by response_walk.h, compiled once
 * per vector level; here are the status line, limits and the view handed out.
 *
 * The contracts are in proof/response.h and proof/response_api.h, and are
 * proven. */
#include "parser/response.h"

#include "parser/internal/response_line.h"
#include "parser/internal/section.h"
#include "parser/internal/text.h"

/* What the status line expects next; the section's own states follow. */
enum {
  H1_RESPONSE_STATUS, /* version and status, up to the space after */
  H1_RESPONSE_REASON,
  H1_RESPONSE_LINE_LF,
  H1_RESPONSE_FIELDS,
  /* With tolerances, before all of these: */
  H1_RESPONSE_START,   /* the first byte */
  H1_RESPONSE_EMPTY_LF /* the LF of an empty line */
};

/* "HTTP/1.1 200 " */
#define STATUS_LINE_FIXED ((size_t)13)

#ifdef __FRAMAC__
#include "parser/proof/response.h"
#endif

/* The fault of byte `at` of the fixed part, given those before it. The space
 * before an absent reason may not be left out (RFC 9112 4). Any three digits
 * are a status (RFC 9110 15). */
static h1_error status_line_fault(const uint8_t *p, size_t at) {
  const uint8_t c = p[at];
  if (at < 8) {
    return h1_version_byte(at, c) ? H1_OK
                                  : h1_fault_or_bare_lf(c, H1_VERSION_INVALID);
  }
  if (at == 8) {
    if (c != ' ') return h1_fault_or_bare_lf(c, H1_VERSION_INVALID);
    return p[5] == '1' ? H1_OK : H1_VERSION_UNSUPPORTED;
  }
  if (at < 12 && h1_is_digit(c)) return H1_OK;
  if (at == 12 && c == ' ') return H1_OK;
  if (at == 12 && c == '\r') return H1_REASON_INVALID;
  return h1_fault_or_bare_lf(c, H1_STATUS_INVALID);
}

/* Whether the fixed part is whole and as nearly all are: nothing to refuse. */
static bool is_usual_status(const uint8_t *p, size_t n) {
  return n >= STATUS_LINE_FIXED && h1_version_1(p, 0) && p[8] == ' ' &&
         h1_is_digit(p[9]) && h1_is_digit(p[10]) && h1_is_digit(p[11]) &&
         p[12] == ' ';
}

/* Notes what version and status say; a reason phrase begins at `reason_at`. */
static void note_status(h1_response_decoder *d, const uint8_t *line,
                        size_t reason_at) {
  d->minor_version = line[7] == '0' ? 0 : 1;
  d->status = (uint32_t)(line[9] - '0') * 100 +
              (uint32_t)(line[10] - '0') * 10 + (uint32_t)(line[11] - '0');
  d->reason_at = reason_at;
  d->state = H1_RESPONSE_REASON;
}

/* At once, or byte by byte up to the space after the status: 13 bytes in all.
 */
static bool take_status(h1_response_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  size_t at = is_usual_status(p, n) ? STATUS_LINE_FIXED : s->pos;
  /*@ loop invariant s->pos <= at && at <= STATUS_LINE_FIXED;
      loop invariant at <= n && status_run(p, at);
      loop assigns at;
      loop variant STATUS_LINE_FIXED - at; */
  while (at < n && at < STATUS_LINE_FIXED) {
    const h1_error fault = status_line_fault(p, at);
    if (fault != H1_OK) return h1_section_fail(s, at, fault);
    at++;
  }
  s->pos = at;
  //@ assert h1_section_sound(s);
  if (at < STATUS_LINE_FIXED) return false;
  note_status(d, p, STATUS_LINE_FIXED);
  return true;
}

/* The fields begin at s->pos. */
static void begin_fields(h1_response_decoder *d) {
  d->fields.line_at = d->fields.pos;
  d->state = H1_RESPONSE_FIELDS;
}

static bool take_reason(h1_response_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_VALUE, p, s->pos, n);
  s->pos = end;
  if (end >= n) return false;
  if (p[end] != '\r') {
    return h1_section_fail(s, end,
                           h1_fault_or_bare_lf(p[end], H1_REASON_INVALID));
  }
  d->reason_end = end;
  s->pos = end + 1;
  d->state = H1_RESPONSE_LINE_LF;
  return true;
}

static bool take_status_lf(h1_response_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  s->pos++;
  begin_fields(d);
  return true;
}

/* Continues at the decoder's pos < n. True when the line is complete. */
static bool take_status_line(h1_response_decoder *d, const uint8_t *p,
                             size_t n) {
  if (d->state == H1_RESPONSE_STATUS && !take_status(d, p, n)) return false;
  if (d->state == H1_RESPONSE_REASON && !take_reason(d, p, n)) return false;
  return take_status_lf(d, p, n);
}

#include "parser/internal/response_tolerant.h"

#define H1_LEVEL_FILE "parser/internal/response_walk.h"
#include "parser/internal/scan/levels.h"

/* ---- decoding ---- */

void h1_response_decoder_init(h1_response_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage,
                              size_t capacity) {
  h1_section_init(&d->fields, limits->head_bytes, limits->header_count, false,
                  level, storage, capacity);
  d->fields.tolerances = H1_TOLERATE_NOTHING;
  d->line_at = 0;
  d->reason_at = 0;
  d->reason_end = 0;
  d->state = H1_RESPONSE_STATUS;
  d->minor_version = 0;
  d->status = 0;
}

void h1_response_tolerate(h1_response_decoder *d, uint32_t tolerances) {
  h1_response_section_init(&d->fields, tolerances);
  d->state = tolerances == 0 ? H1_RESPONSE_STATUS : H1_RESPONSE_START;
}

static void walk_response(h1_response_decoder *d, const uint8_t *p, size_t n) {
  switch (d->fields.level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_AVX2:
      response_walk_avx2(d, p, n);
      break;
    case H1_SCAN_SSE:
      response_walk_sse(d, p, n);
      break;
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      response_walk_neon(d, p, n);
      break;
#endif
    default:
      response_walk_scalar(d, p, n);
      break;
  }
}

static void fill_status_line(const h1_response_decoder *d, h1_slice head,
                             h1_response *out) {
  const bool whole = d->reason_end != 0 && d->reason_end <= head.len;
  out->status = (uint16_t)d->status;
  out->minor_version = (uint8_t)d->minor_version;
  out->like_5xx = whole && (d->status < 100 || d->status > 599);
  out->tolerances = d->fields.tolerances;
  out->reason.ptr = whole ? head.ptr + d->reason_at : NULL;
  out->reason.len = whole ? d->reason_end - d->reason_at : 0;
}

/* Of a head that is done or was refused. */
static void fill_response(const h1_response_decoder *d, h1_slice head,
                          h1_response *out) {
  const h1_fields_decoder *s = &d->fields;
  fill_status_line(d, head, out);
  //@ assert h1_same_section{Pre, Here}(s);
  //@ assert h1_same_lines{Pre, Here}(s->storage, s->count_limit);
  //@ assert h1_section_sound(s);
  h1_section_view(s, head.ptr, &out->fields);
  //@ assert h1_same_section{Pre, Here}(s);
  //@ assert h1_same_lines{Pre, Here}(s->storage, s->count_limit);
  //@ assert status_same{Pre, Here}(d);
  //@ assert h1_same_bytes{Pre, Here}(head.ptr, head.len);
  //@ assert response_kept(d, head.ptr);
}

/* What the caller is told when the walk has ended. */
static h1_step report_response(const h1_response_decoder *d, h1_slice head,
                               h1_response *out, size_t *consumed) {
  const h1_fields_decoder *s = &d->fields;
  const h1_step step = h1_section_step(s);
  if (step == H1_NEED_INPUT) return step;
  if (step == H1_DONE) *consumed = s->pos;
  //@ assert h1_same_section{Pre, Here}(s);
  //@ assert h1_same_lines{Pre, Here}(s->storage, s->count_limit);
  //@ assert status_same{Pre, Here}(d);
  //@ assert h1_same_bytes{Pre, Here}(head.ptr, head.len);
  //@ assert response_kept(d, head.ptr);
  fill_response(d, head, out);
  return step;
}

/* A head that needs more than its limit cannot end within it. */
static void check_limit(h1_fields_decoder *s) {
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos >= s->bytes_limit) {
    (void)h1_section_fail(s, s->pos, H1_HEAD_TOO_LARGE);
  }
}

/* The same; `p` is for the proof. */
static void check_kept_limit(h1_response_decoder *d, const uint8_t *p) {
  (void)p;
  check_limit(&d->fields);
  //@ assert d->state == H1_RESPONSE_STATUS ==> status_run(p, d->fields.pos);
  //@ assert d->state >= H1_RESPONSE_REASON ==> status_run(p, 13);
  /*@ assert d->state == H1_RESPONSE_REASON ==>
        class_run(H1_CLASS_VALUE, p, 13, d->fields.pos); */
  //@ assert status_line_sound(d);
  //@ assert status_bytes(d, p);
}

static h1_step decode_strictly(h1_response_decoder *d, h1_slice head,
                               h1_response *out, size_t *consumed) {
  h1_fields_decoder *s = &d->fields;
  const size_t n = head.len < s->bytes_limit ? head.len : s->bytes_limit;
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos < n) {
    walk_response(d, head.ptr, n);
  }
  //@ assert response_kept(d, head.ptr) && s->pos <= n;
  check_kept_limit(d, head.ptr);
  //@ assert response_kept(d, head.ptr) && s->pos <= n;
  return report_response(d, head, out, consumed);
}

static h1_step decode_tolerantly(h1_response_decoder *d, h1_slice head,
                                 h1_response *out, size_t *consumed) {
  h1_fields_decoder *s = &d->fields;
  const size_t n = head.len < s->bytes_limit ? head.len : s->bytes_limit;
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos < n) {
    walk_tolerantly(d, head.ptr, n);
  }
  check_limit(s);
  return report_response(d, head, out, consumed);
}

h1_step h1_response_decode(h1_response_decoder *d, h1_slice head,
                           h1_response *out, size_t *consumed) {
  return d->fields.tolerances == H1_TOLERATE_NOTHING
             ? decode_strictly(d, head, out, consumed)
             : decode_tolerantly(d, head, out, consumed);
}

h1_error h1_response_error(const h1_response_decoder *d) {
  return (h1_error)d->fields.error;
}

size_t h1_response_error_offset(const h1_response_decoder *d) {
  return d->fields.pos;
}
