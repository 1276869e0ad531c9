// What bounds the kernel's memory for clients that do not read must not slow
// those who read from far away: a large file over a link of 100 ms takes no
// longer than it takes a plain sender without that bound.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/far_link.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr size_t kBytes = 16 << 20;

sockaddr_in Near(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, FarLink::kNear, &address.sin_addr);
  return address;
}

// Asks at the near end and reads kBytes; the time it took, -1 when it failed.
int64_t Fetch(const FarLink& link, int port, const std::string& request) {
  int64_t took = -1;
  std::thread client([&] {
    link.GoFar();
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit = {20, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const sockaddr_in address = Near(port);
    const auto start = Clock::now();
    size_t got = 0;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0 &&
        send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
      static char bytes[1 << 20];
      for (ssize_t n = 1; n > 0 && got < kBytes;) {
        n = recv(fd, bytes, sizeof bytes, 0);
        got += n > 0 ? static_cast<size_t>(n) : 0;
      }
    }
    if (got >= kBytes) took = MsSince(start);
    close(fd);
  });
  client.join();
  return took;
}

// Sends kBytes to the one who connects, with blocking sends and all defaults.
class PlainSender {
 public:
  PlainSender() {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = Near(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(fd_, 1), 0);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~PlainSender() {
    thread_.join();
    close(fd_);
  }
  int port() const { return port_; }

 private:
  void Serve() {
    const int to = accept(fd_, nullptr, nullptr);
    const std::string bytes(kBytes, 'L');
    char asked;
    if (recv(to, &asked, 1, 0) != 1) ADD_FAILURE() << "nobody asks";
    for (size_t at = 0; at < kBytes;) {
      const ssize_t n = send(to, bytes.data() + at, kBytes - at, MSG_NOSIGNAL);
      if (n <= 0) break;
      at += static_cast<size_t>(n);
    }
    close(to);
  }

  int fd_ = -1, port_ = 0;
  std::thread thread_;
};

int64_t Most(int64_t plain_ms) { return plain_ms * 3 / 2 + 200; }

TEST(FarLink, ALargeFileIsAsFastAsAPlainSender) {
  int64_t plain = -1, served = -1;
  std::string problem;
  // A thread of its own, which stays in the namespaces that it makes.
  std::thread([&] {
    FarLink link(50);
    problem = link.problem();
    if (!problem.empty()) return;
    Server server({"--listen", absl::StrCat(FarLink::kNear, ":0")});
    server.root().Write("large", std::string(kBytes, 'L'));
    const std::string request = GetBytes("/static/large");
    // Others may use this machine too: the best of three, if that is needed.
    for (int i = 0; i < 3 && (i == 0 || served > Most(plain)); i++) {
      PlainSender sender;
      const int64_t a = Fetch(link, sender.port(), "x");
      const int64_t b = Fetch(link, server.port(), request);
      plain = plain < 0 || a < plain ? a : plain;
      served = served < 0 || b < served ? b : served;
    }
  }).join();
  if (!problem.empty()) GTEST_SKIP() << "no link with a delay: " << problem;
  std::cout << kBytes / 1048576 << " MiB over 100 ms: plain " << plain
            << " ms, httpd " << served << " ms\n";
  ASSERT_GT(plain, 300) << "the link has its delay";
  ASSERT_GT(served, 300);
  EXPECT_LE(served, Most(plain));
}

}  // namespace
}  // namespace h1_test
