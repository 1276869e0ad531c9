// Sockets that outlive the server: this process plays systemd, which makes
// them, passes them and keeps them while servers come and go.
//
//   H1_HELD_RESTARTS=50 bazel test ...    more restarts than two
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kOk = 0, kCannotBind = 3;

// A socket of 127.0.0.1, closed in the end.
class Socket {
 public:
  explicit Socket(int type = SOCK_STREAM, bool listens = true) {
    fd_ = socket(AF_INET, type, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    if (listens) EXPECT_EQ(listen(fd_, 4096), 0);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Socket() { close(fd_); }
  int fd() const { return fd_; }
  int port() const { return port_; }

 private:
  int fd_ = -1, port_ = 0;
};

// Starts the server with `fds` as descriptors 3, 4, ..., as systemd does: only
// the process that will be it knows its number.
Command Passing(const std::vector<int>& fds, const std::string& names,
                const std::string& root, const Args& args) {
  std::string script = "LISTEN_PID=$$ exec \"$0\" \"$@\"";
  for (size_t i = 0; i < fds.size(); i++) {
    absl::StrAppend(&script, " ", 3 + i, "<&", fds[i]);
  }
  Command command;
  command.argv = {"/bin/sh",   "-c", script,         ServerBinary(),
                  "--workers", "2",  "--access-log", "off",
                  "--root",    root};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  command.env = {{"LISTEN_FDS", absl::StrCat(fds.size())},
                 {"LISTEN_FDNAMES", names}};
  return command;
}

bool Serves(Process* process) {
  return WaitUntil([process] {
           return absl::StrContains(process->Err(), "httpd: listening on ") ||
                  !process->Running();
         }) &&
         process->Running();
}

TEST(Held, SocketsAreTakenByName) {
  TempDir root;
  Socket http, admin;
  Process server(
      Passing({http.fd(), admin.fd()}, "http:admin", root.path(),
              {"--listen", "systemd:http", "--admin-listen", "systemd:admin"}));
  ASSERT_TRUE(Serves(&server)) << server.Err();
  EXPECT_EQ(Client(http.port()).Get("/").status, 200);
  EXPECT_EQ(Client(http.port()).Get("/_metrics").status, 404);
  EXPECT_EQ(Client(admin.port()).Get("/_metrics").status, 200);
  EXPECT_TRUE(absl::StrContains(
      server.Err(),
      absl::StrCat("127.0.0.1:", http.port(), "; ", "admin on 127.0.0.1:")))
      << server.Err();
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait().value_or(-1), kOk) << server.Err();
}

// A listener of its own kind for a proxy that says who its clients are.
TEST(Held, AProxyListenerIsTakenToo) {
  TempDir root;
  Socket http, proxy;
  Process server(
      Passing({http.fd(), proxy.fd()}, "http:proxy", root.path(),
              {"--listen=systemd:http", "--proxy-listen=systemd:proxy",
               "--trusted-proxy=127.0.0.1/32", "--client-address=proxy"}));
  ASSERT_TRUE(Serves(&server)) << server.Err();
  Client client(proxy.port());
  ASSERT_TRUE(client.Send("PROXY TCP4 192.0.2.7 192.0.2.8 1000 80\r\n" +
                          GetBytes("/", "Connection: close\r\n")));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(Client(http.port()).Get("/").status, 200);
}

// What no option takes is said, not left to clients to find out.
TEST(Held, ASocketThatNobodyTakesIsNamed) {
  TempDir root;
  Socket http, other;
  Process server(Passing({http.fd(), other.fd()}, "http:other", root.path(),
                         {"--listen", "fd:3"}));
  ASSERT_TRUE(Serves(&server)) << server.Err();
  EXPECT_TRUE(absl::StrContains(server.Err(), "'other'")) << server.Err();
  EXPECT_FALSE(absl::StrContains(server.Err(), "'http'")) << server.Err();
}

TEST(Held, WhatIsNoListenerIsAnErrorThatNamesTheOption) {
  TempDir root;
  Socket good, datagram(SOCK_DGRAM, false), quiet(SOCK_STREAM, false);
  const int file = open("/dev/null", O_RDONLY);
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const std::vector<int> fds = {good.fd(), datagram.fd(), quiet.fd(), file,
                                pair[0]};
  const struct {
    Args args;
    std::string says;
  } cases[] = {
      {{"--listen=fd:4"}, "fd:4 (--listen): it is not a stream socket"},
      {{"--listen=fd:5"}, "fd:5 (--listen): the socket does not listen"},
      {{"--listen=fd:6"}, "fd:6 (--listen): the descriptor is not a socket"},
      {{"--listen=fd:7"}, "Accept=no"},
      {{"--listen=fd:9"}, "fd:9 (--listen): the descriptor is not open"},
      {{"--listen=fd:3", "--admin-listen=fd:4"},
       "fd:4 (--admin-listen): it is not a stream socket"},
      {{"--listen=fd:3", "--listen=fd:3"}, "has that socket"},
      {{"--listen=systemd:a", "--admin-listen=fd:3"}, "has that socket"},
      {{"--listen=systemd:*"}, "systemd:* (--listen): it is not a stream"},
      {{"--listen=systemd:z"},
       "systemd has passed no such socket, only a, b, c, d, e"},
  };
  for (const auto& c : cases) {
    for (const bool check : {false, true}) {
      Args args = c.args;
      if (check) args.push_back("--check");
      const Finished done =
          RunProgram(Passing(fds, "a:b:c:d:e", root.path(), args));
      EXPECT_EQ(done.exit, kCannotBind) << c.says << done.err;
      EXPECT_TRUE(absl::StrContains(done.err, c.says)) << done.err;
      EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 1)
          << done.err;
    }
  }
  close(file);
  close(pair[0]);
  close(pair[1]);
}

TEST(Held, VariablesForAnotherProcessAreNotOurs) {
  TempDir root;
  Command command;
  command.argv = {ServerBinary(), "--listen=systemd:*", "--root", root.path()};
  command.env = {{"LISTEN_FDS", "1"}, {"LISTEN_PID", "1"}};
  const Finished done = RunProgram(command);
  EXPECT_EQ(done.exit, kCannotBind);
  EXPECT_TRUE(absl::StrContains(done.err, "LISTEN_PID names another process"))
      << done.err;
}

// What systemd itself passes, and how: it starts the server for the first
// connection.
TEST(Held, SystemdsOwnSocketIsServed) {
  const std::string activate = FindProgram("systemd-socket-activate");
  if (activate.empty()) {
    GTEST_SKIP() << "SKIPPED: it needs the Debian package systemd";
  }
  TempDir root;
  int port = 0;
  {
    const Socket free_one;
    port = free_one.port();
  }
  Command command;
  command.argv = {activate,
                  absl::StrCat("--listen=127.0.0.1:", port),
                  "--fdname=web",
                  ServerBinary(),
                  "--listen=systemd:web",
                  "--access-log=off",
                  "--drain-idle=0",
                  absl::StrCat("--root=", root.path())};
  Process server(command);
  ASSERT_TRUE(WaitUntil([port, &server] {
    return Client(port).Get("/").status == 200 || !server.Running();
  })) << server.Err();
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait().value_or(-1), kOk) << server.Err();
}

// Whoever keeps a socket may end it: that is said, costs nothing, and the other
// listeners are served.
TEST(Held, ASocketThatWasEndedIsLeft) {
  for (const int how : {SHUT_RD, SHUT_RDWR}) {
    TempDir root;
    Socket http, other;
    Process server(Passing({http.fd(), other.fd()}, "http:other", root.path(),
                           {"--listen=systemd:*", "--drain-idle=100ms"}));
    ASSERT_TRUE(Serves(&server)) << server.Err();
    ASSERT_EQ(shutdown(http.fd(), how), 0);
    EXPECT_TRUE(WaitUntil([&] {
      return absl::StrContains(server.Err(), "nobody can connect there");
    })) << server.Err();
    const auto begun = Clock::now();
    for (int i = 0; i < 3; i++) {
      EXPECT_EQ(Client(other.port()).Get("/").status, 200);
    }
    EXPECT_LT(MsSince(begun), 1000) << "no pause keeps them waiting";
    server.Signal(SIGTERM);
    EXPECT_EQ(server.Wait().value_or(-1), kOk) << server.Err();
    const std::string err = server.Err();
    const std::string said = "nobody can connect there";
    EXPECT_EQ(err.find(said), err.rfind(said)) << "once: " << err;
  }
}

// ---- restarts ----

struct Tally {
  std::atomic<int> answered{0}, lost{0};
  std::atomic<int64_t> longest_ms{0};
  std::atomic<bool> stop{false};
  std::mutex lock;
  std::string first;  // of what was lost; guarded by lock

  void Count(const Response& r, int64_t ms) {
    if (r.status == 200) {
      answered++;
      if (ms > longest_ms) longest_ms = ms;
      return;
    }
    const std::lock_guard<std::mutex> held(lock);
    if (lost++ == 0) first = absl::StrCat(r.status, " ", r.problem, r.head);
  }
};

// Up to `requests` on each connection, the first timed from the connect on.
void Ask(int port, int requests, Tally* tally) {
  while (!tally->stop) {
    auto begun = Clock::now();
    Client client(port);
    bool closes = false;
    for (int i = 0; i < requests && !closes; i++) {
      const Response r = client.Get("/");
      tally->Count(r, MsSince(begun));
      closes = r.status != 200 || r.Closes() || tally->stop;
      Sleep(1);
      begun = Clock::now();
    }
  }
}

// The socket is there all the time: nobody is refused, and who connects while
// there is no server waits for the next one, at most a second.
TEST(Held, ARestartLosesNothing) {
  TempDir root;
  Socket http;
  const auto serve = [&] {
    return std::make_unique<Process>(
        Passing({http.fd()}, "http", root.path(),
                {"--listen=systemd:http", "--drain-idle=200ms"}));
  };
  int restarts = 2;
  const char* text = getenv("H1_HELD_RESTARTS");
  if (text != nullptr) EXPECT_TRUE(absl::SimpleAtoi(text, &restarts));
  std::unique_ptr<Process> server = serve();
  ASSERT_TRUE(Serves(server.get())) << server->Err();
  Tally tally;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back(
        [&, t] { Ask(http.port(), t % 2 == 0 ? 1 : 50, &tally); });
  }
  for (int i = 0; i < restarts && !HasFailure(); i++) {
    Sleep(100);
    server->Signal(SIGTERM);
    EXPECT_EQ(server->Wait().value_or(-1), kOk) << server->Err();
    server = serve();
    EXPECT_TRUE(Serves(server.get())) << server->Err();
  }
  Sleep(100);
  tally.stop = true;
  for (std::thread& thread : threads) thread.join();
  printf("%d restarts, %d requests answered, %d lost, longest %d ms\n",
         restarts, tally.answered.load(), tally.lost.load(),
         static_cast<int>(tally.longest_ms));
  EXPECT_GT(tally.answered, 20);
  EXPECT_EQ(tally.lost, 0) << tally.first;
  if (!ServerIsSanitized()) EXPECT_LT(tally.longest_ms, 1000);
}

// Until --drain-idle has passed whoever connects is served, and told to leave;
// after that, by the successor.
TEST(Held, AStopGoesOnAcceptingUntilDrainIdleHasPassed) {
  TempDir root;
  Socket http;
  const auto serve = [&] {
    return std::make_unique<Process>(
        Passing({http.fd()}, "http", root.path(),
                {"--listen=fd:3", "--drain-idle=600ms"}));
  };
  std::unique_ptr<Process> server = serve();
  ASSERT_TRUE(Serves(server.get())) << server->Err();
  Client busy(http.port());  // an answer that takes as long as its clock says
  ASSERT_TRUE(busy.Send(GetBytes("/stream?count=12&interval=100")));
  ASSERT_TRUE(busy.Readable(kPatience));
  const auto begun = Clock::now();
  server->Signal(SIGTERM);
  Sleep(300);
  EXPECT_TRUE(Client(http.port()).Get("/").Closes());
  WaitUntil([&] { return MsSince(begun) >= 600 + kGrainMs; });
  Client waits(http.port());
  ASSERT_TRUE(waits.Send(GetBytes("/", "Connection: close\r\n")));
  EXPECT_FALSE(waits.Readable(Milliseconds(200)));
  EXPECT_EQ(busy.Read().status, 200) << "what was begun is finished";
  busy.Close();
  EXPECT_EQ(server->Wait().value_or(-1), kOk) << server->Err();
  server = serve();
  EXPECT_EQ(waits.Read().status, 200) << "by the successor";
}

}  // namespace
}  // namespace h1_test
