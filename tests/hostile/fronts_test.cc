// Three servers with default options after HAProxy and nginx, by the files of
// tools/release/deploy as they are: the addresses in them are all of a network
// that this process makes for itself.
//
//   tests/hostile/fronts     runs it; bazel test //... does not
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kClients = 12, kServers = 3, kFrontPort = 80;

// What each file promises.
struct Front {
  const char *program, *file;
  int rejoin_ms;     // after a start: until the server is in rotation again
  int hang_ms;       // until a server that hangs is out
  int slow_at_most;  // requests that may try it after that, in two seconds
};
const Front kFronts[] = {
    {"haproxy", "haproxy.cfg", 1500, 3000, 0},
    {"nginx", "nginx.conf", 6000, 11000, 1},
};

// A network of its own, with nothing but a loopback.
bool EnterNetwork() {
  static const bool entered = [] {
    if (unshare(CLONE_NEWNET) != 0) return false;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request = {};
    memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    close(fd);
    return up;
  }();
  return entered;
}

// What clients have seen.
struct Tally {
  std::atomic<int> answered{0}, lost{0}, slow{0};
  std::atomic<bool> stop{false};
  std::mutex lock;
  std::string first;  // of what was lost; guarded by lock

  void Count(const Response& r, bool good, int64_t ms) {
    if (ms >= 1000) slow++;
    if (good) {
      answered++;
      return;
    }
    const std::lock_guard<std::mutex> held(lock);
    if (lost++ == 0) first = absl::StrCat(r.status, " ", r.problem, r.head);
  }
};

// Takes another connection after so many requests; a third of them are posts.
void Ask(int requests, bool posts, Tally* tally) {
  const std::string post = RequestBytes("POST", "/submit", "", "echo this");
  while (!tally->stop) {
    Client client(kFrontPort);
    for (int i = 0; i < requests && !tally->stop; i++) {
      const bool echo = posts && i % 3 == 0;
      const auto begun = Clock::now();
      const bool sent = client.Send(echo ? post : GetBytes("/"));
      const Response r = client.Read(echo ? "POST" : "GET");
      const bool whole = sent && r.status == 200 &&
                         (echo ? r.body == "echo this" : !r.body.empty());
      tally->Count(r, whole, MsSince(begun));
      if (!whole || r.Closes()) break;
      Sleep(1);
    }
  }
}

class Fronts : public testing::TestWithParam<Front> {
 protected:
  void SetUp() override {
    if (!EnterNetwork()) {
      GTEST_SKIP() << "SKIPPED: a network of its own needs root";
    }
    std::string program = FindProgram(GetParam().program);
    if (program.empty()) {
      program = FindProgram(absl::StrCat("../sbin/", GetParam().program));
    }
    if (program.empty()) {
      GTEST_SKIP() << "SKIPPED: it needs the Debian package "
                   << GetParam().program;
    }
    Start(program);
  }

  void Start(const std::string& program) {
    for (int i = 0; i < kServers; i++) Serve(i);
    const std::string file =
        DataFile(absl::StrCat("tools/release/deploy/", GetParam().file));
    Command command;
    if (absl::StrContains(program, "nginx")) {
      command.argv = {program, "-p", dir_.path(), "-c", file};
    } else {
      command.argv = {program, "-db", "-f", file};
    }
    front_ = std::make_unique<Process>(command);
    ASSERT_TRUE(WaitUntil([&] {
      return Client(kFrontPort).Get("/").status == 200 || !front_->Running();
    })) << front_->Out()
        << front_->Err();
    ASSERT_TRUE(front_->Running()) << front_->Err();
  }

  void TearDown() override {
    // A master that is killed leaves its workers.
    if (front_ == nullptr) return;
    front_->Signal(SIGTERM);
    front_->Wait();
  }

  static std::string Address(int i) { return absl::StrCat("127.0.0.1", i + 1); }

  // With the default of everything that a stop depends on.
  void Serve(int i, const Args& more = {}) {
    Command command;
    command.argv = {ServerBinary(),
                    absl::StrCat("--listen=", Address(i), ":8080"),
                    "--workers=1", absl::StrCat("--root=", root_.path()),
                    "--access-log=off"};
    command.argv.insert(command.argv.end(), more.begin(), more.end());
    servers_[i] = std::make_unique<Process>(command);
    EXPECT_TRUE(WaitUntil([&] {
      return absl::StrContains(servers_[i]->Err(), "listening on") ||
             !servers_[i]->Running();
    })) << servers_[i]->Err();
  }

  bool IsHealthy(int i) {
    Command command;
    command.argv = {ServerBinary(), "--healthcheck",
                    absl::StrCat("--listen=", Address(i), ":8080")};
    return RunProgram(command).exit == 0;
  }

  void Begin(bool posts) {
    for (int t = 0; t < kClients; t++) {
      const int requests = t % 2 == 0 ? 200 : 2;
      clients_.emplace_back(
          [this, requests, posts] { Ask(requests, posts, &tally_); });
    }
  }
  void End() {
    tally_.stop = true;
    for (std::thread& client : clients_) client.join();
    clients_.clear();
    printf("%s: %d answered, %d lost, %d took a second or more\n",
           GetParam().program, tally_.answered.load(), tally_.lost.load(),
           tally_.slow.load());
  }

  TempDir root_, dir_;
  std::unique_ptr<Process> servers_[kServers], front_;
  Tally tally_;
  std::vector<std::thread> clients_;
};

TEST_P(Fronts, ARollingRestartLosesNothing) {
  Begin(true);
  for (int i = 0; i < kServers; i++) {
    Sleep(500);
    servers_[i]->Signal(SIGTERM);
    EXPECT_EQ(servers_[i]->Wait().value_or(-1), 0) << servers_[i]->Err();
    Serve(i);
    Sleep(GetParam().rejoin_ms);
  }
  End();
  EXPECT_GT(tally_.answered, 1000);
  EXPECT_EQ(tally_.lost, 0) << tally_.first;
}

// What was in progress on it is all that can be lost, and not even that when it
// may be repeated.
TEST_P(Fronts, AServerThatIsKilledTakesWithItWhatItHad) {
  Begin(false);
  Sleep(1000);
  servers_[1]->Signal(SIGKILL);
  servers_[1]->Wait();
  Sleep(1500);
  const int lost = tally_.lost;
  EXPECT_EQ(lost, 0) << tally_.first;
  Sleep(2000);
  Serve(1);
  Sleep(GetParam().rejoin_ms);
  End();
  EXPECT_EQ(tally_.lost, lost) << "it was known to be gone: " << tally_.first;
  EXPECT_GT(tally_.answered, 1000);
}

// Its kernel still takes connections, and nobody answers.
TEST_P(Fronts, AServerThatHangsIsTakenOut) {
  {
    Tally warm;
    std::vector<std::thread> clients;
    servers_[2]->Signal(SIGSTOP);
    for (int t = 0; t < 6; t++) {
      clients.emplace_back([&warm] { Ask(2, false, &warm); });
    }
    Sleep(GetParam().hang_ms);
    Begin(false);
    Sleep(2000);
    End();
    warm.stop = true;
    servers_[2]->Signal(SIGCONT);
    for (std::thread& client : clients) client.join();
  }
  EXPECT_GT(tally_.answered, 500);
  EXPECT_EQ(tally_.lost, 0) << tally_.first;
  EXPECT_LE(tally_.slow, GetParam().slow_at_most);
}

// A request from another address of this network, with a lie about it.
std::string AskFrom(const std::string& source) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in from = {}, to = {};
  from.sin_family = to.sin_family = AF_INET;
  to.sin_port = htons(kFrontPort);
  inet_pton(AF_INET, source.c_str(), &from.sin_addr);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from), 0);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  const std::string request =
      GetBytes("/", "Connection: close\r\nX-Forwarded-For: 192.0.2.66\r\n");
  EXPECT_GT(send(fd, request.data(), request.size(), MSG_NOSIGNAL), 0);
  std::string answer;
  char piece[4096];
  ssize_t n;
  while ((n = recv(fd, piece, sizeof piece, 0)) > 0) {
    answer.append(piece, static_cast<size_t>(n));
  }
  close(fd);
  return answer;
}

// The client's own address is in the log of whichever server it got, and what
// it says itself is not.
TEST_P(Fronts, TheLogHasTheClientsAddress) {
  for (int i = 0; i < kServers; i++) {
    servers_[i]->Signal(SIGKILL);
    servers_[i]->Wait();
    Serve(i,
          {absl::StrCat("--access-log=", dir_.File(absl::StrCat("log", i))),
           "--client-address=x-forwarded-for", "--trusted-proxy=127.0.0.1/32"});
  }
  Sleep(GetParam().rejoin_ms);
  EXPECT_TRUE(absl::StartsWith(AskFrom("127.0.0.77"), "HTTP/1.1 200 "));
  std::string log;
  EXPECT_TRUE(WaitUntil([&] {
    log.clear();
    for (int i = 0; i < kServers; i++) {
      log += ReadFileText(dir_.File(absl::StrCat("log", i)));
    }
    return absl::StrContains(log, "\"client\":\"127.0.0.77\"");
  })) << log;
  EXPECT_FALSE(absl::StrContains(log, "\"client\":\"192.0.2.66\"")) << log;
}

// An upload that goes on and on, past the front: it keeps its slot.
class Upload {
 public:
  explicit Upload(const std::string& address) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(8080);
    inet_pton(AF_INET, address.c_str(), &to.sin_addr);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    Send("POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n");
  }
  ~Upload() { close(fd_); }
  void Send(const std::string& bytes) const {
    EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

 private:
  int fd_;
};

// The servers' own 503 reaches the client, and none is taken for sick.
TEST_P(Fronts, WhenAllAreSaturatedClientsAreToldWhen) {
  std::vector<std::unique_ptr<Upload>> uploads;
  for (int i = 0; i < kServers; i++) {
    servers_[i]->Signal(SIGKILL);
    servers_[i]->Wait();
    Serve(i,
          {"--max-connections=2", "--queue-size=1", "--queue-timeout=100ms"});
  }
  Sleep(GetParam().rejoin_ms);
  ASSERT_EQ(Client(kFrontPort).Get("/").status, 200);
  for (int i = 0; i < 2 * kServers; i++) {
    uploads.push_back(std::make_unique<Upload>(Address(i / 2)));
  }
  std::atomic<bool> done{false};
  std::thread feeder([&] {
    for (int i = 0; i < 800 && !done; i++) {
      for (const auto& upload : uploads) upload->Send(std::string(1000, 'x'));
      Sleep(50);
    }
  });
  Sleep(500);
  for (int i = 0; i < 12; i++) {
    const Response r = Client(kFrontPort).Get("/");
    EXPECT_EQ(r.status, 503) << r;
    EXPECT_EQ(r.Field("Retry-After"), "1") << r;
    EXPECT_TRUE(IsHealthy(i % kServers)) << i;
  }
  done = true;
  feeder.join();
  uploads.clear();
  const auto begun = Clock::now();
  EXPECT_TRUE(
      WaitUntil([] { return Client(kFrontPort).Get("/").status == 200; }));
  EXPECT_LT(MsSince(begun), 1000) << "no server was taken out";
}

INSTANTIATE_TEST_SUITE_P(All, Fronts, testing::ValuesIn(kFronts),
                         [](const testing::TestParamInfo<Front>& info) {
                           return std::string(info.param.program);
                         });

}  // namespace
}  // namespace h1_test
