/* SipHash-2-4 as Aumasson and Bernstein describe it: two rounds for each eight
 * bytes, four at the end. */
#include "handlers/static/siphash.h"

typedef struct {
  uint64_t a, b, c, d;
} sip_state;

static uint64_t rotate(uint64_t v, unsigned bits) {
  return (v << bits) | (v >> (64 - bits));
}

/* By shifts, so that it means the same on any byte order; compilers make one
 * load of it. */
static uint64_t load_64(const uint8_t *p) {
  uint64_t v = 0;
  for (unsigned i = 0; i < 8; i++) v |= (uint64_t)p[i] << (8 * i);
  return v;
}

static sip_state sip_round(sip_state s) {
  s.a += s.b;
  s.c += s.d;
  s.b = rotate(s.b, 13) ^ s.a;
  s.d = rotate(s.d, 16) ^ s.c;
  s.a = rotate(s.a, 32);
  s.c += s.b;
  s.a += s.d;
  s.b = rotate(s.b, 17) ^ s.c;
  s.d = rotate(s.d, 21) ^ s.a;
  s.c = rotate(s.c, 32);
  return s;
}

static sip_state absorb(sip_state s, uint64_t word) {
  s.d ^= word;
  s = sip_round(sip_round(s));
  s.a ^= word;
  return s;
}

h1_siphash_key h1_siphash_key_of(const uint8_t bytes[16]) {
  h1_siphash_key key = {load_64(bytes), load_64(bytes + 8)};
  return key;
}

uint64_t h1_siphash(h1_siphash_key key, h1_slice in) {
  sip_state s = {
      key.low ^ UINT64_C(0x736f6d6570736575),
      key.high ^ UINT64_C(0x646f72616e646f6d),
      key.low ^ UINT64_C(0x6c7967656e657261),
      key.high ^ UINT64_C(0x7465646279746573),
  };
  const size_t whole = in.len & ~(size_t)7;
  for (size_t at = 0; at < whole; at += 8) s = absorb(s, load_64(in.ptr + at));
  uint64_t last = (uint64_t)(in.len & 0xff) << 56;
  for (size_t at = whole; at < in.len; at++) {
    last |= (uint64_t)in.ptr[at] << (8 * (at - whole));
  }
  s = absorb(s, last);
  s.c ^= 0xff;
  s = sip_round(sip_round(sip_round(sip_round(s))));
  return s.a ^ s.b ^ s.c ^ s.d;
}
