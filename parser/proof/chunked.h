/* What is proven of parser/chunked.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_CHUNKED_H_
#define H1_PARSER_PROOF_CHUNKED_H_

/* What holds between two bytes of framing. A size is whole, and counted down
 * to 0, before anything after its data is awaited. */
/*@ predicate no_size(integer state) =
      state == EXPECT_SIZE || state == EXPECT_DATA_CR ||
      state == EXPECT_DATA_LF;

    predicate sound(framing *f, integer state) =
      f->size <= SIZE_LIMIT && f->ext_left <= f->ext_limit &&
      0 <= state <= REFUSED && (no_size(state) ==> f->size == 0) &&
      (state == IN_DATA ==> 0 < f->size <= f->body_left) &&
      (state == REFUSED <==> f->error != H1_OK); */

/* The grammar of RFC 9112 7.1 as an automaton: which state `t` byte `c` leads
 * to from state `s`. Each predicate holds for exactly one `t`. */
/*@ predicate ext_item_end(integer c, integer blank_state, integer t) =
      c == ';' ? t == EXPECT_EXT_NAME :
      ows_byte(c) ? t == blank_state : t == REFUSED;

    predicate ext_name_next(integer s, integer c, integer t) =
      s != EXPECT_EXT_EQUALS && token_byte(c) ? t == IN_EXT_NAME :
      s == EXPECT_EXT_NAME ?
        (ows_byte(c) ? t == EXPECT_EXT_NAME : t == REFUSED) :
      c == '=' ? t == EXPECT_EXT_VALUE :
      ext_item_end(c, EXPECT_EXT_EQUALS, t);

    predicate ext_value_next(integer s, integer c, integer t) =
      s == EXPECT_EXT_VALUE ?
        (token_byte(c) ? t == IN_EXT_TOKEN :
         c == '"' ? t == IN_EXT_QUOTED :
         ows_byte(c) ? t == EXPECT_EXT_VALUE : t == REFUSED) :
      s == IN_EXT_TOKEN && token_byte(c) ? t == IN_EXT_TOKEN :
      s == IN_EXT_QUOTED ?
        (c == '"' ? t == EXPECT_EXT_END :
         c == '\\' ? t == EXPECT_EXT_ESCAPED :
         value_byte(c) ? t == IN_EXT_QUOTED : t == REFUSED) :
      s == EXPECT_EXT_ESCAPED ?
        (value_byte(c) ? t == IN_EXT_QUOTED : t == REFUSED) :
      ext_item_end(c, EXPECT_EXT_SEMICOLON, t);

    predicate ext_next(integer s, integer c, integer room, integer t) =
      room == 0 ? t == REFUSED :
      s < EXPECT_EXT_NAME ? t == EXPECT_EXT_NAME :
      s <= EXPECT_EXT_EQUALS ? ext_name_next(s, c, t) :
      ext_value_next(s, c, t);

    predicate size_next(integer s, integer c, integer size, integer room,
                        integer t) =
      hexdig_byte(c) && s != EXPECT_SEMICOLON ?
        (16 * size + hex_value(c) <= SIZE_LIMIT ? t == IN_SIZE
                                                : t == REFUSED) :
      s == EXPECT_SIZE ? t == REFUSED :
      c == ';' ? ext_next(s, c, room, t) :
      ows_byte(c) ? t == EXPECT_SEMICOLON : t == REFUSED;

    predicate cr_next(integer s, integer t) =
      s == IN_SIZE || s == IN_EXT_NAME || s == IN_EXT_TOKEN ||
          s == EXPECT_EXT_END ? t == EXPECT_LINE_LF :
      s == EXPECT_DATA_CR ? t == EXPECT_DATA_LF :
      s == EXPECT_SIZE || s == EXPECT_SEMICOLON ? t == EXPECT_LF_AFTER_SIZE :
      s < EXPECT_LINE_LF ? t == EXPECT_LF_AFTER_EXT : t == REFUSED;

    predicate lf_next(integer s, integer size, integer body_left, integer t) =
      s == EXPECT_LINE_LF ?
        (size == 0 ? t == DECODED :
         size <= body_left ? t == IN_DATA : t == REFUSED) :
      s == EXPECT_DATA_LF ? t == EXPECT_SIZE : t == REFUSED;

    predicate next(integer s, integer c, integer size, integer room,
                   integer body_left, integer t) =
      c == '\r' ? cr_next(s, t) :
      c == '\n' ? lf_next(s, size, body_left, t) :
      s <= EXPECT_SEMICOLON ? size_next(s, c, size, room, t) :
      s < EXPECT_LINE_LF ? ext_next(s, c, room, t) : t == REFUSED; */

/* Which fault it is when that state is REFUSED. */
/*@ predicate ext_fault(integer room, integer e) =
      e == (room == 0 ? (integer)H1_CHUNK_EXT_TOO_LARGE : H1_CHUNK_EXT_INVALID);

    predicate size_fault(integer s, integer c, integer room, integer e) =
      hexdig_byte(c) && s != EXPECT_SEMICOLON ? e == H1_CHUNK_SIZE_OVERFLOW :
      s != EXPECT_SIZE && c == ';' ? ext_fault(room, e) :
      e == H1_CHUNK_SIZE_INVALID;

    predicate lf_fault(integer s, integer e) =
      s == EXPECT_LINE_LF ? e == H1_BODY_TOO_LARGE :
      s == EXPECT_LF_AFTER_SIZE ? e == H1_CHUNK_SIZE_INVALID :
      s == EXPECT_LF_AFTER_EXT ? e == H1_CHUNK_EXT_INVALID : e == H1_BARE_LF;

    predicate fault(integer s, integer c, integer room, integer e) =
      c == '\r' ? e == H1_BARE_CR :
      c == '\n' ? lf_fault(s, e) :
      s <= EXPECT_SEMICOLON ? size_fault(s, c, room, e) :
      s < EXPECT_LINE_LF ? ext_fault(room, e) :
      s == EXPECT_DATA_CR ? e == H1_CHUNK_END_INVALID : e == H1_BARE_CR; */

/*@ requires \valid(f);
    requires why != H1_OK;
    assigns f->error;
    ensures \result == REFUSED && f->error == why; */
static uint32_t refuse_byte(framing *f, h1_error why);

/*@ assigns \nothing;
    ensures \result <==> token_byte(c); */
static bool is_token(uint8_t c);

/*@ assigns \nothing;
    ensures \result <==> value_byte(c); */
static bool is_text(uint8_t c);

/*@ requires \valid(f) && blank_state < REFUSED;
    assigns f->error;
    ensures ext_item_end(c, blank_state, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_CHUNK_EXT_INVALID
                                            : \old(f->error)); */
static uint32_t after_ext_item(framing *f, uint8_t c, uint32_t blank_state);

/*@ requires \valid(f);
    requires EXPECT_EXT_NAME <= f->state <= EXPECT_EXT_EQUALS;
    assigns f->error;
    ensures ext_name_next(f->state, c, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_CHUNK_EXT_INVALID
                                            : \old(f->error)); */
static uint32_t ext_name_byte(framing *f, uint8_t c);

/*@ requires \valid(f);
    requires EXPECT_EXT_VALUE <= f->state <= EXPECT_EXT_SEMICOLON;
    assigns f->error;
    ensures ext_value_next(f->state, c, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_CHUNK_EXT_INVALID
                                            : \old(f->error)); */
static uint32_t ext_value_byte(framing *f, uint8_t c);

/*@ requires \valid(f) && f->state < EXPECT_LINE_LF;
    assigns f->error, f->ext_left;
    ensures ext_next(f->state, c, \old(f->ext_left), \result);
    ensures f->ext_left == \max(0, \old(f->ext_left) - 1);
    ensures \result == REFUSED ==> ext_fault(\old(f->ext_left), f->error);
    ensures \result != REFUSED ==> f->error == \old(f->error); */
static uint32_t ext_byte(framing *f, uint8_t c);

/*@ requires \valid(f) && f->state <= EXPECT_SEMICOLON;
    requires f->size <= SIZE_LIMIT;
    assigns f->error, f->ext_left, f->size;
    ensures size_next(f->state, c, \old(f->size), \old(f->ext_left), \result);
    ensures f->size == (\result == IN_SIZE ? 16 * \old(f->size) + hex_value(c)
                                           : \old(f->size));
    ensures f->ext_left <= \old(f->ext_left);
    ensures \result == REFUSED ==>
      size_fault(f->state, c, \old(f->ext_left), f->error);
    ensures \result != REFUSED ==> f->error == \old(f->error); */
static uint32_t size_byte(framing *f, uint8_t c);

/*@ requires \valid(f);
    assigns f->error;
    ensures cr_next(f->state, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_BARE_CR
                                            : \old(f->error)); */
static uint32_t cr_byte(framing *f);

/*@ requires \valid(f);
    assigns f->error, f->ext_left;
    ensures lf_next(f->state, f->size, f->body_left, \result);
    ensures f->ext_left == (f->state == EXPECT_DATA_LF ? f->ext_limit
                                                       : \old(f->ext_left));
    ensures \result == REFUSED ==> lf_fault(f->state, f->error);
    ensures \result != REFUSED ==> f->error == \old(f->error); */
static uint32_t lf_byte(framing *f);

/*@ requires \valid(f) && sound(f, f->state) && f->state < IN_DATA;
    assigns f->error, f->ext_left, f->size;
    ensures next(f->state, c, \old(f->size), \old(f->ext_left), f->body_left,
                 \result);
    ensures f->size == (\result == IN_SIZE ? 16 * \old(f->size) + hex_value(c)
                                           : \old(f->size));
    ensures \result == REFUSED ==>
      fault(f->state, c, \old(f->ext_left), f->error);
    ensures sound(f, \result); */
static uint32_t framing_byte(framing *f, uint8_t c);

/* What holds between two calls; a body's data never exceeds body_bytes. */
/*@ predicate sound_decoder(h1_chunked_decoder *d) =
      d->left <= SIZE_LIMIT && d->ext_left <= d->ext_limit &&
      d->state <= REFUSED && (no_size(d->state) ==> d->left == 0) &&
      (d->state == IN_DATA ==> 0 < d->left <= d->body_left) &&
      (d->state == REFUSED <==> d->error != H1_OK) &&
      d->data_bytes + d->body_left <= UINT64_MAX;

    logic integer grown(integer allowance, integer ratio, integer data) =
      allowance + ratio * data <= UINT64_MAX ? allowance + ratio * data
                                             : UINT64_MAX;

    predicate kept{L1, L2}(h1_chunked_decoder *d, integer framing_bytes,
                           integer data) =
      \at(d->taken, L2) == \at(d->taken, L1) + framing_bytes + data &&
      \at(d->data_bytes, L2) == \at(d->data_bytes, L1) + data &&
      \at(d->body_left, L2) == \at(d->body_left, L1) - data &&
      \at(d->overhead_left, L2) ==
        grown(\at(d->overhead_left, L1) - framing_bytes,
              \at(d->overhead_ratio, L1), data) &&
      \at(d->overhead_ratio, L2) == \at(d->overhead_ratio, L1) &&
      \at(d->ext_limit, L2) == \at(d->ext_limit, L1); */

/*@ requires \valid(d) && sound_decoder(d) && d->state < IN_DATA;
    requires \valid_read(p + (0 .. n - 1));
    requires \separated(d, p + (0 .. n - 1));
    assigns d->left, d->ext_left, d->state, d->error;
    ensures sound_decoder(d);
    ensures \result <= n && \result <= d->overhead_left;
    ensures d->state < IN_DATA ==> \result == n;
    ensures d->state == IN_DATA || d->state == DECODED ==> \result > 0;
    ensures d->error == H1_CHUNK_OVERHEAD ==> \result == d->overhead_left; */
static size_t take_framing(h1_chunked_decoder *d, const uint8_t *p, size_t n);

/*@ requires at < SIZE_MAX && \valid_read(p + (at .. at + 1));
    assigns \nothing;
    ensures \result <==> p[at] == '\r' && p[at + 1] == '\n'; */
static bool is_crlf(const uint8_t *p, size_t at);

/* What 1*HEXDIG says, and where a size line as usual ends. */
/*@ logic integer hex_number(uint8_t *p, integer from, integer to) =
      to <= from ? 0
                 : 16 * hex_number(p, from, to - 1) + hex_value(p[to - 1]);

    predicate size_line_ends(uint8_t *p, integer from, integer at, integer n) =
      from < at <= from + 15 && at + 2 <= n &&
      (\forall integer i; from <= i < at ==> hexdig_byte(p[i])) &&
      p[at] == '\r' && p[at + 1] == '\n'; */

/*@ requires from <= n && \valid_read(p + (from .. n - 1));
    assigns \nothing;
    ensures \result.bytes == 0 ==>
      !\exists integer at; size_line_ends(p, from, at, n);
    ensures \result.bytes != 0 ==>
      size_line_ends(p, from, \result.bytes - 2, n) &&
      \result.size == hex_number(p, from, \result.bytes - 2);
    ensures \result.size < 0x1000000000000000; */
H1_INLINE size_line read_size_line(const uint8_t *p, size_t from, size_t n);

/*@ requires \valid_read(d) && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result.bytes <= n && \result.bytes <= d->overhead_left;
    ensures \result.bytes != 0 ==>
      \result.size <= d->body_left &&
      (d->state == EXPECT_SIZE &&
           size_line_ends(p, 0, \result.bytes - 2, n) &&
           \result.size == hex_number(p, 0, \result.bytes - 2) ||
       d->state == EXPECT_DATA_CR && p[0] == '\r' && p[1] == '\n' &&
           size_line_ends(p, 2, \result.bytes - 2, n) &&
           \result.size == hex_number(p, 2, \result.bytes - 2)); */
H1_INLINE size_line usual_framing(const h1_chunked_decoder *d, const uint8_t *p,
                                  size_t n);

/*@ assigns \nothing;
    ensures \result == grown(allowance, ratio, data); */
static uint64_t grown_allowance(uint64_t allowance, uint64_t ratio,
                                uint64_t data);

/*@ requires \valid(d) && data <= d->body_left;
    requires framing_bytes <= d->overhead_left;
    requires d->data_bytes + data <= UINT64_MAX;
    requires d->taken + framing_bytes + data <= UINT64_MAX;
    assigns d->body_left, d->data_bytes, d->taken, d->overhead_left;
    ensures d->body_left == \old(d->body_left) - data;
    ensures d->data_bytes == \old(d->data_bytes) + data;
    ensures d->taken == \old(d->taken) + framing_bytes + data;
    ensures d->overhead_left ==
      grown(\old(d->overhead_left) - framing_bytes, d->overhead_ratio, data); */
H1_INLINE void count_taken(h1_chunked_decoder *d, size_t framing_bytes,
                           size_t data);

/*@ requires \valid(d) && \valid(data) && sound_decoder(d) && n > 0;
    requires \valid_read(p + (0 .. n - 1)) && d->taken + n <= UINT64_MAX;
    requires \separated(d, data, p + (0 .. n - 1));
    assigns d->left, d->ext_left, d->state, d->error, d->body_left,
      d->data_bytes, d->taken, d->overhead_left, *data;
    ensures sound_decoder(d);
    ensures kept{Pre, Post}(d, \result, *data);
    ensures \result + *data <= n;
    ensures d->state < IN_DATA || *data == 0 && d->state == IN_DATA ==>
      *data > 0 || \result == n;
    ensures \old(d->state) == DECODED || \old(d->state) == REFUSED ==>
      \result == 0 && *data == 0 && d->state == \old(d->state) &&
      d->error == \old(d->error); */
static H1_NOINLINE size_t take(h1_chunked_decoder *d, const uint8_t *p,
                               size_t n, size_t *data);

/*@ requires \valid(d) && sound_decoder(d) && 0 < line.size <= d->body_left;
    requires no_size(d->state) && line.bytes <= d->overhead_left;
    requires d->taken + line.bytes + line.size <= UINT64_MAX;
    assigns d->left, d->ext_left, d->state, d->body_left, d->data_bytes,
      d->taken, d->overhead_left;
    ensures sound_decoder(d);
    ensures kept{Pre, Post}(d, line.bytes, line.size);
    ensures d->state == EXPECT_DATA_CR && d->ext_left == d->ext_limit; */
H1_INLINE void take_whole_chunk(h1_chunked_decoder *d, size_line line);

/*@ requires \valid(d) && \valid_read(limits) && \separated(d, limits);
    assigns *d;
    ensures sound_decoder(d) && d->state == EXPECT_SIZE;
    ensures d->body_left == limits->body_bytes && d->data_bytes == 0;
    ensures d->overhead_left == limits->chunk_overhead_bytes;
    ensures d->overhead_ratio == limits->chunk_overhead_ratio;
    ensures d->ext_limit == limits->chunk_ext_bytes && d->taken == 0; */
void h1_chunked_decoder_init(h1_chunked_decoder *d, const h1_limits *limits);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == H1_FAILED <==> d->state == REFUSED;
    ensures \result == H1_DONE <==> d->state == DECODED;
    ensures \result == H1_NEED_INPUT <==>
      d->state != REFUSED && d->state != DECODED; */
static h1_step step_without_data(const h1_chunked_decoder *d);

/*@ requires \valid(d) && \valid(in) && \valid(data) && sound_decoder(d);
    requires \valid_read(in->ptr + (0 .. in->len - 1));
    requires \separated(d, in, data, in->ptr + (0 .. in->len - 1));
    requires d->taken + in->len <= UINT64_MAX;
    assigns d->left, d->ext_left, d->state, d->error, d->body_left,
      d->data_bytes, d->taken, d->overhead_left,
      *in, *data;
    ensures sound_decoder(d);
    ensures \result == H1_DATA || \result == H1_NEED_INPUT ||
      \result == H1_DONE || \result == H1_FAILED;
    ensures in->len + d->taken == \old(in->len + d->taken);
    ensures in->len <= \old(in->len);
    ensures \old(in->len) != 0 ==>
      in->ptr == \old(in->ptr) + (\old(in->len) - in->len);
    ensures \old(in->len) == 0 ==> in->ptr == \old(in->ptr);
    ensures \result == H1_DATA <==> data->len != 0;
    ensures data->len != 0 ==> data->ptr + data->len == in->ptr &&
      data->len <= d->taken - \old(d->taken);
    ensures d->data_bytes == \old(d->data_bytes) + data->len;
    ensures d->data_bytes + d->body_left ==
      \old(d->data_bytes + d->body_left);
    ensures \result == H1_NEED_INPUT ==> in->len == 0;
    ensures \result == H1_FAILED ==> d->error != H1_OK;
    ensures data->len == 0 ==> (\result == H1_FAILED <==> d->state == REFUSED);
    ensures data->len == 0 ==> (\result == H1_DONE <==> d->state == DECODED);
    ensures \old(d->state) == REFUSED || \old(d->state) == DECODED ==>
      d->state == \old(d->state) && in->len == \old(in->len) &&
      d->error == \old(d->error) && data->len == 0; */
h1_step h1_chunked_decode(h1_chunked_decoder *d, h1_slice *in, h1_slice *data);

/*@ requires \valid(d) && sound_decoder(d) && d->state < IN_DATA;
    assigns d->state;
    ensures sound_decoder(d) && d->state < IN_DATA;
    ensures d->state == (\old(d->state) == EXPECT_SEMICOLON && next == '\r'
      ? (integer)IN_SIZE : \old(d->state)); */
static void forget_padding(h1_chunked_decoder *d, uint8_t next);

/*@ requires \valid(d) && \valid(in) && \valid(data) && sound_decoder(d);
    requires \valid_read(in->ptr + (0 .. in->len - 1));
    requires \separated(d, in, data, in->ptr + (0 .. in->len - 1));
    requires d->taken + in->len <= UINT64_MAX;
    assigns d->left, d->ext_left, d->state, d->error, d->body_left,
      d->data_bytes, d->taken, d->overhead_left,
      *in, *data;
    ensures sound_decoder(d);
    ensures \result == H1_DATA || \result == H1_NEED_INPUT ||
      \result == H1_DONE || \result == H1_FAILED;
    ensures in->len + d->taken == \old(in->len + d->taken);
    ensures in->len <= \old(in->len);
    ensures \old(in->len) != 0 ==>
      in->ptr == \old(in->ptr) + (\old(in->len) - in->len);
    ensures \old(in->len) == 0 ==> in->ptr == \old(in->ptr);
    ensures \result == H1_DATA <==> data->len != 0;
    ensures data->len != 0 ==> data->ptr + data->len == in->ptr &&
      data->len <= d->taken - \old(d->taken);
    ensures d->data_bytes == \old(d->data_bytes) + data->len;
    ensures d->data_bytes + d->body_left ==
      \old(d->data_bytes + d->body_left);
    ensures \result == H1_NEED_INPUT ==> in->len == 0;
    ensures \result == H1_FAILED ==> d->error != H1_OK;
    ensures data->len == 0 ==> (\result == H1_FAILED <==> d->state == REFUSED);
    ensures data->len == 0 ==> (\result == H1_DONE <==> d->state == DECODED);
    ensures \old(d->state) == REFUSED || \old(d->state) == DECODED ==>
      d->state == \old(d->state) && in->len == \old(in->len) &&
      d->error == \old(d->error) && data->len == 0; */
h1_step h1_chunked_decode_padded(h1_chunked_decoder *d, h1_slice *in,
                                 h1_slice *data);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->error; */
h1_error h1_chunked_error(const h1_chunked_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->taken; */
uint64_t h1_chunked_error_offset(const h1_chunked_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->data_bytes; */
uint64_t h1_chunked_data_bytes(const h1_chunked_decoder *d);

#endif
