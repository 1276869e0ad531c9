// For the unit tests of the chunked decoder: what can be seen of a decoding,
// and tables of inputs that must give the same outcome whole, byte by byte and
// cut at every place.
#ifndef H1_PARSER_TESTING_CHUNKED_OUTCOME_H_
#define H1_PARSER_TESTING_CHUNKED_OUTCOME_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "parser/chunked.h"
#include "parser/error.h"
#include "tests/support/guarded.h"

namespace h1_test {

inline h1_limits ChunkedLimits() {
  h1_limits limits = {};
  limits.chunk_ext_bytes = 64;
  limits.chunk_overhead_bytes = 4096;
  limits.chunk_overhead_ratio = 8;
  limits.body_bytes = UINT64_MAX;
  return limits;
}

// Everything a caller can observe of a decoding. It must not depend on how the
// input was cut.
struct Outcome {
  h1_step step = H1_NEED_INPUT;
  h1_error error = H1_OK;
  uint64_t offset = 0;
  std::string data;

  bool operator==(const Outcome& o) const {
    return step == o.step && error == o.error && offset == o.offset &&
           data == o.data;
  }
};

inline std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << "step " << o.step << ", " << h1_error_name(o.error) << " at "
             << o.offset << ", data \"" << o.data << "\"";
}

// Feeds one piece of input until the decoder needs more, and checks what the
// header guarantees after every call.
inline void Feed(h1_chunked_decoder* d, h1_slice piece, Outcome* outcome) {
  const uint64_t before = h1_chunked_error_offset(d);
  h1_slice in = piece;
  do {
    const h1_slice was = in;
    h1_slice data = {reinterpret_cast<const uint8_t*>(1), 99};
    outcome->step = h1_chunked_decode(d, &in, &data);
    ASSERT_LE(in.len, was.len);
    ASSERT_EQ(in.ptr, was.ptr + (was.len - in.len));
    if (outcome->step == H1_DATA) {
      ASSERT_GT(data.len, 0u);
      ASSERT_GE(data.ptr, was.ptr);
      ASSERT_EQ(data.ptr + data.len, in.ptr);
      outcome->data += StringOf(data);
    } else {
      ASSERT_EQ(data.ptr, nullptr);
      ASSERT_EQ(data.len, 0u);
    }
  } while (outcome->step == H1_DATA);
  ASSERT_NE(outcome->step, H1_NEED_ROOM);
  if (outcome->step == H1_NEED_INPUT) {
    ASSERT_EQ(in.len, 0u);
  }
  outcome->error = h1_chunked_error(d);
  outcome->offset = h1_chunked_error_offset(d);
  ASSERT_EQ(outcome->offset, before + (piece.len - in.len));
  ASSERT_EQ(outcome->data.size(), h1_chunked_data_bytes(d));
  ASSERT_EQ(outcome->step == H1_FAILED, outcome->error != H1_OK);
}

inline void ExpectSticky(const h1_chunked_decoder& d, const Outcome& outcome) {
  if (outcome.step != H1_FAILED && outcome.step != H1_DONE) return;
  for (const std::string more : {"", "0\r\n", "5\r\nhello\r\n"}) {
    h1_chunked_decoder again = d;
    Outcome then = outcome;
    Feed(&again, SliceOf(more), &then);
    EXPECT_EQ(then, outcome) << "with more: " << more;
  }
}

// Decodes `input` cut after each of `cuts` (ascending); each piece against the
// guard page, and the decoder itself moved between pieces.
inline Outcome DecodeCut(const std::string& input, const h1_limits& limits,
                         std::vector<size_t> cuts) {
  h1_chunked_decoder d;
  h1_chunked_decoder_init(&d, &limits);
  Outcome outcome;
  cuts.push_back(input.size());
  size_t from = 0;
  for (size_t cut : cuts) {
    const Guarded piece(input.data() + from, cut - from);
    h1_chunked_decoder moved = d;
    Feed(&moved, piece.slice(), &outcome);
    d = moved;
    if (outcome.step != H1_NEED_INPUT) break;
    from = cut;
  }
  ExpectSticky(d, outcome);
  return outcome;
}

// Whole, byte by byte and cut at every place: one outcome.
inline Outcome DecodeEveryWay(const std::string& input,
                              const h1_limits& limits) {
  const Outcome whole = DecodeCut(input, limits, {});
  std::vector<size_t> all;
  for (size_t i = 0; i < input.size(); i++) all.push_back(i);
  EXPECT_EQ(DecodeCut(input, limits, all), whole) << "byte by byte";
  for (size_t cut : all) {
    EXPECT_EQ(DecodeCut(input, limits, {cut}), whole) << "cut at " << cut;
  }
  return whole;
}

struct Case {
  std::string input;
  h1_step step;
  h1_error error;
  uint64_t offset;
  std::string data;
};

inline void RunCases(const std::vector<Case>& cases, const h1_limits& limits) {
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.input));
    const Outcome expected = {c.step, c.error, c.offset, c.data};
    EXPECT_EQ(DecodeEveryWay(c.input, limits), expected);
  }
}

inline Case Done(const std::string& input, const std::string& data) {
  return {input, H1_DONE, H1_OK, input.size(), data};
}
inline Case DoneAt(const std::string& input, uint64_t offset,
                   const std::string& data) {
  return {input, H1_DONE, H1_OK, offset, data};
}
inline Case More(const std::string& input, const std::string& data) {
  return {input, H1_NEED_INPUT, H1_OK, input.size(), data};
}
inline Case Fail(const std::string& input, h1_error error, uint64_t offset,
                 const std::string& data = "") {
  return {input, H1_FAILED, error, offset, data};
}

}  // namespace h1_test

#endif  // H1_PARSER_TESTING_CHUNKED_OUTCOME_H_
