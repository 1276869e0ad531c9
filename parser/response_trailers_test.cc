// Trailer sections of responses: forbidden fields are handed out apart.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "parser/response.h"
#include "parser/testing/every_way.h"

namespace {

using h1_test::EveryWay;
using h1_test::Subject;
using h1_test::TextOf;

// Writes a result as "{Name=value}...|{Apart=value}...|end" or "reason@offset".
class TrailersSubject : public Subject {
 public:
  TrailersSubject(size_t bytes, size_t count, uint32_t tolerances)
      : limits_(h1_limits_default()), tolerances_(tolerances), storage_(count) {
    limits_.trailer_bytes = bytes;
    limits_.trailer_count = count;
  }
  void Init(h1_scan_level level) override {
    h1_response_trailers_decoder_init(&decoder_, &limits_, level,
                                      storage_.data(), storage_.size(),
                                      tolerances_);
  }
  h1_step Step(h1_slice section) override {
    h1_fields_decoder copy;
    memcpy(&copy, &decoder_, sizeof copy);
    consumed_ = 0;
    step_ = h1_response_trailers_decode(&copy, section, &fields_, &apart_,
                                        &consumed_);
    memcpy(&decoder_, &copy, sizeof copy);
    return step_;
  }
  std::string Text() const override {
    if (step_ == H1_NEED_INPUT) return "more";
    if (step_ == H1_FAILED) {
      return std::string(h1_error_name(h1_trailers_error(&decoder_))) + "@" +
             std::to_string(h1_trailers_error_offset(&decoder_));
    }
    return TextOf(fields_) + "|" + TextOf(apart_) + "|" +
           std::to_string(consumed_);
  }
  size_t Decided() const override {
    if (step_ != H1_FAILED) return consumed_;
    const size_t at = h1_trailers_error_offset(&decoder_);
    return at == limits_.trailer_bytes ? at : at + 1;
  }

 private:
  h1_limits limits_;
  uint32_t tolerances_;
  std::vector<h1_header> storage_;
  h1_fields_decoder decoder_;
  h1_fields fields_, apart_;
  size_t consumed_ = 0;
  h1_step step_ = H1_NEED_INPUT;
};

void Expect(const std::string& section, const std::string& expected,
            uint32_t tolerances = H1_TOLERATE_NOTHING, size_t bytes = 4096,
            size_t count = 8) {
  SCOPED_TRACE(h1_test::Visible(section));
  TrailersSubject subject(bytes, count, tolerances);
  EveryWay(section).Expect(subject, expected);
}

TEST(ResponseTrailers, AreHandedOutWithForbiddenOnesApart) {
  Expect("\r\n", "||2");
  Expect("A: b\r\n\r\n", "{A=b}||8");
  Expect("Content-Type: text/plain\r\n\r\n", "|{Content-Type=text/plain}|28");
  Expect("A: 1\r\nHost: 2\r\nB: 3\r\nTE: 4\r\nhost: 5\r\nC: 6\r\n\r\n",
         "{A=1}{B=3}{C=6}|{Host=2}{TE=4}{host=5}|45");
  Expect("Date: 1\r\nDate: 2\r\n\r\n", "{Date=1}{Date=2}||20");
}

TEST(ResponseTrailers, EveryForbiddenFieldIsApart) {
  std::string section, fields, apart;
  for (int id = H1_FIELD_OTHER + 1; id < H1_FIELD_COUNT; id++) {
    const auto field = static_cast<h1_field_id>(id);
    const std::string name = h1_field_name(field);
    section += name + ": v\r\n";
    const bool forbidden = (h1_field_flags(field) & H1_FIELD_NOT_TRAILER) != 0;
    (forbidden ? apart : fields) += "{" + name + "=v}";
  }
  section += "\r\n";
  Expect(section, fields + "|" + apart + "|" + std::to_string(section.size()),
         H1_TOLERATE_NOTHING, 4096, H1_FIELD_COUNT);
}

TEST(ResponseTrailers, CountBothKinds) {
  const std::string section = "A: 1\r\nHost: 2\r\nB: 3\r\n\r\n";
  Expect(section, "{A=1}{B=3}|{Host=2}|23", 0, 4096, 3);
  Expect(section, "trailer_count@15", 0, 4096, 2);
  Expect(section, "trailer_count@6", 0, 4096, 1);
  Expect(section, "trailer_count@0", 0, 4096, 0);
  Expect(section, "trailer_too_large@22", 0, 22, 3);
}

TEST(ResponseTrailers, AreStrictUnlessTold) {
  const std::string folded =
      "A: 1\r\nHost: 2\r\n 3\r\n\t4\r\nB: 5\r\n 6\r\n\r\n";
  Expect(folded, "field_folded@15");
  Expect(folded, "{A=1}{B=5\r\n 6}|{Host=2\r\n 3\r\n\t4}|35",
         H1_TOLERATE_FOLDS);
  Expect("A : 1\r\n\r\n", "field_name_space@1");
  Expect("A : 1\r\n\r\n", "{A=1}||9", H1_TOLERATE_PROXY);
  Expect("A: \x01\r\n\r\n", "field_value_invalid@3");
  Expect("A: \x01\r\n\r\n", "{A=\x01}||8", H1_TOLERATE_USER_AGENT);
  Expect("A: 1\n\n", "bare_lf@4");
  Expect("A: 1\n\n", "{A=1}||6", H1_TOLERATE_BARE_LF);
  Expect(" A: 1\r\n\r\n", "field_first_space@0", H1_TOLERATE_FOLDS);
  Expect(": 1\r\n\r\n", "field_name_empty@0", H1_TOLERATE_USER_AGENT);
  Expect("A: 1\r\n\rB", "bare_cr@7", H1_TOLERATE_USER_AGENT);
}

}  // namespace
