/* What is proven of parser/internal/request_walk.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_REQUEST_WALK_H_
#define H1_PARSER_PROOF_REQUEST_WALK_H_

/*@ requires from <= n && n >= 32 && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures class_end(H1_CLASS_TARGET, p, from, \result, n); */
H1_INLINE size_t H1_LEVEL(target_end)(const uint8_t *p, size_t from, size_t n);

/*@ requires n >= 32 && \valid_read(p + (0 .. n - 1)) && \valid(method);
    requires \separated(method, p + (0 .. n - 1));
    assigns *method;
    ensures \result < 32;
    ensures \result != 0 ==> class_run(H1_CLASS_TOKEN, p, 0, \result) &&
      p[\result] == ' ';
    ensures H1_METHOD_UNRECOGNISED <= *method < H1_METHOD_COUNT; */
H1_INLINE size_t H1_LEVEL(method_end)(const uint8_t *p, size_t n,
                                      h1_method *method);

/*@ requires n >= 32 && \valid_read(p + (0 .. n - 1)) && \valid(line);
    requires n <= H1_HEAD_BYTES_MAX && \separated(line, p + (0 .. n - 1));
    assigns line->method, line->method_end, line->target_end,
            line->minor_version;
    ensures \result <= n;
    ensures \result == 0 ==> line->method_end == \old(line->method_end) &&
      line->target_end == \old(line->target_end) &&
      line->minor_version == \old(line->minor_version);
    ensures \result != 0 ==> 0 < line->method_end &&
      line->method_end + 1 < line->target_end &&
      \result == line->target_end + 11 && line->minor_version <= 1;
    ensures \result != 0 ==> line->target_end - line->method_end - 1 <=
      target_limit;
    ensures \result != 0 ==>
      class_run(H1_CLASS_TOKEN, p, 0, line->method_end) &&
      p[line->method_end] == ' ';
    ensures \result != 0 ==>
      class_run(H1_CLASS_TARGET, p, line->method_end + 1, line->target_end) &&
      p[line->target_end] == ' ';
    ensures \result != 0 ==>
      version_run(p, line->target_end + 1, line->target_end + 9) &&
      p[line->target_end + 6] == '1' && p[line->target_end + 9] == '\r' &&
      p[line->target_end + 10] == '\n'; */
H1_INLINE size_t H1_LEVEL(usual_request_line)(const uint8_t *p, size_t n,
                                              size_t target_limit,
                                              h1_request_line *line);

/*@ requires request_room(d, p, n) && request_kept(d, p);
    requires d->fields.state < H1_SECTION_DONE && d->fields.pos < n;
    assigns d->line, d->state, d->fields.pos, d->fields.line_at;
    assigns d->fields.count, d->fields.state, d->fields.error;
    assigns d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures request_kept(d, p) && d->fields.pos <= n;
    ensures d->fields.state < H1_SECTION_DONE ==> d->fields.pos == n; */
H1_INLINE void H1_LEVEL(request_walk)(h1_request_decoder *d, const uint8_t *p,
                                      size_t n);

/*@ requires request_shown(d, head, out, consumed);
    requires request_kept(d, head.ptr) && head.len <= d->fields.bytes_limit;
    assigns d->line, d->state, d->fields.pos, d->fields.line_at;
    assigns d->fields.count, d->fields.state, d->fields.error;
    assigns d->fields.refused, *out, *consumed;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures request_told(d, head, out, consumed, \result);
    ensures \old(d->fields.state) >= H1_SECTION_DONE ==>
      d->fields.state == \old(d->fields.state) &&
      d->fields.pos == \old(d->fields.pos) &&
      d->fields.error == \old(d->fields.error); */
static H1_NOINLINE h1_step H1_LEVEL(decode_rest)(h1_request_decoder *d,
                                                 h1_slice head, h1_request *out,
                                                 size_t *consumed);

/*@ requires request_room(d, p, n) && request_kept(d, p) && n >= 32;
    requires d->state == H1_REQUEST_START && d->fields.state == H1_SECTION_NAME;
    assigns d->line, d->state, d->fields.pos, d->fields.line_at;
    assigns d->fields.count, d->fields.state, d->fields.refused;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures request_kept(d, p) && d->fields.pos <= n;
    ensures d->fields.state ==
      (\result ? (integer)H1_SECTION_DONE : H1_SECTION_NAME); */
H1_INLINE bool H1_LEVEL(usual_head)(h1_request_decoder *d, const uint8_t *p,
                                    size_t n);

/*@ requires request_shown(d, head, out, consumed);
    requires request_kept(d, head.ptr) && head.len <= d->fields.bytes_limit;
    assigns d->line, d->state, d->fields.pos, d->fields.line_at;
    assigns d->fields.count, d->fields.state, d->fields.error;
    assigns d->fields.refused, *out, *consumed;
    assigns d->fields.storage[0 .. d->fields.count_limit - 1];
    ensures request_told(d, head, out, consumed, \result);
    ensures \old(d->fields.state) >= H1_SECTION_DONE ==>
      d->fields.state == \old(d->fields.state) &&
      d->fields.pos == \old(d->fields.pos) &&
      d->fields.error == \old(d->fields.error); */
static H1_NOINLINE h1_step H1_LEVEL(request_decode)(h1_request_decoder *d,
                                                    h1_slice head,
                                                    h1_request *out,
                                                    size_t *consumed);

#endif
