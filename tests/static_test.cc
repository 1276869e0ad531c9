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
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr char kSecret[] = "a secret outside of the root";
constexpr int64_t kModified = 1700000000;  // Tue, 14 Nov 2023 22:13:20 GMT
constexpr char kModifiedText[] = "Tue, 14 Nov 2023 22:13:20 GMT";

std::string Numbers(size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; i++) absl::StrAppend(&text, i, "\n");
  text.resize(size);
  return text;
}

class Static : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    tree_ = new TempDir;
    tree_->Write("secret.txt", kSecret);
    tree_->Write("root/secrets", "a file whose name begins like another's");
    Fill();
    server_ = new Server({"--root", tree_->File("root")});
    WaitForValidators();
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
    delete tree_;
    tree_ = nullptr;
  }

  static void Fill() {
    tree_->Write("root/a.txt", Numbers(1000));
    tree_->Write("root/large.bin", Numbers(5 << 20));
    tree_->Write("root/empty", "");
    tree_->Write("root/with space.txt", "spaces");
    tree_->Write("root/100%.txt", "percent");
    tree_->Write("root/caf\xC3\xA9.txt", "utf-8");
    tree_->Write("root/.hidden", kSecret);
    tree_->Write("root/.git/config", kSecret);
    tree_->Write("root/.well-known/security.txt", "contact");
    tree_->Write("root/folder/index.html", "<p>the index");
    tree_->Write("root/bare/file.txt", "in a folder without index");
    tree_->Symlink("root/out", "../secret.txt");
    tree_->Symlink("root/out-absolute", tree_->File("secret.txt"));
    tree_->Symlink("root/up", "..");
    tree_->Symlink("root/etc", "/etc");
    tree_->Symlink("root/inside", "a.txt");
    tree_->Symlink("root/loop", "loop");
    tree_->Symlink("root/proc", "/proc/self/root");
    tree_->Fifo("root/fifo");
    for (const char* name : {"a.txt", "large.bin", "folder/index.html"}) {
      tree_->SetModified(absl::StrCat("root/", name), kModified);
    }
  }

  // A file that has just changed has no validators yet, and each worker may
  // know it as it was a second ago.
  static void WaitForValidators() {
    EXPECT_TRUE(WaitUntil(
        [] { return server_->Connect().Get("/static/a.txt").Has("ETag"); }));
    std::this_thread::sleep_for(Milliseconds(1200));
  }

  static Response Get(absl::string_view path, absl::string_view fields = "") {
    Client client = server_->Connect();
    return client.Get(path, fields);
  }
  static std::string Tag() { return Get("/static/a.txt").Field("ETag"); }

  static TempDir* tree_;
  static Server* server_;
};
TempDir* Static::tree_ = nullptr;
Server* Static::server_ = nullptr;

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
  EXPECT_EQ(r.Field("Location"), "/static/folder/");
  EXPECT_EQ(Get("/static/folder?a=b").Field("Location"), "/static/folder/?a=b");
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

TEST_F(Static, ValidatorsAreSent) {
  const Response r = Get("/static/a.txt");
  const std::string tag = r.Field("ETag");
  EXPECT_GT(tag.size(), 3u);
  EXPECT_EQ(tag.front(), '"') << "strong";
  EXPECT_EQ(tag.back(), '"');
  EXPECT_EQ(r.Field("Last-Modified"), kModifiedText);
  EXPECT_EQ(r.Field("Accept-Ranges"), "bytes");
  EXPECT_EQ(Get("/static/large.bin").Field("Accept-Ranges"), "bytes");
  EXPECT_NE(Get("/static/large.bin").Field("ETag"), tag);
}

TEST_F(Static, AFreshFileHasNoEntityTagYet) {
  tree_->Write("root/fresh.txt", "new");
  const Response r = Get("/static/fresh.txt");
  EXPECT_EQ(r.status, 200);
  EXPECT_FALSE(r.Has("ETag")) << r;
  EXPECT_TRUE(WaitUntil([] { return Get("/static/fresh.txt").Has("ETag"); }));
}

TEST_F(Static, ConditionalRequests) {
  const std::string tag = Tag();
  const char* kBefore = "Mon, 13 Nov 2023 22:13:20 GMT";
  const char* kAfter = "Wed, 15 Nov 2023 22:13:20 GMT";
  struct {
    std::string fields;
    int status;
  } const kRows[] = {
      {absl::StrCat("If-None-Match: ", tag, "\r\n"), 304},
      {absl::StrCat("If-None-Match: W/", tag, "\r\n"), 304},
      {"If-None-Match: *\r\n", 304},
      {absl::StrCat("If-None-Match: \"x\", ", tag, "\r\n"), 304},
      {absl::StrCat("If-None-Match: \"x\"\r\nIf-None-Match: ", tag, "\r\n"),
       304},
      {"If-None-Match: \"x\"\r\n", 200},
      {absl::StrCat("If-None-Match: ", tag.substr(0, tag.size() - 1), "\r\n"),
       200},
      {absl::StrCat("If-Modified-Since: ", kModifiedText, "\r\n"), 304},
      {absl::StrCat("If-Modified-Since: ", kAfter, "\r\n"), 304},
      {absl::StrCat("If-Modified-Since: ", kBefore, "\r\n"), 200},
      {"If-Modified-Since: Tuesday, 14-Nov-23 22:13:20 GMT\r\n", 304},
      {"If-Modified-Since: Tue Nov 14 22:13:20 2023\r\n", 304},
      {"If-Modified-Since: nonsense\r\n", 200},
      {absl::StrCat("If-None-Match: \"x\"\r\nIf-Modified-Since: ", kAfter,
                    "\r\n"),
       200},
      {absl::StrCat("If-Match: ", tag, "\r\n"), 200},
      {"If-Match: *\r\n", 200},
      {absl::StrCat("If-Match: W/", tag, "\r\n"), 412},
      {"If-Match: \"x\"\r\n", 412},
      {absl::StrCat("If-Unmodified-Since: ", kModifiedText, "\r\n"), 200},
      {absl::StrCat("If-Unmodified-Since: ", kBefore, "\r\n"), 412},
      {absl::StrCat("If-Match: ", tag, "\r\nIf-Unmodified-Since: ", kBefore,
                    "\r\n"),
       200},
      {absl::StrCat("If-Match: ", tag, "\r\nIf-None-Match: ", tag, "\r\n"),
       304},
  };
  Client client = server_->Connect();
  for (const auto& row : kRows) {
    const Response r = client.Get("/static/a.txt", row.fields);
    EXPECT_EQ(r.status, row.status) << row.fields << r;
    if (row.status == 304) {
      EXPECT_EQ(r.Field("ETag"), tag);
      EXPECT_FALSE(r.Has("Content-Type")) << r;
    }
    EXPECT_FALSE(r.Closes()) << row.fields;
  }
}

TEST_F(Static, SingleRanges) {
  const std::string all = Numbers(1000);
  struct {
    const char* range;
    int status;
    size_t from, size;
  } const kRows[] = {
      {"bytes=0-0", 206, 0, 1},         {"bytes=0-99", 206, 0, 100},
      {"bytes=10-", 206, 10, 990},      {"bytes=-10", 206, 990, 10},
      {"bytes=999-999", 206, 999, 1},   {"bytes=0-", 206, 0, 1000},
      {"bytes=990-5000", 206, 990, 10}, {"bytes=-5000", 206, 0, 1000},
      {"BYTES=0-0", 206, 0, 1},         {"bytes=5-1", 200, 0, 1000},
      {"bytes=a-b", 200, 0, 1000},      {"bytes=", 200, 0, 1000},
      {"bytes=-", 200, 0, 1000},        {"lines=1-2", 200, 0, 1000},
      {"bytes=0-0,10-x", 200, 0, 1000},
  };
  for (const auto& row : kRows) {
    const Response r =
        Get("/static/a.txt", absl::StrCat("Range: ", row.range, "\r\n"));
    EXPECT_EQ(r.status, row.status) << row.range << r;
    EXPECT_EQ(r.body, all.substr(row.from, row.size)) << row.range;
    if (row.status == 206) {
      EXPECT_EQ(r.Field("Content-Range"),
                absl::StrCat("bytes ", row.from, "-", row.from + row.size - 1,
                             "/1000"));
    } else {
      EXPECT_FALSE(r.Has("Content-Range")) << row.range;
    }
  }
}

TEST_F(Static, UnsatisfiableRanges) {
  for (const char* range : {"bytes=1000-", "bytes=5000-6000", "bytes=-0",
                            "bytes=1000-1000,2000-"}) {
    const Response r =
        Get("/static/a.txt", absl::StrCat("Range: ", range, "\r\n"));
    EXPECT_EQ(r.status, 416) << range << r;
    EXPECT_EQ(r.Field("Content-Range"), "bytes */1000") << range;
    EXPECT_FALSE(r.Closes());
  }
}

TEST_F(Static, SeveralRangesAreMultipart) {
  const Response r = Get("/static/a.txt", "Range: bytes=0-9,100-109,-5\r\n");
  EXPECT_EQ(r.status, 206) << r;
  const std::string type = r.Field("Content-Type");
  const std::string kType = "multipart/byteranges; boundary=";
  ASSERT_TRUE(absl::StartsWith(type, kType)) << r;
  const std::string boundary = type.substr(kType.size());
  const std::string all = Numbers(1000);
  const std::vector<std::string> parts =
      absl::StrSplit(r.body, absl::StrCat("--", boundary));
  ASSERT_EQ(parts.size(), 5u) << r.body;
  EXPECT_TRUE(absl::StartsWith(parts[4], "--"));
  const struct { size_t from, size; } kParts[] = {{0, 10}, {100, 10}, {995, 5}};
  for (size_t i = 0; i < 3; i++) {
    EXPECT_TRUE(absl::StrContains(
        parts[i + 1],
        absl::StrCat("bytes ", kParts[i].from, "-",
                     kParts[i].from + kParts[i].size - 1, "/1000\r\n")))
        << parts[i + 1];
    EXPECT_TRUE(absl::EndsWith(
        parts[i + 1],
        absl::StrCat("\r\n\r\n", all.substr(kParts[i].from, kParts[i].size),
                     "\r\n")))
        << parts[i + 1];
  }
}

TEST_F(Static, RangeAbuseIsHarmless) {
  // Overlapping ranges are coalesced, too many of them are ignored.
  const Response merged =
      Get("/static/a.txt", "Range: bytes=0-99,50-149,150-199\r\n");
  EXPECT_EQ(merged.status, 206);
  EXPECT_EQ(merged.body, Numbers(1000).substr(0, 200)) << merged;
  std::string many = "Range: bytes=0-0";
  for (int i = 1; i < 17; i++) absl::StrAppend(&many, ",", i * 2, "-", i * 2);
  const Response all = Get("/static/a.txt", many + "\r\n");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body.size(), 1000u);
}

TEST_F(Static, RangesAreForGetAndForTheSameFile) {
  Client client = server_->Connect();
  const Response head =
      client.Exchange("HEAD", "/static/a.txt", "Range: bytes=0-9\r\n");
  EXPECT_EQ(head.status, 200) << head;
  const std::string tag = Tag();
  struct {
    std::string if_range;
    int status;
  } const kRows[] = {
      {tag, 206},
      {"W/" + tag, 200},
      {"\"x\"", 200},
      {kModifiedText, 206},
      {"Wed, 15 Nov 2023 22:13:20 GMT", 200},
      {"nonsense", 200},
  };
  for (const auto& row : kRows) {
    const Response r = Get(
        "/static/a.txt",
        absl::StrCat("Range: bytes=0-9\r\nIf-Range: ", row.if_range, "\r\n"));
    EXPECT_EQ(r.status, row.status) << row.if_range << r;
  }
}

TEST_F(Static, FilesBeyond2GiBAreServedByRange) {
  const std::string path = tree_->File("root/huge");
  const int64_t size = (int64_t{3} << 30) + 5;
  FILE* file = fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(ftruncate(fileno(file), size), 0);
  ASSERT_EQ(fseeko(file, size - 5, SEEK_SET), 0);
  ASSERT_EQ(fwrite("enden", 1, 5, file), 5u);
  fclose(file);
  const Response r = Get("/static/huge", "Range: bytes=-8\r\n");
  EXPECT_EQ(r.status, 206) << r;
  EXPECT_EQ(r.body, std::string(3, '\0') + "enden");
  EXPECT_EQ(r.Field("Content-Range"),
            absl::StrCat("bytes ", size - 8, "-", size - 1, "/", size));
  Client client = server_->Connect();
  EXPECT_EQ(client.Exchange("HEAD", "/static/huge").Field("Content-Length"),
            absl::StrCat(size));
  EXPECT_EQ(unlink(path.c_str()), 0);
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

TEST(StaticRoot, TheStartLineTellsHowTheRootIsHeld) {
  Server server;
  EXPECT_TRUE(absl::StrContains(server.start_line(), "root "))
      << server.start_line();
  EXPECT_TRUE(absl::StrContains(server.start_line(), "(openat"))
      << server.start_line();
}

}  // namespace
}  // namespace h1_test
