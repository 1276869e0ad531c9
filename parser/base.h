/* The few shapes every codec shares: byte ranges, decoder steps, limits.
 *
 * Ownership is the same everywhere: the caller owns every byte, a slice only
 * borrows, and nothing in parser/ allocates, blocks or keeps a pointer past the
 * call unless its header says so. */
#ifndef H1_PARSER_BASE_H_
#define H1_PARSER_BASE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks a result that says whether something worked: a caller that ignores it
 * is reported by the compiler. */
#if defined(__GNUC__) && !defined(__FRAMAC__)
#define H1_MUST_USE __attribute__((warn_unused_result))
#else
#define H1_MUST_USE
#endif

/* `len` readable bytes at `ptr`; borrowed, not NUL-terminated. `ptr` may be
 * NULL only when `len` is 0. */
typedef struct {
  const uint8_t *ptr;
  size_t len;
} h1_slice;

/* `len` writable bytes at `ptr`, owned by the caller. */
typedef struct {
  uint8_t *ptr;
  size_t len;
} h1_buffer;

/* What a decoder or encoder asks of its caller next. */
typedef enum {
  H1_DONE,       /* the thing asked for is complete */
  H1_DATA,       /* a piece of body is handed out; call again */
  H1_NEED_INPUT, /* all input was used; call again with more. At end of input
                    this means: truncated */
  H1_NEED_ROOM,  /* nothing was written; `*size` says how much room it takes */
  H1_FAILED      /* refused; the decoder says why and stays failed */
} h1_step;

/* Every limit a decoder enforces. A 0 means none allowed, never unlimited;
 * h1_limits_default() fills in the documented defaults. All are inclusive: a
 * value equal to its limit is served. */
typedef struct {
  size_t head_bytes;    /* request or status line, fields and empty line; at
                           most H1_HEAD_BYTES_MAX */
  size_t target_bytes;  /* the request target alone */
  size_t header_count;  /* field lines in a head; at most H1_HEADER_COUNT_MAX */
  size_t trailer_bytes; /* trailer section with its empty line; at most
                           H1_HEAD_BYTES_MAX */
  size_t trailer_count; /* field lines in a trailer section; at most
                           H1_HEADER_COUNT_MAX */
  size_t chunk_ext_bytes;      /* extensions of one chunk, from the ';' on */
  size_t chunk_overhead_bytes; /* chunked framing allowed per body, beside
                                  chunk_overhead_ratio bytes per byte of data */
  size_t chunk_overhead_ratio;
  uint64_t body_bytes; /* decoded body */
} h1_limits;

/* Offsets inside a head are 32 bits wide. */
#define H1_HEAD_BYTES_MAX ((size_t)1 << 30)
#define H1_HEADER_COUNT_MAX ((size_t)65535)

/* The defaults of the server: 16 KiB head, 8 KiB target, 100 fields, 4 KiB and
 * 100 trailers, 256 bytes of chunk extensions, 4 KiB + 8 bytes of framing per
 * data byte, 1 MiB body. */
h1_limits h1_limits_default(void);

#ifdef __FRAMAC__
#include "parser/proof/base_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
