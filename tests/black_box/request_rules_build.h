// How the rows of request_rules.h are written, and by whom.
#ifndef H1_TESTS_BLACK_BOX_REQUEST_RULES_BUILD_H_
#define H1_TESTS_BLACK_BOX_REQUEST_RULES_BUILD_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/black_box/request_rules.h"
#include "tests/support/requests.h"

namespace h1_test {

// Lines, request line, target, fields and Host.
void AddRefusedHeads(std::vector<Refused>* rows);
// Length, coding, chunks and trailers.
void AddRefusedBodies(std::vector<Refused>* rows);

// A GET with these lines and no Host of ours.
inline std::string Hosts(absl::string_view lines) {
  return absl::StrCat("GET / HTTP/1.1\r\n", lines, "\r\n");
}
// A POST with these framing lines and what follows the head.
inline std::string Framed(absl::string_view lines,
                          absl::string_view rest = "hello") {
  return Post(lines, rest);
}
inline std::string Length(absl::string_view value,
                          absl::string_view rest = "hello") {
  return Framed(absl::StrCat("Content-Length:", value, "\r\n"), rest);
}
inline std::string Coding(absl::string_view value) {
  return Framed(absl::StrCat("Transfer-Encoding:", value, "\r\n"),
                "5\r\nhello\r\n0\r\n\r\n");
}
inline std::string Trailers(absl::string_view lines) {
  return PostChunked(absl::StrCat("5\r\nhello\r\n0\r\n", lines, "\r\n"));
}
// Data of one byte a chunk, each with an extension of `ext` bytes.
inline std::string TinyChunks(size_t count, size_t ext) {
  std::string wire;
  for (size_t i = 0; i < count; i++) {
    absl::StrAppend(&wire, "1;", std::string(ext - 1, 'e'), "\r\nx\r\n");
  }
  return PostChunked(wire + "0\r\n\r\n");
}

}  // namespace h1_test

#endif  // H1_TESTS_BLACK_BOX_REQUEST_RULES_BUILD_H_
