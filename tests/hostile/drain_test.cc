// A stop loses nothing, at default settings, and ends in time whatever stands
// in its way. The servers here keep --drain-idle unless a row says otherwise.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kGaveUp = 5;
constexpr int kByTerm = 128 + SIGTERM;

// With the default of --drain-idle, or what `args` say.
Args Draining(Args args = {}) {
  args.insert(args.begin(), {"--drain-idle", "5s"});
  return args;
}

void Term(Server& server) { server.process().Signal(SIGTERM); }

// ---- nothing is lost ----

TEST(Drain, WithoutConnectionsTheProcessEndsAtOnce) {
  Server server(Draining());
  ASSERT_EQ(server.Connect().Get("/", "Connection: close\r\n").status, 200);
  Sleep(50);
  const auto start = Clock::now();
  Term(server);
  server.ExpectExit(0);
  EXPECT_LT(MsSince(start), 700);
}

TEST(Drain, AnIdleConnectionGetsOneMoreRequestAnswered) {
  Server server(Draining());
  Client early = server.Connect(), late = server.Connect();
  ASSERT_EQ(early.Get("/").status, 200);
  ASSERT_EQ(late.Get("/").status, 200);
  const auto start = Clock::now();
  Term(server);
  for (Client* client : {&early, &late}) {
    Sleep(client == &early ? 100 : 2500);
    const Response r = client->Get("/");
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_TRUE(r.Closes()) << r;
    client->Close();
  }
  server.ExpectExit(0);
  EXPECT_LT(MsSince(start), 4500) << "nobody is left to wait for";
}

TEST(Drain, WhoeverAsksForNothingIsKeptForDrainIdle) {
  Server server({"--drain-idle", "1500ms"});
  Client client = server.Connect();
  ASSERT_EQ(client.Get("/").status, 200);
  const auto start = Clock::now();
  Term(server);
  EXPECT_EQ(client.WaitEnd(), End::kClosed);
  EXPECT_GE(MsSince(start), 1500 - kGrainMs);
  server.ExpectExit(0);
  EXPECT_LT(MsSince(start), 2500);
}

// Whoever has been idle for longer goes earlier, and the longest first.
TEST(Drain, LongIdleConnectionsGoInTheSecondHalf) {
  Server server({"--drain-idle", "600ms", "--keepalive-timeout", "5s"});
  Client longest = server.Connect();
  ASSERT_EQ(longest.Get("/").status, 200);
  Sleep(1000);
  Client shorter = server.Connect();
  ASSERT_EQ(shorter.Get("/").status, 200);
  Sleep(800);
  const auto start = Clock::now();
  Term(server);
  EXPECT_EQ(longest.WaitEnd(), End::kClosed);
  const int64_t first = MsSince(start);
  EXPECT_EQ(shorter.WaitEnd(), End::kClosed);
  EXPECT_GE(first, 300 - kGrainMs);
  EXPECT_GE(MsSince(start), first);
  EXPECT_LT(MsSince(start), 600 + kGrainMs);
  server.ExpectExit(0);
}

// The kernel holds back a connection that sends nothing. Its client knows
// nothing of that, and thinks that it is served.
TEST(Drain, ARequestThatComesLateOnASilentConnectionIsAnswered) {
  const auto answered = [](int ms) {
    Server server(Draining());
    Client silent = server.Connect();
    ASSERT_TRUE(silent.Connected());
    Term(server);
    Sleep(ms);
    const Response r = silent.Get("/");
    EXPECT_EQ(r.status, 200) << ms << r;
    // It may be faster than the signal.
    EXPECT_TRUE(r.Closes() || ms == 0) << ms << r;
    silent.Close();
    server.ExpectExit(0);
  };
  std::vector<std::thread> each;
  for (int ms : {0, 300, 900, 1500, 3000}) each.emplace_back(answered, ms);
  for (std::thread& one : each) one.join();
}

// A load balancer has not noticed yet.
TEST(Drain, NewConnectionsAreServedForAWhile) {
  Server server(Draining());
  Client kept = server.Connect();
  ASSERT_EQ(kept.Get("/").status, 200);
  const auto start = Clock::now();
  Term(server);
  int served = 0;
  while (MsSince(start) < 1000) {
    const Response r = server.Connect().Get("/");
    ASSERT_EQ(r.status, 200) << MsSince(start) << r;
    EXPECT_TRUE(r.Closes() || served == 0) << r;
    served++;
    Sleep(10);
  }
  EXPECT_GT(served, 10);
  EXPECT_TRUE(WaitUntil([&] { return !server.Connect().Connected(); }));
  EXPECT_GE(MsSince(start), 1200 - kGrainMs);
  EXPECT_LT(MsSince(start), 2500);
  kept.Close();
  server.ExpectExit(0);
}

TEST(Drain, PipelinedRequestsThatHaveArrivedAreAnswered) {
  Server server(Draining());
  std::vector<Client> clients;
  for (int i = 0; i < 20; i++) {
    clients.push_back(server.Connect());
    ASSERT_EQ(clients.back().Get("/").status, 200);
  }
  server.process().Signal(SIGSTOP);
  for (Client& client : clients) {
    for (int i = 0; i < 50; i++) {
      ASSERT_TRUE(client.Send(RequestBytes("POST", "/submit", "", "echo")));
    }
  }
  Term(server);
  server.process().Signal(SIGCONT);
  for (Client& client : clients) {
    bool closes = false;
    for (int i = 0; i < 50; i++) {
      const Response r = client.Read("POST");
      ASSERT_EQ(r.body, "echo") << i << r;
      ASSERT_FALSE(closes) << "an answer after the last";
      closes = r.Closes();
    }
    client.Close();
  }
  server.ExpectExit(0);
}

// ---- signals ----

TEST(DrainSignals, AnyOrderWithinASecondIsOneStop) {
  const std::vector<std::vector<int>> orders = {
      {SIGHUP, SIGTERM}, {SIGTERM, SIGHUP},          {SIGTERM, SIGTERM},
      {SIGTERM, SIGINT}, {SIGINT, SIGHUP, SIGTERM},  {SIGHUP, SIGHUP, SIGINT},
      {SIGINT, SIGINT},  {SIGTERM, SIGHUP, SIGTERM},
  };
  for (const std::vector<int>& order : orders) {
    TempDir logs;
    Server server(Draining({"--access-log", logs.File("log")}));
    Client client = server.Connect();
    ASSERT_EQ(client.Get("/").status, 200);
    for (int signal : order) {
      server.process().Signal(signal);
      Sleep(20);
    }
    const Response r = client.Get("/");
    EXPECT_EQ(r.status, 200) << absl::StrJoin(order, " ") << r;
    EXPECT_TRUE(r.Closes()) << absl::StrJoin(order, " ") << r;
    client.Close();
    server.ExpectExit(0);
  }
}

Command ServeFrom(const TempDir& root) {
  Command command;
  command.argv = {ServerBinary(), "--listen",     "127.0.0.1:0", "--root",
                  root.path(),    "--access-log", "off"};
  return command;
}

// Blocked by whoever started it, and sent before the program began.
TEST(DrainSignals, AStopThatCameBeforeTheStartEndsIt) {
  TempDir root;
  for (int signal : {SIGTERM, SIGINT}) {
    Command command = ServeFrom(root);
    command.pending_signal = signal;
    const Finished done = RunProgram(command);
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_EQ(done.err, "");
    command.argv.push_back("--print-config");
    EXPECT_EQ(RunProgram(command).exit, 128 + signal)
        << "what it was asked for was not done";
  }
}

TEST(DrainSignals, AHupThatCameBeforeTheStartIsNothing) {
  TempDir root;
  Command command = ServeFrom(root);
  command.pending_signal = SIGHUP;
  Process process(command);
  EXPECT_TRUE(WaitUntil(
      [&] { return absl::StrContains(process.Err(), "listening on"); }));
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait().value_or(-1), 0) << process.Err();
}

// At any moment of the start. Before main's first statement a TERM is the
// kernel's.
TEST(DrainSignals, AStopAtAnyMomentOfTheStartEndsIt) {
  TempDir root;
  int served = 0;
  for (int i = 0; i < 60; i++) {
    Process process(ServeFrom(root));
    std::this_thread::sleep_for(std::chrono::microseconds(i * 150));
    process.Signal(SIGTERM);
    const int exit = process.Wait().value_or(-1);
    EXPECT_TRUE(exit == 0 || (exit == kByTerm && process.Err().empty()))
        << i << ": " << exit << process.Err();
    served += absl::StrContains(process.Err(), "listening on");
  }
  RecordProperty("served", served);
}

// Reading a file of options may wait for whoever writes it.
TEST(DrainSignals, AStopWhileTheOptionsAreReadEndsIt) {
  TempDir root;
  root.Fifo("options");
  Command command = ServeFrom(root);
  command.argv.push_back("--config");
  command.argv.push_back(root.File("options"));
  Process process(command);
  Sleep(300);
  EXPECT_TRUE(process.Running());
  process.Signal(SIGHUP);
  Sleep(100);
  EXPECT_TRUE(process.Running());
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait().value_or(-1), kByTerm) << process.Err();
}

// ---- one deadline ----

// A pipe that nobody reads, held open.
class FullPipe {
 public:
  explicit FullPipe(const std::string& path)
      : fd_(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
    EXPECT_GE(fd_, 0) << path;
  }
  ~FullPipe() { close(fd_); }
  void Fill() {
    const std::string page(4096, '.');
    while (write(fd_, page.data(), page.size()) > 0) {
    }
  }
  std::string Read() {
    std::string bytes(65536, 0);
    const ssize_t n = read(fd_, &bytes[0], bytes.size());
    return bytes.substr(0, n > 0 ? static_cast<size_t>(n) : 0);
  }

 private:
  int fd_;
};

TEST(DrainDeadline, ALogThatNobodyReadsIsGivenUp) {
  Server server(Draining({"--access-log", "off"}));
  TempDir logs;
  logs.Fifo("log");
  FullPipe pipe(logs.File("log"));
  Server logging(Draining({"--access-log", logs.File("log")}));
  pipe.Fill();
  for (int i = 0; i < 10; i++) {
    ASSERT_EQ(logging.Connect().Get("/", "Connection: close\r\n").status, 200);
  }
  const auto start = Clock::now();
  Term(logging);
  logging.ExpectExit(0);
  EXPECT_LT(MsSince(start), 4000);
  EXPECT_TRUE(absl::StrContains(logging.process().Err(), "lines are lost"))
      << logging.process().Err();
}

TEST(DrainDeadline, ALogThatNobodyReadsDoesNotMoveIt) {
  TempDir logs;
  logs.Fifo("log");
  FullPipe pipe(logs.File("log"));
  Server server({"--drain-timeout", "700ms", "--access-log", logs.File("log")},
                ThreadsMayBeAbandoned());
  pipe.Fill();
  ASSERT_EQ(server.Connect().Get("/", "Connection: close\r\n").status, 200);
  const auto start = Clock::now();
  Term(server);
  server.ExpectExit(kGaveUp);
  EXPECT_GE(MsSince(start), 600);
  EXPECT_LT(MsSince(start), 1800);
}

// Nor does the line that says that it serves.
TEST(DrainDeadline, AStandardErrorThatNobodyReadsDoesNotMoveTheStart) {
  TempDir root;
  root.Fifo("err");
  FullPipe pipe(root.File("err"));
  pipe.Fill();
  Command command;
  command.argv = {
      "/bin/sh",      "-c",        "exec \"$0\" \"$@\" 2>" + root.File("err"),
      ServerBinary(), "--listen",  "unix:" + root.File("socket"),
      "--root",       root.path(), "--access-log",
      "off"};
  Process process(command);
  ASSERT_TRUE(WaitUntil([&] {
    Client client = Client::Unix(root.File("socket"));
    return client.Connected() &&
           client.Get("/", "Connection: close\r\n").status == 200;
  }));
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait().value_or(-1), 0);
}

// The line that would say why it ends finds no reader either.
TEST(DrainDeadline, AStandardErrorThatNobodyReadsDoesNotMoveIt) {
  TempDir root;
  root.Fifo("err");
  FullPipe pipe(root.File("err"));
  Command command;
  command.argv = {"/bin/sh",
                  "-c",
                  "exec \"$0\" \"$@\" 2>" + root.File("err"),
                  ServerBinary(),
                  "--listen",
                  "unix:" + root.File("socket"),
                  "--root",
                  root.path(),
                  "--access-log",
                  "off",
                  "--drain-timeout",
                  "500ms"};
  command.env = ThreadsMayBeAbandoned();
  Process process(command);
  ASSERT_TRUE(
      WaitUntil([&] { return absl::StrContains(pipe.Read(), "listening"); }));
  Client stuck = Client::Unix(root.File("socket"));
  ASSERT_TRUE(stuck.Send("GET / HT"));
  Sleep(100);
  pipe.Fill();
  const auto start = Clock::now();
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait().value_or(-1), kGaveUp);
  EXPECT_LT(MsSince(start), 1500);
}

// ---- accepting fails ----

void LimitDescriptors(Server& server, rlim_t limit) {
  rlimit now = {};
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, nullptr, &now), 0);
  now.rlim_cur = limit;
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, &now, nullptr), 0);
}

// What the kernel has queued is served as descriptors come free.
TEST(DrainAccept, TheBacklogIsServedThoughDescriptorsAreShort) {
  Server server(Draining());
  std::vector<Client> busy, queued;
  for (int i = 0; i < 5; i++) {
    busy.push_back(server.Connect());
    ASSERT_TRUE(busy.back().Send("GET / HT"));
  }
  ASSERT_TRUE(WaitUntil(
      [&] { return server.Metrics()["connections"]["active"].number >= 6; }));
  Sleep(100);
  LimitDescriptors(server, server.process().DescriptorCount());
  for (int i = 0; i < 20; i++) {
    queued.push_back(server.Connect());
    ASSERT_TRUE(queued.back().Send(GetBytes("/")));
  }
  Sleep(100);
  const int64_t cpu = server.process().CpuMs();
  Term(server);
  Sleep(2000);
  EXPECT_LT(server.process().CpuMs() - cpu, 100) << "it spins";
  for (Client& client : busy) {
    ASSERT_TRUE(client.Send("TP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_EQ(client.Read().status, 200);
    client.Close();
  }
  for (size_t i = 0; i < queued.size(); i++) {
    const Response r = queued[i].Read();
    EXPECT_EQ(r.status, 200) << i << r;
    queued[i].Close();
  }
  server.ExpectExit(0);
}

// Without a single descriptor to give, poll fails too. Those in service are
// served; who cannot be accepted does not keep the process from ending.
TEST(DrainAccept, WithoutAnyDescriptorItServesAndEnds) {
  if (ServerIsSanitized()) GTEST_SKIP() << "its search for leaks needs some";
  Server server(Draining());
  Client kept = server.Connect();
  ASSERT_TRUE(kept.Send(GetBytes("/") + "GET / HT"));
  ASSERT_EQ(kept.Read().status, 200);
  LimitDescriptors(server, 0);
  Client hopeless = server.Connect();
  ASSERT_TRUE(hopeless.Send(GetBytes("/")));
  Sleep(300);
  const int64_t cpu = server.process().CpuMs();
  Sleep(1500);
  EXPECT_LT(server.process().CpuMs() - cpu, 100) << "it spins";
  ASSERT_TRUE(kept.Send("TP/1.1\r\nHost: a\r\n\r\nGET / HT"));
  EXPECT_EQ(kept.Read().status, 200);
  Term(server);
  ASSERT_TRUE(kept.Send("TP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(kept.Read().status, 200);
  kept.Close();
  const auto start = Clock::now();
  server.ExpectExit(0);
  EXPECT_LT(MsSince(start), 4000);
}

// ---- the log ----

TEST(LogFailures, LinesThatCannotBeWrittenCountAsLost) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  Server server({"--access-log", "/dev/full"});
  for (int i = 0; i < 20; i++) {
    ASSERT_EQ(server.Connect().Get("/", "Connection: close\r\n").status, 200);
  }
  EXPECT_TRUE(
      WaitUntil([&] { return server.Metrics()["log"]["drops"].number >= 20; }));
  EXPECT_LE(server.Metrics()["log"]["lines"].number, 3);
}

// ---- what it is started with ----

// A standard stream that is closed must not become a socket.
TEST(Start, ClosedStandardStreams) {
  TempDir root;
  const std::string serve = absl::StrCat("exec \"$0\" --root ", root.path(),
                                         " --listen unix:", root.File("s"));
  const auto run = [&](const std::string& rest) {
    Command command;
    command.argv = {"/bin/sh", "-c", serve + rest, ServerBinary()};
    return command;
  };
  {
    Process process(run(" --access-log off <&- >&- 2>&-"));
    Client client;
    ASSERT_TRUE(WaitUntil([&] {
      client = Client::Unix(root.File("s"));
      return client.Connected();
    }));
    for (int i = 0; i < 3; i++) EXPECT_EQ(client.Get("/").status, 200);
    client.Close();
    process.Signal(SIGTERM);
    EXPECT_EQ(process.Wait().value_or(-1), 0);
  }
  const Finished no_log = RunProgram(run(" --access-log - >&-"));
  EXPECT_EQ(no_log.exit, 2) << no_log.err;
  EXPECT_TRUE(absl::StrContains(no_log.err, "access log -: Bad file"))
      << no_log.err;
  const Finished no_output = RunProgram(run(" --print-limits >&-"));
  EXPECT_EQ(no_output.exit, 1) << no_output.err;
}

}  // namespace
}  // namespace h1_test
