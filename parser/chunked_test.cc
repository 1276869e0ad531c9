#include "parser/chunked.h"

#include <string>

#include "gtest/gtest.h"
#include "parser/testing/chunked_outcome.h"

namespace {

using h1_test::ChunkedLimits;
using h1_test::DecodeCut;
using h1_test::Done;
using h1_test::DoneAt;
using h1_test::Fail;
using h1_test::More;
using h1_test::Outcome;
using h1_test::RunCases;
using std::string_literals::operator""s;

TEST(ChunkedDecode, ServesWhatTheGrammarAllows) {
  RunCases(
      {
          Done("0\r\n", ""),
          Done("5\r\nhello\r\n0\r\n", "hello"),
          Done("1\r\na\r\n2\r\nbc\r\n0\r\n", "abc"),
          Done("a\r\n0123456789\r\n0\r\n", "0123456789"),
          Done("A\r\n0123456789\r\n0\r\n", "0123456789"),
          Done("000\r\n", ""),
          Done("0005\r\nhello\r\n00\r\n", "hello"),
          Done("00000000000000000000005\r\nhello\r\n0\r\n", "hello"),
          Done("2\r\n\r\n\r\n0\r\n", "\r\n"),
          Done("3\r\n0\r\n\r\n0\r\n", "0\r\n"),
          Done("4\r\n\x00\xff\x0d\x0a\r\n0\r\n"s, "\x00\xff\x0d\x0a"s),
          DoneAt("0\r\n\r\n", 3, ""),
          DoneAt("0\r\nName: value\r\n\r\n", 3, ""),
          DoneAt("1\r\nx\r\n0\r\nGET / HTTP/1.1\r\n", 9, "x"),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, AsksForMoreInTheMiddle) {
  RunCases(
      {
          More("", ""),
          More("5", ""),
          More("5\r", ""),
          More("5\r\n", ""),
          More("5\r\nhel", "hel"),
          More("5\r\nhello", "hello"),
          More("5\r\nhello\r", "hello"),
          More("5\r\nhello\r\n", "hello"),
          More("5\r\nhello\r\n0", "hello"),
          More("5\r\nhello\r\n0\r", "hello"),
          More("0;a=\"", ""),
          More("7fffffffffffffff\r\nx", "x"),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, RefusesSizesThatAreNotHexDigits) {
  RunCases(
      {
          Fail("g\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("+5\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("-5\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("0x5\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5h\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5_0\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5,5\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5:\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("/\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("@\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("G\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("`\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("\0"s, H1_CHUNK_SIZE_INVALID, 0),
          Fail("5\0\r\n"s, H1_CHUNK_SIZE_INVALID, 1),
          Fail("5\x0b\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5\x0c\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5\x80\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("\xb5\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail(";a\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("\r\n", H1_CHUNK_SIZE_INVALID, 1),
          Fail("5\r\nhello\r\n\r\n", H1_CHUNK_SIZE_INVALID, 11, "hello"),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, AllowsBlanksAroundTheSizeOnlyBeforeAnExtension) {
  RunCases(
      {
          Done("0 ;a\r\n", ""),
          Done("0\t \t;a\r\n", ""),
          Fail("5 \r\n", H1_CHUNK_SIZE_INVALID, 3),
          Fail("5\t\r\n", H1_CHUNK_SIZE_INVALID, 3),
          Fail("5 5\r\n", H1_CHUNK_SIZE_INVALID, 2),
          Fail("5 a\r\n", H1_CHUNK_SIZE_INVALID, 2),
          Fail("5 =\r\n", H1_CHUNK_SIZE_INVALID, 2),
          Fail(" 5\r\n", H1_CHUNK_SIZE_INVALID, 0),
          Fail("\t5\r\n", H1_CHUNK_SIZE_INVALID, 0),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, RefusesSizesAbove2To63Minus1) {
  h1_limits limits = ChunkedLimits();
  RunCases(
      {
          More("7fffffffffffffff\r\n", ""),
          More("7FFFFFFFFFFFFFFF\r\n", ""),
          More("00007fffffffffffffff\r\n", ""),
          Fail("8000000000000000\r\n", H1_CHUNK_SIZE_OVERFLOW, 15),
          Fail("ffffffffffffffff\r\n", H1_CHUNK_SIZE_OVERFLOW, 15),
          Fail("10000000000000000\r\n", H1_CHUNK_SIZE_OVERFLOW, 16),
          Fail("10000000000000005\r\n", H1_CHUNK_SIZE_OVERFLOW, 16),
          Fail("fffffffffffffffffffff\r\n", H1_CHUNK_SIZE_OVERFLOW, 15),
          Fail("008000000000000000\r\n", H1_CHUNK_SIZE_OVERFLOW, 17),
      },
      limits);
}

TEST(ChunkedDecode, DropsWellFormedExtensions) {
  RunCases(
      {
          Done("0;a\r\n", ""),
          Done("5;a\r\nhello\r\n0;b\r\n", "hello"),
          Done("0;a=b\r\n", ""),
          Done("0;a=\"b\"\r\n", ""),
          Done("0;a=\"\"\r\n", ""),
          Done("0;a=\" \t;=,\x80\xff\"\r\n", ""),
          Done("0;a=\"\\\"\"\r\n", ""),
          Done("0;a=\"\\\\\"\r\n", ""),
          Done("0;a=\"\\a\\ \\\t\\\xff\"\r\n", ""),
          Done("0;a;b;c=d;e=\"f\";g\r\n", ""),
          Done("0 ; a = b ; c\t=\t\"d\" ;e\r\n", ""),
          Done("0;a ;b\r\n", ""),
          Done("0;5=5\r\n", ""),
          Done("0;!#$%&'*+-.^_`|~09azAZ=!#$%&'*+-.^_`|~09azAZ\r\n", ""),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, RefusesMalformedExtensions) {
  RunCases(
      {
          Fail("0;\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("0; \r\n", H1_CHUNK_EXT_INVALID, 4),
          Fail("0;;a\r\n", H1_CHUNK_EXT_INVALID, 2),
          Fail("0;a;\r\n", H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a=b;\r\n", H1_CHUNK_EXT_INVALID, 7),
          Fail("0;=b\r\n", H1_CHUNK_EXT_INVALID, 2),
          Fail("0;a=\r\n", H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a= \r\n", H1_CHUNK_EXT_INVALID, 6),
          Fail("0;a=;b\r\n", H1_CHUNK_EXT_INVALID, 4),
          Fail("0;a==b\r\n", H1_CHUNK_EXT_INVALID, 4),
          Fail("0;a=b=c\r\n", H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a \r\n", H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a=b \r\n", H1_CHUNK_EXT_INVALID, 7),
          Fail("0;a=\"b\" \r\n", H1_CHUNK_EXT_INVALID, 9),
          Fail("0;a b\r\n", H1_CHUNK_EXT_INVALID, 4),
          Fail("0;a=b c\r\n", H1_CHUNK_EXT_INVALID, 6),
          Fail("0;a=b =c\r\n", H1_CHUNK_EXT_INVALID, 6),
          Fail("0;a=\"b\"c\r\n", H1_CHUNK_EXT_INVALID, 7),
          Fail("0;a=\"b\"=c\r\n", H1_CHUNK_EXT_INVALID, 7),
          Fail("0;a=\"b\"\"c\"\r\n", H1_CHUNK_EXT_INVALID, 7),
          Fail("0;\"a\"=b\r\n", H1_CHUNK_EXT_INVALID, 2),
          Fail("0;a\"b\"\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("0;a=b\"\r\n", H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a=\"b\r\n", H1_CHUNK_EXT_INVALID, 7),
          Fail("0;a=\"b\\\r\n", H1_CHUNK_EXT_INVALID, 8),
          Fail("0;a,b\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("0;a(b)\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("0;a\0\r\n"s, H1_CHUNK_EXT_INVALID, 3),
          Fail("0;\x7f\r\n", H1_CHUNK_EXT_INVALID, 2),
          Fail("0;\x80\r\n", H1_CHUNK_EXT_INVALID, 2),
          Fail("0;a=\x80\r\n", H1_CHUNK_EXT_INVALID, 4),
          Fail("0;a\x0b=b\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("0;a=\"\0\"\r\n"s, H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a=\"\x7f\"\r\n", H1_CHUNK_EXT_INVALID, 5),
          Fail("0;a=\"\\\x01\"\r\n", H1_CHUNK_EXT_INVALID, 6),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, RefusesBareLineFeedsAndReturns) {
  RunCases(
      {
          Fail("\n", H1_BARE_LF, 0),
          Fail("5\n", H1_BARE_LF, 1),
          Fail("5 \n", H1_BARE_LF, 2),
          Fail("0\n", H1_BARE_LF, 1),
          Fail("0;\n", H1_BARE_LF, 2),
          Fail("0;a\n", H1_BARE_LF, 3),
          Fail("0;a \n", H1_BARE_LF, 4),
          Fail("0;a=\n", H1_BARE_LF, 4),
          Fail("0;a=b\n", H1_BARE_LF, 5),
          Fail("0;a=b \n", H1_BARE_LF, 6),
          Fail("0;a=\"\n", H1_BARE_LF, 5),
          Fail("0;a=\"\\\n", H1_BARE_LF, 6),
          Fail("0;a=\"\"\n", H1_BARE_LF, 6),
          Fail("\rx", H1_BARE_CR, 1),
          Fail("\r\r", H1_BARE_CR, 1),
          Fail("5\r5", H1_BARE_CR, 2),
          Fail("5\r\r\n", H1_BARE_CR, 2),
          Fail("5\r\r\n5\r\nhello", H1_BARE_CR, 2),
          Fail("0;\r\r\n5\r\nhello", H1_BARE_CR, 3),
          Fail("5\r\nhello\r\r\n5\r\nhello", H1_BARE_CR, 9, "hello"),
          Fail("5 \r;", H1_BARE_CR, 3),
          Fail("0;\ra", H1_BARE_CR, 3),
          Fail("0;a\r;", H1_BARE_CR, 4),
          Fail("0;a \r;", H1_BARE_CR, 5),
          Fail("0;a=\rb", H1_BARE_CR, 5),
          Fail("0;a=b\rb", H1_BARE_CR, 6),
          Fail("0;a=\"\rb\"\r\n", H1_BARE_CR, 6),
          Fail("0;a=\"\\\rb\"\r\n", H1_BARE_CR, 7),
          Fail("0;a=\"\"\rb", H1_BARE_CR, 7),
          Fail("0;a=\"\r\r\n", H1_BARE_CR, 6),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, DemandsExactlyCrlfAfterTheData) {
  RunCases(
      {
          Fail("5\r\nhellox\r\n", H1_CHUNK_END_INVALID, 8, "hello"),
          Fail("5\r\nhello0\r\n", H1_CHUNK_END_INVALID, 8, "hello"),
          Fail("5\r\nhello \r\n", H1_CHUNK_END_INVALID, 8, "hello"),
          Fail("5\r\nhello\n", H1_BARE_LF, 8, "hello"),
          Fail("5\r\nhello\rx", H1_BARE_CR, 9, "hello"),
          Fail("5\r\nhello\r\r\n", H1_BARE_CR, 9, "hello"),
          Fail("4\r\nhello\r\n", H1_CHUNK_END_INVALID, 7, "hell"),
          Fail("6\r\nhello\r\n0\r\n", H1_BARE_LF, 9, "hello\r"),
      },
      ChunkedLimits());
}

TEST(ChunkedDecode, ChecksEveryByteValueAfterTheData) {
  for (int c = 0; c < 256; c++) {
    const std::string input = "1\r\nx" + std::string(1, static_cast<char>(c));
    const Outcome outcome = DecodeCut(input, ChunkedLimits(), {});
    if (c == '\r') {
      EXPECT_EQ(outcome, (Outcome{H1_NEED_INPUT, H1_OK, 5, "x"}));
    } else {
      const h1_error error = c == '\n' ? H1_BARE_LF : H1_CHUNK_END_INVALID;
      EXPECT_EQ(outcome, (Outcome{H1_FAILED, error, 4, "x"})) << c;
    }
  }
}

}  // namespace
