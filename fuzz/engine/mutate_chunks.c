/* Mutations of chunked bodies: sizes spelt otherwise or off by one, chunks cut,
 * copied and dropped, extensions and trailer fields put in. */
#include "fuzz/engine/mutate_chunks.h"

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

/* Where the body begins: the message, or after the empty line of its head. */
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

void mutate_chunks(message *m) {
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
