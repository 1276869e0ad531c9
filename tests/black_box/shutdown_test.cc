// TERM and INT: what has arrived is answered in full, then the process ends.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kDrainDeadlinePassed = 5;

TEST(Shutdown, AnIdleServerEndsWithSuccess) {
  for (int signal : {SIGTERM, SIGINT}) {
    Server server;
    Client idle = server.Connect();
    EXPECT_EQ(idle.Get("/").status, 200);
    Client fresh = server.Connect();
    server.process().Signal(signal);
    server.ExpectExit(0);
    EXPECT_NE(idle.WaitEnd(), End::kOpen);
    // The kernel holds it back until it sends: by now nobody is there.
    fresh.Send("GET");
    EXPECT_NE(fresh.WaitEnd(), End::kOpen);
    EXPECT_FALSE(server.Connect().Connected()) << "the listener is closed";
  }
}

TEST(Shutdown, AdminListenersCloseLast) {
  Server server({"--admin-listen", "127.0.0.1:0"});
  Client busy = server.Connect();
  ASSERT_TRUE(busy.Send(GetBytes("/stream?count=3&interval=700")));
  ASSERT_TRUE(busy.Readable(kPatience));
  Client scraper(server.admin_port());
  ASSERT_TRUE(scraper.Connected());
  server.process().Signal(SIGTERM);
  EXPECT_TRUE(WaitUntil([&] { return !server.Connect().Connected(); }))
      << "the public listener closes";
  const auto admin = [&](const char* target) {
    return Client(server.admin_port()).Get(target);
  };
  EXPECT_EQ(admin("/_health").status, 503);
  EXPECT_EQ(admin("/_health?ready").status, 503);
  EXPECT_EQ(admin("/_health?live").status, 200);
  EXPECT_EQ(admin("/_metrics").status, 200);
  EXPECT_EQ(busy.Read().status, 200);
  server.ExpectExit(0);
  EXPECT_FALSE(Client(server.admin_port()).Connected());
}

// The server is stopped while requests arrive and the signal is sent, so all of
// them are there before it can act on the signal. Which of the two a worker
// sees first is open, so an answer may still say keep-alive; the connection
// ends.
TEST(Shutdown, EveryRequestThatHasArrivedIsAnsweredInFull) {
  Server server({"--queue-size", "512"});
  server.root().Write("large", std::string(3 << 20, 'L'));
  const std::string large = GetBytes("/static/large");
  const std::string echo = RequestBytes("POST", "/submit", "", "an echo");
  std::vector<Client> kept;
  for (int i = 0; i < 40; i++) {
    kept.push_back(server.Connect());
    ASSERT_EQ(kept.back().Get("/").status, 200);
  }
  server.process().Signal(SIGSTOP);
  std::vector<Client> fresh;
  for (int i = 0; i < 60; i++) {
    fresh.push_back(server.Connect());
    ASSERT_TRUE(fresh.back().Send(i % 3 == 0 ? large : echo));
  }
  for (Client& client : kept) ASSERT_TRUE(client.Send(echo));
  server.process().Signal(SIGTERM);
  server.process().Signal(SIGCONT);
  for (size_t i = 0; i < kept.size(); i++) {
    const Response r = kept[i].Read("POST");
    EXPECT_EQ(r.status, 200) << "kept alive " << i << r;
    EXPECT_EQ(r.body, "an echo");
    EXPECT_NE(kept[i].WaitEnd(), End::kOpen);
  }
  for (size_t i = 0; i < fresh.size(); i++) {
    const Response r = fresh[i].Read();
    EXPECT_EQ(r.status, 200) << "fresh " << i << r;
    EXPECT_EQ(r.body.size(), i % 3 == 0 ? size_t{3} << 20 : 7u) << i;
    EXPECT_NE(fresh[i].WaitEnd(), End::kOpen);
  }
  server.ExpectExit(0);
}

TEST(Shutdown, RequestsInProgressAreFinished) {
  Server server;
  server.root().Write("large", std::string(12 << 20, 'L'));
  Client head = server.Connect();
  ASSERT_TRUE(head.Send("GET / HTTP/1.1\r\nHost:"));
  Client body = server.Connect();
  ASSERT_TRUE(body.Send(
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"));
  Client chunked = server.Connect();
  const std::string wire = ChunkedPost("/submit", "0123456789", 3);
  ASSERT_TRUE(chunked.Send(wire.substr(0, wire.size() - 12)));
  Client download = Client::SmallWindow(server.port());
  ASSERT_TRUE(download.Send(GetBytes("/static/large", "X: y\r\n")));
  ASSERT_FALSE(download.ReceiveSome(1).empty());
  Client stream = server.Connect();
  ASSERT_TRUE(stream.Send(GetBytes("/stream")));
  Sleep(200);

  server.process().Signal(SIGTERM);
  Sleep(300);
  ASSERT_TRUE(head.Send(" a\r\n\r\n"));
  ASSERT_TRUE(body.Send("world"));
  ASSERT_TRUE(chunked.Send(wire.substr(wire.size() - 12)));
  Response r = head.Read();
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_TRUE(r.Closes()) << r;
  r = body.Read("POST");
  EXPECT_EQ(r.body, "helloworld") << r;
  EXPECT_TRUE(r.Closes()) << r;
  r = chunked.Read("POST");
  EXPECT_EQ(r.body, "0123456789") << r;
  EXPECT_EQ(stream.Read().status, 200);
  EXPECT_GT(download.ReadToEnd().size(), size_t{12} << 20);
  server.ExpectExit(0);
}

// Clients hammer the server while it is told to end. A request may be lost only
// where nothing of its connection's traffic had been answered: with the close
// of an idle connection it crossed on the wire.
TEST(Shutdown, UnderLoadNoAnswerIsCutShort) {
  Server server;
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, cut{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      while (!stop) {
        Client client = server.Connect();
        if (!client.Connected()) return;
        for (int i = 0; i < 20; i++) {
          client.Send(RequestBytes("POST", "/submit", "", "echo this"));
          const Response r = client.Read("POST");
          if (r.status == 200) answered++;
          if (r.status == 0 && !absl::StrContains(r.problem, "after 0 bytes")) {
            cut++;
          }
          if (r.status == 0 || r.Closes()) break;
        }
      }
    });
  }
  EXPECT_TRUE(WaitUntil([&] { return answered > 200; }));
  server.process().Signal(SIGTERM);
  server.ExpectExit(0);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cut, 0);
}

TEST(Shutdown, DrainDelayKeepsServingAndTurnsHealthBad) {
  Server server({"--drain-delay", "2s"});
  Client kept = server.Connect();
  EXPECT_EQ(kept.Get("/").status, 200);
  EXPECT_EQ(server.Connect().Get("/_health").status, 200);
  const auto start = Clock::now();
  server.process().Signal(SIGTERM);
  Response health;
  EXPECT_TRUE(WaitUntil([&] {
    health = server.Connect().Get("/_health");
    return health.status == 503;
  }));
  EXPECT_TRUE(health.Closes());
  const Response r = server.Connect().Get("/");
  EXPECT_EQ(r.status, 200) << "new connections are served";
  EXPECT_TRUE(r.Closes());
  const Response last = kept.Get("/");
  EXPECT_EQ(last.status, 200);
  EXPECT_TRUE(last.Closes());
  server.ExpectExit(0);
  EXPECT_GE(Clock::now() - start, Milliseconds(1900));
}

TEST(Shutdown, PastTheDrainDeadlineTheProcessEndsWithItsOwnCode) {
  Server server({"--drain-timeout", "600ms"}, ThreadsMayBeAbandoned());
  Client stuck = server.Connect();
  ASSERT_TRUE(stuck.Send("GET / HTTP/1.1\r\nHo"));
  Sleep(200);
  const auto start = Clock::now();
  server.process().Signal(SIGTERM);
  server.ExpectExit(kDrainDeadlinePassed);
  EXPECT_GE(Clock::now() - start, Milliseconds(500));
  EXPECT_TRUE(absl::StrContains(server.process().Err(), "drain"))
      << server.process().Err();
}

TEST(Shutdown, ASecondSignalEndsAtOnce) {
  for (int second : {SIGTERM, SIGINT}) {
    Server server({"--drain-timeout", "300s"}, ThreadsMayBeAbandoned());
    Client stuck = server.Connect();
    ASSERT_TRUE(stuck.Send("GET / HTTP/1.1\r\nHo"));
    Sleep(200);
    server.process().Signal(SIGTERM);
    Sleep(200);
    // Within a second it is part of the same stop.
    server.process().Signal(second);
    Sleep(1000);
    EXPECT_TRUE(server.process().Running());
    server.process().Signal(second);
    server.ExpectExit(kDrainDeadlinePassed);
    // The start-up line and one that says why it ended so.
    EXPECT_TRUE(absl::StrContains(server.process().Err(), "signal"))
        << server.process().Err();
  }
}

TEST(Shutdown, ASecondSignalEndsTheDrainDelayToo) {
  Server server({"--drain-delay", "300s"}, ThreadsMayBeAbandoned());
  server.process().Signal(SIGTERM);
  Sleep(1100);
  EXPECT_TRUE(server.process().Running());
  server.process().Signal(SIGTERM);
  server.ExpectExit(kDrainDeadlinePassed);
}

TEST(Shutdown, AReaderThatStopsReadingIsEndedByTheDeadline) {
  Server server({"--drain-timeout", "500ms"}, ThreadsMayBeAbandoned());
  server.root().Write("large", std::string(32 << 20, 'L'));
  Client stuck = Client::SmallWindow(server.port());
  ASSERT_TRUE(stuck.Send(GetBytes("/static/large")));
  ASSERT_FALSE(stuck.ReceiveSome(1).empty());
  server.process().Signal(SIGTERM);
  server.ExpectExit(kDrainDeadlinePassed);
}

TEST(Shutdown, ASaturatedServerEndsToo) {
  Server server({"--workers", "1", "--max-connections", "2", "--queue-size",
                 "4", "--header-timeout", "1s"});
  std::vector<Client> clients;
  for (int i = 0; i < 12; i++) {
    clients.push_back(server.Connect());
    ASSERT_TRUE(clients.back().Send("GET / HTTP/1.1\r\n"));
  }
  Sleep(100);
  server.process().Signal(SIGTERM);
  server.ExpectExit(0);
  for (Client& client : clients) {
    const Response r = client.Read();
    EXPECT_TRUE(r.status == 408 || r.status == 503) << r;
  }
}

}  // namespace
}  // namespace h1_test
