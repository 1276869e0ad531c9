/* The PROXY protocol, both versions; proxy.h says what is read and why so.
 *
 * A line is looked at for its end only, from where the last call stopped, and
 * read once it is there: "the receiver must wait for the CRLF sequence before
 * starting to decode the addresses". Of the binary form each fixed byte is
 * judged as soon as it is there, so that no length makes anybody wait for what
 * is refused anyway. Either way the verdict depends on the bytes alone, and not
 * on how they were cut.
 *
 * The contracts are in proof/proxy.h and proof/proxy_api.h, and are proven. */
#include "parser/proxy.h"

#include "parser/internal/text.h"

#define LINE_BEGIN 6u  /* after "PROXY " */
#define LINE_PARTS 11u /* after "PROXY TCP4 " */
#define SIGNATURE 12u
#define FIXED 16u /* signature, version and command, family, length */
#define NO_FAMILY 65535u

static const uint8_t line_bytes[LINE_BEGIN] = {'P', 'R', 'O', 'X', 'Y', ' '};
static const uint8_t unknown_bytes[7] = {'U', 'N', 'K', 'N', 'O', 'W', 'N'};
static const uint8_t signature_bytes[SIGNATURE] = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

#ifdef __FRAMAC__
#include "parser/proof/proxy.h"
#endif

void h1_proxy_decoder_init(h1_proxy_decoder *d) {
  d->at = 0;
  d->error_at = 0;
  d->error = H1_OK;
}

h1_error h1_proxy_error(const h1_proxy_decoder *d) { return d->error; }

size_t h1_proxy_error_offset(const h1_proxy_decoder *d) { return d->error_at; }

static h1_step refuse_at(h1_proxy_decoder *d, h1_error why, size_t at) {
  d->error = why;
  d->error_at = (uint32_t)at;
  return H1_FAILED;
}

/* How many bytes of p[0..n) are those of what[0..len), from the first on. */
static size_t same_bytes(const uint8_t *p, size_t n, const uint8_t *what,
                         size_t len) {
  size_t i = 0;
  /*@ loop invariant i <= len && i <= n;
      loop invariant \forall integer k; 0 <= k < i ==> p[k] == what[k];
      loop assigns i;
      loop variant len - i; */
  while (i < len && i < n && p[i] == what[i]) i++;
  return i;
}

static uint32_t big_endian_16(const uint8_t *p, size_t at) {
  return p[at] * 256u + p[at + 1];
}

/* ---- version 1 ---- */

/* The first CR or LF of p[from..n), or n. */
static size_t line_break(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==>
        p[k] != '\r' && p[k] != '\n';
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '\r' && p[i] != '\n') i++;
  return i;
}

/* The first space of p[from..n), or n. */
static size_t next_space(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop invariant \forall integer k; from <= k < i ==> p[k] != ' ';
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != ' ') i++;
  return i;
}

static bool read_address(const uint8_t *p, size_t from, size_t to, bool six,
                         h1_address *out) {
  const h1_slice text = h1_part(p, from, to);
  return six ? h1_address_parse_ipv6(text, out)
             : h1_address_parse_ipv4(text, out);
}

static void tell_nothing(h1_proxy *out, uint8_t version, bool local) {
  const h1_address none = {0, {0}};
  out->version = version;
  out->local = local;
  out->told = false;
  out->source = none;
  out->destination = none;
  out->source_port = 0;
  out->destination_port = 0;
  out->tlvs.ptr = NULL;
  out->tlvs.len = 0;
}

/* The addresses and ports of p[LINE_PARTS..end). */
static h1_step read_parts(h1_proxy_decoder *d, const uint8_t *p, size_t end,
                          bool six, h1_proxy *out) {
  const size_t first = next_space(p, LINE_PARTS, end);
  const size_t second = first < end ? next_space(p, first + 1, end) : end;
  const size_t third = second < end ? next_space(p, second + 1, end) : end;
  if (third >= end) return refuse_at(d, H1_PROXY_LINE, end);
  if (!read_address(p, LINE_PARTS, first, six, &out->source)) {
    return refuse_at(d, H1_PROXY_ADDRESS, LINE_PARTS);
  }
  if (!read_address(p, first + 1, second, six, &out->destination)) {
    return refuse_at(d, H1_PROXY_ADDRESS, first + 1);
  }
  if (!h1_port_parse(h1_part(p, second + 1, third), &out->source_port)) {
    return refuse_at(d, H1_PROXY_PORT, second + 1);
  }
  if (!h1_port_parse(h1_part(p, third + 1, end), &out->destination_port)) {
    return refuse_at(d, H1_PROXY_PORT, third + 1);
  }
  out->told = true;
  return H1_DONE;
}

/* p[0..end) is the line without its CRLF. */
static h1_step read_line(h1_proxy_decoder *d, const uint8_t *p, size_t end,
                         h1_proxy *out) {
  const uint8_t *word = p + LINE_BEGIN;
  const size_t len = end - LINE_BEGIN;
  tell_nothing(out, 1, false);
  if (same_bytes(word, len, unknown_bytes, 7) == 7 &&
      (len == 7 || word[7] == ' ')) {
    return H1_DONE;
  }
  const bool tcp = len >= 5 && word[0] == 'T' && word[1] == 'C' &&
                   word[2] == 'P' && word[4] == ' ';
  if (!tcp || (word[3] != '4' && word[3] != '6')) {
    return refuse_at(d, H1_PROXY_FAMILY, LINE_BEGIN);
  }
  return read_parts(d, p, end, word[3] == '6', out);
}

/* CR and LF end a line together, or are a fault. */
static h1_step decode_line(h1_proxy_decoder *d, h1_slice head, h1_proxy *out,
                           size_t *used) {
  const uint8_t *p = head.ptr;
  const size_t n = head.len;
  const size_t last = H1_PROXY_LINE_MAX - 1; /* where the LF is at most */
  const size_t same = same_bytes(p, n, line_bytes, LINE_BEGIN);
  if (same < LINE_BEGIN) {
    return same < n ? refuse_at(d, H1_PROXY_MISSING, same) : H1_NEED_INPUT;
  }
  const size_t from = d->at < LINE_BEGIN ? LINE_BEGIN : d->at;
  const size_t at = line_break(p, from, n < last ? n : last);
  if (at >= last) return refuse_at(d, H1_PROXY_LINE, last - 1);
  if (at < n && p[at] == '\n') return refuse_at(d, H1_PROXY_LINE, at);
  d->at = (uint32_t)at;
  if (n - at < 2) return H1_NEED_INPUT;
  if (p[at + 1] != '\n') return refuse_at(d, H1_PROXY_LINE, at + 1);
  *used = at + 2;
  return read_line(d, p, at, out);
}

/* ---- version 2 ---- */

/* Bytes of addresses that begin the block; NO_FAMILY for a byte that is none of
 * the pairs of family and protocol. */
static uint32_t address_bytes(uint8_t family) {
  switch (family) {
    case 0x00: /* unspecified */
      return 0;
    case 0x11: /* IPv4: TCP, UDP */
    case 0x12:
      return 12;
    case 0x21: /* IPv6: TCP, UDP */
    case 0x22:
      return 36;
    case 0x31: /* unix: stream, datagram */
    case 0x32:
      return 216;
    default:
      return NO_FAMILY;
  }
}

static uint32_t crc_step(uint32_t crc) {
  return crc % 2u == 1u ? crc / 2u ^ 0x82f63b78u : crc / 2u;
}

static uint32_t crc_byte(uint32_t crc, uint8_t byte) {
  uint32_t c = crc ^ byte;
  /*@ loop invariant 0 <= bit <= 8;
      loop assigns bit, c;
      loop variant 8 - bit; */
  for (unsigned bit = 0; bit < 8; bit++) c = crc_step(c);
  return c;
}

/* CRC-32C (RFC 9260 appendix A) of p[0..n), its own four bytes taken as zero.
 */
static uint32_t checksum(const uint8_t *p, size_t n, size_t own) {
  uint32_t crc = 0xffffffffu;
  /*@ loop invariant i <= n;
      loop assigns i, crc;
      loop variant n - i; */
  for (size_t i = 0; i < n; i++) {
    const bool is_own = i >= own && i - own < 4;
    crc = crc_byte(crc, is_own ? 0 : p[i]);
  }
  return crc ^ 0xffffffffu;
}

static bool checksum_is_right(const uint8_t *p, size_t n, size_t own) {
  const uint32_t said =
      big_endian_16(p, own) * 65536u + big_endian_16(p, own + 2);
  return checksum(p, n, own) == said;
}

/* Where the TLV at p[at] ends; 0: it does not fit into p[0..n). */
static size_t tlv_end(const uint8_t *p, size_t at, size_t n) {
  if (n - at < 3) return 0;
  const size_t len = big_endian_16(p, at + 1);
  return len <= n - at - 3 ? at + 3 + len : 0;
}

/* Whether TLVs fill p[from..n) exactly. */
static h1_step check_tlvs(h1_proxy_decoder *d, const uint8_t *p, size_t from,
                          size_t n) {
  size_t at = from, sum = 0;
  /*@ loop invariant from <= at <= n;
      loop invariant sum == 0 || (from + 3 <= sum && sum + 4 <= at);
      loop assigns at, sum;
      loop variant n - at; */
  while (at < n) {
    const size_t end = tlv_end(p, at, n);
    if (end == 0) return refuse_at(d, H1_PROXY_TLV, at);
    if (p[at] == H1_PROXY_TLV_CRC32C) {
      if (end - at != 7 || sum != 0) {
        return refuse_at(d, H1_PROXY_CHECKSUM, at);
      }
      sum = at + 3;
    }
    at = end;
  }
  if (sum != 0 && !checksum_is_right(p, n, sum)) {
    return refuse_at(d, H1_PROXY_CHECKSUM, sum);
  }
  return H1_DONE;
}

static void keep_address(h1_address *to, const uint8_t *p, size_t from,
                         size_t len) {
  to->bits = (uint8_t)(len * 8);
  /*@ loop invariant 0 <= i <= 16;
      loop assigns i, to->bytes[0 .. 15];
      loop variant 16 - i; */
  for (size_t i = 0; i < 16; i++) to->bytes[i] = i < len ? p[from + i] : 0;
}

/* Source, destination, source port, destination port. */
static void keep_addresses(h1_proxy *out, const uint8_t *p, size_t len) {
  const size_t ports = FIXED + 2 * len;
  keep_address(&out->source, p, FIXED, len);
  keep_address(&out->destination, p, FIXED + len, len);
  out->source_port = (uint16_t)big_endian_16(p, ports);
  out->destination_port = (uint16_t)big_endian_16(p, ports + 2);
  out->told = true;
}

/* p[0..n) is the whole header of a command PROXY. */
static h1_step read_block(h1_proxy_decoder *d, const uint8_t *p, size_t n,
                          h1_proxy *out) {
  const uint8_t family = p[13];
  const size_t from = FIXED + address_bytes(family);
  tell_nothing(out, 2, false);
  if (family == 0) return H1_DONE;
  if (check_tlvs(d, p, from, n) != H1_DONE) return H1_FAILED;
  out->tlvs = h1_part(p, from, n);
  if (family == 0x11) keep_addresses(out, p, 4);
  if (family == 0x21) keep_addresses(out, p, 16);
  return H1_DONE;
}

/* The bytes after the signature, each as soon as it is there. NEED_INPUT: they
 * are not all there, or good so far. */
static h1_step check_fixed(h1_proxy_decoder *d, const uint8_t *p, size_t n) {
  if (n <= 12) return H1_NEED_INPUT;
  if (p[12] / 16u != 2) return refuse_at(d, H1_PROXY_VERSION, 12);
  if (p[12] % 16u > 1) return refuse_at(d, H1_PROXY_COMMAND, 12);
  const bool local = p[12] % 16u == 0;
  if (n <= 13) return H1_NEED_INPUT;
  const uint32_t addresses = local ? 0 : address_bytes(p[13]);
  if (addresses == NO_FAMILY) return refuse_at(d, H1_PROXY_FAMILY, 13);
  if (n < FIXED) return H1_NEED_INPUT;
  const uint32_t len = big_endian_16(p, 14);
  if (len < addresses || len > H1_PROXY_BYTES_MAX - FIXED) {
    return refuse_at(d, H1_PROXY_LENGTH, 14);
  }
  return H1_DONE;
}

static h1_step decode_block(h1_proxy_decoder *d, h1_slice head, h1_proxy *out,
                            size_t *used) {
  const uint8_t *p = head.ptr;
  const size_t n = head.len;
  const size_t same = same_bytes(p, n, signature_bytes, SIGNATURE);
  if (same < SIGNATURE) {
    return same < n ? refuse_at(d, H1_PROXY_MISSING, same) : H1_NEED_INPUT;
  }
  const h1_step fixed = check_fixed(d, p, n);
  if (fixed != H1_DONE) return fixed;
  const size_t whole = FIXED + big_endian_16(p, 14);
  if (n < whole) return H1_NEED_INPUT;
  *used = whole;
  if (p[12] % 16u != 0) return read_block(d, p, whole, out);
  tell_nothing(out, 2, true);
  return H1_DONE;
}

/* ---- either ---- */

/* Member by member, which is what the proof can follow. */
static void tell_found(const h1_proxy *found, h1_proxy *out) {
  out->source = found->source;
  out->destination = found->destination;
  out->tlvs = found->tlvs;
  out->source_port = found->source_port;
  out->destination_port = found->destination_port;
  out->version = found->version;
  out->local = found->local;
  out->told = found->told;
}

h1_step h1_proxy_decode(h1_proxy_decoder *d, h1_slice head, h1_proxy *out,
                        size_t *used) {
  h1_proxy found;
  size_t bytes = 0;
  if (d->error != H1_OK) return H1_FAILED;
  if (head.len == 0) return H1_NEED_INPUT;
  const h1_step step = head.ptr[0] == line_bytes[0]
                           ? decode_line(d, head, &found, &bytes)
                           : decode_block(d, head, &found, &bytes);
  if (step != H1_DONE) return step;
  //@ assert found.version == (head.ptr[0] == 'P' ? 1 : 2);
  tell_found(&found, out);
  *used = bytes;
  return H1_DONE;
}

bool h1_proxy_tlv_next(h1_slice *tlvs, uint8_t *type, h1_slice *value) {
  const size_t n = tlvs->len;
  const size_t end = n == 0 ? 0 : tlv_end(tlvs->ptr, 0, n);
  if (end == 0) return false;
  *type = tlvs->ptr[0];
  *value = h1_part(tlvs->ptr, 3, end);
  *tlvs = h1_part(tlvs->ptr, end, n);
  return true;
}
