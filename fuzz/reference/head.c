#include "fuzz/reference/head.h"

#include <stdlib.h>
#include <string.h>

#include "parser/tolerance.h"

/* ---- byte classes, as the RFCs list them ---- */

static bool is_alpha(unsigned c) {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a);
}

static bool is_digit(unsigned c) { return c >= 0x30 && c <= 0x39; }

bool ref_is_tchar(unsigned c) {
  return c != 0 && c < 0x80 &&
         (is_alpha(c) || is_digit(c) || strchr("!#$%&'*+-.^_`|~", (int)c));
}

bool ref_is_value_byte(unsigned c) {
  return c == 0x09 || c == 0x20 || (c >= 0x21 && c <= 0x7e) || c >= 0x80;
}

bool ref_is_target_byte(unsigned c) {
  return c >= 0x21 && c <= 0x7e && c != '#';
}

bool ref_is_word(const uint8_t *p, size_t n, const char *text) {
  if (strlen(text) != n) return false;
  for (size_t i = 0; i < n; i++) {
    unsigned c = p[i];
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (c != (unsigned char)text[i]) return false;
  }
  return true;
}

static bool all_of(bool (*is)(unsigned), const uint8_t *p, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!is(p[i])) return false;
  }
  return true;
}

/* ---- lines ---- */

/* What a head is read with. */
typedef struct {
  ref_kind kind;
  unsigned tolerances;
} reading;

static bool has(const reading *r, unsigned tolerance) {
  return (r->tolerances & tolerance) != 0;
}

/* The line at `from`: its text ends at `*end`, the next line is at `*next`.
 * False without an end. No element of any line holds CR or LF, so the first
 * CRLF is the end, and a bare one before it fails the line; with the tolerance
 * for it the first LF is the end, and a CR before it is not of the text. */
static bool find_line(const reading *r, const uint8_t *p, size_t from, size_t n,
                      size_t *end, size_t *next) {
  for (size_t i = from; i < n; i++) {
    const bool crlf = i > from && p[i - 1] == '\r';
    if (p[i] != '\n' || (!crlf && !has(r, H1_TOLERATE_BARE_LF))) continue;
    *end = crlf ? i - 1 : i;
    *next = i + 1;
    return true;
  }
  return false;
}

/* How far bytes of a kind go from `from`. */
static size_t run(bool (*is)(unsigned), const uint8_t *p, size_t from,
                  size_t to) {
  size_t i = from;
  while (i < to && is(p[i])) i++;
  return i;
}

/* "HTTP/1." DIGIT, of exactly p[from..to). */
static bool is_version_1(const uint8_t *p, size_t from, size_t to,
                         unsigned *minor) {
  if (to - from != 8 || memcmp(p + from, "HTTP/1.", 7) != 0) return false;
  if (!is_digit(p[to - 1])) return false;
  *minor = p[to - 1] == '0' ? 0 : 1;
  return true;
}

/* method SP request-target SP HTTP-version, of exactly p[from..to). */
static bool request_line(const uint8_t *p, size_t from, size_t to,
                         ref_head *out) {
  const size_t method_end = run(ref_is_tchar, p, from, to);
  if (method_end == from || method_end == to || p[method_end] != ' ') {
    return false;
  }
  const size_t target_at = method_end + 1;
  const size_t target_end = run(ref_is_target_byte, p, target_at, to);
  if (target_end == target_at || target_end == to || p[target_end] != ' ') {
    return false;
  }
  out->first_at = from;
  out->first_len = method_end - from;
  out->target_at = target_at;
  out->target_len = target_end - target_at;
  return is_version_1(p, target_end + 1, to, &out->minor);
}

/* HTTP-version SP 3DIGIT SP [ reason-phrase ], of exactly p[from..to). */
static bool status_line(const reading *r, const uint8_t *p, size_t from,
                        size_t to, ref_head *out) {
  const bool bare =
      to - from == 12 && has(r, H1_TOLERATE_NO_SPACE_AFTER_STATUS);
  if (to - from < 13 && !bare) return false;
  if (!is_version_1(p, from, from + 8, &out->minor)) return false;
  const uint8_t *s = p + from + 8;
  if (s[0] != ' ' || !all_of(is_digit, s + 1, 3)) return false;
  out->status = (unsigned)(s[1] - '0') * 100 + (unsigned)(s[2] - '0') * 10 +
                (unsigned)(s[3] - '0');
  out->first_at = bare ? to : from + 13;
  out->first_len = bare ? 0 : to - from - 13;
  return bare || (s[4] == ' ' &&
                  all_of(ref_is_value_byte, p + from + 13, to - from - 13));
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

/* Whether p[from..to) is bytes of values, and controls where they may be. */
static bool is_text(const reading *r, const uint8_t *p, size_t from,
                    size_t to) {
  for (size_t i = from; i < to; i++) {
    const bool control = p[i] != 0 && p[i] != '\r' && p[i] != '\n' &&
                         has(r, H1_TOLERATE_CONTROLS);
    if (!ref_is_value_byte(p[i]) && !control) return false;
  }
  return true;
}

/* The value is p[from..to) without what is blank or a line's end around it. */
static void set_value(const uint8_t *p, size_t from, size_t to,
                      ref_field *out) {
  while (from < to && memchr(" \t\r\n", p[from], 4) != NULL) from++;
  while (to > from && memchr(" \t\r\n", p[to - 1], 4) != NULL) to--;
  out->value_at = from;
  out->value_len = to - from;
}

/* field-name ":" OWS field-value OWS, of exactly p[from..to). */
static bool field_line(const reading *r, const uint8_t *p, size_t from,
                       size_t to, ref_field *out) {
  const size_t name_end = run(ref_is_tchar, p, from, to);
  size_t colon = name_end;
  while (colon < to && is_blank(p[colon]) &&
         has(r, H1_TOLERATE_SPACE_BEFORE_COLON)) {
    colon++;
  }
  if (name_end == from || colon == to || p[colon] != ':') return false;
  if (!is_text(r, p, colon + 1, to)) return false;
  out->name_at = from;
  out->name_len = name_end - from;
  out->apart = false;
  set_value(p, colon + 1, to, out);
  return true;
}

/* Adds the lines at `*next` that the field of the line that ended at `*end`
 * goes on in. False: one of them is no text. */
static bool unfold(const reading *r, const uint8_t *p, size_t n, size_t *next,
                   ref_field *out) {
  size_t value_at = out->name_at + out->name_len, end = *next, after;
  while (p[value_at] != ':') value_at++;
  while (has(r, H1_TOLERATE_FOLDS) && *next < n && is_blank(p[*next]) &&
         find_line(r, p, *next, n, &end, &after)) {
    if (!is_text(r, p, *next, end)) return false;
    *next = after;
    set_value(p, value_at + 1, end, out);
  }
  return true;
}

/* ---- sections ---- */

static bool is_among(const uint8_t *p, const ref_field *f,
                     const char *const *words) {
  for (size_t i = 0; words[i] != NULL; i++) {
    if (ref_is_word(p + f->name_at, f->name_len, words[i])) return true;
  }
  return false;
}

/* Singleton fields, given once at most (RFC 9110 5.3), except the two that are
 * ignored when they are no single date (13.1.3, 13.1.4). */
static bool is_single(const uint8_t *p, const ref_field *f) {
  static const char *const words[] = {"host",
                                      "content-length",
                                      "content-type",
                                      "content-range",
                                      "content-location",
                                      "authorization",
                                      "proxy-authorization",
                                      "date",
                                      "from",
                                      "if-range",
                                      "max-forwards",
                                      "range",
                                      "referer",
                                      "user-agent",
                                      NULL};
  return is_among(p, f, words);
}

/* Fields that framing, routing or authentication rest on (RFC 9110 6.5.1). */
static bool is_barred_from_trailers(const uint8_t *p, const ref_field *f) {
  static const char *const words[] = {"host",
                                      "content-length",
                                      "transfer-encoding",
                                      "connection",
                                      "expect",
                                      "content-type",
                                      "content-encoding",
                                      "content-range",
                                      "authorization",
                                      "proxy-authorization",
                                      "te",
                                      "trailer",
                                      "upgrade",
                                      NULL};
  return is_among(p, f, words);
}

static bool is_repeated(const uint8_t *p, const ref_head *h,
                        const ref_field *f) {
  for (size_t i = 0; i < h->count; i++) {
    const ref_field *g = &h->fields[i];
    if (g->name_len != f->name_len) continue;
    bool same = true;
    for (size_t k = 0; k < f->name_len; k++) {
      /* Names are letters and hyphens here, so one bit is the case. */
      if ((p[g->name_at + k] | 0x20) != (p[f->name_at + k] | 0x20))
        same = false;
    }
    if (same) return true;
  }
  return false;
}

/* Whether the field may stand where it does; one of a response's trailers may,
 * apart. */
static bool is_allowed(const reading *r, const uint8_t *p, const ref_head *out,
                       ref_field *f) {
  const bool ours = r->kind == REF_REQUEST || r->kind == REF_TRAILERS;
  if (ours && is_single(p, f) && is_repeated(p, out, f)) return false;
  if (r->kind == REF_REQUEST || r->kind == REF_RESPONSE) return true;
  f->apart = is_barred_from_trailers(p, f);
  return !f->apart || r->kind == REF_RESPONSE_TRAILERS;
}

/* *( field-line CRLF ) CRLF */
static bool section(const reading *r, const uint8_t *p, size_t from, size_t n,
                    ref_head *out) {
  size_t at = from, end, next;
  out->count = 0;
  while (find_line(r, p, at, n, &end, &next)) {
    if (end == at) {
      out->size = next;
      return true;
    }
    ref_field f;
    if (out->count == REF_FIELDS_MAX || !field_line(r, p, at, end, &f)) {
      return false;
    }
    if (!is_allowed(r, p, out, &f) || !unfold(r, p, n, &next, &f)) return false;
    out->fields[out->count++] = f;
    at = next;
  }
  return false;
}

/* One empty line that is ignored. */
static size_t skip_empty_line(const reading *r, const uint8_t *p, size_t n) {
  size_t end = 1, next = 0;
  if (r->kind == REF_RESPONSE && !has(r, H1_TOLERATE_EMPTY_LINE)) return 0;
  return find_line(r, p, 0, n, &end, &next) && end == 0 ? next : 0;
}

bool ref_tolerant_parse(ref_kind kind, unsigned tolerances, const uint8_t *p,
                        size_t n, ref_head *out) {
  const reading r = {kind, tolerances};
  size_t end, next;
  if (kind != REF_REQUEST && kind != REF_RESPONSE) {
    return section(&r, p, 0, n, out);
  }
  const size_t from = skip_empty_line(&r, p, n);
  if (!find_line(&r, p, from, n, &end, &next)) return false;
  const bool good = kind == REF_REQUEST ? request_line(p, from, end, out)
                                        : status_line(&r, p, from, end, out);
  return good && section(&r, p, next, n, out);
}

bool ref_head_parse(ref_kind kind, const uint8_t *p, size_t n, ref_head *out) {
  return ref_tolerant_parse(kind, H1_TOLERATE_NOTHING, p, n, out);
}

/* ---- unfinished heads ---- */

/* Every suffix of the kind's text is an ending to try. The field's name is one
 * that no prefix can turn into a singleton. */
static const char *endings(ref_kind kind) {
  if (kind == REF_REQUEST) return "\nA / HTTP/1.1\r\nqq:\r\n\r\n";
  if (kind == REF_RESPONSE) return "\nHTTP/1.1 200 \r\nqq:\r\n\r\n";
  return "qq:\r\n\r\n";
}

static bool may_become_good(const reading *r, const uint8_t *p, size_t n,
                            uint8_t *room, ref_head *scratch) {
  const unsigned t = r->tolerances;
  if (n > 0) memcpy(room, p, n);
  for (const char *e = endings(r->kind); *e != '\0'; e++) {
    memcpy(room + n, e, strlen(e));
    if (ref_tolerant_parse(r->kind, t, room, n + strlen(e), scratch)) {
      return true;
    }
  }
  return ref_tolerant_parse(r->kind, t, room, n, scratch);
}

ref_verdict ref_head_judge(ref_kind kind, const uint8_t *p, size_t n,
                           ref_head *out, size_t *bad_at) {
  return ref_tolerant_judge(kind, H1_TOLERATE_NOTHING, p, n, out, bad_at);
}

ref_verdict ref_tolerant_judge(ref_kind kind, unsigned tolerances,
                               const uint8_t *p, size_t n, ref_head *out,
                               size_t *bad_at) {
  const reading r = {kind, tolerances};
  if (ref_tolerant_parse(kind, tolerances, p, n, out)) return REF_DONE;
  uint8_t *room = malloc(n + 64);
  ref_head *scratch = malloc(sizeof *scratch);
  if (room == NULL || scratch == NULL) abort();
  ref_verdict verdict = REF_OPEN;
  if (!may_become_good(&r, p, n, room, scratch)) {
    /* Prefixes up to `low` may become good, those of `high` may not. */
    size_t low = 0, high = n;
    while (high - low > 1) {
      const size_t middle = low + (high - low) / 2;
      if (may_become_good(&r, p, middle, room, scratch)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    *bad_at = low;
    verdict = REF_BAD;
  }
  free(scratch);
  free(room);
  return verdict;
}
