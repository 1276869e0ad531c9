/* What is proven of parser/fields.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_FIELDS_H_
#define H1_PARSER_PROOF_FIELDS_H_

/*@ requires id < H1_FIELD_COUNT;
    assigns \nothing;
    ensures \result == H1_TRAILER_FORBIDDEN || \result == H1_HOST_REPEATED ||
      \result == H1_LENGTH_REPEATED || \result == H1_FIELD_REPEATED; */
static h1_error refused_field(uint32_t id, bool trailers);

/*@ assigns \nothing;
    ensures H1_OK < \result < H1_ERROR_COUNT; */
static h1_error name_start_fault(uint8_t c, bool first_line);

/*@ assigns \nothing;
    ensures H1_OK < \result < H1_ERROR_COUNT; */
static h1_error name_fault(uint8_t c);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_END_LF;
    assigns s->pos, s->state, s->error;
    ensures !\result && h1_section_sound(s);
    ensures \old(s->pos) <= s->pos <= n;
    ensures s->state >= H1_SECTION_END_LF;
    ensures s->state == H1_SECTION_END_LF <==> \old(s->pos) == n;
    ensures s->state == H1_SECTION_DONE <==>
      \old(s->pos) < n && p[\old(s->pos)] == '\n';
    ensures s->state == H1_SECTION_DONE ==> s->pos == \old(s->pos) + 1;
    ensures s->state == H1_SECTION_FAILED ==> s->pos == \old(s->pos); */
static bool take_end_lf(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME && s->pos == s->line_at;
    requires s->pos < n ==> !class_byte(H1_CLASS_TOKEN, p[s->pos]);
    assigns s->pos, s->state, s->error;
    ensures !\result && h1_section_sound(s);
    ensures \old(s->pos) <= s->pos <= n;
    ensures s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures s->state == H1_SECTION_DONE ==>
      s->pos == s->line_at + 2 && p[s->line_at] == '\r' &&
      p[s->line_at + 1] == '\n';
    ensures s->state == H1_SECTION_FAILED ==> s->pos < n &&
      (s->pos == s->line_at ? p[s->pos] != '\r' : p[s->pos] != '\n'); */
static bool take_end(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, end + 1) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME && s->count < s->count_limit;
    requires s->line_at < end && p[end] == ':' && s->pos == end;
    requires s->error == H1_OK;
    assigns s->pos, s->state, s->error, s->refused, s->storage[s->count];
    ensures h1_section_sound(s) && end <= s->pos <= end + 1;
    ensures \result ==> s->state == H1_SECTION_PADDING && s->pos == end + 1;
    ensures !\result ==> s->state == H1_SECTION_FAILED && s->pos == end; */
static bool finish_name(h1_fields_decoder *s, const uint8_t *p, size_t end);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME && s->line_at < s->pos;
    assigns s->pos, s->state, s->error, s->refused,
            s->storage[s->count .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures s->state != H1_SECTION_DONE;
    ensures s->state == H1_SECTION_FAILED || \old(s->pos) <= s->pos;
    ensures \result ==> s->state == H1_SECTION_PADDING &&
      s->pos == \old(s->pos) + 1 && p[\old(s->pos)] == ':';
    ensures !\result && s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures s->state == H1_SECTION_FAILED ==> s->pos < n; */
static bool take_colon(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_NAME;
    assigns s->pos, s->state, s->error, s->refused,
            s->storage[s->count .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures s->state == H1_SECTION_FAILED || \old(s->pos) <= s->pos;
    ensures \result ==> s->state == H1_SECTION_PADDING &&
      \old(s->pos) < s->pos;
    ensures !\result && s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures \result ==> s->line_at < s->pos - 1 && p[s->pos - 1] == ':' &&
      class_run(H1_CLASS_TOKEN, p, \old(s->pos), s->pos - 1);
    ensures s->state == H1_SECTION_DONE ==> s->pos == s->line_at + 2 &&
      p[s->line_at] == '\r' && p[s->line_at + 1] == '\n';
    ensures s->state == H1_SECTION_FAILED ==> s->pos < n; */
static bool take_name(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_PADDING;
    assigns s->pos, s->state, s->storage[s->count];
    ensures h1_section_sound(s) && \old(s->pos) <= s->pos <= n;
    ensures \result ==> s->state == H1_SECTION_VALUE && s->pos < n;
    ensures !\result ==> s->state == H1_SECTION_PADDING && s->pos == n;
    ensures class_run(H1_CLASS_OWS, p, \old(s->pos), s->pos);
    ensures \result ==> !ows_byte(p[s->pos]) &&
      s->storage[s->count].value_at == s->pos; */
static bool take_padding(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_VALUE;
    assigns s->pos, s->state, s->error;
    ensures h1_section_sound(s) && \old(s->pos) <= s->pos <= n;
    ensures \result ==> s->state == H1_SECTION_LINE_LF &&
      \old(s->pos) < s->pos;
    ensures !\result && s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures \result ==> p[s->pos - 1] == '\r' &&
      class_run(H1_CLASS_VALUE, p, \old(s->pos), s->pos - 1);
    ensures !\result ==> class_run(H1_CLASS_VALUE, p, \old(s->pos), s->pos);
    ensures s->state == H1_SECTION_FAILED ==> s->pos < n && p[s->pos] != '\r' &&
      !class_byte(H1_CLASS_VALUE, p[s->pos]); */
static bool take_value(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state == H1_SECTION_LINE_LF;
    assigns s->pos, s->line_at, s->count, s->state, s->error,
            s->storage[s->count];
    ensures h1_section_sound(s) && \old(s->pos) <= s->pos <= n;
    ensures \result ==> s->state == H1_SECTION_NAME && s->pos == s->line_at &&
      s->count == \old(s->count) + 1 && \old(s->pos) < s->pos;
    ensures !\result ==> s->count == \old(s->count) &&
      s->line_at == \old(s->line_at);
    ensures !\result && s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures \result <==> \old(s->pos) < n && p[\old(s->pos)] == '\n';
    ensures \result ==> h1_trimmed(p, s->storage[s->count - 1].value_at,
      s->storage[s->count - 1].value_len, \old(s->pos) - 1);
    ensures s->state == H1_SECTION_FAILED ==> s->pos == \old(s->pos) < n; */
static bool take_line_lf(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires \valid(d) && \valid_read(limits) && \separated(d, limits);
    assigns *d;
    ensures h1_section_sound(d) && d->pos == 0 && d->storage == storage;
    ensures d->state == H1_SECTION_NAME;
    ensures d->bytes_limit ==
      \min(\old(limits->trailer_bytes), H1_HEAD_BYTES_MAX);
    ensures d->count_limit ==
      \min(\min(\old(limits->trailer_count), H1_HEADER_COUNT_MAX), capacity);
*/
void h1_trailers_decoder_init(h1_fields_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage,
                              size_t capacity);

/*@ requires h1_section_room(s, p, n) && h1_section_sound(s);
    requires s->state < H1_SECTION_DONE;
    assigns s->pos, s->line_at, s->count, s->state, s->error, s->refused,
            s->storage[0 .. s->count_limit - 1];
    ensures h1_section_sound(s) && s->pos <= n;
    ensures s->state < H1_SECTION_DONE ==> s->pos == n;
    ensures s->state == H1_SECTION_FAILED ==> s->pos < n; */
static void walk_section(h1_fields_decoder *s, const uint8_t *p, size_t n);

/*@ requires h1_section_shown(d, section.ptr, section.len);
    requires h1_section_sound(d) && \valid(out) && \valid(consumed);
    requires \separated(d, out, consumed,
                        d->storage + (0 .. d->count_limit - 1),
                        section.ptr + (0 .. section.len - 1));
    requires d->pos <= section.len;
    assigns *out, *consumed;
    ensures h1_same_section{Pre, Post}(d) && h1_section_sound(d);
    ensures \result == (d->state == H1_SECTION_DONE ? (integer)H1_DONE :
      d->state == H1_SECTION_FAILED ? H1_FAILED : H1_NEED_INPUT);
    ensures \result == H1_DONE ==> *consumed == d->pos;
    ensures \result == H1_DONE ==> h1_fields_sound(out) &&
      out->base.ptr == section.ptr && out->count == d->count;
    ensures \result == H1_DONE ==> h1_all_indexed(out); */
static h1_step report_section(h1_fields_decoder *d, h1_slice section,
                              h1_fields *out, size_t *consumed);

/*@ requires h1_section_shown(d, section.ptr, section.len);
    requires h1_section_sound(d) && \valid(out) && \valid(consumed);
    requires \separated(d, out, consumed,
                        d->storage + (0 .. d->count_limit - 1),
                        section.ptr + (0 .. section.len - 1));
    assigns d->pos, d->line_at, d->count, d->state, d->error, d->refused;
    assigns d->storage[0 .. d->count_limit - 1], *out, *consumed;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures h1_section_sound(d);
    ensures d->pos <= section.len && d->pos <= d->bytes_limit;
    ensures \result == H1_NEED_INPUT ==> d->pos == section.len &&
      d->pos < d->bytes_limit;
    ensures \result == H1_DONE ==> *consumed == d->pos;
    ensures \result == H1_DONE ==> h1_fields_sound(out) &&
      out->base.ptr == section.ptr && out->count == d->count;
    ensures \result == H1_DONE ==> h1_all_indexed(out);
    ensures \result == H1_FAILED <==> d->error != H1_OK;
    ensures \old(d->state) == H1_SECTION_FAILED ==> \result == H1_FAILED &&
      d->error == \old(d->error) && d->pos == \old(d->pos);
    ensures \old(d->state) == H1_SECTION_DONE ==> \result == H1_DONE &&
      *consumed == \old(d->pos); */
h1_step h1_trailers_decode(h1_fields_decoder *d, h1_slice section,
                           h1_fields *out, size_t *consumed);

/*@ logic integer entries_in_use{L}(h1_fields_decoder *d) =
      H1_SECTION_NAME < d->state && d->state < H1_SECTION_END_LF ? d->count + 1
                                                                 : d->count; */

/*@ requires \valid_read(d) && h1_section_sound(d);
    requires d->count_limit <= H1_HEADER_COUNT_MAX;
    assigns \nothing;
    ensures \result == entries_in_use(d) <= d->count_limit; */
static size_t entries_used(const h1_fields_decoder *d);

/*@ requires \valid(d) && h1_section_sound(d);
    requires \valid_read(d->storage + (0 .. d->count_limit - 1));
    requires \valid(storage + (0 .. capacity - 1));
    requires \separated(d, storage + (0 .. capacity - 1),
                        d->storage + (0 .. d->count_limit - 1));
    requires d->count_limit <= H1_HEADER_COUNT_MAX;
    assigns d->storage, d->count_limit, storage[0 .. capacity - 1];
    ensures h1_section_sound(d);
    ensures \result <==> entries_in_use{Pre}(d) <= capacity;
    ensures \result ==> d->storage == storage &&
      d->count_limit == \min(\old(d->count_limit), capacity);
    ensures !\result ==> d->storage == \old(d->storage) &&
      d->count_limit == \old(d->count_limit);
    ensures \result ==> \forall integer i; 0 <= i < entries_in_use{Pre}(d) ==>
      storage[i] == \old(d->storage[i]); */
bool h1_fields_decoder_move(h1_fields_decoder *d, h1_header *storage,
                            size_t capacity);

/*@ requires \valid_read(d) && d->error < H1_ERROR_COUNT;
    assigns \nothing;
    ensures \result == d->error; */
h1_error h1_trailers_error(const h1_fields_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->pos; */
size_t h1_trailers_error_offset(const h1_fields_decoder *d);

/*@ requires at < 64;
    assigns \nothing;
    exits \false; */
static uint64_t bit_of(unsigned at);

/*@ requires h1_readable(name);
    assigns \nothing;
    ensures \result <= 8; */
static unsigned sent_once(h1_slice name);

/*@ requires h1_readable(name) && 0 <= id < H1_FIELD_COUNT;
    assigns \nothing; */
static uint64_t once_bit(h1_field_id id, h1_slice name);

#endif
