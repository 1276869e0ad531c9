/* What is proven of parser/request.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_REQUEST_H_
#define H1_PARSER_PROOF_REQUEST_H_

/* Where the parts of the line are that were decoded, and the place reached; a
 * place where a fault was found is inside the part in progress. */
/*@ predicate request_line_sound{L}(h1_request_decoder *d) =
      d->state <= H1_REQUEST_FIELDS && (d->line.at == 0 || d->line.at == 2) &&
      d->line.minor_version <= 1 &&
      (d->state == H1_REQUEST_START ==>
        d->fields.pos == 0 && d->line.at == 0) &&
      (d->state == H1_REQUEST_START && d->fields.bytes_limit > 0 ==>
        d->fields.state == H1_SECTION_NAME) &&
      (d->state == H1_REQUEST_EMPTY_LF ==>
        d->fields.pos == 1 && d->line.at == 0) &&
      (d->state == H1_REQUEST_BEHIND_EMPTY ==>
        d->fields.pos == 2 && d->line.at == 2) &&
      (d->state >= H1_REQUEST_METHOD ==> d->line.at <= d->fields.pos) &&
      (d->state >= H1_REQUEST_TARGET ==>
        d->line.at < d->line.method_end < d->fields.pos) &&
      (d->state >= H1_REQUEST_VERSION ==>
        d->line.method_end + 1 < d->line.target_end < d->fields.pos) &&
      (d->state == H1_REQUEST_VERSION ==>
        d->fields.pos <= d->line.target_end + 9) &&
      (d->state == H1_REQUEST_LINE_LF ==>
        d->fields.pos == d->line.target_end + 10) &&
      (d->state < H1_REQUEST_FIELDS ==>
        d->fields.count == 0 && d->fields.line_at == 0 &&
        (d->fields.state == H1_SECTION_NAME ||
         d->fields.state == H1_SECTION_FAILED)) &&
      (d->state == H1_REQUEST_FIELDS ==>
        d->line.target_end + 11 <= d->fields.line_at) &&
      (d->state < H1_REQUEST_TARGET ==> d->line.method_end == 0) &&
      (d->state < H1_REQUEST_VERSION ==> d->line.target_end == 0); */

/* RFC 9112 3: method SP request-target SP HTTP-version CRLF, an empty line in
 * front or not; each part as far as the decoder is. */
/*@ predicate version_run{L}(uint8_t *p, integer from, integer to) =
      \forall integer k; from <= k < to ==> h1_version_at(k - from, p[k]);
    predicate request_method_bytes{L}(h1_request_decoder *d, uint8_t *p) =
      (d->line.at == 2 ==> p[0] == '\r' && p[1] == '\n') &&
      (d->state == H1_REQUEST_EMPTY_LF ==> p[0] == '\r') &&
      (d->state == H1_REQUEST_METHOD ==>
        class_run(H1_CLASS_TOKEN, p, d->line.at, d->fields.pos)) &&
      (d->state >= H1_REQUEST_TARGET ==>
        class_run(H1_CLASS_TOKEN, p, d->line.at, d->line.method_end) &&
        p[d->line.method_end] == ' ');
    predicate request_target_bytes{L}(h1_request_decoder *d, uint8_t *p) =
      (d->state == H1_REQUEST_TARGET ==>
        class_run(H1_CLASS_TARGET, p, d->line.method_end + 1,
                  d->fields.pos)) &&
      (d->state >= H1_REQUEST_VERSION ==>
        class_run(H1_CLASS_TARGET, p, d->line.method_end + 1,
                  d->line.target_end) &&
        p[d->line.target_end] == ' ');
    predicate request_version_bytes{L}(h1_request_decoder *d, uint8_t *p) =
      (d->state == H1_REQUEST_VERSION ==>
        version_run(p, d->line.target_end + 1, d->fields.pos)) &&
      (d->state >= H1_REQUEST_LINE_LF ==>
        version_run(p, d->line.target_end + 1, d->line.target_end + 9) &&
        p[d->line.target_end + 6] == '1' &&
        p[d->line.target_end + 9] == '\r') &&
      (d->state == H1_REQUEST_FIELDS ==> p[d->line.target_end + 10] == '\n');
    predicate request_bytes{L}(h1_request_decoder *d, uint8_t *p) =
      request_method_bytes(d, p) && request_target_bytes(d, p) &&
      request_version_bytes(d, p);
    predicate request_kept{L}(h1_request_decoder *d, uint8_t *p) =
      h1_section_sound(&d->fields) && request_line_sound(d) &&
      request_bytes(d, p);
    predicate request_inside{L}(h1_request_decoder *d, integer n) =
      (d->line.at == 2 ==> 2 <= n) &&
      (d->state == H1_REQUEST_EMPTY_LF ==> 1 <= n) &&
      (d->state >= H1_REQUEST_TARGET ==> d->line.method_end < n) &&
      (d->state >= H1_REQUEST_VERSION ==> d->line.target_end < n) &&
      (d->state >= H1_REQUEST_LINE_LF ==> d->line.target_end + 10 <= n) &&
      (d->state == H1_REQUEST_FIELDS ==> d->line.target_end + 11 <= n) &&
      d->fields.pos <= n;
    predicate request_same_line{A, B}(h1_request_decoder *d) =
      \at(d->state, A) == \at(d->state, B) &&
      \at(d->line.at, A) == \at(d->line.at, B) &&
      \at(d->line.method_end, A) == \at(d->line.method_end, B) &&
      \at(d->line.target_end, A) == \at(d->line.target_end, B) &&
      \at(d->line.minor_version, A) == \at(d->line.minor_version, B);
    predicate request_room{L}(h1_request_decoder *d, uint8_t *p, integer n) =
      \valid(d) && h1_section_room(&d->fields, p, n) &&
      \separated(d, d->fields.storage + (0 .. d->fields.count_limit - 1),
                 p + (0 .. n - 1));
    predicate request_shown{L}(h1_request_decoder *d, h1_slice head,
                               h1_request *out, size_t *consumed) =
      \valid(d) && h1_section_shown(&d->fields, head.ptr, head.len) &&
      \valid(out) && \valid(consumed) &&
      \separated(d, out, consumed,
                 d->fields.storage + (0 .. d->fields.count_limit - 1),
                 head.ptr + (0 .. head.len - 1));
    predicate request_told{L}(h1_request_decoder *d, h1_slice head,
                              h1_request *out, size_t *consumed,
                              integer step) =
      (step == H1_DONE || step == H1_NEED_INPUT || step == H1_FAILED) &&
      request_kept(d, head.ptr) && d->fields.pos <= head.len &&
      d->fields.pos <= d->fields.bytes_limit &&
      (step == H1_NEED_INPUT ==>
        d->fields.pos == head.len && d->fields.pos < d->fields.bytes_limit) &&
      (step == H1_FAILED <==> d->fields.error != H1_OK) &&
      (step != H1_NEED_INPUT ==>
        h1_readable(out->method_text) && h1_readable(out->target)) &&
      (step == H1_DONE ==> *consumed == d->fields.pos &&
        d->state == H1_REQUEST_FIELDS && h1_fields_sound(&out->fields) &&
        h1_all_indexed(&out->fields) &&
        out->fields.base.ptr == head.ptr &&
        out->fields.count == d->fields.count &&
        out->minor_version == d->line.minor_version &&
        out->method_text.ptr == head.ptr + d->line.at &&
        out->method_text.len == d->line.method_end - d->line.at &&
        out->target.ptr == head.ptr + d->line.method_end + 1 &&
        out->target.len == d->line.target_end - d->line.method_end - 1); */

/* What was kept is still kept where nothing of it changed; the bytes of a whole
 * line, where its fields did. */
/*@ lemma request_bytes_same{A, B}: \forall h1_request_decoder *d, uint8_t *p,
      integer n; request_bytes{A}(d, p) && request_line_sound{A}(d) &&
      request_inside{A}(d, n) && \at(d->state, A) == H1_REQUEST_FIELDS &&
      request_same_line{A, B}(d) && h1_same_bytes{A, B}(p, n) ==>
      request_bytes{B}(d, p);
    lemma request_kept_same{A, B}: \forall h1_request_decoder *d, uint8_t *p,
      integer n; request_kept{A}(d, p) && request_inside{A}(d, n) &&
      h1_same_section{A, B}(\at(&d->fields, A)) &&
      h1_same_lines{A, B}(\at(d->fields.storage, A),
                          \at(d->fields.count_limit, A)) &&
      request_same_line{A, B}(d) && h1_same_bytes{A, B}(p, n) ==>
      request_kept{B}(d, p) && request_inside{B}(d, n); */

/*@ requires 1 <= len && at + len <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures H1_METHOD_UNRECOGNISED <= \result < H1_METHOD_COUNT; */
static h1_method method_of(const uint8_t *p, size_t at, size_t len, size_t n);

/*@ requires \valid(d) && \valid_read(p + at) && request_kept(d, p);
    requires d->state < H1_REQUEST_FIELDS && H1_OK < fault < H1_ERROR_COUNT;
    requires d->fields.state == H1_SECTION_NAME;
    requires at == d->fields.pos || d->state == H1_REQUEST_TARGET &&
      d->line.method_end < at <= d->fields.pos;
    requires d->state != H1_REQUEST_START;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.pos == at;
    ensures d->fields.state == H1_SECTION_FAILED;
    ensures d->fields.error == (p[at] == '\n' ? (integer)H1_BARE_LF : fault); */
static bool refuse_line(h1_request_decoder *d, const uint8_t *p, size_t at,
                        h1_error fault);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_REQUEST_EMPTY_LF && d->fields.pos < n;
    assigns d->line.at, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_REQUEST_BEHIND_EMPTY &&
      d->fields.pos < n;
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->state == H1_REQUEST_BEHIND_EMPTY && d->fields.pos == n;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      d->state == H1_REQUEST_EMPTY_LF && p[1] != '\n'; */
static bool take_empty_lf(h1_request_decoder *d, const uint8_t *p, size_t n);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state < H1_REQUEST_METHOD && d->fields.pos < n;
    assigns d->line.at, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_REQUEST_METHOD &&
      d->fields.pos == d->line.at < n;
    ensures !\result ==> d->state < H1_REQUEST_METHOD;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      (d->state == H1_REQUEST_EMPTY_LF ? p[1] != '\n' : p[2] == '\r'); */
static bool take_front(h1_request_decoder *d, const uint8_t *p, size_t n);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_REQUEST_METHOD;
    assigns d->line.method, d->line.method_end, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_REQUEST_TARGET &&
      d->fields.pos == d->line.method_end + 1;
    ensures !\result ==> d->state == H1_REQUEST_METHOD;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      !class_byte(H1_CLASS_TOKEN, p[d->fields.pos]) &&
      (p[d->fields.pos] != ' ' || d->fields.pos == d->line.at);
    ensures d->line.method < H1_METHOD_COUNT ||
      d->line.method == \old(d->line.method); */
static bool take_method(h1_request_decoder *d, const uint8_t *p, size_t n);

/*@ assigns \nothing;
    ensures \result == (
      empty && (c == ' ' || c == '\r') ? (integer)H1_TARGET_EMPTY :
      c == '\r' ? H1_VERSION_INVALID : H1_TARGET_INVALID); */
static h1_error target_fault(uint8_t c, bool empty);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_REQUEST_TARGET;
    assigns d->line.target_end, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_REQUEST_VERSION &&
      d->fields.pos == d->line.target_end + 1 &&
      d->line.target_end - d->line.method_end - 1 <= d->target_limit;
    ensures !\result ==> d->state == H1_REQUEST_TARGET;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      (d->fields.error == H1_TARGET_TOO_LONG ?
        d->fields.pos == d->line.method_end + 1 + d->target_limit &&
        class_byte(H1_CLASS_TARGET, p[d->fields.pos]) :
        !class_byte(H1_CLASS_TARGET, p[d->fields.pos]) &&
        (p[d->fields.pos] != ' ' ||
         d->fields.pos == d->line.method_end + 1)); */
static bool take_target(h1_request_decoder *d, const uint8_t *p, size_t n);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_REQUEST_VERSION;
    assigns d->line.minor_version, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_REQUEST_LINE_LF &&
      d->line.minor_version == (p[d->line.target_end + 8] == '0' ? 0 : 1);
    ensures !\result ==> d->state == H1_REQUEST_VERSION;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      (d->fields.pos < d->line.target_end + 9 ?
        !h1_version_at(d->fields.pos - d->line.target_end - 1,
                       p[d->fields.pos]) :
        p[d->fields.pos] != '\r' || p[d->line.target_end + 6] != '1'); */
static bool take_version(h1_request_decoder *d, const uint8_t *p, size_t n);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state == H1_REQUEST_LINE_LF;
    assigns d->fields.line_at, d->state;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->fields.state == H1_SECTION_NAME;
    ensures \result ==> d->state == H1_REQUEST_FIELDS &&
      d->fields.pos == d->fields.line_at == d->line.target_end + 11;
    ensures !\result ==> d->state == H1_REQUEST_LINE_LF;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n &&
      p[d->fields.pos] != '\n'; */
static bool take_request_lf(h1_request_decoder *d, const uint8_t *p, size_t n);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires H1_REQUEST_TARGET <= d->state < H1_REQUEST_FIELDS;
    requires d->fields.pos <= n;
    assigns d->line.target_end, d->line.minor_version, d->state;
    assigns d->fields.line_at;
    assigns d->fields.pos, d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->state == H1_REQUEST_FIELDS &&
      d->fields.state == H1_SECTION_NAME &&
      d->fields.pos == d->fields.line_at == d->line.target_end + 11;
    ensures !\result ==> d->state < H1_REQUEST_FIELDS;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n; */
static bool take_behind_method(h1_request_decoder *d, const uint8_t *p,
                               size_t n);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state == H1_SECTION_NAME;
    requires d->state < H1_REQUEST_FIELDS && d->fields.pos < n;
    assigns d->line, d->state, d->fields.pos, d->fields.line_at;
    assigns d->fields.state, d->fields.error;
    ensures d->fields.pos <= n;
    ensures h1_section_sound(&d->fields);
    ensures request_line_sound(d);
    ensures request_bytes(d, p);
    ensures !\result && d->fields.state != H1_SECTION_FAILED ==>
      d->fields.pos == n;
    ensures \result ==> d->state == H1_REQUEST_FIELDS &&
      d->fields.state == H1_SECTION_NAME &&
      d->fields.pos == d->fields.line_at == d->line.target_end + 11;
    ensures !\result ==> d->state < H1_REQUEST_FIELDS;
    ensures d->fields.state == H1_SECTION_FAILED ==> d->fields.pos < n; */
static bool take_request_line(h1_request_decoder *d, const uint8_t *p,
                              size_t n);

/*@ requires \valid(d) && \valid_read(limits) && \separated(d, limits);
    assigns *d;
    ensures h1_section_sound(&d->fields) && request_line_sound(d);
    ensures d->state == H1_REQUEST_START && d->fields.pos == 0;
    ensures d->target_limit == \old(limits->target_bytes);
    ensures d->fields.storage == storage;
    ensures d->fields.bytes_limit ==
      \min(\old(limits->head_bytes), H1_HEAD_BYTES_MAX);
    ensures d->fields.count_limit ==
      \min(\min(\old(limits->header_count), H1_HEADER_COUNT_MAX), capacity);
*/
void h1_request_decoder_init(h1_request_decoder *d, const h1_limits *limits,
                             h1_scan_level level, h1_header *storage,
                             size_t capacity);

/*@ assigns \nothing;
    ensures \result == (state <= H1_REQUEST_METHOD ? (integer)H1_METHOD_INVALID
   : state < H1_REQUEST_FIELDS ? H1_TARGET_TOO_LONG : H1_HEAD_TOO_LARGE); */
static h1_error limit_fault(uint32_t state);

/*@ requires h1_readable(head) && (known ==> from < end <= head.len);
    assigns \nothing;
    ensures h1_readable(\result);
    ensures from < end <= head.len ==> \result.ptr == head.ptr + from &&
      \result.len == end - from;
    ensures !(from < end <= head.len) ==> \result.len == 0; */
H1_INLINE h1_slice part_of(h1_slice head, size_t from, size_t end, bool known);

/*@ requires \valid_read(line) && \valid(out) && \separated(line, out);
    requires h1_readable(head) && line->minor_version <= 1;
    requires line->method_end < SIZE_MAX;
    requires whole ==> line->at < line->method_end <= head.len &&
      line->method_end + 1 < line->target_end <= head.len;
    assigns *out;
    ensures h1_readable(out->method_text) && h1_readable(out->target);
    ensures out->method == line->method;
    ensures out->minor_version == line->minor_version;
    ensures line->at < line->method_end <= head.len ==>
      out->method_text.ptr == head.ptr + line->at &&
      out->method_text.len == line->method_end - line->at;
    ensures line->method_end + 1 < line->target_end <= head.len ==>
      out->target.ptr == head.ptr + line->method_end + 1 &&
      out->target.len == line->target_end - line->method_end - 1; */
H1_INLINE void fill_request_line(const h1_request_line *line, h1_slice head,
                                 bool whole, h1_request *out);

/*@ requires \valid(d) && h1_section_shown(&d->fields, head.ptr, head.len);
    requires \valid(out);
    requires \separated(d, out,
                        d->fields.storage + (0 .. d->fields.count_limit - 1),
                        head.ptr + (0 .. head.len - 1));
    requires request_kept(d, head.ptr) && request_inside(d, head.len);
    assigns *out;
    ensures h1_same_section{Pre, Post}(&d->fields);
    ensures request_kept(d, head.ptr) && request_inside(d, head.len);
    ensures h1_readable(out->method_text) && h1_readable(out->target);
    ensures d->fields.state == H1_SECTION_DONE ==>
      h1_fields_sound(&out->fields) && h1_all_indexed(&out->fields) &&
      out->fields.base.ptr == head.ptr &&
      out->fields.count == d->fields.count;
    ensures d->fields.state == H1_SECTION_DONE ==>
      out->minor_version == d->line.minor_version &&
      out->method_text.ptr == head.ptr + d->line.at &&
      out->method_text.len == d->line.method_end - d->line.at &&
      out->target.ptr == head.ptr + d->line.method_end + 1 &&
      out->target.len == d->line.target_end - d->line.method_end - 1; */
H1_INLINE void fill_request(const h1_request_decoder *d, h1_slice head,
                            h1_request *out);

/*@ requires request_shown(d, head, out, consumed);
    requires request_kept(d, head.ptr) && request_inside(d, head.len);
    requires d->fields.state == H1_SECTION_DONE;
    requires d->state == H1_REQUEST_FIELDS;
    requires d->fields.pos <= d->fields.bytes_limit;
    assigns *out, *consumed;
    ensures request_told(d, head, out, consumed, \result);
    ensures h1_same_section{Pre, Post}(&d->fields) && \result == H1_DONE; */
H1_INLINE h1_step hand_out(const h1_request_decoder *d, h1_slice head,
                           h1_request *out, size_t *consumed);

/*@ requires request_shown(d, head, out, consumed);
    requires request_kept(d, head.ptr) && head.len <= d->fields.bytes_limit;
    requires d->fields.state < H1_SECTION_DONE ==> d->fields.pos == head.len;
    assigns d->fields.pos, d->fields.state, d->fields.error, *out, *consumed;
    ensures request_told(d, head, out, consumed, \result);
    ensures \old(d->fields.state) >= H1_SECTION_DONE ==>
      d->fields.state == \old(d->fields.state) &&
      d->fields.pos == \old(d->fields.pos) &&
      d->fields.error == \old(d->fields.error); */
static H1_NOINLINE h1_step report_request(h1_request_decoder *d, h1_slice head,
                                          h1_request *out, size_t *consumed);

/*@ requires request_shown(d, head, out, consumed);
    requires request_kept(d, head.ptr);
    assigns d->line, d->state, d->fields.pos, d->fields.line_at;
    assigns d->fields.count, d->fields.state, d->fields.error;
    assigns d->fields.refused, *out, *consumed;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures request_told(d, head, out, consumed, \result);
    ensures \old(d->fields.state) >= H1_SECTION_DONE ==>
      d->fields.state == \old(d->fields.state) &&
      d->fields.pos == \old(d->fields.pos) &&
      d->fields.error == \old(d->fields.error); */
h1_step h1_request_decode(h1_request_decoder *d, h1_slice head, h1_request *out,
                          size_t *consumed);

/*@ requires \valid_read(d) && d->fields.error < H1_ERROR_COUNT;
    assigns \nothing;
    ensures \result == d->fields.error; */
h1_error h1_request_error(const h1_request_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->fields.pos; */
size_t h1_request_error_offset(const h1_request_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result <==> d->state >= H1_REQUEST_METHOD; */
bool h1_request_started(const h1_request_decoder *d);

/*@ requires \valid(s);
    requires s->ptr != \null ==> \base_addr(s->ptr) == \base_addr(from);
    assigns s->ptr;
    ensures \old(s->ptr) == \null ==> s->ptr == \null;
    ensures \old(s->ptr) != \null ==> s->ptr == to + (\old(s->ptr) - from); */
static void rebase_slice(h1_slice *s, const uint8_t *from, const uint8_t *to);

#endif
