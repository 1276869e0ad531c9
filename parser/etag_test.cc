#include "parser/etag.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::Lines;
using h1_test::Message;
using h1_test::StringOf;

TEST(Etag, DecodesWeakAndStrong) {
  const struct {
    std::string text;
    bool good, weak;
    std::string opaque;
  } cases[] = {
      {"\"\"", true, false, ""},
      {"\"a\"", true, false, "a"},
      {"W/\"a\"", true, true, "a"},
      {"W/\"\"", true, true, ""},
      {"\"a,b\"", true, false, "a,b"},
      {"\"a\\\"", true, false, "a\\"},
      {"\"\\\\\"", true, false, "\\\\"},
      {"\"!#~\x80\xff\"", true, false, "!#~\x80\xff"},
      {"", false, false, ""},
      {"\"", false, false, ""},
      {"W/\"", false, false, ""},
      {"W/", false, false, ""},
      {"W", false, false, ""},
      {"a", false, false, ""},
      {"a\"", false, false, ""},
      {"\"a", false, false, ""},
      {"w/\"a\"", false, false, ""},
      {"W\"a\"", false, false, ""},
      {"W/ \"a\"", false, false, ""},
      {"\"a b\"", false, false, ""},
      {"\"a\tb\"", false, false, ""},
      {"\"a\"b\"", false, false, ""},
      {"\"a\x7f\"", false, false, ""},
      {"\"a\x1f\"", false, false, ""},
      {"\"a\" ", false, false, ""},
      {"*", false, false, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    h1_etag tag = {};
    ASSERT_EQ(h1_etag_decode(in.slice(), &tag), c.good);
    if (!c.good) continue;
    EXPECT_EQ(tag.weak, c.weak);
    EXPECT_EQ(StringOf(tag.opaque), c.opaque);
  }
}

// RFC 9110 8.8.3.2, the table of comparisons, and lists of members.
TEST(Etag, ListsMatchByStrengthOfComparison) {
  const struct {
    std::vector<std::string> lines;
    std::string mine;  // "" for none
    bool strong, weak;
  } cases[] = {
      {{"W/\"1\""}, "W/\"1\"", false, true},
      {{"W/\"1\""}, "W/\"2\"", false, false},
      {{"W/\"1\""}, "\"1\"", false, true},
      {{"\"1\""}, "W/\"1\"", false, true},
      {{"\"1\""}, "\"1\"", true, true},
      {{"\"1\""}, "\"12\"", false, false},
      {{"\"a\", \"1\""}, "\"1\"", true, true},
      {{"\"a\",\"1\",\"b\""}, "\"1\"", true, true},
      {{",, \"1\" ,"}, "\"1\"", true, true},
      {{"\"a\"", "\"1\""}, "\"1\"", true, true},
      {{"\"a,1\""}, "\"1\"", false, false},
      {{"\"a,b\", \"1\""}, "\"1\"", true, true},
      {{"\"a,b\""}, "\"a,b\"", true, true},
      {{"\"a\\\", \"1\""}, "\"1\"", true, true},  // No escapes in a tag.
      {{"*"}, "\"1\"", true, true},
      {{" * "}, "", true, true},
      {{"\"*\""}, "", false, false},
      {{"\"1\""}, "", false, false},
      {{"1"}, "\"1\"", false, false},
      {{"\"1"}, "\"1\"", false, false},
      {{"\"1\" \"2\""}, "\"1\"", false, false},
      {{"junk, \"1\""}, "\"1\"", true, true},
      {{"**"}, "\"1\"", false, false},
      {{""}, "\"1\"", false, false},
      {{}, "\"1\"", false, false},
      {{}, "", false, false},
  };
  for (const auto& c : cases) {
    Lines lines;
    std::string trace;
    for (const auto& line : c.lines) {
      lines.push_back({"If-Match", "\"1\", *, W/\"1\""});
      lines.push_back({"If-None-Match", line});
      trace += line + "|";
    }
    SCOPED_TRACE(trace + " against " + c.mine);
    const Message message(lines);
    const Guarded mine_bytes(c.mine);
    h1_etag mine = {};
    const bool has = h1_etag_decode(mine_bytes.slice(), &mine);
    ASSERT_EQ(has, !c.mine.empty());
    const h1_etag* tag = has ? &mine : nullptr;
    EXPECT_EQ(h1_etag_list_matches(message.fields(), H1_FIELD_IF_NONE_MATCH,
                                   tag, true),
              c.strong);
    EXPECT_EQ(h1_etag_list_matches(message.fields(), H1_FIELD_IF_NONE_MATCH,
                                   tag, false),
              c.weak);
  }
}

}  // namespace
