/* SipHash-2-4: a keyed 64-bit hash of short inputs.
 *
 * What a client chooses decides where it lies in an index; with a key that is
 * drawn at random nobody can choose names that all lie in one place. */
#ifndef H1_HANDLERS_STATIC_SIPHASH_H_
#define H1_HANDLERS_STATIC_SIPHASH_H_

#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint64_t low, high; /* the key's 16 bytes, little-endian halves */
} h1_siphash_key;

h1_siphash_key h1_siphash_key_of(const uint8_t bytes[16]);

/* Linear in in.len; no secret-dependent branch. */
uint64_t h1_siphash(h1_siphash_key key, h1_slice in);

#ifdef __cplusplus
}
#endif
#endif
