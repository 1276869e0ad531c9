/* What an answer varies by, in one line: RFC 9110 12.5.5. */
#ifndef H1_SERVER_CONN_VARY_H_
#define H1_SERVER_CONN_VARY_H_

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where the value of the line named Vary ends; 0 when there is none. */
size_t h1_vary_end(h1_slice lines);

/* Appends ", " and the value to the Vary at `at`. There is room for both after
 * the lines. */
void h1_vary_append(uint8_t *lines, size_t *len, size_t at, h1_slice value);

#ifdef __cplusplus
}
#endif

#endif
