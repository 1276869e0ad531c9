/* The chunked transfer coding, RFC 9112 7.1.
 *
 * The decoder is an automaton over framing bytes; data is never looked at, only
 * handed out as a view, so that large chunks cost nothing per byte. One call
 * takes the framing in front of a piece of data (the CRLF behind the last chunk
 * and the next size line) and then the piece.
 *
 *   EXPECT_SIZE -> IN_SIZE -> [extensions] -> EXPECT_LINE_LF -> IN_DATA
 *        ^                                         |               |
 *        |                                     DECODED (size 0)    v
 *        +------------ EXPECT_DATA_LF <---------------- EXPECT_DATA_CR
 *
 * The framing allowance is kept as what is left of it: it starts at
 * chunk_overhead_bytes, each framing byte takes one, each data byte handed out
 * adds chunk_overhead_ratio. Framing never overlaps data, so the place where it
 * runs out is the same for any fragmentation, and the loop needs no second
 * comparison per byte: the allowance only shortens the input it sees. */
#include "parser/chunked.h"

#include <stdbool.h>

#include "parser/hex.h"
#include "parser/scan_block.h"

/* Sizes above this are refused, so that sums of two sizes and signed 64-bit
 * consumers are safe. */
#define SIZE_LIMIT ((uint64_t)INT64_MAX)

/* States are named for what is expected next; the order groups them. */
enum {
  /* size */
  EXPECT_SIZE,      /* its first digit */
  IN_SIZE,          /* a digit, BWS, ';' or CR */
  EXPECT_SEMICOLON, /* behind BWS that follows the size: only ';' may come */
  /* extensions */
  EXPECT_EXT_NAME,      /* behind ';' */
  IN_EXT_NAME,          /* one byte of it at least */
  EXPECT_EXT_EQUALS,    /* behind BWS that follows a name: '=' or ';' */
  EXPECT_EXT_VALUE,     /* behind '=' */
  IN_EXT_TOKEN,         /* one byte of it at least */
  IN_EXT_QUOTED,        /* behind the opening quote */
  EXPECT_EXT_ESCAPED,   /* behind a backslash */
  EXPECT_EXT_END,       /* behind the closing quote: BWS, ';' or CR */
  EXPECT_EXT_SEMICOLON, /* behind BWS that follows a value: only ';' */
  /* line ends */
  EXPECT_LINE_LF,       /* behind the CR of a whole size line */
  EXPECT_LF_AFTER_SIZE, /* behind a CR where the size was not complete */
  EXPECT_LF_AFTER_EXT,  /* behind a CR where an extension was not complete */
  EXPECT_DATA_CR,
  EXPECT_DATA_LF,
  /* no framing */
  IN_DATA,
  DECODED,
  REFUSED
};

/* The part of a decoder that framing bytes change. */
typedef struct {
  uint64_t size;
  uint64_t body_left;
  size_t ext_limit, ext_left;
  uint32_t state;
  uint32_t error;
} framing;

/* What holds between two bytes of framing. A size is whole, and counted down
 * to 0, before anything behind its data is awaited. */
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
static uint32_t refuse(framing *f, h1_error why) {
  f->error = (uint32_t)why;
  return REFUSED;
}

/*@ assigns \nothing;
    ensures \result <==> ows_byte(c); */
static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

/*@ assigns \nothing;
    ensures \result <==> token_byte(c); */
static bool is_token(uint8_t c) { return h1_in_class(H1_CLASS_TOKEN, c); }

/* HTAB / SP / VCHAR / obs-text: what a quoted-pair may escape, and qdtext but
 * for the quote and the backslash (RFC 9110 5.6.4). It is the field value class
 * of RFC 9110 5.5. */
/*@ assigns \nothing;
    ensures \result <==> value_byte(c); */
static bool is_text(uint8_t c) { return h1_in_class(H1_CLASS_VALUE, c); }

/*@ requires \valid(f) && blank_state < REFUSED;
    assigns f->error;
    ensures ext_item_end(c, blank_state, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_CHUNK_EXT_INVALID
                                            : \old(f->error)); */
static uint32_t after_ext_item(framing *f, uint8_t c, uint32_t blank_state) {
  if (c == ';') return EXPECT_EXT_NAME;
  if (is_blank(c)) return blank_state;
  return refuse(f, H1_CHUNK_EXT_INVALID);
}

/*@ requires \valid(f);
    requires EXPECT_EXT_NAME <= f->state <= EXPECT_EXT_EQUALS;
    assigns f->error;
    ensures ext_name_next(f->state, c, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_CHUNK_EXT_INVALID
                                            : \old(f->error)); */
static uint32_t ext_name_byte(framing *f, uint8_t c) {
  if (f->state != EXPECT_EXT_EQUALS && is_token(c)) return IN_EXT_NAME;
  if (f->state == EXPECT_EXT_NAME) {
    return is_blank(c) ? EXPECT_EXT_NAME : refuse(f, H1_CHUNK_EXT_INVALID);
  }
  if (c == '=') return EXPECT_EXT_VALUE;
  return after_ext_item(f, c, EXPECT_EXT_EQUALS);
}

/*@ requires \valid(f);
    requires EXPECT_EXT_VALUE <= f->state <= EXPECT_EXT_SEMICOLON;
    assigns f->error;
    ensures ext_value_next(f->state, c, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_CHUNK_EXT_INVALID
                                            : \old(f->error)); */
static uint32_t ext_value_byte(framing *f, uint8_t c) {
  switch (f->state) {
    case EXPECT_EXT_VALUE:
      if (is_token(c)) return IN_EXT_TOKEN;
      if (c == '"') return IN_EXT_QUOTED;
      if (is_blank(c)) return EXPECT_EXT_VALUE;
      return refuse(f, H1_CHUNK_EXT_INVALID);
    case IN_EXT_TOKEN:
      if (is_token(c)) return IN_EXT_TOKEN;
      return after_ext_item(f, c, EXPECT_EXT_SEMICOLON);
    case IN_EXT_QUOTED:
      if (c == '"') return EXPECT_EXT_END;
      if (c == '\\') return EXPECT_EXT_ESCAPED;
      return is_text(c) ? IN_EXT_QUOTED : refuse(f, H1_CHUNK_EXT_INVALID);
    case EXPECT_EXT_ESCAPED:
      return is_text(c) ? IN_EXT_QUOTED : refuse(f, H1_CHUNK_EXT_INVALID);
    default:
      break;
  }
  return after_ext_item(f, c, EXPECT_EXT_SEMICOLON);
}

/* Any byte of the extensions but CR and LF; the first ';' counts too. */
/*@ requires \valid(f) && f->state < EXPECT_LINE_LF;
    assigns f->error, f->ext_left;
    ensures ext_next(f->state, c, \old(f->ext_left), \result);
    ensures f->ext_left == \max(0, \old(f->ext_left) - 1);
    ensures \result == REFUSED ==> ext_fault(\old(f->ext_left), f->error);
    ensures \result != REFUSED ==> f->error == \old(f->error); */
static uint32_t ext_byte(framing *f, uint8_t c) {
  if (f->ext_left == 0) return refuse(f, H1_CHUNK_EXT_TOO_LARGE);
  f->ext_left--;
  if (f->state < EXPECT_EXT_NAME) return EXPECT_EXT_NAME;
  if (f->state <= EXPECT_EXT_EQUALS) return ext_name_byte(f, c);
  return ext_value_byte(f, c);
}

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
static uint32_t size_byte(framing *f, uint8_t c) {
  unsigned digit = h1_hex_value(c);
  if (digit != H1_HEX_NONE && f->state != EXPECT_SEMICOLON) {
    if (f->size > SIZE_LIMIT >> 4) return refuse(f, H1_CHUNK_SIZE_OVERFLOW);
    f->size = f->size * 16 + digit;
    return IN_SIZE;
  }
  if (f->state == EXPECT_SIZE) return refuse(f, H1_CHUNK_SIZE_INVALID);
  if (c == ';') return ext_byte(f, c);
  if (is_blank(c)) return EXPECT_SEMICOLON;
  return refuse(f, H1_CHUNK_SIZE_INVALID);
}

/* A CR. Where the line cannot end, the byte behind it tells a bare CR from a
 * line that is cut short. */
/*@ requires \valid(f);
    assigns f->error;
    ensures cr_next(f->state, \result);
    ensures f->error == (\result == REFUSED ? (integer)H1_BARE_CR
                                            : \old(f->error)); */
static uint32_t cr_byte(framing *f) {
  switch (f->state) {
    case IN_SIZE:
    case IN_EXT_NAME:
    case IN_EXT_TOKEN:
    case EXPECT_EXT_END:
      return EXPECT_LINE_LF;
    case EXPECT_DATA_CR:
      return EXPECT_DATA_LF;
    case EXPECT_SIZE:
    case EXPECT_SEMICOLON:
      return EXPECT_LF_AFTER_SIZE;
    default:
      break;
  }
  if (f->state < EXPECT_LINE_LF) return EXPECT_LF_AFTER_EXT;
  return refuse(f, H1_BARE_CR);
}

/* An LF: it ends the size line, the chunk, or is a fault. The body limit is
 * decided here, before a byte of the chunk is handed out. */
/*@ requires \valid(f);
    assigns f->error, f->ext_left;
    ensures lf_next(f->state, f->size, f->body_left, \result);
    ensures f->ext_left == (f->state == EXPECT_DATA_LF ? f->ext_limit
                                                       : \old(f->ext_left));
    ensures \result == REFUSED ==> lf_fault(f->state, f->error);
    ensures \result != REFUSED ==> f->error == \old(f->error); */
static uint32_t lf_byte(framing *f) {
  switch (f->state) {
    case EXPECT_LINE_LF:
      if (f->size == 0) return DECODED;
      if (f->size > f->body_left) return refuse(f, H1_BODY_TOO_LARGE);
      return IN_DATA;
    case EXPECT_DATA_LF:
      /* The size is 0 by now: its data has been counted down. */
      f->ext_left = f->ext_limit;
      return EXPECT_SIZE;
    case EXPECT_LF_AFTER_SIZE:
      return refuse(f, H1_CHUNK_SIZE_INVALID);
    case EXPECT_LF_AFTER_EXT:
      return refuse(f, H1_CHUNK_EXT_INVALID);
    default:
      break;
  }
  return refuse(f, H1_BARE_LF);
}

/*@ requires \valid(f) && sound(f, f->state) && f->state < IN_DATA;
    assigns f->error, f->ext_left, f->size;
    ensures next(f->state, c, \old(f->size), \old(f->ext_left), f->body_left,
                 \result);
    ensures f->size == (\result == IN_SIZE ? 16 * \old(f->size) + hex_value(c)
                                           : \old(f->size));
    ensures \result == REFUSED ==>
      fault(f->state, c, \old(f->ext_left), f->error);
    ensures sound(f, \result); */
static uint32_t framing_byte(framing *f, uint8_t c) {
  if (c == '\r') return cr_byte(f);
  if (c == '\n') return lf_byte(f);
  if (f->state <= EXPECT_SEMICOLON) return size_byte(f, c);
  if (f->state < EXPECT_LINE_LF) return ext_byte(f, c);
  if (f->state == EXPECT_DATA_CR) return refuse(f, H1_CHUNK_END_INVALID);
  return refuse(f, H1_BARE_CR);
}

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

/* Takes framing from p[0..n) until it ends, fails or the input does; returns
 * how many bytes, not yet counted. The byte that fails is not taken. */
/*@ requires \valid(d) && sound_decoder(d) && d->state < IN_DATA;
    requires \valid_read(p + (0 .. n - 1));
    requires \separated(d, p + (0 .. n - 1));
    assigns d->left, d->ext_left, d->state, d->error;
    ensures sound_decoder(d);
    ensures \result <= n && \result <= d->overhead_left;
    ensures d->state < IN_DATA ==> \result == n;
    ensures d->state == IN_DATA || d->state == DECODED ==> \result > 0;
    ensures d->error == H1_CHUNK_OVERHEAD ==> \result == d->overhead_left; */
static size_t take_framing(h1_chunked_decoder *d, const uint8_t *p, size_t n) {
  framing f = {d->left,     d->body_left, d->ext_limit,
               d->ext_left, d->state,     d->error};
  size_t lim = d->overhead_left < n ? (size_t)d->overhead_left : n;
  size_t at = 0;
  /*@ loop invariant 0 <= at <= lim && sound(&f, f.state);
      loop invariant f.state == REFUSED ==> at < lim;
      loop invariant f.state == IN_DATA || f.state == DECODED ==> at > 0;
      loop invariant f.error != H1_CHUNK_OVERHEAD;
      loop assigns at, f.size, f.ext_left, f.state, f.error;
      loop variant lim - at + (f.state < IN_DATA ? 1 : 0); */
  while (at < lim && f.state < IN_DATA) {
    f.state = framing_byte(&f, p[at]);
    if (f.state != REFUSED) at++;
  }
  if (at >= lim && lim < n && f.state < IN_DATA) {
    f.state = refuse(&f, H1_CHUNK_OVERHEAD);
  }
  d->left = f.size;
  d->ext_left = f.ext_left;
  d->state = f.state;
  d->error = f.error;
  return at;
}

/* Whether p[at], p[at+1] are CRLF: one load, one comparison. */
/*@ requires at < SIZE_MAX && \valid_read(p + (at .. at + 1));
    assigns \nothing;
    ensures \result <==> p[at] == '\r' && p[at + 1] == '\n'; */
static bool is_crlf(const uint8_t *p, size_t at) {
  return p[at] + p[at + 1] * 256u == 0x0a0du;
}

/* A size line with what stands in front of it; `bytes` 0 when it is not as
 * usual. */
typedef struct {
  size_t bytes;
  uint64_t size;
} size_line;

/* What 1*HEXDIG says, and where a size line as usual ends. */
/*@ logic integer hex_number(uint8_t *p, integer from, integer to) =
      to <= from ? 0
                 : 16 * hex_number(p, from, to - 1) + hex_value(p[to - 1]);

    predicate size_line_ends(uint8_t *p, integer from, integer at, integer n) =
      from < at <= from + 15 && at + 2 <= n &&
      (\forall integer i; from <= i < at ==> hexdig_byte(p[i])) &&
      p[at] == '\r' && p[at + 1] == '\n'; */

/* Reads 1*HEXDIG CRLF, whole in p[from..n). At most fifteen digits: they cannot
 * overflow. */
/*@ requires from <= n && \valid_read(p + (from .. n - 1));
    assigns \nothing;
    ensures \result.bytes == 0 ==>
      !\exists integer at; size_line_ends(p, from, at, n);
    ensures \result.bytes != 0 ==>
      size_line_ends(p, from, \result.bytes - 2, n) &&
      \result.size == hex_number(p, from, \result.bytes - 2);
    ensures \result.size < 0x1000000000000000; */
H1_INLINE size_line read_size_line(const uint8_t *p, size_t from, size_t n) {
  const size_t stop = n - from < 15 ? n : from + 15;
  size_line line = {0, 0};
  size_t at = from;
  /*@ loop invariant from <= at <= stop;
      loop invariant \forall integer i; from <= i < at ==> hexdig_byte(p[i]);
      loop invariant digits_hold(at - from, line.size);
      loop invariant line.size == hex_number(p, from, at);
      loop assigns at, line.size;
      loop variant stop - at; */
  while (at < stop && h1_in_class(H1_CLASS_HEX, p[at])) {
    line.size = line.size * 16 + h1_hexdig_value(p[at]);
    at++;
  }
  /*@ assert \forall integer i; size_line_ends(p, from, i, n) ==> i == at; */
  if (at > from && n - at >= 2 && is_crlf(p, at)) line.bytes = at + 2;
  return line;
}

/* The usual framing, whole in p[0..n) and with nothing to refuse: [CRLF]
 * 1*HEXDIG CRLF. For small chunks the automaton's step per byte is twice the
 * work of all the rest. */
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
                                  size_t n) {
  const size_t lim = d->overhead_left < n ? (size_t)d->overhead_left : n;
  size_line line = {0, 0};
  if (d->state == EXPECT_DATA_CR && lim >= 2 && is_crlf(p, 0)) {
    line = read_size_line(p, 2, lim);
  } else if (d->state == EXPECT_SIZE) {
    line = read_size_line(p, 0, lim);
  }
  if (line.size > d->body_left) line.bytes = 0;
  return line;
}

/* allowance + ratio * data, never above UINT64_MAX: more framing than that
 * cannot arrive. The division is for absurd limits only. */
/*@ assigns \nothing;
    ensures \result == grown(allowance, ratio, data); */
static uint64_t grown_allowance(uint64_t allowance, uint64_t ratio,
                                uint64_t data) {
  const bool large = ratio > UINT32_MAX || data > UINT32_MAX;
  if (large && ratio != 0 && data > UINT64_MAX / ratio) return UINT64_MAX;
  //@ assert !large ==> ratio * data <= UINT32_MAX * UINT32_MAX;
  uint64_t more = ratio * data;
  return more > UINT64_MAX - allowance ? UINT64_MAX : allowance + more;
}

/* Counts framing, then data. Once a call: a load of members that two stores
 * wrote would wait for both to reach the cache. */
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
                           size_t data) {
  d->body_left -= data;
  d->data_bytes += data;
  d->taken += framing_bytes + data;
  d->overhead_left = grown_allowance(d->overhead_left - framing_bytes,
                                     d->overhead_ratio, data);
}

/* Takes what comes next of p[0..n), n > 0, whatever it is: framing, then data
 * if its turn comes. Returns the framing's bytes, `*data` is the data's. */
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
                               size_t n, size_t *data) {
  const size_t at = d->state < IN_DATA ? take_framing(d, p, n) : 0;
  size_t piece = 0;
  if (d->state == IN_DATA) {
    piece = d->left < n - at ? (size_t)d->left : n - at;
    d->left -= piece;
    if (d->left == 0) d->state = EXPECT_DATA_CR;
  }
  count_taken(d, at, piece);
  *data = piece;
  return at;
}

/* Takes a chunk that is all there, behind a usual size line. */
/*@ requires \valid(d) && sound_decoder(d) && 0 < line.size <= d->body_left;
    requires no_size(d->state) && line.bytes <= d->overhead_left;
    requires d->taken + line.bytes + line.size <= UINT64_MAX;
    assigns d->left, d->ext_left, d->state, d->body_left, d->data_bytes,
      d->taken, d->overhead_left;
    ensures sound_decoder(d);
    ensures kept{Pre, Post}(d, line.bytes, line.size);
    ensures d->state == EXPECT_DATA_CR && d->ext_left == d->ext_limit; */
H1_INLINE void take_whole_chunk(h1_chunked_decoder *d, size_line line) {
  d->left = 0;
  d->ext_left = d->ext_limit;
  d->state = EXPECT_DATA_CR;
  count_taken(d, line.bytes, (size_t)line.size);
}

/*@ requires \valid(d) && \valid_read(limits) && \separated(d, limits);
    assigns *d;
    ensures sound_decoder(d) && d->state == EXPECT_SIZE;
    ensures d->body_left == limits->body_bytes && d->data_bytes == 0;
    ensures d->overhead_left == limits->chunk_overhead_bytes;
    ensures d->overhead_ratio == limits->chunk_overhead_ratio;
    ensures d->ext_limit == limits->chunk_ext_bytes && d->taken == 0; */
void h1_chunked_decoder_init(h1_chunked_decoder *d, const h1_limits *limits) {
  d->left = 0;
  d->body_left = limits->body_bytes;
  d->overhead_left = limits->chunk_overhead_bytes;
  d->data_bytes = 0;
  d->taken = 0;
  d->overhead_ratio = limits->chunk_overhead_ratio;
  d->ext_limit = limits->chunk_ext_bytes;
  d->ext_left = limits->chunk_ext_bytes;
  d->state = EXPECT_SIZE;
  d->error = H1_OK;
}

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == H1_FAILED <==> d->state == REFUSED;
    ensures \result == H1_DONE <==> d->state == DECODED;
    ensures \result == H1_NEED_INPUT <==>
      d->state != REFUSED && d->state != DECODED; */
static h1_step step_without_data(const h1_chunked_decoder *d) {
  if (d->state == REFUSED) return H1_FAILED;
  return d->state == DECODED ? H1_DONE : H1_NEED_INPUT;
}

/*@ requires \valid(d) && \valid(in) && \valid(data) && sound_decoder(d);
    requires \valid_read(in->ptr + (0 .. in->len - 1));
    requires \separated(d, in, data, in->ptr + (0 .. in->len - 1));
    requires d->taken + in->len <= UINT64_MAX;
    assigns d->left, d->ext_left, d->state, d->error, d->body_left,
      d->data_bytes, d->taken, d->overhead_left,
      *in, *data;
    ensures sound_decoder(d);
    ensures in->len + d->taken == \old(in->len + d->taken);
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
h1_step h1_chunked_decode(h1_chunked_decoder *d, h1_slice *in, h1_slice *data) {
  const uint8_t *p = in->ptr;
  const size_t n = in->len;
  const size_line line = usual_framing(d, p, n);
  size_t at = line.bytes;
  size_t piece = (size_t)line.size;
  data->ptr = NULL;
  data->len = 0;
  if (n == 0) return step_without_data(d);
  if (line.bytes != 0 && line.size != 0 && line.size <= n - line.bytes) {
    take_whole_chunk(d, line);
  } else {
    at = take(d, p, n, &piece);
  }
  //@ assert d->taken == \at(d->taken, Pre) + at + piece;
  in->ptr = p + at + piece;
  //@ assert in->ptr == p + (at + piece) && p == \at(in->ptr, Pre);
  in->len = n - at - piece;
  if (piece == 0) return step_without_data(d);
  data->ptr = p + at;
  data->len = piece;
  return H1_DATA;
}

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->error; */
h1_error h1_chunked_error(const h1_chunked_decoder *d) {
  return (h1_error)d->error;
}

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->taken; */
uint64_t h1_chunked_offset(const h1_chunked_decoder *d) { return d->taken; }

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->data_bytes; */
uint64_t h1_chunked_data_bytes(const h1_chunked_decoder *d) {
  return d->data_bytes;
}
