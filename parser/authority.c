/* uri-host [ ":" port ]: RFC 9110 7.2, RFC 3986 3.2.2 and 3.2.3.
 *
 * Stricter than the grammar where a looser reading routes one request to two
 * places: the host is not empty and holds no comma, so that a list of two hosts
 * is never one. IP literals are held to the whole grammar, zone identifiers
 * (RFC 6874) are not part of it. Functions take a base pointer and indices;
 * those that find an end return the index after the match, `from` if none.
 *
 * The contracts are in proof/authority.h and proof/authority_api.h, and are
 * proven. */
#include "parser/authority.h"

#include "parser/internal/hex.h"
#include "parser/internal/text.h"

#ifdef __FRAMAC__
#include "parser/proof/authority.h"
#endif

static bool is_hex(uint8_t c) { return h1_hex_value(c) != H1_HEX_NONE; }

/* unreserved / sub-delims, but no comma. */
static bool is_name_byte(uint8_t c) {
  return h1_in_class(H1_CLASS_REGNAME, c) && c != ',';
}

/* ":" port, to the end, or nothing at all. */
static bool is_port_part(const uint8_t *p, size_t from, size_t n) {
  uint32_t port = 0;
  if (from >= n) return true;
  if (p[from] != ':' || n - from > 6) return false;
  /*@ loop invariant from < i <= n;
      loop invariant \forall integer k; from < k < i ==> digit_byte(p[k]);
      loop invariant port == h1_number(p, from + 1, i);
      loop invariant i - from == 1 ==> port == 0;
      loop invariant i - from == 2 ==> port <= 9;
      loop invariant i - from == 3 ==> port <= 99;
      loop invariant i - from == 4 ==> port <= 999;
      loop invariant i - from == 5 ==> port <= 9999;
      loop invariant i - from == 6 ==> port <= 99999;
      loop assigns i, port;
      loop variant n - i; */
  for (size_t i = from + 1; i < n; i++) {
    if (!h1_is_digit(p[i])) return false;
    port = port * 10 + ((uint32_t)p[i] - '0');
  }
  return port <= 65535;
}

/* reg-name, which IPv4address is a case of. */
static size_t reg_name_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==>
        literal_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
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
  /*@ loop invariant from <= i <= n && i - from <= 3;
      loop invariant i - from == 0 ==> value == 0;
      loop invariant i - from == 1 ==> value <= 9;
      loop invariant i - from == 2 ==> value <= 99;
      loop invariant i - from == 3 ==> value <= 999;
      loop invariant \forall integer k; from <= k < i ==> digit_byte(p[k]);
      loop assigns i, value;
      loop variant n - i; */
  while (i < n && i - from < 3 && h1_is_digit(p[i])) {
    value = value * 10 + ((uint32_t)p[i] - '0');
    i++;
  }
  if (value > 255 || (i - from > 1 && p[from] == '0')) return from;
  return i;
}

/* IPv4address, the whole of p[from..n). */
static bool is_ipv4(const uint8_t *p, size_t from, size_t n) {
  size_t at = from;
  /*@ loop invariant from <= at <= n && 0 <= octet <= 4;
      loop invariant \forall integer k; from <= k < at ==>
        digit_byte(p[k]) || p[k] == '.';
      loop assigns octet, at;
      loop variant 4 - octet; */
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
  /*@ loop invariant from <= i <= n && i - from <= 4;
      loop invariant \forall integer k; from <= k < i ==> hexdig_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
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
  /*@ loop invariant from <= at <= n && groups <= 8;
      loop invariant \forall integer k; from <= k < at ==>
        hexdig_byte(p[k]) || p[k] == '.' || p[k] == ':';
      loop assigns at, groups, shortened;
      loop variant n - at; */
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
  /*@ loop invariant from + 1 <= at <= n;
      loop invariant \forall integer k; from < k < at ==> hexdig_byte(p[k]);
      loop assigns at;
      loop variant n - at; */
  while (at < n && is_hex(p[at])) at++;
  if (at == from + 1 || at >= n || p[at] != '.') return false;
  size_t first = at + 1;
  size_t i = first;
  /*@ loop invariant first <= i <= n;
      loop invariant \forall integer k; first <= k < i ==>
        literal_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && (is_name_byte(p[i]) || p[i] == ':')) i++;
  return i == n && i > first;
}

/* IP-literal: "[" ... "]"; p[from] is the bracket. */
static size_t ip_literal_end(const uint8_t *p, size_t from, size_t n) {
  size_t close = from + 1;
  /*@ loop invariant from + 1 <= close <= n;
      loop assigns close;
      loop variant n - close; */
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
