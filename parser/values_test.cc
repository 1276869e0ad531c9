// Field values as tables. Every input ends at an unreadable page; dates and
// ranges are also held against slow references over wide or complete domains.
#include "parser/values.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;

// Decoded fields as the decoder would leave them, all lines in one guarded
// block.
class Fields {
 public:
  explicit Fields(
      const std::vector<std::pair<h1_field_id, std::string>>& lines) {
    std::string all;
    for (const auto& [id, value] : lines) {
      h1_header h = {};
      h.value_at = static_cast<uint32_t>(all.size());
      h.value_len = static_cast<uint32_t>(value.size());
      h.id = id;
      if (!((fields_.seen >> id) & 1)) {
        fields_.seen |= uint64_t{1} << id;
        fields_.first[id] = static_cast<uint16_t>(headers_.size());
      }
      headers_.push_back(h);
      all += value;
    }
    bytes_ = std::make_unique<Guarded>(all);
    fields_.base = bytes_->slice();
    fields_.headers = headers_.data();
    fields_.count = headers_.size();
  }
  const h1_fields* get() const { return &fields_; }

 private:
  std::vector<h1_header> headers_;
  std::unique_ptr<Guarded> bytes_;
  h1_fields fields_ = {};
};

// ---- slices ----

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

// ---- decimal ----

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

// ---- lists ----

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
    // Lines of another field stand between and must not matter.
    std::vector<std::pair<h1_field_id, std::string>> lines;
    std::string trace;
    for (const auto& line : c.lines) {
      lines.push_back({H1_FIELD_OTHER, "x,y"});
      lines.push_back({H1_FIELD_ACCEPT, line});
      trace += line + "|";
    }
    lines.push_back({H1_FIELD_HOST, "z"});
    SCOPED_TRACE(trace);
    const Fields f(lines);
    h1_list list = {f.get(), H1_FIELD_ACCEPT, 0, 0, false};
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

// ---- parameters ----

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

// ---- media types ----

TEST(MediaType, SplitsTypeSubtypeAndParameters) {
  const struct {
    std::string text;
    bool good;
    std::string type, subtype, params;
  } cases[] = {
      {"text/html", true, "text", "html", ""},
      {"*/*", true, "*", "*", ""},
      {"application/vnd.x+json", true, "application", "vnd.x+json", ""},
      {"text/html;charset=utf-8", true, "text", "html", ";charset=utf-8"},
      {"text/html ; a=b", true, "text", "html", "; a=b"},
      {"text/html;a=\"x;y\"", true, "text", "html", ";a=\"x;y\""},
      {"text/html;", true, "text", "html", ";"},
      {"", false, "", "", ""},
      {"text", false, "", "", ""},
      {"text/", false, "", "", ""},
      {"/html", false, "", "", ""},
      {"text /html", false, "", "", ""},
      {"text/ html", false, "", "", ""},
      {"text/html ", false, "", "", ""},
      {" text/html", false, "", "", ""},
      {"text/html/x", false, "", "", ""},
      {"text/html,text/plain", false, "", "", ""},
      {"text/html;a", false, "", "", ""},
      {"text/html;a=b;c=\"", false, "", "", ""},
      {"text/html; a=b\r\nSet-Cookie: x", false, "", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    h1_media_type m = {};
    ASSERT_EQ(h1_media_type_decode(in.slice(), &m), c.good);
    if (!c.good) continue;
    EXPECT_EQ(StringOf(m.type), c.type);
    EXPECT_EQ(StringOf(m.subtype), c.subtype);
    EXPECT_EQ(StringOf(m.params), c.params);
  }
}

// ---- quality ----

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
    char text[8];
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
    std::vector<std::pair<h1_field_id, std::string>> lines;
    std::string trace;
    for (const auto& line : c.lines) {
      lines.push_back({H1_FIELD_ACCEPT, line});
      trace += line + "|";
    }
    SCOPED_TRACE(trace);
    const Fields f(lines);
    EXPECT_EQ(h1_accept_quality(f.get(), "text", "html"), c.quality);
  }
}

// ---- dates ----

constexpr int64_t kNow = 1792281600;  // Sun, 18 Oct 2026 00:00:00 GMT

TEST(Date, DecodesThreeForms) {
  const struct {
    std::string text;
    int64_t seconds;
  } cases[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
      {"Sun Nov  6 08:49:37 1994", 784111777},
      {"Sun Nov 06 08:49:37 1994", 784111777},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
      {"Sat, 01 Jan 0000 00:00:00 GMT", -62167219200},
      {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
      {"Tue, 29 Feb 2000 12:00:00 GMT", 951825600},
      {"Thu, 29 Feb 2024 00:00:00 GMT", 1709164800},
      {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},  // A leap second.
      {"Thu Jan  1 00:00:00 1970", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    int64_t s = 12345;
    ASSERT_TRUE(h1_date_decode(in.slice(), kNow, &s));
    EXPECT_EQ(s, c.seconds);
  }
}

TEST(Date, RefusesWhatIsNoDate) {
  const char* cases[] = {
      "",
      "0",
      "784111777",
      "Mon, 06 Nov 1994 08:49:37 GMT",  // It was a Sunday.
      "Monday, 06-Nov-94 08:49:37 GMT",
      "Mon Nov  6 08:49:37 1994",
      "Fri, 00 Nov 1994 08:49:37 GMT",
      "Thu, 31 Nov 1994 08:49:37 GMT",
      "Fri, 32 Dec 1994 08:49:37 GMT",
      "Thu, 29 Feb 1900 00:00:00 GMT",
      "Mon, 29 Feb 2100 00:00:00 GMT",
      "Wed, 29 Feb 2023 00:00:00 GMT",
      "Wed, 30 Feb 2000 00:00:00 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:00 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT",
      "sun, 06 nov 1994 08:49:37 gmt",
      "SUN, 06 NOV 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37 +00",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 GMT ",
      " Sun, 06 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun,  6 Nov 1994 08:49:37 GMT",
      "Sun, 06-Nov-1994 08:49:37 GMT",
      "Sun, 06 Nov 94 08:49:37 GMT",
      "Sun; 06 Nov 1994 08:49:37 GMT",
      "Sun, 06 Foo 1994 08:49:37 GMT",
      "Xxx, 06 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08.49.37 GMT",
      "Sun, 06 Nov 1994 0a:49:37 GMT",
      "Sun, 06 Nov 199x 08:49:37 GMT",
      "Sun, 06 Nov -994 08:49:37 GMT",
      "Sun, 06-Nov-94 08:49:37 GMT",
      "sunday, 06-Nov-94 08:49:37 GMT",
      "Sonntag, 06-Nov-94 08:49:37 GMT",
      "Sunday, 06 Nov 94 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 UTC",
      "Sun Nov 6 08:49:37 1994",
      "Sun Nov  0 08:49:37 1994",
      "Sun Nov 6  08:49:37 1994",
      "Sun Nov  6 08:49:37 94",
      "Sun Nov  6 08:49:37 1994 GMT",
  };
  for (const char* text : cases) {
    SCOPED_TRACE(text);
    const Guarded in{std::string(text)};
    int64_t s = 12345;
    EXPECT_FALSE(h1_date_decode(in.slice(), kNow, &s));
    EXPECT_EQ(s, 12345);
  }
}

// Any one byte of a good date changed to one of another kind makes it bad or
// another date; never the same.
TEST(Date, EveryByteMatters) {
  const std::string forms[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                               "Sunday, 06-Nov-94 08:49:37 GMT",
                               "Sun Nov 06 08:49:37 1994"};
  for (const std::string& form : forms) {
    for (size_t i = 0; i < form.size(); i++) {
      for (int c = 0; c < 256; c++) {
        std::string text = form;
        text[i] = static_cast<char>(c);
        if (text == form || text == "Sun Nov  6 08:49:37 1994") continue;
        int64_t s = 784111777 + 1;
        if (h1_date_decode(Guarded(text).slice(), kNow, &s)) {
          EXPECT_NE(s, 784111777) << text;
        }
      }
    }
  }
}

// RFC 9110 5.6.7: never more than 50 years in the future. The week day is part
// of the date, so each case names the one its year gives.
TEST(Date, TwoDigitYearsStayWithinFiftyYears) {
  const struct {
    std::string now, text, expected;  // Expected "" is a refusal.
  } cases[] = {
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Sunday, 18-Oct-26 00:00:00 GMT",
       "Sun, 18 Oct 2026 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Sunday, 18-Oct-76 00:00:00 GMT",
       "Sun, 18 Oct 2076 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Monday, 18-Oct-76 00:00:01 GMT",
       "Mon, 18 Oct 1976 00:00:01 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Tuesday, 19-Oct-76 00:00:00 GMT",
       "Tue, 19 Oct 1976 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Monday, 01-Nov-76 00:00:00 GMT",
       "Mon, 01 Nov 1976 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Tuesday, 01-Sep-76 00:00:00 GMT",
       "Tue, 01 Sep 2076 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Tuesday, 18-Oct-77 00:00:00 GMT",
       "Tue, 18 Oct 1977 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Monday, 18-Oct-99 00:00:00 GMT",
       "Mon, 18 Oct 1999 00:00:00 GMT"},
      {"Sun, 18 Oct 2026 00:00:00 GMT", "Tuesday, 29-Feb-00 00:00:00 GMT",
       "Tue, 29 Feb 2000 00:00:00 GMT"},
      {"Mon, 18 Oct 2060 00:00:00 GMT", "Tuesday, 29-Feb-00 00:00:00 GMT", ""},
      {"Fri, 01 Jan 1999 00:00:00 GMT", "Saturday, 01-Jan-00 00:00:00 GMT",
       "Sat, 01 Jan 2000 00:00:00 GMT"},
      {"Fri, 01 Jan 0010 00:00:00 GMT", "Friday, 01-Jan-99 00:00:00 GMT", ""},
      {"Fri, 31 Dec 9999 00:00:00 GMT", "Saturday, 01-Jan-00 00:00:00 GMT", ""},
      {"Fri, 31 Dec 9999 00:00:00 GMT", "Friday, 31-Dec-99 00:00:00 GMT",
       "Fri, 31 Dec 9999 00:00:00 GMT"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text + " seen at " + c.now);
    int64_t now, s = 0;
    ASSERT_TRUE(h1_date_decode(Guarded(c.now).slice(), 0, &now));
    const bool good = h1_date_decode(Guarded(c.text).slice(), now, &s);
    ASSERT_EQ(good, !c.expected.empty());
    if (!good) continue;
    uint8_t room[H1_DATE_BYTES];
    ASSERT_TRUE(h1_date_encode(s, room));
    EXPECT_EQ(StringOf({room, sizeof room}), c.expected);
  }
  int64_t s;
  const std::string text = "Sunday, 18-Oct-26 00:00:00 GMT";
  EXPECT_FALSE(h1_date_decode(SliceOf(text), INT64_MAX, &s));
  EXPECT_FALSE(h1_date_decode(SliceOf(text), INT64_MIN, &s));
}

TEST(Date, YearsOutsideFourDigitsAreNotEncoded) {
  const struct {
    int64_t seconds;
    bool good;
  } cases[] = {
      {-62167219201, false}, {-62167219200, true}, {253402300799, true},
      {253402300800, false}, {INT64_MIN, false},   {INT64_MAX, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.seconds);
    Guarded room(std::string(H1_DATE_BYTES, '#'));
    EXPECT_EQ(h1_date_encode(c.seconds, room.writable()), c.good);
    EXPECT_EQ(room.data()[0] == '#', !c.good);
  }
}

// A calendar that knows only how to turn to the next day.
struct SlowCalendar {
  int year = 0, month = 0, day = 1, week_day = 5;  // Saturday
  int64_t seconds = -62167219200;

  int MonthDays() const {
    static const int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    return month == 1 && leap ? 29 : kDays[month];
  }
  void Next() {
    seconds += 86400;
    week_day = (week_day + 1) % 7;
    if (++day <= MonthDays()) return;
    day = 1;
    if (++month < 12) return;
    month = 0;
    year++;
  }
};

const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
const char* const kWeekDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                 "Friday", "Saturday", "Sunday"};

std::string SlowImf(const SlowCalendar& c, int second) {
  char text[80];
  snprintf(text, sizeof text, "%.3s, %02d %s %04d %02d:%02d:%02d GMT",
           kWeekDays[c.week_day], c.day, kMonths[c.month], c.year,
           second / 3600, second / 60 % 60, second % 60);
  return text;
}

TEST(Date, EveryDayOfTenThousandYearsGoesThereAndBack) {
  SlowCalendar c;
  uint8_t room[H1_DATE_BYTES];
  int second = 0;
  for (; c.year < 10000; c.Next()) {
    second = (second + 40503) % 86400;
    const int64_t s = c.seconds + second;
    ASSERT_TRUE(h1_date_encode(s, room));
    // The text is compared on a sample, dates near a month's turn always.
    if (c.day <= 1 || c.day >= 28 || c.week_day == 0) {
      ASSERT_EQ(StringOf({room, sizeof room}), SlowImf(c, second));
    }
    int64_t back = 0;
    ASSERT_TRUE(h1_date_decode({room, sizeof room}, 0, &back));
    ASSERT_EQ(back, s);
  }
  EXPECT_EQ(c.seconds, 253402300800);
}

TEST(Date, ObsoleteFormsAgreeWithTheSlowCalendar) {
  SlowCalendar c;
  for (; c.year < 10000; c.Next()) {
    if (c.seconds / 86400 % 37 != 0) continue;
    const int second =
        static_cast<int>((c.seconds / 86400 * 7919) % 86400 + 86400) % 86400;
    char text[80];
    const char* const day_forms[] = {"%.3s %s %2d %02d:%02d:%02d %04d",
                                     "%.3s %s %02d %02d:%02d:%02d %04d"};
    for (const char* form : day_forms) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      snprintf(text, sizeof text, form, kWeekDays[c.week_day], kMonths[c.month],
               c.day, second / 3600, second / 60 % 60, second % 60, c.year);
#pragma GCC diagnostic pop
      int64_t s = 0;
      ASSERT_TRUE(h1_date_decode(SliceOf(text), 0, &s)) << text;
      ASSERT_EQ(s, c.seconds + second) << text;
    }
    // Seen from 49 years before to 49 years after, it is the same day.
    snprintf(text, sizeof text, "%s, %02d-%s-%02d %02d:%02d:%02d GMT",
             kWeekDays[c.week_day], c.day, kMonths[c.month], c.year % 100,
             second / 3600, second / 60 % 60, second % 60);
    for (const int64_t years : {-49, 0, 49}) {
      const int64_t now = c.seconds + years * 31557600;
      if (now < -62167219200 || now >= 253402300800) continue;
      int64_t s = 0;
      ASSERT_TRUE(h1_date_decode(SliceOf(text), now, &s)) << text;
      ASSERT_EQ(s, c.seconds + second) << text;
    }
  }
}

// ---- entity tags ----

TEST(Etag, DecodesWeakAndStrong) {
  const struct {
    std::string text;
    bool good, weak;
    std::string opaque;
  } cases[] = {
      {"\"\"", true, false, ""},
      {"\"a\"", true, false, "a"},
      {"W/\"a\"", true, true, "a"},
      {"W/\"\"", true, true, ""},
      {"\"a,b\"", true, false, "a,b"},
      {"\"a\\\"", true, false, "a\\"},
      {"\"\\\\\"", true, false, "\\\\"},
      {"\"!#~\x80\xff\"", true, false, "!#~\x80\xff"},
      {"", false, false, ""},
      {"\"", false, false, ""},
      {"W/\"", false, false, ""},
      {"W/", false, false, ""},
      {"W", false, false, ""},
      {"a", false, false, ""},
      {"a\"", false, false, ""},
      {"\"a", false, false, ""},
      {"w/\"a\"", false, false, ""},
      {"W\"a\"", false, false, ""},
      {"W/ \"a\"", false, false, ""},
      {"\"a b\"", false, false, ""},
      {"\"a\tb\"", false, false, ""},
      {"\"a\"b\"", false, false, ""},
      {"\"a\x7f\"", false, false, ""},
      {"\"a\x1f\"", false, false, ""},
      {"\"a\" ", false, false, ""},
      {"*", false, false, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    h1_etag tag = {};
    ASSERT_EQ(h1_etag_decode(in.slice(), &tag), c.good);
    if (!c.good) continue;
    EXPECT_EQ(tag.weak, c.weak);
    EXPECT_EQ(StringOf(tag.opaque), c.opaque);
  }
}

// RFC 9110 8.8.3.2, the table of comparisons, and lists of members.
TEST(Etag, ListsMatchByStrengthOfComparison) {
  const struct {
    std::vector<std::string> lines;
    std::string mine;  // "" for none
    bool strong, weak;
  } cases[] = {
      {{"W/\"1\""}, "W/\"1\"", false, true},
      {{"W/\"1\""}, "W/\"2\"", false, false},
      {{"W/\"1\""}, "\"1\"", false, true},
      {{"\"1\""}, "W/\"1\"", false, true},
      {{"\"1\""}, "\"1\"", true, true},
      {{"\"1\""}, "\"12\"", false, false},
      {{"\"a\", \"1\""}, "\"1\"", true, true},
      {{"\"a\",\"1\",\"b\""}, "\"1\"", true, true},
      {{",, \"1\" ,"}, "\"1\"", true, true},
      {{"\"a\"", "\"1\""}, "\"1\"", true, true},
      {{"\"a,1\""}, "\"1\"", false, false},
      {{"\"a,b\", \"1\""}, "\"1\"", true, true},
      {{"\"a,b\""}, "\"a,b\"", true, true},
      {{"\"a\\\", \"1\""}, "\"1\"", true, true},  // No escapes in a tag.
      {{"*"}, "\"1\"", true, true},
      {{" * "}, "", true, true},
      {{"\"*\""}, "", false, false},
      {{"\"1\""}, "", false, false},
      {{"1"}, "\"1\"", false, false},
      {{"\"1"}, "\"1\"", false, false},
      {{"\"1\" \"2\""}, "\"1\"", false, false},
      {{"junk, \"1\""}, "\"1\"", true, true},
      {{"**"}, "\"1\"", false, false},
      {{""}, "\"1\"", false, false},
      {{}, "\"1\"", false, false},
      {{}, "", false, false},
  };
  for (const auto& c : cases) {
    std::vector<std::pair<h1_field_id, std::string>> lines;
    std::string trace;
    for (const auto& line : c.lines) {
      lines.push_back({H1_FIELD_IF_MATCH, "\"1\", *, W/\"1\""});
      lines.push_back({H1_FIELD_IF_NONE_MATCH, line});
      trace += line + "|";
    }
    SCOPED_TRACE(trace + " against " + c.mine);
    const Fields f(lines);
    const Guarded mine_bytes(c.mine);
    h1_etag mine = {};
    const bool has = h1_etag_decode(mine_bytes.slice(), &mine);
    ASSERT_EQ(has, !c.mine.empty());
    const h1_etag* tag = has ? &mine : nullptr;
    EXPECT_EQ(h1_etag_list_matches(f.get(), H1_FIELD_IF_NONE_MATCH, tag, true),
              c.strong);
    EXPECT_EQ(h1_etag_list_matches(f.get(), H1_FIELD_IF_NONE_MATCH, tag, false),
              c.weak);
  }
}

// ---- ranges ----

using Ranges = std::vector<std::pair<uint64_t, uint64_t>>;

struct RangeAnswer {
  h1_range_result result;
  Ranges ranges;
  bool operator==(const RangeAnswer& o) const {
    return result == o.result && ranges == o.ranges;
  }
};

RangeAnswer DecodeRange(h1_slice value, uint64_t total, size_t cap) {
  std::vector<h1_range> out(cap);
  size_t count = 999;
  RangeAnswer answer;
  answer.result = h1_range_decode(value, total, out.data(), cap, &count);
  EXPECT_EQ(count > 0, answer.result == H1_RANGE_SOME);
  for (size_t i = 0; i < count && i < cap; i++) {
    answer.ranges.push_back({out[i].first, out[i].last});
  }
  return answer;
}

TEST(Range, DecodesAndCoalesces) {
  constexpr auto kNone = H1_RANGE_NONE;
  constexpr auto kSome = H1_RANGE_SOME;
  constexpr auto kUnsatisfied = H1_RANGE_UNSATISFIED;
  const struct {
    std::string text;
    uint64_t total;
    h1_range_result result;
    Ranges ranges;
  } cases[] = {
      {"bytes=0-499", 1000, kSome, {{0, 499}}},
      {"bytes=0-0", 1000, kSome, {{0, 0}}},
      {"bytes=999-999", 1000, kSome, {{999, 999}}},
      {"bytes=999-1000", 1000, kSome, {{999, 999}}},
      {"bytes=1000-1000", 1000, kUnsatisfied, {}},
      {"bytes=0-999", 1000, kSome, {{0, 999}}},
      {"bytes=500-", 1000, kSome, {{500, 999}}},
      {"bytes=1000-", 1000, kUnsatisfied, {}},
      {"bytes=-1", 1000, kSome, {{999, 999}}},
      {"bytes=-1000", 1000, kSome, {{0, 999}}},
      {"bytes=-1001", 1000, kSome, {{0, 999}}},
      {"bytes=-0", 1000, kUnsatisfied, {}},
      {"bytes=-000", 1000, kUnsatisfied, {}},
      {"BYTES=0-0", 1000, kSome, {{0, 0}}},
      {"bYtEs=0-0", 1000, kSome, {{0, 0}}},
      {"bytes=0-0,-1", 1000, kSome, {{0, 0}, {999, 999}}},
      {"bytes=0-0 ,\t-1", 1000, kSome, {{0, 0}, {999, 999}}},
      {"bytes=\t,0-0 ,\t", 1000, kSome, {{0, 0}}},
      {"bytes=,0-0,,", 1000, kSome, {{0, 0}}},
      {"bytes=0-0,2000-", 1000, kSome, {{0, 0}}},
      {"bytes=-1,0-0", 1000, kSome, {{999, 999}, {0, 0}}},
      {"bytes=0-1,1-2", 1000, kSome, {{0, 2}}},
      {"bytes=0-1,2-3", 1000, kSome, {{0, 3}}},
      {"bytes=0-1,3-4", 1000, kSome, {{0, 1}, {3, 4}}},
      {"bytes=0-1,3-4,2-2", 1000, kSome, {{0, 4}}},
      {"bytes=9-9,0-1,3-4,2-2", 1000, kSome, {{9, 9}, {0, 4}}},
      {"bytes=5-6,0-0,2-8", 1000, kSome, {{2, 8}, {0, 0}}},
      {"bytes=00000000000000000000001-2", 1000, kSome, {{1, 2}}},
      {"bytes=0-99999999999999999999999", 1000, kSome, {{0, 999}}},
      {"bytes=99999999999999999999999-", 1000, kUnsatisfied, {}},
      {"bytes=-99999999999999999999999", 1000, kSome, {{0, 999}}},
      {"bytes=99999999999999999999999-99999999999999999999999",
       1000,
       kUnsatisfied,
       {}},
      {"bytes=99999999999999999999999-99999999999999999999998",
       1000,
       kNone,
       {}},
      {"bytes=99999999999999999999999-88", 1000, kNone, {}},
      {"bytes=0-18446744073709551614",
       UINT64_MAX,
       kSome,
       {{0, UINT64_MAX - 1}}},
      {"bytes=18446744073709551614-",
       UINT64_MAX,
       kSome,
       {{UINT64_MAX - 1, UINT64_MAX - 1}}},
      {"bytes=18446744073709551615-", UINT64_MAX, kUnsatisfied, {}},
      {"bytes=0-", 0, kUnsatisfied, {}},
      {"bytes=0-0", 0, kUnsatisfied, {}},
      {"bytes=-0", 0, kUnsatisfied, {}},
      {"bytes=-1", 0, kNone, {}},
      {"bytes=2-1", 1000, kNone, {}},
      {"bytes=0-0,2-1", 1000, kNone, {}},
      {"bytes=10-9", 1000, kNone, {}},
      {"bytes=010-9", 1000, kNone, {}},
      {"bytes=", 1000, kNone, {}},
      {"bytes=,", 1000, kNone, {}},
      {"bytes=-", 1000, kNone, {}},
      {"bytes", 1000, kNone, {}},
      {"byte=0-0", 1000, kNone, {}},
      {"", 1000, kNone, {}},
      {"items=0-0", 1000, kNone, {}},
      {"bytes =0-0", 1000, kNone, {}},
      {" bytes=0-0", 1000, kNone, {}},
      {"bytes= 0-0", 1000, kNone, {}},
      {"bytes=\t0-0", 1000, kNone, {}},
      {"bytes=0-0 ", 1000, kNone, {}},
      {"bytes=0-0,1-1\t", 1000, kNone, {}},
      {"bytes= ", 1000, kNone, {}},
      {"bytes= ,\t", 1000, kNone, {}},
      {"bytes=0", 1000, kNone, {}},
      {"bytes=0 -1", 1000, kNone, {}},
      {"bytes=0- 1", 1000, kNone, {}},
      {"bytes=0--1", 1000, kNone, {}},
      {"bytes=--1", 1000, kNone, {}},
      {"bytes=0-1-2", 1000, kNone, {}},
      {"bytes=0-1;2-3", 1000, kNone, {}},
      {"bytes=0-1 2-3", 1000, kNone, {}},
      {"bytes=+0-1", 1000, kNone, {}},
      {"bytes=0x0-1", 1000, kNone, {}},
      {"bytes=a-b", 1000, kNone, {}},
      {"bytes=0-b", 1000, kNone, {}},
      {"bytes=*", 1000, kNone, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    const RangeAnswer got = DecodeRange(in.slice(), c.total, 16);
    EXPECT_EQ(got.result, c.result);
    EXPECT_EQ(got.ranges, c.ranges);
  }
}

TEST(Range, MoreThanTheCapIsNoRange) {
  std::string text = "bytes=0-0";
  for (size_t n = 1; n <= 20; n++) {
    // Empty members are not counted, unsatisfiable ones are.
    for (size_t cap = 0; cap <= 20; cap++) {
      const RangeAnswer got = DecodeRange(Guarded(text).slice(), 1000, cap);
      EXPECT_EQ(got.result, n <= cap ? H1_RANGE_SOME : H1_RANGE_NONE);
      if (n <= cap) {
        EXPECT_EQ(got.ranges, (Ranges{{0, 0}}));
      }
    }
    text += ",,5000-";
  }
}

struct SmallSpec {
  std::string text;
  int first, last;  // first -1: suffix of `last`; last -1: to the end
};

// A set of bytes per member: the answer is the runs of the union, in the order
// in which members first reach them.
RangeAnswer SlowRanges(const std::vector<const SmallSpec*>& specs, int total) {
  RangeAnswer none = {H1_RANGE_NONE, {}};
  unsigned all = 0;
  std::vector<unsigned> sets;
  for (const SmallSpec* s : specs) {
    unsigned set = 0;
    if (s->first >= 0 && s->last >= 0 && s->last < s->first) return none;
    if (s->first < 0 && s->last > 0 && total == 0) return none;
    for (int i = 0; i < total; i++) {
      const bool in = s->first < 0
                          ? i >= total - s->last
                          : i >= s->first && (s->last < 0 || i <= s->last);
      if (in) set |= 1u << i;
    }
    sets.push_back(set);
    all |= set;
  }
  RangeAnswer answer = {all != 0 ? H1_RANGE_SOME : H1_RANGE_UNSATISFIED, {}};
  for (const unsigned set : sets) {
    for (int i = 0; i < total; i++) {
      if (!((set >> i) & 1) || !((all >> i) & 1)) continue;
      int first = i, last = i;
      while (first > 0 && ((all >> (first - 1)) & 1)) first--;
      while ((all >> (last + 1)) & 1) last++;
      for (int k = first; k <= last; k++) all &= ~(1u << k);
      answer.ranges.push_back({first, last});
    }
  }
  return answer;
}

TEST(Range, AgreesWithSetsOfBytesOnAllSmallCases) {
  std::vector<SmallSpec> specs;
  for (int a = 0; a <= 5; a++) {
    specs.push_back({std::to_string(a) + "-", a, -1});
    specs.push_back({"-" + std::to_string(a), -1, a});
    for (int b = 0; b <= 5; b++) {
      specs.push_back({std::to_string(a) + "-" + std::to_string(b), a, b});
    }
  }
  for (int total = 0; total <= 5; total++) {
    for (const SmallSpec& a : specs) {
      for (const SmallSpec& b : specs) {
        const std::string two = "bytes=" + a.text + "," + b.text;
        ASSERT_EQ(DecodeRange(SliceOf(two), static_cast<uint64_t>(total), 3),
                  SlowRanges({&a, &b}, total))
            << two << " of " << total;
        for (const SmallSpec& c : specs) {
          const std::string text = two + "," + c.text;
          ASSERT_EQ(DecodeRange(SliceOf(text), static_cast<uint64_t>(total), 3),
                    SlowRanges({&a, &b, &c}, total))
              << text << " of " << total;
        }
      }
    }
  }
}

TEST(ContentRange, WritesRangeAndTotal) {
  const h1_range some = {0, 499}, last = {UINT64_MAX - 1, UINT64_MAX - 1};
  const struct {
    const h1_range* range;
    uint64_t total;
    std::string text;
  } cases[] = {
      {&some, 1234, "bytes 0-499/1234"},
      {nullptr, 1234, "bytes */1234"},
      {nullptr, 0, "bytes */0"},
      {&last, UINT64_MAX,
       "bytes 18446744073709551614-18446744073709551614/18446744073709551615"},
  };
  for (const auto& c : cases) {
    Guarded room(std::string(H1_CONTENT_RANGE_MAX, '#'));
    const size_t n = h1_content_range_encode(c.range, c.total, room.writable());
    ASSERT_LE(n, H1_CONTENT_RANGE_MAX);
    EXPECT_EQ(StringOf({room.data(), n}), c.text);
  }
}

}  // namespace
