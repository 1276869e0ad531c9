// The table of odd responses in parser/README.md says what we do.
#include "tests/differential/odd_responses.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace differential {
namespace {

std::string FileText(const std::string& path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(OddResponses, AreReadAsTheTableSays) {
  const auto all =
      ParseOddResponses(FileText("tests/differential/odd_responses.txt"));
  const std::string readme = FileText("parser/README.md");
  ASSERT_EQ(all.size(), 37u);
  for (const auto& odd : all) {
    ASSERT_FALSE(odd.bytes.empty()) << odd.what;
    const std::string row = absl::StrCat(
        "\n| ", odd.what, " | ", absl::StrJoin(VerdictsOf(odd), " | "), " | ");
    EXPECT_NE(readme.find(row), std::string::npos)
        << "parser/README.md lacks the row " << row;
  }
}

}  // namespace
}  // namespace differential
