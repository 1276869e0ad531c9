#include "parser/target.h"

#include <cctype>
#include <cstdint>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using std::string_literals::operator""s;

std::string PercentEncoded(const std::string& in, bool keep_slash,
                           const std::string& expected) {
  const Guarded input(in);
  for (size_t len = 0; len < expected.size(); len++) {
    Guarded room(std::string(len, '#'));
    size_t size = 0;
    EXPECT_EQ(h1_percent_encode(input.slice(), keep_slash, room.room(), &size),
              H1_NEED_ROOM);
    EXPECT_EQ(size, expected.size());
    EXPECT_EQ(StringOf(room.slice()), std::string(len, '#'));
  }
  Guarded room(std::string(expected.size(), '#'));
  size_t size = 0;
  EXPECT_EQ(h1_percent_encode(input.slice(), keep_slash, room.room(), &size),
            H1_DONE);
  EXPECT_EQ(size, expected.size());
  return StringOf(room.slice());
}

TEST(PercentEncode, EscapesAllButUnreserved) {
  struct Row {
    std::string in;
    bool keep_slash;
    std::string out;
  };
  const Row rows[] = {
      {"", false, ""},
      {"azAZ09-._~", false, "azAZ09-._~"},
      {"a/b", true, "a/b"},
      {"a/b", false, "a%2Fb"},
      {" \"%\\", true, "%20%22%25%5C"},
      {"\r\n\0\x7f\xff"s, true, "%0D%0A%00%7F%FF"},
      {"//evil", false, "%2F%2Fevil"},
      {"@[`{:;&=+,?#", true, "%40%5B%60%7B%3A%3B%26%3D%2B%2C%3F%23"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(PercentEncoded(row.in, row.keep_slash, row.out), row.out);
  }
}

TEST(PercentEncode, IsUndoneByTheFormDecoder) {
  std::string all;
  for (int c = 0; c < 256; c++) all += static_cast<char>(c);
  std::string encoded(3 * all.size(), '#');
  size_t size = 0;
  ASSERT_EQ(
      h1_percent_encode(
          SliceOf(all), false,
          {reinterpret_cast<uint8_t*>(&encoded[0]), encoded.size()}, &size),
      H1_DONE);
  encoded.resize(size);
  for (char c : encoded) EXPECT_TRUE(isalnum(c) || strchr("-._~%", c)) << c;
  std::string back(size, '#');
  ASSERT_EQ(h1_form_decode(SliceOf(encoded),
                           {reinterpret_cast<uint8_t*>(&back[0]), size}, &size),
            H1_OK);
  EXPECT_EQ(back.substr(0, size), all);
}

}  // namespace
