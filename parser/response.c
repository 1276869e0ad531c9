/* Response heads. Field sections are walked by section_walk.h, compiled once
 * per vector level; here are the status line, limits and the view handed out.
 */
#include "parser/response.h"

#include "parser/section.h"

/* What the status line expects next; the section's own states follow. */
enum {
  H1_RESPONSE_STATUS, /* version and status, up to the space behind */
  H1_RESPONSE_REASON,
  H1_RESPONSE_LINE_LF,
  H1_RESPONSE_FIELDS
};

/* "HTTP/1.1 200 " */
#define STATUS_LINE_FIXED ((size_t)13)

/* What the proofs say of a status line: where its parts are, as far as they
 * were decoded, and RFC 9112 4: HTTP-version SP status-code SP [reason-phrase]
 * CRLF with major version 1 and a class of 1 to 5. */
/*@ predicate status_at(integer k, integer c) =
      k < 8 ? h1_version_at(k, c) : k == 8 || k == 12 ? c == ' ' :
      k == 9 ? '1' <= c <= '5' : digit_byte(c);
    predicate status_run{L}(uint8_t *p, integer to) =
      (\forall integer k; 0 <= k < to ==> status_at(k, p[k])) &&
      (to > 8 ==> p[5] == '1');
    predicate status_line_sound{L}(h1_response_decoder *d) =
      d->state <= H1_RESPONSE_FIELDS && d->minor_version <= 1 &&
      d->status <= 599 &&
      (d->state == H1_RESPONSE_STATUS ==> d->fields.pos <= 12) &&
      (d->state >= H1_RESPONSE_REASON ==> 13 <= d->fields.pos &&
        d->reason_at == 13 && d->status >= 100) &&
      (d->state <= H1_RESPONSE_REASON ==> d->reason_end == 0) &&
      (d->state >= H1_RESPONSE_LINE_LF ==>
        13 <= d->reason_end < d->fields.pos) &&
      (d->state == H1_RESPONSE_LINE_LF ==>
        d->fields.pos == d->reason_end + 1) &&
      (d->state < H1_RESPONSE_FIELDS ==>
        d->fields.count == 0 && d->fields.line_at == 0 &&
        (d->fields.state == H1_SECTION_NAME ||
         d->fields.state == H1_SECTION_FAILED)) &&
      (d->state == H1_RESPONSE_FIELDS ==>
        d->reason_end + 2 <= d->fields.line_at);
    predicate status_bytes{L}(h1_response_decoder *d, uint8_t *p) =
      (d->state == H1_RESPONSE_STATUS ==> status_run(p, d->fields.pos)) &&
      (d->state >= H1_RESPONSE_REASON ==> status_run(p, 13)) &&
      (d->state >= H1_RESPONSE_REASON ==>
        d->status == (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0') &&
        d->minor_version == (p[7] == '0' ? 0 : 1)) &&
      (d->state == H1_RESPONSE_REASON ==>
        class_run(H1_CLASS_VALUE, p, 13, d->fields.pos)) &&
      (d->state >= H1_RESPONSE_LINE_LF ==>
        class_run(H1_CLASS_VALUE, p, 13, d->reason_end) &&
        p[d->reason_end] == '\r') &&
      (d->state == H1_RESPONSE_FIELDS ==> p[d->reason_end + 1] == '\n');
    predicate status_same{A, B}(h1_response_decoder *d) =
      \at(d->state, A) == \at(d->state, B) &&
      \at(d->minor_version, A) == \at(d->minor_version, B) &&
      \at(d->status, A) == \at(d->status, B) &&
      \at(d->reason_at, A) == \at(d->reason_at, B) &&
      \at(d->reason_end, A) == \at(d->reason_end, B);
    predicate response_room{L}(h1_response_decoder *d, uint8_t *p, integer n) =
      \valid(d) && h1_section_room(&d->fields, p, n) &&
      \separated(d, d->fields.storage + (0 .. d->fields.count_limit - 1),
                 p + (0 .. n - 1));
    predicate response_walked{L}(h1_response_decoder *d, uint8_t *p,
                                 integer n) =
      d->fields.pos <= n && h1_section_sound(&d->fields) &&
      status_line_sound(d) && status_bytes(d, p) &&
      (d->fields.state < H1_SECTION_DONE ==> d->fields.pos == n) &&
      (d->fields.state == H1_SECTION_DONE ==>
        d->state == H1_RESPONSE_FIELDS);
    predicate response_kept{L}(h1_response_decoder *d, uint8_t *p) =
      h1_section_sound(&d->fields) && status_line_sound(d) &&
      status_bytes(d, p); */

/* What was kept is still kept where nothing of it changed. */
/*@ lemma response_kept_same{A, B}: \forall h1_response_decoder *d, uint8_t *p,
      integer n; response_kept{A}(d, p) && \at(d->fields.pos, A) <= n &&
      h1_same_section{A, B}(\at(&d->fields, A)) &&
      h1_same_lines{A, B}(\at(d->fields.storage, A),
                          \at(d->fields.count_limit, A)) &&
      status_same{A, B}(d) && h1_same_bytes{A, B}(p, n) ==>
      response_kept{B}(d, p); */

/*@ assigns \nothing;
    ensures \result <==> digit_byte(c); */
static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* The fault of byte `at` of the fixed part, given those in front of it. The
 * space in front of an absent reason may not be left out (RFC 9112 4), and the
 * first digit of a status is its class (RFC 9110 15). */
/*@ requires at < 13 && \valid_read(p + (0 .. at));
    assigns \nothing;
    ensures H1_OK <= \result < H1_ERROR_COUNT;
    ensures \result == H1_OK <==>
      status_at(at, p[at]) && (at == 8 ==> p[5] == '1'); */
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
  if (at == 9 && c >= '1' && c <= '5') return H1_OK;
  if ((at == 10 || at == 11) && is_digit(c)) return H1_OK;
  if (at == 12 && c == ' ') return H1_OK;
  if (at == 12 && c == '\r') return H1_REASON_INVALID;
  return h1_fault_or_bare_lf(c, H1_STATUS_INVALID);
}

/* Whether the fixed part is whole and as nearly all are: nothing to refuse. */
/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result ==> n >= 13 && status_run(p, 13); */
static bool is_usual_status(const uint8_t *p, size_t n) {
  return n >= STATUS_LINE_FIXED && h1_version_1(p, 0) && p[8] == ' ' &&
         p[9] >= '1' && p[9] <= '5' && is_digit(p[10]) && is_digit(p[11]) &&
         p[12] == ' ';
}

/* Notes what the fixed part says, which is whole. */
/*@ requires \valid(d) && \valid_read(p + (0 .. 12)) && status_run(p, 13);
    requires h1_section_sound(&d->fields) && d->fields.pos == 13;
    requires d->reason_end == 0 && d->fields.count == 0 &&
      d->fields.line_at == 0;
    requires d->fields.state == H1_SECTION_NAME;
    assigns d->minor_version, d->status, d->reason_at, d->state;
    ensures status_line_sound(d) && status_bytes(d, p);
    ensures h1_section_sound(&d->fields);
    ensures d->state == H1_RESPONSE_REASON; */
static void note_status(h1_response_decoder *d, const uint8_t *p) {
  d->minor_version = p[7] == '0' ? 0 : 1;
  d->status = (uint32_t)(p[9] - '0') * 100 + (uint32_t)(p[10] - '0') * 10 +
              (uint32_t)(p[11] - '0');
  d->reason_at = STATUS_LINE_FIXED;
  d->state = H1_RESPONSE_REASON;
}

/* At once, or byte by byte up to the space behind the status: 13 bytes in all.
 */
/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_RESPONSE_STATUS;
    assigns d->minor_version, d->status, d->reason_at, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures status_line_sound(d);
    ensures status_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures !\result ==> d->state == H1_RESPONSE_STATUS;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_RESPONSE_REASON &&
      d->fields.pos == 13;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      !(status_at(d->fields.pos, p[d->fields.pos]) &&
        (d->fields.pos == 8 ==> p[5] == '1')); */
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
  note_status(d, p);
  return true;
}

/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_RESPONSE_REASON;
    assigns d->reason_end, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures status_line_sound(d);
    ensures status_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures !\result ==> d->state == H1_RESPONSE_REASON;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_RESPONSE_LINE_LF;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      p[d->fields.pos] != '\r' &&
      !class_byte(H1_CLASS_VALUE, p[d->fields.pos]); */
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

/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_RESPONSE_LINE_LF;
    assigns d->fields.line_at, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures status_line_sound(d);
    ensures status_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures !\result ==> d->state == H1_RESPONSE_LINE_LF;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_RESPONSE_FIELDS &&
      d->fields.pos == d->fields.line_at == d->reason_end + 2;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      p[d->fields.pos] != '\n'; */
static bool take_line_lf(h1_response_decoder *d, const uint8_t *p, size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  s->pos++;
  s->line_at = s->pos;
  d->state = H1_RESPONSE_FIELDS;
  return true;
}

/* Continues at the decoder's pos < n. True when the line is complete. */
/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME &&
      d->state < H1_RESPONSE_FIELDS;
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state,
            d->fields.pos, d->fields.line_at, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures status_line_sound(d);
    ensures status_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->state == H1_RESPONSE_FIELDS &&
      d->fields.state == H1_SECTION_NAME &&
      d->fields.pos == d->fields.line_at == d->reason_end + 2;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n; */
static bool take_line(h1_response_decoder *d, const uint8_t *p, size_t n) {
  if (d->state == H1_RESPONSE_STATUS && !take_status(d, p, n)) return false;
  if (d->state == H1_RESPONSE_REASON && !take_reason(d, p, n)) return false;
  return take_line_lf(d, p, n);
}

#define H1_LEVEL_FILE "parser/response_walk.h"
#include "parser/levels.h"

/* ---- decoding ---- */

/*@ requires \valid(d) && \valid_read(limits) && \separated(d, limits);
    assigns *d;
    ensures h1_section_sound(&d->fields);
    ensures d->state == H1_RESPONSE_STATUS && d->fields.pos == 0;
    ensures d->reason_end == 0 && d->fields.count == 0;
    ensures d->fields.line_at == 0 && d->status <= 599;
    ensures d->fields.state == H1_SECTION_NAME && d->minor_version <= 1;
    ensures d->fields.storage == storage;
    ensures d->fields.bytes_limit ==
      \min(\old(limits->head_bytes), H1_HEAD_BYTES_MAX);
    ensures d->fields.count_limit ==
      \min(\old(limits->header_count), H1_HEADER_COUNT_MAX); */
void h1_response_decoder_init(h1_response_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage) {
  h1_section_init(&d->fields, limits->head_bytes, limits->header_count, false,
                  level, storage);
  d->reason_at = 0;
  d->reason_end = 0;
  d->state = H1_RESPONSE_STATUS;
  d->minor_version = 0;
  d->status = 0;
}

/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state < H1_SECTION_DONE && d->fields.pos < n;
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state;
    assigns d->fields.pos, d->fields.line_at, d->fields.count;
    assigns d->fields.state, d->fields.error, d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures response_walked(d, p, n); */
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

/*@ requires \valid_read(d) && \valid(out) && \separated(d, out);
    requires h1_readable(head) && d->status <= 599 && d->minor_version <= 1;
    requires d->reason_end != 0 ==> d->reason_at <= d->reason_end;
    assigns *out;
    ensures h1_readable(out->reason);
    ensures out->status == d->status;
    ensures out->minor_version == d->minor_version;
    ensures 0 < d->reason_end <= head.len ==>
      out->reason.ptr == head.ptr + d->reason_at &&
      out->reason.len == d->reason_end - d->reason_at; */
static void fill_line(const h1_response_decoder *d, h1_slice head,
                      h1_response *out) {
  const bool whole = d->reason_end != 0 && d->reason_end <= head.len;
  out->status = (uint16_t)d->status;
  out->minor_version = (uint8_t)d->minor_version;
  out->reason.ptr = whole ? head.ptr + d->reason_at : NULL;
  out->reason.len = whole ? d->reason_end - d->reason_at : 0;
}

/* Of a head that is done or was refused. */
/*@ requires \valid(d) && h1_section_shown(&d->fields, head.ptr, head.len);
    requires \valid(out);
    requires \separated(d, out,
                        d->fields.storage + (0 .. d->fields.count_limit - 1),
                        head.ptr + (0 .. head.len - 1));
    requires response_kept(d, head.ptr) && d->fields.pos <= head.len;
    assigns *out;
    ensures h1_same_section{Pre, Post}(&d->fields);
    ensures response_kept(d, head.ptr);
    ensures h1_readable(out->reason) && h1_fields_sound(&out->fields);
    ensures h1_all_indexed(&out->fields);
    ensures out->status == d->status;
    ensures out->minor_version == d->minor_version;
    ensures out->fields.base.ptr == head.ptr;
    ensures d->state == H1_RESPONSE_FIELDS ==>
      out->reason.ptr == head.ptr + 13 && out->reason.len == d->reason_end - 13;
 */
static void fill(const h1_response_decoder *d, h1_slice head,
                 h1_response *out) {
  const h1_fields_decoder *s = &d->fields;
  fill_line(d, head, out);
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
/*@ requires \valid(d) && \valid(out) && \valid(consumed);
    requires h1_section_shown(&d->fields, head.ptr, head.len);
    requires \separated(d, out, consumed,
                        d->fields.storage + (0 .. d->fields.count_limit - 1),
                        head.ptr + (0 .. head.len - 1));
    requires response_kept(d, head.ptr) && d->fields.pos <= head.len;
    requires d->fields.state == H1_SECTION_DONE ==>
      d->state == H1_RESPONSE_FIELDS;
    assigns *out, *consumed;
    ensures h1_same_section{Pre, Post}(&d->fields);
    ensures response_kept(d, head.ptr);
    ensures \result == (d->fields.state == H1_SECTION_DONE ? (integer)H1_DONE :
      d->fields.state == H1_SECTION_FAILED ? H1_FAILED : H1_NEED_INPUT);
    ensures \result == H1_DONE ==> *consumed == d->fields.pos &&
      h1_fields_sound(&out->fields) && h1_all_indexed(&out->fields) &&
      out->fields.base.ptr == head.ptr && out->status == d->status &&
      out->reason.ptr == head.ptr + 13 && out->reason.len == d->reason_end - 13;
 */
static h1_step report(const h1_response_decoder *d, h1_slice head,
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
  fill(d, head, out);
  return step;
}

/*@ requires \valid(d) && \valid(out) && \valid(consumed);
    requires h1_section_shown(&d->fields, head.ptr, head.len);
    requires \separated(d, out, consumed,
                        d->fields.storage + (0 .. d->fields.count_limit - 1),
                        head.ptr + (0 .. head.len - 1));
    requires response_kept(d, head.ptr);
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state;
    assigns d->fields.pos, d->fields.line_at, d->fields.count;
    assigns d->fields.state, d->fields.error, d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1], *out, *consumed;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures response_kept(d, head.ptr) && d->fields.pos <= head.len &&
      d->fields.pos <= d->fields.bytes_limit;
    ensures \result == H1_NEED_INPUT ==> d->fields.pos == head.len &&
      d->fields.pos < d->fields.bytes_limit;
    ensures \result == H1_FAILED <==> d->fields.error != H1_OK;
    ensures \result == H1_DONE ==> *consumed == d->fields.pos &&
      d->state == H1_RESPONSE_FIELDS && h1_fields_sound(&out->fields) &&
      h1_all_indexed(&out->fields) &&
      out->fields.base.ptr == head.ptr && out->status == d->status &&
      out->reason.ptr == head.ptr + 13 && out->reason.len == d->reason_end - 13;
    ensures \old(d->fields.state) >= H1_SECTION_DONE ==>
      d->fields.state == \old(d->fields.state) &&
      d->fields.error == \old(d->fields.error) &&
      d->fields.pos == \old(d->fields.pos); */
h1_step h1_response_decode(h1_response_decoder *d, h1_slice head,
                           h1_response *out, size_t *consumed) {
  h1_fields_decoder *s = &d->fields;
  const size_t n = head.len < s->bytes_limit ? head.len : s->bytes_limit;
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos < n) {
    walk_response(d, head.ptr, n);
  }
  //@ assert response_kept(d, head.ptr) && s->pos <= n;
  /* A head that needs more than its limit cannot end within it. */
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos >= s->bytes_limit) {
    (void)h1_section_fail(s, s->pos, H1_HEAD_TOO_LARGE);
  }
  //@ assert response_kept(d, head.ptr) && s->pos <= n;
  return report(d, head, out, consumed);
}

/*@ requires \valid_read(d) && d->fields.error < H1_ERROR_COUNT;
    assigns \nothing;
    ensures \result == d->fields.error; */
h1_error h1_response_error(const h1_response_decoder *d) {
  return (h1_error)d->fields.error;
}

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->fields.pos; */
size_t h1_response_error_offset(const h1_response_decoder *d) {
  return d->fields.pos;
}
