#include "parser/lists.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

TEST(Params, WalkNameAndValue) {
  const struct {
    std::string text;
    std::vector<std::string> params;  // name=value, quoted ones as name:value
    int end;
  } cases[] = {
      {"", {}, 0},
      {";", {}, 0},
      {" ; ; ", {}, 0},
      {";a=b", {"a=b"}, 0},
      {" ; a=b", {"a=b"}, 0},
      {"\t;\ta=b ;\tc=d", {"a=b", "c=d"}, 0},
      {";a=b;;c=d; ", {"a=b", "c=d"}, 0},
      {";a=\"b\"", {"a:b"}, 0},
      {";a=\"\"", {"a:"}, 0},
      {";a=\"x;y,z =\";b=c", {"a:x;y,z =", "b=c"}, 0},
      {";a=\"x\\\"y\"", {"a:x\\\"y"}, 0},
      {";a=\"x\\\\\"", {"a:x\\\\"}, 0},
      {";a=\"\t\xff\\\t\\\xff\"", {"a:\t\xff\\\t\\\xff"}, 0},
      {" ", {}, -1},
      {"a=b", {}, -1},
      {";a", {}, -1},
      {";a=", {}, -1},
      {";=b", {}, -1},
      {";a =b", {}, -1},
      {";a= b", {}, -1},
      {";a=b ", {"a=b"}, -1},
      {";a=b c=d", {"a=b"}, -1},
      {";a=b,c=d", {"a=b"}, -1},
      {";a=b/c", {"a=b"}, -1},
      {";a=\"b", {}, -1},
      {";a=\"b\\", {}, -1},
      {";a=\"b\\\"", {}, -1},
      {";a=\"", {}, -1},
      {";a=\"b\"c", {"a:b"}, -1},
      {";a=\"b\"\"c\"", {"a:b"}, -1},
      {";a=b\"c\"", {"a=b"}, -1},
      {std::string(";a=\"\0\"", 6), {}, -1},
      {";a=\"\x7f\"", {}, -1},
      {";a=\"\\\x01\"", {}, -1},
      {";\xe4=b", {}, -1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    h1_slice rest = in.slice(), name, value;
    bool quoted;
    std::vector<std::string> params;
    int step;
    while ((step = h1_param_next(&rest, &name, &value, &quoted)) > 0) {
      ASSERT_LT(params.size(), 10u);
      params.push_back(StringOf(name) + (quoted ? ":" : "=") + StringOf(value));
    }
    EXPECT_EQ(params, c.params);
    EXPECT_EQ(step, c.end);
    EXPECT_EQ(h1_param_next(&rest, &name, &value, &quoted), c.end);
    EXPECT_TRUE(c.end != 0 || rest.len == 0);
  }
}

}  // namespace
