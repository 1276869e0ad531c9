/* Slices compared, and slices of C strings. */
#ifndef H1_PARSER_SLICE_H_
#define H1_PARSER_SLICE_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Without case, ASCII only. */
bool h1_slice_equal_nocase(h1_slice a, h1_slice b);
bool h1_slice_equal(h1_slice a, h1_slice b);
/* A slice of a C string literal or other NUL-terminated text we own. */
h1_slice h1_slice_of(const char *text);

#ifdef __FRAMAC__
#include "parser/proof/slice.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
