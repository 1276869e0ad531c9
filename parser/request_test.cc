#include "parser/request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/testing/request_subject.h"

namespace {

using h1_test::ExpectRequest;
using h1_test::ExpectRows;
using h1_test::Guarded;
using h1_test::Inside;
using h1_test::kDefaults;
using h1_test::Limits;
using h1_test::RequestSubject;
using h1_test::SliceOf;
using h1_test::StringOf;
using h1_test::SupportedLevels;
using h1_test::Visible;
using h1_test::Z;

TEST(RequestDecode, ServesWhatTheGrammarAllows) {
  ExpectRows({
      {"GET / HTTP/1.1\r\n\r\n", "GET|/|1.1||18"},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET|/|1.1|{Host=a}|27"},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody", "GET|/|1.1|{Host=a}|27"},
      {"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET|/|1.1||18"},
      {"GET / HTTP/1.0\r\n\r\n", "GET|/|1.0||18"},
      {"GET / HTTP/1.9\r\n\r\n", "GET|/|1.1||18"},
      {"OPTIONS * HTTP/1.1\r\n\r\n", "OPTIONS|*|1.1||22"},
      {"CONNECT a:1 HTTP/1.1\r\n\r\n", "CONNECT|a:1|1.1||24"},
      {"GET http://a/?q=\\|{}%zz HTTP/1.1\r\n\r\n",
       "GET|http://a/?q=\\|{}%zz|1.1||36"},
      {"!#$%&'*+-.^_`|~09azAZ / HTTP/1.1\r\n\r\n",
       "!#$%&'*+-.^_`|~09azAZ|/|1.1||36"},
      {"x y HTTP/1.1\r\na:\r\nb: \t \r\n\r\n", "x|y|1.1|{a=}{b=}|27"},
  });
}

TEST(RequestDecode, IgnoresOneEmptyLineInFrontAndRefusesASecond) {
  ExpectRows({
      {"\r\nGET / HTTP/1.1\r\n\r\n", "GET|/|1.1||20"},
      {"\r\n\r\nGET / HTTP/1.1\r\n\r\n", "leading_lines@2 |"},
      {"\nGET / HTTP/1.1\r\n\r\n", "bare_lf@0 |"},
      {"\rGET / HTTP/1.1\r\n\r\n", "bare_cr@1 |"},
      {"\r\r\nGET / HTTP/1.1\r\n\r\n", "bare_cr@1 |"},
      {"\r\n\nGET / HTTP/1.1\r\n\r\n", "bare_lf@2 |"},
      {"\r\n GET / HTTP/1.1\r\n\r\n", "method_invalid@2 |"},
  });
}

TEST(RequestDecode, TakesOnlyCrlfAsALineEnd) {
  ExpectRows({
      {"GET / HTTP/1.1\n\n", "bare_lf@14 GET|/"},
      {"GET / HTTP/1.1\r\r\n\r\n", "bare_cr@15 GET|/"},
      {"GET / HTTP/1.1\rHost: a\r\n\r\n", "bare_cr@15 GET|/"},
      {"GET / HTTP/1.1\r\n\n", "bare_lf@16 GET|/"},
      {"GET / HTTP/1.1\r\n\rX", "bare_cr@17 GET|/"},
      {"GET / HTTP/1.1\r\nA: b\n\r\n", "bare_lf@20 GET|/"},
      {"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "bare_cr@21 GET|/"},
      {"GET / HTTP/1.1\r\nA: b\r\r\n\r\n", "bare_cr@21 GET|/"},
      {"GET / HTTP/1.1\r\nA\n: b\r\n\r\n", "bare_lf@17 GET|/"},
      {"GET\n / HTTP/1.1\r\n\r\n", "bare_lf@3 |"},
      {"GET /\n HTTP/1.1\r\n\r\n", "bare_lf@5 GET|"},
      {"GET / HT\nTP/1.1\r\n\r\n", "bare_lf@8 GET|/"},
      {"GET \n", "bare_lf@4 GET|"},
  });
}

TEST(RequestDecode, RequiresThreePartsWithOneSpaceBetween) {
  ExpectRows({
      {" GET / HTTP/1.1\r\n\r\n", "method_invalid@0 |"},
      {"GET\t/ HTTP/1.1\r\n\r\n", "method_invalid@3 |"},
      {"GET\r\n\r\n", "method_invalid@3 |"},
      {Z("G\0T / HTTP/1.1\r\n\r\n", 18), "method_invalid@1 |"},
      {"G\xc3\x89T / HTTP/1.1\r\n\r\n", "method_invalid@1 |"},
      {"GET: / HTTP/1.1\r\n\r\n", "method_invalid@3 |"},
      {"GET  / HTTP/1.1\r\n\r\n", "target_empty@4 GET|"},
      {"GET \r\n\r\n", "target_empty@4 GET|"},
      {"GET \t/ HTTP/1.1\r\n\r\n", "target_invalid@4 GET|"},
      {"GET /\tHTTP/1.1\r\n\r\n", "target_invalid@5 GET|"},
      {"GET /  HTTP/1.1\r\n\r\n", "version_invalid@6 GET|/"},
      {"GET / a HTTP/1.1\r\n\r\n", "version_invalid@6 GET|/"},
      {"GET / HTTP/1.1 \r\n\r\n", "version_invalid@14 GET|/"},
      {"GET / HTTP/1.1\t\r\n\r\n", "version_invalid@14 GET|/"},
  });
}

TEST(RequestDecode, RefusesTargetBytesOutsideVisibleAscii) {
  ExpectRows({
      {Z("GET /\0 HTTP/1.1\r\n\r\n", 19), "target_invalid@5 GET|"},
      {"GET /\x1f HTTP/1.1\r\n\r\n", "target_invalid@5 GET|"},
      {"GET /\x7f HTTP/1.1\r\n\r\n", "target_invalid@5 GET|"},
      {"GET /\x80 HTTP/1.1\r\n\r\n", "target_invalid@5 GET|"},
      {"GET /\xff HTTP/1.1\r\n\r\n", "target_invalid@5 GET|"},
      {"GET /a#b HTTP/1.1\r\n\r\n", "target_invalid@6 GET|"},
      {"GET # HTTP/1.1\r\n\r\n", "target_invalid@4 GET|"},
  });
}

TEST(RequestDecode, RequiresTheVersionExactly) {
  ExpectRows({
      {"GET /\r\n\r\n", "version_invalid@5 GET|"},
      {"GET / \r\n\r\n", "version_invalid@6 GET|/"},
      {"GET / http/1.1\r\n\r\n", "version_invalid@6 GET|/"},
      {"GET / HTTP\r\n\r\n", "version_invalid@10 GET|/"},
      {"GET / HTTP/1\r\n\r\n", "version_invalid@12 GET|/"},
      {"GET / HTTP/1.\r\n\r\n", "version_invalid@13 GET|/"},
      {"GET / HTTP/11\r\n\r\n", "version_invalid@12 GET|/"},
      {"GET / HTTP/1.10\r\n\r\n", "version_invalid@14 GET|/"},
      {"GET / HTTP/01.1\r\n\r\n", "version_invalid@12 GET|/"},
      {"GET / HTTP/a.1\r\n\r\n", "version_invalid@11 GET|/"},
      {"GET / HTTP/1.x\r\n\r\n", "version_invalid@13 GET|/"},
      {"GET / HTTP /1.1\r\n\r\n", "version_invalid@10 GET|/"},
      {"GET / ICAP/1.1\r\n\r\n", "version_invalid@6 GET|/"},
  });
}

TEST(RequestDecode, AnotherMajorVersionIsUnsupported) {
  ExpectRows({
      {"GET / HTTP/2.0\r\n\r\n", "version_unsupported@14 GET|/"},
      {"GET / HTTP/0.9\r\n\r\n", "version_unsupported@14 GET|/"},
      {"GET / HTTP/9.9\r\n\r\n", "version_unsupported@14 GET|/"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "version_unsupported@14 PRI|*"},
      {"GET / HTTP/2.0\n", "bare_lf@14 GET|/"},
      {"GET / HTTP/2.0x\r\n", "version_invalid@14 GET|/"},
  });
}

TEST(RequestDecode, RequiresATokenNameAndItsColon) {
  const std::string line = "GET / HTTP/1.1\r\n";  // 16 bytes
  ExpectRows({
      {line + "Host : a\r\n\r\n", "field_name_space@20 GET|/"},
      {line + "Host\t: a\r\n\r\n", "field_name_space@20 GET|/"},
      {line + ": a\r\n\r\n", "field_name_empty@16 GET|/"},
      {line + "Host\r\n\r\n", "field_colon_missing@20 GET|/"},
      {line + "Ho st: a\r\n\r\n", "field_name_space@18 GET|/"},
      {line + "Ho(st: a\r\n\r\n", "field_name_invalid@18 GET|/"},
      {line + "H\xc3st: a\r\n\r\n", "field_name_invalid@17 GET|/"},
      {line + "\xc3st: a\r\n\r\n", "field_name_invalid@16 GET|/"},
      {line + Z("H\0: a\r\n\r\n", 9), "field_name_invalid@17 GET|/"},
      {line + "\"a\": a\r\n\r\n", "field_name_invalid@16 GET|/"},
      {line + " Host: a\r\n\r\n", "field_first_space@16 GET|/"},
      {line + "\tHost: a\r\n\r\n", "field_first_space@16 GET|/"},
      {line + "A: b\r\n c\r\n\r\n", "field_folded@22 GET|/"},
      {line + "A: b\r\n\tc\r\n\r\n", "field_folded@22 GET|/"},
      {line + "A: b\r\n \r\n\r\n", "field_folded@22 GET|/"},
  });
}

TEST(RequestDecode, TrimsValuesAndRefusesControls) {
  const std::string line = "GET / HTTP/1.1\r\n";
  ExpectRows({
      {line + "A:b\r\n\r\n", "GET|/|1.1|{A=b}|23"},
      {line + "A: \t b \t \r\n\r\n", "GET|/|1.1|{A=b}|29"},
      {line + "A: b \t c\r\n\r\n", "GET|/|1.1|{A=b \t c}|28"},
      {line + "A::b\r\n\r\n", "GET|/|1.1|{A=:b}|24"},
      {line + "A: \x80\xff\r\n\r\n", "GET|/|1.1|{A=\x80\xff}|25"},
      {line + Z("A: \0\r\n\r\n", 8), "field_value_invalid@19 GET|/"},
      {line + "A: b\x7f\r\n\r\n", "field_value_invalid@20 GET|/"},
      {line + "A: \x0b\r\n\r\n", "field_value_invalid@19 GET|/"},
      {line + "A: \x0c\r\n\r\n", "field_value_invalid@19 GET|/"},
      {line + "A: \x1b[0m\r\n\r\n", "field_value_invalid@19 GET|/"},
  });
  // Every byte, by the rule in words.
  for (int b = 0; b < 256; b++) {
    if (b == '\r' || b == '\n') continue;
    const bool good = b == '\t' || (b >= 0x20 && b != 0x7f);
    const std::string value = std::string("x") + static_cast<char>(b) + "y";
    ExpectRequest(line + "A:" + value + "\r\n\r\n",
                  good ? "GET|/|1.1|{A=" + value + "}|25"
                       : "field_value_invalid@19 GET|/");
  }
}

TEST(RequestDecode, RefusesSingletonFieldsGivenTwice) {
  const std::string line = "GET / HTTP/1.1\r\n";
  ExpectRows({
      {line + "Host: a\r\nhost: a\r\n\r\n", "host_repeated@29 GET|/"},
      {line + "Content-Length: 1\r\nCONTENT-LENGTH: 1\r\n\r\n",
       "length_repeated@49 GET|/"},
      {line + "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n",
       "field_repeated@47 GET|/"},
      {line + "Range: a\r\nX: y\r\nRANGE: a\r\n\r\n",
       "field_repeated@37 GET|/"},
      // The name decides, before the fault in its value.
      {line + "Host: a\r\nHost: \x01\r\n\r\n", "host_repeated@29 GET|/"},
      // Lists may be given on several lines, and unknown fields too.
      {line + "Connection: a\r\nConnection: b\r\nX: 1\r\nX: 2\r\n\r\n",
       "GET|/|1.1|{Connection=a}{Connection=b}{X=1}{X=2}|60"},
      {line + "Transfer-Encoding: a\r\nTransfer-Encoding: b\r\n\r\n",
       "GET|/|1.1|{Transfer-Encoding=a}{Transfer-Encoding=b}|62"},
  });
}

TEST(RequestDecode, EverySingletonIsRefusedTwiceAndNoOtherField) {
  for (int i = 1; i < H1_FIELD_COUNT; i++) {
    const auto id = static_cast<h1_field_id>(i);
    const std::string name = h1_field_name(id);
    const std::string once = name + ": 1\r\n";
    const std::string head = "GET / HTTP/1.1\r\n" + once + once + "\r\n";
    std::string expected = "GET|/|1.1|{" + name + "=1}{" + name + "=1}|" +
                           std::to_string(head.size());
    if (h1_field_flags(id) & H1_FIELD_SINGLE) {
      const char* why = id == H1_FIELD_HOST             ? "host_repeated"
                        : id == H1_FIELD_CONTENT_LENGTH ? "length_repeated"
                                                        : "field_repeated";
      expected = std::string(why) + "@" +
                 std::to_string(16 + once.size() + name.size()) + " GET|/";
    }
    ExpectRequest(head, expected);
  }
}

TEST(RequestDecode, TheEarliestFaultDecides) {
  ExpectRows({
      {"G T / HTTP/9.9\r\nA b\n", "version_invalid@4 G|T"},
      {"GET /\x01 HTTP/2.0\n", "target_invalid@5 GET|"},
      {"GET / HTTP/1.1\r\nA: \x01\r\n B\n", "field_value_invalid@19 GET|/"},
  });
}

TEST(RequestDecode, AsksForMoreUntilTheEmptyLineIsWhole) {
  ExpectRows({
      {"", "more"},
      {"\r\n", "more"},
      {"GET / HTTP/1.1\r\nA: b\r\n\r", "more"},
  });
}

TEST(RequestDecode, CountsFromTheFirstByteOfAnIgnoredLine) {
  const h1_limits limits = Limits(20, 100, 0);
  ExpectRequest("\r\nGET / HTTP/1.1\r\n\r\n", "GET|/|1.1||20", limits);
  ExpectRequest("\r\nGET /a HTTP/1.1\r\n\r\n", "head_too_large@20 GET|/a",
                limits);
}

TEST(RequestDecode, LimitsTheHead) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";  // 27 bytes
  for (size_t limit : {28u, 27u}) {
    ExpectRequest(head, "GET|/|1.1|{Host=a}|27", Limits(limit, 10, 1));
    ExpectRequest(head + "more", "GET|/|1.1|{Host=a}|27", Limits(limit, 10, 1));
  }
  // 431 in the fields, 414 in the rest of the line, 400 in the method.
  for (size_t limit = 0; limit < 27; limit++) {
    const char* why = limit <= 3    ? "method_invalid"
                      : limit <= 15 ? "target_too_long"
                                    : "head_too_large";
    const char* line = limit <= 3 ? "|" : limit <= 5 ? "GET|" : "GET|/";
    ExpectRequest(head,
                  std::string(why) + "@" + std::to_string(limit) + " " + line,
                  Limits(limit, 10, 1));
  }
}

TEST(RequestDecode, LimitsTheTarget) {
  for (size_t limit : {1u, 2u, 63u, 64u, 65u, 130u}) {
    for (size_t len = limit > 1 ? limit - 1 : 1; len <= limit + 1; len++) {
      const std::string target = "/" + std::string(len - 1, 'a');
      const std::string head = "GET " + target + " HTTP/1.1\r\n\r\n";
      ExpectRequest(
          head,
          len <= limit
              ? "GET|" + target + "|1.1||" + std::to_string(len + 17)
              : "target_too_long@" + std::to_string(4 + limit) + " GET|",
          Limits(1000, limit, 1));
    }
  }
  ExpectRequest("GET / HTTP/1.1\r\n\r\n", "target_too_long@4 GET|",
                Limits(1000, 0, 1));
  // A fault before the limit is reported; one after it is never reached.
  ExpectRequest(
      "GET /a\x01"
      "aaaa",
      "target_invalid@6 GET|", Limits(1000, 4, 1));
  ExpectRequest("GET /aaaa\x01", "target_too_long@8 GET|", Limits(1000, 4, 1));
}

TEST(RequestDecode, LimitsTheNumberOfFields) {
  for (size_t limit : {0u, 1u, 2u, 5u}) {
    for (size_t count = limit > 0 ? limit - 1 : 0; count <= limit + 1;
         count++) {
      std::string fields, text;
      for (size_t i = 0; i < count; i++) {
        fields += "a: b\r\n";
        text += "{a=b}";
      }
      const std::string head = "GET / HTTP/1.1\r\n" + fields + "\r\n";
      ExpectRequest(
          head,
          count <= limit
              ? "GET|/|1.1|" + text + "|" + std::to_string(head.size())
              : "header_count@" + std::to_string(16 + 6 * limit) + " GET|/",
          Limits(1000, 100, limit));
    }
  }
  ExpectRequest("GET / HTTP/1.1\r\n: b\r\n", "field_name_empty@16 GET|/",
                Limits(1000, 100, 0));
}

// Its storage holds 32 fields, whatever the limits allow: more are refused, and
// not written after its end.
TEST(RequestDecode, KeepsToTheCapacityOfItsStorage) {
  std::string fields, text;
  for (int i = 0; i < 32; i++) fields += "a: b\r\n", text += "{a=b}";
  const std::string line = "GET / HTTP/1.1\r\n", head = line + fields + "\r\n";
  RequestSubject subject(kDefaults, 32);
  h1_test::EveryWay(head).Expect(
      subject, "GET|/|1.1|" + text + "|" + std::to_string(head.size()));
  const size_t full = (line + fields).size();
  for (int more = 0; more < 68; more++) fields += "a: b\r\n";
  h1_test::EveryWay(line + fields + "\r\n")
      .Expect(subject, "header_count@" + std::to_string(full) + " GET|/");
}

TEST(RequestDecode, ServesTheDocumentedSizes) {
  // 8,000 bytes of target, and 100 fields in 16 KiB.
  const std::string target = "/" + std::string(7999, 'a');
  std::string head = "GET " + target + " HTTP/1.1\r\n";
  for (int i = 0; i < 100; i++)
    head += "x-field: " + std::string(60, 'v') + "\r\n";
  head += "\r\n";
  ASSERT_LT(head.size(), kDefaults.head_bytes);
  for (h1_scan_level level : SupportedLevels()) {
    for (size_t step : {head.size(), size_t{1}, size_t{63}, size_t{1000}}) {
      RequestSubject subject(kDefaults);
      subject.Init(level);
      h1_step last = H1_NEED_INPUT;
      for (size_t k = 0; k < head.size() && last == H1_NEED_INPUT;) {
        k = k + step < head.size() ? k + step : head.size();
        Guarded bytes(head.data(), k);
        last = subject.Step(bytes.slice());
      }
      ASSERT_EQ(last, H1_DONE);
      EXPECT_EQ(subject.out().fields.count, 100u);
      EXPECT_EQ(subject.out().target.len, 8000u);
    }
  }
}

TEST(RequestDecode, KnowsWhetherARequestHasStarted) {
  RequestSubject subject(kDefaults);
  for (const auto& [bytes, started] : std::vector<std::pair<std::string, bool>>{
           {"", false},
           {"\r", false},
           {"\r\n", false},
           {"\r\nG", true},
           {"G", true},
           {"GET / HTTP/1.1\r\n", true}}) {
    subject.Init(H1_SCAN_SCALAR);
    (void)subject.Step(SliceOf(bytes));
    EXPECT_EQ(h1_request_started(&subject.decoder()), started)
        << Visible(bytes);
  }
}

TEST(RequestDecode, RecognisesMethodsByCase) {
  const std::vector<std::pair<std::string, h1_method>> rows = {
      {"GET", H1_GET},         {"HEAD", H1_HEAD},   {"POST", H1_POST},
      {"PUT", H1_PUT},         {"PATCH", H1_PATCH}, {"DELETE", H1_DELETE},
      {"OPTIONS", H1_OPTIONS}, {"TRACE", H1_TRACE}, {"QUERY", H1_QUERY}};
  auto method_of = [](const std::string& name) {
    RequestSubject subject(kDefaults);
    subject.Init(h1_scan_best());
    const std::string head = name + " / HTTP/1.1\r\n\r\n";
    EXPECT_EQ(subject.Step(SliceOf(head)), H1_DONE);
    return subject.out().method;
  };
  ASSERT_EQ(rows.size() + 1, static_cast<size_t>(H1_METHOD_COUNT));
  for (const auto& [name, method] : rows) {
    EXPECT_EQ(method_of(name), method) << name;
    EXPECT_EQ(h1_method_name(method), name);
    std::string other = name;
    other[0] = static_cast<char>(other[0] | 0x20);
    EXPECT_EQ(method_of(other), H1_METHOD_UNRECOGNISED) << other;
    EXPECT_EQ(method_of(name + "X"), H1_METHOD_UNRECOGNISED);
    EXPECT_EQ(method_of(name.substr(1)), H1_METHOD_UNRECOGNISED);
    EXPECT_EQ(method_of(name.substr(0, name.size() - 1)),
              H1_METHOD_UNRECOGNISED);
  }
  EXPECT_EQ(method_of("CONNECT"), H1_METHOD_UNRECOGNISED);
  EXPECT_STREQ(h1_method_name(H1_METHOD_UNRECOGNISED), "");
  EXPECT_STREQ(h1_method_name(H1_METHOD_COUNT), "");
}

TEST(RequestDecode, AShorterBufferThanBeforeIsNoFault) {
  RequestSubject subject(kDefaults);
  subject.Init(h1_scan_best());
  EXPECT_EQ(subject.Step(SliceOf("GET / HTTP/1.1\r\nA")), H1_NEED_INPUT);
  EXPECT_EQ(subject.Step(SliceOf("GET")), H1_NEED_INPUT);
  EXPECT_EQ(subject.Step(SliceOf("GET / HTTP/1.1\r\nA: b\r\n\r\n")), H1_DONE);
}

TEST(RequestDecode, OverlargeLimitsAreLowered) {
  RequestSubject subject(Limits(SIZE_MAX, SIZE_MAX, 3));
  subject.Init(h1_scan_best());
  EXPECT_EQ(subject.Step(SliceOf("GET / HTTP/1.1\r\nA: b\r\n\r\n")), H1_DONE);
  EXPECT_EQ(subject.decoder().fields.bytes_limit, H1_HEAD_BYTES_MAX);
  const size_t bytes = H1_HEAD_BYTES_MAX, count = H1_HEADER_COUNT_MAX;
  for (size_t more : {size_t{0}, size_t{1}, SIZE_MAX - bytes}) {
    const h1_limits above = Limits(bytes + more, 1, count + more);
    const h1_limits below = Limits(bytes - 1, 1, count - 1);
    h1_request_decoder d;
    h1_request_decoder_init(&d, &above, H1_SCAN_SCALAR, nullptr, SIZE_MAX);
    EXPECT_EQ(d.fields.bytes_limit, bytes);
    EXPECT_EQ(d.fields.count_limit, count);
    h1_request_decoder_init(&d, &below, H1_SCAN_SCALAR, nullptr, SIZE_MAX);
    EXPECT_EQ(d.fields.bytes_limit, bytes - 1);
    EXPECT_EQ(d.fields.count_limit, count - 1);
  }
}

TEST(RequestDecode, NamesTheMethodWhateverTheHeadsLength) {
  for (int m = H1_METHOD_UNRECOGNISED; m < H1_METHOD_COUNT; m++) {
    const std::string name = h1_method_name(static_cast<h1_method>(m));
    for (const char* rest :
         {" / HTTP/1.1\r\n\r\n", " / HTTP/1.1\r\nHost: example.org\r\n\r\n"}) {
      for (h1_scan_level level : SupportedLevels()) {
        RequestSubject subject(kDefaults);
        subject.Init(level);
        const std::string head = (name.empty() ? "get" : name) + rest;
        ASSERT_EQ(subject.Step(SliceOf(head)), H1_DONE);
        EXPECT_EQ(subject.out().method, m) << head;
        EXPECT_EQ(subject.out().fields.base.len, head.size());
      }
    }
  }
}

TEST(RequestRebase, PointsEverythingAtTheNewPlace) {
  const std::string head = "PUT /x HTTP/1.1\r\nHost: a\r\n\r\n";
  RequestSubject subject(kDefaults);
  subject.Init(h1_scan_best());
  ASSERT_EQ(subject.Step(SliceOf(head)), H1_DONE);
  h1_request r = subject.out();
  const std::string moved = head;
  h1_request_rebase(&r, SliceOf(moved).ptr);
  EXPECT_TRUE(Inside(r.method_text, SliceOf(moved)));
  EXPECT_TRUE(Inside(r.target, SliceOf(moved)));
  EXPECT_EQ(r.fields.base.ptr, SliceOf(moved).ptr);
  EXPECT_EQ(StringOf(r.method_text), "PUT");
  EXPECT_EQ(StringOf(r.target), "/x");
  EXPECT_EQ(StringOf(h1_fields_get(&r.fields, H1_FIELD_HOST)), "a");
}

}  // namespace
