// The access log: every request is in it, and nothing that a client sends can
// forge a line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  lines.pop_back();  // After the last line end.
  return lines;
}

// Waits for `count` lines; there must not be more of them.
std::vector<std::string> AwaitLines(const std::string& path, size_t count) {
  EXPECT_TRUE(WaitUntil([&] {
    return Lines(ReadFileText(path)).size() >= count;
  })) << ReadFileText(path);
  const std::vector<std::string> lines = Lines(ReadFileText(path));
  EXPECT_EQ(lines.size(), count) << ReadFileText(path);
  return lines;
}

TEST(JsonLog, OneLineARequestWithEveryField) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  Client client = server.Connect();
  client.Get("/");
  client.Exchange("POST", "/submit?q=1", "", "hello");
  client.Get("/nope");
  client.Exchange("HEAD", "/");
  client.Exchange("DELETE", "/");
  const std::vector<std::string> lines = AwaitLines(dir.File("log"), 5);
  ASSERT_EQ(lines.size(), 5u);
  struct {
    const char* method;
    const char* path;
    int status;
    bool has_bytes;
    const char* reason;  // nullptr: null
  } const kRows[] = {
      {"GET", "/", 200, true, nullptr},
      {"POST", "/submit?q=1", 200, true, nullptr},
      {"GET", "/nope", 404, true, "not_found"},
      {"HEAD", "/", 200, false, nullptr},
      {"DELETE", "/", 405, true, "method_not_allowed"},
  };
  for (size_t i = 0; i < 5; i++) {
    SCOPED_TRACE(lines[i]);
    const Json line = ParseJson(lines[i]);
    ASSERT_EQ(line.kind, Json::kObject);
    EXPECT_THAT(line["time"].text,
                testing::MatchesRegex("20[0-9-]+T[0-9:]+\\.[0-9]{6}Z"));
    EXPECT_EQ(line["client"].text, "127.0.0.1");
    EXPECT_EQ(line["method"].text, kRows[i].method);
    EXPECT_EQ(line["path"].text, kRows[i].path);
    EXPECT_EQ(line["status"].number, kRows[i].status);
    EXPECT_EQ(line["bytes"].kind, Json::kNumber);
    EXPECT_EQ(line["bytes"].number > 0, kRows[i].has_bytes);
    EXPECT_EQ(line["latency_us"].kind, Json::kNumber);
    EXPECT_GE(line["latency_us"].number, 0);
    EXPECT_EQ(line["reused"].kind, Json::kBool);
    EXPECT_EQ(line["reused"].boolean, i > 0);
    if (kRows[i].reason == nullptr) {
      EXPECT_EQ(line["reason"].kind, Json::kNull);
    } else {
      EXPECT_EQ(line["reason"].text, kRows[i].reason);
    }
  }
  EXPECT_EQ(ParseJson(lines[1])["bytes"].number, 5);
}

TEST(JsonLog, BytesAreTheBodySent) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  server.root().Write("large", std::string(2 << 20, 'x'));
  Client client = server.Connect();
  EXPECT_EQ(client.Get("/static/large").status, 200);
  EXPECT_EQ(client.Get("/static/large", "Range: bytes=0-99\r\n").status, 206);
  const std::vector<std::string> lines = AwaitLines(dir.File("log"), 2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(ParseJson(lines[0])["bytes"].number, 2 << 20);
  EXPECT_EQ(ParseJson(lines[1])["bytes"].number, 100);
}

// Every byte a target may hold, and those it may not, in either format: never
// a second line, never a forged field.
const std::vector<std::string>& HostileRequests() {
  static const auto* const requests = new std::vector<std::string>{
      GetBytes("/\"},{\"status\":200,\"path\":\"/forged"),
      GetBytes("/?a=\\\",\\u0041\\n"),
      "GET /%0a127.0.0.1 HTTP/1.1\r\nHost: a\r\n\r\n",
      std::string("GET /\x1b[2J\x01 HTTP/1.1\r\nHost: a\r\n\r\n"),
      std::string("GET /\xff\xc3\xa9\x80 HTTP/1.1\r\nHost: a\r\n\r\n"),
      std::string("GET /\0x HTTP/1.1\r\nHost: a\r\n\r\n", 29),
      "GE\"T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\nforged line\n HTTP/1.1\r\nHost: a\r\n\r\n",
      GetBytes("/" + std::string(8000, '"')),
      GetBytes("/",
               "User-Agent: \"quoted\" \\ \x80\xff\r\n"
               "Referer: http://x/\"y\"\r\n"),
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
  };
  return *requests;
}

TEST(JsonLog, NoClientCanForgeALine) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  for (const std::string& request : HostileRequests()) {
    Client client = server.Connect();
    client.Send(request);
    client.Read();
  }
  const std::vector<std::string> lines =
      AwaitLines(dir.File("log"), HostileRequests().size());
  for (const std::string& text : lines) {
    const Json line = ParseJson(text);
    ASSERT_EQ(line.kind, Json::kObject) << text;
    EXPECT_EQ(line.members.size(), ParseJson(lines[0]).members.size()) << text;
    for (const char c : text) {
      ASSERT_TRUE(c >= 0x20 && c < 0x7f) << "raw byte in " << text;
    }
  }
}

TEST(CombinedLog, IsTheNcsaFormatExactly) {
  TempDir dir;
  Server server({"--access-log", dir.File("log"), "--log-format", "combined"});
  Client client = server.Connect();
  client.Exchange("POST", "/submit?q=1",
                  "Referer: http://r/\r\nUser-Agent: agent/1 (x)\r\n", "hello");
  client.Exchange("HEAD", "/nope");
  const std::vector<std::string> lines = AwaitLines(dir.File("log"), 2);
  ASSERT_EQ(lines.size(), 2u);
  const std::string kTime =
      "\\[[0-9]{2}/[A-Z][a-z]{2}/20[0-9]{2}:[0-9]{2}:[0-9]{2}:[0-9]{2} "
      "[+-][0-9]{4}\\]";
  EXPECT_THAT(lines[0],
              testing::MatchesRegex("127\\.0\\.0\\.1 - - " + kTime +
                                    " \"POST /submit\\?q=1 HTTP/1\\.1\" 200 5 "
                                    "\"http://r/\" \"agent/1 \\(x\\)\""));
  EXPECT_THAT(lines[1],
              testing::MatchesRegex("127\\.0\\.0\\.1 - - " + kTime +
                                    " \"HEAD /nope HTTP/1\\.1\" 404 [-0] "
                                    "\"-\" \"-\""));
}

TEST(CombinedLog, NoClientCanForgeALine) {
  TempDir dir;
  Server server({"--access-log", dir.File("log"), "--log-format", "combined"});
  for (const std::string& request : HostileRequests()) {
    Client client = server.Connect();
    client.Send(request);
    client.Read();
  }
  for (const std::string& line :
       AwaitLines(dir.File("log"), HostileRequests().size())) {
    EXPECT_TRUE(absl::StartsWith(line, "127.0.0.1 - - [")) << line;
    // Quotes that do not delimit are escaped: six are left.
    int quotes = 0;
    for (size_t i = 0; i < line.size(); i++) {
      if (line[i] == '\\') {
        i++;
      } else if (line[i] == '"') {
        quotes++;
      }
      ASSERT_TRUE(line[i] >= 0x20 && line[i] < 0x7f) << "raw byte in " << line;
    }
    EXPECT_EQ(quotes, 6) << line;
  }
}

TEST(AccessLog, GoesToStandardOutputByDefault) {
  Server server({"--access-log", "-"});
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  EXPECT_TRUE(
      WaitUntil([&] { return Lines(server.process().Out()).size() == 1; }));
  server.Stop();
  EXPECT_EQ(ParseJson(Lines(server.process().Out())[0])["status"].number, 200);
}

TEST(AccessLog, HoldsEveryRequestWhenTheServerHasEnded) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  Client client = server.Connect();
  for (int i = 0; i < 500; i++) client.Get("/");
  client.Close();
  server.Stop();
  EXPECT_EQ(Lines(ReadFileText(dir.File("log"))).size(), 500u);
}

TEST(AccessLog, IsAppendedTo) {
  TempDir dir;
  dir.Write("log", "an earlier line\n");
  Server server({"--access-log", dir.File("log")});
  server.Connect().Get("/");
  EXPECT_EQ(AwaitLines(dir.File("log"), 2)[0], "an earlier line");
}

TEST(AccessLog, IsReopenedOnHup) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  Client client = server.Connect();
  client.Get("/?before");
  AwaitLines(dir.File("log"), 1);
  ASSERT_EQ(rename(dir.File("log").c_str(), dir.File("log.1").c_str()), 0);
  server.process().Signal(SIGHUP);
  ASSERT_TRUE(WaitUntil([&] {
    FILE* file = fopen(dir.File("log").c_str(), "r");
    if (file != nullptr) fclose(file);
    return file != nullptr;
  }));
  EXPECT_EQ(client.Get("/?after").status, 200) << "nothing else is disturbed";
  EXPECT_TRUE(absl::StrContains(AwaitLines(dir.File("log"), 1)[0], "/?after"));
  AwaitLines(dir.File("log.1"), 1);
}

TEST(AccessLog, RefusalsAreNamed) {
  TempDir dir;
  Server server({"--access-log", dir.File("log")});
  struct {
    const char* bytes;
    const char* reason;
  } const kRows[] = {
      {"GET / HTTP/1.1\r\n\r\n", "host_missing"},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", "bare_lf"},
      {"GET /.. HTTP/1.1\r\nHost: a\r\n\r\n", "path_above_root"},
      {"POST /submit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1;\r\n",
       "chunk_ext_invalid"},
      {"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", "method_unknown"},
  };
  for (const auto& row : kRows) {
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(row.bytes));
    EXPECT_GE(client.Read().status, 400);
    EXPECT_TRUE(server.AwaitRefusals(row.reason, 1)) << row.reason;
  }
  const std::string log = ReadFileText(dir.File("log"));
  EXPECT_TRUE(WaitUntil([&] {
    return absl::StrContains(ReadFileText(dir.File("log")), "method_unknown");
  }));
  for (const auto& row : kRows) {
    EXPECT_TRUE(absl::StrContains(ReadFileText(dir.File("log")),
                                  absl::StrCat("\"", row.reason, "\"")))
        << row.reason;
  }
}

}  // namespace
}  // namespace h1_test
