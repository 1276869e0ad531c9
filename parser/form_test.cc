#include "parser/target.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using std::string_literals::operator""s;

std::vector<std::pair<std::string, std::string>> Pairs(const std::string& s) {
  const Guarded input(s);
  h1_slice rest = input.slice();
  h1_slice name, value;
  std::vector<std::pair<std::string, std::string>> pairs;
  while (h1_form_next(&rest, &name, &value)) {
    pairs.emplace_back(StringOf(name), StringOf(value));
  }
  EXPECT_EQ(rest.len, 0u);
  EXPECT_EQ(name.len + value.len, 0u);
  EXPECT_FALSE(h1_form_next(&rest, &name, &value));
  return pairs;
}

TEST(Form, SplitsPairs) {
  using P = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(Pairs(""), P{});
  EXPECT_EQ(Pairs("&"), P{});
  EXPECT_EQ(Pairs("&&&"), P{});
  EXPECT_EQ(Pairs("a"), (P{{"a", ""}}));
  EXPECT_EQ(Pairs("a="), (P{{"a", ""}}));
  EXPECT_EQ(Pairs("=b"), (P{{"", "b"}}));
  EXPECT_EQ(Pairs("="), (P{{"", ""}}));
  EXPECT_EQ(Pairs("a=b"), (P{{"a", "b"}}));
  EXPECT_EQ(Pairs("a=b=c"), (P{{"a", "b=c"}}));
  EXPECT_EQ(Pairs("a=b&c=d"), (P{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(Pairs("&a=b&&c&"), (P{{"a", "b"}, {"c", ""}}));
  EXPECT_EQ(Pairs("a&b=c&=&d=+%3d"),
            (P{{"a", ""}, {"b", "c"}, {"", ""}, {"d", "+%3d"}}));
}

TEST(Form, DecodesPlusAndEscapes) {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"a", "a"},
                                                      {"a+b", "a b"},
                                                      {"+++", "   "},
                                                      {"%2b", "+"},
                                                      {"%41%2B+", "A+ "},
                                                      {"%00%ff", "\0\xff"s},
                                                      {"%2525", "%25"},
                                                      {"a=b&c", "a=b&c"}};
  for (const auto& [in, expected] : rows) {
    SCOPED_TRACE(in);
    const Guarded input(in);
    Guarded room(std::string(in.size(), '#'));
    size_t size = 99;
    ASSERT_EQ(h1_form_decode(input.slice(), room.room(), &size), H1_OK);
    EXPECT_EQ(StringOf({room.data(), size}), expected);
    // In place.
    Guarded both(in);
    ASSERT_EQ(h1_form_decode(both.slice(), both.room(), &size), H1_OK);
    EXPECT_EQ(StringOf({both.data(), size}), expected);
  }
}

TEST(Form, RefusesMalformedEscapesAndLittleRoom) {
  for (const char* in : {"%", "a%", "%4", "%4g", "%g4", "%%41", "a+%2"}) {
    const Guarded input{std::string(in)};
    Guarded room(std::string(input.size(), '#'));
    size_t size = 99;
    EXPECT_EQ(h1_form_decode(input.slice(), room.room(), &size),
              H1_PATH_ENCODING)
        << in;
    EXPECT_EQ(size, 0u);
  }
  Guarded room(std::string(2, '#'));
  size_t size = 99;
  EXPECT_EQ(h1_form_decode(SliceOf("abc"), room.room(), &size), H1_NO_MEMORY);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(StringOf(room.slice()), "##");
}

}  // namespace
