// Child processes of the black-box tests: programs run to their end, and
// programs that run until they are told to stop. Every wait has a deadline, and
// a child dies with the test that started it.
#ifndef H1_TESTS_SUPPORT_PROCESS_H_
#define H1_TESTS_SUPPORT_PROCESS_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace h1_test {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

// How long anything may take before a test gives up on it. Generous: two busy
// cores, a sanitized server and other tests beside this one.
constexpr Milliseconds kPatience{20000};

// Calls `done` every few milliseconds until it is true or `limit` has passed;
// returns its last value.
bool WaitUntil(const std::function<bool()>& done,
               Milliseconds limit = kPatience);

// Whether all rows are asked for, however long they take: H1_LONG_TESTS is in
// the environment, as in the nightly run.
bool LongRun();

// Timers may be coarse, but not by more than this.
constexpr int64_t kGrainMs = 120;

int64_t MsSince(Clock::time_point start);
void Sleep(int ms);

// Numbers, one a line, cut to `size` bytes: no two places look alike.
std::string Numbers(size_t size);

// Empty when the file cannot be read.
std::string ReadFileText(const std::string& path);

// A folder of its own that is removed in the end: below the one that Bazel
// gives a test, or below /tmp where that one's path is too long for sockets.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

  // Paths below the folder; parents are created.
  void Write(const std::string& name, const std::string& bytes) const;
  void MakeDir(const std::string& name) const;
  void Symlink(const std::string& name, const std::string& target) const;
  void Fifo(const std::string& name) const;
  // Sets the modification time, in seconds since 1970.
  void SetModified(const std::string& name, int64_t seconds) const;

 private:
  std::string path_;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

constexpr int kNoRoot = 125;

struct Command {
  std::vector<std::string> argv;  // argv[0] holds a slash
  Environment env;  // added to this process's own, less our options in it
  std::string dir;  // where it starts; empty: here
  rlim_t descriptors = 0;  // RLIMIT_NOFILE, hard and soft; 0: as here
  // All that it sees of the file system; argv[0] is a path in it. Empty: as
  // here. Whoever may not give it one exits with kNoRoot.
  std::string root = {};
  // Called right before the program begins, with only calls that are safe after
  // a fork; nullptr: nothing.
  void (*prepare)() = nullptr;
  // Sent to itself, blocked, before the program begins; 0: none.
  int pending_signal = 0;
};

// A running child whose standard output and error go to files.
class Process {
 public:
  explicit Process(const Command& command);
  ~Process();  // kills it when it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int number) const;
  // The exit status, 128 + n when signal n ended it; nothing when it still
  // runs after `limit`.
  std::optional<int> Wait(Milliseconds limit = kPatience);
  bool Running() { return !Wait(Milliseconds(0)).has_value(); }

  std::string Out() const { return ReadFileText(dir_.File("out")); }
  std::string Err() const { return ReadFileText(dir_.File("err")); }
  // Whether that text is on its standard error, now or soon.
  bool Says(const std::string& text) const;

  // User and system time taken so far, in milliseconds.
  int64_t CpuMs() const;
  // Resident memory in KiB, from the kernel.
  int64_t ResidentKib() const;
  // Open descriptors.
  size_t DescriptorCount() const;

 private:
  TempDir dir_;
  pid_t pid_ = -1;
  std::optional<int> exit_;
};

struct Finished {
  int exit = -1;  // as Process::Wait; -1: it did not end in time
  std::string out, err;
};
Finished RunProgram(const Command& command, Milliseconds limit = kPatience);

// Full path of a program found in PATH or the usual folders; empty if none.
std::string FindProgram(const std::string& name);

// Lets this process hold thousands of sockets.
void RaiseDescriptorLimit();

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_PROCESS_H_
