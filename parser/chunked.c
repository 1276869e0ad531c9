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
#include <string.h>

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

static uint32_t refuse(framing *f, h1_error why) {
  f->error = (uint32_t)why;
  return REFUSED;
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static bool is_token(uint8_t c) {
  return (h1_byte_classes[c] & H1_CLASS_TOKEN) != 0;
}

/* HTAB / SP / VCHAR / obs-text: what a quoted-pair may escape, and qdtext but
 * for the quote and the backslash (RFC 9110 5.6.4). It is the field value class
 * of RFC 9110 5.5. */
static bool is_text(uint8_t c) {
  return (h1_byte_classes[c] & H1_CLASS_VALUE) != 0;
}

static uint32_t after_ext_item(framing *f, uint8_t c, uint32_t blank_state) {
  if (c == ';') return EXPECT_EXT_NAME;
  if (is_blank(c)) return blank_state;
  return refuse(f, H1_CHUNK_EXT_INVALID);
}

static uint32_t ext_name_byte(framing *f, uint8_t c) {
  if (f->state != EXPECT_EXT_EQUALS && is_token(c)) return IN_EXT_NAME;
  if (f->state == EXPECT_EXT_NAME) {
    return is_blank(c) ? EXPECT_EXT_NAME : refuse(f, H1_CHUNK_EXT_INVALID);
  }
  if (c == '=') return EXPECT_EXT_VALUE;
  return after_ext_item(f, c, EXPECT_EXT_EQUALS);
}

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
      return after_ext_item(f, c, EXPECT_EXT_SEMICOLON);
  }
}

/* Any byte of the extensions but CR and LF; the first ';' counts too. */
static uint32_t ext_byte(framing *f, uint8_t c) {
  if (f->ext_left == 0) return refuse(f, H1_CHUNK_EXT_TOO_LARGE);
  f->ext_left--;
  if (f->state < EXPECT_EXT_NAME) return EXPECT_EXT_NAME;
  if (f->state <= EXPECT_EXT_EQUALS) return ext_name_byte(f, c);
  return ext_value_byte(f, c);
}

static uint32_t size_byte(framing *f, uint8_t c) {
  unsigned digit = h1_hex_value(c);
  if (digit != H1_HEX_NONE && f->state != EXPECT_SEMICOLON) {
    if (f->size > SIZE_LIMIT >> 4) return refuse(f, H1_CHUNK_SIZE_OVERFLOW);
    f->size = (f->size << 4) | digit;
    return IN_SIZE;
  }
  if (f->state == EXPECT_SIZE) return refuse(f, H1_CHUNK_SIZE_INVALID);
  if (c == ';') return ext_byte(f, c);
  if (is_blank(c)) return EXPECT_SEMICOLON;
  return refuse(f, H1_CHUNK_SIZE_INVALID);
}

/* A CR. Where the line cannot end, the byte behind it tells a bare CR from a
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
      if (f->state < EXPECT_LINE_LF) return EXPECT_LF_AFTER_EXT;
      return refuse(f, H1_BARE_CR);
  }
}

/* An LF: it ends the size line, the chunk, or is a fault. The body limit is
 * decided here, before a byte of the chunk is handed out. */
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
      return refuse(f, H1_BARE_LF);
  }
}

static uint32_t framing_byte(framing *f, uint8_t c) {
  if (c == '\r') return cr_byte(f);
  if (c == '\n') return lf_byte(f);
  if (f->state <= EXPECT_SEMICOLON) return size_byte(f, c);
  if (f->state < EXPECT_LINE_LF) return ext_byte(f, c);
  if (f->state == EXPECT_DATA_CR) return refuse(f, H1_CHUNK_END_INVALID);
  return refuse(f, H1_BARE_CR);
}

/* Takes framing from p[0..n) until it ends, fails or the input does; returns
 * how many bytes, not yet counted. The byte that fails is not taken. */
static size_t take_framing(h1_chunked_decoder *d, const uint8_t *p, size_t n) {
  framing f = {d->left,     d->body_left, d->ext_limit,
               d->ext_left, d->state,     d->error};
  size_t lim = d->overhead_left < n ? (size_t)d->overhead_left : n;
  size_t at = 0;
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
static bool is_crlf(const uint8_t *p, size_t at) {
  return ((unsigned)p[at] | (unsigned)p[at + 1] << 8) == 0x0a0du;
}

/* A size line with what stands in front of it; `bytes` 0 when it is not as
 * usual. */
typedef struct {
  size_t bytes;
  uint64_t size;
} size_line;

/* Reads 1*HEXDIG CRLF, whole in p[from..n). At most fifteen digits: they cannot
 * overflow. */
H1_INLINE size_line read_size_line(const uint8_t *p, size_t from, size_t n) {
  const size_t stop = n - from < 15 ? n : from + 15;
  size_line line = {0, 0};
  size_t at = from;
  while (at < stop && (h1_byte_classes[p[at]] & H1_CLASS_HEX) != 0) {
    line.size = (line.size << 4) | h1_hexdig_value(p[at]);
    at++;
  }
  if (at > from && n - at >= 2 && is_crlf(p, at)) line.bytes = at + 2;
  return line;
}

/* The usual framing, whole in p[0..n) and with nothing to refuse: [CRLF]
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
  if ((ratio | data) > UINT32_MAX && ratio != 0 && data > UINT64_MAX / ratio) {
    return UINT64_MAX;
  }
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

/* Takes a chunk that is all there, behind a usual size line. */
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
  in->ptr = p + at + piece;
  in->len = n - at - piece;
  if (piece == 0) return step_without_data(d);
  data->ptr = p + at;
  data->len = piece;
  return H1_DATA;
}

h1_error h1_chunked_error(const h1_chunked_decoder *d) {
  return (h1_error)d->error;
}

uint64_t h1_chunked_offset(const h1_chunked_decoder *d) { return d->taken; }

uint64_t h1_chunked_data_bytes(const h1_chunked_decoder *d) {
  return d->data_bytes;
}

/* Leaf around memcpy: `to` and `from` hold `len` bytes and do not overlap. */
static void copy_bytes(uint8_t *to, const uint8_t *from, size_t len) {
  memcpy(to, from, len);
}

/* How many hex digits `size` takes, none for 0. */
static size_t hex_digits(uint64_t size) {
  size_t count = 0;
  while (size != 0) {
    size >>= 4;
    count++;
  }
  return count;
}

/* Writes "SIZE\r\n" at the start of `out`, which holds it. */
static void write_head(uint8_t *out, uint64_t size, size_t digits) {
  size_t at = digits;
  while (at > 0) {
    at--;
    out[at] = (uint8_t) "0123456789abcdef"[size & 15u];
    size >>= 4;
  }
  out[digits] = '\r';
  out[digits + 1] = '\n';
}

h1_step h1_chunk_head_encode(uint64_t size, h1_room room, size_t *written) {
  *written = 0;
  if (size == 0 || size > SIZE_LIMIT) return H1_FAILED;
  size_t digits = hex_digits(size);
  *written = digits + 2;
  if (room.len < digits + 2) return H1_NEED_ROOM;
  write_head(room.ptr, size, digits);
  return H1_DONE;
}

h1_step h1_chunk_encode(h1_slice data, h1_room room, size_t *size) {
  *size = 0;
  if (data.len == 0) return H1_DONE;
  /* No object is that large; the guard keeps the sum below from wrapping. */
  if (data.len > SIZE_MAX / 2) return H1_FAILED;
  size_t digits = hex_digits(data.len);
  size_t head = digits + 2;
  *size = head + data.len + 2;
  if (room.len < head + data.len + 2) return H1_NEED_ROOM;
  write_head(room.ptr, data.len, digits);
  copy_bytes(room.ptr + head, data.ptr, data.len);
  room.ptr[head + data.len] = '\r';
  room.ptr[head + data.len + 1] = '\n';
  return H1_DONE;
}

/* Writes the `len` bytes of `text`, all or nothing. */
static h1_step write_text(const char *text, size_t len, h1_room room,
                          size_t *size) {
  *size = len;
  if (room.len < len) return H1_NEED_ROOM;
  copy_bytes(room.ptr, (const uint8_t *)text, len);
  return H1_DONE;
}

h1_step h1_last_chunk_encode(h1_room room, size_t *size) {
  return write_text("0\r\n", 3, room, size);
}

h1_step h1_trailers_end_encode(h1_room room, size_t *size) {
  return write_text("\r\n", 2, room, size);
}
