// Which path is answered how, in both ways of holding the root's boundary.
#include "handlers/static/handler.h"

#include <cstdio>
#include <string>

#include "gtest/gtest.h"
#include "handlers/static/world.h"

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
  EXPECT_EQ(x->Field("ETag").size(), 34u);
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
  Folder("http:");
  Folder("a:b");
  Folder("<\"^`{|}>[]");
  struct {
    const char *target, *location;
  } const cases[] = {
      {"/static/dir", "dir/"},
      {"/static/dir?x=1&y=%20", "dir/?x=1&y=%20"},
      {"/static/dir?", "dir/"},
      {"/static/./dir/../dir", "dir/"},
      {"/static/a%20b%25%C3%A9?q", "a%20b%25%C3%A9/?q"},
      {"/static/d%69r", "d%69r/"},
      {"/static/d%69r/inner", "inner/"},
      {"/static/dir/../dir/inner?a/b", "inner/?a/b"},
      {"/static/dir?//evil.example/", "dir/?//evil.example/"},
      {"/static/http:", "./http:/"},
      {"/static/a:b?c:d", "./a:b/?c:d"},
      {"/static/a%3Ab", "a%3Ab/"},
      {"/static/<\"^`{|}>[]", "%3C%22%5E%60%7B%7C%7D%3E%5B%5D/"},
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
  EXPECT_EQ(x->Field("Location"), "dir/");
}

TEST_P(StaticFiles, TheRootItselfIsSentToItsSlash) {
  struct {
    const char *target, *location;
  } const cases[] = {{"/static", "static/"},
                     {"/static?a", "static/?a"},
                     {"/%73tatic", "%73tatic/"},
                     {"/x/../static", "static/"}};
  for (const auto& c : cases) {
    h1_exchange x("GET", c.target);
    x.data = h1_static_mounted(files, 0);
    x.RunExact("/static", h1_static_serve);
    EXPECT_EQ(x.status, 301) << c.target;
    EXPECT_EQ(x.Field("Location"), c.location) << c.target;
  }
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

// What stands in a tree of links: where each leads to, and what there is.
void FillWithLinks(const StaticWorld& w) {
  StaticWorld::WriteAt(w.Beside("outside"), "secret");
  ASSERT_EQ(mkdir(w.Beside("elsewhere").c_str(), 0755), 0);
  StaticWorld::WriteAt(w.Beside("elsewhere") + "/f", "secret");
  ASSERT_EQ(symlink(w.root.c_str(), w.Beside("alias").c_str()), 0);
  ASSERT_EQ(mkdir((w.Beside("root") + "-not").c_str(), 0755), 0);
  StaticWorld::WriteAt(w.Beside("root") + "-not/f", "secret");
  w.Folder("sub");
  w.Folder("sub/deep");
  w.Write("sub/in.txt", "inside");
  w.Write("sub/deep/x.txt", "deep");
  // Inside, all along or at the end.
  w.Link("sub/in.txt", "to-file");
  w.Link("sub", "to-folder");
  w.Link("../in.txt", "sub/deep/up-inside");
  w.Link(w.Path("sub/in.txt"), "absolute-file");
  w.Link(w.Path("sub"), "absolute-folder");
  w.Link("../root/sub", "out-and-in");
  w.Link("../alias/sub", "through-a-link-outside");
  w.Link(w.root, "whole");
  w.Link("absolute-folder", "twice");
  w.Link(w.Path("twice/deep"), "thrice");
  // Outside.
  w.Link("../outside", "up");
  w.Link(w.Beside("outside"), "absolute");
  w.Link("../elsewhere", "away");
  w.Link(w.Beside("root") + "-not", "beginning-like-the-root");
  w.Link("sub/../../outside", "winding");
  w.Link("..", "parent");
  w.Link("/", "top");
  // Nowhere.
  w.Link("loop", "loop");
  w.Link(w.Path("absent"), "dangling");
  w.Link("/proc/self/root", "proc");
  w.Link("/proc/self/fd/0", "magic");
}

TEST_P(StaticFiles, LinksThatLeadBelowTheRootAreFollowed) {
  FillWithLinks(*this);
  for (const char* target :
       {"/static/to-file", "/static/to-folder/in.txt",
        "/static/sub/deep/up-inside", "/static/absolute-file",
        "/static/absolute-folder/in.txt", "/static/out-and-in/in.txt",
        "/static/through-a-link-outside/in.txt", "/static/whole/sub/in.txt",
        "/static/whole/whole/absolute-folder/in.txt", "/static/twice/in.txt",
        "/static/twice/deep/up-inside", "/static/thrice/up-inside"}) {
    EXPECT_EQ(Body(target), "inside") << target;
  }
  EXPECT_EQ(Body("/static/thrice/x.txt"), "deep");
  EXPECT_EQ(Ask("/static/absolute-folder")->Field("Location"),
            "absolute-folder/");
  EXPECT_EQ(Ask("/static/whole")->Field("Location"), "whole/");
  EXPECT_EQ(Status("/static/absolute-folder/absent"), 404);
  EXPECT_EQ(Status("/static/absolute-folder/in.txt/more"), 404);
}

TEST_P(StaticFiles, LinksNeverLeadOut) {
  FillWithLinks(*this);
  for (const char* target :
       {"/static/up", "/static/absolute", "/static/away/f",
        "/static/beginning-like-the-root/f", "/static/winding",
        "/static/parent/outside", "/static/parent/root/sub/in.txt",
        "/static/top/etc/passwd", "/static/loop", "/static/dangling",
        "/static/proc/etc/passwd", "/static/magic", "/static/loop/x"}) {
    const auto x = Ask(target);
    EXPECT_EQ(x->status, 404) << target;
    EXPECT_EQ(x->body, "") << target;
  }
}

TEST_P(StaticFiles, NoLinkIsFollowedWhenNoneIsWanted) {
  h1_static_free(files);
  options.links = H1_STATIC_LINKS_NONE;
  Start();
  FillWithLinks(*this);
  for (const char* target :
       {"/static/to-file", "/static/to-folder/in.txt", "/static/absolute-file",
        "/static/out-and-in/in.txt", "/static/up", "/static/whole"}) {
    EXPECT_EQ(Status(target), 404) << target;
  }
  EXPECT_EQ(Body("/static/sub/in.txt"), "inside");
}

TEST_P(StaticFiles, EveryLinkIsFollowedWhenAllAreWanted) {
  h1_static_free(files);
  options.links = H1_STATIC_LINKS_ALL;
  Start();
  FillWithLinks(*this);
  for (const char* target :
       {"/static/to-file", "/static/absolute-folder/in.txt",
        "/static/out-and-in/in.txt"}) {
    EXPECT_EQ(Body(target), "inside") << target;
  }
  for (const char* target : {"/static/up", "/static/absolute", "/static/away/f",
                             "/static/parent/outside"}) {
    EXPECT_EQ(Body(target), "secret") << target;
  }
  EXPECT_EQ(Status("/static/loop"), 404);
  EXPECT_EQ(Status("/static/../outside"), 404) << "only links lead out";
}

TEST_P(StaticFiles, TheRootMayItselfBeALink) {
  ASSERT_EQ(symlink(root.c_str(), Beside("link").c_str()), 0);
  h1_static_free(files);
  const std::string link = Beside("link");
  for (const h1_static_links links :
       {H1_STATIC_LINKS_BENEATH, H1_STATIC_LINKS_NONE}) {
    folder.path = link.c_str();
    options.links = links;
    Start();
    Write("f", "x");
    Link(Beside("link") + "/f", "through");
    EXPECT_EQ(Body("/static/f"), "x");
    EXPECT_EQ(Status("/static/through"),
              links == H1_STATIC_LINKS_NONE ? 404 : 200);
    ASSERT_EQ(unlink(Path("through").c_str()), 0);
    h1_static_free(files);
    files = nullptr;
  }
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

// These two share 32 bits of FNV-1a, which needs no key: whoever asks for the
// one could have the other be absent while the root is being replaced.
TEST_P(StaticFiles, WhatIsAbsentSaysNothingOfAnotherName) {
  Write("f.txt", "there");
  EXPECT_EQ(Status("/static/sa1babgm"), 404);
  ASSERT_EQ(rename(root.c_str(), Beside("before").c_str()), 0);
  EXPECT_EQ(Body("/static/f.txt"), "there");
}

TEST_P(StaticFiles, RenamedInRootIsServed) {
  Write("f.txt", "old");
  EXPECT_EQ(Body("/static/f.txt"), "old");
  ASSERT_EQ(mkdir(Beside("next").c_str(), 0755), 0);
  WriteAt(Beside("next") + "/f.txt", "new");
  WriteAt(Beside("next") + "/g.txt", "more");
  ASSERT_EQ(rename(root.c_str(), Beside("before").c_str()), 0);
  Wait();
  EXPECT_EQ(Body("/static/f.txt"), "old") << "no root at the moment";
  EXPECT_EQ(Status("/static/g.txt"), 503) << "nobody can say that it is not";
  now_ms += 1000;
  EXPECT_EQ(Body("/static/f.txt"), "old");
  now_ms += 1;
  EXPECT_EQ(Status("/static/f.txt"), 503) << "not for longer than a second";
  ASSERT_EQ(rename(Beside("next").c_str(), root.c_str()), 0);
  Wait();
  EXPECT_EQ(Body("/static/f.txt"), "new");
  EXPECT_EQ(Body("/static/g.txt"), "more");
}

// git-sync: the root lies below a link that is pointed elsewhere, and the tree
// it led to is deleted at once. What was cached may be a second old; whatever
// is looked up is looked up in the new tree.
TEST_P(StaticFiles, RootBelowALinkThatIsPointedElsewhereIsNeverMissing) {
  for (const char* rev : {"rev-1", "rev-2"}) {
    ASSERT_EQ(mkdir(Beside(rev).c_str(), 0755), 0);
    ASSERT_EQ(mkdir((Beside(rev) + "/config").c_str(), 0755), 0);
    for (const char* name : {"/config/a", "/config/b"}) {
      WriteAt(Beside(rev) + name, rev);
    }
  }
  ASSERT_EQ(symlink("rev-1", Beside("link").c_str()), 0);
  h1_static_free(files);
  const std::string path = Beside("link") + "/config";
  folder.path = path.c_str();
  Start();
  EXPECT_EQ(Body("/static/a"), "rev-1");
  ASSERT_EQ(symlink("rev-2", Beside("tmp").c_str()), 0);
  ASSERT_EQ(rename(Beside("tmp").c_str(), Beside("link").c_str()), 0);
  const std::string command = "rm -r '" + Beside("rev-1") + "'";
  ASSERT_EQ(system(command.c_str()), 0);
  EXPECT_EQ(Body("/static/b"), "rev-2") << "not cached";
  EXPECT_EQ(Status("/static/a"), 200) << "cached";
  Wait();
  EXPECT_EQ(Body("/static/a"), "rev-2");
  EXPECT_EQ(Status("/static/c"), 404);
}

// ConfigMap: names are links through ..data, which is swapped by rename.
TEST_P(StaticFiles, FoldersSwappedByALinkInsideAreSeenWithinASecond) {
  Folder("..1");
  Write("..1/a", "one");
  Link("..1", "..data");
  Link("..data/a", "a");
  EXPECT_EQ(Body("/static/a"), "one");
  Folder("..2");
  Write("..2/a", "two");
  Link("..2", "..tmp");
  ASSERT_EQ(rename(Path("..tmp").c_str(), Path("..data").c_str()), 0);
  const std::string command = "rm -r '" + Path("..1") + "'";
  ASSERT_EQ(system(command.c_str()), 0);
  EXPECT_EQ(Status("/static/a"), 200);
  Wait();
  EXPECT_EQ(Body("/static/a"), "two");
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

// Two folders under prefixes of their own share helpers, hashes and cache, and
// nothing of one is ever an answer for the other.
TEST(StaticMounts, KeepTheirFilesApart) {
  StaticWorld w;
  ASSERT_EQ(mkdir(w.Beside("other").c_str(), 0755), 0);
  const std::string other = w.Beside("other");
  const h1_static_folder folders[] = {
      {"--root", w.root.c_str(), ""},
      {"--mount /docs", other.c_str(), "/docs"}};
  w.options.folders = folders;
  w.options.folder_count = 2;
  w.Write("both", "first");
  w.WriteAt(w.Beside("other/both"), "second");
  w.Write("one", "first alone");
  w.Start();
  for (int round = 0; round < 3; round++) {
    w.mount = 0;
    EXPECT_EQ(w.Body("/static/both"), "first");
    EXPECT_EQ(w.Body("/static/one"), "first alone");
    w.mount = 1;
    EXPECT_EQ(w.Body("/static/both"), "second");
    EXPECT_EQ(w.Status("/static/one"), 404);
    EXPECT_EQ(w.Status("/static/../root/one"), 404);
    if (round == 1) w.Wait();
  }
  EXPECT_EQ(h1_static_mounted(w.files, 2), nullptr);
}

TEST(StaticMounts, EachRootIsReplacedByItself) {
  StaticWorld w;
  const std::string other = w.Beside("other");
  ASSERT_EQ(mkdir(other.c_str(), 0755), 0);
  const h1_static_folder folders[] = {
      {"--root", w.root.c_str(), ""},
      {"--mount /docs", other.c_str(), "/docs"}};
  w.options.folders = folders;
  w.options.folder_count = 2;
  w.Write("f", "first");
  w.WriteAt(w.Beside("other/f"), "old");
  w.Start();
  w.mount = 1;
  EXPECT_EQ(w.Body("/static/f"), "old");
  ASSERT_EQ(mkdir(w.Beside("new").c_str(), 0755), 0);
  w.WriteAt(w.Beside("new/f"), "new");
  ASSERT_EQ(rename(other.c_str(), w.Beside("gone").c_str()), 0);
  ASSERT_EQ(rename(w.Beside("new").c_str(), other.c_str()), 0);
  w.Wait();
  EXPECT_EQ(w.Body("/static/f"), "new");
  w.mount = 0;
  EXPECT_EQ(w.Body("/static/f"), "first");
  for (int i = 0; i < 10 && w.Tick(); i++) continue;
  EXPECT_FALSE(w.Tick()) << "no root and no file is open any more";
}

// What the server's rules say goes into what is cached of a file, so that an
// entry is of no use to a request of another configuration.
TEST(StaticCacheControl, IsThatOfTheRequestsConfiguration) {
  StaticWorld w;
  w.Write("f", "text");
  w.Start();
  w.Wait();
  const auto ask = [&](const std::string& line, uint64_t generation) {
    h1_exchange x("GET", "/static/f");
    x.data = h1_static_mounted(w.files, 0);
    x.now_s = w.now_s;
    x.now_ms = w.now_ms;
    x.cache_control = line;
    x.generation = generation;
    x.Run("/static/", h1_static_serve);
    EXPECT_EQ(x.status, 200);
    const std::string value = x.Field("Cache-Control");
    x.End();
    return value;
  };
  EXPECT_EQ(ask("Cache-Control: no-cache\r\n", 1), "no-cache");
  EXPECT_EQ(ask("Cache-Control: private\r\n", 1), "no-cache") << "cached";
  EXPECT_EQ(ask("Cache-Control: private\r\n", 2), "private");
  EXPECT_EQ(ask("", 3), "");
}

TEST(StaticOptions, AreCheckedAtStart) {
  StaticWorld w;
  char why[H1_STATIC_WHY_BYTES] = "";
  const h1_static_options good = w.options;
  auto refused = [&](const h1_static_options& o) {
    why[0] = '\0';
    h1_static* s = h1_static_new(&o, why);
    EXPECT_TRUE(s != nullptr || why[0] != '\0');
    const bool none = s == nullptr;
    h1_static_free(s);
    return none;
  };
  EXPECT_FALSE(refused(good));
  h1_static_options o = good;
  const std::string absent = w.Path("absent");
  w.folder.path = absent.c_str();
  EXPECT_TRUE(refused(o));
  EXPECT_EQ(std::string(why),
            "--root " + absent +
                ": not a folder that can be opened: No such file or directory");
  w.Write("file", "x");
  const std::string file = w.Path("file");
  w.folder.path = file.c_str();
  EXPECT_TRUE(refused(o));
  const std::string path(4096, 'x');
  w.folder.path = path.c_str();
  EXPECT_TRUE(refused(o));
  EXPECT_STREQ(why, "--root: path too long");
  w.folder.path = "";
  EXPECT_TRUE(refused(o));
  EXPECT_STREQ(why, "--root: is empty");
  w.folder.path = w.root.c_str();
  o.folder_count = H1_STATIC_MOUNTS_MAX + 1;
  EXPECT_TRUE(refused(o));
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
  o.folder_count = 1;
  const size_t one = h1_static_memory_bytes(&o);
  EXPECT_GT(one, size_t{4} << 20);
  EXPECT_LT(one, size_t{12} << 20);
  EXPECT_EQ(h1_static_descriptors(&o), 70u + 5 * 4 * o.helpers);
  EXPECT_GT(h1_static_tag_memory_bytes(), 8191u * 72);
  o.helpers = 0;
  const size_t alone = h1_static_memory_bytes(&o);
  EXPECT_LT(alone, one - 8 * H1_STATIC_PATH_BYTES);
  o.workers = 4;
  EXPECT_GT(h1_static_memory_bytes(&o), 3 * alone);
  EXPECT_EQ(h1_static_descriptors(&o), 274u);
  o.folder_count = 3;
  EXPECT_EQ(h1_static_descriptors(&o), 274u + 4 * 2)
      << "each folder is open once per worker";
  EXPECT_LT(h1_static_memory_bytes(&o), 4 * alone + 16384)
      << "and shares everything else";
}

}  // namespace
