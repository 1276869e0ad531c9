// A strict JSON reader (RFC 8259) for what the server writes: log lines and
// metrics. Anything that is not exactly one JSON text is kInvalid.
#ifndef H1_TESTS_SUPPORT_JSON_H_
#define H1_TESTS_SUPPORT_JSON_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace h1_test {

struct Json {
  enum Kind { kInvalid, kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = kInvalid;
  double number = 0;
  bool boolean = false;
  std::string text;  // of a string, unescaped, as UTF-8
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> members;

  bool Has(absl::string_view key) const;
  // The member, or an invalid value.
  const Json& operator[](absl::string_view key) const;
  // Follows a path of keys separated by dots.
  const Json& At(absl::string_view path) const;
};

Json ParseJson(absl::string_view text);

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_JSON_H_
