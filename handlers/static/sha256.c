/* See sha256.h. Names and order are those of FIPS 180-4, section 6.2. */
#include "handlers/static/sha256.h"

#include <string.h>

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotr(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

static uint32_t load_32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
         p[3];
}

static void store_32(uint8_t *p, uint32_t v) {
  for (unsigned i = 0; i < 4; i++) p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void schedule(const uint8_t *block, uint32_t w[64]) {
  for (size_t t = 0; t < 16; t++) w[t] = load_32(block + 4 * t);
  for (size_t t = 16; t < 64; t++) {
    const uint32_t a = w[t - 15], b = w[t - 2];
    const uint32_t s0 = rotr(a, 7) ^ rotr(a, 18) ^ a >> 3;
    const uint32_t s1 = rotr(b, 17) ^ rotr(b, 19) ^ b >> 10;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
}

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  schedule(block, w);
  for (size_t t = 0; t < 64; t++) {
    const uint32_t s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t];
    const uint32_t s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const uint32_t add[8] = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; i++) state[i] += add[i];
}

void h1_sha256_init(h1_sha256 *s) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                      0xa54ff53a, 0x510e527f, 0x9b05688c,
                                      0x1f83d9ab, 0x5be0cd19};
  memcpy(s->state, initial, sizeof initial);
  s->bytes = 0;
}

void h1_sha256_add(h1_sha256 *s, h1_slice piece) {
  size_t have = (size_t)(s->bytes % H1_SHA256_BLOCK_BYTES);
  size_t at = 0;
  s->bytes += piece.len;
  if (have > 0 && piece.len >= H1_SHA256_BLOCK_BYTES - have) {
    at = H1_SHA256_BLOCK_BYTES - have;
    memcpy(s->block + have, piece.ptr, at);
    compress(s->state, s->block);
    have = 0;
  }
  if (have == 0) {
    for (; piece.len - at >= H1_SHA256_BLOCK_BYTES;
         at += H1_SHA256_BLOCK_BYTES) {
      compress(s->state, piece.ptr + at);
    }
  }
  if (piece.len > at) memcpy(s->block + have, piece.ptr + at, piece.len - at);
}

void h1_sha256_end(h1_sha256 *s, uint8_t digest[H1_SHA256_BYTES]) {
  const uint64_t bits = s->bytes * 8;
  size_t have = (size_t)(s->bytes % H1_SHA256_BLOCK_BYTES);
  s->block[have++] = 0x80;
  if (have > H1_SHA256_BLOCK_BYTES - 8) {
    memset(s->block + have, 0, H1_SHA256_BLOCK_BYTES - have);
    compress(s->state, s->block);
    have = 0;
  }
  memset(s->block + have, 0, H1_SHA256_BLOCK_BYTES - 8 - have);
  store_32(s->block + 56, (uint32_t)(bits >> 32));
  store_32(s->block + 60, (uint32_t)bits);
  compress(s->state, s->block);
  for (size_t i = 0; i < 8; i++) store_32(digest + 4 * i, s->state[i]);
}
