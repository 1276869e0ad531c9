#include "parser/accept_encoding.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"

namespace {

using h1_test::Lines;
using h1_test::Message;

// In the order of h1_coding: br, zstd, gzip, identity.
using Qualities = std::array<int, H1_CODING_COUNT>;

Lines FieldLines(const std::vector<std::string>& values) {
  Lines lines;
  for (const auto& value : values) lines.push_back({"Accept-Encoding", value});
  return lines;
}

Qualities Decode(const Message& message) {
  uint16_t quality[H1_CODING_COUNT] = {7777, 7777, 7777, 7777};
  h1_accept_encoding_decode(message.fields(), quality);
  Qualities found;
  for (size_t i = 0; i < found.size(); i++) found[i] = quality[i];
  return found;
}

TEST(AcceptEncoding, GivesEachCodingItsQuality) {
  const struct {
    std::vector<std::string> lines;
    Qualities expected;
  } cases[] = {
      // RFC 9110 12.5.3, rule by rule: no field, an empty one, names, `*`.
      {{}, {1, 1, 1, 1000}},
      {{""}, {0, 0, 0, 1}},
      {{" , ,"}, {0, 0, 0, 1}},
      {{"gzip"}, {0, 0, 1000, 1}},
      {{"gzip, deflate, br, zstd"}, {1000, 1000, 1000, 1}},
      {{"gzip;q=0.5, br;q=0.25, zstd;q=0.125"}, {250, 125, 500, 1}},
      {{"*"}, {1000, 1000, 1000, 1000}},
      {{"*;q=0.5, gzip"}, {500, 500, 1000, 500}},
      {{"gzip, *;q=0"}, {0, 0, 1000, 0}},
      {{"*;q=0"}, {0, 0, 0, 0}},
      {{"*;q=0, identity"}, {0, 0, 0, 1000}},
      {{"identity;q=0"}, {0, 0, 0, 0}},
      {{"identity;q=0, gzip"}, {0, 0, 1000, 0}},
      {{"identity;q=0, *"}, {1000, 1000, 1000, 0}},
      {{"identity"}, {0, 0, 0, 1000}},
      {{"gzip;q=0"}, {0, 0, 0, 1}},
      {{"gzip;q=0, *"}, {1000, 1000, 0, 1000}},
      {{"compress, deflate"}, {0, 0, 0, 1}},
      {{"compress;q=0.5, gzip;q=1.0"}, {0, 0, 1000, 1}},
      {{"gzip;q=1.0, identity; q=0.5, *;q=0"}, {0, 0, 1000, 500}},
      // Aliases, case, and names that only look alike.
      {{"x-gzip"}, {0, 0, 1000, 1}},
      {{"X-GZip;Q=0.5"}, {0, 0, 500, 1}},
      {{"BR, ZStd, GZIP, IDENTITY;q=0"}, {1000, 1000, 1000, 0}},
      {{"x-gzi, gzipx, xgzip, x_gzip, x-br, brr, b, zst, zstdd, x-zstd"},
       {0, 0, 0, 1}},
      {{"identit, identityy, **, *a, a*"}, {0, 0, 0, 1}},
      // Lines are one list; what is given twice has its higher quality.
      {{"gzip", "br;q=0.5"}, {500, 0, 1000, 1}},
      {{"gzip;q=0.2", "gzip;q=0.8", "x-gzip;q=0.4"}, {0, 0, 800, 1}},
      {{"*;q=0.2, *;q=0.3"}, {300, 300, 300, 300}},
      // Blanks where the grammar has them, and members that it has not.
      {{"gzip ;q=0.5"}, {0, 0, 500, 1}},
      {{"gzip;\tq=0.5\t,\tbr"}, {1000, 0, 500, 1}},
      {{"gzip;q =0.5"}, {0, 0, 0, 1}},
      {{"gzip;q= 0.5"}, {0, 0, 0, 1}},
      {{"gzip;q=2"}, {0, 0, 0, 1}},
      {{"gzip;q=-1"}, {0, 0, 0, 1}},
      {{"gzip;q=0.1234"}, {0, 0, 0, 1}},
      {{"gzip;q=\"1\""}, {0, 0, 0, 1}},
      {{"gzip;q="}, {0, 0, 0, 1}},
      {{"gzip;q"}, {0, 0, 0, 1}},
      {{"gzip;"}, {0, 0, 0, 1}},
      {{"gzip;;q=1"}, {0, 0, 0, 1}},
      {{"gzip;level=9"}, {0, 0, 0, 1}},
      {{"gzip;level=9;q=1"}, {0, 0, 0, 1}},
      {{"gzip;q=1;level=9"}, {0, 0, 0, 1}},
      {{"gzip;r=1"}, {0, 0, 0, 1}},
      {{"gzip br"}, {0, 0, 0, 1}},
      {{"gzip/1"}, {0, 0, 0, 1}},
      {{"\"gzip\""}, {0, 0, 0, 1}},
      {{";q=1"}, {0, 0, 0, 1}},
      {{"gzip;q=x, br"}, {1000, 0, 0, 1}},
      {{"gzip;q=x, *;q=0.1"}, {100, 100, 100, 100}},
      {{"gzip;q=1.000"}, {0, 0, 1000, 1}},
      {{"gzip;q=0.001"}, {0, 0, 1, 1}},
      {{"gzip;q=0."}, {0, 0, 0, 1}},
  };
  for (const auto& c : cases) {
    const Lines lines = FieldLines(c.lines);
    SCOPED_TRACE(h1_test::Show(lines));
    EXPECT_EQ(Decode(Message(lines)), c.expected);
  }
}

TEST(AcceptEncoding, LooksAtNoOtherField) {
  const Qualities absent = {1, 1, 1, 1000};
  EXPECT_EQ(Decode(Message({{"Accept", "gzip"}, {"TE", "br"}})), absent);
  const Qualities gzip = {0, 0, 1000, 1};
  EXPECT_EQ(Decode(Message({{"TE", "br"},
                            {"Accept-Encoding", "gzip"},
                            {"Content-Encoding", "zstd"}})),
            gzip);
}

struct Choice {
  std::string field;
  std::string have;  // of "bzg"
  std::string name;
};

std::string Chosen(const std::string& field, const std::string& have) {
  uint16_t quality[H1_CODING_COUNT];
  const bool there[H1_CODING_COUNT] = {
      have.find('b') != std::string::npos, have.find('z') != std::string::npos,
      have.find('g') != std::string::npos, false};
  const Message message(FieldLines({field}));
  h1_accept_encoding_decode(message.fields(), quality);
  return h1_coding_name(h1_coding_choose(quality, there));
}

TEST(Coding, HighestQualityIsChosenAndThenByPreference) {
  const Choice cases[] = {
      {"br, zstd, gzip", "bzg", "br"},
      {"gzip, zstd, br", "bzg", "br"},
      {"gzip, zstd, br", "zg", "zstd"},
      {"gzip, zstd, br", "g", "gzip"},
      {"gzip, zstd, br", "", "identity"},
      {"br;q=0.9, zstd;q=0.8, gzip", "bzg", "gzip"},
      {"br;q=0.9, zstd;q=0.8, gzip", "bz", "br"},
      {"br;q=0.8, zstd;q=0.9, gzip;q=0.9", "bzg", "zstd"},
      {"*", "zg", "zstd"},
      {"identity, gzip", "g", "gzip"},
      {"identity, gzip;q=0.9", "g", "identity"},
      {"gzip;q=0.001", "g", "gzip"},
      {"gzip;q=0", "g", "identity"},
      {"br", "zg", "identity"},
      {"identity;q=0.5, gzip;q=0.4, br;q=0.6", "g", "identity"},
      {"identity;q=0.5, gzip;q=0.4, br;q=0.6", "bg", "br"},
      // Nothing that there is would do: identity all the same.
      {"identity;q=0", "", "identity"},
      {"identity;q=0", "bzg", "identity"},
      {"br, identity;q=0", "g", "identity"},
      {"*;q=0", "bzg", "identity"},
      {"", "bzg", "identity"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field + " of " + c.have);
    EXPECT_EQ(Chosen(c.field, c.have), c.name);
  }
}

TEST(Coding, WithoutTheFieldIdentityIsChosen) {
  uint16_t quality[H1_CODING_COUNT];
  const bool all[H1_CODING_COUNT] = {true, true, true, true};
  const Message message(Lines{});
  h1_accept_encoding_decode(message.fields(), quality);
  EXPECT_EQ(h1_coding_choose(quality, all), H1_CODING_IDENTITY);
}

TEST(Coding, HasTheNameOfTheRegistry) {
  EXPECT_STREQ(h1_coding_name(H1_CODING_BR), "br");
  EXPECT_STREQ(h1_coding_name(H1_CODING_ZSTD), "zstd");
  EXPECT_STREQ(h1_coding_name(H1_CODING_GZIP), "gzip");
  EXPECT_STREQ(h1_coding_name(H1_CODING_IDENTITY), "identity");
  EXPECT_STREQ(h1_coding_name(H1_CODING_COUNT), "identity");
}

}  // namespace
