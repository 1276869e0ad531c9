/* What is proven of parser/response.c: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_RESPONSE_H_
#define H1_PARSER_PROOF_RESPONSE_H_

/* What the proofs say of a status line: where its parts are, as far as they
 * were decoded, and RFC 9112 4: HTTP-version SP status-code SP [reason-phrase]
 * CRLF with major version 1. */
/*@ predicate status_at(integer k, integer c) =
      k < 8 ? h1_version_at(k, c) : k == 8 || k == 12 ? c == ' ' :
      digit_byte(c);
    predicate status_run{L}(uint8_t *p, integer to) =
      (\forall integer k; 0 <= k < to ==> status_at(k, p[k])) &&
      (to > 8 ==> p[5] == '1');
    predicate status_line_sound{L}(h1_response_decoder *d) =
      d->state <= H1_RESPONSE_FIELDS && d->minor_version <= 1 &&
      d->status <= 999 &&
      (d->state == H1_RESPONSE_STATUS ==> d->fields.pos <= 12) &&
      (d->state >= H1_RESPONSE_REASON ==> 13 <= d->fields.pos &&
        d->reason_at == 13) &&
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

/*@ requires at < 13 && \valid_read(p + (0 .. at));
    assigns \nothing;
    ensures H1_OK <= \result < H1_ERROR_COUNT;
    ensures \result == H1_OK <==>
      status_at(at, p[at]) && (at == 8 ==> p[5] == '1'); */
static h1_error status_line_fault(const uint8_t *p, size_t at);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result ==> n >= 13 && status_run(p, 13); */
static bool is_usual_status(const uint8_t *p, size_t n);

/*@ requires \valid(d) && \valid_read(line + (0 .. 12)) && status_run(line, 13);
    requires reason_at == 13;
    requires h1_section_sound(&d->fields) && d->fields.pos == 13;
    requires d->reason_end == 0 && d->fields.count == 0 &&
      d->fields.line_at == 0;
    requires d->fields.state == H1_SECTION_NAME;
    assigns d->minor_version, d->status, d->reason_at, d->state;
    ensures status_line_sound(d) && status_bytes(d, line);
    ensures h1_section_sound(&d->fields);
    ensures d->state == H1_RESPONSE_REASON; */
static void note_status(h1_response_decoder *d, const uint8_t *line,
                        size_t reason_at);

/*@ requires \valid(d);
    assigns d->fields.line_at, d->state;
    ensures d->fields.line_at == d->fields.pos;
    ensures d->state == H1_RESPONSE_FIELDS; */
static void begin_fields(h1_response_decoder *d);

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
static bool take_status(h1_response_decoder *d, const uint8_t *p, size_t n);

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
static bool take_reason(h1_response_decoder *d, const uint8_t *p, size_t n);

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
static bool take_status_lf(h1_response_decoder *d, const uint8_t *p, size_t n);

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
static bool take_status_line(h1_response_decoder *d, const uint8_t *p,
                             size_t n);

/*@ requires \valid(d) && \valid_read(limits) && \separated(d, limits);
    assigns *d;
    ensures h1_section_sound(&d->fields);
    ensures d->state == H1_RESPONSE_STATUS && d->fields.pos == 0;
    ensures d->reason_end == 0 && d->fields.count == 0;
    ensures d->fields.line_at == 0 && d->status <= 999;
    ensures d->fields.state == H1_SECTION_NAME && d->minor_version <= 1;
    ensures d->fields.storage == storage;
    ensures d->fields.bytes_limit ==
      \min(\old(limits->head_bytes), H1_HEAD_BYTES_MAX);
    ensures d->fields.count_limit ==
      \min(\min(\old(limits->header_count), H1_HEADER_COUNT_MAX), capacity);
*/
void h1_response_decoder_init(h1_response_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage,
                              size_t capacity);

/*@ requires \valid(d);
    assigns *d; */
void h1_response_tolerate(h1_response_decoder *d, uint32_t tolerances);

/*@ requires response_room(d, p, n) && response_kept(d, p);
    requires d->fields.state < H1_SECTION_DONE && d->fields.pos < n;
    assigns d->minor_version, d->status, d->reason_at, d->reason_end, d->state;
    assigns d->fields.pos, d->fields.line_at, d->fields.count;
    assigns d->fields.state, d->fields.error, d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures response_walked(d, p, n); */
static void walk_response(h1_response_decoder *d, const uint8_t *p, size_t n);

/*@ requires \valid_read(d) && \valid(out) && \separated(d, out);
    requires h1_readable(head) && d->status <= 999 && d->minor_version <= 1;
    requires d->reason_end != 0 ==> d->reason_at <= d->reason_end;
    assigns *out;
    ensures h1_readable(out->reason);
    ensures out->status == d->status;
    ensures out->minor_version == d->minor_version;
    ensures 0 < d->reason_end <= head.len ==>
      out->reason.ptr == head.ptr + d->reason_at &&
      out->reason.len == d->reason_end - d->reason_at; */
static void fill_status_line(const h1_response_decoder *d, h1_slice head,
                             h1_response *out);

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
static void fill_response(const h1_response_decoder *d, h1_slice head,
                          h1_response *out);

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
static h1_step report_response(const h1_response_decoder *d, h1_slice head,
                               h1_response *out, size_t *consumed);

/*@ requires \valid(s) && h1_section_sound(s);
    assigns s->pos, s->error, s->state;
    ensures h1_section_sound(s) && s->pos == \old(s->pos);
    ensures \old(s->state < H1_SECTION_DONE && s->pos >= s->bytes_limit)
      ? s->state == H1_SECTION_FAILED
      : s->state == \old(s->state) && s->error == \old(s->error); */
static void check_limit(h1_fields_decoder *s);

/*@ requires \valid(d) && response_kept(d, p);
    assigns d->fields.pos, d->fields.error, d->fields.state;
    ensures response_kept(d, p) && d->fields.pos == \old(d->fields.pos);
    ensures \old(d->fields.state < H1_SECTION_DONE &&
                 d->fields.pos >= d->fields.bytes_limit)
      ? d->fields.state == H1_SECTION_FAILED
      : d->fields.state == \old(d->fields.state) &&
        d->fields.error == \old(d->fields.error); */
static void check_kept_limit(h1_response_decoder *d, const uint8_t *p);

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
static h1_step decode_strictly(h1_response_decoder *d, h1_slice head,
                               h1_response *out, size_t *consumed);

/*@ requires \valid(d) && \valid(out) && \valid(consumed);
    requires h1_section_shown(&d->fields, head.ptr, head.len);
    assigns *d, d->fields.storage[0 .. d->fields.count_limit - 1], *out,
            *consumed;
    exits \false;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED; */
static h1_step decode_tolerantly(h1_response_decoder *d, h1_slice head,
                                 h1_response *out, size_t *consumed);

/* What holds of a decoder without tolerances is what decode_strictly says. */
/*@ requires \valid(d) && \valid(out) && \valid(consumed);
    requires h1_section_shown(&d->fields, head.ptr, head.len);
    requires \separated(d, out, consumed,
                        d->fields.storage + (0 .. d->fields.count_limit - 1),
                        head.ptr + (0 .. head.len - 1));
    requires d->fields.tolerances == 0 ==> response_kept(d, head.ptr);
    assigns *d, d->fields.storage[0 .. d->fields.count_limit - 1], *out,
            *consumed;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures \old(d->fields.tolerances) == 0 ==>
      response_kept(d, head.ptr) && d->fields.pos <= head.len;
    ensures \old(d->fields.tolerances) == 0 && \result == H1_NEED_INPUT ==>
      d->fields.pos == head.len;
    ensures \old(d->fields.tolerances) == 0 && \result == H1_DONE ==>
      *consumed == d->fields.pos && h1_fields_sound(&out->fields) &&
      h1_all_indexed(&out->fields) && out->status == d->status; */
h1_step h1_response_decode(h1_response_decoder *d, h1_slice head,
                           h1_response *out, size_t *consumed);

/*@ requires \valid_read(d) && d->fields.error < H1_ERROR_COUNT;
    assigns \nothing;
    ensures \result == d->fields.error; */
h1_error h1_response_error(const h1_response_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->fields.pos; */
size_t h1_response_error_offset(const h1_response_decoder *d);

#endif
