#include "fuzz/reference/config_line.h"

#include <string.h>

#include "fuzz/reference/config_values.h"

static bool blank(char c) { return c == ' ' || c == '\t'; }

/* Narrows [*from, *to) by the blanks at both ends. */
static void strip(const char *line, size_t *from, size_t *to) {
  while (*from < *to && blank(line[*from])) (*from)++;
  while (*to > *from && blank(line[*to - 1])) (*to)--;
}

/* After an opening quote: up to the closing one, then nothing or a comment
 * that a blank sets off. */
static bool quoted(const char *text, size_t len, char *value) {
  size_t at = 0, size = 0;
  for (; at < len && text[at] != '"'; at++) {
    if (text[at] == '\\') {
      at++;
      if (at == len || strchr("\"\\", text[at]) == NULL) return false;
    }
    value[size++] = text[at];
  }
  value[size] = '\0';
  if (at == len) return false;
  size_t from = at + 1, to = len;
  strip(text, &from, &to);
  return from == to || (text[from] == '#' && blank(text[at + 1]));
}

reference_line reference_config_line(const char *line, size_t len, size_t *key,
                                     size_t *key_len,
                                     char value[REFERENCE_LINE_BYTES + 1]) {
  if (len > REFERENCE_LINE_BYTES) return REFERENCE_BAD;
  for (size_t i = 0; i < len; i++) {
    if (line[i] != '\t' && reference_controls(line + i, 1)) {
      return REFERENCE_BAD;
    }
  }
  size_t from = 0, to = len;
  strip(line, &from, &to);
  if (from == to || line[from] == '#') return REFERENCE_BLANK;
  size_t equals = from;
  while (equals < len && line[equals] != '=') equals++;
  if (equals == len) return REFERENCE_BAD;
  to = equals;
  strip(line, &from, &to);
  *key = from;
  *key_len = to - from;
  from = equals + 1;
  to = len;
  strip(line, &from, &to);
  if (from < to && line[from] == '"') {
    const bool good = quoted(line + from + 1, to - from - 1, value);
    return good ? REFERENCE_PAIR : REFERENCE_BAD;
  }
  size_t end = equals + 1;
  while (end < to && !(line[end] == '#' && blank(line[end - 1]))) end++;
  if (end < from) end = from;
  strip(line, &from, &end);
  memcpy(value, line + from, end - from);
  value[end - from] = '\0';
  return REFERENCE_PAIR;
}
