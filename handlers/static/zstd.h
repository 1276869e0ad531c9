/* What a Zstandard file asks of whoever decodes it: RFC 8878 3.1. */
#ifndef H1_HANDLERS_STATIC_ZSTD_H_
#define H1_HANDLERS_STATIC_ZSTD_H_

#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As many bytes of a frame are enough for both functions. */
#define H1_ZSTD_HEADER_MAX ((size_t)18)
/* What every client can decode (RFC 9659 3): 8 MB. */
#define H1_ZSTD_WINDOW_MAX ((uint64_t)8 << 20)
#define H1_ZSTD_UNKNOWN UINT64_MAX

/* The size of the skippable frame (3.1.2) that begins with these bytes; 0 when
 * they begin no such frame. */
uint64_t h1_zstd_skippable_bytes(h1_slice frame);

/* The window, in bytes, that the frame which begins with these bytes needs. A
 * frame of a single segment needs all of its content. H1_ZSTD_UNKNOWN: they are
 * no whole header of a Zstandard frame, or of one that only a decoder with a
 * dictionary can read. */
uint64_t h1_zstd_window_bytes(h1_slice frame);

#ifdef __cplusplus
}
#endif
#endif
