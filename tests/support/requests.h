// Requests as raw bytes, sound except for what the caller puts into them.
#ifndef H1_TESTS_SUPPORT_REQUESTS_H_
#define H1_TESTS_SUPPORT_REQUESTS_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace h1_test {

// A request with this request line.
inline std::string WithLine(absl::string_view line) {
  return absl::StrCat(line, "\r\nHost: a\r\n\r\n");
}
inline std::string WithTarget(absl::string_view target) {
  return WithLine(absl::StrCat("GET ", target, " HTTP/1.1"));
}
// A GET with these lines beside Host; each brings its CRLF.
inline std::string WithFields(absl::string_view lines) {
  return absl::StrCat("GET / HTTP/1.1\r\nHost: a\r\n", lines, "\r\n");
}
// A POST with these lines beside Host, and what follows the head.
inline std::string Post(absl::string_view lines, absl::string_view rest) {
  return absl::StrCat("POST /submit HTTP/1.1\r\nHost: a\r\n", lines, "\r\n",
                      rest);
}
// A chunked POST whose body is this on the wire.
inline std::string PostChunked(absl::string_view wire) {
  return Post("Transfer-Encoding: chunked\r\n", wire);
}

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_REQUESTS_H_
