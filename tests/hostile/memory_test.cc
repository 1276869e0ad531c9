// Memory is decided at start: after it, no request makes the server call the
// allocator, and idle connections cost next to nothing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/malloc_counter.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// The counter's shared library: beside the test, or where the environment says.
std::string CounterLibrary() {
  const char* path = getenv("H1_MALLOC_COUNTER");
  return path != nullptr ? path : DataFile("tests/support/malloc_counter.so");
}

// The file that the library counts into.
class Counter {
 public:
  Counter() {
    dir_.Write("counter", std::string(sizeof(h1_malloc_counter), '\0'));
    const int fd = open(path().c_str(), O_RDWR);
    void* map =
        mmap(nullptr, sizeof(h1_malloc_counter), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (map != MAP_FAILED) shared_ = static_cast<h1_malloc_counter*>(map);
    EXPECT_NE(shared_, nullptr);
  }
  ~Counter() {
    if (shared_ != nullptr) munmap(shared_, sizeof *shared_);
  }
  std::string path() const { return dir_.File("counter"); }
  uint64_t calls() const {
    return __atomic_load_n(&shared_->calls, __ATOMIC_RELAXED);
  }

 private:
  TempDir dir_;
  h1_malloc_counter* shared_ = nullptr;
};

class NoAllocation : public testing::Test {
 protected:
  void SetUp() override {
    if (ServerIsSanitized()) {
      GTEST_SKIP() << "a sanitizer brings its own allocator";
    }
    ASSERT_EQ(access(CounterLibrary().c_str(), R_OK), 0) << CounterLibrary();
    tree_.Write("a.txt", "a small file\n");
    tree_.Write("large.bin", std::string(3 << 20, 'x'));
    tree_.Write("folder/index.html", "<p>index");
    server_ = std::make_unique<Server>(
        Args{"--root", tree_.path(), "--access-log", tree_.File("log"),
             "--header-timeout", "300ms"},
        Environment{{"LD_PRELOAD", CounterLibrary()},
                    {H1_MALLOC_COUNTER_FILE, counter_.path()}});
    // If nothing was counted while it started, nothing is counted at all.
    ASSERT_GT(counter_.calls(), 0u) << "the counter is not loaded";
  }

  // One of everything.
  void Round() {
    Client client = server_->Connect();
    for (const char* path :
         {"/", "/stream", "/_health", "/_metrics",
          "/_metrics?format=prometheus", "/static/a.txt", "/static/large.bin",
          "/static/folder", "/static/folder/", "/static/none", "/nope",
          "/a/../%2e/"}) {
      EXPECT_GT(client.Get(path).status, 0) << path;
    }
    EXPECT_EQ(
        client.Get("/static/large.bin", "Range: bytes=5-9,100-200\r\n").status,
        206);
    const std::string body(300000, 'b');
    EXPECT_EQ(client.Exchange("POST", "/submit", "", body).status, 200);
    client.Send(ChunkedPost("/submit", body, 1000, "X: y\r\n"));
    EXPECT_EQ(client.Read("POST").status, 200);
    EXPECT_EQ(client.Exchange("HEAD", "/").status, 200);
    EXPECT_EQ(client.Exchange("OPTIONS", "/").status, 204);
    EXPECT_EQ(client.Exchange("DELETE", "/").status, 405);
    client.SendBytewise(GetBytes("/"));
    EXPECT_EQ(client.Read().status, 200);
    client.Send("GET / HTTP/1.1\nHost: a\r\n\r\n");
    EXPECT_EQ(client.Read().status, 400);

    Client abrupt = server_->Connect();
    abrupt.Send(GetBytes("/static/large.bin"));
    abrupt.Reset();
    Client closes = server_->Connect();
    EXPECT_EQ(closes.Get("/", "Connection: close\r\n").status, 200);
  }

  TempDir tree_;
  Counter counter_;
  std::unique_ptr<Server> server_;
};

TEST_F(NoAllocation, AfterStartFromTheFirstRequestOn) {
  // Whatever the start still had to do, it has done when the line is out.
  const uint64_t before = counter_.calls();
  Round();
  EXPECT_EQ(counter_.calls(), before) << "in the first round";
  for (int i = 0; i < (LongRun() ? 30 : 4); i++) Round();
  EXPECT_EQ(counter_.calls(), before) << "in later rounds";
}

TEST_F(NoAllocation, OverThousandsOfRequests) {
  const uint64_t before = counter_.calls();
  Client client = server_->Connect();
  for (int i = 0; i < 3000; i++) {
    ASSERT_EQ(client.Get(i % 3 == 0 ? "/static/a.txt" : "/").status, 200);
  }
  for (int i = 0; i < 500; i++) {
    Client fresh = server_->Connect();
    ASSERT_EQ(fresh.Get("/").status, 200);
  }
  EXPECT_EQ(counter_.calls(), before);
}

TEST_F(NoAllocation, WhenRequestsTimeOut) {
  const uint64_t before = counter_.calls();
  Client late = server_->Connect();
  ASSERT_TRUE(late.Send("GET /"));
  EXPECT_EQ(late.Read().status, 408);
  EXPECT_EQ(counter_.calls(), before);
}

// What 9,000 kept-alive connections take at both ends, and some air.
constexpr int kIdle = 9000;
constexpr rlim_t kDescriptors = kIdle + 1000;

// Whether this process may hold so many; the server inherits the limit.
bool RaiseDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur >= kDescriptors) return true;
  if (limit.rlim_max < kDescriptors) return false;
  limit.rlim_cur = kDescriptors;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

TEST(Resident, AnIdleConnectionCostsLessThan300Bytes) {
  if (ServerIsSanitized()) {
    GTEST_SKIP() << "a sanitizer adds memory of its own";
  }
  if (!RaiseDescriptorLimit()) {
    GTEST_SKIP() << "the limit of open files is below " << kDescriptors;
  }
  Server server({"--max-connections", "9500", "--workers", "1"});
  {
    // Touches what any first requests touch.
    std::vector<Client> warm;
    for (int i = 0; i < 50; i++) {
      warm.push_back(server.Connect());
      ASSERT_EQ(warm.back().Get("/").status, 200);
    }
  }
  const int64_t before = server.process().ResidentKib();
  std::vector<Client> idle;
  for (int i = 0; i < kIdle; i++) {
    idle.push_back(server.Connect());
    ASSERT_EQ(idle.back().Get("/").status, 200) << i;
  }
  const int64_t grown = server.process().ResidentKib() - before;
  EXPECT_LT(grown * 1024, kIdle * 300);
  std::cout << grown << " KiB for " << kIdle << " idle connections\n";
}

TEST(Resident, DoesNotGrowWithRequests) {
  if (ServerIsSanitized()) {
    GTEST_SKIP() << "a sanitizer adds memory of its own";
  }
  Server server;
  const std::string body(1 << 20, 'b');
  const auto round = [&] {
    for (int i = 0; i < 10; i++) {
      Client client = server.Connect();
      client.Send(RequestBytes("POST", "/submit", "", body));
      EXPECT_EQ(client.Read("POST").status, 200);
      for (int k = 0; k < 50; k++) EXPECT_EQ(client.Get("/").status, 200);
    }
  };
  round();
  round();
  const int64_t before = server.process().ResidentKib();
  for (int i = 0; i < 5; i++) round();
  EXPECT_LT(server.process().ResidentKib() - before, 1024);
}

TEST(MemoryBound, IsInTheStartLineAndHeldByTheProcess) {
  if (ServerIsSanitized()) {
    GTEST_SKIP() << "a sanitizer adds memory of its own";
  }
  Server server({"--buffer-memory", "4M", "--max-connections", "64",
                 "--body-timeout", "1s"});
  const std::string line = server.start_line();
  const size_t at = line.find("memory bound ");
  ASSERT_NE(at, std::string::npos) << line;
  const std::string rest = line.substr(at + 13);
  int64_t mib = 0;
  ASSERT_TRUE(absl::SimpleAtoi(rest.substr(0, rest.find(' ')), &mib)) << line;
  ASSERT_TRUE(absl::EndsWith(line, " MiB")) << line;
  std::vector<Client> clients;
  for (int i = 0; i < 60; i++) {
    clients.push_back(server.Connect());
    clients.back().SendSome(
        ChunkedPost("/submit", std::string(500000, 'x'), 30000));
  }
  for (Client& client : clients) client.Read("POST");
  // The bound is of our memory; code and the C library come on top.
  EXPECT_LT(server.process().ResidentKib(), (mib + 16) * 1024);
}

TEST(MemoryBound, AboveMaxMemoryTheServerDoesNotStart) {
  Command command;
  TempDir root;
  command.argv = {ServerBinary(), "--listen",     "127.0.0.1:0", "--root",
                  root.path(),    "--max-memory", "1M"};
  const Finished done = RunProgram(command);
  EXPECT_TRUE(done.exit == 1 || done.exit == 2) << done.exit;
  EXPECT_TRUE(absl::StrContains(done.err, "max-memory")) << done.err;
}

}  // namespace
}  // namespace h1_test
