/* What is proven of parser/internal/section.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_SECTION_H_
#define H1_PARSER_PROOF_SECTION_H_

/* The line in progress, s->storage[s->count], as far as the decoder is, and
 * the lines before it: where their parts are, and which fields. */
/*@ predicate h1_named{L}(h1_fields_decoder *s) =
      s->count < s->count_limit &&
      s->storage[s->count].name_at == s->line_at &&
      s->storage[s->count].name_len > 0 &&
      s->storage[s->count].id < H1_FIELD_COUNT &&
      s->line_at + s->storage[s->count].name_len < s->pos;
    predicate h1_valued{L}(h1_fields_decoder *s, integer end) =
      h1_named(s) && s->storage[s->count].value_at <= end &&
      s->line_at + s->storage[s->count].name_len <
        s->storage[s->count].value_at;
    predicate h1_begun{L}(h1_fields_decoder *s) =
      (s->state == H1_SECTION_PADDING ==> h1_named(s)) &&
      (s->state == H1_SECTION_VALUE ==> h1_valued(s, s->pos)) &&
      (s->state == H1_SECTION_LINE_LF ==> h1_valued(s, s->pos - 1));
    predicate h1_lines{L}(h1_header *lines, integer count, integer end) =
      \forall integer i; 0 <= i < count ==>
        0 < lines[i].name_len &&
        lines[i].name_at + lines[i].name_len < lines[i].value_at &&
        lines[i].value_at + lines[i].value_len + 2 <= end &&
        lines[i].id < H1_FIELD_COUNT; */

/* What holds between two calls, what a call on a decoder's p[0..n) is given,
 * and what the decoder itself is shown. */
/*@ predicate h1_section_sound{L}(h1_fields_decoder *s) =
      s->error < H1_ERROR_COUNT && s->state <= H1_SECTION_FAILED &&
      s->count <= s->count_limit && s->line_at <= s->pos && h1_begun(s) &&
      h1_lines(s->storage, s->count, s->line_at) &&
      (s->state == H1_SECTION_FAILED <==> s->error != H1_OK);
    predicate h1_section_room{L}(h1_fields_decoder *s, uint8_t *p, integer n) =
      \valid(s) && \valid(s->storage + (0 .. s->count_limit - 1)) &&
      \valid_read(p + (0 .. n - 1)) && n <= H1_HEAD_BYTES_MAX &&
      s->count_limit <= H1_HEADER_COUNT_MAX && s->pos <= n &&
      \separated(s, s->storage + (0 .. s->count_limit - 1), p + (0 .. n - 1));
    predicate h1_section_shown{L}(h1_fields_decoder *s, uint8_t *p, integer n) =
      \valid(s) && \valid(s->storage + (0 .. s->count_limit - 1)) &&
      \valid_read(p + (0 .. n - 1)) && s->bytes_limit <= H1_HEAD_BYTES_MAX &&
      s->count_limit <= H1_HEADER_COUNT_MAX && s->pos <= n &&
      s->pos <= s->bytes_limit; */

/* What is no different in two places of a function. */
/*@ predicate h1_same_lines{A, B}(h1_header *lines, integer count) =
      \forall integer i; 0 <= i < count ==>
        \at(lines[i].name_at, A) == \at(lines[i].name_at, B) &&
        \at(lines[i].name_len, A) == \at(lines[i].name_len, B) &&
        \at(lines[i].value_at, A) == \at(lines[i].value_at, B) &&
        \at(lines[i].value_len, A) == \at(lines[i].value_len, B) &&
        \at(lines[i].id, A) == \at(lines[i].id, B);
    predicate h1_same_section{A, B}(h1_fields_decoder *s) =
      \at(s->storage, A) == \at(s->storage, B) &&
      \at(s->bytes_limit, A) == \at(s->bytes_limit, B) &&
      \at(s->count_limit, A) == \at(s->count_limit, B) &&
      \at(s->pos, A) == \at(s->pos, B) &&
      \at(s->line_at, A) == \at(s->line_at, B) &&
      \at(s->count, A) == \at(s->count, B) &&
      \at(s->state, A) == \at(s->state, B) &&
      \at(s->error, A) == \at(s->error, B);
    predicate h1_same_bytes{A, B}(uint8_t *p, integer n) =
      \forall integer k; 0 <= k < n ==> \at(p[k], A) == \at(p[k], B); */

/* The end of a value: what is cut off it is OWS, and no more of that is left.
 */
/*@ predicate h1_trimmed{L}(uint8_t *p, integer at, integer len, integer cr) =
      at + len <= cr && (len > 0 ==> !ows_byte(p[at + len - 1])) &&
      class_run(H1_CLASS_OWS, p, at + len, cr); */

/*@ assigns \nothing; */
H1_INLINE uint64_t h1_push_byte(uint64_t bytes, uint8_t c);

/*@ requires \valid_read(p + (at .. at + 7)) && at + 7 <= SIZE_MAX;
    assigns \nothing; */
H1_INLINE uint64_t h1_load64(const uint8_t *p, size_t at);

/*@ requires at + 1 <= SIZE_MAX && \valid_read(p + (at .. at + 1));
    assigns \nothing;
    exits \false;
    ensures \result <==> p[at] == a && p[at + 1] == b; */
H1_INLINE bool h1_is_pair(const uint8_t *p, size_t at, uint8_t a, uint8_t b);

/*@ requires at + 3 <= SIZE_MAX && \valid_read(p + (at .. at + 3));
    assigns \nothing;
    exits \false;
    ensures \result <==> p[at] == a && p[at + 1] == b && p[at + 2] == c &&
      p[at + 3] == d; */
H1_INLINE bool h1_is_quad(const uint8_t *p, size_t at, uint8_t a, uint8_t b,
                          uint8_t c, uint8_t d);

/*@ requires 1 <= len <= 7 && at + len <= 8;
    requires \valid_read(p + (0 .. at + len - 1));
    assigns \nothing; */
static H1_NOINLINE uint64_t h1_load_front(const uint8_t *p, size_t at,
                                          size_t len);

/*@ requires 1 <= len <= 7 && at + len <= SIZE_MAX;
    requires \valid_read(p + (0 .. at + len - 1));
    assigns \nothing; */
H1_INLINE uint64_t h1_load_short(const uint8_t *p, size_t at, size_t len);

/*@ requires 1 <= len <= 7;
    assigns \nothing;
    exits \false; */
H1_INLINE bool h1_low_bytes_equal(uint64_t a, uint64_t b, size_t len);

/*@ requires 1 <= len <= 24 && at + len <= SIZE_MAX;
    requires \valid_read(p + (0 .. at + len - 1));
    requires \valid_read(text + (0 .. 31));
    assigns \nothing; */
H1_INLINE bool h1_name_matches(const uint8_t *text, const uint8_t *p, size_t at,
                               size_t len);

/*@ requires at < end && \valid_read(p + (at .. end - 1));
    assigns \nothing;
    exits \false;
    ensures \valid_read(\result) && \valid_read(&\result->text[0] + (0 .. 31));
    ensures \result->len <= 24 && \result->id < H1_FIELD_COUNT; */
H1_INLINE const h1_name_row *h1_name_row_of(const uint8_t *p, size_t at,
                                            size_t end);

/*@ requires 1 <= len && at + len <= SIZE_MAX;
    requires \valid_read(p + (0 .. at + len - 1));
    assigns \nothing;
    ensures \result < H1_FIELD_COUNT; */
H1_INLINE uint32_t h1_name_id(const uint8_t *p, size_t at, size_t len);

/*@ requires id < H1_FIELD_COUNT;
    assigns \nothing;
    exits \false; */
H1_INLINE uint64_t h1_field_bit(uint32_t id);

/*@ assigns \nothing;
    exits \false;
    ensures \forall integer k; 0 <= k < H1_FIELD_COUNT ==>
      !h1_in_set(\result, k); */
H1_INLINE uint64_t h1_no_field(void);

/*@ requires id < H1_FIELD_COUNT;
    assigns \nothing;
    exits \false;
    ensures \forall integer k; 0 <= k < H1_FIELD_COUNT ==>
      (h1_in_set(\result, k) <==> k == id || h1_in_set(bits, k)); */
H1_INLINE uint64_t h1_with_field(uint64_t bits, uint32_t id);

/*@ requires H1_OK < fault < H1_ERROR_COUNT;
    assigns \nothing;
    ensures H1_OK < \result < H1_ERROR_COUNT;
    ensures \result == (c == '\n' ? (integer)H1_BARE_LF : fault); */
H1_INLINE h1_error h1_fault_or_bare_lf(uint8_t c, h1_error fault);

/*@ predicate h1_version_at(integer i, integer c) =
      i == 0 ? c == 'H' : i == 1 || i == 2 ? c == 'T' : i == 3 ? c == 'P' :
      i == 4 ? c == '/' : i == 6 ? c == '.' : digit_byte(c); */

/*@ requires i < 8;
    assigns \nothing;
    ensures \result <==> h1_version_at(i, c); */
static inline bool h1_version_byte(size_t i, uint8_t c);

/*@ requires at + 7 <= SIZE_MAX && \valid_read(p + (at .. at + 7));
    assigns \nothing;
    exits \false;
    ensures \result ==> \forall integer k; at <= k < at + 8 ==>
      h1_version_at(k - at, p[k]);
    ensures \result ==> p[at + 5] == '1';
    ensures \result ==> p[at + 7] == '0' || p[at + 7] == '1'; */
H1_INLINE bool h1_version_1(const uint8_t *p, size_t at);

/*@ assigns \nothing;
    ensures \result ==
      \min(\min(count_limit, H1_HEADER_COUNT_MAX), capacity); */
H1_INLINE size_t h1_lines_limit(size_t count_limit, size_t capacity);

/*@ requires \valid(s);
    assigns *s;
    ensures s->storage == storage && s->pos == 0 && s->state == H1_SECTION_NAME;
    ensures s->count == 0 && s->line_at == 0 && s->error == H1_OK;
    ensures s->bytes_limit == \min(bytes_limit, H1_HEAD_BYTES_MAX);
    ensures s->count_limit ==
      \min(\min(count_limit, H1_HEADER_COUNT_MAX), capacity);
    ensures h1_section_sound(s); */
H1_INLINE void h1_section_init(h1_fields_decoder *s, size_t bytes_limit,
                               size_t count_limit, bool trailers,
                               h1_scan_level level, h1_header *storage,
                               size_t capacity);

/*@ requires \valid(s) && H1_OK < e < H1_ERROR_COUNT;
    assigns s->pos, s->error, s->state;
    ensures !\result && s->pos == at && s->error == e;
    ensures s->state == H1_SECTION_FAILED;
    ensures \old(h1_section_sound(s) && s->line_at <= at) ==>
      h1_section_sound(s); */
H1_INLINE bool h1_section_fail(h1_fields_decoder *s, size_t at, h1_error e);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    assigns s->pos, s->line_at, s->count, s->state, s->error, s->refused,
            s->storage[s->count .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures s->state == H1_SECTION_FAILED || \old(s->pos) <= s->pos;
    ensures \result ==> s->state == H1_SECTION_NAME && s->pos == s->line_at &&
      s->count == \old(s->count) + 1 && \old(s->pos) < s->pos;
    ensures !\result ==> s->count == \old(s->count) &&
      s->line_at == \old(s->line_at);
    ensures !\result && s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures \old(s->state) < H1_SECTION_DONE &&
      s->state == H1_SECTION_FAILED ==> s->pos < n; */
bool h1_section_line(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires \valid_read(s);
    assigns \nothing;
    ensures \result == (s->state == H1_SECTION_DONE ? (integer)H1_DONE :
      s->state == H1_SECTION_FAILED ? H1_FAILED : H1_NEED_INPUT); */
H1_INLINE h1_step h1_section_step(const h1_fields_decoder *s);

/*@ requires \valid_read(s) && h1_section_sound(s) && \valid(out);
    requires \valid_read(s->storage + (0 .. s->count_limit - 1));
    requires s->count_limit <= H1_HEADER_COUNT_MAX;
    requires \valid_read(base + (0 .. s->pos - 1));
    requires \separated(out, s, s->storage + (0 .. s->count_limit - 1));
    requires \separated(out, base + (0 .. s->pos - 1));
    assigns *out;
    ensures h1_fields_sound(out) && out->base.ptr == base;
    ensures out->base.len == s->pos && out->headers == s->storage;
    ensures out->count == (s->state == H1_SECTION_DONE ? s->count : 0);
    ensures h1_all_indexed(out); */
H1_INLINE void h1_section_view(const h1_fields_decoder *s, const uint8_t *base,
                               h1_fields *out);

#endif
