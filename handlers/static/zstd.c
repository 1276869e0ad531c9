/* See zstd.h. */
#include "handlers/static/zstd.h"

#include <stdbool.h>

enum {
  MAGIC_BYTES = 4,
  SKIPPABLE_HEADER = 8,
  WINDOW_LOG_MIN = 10,
  SINGLE_SEGMENT = 0x20,
  RESERVED = 0x08,
  CHECKSUM = 0x04,
  CHECKSUM_BYTES = 4,
  BLOCK_HEADER = 3,
  BLOCK_RLE = 1,
  BLOCK_RESERVED = 3,
  BLOCK_MAX = 128 * 1024
};
#define MAGIC UINT64_C(0xFD2FB528)
#define MAGIC_SKIPPABLE UINT64_C(0x184D2A50) /* and the fifteen after it */

/* A little-endian number of `bytes` bytes. */
static uint64_t number_at(h1_slice s, size_t at, size_t bytes) {
  uint64_t n = 0;
  for (size_t i = bytes; i > 0; i--) n = n << 8 | s.ptr[at + i - 1];
  return n;
}

uint64_t h1_zstd_skippable_bytes(h1_slice frame) {
  if (frame.len < SKIPPABLE_HEADER) return 0;
  const uint64_t magic = number_at(frame, 0, MAGIC_BYTES);
  if ((magic & ~UINT64_C(15)) != MAGIC_SKIPPABLE) return 0;
  return SKIPPABLE_HEADER + number_at(frame, MAGIC_BYTES, 4);
}

/* Window_Descriptor, 3.1.1.1.2. */
static uint64_t described_window(uint8_t descriptor) {
  const uint64_t base = UINT64_C(1) << (WINDOW_LOG_MIN + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}

/* Frame_Content_Size, 3.1.1.1.4; of a single segment it is always there. */
static uint64_t content_size(h1_slice frame, size_t at, unsigned flag) {
  static const uint8_t sizes[] = {1, 2, 4, 8};
  if (frame.len - at < sizes[flag]) return H1_ZSTD_UNKNOWN;
  return number_at(frame, at, sizes[flag]) + (flag == 1 ? 256 : 0);
}

static const uint8_t dictionary_sizes[] = {0, 1, 2, 4};

uint64_t h1_zstd_window_bytes(h1_slice frame) {
  if (frame.len < MAGIC_BYTES + 2) return H1_ZSTD_UNKNOWN;
  if (number_at(frame, 0, MAGIC_BYTES) != MAGIC) return H1_ZSTD_UNKNOWN;
  const uint8_t descriptor = frame.ptr[MAGIC_BYTES];
  const bool single = (descriptor & SINGLE_SEGMENT) != 0;
  const size_t dictionary_at = MAGIC_BYTES + (single ? 1 : 2);
  const size_t dictionary_size = dictionary_sizes[descriptor & 3];
  if ((descriptor & RESERVED) != 0) return H1_ZSTD_UNKNOWN;
  if (frame.len - dictionary_at < dictionary_size) return H1_ZSTD_UNKNOWN;
  /* Dictionary 0 is none. */
  if (number_at(frame, dictionary_at, dictionary_size) != 0) {
    return H1_ZSTD_UNKNOWN;
  }
  if (!single) return described_window(frame.ptr[MAGIC_BYTES + 1]);
  return content_size(frame, dictionary_at + dictionary_size, descriptor >> 6);
}

/* ---- a whole file ---- */

/* Of a frame whose window is known: its header, 3.1.1.1. */
static uint64_t header_bytes(h1_slice frame) {
  static const uint8_t sizes[] = {0, 2, 4, 8};
  const uint8_t descriptor = frame.ptr[MAGIC_BYTES];
  const bool single = (descriptor & SINGLE_SEGMENT) != 0;
  const unsigned flag = descriptor >> 6;
  const uint64_t size = flag == 0 && single ? 1 : sizes[flag];
  return MAGIC_BYTES + (single ? 1u : 2u) + dictionary_sizes[descriptor & 3] +
         size;
}

/* The bytes of the frame's header, or of a whole one to skip; 0: it is none, or
 * needs too much. */
static uint64_t begin_frame(h1_zstd_walk *w, h1_slice frame) {
  const uint64_t skipped = h1_zstd_skippable_bytes(frame);
  if (skipped > 0) return skipped;
  if (h1_zstd_window_bytes(frame) > H1_ZSTD_WINDOW_MAX) return 0;
  w->in_frame = w->has_content = true;
  w->has_sum = (frame.ptr[MAGIC_BYTES] & CHECKSUM) != 0;
  return header_bytes(frame);
}

/* The bytes of a block, and of what ends its frame when it is the last
 * (3.1.1.2); 0: it is none. */
static uint64_t pass_block(h1_zstd_walk *w, h1_slice block) {
  if (block.len < BLOCK_HEADER) return 0;
  const uint64_t header = number_at(block, 0, BLOCK_HEADER);
  const unsigned type = (unsigned)(header >> 1 & 3);
  const uint64_t size = header >> 3;
  const bool last = (header & 1) != 0;
  if (type == BLOCK_RESERVED || size > BLOCK_MAX) return 0;
  w->in_frame = !last;
  return BLOCK_HEADER + (type == BLOCK_RLE ? 1 : size) +
         (last && w->has_sum ? CHECKSUM_BYTES : 0);
}

h1_zstd_verdict h1_zstd_walk_on(h1_zstd_walk *w, h1_slice bytes,
                                uint64_t size) {
  const uint64_t passed =
      w->in_frame ? pass_block(w, bytes) : begin_frame(w, bytes);
  if (passed == 0 || passed > size - w->at) return H1_ZSTD_UNFIT;
  w->at += passed;
  if (w->at < size) return H1_ZSTD_GOES_ON;
  return w->has_content && !w->in_frame ? H1_ZSTD_FITS : H1_ZSTD_UNFIT;
}
