#include "fuzz/reference/config_rules.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/reference/config_values.h"
#include "server/policy/pattern.h"
#include "server/policy/rule.h"

/* Segments of letters and what else is plain in a URL, apart from what a route
 * would read in another way; an encoded byte is none of these either. */
static bool segment(const char *text, size_t len) {
  static const char odd[] = "*{}?#\\";
  if (len == 0 || reference_same(text, len, ".") ||
      reference_same(text, len, "..")) {
    return false;
  }
  for (size_t i = 0; i < len; i++) {
    const char hex[] = {i + 2 < len ? text[i + 1] : 'x',
                        i + 2 < len ? text[i + 2] : 'x', '\0'};
    char *end = NULL;
    if (text[i] <= ' ' || text[i] > '~' || strchr(odd, text[i]) != NULL) {
      return false;
    }
    if (text[i] != '%') continue;
    if (strspn(hex, "0123456789abcdefABCDEF") != 2) return false;
    const long byte = strtol(hex, &end, 16);
    if (byte < 32 || byte == 127) return false;
    if (byte < 127 && strchr("/.*{}\\", (char)byte) != NULL) return false;
  }
  return true;
}

static bool prefix(const char *text, size_t len) {
  size_t from = 1;
  if (len == 0 || len > 255 || text[0] != '/') return false;
  while (from < len) {
    size_t to = from;
    while (to < len && text[to] != '/') to++;
    if (!segment(text + from, to - from)) return false;
    from = to + 1;
  }
  return true;
}

bool reference_mount(const char *base, const char *text, size_t len,
                     char out[H1_PATH_OPTION_BYTES]) {
  size_t equals = 0;
  while (equals < len && text[equals] != '=') equals++;
  if (equals + 1 >= len || reference_controls(text, len) ||
      !prefix(text, equals)) {
    return false;
  }
  memcpy(out, text, equals + 1);
  return reference_join(base, text + equals + 1, len - equals - 1,
                        out + equals + 1, H1_PATH_OPTION_BYTES - equals - 1);
}

/* Whether `bytes` has no bit after the first `prefix`. */
static bool ends_at(const unsigned char *bytes, size_t size, unsigned prefix) {
  for (unsigned bit = prefix; bit < size * 8; bit++) {
    if ((bytes[bit / 8] & (0x80u >> bit % 8)) != 0) return false;
  }
  return true;
}

/* As the platform reads addresses. */
static bool network(const char *text, size_t len) {
  char copy[64];
  unsigned char bytes[16];
  if (reference_same(text, len, "unix")) return true;
  if (len >= sizeof copy || memchr(text, '\0', len) != NULL) return false;
  memcpy(copy, text, len);
  copy[len] = '\0';
  char *slash = strchr(copy, '/');
  if (slash != NULL) *slash = '\0';
  size_t size = 0;
  if (inet_pton(AF_INET, copy, bytes) == 1) size = 4;
  if (size == 0 && inet_pton(AF_INET6, copy, bytes) == 1) size = 16;
  if (size == 0 || slash == NULL) return size != 0;
  const char *prefix = slash + 1;
  const size_t digits = strspn(prefix, "0123456789");
  if (digits == 0 || digits > 3 || prefix[digits] != '\0') return false;
  if (digits > 1 && prefix[0] == '0') return false;
  const unsigned long n = strtoul(prefix, NULL, 10);
  return n <= size * 8 && ends_at(bytes, size, (unsigned)n);
}

/* The rules themselves are no business of the configuration's reader. */
bool reference_rule(reference_kind kind, const char *text, size_t len) {
  if (len == 0 || len >= H1_PATH_OPTION_BYTES ||
      reference_controls(text, len)) {
    return false;
  }
  switch (kind) {
    case REFERENCE_INDEXES:
      return len < 64 && memchr(text, '/', len) == NULL &&
             !reference_same(text, len, ".") &&
             !reference_same(text, len, "..");
    case REFERENCE_ERROR_PAGES:
      return len > 4 && (reference_same(text, 4, "404=") ||
                         reference_same(text, 4, "500=") ||
                         reference_same(text, 4, "503="));
    case REFERENCE_REDIRECTS:
      return h1_redirect_rule_fault(text, len) == NULL;
    case REFERENCE_PROXIES:
      return network(text, len);
    case REFERENCE_SKIPS:
      return h1_pattern_fault((h1_slice){(const uint8_t *)text, len}) == NULL;
    case REFERENCE_HEADERS:
      return h1_header_rule_fault(text, len) == NULL;
    default:
      return h1_cache_rule_fault(text, len) == NULL;
  }
}
