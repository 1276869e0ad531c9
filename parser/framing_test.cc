#include "parser/framing.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::Lines;
using h1_test::Message;
using h1_test::Show;
using h1_test::SliceOf;
using std::string_literals::operator""s;

struct FramingRow {
  Lines lines;
  h1_error error;
  h1_body_kind kind;
  uint64_t length;
};

FramingRow Refused(const Lines& lines, h1_error error) {
  return {lines, error, H1_BODY_NONE, 0};
}

void CheckRequestFraming(const std::vector<FramingRow>& rows, int minor) {
  for (const FramingRow& row : rows) {
    SCOPED_TRACE(Show(row.lines) + std::to_string(minor));
    for (const std::string method : {"GET", "HEAD", "POST", "FOO"}) {
      Message message(row.lines);
      const h1_request r = message.Request(method, "/", minor);
      h1_framing framing = {H1_BODY_UNTIL_CLOSE, 99};
      EXPECT_EQ(h1_framing_of_request(&r, &framing), row.error);
      EXPECT_EQ(framing.kind, row.kind);
      EXPECT_EQ(framing.length, row.length);
    }
  }
}

TEST(RequestFraming, HasNoBodyWithoutTheTwoFields) {
  for (int minor : {0, 1}) {
    CheckRequestFraming({{{}, H1_OK, H1_BODY_NONE, 0},
                         {{{"Host", "a"}}, H1_OK, H1_BODY_NONE, 0},
                         {{{"X-Content-Length", "5"},
                           {"Content_Length", "5"},
                           {"Transfer_Encoding", "chunked"}},
                          H1_OK,
                          H1_BODY_NONE,
                          0}},
                        minor);
  }
}

TEST(RequestFraming, ReadsContentLengthAsDecimalDigits) {
  const auto length = [](const char* value, uint64_t n) {
    return FramingRow{{{"Content-Length", value}}, H1_OK, H1_BODY_LENGTH, n};
  };
  const auto refused = [](const std::string& value, h1_error error) {
    return Refused({{"Content-Length", value}}, error);
  };
  for (int minor : {0, 1}) {
    CheckRequestFraming(
        {
            length("0", 0),
            length("5", 5),
            length("00000000000000000000000000005", 5),
            length("010", 10),
            length("9223372036854775807", INT64_MAX),
            length("00009223372036854775807", INT64_MAX),
            refused("9223372036854775808", H1_LENGTH_OVERFLOW),
            refused("18446744073709551615", H1_LENGTH_OVERFLOW),
            refused("18446744073709551616", H1_LENGTH_OVERFLOW),
            refused("18446744073709551621", H1_LENGTH_OVERFLOW),
            refused("99999999999999999999999", H1_LENGTH_OVERFLOW),
            refused("", H1_LENGTH_INVALID),
            refused("+5", H1_LENGTH_INVALID),
            refused("-5", H1_LENGTH_INVALID),
            refused("0x5", H1_LENGTH_INVALID),
            refused("a", H1_LENGTH_INVALID),
            refused("5a", H1_LENGTH_INVALID),
            refused("5 5", H1_LENGTH_INVALID),
            refused("5,5", H1_LENGTH_INVALID),
            refused("5, 5", H1_LENGTH_INVALID),
            refused("5,", H1_LENGTH_INVALID),
            refused("5;", H1_LENGTH_INVALID),
            refused("5.0", H1_LENGTH_INVALID),
            refused("5e1", H1_LENGTH_INVALID),
            refused("\"5\"", H1_LENGTH_INVALID),
            refused("5\x0b", H1_LENGTH_INVALID),
            refused("5\0"s, H1_LENGTH_INVALID),
            refused("\xb2", H1_LENGTH_INVALID),
            Refused({{"Content-Length", "5"}, {"content-length", "5"}},
                    H1_LENGTH_REPEATED),
            Refused({{"Content-Length", "5"}, {"content-length", "6"}},
                    H1_LENGTH_REPEATED),
        },
        minor);
  }
}

TEST(RequestFraming, TakesChunkedAloneInAnyCase) {
  for (const char* value : {"chunked", "Chunked", "CHUNKED", "cHuNkEd"}) {
    CheckRequestFraming(
        {{{{"Transfer-Encoding", value}}, H1_OK, H1_BODY_CHUNKED, 0},
         {{{"Host", "a"}, {"TRANSFER-ENCODING", value}, {"Accept", "b"}},
          H1_OK,
          H1_BODY_CHUNKED,
          0}},
        1);
  }
}

TEST(RequestFraming, RefusesEveryOtherTransferEncoding) {
  const auto refused = [](const std::string& value, h1_error error) {
    return Refused({{"Transfer-Encoding", value}}, error);
  };
  CheckRequestFraming(
      {
          refused("gzip", H1_CODING_NOT_CHUNKED),
          refused("identity", H1_CODING_NOT_CHUNKED),
          refused("xchunked", H1_CODING_NOT_CHUNKED),
          refused("chunkedx", H1_CODING_NOT_CHUNKED),
          refused("chunke", H1_CODING_NOT_CHUNKED),
          refused("chunked, gzip", H1_CODING_NOT_CHUNKED),
          refused("chunked,identity", H1_CODING_NOT_CHUNKED),
          refused("gzip, deflate", H1_CODING_NOT_CHUNKED),
          refused("chunked, chunked", H1_CODING_REPEATED),
          refused("chunked,CHUNKED", H1_CODING_REPEATED),
          refused("chunked, gzip, chunked", H1_CODING_REPEATED),
          refused("chunked, chunked, gzip", H1_CODING_REPEATED),
          refused("gzip, chunked", H1_CODING_UNKNOWN),
          refused("gzip,chunked", H1_CODING_UNKNOWN),
          refused("gzip \t,\t chunked", H1_CODING_UNKNOWN),
          refused("identity, chunked", H1_CODING_UNKNOWN),
          refused("foo, bar, Chunked", H1_CODING_UNKNOWN),
          refused("", H1_CODING_INVALID),
          refused(",", H1_CODING_INVALID),
          refused("chunked,", H1_CODING_INVALID),
          refused(",chunked", H1_CODING_INVALID),
          refused(", chunked", H1_CODING_INVALID),
          refused("gzip,,chunked", H1_CODING_INVALID),
          refused("gzip, ,chunked", H1_CODING_INVALID),
          refused("chunked;a=b", H1_CODING_INVALID),
          refused("chunked;", H1_CODING_INVALID),
          refused("chunked ;a", H1_CODING_INVALID),
          refused("chunked a", H1_CODING_INVALID),
          refused("chunked\x0b", H1_CODING_INVALID),
          refused("\x0b"
                  "chunked",
                  H1_CODING_INVALID),
          refused("chunked\x0c", H1_CODING_INVALID),
          refused("\x0c"
                  "chunked",
                  H1_CODING_INVALID),
          refused("chunked\0"s, H1_CODING_INVALID),
          refused("\"chunked\"", H1_CODING_INVALID),
          refused("'chunked'", H1_CODING_NOT_CHUNKED),
          refused("\"gzip, chunked", H1_CODING_INVALID),
          refused("\xe7hunked", H1_CODING_INVALID),
          refused("chunked\xa0", H1_CODING_INVALID),
          refused("gzip;q=1, chunked", H1_CODING_UNKNOWN),
          refused("gzip ; q=1\t;b=c,chunked", H1_CODING_UNKNOWN),
          refused("gzip;q=\"1\", chunked", H1_CODING_INVALID),
          refused("gzip;q, chunked", H1_CODING_INVALID),
          refused("gzip=1, chunked", H1_CODING_INVALID),
      },
      1);
}

TEST(RequestFraming, JoinsTransferEncodingLinesInOrder) {
  const auto lines = [](std::vector<std::string> values) {
    Lines l = {{"Host", "a"}};
    for (const std::string& v : values) {
      l.push_back({"Transfer-Encoding", v});
      l.push_back({"X", "chunked"});
    }
    return l;
  };
  CheckRequestFraming(
      {
          {lines({"chunked"}), H1_OK, H1_BODY_CHUNKED, 0},
          Refused(lines({"gzip", "chunked"}), H1_CODING_UNKNOWN),
          Refused(lines({"chunked", "gzip"}), H1_CODING_NOT_CHUNKED),
          Refused(lines({"chunked", "chunked"}), H1_CODING_REPEATED),
          Refused(lines({"chunked", ""}), H1_CODING_INVALID),
          Refused(lines({"", "chunked"}), H1_CODING_INVALID),
          Refused(lines({"chunked", "identity"}), H1_CODING_NOT_CHUNKED),
          Refused(lines({"a", "b", "chunked"}), H1_CODING_UNKNOWN),
          Refused(lines({"a", "b\x0b", "chunked"}), H1_CODING_INVALID),
      },
      1);
}

TEST(RequestFraming, RefusesACodingBesideALengthHoweverSpelt) {
  for (const std::string coding :
       {"chunked", "gzip", "gzip, chunked", "", "chunked\x0b", "identity"}) {
    for (const std::string length : {"5", "0", "x", "", "5, 5"}) {
      CheckRequestFraming(
          {Refused({{"Content-Length", length}, {"Transfer-Encoding", coding}},
                   H1_LENGTH_WITH_CODING),
           Refused({{"Transfer-Encoding", coding}, {"Content-Length", length}},
                   H1_LENGTH_WITH_CODING)},
          1);
    }
  }
}

TEST(RequestFraming, RefusesACodingOnHttp10) {
  CheckRequestFraming(
      {Refused({{"Transfer-Encoding", "chunked"}}, H1_CODING_VERSION),
       Refused({{"Transfer-Encoding", "gzip"}}, H1_CODING_VERSION),
       Refused({{"Transfer-Encoding", ""}}, H1_CODING_VERSION),
       Refused({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}},
               H1_CODING_VERSION)},
      0);
}

// --------------------------------------------------------- response framing

h1_error ResponseFraming(uint16_t status, const std::string& method, int minor,
                         const Lines& lines, h1_framing* framing,
                         uint32_t tolerances = H1_TOLERATE_NOTHING) {
  Message message(lines);
  h1_response r = message.Response(status, minor);
  r.tolerances = tolerances;
  *framing = {H1_BODY_NONE, 99};
  return h1_framing_of_response(&r, SliceOf(method), framing);
}

TEST(ResponseFraming, FollowsStatusMethodAndFields) {
  const Lines none,
      length = {{"Content-Length", "5"}},
      chunked = {{"Transfer-Encoding", "Chunked"}},
      both = {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}},
      twice = {{"Content-Length", "5"}, {"Content-Length", "5"}};
  struct Row {
    uint16_t status;
    const char* method;
    Lines lines;
    h1_error error;
    h1_body_kind kind;
    uint64_t length;
  };
  const Row rows[] = {
      {200, "GET", none, H1_OK, H1_BODY_UNTIL_CLOSE, 0},
      {200, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "GET", chunked, H1_OK, H1_BODY_CHUNKED, 0},
      {404, "POST", length, H1_OK, H1_BODY_LENGTH, 5},
      {205, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "HEAD", none, H1_OK, H1_BODY_NONE, 0},
      {200, "HEAD", length, H1_OK, H1_BODY_NONE, 0},
      {200, "HEAD", chunked, H1_OK, H1_BODY_NONE, 0},
      {404, "HEAD", both, H1_OK, H1_BODY_NONE, 0},
      {200, "head", length, H1_OK, H1_BODY_LENGTH, 5},
      {100, "GET", length, H1_OK, H1_BODY_NONE, 0},
      {199, "GET", none, H1_OK, H1_BODY_NONE, 0},
      {204, "GET", length, H1_OK, H1_BODY_NONE, 0},
      {304, "GET", length, H1_OK, H1_BODY_NONE, 0},
      {303, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {99, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {0, "GET", none, H1_OK, H1_BODY_UNTIL_CLOSE, 0},
      {600, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {999, "GET", chunked, H1_OK, H1_BODY_CHUNKED, 0},
      {101, "GET", both, H1_OK, H1_BODY_TUNNEL, 0},
      {200, "CONNECT", none, H1_OK, H1_BODY_TUNNEL, 0},
      {200, "CONNECT", length, H1_OK, H1_BODY_TUNNEL, 0},
      {200, "CONNECT", twice, H1_OK, H1_BODY_TUNNEL, 0},
      {299, "CONNECT", chunked, H1_OK, H1_BODY_TUNNEL, 0},
      {204, "CONNECT", length, H1_OK, H1_BODY_TUNNEL, 0},
      {300, "CONNECT", length, H1_OK, H1_BODY_LENGTH, 5},
      {100, "CONNECT", length, H1_OK, H1_BODY_NONE, 0},
      {200, "connect", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "HEAD", twice, H1_LENGTH_REPEATED, H1_BODY_NONE, 0},
      {304, "GET", twice, H1_LENGTH_REPEATED, H1_BODY_NONE, 0},
      {200, "HEAD", {{"Content-Length", "x"}}, H1_OK, H1_BODY_NONE, 0},
      {200, "GET", both, H1_LENGTH_WITH_CODING, H1_BODY_NONE, 0},
      {200,
       "GET",
       {{"Content-Length", "x"}},
       H1_LENGTH_INVALID,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Content-Length", "99999999999999999999"}},
       H1_LENGTH_OVERFLOW,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Content-Length", "5"}, {"Content-Length", "5"}},
       H1_LENGTH_REPEATED,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "gzip"}},
       H1_OK,
       H1_BODY_UNTIL_CLOSE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "identity"}},
       H1_OK,
       H1_BODY_UNTIL_CLOSE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked, gzip"}},
       H1_OK,
       H1_BODY_UNTIL_CLOSE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "gzip"}, {"Content-Length", "5"}},
       H1_LENGTH_WITH_CODING,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}},
       H1_OK,
       H1_BODY_CHUNKED,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
       H1_CODING_REPEATED,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "gzip, chunked"}},
       H1_OK,
       H1_BODY_CHUNKED,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked, chunked"}},
       H1_CODING_REPEATED,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked,"}},
       H1_CODING_INVALID,
       H1_BODY_NONE,
       0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::to_string(row.status) + " to " + row.method + " " +
                 Show(row.lines));
    h1_framing framing;
    EXPECT_EQ(ResponseFraming(row.status, row.method, 1, row.lines, &framing),
              row.error);
    EXPECT_EQ(framing.kind, row.kind);
    EXPECT_EQ(framing.length, row.length);
  }
  h1_framing framing;
  EXPECT_EQ(ResponseFraming(200, "GET", 0, chunked, &framing),
            H1_CODING_VERSION);
  EXPECT_EQ(ResponseFraming(200, "GET", 0, length, &framing), H1_OK);
}

TEST(ResponseFraming, TakesChunkedInHttp10WhereThatIsTolerated) {
  const Lines chunked = {{"Transfer-Encoding", "chunked"}};
  h1_framing framing;
  for (uint32_t bit = 1; bit <= H1_TOLERATE_EMPTY_LINE; bit <<= 1) {
    EXPECT_EQ(ResponseFraming(200, "GET", 0, chunked, &framing, bit),
              bit == H1_TOLERATE_HTTP10_CHUNKED ? H1_OK : H1_CODING_VERSION);
  }
  ASSERT_EQ(
      ResponseFraming(200, "GET", 0, chunked, &framing, H1_TOLERATE_USER_AGENT),
      H1_OK);
  EXPECT_EQ(framing.kind, H1_BODY_CHUNKED);
  EXPECT_EQ(ResponseFraming(
                200, "GET", 0,
                {{"Transfer-Encoding", "chunked"}, {"Content-Length", "1"}},
                &framing, H1_TOLERATE_USER_AGENT),
            H1_LENGTH_WITH_CODING);
}

TEST(ResponseFraming, TakesEqualLengthsWhereTheyAreTolerated) {
  struct Row {
    std::vector<const char*> values;
    h1_error error;
  };
  const Row rows[] = {
      {{"5"}, H1_OK},
      {{"5", "5"}, H1_OK},
      {{"5", "005", "5"}, H1_OK},
      {{"5, 5"}, H1_OK},
      {{"5 ,\t5", "5"}, H1_OK},
      {{"5", "6"}, H1_LENGTH_REPEATED},
      {{"5, 6"}, H1_LENGTH_REPEATED},
      {{"5, 5", "6"}, H1_LENGTH_REPEATED},
      {{"5", "x"}, H1_LENGTH_INVALID},
      {{"5,"}, H1_LENGTH_INVALID},
      {{""}, H1_LENGTH_INVALID},
      {{"5;5"}, H1_LENGTH_INVALID},
      {{"5", "99999999999999999999"}, H1_LENGTH_OVERFLOW},
  };
  for (const Row& row : rows) {
    Lines lines;
    for (const char* value : row.values) {
      lines.push_back({"Content-Length", value});
      lines.push_back({"X-Other", "7"});
    }
    SCOPED_TRACE(Show(lines));
    h1_framing framing;
    ASSERT_EQ(ResponseFraming(200, "GET", 1, lines, &framing,
                              H1_TOLERATE_EQUAL_LENGTHS),
              row.error);
    const bool good = row.error == H1_OK;
    EXPECT_EQ(framing.kind, good ? H1_BODY_LENGTH : H1_BODY_NONE);
    EXPECT_EQ(framing.length, good ? 5u : 0u);
    const bool one = lines == Lines{{"Content-Length", "5"}, {"X-Other", "7"}};
    EXPECT_EQ(ResponseFraming(200, "GET", 1, lines, &framing) == H1_OK, one);
    EXPECT_EQ(ResponseFraming(200, "HEAD", 1, lines, &framing,
                              H1_TOLERATE_EQUAL_LENGTHS),
              H1_OK);
  }
}

TEST(DecodedHeads, AreFramedAsTheyRead) {
  struct Row {
    const char* head;
    h1_error check, framing_error;
    h1_body_kind kind;
    bool persists, expects;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", H1_OK, H1_OK, H1_BODY_NONE, true,
       false},
      {"GET / HTTP/1.0\r\n\r\n", H1_OK, H1_OK, H1_BODY_NONE, false, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\t 5 \t\r\n"
       "Expect: 100-Continue\r\nConnection: x\r\nConnection: Close\r\n\r\n",
       H1_OK, H1_OK, H1_BODY_LENGTH, false, true},
      {"POST / HTTP/1.7\r\nHOST:a\r\ntransfer-encoding:  chunked\t\r\n\r\n",
       H1_OK, H1_OK, H1_BODY_CHUNKED, true, false},
      {"POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: gzip\r\n"
       "Transfer-Encoding: chunked\r\n\r\n",
       H1_HOST_INVALID, H1_CODING_UNKNOWN, H1_BODY_NONE, true, false},
  };
  const h1_limits limits = h1_limits_default();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.head);
    const Guarded head{std::string(row.head)};
    std::vector<h1_header> storage(limits.header_count);
    h1_request_decoder d;
    h1_request r;
    size_t consumed = 0;
    h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage.data(),
                            storage.size());
    ASSERT_EQ(h1_request_decode(&d, head.slice(), &r, &consumed), H1_DONE);
    EXPECT_EQ(h1_request_check(&r, nullptr), row.check);
    h1_framing framing;
    EXPECT_EQ(h1_framing_of_request(&r, &framing), row.framing_error);
    EXPECT_EQ(framing.kind, row.kind);
    bool persists = !row.persists, expects = !row.expects;
    EXPECT_EQ(h1_persistence_of_request(&r, &persists), H1_OK);
    EXPECT_EQ(persists, row.persists);
    EXPECT_EQ(h1_expectation_of_request(&r, &expects), H1_OK);
    EXPECT_EQ(expects, row.expects);
  }
}

}  // namespace
