// Attacks that are about memory, time and order rather than about one message:
// what never ends, what ends early, what waits, and what comes when nobody
// expects it. Each test names the advisory it is about.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

constexpr char kSmuggled[] = "GET /?smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr char kChunkedHead[] =
    "POST /submit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

// The server is well: it serves, and holds no connection but the one that asks.
void ExpectRecovered(const Server& server) {
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  EXPECT_TRUE(WaitUntil([&server] {
    return server.Metrics().At("connections.active").number <= 1;
  })) << server.Connect().Get("/_metrics").body;
}

// Writes `unit` again and again until the server answers or takes no more;
// returns how many bytes it took.
size_t FloodWith(Client* client, const string& unit, size_t limit) {
  string block;
  while (block.size() < 65536) block += unit;
  size_t sent = 0, at = 0;
  for (int quiet = 0; sent < limit && quiet < 2000;) {
    if (client->Readable(Milliseconds(0))) break;
    const size_t n = client->SendSome(absl::string_view(block).substr(at));
    at = (at + n) % block.size();
    sent += n;
    quiet = n != 0 ? 0 : quiet + 1;
    if (n == 0) Sleep(1);
  }
  return sent;
}

// CVE-2018-12121, CVE-2024-22019, CVE-2023-39326, CVE-2014-0075,
// CVE-2026-22815: parts of a message that never end are refused at a limit,
// however long they go on.
TEST(AttackServer, WhatNeverEndsIsRefusedAtALimit) {
  const struct {
    const char* what;
    string start;
    string unit;
    int status;
    const char* reason;
  } rows[] = {
      {"a method", "", "G", 400, "method_invalid"},
      {"a target", "GET /", "a", 414, "target_too_long"},
      {"a name", "GET / HTTP/1.1\r\n", "a", 431, "head_too_large"},
      {"a value", "GET / HTTP/1.1\r\nX: ", "a", 431, "head_too_large"},
      {"blanks", "GET / HTTP/1.1\r\nX:", " ", 431, "head_too_large"},
      {"fields", "GET / HTTP/1.1\r\n", "a:\r\n", 431, "header_count"},
      {"long fields", "GET / HTTP/1.1\r\n", "X: " + string(500, 'a') + "\r\n",
       431, "head_too_large"},
      {"an extension", kChunkedHead + string("5;"), "e", 431,
       "chunk_ext_too_large"},
      {"a quoted extension", kChunkedHead + string("5;a=\""), "e", 431,
       "chunk_ext_too_large"},
      {"zeros of a chunk size", kChunkedHead, "0", 413, "chunk_overhead"},
      {"extensions of tiny chunks", kChunkedHead,
       "1;eeeeeeeeeeeeeeeeeeeeeeee\r\nx\r\n", 413, "chunk_overhead"},
      {"tiny chunks", kChunkedHead, "1\r\nx\r\n", 413, "body_too_large"},
      {"chunks", kChunkedHead, "1000\r\n" + string(4096, 'x') + "\r\n", 413,
       "body_too_large"},
      {"a trailer", kChunkedHead + string("0\r\nX: "), "a", 431,
       "trailer_too_large"},
      {"trailers", kChunkedHead + string("0\r\n"), "X:\r\n", 431,
       "trailer_count"}};
  const Server server;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(row.start));
    // A mebibyte of data in chunks of one byte is six on the wire; what else
    // was sent lies in the buffers of the kernel.
    EXPECT_LT(FloodWith(&client, row.unit, size_t{64} << 20), size_t{32} << 20);
    const Response r = client.Read();
    EXPECT_EQ(r.status, row.status) << r;
    EXPECT_TRUE(absl::StrContains(r.body, row.reason)) << r;
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }
  ExpectRecovered(server);
}

// A client that is refused and goes on writing gets the time to read its
// answer, and then nobody listens any more.
TEST(AttackServer, ARefusedClientCannotGoOnForEver) {
  const Server server({"--linger-timeout", "1s"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 400);
  const string block(65536, 'x');
  const auto start = Clock::now();
  while (MsSince(start) < 20000 && client.Send(block)) {
  }
  EXPECT_LT(MsSince(start), 20000) << "the server reads without end";
  EXPECT_GE(MsSince(start), 900) << "and not as long as it says";
  ExpectRecovered(server);
}

// CVE-2022-41556: a client that shuts its side in mid-message frees its place,
// wherever it does so.
TEST(AttackServer, HalfClosedMessagesHoldNoConnection) {
  const Server server({"--max-connections", "24"});
  const string head = kChunkedHead;
  const string length =
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";
  const string stages[] = {
      "G",
      "GET / HTTP/1.1\r\nHo",
      "GET / HTTP/1.1\r\nHost: a\r\n\r",
      length,
      length + "half of it",
      head,
      head + "5",
      head + "5;a=",
      head + "5\r",
      head + "5\r\n",
      head + "5\r\nhel",
      head + "5\r\nhello",
      head + "5\r\nhello\r",
      head + "5\r\nhello\r\n",
      head + "5\r\nhello\r\n0",
      head + "5\r\nhello\r\n0\r\n",
      head + "5\r\nhello\r\n0\r\nX: y",
      head + "5\r\nhello\r\n0\r\nX: y\r\n\r",
  };
  for (int round = 0; round < 5; round++) {
    for (const string& stage : stages) {
      Client client = server.Connect();
      ASSERT_TRUE(client.Send(stage));
      client.HalfClose();
      // A truncated request is never answered as if it were whole.
      EXPECT_EQ(client.WaitEnd(), End::kClosed) << stage;
    }
  }
  ExpectRecovered(server);
}

// The same when the end comes together with the bytes before it, and when the
// request is one that is refused or answered early.
TEST(AttackServer, HalfClosedPipelinesAreAnsweredAsFarAsTheyGo) {
  const Server server;
  for (int round = 0; round < 20; round++) {
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(StrCat(
        GetBytes("/"), "POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 5",
        "\r\n\r\nhel")));
    client.HalfClose();
    EXPECT_EQ(client.Read().status, 200);
    EXPECT_EQ(client.Read().status, 404);
    EXPECT_EQ(client.WaitEnd(), End::kClosed);
  }
  ExpectRecovered(server);
}

// CVE-2007-6750, CVE-2010-0295: hundreds of heads that come byte by byte cost
// little memory and hold nobody up, and each ends in time.
TEST(AttackServer, DrippedHeadsEndInTimeAndCostLittle) {
  Server server({"--header-timeout", "1500ms"});
  ASSERT_EQ(server.Connect().Get("/").status, 200);
  const int64_t before = server.process().ResidentKib();
  std::vector<Client> slow;
  for (int i = 0; i < 200; i++) {
    slow.push_back(server.Connect());
    ASSERT_TRUE(slow.back().Send("GET /?"));
  }
  Client fast = server.Connect();
  for (int i = 0; i < 20; i++) {
    for (Client& client : slow) client.Send("x");
    ASSERT_EQ(fast.Get("/").status, 200);
  }
  if (!ServerIsSanitized()) {
    const int64_t grown = server.process().ResidentKib() - before;
    // Half of the 16 KiB that each of them could come to.
    EXPECT_LT(grown, 200 * 8) << "KiB for 200 half heads";
  }
  for (Client& client : slow) {
    // It goes on dripping until it is told to stop.
    while (!client.Readable(Milliseconds(20))) {
      if (!client.Send("x")) break;
    }
    EXPECT_EQ(client.Read().status, 408);
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }
  fast.Close();
  ExpectRecovered(server);
}

// An upload that can be continued piece by piece.
struct Upload {
  Client client;
  string bytes, body;
  size_t at = 0;
  bool over = false;

  // Sends what the kernel takes now, up to `to`.
  void Push(size_t to) {
    if (over || at >= to) return;
    over = client.Readable(Milliseconds(0));  // answered already
    if (!over) {
      at += client.SendSome(absl::string_view(bytes).substr(at, to - at));
    }
  }
};

std::vector<Upload> MixedUploads(const Server& server, int count) {
  std::vector<Upload> uploads(static_cast<size_t>(count));
  for (int i = 0; i < count; i++) {
    Upload& u = uploads[static_cast<size_t>(i)];
    u.client = server.Connect();
    u.body = string(1 << 20, static_cast<char>('a' + i % 26));
    u.bytes = i % 2 == 0 ? RequestBytes("POST", "/submit", "", u.body)
                         : ChunkedPost("/submit", u.body, 30000);
  }
  return uploads;
}

// Bodies that together exceed all memory, each half sent before any is sent
// whole: they must not wait for each other, and small requests not for them.
TEST(AttackServer, HalfReadBodiesNeverWaitForEachOther) {
  const Server server({"--buffer-memory", "6M"});
  std::vector<Upload> uploads = MixedUploads(server, 16);
  for (int turn = 0; turn < 60; turn++) {
    for (Upload& u : uploads) u.Push(u.bytes.size() / 2);
    ASSERT_EQ(server.Connect().Get("/").status, 200);
  }
  // From now on everyone sends what is taken, until all have an answer.
  EXPECT_TRUE(WaitUntil([&uploads] {
    size_t over = 0;
    for (Upload& u : uploads) {
      u.Push(u.bytes.size());
      u.over |= u.client.Readable(Milliseconds(0));
      over += u.over ? 1 : 0;
    }
    return over == uploads.size();
  })) << "a body waits for another";
  // Who does not read its answer for a second gives way to those who wait for
  // memory: its answer is cut.
  int echoed = 0;
  for (Upload& u : uploads) {
    const Response r = u.client.Read("POST");
    EXPECT_TRUE((r.status == 200 && r.body == u.body) || r.status == 503 ||
                r.status == 0)
        << r.status << " " << r.problem;
    if (r.status == 200) echoed++;
    u.client.Close();
  }
  EXPECT_GT(echoed, 0);
  ExpectRecovered(server);
}

// Lengths that are only promised hold memory no longer than a body may pause.
TEST(AttackServer, PromisedBodiesGiveTheirMemoryBack) {
  const Server server({"--buffer-memory", "6M", "--body-timeout", "1s"});
  std::vector<Client> promises;
  for (int i = 0; i < 32; i++) {
    promises.push_back(server.Connect());
    ASSERT_TRUE(promises.back().Send(
        "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n"));
  }
  EXPECT_EQ(server.Connect().Get("/").status, 200);
  for (Client& client : promises) {
    const Response r = client.Read("POST");
    EXPECT_TRUE(r.status == 408 || r.status == 503) << r;
  }
  promises.clear();
  Client client = server.Connect();
  const string body(1 << 20, 'z');
  ASSERT_TRUE(client.Send(RequestBytes("POST", "/submit", "", body)));
  EXPECT_TRUE(client.Read("POST").body == body);
  client.Close();
  ExpectRecovered(server);
}

// CVE-2022-22720, CVE-2022-23959: the rest of a body whose request has been
// answered never becomes a request. Here the server gave up on it.
TEST(AttackServer, ABodyThatComesTooLateIsNoRequest) {
  const Server server({"--body-timeout", "300ms"});
  for (const string& head :
       {StrCat("POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: ",
               sizeof kSmuggled - 1, "\r\n\r\n"),
        string(kChunkedHead), string(kChunkedHead) + "5\r\nhel"}) {
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(head));
    EXPECT_EQ(client.Read("POST").status, 408) << head;
    client.Send(kSmuggled);
    EXPECT_NE(client.WaitEnd(), End::kOpen) << head;
  }
}

// CVE-2019-20372, CVE-2025-4366: here it answered without waiting for it.
TEST(AttackServer, ABodyBehindAnEarlyAnswerIsNoRequest) {
  const Server server;
  const struct {
    const char* line;
    int status;
  } kRows[] = {{"POST /nope", 404}, {"POST /", 405}, {"DELETE /static/x", 405}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.line);
    Client client = server.Connect();
    ASSERT_TRUE(
        client.Send(StrCat(row.line, " HTTP/1.1\r\nHost: a\r\nContent-Length: ",
                           sizeof kSmuggled - 1, "\r\n\r\n")));
    const Response early = client.Read();
    EXPECT_EQ(early.status, row.status) << early;
    EXPECT_FALSE(early.Closes()) << early;
    ASSERT_TRUE(client.Send(StrCat(kSmuggled, GetBytes("/nowhere"))));
    EXPECT_EQ(client.Read().status, 404) << "the next request, not the body";
    client.HalfClose();
    EXPECT_EQ(client.WaitEnd(), End::kClosed);
  }
}

// CVE-2025-32094: who waits for a 100 and gets a refusal may send the body or
// not; the server cannot know which, so that nothing on the connection counts.
TEST(AttackServer, NothingCountsBehindARefusedExpectation) {
  const Server server;
  for (const char* line : {"POST /nope", "POST /", "BREW /", "POST /submit"}) {
    SCOPED_TRACE(line);
    const bool too_large = absl::EndsWith(line, "submit");
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(
        StrCat(line, " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n",
               "Content-Length: ", too_large ? "99999999" : "37", "\r\n\r\n")));
    const Response r = client.Read();
    EXPECT_GE(r.status, 400) << r;
    EXPECT_TRUE(r.Closes()) << r;
    client.Send(kSmuggled);
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }
}

// CVE-2024-49768: a request that ends exactly where a read does, is refused,
// and is followed by another. Sizes around those of buffers; the second comes
// with the first or right after it.
TEST(AttackServer, ARefusalAtTheEndOfAReadEndsThePipeline) {
  const Server server;
  const string head = kChunkedHead;
  for (size_t size :
       {1024u, 2048u, 4096u, 8192u, 16384u, 32768u, 65536u, 131072u, 262144u}) {
    for (int off = -2; off <= 2; off++) {
      // Eight digits of size, its line end, data, and two bytes that end none.
      const size_t total = size + static_cast<size_t>(off + 2) - 2;
      const size_t data = total - head.size() - 8 - 2 - 2;
      const string bytes = StrCat(head, absl::Hex(data, absl::kZeroPad8),
                                  "\r\n", string(data, 'x'), "XX");
      ASSERT_EQ(bytes.size(), total);
      for (bool together : {false, true}) {
        SCOPED_TRACE(StrCat(total, together ? " together" : " apart"));
        Client client = server.Connect();
        if (together) {
          client.Send(bytes + kSmuggled);
        } else {
          client.Send(bytes);
          client.Send(kSmuggled);
        }
        const Response r = client.Read("POST");
        EXPECT_EQ(r.status, 400) << r;
        EXPECT_TRUE(absl::StrContains(r.body, "chunk_end_invalid")) << r;
        EXPECT_NE(client.WaitEnd(), End::kOpen);
      }
    }
  }
}

// The same with heads, which are carried from one read to the next.
TEST(AttackServer, ARefusedHeadAtTheEndOfAReadEndsThePipeline) {
  const Server server;
  for (size_t total : {512u, 1024u, 2048u, 4096u, 8192u, 16383u, 16384u}) {
    const string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const string bytes = start + string(total - start.size() - 1, 'x') + "\n";
    for (size_t cut : {size_t{0}, total / 2, total - 1, total}) {
      SCOPED_TRACE(StrCat(total, " cut at ", cut));
      Client client = server.Connect();
      client.Send(bytes.substr(0, cut));
      client.Send(bytes.substr(cut) + kSmuggled);
      const Response r = client.Read();
      EXPECT_EQ(r.status, 400) << r;
      EXPECT_TRUE(absl::StrContains(r.body, "bare_lf")) << r;
      EXPECT_NE(client.WaitEnd(), End::kOpen);
    }
  }
}

// CVE-2024-41671: answers come in the order of their requests, however long
// each takes, and each is that of its own request.
TEST(AttackServer, PipelinedAnswersKeepTheirOrder) {
  const Server server;
  server.root().Write("large", string(300000, 'L'));
  Client client = server.Connect();
  string all;
  constexpr int kRounds = 3;
  for (int i = 0; i < kRounds; i++) {
    const string body = StrCat("body ", i);
    absl::StrAppend(&all, GetBytes("/stream"),
                    RequestBytes("POST", "/submit", "", body),
                    GetBytes("/static/large"), RequestBytes("HEAD", "/stream"),
                    ChunkedPost("/submit", body, 3), GetBytes("/nope"));
  }
  ASSERT_TRUE(client.Send(all));
  for (int i = 0; i < kRounds; i++) {
    SCOPED_TRACE(i);
    EXPECT_TRUE(client.Read().chunked);
    EXPECT_EQ(client.Read("POST").body, StrCat("body ", i));
    EXPECT_EQ(client.Read().body, string(300000, 'L'));
    EXPECT_EQ(client.Read("HEAD").body, "");
    EXPECT_EQ(client.Read("POST").body, StrCat("body ", i));
    EXPECT_EQ(client.Read().status, 404);
  }
  client.HalfClose();
  EXPECT_EQ(client.WaitEnd(), End::kClosed);
}

// CVE-2026-2833: an upgrade that nobody agreed to changes nothing, even when
// the bytes of the other protocol are there already.
TEST(AttackServer, AnUpgradeChangesNothing) {
  const Server server;
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  const Response first = client.Read();
  EXPECT_EQ(first.status, 200) << first;
  EXPECT_FALSE(first.Has("Upgrade")) << first;
  EXPECT_EQ(client.Read().status, 505);
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

}  // namespace
}  // namespace h1_test
