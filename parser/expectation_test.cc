#include "parser/framing.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"

namespace {

using h1_test::Lines;
using h1_test::Message;
using h1_test::Show;

TEST(Expectation, KnowsOnly100Continue) {
  struct Row {
    int minor;
    std::vector<std::string> expect;
    h1_error error;
    bool expects;
  };
  const Row rows[] = {
      {1, {}, H1_OK, false},
      {0, {}, H1_OK, false},
      {1, {"100-continue"}, H1_OK, true},
      {1, {"100-Continue"}, H1_OK, true},
      {1, {"100-CONTINUE"}, H1_OK, true},
      {1, {"100-continue, 100-continue"}, H1_OK, true},
      {1, {"100-continue", "100-continue"}, H1_OK, true},
      {1, {", 100-continue ,"}, H1_OK, true},
      {1, {""}, H1_OK, false},
      {1, {"100-continues"}, H1_EXPECT_UNKNOWN, false},
      {1, {"100"}, H1_EXPECT_UNKNOWN, false},
      {1, {"200-ok"}, H1_EXPECT_UNKNOWN, false},
      {1, {"100-continue;a=b"}, H1_EXPECT_UNKNOWN, false},
      {1, {"\"100-continue\""}, H1_EXPECT_UNKNOWN, false},
      {1, {"a=\"b,100-continue\""}, H1_EXPECT_UNKNOWN, false},
      {1, {"100-continue, other"}, H1_EXPECT_UNKNOWN, false},
      {1, {"other", "100-continue"}, H1_EXPECT_UNKNOWN, false},
      {1, {"100-continue", "other"}, H1_EXPECT_UNKNOWN, false},
      {0, {"100-continue"}, H1_OK, false},
      {0, {"other"}, H1_OK, false},
  };
  for (const Row& row : rows) {
    Lines lines;
    for (const std::string& value : row.expect) {
      lines.push_back({"Expect", value});
    }
    SCOPED_TRACE(Show(lines) + std::to_string(row.minor));
    Message message(lines);
    const h1_request r = message.Request("POST", "/", row.minor);
    bool expects = !row.expects;
    EXPECT_EQ(h1_expectation_of_request(&r, &expects), row.error);
    EXPECT_EQ(expects, row.expects);
  }
}

}  // namespace
