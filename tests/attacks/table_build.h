// How the rows of the attack table are written.
#ifndef H1_TESTS_ATTACKS_TABLE_BUILD_H_
#define H1_TESTS_ATTACKS_TABLE_BUILD_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/attacks/table.h"
#include "tests/support/requests.h"

namespace h1_test {

// What an attacker would like to be answered.
inline constexpr char kSmuggled[] =
    "GET /?smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

// Bytes with NULs among them, from a literal.
template <size_t N>
std::string Raw(const char (&bytes)[N]) {
  return std::string(bytes, N - 1);
}

// "hello" in one chunk, and the end.
inline constexpr char kChunkedHello[] = "5\r\nhello\r\n0\r\n\r\n";

class Table {
 public:
  // Refused: one answer, and the connection ends.
  void Refuse(const std::string& name, const std::string& reference,
              const std::string& bytes, const std::string& reason,
              int status = 400) {
    rows_.push_back({name, reference, bytes, status, reason, "", false});
  }
  // A sound message for which the answer is no; the connection goes on.
  void Deny(const std::string& name, const std::string& reference,
            const std::string& bytes, const std::string& reason, int status,
            const std::string& body = "") {
    rows_.push_back({name, reference, bytes, status, reason, body, true});
  }
  // Served, with this body read, and the connection goes on.
  void Serve(const std::string& name, const std::string& reference,
             const std::string& bytes, const std::string& body = "",
             int status = 200) {
    rows_.push_back({name, reference, bytes, status, "", body, true});
  }
  // Served, and the connection ends.
  void ServeLast(const std::string& name, const std::string& reference,
                 const std::string& bytes, const std::string& body = "") {
    rows_.push_back({name, reference, bytes, 200, "", body, false});
  }
  std::vector<Attack> Take() { return std::move(rows_); }

 private:
  std::vector<Attack> rows_;
};

}  // namespace h1_test

#endif  // H1_TESTS_ATTACKS_TABLE_BUILD_H_
