/* What a Zstandard file asks of whoever decodes it: RFC 8878 3.1.
 *
 * A file is a row of frames, each of blocks, and a decoder reads all of them: a
 * small window in the first frame says nothing of the next. Where a frame ends
 * only its blocks tell, so they are walked from header to header:
 *
 *   h1_zstd_walk w = {0};
 *   do {
 *     bytes = up to H1_ZSTD_HEADER_MAX bytes of the file from w.at on;
 *   } while (h1_zstd_walk_on(&w, bytes, file_size) == H1_ZSTD_GOES_ON); */
#ifndef H1_HANDLERS_STATIC_ZSTD_H_
#define H1_HANDLERS_STATIC_ZSTD_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As many bytes of a frame are enough for all functions. */
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

/* Begins as zero. */
typedef struct {
  uint64_t at;      /* of the next header in the file */
  bool in_frame;    /* it is a block's */
  bool has_sum;     /* four bytes follow the last block of the frame */
  bool has_content; /* some frame was not one to skip */
} h1_zstd_walk;

typedef enum {
  H1_ZSTD_GOES_ON,
  H1_ZSTD_FITS, /* that was all, and no frame needs more than the least that
                 * every client has */
  H1_ZSTD_UNFIT /* one does, or it is no row of whole frames */
} h1_zstd_verdict;

/* `bytes` are those at w->at: H1_ZSTD_HEADER_MAX, or what is left of `size`. It
 * moves on by at least one byte. */
h1_zstd_verdict h1_zstd_walk_on(h1_zstd_walk *w, h1_slice bytes, uint64_t size);

#ifdef __cplusplus
}
#endif
#endif
