#include "server/conn/vary.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;

// The lines with one more value, if there is a Vary among them.
std::string Merged(const std::string& lines, const std::string& value) {
  const Guarded in(lines);
  const size_t at = h1_vary_end(in.slice());
  if (at == 0) return lines;
  // Exactly as much room as it takes.
  Guarded room(lines + std::string(value.size() + 2, '?'));
  size_t len = lines.size();
  h1_vary_append(room.writable(), &len, at, h1_test::SliceOf(value));
  return std::string(reinterpret_cast<const char*>(room.data()), len);
}

TEST(Vary, GetsOneMoreValue) {
  const struct {
    std::string lines, merged;
  } cases[] = {
      {"Vary: Accept-Encoding\r\n", "Vary: Accept-Encoding, Accept\r\n"},
      {"A: b\r\nvary: x\r\nC: d\r\n", "A: b\r\nvary: x, Accept\r\nC: d\r\n"},
      {"VARY: x, y\r\n", "VARY: x, y, Accept\r\n"},
      {"Vary: x\r\nVary: y\r\n", "Vary: x, Accept\r\nVary: y\r\n"},
      {"Vary: \r\nA: b\r\n", "Vary: , Accept\r\nA: b\r\n"},
      // None among them.
      {"", ""},
      {"A: Vary: b\r\n", "A: Vary: b\r\n"},
      {"XVary: b\r\n", "XVary: b\r\n"},
      {"Vary-X: b\r\n", "Vary-X: b\r\n"},
      {"Var: b\r\n", "Var: b\r\n"},
      {"A: b\r\n", "A: b\r\n"},
  };
  for (const auto& c : cases) EXPECT_EQ(Merged(c.lines, "Accept"), c.merged);
}

}  // namespace
