/* The chunked transfer coding, RFC 9112 7.1.
 *
 * The decoder is an automaton over framing bytes; data is never looked at, only
 * handed out as a view, so that large chunks cost nothing per byte. One call
 * takes the framing before a piece of data (the CRLF after the last chunk
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
 * comparison per byte: the allowance only shortens the input it sees.
 *
 * The contracts are in proof/chunked.h, and are proven. */
#include "parser/chunked.h"

#include <stdbool.h>

#include "parser/internal/hex.h"
#include "parser/internal/scan/block.h"
#include "parser/internal/text.h"

/* Sizes above this are refused, so that sums of two sizes and signed 64-bit
 * consumers are safe. */
#define SIZE_LIMIT ((uint64_t)INT64_MAX)

/* States are named for what is expected next; the order groups them. */
enum {
  /* size */
  EXPECT_SIZE,      /* its first digit */
  IN_SIZE,          /* a digit, BWS, ';' or CR */
  EXPECT_SEMICOLON, /* after BWS that follows the size: only ';' may come */
  /* extensions */
  EXPECT_EXT_NAME,      /* after ';' */
  IN_EXT_NAME,          /* one byte of it at least */
  EXPECT_EXT_EQUALS,    /* after BWS that follows a name: '=' or ';' */
  EXPECT_EXT_VALUE,     /* after '=' */
  IN_EXT_TOKEN,         /* one byte of it at least */
  IN_EXT_QUOTED,        /* after the opening quote */
  EXPECT_EXT_ESCAPED,   /* after a backslash */
  EXPECT_EXT_END,       /* after the closing quote: BWS, ';' or CR */
  EXPECT_EXT_SEMICOLON, /* after BWS that follows a value: only ';' */
  /* line ends */
  EXPECT_LINE_LF,       /* after the CR of a whole size line */
  EXPECT_LF_AFTER_SIZE, /* after a CR where the size was not complete */
  EXPECT_LF_AFTER_EXT,  /* after a CR where an extension was not complete */
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

/* A size line with what stands before it; `bytes` 0 when it is not as
 * usual. */
typedef struct {
  size_t bytes;
  uint64_t size;
} size_line;

#ifdef __FRAMAC__
#include "parser/proof/chunked.h"
#endif

static uint32_t refuse_byte(framing *f, h1_error why) {
  f->error = (uint32_t)why;
  return REFUSED;
}

static bool is_token(uint8_t c) { return h1_in_class(H1_CLASS_TOKEN, c); }

/* HTAB / SP / VCHAR / obs-text: what a quoted-pair may escape, and qdtext
 * except the quote and the backslash (RFC 9110 5.6.4). It is the field value
 * class of RFC 9110 5.5. */
static bool is_text(uint8_t c) { return h1_in_class(H1_CLASS_VALUE, c); }

static uint32_t after_ext_item(framing *f, uint8_t c, uint32_t blank_state) {
  if (c == ';') return EXPECT_EXT_NAME;
  if (h1_is_ows(c)) return blank_state;
  return refuse_byte(f, H1_CHUNK_EXT_INVALID);
}

static uint32_t ext_name_byte(framing *f, uint8_t c) {
  if (f->state != EXPECT_EXT_EQUALS && is_token(c)) return IN_EXT_NAME;
  if (f->state == EXPECT_EXT_NAME) {
    return h1_is_ows(c) ? EXPECT_EXT_NAME
                        : refuse_byte(f, H1_CHUNK_EXT_INVALID);
  }
  if (c == '=') return EXPECT_EXT_VALUE;
  return after_ext_item(f, c, EXPECT_EXT_EQUALS);
}

static uint32_t ext_value_byte(framing *f, uint8_t c) {
  switch (f->state) {
    case EXPECT_EXT_VALUE:
      if (is_token(c)) return IN_EXT_TOKEN;
      if (c == '"') return IN_EXT_QUOTED;
      if (h1_is_ows(c)) return EXPECT_EXT_VALUE;
      return refuse_byte(f, H1_CHUNK_EXT_INVALID);
    case IN_EXT_TOKEN:
      if (is_token(c)) return IN_EXT_TOKEN;
      return after_ext_item(f, c, EXPECT_EXT_SEMICOLON);
    case IN_EXT_QUOTED:
      if (c == '"') return EXPECT_EXT_END;
      if (c == '\\') return EXPECT_EXT_ESCAPED;
      return is_text(c) ? IN_EXT_QUOTED : refuse_byte(f, H1_CHUNK_EXT_INVALID);
    case EXPECT_EXT_ESCAPED:
      return is_text(c) ? IN_EXT_QUOTED : refuse_byte(f, H1_CHUNK_EXT_INVALID);
    default:
      break;
  }
  return after_ext_item(f, c, EXPECT_EXT_SEMICOLON);
}

/* Any byte of the extensions but CR and LF; the first ';' counts too. */
static uint32_t ext_byte(framing *f, uint8_t c) {
  if (f->ext_left == 0) return refuse_byte(f, H1_CHUNK_EXT_TOO_LARGE);
  f->ext_left--;
  if (f->state < EXPECT_EXT_NAME) return EXPECT_EXT_NAME;
  if (f->state <= EXPECT_EXT_EQUALS) return ext_name_byte(f, c);
  return ext_value_byte(f, c);
}

static uint32_t size_byte(framing *f, uint8_t c) {
  unsigned digit = h1_hex_value(c);
  if (digit != H1_HEX_NONE && f->state != EXPECT_SEMICOLON) {
    if (f->size > SIZE_LIMIT >> 4)
      return refuse_byte(f, H1_CHUNK_SIZE_OVERFLOW);
    f->size = f->size * 16 + digit;
    return IN_SIZE;
  }
  if (f->state == EXPECT_SIZE) return refuse_byte(f, H1_CHUNK_SIZE_INVALID);
  if (c == ';') return ext_byte(f, c);
  if (h1_is_ows(c)) return EXPECT_SEMICOLON;
  return refuse_byte(f, H1_CHUNK_SIZE_INVALID);
}

/* A CR. Where the line cannot end, the byte after it tells a bare CR from a
 * line that is cut short. */
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
  return refuse_byte(f, H1_BARE_CR);
}

/* An LF: it ends the size line, the chunk, or is a fault. The body limit is
 * decided here, before a byte of the chunk is handed out. */
static uint32_t lf_byte(framing *f) {
  switch (f->state) {
    case EXPECT_LINE_LF:
      if (f->size == 0) return DECODED;
      if (f->size > f->body_left) return refuse_byte(f, H1_BODY_TOO_LARGE);
      return IN_DATA;
    case EXPECT_DATA_LF:
      /* The size is 0 by now: its data has been counted down. */
      f->ext_left = f->ext_limit;
      return EXPECT_SIZE;
    case EXPECT_LF_AFTER_SIZE:
      return refuse_byte(f, H1_CHUNK_SIZE_INVALID);
    case EXPECT_LF_AFTER_EXT:
      return refuse_byte(f, H1_CHUNK_EXT_INVALID);
    default:
      break;
  }
  return refuse_byte(f, H1_BARE_LF);
}

static uint32_t framing_byte(framing *f, uint8_t c) {
  if (c == '\r') return cr_byte(f);
  if (c == '\n') return lf_byte(f);
  if (f->state <= EXPECT_SEMICOLON) return size_byte(f, c);
  if (f->state < EXPECT_LINE_LF) return ext_byte(f, c);
  if (f->state == EXPECT_DATA_CR) return refuse_byte(f, H1_CHUNK_END_INVALID);
  return refuse_byte(f, H1_BARE_CR);
}

/* Takes framing from p[0..n) until it ends, fails or the input does; returns
 * how many bytes, not yet counted. The byte that fails is not taken. */
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
    f.state = refuse_byte(&f, H1_CHUNK_OVERHEAD);
  }
  d->left = f.size;
  d->ext_left = f.ext_left;
  d->state = f.state;
  d->error = f.error;
  return at;
}

/* Whether p[at], p[at+1] are CRLF: one load, one comparison. */
static bool is_crlf(const uint8_t *p, size_t at) {
  return p[at] + p[at + 1] * 256u == 0x0a0du;
}

/* Reads 1*HEXDIG CRLF, whole in p[from..n). At most fifteen digits: they cannot
 * overflow. */
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

/* The usual framing, whole in p[0..n) and with nothing to refuse_byte: [CRLF]
 * 1*HEXDIG CRLF. For small chunks the automaton's step per byte is twice the
 * work of all the rest. */
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

/* Takes a chunk that is all there, after a usual size line. */
H1_INLINE void take_whole_chunk(h1_chunked_decoder *d, size_line line) {
  d->left = 0;
  d->ext_left = d->ext_limit;
  d->state = EXPECT_DATA_CR;
  count_taken(d, line.bytes, (size_t)line.size);
}

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

static h1_step step_without_data(const h1_chunked_decoder *d) {
  if (d->state == REFUSED) return H1_FAILED;
  return d->state == DECODED ? H1_DONE : H1_NEED_INPUT;
}

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

/* Blanks that end in CR are as if they had not come. */
static void forget_padding(h1_chunked_decoder *d, uint8_t next) {
  if (d->state == EXPECT_SEMICOLON && next == '\r') d->state = IN_SIZE;
}

/* One framing byte at a time, so that none is missed; data in one piece. */
h1_step h1_chunked_decode_padded(h1_chunked_decoder *d, h1_slice *in,
                                 h1_slice *data) {
  size_t left = in->len;
  h1_step step = H1_NEED_INPUT;
  data->ptr = NULL;
  data->len = 0;
  /*@ loop invariant left == in->len && sound_decoder(d);
      loop invariant left + d->taken == \at(in->len + d->taken, Pre);
      loop invariant in->len <= \at(in->len, Pre);
      loop invariant in->ptr ==
        \at(in->ptr, Pre) + (\at(in->len, Pre) - in->len);
      loop invariant step == H1_DATA <==> data->len != 0;
      loop invariant data->len != 0 ==> data->ptr + data->len == in->ptr &&
        data->len <= d->taken - \at(d->taken, Pre);
      loop invariant d->data_bytes == \at(d->data_bytes, Pre) + data->len;
      loop invariant d->data_bytes + d->body_left ==
        \at(d->data_bytes + d->body_left, Pre);
      loop invariant step == H1_FAILED ==> d->error != H1_OK;
      loop invariant step == H1_DATA || step == H1_NEED_INPUT ||
        (step == H1_FAILED && d->state == REFUSED) ||
        (step == H1_DONE && d->state == DECODED);
      loop invariant \at(d->state, Pre) >= IN_DATA ==>
        step == H1_NEED_INPUT && d->state == \at(d->state, Pre) &&
        d->error == \at(d->error, Pre) && left == \at(in->len, Pre);
      loop assigns left, step, d->left, d->ext_left, d->state, d->error,
        d->body_left, d->data_bytes, d->taken, d->overhead_left, *in, *data;
      loop variant left + (step == H1_NEED_INPUT ? 1 : 0); */
  while (left > 0 && step == H1_NEED_INPUT && d->state < IN_DATA) {
    h1_slice byte = {in->ptr, 1};
    forget_padding(d, *in->ptr);
    step = h1_chunked_decode(d, &byte, data);
    left -= 1 - byte.len;
    in->ptr += 1 - byte.len;
    in->len = left;
  }
  return step == H1_NEED_INPUT ? h1_chunked_decode(d, in, data) : step;
}

h1_error h1_chunked_error(const h1_chunked_decoder *d) {
  return (h1_error)d->error;
}

uint64_t h1_chunked_error_offset(const h1_chunked_decoder *d) {
  return d->taken;
}

uint64_t h1_chunked_data_bytes(const h1_chunked_decoder *d) {
  return d->data_bytes;
}
