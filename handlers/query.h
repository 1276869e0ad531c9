/* Parameters of a query, for handlers that take a few short ones. */
#ifndef H1_HANDLERS_QUERY_H_
#define H1_HANDLERS_QUERY_H_

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_QUERY_ABSENT,
  H1_QUERY_FOUND,
  H1_QUERY_BAD /* given twice, badly encoded, or longer than any we take */
} h1_query_result;

#define H1_QUERY_VALUE_MAX ((size_t)64) /* still encoded */

/* Looks `name` up; FOUND: `*value` is decoded and views `room`. Parameters of
 * other names are nobody's and ignored. */
h1_query_result h1_query_find(h1_slice query, const char *name,
                              uint8_t room[H1_QUERY_VALUE_MAX],
                              h1_slice *value);

/* The same for a decimal number from `min` to `max`, else BAD. ABSENT leaves
 * `*number` alone. */
h1_query_result h1_query_number(h1_slice query, const char *name, uint64_t min,
                                uint64_t max, uint64_t *number);

#ifdef __cplusplus
}
#endif
#endif
