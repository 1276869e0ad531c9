#include "parser/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "parser/base.h"

namespace {

h1_error At(int i) { return static_cast<h1_error>(i); }

TEST(ErrorList, NamesAreUniqueLowerCaseWords) {
  std::set<std::string> names;
  for (int i = 0; i < H1_ERROR_COUNT; i++) {
    const std::string name = h1_error_name(At(i));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
              std::string::npos)
        << name;
    EXPECT_NE(name, "unknown");
  }
}

TEST(ErrorList, EveryRefusalHasASectionAndAnErrorStatusOrNone) {
  for (int i = H1_OK + 1; i < H1_ERROR_COUNT; i++) {
    const unsigned status = h1_error_status(At(i));
    EXPECT_TRUE(status == 0 || (status >= 400 && status <= 599))
        << h1_error_name(At(i));
    const std::string section = h1_error_section(At(i));
    EXPECT_EQ(section.rfind("RFC ", 0), 0u) << h1_error_name(At(i));
  }
}

TEST(ErrorList, SaysWhatTheListSays) {
  EXPECT_STREQ(h1_error_name(H1_OK), "ok");
  EXPECT_EQ(h1_error_status(H1_OK), 0);
  EXPECT_STREQ(h1_error_name(H1_TARGET_TOO_LONG), "target_too_long");
  EXPECT_EQ(h1_error_status(H1_TARGET_TOO_LONG), 414);
  EXPECT_EQ(h1_error_status(H1_VERSION_UNSUPPORTED), 505);
  EXPECT_EQ(h1_error_status(H1_HEAD_TOO_LARGE), 431);
  EXPECT_STREQ(h1_error_section(H1_CODING_UNKNOWN), "RFC 9112 6.1");
  EXPECT_STREQ(h1_error_name(H1_ENCODE_FRAMING), "encode_framing");
}

TEST(ErrorList, ValuesOutsideItAreUnknown) {
  for (h1_error e : {H1_ERROR_COUNT, At(H1_ERROR_COUNT + 1)}) {
    EXPECT_STREQ(h1_error_name(e), "unknown");
    EXPECT_EQ(h1_error_status(e), 0);
    EXPECT_STREQ(h1_error_section(e), "");
  }
}

TEST(Limits, DefaultsAreTheDocumentedOnes) {
  const h1_limits l = h1_limits_default();
  EXPECT_EQ(l.head_bytes, 16384u);
  EXPECT_EQ(l.target_bytes, 8192u);
  EXPECT_EQ(l.header_count, 100u);
  EXPECT_EQ(l.trailer_bytes, 4096u);
  EXPECT_EQ(l.trailer_count, 100u);
  EXPECT_EQ(l.chunk_ext_bytes, 256u);
  EXPECT_EQ(l.chunk_overhead_bytes, 4096u);
  EXPECT_EQ(l.chunk_overhead_ratio, 8u);
  EXPECT_EQ(l.body_bytes, 1048576u);
}

}  // namespace
