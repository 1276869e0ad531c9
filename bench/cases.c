#include "bench/cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "parser/chunked.h"
#include "parser/framing.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"
#include "parser/values.h"

#define HEADERS 128
static h1_header storage[HEADERS];
static uint8_t room_bytes[8192];

static void refuse(const char *what) {
  (void)fprintf(stderr, "codecs: %s did not do its work\n", what);
  exit(1);
}

static h1_buffer room(void) {
  h1_buffer r = {room_bytes, sizeof(room_bytes)};
  return r;
}

/* Limits are set once per server, not per message. */
static h1_limits limits;

/* ---- heads ---- */

/* Static, as a server keeps them in its connections: a build that initialises
 * every automatic variable would fill them anew for each message. */
static h1_request_decoder request_decoder;
static h1_request request;
static h1_response_decoder response_decoder;
static h1_response response;

static inline size_t run_request(h1_slice in, h1_scan_level level) {
  size_t consumed = 0;
  h1_request_decoder_init(&request_decoder, &limits, level, storage, HEADERS);
  if (h1_request_decode(&request_decoder, in, &request, &consumed) != H1_DONE) {
    refuse("request decoder");
  }
  return consumed;
}

/* All that a server asks of a head before it looks for a handler. */
static size_t run_whole(h1_slice in, h1_scan_level level) {
  h1_slice authority;
  h1_framing framing;
  bool persists;
  const size_t consumed = run_request(in, level);
  if (h1_request_check(&request, &authority) != H1_OK) refuse("check");
  if (h1_framing_of_request(&request, &framing) != H1_OK) refuse("framing");
  if (h1_persistence_of_request(&request, &persists) != H1_OK || !persists) {
    refuse("persistence");
  }
  return consumed;
}

static size_t run_response(h1_slice in, h1_scan_level level) {
  size_t consumed = 0;
  h1_response_decoder_init(&response_decoder, &limits, level, storage, HEADERS);
  if (h1_response_decode(&response_decoder, in, &response, &consumed) !=
      H1_DONE) {
    refuse("response decoder");
  }
  return consumed;
}

/* ---- bodies ---- */

static size_t run_chunked(h1_slice in, h1_scan_level level) {
  h1_chunked_decoder decoder;
  h1_slice rest = in;
  h1_slice data;
  h1_step step;
  h1_chunked_decoder_init(&decoder, &limits);
  do {
    step = h1_chunked_decode(&decoder, &rest, &data);
  } while (step == H1_DATA);
  if (step != H1_DONE) refuse("chunked decoder");
  h1_fields_decoder trailers;
  h1_fields fields;
  size_t consumed = 0;
  h1_trailers_decoder_init(&trailers, &limits, level, storage, HEADERS);
  if (h1_trailers_decode(&trailers, rest, &fields, &consumed) != H1_DONE) {
    refuse("trailers decoder");
  }
  return in.len;
}

/* ---- encoders ---- */

static size_t run_response_encode(h1_slice in, h1_scan_level level) {
  static const char kPrepared[] =
      "Date: Mon, 23 Nov 2026 09:00:00 GMT\r\nServer: h1\r\n";
  static const char kType[] = "text/html; charset=utf-8";
  static const char kTag[] = "\"5f2c-62a1b9c4d7e80\"";
  (void)level;
  const h1_field fields[] = {
      {h1_slice_of("Content-Type"),
       {(const uint8_t *)kType, sizeof(kType) - 1}},
      {h1_slice_of("ETag"), {(const uint8_t *)kTag, sizeof(kTag) - 1}},
  };
  h1_response_out out = {
      .status = 200,
      .prepared = {(const uint8_t *)kPrepared, sizeof(kPrepared) - 1},
      .fields = fields,
      .field_count = 2,
      .framing = H1_OUT_LENGTH,
      .content_length = in.len,
      .connection = H1_CONNECTION_OMIT};
  size_t size = 0;
  h1_error why = H1_OK;
  if (h1_response_encode(&out, room(), &size, &why) != H1_DONE) {
    refuse("response encoder");
  }
  return size;
}

static size_t run_chunk_encode(h1_slice in, h1_scan_level level) {
  size_t size = 0;
  (void)level;
  if (h1_chunk_encode(in, room(), &size) != H1_DONE) refuse("chunk encoder");
  return size;
}

static size_t run_chunk_head_encode(h1_slice in, h1_scan_level level) {
  size_t size = 0;
  (void)level;
  if (h1_chunk_head_encode(in.len, room(), &size) != H1_DONE) {
    refuse("chunk head encoder");
  }
  return size;
}

/* ---- values ---- */

static size_t run_path(h1_slice in, h1_scan_level level) {
  h1_slice out;
  if (h1_path_decode(level, in, room(), &out) != H1_OK) refuse("path decoder");
  return in.len;
}

/* Monday, 23 November 2026, 09:00:00 GMT. */
#define NOW_S ((int64_t)1795424400)

static size_t run_date_decode(h1_slice in, h1_scan_level level) {
  int64_t s = 0;
  (void)level;
  if (!h1_date_decode(in, NOW_S, &s) || s != NOW_S) refuse("date decoder");
  return in.len;
}

static size_t run_date_encode(h1_slice in, h1_scan_level level) {
  (void)in;
  (void)level;
  if (!h1_date_encode(NOW_S, room_bytes)) refuse("date encoder");
  return H1_DATE_BYTES;
}

#define REQUEST(name, input) \
  { name, input, BENCH_REQUEST, true, true, run_request }
#define WHOLE(name, input) \
  { name, input, BENCH_REQUEST, true, true, run_whole }
#define RESPONSE(name, input) \
  { name, input, BENCH_RESPONSE, true, true, run_response }
#define CHUNKED(name, input) \
  { name, input, BENCH_CHUNKED, false, false, run_chunked }
#define OURS(name, input, levelled, run) \
  { name, input, BENCH_OURS_ALONE, levelled, false, run }

static const bench_case kCases[] = {
    REQUEST("request/get-40", BENCH_GET_40),
    REQUEST("request/curl-94", BENCH_CURL_94),
    REQUEST("request/classic-703", BENCH_CLASSIC_703),
    REQUEST("request/chrome-992", BENCH_CHROME_992),
    REQUEST("request/cookie-4k", BENCH_COOKIE_4K),
    REQUEST("request/fields-100", BENCH_FIELDS_100),
    WHOLE("whole/get-40", BENCH_GET_40),
    WHOLE("whole/curl-94", BENCH_CURL_94),
    WHOLE("whole/classic-703", BENCH_CLASSIC_703),
    WHOLE("whole/chrome-992", BENCH_CHROME_992),
    RESPONSE("response/304", BENCH_NOT_MODIFIED),
    RESPONSE("response/page", BENCH_PAGE),
    CHUNKED("chunked/1", BENCH_CHUNKS_1),
    CHUNKED("chunked/100", BENCH_CHUNKS_100),
    CHUNKED("chunked/16k", BENCH_CHUNKS_16K),
    OURS("encode/response", BENCH_BODY_1K, false, run_response_encode),
    OURS("encode/chunk-1k", BENCH_BODY_1K, false, run_chunk_encode),
    OURS("encode/chunk-head", BENCH_BODY_1K, false, run_chunk_head_encode),
    OURS("path/plain", BENCH_PATH_PLAIN, true, run_path),
    OURS("path/percent", BENCH_PATH_PERCENT, true, run_path),
    OURS("date/decode", BENCH_DATE, false, run_date_decode),
    OURS("date/encode", BENCH_DATE, false, run_date_encode),
};

const bench_case *bench_cases(size_t *count) {
  limits = h1_limits_default();
  *count = sizeof(kCases) / sizeof(kCases[0]);
  return kCases;
}
