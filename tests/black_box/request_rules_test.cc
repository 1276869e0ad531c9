// What a request must look like: every rule about lines, request line, fields,
// framing, chunks and trailers, over real sockets. A refused request gets one
// answer with the right status and reason, the connection ends after it, and
// a request pipelined after it is never answered. A valid variant is served
// and the next request on its connection too.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/black_box/request_rules.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr char kNext[] = "GET /?next HTTP/1.1\r\nHost: next\r\n\r\n";

class RequestRules : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    logs_ = new TempDir;
    server_ = new Server({"--access-log", logs_->File("log")});
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
    delete logs_;
    logs_ = nullptr;
  }

  // The lines of the access log beyond the first `from`, once there is one.
  static std::vector<std::string> NewLogLines(size_t from) {
    std::vector<std::string> lines;
    WaitUntil([&] {
      lines = absl::StrSplit(ReadFileText(logs_->File("log")), '\n');
      lines.pop_back();
      return lines.size() > from;
    });
    if (lines.size() <= from) return {};
    return {lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end()};
  }

  static void ExpectRefused(const Refused& row, bool bytewise);
  static void ExpectServed(const Served& row, bool bytewise);

  static Server* server_;
  static TempDir* logs_;
  static size_t logged_;
};
Server* RequestRules::server_ = nullptr;
TempDir* RequestRules::logs_ = nullptr;
size_t RequestRules::logged_ = 0;

void RequestRules::ExpectRefused(const Refused& row, bool bytewise) {
  SCOPED_TRACE(absl::StrCat(row.rule, bytewise ? " (byte by byte)" : "", ": ",
                            absl::CHexEscape(row.bytes.substr(0, 300))));
  Client client = server_->Connect();
  // The server may answer and close while we still write: only what it says
  // counts.
  const std::string bytes = row.bytes + kNext;
  if (bytewise) {
    client.SendBytewise(bytes);
  } else {
    client.Send(bytes);
  }
  const Response r = client.Read("GET");
  EXPECT_EQ(r.status, row.status) << r;
  EXPECT_TRUE(r.Closes()) << r;
  EXPECT_NE(client.WaitEnd(), End::kOpen);

  const std::vector<std::string> lines = NewLogLines(logged_);
  logged_ += lines.size();
  ASSERT_EQ(lines.size(), 1u) << "one request, one line";
  const Json line = ParseJson(lines[0]);
  EXPECT_EQ(line["status"].number, row.status) << lines[0];
  EXPECT_EQ(line["reason"].kind, Json::kString) << lines[0];
  if (!row.reason.empty()) {
    EXPECT_EQ(line["reason"].text, row.reason);
  }
}

void RequestRules::ExpectServed(const Served& row, bool bytewise) {
  SCOPED_TRACE(absl::StrCat(row.rule, bytewise ? " (byte by byte)" : "", ": ",
                            absl::CHexEscape(row.bytes.substr(0, 300))));
  Client client = server_->Connect();
  const std::string bytes = row.bytes + kNext;
  const bool sent = bytewise ? client.SendBytewise(bytes) : client.Send(bytes);
  // A server that answers `Connection: close` may be gone before the bytes of
  // the next request are.
  ASSERT_TRUE(sent || !row.persists);
  const std::string method = row.bytes.substr(0, row.bytes.find(' '));
  const Response r = client.Read(method);
  EXPECT_EQ(r.status, row.status) << r;
  if (row.has_body) {
    EXPECT_EQ(r.body, row.body);
  }
  if (row.persists) {
    EXPECT_EQ(client.Read().status, 200) << "the next request";
    client.Close();
  } else {
    EXPECT_TRUE(r.Closes()) << r;
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }
  const size_t lines = row.persists ? 2 : 1;
  EXPECT_TRUE(WaitUntil([&] { return NewLogLines(logged_).size() >= lines; }));
  logged_ += NewLogLines(logged_).size();
}

TEST_F(RequestRules, AViolationIsRefusedAndEndsThePipeline) {
  for (const Refused& row : RefusedRequests()) ExpectRefused(row, false);
}

TEST_F(RequestRules, AViolationIsRefusedByteByByteToo) {
  for (const Refused& row : RefusedRequests()) {
    // Thousands of system calls per row would only test the kernel.
    if (row.bytes.size() <= 400) ExpectRefused(row, true);
  }
}

TEST_F(RequestRules, WhatTheGrammarAllowsIsServed) {
  for (const Served& row : ServedRequests()) ExpectServed(row, false);
}

TEST_F(RequestRules, WhatTheGrammarAllowsIsServedByteByByte) {
  for (const Served& row : ServedRequests()) {
    if (row.bytes.size() <= 400) ExpectServed(row, true);
  }
}

TEST_F(RequestRules, UnrecognisedMethodsAreNotImplemented) {
  for (const char* line :
       {"FOO /", "get /", "Get /", "CONNECT a:80", "PROPFIND /", "G /",
        "FOO /nope", "GETX /", "GE /", "M-SEARCH /", "!#$%&'*+-.^_`|~ /"}) {
    Client client = server_->Connect();
    client.Send(absl::StrCat(line, " HTTP/1.1\r\nHost: a\r\n\r\n"));
    const Response r = client.Read();
    EXPECT_EQ(r.status, 501) << line << "\n" << r;
    if (r.Closes()) {
      EXPECT_NE(client.WaitEnd(), End::kOpen);
    }
  }
  logged_ += NewLogLines(logged_).size();
}

}  // namespace
}  // namespace h1_test
