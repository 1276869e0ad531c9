// The tools of the black-box tests, tested: a reader of answers that accepted
// anything would make every test above it pass.
#include <gtest/gtest.h>

#include "tests/support/client.h"
#include "tests/support/json.h"
#include "tests/support/process.h"

namespace h1_test {
namespace {

constexpr char kDate[] = "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n";

std::string Ok(const std::string& fields, const std::string& body = "") {
  return std::string("HTTP/1.1 200 OK\r\n") + kDate + fields + "\r\n" + body;
}

TEST(ParseResponse, TakesOneAnswerAndLeavesTheNext) {
  const std::string one = Ok("Content-Length: 2\r\n", "hi");
  Response r;
  EXPECT_EQ(ParseResponse(one + one, "GET", false, &r), one.size());
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.body, "hi");
  for (size_t n = 0; n < one.size(); n++) {
    EXPECT_EQ(ParseResponse(one.substr(0, n), "GET", false, &r), 0u) << n;
    EXPECT_EQ(r.problem, "") << n;
  }
}

TEST(ParseResponse, DecodesChunks) {
  const std::string bytes = Ok("Transfer-Encoding: chunked\r\n",
                               "3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n");
  Response r;
  EXPECT_EQ(ParseResponse(bytes, "GET", false, &r), bytes.size());
  EXPECT_EQ(r.body, "abc0123456789");
  EXPECT_EQ(r.chunk_count, 2u);
}

TEST(ParseResponse, HeadHasNoBody) {
  const std::string bytes = Ok("Content-Length: 2\r\n");
  Response r;
  EXPECT_EQ(ParseResponse(bytes + "HTTP", "HEAD", false, &r), bytes.size());
}

TEST(ParseResponse, ReadsToTheEndWithoutFraming) {
  const std::string bytes = Ok("", "all of it");
  Response r;
  EXPECT_EQ(ParseResponse(bytes, "GET", false, &r), 0u);
  EXPECT_EQ(ParseResponse(bytes, "GET", true, &r), bytes.size());
  EXPECT_EQ(r.body, "all of it");
}

TEST(ParseResponse, RefusesWhatIsNotAnAnswer) {
  const std::string kBad[] = {
      "HTTP/1.0 200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 200\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",  // No Date.
      Ok("Content-Length: 0\r\nContent-Length: 0\r\n"),
      Ok("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
      Ok("Content-Length: x\r\n"),
      Ok("Bad name: 1\r\n"),
      Ok("Name : 1\r\n"),
      Ok("A: b\nc\r\n"),
      Ok(kDate),
      Ok("Transfer-Encoding: chunked\r\n", "g\r\n"),
      Ok("Transfer-Encoding: chunked\r\n", "1\r\nabc0\r\n\r\n"),
      Ok("Transfer-Encoding: chunked\r\n", "0\r\nX: y\r\n\r\n"),
  };
  for (const std::string& bytes : kBad) {
    Response r;
    EXPECT_EQ(ParseResponse(bytes, "GET", true, &r), 0u) << bytes;
    EXPECT_NE(r.problem, "") << bytes;
  }
}

TEST(Json, ReadsValues) {
  const Json json = ParseJson(
      R"( {"a": {"b": [1, -2.5e1, true, null]}, "s": "x\u00e9\"\n"} )");
  ASSERT_EQ(json.kind, Json::kObject);
  EXPECT_EQ(json.At("a.b").items.size(), 4u);
  EXPECT_EQ(json.At("a.b").items[1].number, -25);
  EXPECT_TRUE(json.At("a.b").items[2].boolean);
  EXPECT_EQ(json["s"].text, "x\xC3\xA9\"\n");
  EXPECT_EQ(json["none"].kind, Json::kInvalid);
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text :
       {"", "{", "{\"a\":1,}", "{\"a\" 1}", "[1 2]", "01", "1.", "'a'",
        "\"\t\"", "\"\\x\"", "{} {}", "{\"a\":1,\"a\":2}", "nul", "+1"}) {
    EXPECT_EQ(ParseJson(text).kind, Json::kInvalid) << text;
  }
}

TEST(Process, ReportsExitStatusAndOutput) {
  const Finished done = RunProgram(
      {{"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, {}, "", 0});
  EXPECT_EQ(done.exit, 3);
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
}

TEST(Process, IsGivenUpAfterItsTime) {
  const Finished done = RunProgram(
      {{"/bin/sh", "-c", "exec sleep 60"}, {}, "", 0}, Milliseconds(50));
  EXPECT_EQ(done.exit, -1);
}

}  // namespace
}  // namespace h1_test
