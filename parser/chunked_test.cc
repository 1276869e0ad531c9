#include "parser/chunked.h"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using std::string_literals::operator""s;

h1_limits Limits() {
  h1_limits limits = {};
  limits.chunk_ext_bytes = 64;
  limits.chunk_overhead_bytes = 4096;
  limits.chunk_overhead_ratio = 8;
  limits.body_bytes = UINT64_MAX;
  return limits;
}

// All that may be seen of a decoding; equal for every way to cut the input.
struct Outcome {
  h1_step step = H1_NEED_INPUT;
  h1_error error = H1_OK;
  uint64_t offset = 0;
  std::string data;

  bool operator==(const Outcome& o) const {
    return step == o.step && error == o.error && offset == o.offset &&
           data == o.data;
  }
};

std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << "step " << o.step << ", " << h1_error_name(o.error) << " at "
             << o.offset << ", data \"" << o.data << "\"";
}

// Feeds one piece of input until the decoder wants more, and holds every call
// to the header's promises.
void Feed(h1_chunked_decoder* d, h1_slice piece, Outcome* outcome) {
  const uint64_t before = h1_chunked_offset(d);
  h1_slice in = piece;
  do {
    const h1_slice was = in;
    h1_slice data = {reinterpret_cast<const uint8_t*>(1), 99};
    outcome->step = h1_chunked_decode(d, &in, &data);
    ASSERT_LE(in.len, was.len);
    ASSERT_EQ(in.ptr, was.ptr + (was.len - in.len));
    if (outcome->step == H1_DATA) {
      ASSERT_GT(data.len, 0u);
      ASSERT_GE(data.ptr, was.ptr);
      ASSERT_EQ(data.ptr + data.len, in.ptr);
      outcome->data += StringOf(data);
    } else {
      ASSERT_EQ(data.ptr, nullptr);
      ASSERT_EQ(data.len, 0u);
    }
  } while (outcome->step == H1_DATA);
  ASSERT_NE(outcome->step, H1_NEED_ROOM);
  if (outcome->step == H1_NEED_INPUT) {
    ASSERT_EQ(in.len, 0u);
  }
  outcome->error = h1_chunked_error(d);
  outcome->offset = h1_chunked_offset(d);
  ASSERT_EQ(outcome->offset, before + (piece.len - in.len));
  ASSERT_EQ(outcome->data.size(), h1_chunked_data_bytes(d));
  ASSERT_EQ(outcome->step == H1_FAILED, outcome->error != H1_OK);
}

void ExpectSticky(const h1_chunked_decoder& d, const Outcome& outcome) {
  if (outcome.step != H1_FAILED && outcome.step != H1_DONE) return;
  for (const std::string more : {"", "0\r\n", "5\r\nhello\r\n"}) {
    h1_chunked_decoder again = d;
    Outcome then = outcome;
    Feed(&again, SliceOf(more), &then);
    EXPECT_EQ(then, outcome) << "with more: " << more;
  }
}

// Decodes `input` cut behind each of `cuts` (ascending); each piece against the
// guard page, and the decoder itself moved between pieces.
Outcome DecodeCut(const std::string& input, const h1_limits& limits,
                  std::vector<size_t> cuts) {
  h1_chunked_decoder d;
  h1_chunked_decoder_init(&d, &limits);
  Outcome outcome;
  cuts.push_back(input.size());
  size_t from = 0;
  for (size_t cut : cuts) {
    const Guarded piece(input.data() + from, cut - from);
    h1_chunked_decoder moved = d;
    Feed(&moved, piece.slice(), &outcome);
    d = moved;
    if (outcome.step != H1_NEED_INPUT) break;
    from = cut;
  }
  ExpectSticky(d, outcome);
  return outcome;
}

// Whole, byte by byte and cut at every place: one outcome.
Outcome DecodeEveryWay(const std::string& input, const h1_limits& limits) {
  const Outcome whole = DecodeCut(input, limits, {});
  std::vector<size_t> all;
  for (size_t i = 0; i < input.size(); i++) all.push_back(i);
  EXPECT_EQ(DecodeCut(input, limits, all), whole) << "byte by byte";
  for (size_t cut : all) {
    EXPECT_EQ(DecodeCut(input, limits, {cut}), whole) << "cut at " << cut;
  }
  return whole;
}

struct Case {
  std::string input;
  h1_step step;
  h1_error error;
  uint64_t offset;
  std::string data;
};

void RunCases(const std::vector<Case>& cases, const h1_limits& limits) {
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.input));
    const Outcome expected = {c.step, c.error, c.offset, c.data};
    EXPECT_EQ(DecodeEveryWay(c.input, limits), expected);
  }
}

Case Done(const std::string& input, const std::string& data) {
  return {input, H1_DONE, H1_OK, input.size(), data};
}
Case DoneAt(const std::string& input, uint64_t offset,
            const std::string& data) {
  return {input, H1_DONE, H1_OK, offset, data};
}
Case More(const std::string& input, const std::string& data) {
  return {input, H1_NEED_INPUT, H1_OK, input.size(), data};
}
Case Fail(const std::string& input, h1_error error, uint64_t offset,
          const std::string& data = "") {
  return {input, H1_FAILED, error, offset, data};
}

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
      Limits());
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
      Limits());
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
      Limits());
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
      Limits());
}

TEST(ChunkedDecode, RefusesSizesAbove2To63Minus1) {
  h1_limits limits = Limits();
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
      Limits());
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
      Limits());
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
      Limits());
}

TEST(ChunkedDecode, DemandsExactlyCrlfBehindTheData) {
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
      Limits());
}

TEST(ChunkedDecode, JudgesEveryByteValueBehindTheData) {
  for (int c = 0; c < 256; c++) {
    const std::string input = "1\r\nx" + std::string(1, static_cast<char>(c));
    const Outcome outcome = DecodeCut(input, Limits(), {});
    if (c == '\r') {
      EXPECT_EQ(outcome, (Outcome{H1_NEED_INPUT, H1_OK, 5, "x"}));
    } else {
      const h1_error error = c == '\n' ? H1_BARE_LF : H1_CHUNK_END_INVALID;
      EXPECT_EQ(outcome, (Outcome{H1_FAILED, error, 4, "x"})) << c;
    }
  }
}

TEST(ChunkedDecode, HoldsTheBodyLimitAtTheSizeLine) {
  h1_limits limits = Limits();
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
          // The line is read to its end first: its own faults come earlier.
          Fail("6;\r\n", H1_CHUNK_EXT_INVALID, 3),
          Fail("6\n", H1_BARE_LF, 1),
      },
      limits);
  limits.body_bytes = 0;
  RunCases({Done("0\r\n", ""), Fail("1\r\nx", H1_BODY_TOO_LARGE, 2)}, limits);
}

TEST(ChunkedDecode, HoldsTheExtensionLimitPerChunk) {
  h1_limits limits = Limits();
  limits.chunk_ext_bytes = 4;
  RunCases(
      {
          Done("0;ab\r\n", ""),
          Done("0;abc\r\n", ""),
          Done("0;a=b\r\n", ""),
          // Blanks in front of the first ';' are overhead only.
          Done("0    ;abc\r\n", ""),
          // The allowance is each chunk's own.
          Done("1;abc\r\nx\r\n1;abc\r\ny\r\n0;abc\r\n", "xy"),
          Fail("0;abcd\r\n", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("0;a=\"\"\r\n", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("0;a;b;\r\n", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("0;abc\x01", H1_CHUNK_EXT_TOO_LARGE, 5),
          Fail("1;ab\r\nx\r\n1;abcd\r\ny\r\n", H1_CHUNK_EXT_TOO_LARGE, 14, "x"),
          // A line end is no byte of an extension.
          Fail("0;abc\n", H1_BARE_LF, 5),
          Fail("0;abc\rx", H1_BARE_CR, 6),
      },
      limits);
  limits.chunk_ext_bytes = 0;
  RunCases({Done("0\r\n", ""), Fail("0;a\r\n", H1_CHUNK_EXT_TOO_LARGE, 1)},
           limits);
}

TEST(ChunkedDecode, HoldsTheOverheadLimit) {
  h1_limits limits = Limits();
  limits.chunk_overhead_ratio = 0;
  limits.chunk_overhead_bytes = 8;
  RunCases({Done("5\r\nhello\r\n0\r\n", "hello"), Done("000000\r\n", ""),
            Fail("0000000\r\n", H1_CHUNK_OVERHEAD, 8),
            Fail("000000000\r\n", H1_CHUNK_OVERHEAD, 8),
            Fail("5\r\nhello\r\n00\r\n", H1_CHUNK_OVERHEAD, 13, "hello"),
            // The byte over the limit is not looked at.
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

TEST(ChunkedDecode, SmallChunksFitTheDefaultOverhead) {
  std::string input, data;
  for (int i = 0; i < 5000; i++) {
    input += "1\r\nx\r\n";
    data += "x";
  }
  input += "0\r\n";
  EXPECT_EQ(DecodeCut(input, Limits(), {}),
            (Outcome{H1_DONE, H1_OK, input.size(), data}));
}

TEST(ChunkedDecode, LeadingZerosOfEveryChunkCount) {
  h1_limits limits = Limits();
  std::string input;
  // 13 bytes of framing for each byte of data, where 8 are allowed.
  for (int i = 0; i < 5000; i++) input += "000000001\r\nx\r\n";
  const Outcome outcome = DecodeCut(input, limits, {});
  EXPECT_EQ(outcome.error, H1_CHUNK_OVERHEAD);
  const uint64_t data = outcome.data.size();
  EXPECT_EQ(outcome.offset - data, 4096 + 8 * data);
}

TEST(ChunkedDecode, AbsurdLimitsDoNotWrap) {
  h1_limits limits = Limits();
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

// A second reading of RFC 9112 7.1.1 over a whole line, without its CRLF.
bool LineMatches(const std::string& s, size_t* digits) {
  const auto in = [](char c, const char* set) {
    return c != '\0' && std::string(set).find(c) != std::string::npos;
  };
  const auto tchar = [&](char c) {
    return isalnum(static_cast<unsigned char>(c)) || in(c, "!#$%&'*+-.^_`|~");
  };
  size_t at = 0;
  const auto skip = [&](auto&& wanted) {
    const size_t from = at;
    while (at < s.size() && wanted(s[at])) at++;
    return at - from;
  };
  const auto bws = [&](char c) { return c == ' ' || c == '\t'; };
  *digits = skip([&](char c) { return in(c, "0123456789abcdefABCDEF"); });
  if (*digits == 0) return false;
  while (at < s.size()) {
    skip(bws);
    if (at == s.size() || s[at] != ';') return false;
    at++;
    skip(bws);
    if (skip(tchar) == 0) return false;
    const size_t name_end = at;
    skip(bws);
    if (at == s.size() || s[at] != '=') {
      at = name_end;
      continue;
    }
    at++;
    skip(bws);
    if (at == s.size()) return false;
    if (s[at] != '"') {
      if (skip(tchar) == 0) return false;
      continue;
    }
    at++;
    while (at < s.size() && s[at] != '"') at += s[at] == '\\' ? 2 : 1;
    if (at >= s.size()) return false;
    at++;
  }
  return true;
}

// Calls `visit` with every string over `alphabet` of up to `longest` letters.
template <typename Visit>
void ForAllStrings(const std::string& alphabet, size_t longest, Visit visit) {
  std::vector<size_t> letters;
  std::string s;
  for (;;) {
    visit(s);
    size_t i = 0;
    while (i < letters.size() && letters[i] + 1 == alphabet.size()) {
      letters[i] = 0;
      s[i] = alphabet[0];
      i++;
    }
    if (i == letters.size()) {
      if (i == longest) return;
      letters.push_back(0);
      s.push_back(alphabet[0]);
    } else {
      letters[i]++;
      s[i] = alphabet[letters[i]];
    }
  }
}

TEST(ChunkedDecode, AgreesWithTheGrammarOnAllShortLines) {
  const h1_limits limits = Limits();
  size_t accepted = 0;
  ForAllStrings("1gx ;=\"\\", 6, [&](const std::string& line) {
    h1_chunked_decoder d;
    h1_chunked_decoder_init(&d, &limits);
    const std::string input = line + "\r\n";
    h1_slice in = SliceOf(input);
    h1_slice data;
    const h1_step step = h1_chunked_decode(&d, &in, &data);
    size_t digits = 0;
    const bool expected = LineMatches(line, &digits);
    accepted += expected ? 1 : 0;
    if ((step == H1_NEED_INPUT) != expected) ADD_FAILURE() << line;
  });
  EXPECT_GT(accepted, 100u);
}

// Where the chunked body at the start of `s` ends, if it is whole and valid.
std::optional<size_t> BodyEnd(const std::string& s, std::string* data) {
  size_t at = 0;
  for (;;) {
    const size_t end = s.find("\r\n", at);
    if (end == std::string::npos) return std::nullopt;
    const std::string line = s.substr(at, end - at);
    size_t digits = 0;
    if (line.find_first_of("\r\n") != std::string::npos ||
        !LineMatches(line, &digits)) {
      return std::nullopt;
    }
    const size_t size = std::stoul(line.substr(0, digits), nullptr, 16);
    at = end + 2;
    if (size == 0) return at;
    if (s.size() < at + size + 2 || s.substr(at + size, 2) != "\r\n") {
      return std::nullopt;
    }
    *data += s.substr(at, size);
    at += size + 2;
  }
}

TEST(ChunkedDecode, AgreesWithTheGrammarOnAllShortBodies) {
  const h1_limits limits = Limits();
  size_t complete = 0;
  ForAllStrings("01\r\n;x", 8, [&](const std::string& input) {
    h1_chunked_decoder d;
    h1_chunked_decoder_init(&d, &limits);
    Outcome whole;
    Feed(&d, SliceOf(input), &whole);
    std::string data;
    const std::optional<size_t> end = BodyEnd(input, &data);
    if (end.has_value() != (whole.step == H1_DONE) ||
        (end && (*end != whole.offset || data != whole.data))) {
      ADD_FAILURE() << testing::PrintToString(input) << whole;
    }
    complete += end ? 1 : 0;
    Outcome bytewise;
    h1_chunked_decoder_init(&d, &limits);
    for (size_t i = 0; i < input.size() && bytewise.step == H1_NEED_INPUT;
         i++) {
      Feed(&d, {SliceOf(input).ptr + i, 1}, &bytewise);
    }
    if (!(whole == bytewise)) {
      ADD_FAILURE() << testing::PrintToString(input) << whole << bytewise;
    }
  });
  EXPECT_GT(complete, 100u);
}

std::string EncodeChunk(const std::string& data) {
  std::string out(data.size() + 40, '#');
  size_t size = 99;
  h1_room room = {reinterpret_cast<uint8_t*>(&out[0]), out.size()};
  EXPECT_EQ(h1_chunk_encode(SliceOf(data), room, &size), H1_DONE);
  out.resize(size);
  return out;
}

TEST(ChunkedEncode, RoundTripsHoweverCut) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; round++) {
    std::string input, data;
    const size_t chunks = random() % 8;
    for (size_t i = 0; i < chunks; i++) {
      std::string piece(random() % (i % 2 == 0 ? 20 : 5000), '\0');
      for (char& c : piece) c = static_cast<char>(random());
      input += EncodeChunk(piece);
      data += piece;
    }
    input += "0\r\n";
    std::vector<size_t> cuts;
    for (int i = 0; i < 5; i++) cuts.push_back(random() % (input.size() + 1));
    std::sort(cuts.begin(), cuts.end());
    EXPECT_EQ(DecodeCut(input, Limits(), cuts),
              (Outcome{H1_DONE, H1_OK, input.size(), data}));
  }
}

TEST(ChunkedEncode, WritesTheSizeInLowerHexWithoutLeadingZero) {
  EXPECT_EQ(EncodeChunk(std::string(1, 'x')), "1\r\nx\r\n");
  EXPECT_EQ(EncodeChunk(std::string(10, 'x')).substr(0, 3), "a\r\n");
  EXPECT_EQ(EncodeChunk(std::string(15, 'x')).substr(0, 3), "f\r\n");
  EXPECT_EQ(EncodeChunk(std::string(16, 'x')).substr(0, 4), "10\r\n");
  EXPECT_EQ(EncodeChunk(std::string(255, 'x')).substr(0, 4), "ff\r\n");
  EXPECT_EQ(EncodeChunk(std::string(4096, 'x')).substr(0, 6), "1000\r\n");
  EXPECT_EQ(EncodeChunk(""), "");
}

// Runs an encoder in every smaller room, which must stay untouched, and in the
// exact one; returns what it wrote.
template <typename Encode>
std::string InEveryRoom(size_t needed, Encode encode) {
  for (size_t len = 0; len < needed; len++) {
    Guarded room(std::string(len, '#'));
    size_t size = 0;
    EXPECT_EQ(encode(room.room(), &size), H1_NEED_ROOM) << len;
    EXPECT_EQ(size, needed);
    EXPECT_EQ(StringOf(room.slice()), std::string(len, '#'));
  }
  Guarded room(std::string(needed, '#'));
  size_t size = 0;
  EXPECT_EQ(encode(room.room(), &size), H1_DONE);
  EXPECT_EQ(size, needed);
  return StringOf(room.slice());
}

TEST(ChunkedEncode, AsksForExactlyTheRoomItNeeds) {
  const std::string data = "0123456789abcdef+";
  EXPECT_EQ(InEveryRoom(23,
                        [&](h1_room room, size_t* size) {
                          return h1_chunk_encode(SliceOf(data), room, size);
                        }),
            "11\r\n0123456789abcdef+\r\n");
  EXPECT_EQ(InEveryRoom(3, h1_last_chunk_encode), "0\r\n");
  EXPECT_EQ(InEveryRoom(2, h1_trailers_end_encode), "\r\n");
  EXPECT_EQ(InEveryRoom(H1_CHUNK_HEAD_MAX,
                        [](h1_room room, size_t* size) {
                          return h1_chunk_head_encode(INT64_MAX, room, size);
                        }),
            "7fffffffffffffff\r\n");
  EXPECT_EQ(InEveryRoom(3,
                        [](h1_room room, size_t* size) {
                          return h1_chunk_head_encode(1, room, size);
                        }),
            "1\r\n");
}

TEST(ChunkedEncode, RefusesSizesThatAreNoChunk) {
  Guarded room(std::string(H1_CHUNK_HEAD_MAX, '#'));
  for (uint64_t size : {uint64_t{0}, uint64_t{1} << 63, UINT64_MAX}) {
    size_t written = 99;
    EXPECT_EQ(h1_chunk_head_encode(size, room.room(), &written), H1_FAILED);
    EXPECT_EQ(written, 0u);
  }
  EXPECT_EQ(StringOf(room.slice()), std::string(H1_CHUNK_HEAD_MAX, '#'));
}

}  // namespace
