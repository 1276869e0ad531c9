#include "fuzz/reference/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const char SIGNATURE[] = "\r\n\r\n\0\r\nQUIT\n";

static void refuse(ref_proxy *out, h1_error why) { out->error = why; }

/* Whether the text begins like `what`, as far as it goes; `*whole`: all of it.
 */
static bool begins(const uint8_t *p, size_t n, const char *what, size_t len,
                   bool *whole) {
  *whole = n >= len;
  return memcmp(p, what, *whole ? len : n) == 0;
}

/* ---- version 1 ---- */

static bool number(const char *word, unsigned *out) {
  const size_t len = strlen(word);
  if (len == 0 || len > 5 || strspn(word, "0123456789") != len) return false;
  if (len > 1 && word[0] == '0') return false;
  *out = (unsigned)strtoul(word, NULL, 10);
  return *out <= 65535;
}

/* `line`: without its end, a string; `n`: how long it was. */
static void read_words(char *line, size_t n, ref_proxy *out) {
  char *words[4] = {line + 11, NULL, NULL, NULL};
  const bool six = line[9] == '6';
  /* A NUL would end a word too early: no word has one. */
  for (size_t i = 0; i < n; i++) {
    if (line[i] == '\0') line[i] = '?';
  }
  for (int i = 1; i < 4; i++) {
    char *space = strchr(words[i - 1], ' ');
    if (space == NULL) {
      refuse(out, H1_PROXY_LINE);
      return;
    }
    *space = '\0';
    words[i] = space + 1;
  }
  const int family = six ? AF_INET6 : AF_INET;
  out->bits = six ? 128 : 32;
  if (inet_pton(family, words[0], out->source) != 1 ||
      inet_pton(family, words[1], out->destination) != 1) {
    refuse(out, H1_PROXY_ADDRESS);
  } else if (!number(words[2], &out->source_port) ||
             !number(words[3], &out->destination_port)) {
    refuse(out, H1_PROXY_PORT);
  } else {
    out->told = true;
  }
}

static void read_line(const uint8_t *p, size_t n, ref_proxy *out) {
  char line[128] = "";
  size_t end = 0;
  while (end < n && p[end] != '\r' && p[end] != '\n') end++;
  if (end > 105) end = 106;
  if (end == 106) {
    refuse(out, H1_PROXY_LINE);
    return;
  }
  if (end == n || (p[end] == '\r' && end + 1 == n)) {
    out->more = true;
    return;
  }
  if (p[end] == '\n' || p[end + 1] != '\n') {
    refuse(out, H1_PROXY_LINE);
    return;
  }
  memcpy(line, p, end);
  out->used = out->tlvs_at = end + 2;
  if (end >= 13 && memcmp(line, "PROXY UNKNOWN", 13) == 0 &&
      (end == 13 || line[13] == ' ')) {
    return;
  }
  if (end < 11 || (memcmp(line + 6, "TCP4 ", 5) != 0 &&
                   memcmp(line + 6, "TCP6 ", 5) != 0)) {
    refuse(out, H1_PROXY_FAMILY);
    return;
  }
  read_words(line, end, out);
}

/* ---- version 2 ---- */

/* -1: there is no such pair. */
static int address_size(unsigned family) {
  static const struct {
    unsigned family;
    int size;
  } pairs[] = {{0x00, 0},  {0x11, 12},  {0x12, 12}, {0x21, 36},
               {0x22, 36}, {0x31, 216}, {0x32, 216}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    if (pairs[i].family == family) return pairs[i].size;
  }
  return -1;
}

/* A long division, bit by bit, of the reflected bytes. */
static uint32_t crc32c(const uint8_t *p, size_t n, size_t zero_at) {
  uint32_t rest = 0xffffffff;
  for (size_t bit = 0; bit < 8 * n; bit++) {
    const size_t at = bit / 8;
    const unsigned byte = at >= zero_at && at < zero_at + 4 ? 0 : p[at];
    const unsigned top = (rest & 1) ^ ((byte >> bit % 8) & 1);
    rest >>= 1;
    if (top != 0) rest ^= 0x82f63b78;
  }
  return ~rest;
}

static void read_tlvs(const uint8_t *p, size_t at, size_t n, ref_proxy *out) {
  size_t sum = 0;
  while (at < n) {
    const size_t left = n - at;
    const size_t len = left < 3 ? 0 : (size_t)p[at + 1] << 8 | p[at + 2];
    if (left < 3 || len > left - 3) {
      refuse(out, H1_PROXY_TLV);
      return;
    }
    if (p[at] == 3 && (sum != 0 || len != 4)) {
      refuse(out, H1_PROXY_CHECKSUM);
      return;
    }
    if (p[at] == 3) sum = at + 3;
    at += 3 + len;
  }
  if (sum == 0) return;
  const uint32_t said = (uint32_t)p[sum] << 24 | (uint32_t)p[sum + 1] << 16 |
                        (uint32_t)p[sum + 2] << 8 | p[sum + 3];
  if (said != crc32c(p, n, sum)) refuse(out, H1_PROXY_CHECKSUM);
}

static void read_addresses(const uint8_t *p, ref_proxy *out) {
  const size_t size = p[13] == 0x11 ? 4 : 16;
  if (p[13] != 0x11 && p[13] != 0x21) return;
  const uint8_t *ports = p + 16 + 2 * size;
  memcpy(out->source, p + 16, size);
  memcpy(out->destination, p + 16 + size, size);
  out->bits = (unsigned)size * 8;
  out->source_port = ports[0] * 256u + ports[1];
  out->destination_port = ports[2] * 256u + ports[3];
  out->told = true;
}

/* The first fault that the bytes up to here show. */
static h1_error fixed_fault(const uint8_t *p, size_t n) {
  const bool local = n > 12 && p[12] == 0x20;
  if (n > 12 && p[12] >> 4 != 2) return H1_PROXY_VERSION;
  if (n > 12 && (p[12] & 15) > 1) return H1_PROXY_COMMAND;
  if (n > 13 && !local && address_size(p[13]) < 0) return H1_PROXY_FAMILY;
  if (n < 16) return H1_OK;
  const int len = p[14] << 8 | p[15];
  const bool short_one = !local && len < address_size(p[13]);
  return short_one || len > 520 ? H1_PROXY_LENGTH : H1_OK;
}

static void read_block(const uint8_t *p, size_t n, ref_proxy *out) {
  out->error = fixed_fault(p, n);
  if (out->error != H1_OK) return;
  const size_t whole = n < 16 ? SIZE_MAX : 16u + (size_t)(p[14] << 8 | p[15]);
  if (n < whole) {
    out->more = true;
    return;
  }
  out->used = out->tlvs_at = whole;
  out->local = p[12] == 0x20;
  if (out->local || p[13] == 0) return;
  out->tlvs_at = 16 + (size_t)address_size(p[13]);
  read_tlvs(p, out->tlvs_at, whole, out);
  if (out->error == H1_OK) read_addresses(p, out);
}

void ref_proxy_read(const uint8_t *p, size_t n, ref_proxy *out) {
  bool whole = false;
  memset(out, 0, sizeof *out);
  if (n == 0) {
    out->more = true;
  } else if (begins(p, n, "PROXY ", 6, &whole)) {
    out->more = !whole;
    if (whole) read_line(p, n, out);
  } else if (begins(p, n, SIGNATURE, 12, &whole)) {
    out->more = !whole;
    if (whole) read_block(p, n, out);
  } else {
    refuse(out, H1_PROXY_MISSING);
  }
}
