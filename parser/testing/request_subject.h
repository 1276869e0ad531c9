// For the unit tests of request heads: a request decoder as a subject of
// every_way.h, and the text of what it decoded.
#ifndef H1_PARSER_TESTING_REQUEST_SUBJECT_H_
#define H1_PARSER_TESTING_REQUEST_SUBJECT_H_

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "parser/request.h"
#include "parser/testing/every_way.h"

namespace h1_test {

inline h1_limits Limits(size_t head, size_t target, size_t count) {
  h1_limits l = h1_limits_default();
  l.head_bytes = head;
  l.target_bytes = target;
  l.header_count = count;
  return l;
}

inline const h1_limits kDefaults = h1_limits_default();

// Writes a result as "GET|/path|1.1|{Name=value}...|end", where end is the
// length of the head, or as "reason@offset" with the part of the line that was
// decoded.
class RequestSubject : public Subject {
 public:
  explicit RequestSubject(const h1_limits& limits)
      : RequestSubject(limits, limits.header_count) {}
  RequestSubject(const h1_limits& limits, size_t capacity)
      : limits_(limits), storage_(capacity) {}

  void Init(h1_scan_level level) override {
    h1_request_decoder_init(&decoder_, &limits_, level, storage_.data(),
                            storage_.size());
  }
  h1_step Step(h1_slice head) override {
    // The decoder may be copied in mid-message.
    h1_request_decoder copy;
    memcpy(&copy, &decoder_, sizeof copy);
    memset(&decoder_, 0xa5, sizeof decoder_);
    memset(&out_, 0xa5, sizeof out_);
    consumed_ = 0;
    head_ = head;
    step_ = h1_request_decode(&copy, head, &out_, &consumed_);
    memcpy(&decoder_, &copy, sizeof copy);
    return step_;
  }
  std::string Text() const override {
    if (step_ == H1_NEED_INPUT) return "more";
    EXPECT_TRUE(Inside(out_.method_text, head_));
    EXPECT_TRUE(Inside(out_.target, head_));
    const std::string line =
        StringOf(out_.method_text) + "|" + StringOf(out_.target);
    if (step_ == H1_FAILED) {
      EXPECT_EQ(out_.fields.count, 0u);
      EXPECT_EQ(out_.fields.seen, 0u);
      return std::string(h1_error_name(h1_request_error(&decoder_))) + "@" +
             std::to_string(h1_request_error_offset(&decoder_)) + " " + line;
    }
    EXPECT_EQ(h1_request_error(&decoder_), H1_OK);
    EXPECT_TRUE(h1_request_started(&decoder_));
    return line + "|1." + std::to_string(out_.minor_version) + "|" +
           TextOf(out_.fields) + "|" + std::to_string(consumed_);
  }
  size_t Decided() const override {
    if (step_ != H1_FAILED) return consumed_;
    const size_t at = h1_request_error_offset(&decoder_);
    return at == limits_.head_bytes ? at : at + 1;
  }
  const h1_request& out() const { return out_; }
  const h1_request_decoder& decoder() const { return decoder_; }

 private:
  h1_limits limits_;
  std::vector<h1_header> storage_;
  h1_request_decoder decoder_;
  h1_request out_;
  h1_slice head_{nullptr, 0};
  size_t consumed_ = 0;
  h1_step step_ = H1_NEED_INPUT;
};

inline void ExpectRequest(const std::string& input, const std::string& expected,
                          const h1_limits& limits = kDefaults) {
  SCOPED_TRACE(Visible(input));
  RequestSubject subject(limits);
  EveryWay(input).Expect(subject, expected);
}

struct Row {
  std::string input;
  std::string expected;
};

inline void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) ExpectRequest(row.input, row.expected);
}

inline std::string Z(const char* bytes, size_t n) {
  return std::string(bytes, n);
}

}  // namespace h1_test

#endif  // H1_PARSER_TESTING_REQUEST_SUBJECT_H_
