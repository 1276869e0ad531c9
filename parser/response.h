/* Response heads, both directions: RFC 9112 4 and 5. */
#ifndef H1_PARSER_RESPONSE_H_
#define H1_PARSER_RESPONSE_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/scan.h"
#include "parser/tolerance.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint16_t status;       /* 0 to 999 */
  uint8_t minor_version; /* 0 or 1 */
  bool like_5xx;         /* below 100 or above 599: RFC 9110 15 has it processed
                            as a 5xx */
  uint32_t tolerances;   /* those that it was decoded with */
  h1_slice reason;       /* may be empty */
  h1_fields fields;      /* every line as it came: of a field given twice that
                            may come once, the first counts */
} h1_response;

/* Private; may be copied bytewise in mid-message. */
typedef struct {
  h1_fields_decoder fields;
  size_t line_at; /* of the status line: 0, or after an empty line */
  size_t reason_at, reason_end;
  uint32_t state;
  uint32_t minor_version;
  uint32_t status;
} h1_response_decoder;

/* As h1_request_decoder_init and h1_request_decode, with the grammar of RFC
 * 9112 4 and 5: an absent reason must still have its space, and no empty line
 * is allowed before it. No field is refused for being there twice: of most the
 * first counts, for too many servers repeat Date or Content-Type, and
 * h1_framing_of_response decides on Content-Length. */
void h1_response_decoder_init(h1_response_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage,
                              size_t capacity);
H1_MUST_USE h1_step h1_response_decode(h1_response_decoder *d, h1_slice head,
                                       h1_response *out, size_t *consumed);
/* After init and before anything is decoded: takes what `tolerances` names as
 * well. See tolerance.h. */
void h1_response_tolerate(h1_response_decoder *d, uint32_t tolerances);
h1_error h1_response_error(const h1_response_decoder *d);
size_t h1_response_error_offset(const h1_response_decoder *d);

/* The trailer section of a response, as h1_trailers_decode, with the tolerances
 * of its head. Fields that framing, routing or authentication rest on are not
 * refused but handed out apart, so that no caller merges them with the head's
 * (RFC 9112 7.1.2); `*fields` holds all others. Both view `section` and the
 * storage. The reason and its place: h1_trailers_error,
 * h1_trailers_error_offset. The decoder is not moved to other storage by
 * h1_fields_decoder_move. */
void h1_response_trailers_decoder_init(h1_fields_decoder *d,
                                       const h1_limits *limits,
                                       h1_scan_level level, h1_header *storage,
                                       size_t capacity, uint32_t tolerances);
H1_MUST_USE h1_step h1_response_trailers_decode(h1_fields_decoder *d,
                                                h1_slice section,
                                                h1_fields *fields,
                                                h1_fields *apart,
                                                size_t *consumed);

/* Writes a value that may be folded with spaces where its folds are; as long as
 * the value. `room` may be the value's own memory. NEED_ROOM as for the
 * encoders. Other values are copied as they are. */
H1_MUST_USE h1_step h1_value_unfold(h1_slice value, h1_buffer room,
                                    size_t *size);

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
 * are the encoder's alone, and Upgrade brings the option of Connection that it
 * needs. A field that is sent once (h1_field_once_bit) may not be among
 * `fields` twice; nor in both, which is the caller's to see to. */
typedef struct {
  uint16_t status;       /* 100 to 599 */
  h1_slice reason;       /* empty: the registered phrase of the status */
  h1_slice prepared;     /* trusted: only ever output of h1_field_encode */
  bool prepared_upgrade; /* an Upgrade is among them: Connection will say so */
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
 * NONE with 1xx or 204, any but OMIT with 1xx, NONE with others than these and
 * 304, any but a LENGTH of 0 with 205); `*why` says which. A 304 may carry the
 * Content-Length of the 200 it stands for, and the answer to HEAD says LENGTH,
 * CHUNKED or UNTIL_CLOSE as that to GET would. */
H1_MUST_USE h1_step h1_response_encode(const h1_response_out *r, h1_buffer room,
                                       size_t *size, h1_error *why);

/* The phrase in IANA's registry of status codes (RFC 9110 16.2), "Unknown" for
 * others. */
const char *h1_status_reason(uint16_t status);

#ifdef __FRAMAC__
#include "parser/proof/response_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
