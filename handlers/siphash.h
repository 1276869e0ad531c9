/* SipHash-2-4: a keyed 64-bit hash of short inputs.
 *
 * Entity tags are made of inode numbers and times, which are nobody's business;
 * a plain checksum of them could be undone by trying. Keyed, it cannot. */
#ifndef H1_HANDLERS_SIPHASH_H_
#define H1_HANDLERS_SIPHASH_H_

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
