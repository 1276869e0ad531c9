#include "parser/scan.h"

#include <string>

#include "gtest/gtest.h"
#include "parser/testing/byte_classes.h"
#include "parser/testing/every_way.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::InClass;
using h1_test::kClasses;
using h1_test::SupportedLevels;

TEST(ByteClasses, AreTheRfcs) {
  for (unsigned class_bit : kClasses) {
    for (int b = 0; b < 256; b++) {
      EXPECT_EQ((h1_byte_classes[b] & class_bit) != 0, InClass(class_bit, b))
          << "class " << class_bit << " byte " << b;
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
            // Bytes before `from` do not count.
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
  // Compared with the compiler's own check of the processor.
  EXPECT_EQ(h1_scan_supported(H1_SCAN_AVX2),
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2"));
  EXPECT_EQ(h1_scan_supported(H1_SCAN_SSE),
            __builtin_cpu_supports("sse4.2") != 0);
#endif
}

}  // namespace
