// Starting: what is said, what cannot be, and listeners of every kind.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
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
                            "(user|sandbox) .*; memory bound [0-9]+ MiB"));
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

// A socket that is bound at the path but that nobody listens on, unless `live`.
int BindUnix(const std::string& path, bool live) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0)
      << strerror(errno);
  if (live) EXPECT_EQ(listen(fd, 5), 0);
  return fd;
}

// However an address is written, it is bound once it resolves.
TEST(Listeners, EverySpellingOfAnAddressServes) {
  for (const char* host : {"127.1", "0x7f.1", "2130706433", "localhost",
                           "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0"}) {
    Server server({"--listen", absl::StrCat(host, ":0")});
    ASSERT_TRUE(server.Ready()) << host;
    bool served = false;
    for (size_t i = 0; i < server.listeners().size(); i++) {
      if (absl::StartsWith(server.listeners()[i], "[")) continue;
      served = Client(server.PortOf(i)).Get("/").status == 200;
    }
    EXPECT_TRUE(served) << host << ": " << server.start_line();
  }
}

TEST(Listeners, AStaleSocketIsReplacedALiveOneIsNot) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  close(BindUnix(path, false));  // The name stays, and nobody listens.
  Server server({"--listen", "unix:" + path});
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200);
  const Finished second =
      RunServer({"--listen", "unix:" + path, "--root", dir.path()});
  EXPECT_EQ(second.exit, kCannotBind) << second.err;
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200)
      << "the first still has it";
}

// Two servers that start at once find the same stale socket; the one that is
// late must not take it for stale when it is the other's. Here the other is
// this test, which has the path locked.
TEST(Listeners, WhatIsBoundDuringTheStartIsNotTakenForStale) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  close(BindUnix(path, false));
  const std::string name = path + ".lock";
  const int lock = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  Command command;
  command.argv = {ServerBinary(), "--listen", "unix:" + path, "--root",
                  dir.path()};
  Process late(command);
  EXPECT_FALSE(
      WaitUntil([&] { return absl::StrContains(late.Err(), "listening on"); },
                Milliseconds(300)));
  unlink(path.c_str());
  const int rival = BindUnix(path, true);
  close(lock);
  EXPECT_EQ(late.Wait().value_or(-1), kCannotBind) << late.Err();
  EXPECT_TRUE(Client::Unix(path).Connected()) << "the other still has it";
  EXPECT_NE(access(name.c_str(), F_OK), 0) << "the lock stays";
  close(rival);
}

// Who cannot have the lock does not go on without it.
TEST(Listeners, APathThatStaysLockedIsAnError) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  const std::string name = path + ".lock";
  const int lock = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  const Finished done =
      RunServer({"--listen", "unix:" + path, "--root", dir.path()});
  EXPECT_EQ(done.exit, kCannotBind);
  EXPECT_TRUE(absl::StrContains(done.err, ".lock")) << done.err;
  close(lock);
}

// Of many that start together over a stale socket, one has it.
TEST(Listeners, OfManyStartsOneHasThePath) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  close(BindUnix(path, false));
  Command command;
  command.argv = {
      ServerBinary(), "--listen", "unix:" + path, "--root", dir.path(),
      "--workers",    "1"};
  std::vector<std::unique_ptr<Process>> all;
  for (int i = 0; i < 6; i++) all.push_back(std::make_unique<Process>(command));
  int serving = 0;
  EXPECT_TRUE(WaitUntil([&] {
    serving = 0;
    int ended = 0;
    for (const auto& one : all) {
      serving += absl::StrContains(one->Err(), "listening on");
      ended += !one->Running();
    }
    return serving + ended == 6;
  }));
  EXPECT_EQ(serving, 1);
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200);
}

// One whose backlog is full is alive, and is not waited for.
TEST(Listeners, ALiveSocketThatTakesNobodyIsNotReplaced) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  const int busy = BindUnix(path, true);
  ASSERT_EQ(listen(busy, 0), 0);
  const Client waiting = Client::Unix(path);
  const Finished second =
      RunServer({"--listen", "unix:" + path, "--root", dir.path()});
  EXPECT_EQ(second.exit, kCannotBind) << second.err;
  close(busy);
}

// A server that drains has given its path up. What is there when it ends, with
// an error here, is its successor's.
TEST(Listeners, TheSocketOfASuccessorStays) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  Server old({"--listen", "127.0.0.1:0", "--listen", "unix:" + path,
              "--drain-timeout", "2s"},
             ThreadsMayBeAbandoned());
  Client stuck(old.PortOf(0));
  ASSERT_TRUE(stuck.Send("GET / HTTP/1.1\r\nHo"));
  ASSERT_EQ(Client(old.PortOf(0)).Get("/").status, 200);
  old.process().Signal(SIGTERM);
  ASSERT_TRUE(WaitUntil([&] { return access(path.c_str(), F_OK) != 0; }));
  Server successor({"--listen", "unix:" + path});
  old.ExpectExit(5);
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200);
}

// Some deploy by removing the path first.
TEST(Listeners, ThePathThatSomeoneElseHasTakenStays) {
  TempDir dir;
  const std::string path = dir.File("s.sock");
  Server old({"--listen", "unix:" + path});
  ASSERT_EQ(unlink(path.c_str()), 0);
  Server successor({"--listen", "unix:" + path});
  old.Stop();
  EXPECT_EQ(Client::Unix(path).Get("/").status, 200);
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
  EXPECT_EQ(Client(server.admin_port()).Get("/_status").status, 200);
  EXPECT_EQ(server.Connect().Get("/_health").status, 404);
  EXPECT_EQ(server.Connect().Get("/_metrics").status, 404);
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  EXPECT_EQ(Client(server.admin_port()).Get("/").status, 404);
}

// What each kind of listener answers. The clients are all on this machine,
// which a proxy's clients are too: it opens nothing.
TEST(Listeners, DemoAndAdminSayWhatAnswersWhere) {
  const struct {
    Args args;
    int home, submit, metrics, health;  // on the public listener
  } cases[] = {
      {{}, 200, 200, 200, 200},
      {{"--demo"}, 200, 200, 200, 200},
      {{"--demo=off"}, 404, 404, 404, 200},
      {{"--demo=off", "--admin=public"}, 404, 404, 200, 200},
      {{"--admin=listener"}, 200, 200, 404, 200},
      {{"--admin-listen", "127.0.0.1:0"}, 200, 200, 404, 404},
      {{"--admin-listen", "127.0.0.1:0", "--admin=public"}, 200, 200, 200, 200},
      {{"--admin-listen", "127.0.0.1:0", "--demo=off"}, 404, 404, 404, 404},
  };
  for (const auto& c : cases) {
    Server server(c.args);
    const std::string name = absl::StrJoin(c.args, " ");
    server.root().Write("a", "a");
    Client client = server.Connect();
    EXPECT_EQ(client.Get("/").status, c.home) << name;
    EXPECT_EQ(client.Get("/stream?count=1").status, c.home) << name;
    EXPECT_EQ(client.Exchange("POST", "/submit", "", "x").status, c.submit)
        << name;
    EXPECT_EQ(client.Get("/static/a").status, 200) << name;
    EXPECT_EQ(client.Get("/_metrics").status, c.metrics) << name;
    EXPECT_EQ(client.Get("/_status").status, c.metrics) << name;
    EXPECT_EQ(client.Get("/_health").status, c.health) << name;
    if (server.admin_port() == 0) continue;
    Client admin(server.admin_port());
    EXPECT_EQ(admin.Get("/_metrics").status, 200) << name;
    EXPECT_EQ(Client(server.admin_port()).Get("/_status").status, 200) << name;
    EXPECT_EQ(Client(server.admin_port()).Get("/_health").status, 200) << name;
  }
}

}  // namespace
}  // namespace h1_test
