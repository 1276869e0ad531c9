// Clients that are slow, rude or many: none of them may stop the others, and
// no set of half-read bodies may wait for each other.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// Waits until the server holds no connection but the one that asks.
void ExpectAllGone(const Server& server) {
  EXPECT_TRUE(WaitUntil([&server] {
    return server.Metrics().At("connections.active").number <= 1;
  })) << server.Connect().Get("/_metrics").body;
}

TEST(Slow, WritersOfSingleBytesAreServedBesideFastOnes) {
  Server server;
  std::vector<Client> slow;
  for (int i = 0; i < 50; i++) slow.push_back(server.Connect());
  const std::string request =
      RequestBytes("POST", "/submit", "", "a body that comes slowly");
  Client fast = server.Connect();
  for (const char byte : request) {
    for (Client& client : slow) {
      ASSERT_TRUE(client.Send(absl::string_view(&byte, 1)));
    }
    ASSERT_EQ(fast.Get("/").status, 200);
  }
  for (Client& client : slow) {
    const Response r = client.Read("POST");
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_EQ(r.body, "a body that comes slowly");
  }
}

TEST(Slow, ReadersOfLargeFilesGetEveryByteBesideFastOnes) {
  Server server;
  std::string large;
  for (int i = 0; large.size() < (2 << 20); i++)
    absl::StrAppend(&large, i, ",");
  server.root().Write("large", large);
  std::vector<Client> slow;
  for (int i = 0; i < 10; i++) {
    slow.push_back(Client::SmallWindow(server.port()));
    ASSERT_TRUE(
        slow.back().Send(GetBytes("/static/large", "Connection: close\r\n")));
  }
  std::vector<std::string> got(slow.size());
  for (int round = 0; round < 30; round++) {
    for (size_t i = 0; i < slow.size(); i++)
      got[i] += slow[i].ReceiveSome(1500);
    ASSERT_EQ(server.Connect().Get("/").status, 200);
    Sleep(10);
  }
  for (size_t i = 0; i < slow.size(); i++) {
    got[i] += slow[i].ReadToEnd();
    Response r;
    EXPECT_EQ(ParseResponse(got[i], "GET", true, &r), got[i].size());
    EXPECT_TRUE(r.body == large) << i << ": " << r.body.size();
  }
}

TEST(Slow, AReaderOfALargeEchoGetsEveryByte) {
  Server server;
  std::string body;
  for (int i = 0; body.size() < 1000000; i++) absl::StrAppend(&body, i, ";");
  Client client = Client::SmallWindow(server.port());
  ASSERT_TRUE(client.Send(
      RequestBytes("POST", "/submit", "Connection: close\r\n", body)));
  Sleep(200);
  std::string got;
  for (int i = 0; i < 50; i++) {
    got += client.ReceiveSome(1000);
    Sleep(2);
  }
  got += client.ReadToEnd();
  Response r;
  ASSERT_GT(ParseResponse(got, "POST", true, &r), 0u) << r;
  EXPECT_TRUE(r.body == body) << r.body.size();
}

TEST(Slow, APipelinerThatReadsNothingIsHeldNotBuffered) {
  Server server({"--buffer-memory", "4M"});
  server.root().Write("file", std::string(100000, 'f'));
  Client greedy = Client::SmallWindow(server.port());
  // It writes until the server stops reading: memory does not follow demand.
  std::string requests;
  for (int i = 0; i < 100; i++) requests += GetBytes("/static/file");
  size_t sent = 0;
  for (int quiet = 0; quiet < 50 && sent < (32 << 20);) {
    const size_t n = greedy.SendSome(
        absl::string_view(requests).substr(sent % requests.size()));
    sent += n;
    quiet = n != 0 ? 0 : quiet + 1;
    if (n == 0) Sleep(10);
  }
  EXPECT_LT(sent, size_t{32} << 20) << "the server reads without end";
  EXPECT_EQ(server.Connect().Get("/").status, 200);
}

TEST(Resets, AtEveryStageOfARequestHurtNobody) {
  Server server;
  server.root().Write("large", std::string(4 << 20, 'x'));
  const std::string post =
      RequestBytes("POST", "/submit", "", std::string(100000, 'x'));
  const std::string kStages[] = {
      "",
      "GET / HT",
      GetBytes("/"),
      GetBytes("/static/large"),
      GetBytes("/stream"),
      post.substr(0, 50000),
      post,
      ChunkedPost("/submit", std::string(50000, 'x'), 100).substr(0, 30000),
      GetBytes("/") + "GET / HTTP/1.1\nbad",
      [] {
        std::string many;
        for (int i = 0; i < 200; i++) many += GetBytes("/");
        return many;
      }(),
  };
  for (int round = 0; round < 10; round++) {
    std::vector<Client> clients;
    for (const std::string& stage : kStages) {
      clients.push_back(server.Connect());
      clients.back().Send(stage);
    }
    if (round % 2 == 1) Sleep(20);
    for (Client& client : clients) client.Reset();
    ASSERT_EQ(server.Connect().Get("/").status, 200);
  }
  ExpectAllGone(server);
}

TEST(Resets, ClosesAtEveryStageHurtNobody) {
  Server server;
  server.root().Write("large", std::string(4 << 20, 'x'));
  for (int round = 0; round < 20; round++) {
    Client reading = server.Connect();
    ASSERT_TRUE(reading.Send(GetBytes("/static/large")));
    reading.ReceiveSome(1000);
    Client writing = server.Connect();
    ASSERT_TRUE(
        writing.Send("POST /submit HTTP/1.1\r\nHost: a\r\n"
                     "Content-Length: 100000\r\n\r\nabc"));
  }
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  ExpectAllGone(server);
}

// Uploads of a mebibyte, more of them at once than memory can hold. Each must
// end in its own answer, or in a 503.
class Uploads {
 public:
  explicit Uploads(const Server& server) : server_(server) {}

  void Start(int index, bool chunked, bool pausing) {
    threads_.emplace_back(
        [this, index, chunked, pausing] { One(index, chunked, pausing); });
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  int echoed() const { return echoed_; }
  int refused() const { return refused_; }
  int others() const { return others_; }

 private:
  void One(int index, bool chunked, bool pausing) {
    const std::string body(1 << 20, static_cast<char>('a' + index % 26));
    const std::string bytes = chunked
                                  ? ChunkedPost("/submit", body, 30000)
                                  : RequestBytes("POST", "/submit", "", body);
    Client client = server_.Connect();
    const size_t step = 64 * 1024;
    for (size_t at = 0; at < bytes.size(); at += step) {
      // An early answer ends the upload; it is read below.
      if (client.Readable(Milliseconds(0))) break;
      if (!client.Send(absl::string_view(bytes).substr(at, step))) break;
      if (pausing) Sleep(10 + index % 7);
    }
    const Response r = client.Read("POST", Milliseconds(40000));
    if (r.status == 200 && r.body == body) {
      echoed_++;
    } else if (r.status == 503) {
      refused_++;
    } else {
      others_++;
      ADD_FAILURE() << index << ": " << r.status << " " << r.problem;
    }
  }

  const Server& server_;
  std::vector<std::thread> threads_;
  std::atomic<int> echoed_{0}, refused_{0}, others_{0};
};

TEST(Bodies, ManyChunkedUploadsInLittleMemoryNeverWaitForEachOther) {
  Server server({"--buffer-memory", "6M"});
  Uploads uploads(server);
  for (int i = 0; i < 24; i++) uploads.Start(i, true, i % 2 == 0);
  uploads.Join();
  EXPECT_EQ(uploads.echoed() + uploads.refused(), 24);
  EXPECT_GT(uploads.echoed(), 0);
  EXPECT_EQ(server.Connect().Get("/").status, 200);
}

TEST(Bodies, ManyDeclaredUploadsInLittleMemoryAreAdmittedOrRefused) {
  Server server({"--buffer-memory", "6M"});
  Uploads uploads(server);
  for (int i = 0; i < 24; i++) uploads.Start(i, false, i % 2 == 0);
  uploads.Join();
  EXPECT_EQ(uploads.echoed() + uploads.refused(), 24);
  EXPECT_GT(uploads.echoed(), 0);
  ExpectAllGone(server);
}

TEST(Bodies, MixedUploadsBesideSmallRequests) {
  Server server({"--buffer-memory", "8M", "--workers", "1"});
  Uploads uploads(server);
  for (int i = 0; i < 16; i++) uploads.Start(i, i % 2 == 0, true);
  for (int i = 0; i < 50; i++) {
    ASSERT_EQ(server.Connect().Get("/").status, 200) << i;
  }
  uploads.Join();
  EXPECT_EQ(uploads.echoed() + uploads.refused(), 16);
  EXPECT_GT(uploads.echoed(), 0);
}

// Bodies that were half read when their clients went away give back what they
// held.
TEST(Bodies, AbandonedUploadsGiveTheirMemoryBack) {
  Server server({"--buffer-memory", "6M"});
  for (int round = 0; round < 5; round++) {
    std::vector<Client> clients;
    for (int i = 0; i < 12; i++) {
      clients.push_back(server.Connect());
      const std::string bytes =
          i % 2 == 0
              ? ChunkedPost("/submit", std::string(1 << 20, 'x'), 30000)
              : RequestBytes("POST", "/submit", "", std::string(1 << 20, 'x'));
      clients.back().SendSome(bytes.substr(0, 500000));
    }
    Sleep(20);
    for (Client& client : clients) client.Reset();
  }
  ExpectAllGone(server);
  Client client = server.Connect();
  const std::string body(1 << 20, 'y');
  ASSERT_TRUE(client.Send(RequestBytes("POST", "/submit", "", body)));
  const Response r = client.Read("POST");
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_TRUE(r.body == body);
}

// Half-read chunked bodies that hold all the memory there is and then stall
// are ended by their own time-out, and the next one finds room.
TEST(Bodies, StalledUploadsCannotHoldMemoryForEver) {
  Server server({"--buffer-memory", "6M", "--body-timeout", "1s"});
  std::vector<Client> stalled;
  for (int i = 0; i < 16; i++) {
    stalled.push_back(server.Connect());
    stalled.back().SendSome(
        ChunkedPost("/submit", std::string(1 << 20, 'x'), 30000)
            .substr(0, 900000));
  }
  const std::string body(1 << 20, 'z');
  EXPECT_TRUE(WaitUntil([&] {
    Client client = server.Connect();
    client.Send(RequestBytes("POST", "/submit", "", body));
    return client.Read("POST").status == 200;
  }));
}

}  // namespace
}  // namespace h1_test
