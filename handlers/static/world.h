// A folder of its own for each test of static files, and requests to it.
#ifndef H1_HANDLERS_STATIC_WORLD_H_
#define H1_HANDLERS_STATIC_WORLD_H_

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "handlers/static/handler.h"
#include "handlers/testing/fake_exchange.h"

class StaticWorld {
 public:
  StaticWorld() {
    const char* base = getenv("TEST_TMPDIR");
    top_ = std::string(base != nullptr ? base : "/tmp") + "/h1.XXXXXX";
    EXPECT_NE(mkdtemp(&top_[0]), nullptr);
    root = top_ + "/root";
    EXPECT_EQ(mkdir(root.c_str(), 0755), 0);
    options = h1_static_options_default();
    options.folders = &folder;
    options.folder_count = 1;
    folder = {"--root", root.c_str(), "/static"};
    // Ten seconds ahead: files made by the test are no longer young.
    now_s = static_cast<int64_t>(time(nullptr)) + 10;
  }
  ~StaticWorld() {
    h1_static_free(files);
    const std::string command = "rm -rf '" + top_ + "'";
    EXPECT_EQ(system(command.c_str()), 0);
  }
  StaticWorld(const StaticWorld&) = delete;
  StaticWorld& operator=(const StaticWorld&) = delete;

  void Start() {
    char why[H1_STATIC_WHY_BYTES] = "";
    files = h1_static_new(&options, why);
    ASSERT_NE(files, nullptr) << why;
  }
  // With helper threads, which do what has to wait.
  void StartWithHelpers() {
    Start();
    ASSERT_TRUE(h1_static_start(files));
  }

  std::string Path(const std::string& name) const { return root + "/" + name; }
  std::string Beside(const std::string& name) const {
    return top_ + "/" + name;
  }

  static void WriteAt(const std::string& path, const std::string& text) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ASSERT_GE(fd, 0) << path;
    ASSERT_EQ(write(fd, text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
    close(fd);
  }
  void Write(const std::string& name, const std::string& text) const {
    WriteAt(Path(name), text);
  }
  void Folder(const std::string& name) const {
    ASSERT_EQ(mkdir(Path(name).c_str(), 0755), 0) << name;
  }
  void Link(const std::string& to, const std::string& name) const {
    ASSERT_EQ(symlink(to.c_str(), Path(name).c_str()), 0) << name;
  }
  void Stamp(const std::string& name, int64_t mtime_s) const {
    timespec times[2] = {};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = static_cast<time_t>(mtime_s);
    ASSERT_EQ(utimensat(AT_FDCWD, Path(name).c_str(), times, 0), 0) << name;
  }

  // A request below /static/, answered but not yet over.
  std::unique_ptr<h1_exchange> Ask(const std::string& target,
                                   const FakeFields& fields = {},
                                   const std::string& method = "GET") {
    auto x = std::make_unique<h1_exchange>(method, target, fields);
    x->data = h1_static_mounted(files, mount);
    x->worker = worker;
    x->now_s = now_s;
    x->now_ms = now_ms;
    x->Run("/static/", h1_static_serve);
    x->Finish();
    x->Drain();
    return x;
  }
  uint16_t Status(const std::string& target, const FakeFields& fields = {}) {
    return Ask(target, fields)->status;
  }
  std::string Body(const std::string& target) { return Ask(target)->body; }
  // A second without requests on this worker.
  bool Tick() { return h1_static_tick(files, worker, now_ms += 1000); }
  // Long enough for everything to be looked at again.
  void Wait() { now_ms += 1001; }

  std::string root;
  h1_static_options options;
  h1_static* files = nullptr;
  int64_t now_s;
  uint64_t now_ms = 1000000;
  unsigned worker = 0;
  size_t mount = 0;  // which folder requests go to
  h1_static_folder folder;

 private:
  std::string top_;
};

#endif
