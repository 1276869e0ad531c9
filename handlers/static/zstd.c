/* See zstd.h. */
#include "handlers/static/zstd.h"

#include <stdbool.h>

enum {
  MAGIC_BYTES = 4,
  SKIPPABLE_HEADER = 8,
  WINDOW_LOG_MIN = 10,
  SINGLE_SEGMENT = 0x20,
  RESERVED = 0x08
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

uint64_t h1_zstd_window_bytes(h1_slice frame) {
  static const uint8_t dictionary_sizes[] = {0, 1, 2, 4};
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
