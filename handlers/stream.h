/* GET /stream: a body that is made while it is sent.
 *
 *   /stream                       five lines, "chunk 1" to "chunk 5", 100 ms
 *                                 apart
 *   /stream?count=N&interval=MS   1 to 1000 lines, 0 to 10000 ms apart
 *
 * Anything else as count or interval: 400, target_invalid. The length is not
 * known beforehand, so HTTP/1.1 gets chunks, a chunk a line. */
#ifndef H1_HANDLERS_STREAM_H_
#define H1_HANDLERS_STREAM_H_

#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Needs no route data. */
void h1_stream_serve(h1_exchange *x);

#ifdef __cplusplus
}
#endif
#endif
