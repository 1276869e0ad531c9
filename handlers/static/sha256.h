/* SHA-256 (FIPS 180-4), for entity tags that depend on the bytes of a file and
 * on nothing else.
 *
 *   h1_sha256 s;
 *   h1_sha256_init(&s);
 *   h1_sha256_add(&s, piece);     as often as there are pieces
 *   h1_sha256_end(&s, digest);
 *
 * Linear, no branch on a byte's value. */
#ifndef H1_HANDLERS_STATIC_SHA256_H_
#define H1_HANDLERS_STATIC_SHA256_H_

#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_SHA256_BYTES ((size_t)32)
#define H1_SHA256_BLOCK_BYTES ((size_t)64)

/* Its members are private; it may be copied. */
typedef struct {
  uint32_t state[8];
  uint64_t bytes; /* so far */
  uint8_t block[H1_SHA256_BLOCK_BYTES];
} h1_sha256;

void h1_sha256_init(h1_sha256 *s);
void h1_sha256_add(h1_sha256 *s, h1_slice piece);
/* To be called once, last. */
void h1_sha256_end(h1_sha256 *s, uint8_t digest[H1_SHA256_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
