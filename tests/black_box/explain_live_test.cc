// A running server does what httpd --explain says of the same bytes.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/black_box/explanation.h"
#include "tests/black_box/request_rules.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// The statuses of all final answers on a connection that sends `bytes` and then
// no more, and whether each says close.
std::string LiveAnswers(const Server& server, const std::string& bytes,
                        const Explained& e) {
  Client client = server.Connect();
  client.Send(bytes);
  client.HalfClose();
  const std::string all = client.ReadToEnd();
  std::string statuses;
  size_t at = 0, answered = 0;
  while (at < all.size()) {
    const std::string method =
        answered < e.requests.size() ? e.requests[answered].At("method") : "";
    Response r;
    const size_t used =
        ParseResponse(absl::string_view(all).substr(at), method, true, &r);
    if (used == 0) return absl::StrCat(statuses, "problem: ", r.problem);
    at += used;
    if (r.status < 200) continue;
    absl::StrAppend(&statuses, r.status, " ",
                    r.Closes() ? "close " : "keep-alive ");
    answered++;
  }
  return statuses;
}

class ExplainLive : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new Server({"--root", Folder().File("www")});
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static Explained ExpectSame(const std::string& bytes) {
    SCOPED_TRACE(absl::CHexEscape(bytes.substr(0, 300)));
    const Explained e = Explain(bytes);
    std::string explained;
    for (const Block& r : e.requests) {
      if (r.At("answer").empty()) continue;
      absl::StrAppend(&explained, r.At("answer"), " ", r.At("connection"), " ");
    }
    EXPECT_EQ(LiveAnswers(*server_, bytes, e), explained) << e.text;
    return e;
  }
  static Server* server_;
};
Server* ExplainLive::server_ = nullptr;

TEST_F(ExplainLive, EveryRefusalIsTheSame) {
  for (const Refused& row : RefusedRequests()) {
    if (LeftOut()) continue;
    const Explained e = ExpectSame(row.bytes + Get("/?next"));
    ASSERT_EQ(e.requests.size(), 1u) << row.rule << "\n" << e.text;
    const Block& r = e.requests[0];
    EXPECT_EQ(e.exit, 1) << row.rule;
    EXPECT_EQ(r.At("verdict"), "refused") << row.rule;
    EXPECT_EQ(r.At("answer"), absl::StrCat(row.status)) << row.rule;
    EXPECT_EQ(r.At("connection"), "close") << row.rule;
    EXPECT_TRUE(absl::StartsWith(r.At("section"), "RFC ")) << row.rule;
    EXPECT_NE(r.At("near"), "") << row.rule;
    if (!row.reason.empty()) {
      EXPECT_EQ(r.At("reason"), row.reason) << row.rule;
    }
    const size_t fault = std::stoul(r.At("fault"));
    EXPECT_LE(fault, row.bytes.size()) << row.rule << "\n" << e.text;
    EXPECT_EQ(e.end.At("state"), "closed") << row.rule;
  }
}

TEST_F(ExplainLive, EveryServedRequestIsTheSame) {
  for (const Served& row : ServedRequests()) {
    if (LeftOut()) continue;
    const Explained e = ExpectSame(row.bytes + Get("/?next"));
    ASSERT_EQ(e.requests.size(), row.persists ? 2u : 1u) << row.rule << e.text;
    const Block& r = e.requests[0];
    EXPECT_EQ(r.At("answer"), absl::StrCat(row.status)) << row.rule;
    EXPECT_EQ(r.At("verdict"), row.status < 400 ? "accepted" : "refused")
        << row.rule << e.text;
    EXPECT_EQ(r.At("connection"), row.persists ? "keep-alive" : "close");
  }
}

// Whoever reads the body, and whoever only drops it.
TEST_F(ExplainLive, EveryFaultOfAChunkedBodyIsTheSame) {
  const std::string kBodies[] = {
      "x\r\n",
      "ffffffffffffffffff\r\n",
      "3\nabc\r\n0\r\n\r\n",
      "3\r\nabcd\r\n0\r\n\r\n",
      "3;\r\nabc\r\n0\r\n\r\n",
      "3;" + std::string(5000, 'a') + "\r\nabc\r\n0\r\n\r\n",
      "10001\r\n" + std::string(65537, 'x') + "\r\n0\r\n\r\n",
      "fffffff\r\nxx",
      "0\r\nHost: a\r\n\r\n",
      "0\r\nA: b\n\r\n",
      "0\r\nA: " + std::string(5000, 'b') + "\r\n\r\n",
      "0\r\nA: b\r\n c\r\n\r\n",
      "3\r\nab",
      "3\r\nabc\r\n0\r\n\r\n",
  };
  for (const char* line : {"POST /submit", "GET /", "POST /none", "PUT /",
                           "BREW /", "OPTIONS *", "GET /static/file.txt"}) {
    for (const char* field : {"", "Expect: 100-continue\r\n"}) {
      for (const std::string& body : kBodies) {
        if (LeftOut()) continue;
        ExpectSame(absl::StrCat(line, " HTTP/1.1\r\nHost: a\r\n", field,
                                "Transfer-Encoding: chunked\r\n\r\n", body,
                                Get("/?next")));
      }
    }
  }
}

TEST_F(ExplainLive, PipelinesAndOddEndsAreTheSame) {
  const std::string put =
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string cases[] = {
      "",
      "\r\n",
      Get("/") + Get("/none") + Get("/static/file.txt") + Get("/static/x"),
      Get("/") + Post("Content-Length: 5\r\n", "hello") +
          PostChunked("5\r\nhello\r\n0\r\n\r\n") + Get("/static/folder") +
          "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + Get("/"),
      Get("/") + "BREW / HTTP/1.1\r\nHost: a\r\n\r\n" + Get("/"),
      Get("/") + "GET / HTTP/1.1\nHost: a\n\n" + Get("/"),
      Get("/", "Expect: other\r\n") + Get("/"),
      put + "3\r\nabc\r\n0\r\nA: b\r\n\r\n" + Get("/"),
      put + "3\r\nabcd\r\n0\r\n\r\n" + Get("/"),
      put + "0\r\nHost: a\r\n\r\n" + Get("/"),
      "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n" +
          std::string(65536, 'x') + Get("/"),
      "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n" +
          std::string(65537, 'x') + Get("/"),
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
      "Content-Length: 3\r\n\r\nabc" +
          Get("/"),
      Post("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"),
      Post("Content-Length: 5\r\n", "hell"),
      Post("Content-Length: 300000\r\n", std::string(300000, 'x')) + Get("/"),
      Get("/", "Connection: close\r\n") + Get("/"),
      "GET / HTTP/1.0\r\n\r\n" + Get("/"),
  };
  for (const std::string& bytes : cases) ExpectSame(bytes);
}

}  // namespace
}  // namespace h1_test
