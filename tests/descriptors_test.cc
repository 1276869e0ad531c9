// Running out of descriptors: accepting pauses, nothing spins, nobody in
// service is hurt, and it goes on by itself when descriptors come free.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

void Sleep(int ms) { std::this_thread::sleep_for(Milliseconds(ms)); }

// Lets the running server open `more` descriptors beyond those it has.
void AllowDescriptors(Server& server, size_t more) {
  rlimit limit = {};
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
  limit.rlim_cur = server.process().DescriptorCount() + more;
  ASSERT_EQ(prlimit(server.process().pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
}

TEST(Descriptors, ExhaustionPausesAcceptingAndHurtsNobody) {
  Server server;
  server.root().Write("a.txt", "text");
  Client in_service = server.Connect();
  ASSERT_EQ(in_service.Get("/").status, 200);
  ASSERT_EQ(in_service.Get("/static/a.txt").status, 200);
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
  EXPECT_LT(server.process().CpuMs() - cpu, 400) << "it spins";
  for (int i = 0; i < 20; i++) {
    EXPECT_EQ(in_service.Get("/").status, 200) << i;
  }

  // All of them are served as those before them leave.
  for (size_t i = 0; i < clients.size(); i++) {
    ASSERT_TRUE(clients[i].Send("\r\n"));
    const Response r = clients[i].Read();
    EXPECT_EQ(r.status, 200) << i << r;
    clients[i].Close();
  }
  EXPECT_EQ(in_service.Get("/").status, 200);
  EXPECT_EQ(server.Connect().Get("/").status, 200);
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

// It works as well as it can, and says what to expect.
TEST(Descriptors, AHardLimitBelowMaxConnectionsIsWarnedOfByName) {
  TempDir root;
  Command command;
  command.argv = {ServerBinary(),      "--listen", "127.0.0.1:0",
                  "--max-connections", "500",      "--root",
                  root.path()};
  command.descriptors = 64;
  Process server(command);
  EXPECT_TRUE(WaitUntil([&] {
    return absl::StrContains(server.Err(), "memory bound") || !server.Running();
  }));
  const std::string err = server.Err();
  const size_t warning = err.find("warning");
  EXPECT_NE(warning, std::string::npos) << err;
  EXPECT_LT(warning, err.find("--max-connections 500")) << err;
  EXPECT_LT(warning, err.find("listening on")) << err;
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait().value_or(-1), 0);
}

}  // namespace
}  // namespace h1_test
