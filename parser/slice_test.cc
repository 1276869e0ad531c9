#include "parser/slice.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

TEST(Slices, CompareWithAndWithoutCase) {
  const struct {
    std::string a, b;
    bool equal, equal_nocase;
  } cases[] = {
      {"", "", true, true},
      {"abc", "abc", true, true},
      {"abc", "ABC", false, true},
      {"abc", "abcd", false, false},
      {"abc", "abd", false, false},
      {"AMZ", "amz", false, true},
      {"@", "`", false, false},  // Neighbours of the letters.
      {"[", "{", false, false},
      {"\xe4", "\xc4", false, false},  // ASCII only.
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.a + " and " + c.b);
    const Guarded a(c.a), b(c.b);
    EXPECT_EQ(h1_slice_equal(a.slice(), b.slice()), c.equal);
    EXPECT_EQ(h1_slice_equal_nocase(a.slice(), b.slice()), c.equal_nocase);
  }
  EXPECT_EQ(StringOf(h1_slice_of("text")), "text");
  EXPECT_EQ(h1_slice_of("").len, 0u);
}

}  // namespace
