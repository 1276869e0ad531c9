// What httpd --explain says, run and read.
#ifndef H1_TESTS_BLACK_BOX_EXPLANATION_H_
#define H1_TESTS_BLACK_BOX_EXPLANATION_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/support/requests.h"
#include "tests/support/server.h"

namespace h1_test {

using Lines = std::vector<std::pair<std::string, std::string>>;

struct Block {
  std::string title;
  Lines lines;

  std::string At(const std::string& key) const {
    for (const auto& line : lines) {
      if (line.first == key) return line.second;
    }
    return "";
  }
};

struct Explained {
  int exit = -1;
  std::string text, err;
  std::vector<Block> requests;
  Block end;

  std::string Answers() const {
    std::string all;
    for (const Block& r : requests) {
      if (!r.At("answer").empty()) absl::StrAppend(&all, r.At("answer"), " ");
    }
    return all;
  }
};

// The folder served as root, and where inputs lie.
const TempDir& Folder();

// Every key that any explanation of this process had.
std::set<std::string>& SeenKeys();

// Starting a program takes ten times as long with a sanitizer: of many rows of
// one kind, three of four are then left to the long run.
bool LeftOut();

Finished RunExplain(const std::string& bytes, const Args& options);
Explained Explain(const std::string& bytes, const Args& options = {});

inline std::string Get(absl::string_view target,
                       absl::string_view fields = "") {
  return absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: a\r\n", fields,
                      "\r\n");
}

}  // namespace h1_test

#endif  // H1_TESTS_BLACK_BOX_EXPLANATION_H_
