/* The media type of a file, by the end of its name. */
#ifndef H1_HANDLERS_MIME_H_
#define H1_HANDLERS_MIME_H_

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The Content-Type for a path: by what follows the last '.' of its last
 * segment, compared without case; application/octet-stream when that is unknown
 * or there is none. Text carries charset=utf-8. The slice lives forever. */
h1_slice h1_mime_type(h1_slice path);

/* The table's rows in order, for tests: NULL beyond the last. */
const char *h1_mime_extension(size_t row);

#ifdef __cplusplus
}
#endif
#endif
