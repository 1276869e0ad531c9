// The leaves of each vector level, held against the byte classes: every byte at
// every place, every length and every start.
#include "parser/internal/scan/block.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "parser/testing/byte_classes.h"
#include "parser/testing/every_way.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::InClass;
using h1_test::SupportedLevels;

class Random {
 public:
  size_t Below(size_t end) {
    state_ = state_ * 1664525u + 1013904223u;
    return (state_ >> 8) % end;
  }
  std::string Bytes(size_t n) {
    std::string bytes;
    for (size_t i = 0; i < n; i++) bytes += static_cast<char>(Below(256));
    return bytes;
  }

 private:
  uint32_t state_ = 12345;
};

// The leaves are inlined; these wrap them as functions, four masks at a time.
struct Masks {
  uint64_t token, value, target, plain;
};
bool operator==(const Masks& a, const Masks& b) {
  return a.token == b.token && a.value == b.value && a.target == b.target &&
         a.plain == b.plain;
}

// The leaves: each gives one guarantee and has its own precondition on n and
// at.
enum Leaf { kAny, kHalf, kWide, kLast, k32, k32Wide, k32Last };
const Leaf kLeaves[] = {kAny, kHalf, kWide, kLast, k32, k32Wide, k32Last};

bool IsAllowed(Leaf leaf, size_t at, size_t n) {
  switch (leaf) {
    case kAny:
      return true;
    case kHalf:
    case k32Wide:
      return n - at >= 32;
    case kWide:
      return n - at >= 64;
    case kLast:
      return n >= 64 && n - at <= 64;
    case k32:
      return n >= 32;
    case k32Last:
      return n >= 32 && n - at <= 32;
  }
  return false;
}

#define MASKS(leaf)                                                     \
  Masks {                                                               \
    leaf(p, at, n, H1_CLASS_TOKEN), leaf(p, at, n, H1_CLASS_VALUE),     \
        leaf(p, at, n, H1_CLASS_TARGET), leaf(p, at, n, H1_CLASS_PLAIN) \
  }

#define DEFINE_LEAVES(level)                                                 \
  Masks MasksOf_##level(Leaf leaf, const uint8_t* p, size_t at, size_t n) {  \
    switch (leaf) {                                                          \
      case kAny:                                                             \
        return MASKS(h1_mask_##level);                                       \
      case kHalf:                                                            \
        return MASKS(h1_mask_half_##level);                                  \
      case kWide:                                                            \
        return MASKS(h1_mask_wide_##level);                                  \
      case kLast:                                                            \
        return MASKS(h1_mask_last_##level);                                  \
      case k32:                                                              \
        return MASKS(h1_mask32_##level);                                     \
      case k32Wide:                                                          \
        return MASKS(h1_mask32_wide_##level);                                \
      case k32Last:                                                          \
        return MASKS(h1_mask32_last_##level);                                \
    }                                                                        \
    return {0, 0, 0, 0};                                                     \
  }                                                                          \
  bool FoldedEqual_##level(bool last, const uint8_t* p, size_t at, size_t n, \
                           const uint8_t* text, uint32_t wanted) {           \
    return last ? h1_folded_equal_last_##level(p, at, n, text, wanted)       \
                : h1_folded_equal_wide_##level(p, at, n, text, wanted);      \
  }

DEFINE_LEAVES(scalar)
#if defined(H1_VECTORS_X86)
#include "parser/internal/scan/level_sse.h"
DEFINE_LEAVES(sse)
#include "parser/internal/scan/level_end.h"

#include "parser/internal/scan/level_avx2.h"
DEFINE_LEAVES(avx2)
#include "parser/internal/scan/level_end.h"
#elif defined(H1_VECTORS_NEON)
DEFINE_LEAVES(neon)
#endif

// A mask of 32 bytes promises only its lowest set bit.
Masks Promised(Leaf leaf, const Masks& m) {
  if (leaf != k32 && leaf != k32Wide && leaf != k32Last) return m;
  const auto lowest = [](uint64_t mask) {
    const uint64_t low = mask & 0xffffffffu;
    return low & (~low + 1);
  };
  return {lowest(m.token), lowest(m.value), lowest(m.target), lowest(m.plain)};
}

Masks MasksOf(h1_scan_level level, Leaf leaf, const uint8_t* p, size_t at,
              size_t n) {
  switch (level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_SSE:
      return Promised(leaf, MasksOf_sse(leaf, p, at, n));
    case H1_SCAN_AVX2:
      return Promised(leaf, MasksOf_avx2(leaf, p, at, n));
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      return Promised(leaf, MasksOf_neon(leaf, p, at, n));
#endif
    default:
      return Promised(leaf, MasksOf_scalar(leaf, p, at, n));
  }
}

bool FoldedEqual(h1_scan_level level, bool last, const uint8_t* p, size_t at,
                 size_t n, const uint8_t* text, uint32_t wanted) {
  switch (level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_SSE:
      return FoldedEqual_sse(last, p, at, n, text, wanted);
    case H1_SCAN_AVX2:
      return FoldedEqual_avx2(last, p, at, n, text, wanted);
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      return FoldedEqual_neon(last, p, at, n, text, wanted);
#endif
    default:
      return FoldedEqual_scalar(last, p, at, n, text, wanted);
  }
}

// What the masks must be, computed byte by byte from the classes.
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

// 256 backgrounds x 64 places x 256 values, 64 bytes and no more. The scalar
// level has no lanes that could mix: six backgrounds, in and out of each class.
TEST(BlockLeaves, AgreeWithTheClassesOnEveryByteAtEveryPlace) {
  const Expected expected;
  const Leaf leaves[] = {kWide, k32Wide};  // What the others are made of.
  for (h1_scan_level level : SupportedLevels()) {
    const int step = level == H1_SCAN_SCALAR ? 51 : 1;
    size_t wrong = 0;
    for (int background = 0; background < 256; background += step) {
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
          for (Leaf leaf : leaves) {
            wrong +=
                !(MasksOf(level, leaf, bytes, 0, 64) == Promised(leaf, want));
          }
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
  Random random;
  for (size_t n = 1; n <= 150; n++) {
    const Guarded guarded(random.Bytes(n));
    for (size_t at = 0; at < n; at++) {
      const Masks want = expected.Of(guarded.data(), at, n);
      for (h1_scan_level level : SupportedLevels()) {
        for (Leaf leaf : kLeaves) {
          if (!IsAllowed(leaf, at, n)) continue;
          EXPECT_TRUE(MasksOf(level, leaf, guarded.data(), at, n) ==
                      Promised(leaf, want))
              << h1_scan_level_name(level) << " leaf " << leaf << " n " << n
              << " at " << at;
        }
      }
    }
  }
}

// The lowest `count` bits, 1 to 32.
uint32_t Low(size_t count) { return ~uint32_t{0} >> (32 - count); }

// 256 backgrounds x 32 places x 256 values: all bytes but one equal the text.
TEST(FoldedEqual, ComparesEveryByteAtEveryPlaceWithBit5Set) {
  for (h1_scan_level level : SupportedLevels()) {
    size_t wrong = 0;
    for (int background = 0; background < 256; background++) {
      uint8_t bytes[32], texts[64];
      memset(bytes, background, sizeof bytes);
      memset(texts, background | 0x20, sizeof texts);
      const uint8_t* text = texts + 32;
      for (size_t place = 0; place < 32; place++) {
        for (int value = 0; value < 256; value++) {
          bytes[place] = static_cast<uint8_t>(value);
          const bool equal = (value | 0x20) == (background | 0x20);
          for (bool last : {false, true}) {
            wrong +=
                FoldedEqual(level, last, bytes, 0, 32, text, Low(32)) != equal;
            wrong += FoldedEqual(level, last, bytes, 0, 32, text,
                                 Low(place + 1)) != equal;
            wrong += place > 0 &&
                     !FoldedEqual(level, last, bytes, 0, 32, text, Low(place));
          }
        }
        bytes[place] = static_cast<uint8_t>(background);
      }
    }
    EXPECT_EQ(wrong, 0u) << h1_scan_level_name(level);
  }
}

// The text must hold the folded byte and no other.
TEST(FoldedEqual, TakesNoOtherByteOfTheText) {
  for (h1_scan_level level : SupportedLevels()) {
    size_t wrong = 0;
    uint8_t bytes[32], texts[64];
    memset(bytes, 'A', sizeof bytes);
    memset(texts, 'a', sizeof texts);
    for (size_t place = 0; place < 32; place++) {
      for (int byte = 0; byte < 256; byte++) {
        bytes[place] = static_cast<uint8_t>(byte);
        for (int other = 0; other < 256; other++) {
          texts[32 + place] = static_cast<uint8_t>(other);
          for (bool last : {false, true}) {
            wrong += FoldedEqual(level, last, bytes, 0, 32, texts + 32,
                                 Low(place + 1)) != ((byte | 0x20) == other);
          }
        }
      }
      bytes[place] = 'A';
      texts[32 + place] = 'a';
    }
    EXPECT_EQ(wrong, 0u) << h1_scan_level_name(level);
  }
}

// Every length up to two blocks and every place in it: no byte past the end is
// read or asked for, and bytes before the text have no effect.
TEST(FoldedEqual, SpeaksOfTheBytesFromAtToTheEndAndNoOthers) {
  Random random;
  for (size_t n = 32; n <= 130; n++) {
    const Guarded bytes(random.Bytes(n));
    for (size_t at = 0; at < n; at++) {
      const size_t count = n - at < 32 ? n - at : 32;
      std::string texts = random.Bytes(64);
      for (size_t i = 0; i < count; i++) {
        texts[32 + i] = static_cast<char>(bytes.data()[at + i] | 0x20);
      }
      const size_t place = random.Below(count);
      std::string other = texts;
      other[32 + place] = static_cast<char>(other[32 + place] ^ 1);
      const Guarded same(texts), differs(other);
      for (h1_scan_level level : SupportedLevels()) {
        for (bool last : {false, true}) {
          if (last ? n - at > 32 : n - at < 32) continue;
          const auto equal = [&](const Guarded& text, size_t wanted) {
            return FoldedEqual(level, last, bytes.data(), at, n,
                               text.data() + 32, Low(wanted));
          };
          SCOPED_TRACE(h1_scan_level_name(level));
          EXPECT_TRUE(equal(same, count)) << "n " << n << " at " << at;
          EXPECT_FALSE(equal(differs, count)) << "n " << n << " at " << at;
          EXPECT_FALSE(equal(differs, place + 1)) << "n " << n << " at " << at;
          if (place == 0) continue;
          EXPECT_TRUE(equal(differs, place)) << "n " << n << " at " << at;
        }
      }
    }
  }
}

TEST(Bits, AreFoundAndDropped) {
  for (size_t i = 0; i < 64; i++) {
    for (size_t j = i; j < 64; j++) {
      const uint64_t mask = uint64_t{1} << i | uint64_t{1} << j;
      EXPECT_EQ(h1_first_bit(mask), i);
      EXPECT_EQ(h1_drop_bit(mask), i == j ? 0 : uint64_t{1} << j);
      if (j >= 32) continue;
      EXPECT_EQ(h1_up_to_first_bit(static_cast<uint32_t>(mask)), Low(i + 1));
    }
  }
  EXPECT_EQ(h1_drop_bit(0), 0u);
}

}  // namespace
