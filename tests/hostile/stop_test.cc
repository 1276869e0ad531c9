// A stop when the system has little to give: what it needs exists since the
// start, so it works where nothing new can be had.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/support/client.h"
#include "tests/support/faults.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// The library of faults: beside the test, or where the environment says.
std::string FaultsLibrary() {
  const char* path = getenv("H1_FAULTS_LIBRARY");
  return path != nullptr ? path : DataFile("tests/support/faults.so");
}

Environment Faults(const std::string& name, int value) {
  return {{"LD_PRELOAD", FaultsLibrary()}, {name, absl::StrCat(value)}};
}

// How many threads the process has beside its first.
int ThreadsMade(pid_t pid) {
  for (absl::string_view line : absl::StrSplit(
           ReadFileText(absl::StrCat("/proc/", pid, "/status")), '\n')) {
    int count = 0;
    if (absl::ConsumePrefix(&line, "Threads:") &&
        absl::SimpleAtoi(line, &count)) {
      return count - 1;
    }
  }
  return -1;
}

class StopWithFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (ServerIsSanitized()) {
      GTEST_SKIP() << "a sanitizer brings its own pthread_create and free";
    }
    ASSERT_EQ(access(FaultsLibrary().c_str(), R_OK), 0) << FaultsLibrary();
  }
  Args WithLog() { return {"--access-log", logs_.File("log")}; }

  TempDir logs_;
};

TEST_F(StopWithFaults, AThreadThatCannotBeMadeFailsTheStartAndNeverTheStop) {
  int needed = 0;
  {
    Server server(WithLog());
    needed = ThreadsMade(server.process().pid());
  }
  ASSERT_GT(needed, 3) << "two workers, the lane, the log, the acceptor";
  for (int threads = 0; threads < needed; threads++) {
    Command command;
    command.argv = {
        ServerBinary(), "--listen",   "127.0.0.1:0",  "--workers",      "2",
        "--root",       logs_.path(), "--access-log", logs_.File("log")};
    command.env = Faults(H1_FAULTS_THREADS, threads);
    const Finished done = RunProgram(command);
    EXPECT_EQ(done.exit, 1) << threads << " threads: " << done.err;
    EXPECT_TRUE(absl::StrContains(done.err, "temporarily unavailable"))
        << threads << " threads: " << done.err;
  }

  Server server(WithLog(), Faults(H1_FAULTS_THREADS, needed));
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"));
  ASSERT_EQ(server.Connect().Get("/").status, 200);
  server.process().Signal(SIGTERM);
  ASSERT_TRUE(WaitUntil([&] { return !server.Connect().Connected(); }));
  ASSERT_TRUE(client.Send("world"));
  EXPECT_EQ(client.Read("POST").body, "helloworld");
  server.ExpectExit(0);
}

// Log rotation and the end of the process know nothing of each other.
TEST_F(StopWithFaults, AHupWhileTheServerEndsTouchesNothingThatIsFreed) {
  Server server(WithLog(), Faults(H1_FAULTS_SLOW_FREE_MS, 60));
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  server.process().Signal(SIGTERM);
  while (server.process().Running()) server.process().Signal(SIGHUP);
  server.ExpectExit(0);
}

// ---- with nothing but the C library ----

// The path of the dynamic loader that this program asks for, as the server,
// which the same compiler built, does.
std::string LoaderPath() {
  std::string path;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        for (size_t i = 0; i < info->dlpi_phnum; i++) {
          if (info->dlpi_phdr[i].p_type != PT_INTERP) continue;
          *static_cast<std::string*>(out) = reinterpret_cast<const char*>(
              info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        }
        return 1;  // The first is the program itself.
      },
      &path);
  return path;
}

std::string LibcPath() {
  void* libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  link_map* map = nullptr;
  if (libc == nullptr || dlinfo(libc, RTLD_DI_LINKMAP, &map) != 0) return "";
  return map->l_name;
}

void CopyInto(const TempDir& root, const std::string& file,
              const std::string& name) {
  root.Write(name, "");
  std::error_code error;
  std::filesystem::copy_file(file, root.path() + name,
                             std::filesystem::copy_options::overwrite_existing,
                             error);
  ASSERT_FALSE(error) << file << ": " << error.message();
  ASSERT_EQ(chmod((root.path() + name).c_str(), 0755), 0);
}

// An image made of the server, the loader and libc: what the C library loads
// only when it is needed, libgcc_s for pthread_cancel above all, is not there.
class StopWithLibcAlone : public testing::Test {
 protected:
  void SetUp() override {
    if (ServerIsSanitized()) GTEST_SKIP() << "a sanitizer needs more than libc";
    CopyInto(root_, ServerBinary(), "/httpd");
    CopyInto(root_, LoaderPath(), LoaderPath());
    CopyInto(root_, LibcPath(), LibcPath());
    root_.Write("/site/index.html", "served");
    Command version = command_;
    version.argv = {"/httpd", "--version"};
    const Finished done = RunProgram(version);
    if (done.exit == kNoRoot) {
      GTEST_SKIP() << "neither chroot nor a user namespace is allowed here";
    }
    ASSERT_EQ(done.exit, 0) << "libc is not all it needs: " << done.err;
    process_ = std::make_unique<Process>(command_);
    ASSERT_TRUE(WaitUntil([&] { return Port() != 0; })) << process_->Err();
  }

  static Command Serve(const TempDir& root) {
    Command command;
    command.argv = {"/httpd", "--listen",        "127.0.0.1:0",
                    "--root", "/site",           "--access-log",
                    "/log",   "--drain-timeout", "20s"};
    command.root = root.path();
    return command;
  }

  int Port() {
    const std::string err = process_->Err();
    const size_t at = err.find("127.0.0.1:");
    const size_t end = err.find(';', at);
    int port = 0;
    if (at == std::string::npos || end == std::string::npos ||
        !absl::SimpleAtoi(err.substr(at + 10, end - at - 10), &port)) {
      return 0;
    }
    return port;
  }

  TempDir root_;
  Command command_ = Serve(root_);
  std::unique_ptr<Process> process_;
};

TEST_F(StopWithLibcAlone, ADrainEndsWell) {
  Client client(Port());
  EXPECT_EQ(client.Get("/static/index.html").body, "served");
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\n"));
  ASSERT_EQ(Client(Port()).Get("/").status, 200);
  process_->Signal(SIGHUP);
  process_->Signal(SIGTERM);
  ASSERT_TRUE(WaitUntil([&] { return !Client(Port()).Connected(); }));
  ASSERT_TRUE(client.Send("Host: a\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(process_->Wait().value_or(-1), 0) << process_->Err();
}

TEST_F(StopWithLibcAlone, ASecondSignalEndsWithItsOwnCode) {
  Client client(Port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\n"));
  ASSERT_EQ(Client(Port()).Get("/").status, 200);
  process_->Signal(SIGTERM);
  ASSERT_TRUE(WaitUntil([&] { return !Client(Port()).Connected(); }));
  Sleep(1100);
  process_->Signal(SIGTERM);
  EXPECT_EQ(process_->Wait().value_or(-1), 5) << process_->Err();
}

}  // namespace
}  // namespace h1_test
