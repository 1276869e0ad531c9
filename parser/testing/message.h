// For unit tests of what reads decoded fields: a head made by hand, so that
// lines which no decoder lets through can be shown too.
#ifndef H1_PARSER_TESTING_MESSAGE_H_
#define H1_PARSER_TESTING_MESSAGE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parser/fields.h"
#include "parser/request.h"
#include "parser/response.h"
#include "tests/support/guarded.h"

namespace h1_test {

using Lines = std::vector<std::pair<std::string, std::string>>;

// Values come last in its bytes: the final one ends at the guard page.
class Message {
 public:
  explicit Message(const Lines& lines) {
    std::string names, values;
    for (const auto& line : lines) names += line.first;
    for (const auto& line : lines) values += line.second;
    bytes_ = std::make_unique<Guarded>(names + values);
    size_t name_at = 0, value_at = names.size();
    fields_.base = bytes_->slice();
    for (size_t i = 0; i < lines.size(); i++) {
      const auto& [name, value] = lines[i];
      const h1_field_id id = h1_field_lookup(SliceOf(name));
      headers_.push_back(
          {static_cast<uint32_t>(name_at), static_cast<uint32_t>(name.size()),
           static_cast<uint32_t>(value_at), static_cast<uint32_t>(value.size()),
           static_cast<uint32_t>(id)});
      if (!(fields_.seen >> id & 1)) {
        fields_.first[id] = static_cast<uint16_t>(i);
      }
      fields_.seen |= uint64_t{1} << id;
      name_at += name.size();
      value_at += value.size();
    }
    fields_.headers = headers_.data();
    fields_.count = headers_.size();
  }

  const h1_fields* fields() const { return &fields_; }

  h1_request Request(const std::string& method, const std::string& target,
                     int minor) {
    method_ = method;
    target_ = target;
    h1_request r = {};
    for (int m = H1_GET; m < H1_METHOD_COUNT; m++) {
      const h1_method known = static_cast<h1_method>(m);
      if (method == Name(known)) r.method = known;
    }
    r.method_text = SliceOf(method_);
    r.target = SliceOf(target_);
    r.minor_version = static_cast<uint8_t>(minor);
    r.fields = fields_;
    return r;
  }

  h1_response Response(uint16_t status, int minor) {
    h1_response r = {};
    r.status = status;
    r.minor_version = static_cast<uint8_t>(minor);
    r.fields = fields_;
    return r;
  }

 private:
  static const char* Name(h1_method m) {
    const char* const names[] = {"",      "GET",   "HEAD",   "POST",
                                 "PUT",   "PATCH", "DELETE", "OPTIONS",
                                 "TRACE", "QUERY"};
    return names[m];
  }

  std::unique_ptr<Guarded> bytes_;
  std::vector<h1_header> headers_;
  h1_fields fields_ = {};
  std::string method_, target_;
};

inline std::string Show(const Lines& lines) {
  std::string s;
  for (const auto& [name, value] : lines) s += name + ": " + value + " | ";
  return testing::PrintToString(s);
}

}  // namespace h1_test

#endif  // H1_PARSER_TESTING_MESSAGE_H_
