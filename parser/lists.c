/* Lists and parameters.
 *
 * Everything walks one base pointer by index and stops at the first byte that
 * does not fit; a function either takes the whole of what it was given or says
 * so.
 *
 * The contracts are in proof/lists.h and proof/lists_api.h, and are proven. */
#include "parser/lists.h"

#include "parser/internal/text.h"

/* ---- lists, RFC 9110 5.6.1 ---- */

/* A parameter as indices. */
typedef struct {
  size_t name_at, name_end, value_at, value_end;
  size_t next; /* after it, and after the closing quote */
  bool quoted;
} param;

#ifdef __FRAMAC__
#include "parser/proof/lists.h"
#endif

/* The index of the quote that closes the string whose opening quote is at
 * `from`, or n when it does not close. Its content is not judged. */
static size_t quoted_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  /*@ loop invariant from < i <= n;
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '"') {
    /* A quoted pair hides its second byte, a quote above all. */
    i += (p[i] == '\\' && n - i > 1) ? 2 : 1;
  }
  return i;
}

/* The index of the comma that ends the member at `from`, or n. */
static size_t member_end(const uint8_t *p, size_t from, size_t n,
                         bool *malformed) {
  bool open = false;
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop assigns i, open;
      loop variant n - i; */
  while (i < n && p[i] != ',') {
    if (p[i] == '"') i = quoted_end(p, i, n);
    open = i >= n;
    if (!open) i++;
  }
  if (open) *malformed = true;
  return i;
}

static size_t trim_end(const uint8_t *p, size_t from, size_t to) {
  size_t end = to;
  /*@ loop invariant from <= end <= to;
      loop invariant \forall integer k; end <= k < to ==> ows_byte(p[k]);
      loop assigns end;
      loop variant end; */
  while (end > from && h1_is_ows(p[end - 1])) end--;
  return end;
}

/* The next member of one line from `*at` on; false when the line has none. */
static bool line_next(h1_slice line, size_t *at, bool *malformed,
                      h1_slice *member) {
  size_t from = *at;
  /*@ loop invariant \at(*at, Pre) <= from;
      loop invariant from <= line.len || from == \at(*at, Pre);
      loop assigns from;
      loop variant line.len - from; */
  while (from < line.len &&
         (line.ptr[from] == ',' || h1_is_ows(line.ptr[from]))) {
    from++;
  }
  if (from >= line.len) return false;
  const size_t comma = member_end(line.ptr, from, line.len, malformed);
  *member = h1_part(line.ptr, from, trim_end(line.ptr, from, comma));
  *at = comma;
  return true;
}

/* The next line of the list's field at or after `from`. */
static size_t find_line(const h1_list *l, size_t from) {
  if (l->id != H1_FIELD_OTHER) return h1_fields_find(l->fields, l->id, from);
  return h1_fields_find_name(l->fields, l->name, from);
}

bool h1_list_next(h1_list *l, h1_slice *member) {
  const h1_fields *f = l->fields;
  size_t line = find_line(l, l->line);
  size_t at = line == l->line ? l->at : 0;
  bool found = false, malformed = false;
  h1_slice next = {NULL, 0};
  /*@ loop invariant line <= f->count && (line < f->count ==> line >= l->line);
      loop invariant line == l->line && line < f->count ==> at >= l->at;
      loop invariant found ==> line < f->count;
      loop invariant found && line == l->line ==> at > l->at;
      loop invariant found ==> h1_readable(next) && next.len > 0;
      loop assigns line, at, found, malformed, next;
      loop variant f->count - line + (found ? 0 : 1); */
  while (!found && line < f->count) {
    found = line_next(h1_fields_value(f, line), &at, &malformed, &next);
    if (!found) {
      line = find_line(l, line + 1);
      at = 0;
    }
  }
  if (found) *member = next;
  if (malformed) l->malformed = true;
  l->line = line;
  l->at = at;
  return found;
}

/* ---- parameters, RFC 9110 5.6.6 ---- */

/* The index of the closing quote of the quoted string whose opening quote is at
 * `from`, or n when it does not close or holds a byte it may not. */
static size_t quoted_string_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  /*@ loop invariant from < i <= n;
      loop invariant \forall integer k; from < k < i ==> value_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '"') {
    if (p[i] == '\\') i++;
    if (i >= n || !h1_in_class(H1_CLASS_VALUE, p[i])) return n;
    i++;
  }
  return i < n ? i : n;
}

/* Skips *( OWS ";" OWS ): empty parameters are allowed. `*separated` tells
 * whether there was at least one ";". */
static size_t skip_separators(const uint8_t *p, size_t from, size_t n,
                              bool *separated) {
  size_t i = h1_skip_ows(p, from, n);
  bool found = false;
  /*@ loop invariant from <= i <= n && (found ==> i > from);
      loop assigns i, found;
      loop variant n - i; */
  while (i < n && p[i] == ';') {
    found = true;
    i = h1_skip_ows(p, i + 1, n);
  }
  *separated = found;
  return i;
}

/* The value of a parameter, which starts at `from`; false when malformed. */
static bool read_value(const uint8_t *p, size_t from, size_t n, param *out) {
  const bool quoted = from < n && p[from] == '"';
  const size_t end =
      quoted ? quoted_string_end(p, from, n) : h1_skip_token(p, from, n);
  if (quoted ? end >= n : end == from) return false;
  out->quoted = quoted;
  out->value_at = quoted ? from + 1 : from;
  out->value_end = end;
  out->next = quoted ? end + 1 : end;
  return true;
}

/* token "=" value at `from`; false when malformed. */
static bool read_param(const uint8_t *p, size_t from, size_t n, param *out) {
  const size_t end = h1_skip_token(p, from, n);
  if (end == from || end >= n || p[end] != '=') return false;
  out->name_at = from;
  out->name_end = end;
  return read_value(p, end + 1, n, out);
}

int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                  bool *quoted) {
  const uint8_t *p = rest->ptr;
  const size_t n = rest->len;
  if (n == 0) return 0;
  bool separated = false;
  param found = {0, 0, 0, 0, 0, false};
  const size_t at = skip_separators(p, 0, n, &separated);
  if (!separated) return -1;
  if (at == n) {
    *rest = h1_part(p, n, n);
    return 0;
  }
  if (!read_param(p, at, n, &found)) return -1;
  *name = h1_part(p, found.name_at, found.name_end);
  *value = h1_part(p, found.value_at, found.value_end);
  *quoted = found.quoted;
  *rest = h1_part(p, found.next, n);
  return 1;
}
