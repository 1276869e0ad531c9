/* uri-host [ ":" port ]: RFC 9110 7.2, RFC 3986 3.2.2 and 3.2.3.
 *
 * Stricter than the grammar where a looser reading routes one request to two
 * places: the host is not empty and holds no comma, so that a list of two hosts
 * is never one. IP literals are held to the whole grammar, zone identifiers
 * (RFC 6874) are not part of it. Functions take a base pointer and indices;
 * those that find an end return the index behind the match, `from` if none. */
#include "parser/hex.h"
#include "parser/target.h"

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static bool is_hex(uint8_t c) { return h1_hex_value(c) != H1_HEX_NONE; }

/* unreserved / sub-delims, but no comma. */
static bool is_name_byte(uint8_t c) {
  return (h1_byte_classes[c] & H1_CLASS_REGNAME) != 0 && c != ',';
}

/* ":" port, to the end, or nothing at all. */
static bool is_port_part(const uint8_t *p, size_t from, size_t n) {
  uint32_t port = 0;
  if (from >= n) return true;
  if (p[from] != ':' || n - from > 6) return false;
  for (size_t i = from + 1; i < n; i++) {
    if (!is_digit(p[i])) return false;
    port = port * 10 + ((uint32_t)p[i] - '0');
  }
  return port <= 65535;
}

/* reg-name, which IPv4address is a case of. */
static size_t reg_name_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n) {
    if (is_name_byte(p[i])) {
      i++;
    } else if (p[i] == '%' && n - i > 2 && is_hex(p[i + 1]) &&
               is_hex(p[i + 2])) {
      i += 3;
    } else {
      break;
    }
  }
  return i;
}

/* dec-octet: 0 to 255 without leading zeros. */
static size_t octet_end(const uint8_t *p, size_t from, size_t n) {
  uint32_t value = 0;
  size_t i = from;
  while (i < n && i - from < 3 && is_digit(p[i])) {
    value = value * 10 + ((uint32_t)p[i] - '0');
    i++;
  }
  if (value > 255 || (i - from > 1 && p[from] == '0')) return from;
  return i;
}

/* IPv4address, the whole of p[from..n). */
static bool is_ipv4(const uint8_t *p, size_t from, size_t n) {
  size_t at = from;
  for (int octet = 0; octet < 4; octet++) {
    if (octet > 0) {
      if (at >= n || p[at] != '.') return false;
      at++;
    }
    size_t end = octet_end(p, at, n);
    if (end == at) return false;
    at = end;
  }
  return at == n;
}

/* h16: one to four HEXDIG. */
static size_t group_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && i - from < 4 && is_hex(p[i])) i++;
  return i;
}

static bool is_double_colon(const uint8_t *p, size_t at, size_t n) {
  return at < n && n - at >= 2 && p[at] == ':' && p[at + 1] == ':';
}

/* IPv6address, the whole of p[from..n): eight groups, or at most seven and one
 * "::"; an IPv4address at the end stands for two. */
static bool is_ipv6(const uint8_t *p, size_t from, size_t n) {
  unsigned groups = 0;
  bool shortened = is_double_colon(p, from, n);
  size_t at = shortened ? from + 2 : from;
  while (at < n && groups < 8) {
    size_t end = group_end(p, at, n);
    if (end == at) return false;
    if (end < n && p[end] == '.') {
      groups += 2;
      at = is_ipv4(p, at, n) ? n : at;
      break;
    }
    groups++;
    at = end;
    if (at >= n) break;
    if (is_double_colon(p, at, n)) {
      if (shortened) return false;
      shortened = true;
      at += 2;
    } else {
      if (p[at] != ':' || n - at < 2) return false;
      at++;
    }
  }
  return at == n && (shortened ? groups <= 7 : groups == 8);
}

/* IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ), the whole.
 */
static bool is_ip_future(const uint8_t *p, size_t from, size_t n) {
  if (from >= n || (p[from] != 'v' && p[from] != 'V')) return false;
  size_t at = from + 1;
  while (at < n && is_hex(p[at])) at++;
  if (at == from + 1 || at >= n || p[at] != '.') return false;
  size_t first = at + 1;
  size_t i = first;
  while (i < n && (is_name_byte(p[i]) || p[i] == ':')) i++;
  return i == n && i > first;
}

/* IP-literal: "[" ... "]"; p[from] is the bracket. */
static size_t ip_literal_end(const uint8_t *p, size_t from, size_t n) {
  size_t close = from + 1;
  while (close < n && p[close] != ']') close++;
  if (close >= n) return from;
  if (!is_ipv6(p, from + 1, close) && !is_ip_future(p, from + 1, close)) {
    return from;
  }
  return close + 1;
}

bool h1_authority_valid(h1_slice s) {
  if (s.len == 0) return false;
  size_t end = s.ptr[0] == '[' ? ip_literal_end(s.ptr, 0, s.len)
                               : reg_name_end(s.ptr, 0, s.len);
  return end > 0 && is_port_part(s.ptr, end, s.len);
}
