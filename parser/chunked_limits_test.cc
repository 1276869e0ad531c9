#include "parser/chunked.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "parser/testing/chunked_outcome.h"

namespace {

using h1_test::ChunkedLimits;
using h1_test::DecodeCut;
using h1_test::Done;
using h1_test::Fail;
using h1_test::More;
using h1_test::Outcome;
using h1_test::RunCases;

TEST(ChunkedLimits, HoldsTheBodyLimitAtTheSizeLine) {
  h1_limits limits = ChunkedLimits();
  limits.body_bytes = 5;
  RunCases(
      {
          Done("4\r\nhell\r\n0\r\n", "hell"),
          Done("5\r\nhello\r\n0\r\n", "hello"),
          Done("2\r\nhe\r\n3\r\nllo\r\n0\r\n", "hello"),
          Fail("6\r\nhello!", H1_BODY_TOO_LARGE, 2),
          Fail("7fffffffffffffff\r\n", H1_BODY_TOO_LARGE, 17),
          Fail("2\r\nhe\r\n4\r\nllo!", H1_BODY_TOO_LARGE, 9, "he"),
          Fail("5\r\nhello\r\n1\r\n", H1_BODY_TOO_LARGE, 12, "hello"),
          // The line is read to its end first, so its own faults are reported.
          Fail("6;\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("6\n", H1_BARE_LF, 1),
      },
      limits);
  limits.body_bytes = 0;
  RunCases({Done("0\r\n", ""), Fail("1\r\nx", H1_BODY_TOO_LARGE, 2)}, limits);
}

TEST(ChunkedLimits, HoldsTheExtensionLimitPerChunk) {
  h1_limits limits = ChunkedLimits();
  limits.chunk_ext_bytes = 4;
  RunCases(
      {
          Done("0;ab\r\n", ""),
          Done("0;abc\r\n", ""),
          Done("0;a=b\r\n", ""),
          // Blanks before the first ';' count as overhead only.
          Done("0    ;abc\r\n", ""),
          // Each chunk has an allowance of its own.
          Done("1;abc\r\nx\r\n1;abc\r\ny\r\n0;abc\r\n", "xy"),
          Fail("0;abcd\r\n", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("0;a=\"\"\r\n", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("0;a;b;\r\n", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("0;abc\x01", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("1;ab\r\nx\r\n1;abcd\r\ny\r\n", H1_CHUNK_EXT_TOO_LARGE, 14, "x"),
          // A line end is not part of an extension.
          Fail("0;abc\n", H1_BARE_LF, 5),
          Fail("0;abc\rx", H1_BARE_CR, 6),
      },
      limits);
  limits.chunk_ext_bytes = 0;
  RunCases({Done("0\r\n", ""), Fail("0;a\r\n", H1_CHUNK_EXT_TOO_LARGE, 1)},
           limits);
}

TEST(ChunkedLimits, HoldsTheOverheadLimit) {
  h1_limits limits = ChunkedLimits();
  limits.chunk_overhead_ratio = 0;
  limits.chunk_overhead_bytes = 8;
  RunCases({Done("5\r\nhello\r\n0\r\n", "hello"), Done("000000\r\n", ""),
            Fail("0000000\r\n", H1_CHUNK_OVERHEAD, 8),
            Fail("000000000\r\n", H1_CHUNK_OVERHEAD, 8),
            Fail("5\r\nhello\r\n00\r\n", H1_CHUNK_OVERHEAD, 13, "hello"),
            // The decoder does not look at the byte over the limit.
            Fail("00000000\x01", H1_CHUNK_OVERHEAD, 8)},
           limits);
  limits.chunk_overhead_bytes = 7;
  RunCases({Fail("5\r\nhello\r\n0\r\n", H1_CHUNK_OVERHEAD, 12, "hello"),
            More("5\r\nhello\r\n0\r", "hello")},
           limits);
  // Data handed out pays for later framing, not for what precedes it.
  limits.chunk_overhead_bytes = 3;
  limits.chunk_overhead_ratio = 1;
  RunCases({Done("5\r\nhello\r\n0\r\n", "hello"),
            Fail("4\r\nhell\r\n0\r\n", H1_CHUNK_OVERHEAD, 11, "hell"),
            Fail("05\r\nhello\r\n0\r\n", H1_CHUNK_OVERHEAD, 3)},
           limits);
  limits.chunk_overhead_bytes = 0;
  RunCases({Fail("0\r\n", H1_CHUNK_OVERHEAD, 0)}, limits);
}

TEST(ChunkedLimits, SmallChunksFitTheDefaultOverhead) {
  std::string input, data;
  for (int i = 0; i < 5000; i++) {
    input += "1\r\nx\r\n";
    data += "x";
  }
  input += "0\r\n";
  EXPECT_EQ(DecodeCut(input, ChunkedLimits(), {}),
            (Outcome{H1_DONE, H1_OK, input.size(), data}));
}

TEST(ChunkedLimits, LeadingZerosOfEveryChunkCount) {
  h1_limits limits = ChunkedLimits();
  std::string input;
  // 13 bytes of framing for each byte of data, where 8 are allowed.
  for (int i = 0; i < 5000; i++) input += "000000001\r\nx\r\n";
  const Outcome outcome = DecodeCut(input, limits, {});
  EXPECT_EQ(outcome.error, H1_CHUNK_OVERHEAD);
  const uint64_t data = outcome.data.size();
  EXPECT_EQ(outcome.offset - data, 4096 + 8 * data);
}

TEST(ChunkedLimits, AbsurdLimitsDoNotWrap) {
  h1_limits limits = ChunkedLimits();
  limits.chunk_overhead_bytes = SIZE_MAX;
  limits.chunk_overhead_ratio = SIZE_MAX;
  limits.chunk_ext_bytes = SIZE_MAX;
  RunCases({Done("5;a=b\r\nhello\r\n0\r\n", "hello")}, limits);
  limits.chunk_overhead_bytes = 3;
  RunCases({Done("5\r\nhello\r\n0\r\n", "hello")}, limits);
  // A product that would wrap to 0, and a sum that would wrap to 1.
  limits.chunk_overhead_ratio = size_t{1} << 62;
  RunCases({Done("4\r\nhell\r\n0\r\n", "hell")}, limits);
  limits.chunk_overhead_bytes = SIZE_MAX;
  limits.chunk_overhead_ratio = 1;
  RunCases({Done("5\r\nhello\r\n0\r\n", "hello")}, limits);
}

}  // namespace
