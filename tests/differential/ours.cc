#include "tests/differential/ours.h"

#include <cstdio>
#include <cstring>

#include "parser/chunked.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"

namespace differential {
namespace {

h1_header header_storage[PEER_LINES];
h1_header trailer_storage[PEER_LINES];
uint8_t body_storage[PEER_ARENA];

h1_limits WideLimits() {
  h1_limits limits = h1_limits_default();
  limits.head_bytes = PEER_ARENA;
  limits.target_bytes = PEER_ARENA;
  limits.header_count = PEER_LINES / 2;
  limits.trailer_bytes = PEER_ARENA;
  limits.trailer_count = PEER_LINES / 2;
  limits.chunk_ext_bytes = PEER_ARENA;
  limits.chunk_overhead_bytes = PEER_ARENA;
  limits.body_bytes = INT64_MAX;
  return limits;
}

h1_slice SliceOf(std::string_view view) {
  return {reinterpret_cast<const uint8_t*>(view.data()), view.size()};
}

peer_bytes Bytes(h1_slice slice) { return {slice.ptr, slice.len}; }

peer_verdict VerdictOf(h1_step step) {
  if (step == H1_DONE) return PEER_ACCEPTS;
  return step == H1_FAILED ? PEER_REFUSES : PEER_UNFINISHED;
}

void AddLines(const h1_fields& fields, size_t* count, peer_reading* out) {
  for (size_t i = 0; i < fields.count; i++) {
    peer_line* line = &out->lines[out->fields + out->trailers];
    line->name = Bytes(h1_fields_name(&fields, i));
    line->value = Bytes(h1_fields_value(&fields, i));
    (*count)++;
  }
}

void Settle(peer_verdict verdict, h1_error why, Ours* out) {
  out->message.verdict = verdict;
  out->why = why;
  std::snprintf(out->message.why, sizeof out->message.why, "%s",
                why == H1_OK ? "" : h1_error_name(why));
}

// The head is whole and its checks are done: `fault` is what they found.
void SettleHead(h1_error fault, Ours* out) {
  out->framed = fault == H1_OK;
  if (fault != H1_OK) Settle(PEER_REFUSES, fault, out);
}

// What httpd judges beyond the codecs' own checks, in its order.
h1_error ServedFault(const h1_request& request, const h1_framing& framing,
                     const h1_limits& limits) {
  static uint8_t path_storage[PEER_ARENA];
  h1_target target;
  h1_slice path;
  bool expects_continue = false;
  h1_error fault = h1_target_split(request.target, &target);
  if (fault != H1_OK) return fault;
  if (target.form == H1_TARGET_ORIGIN || target.form == H1_TARGET_ABSOLUTE) {
    fault = h1_path_decode(h1_scan_best(), target.path,
                           {path_storage, sizeof path_storage}, &path);
  }
  if (fault != H1_OK) return fault;
  if (request.method == H1_METHOD_UNRECOGNISED) return H1_METHOD_UNKNOWN;
  fault = h1_expectation_of_request(&request, &expects_continue);
  if (fault != H1_OK) return fault;
  return framing.length > limits.body_bytes ? H1_BODY_TOO_LARGE : H1_OK;
}

void ReadRequestHead(std::string_view input, const h1_limits& limits,
                     Ours* out) {
  static h1_request request;
  h1_request_decoder decoder;
  h1_request_decoder_init(&decoder, &limits, h1_scan_best(), header_storage,
                          PEER_LINES);
  const h1_step step =
      h1_request_decode(&decoder, SliceOf(input), &request, &out->head_end);
  out->head = VerdictOf(step);
  out->head_why = h1_request_error(&decoder);
  Settle(out->head, out->head_why, out);
  if (step != H1_DONE) return;
  out->message.method = Bytes(request.method_text);
  out->message.target = Bytes(request.target);
  out->message.minor = request.minor_version;
  AddLines(request.fields, &out->message.fields, &out->message);
  h1_error fault = h1_request_check(&request, nullptr);
  if (fault == H1_OK) fault = h1_framing_of_request(&request, &out->framing);
  if (fault == H1_OK) {
    fault = h1_persistence_of_request(&request, &out->persists);
  }
  if (fault == H1_OK) {
    out->served_why = ServedFault(request, out->framing, limits);
  }
  SettleHead(fault, out);
}

void ReadResponseHead(std::string_view input, const h1_limits& limits,
                      Ours* out) {
  static h1_response response;
  h1_response_decoder decoder;
  h1_response_decoder_init(&decoder, &limits, h1_scan_best(), header_storage,
                           PEER_LINES);
  const h1_step step =
      h1_response_decode(&decoder, SliceOf(input), &response, &out->head_end);
  out->head = VerdictOf(step);
  out->head_why = h1_response_error(&decoder);
  Settle(out->head, out->head_why, out);
  if (step != H1_DONE) return;
  out->message.status = response.status;
  out->message.phrase = Bytes(response.reason);
  out->message.minor = response.minor_version;
  AddLines(response.fields, &out->message.fields, &out->message);
  h1_error fault =
      h1_framing_of_response(&response, SliceOf("GET"), &out->framing);
  if (fault == H1_OK) {
    fault =
        h1_persistence_of_response(&response, &out->framing, &out->persists);
  }
  SettleHead(fault, out);
}

// Forbidden fields of a response's trailers are apart, and no peer shows them.
void ReadResponseTrailers(std::string_view section, const h1_limits& limits,
                          Ours* out) {
  static h1_fields trailers, apart;
  h1_fields_decoder decoder;
  size_t consumed = 0;
  h1_response_trailers_decoder_init(&decoder, &limits, h1_scan_best(),
                                    trailer_storage, PEER_LINES,
                                    H1_TOLERATE_NOTHING);
  const h1_step step = h1_response_trailers_decode(
      &decoder, SliceOf(section), &trailers, &apart, &consumed);
  Settle(VerdictOf(step), h1_trailers_error(&decoder), out);
  if (step != H1_DONE) return;
  AddLines(trailers, &out->message.trailers, &out->message);
  out->message.end = out->head_end + out->chunks_end + consumed;
}

void ReadTrailers(std::string_view section, const h1_limits& limits,
                  Ours* out) {
  static h1_fields trailers;
  h1_fields_decoder decoder;
  size_t consumed = 0;
  h1_trailers_decoder_init(&decoder, &limits, h1_scan_best(), trailer_storage,
                           PEER_LINES);
  const h1_step step =
      h1_trailers_decode(&decoder, SliceOf(section), &trailers, &consumed);
  Settle(VerdictOf(step), h1_trailers_error(&decoder), out);
  if (step != H1_DONE) return;
  AddLines(trailers, &out->message.trailers, &out->message);
  out->message.end = out->head_end + out->chunks_end + consumed;
}

void ReadChunks(peer_kind kind, std::string_view rest, const h1_limits& limits,
                Ours* out) {
  h1_chunked_decoder decoder;
  h1_chunked_decoder_init(&decoder, &limits);
  h1_slice in = SliceOf(rest);
  h1_slice data = {nullptr, 0};
  size_t body = 0;
  h1_step step = H1_DATA;
  while (step == H1_DATA) {
    step = h1_chunked_decode(&decoder, &in, &data);
    if (step == H1_DATA) {
      std::memcpy(body_storage + body, data.ptr, data.len);
      body += data.len;
    }
  }
  out->has_chunks = true;
  out->chunks = VerdictOf(step);
  out->chunks_why = h1_chunked_error(&decoder);
  out->chunks_end = static_cast<size_t>(h1_chunked_error_offset(&decoder));
  out->message.body = {body_storage, body};
  Settle(out->chunks, out->chunks_why, out);
  if (step != H1_DONE) return;
  const std::string_view section = rest.substr(out->chunks_end);
  if (kind == PEER_RESPONSE) return ReadResponseTrailers(section, limits, out);
  ReadTrailers(section, limits, out);
}

// A body that ends after a number of bytes, or with the input.
void ReadPlainBody(std::string_view rest, Ours* out) {
  uint64_t length = out->framing.length;
  if (out->framing.kind == H1_BODY_UNTIL_CLOSE) length = rest.size();
  const bool whole = length <= rest.size();
  if (whole) rest = rest.substr(0, static_cast<size_t>(length));
  out->message.body = BytesOf(rest);
  out->message.end = out->head_end + out->message.body.len;
  Settle(whole ? PEER_ACCEPTS : PEER_UNFINISHED, H1_OK, out);
}

}  // namespace

std::string_view ViewOf(peer_bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.ptr), bytes.len};
}

peer_bytes BytesOf(std::string_view view) {
  return {reinterpret_cast<const uint8_t*>(view.data()), view.size()};
}

void ReadOurs(peer_kind kind, std::string_view input, Ours* out, Limits which) {
  static const h1_limits wide = WideLimits();
  static const h1_limits server = h1_limits_default();
  const h1_limits& limits = which == Limits::kWide ? wide : server;
  std::memset(&out->message, 0, offsetof(peer_reading, lines));
  out->message.knows = PEER_KNOWS_MESSAGE;
  out->message.body = {nullptr, 0};
  out->message.end = 0;
  out->head_end = 0;
  out->framed = false;
  out->has_chunks = false;
  out->chunks_end = 0;
  if (kind == PEER_REQUEST) {
    ReadRequestHead(input, limits, out);
  } else {
    ReadResponseHead(input, limits, out);
  }
  if (!out->framed) return;
  const std::string_view rest = input.substr(out->head_end);
  if (out->framing.kind == H1_BODY_CHUNKED) {
    ReadChunks(kind, rest, limits, out);
  } else {
    ReadPlainBody(rest, out);
  }
}

Answers AnswersOfOurs(std::string_view connection, size_t most, Ours* last) {
  Answers answers;
  while (!connection.empty() && answers.letters.size() < most) {
    answers.last = connection;
    ReadOurs(PEER_REQUEST, connection, last, Limits::kServer);
    const bool served = last->framed && last->served_why != H1_OK;
    answers.why = served ? last->served_why : last->why;
    if (answers.why != H1_OK) {
      answers.letters += "R";
      return answers;
    }
    answers.unfinished = last->message.verdict == PEER_UNFINISHED;
    if (answers.unfinished) return answers;
    answers.letters += "S";
    if (!last->persists) return answers;
    connection.remove_prefix(last->message.end);
  }
  return answers;
}

}  // namespace differential
