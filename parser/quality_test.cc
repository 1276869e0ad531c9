#include "parser/media_type.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::Lines;
using h1_test::Message;

TEST(Qvalue, IsThreeDecimalsBetweenZeroAndOne) {
  const struct {
    std::string text;
    int value;  // -1: refused
  } cases[] = {
      {"0", 0},       {"1", 1000},   {"0.", 0},      {"1.", 1000},
      {"0.5", 500},   {"0.25", 250}, {"0.125", 125}, {"0.001", 1},
      {"0.999", 999}, {"1.0", 1000}, {"1.00", 1000}, {"1.000", 1000},
      {"0.000", 0},   {"1.001", -1}, {"1.1", -1},    {"0.1234", -1},
      {"1.0000", -1}, {"", -1},      {".5", -1},     {"2", -1},
      {"00.5", -1},   {"0,5", -1},   {"0.5 ", -1},   {" 0.5", -1},
      {"-0", -1},     {"0.x", -1},   {"0.5x", -1},   {"1.00x", -1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    uint16_t q = 7777;
    EXPECT_EQ(h1_qvalue_decode(in.slice(), &q), c.value >= 0);
    EXPECT_EQ(q, c.value >= 0 ? c.value : 7777);
  }
}

TEST(Qvalue, AllThousandths) {
  for (unsigned n = 0; n <= 1000; n++) {
    char text[16];
    snprintf(text, sizeof text, "%u.%03u", n / 1000, n % 1000);
    uint16_t q = 7777;
    ASSERT_TRUE(h1_qvalue_decode(Guarded(text, 5).slice(), &q)) << text;
    ASSERT_EQ(q, n);
  }
}

TEST(Accept, MostSpecificRangeDecides) {
  const struct {
    std::vector<std::string> lines;
    int quality;  // of text/html
  } cases[] = {
      {{}, 1000},
      {{""}, 0},
      {{"*/*"}, 1000},
      {{"text/*"}, 1000},
      {{"text/html"}, 1000},
      {{"TEXT/HTML"}, 1000},
      {{"text/plain"}, 0},
      {{"text/htm"}, 0},
      {{"*/html"}, 0},
      {{"text/html;q=0.5"}, 500},
      {{"text/html;Q=0.5"}, 500},
      {{"text/html ; q=0.5"}, 500},
      {{"*/*;q=0.1, text/*;q=0.2, text/html;q=0.3"}, 300},
      {{"text/html;q=0.3, text/*;q=0.2, */*;q=0.9"}, 300},
      {{"text/*;q=0.2, */*;q=0.9"}, 200},
      {{"text/html;q=0, */*"}, 0},
      {{"*/*", "text/html;q=0.4"}, 400},
      {{"text/html;level=1;q=0.4"}, 400},
      {{"text/html;q=0.4;level=1"}, 400},
      {{"text/html;q=0.3, text/html;level=1;q=0.4"}, 400},
      {{"text/html;a=\",\";q=0.4"}, 400},
      {{"text/html;q=2, */*;q=0.1"}, 100},        // Malformed: skipped.
      {{"text/html;q=\"0.5\", */*;q=0.1"}, 100},  // A weight has no quotes.
      {{"text/html;q, */*;q=0.1"}, 100},
      {{"text, text/*;q=0.6"}, 600},
      {{"text/html;q=1;q=0.5"}, 500},
      {{"image/png,text/html;q=0.7"}, 700},
  };
  for (const auto& c : cases) {
    Lines lines;
    std::string trace;
    for (const auto& line : c.lines) {
      lines.push_back({"Accept", line});
      trace += line + "|";
    }
    SCOPED_TRACE(trace);
    const Message message(lines);
    EXPECT_EQ(h1_accept_quality(message.fields(), "text", "html"), c.quality);
  }
}

}  // namespace
