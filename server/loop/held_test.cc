// What is believed of the variables that systemd sets, and of a descriptor.
#include "server/loop/held.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace {

std::unique_ptr<h1_held> Read(const char* pid, const char* fds,
                              const char* names) {
  const auto set = [](const char* name, const char* value) {
    if (value == nullptr) {
      unsetenv(name);
    } else {
      setenv(name, value, 1);
    }
  };
  set("LISTEN_PID", pid);
  set("LISTEN_FDS", fds);
  set("LISTEN_FDNAMES", names);
  auto held = std::make_unique<h1_held>();
  h1_held_read(held.get());
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    EXPECT_EQ(getenv(name), nullptr) << name << " stays set";
  }
  return held;
}

std::string Names(const h1_held& held) {
  char text[256];
  h1_held_names(&held, text, sizeof text);
  return text;
}

TEST(Held, ReadsWhatIsForThisProcess) {
  const std::string me = std::to_string(getpid());
  const auto held = Read(me.c_str(), "3", "http:admin:http");
  ASSERT_EQ(held->count, 3u) << held->why;
  EXPECT_EQ(Names(*held), "http, admin, http");
  EXPECT_TRUE(h1_held_matches(held.get(), 0, "http"));
  EXPECT_FALSE(h1_held_matches(held.get(), 1, "http"));
  EXPECT_TRUE(h1_held_matches(held.get(), 1, "*"));
}

TEST(Held, WithoutNamesEachIsUnknown) {
  const auto held = Read(std::to_string(getpid()).c_str(), "2", nullptr);
  EXPECT_EQ(Names(*held), "unknown, unknown");
}

TEST(Held, WhatIsWrongIsAsIfNoneWerePassed) {
  const std::string me = std::to_string(getpid());
  const std::string other = std::to_string(getppid());
  const std::string zeros = me + "x";
  const struct {
    const char *pid, *fds, *names, *why;
  } cases[] = {
      {nullptr, "1", "a", "not set"},
      {me.c_str(), nullptr, "a", "not set"},
      {other.c_str(), "1", "a", "another process"},
      {"", "1", "a", "LISTEN_PID is no number"},
      {zeros.c_str(), "1", "a", "LISTEN_PID is no number"},
      {me.c_str(), "", "a", "LISTEN_FDS is no number"},
      {me.c_str(), "-1", "a", "LISTEN_FDS is no number"},
      {me.c_str(), "1 ", "a", "LISTEN_FDS is no number"},
      {me.c_str(), "0", "", "is 0"},
      {me.c_str(), "65", nullptr, "above 64"},
      {me.c_str(), "99999999999", nullptr, "LISTEN_FDS is no number"},
      {me.c_str(), "2", "a", "LISTEN_FDNAMES"},
      {me.c_str(), "1", "a:b", "LISTEN_FDNAMES"},
  };
  for (const auto& c : cases) {
    const auto held = Read(c.pid, c.fds, c.names);
    EXPECT_EQ(held->count, 0u) << c.why;
    EXPECT_NE(std::string(held->why).find(c.why), std::string::npos)
        << held->why;
  }
}

int Listening(int family, int type) {
  const int fd = socket(family, type, 0);
  sockaddr_storage address = {};
  address.ss_family = static_cast<sa_family_t>(family);
  socklen_t size =
      family == AF_UNIX ? sizeof(sa_family_t) : sizeof(sockaddr_in);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  if (type == SOCK_STREAM) EXPECT_EQ(listen(fd, 5), 0);
  return fd;
}

TEST(Held, AListenerBecomesReadyToWaitOn) {
  for (int family : {AF_INET, AF_UNIX}) {
    const int fd = Listening(family, SOCK_STREAM);
    EXPECT_EQ(h1_held_fault(fd), nullptr);
    EXPECT_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    close(fd);
  }
}

std::string Fault(int fd) {
  const char* fault = h1_held_fault(fd);
  if (fd >= 0) close(fd);
  return fault == nullptr ? "" : fault;
}

TEST(Held, WhatIsNoListenerIsRefusedWithAReason) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  EXPECT_NE(Fault(pair[0]).find("Accept=no"), std::string::npos);
  close(pair[1]);
  EXPECT_EQ(Fault(Listening(AF_INET, SOCK_DGRAM)), "it is not a stream socket");
  EXPECT_EQ(Fault(socket(AF_INET, SOCK_STREAM, 0)),
            "the socket does not listen");
  EXPECT_EQ(Fault(open("/", O_RDONLY)), "the descriptor is not a socket");
  EXPECT_EQ(Fault(-1), "the descriptor is not open");
  EXPECT_EQ(Fault(socket(AF_UNIX, SOCK_SEQPACKET, 0)),
            "it is not a stream socket");
}

}  // namespace
