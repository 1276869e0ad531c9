// What the cache holds and gives back, and what happens when the system says
// no. The seam's functions and malloc are wrapped by the linker (--wrap), so
// this counts and fails the real ones.
#include <cerrno>
#include <cstdarg>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "handlers/static/io.h"
#include "handlers/static/world.h"

namespace {

struct Seam {
  int calls = 0;
  int fail_at = 0;  // the call, counted from 1, that fails; 0: none
  int error = 0;
  int opens = 0, stats = 0, reads = 0, maps = 0, mallocs = 0;
  std::set<int> open;
  std::function<void()> before_read;

  int fail_from = 0;  // and all after it

  bool Fails() {
    calls++;
    return calls == fail_at || (fail_from != 0 && calls >= fail_from);
  }
  int Opened(int fd) {
    opens++;
    if (fd >= 0) {
      EXPECT_TRUE(open.insert(fd).second);
    }
    return fd;
  }
} seam;

}  // namespace

extern "C" {
int __real_h1_static_io_openat2(int dir, const char* path, int flags,
                                uint64_t resolve);
int __real_h1_static_io_real_path(int fd, char* room, size_t size);
int __real_h1_static_io_openat(int dir, const char* path, int flags);
int __real_h1_static_io_fstat(int fd, struct stat* st);
ssize_t __real_h1_static_io_pread(int fd, void* room, size_t size, uint64_t at);
void __real_h1_static_io_close(int fd);
void* __real_h1_static_io_map(size_t bytes);
int __real_h1_static_io_random(void* room, size_t size);
void* __real_malloc(size_t size);
void* __real_calloc(size_t count, size_t size);
void* __real_realloc(void* old, size_t size);

int __wrap_h1_static_io_openat2(int dir, const char* path, int flags,
                                uint64_t resolve) {
  if (seam.Fails()) return -seam.error;
  return seam.Opened(__real_h1_static_io_openat2(dir, path, flags, resolve));
}
int __wrap_h1_static_io_real_path(int fd, char* room, size_t size) {
  if (seam.Fails()) return -seam.error;
  return __real_h1_static_io_real_path(fd, room, size);
}
int __wrap_h1_static_io_openat(int dir, const char* path, int flags) {
  if (seam.Fails()) return -seam.error;
  return seam.Opened(__real_h1_static_io_openat(dir, path, flags));
}
int __wrap_h1_static_io_fstat(int fd, struct stat* st) {
  seam.stats++;
  if (seam.Fails()) return -seam.error;
  return __real_h1_static_io_fstat(fd, st);
}
ssize_t __wrap_h1_static_io_pread(int fd, void* room, size_t size,
                                  uint64_t at) {
  seam.reads++;
  if (seam.before_read) seam.before_read();
  if (seam.Fails()) return -seam.error;
  return __real_h1_static_io_pread(fd, room, size, at);
}
void __wrap_h1_static_io_close(int fd) {
  EXPECT_EQ(seam.open.erase(fd), 1u) << "closes what it did not open";
  __real_h1_static_io_close(fd);
}
void* __wrap_h1_static_io_map(size_t bytes) {
  seam.maps++;
  if (seam.Fails()) return nullptr;
  return __real_h1_static_io_map(bytes);
}
int __wrap_h1_static_io_random(void* room, size_t size) {
  if (seam.Fails()) return -seam.error;
  return __real_h1_static_io_random(room, size);
}
void* __wrap_malloc(size_t size) {
  seam.mallocs++;
  return __real_malloc(size);
}
void* __wrap_calloc(size_t count, size_t size) {
  seam.mallocs++;
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* old, size_t size) {
  seam.mallocs++;
  return __real_realloc(old, size);
}
}  // extern "C"

namespace {

class StaticFault : public ::testing::Test, public StaticWorld {
 protected:
  void SetUp() override { seam = Seam(); }
  void Stop() {
    h1_static_free(files);
    files = nullptr;
  }
  void TearDown() override {
    seam.fail_at = 0;
    Stop();
    EXPECT_TRUE(seam.open.empty()) << "left open";
  }
};

TEST_F(StaticFault, CachedSmallFileCostsNoSystemCall) {
  Start();
  Write("f", "x");
  Ask("/static/f");
  const int calls = seam.calls;
  for (int i = 0; i < 100; i++) EXPECT_EQ(Body("/static/f"), "x");
  EXPECT_EQ(seam.calls, calls);
  Wait();
  EXPECT_EQ(Body("/static/f"), "x");
  EXPECT_EQ(seam.reads, 1) << "looked at, not read again";
  EXPECT_EQ(seam.open.size(), 1u) << "the root alone";
}

TEST_F(StaticFault, CachedSiblingCostsNoSystemCall) {
  const FakeFields gzip = {{"Accept-Encoding", "gzip"}};
  Start();
  Write("f", "original");
  Write("f.gz", "gz");
  Ask("/static/f", gzip);
  const int calls = seam.calls;
  for (int i = 0; i < 100; i++) EXPECT_EQ(Ask("/static/f", gzip)->body, "gz");
  EXPECT_EQ(seam.calls, calls);
  EXPECT_EQ(seam.open.size(), 1u) << "the root alone";
}

// A look from the root's path on, and below the root that is open the first
// time.
TEST_F(StaticFault, WhatIsAbsentCostsOneSystemCall) {
  const FakeFields browser = {{"Accept", "text/html"}};
  options.fallback = "app.html";
  Write("app.html", "app");
  Write("file", "x");
  Folder("dir");
  Start();
  EXPECT_EQ(Ask("/static/file", browser)->body, "x");
  for (const char* target :
       {"/static/user/1", "/static/user/1/", "/static/dir/1", "/static/dir/",
        "/static/file/"}) {
    EXPECT_EQ(Ask(target, browser)->body, "app");
    const int calls = seam.calls;
    for (int i = 0; i < 10; i++) EXPECT_EQ(Ask(target, browser)->body, "app");
    EXPECT_EQ(seam.calls, calls + 10) << target;
    EXPECT_EQ(Status(target), 404);
    EXPECT_EQ(seam.calls, calls + 11) << target;
  }
}

TEST_F(StaticFault, WithCleanAddressesItCostsTwiceAsMany) {
  options.clean_urls = true;
  Start();
  Write("there.html", "x");
  EXPECT_EQ(Body("/static/there"), "x");
  EXPECT_EQ(Status("/static/gone"), 404);
  const int calls = seam.calls;
  EXPECT_EQ(Status("/static/gone"), 404);
  EXPECT_EQ(seam.calls, calls + 2);
  EXPECT_EQ(Status("/static/gone/"), 404);
  EXPECT_EQ(Status("/static/there/"), 301);
}

TEST_F(StaticFault, NothingIsAllocatedAfterStart) {
  options.files_per_worker = 8;
  Start();
  EXPECT_EQ(seam.maps, 1);
  for (int i = 0; i < 40; i++) {
    Write("f" + std::to_string(i),
          std::string(static_cast<size_t>(i) * 3000, 'x'));
  }
  Folder("dir");
  seam.mallocs = 0;
  for (int i = 0; i < 400; i++) {
    Ask("/static/f" + std::to_string(i * 7 % 50), {{"Range", "bytes=0-1,5-6"}});
    Ask("/static/f" + std::to_string(i % 40));
    Ask("/static/dir?q");
    now_ms += 40;
  }
  EXPECT_EQ(seam.mallocs, 0);
  EXPECT_EQ(seam.maps, 1);
}

TEST_F(StaticFault, MallocIsReallyCounted) {
  const int before = seam.mallocs;
  void* volatile p = malloc(1);
  free(p);
  EXPECT_EQ(seam.mallocs, before + 1);
}

TEST_F(StaticFault, DescriptorsAreBounded) {
  options.open_files_per_worker = 4;
  Start();
  for (int i = 0; i < 20; i++) {
    Write("big" + std::to_string(i),
          std::string(70000, static_cast<char>('a' + i)));
  }
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 20; i++) {
      EXPECT_EQ(Body("/static/big" + std::to_string(i)),
                std::string(70000, static_cast<char>('a' + i)));
      EXPECT_LE(seam.open.size(), h1_static_descriptors(&options));
      EXPECT_LE(seam.open.size(), 5u);
    }
  }
}

TEST_F(StaticFault, WhatNobodyAsksForIsLetGo) {
  Start();
  Write("small", "x");
  Write("big", std::string(70000, 'b'));
  auto held = Ask("/static/big");
  Ask("/static/small");
  EXPECT_EQ(seam.open.size(), 2u);
  for (int i = 0; i < 4; i++) EXPECT_TRUE(Tick()) << i;
  EXPECT_EQ(seam.open.size(), 1u) << "the file that is being sent";
  held.reset();
  Tick();
  EXPECT_TRUE(seam.open.empty());
  EXPECT_FALSE(Tick()) << "nothing is left";
  EXPECT_EQ(Body("/static/small"), "x");
  EXPECT_EQ(seam.reads, 4) << "its contents were let go too";
}

TEST_F(StaticFault, WhatIsAskedForStays) {
  Start();
  Write("small", "x");
  Write("big", std::string(70000, 'b'));
  for (int i = 0; i < 10; i++) {
    EXPECT_EQ(Body("/static/small"), "x");
    EXPECT_EQ(Ask("/static/big")->kind, FakeKind::kFile);
    EXPECT_TRUE(Tick());
  }
  EXPECT_EQ(seam.reads, 3) << "each was read once";
  EXPECT_EQ(seam.open.size(), 2u);
}

TEST_F(StaticFault, WithoutDescriptorsForTheCacheFilesAreServedUncached) {
  options.open_files_per_worker = 0;
  Start();
  Write("big", std::string(70000, 'b'));
  {
    const auto x = Ask("/static/big");
    EXPECT_EQ(x->body, std::string(70000, 'b'));
    EXPECT_NE(x->Field("ETag"), "");
    EXPECT_EQ(seam.open.size(), 2u);
  }
  EXPECT_EQ(seam.open.size(), 1u);
  EXPECT_EQ(Status("/static/big", {{"Range", "bytes=999999-"}}), 416);
  EXPECT_EQ(Ask("/static/big", {{"Range", "bytes=0-0,2-2"}})->status, 206);
  EXPECT_EQ(seam.open.size(), 1u);
}

TEST_F(StaticFault, EntriesAreBoundedAndInUseOnesStay) {
  options.files_per_worker = 4;
  Start();
  for (int i = 0; i < 12; i++) {
    Write("f" + std::to_string(i), "text " + std::to_string(i));
  }
  std::vector<std::unique_ptr<h1_exchange>> held;
  for (int i = 0; i < 8; i++) {
    held.push_back(Ask("/static/f" + std::to_string(i)));
    EXPECT_EQ(held.back()->body, "text " + std::to_string(i));
    EXPECT_EQ(held.back()->kind, i < 4 ? FakeKind::kBorrow : FakeKind::kFile)
        << "all entries are in use, so this one is served uncached";
  }
  EXPECT_EQ(seam.open.size(), 5u);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 12; i++) {
      EXPECT_EQ(Body("/static/f" + std::to_string(i)),
                "text " + std::to_string(i));
    }
    Wait();
  }
  held.clear();  // each checks that its bytes are still the same
  EXPECT_EQ(seam.open.size(), 1u);
  EXPECT_EQ(Ask("/static/f11")->kind, FakeKind::kBorrow);
}

TEST_F(StaticFault, NewVersionLeavesTheOldOneToWhoUsesIt) {
  Start();
  Write("f", "one");
  auto first = Ask("/static/f");
  std::vector<std::unique_ptr<h1_exchange>> held;
  for (int i = 0; i < 600; i++) {
    Write("f", "version " + std::to_string(i));
    Wait();
    auto x = Ask("/static/f");
    EXPECT_EQ(x->body, "version " + std::to_string(i));
    if (i % 3 == 0) held.push_back(std::move(x));
  }
  EXPECT_EQ(first->body, "one");
  first.reset();
  held.clear();
  // All entries came back: as many versions again can be held in memory.
  for (int i = 0; i < 250; i++) {
    Write("f", "again " + std::to_string(i));
    Wait();
    held.push_back(Ask("/static/f"));
    EXPECT_EQ(held.back()->kind, FakeKind::kBorrow) << i;
  }
}

TEST_F(StaticFault, OpenFilesInUseAreNotClosed) {
  options.open_files_per_worker = 1;
  Start();
  Write("a", std::string(70000, 'a'));
  Write("b", std::string(70000, 'b'));
  const auto a = Ask("/static/a");
  const auto b = Ask("/static/b");
  EXPECT_EQ(b->body, std::string(70000, 'b'));
  a->Drain();
  EXPECT_EQ(a->body, std::string(70000, 'a'));
  EXPECT_NE(a->fd, b->fd);
}

TEST_F(StaticFault, ContentsAreBoundedAndLargeOnesDoNotEmptyTheCache) {
  options.contents_per_worker = 2 * 65536;
  Start();
  for (int i = 0; i < 64; i++) Write("s" + std::to_string(i), "small");
  for (int i = 0; i < 8; i++) {
    Write("l" + std::to_string(i),
          std::string(60000, static_cast<char>('0' + i)));
  }
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < 8; i++) {
      EXPECT_EQ(Body("/static/l" + std::to_string(i)),
                std::string(60000, static_cast<char>('0' + i)));
    }
    for (int i = 0; i < 64; i++) {
      EXPECT_EQ(Body("/static/s" + std::to_string(i)), "small");
    }
  }
  EXPECT_LE(seam.open.size(), h1_static_descriptors(&options));
}

TEST_F(StaticFault, WithoutMemoryForContentsFilesAreSentFromDisk) {
  options.contents_per_worker = 0;
  Start();
  Write("f", "x");
  EXPECT_EQ(Ask("/static/f")->kind, FakeKind::kFile);
  EXPECT_EQ(Body("/static/f"), "x");
}

TEST_F(StaticFault, LongPathsAreServedUncached) {
  Start();
  const std::string name(193, 'n');
  Write(name, "x");
  EXPECT_EQ(Body("/static/" + name), "x");
  EXPECT_EQ(Ask("/static/" + name)->kind, FakeKind::kFile);
  EXPECT_EQ(seam.open.size(), 1u);
}

TEST_F(StaticFault, FileThatChangesWhileItIsReadIsReadAgain) {
  Start();
  Write("f", "one");
  int left = 1;
  seam.before_read = [&] {
    if (left-- > 0) Write("f", "second");
  };
  const auto x = Ask("/static/f");
  EXPECT_EQ(x->body, "second");
  EXPECT_EQ(x->kind, FakeKind::kBorrow);
  EXPECT_NE(x->Field("ETag"), "");
}

TEST_F(StaticFault, FileThatNeverHoldsStillIsSentWithoutValidators) {
  Start();
  Write("f", "one");
  int n = 0;
  seam.before_read = [&] {
    Write("f", std::string(static_cast<size_t>(++n), 'x'));
  };
  {
    const auto x = Ask("/static/f", {{"If-None-Match", "*"}});
    EXPECT_EQ(x->status, 200);
    EXPECT_EQ(x->kind, FakeKind::kFile);
    EXPECT_EQ(x->Field("ETag"), "");
    EXPECT_EQ(x->Field("Last-Modified"), "");
    EXPECT_EQ(x->body, std::string(static_cast<size_t>(n), 'x'));
  }
  seam.before_read = nullptr;
  EXPECT_NE(Ask("/static/f")->Field("ETag"), "");
}

TEST_F(StaticFault, EveryFailingCallGivesADefinedAnswerAndLeaksNothing) {
  struct {
    int error;
    std::set<uint16_t> want;
  } const cases[] = {
      {EMFILE, {200, 503}}, {ENFILE, {200, 503}},      {ENOMEM, {200, 503}},
      {EIO, {200, 500}},    {EACCES, {200, 404, 503}}, {EAGAIN, {200, 503}},
      {EINTR, {200, 503}},  {ELOOP, {200, 404, 503}},
  };
  const std::string big(70000, 'b');
  Folder("d");
  Write("d/small", "small");
  Write("d/big", big);
  for (const bool without : {false, true}) {
    for (const auto& c : cases) {
      int reached = 1;
      for (int n = 1; reached > 0; n++) {
        ASSERT_LT(n, 100);
        options.without_openat2 = without;
        seam.fail_at = 0;
        Start();
        seam.calls = 0;
        seam.fail_at = n;
        seam.error = c.error;
        for (int round = 0; round < 3; round++) {
          const auto s = Ask("/static/d/small");
          EXPECT_TRUE(c.want.count(s->status)) << c.error << " " << s->status;
          if (s->status == 200) {
            EXPECT_EQ(s->body, "small");
          }
          if (s->status == 503) {
            EXPECT_EQ(s->Field("Retry-After"), "1");
          }
          const auto b = Ask("/static/d/big");
          EXPECT_TRUE(c.want.count(b->status)) << c.error << " " << b->status;
          if (b->status == 200) {
            EXPECT_EQ(b->body, big);
          }
          Wait();
        }
        reached = seam.calls >= n ? 1 : 0;
        seam.fail_at = 0;
        EXPECT_EQ(Body("/static/d/small"), "small");
        EXPECT_EQ(Body("/static/d/big"), big);
        Stop();
        EXPECT_TRUE(seam.open.empty());
      }
    }
  }
}

// Whatever fails, bytes and coding belong together, and what was not sent for
// it is sent a second later.
TEST_F(StaticFault, EveryFailingCallWithSiblingsIsADefinedAnswer) {
  const std::string original(70000, 'o'), gzip(66000, 'g'),
      zstd("\x28\xb5\x2f\xfd\x00\x58\x19\x00\x00...", 12);
  Write("f", original);
  Write("f.zst", zstd);
  Write("f.gz", gzip);
  const std::pair<const char*, const std::string*> asked[] = {
      {"zstd", &zstd}, {"gzip", &gzip}, {"br", &original}};
  for (const int error : {EMFILE, ENOENT, EIO, EAGAIN}) {
    int reached = 1;
    for (int n = 1; reached > 0; n++) {
      ASSERT_LT(n, 200);
      Start();
      seam.calls = 0;
      seam.fail_at = n;
      seam.error = error;
      for (const auto& [coding, body] : asked) {
        const auto x = Ask("/static/f", {{"Accept-Encoding", coding}});
        if (x->status != 200) {
          EXPECT_TRUE(x->status == 404 || x->status >= 500) << x->status;
          continue;
        }
        const bool encoded = x->Field("Content-Encoding") == coding;
        EXPECT_EQ(x->body, encoded ? *body : original) << error << " " << n;
      }
      reached = seam.calls >= n ? 1 : 0;
      seam.fail_at = 0;
      Wait();
      for (const auto& [coding, body] : asked) {
        const auto x = Ask("/static/f", {{"Accept-Encoding", coding}});
        EXPECT_EQ(x->body, *body) << error << " " << n << " " << coding;
      }
      Stop();
      EXPECT_TRUE(seam.open.empty());
    }
  }
}

TEST_F(StaticFault, EveryFailingCallAtStartIsToldAndLeaksNothing) {
  for (int n = 1;; n++) {
    ASSERT_LT(n, 20);
    seam.calls = 0;
    seam.fail_at = n;
    seam.error = EPERM;
    char why[H1_STATIC_WHY_BYTES] = "";
    h1_static* s = h1_static_new(&options, why);
    const bool reached = seam.calls >= n;
    // openat2 being forbidden is no failure: the other mode is chosen.
    if (s != nullptr && reached) {
      EXPECT_STREQ(h1_static_mode(s), "openat");
    }
    if (s == nullptr) {
      EXPECT_STRNE(why, "");
    }
    h1_static_free(s);
    EXPECT_TRUE(seam.open.empty());
    if (!reached) break;
  }
}

// A folder that may not be searched is no reason to do without openat2.
TEST_F(StaticFault, AFolderInWhichNothingCanBeOpenedIsNone) {
  seam.error = EACCES;
  for (int n = 1;; n++) {
    ASSERT_LT(n, 20);
    seam.calls = 0;
    seam.fail_from = n;
    char why[H1_STATIC_WHY_BYTES] = "";
    h1_static* s = h1_static_new(&options, why);
    const bool reached = seam.calls >= n;
    seam.fail_from = 0;
    EXPECT_EQ(s == nullptr, reached) << n;
    if (reached) {
      EXPECT_STRNE(why, "") << n;
    }
    h1_static_free(s);
    if (!reached) break;
  }
}

}  // namespace
