// The thread that writes the access log, and what workers hand to it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/log/log.h"
#include "server/log/test_entry.h"

namespace h1_test {
namespace {

class LogTest : public testing::Test {
 protected:
  LogTest() {
    const char* dir = getenv("TEST_TMPDIR");
    dir_ = std::string(dir == nullptr ? "/tmp" : dir) + "/log.XXXXXX";
    EXPECT_NE(mkdtemp(dir_.data()), nullptr);
    path_ = dir_ + "/access";
  }
  ~LogTest() override {
    for (const std::string& name : {path_, path_ + ".1"}) unlink(name.c_str());
    rmdir(dir_.c_str());
  }
  h1_log* Start(const std::string& target, unsigned workers = 1,
                h1_log_format format = H1_LOG_JSON) {
    h1_log* log = h1_log_start(target.c_str(), format, workers, message_);
    EXPECT_NE(log, nullptr) << message_;
    return log;
  }
  static std::vector<std::string> Lines(const std::string& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  // Polls: how long the thread takes is not what is tested.
  static bool WaitForLines(const std::string& path, size_t count) {
    for (int i = 0; i < 2000; i++) {
      if (Lines(path).size() >= count) return true;
      usleep(5000);
    }
    return false;
  }

  std::string dir_, path_;
  char message_[256];
};

TEST_F(LogTest, StoppingWritesWhatIsThere) {
  h1_log* log = Start(path_);
  EXPECT_TRUE(h1_log_enabled(log));
  Entry entry;
  for (int i = 0; i < 100; i++) {
    entry.e.bytes = static_cast<uint64_t>(i);
    EXPECT_TRUE(h1_log_write(log, 0, entry.get()));
  }
  h1_log_stop(log);
  std::vector<std::string> lines = Lines(path_);
  ASSERT_EQ(lines.size(), 100u);
  for (size_t i = 0; i < 100; i++) {
    EXPECT_EQ(Json(lines[i])["bytes"], std::to_string(i));
  }
  struct stat st;
  ASSERT_EQ(stat(path_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777 & ~0640u, 0u);
}

TEST_F(LogTest, LinesAreWrittenWithoutStopping) {
  h1_log* log = Start(path_);
  Entry entry;
  h1_log_write(log, 0, entry.get());
  EXPECT_TRUE(WaitForLines(path_, 1));
  h1_log_write(log, 0, entry.get());
  EXPECT_TRUE(WaitForLines(path_, 2));
  h1_log_stop(log);
}

TEST_F(LogTest, AFileIsAppendedTo) {
  std::ofstream(path_) << "old\n";
  h1_log* log = Start(path_);
  Entry entry;
  h1_log_write(log, 0, entry.get());
  h1_log_stop(log);
  ASSERT_EQ(Lines(path_).size(), 2u);
  EXPECT_EQ(Lines(path_)[0], "old");
}

TEST_F(LogTest, WorkersWriteAtOnceAndEveryLineStaysWhole) {
  constexpr unsigned kWorkers = 3;
  constexpr int kLines = 20000;
  h1_log* log = Start(path_, kWorkers);
  std::vector<size_t> written(kWorkers);
  std::vector<std::thread> threads;
  for (unsigned w = 0; w < kWorkers; w++) {
    threads.emplace_back([&, w] {
      Entry entry;
      entry.e.status = static_cast<uint16_t>(w);
      for (int i = 0; i < kLines; i++) {
        entry.target = "/" + std::string(static_cast<size_t>(i % 300), 'a');
        entry.e.bytes = written[w];
        if (h1_log_write(log, w, entry.get())) written[w]++;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  h1_log_stop(log);
  std::vector<size_t> seen(kWorkers);
  for (const std::string& line : Lines(path_)) {
    auto values = Json(line);
    size_t w = std::stoul(values["status"]);
    ASSERT_LT(w, kWorkers);
    // In order, none lost, none twice.
    EXPECT_EQ(values["bytes"], std::to_string(seen[w]));
    seen[w]++;
  }
  EXPECT_EQ(seen, written);
  for (size_t n : written) EXPECT_GT(n, 0u);
}

TEST_F(LogTest, AFullRingDropsAndSaysSo) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  // Nobody reads: after the pipe is full the ring fills.
  std::string target = "/proc/self/fd/" + std::to_string(ends[1]);
  h1_log* log = Start(target);
  Entry entry;
  entry.target = std::string(1000, 'a');
  size_t accepted = 0;
  while (h1_log_write(log, 0, entry.get()) && accepted < 1000000) accepted++;
  EXPECT_LT(accepted, 1000000u);
  // Now someone does: what was accepted arrives, whole and in full.
  std::string got;
  std::thread reader([&] {
    char buffer[65536];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
      got.append(buffer, static_cast<size_t>(n));
    }
  });
  h1_log_stop(log);
  close(ends[1]);
  reader.join();
  close(ends[0]);
  std::istringstream in(got);
  size_t lines = 0;
  for (std::string line; std::getline(in, line); lines++) Json(line);
  EXPECT_EQ(lines, accepted);
}

TEST_F(LogTest, StoppingGivesUpOnAReaderThatTakesNothing) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  h1_log* log = Start("/proc/self/fd/" + std::to_string(ends[1]));
  Entry entry;
  uint64_t written = 0;
  while (h1_log_write(log, 0, entry.get())) written++;
  h1_log_finish(log);  // returns
  std::string read(1 << 20, 0);
  ASSERT_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  const ssize_t n = ::read(ends[0], &read[0], read.size());
  ASSERT_GT(n, 0);
  read.resize(static_cast<size_t>(n));
  const auto arrived = std::count(read.begin(), read.end(), '\n');
  EXPECT_EQ(h1_log_lost(log) + static_cast<uint64_t>(arrived), written)
      << "every line has arrived or counts as lost";
  h1_log_stop(log);
  close(ends[0]);
  close(ends[1]);
}

TEST_F(LogTest, AReaderThatLeftCostsLinesNotTheProcess) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  h1_log* log = Start("/proc/self/fd/" + std::to_string(ends[1]));
  close(ends[0]);
  testing::internal::CaptureStderr();
  Entry entry;
  for (int i = 0; i < 3; i++) {
    uint64_t before = h1_log_lost(log);
    EXPECT_TRUE(h1_log_write(log, 0, entry.get()));
    while (h1_log_lost(log) == before) usleep(1000);
  }
  h1_log_stop(log);
  close(ends[1]);
  std::string report = testing::internal::GetCapturedStderr();
  // Three errors, one report.
  EXPECT_NE(report.find("lines are lost: Broken pipe\n"), std::string::npos);
  EXPECT_EQ(report.find('\n'), report.size() - 1) << report;
}

TEST_F(LogTest, AFullDiskCostsLinesNotTheProcess) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  testing::internal::CaptureStderr();
  h1_log* log = Start("/dev/full");
  Entry entry;
  EXPECT_TRUE(h1_log_write(log, 0, entry.get()));
  while (h1_log_lost(log) == 0) usleep(1000);
  h1_log_stop(log);
  EXPECT_NE(testing::internal::GetCapturedStderr().find(
                "/dev/full: lines are lost: No space left on device"),
            std::string::npos);
}

TEST_F(LogTest, ALineCutByAnErrorDoesNotRunIntoTheNext) {
  // The file may grow to 1000 bytes: some line is cut there. Its rest is lost;
  // after the limit is lifted the next line starts on its own.
  signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = {1000, before.rlim_max};
  h1_log* log = Start(path_);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  testing::internal::CaptureStderr();
  Entry entry;
  for (int i = 0; i < 10; i++) h1_log_write(log, 0, entry.get());
  while (h1_log_lost(log) == 0) usleep(1000);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  entry.target = "/after";
  EXPECT_TRUE(h1_log_write(log, 0, entry.get()));
  h1_log_stop(log);
  testing::internal::GetCapturedStderr();
  std::vector<std::string> lines = Lines(path_);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(Json(lines.back())["path"], "'/after'");
}

TEST_F(LogTest, ReopeningFollowsThePath) {
  h1_log* log = Start(path_);
  Entry entry;
  h1_log_write(log, 0, entry.get());
  ASSERT_TRUE(WaitForLines(path_, 1));
  ASSERT_EQ(rename(path_.c_str(), (path_ + ".1").c_str()), 0);
  h1_log_reopen(log);
  for (int i = 0; i < 2000 && access(path_.c_str(), F_OK) != 0; i++) {
    usleep(5000);
  }
  entry.target = "/new";
  h1_log_write(log, 0, entry.get());
  h1_log_stop(log);
  EXPECT_EQ(Lines(path_ + ".1").size(), 1u);
  ASSERT_EQ(Lines(path_).size(), 1u);
  EXPECT_EQ(Json(Lines(path_)[0])["path"], "'/new'");
}

// The thread waits for a pipe that nobody reads, and hears it all the same.
TEST_F(LogTest, ReopeningWorksWhileThePipeIsFull) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const int reader = open(path_.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  h1_log* log = Start(path_);
  Entry entry;
  uint64_t written = 0;
  while (h1_log_write(log, 0, entry.get())) written++;
  for (int held = 0; held < 50000; usleep(1000)) {
    ASSERT_EQ(ioctl(reader, FIONREAD, &held), 0);
  }
  ASSERT_EQ(unlink(path_.c_str()), 0);
  h1_log_reopen(log);
  h1_log_finish(log);
  std::string piped(1 << 20, 0);
  const ssize_t n = read(reader, &piped[0], piped.size());
  ASSERT_GT(n, 0);
  piped.resize(static_cast<size_t>(n));
  const auto first = std::count(piped.begin(), piped.end(), '\n');
  const std::vector<std::string> lines = Lines(path_);
  for (const std::string& line : lines) Json(line);
  EXPECT_EQ(static_cast<uint64_t>(first) + lines.size() + h1_log_lost(log),
            written);
  EXPECT_EQ(h1_log_lost(log), 0u);
  h1_log_stop(log);
  close(reader);
}

TEST_F(LogTest, FailingToReopenKeepsTheOldFile) {
  h1_log* log = Start(path_);
  std::string away = dir_ + ".away";
  ASSERT_EQ(rename(dir_.c_str(), away.c_str()), 0);
  testing::internal::CaptureStderr();
  h1_log_reopen(log);
  Entry entry;
  h1_log_write(log, 0, entry.get());
  h1_log_stop(log);
  std::string report = testing::internal::GetCapturedStderr();
  ASSERT_EQ(rename(away.c_str(), dir_.c_str()), 0);
  EXPECT_NE(report.find("cannot reopen: No such file or directory"),
            std::string::npos)
      << report;
  EXPECT_EQ(Lines(path_).size(), 1u);
}

TEST_F(LogTest, OffWritesNothingAndDropsNothing) {
  h1_log* log = Start("off", 4);
  EXPECT_FALSE(h1_log_enabled(log));
  Entry entry;
  for (int i = 0; i < 100000; i++) {
    ASSERT_TRUE(h1_log_write(log, 3, entry.get()));
  }
  h1_log_reopen(log);
  EXPECT_EQ(h1_log_lost(log), 0u);
  h1_log_stop(log);
}

TEST_F(LogTest, WhatCannotBeOpenedIsToldAtStart) {
  const std::pair<std::string, const char*> cases[] = {
      {dir_ + "/none/x", "No such file or directory"},
      {dir_, "Is a directory"},
      {std::string(5000, 'x'), "File name too long"},
  };
  for (const auto& [target, cause] : cases) {
    EXPECT_EQ(h1_log_start(target.c_str(), H1_LOG_JSON, 1, message_), nullptr);
    EXPECT_NE(std::string(message_).find(cause), std::string::npos) << message_;
  }
  // A FIFO that nobody reads must not hold up the start.
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(h1_log_start(path_.c_str(), H1_LOG_JSON, 1, message_), nullptr);
}

TEST_F(LogTest, DashIsStandardOutput) {
  testing::internal::CaptureStdout();
  h1_log* log = Start("-", 1, H1_LOG_COMBINED);
  Entry entry;
  h1_log_write(log, 0, entry.get());
  h1_log_reopen(log);
  h1_log_stop(log);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            Format(H1_LOG_COMBINED, entry));
}

TEST_F(LogTest, ItsThreadTakesNoSignals) {
  h1_log* log = Start(path_);
  // Blocked here, so only a thread without the mask could be killed by it.
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &term, &before), 0);
  ASSERT_EQ(kill(getpid(), SIGTERM), 0);
  int got = 0;
  ASSERT_EQ(sigwait(&term, &got), 0);
  EXPECT_EQ(got, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
  h1_log_stop(log);
}

TEST(LogMemory, GrowsByOneRingAWorker) {
  uint64_t ring = h1_log_memory(2) - h1_log_memory(1);
  EXPECT_GE(ring, 256u * 1024);
  EXPECT_EQ(h1_log_memory(256) - h1_log_memory(0), 256 * ring);
}

}  // namespace
}  // namespace h1_test
