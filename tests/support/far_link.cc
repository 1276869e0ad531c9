#include "tests/support/far_link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <utility>

namespace h1_test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPacketMax = 65536;

bool SetAddress(int control, const ifreq& name, unsigned long request,
                const char* text) {
  ifreq r = name;
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, text, &address.sin_addr);
  memcpy(&r.ifr_addr, &address, sizeof address);
  return ioctl(control, request, &r) == 0;
}

bool Configure(int control, const ifreq& name, const char* address) {
  ifreq r = name;
  r.ifr_qlen = 10000;  // nothing is lost
  if (ioctl(control, SIOCSIFTXQLEN, &r) != 0) return false;
  if (!SetAddress(control, name, SIOCSIFADDR, address) ||
      !SetAddress(control, name, SIOCSIFNETMASK, "255.255.255.0")) {
    return false;
  }
  r = name;
  r.ifr_flags = IFF_UP | IFF_RUNNING;
  return ioctl(control, SIOCSIFFLAGS, &r) == 0;
}

// A device in this thread's namespace, up; -1 with errno.
int OpenEnd(const char* address) {
  const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  ifreq r = {};
  snprintf(r.ifr_name, sizeof r.ifr_name, "far0");
  r.ifr_flags = IFF_TUN | IFF_NO_PI;
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool good = ioctl(fd, TUNSETIFF, &r) == 0 && control >= 0 &&
                    Configure(control, r, address);
  const int error = errno;
  if (control >= 0) close(control);
  if (good) return fd;
  close(fd);
  errno = error;
  return -1;
}

// Packets on their way in one direction.
class Lane {
 public:
  Lane(int from, int to, int delay_ms)
      : from_(from), to_(to), delay_(delay_ms) {}

  void Take() {
    char bytes[kPacketMax];
    for (int i = 0; i < 64; i++) {
      const ssize_t n = read(from_, bytes, sizeof bytes);
      if (n <= 0) return;
      packets_.emplace_back(Clock::now() + delay_,
                            std::string(bytes, static_cast<size_t>(n)));
    }
  }
  // Hands out what has arrived; the wait for the next in milliseconds.
  int Give() {
    while (!packets_.empty()) {
      const auto left = packets_.front().first - Clock::now();
      if (left > Clock::duration::zero()) {
        return 1 +
               static_cast<int>(
                   std::chrono::duration_cast<std::chrono::milliseconds>(left)
                       .count());
      }
      const std::string& bytes = packets_.front().second;
      if (write(to_, bytes.data(), bytes.size()) < 0 && errno == EAGAIN) {
        return 1;
      }
      packets_.pop_front();
    }
    return 100;
  }

 private:
  int from_, to_;
  std::chrono::milliseconds delay_;
  std::deque<std::pair<Clock::time_point, std::string>> packets_;
};

std::string Why(const char* what) {
  return std::string(what) + ": " + strerror(errno);
}

}  // namespace

FarLink::FarLink(int one_way_ms) : one_way_ms_(one_way_ms) {
  // Far first: a thread can come back to a namespace that it holds open.
  if (unshare(CLONE_NEWNET) != 0 &&
      unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    problem_ = Why("a network namespace");
    return;
  }
  far_namespace_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  far_ = OpenEnd(kFar);
  if (far_ < 0 || far_namespace_ < 0) {
    problem_ = Why("/dev/net/tun");
    return;
  }
  if (unshare(CLONE_NEWNET) != 0) {
    problem_ = Why("a second network namespace");
    return;
  }
  near_ = OpenEnd(kNear);
  if (near_ < 0) {
    problem_ = Why("/dev/net/tun");
    return;
  }
  carrier_ = std::thread([this] { Carry(); });
}

FarLink::~FarLink() {
  stop_ = true;
  if (carrier_.joinable()) carrier_.join();
  for (const int fd : {near_, far_, far_namespace_}) {
    if (fd >= 0) close(fd);
  }
}

void FarLink::GoFar() const { setns(far_namespace_, CLONE_NEWNET); }

void FarLink::Carry() {
  Lane out(near_, far_, one_way_ms_), back(far_, near_, one_way_ms_);
  while (!stop_) {
    const int wait = std::min(out.Give(), back.Give());
    pollfd fds[] = {{near_, POLLIN, 0}, {far_, POLLIN, 0}};
    poll(fds, 2, wait);
    out.Take();
    back.Take();
  }
}

}  // namespace h1_test
