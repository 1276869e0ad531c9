// For the unit tests of the response decoder: what can be seen of a decoding.
#ifndef H1_PARSER_TESTING_RESPONSE_SUBJECT_H_
#define H1_PARSER_TESTING_RESPONSE_SUBJECT_H_

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "parser/response.h"
#include "parser/testing/every_way.h"

namespace h1_test {

// Writes a result as "200|1.1|OK|{Name=value}...|end" or "reason@offset".
class ResponseSubject : public Subject {
 public:
  explicit ResponseSubject(const h1_limits& limits,
                           uint32_t tolerances = H1_TOLERATE_NOTHING)
      : ResponseSubject(limits, tolerances, limits.header_count) {}
  ResponseSubject(const h1_limits& limits, uint32_t tolerances, size_t capacity)
      : limits_(limits), tolerances_(tolerances), storage_(capacity) {}

  void Init(h1_scan_level level) override {
    h1_response_decoder_init(&decoder_, &limits_, level, storage_.data(),
                             storage_.size());
    if (tolerances_ != 0) h1_response_tolerate(&decoder_, tolerances_);
  }
  h1_step Step(h1_slice head) override {
    h1_response_decoder copy;
    memcpy(&copy, &decoder_, sizeof copy);
    memset(&out_, 0xa5, sizeof out_);
    consumed_ = 0;
    step_ = h1_response_decode(&copy, head, &out_, &consumed_);
    memcpy(&decoder_, &copy, sizeof copy);
    head_ = head;
    return step_;
  }
  std::string Text() const override {
    if (step_ == H1_NEED_INPUT) return "more";
    EXPECT_TRUE(Inside(out_.reason, head_));
    const std::string status = std::to_string(out_.status);
    if (step_ == H1_FAILED) {
      EXPECT_EQ(out_.fields.count, 0u);
      return std::string(h1_error_name(h1_response_error(&decoder_))) + "@" +
             std::to_string(h1_response_error_offset(&decoder_)) + " " +
             status + StringOf(out_.reason);
    }
    EXPECT_EQ(h1_response_error(&decoder_), H1_OK);
    EXPECT_EQ(out_.tolerances, tolerances_);
    return status + "|1." + std::to_string(out_.minor_version) + "|" +
           StringOf(out_.reason) + "|" + TextOf(out_.fields) + "|" +
           std::to_string(consumed_);
  }
  size_t Decided() const override {
    if (step_ != H1_FAILED) return consumed_;
    const size_t at = h1_response_error_offset(&decoder_);
    return at == limits_.head_bytes ? at : at + 1;
  }

 private:
  h1_limits limits_;
  uint32_t tolerances_;
  std::vector<h1_header> storage_;
  h1_response_decoder decoder_;
  h1_response out_;
  h1_slice head_{nullptr, 0};
  size_t consumed_ = 0;
  h1_step step_ = H1_NEED_INPUT;
};

}  // namespace h1_test

#endif  // H1_PARSER_TESTING_RESPONSE_SUBJECT_H_
