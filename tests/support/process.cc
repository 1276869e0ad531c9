#include "tests/support/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

extern char** environ;

namespace h1_test {
namespace {

// An option in the environment of whoever runs the tests must not change what
// they test.
bool Inherited(const std::string& entry) {
  return !absl::StartsWith(entry, "H1_HTTPD_") &&
         !absl::StartsWith(entry, "BUILD_WORK");
}

std::vector<std::string> EnvironmentOf(const Command& command) {
  std::vector<std::string> env;
  for (char** e = environ; *e != nullptr; e++) {
    const std::string entry = *e;
    const std::string name = entry.substr(0, entry.find('=') + 1);
    bool replaced = false;
    for (const auto& [key, value] : command.env) {
      replaced = replaced || name == key + "=";
    }
    if (!replaced && Inherited(entry)) env.push_back(entry);
  }
  for (const auto& [key, value] : command.env) {
    env.push_back(absl::StrCat(key, "=", value));
  }
  return env;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) {
    pointers.push_back(const_cast<char*>(s.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// A process that may not change its root may do so as the owner of a user
// namespace of its own, where the system allows those.
bool EnterRoot(const char* root) {
  if (chroot(root) != 0 && (unshare(CLONE_NEWUSER) != 0 || chroot(root) != 0)) {
    return false;
  }
  return chdir("/") == 0;
}

// Between fork and exec: only calls that are safe after a fork in a process
// with threads.
[[noreturn]] void Exec(const Command& command, char** argv, char** env, int out,
                       int err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(out, 1);
  dup2(err, 2);
  if (command.descriptors != 0) {
    const rlimit limit = {command.descriptors, command.descriptors};
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (!command.dir.empty() && chdir(command.dir.c_str()) != 0) _exit(126);
  if (!command.root.empty() && !EnterRoot(command.root.c_str())) {
    _exit(kNoRoot);
  }
  signal(SIGPIPE, SIG_DFL);
  if (command.pending_signal != 0) {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, command.pending_signal);
    sigprocmask(SIG_BLOCK, &blocked, nullptr);
    raise(command.pending_signal);
  }
  if (command.prepare != nullptr) command.prepare();
  execve(argv[0], argv, env);
  _exit(127);
}

int OpenForWriting(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

std::string ProcFile(pid_t pid, const char* name) {
  return absl::StrCat("/proc/", pid, "/", name);
}

}  // namespace

bool WaitUntil(const std::function<bool()>& done, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (!done()) {
    if (Clock::now() >= deadline) return done();
    std::this_thread::sleep_for(Milliseconds(2));
  }
  return true;
}

bool LongRun() { return getenv("H1_LONG_TESTS") != nullptr; }

int64_t MsSince(Clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - start).count();
}

void Sleep(int ms) { std::this_thread::sleep_for(Milliseconds(ms)); }

std::string Numbers(size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; i++) absl::StrAppend(&text, i, "\n");
  text.resize(size);
  return text;
}

std::string ReadFileText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TempDir::TempDir() {
  // Paths of unix sockets end at 107 bytes, and a test's own folder in a
  // sandbox can be longer than that by itself.
  constexpr size_t kLongest = 60;
  const char* own = getenv("TEST_TMPDIR");
  const bool usable = own != nullptr && strlen(own) <= kLongest;
  std::string name = absl::StrCat(usable ? own : "/tmp", "/h1XXXXXX");
  if (mkdtemp(name.data()) == nullptr) {
    perror("mkdtemp");
    abort();
  }
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TempDir::Write(const std::string& name, const std::string& bytes) const {
  const std::filesystem::path path = File(name);
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes;
  out.close();
  ASSERT_TRUE(out.good()) << path;
}

void TempDir::MakeDir(const std::string& name) const {
  std::filesystem::create_directories(File(name));
}

void TempDir::Symlink(const std::string& name,
                      const std::string& target) const {
  ASSERT_EQ(symlink(target.c_str(), File(name).c_str()), 0) << name;
}

void TempDir::Fifo(const std::string& name) const {
  ASSERT_EQ(mkfifo(File(name).c_str(), 0600), 0) << name;
}

void TempDir::SetModified(const std::string& name, int64_t seconds) const {
  const timespec times[2] = {{seconds, 0}, {seconds, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, File(name).c_str(), times, 0), 0) << name;
}

Process::Process(const Command& command) {
  const std::vector<std::string> env = EnvironmentOf(command);
  std::vector<char*> env_pointers = Pointers(env);
  std::vector<char*> argv = Pointers(command.argv);
  const int out = OpenForWriting(dir_.File("out"));
  const int err = OpenForWriting(dir_.File("err"));
  pid_ = fork();
  if (pid_ == 0) Exec(command, argv.data(), env_pointers.data(), out, err);
  close(out);
  close(err);
  EXPECT_GT(pid_, 0) << "fork: " << strerror(errno);
}

Process::~Process() {
  if (pid_ <= 0 || exit_.has_value()) return;
  kill(pid_, SIGKILL);
  kill(pid_, SIGCONT);
  Wait();
}

void Process::Signal(int number) const {
  if (pid_ > 0 && !exit_.has_value()) kill(pid_, number);
}

std::optional<int> Process::Wait(Milliseconds limit) {
  WaitUntil(
      [this] {
        if (exit_.has_value() || pid_ <= 0) return true;
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        exit_ =
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return true;
      },
      limit);
  return exit_;
}

bool Process::Says(const std::string& text) const {
  return WaitUntil([&] { return Err().find(text) != std::string::npos; });
}

int64_t Process::CpuMs() const {
  const std::string stat = ReadFileText(ProcFile(pid_, "stat"));
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return -1;
  const std::vector<std::string> parts =
      absl::StrSplit(stat.substr(name_end + 2), ' ');
  int64_t user = 0, system = 0;
  if (parts.size() < 13 || !absl::SimpleAtoi(parts[11], &user) ||
      !absl::SimpleAtoi(parts[12], &system)) {
    return -1;
  }
  return (user + system) * 1000 / sysconf(_SC_CLK_TCK);
}

int64_t Process::ResidentKib() const {
  for (absl::string_view line :
       absl::StrSplit(ReadFileText(ProcFile(pid_, "status")), '\n')) {
    if (!absl::StartsWith(line, "VmRSS:")) continue;
    const std::vector<absl::string_view> parts =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int64_t kib = -1;
    if (parts.size() == 3 && absl::SimpleAtoi(parts[1], &kib)) return kib;
  }
  return -1;
}

size_t Process::DescriptorCount() const {
  DIR* dir = opendir(ProcFile(pid_, "fd").c_str());
  if (dir == nullptr) return 0;
  size_t count = 0;
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] != '.') count++;
  }
  closedir(dir);
  return count;
}

Finished RunProgram(const Command& command, Milliseconds limit) {
  Process process(command);
  Finished finished;
  finished.exit = process.Wait(limit).value_or(-1);
  finished.out = process.Out();
  finished.err = process.Err();
  return finished;
}

std::string FindProgram(const std::string& name) {
  const char* path = getenv("PATH");
  // The system's own come first: what a version manager puts in front may need
  // a home folder, which a sandbox does not have.
  const std::string folders = absl::StrCat("/usr/bin:/bin:/usr/local/bin:",
                                           path != nullptr ? path : "");
  for (absl::string_view folder : absl::StrSplit(folders, ':')) {
    const std::string file = absl::StrCat(folder, "/", name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

void RaiseDescriptorLimit() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace h1_test
