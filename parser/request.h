/* Request heads, both directions: RFC 9112 2, 3 and 5. */
#ifndef H1_PARSER_REQUEST_H_
#define H1_PARSER_REQUEST_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_METHOD_UNRECOGNISED, /* any other token, CONNECT included */
  H1_GET,
  H1_HEAD,
  H1_POST,
  H1_PUT,
  H1_PATCH,
  H1_DELETE,
  H1_OPTIONS,
  H1_TRACE,
  H1_QUERY,
  H1_METHOD_COUNT
} h1_method;

/* "GET", ...; "" for H1_METHOD_UNRECOGNISED. */
const char *h1_method_name(h1_method m);

/* A decoded head. Slices view `fields.base`, the head; when the caller moves
 * the head, h1_request_rebase points everything at its new place. */
typedef struct {
  h1_method method;
  h1_slice method_text;
  h1_slice target;
  uint8_t minor_version; /* 0 or 1; 1.2 and up are served as 1.1 */
  h1_fields fields;
} h1_request;

void h1_request_rebase(h1_request *r, const uint8_t *head);

/* Private: where in the head the parts of the request line are. */
typedef struct {
  size_t at; /* its first byte: 0, or 2 after an empty line */
  size_t method_end, target_end;
  h1_method method;
  uint32_t minor_version;
} h1_request_line;

/* Private; may be copied bytewise in mid-message. */
typedef struct {
  h1_fields_decoder fields; /* its pos counts from the head's first byte */
  size_t target_limit;
  h1_request_line line; /* as far as it was decoded */
  uint32_t state;
} h1_request_decoder;

/* `storage`: `capacity` headers, owned by the caller for as long as the decoder
 * and the request it yields are used. Limits above H1_HEAD_BYTES_MAX and
 * H1_HEADER_COUNT_MAX are lowered to them, and a header_count above `capacity`
 * is lowered to that: one header more than the storage holds is refused with
 * H1_HEADER_COUNT. */
void h1_request_decoder_init(h1_request_decoder *d, const h1_limits *limits,
                             h1_scan_level level, h1_header *storage,
                             size_t capacity);

/* `head`: this message's bytes so far, from its first byte, and anything after
 * it. The buffer may move between calls; bytes already shown may not change.
 *
 * NEED_INPUT: call again with more; earlier bytes are not rescanned.
 *
 * DONE: fills `*out`; `*consumed` is where the body starts. Calling again gives
 * the same.
 *
 * FAILED: sticky; h1_request_error and h1_request_error_offset say why and
 * where. `*out` holds what was decoded of the request line (method, target,
 * version; empty slices for what was not), for logging.
 *
 * Accepted: one empty line in front, then the grammar of RFC 9112 3 and 5,
 * strictly; the order of faults is the order of their bytes. What needs the
 * whole head (Host, framing, target form) is for h1_request_check and
 * h1_framing_of_request. */
H1_MUST_USE h1_step h1_request_decode(h1_request_decoder *d, h1_slice head,
                                      h1_request *out, size_t *consumed);

h1_error h1_request_error(const h1_request_decoder *d);
/* Offset in the head of the byte that decided; its length when a limit did. */
size_t h1_request_error_offset(const h1_request_decoder *d);
/* Whether any byte beyond an ignored empty line has been taken. */
bool h1_request_started(const h1_request_decoder *d);

/* A request to encode. `fields` may not hold FRAMING fields: those follow from
 * `content_length`, `chunked` and `close`. TE and Upgrade bring the options of
 * Connection that they need. `host` is an authority without userinfo
 * (h1_authority_valid), and not empty. The target's bytes are checked; that its
 * form suits the method (h1_request_check) is the caller's. */
typedef struct {
  h1_slice method, target, host;
  const h1_field *fields;
  size_t field_count;
  bool has_length; /* write Content-Length */
  uint64_t content_length;
  bool chunked; /* write Transfer-Encoding: chunked; excludes has_length */
  bool close;   /* write Connection: close */
} h1_request_out;

/* All or nothing. NEED_ROOM: wrote no byte, `*size` is the room required. DONE:
 * `*size` bytes written. FAILED: could not be a message; `*why` says so. */
H1_MUST_USE h1_step h1_request_encode(const h1_request_out *r, h1_buffer room,
                                      size_t *size, h1_error *why);

#ifdef __FRAMAC__
#include "parser/proof/request_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
