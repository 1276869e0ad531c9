/* multipart/byteranges (RFC 9110 14.6): several ranges of one file in one body,
 * made on demand, its length known beforehand. */
#ifndef H1_HANDLERS_STATIC_BYTERANGES_H_
#define H1_HANDLERS_STATIC_BYTERANGES_H_

#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/siphash.h"
#include "handlers/static/version.h"
#include "parser/base.h"
#include "parser/values.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_STATIC_RANGES_MAX ((size_t)16)
#define H1_STATIC_BOUNDARY_BYTES ((size_t)32)
#define H1_STATIC_PARTS_TYPE_MAX ((size_t)72)

/* One such body in the making. It outlives the handler's call and is too large
 * for the exchange's state, so each worker has a few. */
typedef struct {
  bool busy;
  size_t count, index; /* ranges, and which is being sent; == count: the end */
  bool in_data;        /* the current range's head has been sent */
  uint64_t sent;       /* bytes of that head, or of that range */
  h1_range ranges[H1_STATIC_RANGES_MAX];
  uint64_t total; /* bytes of the file */
  int fd;         /* borrowed, as `contents` is */
  const uint8_t *contents;
  h1_slice file_type;
  size_t type_len;
  uint8_t boundary[H1_STATIC_BOUNDARY_BYTES];
  uint8_t type[H1_STATIC_PARTS_TYPE_MAX];
} h1_static_byteranges;

/* Begins a body of `count` (2 to H1_STATIC_RANGES_MAX) ranges that lie inside
 * `file`, whose descriptor or contents stay until the exchange is over.
 * `nonce`: another one each time, so that no file can hold the boundary. */
void h1_static_byteranges_begin(h1_static_byteranges *p,
                                const h1_static_version *file,
                                const h1_range *ranges, size_t count,
                                h1_siphash_key key, uint64_t nonce);
/* The Content-Type, boundary included; a view of `p`. */
h1_slice h1_static_byteranges_type(const h1_static_byteranges *p);
/* The exact length of the body. */
uint64_t h1_static_byteranges_length(const h1_static_byteranges *p);
/* Writes the next bytes, as an h1_pull does; any room but none will do. */
h1_pulled h1_static_byteranges_pull(h1_static_byteranges *p, h1_buffer room);

#ifdef __cplusplus
}
#endif
#endif
