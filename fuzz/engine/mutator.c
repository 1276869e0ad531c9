/* Random bytes rarely make a second Content-Length or a chunk size that still
 * fits its data. These mutations work on what the harness says its input is
 * (fuzz_shape): lines, field lines, chunks. Each splices a few bytes in or out;
 * what comes out need not be good, only near to it.
 *
 * A fuzzer's own mutations go on beside these where it offers them. */
#include "fuzz/engine/mutator.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/mutate_chunks.h"
#include "fuzz/engine/splice.h"

/* libFuzzer's own; absent in work tests and under other fuzzers. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
    __attribute__((weak));

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

/* What stands around a colon, or the value after it. */
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
