/* How values are written, in messages and by --print-config: always one line,
 * and in a form that reads back to the same value. */
#include <inttypes.h>
#include <string.h>

#include "server/config/internal.h"

h1_text h1_text_begin(char *bytes, size_t cap) {
  bytes[0] = '\0';
  return (h1_text){.bytes = bytes, .cap = cap, .len = 0};
}

void h1_text_add_bytes(h1_text *t, const char *more, size_t len) {
  size_t left = t->cap - 1 - t->len;
  if (len > left) {
    len = left;
  }
  memcpy(t->bytes + t->len, more, len);
  t->len += len;
  t->bytes[t->len] = '\0';
}

void h1_text_add(h1_text *t, const char *more) {
  h1_text_add_bytes(t, more, strlen(more));
}

void h1_text_add_number(h1_text *t, uint64_t n) {
  char digits[24];
  int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
  h1_text_add_bytes(t, digits, (size_t)len);
}

/* The escaped form of one byte; returns its length. */
static size_t escape(unsigned char byte, char out[4]) {
  static const char hex[] = "0123456789ABCDEF";
  if (byte >= 0x20 && byte < 0x7F && byte != '\\' && byte != '\'') {
    out[0] = (char)byte;
    return 1;
  }
  out[0] = '\\';
  out[1] = 'x';
  out[2] = hex[byte >> 4];
  out[3] = hex[byte & 15];
  return 4;
}

void h1_text_add_escaped(h1_text *t, const char *more, size_t len, size_t max) {
  size_t used = 0;
  char form[4];
  for (size_t i = 0; i < len; i++) {
    size_t size = escape((unsigned char)more[i], form);
    size_t reserve = i + 1 < len ? 3 : 0; /* for the dots */
    if (used + size + reserve > max) {
      h1_text_add(t, "...");
      return;
    }
    h1_text_add_bytes(t, form, size);
    used += size;
  }
}

void h1_text_add_size(h1_text *t, uint64_t bytes) {
  static const char suffixes[] = "\0KMG";
  size_t power = 0;
  while (power < 3 && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    power++;
  }
  h1_text_add_number(t, bytes);
  h1_text_add_bytes(t, suffixes + power, power == 0 ? 0 : 1);
}

void h1_text_add_time(h1_text *t, uint64_t ms) {
  if (ms % 1000 != 0) {
    h1_text_add_number(t, ms);
    h1_text_add(t, "ms");
    return;
  }
  bool minutes = ms % 60000 == 0 && ms >= 120000;
  h1_text_add_number(t, minutes ? ms / 60000 : ms / 1000);
  h1_text_add(t, minutes ? "m" : "s");
}

uint64_t h1_option_number(const h1_config *c, const h1_option *o) {
  const char *member = (const char *)c + o->offset;
  if (o->width == sizeof(uint64_t)) {
    uint64_t wide;
    memcpy(&wide, member, sizeof(wide));
    return wide;
  }
  if (o->width == sizeof(uint32_t)) {
    uint32_t narrow;
    memcpy(&narrow, member, sizeof(narrow));
    return narrow;
  }
  return *(const bool *)member ? 1 : 0;
}

static void add_octal(h1_text *t, uint64_t n) {
  char digits[32];
  int len = snprintf(digits, sizeof(digits), "%04" PRIo64, n);
  h1_text_add_bytes(t, digits, (size_t)len);
}

/* Numbers of all kinds, in the syntax of their kind. */
static void add_quantity(h1_text *t, const h1_option *o, uint64_t n) {
  switch (o->kind) {
    case H1_OPTION_BYTES:
      h1_text_add_size(t, n);
      return;
    case H1_OPTION_TIME:
      h1_text_add_time(t, n);
      return;
    case H1_OPTION_OCTAL:
      add_octal(t, n);
      return;
    default:
      h1_text_add_number(t, n);
  }
}

/* Whether a value must stand in double quotes in a file: where a reader would
 * trim it or see a comment in it. */
static bool needs_quotes(const char *value) {
  size_t len = strlen(value);
  if (len == 0 || value[0] == '"' || value[0] == '#' || value[0] == ' ' ||
      value[len - 1] == ' ') {
    return true;
  }
  return strstr(value, " #") != NULL;
}

static void add_file_value(h1_text *t, const char *value) {
  if (!needs_quotes(value)) {
    h1_text_add(t, value);
    return;
  }
  h1_text_add(t, "\"");
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\') {
      h1_text_add(t, "\\");
    }
    h1_text_add_bytes(t, value, 1);
  }
  h1_text_add(t, "\"");
}

void h1_text_add_value(h1_text *t, const h1_config *c, const h1_option *o,
                       size_t item) {
  const char *member = (const char *)c + o->offset;
  switch (o->kind) {
    case H1_OPTION_NAME:
    case H1_OPTION_PATH:
      add_file_value(t, member);
      return;
    case H1_OPTION_ENDPOINTS:
      add_file_value(t, member + item * sizeof(c->listen[0]));
      return;
    case H1_OPTION_TEXTS:
      add_file_value(t,
                     h1_texts_at((const h1_texts *)(const void *)member, item));
      return;
    case H1_OPTION_CHOICE:
      h1_text_add(t, o->words[h1_option_number(c, o)]);
      return;
    default:
      break;
  }
  uint64_t n = h1_option_number(c, o);
  if (n == 0 && (o->flags & H1_OPTION_NONE) != 0) {
    h1_text_add(t, "none");
    return;
  }
  add_quantity(t, o, n);
}

static void add_range(h1_text *t, const h1_option *o, const char *units) {
  add_quantity(t, o, o->min);
  h1_text_add(t, " to ");
  add_quantity(t, o, o->max);
  h1_text_add(t, units);
  h1_text_add(t, (o->flags & H1_OPTION_NONE) != 0 ? ", or none" : "");
}

static void add_words(h1_text *t, const h1_option *o) {
  for (size_t i = 0; o->words[i] != NULL; i++) {
    h1_text_add(t, i == 0 ? "" : ", ");
    h1_text_add(t, o->words[i]);
  }
}

void h1_text_add_allowed(h1_text *t, const h1_option *o) {
  switch (o->kind) {
    case H1_OPTION_BYTES:
      add_range(t, o, " (bytes, or with K, M, G)");
      return;
    case H1_OPTION_TIME:
      add_range(t, o, " (seconds, or with ms, s, m)");
      return;
    case H1_OPTION_OCTAL:
      add_range(t, o, " (octal)");
      return;
    case H1_OPTION_CHOICE:
      add_words(t, o);
      return;
    case H1_OPTION_NAME:
      h1_text_add(t, "at most 255 visible ASCII characters, spaces between");
      return;
    case H1_OPTION_PATH:
      h1_text_add(t, "a path of 1 to 4095 bytes without control characters");
      return;
    case H1_OPTION_ENDPOINTS:
      h1_text_add(t,
                  "HOST:PORT, [V6]:PORT, :PORT, unix:PATH, systemd:NAME, fd:N");
      h1_text_add(t, (o->flags & H1_OPTION_NONE) != 0 ? ", or none" : "");
      return;
    case H1_OPTION_TEXTS:
      h1_text_add(t, o->allowed);
      h1_text_add(t, (o->flags & H1_OPTION_NONE) != 0 ? ", or none" : "");
      return;
    default:
      add_range(t, o, "");
  }
}
