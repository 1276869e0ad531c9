/* Private: h1_scan_until_not for one level; included by levels.h. One case per
 * class, so that each has its tables in registers.
 *
 * The contracts are in proof/scan_walk.h, and are proven. */
#ifdef __FRAMAC__
#include "parser/proof/scan_walk.h"
#endif

static size_t H1_LEVEL(scan)(unsigned class_bit, const uint8_t *p, size_t from,
                             size_t n) {
  size_t end;
  switch (class_bit) {
    case H1_CLASS_TOKEN:
      end = H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_TOKEN);
      break;
    case H1_CLASS_VALUE:
      end = H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_VALUE);
      break;
    case H1_CLASS_TARGET:
      end = H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_TARGET);
      break;
    case H1_CLASS_PLAIN:
      end = H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_PLAIN);
      break;
    default:
      end = h1_until_not_scalar(p, from, n, class_bit);
  }
  return end;
}
