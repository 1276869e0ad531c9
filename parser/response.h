/* Response heads, both directions: RFC 9112 4 and 5. */
#ifndef H1_PARSER_RESPONSE_H_
#define H1_PARSER_RESPONSE_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint16_t status;       /* 100 to 599; others: status_invalid */
  uint8_t minor_version; /* 0 or 1 */
  h1_slice reason;       /* may be empty */
  h1_fields fields;
} h1_response;

/* Private; may be copied bytewise in mid-message. */
typedef struct {
  h1_fields_decoder fields;
  size_t reason_at, reason_end;
  uint32_t state;
  uint32_t minor_version;
  uint32_t status;
} h1_response_decoder;

/* As h1_request_decoder_init and h1_request_decode. An absent reason must still
 * have its space (RFC 9112 4). No empty line is allowed in front. */
void h1_response_decoder_init(h1_response_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage);
h1_step h1_response_decode(h1_response_decoder *d, h1_slice head,
                           h1_response *out, size_t *consumed);
h1_error h1_response_error(const h1_response_decoder *d);
size_t h1_response_error_offset(const h1_response_decoder *d);

/* How the body that follows is framed, as the encoder writes it. */
typedef enum {
  H1_OUT_NONE,       /* no body and no length: 1xx, 204 and 304 only */
  H1_OUT_LENGTH,     /* Content-Length: content_length */
  H1_OUT_CHUNKED,    /* Transfer-Encoding: chunked */
  H1_OUT_UNTIL_CLOSE /* the connection's end; needs `connection` CLOSE */
} h1_out_framing;

typedef enum {
  H1_CONNECTION_OMIT, /* say nothing */
  H1_CONNECTION_KEEP, /* Connection: keep-alive and Keep-Alive: timeout, max */
  H1_CONNECTION_CLOSE /* Connection: close */
} h1_out_connection;

/* A response head to encode. `prepared` is copied as it is: field lines written
 * earlier by h1_field_encode (Date, Server, a handler's own fields), each whole
 * with its CRLF; `fields` are checked and written one by one. FRAMING fields
 * are the encoder's alone. */
typedef struct {
  uint16_t status;   /* 100 to 599 */
  h1_slice reason;   /* empty: the registered phrase of the status */
  h1_slice prepared; /* trusted: only ever output of h1_field_encode */
  const h1_field *fields;
  size_t field_count;
  h1_out_framing framing;
  uint64_t content_length;
  h1_out_connection connection;
  uint32_t keepalive_timeout_s, keepalive_max; /* with KEEP */
} h1_response_out;

/* All or nothing. NEED_ROOM: wrote no byte, `*size` is the room required. DONE:
 * `*size` bytes written, the empty line included. FAILED: a name, value or
 * reason could split the message, or framing contradicts the status (any but
 * NONE with 1xx or 204, NONE with others than these and 304, any but a LENGTH
 * of 0 with 205); `*why` says which. A 304 may carry the Content-Length of the
 * 200 it stands for, and the answer to HEAD says LENGTH, CHUNKED or UNTIL_CLOSE
 * as that to GET would. */
h1_step h1_response_encode(const h1_response_out *r, h1_room room, size_t *size,
                           h1_error *why);

/* The registered reason phrase (RFC 9110 15), "Unknown" for others. */
/*@ assigns \nothing; */
const char *h1_status_reason(uint16_t status);

#ifdef __cplusplus
}
#endif
#endif
