// A rolling restart: two servers with default options after Debian's HAProxy,
// restarted in turn while clients ask for more than they can answer. No request
// is lost.
//
//   bazel test //tests/hostile:restart_test                 a short one
//   tests/hostile/restart 400000                           until so many are
//   answered
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kClients = 16;

int FromEnvironment(const char* name, int otherwise) {
  const char* text = getenv(name);
  int value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

// A port that was free a moment ago.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t len = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), len), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &len);
  close(fd);
  return ntohs(address.sin_port);
}

// What the clients have seen.
struct Tally {
  std::atomic<int> answered{0}, lost{0};
  std::atomic<bool> stop{false};
  std::mutex lock;
  std::string first;  // of what was lost; guarded by lock

  void Lose(const Response& r) {
    const std::lock_guard<std::mutex> held(lock);
    if (lost++ == 0) first = absl::StrCat(r.status, " ", r.problem, r.head);
  }
};

// Takes another connection after so many requests. The first on each makes the
// proxy connect to a server, the others reuse such a connection.
void Ask(int port, int requests, Tally* tally) {
  const std::string post = RequestBytes("POST", "/submit", "", "echo this");
  while (!tally->stop) {
    Client client(port);
    for (int i = 0; i < requests && !tally->stop; i++) {
      const bool echo = i % 3 == 0;
      const bool sent = client.Send(echo ? post : GetBytes("/"));
      const Response r = client.Read(echo ? "POST" : "GET");
      const bool whole = sent && r.status == 200 &&
                         (echo ? r.body == "echo this" : !r.body.empty());
      if (!whole) {
        tally->Lose(r);
        break;
      }
      tally->answered++;
      if (r.Closes()) break;
    }
  }
}

class Restart : public testing::Test {
 protected:
  void SetUp() override {
    haproxy_ = FindProgram("haproxy");
    if (haproxy_.empty()) haproxy_ = FindProgram("../sbin/haproxy");
    if (haproxy_.empty()) {
      GTEST_SKIP() << "SKIPPED: it needs the Debian package haproxy";
    }
    for (int i = 0; i < 2; i++) {
      ports_[i] = FreePort();
      Serve(i);
    }
    Command command;
    command.argv = {haproxy_, "-db", "-f",
                    DataFile("tests/hostile/haproxy.cfg")};
    command.env = {{"H1_PORT_PROXY", absl::StrCat(proxy_port_)},
                   {"H1_PORT_A", absl::StrCat(ports_[0])},
                   {"H1_PORT_B", absl::StrCat(ports_[1])}};
    proxy_ = std::make_unique<Process>(command);
    ASSERT_TRUE(WaitUntil([&] {
      return Client(proxy_port_).Get("/").status == 200 || !proxy_->Running();
    })) << proxy_->Out()
        << proxy_->Err();
  }

  // Starts server `i`, with the default of everything that a stop depends on.
  void Serve(int i) {
    Command command;
    command.argv = {ServerBinary(),
                    "--listen",
                    absl::StrCat("127.0.0.1:", ports_[i]),
                    "--workers",
                    "1",
                    "--root",
                    root_.path(),
                    "--access-log",
                    "off"};
    servers_[i] = std::make_unique<Process>(command);
    EXPECT_TRUE(WaitUntil([&] {
      return Client(ports_[i])
                 .Get("/_health", "Connection: close\r\n")
                 .status == 200;
    })) << servers_[i]->Err();
  }

  // And waits until the proxy has noticed.
  void RestartOne(int i) {
    servers_[i]->Signal(SIGTERM);
    EXPECT_EQ(servers_[i]->Wait().value_or(-1), 0) << servers_[i]->Err();
    Serve(i);
    Sleep(1200);
  }

  TempDir root_;
  std::string haproxy_;
  int ports_[2] = {}, proxy_port_ = FreePort();
  std::unique_ptr<Process> servers_[2], proxy_;
};

TEST_F(Restart, LosesNothing) {
  const int wanted = FromEnvironment("H1_RESTART_REQUESTS", 2000);
  Tally tally;
  std::vector<std::thread> threads;
  for (int t = 0; t < kClients; t++) {
    const int requests = t % 2 == 0 ? 500 : 2;
    threads.emplace_back(
        [this, requests, &tally] { Ask(proxy_port_, requests, &tally); });
  }
  int restarts = 0;
  while (restarts < 2 || tally.answered < wanted) {
    RestartOne(restarts++ % 2);
    if (HasFailure()) break;
  }
  tally.stop = true;
  for (std::thread& thread : threads) thread.join();
  printf("%d restarts, %d requests answered, %d lost\n", restarts,
         tally.answered.load(), tally.lost.load());
  EXPECT_GE(tally.answered, wanted);
  EXPECT_EQ(tally.lost, 0) << tally.first;
}

}  // namespace
}  // namespace h1_test
