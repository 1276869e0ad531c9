// httpd --healthcheck: the same options, and an exit status.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

Finished Check(const Args& args, const Environment& env = {}) {
  Command command;
  command.argv = {ServerBinary(), "--healthcheck"};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  command.env = env;
  return RunProgram(command);
}

TEST(Healthcheck, AsksTheListenerThatIsConfigured) {
  TempDir dir;
  const std::string unix_one = "unix:" + dir.File("s");
  Server plain({"--listen", "127.0.0.1:0", "--listen", unix_one});
  const std::string port = absl::StrCat(plain.port());
  for (const std::string& address : {"127.0.0.1:" + port, "localhost:" + port,
                                     ":" + port, "0.0.0.0:" + port, unix_one}) {
    const Finished done = Check({"--listen", address});
    EXPECT_EQ(done.exit, 0) << address << done.err;
    EXPECT_TRUE(absl::StrContains(done.out, "answers 200")) << done.out;
  }
  EXPECT_EQ(Check({}, {{"H1_HTTPD_LISTEN", "127.0.0.1:" + port}}).exit, 0);
}

TEST(Healthcheck, AsksTheAdminListenerFirst) {
  Server server({"--admin-listen", "127.0.0.1:0"});
  const std::string listen = server.listeners()[0];
  const std::string admin = absl::StrCat("127.0.0.1:", server.admin_port());
  EXPECT_EQ(Check({"--listen", listen, "--admin-listen", admin}).exit, 0);
  const Finished wrong = Check({"--listen", listen});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_TRUE(absl::StrContains(wrong.err, listen + " answers 404"))
      << wrong.err;
}

TEST(Healthcheck, ADrainIsNoHealth) {
  Server server({"--drain-delay=1s"});
  Client busy = server.Connect();
  ASSERT_EQ(busy.Get("/").status, 200);
  server.process().Signal(SIGTERM);
  EXPECT_TRUE(WaitUntil([&] {
    return Check({"--listen", server.listeners()[0]}).exit == 1;
  }));
  busy.Close();
  server.ExpectExit(0);
}

TEST(Healthcheck, WhatCannotBeAskedIsNoHealthAndSaysWhy) {
  const struct {
    Args args;
    std::string says;
  } cases[] = {
      {{"--listen=127.0.0.1:1"}, "127.0.0.1:1: Connection refused"},
      {{"--listen=unix:/nowhere/s"}, "unix:/nowhere/s: No such file"},
      {{"--listen=127.0.0.1:0"}, "no fixed port"},
      {{"--listen=systemd:http", "--admin-listen=fd:3"}, "--admin-listen"},
      {{"--config=/nowhere/conf"}, "/nowhere/conf"},
      {{"--workers=0"}, "--workers"},
  };
  for (const auto& c : cases) {
    const Finished done = Check(c.args);
    EXPECT_EQ(done.exit, 1) << c.says;
    EXPECT_TRUE(absl::StrContains(done.err, c.says)) << done.err;
  }
}

// A server that accepts and says nothing.
TEST(Healthcheck, EndsThoughNobodyAnswers) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(fd, 5), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  const auto begun = Clock::now();
  const Finished done =
      Check({absl::StrCat("--listen=127.0.0.1:", ntohs(address.sin_port))});
  EXPECT_EQ(done.exit, 1);
  EXPECT_TRUE(absl::StrContains(done.err, "no answer within 2 s")) << done.err;
  EXPECT_LT(MsSince(begun), 6000);
  close(fd);
}

}  // namespace
}  // namespace h1_test
