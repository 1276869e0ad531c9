#include "tests/black_box/explanation.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace h1_test {

const TempDir& Folder() {
  static const TempDir* dir = [] {
    auto* made = new TempDir;
    made->Write("www/file.txt", "0123456789");
    made->Write("www/folder/index.html", "<p>");
    return made;
  }();
  return *dir;
}

std::set<std::string>& SeenKeys() {
  static auto* keys = new std::set<std::string>;
  return *keys;
}

bool LeftOut() {
  static int rows = 0;
  return ServerIsSanitized() && !LongRun() && rows++ % 4 != 0;
}

namespace {

void Parse(Explained* e) {
  Block* block = nullptr;
  bool ended = false;
  for (absl::string_view line : absl::StrSplit(e->text, '\n')) {
    if (line.empty()) continue;
    for (char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << e->text;
    if (absl::ConsumePrefix(&line, "  ")) {
      const std::pair<std::string, std::string> pair =
          absl::StrSplit(line, absl::MaxSplits(": ", 1));
      ASSERT_NE(block, nullptr) << e->text;
      SeenKeys().insert(pair.first);
      block->lines.push_back(pair);
      continue;
    }
    ASSERT_FALSE(ended) << e->text;
    ended = line == "end";
    if (!ended) e->requests.emplace_back();
    block = ended ? &e->end : &e->requests.back();
    block->title = std::string(line);
    SeenKeys().insert(std::string(line.substr(0, line.find(' '))));
  }
  EXPECT_TRUE(ended) << e->text << e->err;
}

}  // namespace

Finished RunExplain(const std::string& bytes, const Args& options) {
  Folder().Write("input", bytes);
  Command command;
  command.argv = {"/bin/sh", "-c", "exec \"$0\" \"$@\" < \"$H1_TEST_INPUT\"",
                  ServerBinary(), "--explain"};
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  command.argv.insert(command.argv.end(), {"--root", Folder().File("www")});
  command.env = {{"H1_TEST_INPUT", Folder().File("input")}};
  return RunProgram(command);
}

Explained Explain(const std::string& bytes, const Args& options) {
  const Finished done = RunExplain(bytes, options);
  Explained e;
  e.exit = done.exit;
  e.text = done.out;
  e.err = done.err;
  EXPECT_EQ(done.err, "") << absl::CHexEscape(bytes.substr(0, 200));
  Parse(&e);
  return e;
}

}  // namespace h1_test
