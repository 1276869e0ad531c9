// More than the server can take: a bounded worker pool and a bounded queue,
// then 503 from the overload lane, in which health and metrics still answer.
#include <gtest/gtest.h>

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
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr size_t kSlots = 4;
constexpr size_t kPiece = 1000, kPieces = 600;

// A server whose every slot is taken by a request that progresses, so that
// nothing can give way: uploads at more than the least rate.
class Saturated {
 public:
  explicit Saturated(Args more = {}) {
    Args args = {"--workers",         "1",    "--queue-size",     "1",
                 "--max-connections", "4",    "--header-timeout", "60s",
                 "--queue-timeout",   "200ms"};
    args.insert(args.end(), more.begin(), more.end());
    server_ = std::make_unique<Server>(args);
    for (size_t i = 0; i < kSlots; i++) {
      // A whole request first: what it answers proves that a worker has it.
      holders_.push_back(server_->Connect());
      EXPECT_EQ(holders_.back().Get("/").status, 200);
      EXPECT_TRUE(holders_.back().Send(
          absl::StrCat("POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: ",
                       kPiece * kPieces, "\r\n\r\n")));
    }
    feeder_ = std::thread([this] {
      for (sent_ = 0; sent_ < kPieces && !done_; sent_++) {
        Feed();
        std::this_thread::sleep_for(Milliseconds(100));
      }
    });
    std::this_thread::sleep_for(Milliseconds(200));
  }
  ~Saturated() { Stop(); }
  Server& server() { return *server_; }
  Client Connect() { return server_->Connect(); }
  // One slot comes free.
  void Leave() {
    std::lock_guard<std::mutex> lock(mutex_);
    holders_.pop_back();
  }
  // Those who were there first are served in full.
  void Finish() {
    Stop();
    for (Client& holder : holders_) {
      ASSERT_TRUE(holder.Send(std::string((kPieces - sent_) * kPiece, 'x')));
      EXPECT_EQ(holder.Read("POST").status, 200);
    }
  }

 private:
  void Feed() {
    std::lock_guard<std::mutex> lock(mutex_);
    for (Client& holder : holders_) holder.Send(std::string(kPiece, 'x'));
  }
  void Stop() {
    done_ = true;
    if (feeder_.joinable()) feeder_.join();
  }

  std::unique_ptr<Server> server_;
  std::vector<Client> holders_;
  std::mutex mutex_;
  std::atomic<bool> done_{false};
  size_t sent_ = 0;
  std::thread feeder_;
};

void ExpectUnavailable(const Response& r) {
  EXPECT_EQ(r.status, 503) << r;
  EXPECT_TRUE(r.Closes()) << r;
  int seconds = 0;
  EXPECT_TRUE(absl::SimpleAtoi(r.Field("Retry-After"), &seconds)) << r;
  EXPECT_GT(seconds, 0);
  EXPECT_FALSE(r.body.empty());
}

TEST(Overload, IsAnsweredWith503AndRetryAfter) {
  Saturated full;
  for (int i = 0; i < 5; i++) {
    Client client = full.Connect();
    ExpectUnavailable(client.Get("/"));
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }
  full.Finish();
}

TEST(Overload, RefusesManyAtOnce) {
  Saturated full;
  std::vector<Client> clients;
  for (int i = 0; i < 20; i++) {
    clients.push_back(full.Connect());
    ASSERT_TRUE(clients.back().Send(GetBytes("/")));
  }
  for (Client& client : clients) ExpectUnavailable(client.Read());
  EXPECT_TRUE(WaitUntil([&] {
    return full.server().Refusals("queue_full") +
               full.server().Refusals("queue_timeout") ==
           20;
  }));
}

TEST(Overload, TheAnswerIsReadableByAClientThatStillWrites) {
  Saturated full;
  for (int i = 0; i < 5; i++) {
    Client client = full.Connect();
    client.Send(RequestBytes("POST", "/submit", "", std::string(100000, 'x')));
    ExpectUnavailable(client.Read("POST"));
  }
}

TEST(Overload, HealthAndMetricsStillAnswer) {
  Saturated full;
  for (int i = 0; i < 3; i++) {
    Client client = full.Connect();
    const Response health = client.Get("/_health");
    EXPECT_EQ(health.status, 200) << health;
    const Json metrics = full.server().Metrics();
    EXPECT_EQ(metrics.kind, Json::kObject);
  }
}

// An admin listener has the lane to itself and to those who are refused.
TEST(Overload, AnAdminListenerAnswersWhateverElseHoldsTheLane) {
  Saturated full({"--admin-listen", "127.0.0.1:0"});
  const int port = full.server().admin_port();
  std::vector<Client> others;
  for (int i = 0; i < 200; i++) {
    others.push_back(i % 2 == 0 ? full.Connect() : Client(port));
    others.back().Send("GET /_health HTTP/1.1\r\nX: ");
  }
  int late = 0;
  for (int i = 0; i < 100; i++) {
    const auto start = Clock::now();
    Client client(port);
    const Response health = client.Get("/_health");
    EXPECT_EQ(health.status, 200) << health;
    EXPECT_TRUE(health.Closes()) << health;
    if (MsSince(start) > 100) late++;
    others[static_cast<size_t>(i)] = Client(port);  // it never sends a byte
  }
  EXPECT_LE(late, ServerIsSanitized() ? 50 : 1);
}

TEST(Overload, BadRequestsAreNamedAsSuchOrRefused) {
  Saturated full;
  Client client = full.Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\nHost: a\r\n\r\n"));
  const Response r = client.Read();
  EXPECT_TRUE(r.status == 400 || r.status == 503) << r;
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

TEST(Overload, SlowClientsDoNotBlockTheLane) {
  Saturated full;
  std::vector<Client> silent;
  for (int i = 0; i < 40; i++) silent.push_back(full.Connect());
  // Each gets its answer although many that say nothing came before it.
  for (int i = 0; i < 3; i++) {
    Client client = full.Connect();
    ExpectUnavailable(client.Get("/"));
  }
}

TEST(Overload, EndsWhenASlotIsFree) {
  Saturated full;
  ExpectUnavailable(full.Connect().Get("/"));
  full.Leave();
  // The server has to notice the close first; then a slot is free for good.
  EXPECT_TRUE(WaitUntil([&] { return full.Connect().Get("/").status == 200; }));
  for (int i = 0; i < 20; i++) {
    Client client = full.Connect();
    EXPECT_EQ(client.Get("/", "Connection: close\r\n").status, 200) << i;
    EXPECT_EQ(client.WaitEnd(), End::kClosed);
  }
}

TEST(Overload, AQueuedConnectionIsServedWhenASlotComesFreeInTime) {
  Saturated full({"--queue-timeout", "15s"});
  Client queued = full.Connect();
  ASSERT_TRUE(queued.Send(GetBytes("/")));
  EXPECT_FALSE(queued.Readable(Milliseconds(300))) << "it waits in the queue";
  full.Leave();
  EXPECT_EQ(queued.Read().status, 200);
}

TEST(Overload, BehindAFullQueueIsRefusedAtOnce) {
  Saturated full({"--queue-timeout", "60s"});
  Client queued = full.Connect();
  ASSERT_TRUE(queued.Send(GetBytes("/")));
  EXPECT_FALSE(queued.Readable(Milliseconds(300)));
  Client refused = full.Connect();
  ExpectUnavailable(refused.Get("/"));
  EXPECT_TRUE(full.server().AwaitRefusals("queue_full", 1));
  full.Leave();
  EXPECT_EQ(queued.Read().status, 200);
}

TEST(Overload, AQueuedConnectionHasADeadline) {
  Saturated full({"--queue-timeout", "600ms", "--queue-size", "8"});
  const auto start = Clock::now();
  Client queued = full.Connect();
  ExpectUnavailable(queued.Get("/"));
  EXPECT_GE(Clock::now() - start, Milliseconds(480));
  EXPECT_TRUE(full.server().AwaitRefusals("queue_timeout", 1));
}

TEST(Overload, IdleConnectionsGiveWayLongestIdleFirst) {
  Server server({"--workers", "1", "--queue-size", "1", "--max-connections",
                 "4", "--queue-timeout", "10s"});
  std::vector<Client> idle;
  for (int i = 0; i < 4; i++) {
    idle.push_back(server.Connect());
    EXPECT_EQ(idle.back().Get("/").status, 200);
    std::this_thread::sleep_for(Milliseconds(30));
  }
  // The first becomes the one that was idle for the shortest time.
  EXPECT_EQ(idle[0].Get("/").status, 200);
  Client fifth = server.Connect();
  EXPECT_EQ(fifth.Get("/").status, 200) << "nobody is refused";
  EXPECT_EQ(idle[1].WaitEnd(), End::kClosed);
  EXPECT_EQ(idle[0].Get("/").status, 200);
  EXPECT_EQ(idle[2].Get("/").status, 200);
  EXPECT_EQ(idle[3].Get("/").status, 200);
}

TEST(Overload, ManyMoreClientsThanSlotsAreServedInTurn) {
  Server server({"--workers", "1", "--max-connections", "4"});
  for (int i = 0; i < 100; i++) {
    Client client = server.Connect();  // It stays open until it gives way.
    ASSERT_EQ(client.Get("/").status, 200) << i;
  }
}

TEST(Idle, FiveHundredConnectionsWhileOthersAreServed) {
  Server server({"--max-connections", "1024"});
  std::vector<Client> idle;
  for (int i = 0; i < 500; i++) {
    idle.push_back(server.Connect());
    if (i % 2 == 0) {
      ASSERT_EQ(idle.back().Get("/").status, 200) << i;
    }
  }
  std::atomic<int> served{0};
  std::vector<std::thread> busy;
  for (int t = 0; t < 2; t++) {
    busy.emplace_back([&server, &served] {
      Client client = server.Connect();
      for (int i = 0; i < 500; i++) {
        if (client.Get("/").status == 200) served++;
      }
    });
  }
  for (std::thread& thread : busy) thread.join();
  EXPECT_EQ(served, 1000);
  for (size_t i = 0; i < idle.size(); i++) {
    ASSERT_EQ(idle[i].Get("/").status, 200) << i << " was not forgotten";
  }
}

}  // namespace
}  // namespace h1_test
