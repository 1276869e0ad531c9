#include "parser/scan.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "parser/every_way.h"
#include "parser/scan_block.h"

namespace {

using h1_test::Guarded;
using h1_test::SupportedLevels;

bool IsOneOf(int b, const char* set) {
  return b != 0 && strchr(set, b) != nullptr;
}
bool IsDigit(int b) { return b >= '0' && b <= '9'; }
bool IsLetter(int b) {
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}
bool IsVisible(int b) { return b > 0x20 && b < 0x7f; }

// The classes once more, written from the RFCs.
bool InClass(unsigned class_bit, int b) {
  switch (class_bit) {
    case H1_CLASS_TOKEN:
      return IsLetter(b) || IsDigit(b) || IsOneOf(b, "!#$%&'*+-.^_`|~");
    case H1_CLASS_VALUE:
      return IsVisible(b) || b >= 0x80 || b == ' ' || b == '\t';
    case H1_CLASS_TARGET:
      return IsVisible(b) && b != '#';
    case H1_CLASS_DIGIT:
      return IsDigit(b);
    case H1_CLASS_HEX:
      return IsDigit(b) || IsOneOf(b, "abcdefABCDEF");
    case H1_CLASS_OWS:
      return b == ' ' || b == '\t';
    case H1_CLASS_PLAIN:
      return IsVisible(b) && !IsOneOf(b, "%\\#?./");
    case H1_CLASS_REGNAME:
      return IsLetter(b) || IsDigit(b) || IsOneOf(b, "-._~!$&'()*+,;=");
  }
  return false;
}

const unsigned kClasses[] = {H1_CLASS_TOKEN, H1_CLASS_VALUE,  H1_CLASS_TARGET,
                             H1_CLASS_DIGIT, H1_CLASS_HEX,    H1_CLASS_OWS,
                             H1_CLASS_PLAIN, H1_CLASS_REGNAME};

TEST(ByteClasses, AreTheRfcs) {
  for (unsigned class_bit : kClasses) {
    for (int b = 0; b < 256; b++) {
      EXPECT_EQ((h1_byte_classes[b] & class_bit) != 0, InClass(class_bit, b))
          << "class " << class_bit << " byte " << b;
    }
  }
}

// One leaf of each level, as functions: the leaves themselves are inlined.
struct Masks {
  uint64_t token, value, target, plain;
};
bool operator==(const Masks& a, const Masks& b) {
  return a.token == b.token && a.value == b.value && a.target == b.target &&
         a.plain == b.plain;
}

#define DEFINE_MASKS(level)                                          \
  Masks MasksOf_##level(const uint8_t* p, size_t at, size_t n) {     \
    return {h1_mask_##level(p, at, n, H1_CLASS_TOKEN),               \
            h1_mask_##level(p, at, n, H1_CLASS_VALUE),               \
            h1_mask_##level(p, at, n, H1_CLASS_TARGET),              \
            h1_mask_##level(p, at, n, H1_CLASS_PLAIN)};              \
  }                                                                  \
  Masks WideMasksOf_##level(const uint8_t* p, size_t at, size_t n) { \
    return {h1_mask_wide_##level(p, at, n, H1_CLASS_TOKEN),          \
            h1_mask_wide_##level(p, at, n, H1_CLASS_VALUE),          \
            h1_mask_wide_##level(p, at, n, H1_CLASS_TARGET),         \
            h1_mask_wide_##level(p, at, n, H1_CLASS_PLAIN)};         \
  }

DEFINE_MASKS(scalar)
#if defined(H1_VECTORS_X86)
#include "parser/level_sse.h"
DEFINE_MASKS(sse)
#include "parser/level_end.h"

#include "parser/level_avx2.h"
DEFINE_MASKS(avx2)
#include "parser/level_end.h"
#elif defined(H1_VECTORS_NEON)
DEFINE_MASKS(neon)
#endif

Masks MasksOf(h1_scan_level level, bool wide, const uint8_t* p, size_t at,
              size_t n) {
  switch (level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_SSE:
      return wide ? WideMasksOf_sse(p, at, n) : MasksOf_sse(p, at, n);
    case H1_SCAN_AVX2:
      return wide ? WideMasksOf_avx2(p, at, n) : MasksOf_avx2(p, at, n);
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      return wide ? WideMasksOf_neon(p, at, n) : MasksOf_neon(p, at, n);
#endif
    default:
      return wide ? WideMasksOf_scalar(p, at, n) : MasksOf_scalar(p, at, n);
  }
}

// What the masks must be, from the predicate above.
class Expected {
 public:
  Expected() {
    for (int b = 0; b < 256; b++) {
      of_[b] = {!InClass(H1_CLASS_TOKEN, b), !InClass(H1_CLASS_VALUE, b),
                !InClass(H1_CLASS_TARGET, b), !InClass(H1_CLASS_PLAIN, b)};
    }
  }
  Masks Of(const uint8_t* p, size_t at, size_t n) const {
    Masks m = {0, 0, 0, 0};
    for (size_t i = 0; i < 64 && at + i < n; i++) {
      const Masks& one = of_[p[at + i]];
      m.token |= one.token << i;
      m.value |= one.value << i;
      m.target |= one.target << i;
      m.plain |= one.plain << i;
    }
    return m;
  }
  const Masks& OfByte(int b) const { return of_[b]; }

 private:
  Masks of_[256];
};

uint64_t WithBit(uint64_t background, uint64_t bit, size_t place) {
  const uint64_t all = background ? ~uint64_t{0} : 0;
  return (all & ~(uint64_t{1} << place)) | bit << place;
}

// 256 backgrounds x 64 places x 256 values.
TEST(BlockLeaves, AgreeWithTheClassesOnEveryByteAtEveryPlace) {
  const Expected expected;
  for (h1_scan_level level : SupportedLevels()) {
    if (level == H1_SCAN_SCALAR) continue;  // It has no lanes that could mix.
    size_t wrong = 0;
    for (int background = 0; background < 256; background++) {
      uint8_t bytes[64];
      memset(bytes, background, sizeof bytes);
      const Masks& b = expected.OfByte(background);
      for (size_t place = 0; place < 64; place++) {
        for (int value = 0; value < 256; value++) {
          bytes[place] = static_cast<uint8_t>(value);
          const Masks& v = expected.OfByte(value);
          const Masks want = {WithBit(b.token, v.token, place),
                              WithBit(b.value, v.value, place),
                              WithBit(b.target, v.target, place),
                              WithBit(b.plain, v.plain, place)};
          wrong += !(MasksOf(level, true, bytes, 0, 64) == want);
        }
        bytes[place] = static_cast<uint8_t>(background);
      }
    }
    EXPECT_EQ(wrong, 0u) << h1_scan_level_name(level);
  }
}

// Every length up to two blocks and a bit, every place in it, bytes of all
// kinds.
TEST(BlockLeaves, SpeakOfTheBytesFromAtToTheEndAndNoOthers) {
  const Expected expected;
  uint32_t random = 12345;
  for (size_t n = 1; n <= 150; n++) {
    std::string bytes;
    for (size_t i = 0; i < n; i++) {
      random = random * 1664525u + 1013904223u;
      bytes += static_cast<char>(random >> 24);
    }
    const Guarded guarded(bytes);
    for (size_t at = 0; at < n; at++) {
      const Masks want = expected.Of(guarded.data(), at, n);
      for (h1_scan_level level : SupportedLevels()) {
        EXPECT_TRUE(MasksOf(level, false, guarded.data(), at, n) == want)
            << h1_scan_level_name(level) << " n " << n << " at " << at;
        if (n < 64) continue;
        EXPECT_TRUE(MasksOf(level, true, guarded.data(), at, n) == want)
            << h1_scan_level_name(level) << " wide, n " << n << " at " << at;
      }
    }
  }
}

TEST(ScanUntilNot, FindsTheFirstByteOutsideTheClass) {
  for (unsigned class_bit : kClasses) {
    const char inside = class_bit == H1_CLASS_OWS ? ' ' : '7';
    for (size_t n :
         {0u, 1u, 7u, 31u, 32u, 33u, 63u, 64u, 65u, 100u, 128u, 129u, 140u}) {
      Guarded bytes(std::string(n, inside));
      for (size_t place = 0; place <= n; place++) {
        if (place < n) bytes.writable()[place] = 1;
        for (h1_scan_level level : SupportedLevels()) {
          for (size_t from : {size_t{0}, place / 2, place}) {
            ASSERT_EQ(
                h1_scan_until_not(level, class_bit, bytes.data(), from, n),
                place)
                << h1_scan_level_name(level) << " class " << class_bit << " n "
                << n << " from " << from;
          }
          if (place < n) {
            // What lies in front of `from` does not count.
            ASSERT_EQ(
                h1_scan_until_not(level, class_bit, bytes.data(), place + 1, n),
                n);
          }
        }
        if (place < n) {
          bytes.writable()[place] = static_cast<uint8_t>(inside);
        }
      }
    }
  }
}

TEST(ScanUntilNot, KnowsEveryByteOfEveryClass) {
  for (unsigned class_bit : kClasses) {
    for (int b = 0; b < 256; b++) {
      const Guarded one(std::string(1, static_cast<char>(b)));
      for (h1_scan_level level : SupportedLevels()) {
        EXPECT_EQ(h1_scan_until_not(level, class_bit, one.data(), 0, 1),
                  InClass(class_bit, b) ? 1u : 0u);
      }
    }
  }
}

TEST(ScanUntilNot, ReadsNothingOfAnEmptyRange) {
  for (h1_scan_level level : SupportedLevels()) {
    EXPECT_EQ(h1_scan_until_not(level, H1_CLASS_TOKEN, nullptr, 0, 0), 0u);
  }
}

TEST(ScanLevel, TheBestIsSupportedAndNamed) {
  EXPECT_TRUE(h1_scan_supported(h1_scan_best()));
  EXPECT_TRUE(h1_scan_supported(H1_SCAN_SCALAR));
  EXPECT_STREQ(h1_scan_level_name(H1_SCAN_SCALAR), "scalar");
  EXPECT_STREQ(h1_scan_level_name(H1_SCAN_SSE), "sse4.2");
  EXPECT_STREQ(h1_scan_level_name(H1_SCAN_AVX2), "avx2");
  EXPECT_STREQ(h1_scan_level_name(H1_SCAN_NEON), "neon");
#if defined(H1_VECTORS_X86)
  EXPECT_FALSE(h1_scan_supported(H1_SCAN_NEON));
  // What the processor says through the compiler's own question.
  EXPECT_EQ(h1_scan_supported(H1_SCAN_AVX2),
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2"));
  EXPECT_EQ(h1_scan_supported(H1_SCAN_SSE),
            __builtin_cpu_supports("sse4.2") != 0);
#endif
}

}  // namespace
