/* The chunked transfer coding, both directions: RFC 9112 7.1. */
#ifndef H1_PARSER_CHUNKED_H_
#define H1_PARSER_CHUNKED_H_

#include "parser/base.h"
#include "parser/error.h"
#include "parser/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Private; may be copied bytewise in mid-message. */
typedef struct {
  uint64_t left;          /* the size being read, then its data still to come */
  uint64_t body_left;     /* of limits->body_bytes */
  uint64_t overhead_left; /* framing bytes that may still be taken */
  uint64_t data_bytes;    /* handed out so far */
  uint64_t taken;         /* bytes taken so far, all in all */
  uint64_t overhead_ratio;
  size_t ext_limit, ext_left;
  uint32_t state;
  uint32_t error; /* h1_error */
} h1_chunked_decoder;

void h1_chunked_decoder_init(h1_chunked_decoder *d, const h1_limits *limits);

/* Advances `*in` past what it used.
 *  DATA        `*data` views `*in`'s bytes, never empty; call again.
 *  NEED_INPUT  `*in` is empty.
 *  DONE        the last chunk was read; `*in` starts at the trailer section,
 *              for h1_trailers_decode. Calling again gives the same.
 *  FAILED      sticky; `*in` is at the byte that decided, which is not taken.
 * `*data` is empty unless DATA is returned. Any fragmentation of the input
 * gives the same data, the same end, the same error at the same offset.
 *
 * Which fault is which, on a chunk line:
 *  BARE_LF, BARE_CR     an LF without CR before it, a CR without LF after it,
 *                       wherever they stand on the line or after the data
 *  CHUNK_SIZE_INVALID   no HEXDIG, another byte after them, or blanks with
 *                       no ';' after them
 *  CHUNK_SIZE_OVERFLOW  the digit that takes the size above 2^63-1; leading
 *                       zeros are grammar and only count as overhead
 *  CHUNK_EXT_INVALID    not *( BWS ";" BWS token [ BWS "=" BWS ( token /
 *                       quoted-string ) ] )
 *  CHUNK_EXT_TOO_LARGE  one byte more than limits->chunk_ext_bytes between the
 *                       first ';' (counted) and CRLF
 *  CHUNK_END_INVALID    data not followed by CR
 *  BODY_TOO_LARGE       a chunk whose size alone takes the body over
 *                       limits->body_bytes, at the LF that ends its size line,
 *                       before any of its data
 *  CHUNK_OVERHEAD       the first byte that is not data and takes their number
 *                       above chunk_overhead_bytes + chunk_overhead_ratio *
 *                       the data bytes handed out before it
 * A byte over a limit is not looked at: the limit is its fault, CHUNK_OVERHEAD
 * where it is over two. */
H1_MUST_USE h1_step h1_chunked_decode(h1_chunked_decoder *d, h1_slice *in,
                                      h1_slice *data);

/* The same for a response that is read with H1_TOLERATE_PADDED_CHUNKS: blanks
 * may also be between a chunk's size and its CRLF. Not for requests. */
H1_MUST_USE h1_step h1_chunked_decode_padded(h1_chunked_decoder *d,
                                             h1_slice *in, h1_slice *data);
h1_error h1_chunked_error(const h1_chunked_decoder *d);
/* Bytes taken so far; after FAILED the offset of the byte that decided. */
uint64_t h1_chunked_error_offset(const h1_chunked_decoder *d);
/* Data bytes handed out so far. */
uint64_t h1_chunked_data_bytes(const h1_chunked_decoder *d);

/* The most bytes h1_chunk_head_encode writes: 16 digits and CRLF. */
#define H1_CHUNK_HEAD_MAX ((size_t)18)

/* Writes "SIZE\r\n" in lower-case hex, no leading zero; `size` of data must
 * follow, then CRLF. `size` 0 is refused with FAILED: it would end the body. */
H1_MUST_USE h1_step h1_chunk_head_encode(uint64_t size, h1_buffer room,
                                         size_t *written);

/* Writes "SIZE\r\n" DATA "\r\n". All or nothing, as h1_response_encode. Empty
 * data writes nothing and is DONE with 0 bytes. */
H1_MUST_USE h1_step h1_chunk_encode(h1_slice data, h1_buffer room,
                                    size_t *size);

/* Writes the last chunk, "0\r\n"; then come trailer fields by h1_field_encode
 * and the final "\r\n" by h1_trailers_end_encode. */
H1_MUST_USE h1_step h1_last_chunk_encode(h1_buffer room, size_t *size);
H1_MUST_USE h1_step h1_trailers_end_encode(h1_buffer room, size_t *size);

#ifdef __cplusplus
}
#endif
#endif
