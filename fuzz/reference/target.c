#include "fuzz/reference/target.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(unsigned c) { return c >= '0' && c <= '9'; }

static int hex_value(unsigned c) {
  if (is_digit(c)) return (int)c - '0';
  if (c >= 'a' && c <= 'f') return (int)c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return (int)c - 'A' + 10;
  return -1;
}

static bool is_unreserved_or_sub_delim(unsigned c) {
  const bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alpha || is_digit(c) ||
         (c != 0 && c < 0x80 && strchr("-._~!$&'()*+,;=", (int)c) != NULL);
}

/* ---- hosts, RFC 3986 3.2.2 ---- */

/* dec-octet "." dec-octet "." dec-octet "." dec-octet */
static bool is_ipv4(const uint8_t *p, size_t n) {
  size_t at = 0;
  for (int part = 0; part < 4; part++) {
    unsigned value = 0;
    const size_t from = at;
    while (at < n && is_digit(p[at]) && at - from < 4) {
      value = value * 10 + (unsigned)(p[at++] - '0');
    }
    const size_t digits = at - from;
    if (digits == 0 || digits > 3 || value > 255) return false;
    if (digits > 1 && p[from] == '0') return false;
    if (part < 3 && (at >= n || p[at++] != '.')) return false;
  }
  return at == n;
}

/* How many 16-bit units the colon-separated groups p[0..n) are; -1 for a bad
 * group. An IPv4 address may be the last when `may_end_ipv4`. */
static int count_units(const uint8_t *p, size_t n, bool may_end_ipv4) {
  int units = 0;
  size_t at = 0;
  if (n == 0) return 0;
  for (;;) {
    size_t end = at;
    while (end < n && p[end] != ':') end++;
    if (end == n && may_end_ipv4 && is_ipv4(p + at, end - at)) return units + 2;
    if (end == at || end - at > 4) return -1;
    for (size_t i = at; i < end; i++) {
      if (hex_value(p[i]) < 0) return -1;
    }
    units++;
    if (end == n) return units;
    at = end + 1;
  }
}

static bool is_ipv6(const uint8_t *p, size_t n) {
  for (size_t i = 0; i + 1 < n; i++) {
    if (p[i] != ':' || p[i + 1] != ':') continue;
    const int left = count_units(p, i, false);
    const int right = count_units(p + i + 2, n - i - 2, true);
    return left >= 0 && right >= 0 && left + right <= 7;
  }
  return count_units(p, n, true) == 8;
}

/* "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_ip_future(const uint8_t *p, size_t n) {
  size_t at = 1;
  if (n < 4 || (p[0] != 'v' && p[0] != 'V')) return false;
  while (at < n && hex_value(p[at]) >= 0) at++;
  if (at == 1 || at + 1 >= n || p[at] != '.') return false;
  for (size_t i = at + 1; i < n; i++) {
    if (p[i] == ',') return false;
    if (!is_unreserved_or_sub_delim(p[i]) && p[i] != ':') return false;
  }
  return true;
}

static bool is_reg_name(const uint8_t *p, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (p[i] == '%') {
      if (n - i < 3 || hex_value(p[i + 1]) < 0 || hex_value(p[i + 2]) < 0) {
        return false;
      }
      i += 2;
    } else if (!is_unreserved_or_sub_delim(p[i]) || p[i] == ',') {
      return false;
    }
  }
  return n > 0;
}

/* Empty, or at most five digits and 65535. */
static bool is_port(const uint8_t *p, size_t n) {
  unsigned value = 0;
  if (n > 5) return false;
  for (size_t i = 0; i < n; i++) {
    if (!is_digit(p[i])) return false;
    value = value * 10 + (unsigned)(p[i] - '0');
  }
  return value <= 65535;
}

/* The index of the ":" before the port, n without one. */
static size_t port_colon(const uint8_t *p, size_t n) {
  size_t i = n;
  while (i > 0 && p[i - 1] != ':' && p[i - 1] != ']') i--;
  return i > 0 && p[i - 1] == ':' ? i - 1 : n;
}

bool ref_is_authority(const uint8_t *p, size_t n) {
  const size_t colon = port_colon(p, n);
  if (colon < n && !is_port(p + colon + 1, n - colon - 1)) return false;
  if (colon >= 2 && p[0] == '[' && p[colon - 1] == ']') {
    return is_ipv6(p + 1, colon - 2) || is_ip_future(p + 1, colon - 2);
  }
  return is_reg_name(p, colon);
}

/* ---- forms, RFC 9112 3.2 ---- */

static size_t scheme_length(const uint8_t *p, size_t n) {
  if (n >= 7 && ref_is_word(p, 7, "http://")) return 7;
  if (n >= 8 && ref_is_word(p, 8, "https://")) return 8;
  return 0;
}

static void split_query(const uint8_t *p, size_t from, size_t n,
                        ref_target *out) {
  size_t at = from;
  while (at < n && p[at] != '?') at++;
  out->path_at = from;
  out->path_len = at - from;
  out->has_query = at < n;
  out->query_at = at < n ? at + 1 : n;
  out->query_len = n - out->query_at;
}

h1_error ref_target_split(const uint8_t *p, size_t n, ref_target *out) {
  memset(out, 0, sizeof *out);
  if (n == 1 && p[0] == '*') {
    out->form = REF_ASTERISK;
    return H1_OK;
  }
  if (n > 0 && p[0] == '/') {
    out->form = REF_ORIGIN;
    split_query(p, 0, n, out);
    return H1_OK;
  }
  const size_t from = scheme_length(p, n);
  if (from > 0) {
    size_t end = from;
    while (end < n && p[end] != '/' && p[end] != '?') end++;
    out->form = REF_ABSOLUTE;
    out->authority_at = from;
    out->authority_len = end - from;
    split_query(p, end, n, out);
    return ref_is_authority(p + from, end - from) ? H1_OK : H1_TARGET_AUTHORITY;
  }
  const size_t colon = port_colon(p, n);
  if (colon + 1 < n && ref_is_authority(p, n)) {
    out->form = REF_AUTHORITY;
    out->authority_len = n;
    return H1_OK;
  }
  return H1_TARGET_FORM;
}

/* ---- paths ---- */

typedef struct {
  size_t at, len; /* decoded, in the room below */
} segment;

/* Decodes p[0..n), one segment, to `out`. */
static h1_error decode_segment(const uint8_t *p, size_t n, uint8_t *out,
                               size_t *size) {
  size_t k = 0;
  for (size_t i = 0; i < n; i++) {
    unsigned c = p[i];
    const bool encoded = c == '%';
    if (encoded) {
      if (n - i < 3 || hex_value(p[i + 1]) < 0 || hex_value(p[i + 2]) < 0) {
        return H1_PATH_ENCODING;
      }
      c = (unsigned)(hex_value(p[i + 1]) * 16 + hex_value(p[i + 2]));
      i += 2;
    }
    if (c == 0 || c == '\r' || c == '\n') return H1_PATH_CONTROL;
    if (c == '\\') return H1_PATH_BACKSLASH;
    out[k++] = encoded && c == '/' ? 0 : (uint8_t)c;
  }
  *size = k;
  return H1_OK;
}

static bool is_text(const uint8_t *room, const segment *s, const char *text) {
  return s->len == strlen(text) && memcmp(room + s->at, text, s->len) == 0;
}

/* Splits at "/", decodes, and keeps a stack of what remains. */
static h1_error walk(const uint8_t *p, size_t n, uint8_t *room, segment *stack,
                     size_t *depth) {
  size_t from = 1, at = 0;
  for (;;) {
    size_t end = from;
    segment s = {at, 0};
    while (end < n && p[end] != '/') end++;
    const h1_error e = decode_segment(p + from, end - from, room + at, &s.len);
    if (e != H1_OK) return e;
    at += s.len;
    const bool up = is_text(room, &s, "..");
    if (up && *depth == 0) return H1_PATH_ABOVE_ROOT;
    if (up) {
      --*depth;
    } else if (!is_text(room, &s, ".")) {
      stack[(*depth)++] = s;
    }
    if (end == n) {
      /* A dot segment at the end leaves its slash. */
      const segment empty = {at, 0};
      if (up || is_text(room, &s, ".")) stack[(*depth)++] = empty;
      return H1_OK;
    }
    from = end + 1;
  }
}

h1_error ref_path_decode(const uint8_t *p, size_t n, uint8_t *out,
                         size_t *size) {
  uint8_t *room = malloc(n + 1);
  segment *stack = malloc((n + 2) * sizeof *stack);
  size_t depth = 0, k = 0;
  if (room == NULL || stack == NULL) abort();
  const h1_error e = walk(p, n, room, stack, &depth);
  for (size_t i = 0; e == H1_OK && i < depth; i++) {
    out[k++] = '/';
    memcpy(out + k, room + stack[i].at, stack[i].len);
    k += stack[i].len;
  }
  *size = k;
  free(stack);
  free(room);
  return e;
}
