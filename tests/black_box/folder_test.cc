// A folder served at /: httpd DIR, and further ones by --mount.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
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

// The server's tests start it with a root: none is what DIR means.
const char kNoRoot[] = "--root=none";

TEST(Folder, IsServedAtTheTopAndNothingElseIs) {
  TempDir site, docs;
  site.Write("index.html", "home");
  site.Write("favicon.ico", "icon");
  site.Write("css/a.css", "style");
  site.Write("stream", "a file");
  site.Write("docs/hidden.txt", "below a longer prefix");
  site.Write("_metrics", "never served");
  docs.Write("index.html", "manual");
  docs.Write("a=b.txt", "equals");
  Server server({kNoRoot, absl::StrCat("--mount=/docs=", docs.path()),
                 absl::StrCat("--mount=/docs/a%3Db/=", docs.path()),
                 site.path()});
  Client client = server.Connect();
  const std::pair<const char*, const char*> bodies[] = {
      {"/", "home"},
      {"/index.html", "home"},
      {"/favicon.ico", "icon"},
      {"/css/a.css", "style"},
      {"/stream", "a file"},
      {"/docs/", "manual"},
      {"/docs/a=b.txt", "equals"},
      {"/docs/a=b/", "manual"},
      {"/docs/a%3Db/a%3Db.txt", "equals"},
  };
  for (const auto& [path, body] : bodies) {
    const Response r = client.Get(path);
    EXPECT_EQ(r.status, 200) << path;
    EXPECT_EQ(r.body, body) << path;
  }
  for (const char* path :
       {"/docs/hidden.txt", "/static/index.html", "/_metrics", "/_status",
        "/submit", "/docs/../_metrics", "/%5Fmetrics"}) {
    EXPECT_EQ(client.Get(path).status, 404) << path;
  }
  EXPECT_EQ(client.Get("/../etc/passwd").status, 400);
  client = server.Connect();
  EXPECT_EQ(client.Get("/_health").status, 200);
  EXPECT_EQ(client.Get("/css").Field("Location"), "css/");
  EXPECT_EQ(client.Get("/docs?q").Field("Location"), "docs/?q");
  EXPECT_EQ(client.Exchange("POST", "/css/a.css").Field("Allow"),
            "GET, HEAD, OPTIONS");
}

// The boundary of /static/ is that of every mount.
TEST(Folder, NothingOutsideOfItIsServed) {
  TempDir site, outside;
  outside.Write("secret", "secret");
  site.Write("a.txt", "inside");
  site.Write("deep/b.txt", "deep");
  site.Write(".env", "secret");
  site.Symlink("out", outside.path());
  site.Symlink("out.txt", outside.File("secret"));
  site.Symlink("deep/up", "..");
  site.Symlink("absolute", site.File("deep"));
  site.Fifo("fifo");
  Server server(
      {kNoRoot, absl::StrCat("--mount=/m=", site.path()), site.path()});
  for (const std::string prefix : {"/", "/m/"}) {
    Client client = server.Connect();
    for (const char* path :
         {"out/secret", "out.txt", ".env", "fifo", "deep/..%2f..%2fa.txt",
          "deep/up/up/../out.txt", "a.txt/", "/a.txt", "..%2fa.txt"}) {
      const Response r = client.Get(prefix + path);
      EXPECT_EQ(r.status, 404) << prefix << path;
    }
    EXPECT_EQ(client.Get(prefix + "deep/up/a.txt").body, "inside");
    EXPECT_EQ(client.Get(prefix + "absolute/b.txt").body, "deep");
    EXPECT_EQ(client.Get(prefix + "deep/%2e%2e/a.txt").body, "inside");
    for (const char* path : {"../../etc/passwd", "%2e%2e/%2E%2E/etc/passwd",
                             "deep/../../../x", "a%00.txt", "a\\b"}) {
      EXPECT_EQ(server.Connect().Get(prefix + path).status, 400)
          << prefix << path;
    }
  }
}

TEST(Folder, TheStartSaysWhatIsServedWhereAndWhatIsNot) {
  TempDir site;
  site.Write("_health", "x");
  Server server({kNoRoot, site.path()});
  EXPECT_THAT(
      server.start_line(),
      testing::MatchesRegex(absl::StrCat(
          "httpd: listening on 127\\.0\\.0\\.1:[0-9]+; workers 2; folders: / "
          "is ",
          site.path(),
          " \\(openat2?\\); (user|sandbox) .*; memory bound [0-9]+ MiB; "
          "/_metrics and /_status are off: see --admin-listen; "
          "open http://127\\.0\\.0\\.1:[0-9]+/")));
  EXPECT_TRUE(server.process().Says(
      absl::StrCat("httpd: warning: ", site.path(), "/_health is not served")))
      << server.process().Err();
}

TEST(Folder, TheOperatorsRoutesAnswerWhereTheyAreSent) {
  TempDir site;
  site.Write("_metrics", "a file");
  Server server({kNoRoot, "--admin-listen=127.0.0.1:0", site.path()});
  EXPECT_FALSE(absl::StrContains(server.start_line(), "are off"));
  EXPECT_EQ(server.Connect().Get("/_health").status, 404);
  EXPECT_EQ(server.Connect().Get("/_metrics").status, 404);
  const int admin = server.admin_port();
  EXPECT_EQ(Client(admin).Get("/_health").status, 200);
  EXPECT_EQ(Client(admin).Get("/_metrics").status, 200);
  EXPECT_NE(Client(admin).Get("/_metrics").body, "a file");
  EXPECT_EQ(Client(admin).Get("/").status, 404);
}

TEST(Folder, WhatCannotBeServedIsAnErrorByName) {
  TempDir site;
  site.Write("file", "x");
  const std::string absent = site.File("absent");
  const std::pair<Args, std::string> cases[] = {
      {{absent}, absl::StrCat("DIR ", absent, ": not a folder")},
      {{site.File("file")}, "not a folder"},
      {{absl::StrCat("--mount=/x=", absent), "--root", site.path()},
       absl::StrCat("--mount /x/ ", absent, ": not a folder")},
      {{absl::StrCat("--mount=/x=", site.path()),
        absl::StrCat("--mount=/x/=", site.path()), site.path()},
       "--mount: two folders at /x/"},
      {{site.path(), "--root", site.path()}, "together with --root"},
      {{site.path(), absl::StrCat("--mount=/=", site.path())},
       "together with a --mount at /"},
      {{site.path(), site.path()}, "unexpected argument"},
      {{"--mont=/x=/y"}, "did you mean --mount?"},
  };
  for (const auto& [args, fault] : cases) {
    Args all = args;
    all.push_back("--check");
    const Finished done = RunServer(all);
    EXPECT_EQ(done.exit, kUsage) << fault;
    EXPECT_TRUE(absl::StrContains(done.err, fault)) << done.err;
  }
  const Finished good = RunServer({site.path(), "--check", "-p0"});
  EXPECT_EQ(good.exit, 0) << good.err;
}

}  // namespace
}  // namespace h1_test
