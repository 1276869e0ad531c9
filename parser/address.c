/* IP addresses and networks as text: RFC 4291 2.2, RFC 4632 3.1.
 *
 * An address is read into a block of its own and copied out once it is whole,
 * so that a refusal leaves nothing half-written. Functions take a base pointer
 * and indices.
 *
 * The contracts are in proof/address.h and proof/address_api.h, and are proven.
 */
#include "parser/address.h"

#include "parser/internal/hex.h"
#include "parser/internal/text.h"

#define NO_GAP 17u
#define NOT_A_NUMBER 65536u

#ifdef __FRAMAC__
#include "parser/proof/address.h"
#endif

/* ---- numbers ---- */

/* p[from..to) as a decimal number of at most `digits` digits without a leading
 * zero; NOT_A_NUMBER if it is none. */
static uint32_t plain_number(const uint8_t *p, size_t from, size_t to,
                             size_t digits) {
  uint32_t value = 0;
  if (from >= to || to - from > digits) return NOT_A_NUMBER;
  if (to - from > 1 && p[from] == '0') return NOT_A_NUMBER;
  /*@ loop invariant from <= i <= to;
      loop invariant i - from == 0 ==> value == 0;
      loop invariant i - from == 1 ==> value <= 9;
      loop invariant i - from == 2 ==> value <= 99;
      loop invariant i - from == 3 ==> value <= 999;
      loop invariant i - from == 4 ==> value <= 9999;
      loop invariant i - from == 5 ==> value <= 99999;
      loop invariant \forall integer k; from <= k < i ==> digit_byte(p[k]);
      loop assigns i, value;
      loop variant to - i; */
  for (size_t i = from; i < to; i++) {
    if (!h1_is_digit(p[i])) return NOT_A_NUMBER;
    value = value * 10 + ((uint32_t)p[i] - '0');
  }
  return value <= 65535 ? value : NOT_A_NUMBER;
}

bool h1_port_parse(h1_slice s, uint16_t *out) {
  const uint32_t port = plain_number(s.ptr, 0, s.len, 5);
  if (port == NOT_A_NUMBER) return false;
  *out = (uint16_t)port;
  return true;
}

/* ---- IPv4 ---- */

/* Where the digits that begin at `from` end. */
static size_t digits_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==> digit_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && h1_is_digit(p[i])) i++;
  return i;
}

/* Four octets, the whole of p[from..n), to out[at..at+4). */
static bool read_quad(const uint8_t *p, size_t from, size_t n, uint8_t *out,
                      size_t at) {
  size_t i = from;
  /*@ loop invariant from <= i <= n && 0 <= octet <= 4;
      loop invariant octet > 0 ==> i >= from + 2 * octet - 1;
      loop assigns octet, i, out[at .. at + 3];
      loop variant 4 - octet; */
  for (size_t octet = 0; octet < 4; octet++) {
    if (octet > 0) {
      if (i >= n || p[i] != '.') return false;
      i++;
    }
    const size_t end = digits_end(p, i, n);
    const uint32_t value = plain_number(p, i, end, 3);
    if (value > 255) return false;
    out[at + octet] = (uint8_t)value;
    i = end;
  }
  return i == n;
}

/* ---- IPv6 ---- */

/* Where the one to four HEXDIG that begin at `from` end; `from` if none do. */
static size_t h16_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n && i - from <= 4;
      loop invariant \forall integer k; from <= k < i ==> hexdig_byte(p[k]);
      loop assigns i;
      loop variant n - i; */
  while (i < n && i - from < 4 && h1_hex_value(p[i]) != H1_HEX_NONE) i++;
  return i;
}

static uint32_t h16_value(const uint8_t *p, size_t from, size_t to) {
  uint32_t value = 0;
  /*@ loop invariant from <= i <= to;
      loop invariant i - from == 0 ==> value == 0;
      loop invariant i - from == 1 ==> value <= 0xf;
      loop invariant i - from == 2 ==> value <= 0xff;
      loop invariant i - from == 3 ==> value <= 0xfff;
      loop invariant i - from == 4 ==> value <= 0xffff;
      loop assigns i, value;
      loop variant to - i; */
  for (size_t i = from; i < to; i++) value = value * 16 + h1_hex_value(p[i]);
  return value;
}

static bool two_colons(const uint8_t *p, size_t at, size_t n) {
  return at < n && n - at >= 2 && p[at] == ':' && p[at + 1] == ':';
}

/* Moves out[gap..used) to the end of 16 bytes; between is zero. */
static void spread(uint8_t *out, size_t gap, size_t used) {
  const size_t by = 16 - used;
  /*@ loop invariant gap <= i <= used;
      loop assigns i, out[0 .. 15];
      loop variant i - gap; */
  for (size_t i = used; i > gap; i--) out[i - 1 + by] = out[i - 1];
  /*@ loop invariant gap <= i <= gap + by;
      loop assigns i, out[0 .. 15];
      loop variant gap + by - i; */
  for (size_t i = gap; i < gap + by; i++) out[i] = 0;
}

/* One group or dotted end at `from`, to out[used]. Returns the bytes written,
 * 0 if there is none; `*end` is where it ends. */
static size_t read_group(const uint8_t *p, size_t from, size_t n, uint8_t *out,
                         size_t used, size_t *end) {
  const size_t stop = h16_end(p, from, n);
  *end = stop;
  if (stop == from) return 0;
  if (stop < n && p[stop] == '.') {
    *end = n;
    return used <= 12 && read_quad(p, from, n, out, used) ? 4 : 0;
  }
  const uint32_t value = h16_value(p, from, stop);
  out[used] = (uint8_t)(value / 256u);
  out[used + 1] = (uint8_t)(value % 256u);
  return 2;
}

/* The whole of p[0..n). */
static bool read_ipv6(const uint8_t *p, size_t n, uint8_t *out) {
  const bool opens = two_colons(p, 0, n);
  size_t used = 0, at = opens ? 2 : 0, end = 0;
  size_t gap = opens ? 0 : NO_GAP;
  /*@ loop invariant at <= n && used <= 16 && used % 2 == 0;
      loop invariant gap == NO_GAP || gap <= used;
      loop assigns at, used, gap, end, out[0 .. 15];
      loop variant n - at; */
  while (at < n && used < 16) {
    const size_t wrote = read_group(p, at, n, out, used, &end);
    if (wrote == 0) return false;
    used += wrote;
    at = end;
    if (at >= n) break;
    if (two_colons(p, at, n)) {
      if (gap != NO_GAP) return false;
      gap = used;
      at += 2;
    } else {
      if (p[at] != ':' || n - at < 2) return false;
      at++;
    }
  }
  if (at != n) return false;
  if (gap == NO_GAP) return used == 16;
  if (used > 14) return false;
  spread(out, gap, used);
  return true;
}

/* ---- addresses ---- */

static void keep(h1_address *out, const uint8_t *bytes, uint8_t bits) {
  out->bits = bits;
  /*@ loop invariant 0 <= i <= 16;
      loop assigns i, out->bytes[0 .. 15];
      loop variant 16 - i; */
  for (size_t i = 0; i < 16; i++) out->bytes[i] = bytes[i];
}

bool h1_address_parse_ipv4(h1_slice s, h1_address *out) {
  uint8_t bytes[16] = {0};
  if (!read_quad(s.ptr, 0, s.len, bytes, 0)) return false;
  keep(out, bytes, 32);
  return true;
}

bool h1_address_parse_ipv6(h1_slice s, h1_address *out) {
  uint8_t bytes[16] = {0};
  if (!read_ipv6(s.ptr, s.len, bytes)) return false;
  keep(out, bytes, 128);
  return true;
}

bool h1_address_parse(h1_slice s, h1_address *out) {
  return h1_address_parse_ipv4(s, out) || h1_address_parse_ipv6(s, out);
}

static bool is_mapped(const h1_address *a) {
  if (a->bits != 128 || a->bytes[10] != 0xff || a->bytes[11] != 0xff) {
    return false;
  }
  /*@ loop invariant 0 <= i <= 10;
      loop assigns i;
      loop variant 10 - i; */
  for (size_t i = 0; i < 10; i++) {
    if (a->bytes[i] != 0) return false;
  }
  return true;
}

void h1_address_unmap(h1_address *a) {
  if (!is_mapped(a)) return;
  a->bits = 32;
  /*@ loop invariant 0 <= i <= 16;
      loop assigns i, a->bytes[0 .. 15];
      loop variant 16 - i; */
  for (size_t i = 0; i < 16; i++) a->bytes[i] = i < 4 ? a->bytes[12 + i] : 0;
}

/* ---- networks ---- */

/* Which bits of byte `i` a prefix covers. */
static uint8_t byte_mask(size_t prefix, size_t i) {
  static const uint8_t masks[9] = {0,    0x80, 0xc0, 0xe0, 0xf0,
                                   0xf8, 0xfc, 0xfe, 0xff};
  if (prefix >= 8 * i + 8) return 0xff;
  return prefix <= 8 * i ? 0 : masks[prefix - 8 * i];
}

static bool ends_at_prefix(const h1_network *n) {
  /*@ loop invariant 0 <= i <= 16;
      loop assigns i;
      loop variant 16 - i; */
  for (size_t i = 0; i < 16; i++) {
    const uint8_t mask = byte_mask(n->prefix, i);
    if ((n->address.bytes[i] & mask) != n->address.bytes[i]) return false;
  }
  return true;
}

/* Where the '/' is, or n. */
static size_t slash_at(const uint8_t *p, size_t n) {
  size_t i = 0;
  /*@ loop invariant i <= n;
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '/') i++;
  return i;
}

bool h1_network_parse(h1_slice s, h1_network *out) {
  h1_network n;
  const size_t slash = slash_at(s.ptr, s.len);
  if (!h1_address_parse(h1_part(s.ptr, 0, slash), &n.address)) return false;
  const uint32_t prefix = slash == s.len
                              ? n.address.bits
                              : plain_number(s.ptr, slash + 1, s.len, 3);
  if (prefix > n.address.bits) return false;
  n.prefix = (uint8_t)prefix;
  if (!ends_at_prefix(&n)) return false;
  if (prefix >= 96 && is_mapped(&n.address)) {
    h1_address_unmap(&n.address);
    n.prefix = (uint8_t)(prefix - 96);
  }
  *out = n;
  return true;
}

bool h1_network_has(const h1_network *n, const h1_address *a) {
  if (a->bits == 0 || a->bits != n->address.bits) return false;
  /*@ loop invariant 0 <= i <= 16;
      loop assigns i;
      loop variant 16 - i; */
  for (size_t i = 0; i < 16; i++) {
    if ((a->bytes[i] & byte_mask(n->prefix, i)) != n->address.bytes[i]) {
      return false;
    }
  }
  return true;
}
