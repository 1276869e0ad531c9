#include "fuzz/reference/config_values.h"

#include <arpa/inet.h>
#include <string.h>

#define K ((uint64_t)1024)
#define M (K * K)
#define G (K * M)

bool reference_same(const char *text, size_t len, const char *word) {
  return strlen(word) == len && strncmp(text, word, len) == 0;
}

bool reference_controls(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c < 32 || c == 127) return true;
  }
  return false;
}

/* Units by name, longest match not needed: the whole rest must be one. */
static uint64_t unit(reference_kind kind, const char *text, size_t len) {
  static const struct {
    reference_kind kind;
    const char *name;
    uint64_t factor;
  } units[] = {
      {REFERENCE_SIZE, "", 1},      {REFERENCE_SIZE, "K", K},
      {REFERENCE_SIZE, "k", K},     {REFERENCE_SIZE, "M", M},
      {REFERENCE_SIZE, "m", M},     {REFERENCE_SIZE, "G", G},
      {REFERENCE_SIZE, "g", G},     {REFERENCE_TIME, "", 1000},
      {REFERENCE_TIME, "s", 1000},  {REFERENCE_TIME, "ms", 1},
      {REFERENCE_TIME, "m", 60000}, {REFERENCE_NUMBER, "", 1},
      {REFERENCE_OCTAL, "", 1},
  };
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    if (units[i].kind == kind && reference_same(text, len, units[i].name)) {
      return units[i].factor;
    }
  }
  return 0;
}

static bool one_of(const char *first, const char *second, const char *text,
                   size_t len, uint64_t *out) {
  *out = reference_same(text, len, second) ? 1 : 0;
  return *out == 1 || reference_same(text, len, first);
}

/* Leading zeros say nothing; after them, 20 digits are more than any range
 * has, and what is less fits a double's worth of care: 128 bits. */
bool reference_quantity(const reference_option *o, const char *text, size_t len,
                        uint64_t *out) {
  if (o->kind == REFERENCE_FORMAT) {
    return one_of("json", "combined", text, len, out);
  }
  if (o->kind == REFERENCE_ADMIN) {
    return one_of("public", "listener", text, len, out);
  }
  if (o->kind == REFERENCE_LINKS && reference_same(text, len, "all")) {
    *out = 2;
    return true;
  }
  if (o->kind == REFERENCE_LINKS) {
    return one_of("beneath", "none", text, len, out);
  }
  if (o->kind == REFERENCE_SANDBOX && reference_same(text, len, "require")) {
    *out = 2;
    return true;
  }
  if (o->kind == REFERENCE_SANDBOX) return one_of("off", "try", text, len, out);
  if (o->kind == REFERENCE_CLIENT) {
    static const char *const words[] = {"peer", "proxy", "forwarded",
                                        "x-forwarded-for"};
    for (*out = 0; *out < 4; *out += 1) {
      if (reference_same(text, len, words[*out])) return true;
    }
    return false;
  }
  if (o->kind == REFERENCE_SWITCH) return one_of("off", "on", text, len, out);
  if (o->none && reference_same(text, len, "none")) {
    *out = 0;
    return true;
  }
  const char last = o->kind == REFERENCE_OCTAL ? '7' : '9';
  const unsigned base = o->kind == REFERENCE_OCTAL ? 8 : 10;
  size_t digits = 0;
  while (digits < len && text[digits] >= '0' && text[digits] <= last) digits++;
  const uint64_t factor = unit(o->kind, text + digits, len - digits);
  if (digits == 0 || factor == 0) return false;
  size_t zeros = 0;
  while (zeros < digits && text[zeros] == '0') zeros++;
  if (digits - zeros > 20) return false;
  unsigned __int128 n = 0;
  for (size_t i = zeros; i < digits; i++) {
    n = n * base + (unsigned)(text[i] - '0');
  }
  n *= factor;
  if (n > o->max) return false;
  *out = (uint64_t)n;
  return n >= o->min || (n == 0 && o->none);
}

static bool printable(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (text[i] < ' ' || text[i] > '~') return false;
  }
  return true;
}

bool reference_name(const char *text, size_t len) {
  if (len == 0) return true;
  return len <= 255 && printable(text, len) && text[0] != ' ' &&
         text[len - 1] != ' ';
}

bool reference_join(const char *base, const char *text, size_t len, char *out,
                    size_t cap) {
  char whole[2 * H1_PATH_OPTION_BYTES];
  size_t at = 0;
  if (len >= H1_PATH_OPTION_BYTES) return false;
  if (base != NULL && text[0] != '/') {
    at = strlen(base);
    memcpy(whole, base, at);
    if (at > 0 && whole[at - 1] != '/') whole[at++] = '/';
  }
  memcpy(whole + at, text, len);
  whole[at + len] = '\0';
  if (at + len >= cap) return false;
  memcpy(out, whole, at + len + 1);
  return true;
}

bool reference_path(const char *base, bool words, const char *text, size_t len,
                    char out[H1_PATH_OPTION_BYTES]) {
  if (len == 0 || reference_controls(text, len)) return false;
  if (words &&
      (reference_same(text, len, "-") || reference_same(text, len, "off"))) {
    base = NULL;
  }
  return reference_join(base, text, len, out, H1_PATH_OPTION_BYTES);
}

/* The last colon of an address stands before its port: "", or digits whose
 * number is at most 65535. */
static bool port(const char *text, size_t len) {
  uint64_t n = 0;
  if (len == 0) return false;
  for (size_t i = 0; i < len; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    n = n * 10 + (uint64_t)(text[i] - '0');
    if (n > 65535) return false;
  }
  return true;
}

static bool host(const char *text, size_t len) {
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  for (size_t i = 0; i < len; i++) {
    if (memchr(allowed, text[i], sizeof allowed - 1) == NULL) return false;
  }
  return true;
}

/* "[ADDRESS]" or "[ADDRESS%ZONE]", without the brackets. */
static bool ipv6(const char *text, size_t len) {
  char copy[256];
  unsigned char bytes[16];
  if (len >= sizeof copy) return false;
  memcpy(copy, text, len);
  copy[len] = '\0';
  char *percent = strchr(copy, '%');
  if (percent != NULL) {
    if (percent[1] == '\0' || !host(percent + 1, strlen(percent + 1))) {
      return false;
    }
    *percent = '\0';
  }
  return inet_pton(AF_INET6, copy, bytes) == 1;
}

static bool internet(const char *text, size_t len) {
  size_t colon = len;
  for (size_t i = 0; i < len; i++) {
    if (text[i] == ':') colon = i;
  }
  if (colon == len || !port(text + colon + 1, len - colon - 1)) return false;
  if (text[0] != '[') return host(text, colon);
  return colon >= 2 && text[colon - 1] == ']' && ipv6(text + 1, colon - 2);
}

/* What was passed: "systemd:NAME", or "fd:N" with N from 3 to 2^20 - 1. */
static bool passed(const char *text, size_t len) {
  if (text[0] == 's') {
    for (size_t i = 8; i < len; i++) {
      if (text[i] < ' ' || text[i] > '~' || text[i] == ':') return false;
    }
    return len > 8;
  }
  unsigned long n = 0;
  for (size_t i = 3; i < len; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    n = n < 9999999 ? n * 10 + (unsigned long)(text[i] - '0') : n;
  }
  return n >= 3 && n <= 1048575;
}

bool reference_address(const char *base, const char *text, size_t len,
                       char out[256]) {
  if (len >= 5 && strncmp(text, "unix:", 5) == 0) {
    memcpy(out, "unix:", 5);
    return len > 5 && !reference_controls(text, len) &&
           reference_join(base, text + 5, len - 5, out + 5, 108);
  }
  const bool reserved = (len >= 8 && strncmp(text, "systemd:", 8) == 0) ||
                        (len >= 3 && strncmp(text, "fd:", 3) == 0);
  if (len == 0 || len > 255) return false;
  if (reserved ? !passed(text, len) : !internet(text, len)) return false;
  memcpy(out, text, len);
  out[len] = '\0';
  return true;
}
