// Ranges as tables, and all small cases held against sets of bytes.
#include "parser/range.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;

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
