/* The defaults of the limits.
 *
 * The contracts are in proof/base.h and proof/base_api.h, and are proven. */
#include "parser/base.h"

#ifdef __FRAMAC__
#include "parser/proof/base.h"
#endif

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
