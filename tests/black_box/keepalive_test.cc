// Connections that serve several requests: persistence, pipelining, HTTP/1.0,
// half-closed clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

class KeepAlive : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new Server;
    server_->root().Write("large", std::string(3 << 20, 'L'));
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static Server* server_;
};
Server* KeepAlive::server_ = nullptr;

TEST_F(KeepAlive, ServesManyRequestsOnOneConnection) {
  Client client = server_->Connect();
  for (int i = 0; i < 500; i++) {
    const Response r = client.Get(i % 2 == 0 ? "/" : "/_health");
    ASSERT_EQ(r.status, 200) << i << r;
    ASSERT_EQ(r.Field("Connection"), "keep-alive");
  }
}

TEST_F(KeepAlive, CountsDownInTheKeepAliveField) {
  Client client = server_->Connect();
  int64_t last = 10000;
  for (int i = 0; i < 5; i++) {
    const std::string field = client.Get("/").Field("Keep-Alive");
    absl::string_view rest = field;
    int64_t left = 0;
    ASSERT_TRUE(absl::ConsumePrefix(&rest, "timeout=75, max=")) << field;
    ASSERT_TRUE(absl::SimpleAtoi(rest, &left)) << field;
    EXPECT_EQ(left, last - 1);
    last = left;
  }
}

TEST_F(KeepAlive, PersistenceFollowsVersionAndConnectionField) {
  struct {
    const char* version;
    const char* fields;
    bool persists;
  } const kRows[] = {
      {"HTTP/1.1", "", true},
      {"HTTP/1.1", "Connection: keep-alive\r\n", true},
      {"HTTP/1.1", "Connection: close\r\n", false},
      {"HTTP/1.1", "Connection: Close\r\n", false},
      {"HTTP/1.1", "Connection: foo, close\r\n", false},
      {"HTTP/1.1", "Connection: foo\r\nConnection: CLOSE ,bar\r\n", false},
      {"HTTP/1.1", "Connection: close, keep-alive\r\n", false},
      {"HTTP/1.1", "Connection: keep-alive, close\r\n", false},
      {"HTTP/1.1", "Connection: closed\r\n", true},
      {"HTTP/1.1", "Connection: not-close\r\n", true},
      {"HTTP/1.1", "Proxy-Connection: close\r\n", true},
      {"HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n", true},
      {"HTTP/1.2", "", true},
      {"HTTP/1.0", "", false},
      {"HTTP/1.0", "Connection: close\r\n", false},
      {"HTTP/1.0", "Connection: keep-alive\r\n", true},
      {"HTTP/1.0", "Connection: Keep-Alive\r\n", true},
      {"HTTP/1.0", "Connection: foo, keep-alive\r\n", true},
      {"HTTP/1.0", "Connection: keep-alive, close\r\n", false},
      {"HTTP/1.0", "Keep-Alive: timeout=5\r\n", false},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(absl::StrCat(row.version, " ", row.fields));
    Client client = server_->Connect();
    const std::string bytes = absl::StrCat(
        "GET / ", row.version, "\r\nHost: a\r\n", row.fields, "\r\n");
    ASSERT_TRUE(client.Send(bytes));
    const Response r = client.Read();
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_EQ(r.Field("Connection"), row.persists ? "keep-alive" : "close");
    EXPECT_EQ(r.Has("Keep-Alive"), row.persists);
    if (row.persists) {
      ASSERT_TRUE(client.Send(bytes));
      EXPECT_EQ(client.Read().status, 200);
    } else {
      EXPECT_EQ(client.WaitEnd(), End::kClosed);
    }
  }
}

TEST_F(KeepAlive, NothingIsAnsweredBehindARequestThatCloses) {
  Client client = server_->Connect();
  ASSERT_TRUE(
      client.Send(GetBytes("/", "Connection: close\r\n") + GetBytes("/")));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

// Requests that can be told apart by their answers.
struct Step {
  std::string bytes;
  std::string method;
  int status;
  std::string body;  // empty: any
};

std::vector<Step> Mixed() {
  return {
      {RequestBytes("POST", "/submit", "", "first"), "POST", 200, "first"},
      {GetBytes("/nope"), "GET", 404, ""},
      {RequestBytes("HEAD", "/"), "HEAD", 200, ""},
      {ChunkedPost("/submit", "second body", 4, "X: y\r\n"), "POST", 200,
       "second body"},
      {RequestBytes("OPTIONS", "/"), "OPTIONS", 204, ""},
      {RequestBytes("POST", "/", "", "dropped"), "POST", 405, ""},
      {GetBytes("/stream"), "GET", 200, ""},
      {RequestBytes("POST", "/submit", "", "last"), "POST", 200, "last"},
  };
}

void ExpectAnswers(Client* client, const std::vector<Step>& steps) {
  for (size_t i = 0; i < steps.size(); i++) {
    const Response r = client->Read(steps[i].method);
    ASSERT_EQ(r.status, steps[i].status) << "answer " << i << "\n" << r;
    if (!steps[i].body.empty()) {
      ASSERT_EQ(r.body, steps[i].body) << i;
    }
  }
}

TEST_F(KeepAlive, PipelinedRequestsAreAnsweredInOrder) {
  std::string bytes;
  for (const Step& step : Mixed()) bytes += step.bytes;
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(bytes));
  ExpectAnswers(&client, Mixed());
}

TEST_F(KeepAlive, APipelineMayBeCutAnywhere) {
  // Without the stream, which takes its time.
  std::vector<Step> steps = Mixed();
  steps.erase(steps.begin() + 6);
  std::string bytes;
  for (const Step& step : steps) bytes += step.bytes;
  for (size_t cut = 1; cut < bytes.size(); cut++) {
    SCOPED_TRACE(absl::StrCat("cut at ", cut));
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(bytes.substr(0, cut)));
    ASSERT_TRUE(client.Send(bytes.substr(cut)));
    ExpectAnswers(&client, steps);
    if (HasFailure()) return;
  }
}

TEST_F(KeepAlive, APipelineMayComeByteByByte) {
  std::string bytes;
  for (const Step& step : Mixed()) bytes += step.bytes;
  Client client = server_->Connect();
  ASSERT_TRUE(client.SendBytewise(bytes));
  ExpectAnswers(&client, Mixed());
}

TEST_F(KeepAlive, AThousandPipelinedRequestsInOneWrite) {
  std::string bytes;
  for (int i = 0; i < 1000; i++) {
    bytes += RequestBytes("POST", "/submit", "", absl::StrCat("body ", i));
  }
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(bytes));
  for (int i = 0; i < 1000; i++) {
    ASSERT_EQ(client.Read("POST").body, absl::StrCat("body ", i));
  }
}

TEST_F(KeepAlive, APipelineOfLargeAnswersIsSentInOrder) {
  Client client = server_->Connect();
  std::string bytes;
  for (int i = 0; i < 5; i++) {
    bytes += GetBytes("/static/large");
    bytes += RequestBytes("POST", "/submit", "", absl::StrCat("n", i));
  }
  ASSERT_TRUE(client.Send(bytes));
  for (int i = 0; i < 5; i++) {
    const Response large = client.Read();
    ASSERT_EQ(large.status, 200) << large.problem;
    ASSERT_EQ(large.body.size(), size_t{3} << 20);
    ASSERT_EQ(client.Read("POST").body, absl::StrCat("n", i));
  }
}

TEST_F(KeepAlive, ARefusalEndsAPipelineBehindGoodAnswers) {
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(GetBytes("/") + GetBytes("/_health") +
                          "GET / HTTP/1.1\nHost: a\r\n\r\n" + GetBytes("/")));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 400);
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

TEST_F(KeepAlive, AHalfClosedClientIsStillAnswered) {
  for (const char* path : {"/", "/stream", "/static/large", "/nope"}) {
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(GetBytes(path)));
    client.HalfClose();
    const Response r = client.Read();
    EXPECT_EQ(r.status, path == std::string("/nope") ? 404 : 200) << path << r;
    EXPECT_EQ(client.WaitEnd(), End::kClosed) << path;
  }
}

TEST_F(KeepAlive, AHalfClosedPipelineIsAnsweredInFull) {
  std::string bytes;
  for (const Step& step : Mixed()) bytes += step.bytes;
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(bytes));
  client.HalfClose();
  ExpectAnswers(&client, Mixed());
  EXPECT_EQ(client.WaitEnd(), End::kClosed);
}

TEST_F(KeepAlive, ARequestCutByHalfCloseIsNeverServed) {
  for (const char* bytes :
       {"GET / HTTP/1.1\r\nHost: a\r\n", "G", "GET / HTTP/1.1\r\nHost: a\r\n\r",
        "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell",
        "POST /submit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhel",
        "POST /submit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n"}) {
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(bytes));
    client.HalfClose();
    End end = End::kOpen;
    const std::string answer = client.ReadToEnd(&end);
    EXPECT_NE(end, End::kOpen) << bytes;
    EXPECT_FALSE(absl::StartsWith(answer, "HTTP/1.1 2")) << bytes << answer;
  }
}

TEST_F(KeepAlive, StreamToHttp10EndsWithTheConnection) {
  for (const char* fields : {"", "Connection: keep-alive\r\n"}) {
    Client reference = server_->Connect();
    const std::string body = reference.Get("/stream").body;
    Client client = server_->Connect();
    ASSERT_TRUE(
        client.Send(absl::StrCat("GET /stream HTTP/1.0\r\n", fields, "\r\n")));
    const Response r = client.Read();
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_FALSE(r.Has("Transfer-Encoding"));
    EXPECT_FALSE(r.Has("Content-Length"));
    EXPECT_TRUE(r.Closes()) << "the end of the body is the end";
    EXPECT_EQ(r.body.size(), body.size());
    EXPECT_EQ(client.WaitEnd(), End::kClosed);
  }
}

TEST_F(KeepAlive, Http10PersistsThroughAFixedAnswer) {
  Client client = server_->Connect();
  for (int i = 0; i < 5; i++) {
    ASSERT_TRUE(
        client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    const Response r = client.Read();
    ASSERT_EQ(r.status, 200);
    EXPECT_EQ(r.Field("Connection"), "keep-alive");
  }
}

}  // namespace
}  // namespace h1_test
