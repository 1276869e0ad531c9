// Which path is answered how, in both ways of holding the root's boundary.
#include "handlers/static_files.h"

#include <cstdio>
#include <string>

#include "gtest/gtest.h"
#include "handlers/static_world.h"

namespace {

class StaticFiles : public ::testing::TestWithParam<bool>, public StaticWorld {
 protected:
  void SetUp() override {
    options.without_openat2 = GetParam();
    Start();
  }
  bool ByComponent() const { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Modes, StaticFiles, ::testing::Bool(),
                         [](const ::testing::TestParamInfo<bool>& p) {
                           return p.param ? "openat" : "openat2";
                         });

TEST_P(StaticFiles, SayWhichModeTheyAreIn) {
  EXPECT_STREQ(h1_static_mode(files), ByComponent() ? "openat" : "openat2");
}

TEST_P(StaticFiles, ServeWholeFilesWithTheirFields) {
  Write("a.txt", "hello\n");
  Stamp("a.txt", 784111777);
  const auto x = Ask("/static/a.txt");
  EXPECT_EQ(x->status, 200);
  EXPECT_EQ(x->body, "hello\n");
  EXPECT_EQ(x->type, "text/plain; charset=utf-8");
  EXPECT_EQ(x->Field("Accept-Ranges"), "bytes");
  EXPECT_EQ(x->Field("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(x->Field("ETag").size(), 18u);
  EXPECT_EQ(x->Field("ETag")[0], '"');
  EXPECT_EQ(x->Field("Cache-Control"), "");
  EXPECT_EQ(x->reply_fields.size(), 3u);
  EXPECT_EQ(x->kind, FakeKind::kBorrow);
}

TEST_P(StaticFiles, ServeEmptyAndLargeFiles) {
  Write("empty", "");
  Write("small.bin", std::string(65536, 's'));
  const std::string large = std::string(65537, 'l') + "end";
  Write("large.bin", large);
  EXPECT_EQ(Ask("/static/empty")->status, 200);
  EXPECT_EQ(Body("/static/empty"), "");
  EXPECT_EQ(Ask("/static/small.bin")->kind, FakeKind::kBorrow);
  EXPECT_EQ(Body("/static/small.bin"), std::string(65536, 's'));
  for (int i = 0; i < 3; i++) {
    const auto x = Ask("/static/large.bin");
    EXPECT_EQ(x->kind, FakeKind::kFile);
    EXPECT_EQ(x->body, large);
  }
}

TEST_P(StaticFiles, FolderGetsItsIndexOrIsNotFound) {
  Folder("with");
  Write("with/index.html", "<p>");
  Folder("without");
  Folder("odd");
  Folder("odd/index.html");
  EXPECT_EQ(Body("/static/with/"), "<p>");
  EXPECT_EQ(Ask("/static/with/")->type, "text/html; charset=utf-8");
  EXPECT_EQ(Status("/static/without/"), 404);
  EXPECT_EQ(Status("/static/odd/"), 404);
  EXPECT_EQ(Status("/static/"), 404);
  Write("index.html", "top");
  EXPECT_EQ(Body("/static/"), "top");
  EXPECT_EQ(Body("/static/"), "top");
}

TEST_P(StaticFiles, FolderWithoutSlashIsSentThere) {
  Folder("dir");
  Folder("a b%\xc3\xa9");
  Folder("dir/inner");
  struct {
    const char *target, *location;
  } const cases[] = {
      {"/static/dir", "/static/dir/"},
      {"/static/dir?x=1&y=%20", "/static/dir/?x=1&y=%20"},
      {"/static/dir?", "/static/dir/"},
      {"/static/./dir/../dir", "/static/dir/"},
      {"/static/a%20b%25%C3%A9?q", "/static/a%20b%25%C3%A9/?q"},
      {"/static/d%69r/inner", "/static/dir/inner/"},
      {"/static/dir?//evil.example/", "/static/dir/?//evil.example/"},
  };
  for (const auto& c : cases) {
    const auto x = Ask(c.target);
    EXPECT_EQ(x->status, 301) << c.target;
    EXPECT_EQ(x->reason, H1_OK);
    EXPECT_EQ(x->Field("Location"), c.location) << c.target;
  }
}

TEST_P(StaticFiles, RedirectDropsAQueryThatHasNoRoom) {
  Folder("dir");
  const auto x = Ask("/static/dir?" + std::string(3000, 'q'));
  EXPECT_EQ(x->status, 301);
  EXPECT_EQ(x->Field("Location"), "/static/dir/");
}

TEST_P(StaticFiles, NothingElseIsFound) {
  Write("file", "x");
  Write(".secret", "x");
  Folder("dir");
  Folder("dir/.git");
  Write("dir/.git/config", "x");
  Write("dir/..b", "x");
  Folder("sub");
  Write("sub/file", "x");
  const std::string long_name(256, 'n');
  std::string deep;
  for (int i = 0; i < 2500; i++) deep += "d/";
  for (const std::string& target : {
           std::string("/static/absent"),
           std::string("/static/file/"),
           std::string("/static/file/more"),
           std::string("/static//file"),
           std::string("/static/sub//file"),
           std::string("/static/sub/file//"),
           std::string("/static/dir//"),
           std::string("/static/sub%2Ffile"),
           std::string("/static/%2Fetc%2Fpasswd"),
           std::string("/static/.secret"),
           std::string("/static/%2Esecret"),
           std::string("/static/dir/.git/config"),
           std::string("/static/dir/.git"),
           std::string("/static/dir/..b"),
           std::string("/static/..."),
           "/static/" + long_name,
           "/static/" + deep,
           "/static/" + deep + "x",
           "/static/" + std::string(4095, 'p'),
       }) {
    const auto x = Ask(target);
    EXPECT_EQ(x->status, 404) << target.substr(0, 80);
    EXPECT_EQ(x->reason, H1_NOT_FOUND) << target.substr(0, 80);
  }
  EXPECT_EQ(Body("/static/sub/file"), "x");
}

TEST_P(StaticFiles, ClimbingOutIsRefusedBeforeAndBelow) {
  WriteAt(Beside("outside"), "secret");
  for (const char* target :
       {"/static/../outside", "/static/%2e%2e/outside", "/static/.%2E/outside",
        "/static/..%2foutside", "/static/..%2Foutside",
        "/static/a/../../outside", "/static/../../../outside",
        "/static/..%5coutside", "/static/%2e%2e%2foutside",
        "/static/%252e%252e/outside", "/static/outside%00.txt"}) {
    const auto x = Ask(target);
    EXPECT_TRUE(x->status == 404 || x->status == 400)
        << target << " " << x->status;
    EXPECT_EQ(x->body.find("secret"), std::string::npos) << target;
  }
}

TEST_P(StaticFiles, WellKnownIsTheOneDotFolder) {
  Folder(".well-known");
  Write(".well-known/security.txt", "mail us");
  Write(".well-known/.hidden", "x");
  Write(".well-known-not", "x");
  Folder("sub");
  Folder("sub/.well-known");
  Write("sub/.well-known/x", "x");
  EXPECT_EQ(Body("/static/.well-known/security.txt"), "mail us");
  EXPECT_EQ(Status("/static/.well-known/.hidden"), 404);
  EXPECT_EQ(Status("/static/.well-known-not"), 404);
  Write(".well-known/.well-knowm", "x");
  EXPECT_EQ(Status("/static/.well-known/.well-knowm"), 404);
  EXPECT_EQ(Status("/static/sub/.well-known/x"), 404);
}

TEST_P(StaticFiles, LinksNeverLeadOut) {
  WriteAt(Beside("outside"), "secret");
  ASSERT_EQ(mkdir(Beside("elsewhere").c_str(), 0755), 0);
  WriteAt(Beside("elsewhere") + "/f", "secret");
  Folder("sub");
  Write("sub/in.txt", "inside");
  Link("../outside", "up");
  Link(Beside("outside"), "absolute");
  Link(Path("sub/in.txt"), "absolute-in");
  Link("../elsewhere", "away");
  Link("sub/../../outside", "winding");
  Link("loop", "loop");
  Link("/proc/self/root", "proc");
  Link("/proc/self/fd/0", "magic");
  for (const char* target :
       {"/static/up", "/static/absolute", "/static/absolute-in",
        "/static/away/f", "/static/winding", "/static/loop",
        "/static/proc/etc/passwd", "/static/magic", "/static/loop/x"}) {
    const auto x = Ask(target);
    EXPECT_EQ(x->status, 404) << target;
    EXPECT_EQ(x->body, "") << target;
  }
}

TEST_P(StaticFiles, LinksInsideAreFollowedWhereTheKernelHoldsTheBoundary) {
  Folder("sub");
  Write("sub/in.txt", "inside");
  Link("sub/in.txt", "to-file");
  Link("sub", "to-folder");
  const uint16_t want = ByComponent() ? 404 : 200;
  EXPECT_EQ(Status("/static/to-file"), want);
  EXPECT_EQ(Status("/static/to-folder/in.txt"), want);
}

TEST_P(StaticFiles, OnlyRegularFilesAndNoneBlocks) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0644), 0);
  ASSERT_EQ(mknod(Path("sock").c_str(), S_IFSOCK | 0644, 0), 0);
  EXPECT_EQ(Status("/static/fifo"), 404);
  EXPECT_EQ(Status("/static/sock"), 404);
}

TEST_P(StaticFiles, ReplacedFileIsServedWithinASecond) {
  Write("f.txt", "one");
  const std::string tag = Ask("/static/f.txt")->Field("ETag");
  Write("new", "two");
  ASSERT_EQ(rename(Path("new").c_str(), Path("f.txt").c_str()), 0);
  Wait();
  const auto x = Ask("/static/f.txt");
  EXPECT_EQ(x->body, "two");
  EXPECT_NE(x->Field("ETag"), tag);
  ASSERT_EQ(unlink(Path("f.txt").c_str()), 0);
  Wait();
  EXPECT_EQ(Status("/static/f.txt"), 404);
}

TEST_P(StaticFiles, CachedFileIsNotLookedAtForASecond) {
  Write("f.txt", "one");
  EXPECT_EQ(Body("/static/f.txt"), "one");
  Write("f.txt", "two");
  now_ms += 1000;
  EXPECT_EQ(Body("/static/f.txt"), "one");
  now_ms += 1;
  EXPECT_EQ(Body("/static/f.txt"), "two");
}

TEST_P(StaticFiles, AnswersAreASecondOldCountedFromTheRoot) {
  Write("f.txt", "one");
  Write("g.txt", "x");
  EXPECT_EQ(Body("/static/g.txt"), "x");  // opens the root
  now_ms += 500;
  EXPECT_EQ(Body("/static/f.txt"), "one");  // below the root as it was
  Write("f.txt", "two");
  now_ms += 501;
  EXPECT_EQ(Body("/static/f.txt"), "two");
}

TEST_P(StaticFiles, RenamedInRootIsServed) {
  Write("f.txt", "old");
  EXPECT_EQ(Body("/static/f.txt"), "old");
  ASSERT_EQ(mkdir(Beside("next").c_str(), 0755), 0);
  WriteAt(Beside("next") + "/f.txt", "new");
  WriteAt(Beside("next") + "/g.txt", "more");
  ASSERT_EQ(rename(root.c_str(), Beside("before").c_str()), 0);
  Wait();
  EXPECT_EQ(Status("/static/f.txt"), 404) << "no root at the moment";
  ASSERT_EQ(rename(Beside("next").c_str(), root.c_str()), 0);
  Wait();
  EXPECT_EQ(Body("/static/f.txt"), "new");
  EXPECT_EQ(Body("/static/g.txt"), "more");
}

TEST_P(StaticFiles, OpenFileWrittenInPlaceIsSeenAtOnce) {
  Write("big", std::string(100000, 'a'));
  const std::string tag = Ask("/static/big")->Field("ETag");
  Write("big", std::string(90000, 'b'));
  const auto x = Ask("/static/big");
  EXPECT_EQ(x->body, std::string(90000, 'b'));
  EXPECT_NE(x->Field("ETag"), tag);
}

TEST_P(StaticFiles, FileThatShrinksUnderATransferIsCutNeverFilled) {
  Write("big", std::string(100000, 'a'));
  auto x = Ask("/static/big");
  ASSERT_EQ(truncate(Path("big").c_str(), 10), 0);
  x->Drain();
  EXPECT_TRUE(x->cut);
  EXPECT_EQ(x->body, std::string(10, 'a'));
  EXPECT_EQ(Body("/static/big"), std::string(10, 'a'));
}

TEST_P(StaticFiles, EveryWorkerServes) {
  h1_static_free(files);
  options.workers = 3;
  Start();
  Write("f", "x");
  std::string tag;
  for (worker = 0; worker < 3; worker++) {
    const auto x = Ask("/static/f");
    EXPECT_EQ(x->body, "x");
    if (worker > 0) {
      EXPECT_EQ(x->Field("ETag"), tag);
    }
    tag = x->Field("ETag");
  }
  EXPECT_EQ(Status("/static/f"), 500) << "no such worker";
}

TEST(StaticOptions, AreCheckedAtStart) {
  StaticWorld w;
  const char* why = nullptr;
  const h1_static_options good = w.options;
  auto refused = [&](const h1_static_options& o) {
    h1_static* s = h1_static_new(&o, &why);
    EXPECT_TRUE(s != nullptr || why != nullptr);
    const bool none = s == nullptr;
    h1_static_free(s);
    return none;
  };
  EXPECT_FALSE(refused(good));
  h1_static_options o = good;
  const std::string absent = w.Path("absent");
  o.root = absent.c_str();
  EXPECT_TRUE(refused(o));
  EXPECT_STREQ(why, "root: not a folder that can be opened");
  w.Write("file", "x");
  const std::string file = w.Path("file");
  o.root = file.c_str();
  EXPECT_TRUE(refused(o));
  const std::string path(4096, 'x');
  o.root = path.c_str();
  EXPECT_TRUE(refused(o));
  EXPECT_STREQ(why, "root: path too long");
  o = good;
  o.workers = 0;
  EXPECT_TRUE(refused(o));
  o = good;
  o.files_per_worker = 0;
  EXPECT_TRUE(refused(o));
  o.files_per_worker = 32769;
  EXPECT_TRUE(refused(o));
  o = good;
  o.cache_control = "no-cache\r\nX: y";
  EXPECT_TRUE(refused(o));
  o.cache_control = "max-age=60";
  EXPECT_FALSE(refused(o));
  h1_static_free(nullptr);
}

TEST(StaticOptions, MemoryAndDescriptorsAreToldBeforehand) {
  h1_static_options o = h1_static_options_default();
  const size_t one = h1_static_memory_bytes(&o);
  EXPECT_GT(one, size_t{4} << 20);
  EXPECT_LT(one, size_t{5} << 20);
  EXPECT_EQ(h1_static_descriptors(&o), 67u);
  o.workers = 4;
  EXPECT_GT(h1_static_memory_bytes(&o), 3 * one);
  EXPECT_EQ(h1_static_descriptors(&o), 268u);
}

TEST(StaticEtagKey, GivesTheSameTagAfterARestart) {
  StaticWorld w;
  w.Write("f", "x");
  const uint8_t key[16] = {1, 2, 3};
  const uint8_t other[16] = {1, 2, 4};
  std::string tags[4];
  const uint8_t* const keys[4] = {key, key, other, nullptr};
  for (int i = 0; i < 4; i++) {
    w.options.etag_key = keys[i];
    w.Start();
    tags[i] = w.Ask("/static/f")->Field("ETag");
    h1_static_free(w.files);
    w.files = nullptr;
  }
  EXPECT_EQ(tags[0], tags[1]);
  EXPECT_NE(tags[0], tags[2]);
  EXPECT_NE(tags[0], tags[3]);
}

}  // namespace
