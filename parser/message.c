/* Whole heads in one call, and whole messages in a loop.
 *
 *   HEAD -> [BODY -> [TRAILERS]] -> END -> HEAD, or OVER
 *
 * Each state has a function that looks at the unused bytes once and says what
 * comes of them. Nothing is decided here: that is for the codecs. */
#include "parser/message.h"

enum {
  MESSAGE_HEAD,
  MESSAGE_LENGTH, /* `left` bytes of body to come */
  MESSAGE_CHUNKS,
  MESSAGE_TRAILERS,
  MESSAGE_UNTIL_CLOSE, /* `left` bytes may still come */
  MESSAGE_END,
  MESSAGE_OVER,
  MESSAGE_FAILED
};

static const uint8_t GET_NAME[] = "GET";

/* ---- whole heads ---- */

h1_step h1_request_decode_whole(h1_slice head, const h1_limits *limits,
                                h1_header *storage, size_t capacity,
                                h1_request *out, size_t *consumed,
                                h1_error *why) {
  h1_request_decoder d;
  h1_request_decoder_init(&d, limits, h1_scan_best(), storage, capacity);
  const h1_step step = h1_request_decode(&d, head, out, consumed);
  *why = h1_request_error(&d);
  return step;
}

h1_step h1_response_decode_whole(h1_slice head, uint32_t tolerances,
                                 const h1_limits *limits, h1_header *storage,
                                 size_t capacity, h1_response *out,
                                 size_t *consumed, h1_error *why) {
  h1_response_decoder d;
  h1_response_decoder_init(&d, limits, h1_scan_best(), storage, capacity);
  h1_response_tolerate(&d, tolerances);
  const h1_step step = h1_response_decode(&d, head, out, consumed);
  *why = h1_response_error(&d);
  return step;
}

/* ---- states ---- */

static h1_message_event fail_message(h1_message *m, h1_error why,
                                     uint64_t offset) {
  m->state = MESSAGE_FAILED;
  m->error = (uint32_t)why;
  m->error_at = m->taken + offset;
  return H1_MESSAGE_FAILED;
}

/* The first `n` unused bytes are done with. */
static h1_message_event use_bytes(h1_message *m, size_t n, size_t *used,
                                  h1_message_event event) {
  m->taken += n;
  *used = n;
  return event;
}

static void begin_message(h1_message *m) {
  const h1_scan_level level = (h1_scan_level)m->level;
  if (m->responses) {
    h1_response_decoder_init(&m->response_decoder, &m->limits, level,
                             m->storage, m->capacity);
    h1_response_tolerate(&m->response_decoder, m->tolerances);
  } else {
    h1_request_decoder_init(&m->request_decoder, &m->limits, level, m->storage,
                            m->capacity);
  }
  m->taken = 0;
  m->state = MESSAGE_HEAD;
}

static void begin_trailers(h1_message *m) {
  const h1_scan_level level = (h1_scan_level)m->level;
  if (m->responses) {
    h1_response_trailers_decoder_init(&m->section, &m->limits, level,
                                      m->storage, m->capacity, m->tolerances);
  } else {
    h1_trailers_decoder_init(&m->section, &m->limits, level, m->storage,
                             m->capacity);
  }
  m->state = MESSAGE_TRAILERS;
}

/* What the framing says of the bytes after the head. */
static void begin_body(h1_message *m) {
  m->left = m->framing.length;
  switch (m->framing.kind) {
    case H1_BODY_LENGTH:
      m->state = m->left == 0 ? MESSAGE_END : MESSAGE_LENGTH;
      break;
    case H1_BODY_CHUNKED:
      h1_chunked_decoder_init(&m->chunked, &m->limits);
      m->state = MESSAGE_CHUNKS;
      break;
    case H1_BODY_UNTIL_CLOSE:
      m->left = m->limits.body_bytes;
      m->state = MESSAGE_UNTIL_CLOSE;
      break;
    default:
      m->state = MESSAGE_END;
      break;
  }
}

/* ---- heads ---- */

/* Faults that answer 400 come before the others, as in the server. */
static h1_error judge_request(h1_message *m) {
  const h1_error check = h1_request_check(&m->request, &m->authority);
  if (check != H1_OK) return check;
  const h1_error framing = h1_framing_of_request(&m->request, &m->framing);
  if (framing != H1_OK && h1_error_status(framing) == 400) return framing;
  const h1_error persistence =
      h1_persistence_of_request(&m->request, &m->persists);
  return persistence != H1_OK ? persistence : framing;
}

static h1_error judge_response(h1_message *m) {
  const h1_error framing =
      h1_framing_of_response(&m->response, m->method, &m->framing);
  if (framing != H1_OK) return framing;
  return h1_persistence_of_response(&m->response, &m->framing, &m->persists);
}

static h1_error judge_head(h1_message *m) {
  const h1_error fault = m->responses ? judge_response(m) : judge_request(m);
  if (fault != H1_OK) return fault;
  const bool too_large = m->framing.kind == H1_BODY_LENGTH &&
                         m->framing.length > m->limits.body_bytes;
  return too_large ? H1_BODY_TOO_LARGE : H1_OK;
}

static h1_step decode_head(h1_message *m, h1_slice in, size_t *consumed) {
  return m->responses ? h1_response_decode(&m->response_decoder, in,
                                           &m->response, consumed)
                      : h1_request_decode(&m->request_decoder, in, &m->request,
                                          consumed);
}

static h1_message_event fail_head(h1_message *m) {
  return m->responses
             ? fail_message(m, h1_response_error(&m->response_decoder),
                            h1_response_error_offset(&m->response_decoder))
             : fail_message(m, h1_request_error(&m->request_decoder),
                            h1_request_error_offset(&m->request_decoder));
}

static h1_message_event next_head(h1_message *m, h1_slice in, size_t *used) {
  size_t consumed = 0;
  const h1_step step = decode_head(m, in, &consumed);
  if (step == H1_FAILED) return fail_head(m);
  if (step != H1_DONE) return H1_MESSAGE_NEED_INPUT;
  const h1_error fault = judge_head(m);
  if (fault != H1_OK) return fail_message(m, fault, consumed);
  begin_body(m);
  return use_bytes(m, consumed, used, H1_MESSAGE_HEAD);
}

/* ---- bodies ---- */

static h1_message_event hand_out_data(h1_message *m, h1_slice data,
                                      size_t *used) {
  m->data = data;
  m->left -= data.len;
  return use_bytes(m, data.len, used, H1_MESSAGE_DATA);
}

static h1_message_event next_of_length(h1_message *m, h1_slice in,
                                       size_t *used) {
  const h1_slice piece = {in.ptr, m->left < in.len ? (size_t)m->left : in.len};
  if (in.len == 0) return H1_MESSAGE_NEED_INPUT;
  const h1_message_event event = hand_out_data(m, piece, used);
  if (m->left == 0) m->state = MESSAGE_END;
  return event;
}

static h1_message_event next_until_close(h1_message *m, h1_slice in,
                                         size_t *used) {
  const h1_slice piece = {in.ptr, m->left < in.len ? (size_t)m->left : in.len};
  if (in.len == 0) return H1_MESSAGE_NEED_INPUT;
  if (m->left == 0) return fail_message(m, H1_BODY_TOO_LARGE, 0);
  return hand_out_data(m, piece, used);
}

static h1_step decode_chunk(h1_message *m, h1_slice *in) {
  const bool padded =
      m->responses && (m->tolerances & H1_TOLERATE_PADDED_CHUNKS) != 0;
  return padded ? h1_chunked_decode_padded(&m->chunked, in, &m->data)
                : h1_chunked_decode(&m->chunked, in, &m->data);
}

/* Framing without data is used as well as data: a size line that is cut off is
 * kept by the decoder. */
static h1_message_event next_chunk(h1_message *m, h1_slice in, size_t *used) {
  h1_slice rest = in;
  const h1_step step = decode_chunk(m, &rest);
  const size_t taken = in.len - rest.len;
  if (step == H1_DATA) return use_bytes(m, taken, used, H1_MESSAGE_DATA);
  (void)use_bytes(m, taken, used, H1_MESSAGE_NEED_INPUT);
  if (step == H1_FAILED) {
    return fail_message(m, h1_chunked_error(&m->chunked), 0);
  }
  if (step == H1_DONE) begin_trailers(m);
  return H1_MESSAGE_NEED_INPUT;
}

static h1_step decode_trailers(h1_message *m, h1_slice in, size_t *consumed) {
  return m->responses
             ? h1_response_trailers_decode(&m->section, in, &m->trailers,
                                           &m->apart, consumed)
             : h1_trailers_decode(&m->section, in, &m->trailers, consumed);
}

/* ---- ends ---- */

static h1_message_event end_message(h1_message *m, size_t n, size_t *used) {
  const h1_message_event event = use_bytes(m, n, used, H1_MESSAGE_END);
  if (m->persists) {
    begin_message(m);
  } else {
    m->state = MESSAGE_OVER;
  }
  return event;
}

static h1_message_event next_trailers(h1_message *m, h1_slice in,
                                      size_t *used) {
  size_t consumed = 0;
  const h1_step step = decode_trailers(m, in, &consumed);
  if (step == H1_FAILED) {
    return fail_message(m, h1_trailers_error(&m->section),
                        h1_trailers_error_offset(&m->section));
  }
  if (step != H1_DONE) return H1_MESSAGE_NEED_INPUT;
  return end_message(m, consumed, used);
}

static void forget_event(h1_message *m) {
  static const h1_fields none = {.count = 0};
  m->data.ptr = NULL;
  m->data.len = 0;
  m->trailers = none;
  m->apart = none;
}

/* Of a body that has just ended, the trailers are looked for at once. */
static h1_message_event next_of_chunks(h1_message *m, h1_slice in,
                                       size_t *used) {
  const h1_message_event event = next_chunk(m, in, used);
  if (m->state != MESSAGE_TRAILERS) return event;
  const size_t chunks = *used;
  const h1_slice rest = {in.ptr + chunks, in.len - chunks};
  *used = 0;
  const h1_message_event after = next_trailers(m, rest, used);
  *used += chunks;
  return after;
}

h1_message_event h1_message_next(h1_message *m, h1_slice in, size_t *used) {
  *used = 0;
  forget_event(m);
  switch (m->state) {
    case MESSAGE_HEAD:
      return next_head(m, in, used);
    case MESSAGE_LENGTH:
      return next_of_length(m, in, used);
    case MESSAGE_CHUNKS:
      return next_of_chunks(m, in, used);
    case MESSAGE_TRAILERS:
      return next_trailers(m, in, used);
    case MESSAGE_UNTIL_CLOSE:
      return next_until_close(m, in, used);
    case MESSAGE_END:
      return end_message(m, 0, used);
    case MESSAGE_OVER:
      return H1_MESSAGE_OVER;
    default:
      return H1_MESSAGE_FAILED;
  }
}

/* ---- all of it ---- */

static void init_message(h1_message *m, const h1_limits *limits,
                         h1_scan_level level, h1_header *storage,
                         size_t capacity) {
  const h1_message empty = {.limits = *limits,
                            .method = {GET_NAME, sizeof GET_NAME - 1},
                            .storage = storage,
                            .capacity = capacity,
                            .level = (uint32_t)level};
  *m = empty;
}

void h1_requests_init(h1_message *m, const h1_limits *limits,
                      h1_scan_level level, h1_header *storage,
                      size_t capacity) {
  init_message(m, limits, level, storage, capacity);
  begin_message(m);
}

void h1_responses_init(h1_message *m, const h1_limits *limits,
                       h1_scan_level level, h1_header *storage, size_t capacity,
                       uint32_t tolerances) {
  init_message(m, limits, level, storage, capacity);
  m->responses = true;
  m->tolerances = tolerances;
  begin_message(m);
}

void h1_message_answers(h1_message *m, h1_slice request_method) {
  m->method = request_method;
}

/* A head has begun with the first byte shown, an empty line before a request
 * excepted. */
static bool has_begun(const h1_message *m) {
  return m->responses ? m->response_decoder.fields.pos > 0
                      : h1_request_started(&m->request_decoder);
}

bool h1_message_is_whole(const h1_message *m) {
  if (m->state == MESSAGE_HEAD) return !has_begun(m);
  return m->state == MESSAGE_UNTIL_CLOSE || m->state == MESSAGE_END ||
         m->state == MESSAGE_OVER;
}

h1_error h1_message_error(const h1_message *m) { return (h1_error)m->error; }

uint64_t h1_message_error_offset(const h1_message *m) { return m->error_at; }
