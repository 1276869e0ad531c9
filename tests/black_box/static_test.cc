// Files below /static/: what is served, and what no request can reach.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/black_box/static_tree.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

TEST_F(Static, TraversalReachesNothing) {
  for (const char* path : {
           "/static/../secret.txt",
           "/static/../../secret.txt",
           "/static/../../../../../../etc/passwd",
           "/static/%2e%2e/secret.txt",
           "/static/%2e%2e%2fsecret.txt",
           "/static/..%2fsecret.txt",
           "/static/..%2Fsecret.txt",
           "/static/.%2e/secret.txt",
           "/static/%2E./secret.txt",
           "/static/%252e%252e/secret.txt",
           "/static/%252e%252e%252fsecret.txt",
           "/static/..%252fsecret.txt",
           "/static/..%c0%afsecret.txt",
           "/static/%c0%ae%c0%ae/secret.txt",
           "/static/..%5csecret.txt",
           "/static/..\\secret.txt",
           "/static/....//secret.txt",
           "/static/..;/secret.txt",
           "/static//etc/passwd",
           "/static/%2fetc%2fpasswd",
           "/static/%2Fetc/passwd",
           "/static///etc/passwd",
           "/static//../secret.txt",
           "/static/folder/../../secret.txt",
           "/static/folder/../../../secret.txt",
           "/static/folder/%2e%2e/%2e%2e/secret.txt",
           "/static/a.txt/../../secret.txt",
           "/static/a.txt%00.html",
           "/static/%00",
           "/static/..%00/secret.txt",
           "/static/out",
           "/static/out-absolute",
           "/static/up/secret.txt",
           "/static/up/root/a.txt",
           "/static/etc/passwd",
           "/static/proc/etc/passwd",
           "/static/loop",
           "/static/.hidden",
           "/static/%2ehidden",
           "/static/.git/config",
           "/static/%2egit/config",
           "/static/.well-known/../.hidden",
           "/static/folder/../.hidden",
           "/static/.",
           "/secret.txt",
           "/static/file:///etc/passwd",
           "/static/C:/secret.txt",
           "http://a/static/../../secret.txt",
           "http://a/static/..%2fsecret.txt",
       }) {
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(GetBytes(path)));
    const Response r = client.Read();
    EXPECT_TRUE(r.status >= 400 && r.status < 500) << path << "\n" << r;
    EXPECT_FALSE(absl::StrContains(r.body, kSecret)) << path;
    EXPECT_FALSE(absl::StrContains(r.body, "root:")) << path;
  }
}

TEST_F(Static, SpecialFilesAreNotFoundAndNeverBlock) {
  for (int i = 0; i < 20; i++) {
    EXPECT_EQ(Get("/static/fifo").status, 404);
  }
  EXPECT_EQ(Get("/static/a.txt").status, 200);
}

TEST_F(Static, NamesAreDecodedOnce) {
  EXPECT_EQ(Get("/static/with%20space.txt").body, "spaces");
  EXPECT_EQ(Get("/static/100%25.txt").body, "percent");
  EXPECT_EQ(Get("/static/caf%C3%A9.txt").body, "utf-8");
  EXPECT_EQ(Get("/static/%61%2Etxt").status, 200);
  EXPECT_EQ(Get("/static/100%2525.txt").status, 404);
  EXPECT_EQ(Get("/static/a.txt?query=ignored").status, 200);
  EXPECT_EQ(Get("/static/folder%2findex.html").status, 404);
  EXPECT_EQ(Get("/static/A.TXT").status, 404);
}

TEST_F(Static, WellKnownIsNotHidden) {
  EXPECT_EQ(Get("/static/.well-known/security.txt").body, "contact");
}

TEST_F(Static, FilesKeepTheirBytes) {
  const Response small = Get("/static/a.txt");
  EXPECT_EQ(small.status, 200);
  EXPECT_EQ(small.body, Numbers(1000));
  const Response large = Get("/static/large.bin");
  EXPECT_EQ(large.status, 200) << large.problem;
  EXPECT_TRUE(large.body == Numbers(5 << 20)) << large.body.size();
  const Response empty = Get("/static/empty");
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.Field("Content-Length"), "0");
}

TEST_F(Static, FoldersRedirectToTheirSlash) {
  const Response r = Get("/static/folder");
  EXPECT_EQ(r.status, 301) << r;
  EXPECT_EQ(r.Field("Location"), "folder/");
  EXPECT_EQ(Get("/static/folder?a=b").Field("Location"), "folder/?a=b");
  EXPECT_EQ(Get("/static").Field("Location"), "static/");
  EXPECT_EQ(Get("/static?a").Field("Location"), "static/?a");
  const Response index = Get("/static/folder/");
  EXPECT_EQ(index.status, 200);
  EXPECT_EQ(index.body, "<p>the index");
  EXPECT_TRUE(absl::StartsWith(index.Field("Content-Type"), "text/html"));
  EXPECT_EQ(Get("/static/bare").status, 301);
  EXPECT_EQ(Get("/static/bare/").status, 404);
  EXPECT_EQ(Get("/static/a.txt/").status, 404);
  EXPECT_EQ(Get("/static/none/").status, 404);
}

TEST_F(Static, ALocationNeverNamesAnotherHost) {
  for (const char* path :
       {"//static/folder", "/static//folder", "/x/..//static/folder",
        "/%2fstatic/folder", "/static/folder?\r\nX: y", "/./static/folder",
        "http://evil/static/folder"}) {
    Client client = server_->Connect();
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: test\r\n\r\n"));
    const Response r = client.Read();
    EXPECT_FALSE(absl::StartsWith(r.Field("Location"), "//")) << path << r;
    EXPECT_FALSE(absl::StrContains(r.Field("Location"), "evil")) << path << r;
    EXPECT_FALSE(r.Has("X")) << path << r;
  }
}

TEST_F(Static, TypesFollowTheName) {
  struct {
    const char* name;
    const char* type;
  } const kRows[] = {
      {"t.html", "text/html"},
      {"t.css", "text/css"},
      {"t.js", "text/javascript"},
      {"t.json", "application/json"},
      {"t.png", "image/png"},
      {"t.jpg", "image/jpeg"},
      {"t.svg", "image/svg+xml"},
      {"t.txt", "text/plain"},
      {"t.pdf", "application/pdf"},
      {"t.woff2", "font/woff2"},
      {"t.wasm", "application/wasm"},
      {"t.HTML", "text/html"},
      {"t.unknown", "application/octet-stream"},
      {"none", "application/octet-stream"},
  };
  for (const auto& row : kRows) {
    tree_->Write(absl::StrCat("root/", row.name), "x");
    const Response r = Get(absl::StrCat("/static/", row.name));
    EXPECT_EQ(r.status, 200) << row.name;
    EXPECT_TRUE(absl::StartsWith(r.Field("Content-Type"), row.type))
        << row.name << r;
    EXPECT_EQ(r.Field("X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(Static, ChangesAreSeenWithinSeconds) {
  tree_->Write("root/changes.txt", "old");
  EXPECT_EQ(Get("/static/changes.txt").body, "old");
  tree_->Write("root/changes.txt", "new and longer");
  EXPECT_TRUE(WaitUntil(
      [] { return Get("/static/changes.txt").body == "new and longer"; }));
  EXPECT_EQ(unlink(tree_->File("root/changes.txt").c_str()), 0);
  EXPECT_TRUE(
      WaitUntil([] { return Get("/static/changes.txt").status == 404; }));
}

TEST_F(Static, ExtremeTimesAreServedWithoutLie) {
  for (int64_t when : {int64_t{-1}, int64_t{-62135596800}, int64_t{0},
                       int64_t{1}, int64_t{4102444800}}) {
    const std::string name = absl::StrCat("t", when);
    tree_->Write("root/" + name, "x");
    tree_->SetModified("root/" + name, when);
    const Response r = Get("/static/" + name);
    EXPECT_EQ(r.status, 200) << when << r;
    const std::string modified = r.Field("Last-Modified");
    tm date = {}, now = {};
    if (!modified.empty()) {
      ASSERT_NE(strptime(modified.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date),
                nullptr);
      ASSERT_NE(
          strptime(r.Field("Date").c_str(), "%a, %d %b %Y %H:%M:%S GMT", &now),
          nullptr);
      EXPECT_LE(timegm(&date), timegm(&now)) << "never later than Date";
    }
    if (when == 0 || when == 1) {
      EXPECT_EQ(modified, "") << "an epoch stamp";
    }
  }
}

TEST(StaticRoot, ARenamedInFolderIsServed) {
  TempDir tree;
  tree.Write("one/v.txt", "one");
  tree.Write("two/v.txt", "two");
  Server server({"--root", tree.File("one")});
  EXPECT_EQ(server.Connect().Get("/static/v.txt").body, "one");
  ASSERT_EQ(rename(tree.File("one").c_str(), tree.File("old").c_str()), 0);
  ASSERT_EQ(rename(tree.File("two").c_str(), tree.File("one").c_str()), 0);
  EXPECT_TRUE(WaitUntil(
      [&] { return server.Connect().Get("/static/v.txt").body == "two"; }));
}

TEST(StaticRoot, AFileThatShrinksUnderATransferNeverBecomesOtherBytes) {
  Server server;
  const size_t size = 24 << 20;
  server.root().Write("shrinks", std::string(size, 'a'));
  Client client = Client::SmallWindow(server.port());
  ASSERT_TRUE(client.Send(GetBytes("/static/shrinks") + GetBytes("/")));
  std::string got = client.ReceiveSome(10000);
  // To nothing at all: of a part the kernel would keep, it clears the rest in
  // place, and sendfile has lent it pages that are already on their way. No
  // server that uses sendfile can do anything about those.
  ASSERT_EQ(truncate(server.root().File("shrinks").c_str(), 0), 0);
  End end = End::kOpen;
  got += client.ReadToEnd(&end);
  EXPECT_NE(end, End::kOpen) << "the connection is closed";
  const size_t body = got.find("\r\n\r\n") + 4;
  EXPECT_LT(got.size() - body, size);
  EXPECT_EQ(got.find_first_not_of('a', body), std::string::npos);
}

// Files of a server with options of its own.
Response GetFrom(const TempDir& tree, std::vector<std::string> options,
                 absl::string_view path) {
  options.insert(options.end(), {"--root", tree.File("root")});
  Server server(options);
  return server.Connect().Get(path);
}

TEST(StaticOptions, SymlinksSaysWhichLinksAreFollowed) {
  TempDir tree;
  tree.Write("root/v42/a.txt", "inside");
  tree.Write("outside", "outside");
  tree.Symlink("root/relative", "v42");
  tree.Symlink("root/absolute", tree.File("root/v42"));
  tree.Symlink("root/up-and-down", "../root/v42");
  tree.Symlink("root/out", "../outside");
  struct {
    const char* which;
    int inside, outside;
  } const kRows[] = {
      {"beneath", 200, 404}, {"none", 404, 404}, {"all", 200, 200}};
  for (const auto& row : kRows) {
    Server server({"--root", tree.File("root"), "--symlinks", row.which});
    for (const char* name : {"relative", "absolute", "up-and-down"}) {
      const Response r =
          server.Connect().Get(absl::StrCat("/static/", name, "/a.txt"));
      EXPECT_EQ(r.status, row.inside) << row.which << " " << name;
    }
    EXPECT_EQ(server.Connect().Get("/static/out").status, row.outside)
        << row.which;
  }
}

TEST(StaticOptions, MimeTypesAndCharsetChangeTheTypes) {
  TempDir tree;
  tree.Write("root/a.txt", "x");
  tree.Write("root/a.odd", "x");
  tree.Write("types", "application/x-odd odd\n");
  EXPECT_EQ(GetFrom(tree, {}, "/static/a.txt").Field("Content-Type"),
            "text/plain; charset=utf-8");
  EXPECT_EQ(GetFrom(tree, {"--charset", "iso-8859-15"}, "/static/a.txt")
                .Field("Content-Type"),
            "text/plain; charset=iso-8859-15");
  EXPECT_EQ(
      GetFrom(tree, {"--charset="}, "/static/a.txt").Field("Content-Type"),
      "text/plain");
  EXPECT_EQ(GetFrom(tree, {"--mime-types", tree.File("types")}, "/static/a.odd")
                .Field("Content-Type"),
            "application/x-odd");
}

TEST(StaticRoot, TheStartLineTellsHowTheRootIsHeld) {
  Server server;
  EXPECT_TRUE(absl::StrContains(server.start_line(), "root "))
      << server.start_line();
  EXPECT_TRUE(absl::StrContains(server.start_line(), "(openat"))
      << server.start_line();
}

}  // namespace
}  // namespace h1_test
