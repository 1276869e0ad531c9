// Every route of the server, and what the server itself adds to each answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// A server for the tests that change nothing about it.
class Routes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new Server;
    server_->root().Write("a.txt", "static text\n");
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static Server* server_;
};
Server* Routes::server_ = nullptr;

TEST_F(Routes, RootAnswersGetWithAFixedLength) {
  Client client = server_->Connect();
  const Response r = client.Get("/");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.reason, "OK");
  EXPECT_FALSE(r.body.empty());
  EXPECT_EQ(r.Field("Content-Length"), absl::StrCat(r.body.size()));
  EXPECT_TRUE(absl::StartsWith(r.Field("Content-Type"), "text/")) << r;
}

TEST_F(Routes, StreamAnswersInSeveralChunks) {
  Client client = server_->Connect();
  const Response r = client.Get("/stream");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_TRUE(r.chunked);
  EXPECT_GE(r.chunk_count, 2u);
  EXPECT_FALSE(r.Has("Content-Length"));
  EXPECT_EQ(client.Get("/").status, 200) << "the connection goes on";
}

TEST_F(Routes, StreamIsSentAsItIsMade) {
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(GetBytes("/stream")));
  // A body that were collected first would come with its end in one piece;
  // this one is paced, so its first receive holds the head and a beginning.
  std::string first;
  while (!absl::StrContains(first, "\r\n\r\n")) {
    const std::string more = client.ReceiveSome(65536);
    ASSERT_FALSE(more.empty());
    first += more;
  }
  EXPECT_FALSE(absl::StrContains(first, "\r\n0\r\n\r\n"));
}

TEST_F(Routes, SubmitEchoesABodyWithItsType) {
  Client client = server_->Connect();
  const std::string body = "{\"a\": 1}";
  const Response r = client.Exchange(
      "POST", "/submit", "Content-Type: application/json\r\n", body);
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.body, body);
  EXPECT_EQ(r.Field("Content-Type"), "application/json");
  EXPECT_EQ(r.Field("Content-Length"), absl::StrCat(body.size()));
  EXPECT_EQ(r.Field("X-Content-Type-Options"), "nosniff");
}

TEST_F(Routes, SubmitEchoesAChunkedBodyWithALength) {
  Client client = server_->Connect();
  const std::string body = "some text in pieces";
  for (size_t chunk : {size_t{1}, size_t{7}, body.size()}) {
    ASSERT_TRUE(client.Send(ChunkedPost("/submit", body, chunk)));
    const Response r = client.Read("POST");
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_EQ(r.body, body);
    EXPECT_EQ(r.Field("Content-Length"), absl::StrCat(body.size()));
  }
}

TEST_F(Routes, SubmitEchoesEveryByteValue) {
  std::string body;
  for (int i = 0; i < 256; i++) body.push_back(static_cast<char>(i));
  Client client = server_->Connect();
  EXPECT_EQ(client.Exchange("POST", "/submit", "", body).body, body);
}

TEST_F(Routes, SubmitEchoesAMebibyte) {
  std::string body(1 << 20, 'x');
  for (size_t i = 0; i < body.size(); i += 251) {
    body[i] = static_cast<char>('a' + i % 26);
  }
  Client client = server_->Connect();
  ASSERT_TRUE(client.Send(RequestBytes("POST", "/submit", "", body)));
  Response r = client.Read("POST");
  EXPECT_EQ(r.status, 200) << r.problem;
  EXPECT_TRUE(r.body == body);
  ASSERT_TRUE(client.Send(ChunkedPost("/submit", body, 1000)));
  r = client.Read("POST");
  EXPECT_EQ(r.status, 200) << r.problem;
  EXPECT_TRUE(r.body == body);
}

TEST_F(Routes, SubmitTakesAnEmptyBody) {
  Client client = server_->Connect();
  for (const char* framing : {"", "Content-Length: 0\r\n"}) {
    ASSERT_TRUE(client.Send(
        absl::StrCat("POST /submit HTTP/1.1\r\nHost: a\r\n", framing, "\r\n")));
    const Response r = client.Read("POST");
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_EQ(r.body, "");
    EXPECT_EQ(r.Field("Content-Length"), "0");
  }
}

TEST_F(Routes, SubmitNeverReflectsATypeThatIsNone) {
  struct {
    const char* field;
    const char* type;
  } const kRows[] = {
      {"Content-Type: text/plain; charset=utf-8\r\n",
       "text/plain; charset=utf-8"},
      {"", "application/octet-stream"},
      {"Content-Type: nonsense\r\n", "application/octet-stream"},
      {"Content-Type: text/\r\n", "application/octet-stream"},
      {"Content-Type: /html\r\n", "application/octet-stream"},
      {"Content-Type: text/html, text/plain\r\n", "application/octet-stream"},
      {"Content-Type: text/<b>\r\n", "application/octet-stream"},
      {"Content-Type:\r\n", "application/octet-stream"},
  };
  for (const auto& row : kRows) {
    Client client = server_->Connect();
    const Response r = client.Exchange("POST", "/submit", row.field, "<b>hi");
    EXPECT_EQ(r.status, 200) << row.field << r;
    EXPECT_EQ(r.Field("Content-Type"), row.type) << row.field;
    EXPECT_EQ(r.body, "<b>hi");
  }
}

TEST_F(Routes, StaticServesAFile) {
  Client client = server_->Connect();
  const Response r = client.Get("/static/a.txt");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.body, "static text\n");
  EXPECT_TRUE(absl::StartsWith(r.Field("Content-Type"), "text/plain")) << r;
}

TEST_F(Routes, HealthAnswers) {
  Client client = server_->Connect();
  EXPECT_EQ(client.Get("/_health").status, 200);
}

TEST_F(Routes, MetricsAreJsonByDefault) {
  Client client = server_->Connect();
  const Response r = client.Get("/_metrics");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.Field("Content-Type"), "application/json");
  EXPECT_EQ(r.Field("Cache-Control"), "no-store");
  EXPECT_TRUE(absl::StrContains(r.Field("Vary"), "Accept")) << r;
  EXPECT_EQ(ParseJson(r.body).kind, Json::kObject) << r.body;
}

TEST_F(Routes, MetricsArePrometheusTextWhenAsked) {
  struct {
    const char* path;
    const char* fields;
    bool prometheus;
  } const kRows[] = {
      {"/_metrics?format=prometheus", "", true},
      {"/_metrics", "Accept: text/plain\r\n", true},
      {"/_metrics", "Accept: text/plain;version=0.0.4;q=1,*/*;q=0.1\r\n", true},
      {"/_metrics", "Accept: text/plain;q=0.9, application/json;q=0.1\r\n",
       true},
      {"/_metrics", "Accept: application/json\r\n", false},
      {"/_metrics", "Accept: */*\r\n", false},
      {"/_metrics", "Accept: text/plain;q=0.1, application/json\r\n", false},
  };
  for (const auto& row : kRows) {
    Client client = server_->Connect();
    const Response r = client.Get(row.path, row.fields);
    EXPECT_EQ(r.status, 200) << row.path << row.fields << r;
    EXPECT_EQ(
        absl::StartsWith(r.Field("Content-Type"), "text/plain; version=0.0.4"),
        row.prometheus)
        << row.path << " " << row.fields << r;
  }
}

TEST_F(Routes, UnknownPathsAreNotFoundAndKeepTheConnection) {
  Client client = server_->Connect();
  for (const char* path : {"/nope", "/static", "/submit/", "/submit/x",
                           "/_metrics/", "/index.html", "//", "/stream/..x",
                           "/%2f", "/SUBMIT", "/static/none.txt"}) {
    const Response r = client.Get(path);
    EXPECT_TRUE(r.status == 404 ||
                (r.status == 301 && std::string(path) == "/static"))
        << path << "\n"
        << r;
    EXPECT_FALSE(r.Closes()) << path;
  }
  EXPECT_EQ(client.Get("/").status, 200);
}

TEST_F(Routes, PathsAreMatchedAfterNormalisation) {
  Client client = server_->Connect();
  for (const char* path : {"/./", "/x/..", "/x/../", "/%2e/", "/x/%2E%2e",
                           "/?query", "/static/../", "/a/b/../../", "/."}) {
    EXPECT_EQ(client.Get(path).status, 200) << path;
  }
  EXPECT_EQ(client.Get("/%5fhealth").status, 200);
  EXPECT_EQ(client.Get("/static/./x/../a.txt").status, 200);
  EXPECT_EQ(client.Get("/static/%61.txt").status, 200);
}

TEST_F(Routes, EveryAnswerCarriesTheAutomaticFields) {
  for (const char* path :
       {"/", "/stream", "/nope", "/static/a.txt", "/_health", "/_metrics"}) {
    Client client = server_->Connect();
    const Response r = client.Get(path);
    tm date = {};
    const std::string text = r.Field("Date");
    const char* end =
        strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
    ASSERT_NE(end, nullptr) << path << r;
    EXPECT_EQ(*end, '\0');
    EXPECT_EQ(text.size(), 29u);
    EXPECT_LE(std::abs(timegm(&date) - time(nullptr)), 60) << path;
    EXPECT_EQ(r.Field("Server"), "h1") << path;
    EXPECT_EQ(r.Field("Connection"), "keep-alive") << path;
    EXPECT_THAT(r.Field("Keep-Alive"),
                testing::MatchesRegex("timeout=75, max=[0-9]+"))
        << path;
    EXPECT_EQ(r.Field("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_TRUE(r.Has("Content-Type")) << path;
    EXPECT_EQ(r.Count("Connection"), 1u) << path;
  }
}

TEST(ServerName, IsAnOptionAndMayBeEmpty) {
  Server named({"--server-name", "my server/1.0"});
  EXPECT_EQ(named.Connect().Get("/").Field("Server"), "my server/1.0");
  EXPECT_EQ(named.Connect().Get("/nope").Field("Server"), "my server/1.0");
  Server unnamed({"--server-name="});
  EXPECT_FALSE(unnamed.Connect().Get("/").Has("Server"));
  EXPECT_FALSE(unnamed.Connect().Get("/nope").Has("Server"));
}

}  // namespace
}  // namespace h1_test
