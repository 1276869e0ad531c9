/* Rows are sorted once at start; a name is found by a binary search, and only
 * when a file is opened, not when a cached one is served. */
#include "handlers/static/mime.h"

#include <stdlib.h>
#include <string.h>

#include "parser/media_type.h"
#include "parser/slice.h"

#define EXTENSION_MAX ((size_t)31)
#define BUILT_IN_ROWS ((size_t)512)
#define BUILT_IN_TEXT ((size_t)24 * 1024)
#define FILE_ROWS ((size_t)8192)
#define ROOM_OF_TABLE (BUILT_IN_ROWS * sizeof(h1_mime_row) + BUILT_IN_TEXT)
#define ROOM_OF_FILE (FILE_ROWS * sizeof(h1_mime_row) + 2 * H1_MIME_FILE_MAX)

size_t h1_mime_memory_bytes(bool with_file) {
  return ROOM_OF_TABLE + (with_file ? ROOM_OF_FILE : 0);
}

static uint8_t lower(uint8_t c) {
  return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* ---- adding lines ---- */

/* Copies `s` and a NUL; NULL when there is no room. */
static uint8_t *keep(h1_mime *m, h1_slice s, bool in_lower_case) {
  if (m->text_capacity - m->text_len < s.len + 1) return NULL;
  uint8_t *kept = m->text + m->text_len;
  for (size_t i = 0; i < s.len; i++) {
    kept[i] = in_lower_case ? lower(s.ptr[i]) : s.ptr[i];
  }
  kept[s.len] = '\0';
  m->text_len += s.len + 1;
  return kept;
}

static bool is_blank(uint8_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == ';';
}

/* Takes the next word off `*rest`; its length is 0 at the end. */
static h1_slice next_word(h1_slice *rest) {
  while (rest->len > 0 && is_blank(*rest->ptr)) {
    rest->ptr++;
    rest->len--;
  }
  h1_slice word = {rest->ptr, 0};
  while (rest->len > 0 && !is_blank(*rest->ptr) && *rest->ptr != '#') {
    word.len++;
    rest->ptr++;
    rest->len--;
  }
  if (rest->len > 0 && *rest->ptr == '#') rest->len = 0;
  return word;
}

static bool same(h1_slice a, const char *b) {
  return h1_slice_equal(a, h1_slice_of(b));
}

static bool begins_text(h1_slice type) {
  static const char text[] = "text/";
  if (type.len < sizeof text - 1) return false;
  for (size_t i = 0; i < sizeof text - 1; i++) {
    if (lower(type.ptr[i]) != (uint8_t)text[i]) return false;
  }
  return true;
}

/* The type as it is sent; its length is 0 when it is too long, or there is no
 * room. */
static h1_slice keep_type(h1_mime *m, h1_slice type) {
  static const char parameter[] = "; charset=";
  uint8_t whole[H1_MIME_TYPE_MAX];
  const h1_slice none = {NULL, 0};
  const size_t charset = strlen(m->charset);
  const bool with_charset = charset > 0 && begins_text(type);
  const size_t more = with_charset ? sizeof parameter - 1 + charset : 0;
  if (type.len + more > sizeof whole) return none;
  memcpy(whole, type.ptr, type.len);
  if (with_charset) {
    memcpy(whole + type.len, parameter, sizeof parameter - 1);
    memcpy(whole + type.len + sizeof parameter - 1, m->charset, charset);
  }
  const h1_slice all = {whole, type.len + more};
  const h1_slice kept = {keep(m, all, false), all.len};
  return kept.ptr == NULL ? none : kept;
}

static const char *add_extension(h1_mime *m, h1_slice type, h1_slice word) {
  if (word.len > EXTENSION_MAX) return "the end of a name is too long";
  if (m->count == m->capacity) return "too many types";
  const uint8_t *kept = keep(m, word, true);
  if (kept == NULL) return "too many types";
  h1_mime_row *row = &m->rows[m->count++];
  row->extension = (const char *)kept;
  row->type = type;
  row->line = m->lines;
  return NULL;
}

static const char *add_line(h1_mime *m, h1_slice line) {
  h1_media_type parsed;
  const h1_slice word = next_word(&line);
  m->lines++;
  if (word.len == 0 || same(word, "types") || same(word, "{") ||
      same(word, "}")) {
    return NULL;
  }
  if (!h1_media_type_decode(word, &parsed)) return "not a media type";
  h1_slice extension = next_word(&line);
  if (extension.len == 0) return NULL; /* a type without a name, as Debian's */
  const h1_slice type = keep_type(m, word);
  if (type.len == 0) return "too long a type, or too many";
  const char *fault = NULL;
  while (extension.len > 0 && fault == NULL) {
    fault = add_extension(m, type, extension);
    extension = next_word(&line);
  }
  return fault;
}

const char *h1_mime_add(h1_mime *m, h1_slice text, size_t *line) {
  *line = 0;
  while (text.len > 0) {
    const uint8_t *lf = memchr(text.ptr, '\n', text.len);
    const size_t len = lf == NULL ? text.len : (size_t)(lf - text.ptr);
    const h1_slice one = {text.ptr, len};
    *line += 1;
    const char *fault = add_line(m, one);
    if (fault != NULL) return fault;
    text.ptr += lf == NULL ? len : len + 1;
    text.len -= lf == NULL ? len : len + 1;
  }
  return NULL;
}

/* The characters of the names in IANA's registry. */
static bool is_charset(const char *name) {
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+";
  return strspn(name, allowed) == strlen(name);
}

const char *h1_mime_init(h1_mime *m, const char *charset, uint8_t *memory,
                         size_t bytes) {
  const size_t len = strlen(charset);
  if (len > H1_MIME_CHARSET_MAX) return "longer than 32 characters";
  if (!is_charset(charset)) return "not the name of a charset";
  memset(m, 0, sizeof *m);
  memcpy(m->charset, charset, len + 1);
  m->rows = (h1_mime_row *)(void *)memory;
  m->capacity =
      bytes > ROOM_OF_TABLE ? BUILT_IN_ROWS + FILE_ROWS : BUILT_IN_ROWS;
  m->text = memory + m->capacity * sizeof(h1_mime_row);
  m->text_capacity = bytes - m->capacity * sizeof(h1_mime_row);
  for (size_t i = 0; h1_mime_lines[i] != NULL; i++) {
    const char *fault = add_line(m, h1_slice_of(h1_mime_lines[i]));
    if (fault != NULL) return fault;
  }
  return NULL;
}

/* The last of equals first, which is the one that counts. */
static int compare(const void *a, const void *b) {
  const h1_mime_row *left = a, *right = b;
  const int order = strcmp(left->extension, right->extension);
  if (order != 0) return order;
  return left->line > right->line ? -1 : left->line < right->line;
}

void h1_mime_sort(h1_mime *m) {
  qsort(m->rows, m->count, sizeof *m->rows, compare);
  size_t kept = 0;
  for (size_t i = 0; i < m->count; i++) {
    if (kept > 0 &&
        strcmp(m->rows[kept - 1].extension, m->rows[i].extension) == 0) {
      continue;
    }
    m->rows[kept++] = m->rows[i];
  }
  m->count = kept;
}

/* ---- finding a type ---- */

/* Copies what follows the last '.' of the last segment, in lower case. False
 * when there is none, or it is longer than any in the table. */
static bool extension_of(h1_slice path, char out[EXTENSION_MAX + 1]) {
  size_t at = path.len;
  while (at > 0 && path.ptr[at - 1] != '.' && path.ptr[at - 1] != '/') at--;
  if (at == 0 || path.ptr[at - 1] != '.') return false;
  const size_t len = path.len - at;
  if (len == 0 || len > EXTENSION_MAX) return false;
  for (size_t i = 0; i < len; i++) out[i] = (char)lower(path.ptr[at + i]);
  out[len] = '\0';
  return true;
}

h1_slice h1_mime_type(const h1_mime *m, h1_slice path) {
  char extension[EXTENSION_MAX + 1];
  const h1_slice unknown = h1_slice_of("application/octet-stream");
  if (!extension_of(path, extension)) return unknown;
  size_t low = 0, high = m->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const int order = strcmp(extension, m->rows[middle].extension);
    if (order == 0) return m->rows[middle].type;
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return unknown;
}

bool h1_mime_is_gzip(h1_slice path) {
  char extension[EXTENSION_MAX + 1];
  return extension_of(path, extension) && strcmp(extension, "svgz") == 0;
}
