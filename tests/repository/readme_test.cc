// The reference pages against what they describe: options, defaults and ranges,
// refusal reasons, names of metrics and log keys, and the program that shows
// how the codecs are embedded. Whoever changes one must change the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "parser/error.h"
#include "tests/support/client.h"
#include "tests/support/json.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using Row = std::vector<std::string>;
using Rows = std::map<std::string, Row>;  // by the first cell

const char kConfig[] = "server/config/README.md";
const char kLog[] = "server/log/README.md";
const char kMetrics[] = "server/metrics/README.md";
const char kReasons[] = "parser/REASONS.md";
const char kEmbedding[] = "parser/README.md";

std::string Page(const char* name) {
  const std::string text = ReadFileText(DataFile(name));
  EXPECT_NE(text, "") << DataFile(name);
  return text;
}

std::string Cell(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.size() >= 2 && text.front() == '`' && text.back() == '`') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

// The rows below every table head of a page that begins with `head`. A name
// that stands twice is a failure.
Rows Table(const char* page, const std::string& head) {
  Rows rows;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(Page(page), '\n')) {
    if (absl::StartsWith(line, head)) {
      inside = true;
    } else if (!absl::StartsWith(line, "|")) {
      inside = false;
    } else if (inside && !absl::StartsWith(line, "|---")) {
      Row row;
      for (absl::string_view cell : absl::StrSplit(
               absl::StripPrefix(absl::StripSuffix(line, "|"), "|"), '|')) {
        row.push_back(Cell(cell));
      }
      EXPECT_TRUE(rows.emplace(row[0], row).second) << row[0] << " twice";
    }
  }
  EXPECT_FALSE(rows.empty()) << page << ": " << head;
  return rows;
}

Finished RunServer(const Args& args) {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  return RunProgram(command);
}

// "--name=VALUE" and default, as --help shows them; empty for those without.
std::map<std::string, std::string> HelpOptions() {
  const Finished help = RunServer({"--help"});
  EXPECT_EQ(help.exit, 0) << help.err;
  std::map<std::string, std::string> options;
  std::string name;
  for (absl::string_view line : absl::StrSplit(help.out, '\n')) {
    const bool begins = absl::StartsWith(line, "  --");
    if (begins) {
      name = std::string(line.substr(2, line.find_first_of(" ", 2) - 2));
      options[name] = "";
      line.remove_prefix(2 + name.size());
    } else if (!absl::StartsWith(line, "      ")) {
      name.clear();
    }
    if (!name.empty()) {
      absl::StrAppend(&options[name], " ", absl::StripAsciiWhitespace(line));
    }
  }
  for (auto& option : options) {
    const size_t from = option.second.rfind('[');
    option.second =
        absl::EndsWith(option.second, "]") && from != std::string::npos
            ? option.second.substr(from + 1, option.second.size() - from - 2)
            : "";
  }
  EXPECT_GT(options.size(), 20u);
  return options;
}

std::vector<std::string> Names(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.first);
  return names;
}

TEST(ReadmeOptions, AreThoseOfHelpWithTheSameDefaults) {
  std::map<std::string, std::string> written;
  for (const auto& row : Table(kConfig, "| option |")) {
    ASSERT_EQ(row.second.size(), 4u) << row.first;
    written[row.first] = row.second[1];
  }
  for (const auto& row : Table(kConfig, "| instead of serving |")) {
    written[row.first] = "";
  }
  EXPECT_THAT(written, testing::ContainerEq(HelpOptions()));
}

// The server says what it allows when it is given what it never does.
TEST(ReadmeOptions, HaveTheRangesThatTheServerNames) {
  for (const auto& row : Table(kConfig, "| option |")) {
    ASSERT_EQ(row.second.size(), 4u) << row.first;
    const std::string name = row.first.substr(0, row.first.find_first_of("[="));
    const Finished done = RunServer({absl::StrCat(name, "=\t")});
    EXPECT_EQ(done.exit, 2) << name;
    const std::vector<std::string> parts =
        absl::StrSplit(absl::StripAsciiWhitespace(done.err), "; allowed: ");
    ASSERT_EQ(parts.size(), 2u) << done.err;
    // What the units are is said once for all.
    const std::string allowed =
        absl::StrReplaceAll(parts[1], {{" (bytes, or with K, M, G)", ""},
                                       {" (seconds, or with ms, s, m)", ""},
                                       {" (octal)", ""}});
    EXPECT_EQ(row.second[2], allowed) << name;
  }
}

// --help ends with "Exit status: 0 done, 1 failure (...), ...".
TEST(ReadmeExit, HasTheStatusesOfHelp) {
  const Finished help = RunServer({"--help"});
  const size_t at = help.out.find("Exit status: ");
  ASSERT_NE(at, std::string::npos);
  std::vector<std::string> statuses;
  for (absl::string_view word : absl::StrSplit(
           help.out.substr(at), absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    if (word[0] >= '0' && word[0] <= '9') statuses.emplace_back(word);
  }
  EXPECT_THAT(Names(Table(kConfig, "| exit status |")),
              testing::UnorderedElementsAreArray(statuses));
}

TEST(ReadmeReasons, AreThoseOfTheListWithStatusAndSection) {
  Rows written = Table(kReasons, "| reason | status |");
  for (int i = H1_OK + 1; i < H1_ERROR_COUNT; i++) {
    const h1_error e = static_cast<h1_error>(i);
    const auto found = written.find(h1_error_name(e));
    ASSERT_NE(found, written.end()) << h1_error_name(e) << " is missing";
    const Row& row = found->second;
    ASSERT_EQ(row.size(), 4u) << row[0];
    const int status = h1_error_status(e);
    EXPECT_EQ(row[1], status == 0 ? "none" : absl::StrCat(status)) << row[0];
    EXPECT_EQ(row[2], h1_error_section(e)) << row[0];
    EXPECT_NE(row[3], "") << row[0];
    written.erase(found);
  }
  EXPECT_THAT(Names(written), testing::IsEmpty()) << "not in error.h";
}

TEST(ReadmeMetrics, AreThoseOfTheServerInBothForms) {
  Server server;
  const Rows written = Table(kMetrics, "| Prometheus | JSON |");
  const Json json = server.Metrics();
  for (const auto& row : written) {
    EXPECT_NE(json.At(row.second[1]).kind, Json::kInvalid) << row.second[1];
  }
  const Response text = server.Connect().Get("/_metrics?format=prometheus");
  std::vector<std::string> names;
  for (absl::string_view line : absl::StrSplit(text.body, '\n')) {
    if (!absl::ConsumePrefix(&line, "# TYPE ")) continue;
    names.emplace_back(line.substr(0, line.find(' ')));
  }
  EXPECT_THAT(Names(written), testing::UnorderedElementsAreArray(names));
  size_t leaves = 0;
  for (const auto& member : json.members) {
    const bool group =
        member.second.kind == Json::kObject && member.first != "responses" &&
        member.first != "refusals" && member.first != "latency_us" &&
        member.first != "precompressed_unused";
    leaves += group ? member.second.members.size() : 1;
  }
  EXPECT_EQ(leaves, written.size())
      << "a member of the JSON is not in the page";
}

TEST(ReadmeLog, HasTheKeysOfALine) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  server.Stop();
  const Json line =
      ParseJson(absl::StripSuffix(ReadFileText(dir.File("log")), "\n"));
  ASSERT_EQ(line.kind, Json::kObject);
  std::vector<std::string> keys;
  for (const auto& member : line.members) keys.push_back(member.first);
  EXPECT_THAT(Names(Table(kLog, "| key | value |")),
              testing::UnorderedElementsAreArray(keys));
}

// The text between the first line `fence` after `from` and the next fence.
std::string Block(const char* page, const std::string& from,
                  const std::string& fence) {
  const std::string text = Page(page);
  size_t at = text.find(from);
  at = at == std::string::npos ? at : text.find("\n" + fence + "\n", at);
  EXPECT_NE(at, std::string::npos) << page << ": " << from;
  if (at == std::string::npos) return "";
  at += fence.size() + 2;
  const std::string block = text.substr(at, text.find("\n```", at) + 1 - at);
  EXPECT_NE(block, "") << from;
  return block;
}

TEST(ReadmeConfig, TheFileIsAccepted) {
  TempDir dir;
  dir.Write("httpd.conf", Block(kConfig, "`key = value`", "```ini"));
  const Finished done =
      RunServer({"--config", dir.File("httpd.conf"), "--root", dir.path(),
                 "--listen", "127.0.0.1:0", "--check"});
  EXPECT_EQ(done.exit, 0) << done.err;
}

// The commands of a console block and what they print must be as shown. `show`
// is compiled from the block of C before it.
TEST(ReadmeExample, PrintsWhatIsShown) {
  const std::string show = DataFile("tests/repository/readme_show");
  const std::string shown =
      Block(kEmbedding, "## Embedding the codecs", "```console");
  std::string expected, commands;
  for (absl::string_view line : absl::StrSplit(shown, '\n')) {
    if (absl::ConsumePrefix(&line, "$ ")) {
      absl::StrAppend(&commands, line, "\n");
    } else if (!line.empty()) {
      absl::StrAppend(&expected, line, "\n");
    }
  }
  ASSERT_TRUE(absl::StrContains(commands, "| ./show\n")) << commands;
  Command command;
  command.argv = {"/bin/sh", "-c",
                  absl::StrReplaceAll(commands, {{"./show", show}})};
  const Finished done = RunProgram(command);
  EXPECT_EQ(done.out, expected) << done.err;
}

}  // namespace
}  // namespace h1_test
