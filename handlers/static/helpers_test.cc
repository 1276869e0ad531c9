// What helper threads do in the place of workers: what they find, what happens
// while their storage hangs, and what is hashed in the background. The seam is
// wrapped by the linker (--wrap); a call of a helper can be held up.
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "handlers/static/io.h"
#include "handlers/static/sha256.h"
#include "handlers/static/world.h"

namespace {

const std::thread::id kTestThread = std::this_thread::get_id();
std::atomic<bool> hangs{false}, is_remote{false}, reads_hang{false};
std::atomic<int> hanging{0}, worker_waits{0}, helper_opens{0};
std::mutex open_lock;
std::set<int> open_files;
std::function<void()> before_helper_read;

bool OnHelper() { return std::this_thread::get_id() != kTestThread; }

int Opened(int fd) {
  const std::lock_guard<std::mutex> hold(open_lock);
  if (fd >= 0) open_files.insert(fd);
  return fd;
}

size_t OpenFiles() {
  const std::lock_guard<std::mutex> hold(open_lock);
  return open_files.size();
}

void MaybeHang() {
  if (!OnHelper()) return;
  hanging++;
  while (hangs) usleep(1000);
  hanging--;
}

}  // namespace

extern "C" {
int __real_h1_static_io_openat(int dir, const char* path, int flags);
int __real_h1_static_io_openat2(int dir, const char* path, int flags,
                                uint64_t resolve);
ssize_t __real_h1_static_io_pread(int fd, void* room, size_t size, uint64_t at);
ssize_t __real_h1_static_io_pread_nowait(int fd, void* room, size_t size,
                                         uint64_t at);
int __real_h1_static_io_dup(int fd);
bool __real_h1_static_io_is_local(int fd);
void __real_h1_static_io_close(int fd);

int __wrap_h1_static_io_openat(int dir, const char* path, int flags) {
  if (!OnHelper()) worker_waits++;
  MaybeHang();
  return Opened(__real_h1_static_io_openat(dir, path, flags));
}
int __wrap_h1_static_io_openat2(int dir, const char* path, int flags,
                                uint64_t resolve) {
  if (OnHelper()) helper_opens++;
  return Opened(__real_h1_static_io_openat2(dir, path, flags, resolve));
}
ssize_t __wrap_h1_static_io_pread(int fd, void* room, size_t size,
                                  uint64_t at) {
  if (!OnHelper()) worker_waits++;
  while (OnHelper() && reads_hang) usleep(1000);
  if (OnHelper() && before_helper_read) before_helper_read();
  return __real_h1_static_io_pread(fd, room, size, at);
}
ssize_t __wrap_h1_static_io_pread_nowait(int fd, void* room, size_t size,
                                         uint64_t at) {
  return is_remote ? -EOPNOTSUPP
                   : __real_h1_static_io_pread_nowait(fd, room, size, at);
}
bool __wrap_h1_static_io_is_local(int fd) {
  return !is_remote && __real_h1_static_io_is_local(fd);
}
int __wrap_h1_static_io_dup(int fd) {
  return Opened(__real_h1_static_io_dup(fd));
}
void __wrap_h1_static_io_close(int fd) {
  {
    const std::lock_guard<std::mutex> hold(open_lock);
    EXPECT_EQ(open_files.erase(fd), 1u) << "closes what it did not open";
  }
  __real_h1_static_io_close(fd);
}
}  // extern "C"

namespace {

class Helpers : public ::testing::Test, public StaticWorld {
 protected:
  void SetUp() override {
    hangs = is_remote = reads_hang = false;
    before_helper_read = nullptr;
    StartWithHelpers();
    worker_waits = 0;
  }
  void TearDown() override {
    hangs = is_remote = reads_hang = false;
    before_helper_read = nullptr;
    h1_static_free(files);
    files = nullptr;
    EXPECT_EQ(OpenFiles(), 0u) << "left open";
  }
  // A request that is not waited for.
  std::unique_ptr<h1_exchange> Begin(const std::string& target) {
    auto x = std::make_unique<h1_exchange>("GET", target, FakeFields{});
    x->data = h1_static_mounted(files, 0);
    x->now_s = now_s;
    x->now_ms = now_ms;
    x->Run("/static/", h1_static_serve);
    return x;
  }
  // Time passes for an exchange that waits; true when it answers.
  static bool Later(h1_exchange* x, uint64_t ms) {
    x->now_ms += ms;
    x->Resume();
    return x->replies == 1;
  }
};

std::string TagOf(const std::string& text) {
  h1_sha256 s;
  uint8_t digest[H1_SHA256_BYTES];
  h1_sha256_init(&s);
  h1_sha256_add(&s,
                {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  h1_sha256_end(&s, digest);
  std::string hex;
  for (size_t i = 0; i < 16; i++) {
    char two[3];
    snprintf(two, sizeof two, "%02x", digest[i]);
    hex += two;
  }
  return "\"" + hex + "\"";
}

TEST_F(Helpers, FindWhatWorkersWouldFind) {
  Write("small", "hello");
  const std::string big(3 << 20, 'b');
  Write("big", big);
  Folder("dir");
  Link(Path("small"), "absolute");
  for (int round = 0; round < 3; round++) {
    EXPECT_EQ(Body("/static/small"), "hello");
    EXPECT_EQ(Ask("/static/small")->Field("ETag"), TagOf("hello"));
    EXPECT_EQ(Body("/static/big"), big);
    EXPECT_EQ(Ask("/static/big")->Field("ETag"), TagOf(big));
    EXPECT_EQ(Body("/static/absolute"), "hello");
    EXPECT_EQ(Ask("/static/dir")->Field("Location"), "dir/");
    EXPECT_EQ(Status("/static/dir/"), 404);
    EXPECT_EQ(Status("/static/absent"), 404);
    Wait();
  }
  EXPECT_EQ(worker_waits, 0) << "the worker never waits";
  EXPECT_GT(helper_opens, 0);
}

TEST_F(Helpers, WorkersAnswerWithWhatIsInMemory) {
  Write("small", "hello");
  const int before = helper_opens;
  EXPECT_EQ(Body("/static/small"), "hello");
  EXPECT_GT(helper_opens, before) << "the first time";
  const auto x = Begin("/static/small");
  EXPECT_EQ(x->later, nullptr) << "from the cache";
  EXPECT_EQ(x->status, 200);
  Write("big", std::string(300000, 'b'));
  EXPECT_EQ(Ask("/static/big")->kind, FakeKind::kFile);
  const int opens = helper_opens;
  for (int i = 0; i < 3; i++) {
    Wait();
    EXPECT_EQ(Begin("/static/small")->later, nullptr) << "looked at";
    EXPECT_EQ(Begin("/static/big")->kind, FakeKind::kFile) << "by sendfile";
  }
  EXPECT_EQ(helper_opens, opens);
  EXPECT_EQ(worker_waits, 0);
}

TEST_F(Helpers, WhenAllHangRequestsThatNeedOneAreTold) {
  Write("small", "hello");
  Write("other", "other");
  EXPECT_EQ(Body("/static/small"), "hello");
  hangs = true;
  std::vector<std::unique_ptr<h1_exchange>> held;
  // Each path is looked up for the first time, below a root that is not known.
  for (unsigned i = 0; i < options.helpers; i++) {
    worker = 0;
    now_ms += 3000;
    h1_static_tick(files, 0, now_ms);
    Write("f" + std::to_string(i), "f");
    held.push_back(Begin("/static/f" + std::to_string(i) + "/absent"));
    ASSERT_NE(held.back()->later, nullptr);
  }
  for (int i = 0; i < 2000 && hanging < static_cast<int>(options.helpers);
       i++) {
    usleep(1000);
  }
  ASSERT_EQ(hanging, static_cast<int>(options.helpers));
  auto x = Begin("/static/another/absent");
  ASSERT_NE(x->later, nullptr);
  EXPECT_FALSE(Later(x.get(), 500));
  EXPECT_TRUE(Later(x.get(), 500)) << "after a second";
  EXPECT_EQ(x->status, 503);
  EXPECT_EQ(x->reason, H1_STORAGE_BUSY);
  EXPECT_EQ(x->Field("Retry-After"), "1");
  // Those whose storage is at it wait longer, but not for ever.
  EXPECT_FALSE(Later(held[0].get(), 29999));
  EXPECT_TRUE(Later(held[0].get(), 1));
  EXPECT_EQ(held[0]->status, 503);
  hangs = false;
  for (size_t i = 1; i < held.size(); i++) {
    EXPECT_TRUE(held[i]->Finish());
    EXPECT_EQ(held[i]->status, 404);
  }
}

TEST_F(Helpers, WhatIsCachedIsServedWhileTheStorageHangs) {
  is_remote = true;
  Write("small", "hello");
  EXPECT_EQ(Body("/static/small"), "hello");
  hangs = true;
  std::vector<std::unique_ptr<h1_exchange>> held;
  now_ms += 3000;
  h1_static_tick(files, 0, now_ms);  // the root is to be opened anew
  for (unsigned i = 0; i < 4 * options.helpers; i++) {
    held.push_back(Begin("/static/absent" + std::to_string(i)));
  }
  ASSERT_EQ(rename(root.c_str(), Beside("moved").c_str()), 0);
  auto x = Begin("/static/small");
  ASSERT_NE(x->later, nullptr) << "it wants to be looked at";
  EXPECT_TRUE(Later(x.get(), 1000));
  EXPECT_EQ(x->status, 200);
  x->Drain();
  EXPECT_EQ(x->body, "hello");
  hangs = false;
}

// A worker that has not had it open has nothing that could stand in for it.
TEST_F(Helpers, ARootThatIsBeingReplacedIsWaitedFor) {
  Write("f", "hello");
  ASSERT_EQ(rename(root.c_str(), Beside("next").c_str()), 0);
  auto x = Begin("/static/f");
  for (int i = 0; i < 20; i++) {
    ASSERT_NE(x->later, nullptr) << x->status;
    (void)x->AwaitWake(20);
    EXPECT_FALSE(Later(x.get(), 20));
  }
  ASSERT_EQ(rename(Beside("next").c_str(), root.c_str()), 0);
  EXPECT_TRUE(x->Finish());
  EXPECT_EQ(x->status, 200);
}

// What stands in for it may have been emptied, or never have had the name.
TEST_F(Helpers, WhatIsAbsentBetweenTwoRootsIsWaitedFor) {
  Write("f", "old");
  Write("g", "old");
  EXPECT_EQ(Body("/static/f"), "old");
  ASSERT_EQ(mkdir(Beside("next").c_str(), 0755), 0);
  for (const char* name : {"/f", "/g"}) WriteAt(Beside("next") + name, "new");
  ASSERT_EQ(rename(root.c_str(), Beside("last").c_str()), 0);
  ASSERT_EQ(unlink((Beside("last") + "/g").c_str()), 0);
  now_ms += 400;  // the root that is open is not a new one
  auto x = Begin("/static/g");
  for (int i = 0; i < 5; i++) {
    ASSERT_NE(x->later, nullptr) << x->status;
    (void)x->AwaitWake(20);
    EXPECT_FALSE(Later(x.get(), 20));
  }
  EXPECT_EQ(Body("/static/f"), "old");
  ASSERT_EQ(rename(Beside("next").c_str(), root.c_str()), 0);
  EXPECT_TRUE(x->Finish());
  x->Drain();
  EXPECT_EQ(x->status, 200);
  EXPECT_EQ(x->body, "new");
  EXPECT_EQ(Status("/static/h"), 404);
}

TEST_F(Helpers, ARootThatIsGoneIsWaitedForOnce) {
  Write("f", "hello");
  ASSERT_EQ(rename(root.c_str(), Beside("next").c_str()), 0);
  auto x = Begin("/static/f");
  EXPECT_TRUE(x->Finish());
  EXPECT_EQ(x->status, 503);
  EXPECT_EQ(x->now_ms, now_ms + 1000);
  now_ms = x->now_ms;
  for (int i = 0; i < 3; i++) {
    now_ms += 400;
    x = Begin("/static/f");
    EXPECT_TRUE(x->Finish());
    EXPECT_EQ(x->status, 503);
    EXPECT_LT(x->now_ms, now_ms + 100) << "known by now";
  }
  ASSERT_EQ(rename(Beside("next").c_str(), root.c_str()), 0);
  now_ms += 400;
  EXPECT_EQ(Status("/static/f"), 200);
  // Long after, it is replaced again.
  now_ms += 100000;
  h1_static_tick(files, 0, now_ms);
  ASSERT_EQ(rename(root.c_str(), Beside("next").c_str()), 0);
  x = Begin("/static/other");
  EXPECT_NE(x->later, nullptr);
  ASSERT_EQ(rename(Beside("next").c_str(), root.c_str()), 0);
  EXPECT_TRUE(x->Finish());
  EXPECT_EQ(x->status, 404);
}

TEST_F(Helpers, AClientThatLeavesLeavesNothingOpen) {
  for (int i = 0; i < 40; i++) {
    Write("f" + std::to_string(i), std::string(100000, 'x'));
  }
  for (int round = 0; round < 3; round++) {
    std::vector<std::unique_ptr<h1_exchange>> held;
    for (int i = 0; i < 40; i++) {
      held.push_back(Begin("/static/f" + std::to_string(i)));
    }
    held.clear();
    now_ms += 3000;
    h1_static_tick(files, 0, now_ms);
  }
  EXPECT_EQ(Ask("/static/f0")->status, 200) << "jobs came back";
}

// On a network's or a program's file system nothing is done by the worker.
TEST_F(Helpers, RemoteFilesAreReadByHelpers) {
  is_remote = true;
  std::string big;
  for (int i = 0; i < 300000; i++) big += static_cast<char>('a' + i % 23);
  Write("big", big);
  Write("small", "hello");
  for (int round = 0; round < 3; round++) {
    const auto x = Ask("/static/big");
    EXPECT_EQ(x->kind, FakeKind::kPull);
    EXPECT_EQ(x->length, big.size());
    EXPECT_TRUE(x->body == big) << x->body.size();
    EXPECT_EQ(Ask("/static/big", {{"Range", "bytes=7-200006"}})->body,
              big.substr(7, 200000));
    EXPECT_EQ(Ask("/static/big", {{"Range", "bytes=0-1,5-6"}})->status, 200);
    EXPECT_EQ(Body("/static/small"), "hello");
  }
  EXPECT_EQ(worker_waits, 0);
}

TEST_F(Helpers, ARemoteFileThatShrinksIsCut) {
  is_remote = true;
  Write("big", std::string(300000, 'b'));
  auto x = Begin("/static/big");
  ASSERT_TRUE(x->Finish());
  ASSERT_EQ(truncate(Path("big").c_str(), 100000), 0);
  x->Drain();
  EXPECT_TRUE(x->cut);
  EXPECT_EQ(x->body, std::string(100000, 'b'));
}

TEST_F(Helpers, ATransferWhoseStorageHangsEndsAndNoOtherWaits) {
  is_remote = true;
  Write("big", std::string(300000, 'b'));
  auto x = Begin("/static/big");
  ASSERT_TRUE(x->Finish());
  reads_hang = true;
  const auto leaves = Begin("/static/big");
  const uint64_t began_ms = x->now_ms;
  uint8_t room[4096];
  h1_pulled p = {};
  for (int i = 0; i < 100 && p.step != H1_PULL_FAIL; i++) {
    p = x->pull(x->state, {room, sizeof room}, x->now_ms);
    if (p.step == H1_PULL_WAIT) x->now_ms = p.wait_until_ms;
  }
  EXPECT_EQ(p.step, H1_PULL_FAIL);
  EXPECT_GE(x->now_ms - began_ms, 30000u);
  EXPECT_LE(x->now_ms - began_ms, 40000u);
  x.reset();
  reads_hang = false;
}

TEST_F(Helpers, LargeFilesAreHashedInTheBackground) {
  const std::string text((17 << 20) + 3, 'l');
  Write("large", text);
  {
    const auto x = Ask("/static/large");
    EXPECT_EQ(x->Field("ETag"), "") << "not yet";
    EXPECT_NE(x->Field("Last-Modified"), "");
  }
  std::string tag;
  for (int i = 0; i < 1000 && tag.empty(); i++) {
    usleep(10000);
    Wait();
    tag = Ask("/static/large")->Field("ETag");
  }
  EXPECT_EQ(tag, TagOf(text));
  EXPECT_EQ(Status("/static/large", {{"If-None-Match", tag}}), 304);
}

TEST_F(Helpers, AChangeWhileItIsHashedDiscardsTheHash) {
  std::string text(17 << 20, 'l');
  Write("large", text);
  std::atomic<int> reads{0};
  const std::string path = Path("large");
  before_helper_read = [&] {
    if (++reads != 3) return;
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    EXPECT_EQ(pwrite(fd, "CHANGED", 7, 0), 7);
    close(fd);
  };
  EXPECT_EQ(Ask("/static/large")->Field("ETag"), "");
  text.replace(0, 7, "CHANGED");
  std::string tag;
  for (int i = 0; i < 1000 && tag.empty(); i++) {
    usleep(10000);
    Wait();
    tag = Ask("/static/large")->Field("ETag");
  }
  EXPECT_GE(reads, 3);
  EXPECT_EQ(tag, TagOf(text)) << "never that of a mixture";
}

}  // namespace
