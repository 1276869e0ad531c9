// Dates as tables, and all of ten thousand years held against a calendar that
// knows only how to turn to the next day.
#include "parser/date.h"

#include <cstdint>
#include <cstdio>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;

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

// A valid date with one byte changed is invalid or another date, never the
// same.
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

// Slow on purpose: it never divides, so it cannot divide wrongly.
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
    // The text is compared for a sample of days and all near a month's end.
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

}  // namespace
