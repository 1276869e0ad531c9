// Running out of descriptors: accepting pauses, nothing spins, nobody in
// service is hurt, and it goes on by itself when descriptors come free.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// Lets the running server open `more` descriptors beyond those it has.
void AllowDescriptors(Server& server, size_t more) {
  rlimit limit = {};
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
  limit.rlim_cur = server.process().DescriptorCount() + more;
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
}

TEST(Descriptors, ExhaustionPausesAcceptingAndHurtsNobody) {
  Server server;
  // Never idle: what it has sent of a request stands at the front of the next.
  Client in_service = server.Connect();
  ASSERT_TRUE(in_service.Send(GetBytes("/") + "GET / HT"));
  ASSERT_EQ(in_service.Read().status, 200);
  AllowDescriptors(server, 5);

  // Half a head each: these do not give way to others.
  std::vector<Client> clients;
  for (int i = 0; i < 20; i++) {
    clients.push_back(server.Connect());
    ASSERT_TRUE(clients.back().Connected()) << "the kernel's backlog takes it";
    ASSERT_TRUE(clients.back().Send("GET / HTTP/1.1\r\nHost: a\r\n"));
  }
  Sleep(300);
  const int64_t cpu = server.process().CpuMs();
  Sleep(1000);
  EXPECT_LT(server.process().CpuMs() - cpu, 100) << "it spins";
  for (int i = 0; i < 20; i++) {
    ASSERT_TRUE(in_service.Send("TP/1.1\r\nHost: a\r\n\r\nGET / HT"));
    EXPECT_EQ(in_service.Read().status, 200) << i;
  }

  // All of them are served as those before them leave.
  for (size_t i = 0; i < clients.size(); i++) {
    ASSERT_TRUE(clients[i].Send("\r\n"));
    const Response r = clients[i].Read();
    EXPECT_EQ(r.status, 200) << i << r;
    clients[i].Close();
  }
  ASSERT_TRUE(in_service.Send("TP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(in_service.Read().status, 200);
  EXPECT_EQ(server.Connect().Get("/").status, 200);
}

// Idle connections give way for descriptors as they do for slots, one for each
// newcomer, and the newcomer is served at once.
TEST(Descriptors, IdleConnectionsGiveWayForThem) {
  Server server;
  std::vector<Client> idle;
  for (int i = 0; i < 20; i++) {
    idle.push_back(server.Connect());
    ASSERT_EQ(idle.back().Get("/").status, 200);
  }
  AllowDescriptors(server, 0);
  const auto start = Clock::now();
  for (int i = 0; i < 10; i++) {
    EXPECT_EQ(server.Connect().Get("/").status, 200) << i;
  }
  EXPECT_LT(MsSince(start), 5000);
  int closed = 0;
  for (Client& client : idle) closed += client.Readable(Milliseconds(0));
  EXPECT_GE(closed, 1);
  EXPECT_LE(closed, 10) << "no more than were needed";
}

TEST(Descriptors, RecoversWhenTheLimitIsRaised) {
  Server server;
  Client in_service = server.Connect();
  ASSERT_EQ(in_service.Get("/").status, 200);
  AllowDescriptors(server, 0);
  std::vector<Client> clients;
  for (int i = 0; i < 5; i++) {
    clients.push_back(server.Connect());
    ASSERT_TRUE(clients.back().Send(GetBytes("/")));
  }
  Sleep(300);
  AllowDescriptors(server, 100);
  for (Client& client : clients) EXPECT_EQ(client.Read().status, 200);
}

TEST(Descriptors, AFileThatCannotBeOpenedIsAnErrorNotACrash) {
  Server server;
  server.root().Write("a.txt", "text");
  Client client = server.Connect();
  ASSERT_EQ(client.Get("/").status, 200);
  AllowDescriptors(server, 0);
  const Response r = client.Get("/static/a.txt");
  EXPECT_TRUE(r.status == 500 || r.status == 503 || r.status == 200) << r;
  EXPECT_EQ(server.Connect().Connected(), true);
  AllowDescriptors(server, 100);
  EXPECT_TRUE(WaitUntil(
      [&] { return server.Connect().Get("/static/a.txt").status == 200; }));
}

TEST(Descriptors, ASoftLimitIsRaisedToWhatConnectionsNeed) {
  Command command;
  command.argv = {"/bin/sh",
                  "-c",
                  "ulimit -S -n 64 && exec \"$0\" \"$@\"",
                  ServerBinary(),
                  "--print-limits",
                  "--max-connections",
                  "500",
                  "--root",
                  "/"};
  const Finished done = RunProgram(command);
  EXPECT_EQ(done.exit, 0) << done.err;
}

// What the system does not allow is lowered, and said.
TEST(Descriptors, AHardLimitLowersMaxConnections) {
  Server server({"--max-connections", "500"}, {}, 64);
  EXPECT_TRUE(server.process().Says("the limit is 64: lowered to 32\n"));
  const std::string err = server.process().Err();
  EXPECT_NE(err.find("\nhttpd: warning: --max-connections 500 needs"),
            std::string::npos)
      << err;
  EXPECT_EQ(server.Metrics()["connections"]["max"].number, 32);
}

// Where it can serve nobody it says so, and any more is enough to serve.
TEST(Descriptors, TheLeastLimitServes) {
  TempDir root;
  bool refused = false, serves = false;
  for (rlim_t limit = 8; limit < 48 && !serves; limit++) {
    Command command;
    command.argv = {ServerBinary(),
                    "--listen",
                    "unix:" + root.File("s"),
                    "--root",
                    root.path(),
                    "--access-log",
                    root.File("l"),
                    "--drain-idle",
                    "0",
                    "--workers",
                    "2"};
    command.descriptors = limit;
    Process process(command);
    ASSERT_TRUE(WaitUntil([&] {
      return !process.Running() ||
             absl::StrContains(process.Err(), "listening");
    }));
    serves = process.Running();
    if (serves) {
      for (int i = 0; i < 5; i++) {
        Client client = Client::Unix(root.File("s"));
        EXPECT_EQ(client.Get("/").status, 200) << limit << ": " << i;
        EXPECT_EQ(client.Get("/static/l").status, 200) << limit << ": " << i;
      }
      process.Signal(SIGTERM);
      EXPECT_EQ(process.Wait().value_or(-1), 0);
    } else {
      EXPECT_EQ(process.Wait().value_or(-1), 1) << limit;
      EXPECT_TRUE(absl::StrContains(process.Err(), "limit of open files is"))
          << limit << process.Err();
      refused = true;
    }
  }
  EXPECT_TRUE(refused && serves);
}

// Whoever asks is served, and idle connections make room.
TEST(Descriptors, ALowLimitServesManyClients) {
  Server server({}, {}, 200);
  std::vector<Client> clients;
  for (int i = 0; i < 600; i++) {
    clients.push_back(server.Connect());
    ASSERT_EQ(clients.back().Get("/").status, 200) << i;
  }
}

}  // namespace
}  // namespace h1_test
