// Clients that vanish in the middle of large answers: their link goes down, and
// nobody tells the server. What the kernel keeps for them, by
// its own count, has to come down to --socket-memory, and others are served.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/server.h"
#include "tests/support/socket_memory.h"
#include "tests/support/veth_link.h"

namespace h1_test {
namespace {

// At the far end: each asks and reads some of its answer, one after the other.
class Readers {
 public:
  Readers(const VethLink& link, int port, int count, size_t each) {
    std::thread([&] {
      link.GoFar();
      for (int i = 0; i < count; i++) Begin(port, each);
    }).join();
  }
  ~Readers() {
    for (const int fd : fds_) close(fd);
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

 private:
  void Begin(int port, size_t each) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fds_.push_back(fd);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, VethLink::kNear, &address.sin_addr);
    const timeval limit = {5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const std::string request = GetBytes("/static/large");
    ASSERT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address),
                      sizeof address),
              0);
    ASSERT_GT(send(fd, request.data(), request.size(), MSG_NOSIGNAL), 0);
    static char bytes[1 << 16];
    for (size_t got = 0; got < each;) {
      const ssize_t n = recv(fd, bytes, sizeof bytes, 0);
      ASSERT_GT(n, 0);
      got += static_cast<size_t>(n);
    }
  }

  std::vector<int> fds_;
};

struct Row {
  int clients;
  uint64_t socket_memory;
  size_t each;  // bytes that each reads before
};

std::string Vanish(const Row& row) {
  VethLink link;
  if (!link.problem().empty()) return link.problem();
  Server server({"--listen", absl::StrCat(VethLink::kNear, ":0"),
                 "--max-connections", "1024", "--socket-memory",
                 absl::StrCat(row.socket_memory), "--write-timeout", "60s",
                 "--write-min-rate", "none", "--drain-timeout", "100ms"});
  server.root().Write("large", std::string(64 << 20, 'L'));
  const int port = server.port();
  if (!SocketMemoryOf(port).known) return "the kernel has no sock_diag";
  Readers readers(link, port, row.clients, row.each);
  link.Cut();
  const auto cut = Clock::now();
  uint64_t most = 0, last = 0;
  EXPECT_TRUE(WaitUntil([&] {
    last = SocketMemoryOf(port).send_bytes;
    most = last > most ? last : most;
    Sleep(20);
    return last <= row.socket_memory;
  }));
  const int64_t took = MsSince(cut);
  std::cout << row.clients << " clients vanish: " << most / 1024
            << " KiB at most, " << last / 1024 << " KiB after " << took
            << " ms, of " << row.socket_memory / 1024 << " KiB; "
            << SocketMemoryOf(port).sockets << " connections are left\n";
  EXPECT_GT(most, row.socket_memory) << "it has to matter";
  EXPECT_LT(took, 5000);
  // It stays so, and nobody gives way who need not.
  for (int i = 0; i < 10; i++) {
    Sleep(20);
    EXPECT_LE(SocketMemoryOf(port).send_bytes, row.socket_memory);
  }
  EXPECT_GT(SocketMemoryOf(port).send_bytes, row.socket_memory / 4);
  server.process().Signal(SIGTERM);
  server.ExpectExit(5);  // nobody takes the rest
  return "";
}

void RunRow(const Row& row) {
  std::string problem;
  // A thread of its own, which stays in the namespaces that it makes.
  std::thread([&] { problem = Vanish(row); }).join();
  if (!problem.empty()) {
    GTEST_SKIP() << "NOT TESTED, clients that vanish: " << problem;
  }
}

TEST(Vanish, FortyClients) {
  if (!LongRun()) GTEST_SKIP() << "asked for when H1_LONG_TESTS is set";
  RunRow({40, 4 << 20, 300000});
}

TEST(Vanish, FiveHundredClients) {
  if (!LongRun()) GTEST_SKIP() << "asked for when H1_LONG_TESTS is set";
  RaiseDescriptorLimit();
  RunRow({500, 32 << 20, 300000});
}

}  // namespace
}  // namespace h1_test
