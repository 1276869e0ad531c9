#include "tests/support/veth_link.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace h1_test {
namespace {

bool Run(const std::string& command) {
  return system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::string Why(const char* what) {
  return std::string(what) + ": " + strerror(errno);
}

}  // namespace

VethLink::VethLink() {
  if (!Run("ip -V")) {
    problem_ = "there is no `ip` (iproute2)";
    return;
  }
  if (unshare(CLONE_NEWNET) != 0 &&
      unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    problem_ = Why("a network namespace");
    return;
  }
  // The far end is made in a namespace that this thread leaves again; a device
  // moves to the namespace of a thread that is named.
  far_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (far_ < 0 || unshare(CLONE_NEWNET) != 0) {
    problem_ = Why("a second network namespace");
    return;
  }
  const std::string near = std::to_string(syscall(SYS_gettid));
  const std::string address = std::string(" addr add ") + kFar + "/24";
  if (!RunFar("ip link add far0 type veth peer name near0 netns " + near) ||
      !RunFar("ip" + address + " dev far0 && ip link set far0 up") ||
      !Run(std::string("ip addr add ") + kNear +
           "/24 dev near0 && ip link set near0 up && ip link set lo up")) {
    problem_ = "`ip` cannot make a pair of devices";
  }
}

VethLink::~VethLink() {
  if (far_ >= 0) close(far_);
}

void VethLink::GoFar() const { setns(far_, CLONE_NEWNET); }

bool VethLink::RunFar(const std::string& command) const {
  bool good = false;
  std::thread([&] {
    GoFar();
    good = Run(command);
  }).join();
  return good;
}

void VethLink::Cut() const { RunFar("ip link set far0 down"); }

}  // namespace h1_test
