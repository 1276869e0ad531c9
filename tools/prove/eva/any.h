/* What the drivers of Frama-C's Eva share: values it knows nothing about but
 * their bounds. Nothing here is ever compiled: the functions are Frama-C's. */
#ifndef H1_TOOLS_PROVE_EVA_ANY_H_
#define H1_TOOLS_PROVE_EVA_ANY_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __FRAMAC__
#include <__fc_builtin.h>
#else
/* For the compilers' checks alone. */
void Frama_C_make_unknown(char *p, size_t n);
int Frama_C_interval(int min, int max);
size_t Frama_C_size_t_interval(size_t min, size_t max);
unsigned char Frama_C_unsigned_char_interval(unsigned char min,
                                             unsigned char max);
unsigned short Frama_C_unsigned_short_interval(unsigned short min,
                                               unsigned short max);
unsigned Frama_C_unsigned_int_interval(unsigned min, unsigned max);
unsigned long Frama_C_unsigned_long_interval(unsigned long min,
                                             unsigned long max);
long Frama_C_long_interval(long min, long max);
#endif

#ifdef __FRAMAC__
/* The index of the lowest set bit, as any one at which a bit is left: more than
 * the processor would answer, never less. */
int __builtin_ctzll(unsigned long long x) {
  //@ assert x != 0;
  int at = Frama_C_interval(0, 63);
  //@ split at;
  while (at > 0 && (x >> at) == 0) at--;
  return at;
}
#endif

static inline size_t any_size(size_t min, size_t max) {
  return Frama_C_size_t_interval(min, max);
}

static inline uint64_t any_u64(void) {
  return Frama_C_unsigned_long_interval(0, UINT64_MAX);
}

static inline bool any_bool(void) { return Frama_C_interval(0, 1) != 0; }

/* Any contents of all `n` bytes, of which any number is shown from the first
 * one on. */
static inline h1_slice any_slice(uint8_t *bytes, size_t n) {
  Frama_C_make_unknown((char *)bytes, n);
  h1_slice s = {bytes, any_size(0, n)};
  return s;
}

/* Any contents of exactly `n` bytes, the last ones of `cap`: a read past them
 * is one outside the object. A known `n` is what lets Eva compare places in the
 * slice with its end, for it keeps no relations between variables. */
static inline h1_slice any_bytes(uint8_t *bytes, size_t cap, size_t n) {
  Frama_C_make_unknown((char *)bytes, cap);
  h1_slice s = {bytes + (cap - n), n};
  return s;
}

/* `n` bytes to write to, of which any number is offered. */
static inline h1_buffer any_room(uint8_t *bytes, size_t n) {
  h1_buffer room = {bytes, any_size(0, n)};
  return room;
}

/* Limits of any value, those whose storage the driver owns up to `count`. */
static inline h1_limits any_limits(size_t count) {
  h1_limits l;
  l.head_bytes = any_size(0, SIZE_MAX);
  l.target_bytes = any_size(0, SIZE_MAX);
  l.header_count = any_size(0, count);
  l.trailer_bytes = any_size(0, SIZE_MAX);
  l.trailer_count = any_size(0, count);
  l.chunk_ext_bytes = any_size(0, SIZE_MAX);
  l.chunk_overhead_bytes = any_size(0, SIZE_MAX);
  l.chunk_overhead_ratio = any_size(0, SIZE_MAX);
  l.body_bytes = any_u64();
  return l;
}

#endif
