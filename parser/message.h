/* Whole heads in one call, and whole messages in a loop: RFC 9112 2.1.
 *
 * A proxy or client that reads messages off a connection needs no state of its
 * own. It keeps what it has read and not yet used, and asks what comes next:
 *
 *   h1_message m;
 *   h1_requests_init(&m, &limits, h1_scan_best(), headers, 100);
 *   for (;;) {
 *     size_t used = 0;
 *     switch (h1_message_next(&m, (h1_slice){bytes, len}, &used)) {
 *       case H1_MESSAGE_HEAD: ... m.request, m.framing, m.persists
 *       case H1_MESSAGE_DATA: ... m.data
 *       case H1_MESSAGE_END:  ... m.trailers; the next message may follow
 *       case H1_MESSAGE_NEED_INPUT: read more after `len`, or stop
 *       case H1_MESSAGE_OVER: no message may follow
 *       case H1_MESSAGE_FAILED: ... h1_message_error(&m)
 *     }
 *     drop the first `used` bytes
 *   }
 *
 * Everything that is decided on a head has been decided when HEAD is returned:
 * Host and target of a request (h1_request_check), framing, persistence. */
#ifndef H1_PARSER_MESSAGE_H_
#define H1_PARSER_MESSAGE_H_

#include "parser/chunked.h"
#include "parser/framing.h"
#include "parser/request.h"
#include "parser/response.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A head that is all there, or is not: as the decoders, in one call. DONE:
 * `*out` and `*consumed`. NEED_INPUT: it is cut off. FAILED: `*why`. */
H1_MUST_USE h1_step h1_request_decode_whole(h1_slice head,
                                            const h1_limits *limits,
                                            h1_header *storage, size_t capacity,
                                            h1_request *out, size_t *consumed,
                                            h1_error *why);
H1_MUST_USE h1_step h1_response_decode_whole(h1_slice head, uint32_t tolerances,
                                             const h1_limits *limits,
                                             h1_header *storage,
                                             size_t capacity, h1_response *out,
                                             size_t *consumed, h1_error *why);

typedef enum {
  H1_MESSAGE_HEAD,       /* a head, with all that is decided on it */
  H1_MESSAGE_DATA,       /* a piece of body, never empty */
  H1_MESSAGE_END,        /* the message is whole; its trailers */
  H1_MESSAGE_NEED_INPUT, /* call again with the same bytes and more */
  H1_MESSAGE_OVER,       /* the last message did not persist: `in` is not HTTP's
                            any more, but of a tunnel's protocol, or nobody's */
  H1_MESSAGE_FAILED      /* sticky; see h1_message_error */
} h1_message_event;

typedef struct {
  /* What the last event is about. All slices view that call's `in`. */
  h1_request request;   /* with HEAD, of requests */
  h1_response response; /* with HEAD, of responses */
  h1_slice authority;   /* with HEAD, of requests: see h1_request_check */
  h1_framing framing;
  bool persists;             /* whether another message may follow this one */
  h1_slice data;             /* with DATA */
  h1_fields trailers, apart; /* with END; see h1_response_trailers_decode */

  /* Private; the whole may be copied bytewise. */
  h1_limits limits;
  h1_slice method;
  h1_header *storage;
  size_t capacity;
  h1_request_decoder request_decoder;
  h1_response_decoder response_decoder;
  h1_chunked_decoder chunked;
  h1_fields_decoder section;
  uint64_t left, taken, error_at;
  uint32_t level, tolerances, state, error;
  bool responses;
} h1_message;

/* `storage` serves heads and trailer sections in turn: what is needed of a head
 * is taken when it is handed out. Limits are those of each message. */
void h1_requests_init(h1_message *m, const h1_limits *limits,
                      h1_scan_level level, h1_header *storage, size_t capacity);
/* Responses are answers to "GET" until h1_message_answers says what else;
 * `tolerances` of tolerance.h. */
void h1_responses_init(h1_message *m, const h1_limits *limits,
                       h1_scan_level level, h1_header *storage, size_t capacity,
                       uint32_t tolerances);
/* The method of the request that the next responses answer, interim ones
 * included. The slice is kept: its bytes outlive those responses. */
void h1_message_answers(h1_message *m, h1_slice request_method);

/* `in`: what was received and not used, from its first byte. The first `*used`
 * bytes of it are done with: the next call begins after them. Any fragmentation
 * gives the same heads, data and trailers. */
H1_MUST_USE h1_message_event h1_message_next(h1_message *m, h1_slice in,
                                             size_t *used);
/* At the end of the input: whether nothing is cut off. So it is between two
 * messages, and in a body that ends with the connection. */
bool h1_message_is_whole(const h1_message *m);
h1_error h1_message_error(const h1_message *m);
/* Offset of the byte that decided from the first byte of its message. */
uint64_t h1_message_error_offset(const h1_message *m);

#ifdef __cplusplus
}
#endif
#endif
