// HEAD, OPTIONS, 405, TRACE, and Expect: 100-continue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

class Methods : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new Server;
    server_->root().Write("a.txt", "static text\n");
    server_->root().Write("large", std::string(1 << 20, 'L'));
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static Server* server_;
};
Server* Methods::server_ = nullptr;

std::multiset<std::string> FieldNames(const Response& r) {
  std::multiset<std::string> names;
  for (const auto& field : r.fields) names.insert(field.first);
  return names;
}

std::set<std::string> Allowed(const Response& r) {
  return absl::StrSplit(r.Field("Allow"), ", ");
}

TEST_F(Methods, HeadIsTheHeadOfGet) {
  for (const char* path : {"/", "/static/a.txt", "/static/large", "/nope",
                           "/_health", "/stream", "/_metrics"}) {
    Client client = server_->Connect();
    const Response get = client.Get(path);
    const Response head = client.Exchange("HEAD", path);
    EXPECT_EQ(head.status, get.status) << path;
    EXPECT_EQ(FieldNames(head), FieldNames(get)) << path;
    EXPECT_EQ(head.Field("Content-Type"), get.Field("Content-Type")) << path;
    if (path != std::string("/_metrics")) {
      EXPECT_EQ(head.Field("Content-Length"), get.Field("Content-Length"))
          << path;
    }
    EXPECT_EQ(client.Get("/").status, 200) << "no byte of a body follows";
  }
}

TEST_F(Methods, OptionsTellsWhatAResourceAllows) {
  const std::set<std::string> kGet = {"GET", "HEAD", "OPTIONS"};
  const std::set<std::string> kPost = {"POST", "OPTIONS"};
  struct {
    const char* path;
    std::set<std::string> allowed;
  } const kRows[] = {
      {"/", kGet},         {"/stream", kGet},   {"/submit", kPost},
      {"/static/x", kGet}, {"/_metrics", kGet}, {"/_health", kGet},
  };
  for (const auto& row : kRows) {
    Client client = server_->Connect();
    const Response r = client.Exchange("OPTIONS", row.path);
    EXPECT_EQ(r.status, 204) << row.path << r;
    EXPECT_EQ(Allowed(r), row.allowed) << row.path;
    EXPECT_FALSE(r.Has("Content-Length")) << row.path;
    EXPECT_EQ(client.Get("/").status, 200);
  }
}

TEST_F(Methods, OptionsOfTheServer) {
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
  const Response r = client.Read("OPTIONS");
  EXPECT_EQ(r.status, 204) << r;
  EXPECT_FALSE(r.Has("Content-Length"));
  EXPECT_EQ(Allowed(r),
            (std::set<std::string>{"GET", "HEAD", "POST", "OPTIONS"}));
  EXPECT_EQ(client.Exchange("OPTIONS", "/nope").status, 404);
}

TEST(OptionsStar, OffersWhatTheListenerOffers) {
  Server server({"--admin-listen", "127.0.0.1:0", "--demo=off"});
  for (const int port : {server.port(), server.admin_port()}) {
    Client client(port);
    ASSERT_TRUE(client.Send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
    const Response r = client.Read("OPTIONS");
    EXPECT_EQ(r.status, 204) << r;
    EXPECT_EQ(Allowed(r), (std::set<std::string>{"GET", "HEAD", "OPTIONS"}));
  }
}

TEST_F(Methods, OptionsBodiesAreDropped) {
  Client client = server_->Connect();
  EXPECT_EQ(client.Exchange("OPTIONS", "/", "", "some body").status, 204);
  EXPECT_EQ(client.Get("/").status, 200);
}

TEST_F(Methods, OthersAreNotAllowedAndSayWhatIs) {
  struct {
    const char* method;
    const char* path;
    const char* allowed;
  } const kRows[] = {
      {"POST", "/", "GET"},
      {"PUT", "/", "GET"},
      {"PATCH", "/", "GET"},
      {"DELETE", "/", "GET"},
      {"TRACE", "/", "GET"},
      {"QUERY", "/", "GET"},
      {"QUERY", "/static/a.txt", "GET"},
      {"QUERY", "/submit", "POST"},
      {"GET", "/submit", "POST"},
      {"HEAD", "/submit", "POST"},
      {"PUT", "/submit", "POST"},
      {"POST", "/stream", "GET"},
      {"POST", "/static/a.txt", "GET"},
      {"DELETE", "/static/a.txt", "GET"},
      {"PUT", "/static/new", "GET"},
      {"POST", "/_metrics", "GET"},
      {"POST", "/_health", "GET"},
  };
  Client client = server_->Connect();
  for (const auto& row : kRows) {
    const Response r = client.Exchange(row.method, row.path);
    EXPECT_EQ(r.status, 405) << row.method << " " << row.path << r;
    EXPECT_EQ(Allowed(r).count(row.allowed), 1u) << row.path << r;
    EXPECT_EQ(Allowed(r).count(row.method), 0u) << row.path << r;
    EXPECT_FALSE(r.Closes()) << row.method << " " << row.path;
  }
}

TEST_F(Methods, TraceNeverEchoes) {
  Client client = server_->Connect();
  const Response r =
      client.Exchange("TRACE", "/", "Cookie: secret-to-keep\r\n");
  EXPECT_EQ(r.status, 405);
  EXPECT_FALSE(absl::StrContains(r.head + r.body, "secret-to-keep"));
}

std::string Expecting(absl::string_view value, absl::string_view framing,
                      absl::string_view path = "/submit",
                      absl::string_view version = "HTTP/1.1") {
  return absl::StrCat("POST ", path, " ", version,
                      "\r\nHost: a\r\nExpect: ", value, "\r\n", framing,
                      "\r\n");
}

TEST_F(Methods, ContinueIsSentWhenTheBodyIsStillToCome) {
  struct {
    const char* framing;
    const char* body;
  } const kRows[] = {
      {"Content-Length: 5\r\n", "hello"},
      {"Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"},
  };
  for (const auto& row : kRows) {
    for (const char* value : {"100-continue", "100-Continue", "100-CONTINUE"}) {
      Client client = server_->Connect();
      ASSERT_TRUE(client.Send(Expecting(value, row.framing)));
      const Response interim = client.Read("POST");
      EXPECT_EQ(interim.status, 100) << value << interim;
      ASSERT_TRUE(client.Send(row.body));
      const Response r = client.Read("POST");
      EXPECT_EQ(r.status, 200) << r;
      EXPECT_EQ(r.body, "hello");
      EXPECT_EQ(client.Get("/").status, 200);
    }
  }
}

TEST_F(Methods, ContinueIsNotSentWhenTheBodyIsThere) {
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(Expecting("100-continue", "Content-Length: 5\r\n") +
                          "hello"));
  const Response r = client.Read("POST");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.body, "hello");
}

TEST_F(Methods, ContinueIsNotSentWhereThereIsNoBody) {
  Client client = server_->Connect();
  EXPECT_EQ(client.Get("/", "Expect: 100-continue\r\n").status, 200);
  ASSERT_TRUE(client.Send(Expecting("100-continue", "Content-Length: 0\r\n")));
  EXPECT_EQ(client.Read("POST").status, 200);
  ASSERT_TRUE(client.Send(Expecting("100-continue", "")));
  EXPECT_EQ(client.Read("POST").status, 200);
}

TEST_F(Methods, ContinueIsNeverSentToHttp10) {
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(Expecting("100-continue", "Content-Length: 5\r\n",
                                    "/submit", "HTTP/1.0")));
  EXPECT_FALSE(client.Readable(Milliseconds(300)));
  ASSERT_TRUE(client.Send("hello"));
  const Response r = client.Read("POST");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.body, "hello");
}

TEST_F(Methods, ContinueIsNotSentForABodyThatIsRefused) {
  struct {
    const char* path;
    const char* framing;
    int status;
  } const kRows[] = {
      {"/submit", "Content-Length: 9999999\r\n", 413},
      {"/submit", "Content-Length: 5x\r\n", 400},
      {"/submit", "Transfer-Encoding: gzip\r\n", 400},
      {"/nope", "Content-Length: 9999999\r\n", 413},
      {"/nope", "Content-Length: 5\r\n", 404},
      {"/", "Content-Length: 5\r\n", 405},
  };
  for (const auto& row : kRows) {
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(Expecting("100-continue", row.framing, row.path)));
    const Response r = client.Read("POST");
    EXPECT_EQ(r.status, row.status) << row.path << " " << row.framing << r;
  }
}

// After a final answer instead of a 100 the client may send its body or not.
// Either way what follows is not mistaken for something else.
TEST_F(Methods, AFinalAnswerInsteadOfContinueLeavesNoConfusion) {
  for (const bool sends_body : {true, false}) {
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(
        Expecting("100-continue", "Content-Length: 5\r\n", "/nope")));
    const Response r = client.Read("POST");
    EXPECT_EQ(r.status, 404) << r;
    if (r.Closes()) {
      EXPECT_NE(client.WaitEnd(), End::kOpen);
    } else if (sends_body) {
      ASSERT_TRUE(client.Send("hello" + GetBytes("/")));
      EXPECT_EQ(client.Read().status, 200);
    }
  }
}

TEST_F(Methods, OtherExpectationsFail) {
  for (const char* value : {"200-ok", "100-continue, x", "100-continu", "x=y",
                            "100-continue;a", "99-continue"}) {
    Client client = server_->Connect();
    ASSERT_TRUE(
        client.Send(Expecting(value, "Content-Length: 5\r\n") + "hello"));
    const Response r = client.Read("POST");
    EXPECT_EQ(r.status, 417) << value << r;
  }
  // HTTP/1.0 knows no expectations at all.
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(
      Expecting("x", "Content-Length: 5\r\n", "/submit", "HTTP/1.0") +
      "hello"));
  EXPECT_EQ(client.Read("POST").status, 200);
}

// RFC and our rules give whole-message checks an order.
TEST_F(Methods, WhenSeveralFaultsMeetTheEarlierCheckDecides) {
  struct {
    const char* bytes;
    int status;
  } const kRows[] = {
      {"FOO / HTTP/2.0\r\n\r\n", 505},
      {"FOO / HTTP/1.1\r\n\r\n", 400},
      {"FOO / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 501},
      {"POST /nope HTTP/1.1\r\nHost: a\r\nExpect: x\r\n"
       "Content-Length: 99999999\r\n\r\n",
       417},
      {"POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n",
       413},
      {"DELETE /nope HTTP/1.1\r\nHost: a\r\n\r\n", 404},
      {"DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       501},
      {"FOO /.. HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  };
  for (const auto& row : kRows) {
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(row.bytes));
    const Response r = client.Read();
    EXPECT_EQ(r.status, row.status) << row.bytes << r;
  }
}

}  // namespace
}  // namespace h1_test
