#include "parser/lists.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Lines;
using h1_test::Message;
using h1_test::StringOf;

TEST(List, WalksMembersOfAllLinesInOrder) {
  const struct {
    std::vector<std::string> lines;
    std::vector<std::string> members;
    bool malformed;
  } cases[] = {
      {{}, {}, false},
      {{""}, {}, false},
      {{" "}, {}, false},
      {{","}, {}, false},
      {{", ,\t,"}, {}, false},
      {{"a"}, {"a"}, false},
      {{"a,b"}, {"a", "b"}, false},
      {{" a \t,\t b "}, {"a", "b"}, false},
      {{",a,,b,"}, {"a", "b"}, false},
      {{"a", "b"}, {"a", "b"}, false},
      {{"a,", "", ",b", "c"}, {"a", "b", "c"}, false},
      {{"a b"}, {"a b"}, false},
      {{"\"a,b\",c"}, {"\"a,b\"", "c"}, false},
      {{"a=\"x,y\";b=\"z\",c"}, {"a=\"x,y\";b=\"z\"", "c"}, false},
      {{"\"a\\\",b\",c"}, {"\"a\\\",b\"", "c"}, false},
      {{"\"a\\\\\",b"}, {"\"a\\\\\"", "b"}, false},
      {{"\"\",b"}, {"\"\"", "b"}, false},
      {{"a\\,b"}, {"a\\", "b"}, false},  // Outside quotes it escapes nothing.
      {{"\"a,b", "c"}, {"\"a,b", "c"}, true},
      {{"a,\""}, {"a", "\""}, true},
      {{"\"\\"}, {"\"\\"}, true},
      {{"\"\\\""}, {"\"\\\""}, true},
      {{"\"a "}, {"\"a"}, true},
  };
  for (const auto& c : cases) {
    // Lines of other fields in between must have no effect.
    Lines lines;
    std::string trace;
    for (const auto& line : c.lines) {
      lines.push_back({"X-Other", "x,y"});
      lines.push_back({"Accept", line});
      trace += line + "|";
    }
    lines.push_back({"Host", "z"});
    SCOPED_TRACE(trace);
    const Message message(lines);
    h1_list list = {};
    list.fields = message.fields();
    list.id = H1_FIELD_ACCEPT;
    std::vector<std::string> members;
    h1_slice member;
    while (h1_list_next(&list, &member)) {
      ASSERT_LT(members.size(), 100u);
      members.push_back(StringOf(member));
    }
    EXPECT_EQ(members, c.members);
    EXPECT_EQ(list.malformed, c.malformed);
    EXPECT_FALSE(h1_list_next(&list, &member)) << "the end stays the end";
  }
}

// A field without an id of its own is walked by its name, over all its lines
// and over none of another such field.
TEST(ListNext, WalksAFieldWithoutAnIdByItsName) {
  const Message message({{"X-Other", "x,y"},
                         {"vary", "a"},
                         {"Accept", "z"},
                         {"VARY", "b, c"},
                         {"Vary-", "d"}});
  const auto walk = [&](const std::string& name) {
    h1_list list = {};
    list.fields = message.fields();
    list.name = h1_test::SliceOf(name);
    std::vector<std::string> members;
    h1_slice member;
    while (members.size() < 100 && h1_list_next(&list, &member)) {
      members.push_back(StringOf(member));
    }
    return members;
  };
  using Members = std::vector<std::string>;
  EXPECT_EQ(walk("Vary"), (Members{"a", "b", "c"}));
  EXPECT_EQ(walk("x-other"), (Members{"x", "y"}));
  EXPECT_EQ(walk("ACCEPT"), (Members{"z"}));
  EXPECT_EQ(walk("var"), Members{});
  EXPECT_EQ(walk(""), Members{});
}

}  // namespace
