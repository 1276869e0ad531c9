// What a service manager hears, on a socket with a path and on an abstract one.
#include "server/process/notify.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

namespace {

// The manager's end. Its name begins with '/' or '@'.
class Manager {
 public:
  explicit Manager(const std::string& name) : name_(name) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const size_t size = offsetof(sockaddr_un, sun_path) + name.size() +
                        (name[0] == '@' ? 0 : 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address),
                   static_cast<socklen_t>(size)),
              0)
        << strerror(errno);
  }
  ~Manager() {
    close(fd_);
    if (name_[0] == '/') unlink(name_.c_str());
  }
  // The next message; empty: there is none.
  std::string Hear() {
    char text[2048];
    const ssize_t n = recv(fd_, text, sizeof text, 0);
    return n > 0 ? std::string(text, static_cast<size_t>(n)) : "";
  }

 private:
  std::string name_;
  int fd_;
};

std::string Mine(const std::string& first) {
  const char* folder = getenv("TEST_TMPDIR");
  return first + "tmp/h1-notify-" + std::to_string(getpid()) +
         (folder == nullptr ? "" : "-t");
}

class Notify : public testing::Test {
 protected:
  void Open(const std::string& socket, const char* usec = nullptr,
            const std::string& pid = "") {
    setenv("NOTIFY_SOCKET", socket.c_str(), 1);
    if (usec != nullptr) setenv("WATCHDOG_USEC", usec, 1);
    if (!pid.empty()) setenv("WATCHDOG_PID", pid.c_str(), 1);
    h1_notify_open();
    for (const char* name :
         {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      EXPECT_EQ(getenv(name), nullptr) << name;
    }
  }
  void TearDown() override { h1_notify_close(); }
};

TEST_F(Notify, SaysEachStateWithItsStatus) {
  for (const std::string& name : {Mine("/"), Mine("@")}) {
    Manager manager(name);
    Open(name);
    h1_notify_ready("Serving");
    EXPECT_EQ(manager.Hear(), "READY=1\nSTATUS=Serving\n") << name;
    h1_notify_stopping("Draining");
    EXPECT_EQ(manager.Hear(), "STOPPING=1\nSTATUS=Draining\n");
    h1_notify_alive();
    EXPECT_EQ(manager.Hear(), "WATCHDOG=1\n");
    EXPECT_EQ(manager.Hear(), "");
    h1_notify_close();
  }
}

// Type=notify-reload takes a READY=1 for the end of the reload only if this is
// a time after its own signal.
TEST_F(Notify, AReloadSaysWhenItBegan) {
  Manager manager(Mine("@"));
  Open(Mine("@"));
  timespec before;
  clock_gettime(CLOCK_MONOTONIC, &before);
  h1_notify_reloading();
  const std::string heard = manager.Hear();
  const std::string start = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_EQ(heard.compare(0, start.size(), start), 0) << heard;
  const uint64_t usec = strtoull(heard.c_str() + start.size(), nullptr, 10);
  const uint64_t from = static_cast<uint64_t>(before.tv_sec) * 1000000 +
                        static_cast<uint64_t>(before.tv_nsec) / 1000;
  EXPECT_GE(usec, from);
  EXPECT_LT(usec, from + 60000000);
}

TEST_F(Notify, WhereNobodyListensNothingHappens) {
  h1_notify_open();
  h1_notify_ready("x");
  h1_notify_alive();
  Open("vsock:2:1234", "1000000");
  h1_notify_ready("x");
  EXPECT_EQ(h1_notify_watchdog_ms(), 0u);
  Open("/nowhere/at/all", "1000000");
  h1_notify_ready("x");
  EXPECT_EQ(h1_notify_watchdog_ms(), 0u);
}

TEST_F(Notify, TheWatchdogIsForWhomItNames) {
  const std::string me = std::to_string(getpid());
  const struct {
    const char* usec;
    std::string pid;
    uint64_t ms;
  } cases[] = {
      {"3000000", "", 3000}, {"3000000", me, 3000}, {"3000000", "1", 0},
      {"500", me, 1},        {"0", me, 0},          {"-1", me, 0},
      {"x", me, 0},          {"3000000", "x", 0},
  };
  Manager manager(Mine("@"));
  for (const auto& c : cases) {
    Open(Mine("@"), c.usec, c.pid);
    EXPECT_EQ(h1_notify_watchdog_ms(), c.ms) << c.usec << " " << c.pid;
    h1_notify_close();
  }
}

// A manager that does not read costs a second at most, and no ping waits.
TEST_F(Notify, AFullQueueIsNotWaitedForWithoutEnd) {
  Manager manager(Mine("@"));
  Open(Mine("@"));
  for (int i = 0; i < 5000; i++) h1_notify_alive();
  h1_notify_ready("late");
  EXPECT_EQ(manager.Hear(), "WATCHDOG=1\n");
}

}  // namespace
