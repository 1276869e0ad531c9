// What the service manager hears of a server's life; this process plays it.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

class Manager {
 public:
  explicit Manager(const std::string& path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path.data(), path.size());
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address),
              0);
  }
  ~Manager() { close(fd_); }
  // The next message within `limit`; empty: none came.
  std::string Hear(Milliseconds limit = kPatience) {
    pollfd readable = {fd_, POLLIN, 0};
    char text[2048];
    if (poll(&readable, 1, static_cast<int>(limit.count())) != 1) return "";
    const ssize_t n = recv(fd_, text, sizeof text, 0);
    return n > 0 ? std::string(text, static_cast<size_t>(n)) : "";
  }

 private:
  int fd_;
};

TEST(Notify, FromReadyToStopping) {
  TempDir dir;
  Manager manager(dir.File("notify"));
  Server server({}, {{"NOTIFY_SOCKET", dir.File("notify")}});
  EXPECT_EQ(manager.Hear(), absl::StrCat("READY=1\nSTATUS=Serving on ",
                                         server.listeners()[0], "\n"));
  server.process().Signal(SIGHUP);
  EXPECT_TRUE(absl::StartsWith(manager.Hear(), "RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_TRUE(absl::StartsWith(manager.Hear(), "READY=1\n"));
  EXPECT_EQ(manager.Hear(Milliseconds(50)), "") << "nobody watches";
  server.process().Signal(SIGTERM);
  EXPECT_EQ(manager.Hear(), "STOPPING=1\nSTATUS=Draining for at most 30 s\n");
  server.ExpectExit(0);
}

// Idle threads are asked, so that a server without clients pings as well.
TEST(Notify, AnIdleServerPingsItsWatchdogInTime) {
  TempDir dir;
  Manager manager(dir.File("notify"));
  Server server(
      {}, {{"NOTIFY_SOCKET", dir.File("notify")}, {"WATCHDOG_USEC", "400000"}});
  EXPECT_TRUE(absl::StartsWith(manager.Hear(), "READY=1\n"));
  const auto begun = Clock::now();
  for (int i = 0; i < 4; i++) EXPECT_EQ(manager.Hear(), "WATCHDOG=1\n");
  EXPECT_GE(MsSince(begun), 250) << "not more often than it has to";
}

}  // namespace
}  // namespace h1_test
