/* Random bytes rarely make a second Content-Length or a chunk size that still
 * fits its data. These mutations work on what the harness says its input is
 * (fuzz_shape): lines, field lines, chunks. Each splices a few bytes in or out;
 * what comes out need not be good, only near to it.
 *
 * A fuzzer's own mutations go on beside these where it offers them. */
#include "fuzz/mutator.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"

/* libFuzzer's own; absent in work tests and under other fuzzers. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
    __attribute__((weak));

/* The message and where its lines and chunks are looked for. */
typedef struct {
  uint8_t *p;
  size_t len, cap;
  uint32_t random;
} message;

static size_t below(message *m, size_t limit) {
  return limit == 0 ? 0 : fuzz_random(&m->random) % limit;
}

#define PICK(m, list) ((list)[below((m), sizeof(list) / sizeof((list)[0]))])

/* Replaces `gone` bytes at `at` by text[0..len), which is not part of the
 * message; nothing when there is no room. */
static void splice(message *m, size_t at, size_t gone, const void *text,
                   size_t len) {
  if (at > m->len || gone > m->len - at) return;
  if (len > m->cap - (m->len - gone)) return;
  memmove(m->p + at + len, m->p + at + gone, m->len - at - gone);
  if (len > 0) memcpy(m->p + at, text, len);
  m->len = m->len - gone + len;
}

static void insert_text(message *m, size_t at, const char *text) {
  splice(m, at, 0, text, strlen(text));
}

/* Inserts a copy of p[from..to) at `at`. */
static void insert_copy(message *m, size_t at, size_t from, size_t to) {
  uint8_t *copy = fuzz_copy(m->p + from, to - from);
  splice(m, at, 0, copy, to - from);
  free(copy);
}

/* ---- any bytes ---- */

static void change_byte(message *m) {
  static const uint8_t odd[] = {0,   '\t', '\n', '\r', ' ',  '"',  '%',  ',',
                                ':', ';',  '=',  '\\', 0x7f, 0x80, 0xff, '0'};
  const uint8_t byte = (fuzz_random(&m->random) & 1) != 0
                           ? PICK(m, odd)
                           : (uint8_t)fuzz_random(&m->random);
  const size_t at = below(m, m->len + 1);
  const size_t gone = at < m->len && (fuzz_random(&m->random) & 1) != 0 ? 1 : 0;
  splice(m, at, gone, &byte, 1);
}

/* Repeats a byte up to a length at which vectors or limits end. */
static void repeat_byte(message *m) {
  static const size_t lengths[] = {2,  8,  15, 16,  17,  31,  32, 33,
                                   63, 64, 65, 127, 128, 255, 256};
  uint8_t bytes[256];
  if (m->len == 0) return;
  const size_t at = below(m, m->len);
  const size_t len = PICK(m, lengths);
  memset(bytes, m->p[at], len);
  splice(m, at, 1, bytes, len);
}

static void drop_bytes(message *m) {
  const size_t at = below(m, m->len);
  splice(m, at, 1 + below(m, m->len - at), NULL, 0);
}

/* ---- lines ---- */

typedef struct {
  size_t from, text_end, to; /* line end at text_end, next line at `to` */
} line;

/* The line that holds byte `at`, by its LF. */
static line line_at(const message *m, size_t at) {
  line l = {at, at, at};
  while (l.from > 0 && m->p[l.from - 1] != '\n') l.from--;
  while (l.to < m->len && m->p[l.to] != '\n') l.to++;
  if (l.to < m->len) l.to++;
  l.text_end = l.to;
  while (l.text_end > l.from &&
         (m->p[l.text_end - 1] == '\n' || m->p[l.text_end - 1] == '\r')) {
    l.text_end--;
  }
  return l;
}

static line any_line(message *m) { return line_at(m, below(m, m->len)); }

static void insert_field(message *m) {
  static const char *const fields[] = {
      "Content-Length: 0\r\n",
      "Content-Length: 5\r\n",
      "content-length:+5\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: 0x5\r\n",
      "Content-Length: 9223372036854775808\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Transfer-Encoding: Chunked \r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked, gzip\r\n",
      "Transfer-Encoding: ,chunked\r\n",
      "Transfer-Encoding: x;a=b\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Host: a\r\n",
      "Host: a, b\r\n",
      "Host:\r\n",
      "Connection: close\r\n",
      "Connection: keep-alive, x\r\n",
      "Expect: 100-continue\r\n",
      "Trailer: a\r\n",
      "TE: trailers\r\n",
      "Date: x\r\n",
      " folded\r\n",
      "x:\t y \r\n",
      "\r\n"};
  insert_text(m, any_line(m).from, PICK(m, fields));
}

static void change_line_end(message *m) {
  static const char *const ends[] = {"\n",   "\r",       "\r\r\n", "\n\r",
                                     "\r\n", "\r\n\r\n", "\r\n ",  " \r\n",
                                     "",     "\r\n\t",   "\t\r\n"};
  const line l = any_line(m);
  const char *end = PICK(m, ends);
  splice(m, l.text_end, l.to - l.text_end, end, strlen(end));
}

static void move_line(message *m) {
  const line l = any_line(m);
  uint8_t *copy = fuzz_copy(m->p + l.from, l.to - l.from);
  splice(m, l.from, l.to - l.from, NULL, 0);
  splice(m, m->len == 0 ? 0 : any_line(m).from, 0, copy, l.to - l.from);
  free(copy);
}

/* What stands around a colon, or the value behind it. */
static void change_field(message *m) {
  static const char *const colons[] = {
      ":", " :", ":\t", "::", "", ": \t", ":\n"};
  static const char *const values[] = {
      "",     "0",       "5",     "chunked",    "gzip, chunked", "close",
      "a, ,", "\"a,b\"", "a;q=0", "keep-alive", "x\\\"",         "\xe9"};
  const line l = any_line(m);
  size_t colon = l.from;
  while (colon < l.text_end && m->p[colon] != ':') colon++;
  if (colon == l.text_end) return;
  if ((fuzz_random(&m->random) & 1) != 0) {
    const char *text = PICK(m, colons);
    splice(m, colon, 1, text, strlen(text));
    return;
  }
  const char *text = PICK(m, values);
  splice(m, colon + 1, l.text_end - colon - 1, text, strlen(text));
}

static void change_case(message *m) {
  const line l = any_line(m);
  for (size_t i = l.from; i < l.text_end; i++) {
    const bool letter = (m->p[i] | 0x20) >= 'a' && (m->p[i] | 0x20) <= 'z';
    if (letter && (fuzz_random(&m->random) & 1) != 0) m->p[i] ^= 0x20;
  }
}

static void drop_line(message *m) {
  const line l = any_line(m);
  splice(m, l.from, l.to - l.from, NULL, 0);
}

static void copy_line(message *m) {
  const line l = any_line(m);
  insert_copy(m, any_line(m).from, l.from, l.to);
}

static void copy_message(message *m) { insert_copy(m, m->len, 0, m->len); }

static void mutate_lines(message *m) {
  if (m->len == 0) return;
  switch (below(m, 9)) {
    case 0:
    case 1:
      insert_field(m);
      break;
    case 2:
      change_line_end(m);
      break;
    case 3:
      move_line(m);
      break;
    case 4:
      change_field(m);
      break;
    case 5:
      change_case(m);
      break;
    case 6:
      drop_line(m);
      break;
    case 7:
      copy_line(m);
      break;
    default:
      copy_message(m);
      break;
  }
}

/* ---- chunks ---- */

typedef struct {
  size_t at, digits_end, data, size,
      to; /* data at `data`; next chunk at `to` */
} chunk;

static int hex_value(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* A chunk at `at` whose size line ends with LF and whose data is there, or the
 * last chunk; false for anything else. */
static bool chunk_at(const message *m, size_t at, chunk *c) {
  *c = (chunk){at, at, at, 0, at};
  while (c->digits_end < m->len && hex_value(m->p[c->digits_end]) >= 0) {
    if (c->size > m->len) return false;
    c->size = c->size * 16 + (size_t)hex_value(m->p[c->digits_end++]);
  }
  c->data = c->digits_end;
  while (c->data < m->len && m->p[c->data] != '\n') c->data++;
  if (c->digits_end == at || c->data == m->len) return false;
  c->data++;
  if (c->size > m->len - c->data) return false;
  c->to = c->data + c->size;
  for (int i = 0; i < 2 && c->size > 0 && c->to < m->len; i++) c->to++;
  return true;
}

/* Where the body begins: the message, or behind the empty line of its head. */
static size_t body_start(const message *m) {
  if (!fuzz_shape_of_input.has_lines) return 0;
  for (size_t i = 0; i + 4 <= m->len; i++) {
    if (memcmp(m->p + i, "\r\n\r\n", 4) == 0) return i + 4;
  }
  return 0;
}

/* One of the chunks, each as likely as the next; false without any. */
static bool any_chunk(message *m, chunk *out) {
  chunk c;
  size_t at = body_start(m), seen = 0;
  while (chunk_at(m, at, &c)) {
    seen++;
    if (below(m, seen) == 0) *out = c;
    if (c.size == 0) break;
    at = c.to;
  }
  return seen > 0;
}

/* `size` in hexadecimal: with leading zeros, in either case. */
static size_t spell_size(message *m, size_t size, char *out) {
  const char *hex = (fuzz_random(&m->random) & 1) != 0 ? "0123456789abcdef"
                                                       : "0123456789ABCDEF";
  const size_t zeros = (fuzz_random(&m->random) & 3) == 0 ? below(m, 20) : 0;
  size_t n = 0, digits = 1;
  while (digits < 16 && size >> (4 * digits) != 0) digits++;
  while (n < zeros) out[n++] = '0';
  for (size_t i = digits; i > 0; i--)
    out[n++] = hex[size >> (4 * (i - 1)) & 15];
  return n;
}

static void respell_size(message *m, const chunk *c, size_t size) {
  char digits[40];
  const size_t n = spell_size(m, size, digits);
  splice(m, c->at, c->digits_end - c->at, digits, n);
}

static void change_size(message *m, const chunk *c) {
  static const char *const sizes[] = {"",
                                      "0",
                                      "00",
                                      "0x5",
                                      "+5",
                                      "-1",
                                      "5 ",
                                      " 5",
                                      "5g",
                                      "1_0",
                                      "7fffffffffffffff",
                                      "8000000000000000",
                                      "10000000000000005"};
  const char *text = PICK(m, sizes);
  switch (below(m, 4)) {
    case 0:
      respell_size(m, c, c->size);
      break;
    case 1:
      respell_size(m, c, c->size + 1);
      break;
    case 2:
      respell_size(m, c, c->size == 0 ? 1 : c->size - 1);
      break;
    default:
      splice(m, c->at, c->digits_end - c->at, text, strlen(text));
      break;
  }
}

static void add_chunk(message *m, const chunk *c) {
  char text[128];
  const size_t size = 1 + below(m, 40);
  size_t n = spell_size(m, size, text);
  text[n++] = '\r';
  text[n++] = '\n';
  for (size_t i = 0; i < size; i++) text[n++] = "x\r\n0;"[i % 5];
  text[n++] = '\r';
  text[n++] = '\n';
  splice(m, c->at, 0, text, n);
}

/* Cuts a chunk's data in two chunks. */
static void cut_chunk(message *m, const chunk *c) {
  char text[48] = "\r\n";
  if (c->size < 2) return;
  const size_t first = 1 + below(m, c->size - 1);
  const size_t n = 2 + spell_size(m, c->size - first, text + 2);
  memcpy(text + n, "\r\n", 2);
  splice(m, c->data + first, 0, text, n + 2);
  respell_size(m, c, first);
}

static void add_extension(message *m, const chunk *c) {
  static const char *const extensions[] = {
      ";",          ";a",          ";a=b",    ";a=\"b\"", " ;\ta = \"\\\"\"",
      ";a=",        ";a=\"",       ";a=\"\\", ";=b",      ";a;;b",
      ";a=\"\n",    ";a=\"\r\n\"", "\t",      ";a b",     ";\x80",
      ";a=\"\x80\""};
  insert_text(m, c->digits_end, PICK(m, extensions));
}

static void add_trailer(message *m) {
  static const char *const trailers[] = {"a: b\r\n",
                                         "Date: x\r\n",
                                         "Content-Length: 5\r\n",
                                         "Host: a\r\n",
                                         "a : b\r\n",
                                         " a: b\r\n",
                                         "a: b\n",
                                         "\r\n",
                                         "X-Sum: \x80\r\n",
                                         "Transfer-Encoding: chunked\r\n"};
  chunk c;
  size_t at = body_start(m);
  while (chunk_at(m, at, &c) && c.size > 0) at = c.to;
  if (chunk_at(m, at, &c)) insert_text(m, c.data, PICK(m, trailers));
}

static void mutate_chunks(message *m) {
  chunk c = {0, 0, 0, 0, 0};
  if (!any_chunk(m, &c)) {
    insert_text(m, m->len, "5\r\nhello\r\n0\r\n\r\n");
    return;
  }
  switch (below(m, 8)) {
    case 0:
    case 1:
      change_size(m, &c);
      break;
    case 2:
      add_chunk(m, &c);
      break;
    case 3:
      cut_chunk(m, &c);
      break;
    case 4:
      add_extension(m, &c);
      break;
    case 5:
      add_trailer(m);
      break;
    case 6:
      insert_copy(m, c.at, c.at, c.to);
      break;
    default:
      splice(m, c.at, c.to - c.at, NULL, 0);
      break;
  }
}

/* ---- all of it ---- */

/* An option byte: its default, small, or near what the message's length makes a
 * limit's edge. */
static void change_option(uint8_t *options, message *m) {
  static const uint8_t small[] = {0, 1, 2, 3, 4, 8};
  if (fuzz_shape_of_input.option_bytes == 0) return;
  const size_t at = below(m, fuzz_shape_of_input.option_bytes);
  const size_t near = m->len / (1 + 3 * below(m, 2)) + below(m, 4);
  options[at] = (fuzz_random(&m->random) & 1) != 0
                    ? PICK(m, small)
                    : (uint8_t)(near < 255 ? near : 255);
}

static void mutate_bytes(message *m) {
  if (LLVMFuzzerMutate != NULL) {
    m->len = LLVMFuzzerMutate(m->p, m->len, m->cap);
    return;
  }
  switch (below(m, 3)) {
    case 0:
      repeat_byte(m);
      break;
    case 1:
      drop_bytes(m);
      break;
    default:
      change_byte(m);
      break;
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed) {
  const size_t front = fuzz_shape_of_input.option_bytes;
  const size_t longest = fuzz_shape_of_input.longest;
  /* Longer inputs are slow and show nothing more. */
  if (max_size > longest) max_size = size > longest ? size : longest;
  if (max_size <= front) return size < max_size ? size : max_size;
  if (size < front) memset(data + size, 0, front - size);
  message m = {data + front, size < front ? 0 : size - front, max_size - front,
               seed * 2654435761u + 1};
  if (m.random == 0) m.random = 1;
  const unsigned what = (unsigned)below(&m, 16);
  if (what == 0) {
    change_option(data, &m);
  } else if (what < 6 && fuzz_shape_of_input.has_lines) {
    mutate_lines(&m);
  } else if (what < 12 && fuzz_shape_of_input.has_chunks) {
    mutate_chunks(&m);
  } else if (what < 13) {
    repeat_byte(&m);
  } else {
    mutate_bytes(&m);
  }
  return front + m.len;
}

/* The beginning of one message and the end of another, cut between lines. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
                                 const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t max_size, unsigned seed) {
  const size_t front = fuzz_shape_of_input.option_bytes;
  const size_t kept = a_size < max_size ? a_size : max_size;
  if (kept > 0) memcpy(out, a, kept);
  if (kept <= front || b_size <= front) return kept;
  message m = {out + front, kept - front, max_size - front,
               seed * 2654435761u + 1};
  if (m.random == 0) m.random = 1;
  const size_t cut = any_line(&m).to;
  uint8_t *other = fuzz_copy(b + front, b_size - front);
  message n = {other, b_size - front, b_size - front, m.random};
  const size_t from = any_line(&n).from;
  size_t len = n.len - from;
  if (len > m.cap - cut) len = m.cap - cut;
  memcpy(m.p + cut, other + from, len);
  free(other);
  return front + cut + len;
}

size_t fuzz_stretch(uint8_t *data, size_t size, size_t max_size,
                    unsigned seed) {
  const size_t front = fuzz_shape_of_input.option_bytes;
  if (size <= front || max_size <= size) return size;
  message m = {data + front, size - front, max_size - front,
               seed * 2654435761u + 1};
  if (m.random == 0) m.random = 1;
  const line l = any_line(&m);
  size_t from = below(&m, m.len), to = from + 1 + below(&m, 8);
  if (seed % 3 == 0) {
    from = l.from;
    to = l.to;
  }
  if (to > m.len) to = m.len;
  const size_t piece = to - from;
  if (piece == 0) return size;
  const size_t more = (m.cap - m.len) / piece * piece;
  uint8_t *bytes = fuzz_alloc(more);
  for (size_t i = 0; i < more; i++) bytes[i] = m.p[from + i % piece];
  splice(&m, to, 0, bytes, more);
  free(bytes);
  return front + m.len;
}
