/* Range and Content-Range: RFC 9110 14. */
#ifndef H1_PARSER_RANGE_H_
#define H1_PARSER_RANGE_H_

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Range: bytes=... (RFC 9110 14.1.2) for a representation of `total` bytes. */
typedef struct {
  uint64_t first, last; /* inclusive */
} h1_range;
typedef enum {
  H1_RANGE_NONE, /* absent, malformed, other unit, or too many: send 200 */
  H1_RANGE_SOME, /* `*count` satisfiable ranges */
  H1_RANGE_UNSATISFIED /* 416 */
} h1_range_result;
/* At most `cap` ranges are taken; more in the field than `cap`: NONE. Ranges
 * that overlap or touch are coalesced, order of first appearance kept. The unit
 * is compared without case (RFC 9110 14.1); positions may have any number of
 * digits. The last bytes of an empty representation are satisfiable, but cannot
 * be expressed: NONE. */
H1_MUST_USE h1_range_result h1_range_decode(h1_slice value, uint64_t total,
                                            h1_range *out, size_t cap,
                                            size_t *count);
/* "bytes first-last/total"; with `range` NULL "bytes * /total" without the
 * space. `room` must hold H1_CONTENT_RANGE_MAX. Returns bytes written. */
#define H1_CONTENT_RANGE_MAX ((size_t)70)
size_t h1_content_range_encode(const h1_range *range, uint64_t total,
                               uint8_t *room);

#ifdef __FRAMAC__
#include "parser/proof/range_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
