#include "fuzz/reference/config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "server/policy/pattern.h"
#include "server/policy/rule.h"

#define K ((uint64_t)1024)
#define M (K * K)
#define G (K * M)
#define DAY_MS ((uint64_t)86400000)
#define AT(field) offsetof(h1_config, field), sizeof(((h1_config *)0)->field)

const reference_option reference_options[REFERENCE_OPTIONS] = {
    {"listen", REFERENCE_ADDRESSES, 0, 0, false, AT(listen)},
    {"admin-listen", REFERENCE_ADDRESSES, 0, 0, true, AT(admin_listen)},
    {"admin", REFERENCE_ADMIN, 0, 1, false, AT(admin)},
    {"demo", REFERENCE_SWITCH, 0, 1, false, AT(demo)},
    {"proxy-listen", REFERENCE_ADDRESSES, 0, 0, true, AT(proxy_listen)},
    {"trusted-proxy", REFERENCE_PROXIES, 0, 0, true, AT(trusted_proxies)},
    {"client-address", REFERENCE_CLIENT, 0, 3, false, AT(client_address)},
    {"unix-mode", REFERENCE_OCTAL, 0, 511, false, AT(unix_mode)},
    {"root", REFERENCE_PATH, 0, 0, false, AT(root)},
    {"mount", REFERENCE_MOUNTS, 0, 0, false, AT(mounts)},
    {"index", REFERENCE_INDEXES, 0, 0, true, AT(indexes)},
    {"clean-urls", REFERENCE_SWITCH, 0, 1, false, AT(clean_urls)},
    {"hidden", REFERENCE_SWITCH, 0, 1, false, AT(hidden)},
    {"listing", REFERENCE_SWITCH, 0, 1, false, AT(listing)},
    {"fallback", REFERENCE_PATH, 0, 0, false, AT(fallback)},
    {"error-page", REFERENCE_ERROR_PAGES, 0, 0, false, AT(error_pages)},
    {"symlinks", REFERENCE_LINKS, 0, 2, false, AT(symlinks)},
    {"mime-types", REFERENCE_PATH, 0, 0, false, AT(mime_types)},
    {"charset", REFERENCE_NAME, 0, 0, false, AT(charset)},
    {"precompressed", REFERENCE_SWITCH, 0, 1, false, AT(precompressed)},
    {"server-name", REFERENCE_NAME, 0, 0, false, AT(server_name)},
    {"redirect", REFERENCE_REDIRECTS, 0, 0, true, AT(redirects)},
    {"header", REFERENCE_HEADERS, 0, 0, true, AT(headers)},
    {"cache-control", REFERENCE_CACHES, 0, 0, true, AT(cache_controls)},
    {"workers", REFERENCE_NUMBER, 1, 256, false, AT(workers)},
    {"blocking-threads", REFERENCE_NUMBER, 1, 256, false, AT(blocking_threads)},
    {"queue-size", REFERENCE_NUMBER, 1, 65536, false, AT(queue_size)},
    {"queue-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(queue_timeout_ms)},
    {"max-connections", REFERENCE_NUMBER, 1, M, false, AT(max_connections)},
    {"max-client-connections", REFERENCE_NUMBER, 1, M, true,
     AT(max_client_connections)},
    {"buffer-memory", REFERENCE_SIZE, 64 * K, M *G, false, AT(buffer_memory)},
    {"socket-memory", REFERENCE_SIZE, M, M *G, true, AT(socket_memory)},
    {"max-memory", REFERENCE_SIZE, M, M *G, true, AT(max_memory)},
    {"keepalive-timeout", REFERENCE_TIME, 1, DAY_MS, false,
     AT(keepalive_timeout_ms)},
    {"keepalive-requests", REFERENCE_NUMBER, 1, 4294967295u, false,
     AT(keepalive_requests)},
    {"header-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(header_timeout_ms)},
    {"body-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(body_timeout_ms)},
    {"body-min-rate", REFERENCE_SIZE, 1, G, true, AT(body_min_rate)},
    {"write-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(write_timeout_ms)},
    {"write-min-rate", REFERENCE_SIZE, 1, G, true, AT(write_min_rate)},
    {"pull-timeout", REFERENCE_TIME, 1, DAY_MS, true, AT(pull_timeout_ms)},
    {"linger-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(linger_timeout_ms)},
    {"drain-delay", REFERENCE_TIME, 0, DAY_MS, false, AT(drain_delay_ms)},
    {"drain-idle", REFERENCE_TIME, 0, DAY_MS, false, AT(drain_idle_ms)},
    {"drain-timeout", REFERENCE_TIME, 0, DAY_MS, false, AT(drain_timeout_ms)},
    {"max-header-bytes", REFERENCE_SIZE, 256, G, false, AT(limits.head_bytes)},
    {"max-header-count", REFERENCE_NUMBER, 1, 65535, false,
     AT(limits.header_count)},
    {"max-target-bytes", REFERENCE_SIZE, 1, G, false, AT(limits.target_bytes)},
    {"max-body-bytes", REFERENCE_SIZE, 0, M *G, false, AT(limits.body_bytes)},
    {"max-trailer-bytes", REFERENCE_SIZE, 2, G, false,
     AT(limits.trailer_bytes)},
    {"max-request-bytes", REFERENCE_SIZE, 256, 2 * M *G, false,
     AT(max_request_bytes)},
    {"access-log", REFERENCE_PATH, 0, 0, false, AT(access_log)},
    {"log-format", REFERENCE_FORMAT, 0, 1, false, AT(log_format)},
    {"log-skip", REFERENCE_SKIPS, 0, 0, true, AT(log_skip)},
    {"user", REFERENCE_NAME, 0, 0, false, AT(user)},
    {"sandbox", REFERENCE_SANDBOX, 0, 2, false, AT(sandbox)},
    {"config", REFERENCE_PATH, 0, 0, false, AT(config_file)},
    {"config-memory", REFERENCE_SIZE, 256 * K, G, false, AT(config_memory)},
    {"check", REFERENCE_FLAG, 0, 1, false, AT(check)},
    {"print-config", REFERENCE_FLAG, 0, 1, false, AT(print_config)},
    {"print-limits", REFERENCE_FLAG, 0, 1, false, AT(print_limits)},
    {"healthcheck", REFERENCE_FLAG, 0, 1, false, AT(healthcheck)},
    {"print-sandbox", REFERENCE_FLAG, 0, 1, false, AT(print_sandbox)},
    {"explain", REFERENCE_FLAG, 0, 1, false, AT(explain)},
    {"help", REFERENCE_FLAG, 0, 1, false, AT(help)},
    {"version", REFERENCE_FLAG, 0, 1, false, AT(version)},
};

const reference_option *reference_option_find(const char *name, size_t len) {
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    if (strlen(o->name) == len && strncmp(o->name, name, len) == 0) return o;
  }
  return NULL;
}

uint64_t reference_option_number(const h1_config *c,
                                 const reference_option *o) {
  const unsigned char *member = (const unsigned char *)c + o->offset;
  uint64_t wide = 0;
  uint32_t narrow = 0;
  switch (o->width) {
    case 8:
      memcpy(&wide, member, 8);
      return wide;
    case 4:
      memcpy(&narrow, member, 4);
      return narrow;
    default:
      return *member;
  }
}

const char *reference_option_text(const h1_config *c,
                                  const reference_option *o) {
  return (const char *)c + o->offset;
}

static bool same(const char *text, size_t len, const char *word) {
  return strlen(word) == len && strncmp(text, word, len) == 0;
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
    if (units[i].kind == kind && same(text, len, units[i].name)) {
      return units[i].factor;
    }
  }
  return 0;
}

static bool one_of(const char *first, const char *second, const char *text,
                   size_t len, uint64_t *out) {
  *out = same(text, len, second) ? 1 : 0;
  return *out == 1 || same(text, len, first);
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
  if (o->kind == REFERENCE_LINKS && same(text, len, "all")) {
    *out = 2;
    return true;
  }
  if (o->kind == REFERENCE_LINKS) {
    return one_of("beneath", "none", text, len, out);
  }
  if (o->kind == REFERENCE_SANDBOX && same(text, len, "require")) {
    *out = 2;
    return true;
  }
  if (o->kind == REFERENCE_SANDBOX) return one_of("off", "try", text, len, out);
  if (o->kind == REFERENCE_CLIENT) {
    static const char *const words[] = {"peer", "proxy", "forwarded",
                                        "x-forwarded-for"};
    for (*out = 0; *out < 4; *out += 1) {
      if (same(text, len, words[*out])) return true;
    }
    return false;
  }
  if (o->kind == REFERENCE_SWITCH) return one_of("off", "on", text, len, out);
  if (o->none && same(text, len, "none")) {
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

static bool controls(const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c < 32 || c == 127) return true;
  }
  return false;
}

/* BASE, one slash, TEXT; in fewer than `cap` bytes. */
static bool join(const char *base, const char *text, size_t len, char *out,
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
  if (len == 0 || controls(text, len)) return false;
  if (words && (same(text, len, "-") || same(text, len, "off"))) base = NULL;
  return join(base, text, len, out, H1_PATH_OPTION_BYTES);
}

/* Segments of letters and what else is plain in a URL, apart from what a route
 * would read in another way; an encoded byte is none of these either. */
static bool segment(const char *text, size_t len) {
  static const char odd[] = "*{}?#\\";
  if (len == 0 || same(text, len, ".") || same(text, len, "..")) return false;
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

bool reference_is_list(const reference_option *o) {
  return o->kind >= REFERENCE_MOUNTS && o->kind <= REFERENCE_SKIPS;
}

size_t reference_addresses_of(const reference_option *o) {
  if (strcmp(o->name, "listen") == 0) return 0;
  return strcmp(o->name, "admin-listen") == 0 ? 1 : 2;
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
  if (same(text, len, "unix")) return true;
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
  if (len == 0 || len >= H1_PATH_OPTION_BYTES || controls(text, len)) {
    return false;
  }
  switch (kind) {
    case REFERENCE_INDEXES:
      return len < 64 && memchr(text, '/', len) == NULL &&
             !same(text, len, ".") && !same(text, len, "..");
    case REFERENCE_ERROR_PAGES:
      return len > 4 && (same(text, 4, "404=") || same(text, 4, "500=") ||
                         same(text, 4, "503="));
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

bool reference_mount(const char *base, const char *text, size_t len,
                     char out[H1_PATH_OPTION_BYTES]) {
  size_t equals = 0;
  while (equals < len && text[equals] != '=') equals++;
  if (equals + 1 >= len || controls(text, len) || !prefix(text, equals)) {
    return false;
  }
  memcpy(out, text, equals + 1);
  return join(base, text + equals + 1, len - equals - 1, out + equals + 1,
              H1_PATH_OPTION_BYTES - equals - 1);
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
    return len > 5 && !controls(text, len) &&
           join(base, text + 5, len - 5, out + 5, 108);
  }
  const bool reserved = (len >= 8 && strncmp(text, "systemd:", 8) == 0) ||
                        (len >= 3 && strncmp(text, "fd:", 3) == 0);
  if (len == 0 || len > 255) return false;
  if (reserved ? !passed(text, len) : !internet(text, len)) return false;
  memcpy(out, text, len);
  out[len] = '\0';
  return true;
}

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
    if (line[i] != '\t' && controls(line + i, 1)) return REFERENCE_BAD;
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
