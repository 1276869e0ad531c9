#include "parser/base.h"

/*@ assigns \nothing;
    ensures \result.head_bytes == 16384 <= H1_HEAD_BYTES_MAX;
    ensures \result.target_bytes == 8192 && \result.header_count == 100;
    ensures \result.trailer_bytes == 4096 && \result.trailer_count == 100;
    ensures \result.chunk_ext_bytes == 256;
    ensures \result.chunk_overhead_bytes == 4096;
    ensures \result.chunk_overhead_ratio == 8;
    ensures \result.body_bytes == 1048576; */
h1_limits h1_limits_default(void) {
  h1_limits limits = {
      .head_bytes = 16 * 1024,
      .target_bytes = 8 * 1024,
      .header_count = 100,
      .trailer_bytes = 4 * 1024,
      .trailer_count = 100,
      .chunk_ext_bytes = 256,
      .chunk_overhead_bytes = 4 * 1024,
      .chunk_overhead_ratio = 8,
      .body_bytes = 1024 * 1024,
  };
  return limits;
}
