#include "fuzz/reference_head.h"

#include <stdlib.h>
#include <string.h>

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

/* The index of the CRLF that ends the line at `from`; false without one. No
 * element of any line holds CR or LF, so the first CRLF is the end, and a bare
 * one before it fails the line. */
static bool find_crlf(const uint8_t *p, size_t from, size_t n, size_t *at) {
  for (size_t i = from; i + 1 < n; i++) {
    if (p[i] == '\r' && p[i + 1] == '\n') {
      *at = i;
      return true;
    }
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
static bool status_line(const uint8_t *p, size_t from, size_t to,
                        ref_head *out) {
  if (to - from < 13) return false;
  if (!is_version_1(p, from, from + 8, &out->minor)) return false;
  const uint8_t *s = p + from + 8;
  if (s[0] != ' ' || s[4] != ' ' || !all_of(is_digit, s + 1, 3)) return false;
  out->status = (unsigned)(s[1] - '0') * 100 + (unsigned)(s[2] - '0') * 10 +
                (unsigned)(s[3] - '0');
  out->first_at = from + 13;
  out->first_len = to - from - 13;
  return out->status >= 100 && out->status <= 599 &&
         all_of(ref_is_value_byte, p + from + 13, to - from - 13);
}

/* field-name ":" OWS field-value OWS, of exactly p[from..to). */
static bool field_line(const uint8_t *p, size_t from, size_t to,
                       ref_field *out) {
  const size_t name_end = run(ref_is_tchar, p, from, to);
  if (name_end == from || name_end == to || p[name_end] != ':') return false;
  size_t a = name_end + 1, b = to;
  if (!all_of(ref_is_value_byte, p + a, b - a)) return false;
  while (a < b && (p[a] == ' ' || p[a] == '\t')) a++;
  while (b > a && (p[b - 1] == ' ' || p[b - 1] == '\t')) b--;
  out->name_at = from;
  out->name_len = name_end - from;
  out->value_at = a;
  out->value_len = b - a;
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

/* Singleton fields, given once at most (RFC 9110 5.3). */
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
                                      "if-modified-since",
                                      "if-unmodified-since",
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

/* *( field-line CRLF ) CRLF */
static bool section(ref_kind kind, const uint8_t *p, size_t from, size_t n,
                    ref_head *out) {
  size_t at = from, end;
  out->count = 0;
  while (find_crlf(p, at, n, &end)) {
    if (end == at) {
      out->size = end + 2;
      return true;
    }
    ref_field f;
    if (out->count == REF_FIELDS_MAX || !field_line(p, at, end, &f)) {
      return false;
    }
    if (is_single(p, &f) && is_repeated(p, out, &f)) return false;
    if (kind == REF_TRAILERS && is_barred_from_trailers(p, &f)) return false;
    out->fields[out->count++] = f;
    at = end + 2;
  }
  return false;
}

bool ref_head_parse(ref_kind kind, const uint8_t *p, size_t n, ref_head *out) {
  size_t from = 0, end;
  if (kind == REF_TRAILERS) return section(kind, p, 0, n, out);
  if (kind == REF_REQUEST && n >= 2 && memcmp(p, "\r\n", 2) == 0) from = 2;
  if (!find_crlf(p, from, n, &end)) return false;
  const bool good = kind == REF_REQUEST ? request_line(p, from, end, out)
                                        : status_line(p, from, end, out);
  return good && section(kind, p, end + 2, n, out);
}

/* ---- unfinished heads ---- */

/* Every suffix of the kind's text is an ending to try. The field's name is one
 * that no prefix can turn into a singleton. */
static const char *endings(ref_kind kind) {
  if (kind == REF_REQUEST) return "\nA / HTTP/1.1\r\nqq:\r\n\r\n";
  if (kind == REF_RESPONSE) return "HTTP/1.1 200 \r\nqq:\r\n\r\n";
  return "qq:\r\n\r\n";
}

static bool may_become_good(ref_kind kind, const uint8_t *p, size_t n,
                            uint8_t *room, ref_head *scratch) {
  if (n > 0) memcpy(room, p, n);
  for (const char *e = endings(kind); *e != '\0'; e++) {
    memcpy(room + n, e, strlen(e));
    if (ref_head_parse(kind, room, n + strlen(e), scratch)) return true;
  }
  return ref_head_parse(kind, room, n, scratch);
}

ref_verdict ref_head_judge(ref_kind kind, const uint8_t *p, size_t n,
                           ref_head *out, size_t *bad_at) {
  if (ref_head_parse(kind, p, n, out)) return REF_DONE;
  uint8_t *room = malloc(n + 64);
  ref_head *scratch = malloc(sizeof *scratch);
  if (room == NULL || scratch == NULL) abort();
  ref_verdict verdict = REF_OPEN;
  if (!may_become_good(kind, p, n, room, scratch)) {
    /* Prefixes up to `low` may become good, those of `high` may not. */
    size_t low = 0, high = n;
    while (high - low > 1) {
      const size_t middle = low + (high - low) / 2;
      if (may_become_good(kind, p, middle, room, scratch)) {
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
