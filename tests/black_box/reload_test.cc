// HUP: another configuration takes the place of the one in force, whole, or
// nothing of it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using testing::HasSubstr;

class Reload : public testing::Test {
 protected:
  void Write(const std::string& text) { dir_.Write("httpd.conf", text); }
  std::string File() const { return dir_.File("httpd.conf"); }

  static double Config(const Server& server, const std::string& member) {
    return server.Metrics().At("config." + member).number;
  }
  void HupAndAwait(Server& server, const std::string& member, double value) {
    server.process().Signal(SIGHUP);
    EXPECT_TRUE(WaitUntil([&] { return Config(server, member) == value; }))
        << member << " " << Config(server, member) << server.process().Err();
  }
  void ExpectRefused(Server& server, double failures,
                     const std::string& message) {
    HupAndAwait(server, "failures", failures);
    EXPECT_EQ(Config(server, "generation"), 1);
    EXPECT_EQ(server.Connect().Get("/").Field("X-Gen"), "one");
    EXPECT_THAT(server.process().Err(), HasSubstr(message));
  }

  TempDir dir_;
};

TEST_F(Reload, WhatMayChangeDoes) {
  Write("header = /** X-Gen: one\n");
  const std::string log = dir_.File("log");
  Server server(
      {"--config", File(), "--access-log", log, "--keepalive-requests=77"});
  server.root().Write("page.odd", "text");
  Client kept = server.Connect();
  const Response before = kept.Get("/static/page.odd");
  EXPECT_EQ(before.Field("X-Gen"), "one");
  EXPECT_EQ(before.Field("Cache-Control"), "no-cache");
  EXPECT_EQ(before.Field("Content-Type"), "application/octet-stream");
  dir_.Write("types", "text/x-odd odd\n");
  Write(
      absl::StrCat("header = /** X-Gen: two\n"
                   "cache-control = /static/*.odd=private\n"
                   "redirect = /old=/new=301\n"
                   "mime-types = ",
                   dir_.File("types"),
                   "\n"
                   "charset = us-ascii\n"
                   "error-page = 404=page.odd\n"
                   "server-name = other\n"
                   "keepalive-timeout = 9s\n"
                   "keepalive-requests = 5   # the command line wins\n"
                   "max-client-connections = 3\n"
                   "queue-timeout = 2s\n"
                   "drain-idle = 0\n"
                   "log-format = combined\n"));
  HupAndAwait(server, "generation", 2);
  // The same connection, its next request.
  const Response after = kept.Get("/static/page.odd");
  EXPECT_EQ(after.Field("X-Gen"), "two");
  EXPECT_EQ(after.Field("Cache-Control"), "private");
  EXPECT_EQ(after.Field("Content-Type"), "text/x-odd; charset=us-ascii");
  EXPECT_EQ(after.Field("Server"), "other");
  EXPECT_THAT(after.Field("Keep-Alive"),
              testing::StartsWith("timeout=9, max=7"));
  EXPECT_EQ(kept.Get("/old").status, 301);
  const Response missing = kept.Get("/static/missing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, "text");
  EXPECT_TRUE(WaitUntil([&] {
    return ReadFileText(log).find("\"GET /old HTTP/1.1\" 301") !=
           std::string::npos;
  })) << ReadFileText(log);
  EXPECT_EQ(Config(server, "failures"), 0);
  EXPECT_THAT(server.process().Err(),
              HasSubstr(absl::StrCat("HUP: ", File(), " is in force")));
  // And back, into the place where the first one was.
  Write("header = /** X-Gen: three\n");
  HupAndAwait(server, "generation", 3);
  const Response last = kept.Get("/static/page.odd");
  EXPECT_EQ(last.Field("X-Gen"), "three");
  EXPECT_EQ(last.Field("Content-Type"), "application/octet-stream");
  EXPECT_THAT(kept.Get("/static/missing").body, HasSubstr("not_found"));
}

TEST_F(Reload, AFaultLeavesEverythingAsItWas) {
  const std::string good = "header = /** X-Gen: one\n";
  Write(good);
  Server server({"--config", File()});
  double n = 0;
  const std::string changed = "header = /** X-Gen: two\n";
  Write(changed + "redirect = /a");
  ExpectRefused(server, ++n, ":2: redirect: '/a' has no '=' after FROM");
  Write(changed + "keepalive-timeout");
  ExpectRefused(server, ++n, ":2: 'keepalive-timeout' is not \"key = value\"");
  Write(changed + "queue-size = 9\nmax-body-bytes = 2M\n");
  ExpectRefused(
      server, ++n,
      "--queue-size, --max-body-bytes: cannot change while the server "
      "runs");
  Write(changed + "mime-types = " + dir_.File("absent") + "\n");
  ExpectRefused(server, ++n, "--mime-types " + dir_.File("absent"));
  Write(changed + "charset = a b\n");
  ExpectRefused(server, ++n, "--charset a b");
  Write(changed + "error-page = 404=absent.html\n");
  ExpectRefused(server, ++n, "'absent.html' is not a file below");
  std::string many = changed;
  for (int i = 0; i < 65; i++) many += "header = /** X-A: b\n";
  Write(many);
  ExpectRefused(server, ++n, "--header: more than 64 values");
  Write(changed + "#" + std::string(10000, 'x') + "\n" +
        std::string(500000, '\n'));
  ExpectRefused(server, ++n, "larger than --config-memory allows");
  ASSERT_EQ(unlink(File().c_str()), 0);
  ExpectRefused(server, ++n, "--config: cannot read");
  // Nobody is waited for who may write to it.
  ASSERT_EQ(mkfifo(File().c_str(), 0600), 0);
  ExpectRefused(server, ++n, "it is no regular file");
  ASSERT_EQ(unlink(File().c_str()), 0);
  Write(changed + "mime-types = " + dir_.File("fifo") + "\n");
  ASSERT_EQ(mkfifo(dir_.File("fifo").c_str(), 0600), 0);
  ExpectRefused(server, ++n, "--mime-types");
  Write(changed);
  HupAndAwait(server, "generation", 2);
  EXPECT_EQ(server.Connect().Get("/").Field("X-Gen"), "two");
}

TEST_F(Reload, AThirdWaitsForWhoStillUsesTheFirst) {
  Write("header = /** X-Gen: one\n");
  Server server({"--config", File()});
  Client slow = server.Connect();
  ASSERT_TRUE(slow.Send(
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab"));
  ASSERT_TRUE(WaitUntil(
      [&] { return server.Metrics().At("connections.active").number >= 2; }));
  // Long enough to be read: an answer to another says that a turn has passed.
  for (int i = 0; i < 3; i++) server.Connect().Get("/");
  Write("header = /** X-Gen: two\n");
  HupAndAwait(server, "generation", 2);
  Write("header = /** X-Gen: three\n");
  server.process().Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] {
    return server.process().Err().find("this one waits") != std::string::npos;
  }));
  EXPECT_TRUE(server.Metrics().At("config.waiting").boolean);
  EXPECT_EQ(server.Connect().Get("/").Field("X-Gen"), "two");
  ASSERT_TRUE(slow.Send("cd"));
  EXPECT_EQ(slow.Read("POST").Field("X-Gen"), "one");
  EXPECT_TRUE(WaitUntil([&] { return Config(server, "generation") == 3; }));
  EXPECT_FALSE(server.Metrics().At("config.waiting").boolean);
  EXPECT_EQ(slow.Get("/").Field("X-Gen"), "three");
}

// A stop ends the wait: whoever drains goes by what they know.
TEST_F(Reload, WhatWaitsWhenAStopBeginsIsNotRead) {
  Write("header = /** X-Gen: one\n");
  Server server({"--config", File(), "--drain-idle=500ms"});
  Client slow = server.Connect();
  ASSERT_TRUE(slow.Send(
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab"));
  ASSERT_TRUE(WaitUntil(
      [&] { return server.Metrics().At("connections.active").number >= 2; }));
  for (int i = 0; i < 3; i++) server.Connect().Get("/");
  Write("header = /** X-Gen: two\n");
  HupAndAwait(server, "generation", 2);
  Write("header = /** X-Gen: three\n");
  server.process().Signal(SIGHUP);
  const auto says = [&](const char* text) {
    return server.process().Err().find(text) != std::string::npos;
  };
  ASSERT_TRUE(WaitUntil([&] { return says("this one waits"); }));
  // Idle, it keeps the server for longer than a reload that waits sleeps.
  Client idle = server.Connect();
  server.process().Signal(SIGTERM);
  EXPECT_TRUE(WaitUntil([&] { return says("is not read"); }));
  ASSERT_TRUE(slow.Send("cd"));
  EXPECT_EQ(slow.Read("POST").Field("X-Gen"), "one");
  server.ExpectExit(0);
  EXPECT_FALSE(says("generation 3"));
}

// Every answer is of one configuration, whatever is read meanwhile.
TEST_F(Reload, UnderLoadNoAnswerMixesTwo) {
  const auto generation = [this](int n) {
    const std::string types = absl::StrCat("types", n);
    dir_.Write(types, absl::StrCat("text/x-", n, " odd\n"));
    dir_.Write("next", absl::StrCat("header = /** X-Gen: ", n,
                                    "\ncache-control = /**=max-age=", n,
                                    "\nmime-types = ", dir_.File(types), "\n"));
    ASSERT_EQ(rename(dir_.File("next").c_str(), File().c_str()), 0);
  };
  generation(0);
  Server server({"--config", File()});
  server.root().Write("page.odd", "text");
  std::atomic<bool> over{false};
  std::atomic<int> answers{0}, last{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 2; i++) {
    clients.emplace_back([&] {
      for (Client client = server.Connect(); !over; answers++) {
        const Response r = client.Get("/static/page.odd");
        const std::string n = r.Field("X-Gen");
        EXPECT_EQ(r.status, 200) << r;
        EXPECT_EQ(r.Field("Cache-Control"), "max-age=" + n);
        EXPECT_EQ(r.Field("Content-Type"), "text/x-" + n + "; charset=utf-8");
        last = static_cast<int>(strtol(n.c_str(), nullptr, 10));
      }
    });
  }
  for (int n = 1; n <= 25; n++) {
    generation(n);
    server.process().Signal(SIGHUP);
    EXPECT_TRUE(WaitUntil([&] { return last == n; })) << n;
  }
  over = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(Config(server, "generation"), 26);
  EXPECT_EQ(Config(server, "failures"), 0);
  EXPECT_GT(answers, 50);
}

TEST_F(Reload, WhatMayNotBeMeantIsSaid) {
  Write("trusted-proxy = 127.0.0.1\n");
  Server server({"--config", File(), "--client-address=x-forwarded-for"});
  EXPECT_THAT(server.process().Err(), testing::Not(HasSubstr("warning: --")));
  Write("trusted-proxy = 0.0.0.0/0\n");
  HupAndAwait(server, "generation", 2);
  EXPECT_TRUE(WaitUntil([&] {
    return server.process().Err().find(
               "HUP: warning: --trusted-proxy: a network of all") !=
           std::string::npos;
  }));
}

TEST_F(Reload, WithoutAFileNothingIsRead) {
  Server server({"--header=/** X-Gen: one"});
  server.process().Signal(SIGHUP);
  for (int i = 0; i < 3; i++) {
    EXPECT_EQ(server.Connect().Get("/").Field("X-Gen"), "one");
  }
  EXPECT_EQ(Config(server, "generation"), 1);
  EXPECT_EQ(Config(server, "failures"), 0);
}

}  // namespace
}  // namespace h1_test
