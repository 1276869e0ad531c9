// ATTACKS.md is the attack table for readers, by reference. It is written from
// the rows and from the tests themselves, and this test holds it to them:
//
//   H1_ATTACKS_OUT=$PWD/tests/attacks/ATTACKS.md \
//       bazel-bin/tests/attacks/document_test
//
// writes it anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tests/attacks/table.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

// Tests that are no rows of the table: their advisories stand in the comments
// above them.
const char* const kTestFiles[] = {"tests/attacks/encode_test.cc",
                                  "tests/attacks/files_test.cc",
                                  "tests/hostile/advisories_test.cc"};

// What each reference stands for, in the order in which it is found.
using ByReference = std::map<string, std::vector<string>>;

ByReference RowsByReference() {
  ByReference all;
  for (const Attack& row : RequestAttacks()) {
    all[row.reference].push_back(row.name);
  }
  for (const ResponseAttack& row : ResponseAttacks()) {
    all[row.reference].push_back("response: " + row.name);
  }
  return all;
}

// "Suite.Name" for the opening line of a test, else nothing.
string TestOf(const string& line) {
  static const std::regex opening("TEST(_F)?\\((\\w+), (\\w+)\\) \\{");
  std::smatch match;
  if (!std::regex_search(line, match, opening)) return "";
  return StrCat(match[2].str(), ".", match[3].str());
}

ByReference TestsByReference() {
  static const std::regex advisory("CVE-[0-9]{4}-[0-9]+");
  ByReference all;
  for (const char* file : kTestFiles) {
    std::set<string> above;  // named by the comment that ends here
    for (const string& line : std::vector<string>(
             absl::StrSplit(ReadFileText(DataFile(file)), '\n'))) {
      const string test = TestOf(line);
      if (!test.empty()) {
        for (const string& reference : above) all[reference].push_back(test);
      }
      if (line.compare(0, 2, "//") != 0) {
        above.clear();
        continue;
      }
      for (std::sregex_iterator at(line.begin(), line.end(), advisory), end;
           at != end; ++at) {
        above.insert(at->str());
      }
    }
  }
  return all;
}

// A cell of a Markdown table: one line, nothing of it markup.
string Cell(const string& text) {
  return absl::StrReplaceAll(
      absl::CHexEscape(text),
      {{"|", "\\|"}, {"<", "&lt;"}, {"*", "\\*"}, {"`", "'"}, {"_", "\\_"}});
}

// What the rows of one reference have in common is said once: the name of a
// row of a kind goes on after a colon.
string SomeOf(const std::vector<string>& names) {
  constexpr size_t kShown = 3;
  std::vector<string> kinds;
  for (const string& name : names) {
    const size_t colon = name.find(": ", sizeof "response: " - 1);
    const string kind = Cell(name.substr(0, colon));
    if (kinds.empty() || kinds.back() != kind) kinds.push_back(kind);
  }
  const string more = kinds.size() > kShown ? "; ..." : "";
  kinds.resize(std::min(kinds.size(), kShown));
  return absl::StrJoin(kinds, "; ") + more;
}

string Document() {
  const ByReference rows = RowsByReference();
  size_t count = 0;
  for (const auto& [reference, names] : rows) count += names.size();
  string text = StrCat(
      "# Attacks\n\n"
      "The known ways to make an HTTP/1 parser or server misread a message,\n"
      "each with the advisory or section it comes from. Written from the "
      "table\n"
      "and the tests by `document_test`, which also holds it to them; "
      "an\n"
      "advisory names one product that had the fault, not the only one.\n\n"
      "## Messages\n\n",
      count, " rows for ", rows.size(),
      " references, in [table.h](table.h) and the files beside it. Each\n"
      "is read whole, byte by byte and cut at every place, at every vector\n"
      "level, by the codecs (`codec_test`), and each request over a "
      "real\n"
      "socket before another request, which is answered exactly when the\n"
      "first was served (`socket_test`).\n\n"
      "| reference | rows | such as |\n|---|---:|---|\n");
  for (const auto& [reference, names] : rows) {
    absl::StrAppend(&text, "| ", reference, " | ", names.size(), " | ",
                    SomeOf(names), " |\n");
  }
  text +=
      "\n## Time, memory, files, and what is written\n\n"
      "| reference | test |\n|---|---|\n";
  for (const auto& [reference, tests] : TestsByReference()) {
    absl::StrAppend(&text, "| ", reference, " | `",
                    absl::StrJoin(tests, "`, `"), "` |\n");
  }
  return text;
}

TEST(AttackDocument, SaysWhatTheTestsDo) {
  const string text = Document();
  const char* out = getenv("H1_ATTACKS_OUT");
  if (out != nullptr) {
    FILE* file = fopen(out, "w");
    ASSERT_NE(file, nullptr) << out;
    EXPECT_EQ(fwrite(text.data(), 1, text.size(), file), text.size());
    EXPECT_EQ(fclose(file), 0);
    return;
  }
  EXPECT_EQ(ReadFileText(DataFile("tests/attacks/ATTACKS.md")), text)
      << "write it anew: see the top of tests/attacks/document_test.cc";
}

// The classes that this project has promised to cover, by one advisory each.
TEST(AttackDocument, CoversEveryClassThatWasPromised) {
  const ByReference rows = RowsByReference(), tests = TestsByReference();
  for (const char* advisory :
       {"CVE-2007-6750",  "CVE-2009-4487",  "CVE-2011-3192",  "CVE-2013-2028",
        "CVE-2013-4547",  "CVE-2013-5704",  "CVE-2016-1133",  "CVE-2017-7529",
        "CVE-2018-19052", "CVE-2020-25691", "CVE-2021-22959", "CVE-2021-41773",
        "CVE-2022-41556", "CVE-2023-30589", "CVE-2023-34188", "CVE-2023-39326",
        "CVE-2024-22019", "CVE-2024-49768", "CVE-2025-12642", "CVE-2025-43859",
        "CVE-2025-55315"}) {
    EXPECT_GT(rows.count(advisory) + tests.count(advisory), 0u) << advisory;
  }
}

}  // namespace
}  // namespace h1_test
