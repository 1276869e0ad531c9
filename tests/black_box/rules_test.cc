// --redirect, --header and --cache-control, from the command line to the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kUsage = 2;

Finished RunServer(const Args& args) {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  return RunProgram(command);
}

TEST(Rules, HoldForTheirPaths) {
  Server server({"--redirect=/old/**=/static/{rest}=301",
                 "--redirect=/away=https://a.example/b?c%3Dd=308",
                 "--header=/static/** X-Frame-Options: DENY",
                 "--header=/static/plain.txt -ETag", "--header=/** -Server",
                 "--cache-control=/static/assets/**=public, max-age=31536000, "
                 "immutable",
                 "--cache-control=/static/silent.txt="});
  for (const char* name :
       {"plain.txt", "silent.txt", "assets/app.js", "other.txt"}) {
    server.root().Write(name, "text");
  }
  Client client = server.Connect();
  const Response old = client.Get("/old/plain.txt?x=1");
  EXPECT_EQ(old.status, 301);
  EXPECT_EQ(old.Field("Location"), "/static/plain.txt?x=1");
  const Response away = client.Exchange("POST", "/away", "", "body");
  EXPECT_EQ(away.status, 308);
  EXPECT_EQ(away.Field("Location"), "https://a.example/b?c=d");
  const Response asset = client.Get("/static/assets/app.js");
  EXPECT_EQ(asset.status, 200);
  EXPECT_EQ(asset.Field("Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(asset.Field("X-Frame-Options"), "DENY");
  EXPECT_FALSE(asset.Has("Server"));
  EXPECT_FALSE(client.Get("/static/silent.txt").Has("Cache-Control"));
  const Response plain = client.Get("/static/plain.txt");
  EXPECT_EQ(plain.Field("Cache-Control"), "no-cache");
  EXPECT_FALSE(plain.Has("ETag"));
  const Response missing = client.Get("/static/missing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.Field("X-Frame-Options"), "DENY");
  EXPECT_FALSE(missing.Has("Cache-Control"));
  EXPECT_FALSE(client.Get("/").Has("X-Frame-Options"));
}

TEST(Rules, ComeFromTheEnvironmentByLines) {
  Server server({}, {{"H1_HTTPD_HEADER", "/** X-A: b, c\n/** X-D: e\n"},
                     {"H1_HTTPD_REDIRECT", "/a=/stream\n/b=/"}});
  Client client = server.Connect();
  const Response r = client.Get("/b");
  EXPECT_EQ(r.status, 302);
  EXPECT_EQ(r.Field("Location"), "/");
  EXPECT_EQ(r.Field("X-A"), "b, c");
  EXPECT_EQ(r.Field("X-D"), "e");
}

TEST(Rules, FaultsNameTheOptionAndWhatIsAllowed) {
  const struct {
    const char* option;
    const char* fault;
  } rows[] = {
      {"--header=/a?b X: y",
       "can never match: a path has no '?' (%3F is a literal one); allowed: "
       "'PATTERN Name: value'"},
      {"--header=/** Content-Length: 1",
       "names a field that the server alone writes; allowed: "},
      {"--header=/** X: a\nY: b", "holds a control character; allowed: "},
      {"--redirect=/a/../b=/c",
       "can never match: '.' and '..' segments are resolved before; allowed: "
       "FROM=TO"},
      {"--redirect=/a=//evil.example", "leads to '//'"},
      {"--redirect=/**=/a", "leads back to itself; allowed: "},
      {"--redirect=/a=/b=200", "has a status that is none of 301, 302"},
      {"--cache-control=assets=x",
       "can never match: a path begins with '/'; allowed: PATTERN=VALUE"},
  };
  for (const auto& row : rows) {
    for (const char* check : {"--check", "--demo=off"}) {
      const Finished done = RunServer({row.option, check});
      EXPECT_EQ(done.exit, kUsage) << row.option;
      const std::string option = row.option;
      EXPECT_THAT(
          done.err,
          testing::StartsWith("httpd: " + option.substr(0, option.find('='))));
      EXPECT_THAT(done.err, testing::HasSubstr(row.fault));
    }
  }
  std::vector<std::string> many(65, "--header=/** X-A: b");
  many.push_back("--check");
  many.push_back("--root=none");
  many.push_back("--listen=127.0.0.1:0");
  const Finished done = RunServer(many);
  EXPECT_EQ(done.exit, kUsage);
  EXPECT_THAT(done.err, testing::HasSubstr("--header: more than 64 values"));
}

}  // namespace
}  // namespace h1_test
