#include "parser/decimal.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

TEST(Decimal, DecodesDigitsUpToTheLargestSignedNumber) {
  const struct {
    std::string text;
    bool good;
    uint64_t value;
    bool overflow;
  } cases[] = {
      {"0", true, 0, false},
      {"7", true, 7, false},
      {"007", true, 7, false},
      {std::string(100, '0') + "9", true, 9, false},
      {"1234567890", true, 1234567890, false},
      {"9223372036854775806", true, INT64_MAX - 1, false},
      {"9223372036854775807", true, INT64_MAX, false},
      {"9223372036854775808", false, 0, true},
      {"9223372036854775810", false, 0, true},
      {"10000000000000000000", false, 0, true},
      {"18446744073709551616", false, 0, true},
      {"184467440737095516160", false, 0, true},
      {std::string(100, '9'), false, 0, true},
      {std::string(100, '9') + "x", false, 0, false},
      {"", false, 0, false},
      {"-1", false, 0, false},
      {"+1", false, 0, false},
      {"0x1", false, 0, false},
      {" 1", false, 0, false},
      {"1 ", false, 0, false},
      {"1,1", false, 0, false},
      {"1/", false, 0, false},
      {"1:", false, 0, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    uint64_t value = 99;
    bool overflow = !c.overflow;
    EXPECT_EQ(h1_decimal_decode(in.slice(), &value, &overflow), c.good);
    EXPECT_EQ(value, c.good ? c.value : 99u);
    EXPECT_EQ(overflow, c.overflow);
    EXPECT_EQ(h1_decimal_decode(in.slice(), &value, nullptr), c.good);
  }
}

TEST(Decimal, EncodesWithoutLeadingZeros) {
  std::vector<uint64_t> numbers = {0, UINT64_MAX, UINT64_MAX - 1, INT64_MAX};
  for (uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10) {
    numbers.insert(numbers.end(), {power - 1, power, power + 1});
  }
  for (const uint64_t n : numbers) {
    Guarded room(std::string(20, '#'));
    const size_t size = h1_decimal_encode(n, room.writable());
    ASSERT_LE(size, 20u);
    const std::string expected = std::to_string(n);
    EXPECT_EQ(StringOf({room.data(), size}), expected);
    EXPECT_EQ(StringOf({room.data() + size, 20 - size}),
              std::string(20 - size, '#'));
  }
}

}  // namespace
