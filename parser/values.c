/* Field values: slices, decimals, lists, parameters, media types and quality.
 *
 * Everything walks one base pointer by index and stops at the first byte that
 * does not fit; a function either takes the whole of what it was given or says
 * so. Dates, ranges and entity tags have files of their own beside this one. */
#include "parser/values.h"

static bool is_class(uint8_t c, unsigned class_bit) {
  return (h1_byte_classes[c] & class_bit) != 0;
}

static bool is_ows(uint8_t c) { return c == ' ' || c == '\t'; }

static uint8_t lower(uint8_t c) {
  return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static h1_slice part(const uint8_t *p, size_t from, size_t to) {
  h1_slice s = {p + from, to - from};
  return s;
}

static size_t skip_ows(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && is_ows(p[i])) i++;
  return i;
}

static size_t skip_token(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && is_class(p[i], H1_CLASS_TOKEN)) i++;
  return i;
}

/* ---- slices ---- */

bool h1_slice_equal_nocase(h1_slice a, h1_slice b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++) {
    if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
  }
  return true;
}

bool h1_slice_equal(h1_slice a, h1_slice b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++) {
    if (a.ptr[i] != b.ptr[i]) return false;
  }
  return true;
}

h1_slice h1_slice_of(const char *text) {
  size_t n = 0;
  while (text[n] != '\0') n++;
  h1_slice s = {(const uint8_t *)text, n};
  return s;
}

/* ---- decimal ---- */

bool h1_decimal_decode(h1_slice s, uint64_t *out, bool *overflow) {
  const uint64_t max = INT64_MAX;
  uint64_t value = 0;
  bool over = false;
  size_t i = 0;
  while (i < s.len && is_class(s.ptr[i], H1_CLASS_DIGIT)) {
    const uint64_t digit = (uint64_t)(s.ptr[i] - '0');
    if (value > (max - digit) / 10) over = true;
    /* Once over, the digits are only checked, not counted. */
    if (!over) value = value * 10 + digit;
    i++;
  }
  const bool digits = s.len > 0 && i == s.len;
  if (overflow != NULL) *overflow = digits && over;
  if (!digits || over) return false;
  *out = value;
  return true;
}

size_t h1_decimal_encode(uint64_t n, uint8_t *room) {
  uint64_t rest = n;
  size_t digits = 1;
  while (rest >= 10) {
    rest /= 10;
    digits++;
  }
  rest = n;
  for (size_t i = digits; i > 0; i--) {
    room[i - 1] = (uint8_t)('0' + rest % 10);
    rest /= 10;
  }
  return digits;
}

/* ---- lists, RFC 9110 5.6.1 ---- */

/* The index behind the quoted string whose opening quote is at `from`, or n + 1
 * when it does not close. Its content is not judged. */
static size_t quoted_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  while (i < n && p[i] != '"') {
    /* A quoted pair hides its second byte, a quote above all. */
    i += (p[i] == '\\' && n - i > 1) ? 2 : 1;
  }
  return i + 1;
}

/* The index of the comma that ends the member at `from`, or n. */
static size_t member_end(const uint8_t *p, size_t from, size_t n,
                         bool *malformed) {
  size_t i = from;
  while (i < n && p[i] != ',') {
    i = p[i] == '"' ? quoted_end(p, i, n) : i + 1;
  }
  if (i <= n) return i;
  *malformed = true;
  return n;
}

static size_t trim_end(const uint8_t *p, size_t from, size_t to) {
  size_t end = to;
  while (end > from && is_ows(p[end - 1])) end--;
  return end;
}

/* The next member of one line from `*at` on; false when the line has none. */
static bool line_next(h1_slice line, size_t *at, bool *malformed,
                      h1_slice *member) {
  size_t from = *at;
  while (from < line.len && (line.ptr[from] == ',' || is_ows(line.ptr[from]))) {
    from++;
  }
  if (from >= line.len) return false;
  const size_t comma = member_end(line.ptr, from, line.len, malformed);
  *member = part(line.ptr, from, trim_end(line.ptr, from, comma));
  *at = comma;
  return true;
}

bool h1_list_next(h1_list *l, h1_slice *member) {
  const h1_fields *f = l->fields;
  size_t line = h1_fields_find(f, l->id, l->line);
  size_t at = line == l->line ? l->at : 0;
  bool found = false;
  while (!found && line < f->count) {
    found = line_next(h1_fields_value(f, line), &at, &l->malformed, member);
    if (!found) {
      line = h1_fields_find(f, l->id, line + 1);
      at = 0;
    }
  }
  l->line = line;
  l->at = at;
  return found;
}

/* ---- parameters, RFC 9110 5.6.6 ---- */

/* The index of the closing quote of the quoted string whose opening quote is at
 * `from`, or n when it does not close or holds a byte it may not. */
static size_t quoted_string_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  while (i < n && p[i] != '"') {
    if (p[i] == '\\') i++;
    if (i >= n || !is_class(p[i], H1_CLASS_VALUE)) return n;
    i++;
  }
  return i < n ? i : n;
}

/* Skips *( OWS ";" OWS ): empty parameters are allowed. `*separated` tells
 * whether there was at least one ";". */
static size_t skip_separators(const uint8_t *p, size_t from, size_t n,
                              bool *separated) {
  size_t i = skip_ows(p, from, n);
  *separated = false;
  while (i < n && p[i] == ';') {
    *separated = true;
    i = skip_ows(p, i + 1, n);
  }
  return i;
}

int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                  bool *quoted) {
  const uint8_t *p = rest->ptr;
  const size_t n = rest->len;
  if (n == 0) return 0;
  bool separated = false;
  const size_t name_at = skip_separators(p, 0, n, &separated);
  if (!separated) return -1;
  if (name_at == n) {
    *rest = part(p, n, n);
    return 0;
  }
  const size_t name_end = skip_token(p, name_at, n);
  if (name_end == name_at || name_end >= n || p[name_end] != '=') return -1;
  size_t from = name_end + 1;
  size_t to, next;
  const bool quotes = from < n && p[from] == '"';
  if (quotes) {
    to = quoted_string_end(p, from, n);
    if (to >= n) return -1;
    from++;
    next = to + 1;
  } else {
    to = skip_token(p, from, n);
    if (to == from) return -1;
    next = to;
  }
  *name = part(p, name_at, name_end);
  *value = part(p, from, to);
  *quoted = quotes;
  *rest = part(p, next, n);
  return 1;
}

/* ---- media types, RFC 9110 8.3.1 ---- */

static bool params_valid(h1_slice params) {
  h1_slice rest = params, name, value;
  bool quoted;
  int found;
  do {
    found = h1_param_next(&rest, &name, &value, &quoted);
  } while (found > 0);
  return found == 0;
}

bool h1_media_type_decode(h1_slice s, h1_media_type *out) {
  const uint8_t *p = s.ptr;
  const size_t slash = skip_token(p, 0, s.len);
  if (slash == 0 || slash >= s.len || p[slash] != '/') return false;
  const size_t end = skip_token(p, slash + 1, s.len);
  if (end == slash + 1) return false;
  if (!params_valid(part(p, end, s.len))) return false;
  out->type = part(p, 0, slash);
  out->subtype = part(p, slash + 1, end);
  out->params = part(p, skip_ows(p, end, s.len), s.len);
  return true;
}

/* ---- quality, RFC 9110 12.4.2 and 12.5.1 ---- */

bool h1_qvalue_decode(h1_slice s, uint16_t *out) {
  const uint8_t *p = s.ptr;
  if (s.len == 0 || s.len > 5) return false;
  if (p[0] != '0' && p[0] != '1') return false;
  if (s.len > 1 && p[1] != '.') return false;
  unsigned thousandths = p[0] == '1' ? 1000 : 0;
  unsigned weight = 100;
  for (size_t i = 2; i < s.len; i++) {
    if (!is_class(p[i], H1_CLASS_DIGIT)) return false;
    thousandths += (unsigned)(p[i] - '0') * weight;
    weight /= 10;
  }
  if (thousandths > 1000) return false;
  *out = (uint16_t)thousandths;
  return true;
}

/* The weight among `params`: a parameter named q counts wherever it stands
 * (RFC 9110 12.5.1); 1000 without one. False when one is malformed. */
static bool weight_of(h1_slice params, uint16_t *quality) {
  h1_slice rest = params, name, value;
  bool quoted = false, good = true;
  *quality = 1000;
  while (good && h1_param_next(&rest, &name, &value, &quoted) > 0) {
    if (name.len == 1 && lower(name.ptr[0]) == 'q') {
      good = !quoted && h1_qvalue_decode(value, quality);
    }
  }
  return good;
}

static bool is_star(h1_slice s) { return s.len == 1 && s.ptr[0] == '*'; }

/* How closely a media range fits: 0 not at all, then any type, any subtype,
 * exact. A star before a concrete subtype is no media range. */
static unsigned fit_of(const h1_media_type *range, h1_slice type,
                       h1_slice subtype) {
  if (is_star(range->type)) return is_star(range->subtype) ? 1 : 0;
  if (!h1_slice_equal_nocase(range->type, type)) return 0;
  if (is_star(range->subtype)) return 2;
  return h1_slice_equal_nocase(range->subtype, subtype) ? 3 : 0;
}

uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype) {
  if (!h1_fields_has(f, H1_FIELD_ACCEPT)) return 1000;
  const h1_slice wanted_type = h1_slice_of(type);
  const h1_slice wanted_subtype = h1_slice_of(subtype);
  h1_list list = {.fields = f, .id = H1_FIELD_ACCEPT, .line = 0, .at = 0};
  h1_slice member;
  unsigned best_fit = 0;
  uint16_t best = 0;
  while (h1_list_next(&list, &member)) {
    h1_media_type range;
    uint16_t quality;
    if (!h1_media_type_decode(member, &range)) continue;
    if (!weight_of(range.params, &quality)) continue;
    const unsigned fit = fit_of(&range, wanted_type, wanted_subtype);
    if (fit > best_fit || (fit == best_fit && fit > 0 && quality > best)) {
      best_fit = fit;
      best = quality;
    }
  }
  return best;
}
