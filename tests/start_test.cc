// Starting: what is said, what cannot be, and listeners of every kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kFailure = 1, kUsage = 2, kCannotBind = 3;

// Runs the server with these options alone; it is expected to end by itself.
Finished RunServer(const Args& args) {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  return RunProgram(command);
}

size_t LineCount(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Start, SaysOneLine) {
  Server server;
  EXPECT_THAT(
      server.start_line(),
      testing::MatchesRegex("httpd: listening on 127\\.0\\.0\\.1:[0-9]+; "
                            "workers 2; root /.* \\(openat2?\\); "
                            "memory bound [0-9]+ MiB"));
  server.Stop();
  EXPECT_EQ(server.process().Err(), server.start_line() + "\n");
  EXPECT_EQ(server.process().Out(), "");
}

TEST(Start, ARootThatIsNoneIsAnErrorByName) {
  TempDir dir;
  dir.Write("file", "x");
  for (const std::string& root : {dir.File("none"), dir.File("file")}) {
    const Finished done =
        RunServer({"--listen", "127.0.0.1:0", "--root", root});
    EXPECT_TRUE(done.exit == kFailure || done.exit == kUsage) << done.exit;
    EXPECT_TRUE(absl::StrContains(done.err, root)) << done.err;
    EXPECT_EQ(LineCount(done.err), 1u) << done.err;
  }
}

TEST(Start, ALogThatCannotBeOpenedIsAnErrorByName) {
  TempDir dir;
  const Finished done =
      RunServer({"--listen", "127.0.0.1:0", "--root", dir.path(),
                 "--access-log", dir.File("none/log")});
  EXPECT_EQ(done.exit, kUsage);
  EXPECT_TRUE(absl::StrContains(done.err, "none/log")) << done.err;
}

TEST(Start, WhatCannotBeBoundIsAnErrorByName) {
  Server other;
  TempDir dir;
  dir.Write("file", "not a socket");
  const std::string kAddresses[] = {
      other.listeners()[0],               // taken
      "192.0.2.1:0",                      // not of this machine
      "unix:" + dir.File("none/s.sock"),  // no such folder
      "unix:" + dir.File("file"),         // something else is there
  };
  for (const std::string& address : kAddresses) {
    const Finished done = RunServer(
        {"--listen", "127.0.0.1:0", "--listen", address, "--root", dir.path()});
    EXPECT_EQ(done.exit, kCannotBind) << address << done.err;
    EXPECT_EQ(LineCount(done.err), 1u) << done.err;
    EXPECT_TRUE(absl::StrContains(done.err, address)) << done.err;
  }
  EXPECT_EQ(ReadFileText(dir.File("file")), "not a socket");
}

bool HasV6Loopback() {
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool has = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address),
                                   sizeof address) == 0;
  if (fd >= 0) close(fd);
  return has;
}

TEST(Listeners, SeveralAtOnceEachServes) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  Server server({"--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0",
                 "--listen", "unix:" + path, "--unix-mode", "0600"});
  ASSERT_EQ(server.listeners().size(), 3u) << server.start_line();
  EXPECT_NE(server.PortOf(0), server.PortOf(1));
  EXPECT_EQ(Client(server.PortOf(0)).Get("/").status, 200);
  EXPECT_EQ(Client(server.PortOf(1)).Get("/").status, 200);
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200);
  EXPECT_EQ(server.listeners()[2], "unix:" + path);
  struct stat info = {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST(Listeners, IPv6BesideIPv4) {
  if (!HasV6Loopback()) GTEST_SKIP() << "no IPv6 loopback here";
  Server server({"--listen", "[::1]:0", "--listen", "127.0.0.1:0"});
  EXPECT_TRUE(absl::StartsWith(server.listeners()[0], "[::1]:"))
      << server.start_line();
  EXPECT_EQ(Client::V6(server.PortOf(0)).Get("/").status, 200);
  EXPECT_EQ(Client(server.PortOf(1)).Get("/").status, 200);
}

TEST(Listeners, AStaleSocketIsReplacedALiveOneIsNot) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path.data(), path.size());
  const int stale = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(stale, reinterpret_cast<sockaddr*>(&address), sizeof address),
            0);
  close(stale);  // The name stays, and nobody listens.
  Server server({"--listen", "unix:" + path});
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200);
  const Finished second =
      RunServer({"--listen", "unix:" + path, "--root", dir.path()});
  EXPECT_EQ(second.exit, kCannotBind) << second.err;
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200)
      << "the first still has it";
}

TEST(Listeners, AUnixSocketIsRemovedInTheEnd) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  Server server({"--listen", "unix:" + path});
  server.Stop();
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(Listeners, AdminListenMovesTheAdminRoutes) {
  Server server({"--admin-listen", "127.0.0.1:0"});
  ASSERT_GT(server.admin_port(), 0) << server.start_line();
  EXPECT_EQ(Client(server.admin_port()).Get("/_health").status, 200);
  EXPECT_EQ(Client(server.admin_port()).Get("/_metrics").status, 200);
  EXPECT_EQ(server.Connect().Get("/_health").status, 404);
  EXPECT_EQ(server.Connect().Get("/_metrics").status, 404);
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  EXPECT_EQ(Client(server.admin_port()).Get("/").status, 404);
}

}  // namespace
}  // namespace h1_test
