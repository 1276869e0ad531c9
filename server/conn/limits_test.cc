// Time, slots and memory: deadlines, who gives way to whom, and bodies that
// want more blocks than there are.
#include "server/sim/world.h"

namespace h1_test {
namespace {

// ---- deadlines ----

struct Deadline {
  const char* name;
  std::string sent;
  uint64_t at_ms;  // when it is over, within a second
  int status;      // 0: no answer
};

TEST(ConnectionTime, EveryDeadlineEndsAConnection) {
  const std::string slow = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  std::string cut_trailers = Chunked("/echo", "abc", 3);
  cut_trailers.pop_back();
  const Deadline cases[] = {
      {"silent", "", 75000, 0},
      {"idle", Get("/small"), 75000, 200},
      {"head", "GET / HTTP/1.1\r\n", 10000, 408},
      {"body", slow + "100000\r\n\r\n" + Body(20000), 30000, 408},
      {"slow body", slow + "1000\r\n\r\nabc", 10000, 408},
      {"trailers", cut_trailers, 10000, 408},
      {"dropped body",
       "POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: "
       "9\r\n\r\nabc",
       10000, 404},
      {"early answer",
       "POST /sink-early HTTP/1.1\r\nHost: a\r\nContent-Length: "
       "9\r\n\r\nabc",
       10000, 200},
  };
  for (const Deadline& d : cases) {
    SCOPED_TRACE(d.name);
    World w;
    const int c = w.Connect();
    w.Send(c, d.sent);
    w.Pass(d.at_ms - 100);
    EXPECT_EQ(w.State(c), H1_SIM_OPEN);
    w.Pass(1000 + 100);
    EXPECT_NE(w.State(c), H1_SIM_OPEN);
    const auto answers = w.Answers(c);
    ASSERT_EQ(answers.size(), d.status == 0 ? 0u : 1u);
    if (d.status != 0) {
      EXPECT_EQ(answers[0].status, d.status);
    }
    if (w.State(c) == H1_SIM_HALF) w.Pass(2100);
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
  }
}

TEST(ConnectionTime, AHeadThatTricklesInIsLate) {
  World w;
  const int c = w.Connect();
  for (int i = 0; i < 11; i++) {
    w.Send(c, i == 0 ? "GET / HTTP/1.1\r\nX: " : "x");
    w.Pass(1000);
  }
  EXPECT_EQ(w.Answers(c)[0].status, 408);
}

TEST(ConnectionTime, ABodyAboveTheLeastRateIsServed) {
  World w;
  const int c = w.Connect();
  w.Send(c, Post("/count", Body(60000)).substr(0, 100));
  const std::string rest = Post("/count", Body(60000)).substr(100);
  for (size_t at = 0; at < rest.size(); at += 600) {
    w.Pass(1000);
    w.Send(c, rest.substr(at, 600));
  }
  EXPECT_EQ(w.Answers(c)[0].body, Sum(Body(60000)));
}

TEST(ConnectionTime, ABodyBelowItIsNot) {
  World w;
  const int c = w.Connect();
  const std::string all = Post("/count", Body(60000));
  for (size_t at = 0; at < 10000 && w.Output(c).empty(); at += 400) {
    w.Send(c, all.substr(at, 400));
    w.Pass(1000);
  }
  EXPECT_EQ(w.Answers(c)[0].status, 408);
}

TEST(ConnectionTime, AStalledWriteEndsTheConnection) {
  for (const char* path : {"/large", "/file", "/pull", "/pull-known"}) {
    World w([](h1_sim_options* o) { o->config.write_min_rate = 0; });
    const int c = w.Connect();
    h1_sim_set_room(w.sim(), c, 1000);
    w.Send(c, Get(path));
    for (int i = 0; i < 5; i++) {
      w.Pass(29000);
      EXPECT_EQ(w.State(c), H1_SIM_OPEN) << path;
      w.Room(c, 1000);
    }
    w.Pass(32000);
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED) << path;
  }
}

// What it takes counts, not what its kernel has: 400 bytes a second are too
// few, 600 are not; and the first ten seconds are free.
TEST(ConnectionTime, AClientHasToTakeAnAnswerAtTheLeastRate) {
  for (const char* path : {"/large", "/file", "/pull", "/pull-known"}) {
    for (const size_t rate : {400u, 600u}) {
      SCOPED_TRACE(path + std::to_string(rate));
      World w;
      const int c = w.Connect();
      h1_sim_set_room(w.sim(), c, 1000);
      w.Send(c, Get(path));
      for (int second = 1; second <= 40; second++) {
        w.Pass(1000);
        if (second < 10) ASSERT_EQ(w.State(c), H1_SIM_OPEN);
        w.Room(c, rate);
      }
      EXPECT_EQ(w.State(c), rate < 500 ? H1_SIM_CLOSED : H1_SIM_OPEN);
      EXPECT_EQ(h1_sim_refusals(w.sim(), H1_WRITE_TOO_SLOW),
                rate < 500 ? 1u : 0u);
    }
  }
}

// The kernel takes much at once; the client acknowledges a little of it.
TEST(ConnectionTime, WhatTheKernelHoldsIsNotTaken) {
  for (const size_t rate : {400u, 600u}) {
    World w;
    const int c = w.Connect();
    h1_sim_set_room(w.sim(), c, 100000);
    h1_sim_set_unsent(w.sim(), c, 100000);
    w.Send(c, Get("/large"));
    for (size_t second = 1; second <= 60; second++) {
      w.Pass(1000);
      h1_sim_set_unsent(w.sim(), c, 100000 - second * rate);
    }
    EXPECT_EQ(w.State(c), rate < 500 ? H1_SIM_CLOSED : H1_SIM_OPEN) << rate;
  }
}

// Nothing is owed while the handler has nothing to send, however long it takes.
TEST(ConnectionTime, TheLeastRateIsNotOwedWhileAPullWaits) {
  World w([](h1_sim_options* o) { o->config.pull_timeout_ms = 0; });
  const int c = w.Connect();
  h1_sim_set_room(w.sim(), c, 0);
  w.Send(c, Get("/pull-wake"));
  w.Room(c, SIZE_MAX);
  w.Pass(100000);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

TEST(ConnectionTime, APullThatWaitsTooLongForAByteIsOver) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/pull-wake"));
  w.Pass(59000);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
  h1_sim_wake_all();  // a byte: the time begins again
  w.Pass(59000);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
  w.Pass(2000);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
  EXPECT_EQ(h1_sim_refusals(w.sim(), H1_PULL_TIMEOUT), 1u);
}

// The second of two requests waits for a 100 that the kernel does not take: its
// clock starts then.
TEST(ConnectionTime, A100MayWaitLongAfterTheLastAnswer) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/small"));
  w.Pass(40000);
  h1_sim_set_room(w.sim(), c, 0);
  w.Send(c,
         "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
         "Content-Length: 5\r\n\r\n");
  w.Pass(5000);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
  w.Room(c, SIZE_MAX);
  w.Send(c, "hello");
  EXPECT_EQ(w.Answers(c).size(), 3u);
}

// ---- slots ----

World::Tweak Slots(uint32_t n) {
  return [n](h1_sim_options* o) { o->config.max_connections = n; };
}

TEST(ConnectionSlots, TheLongestIdleGivesWay) {
  World w(Slots(3));
  std::vector<int> c;
  for (int i = 0; i < 3; i++) {
    c.push_back(w.Connect());
    w.Send(c.back(), Get("/small"));
    w.Pass(10);
  }
  w.Send(c[0], Get("/small"));
  const int late = w.Connect();
  w.Send(late, Get("/small"));
  EXPECT_EQ(w.State(c[0]), H1_SIM_OPEN);
  EXPECT_EQ(w.State(c[1]), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(c[2]), H1_SIM_OPEN);
  EXPECT_EQ(w.Answers(late).size(), 1u);
}

TEST(ConnectionSlots, ARequestThatArrivesInThatMomentIsServed) {
  World w(Slots(2));
  const int a = w.Connect(), b = w.Connect();
  w.Send(a, Get("/small"));
  w.Send(b, Get("/small"));
  w.Connect();
  w.Deliver(a, Get("/small"));
  w.Settle();
  EXPECT_EQ(w.Answers(a).size(), 2u);
}

// Nothing else may happen that would wake the worker.
TEST(ConnectionSlots, TheSilentGiveWayAfterASecond) {
  World w(Slots(2));
  w.Connect(), w.Connect();
  w.Settle();
  const int late = w.Connect();
  w.Send(late, Get("/small"));
  w.Pass(900);
  EXPECT_EQ(w.State(late), H1_SIM_QUEUED);
  w.Pass(200);
  EXPECT_EQ(w.Answers(late).size(), 1u);
}

TEST(ConnectionSlots, ASlotUsedAgainOwesNothingToItsPast) {
  World w(Slots(1));
  for (int i = 0; i < 50; i++) {
    const int c = w.Connect();
    w.Send(c, i % 2 == 0 ? Get("/pull-wake") : Get("/head"));
    if (i % 2 == 0) {
      w.Reset(c);
    } else {
      h1_sim_wake_all(); /* of all that had the slot before */
      w.Settle();
      EXPECT_EQ(w.Answers(c).at(0).body, "-");
      w.Finish(c);
    }
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
  }
}

// ---- overload ----

TEST(OverloadLane, RefusesAllButAdminRoutes) {
  World w([](h1_sim_options* o) { o->lane = true; });
  const int a = w.Connect(), b = w.Connect(), c = w.Connect(), d = w.Connect();
  w.Send(a, Get("/small"));
  w.Send(b, Get("/admin") + Get("/admin"));
  w.Send(c, Post("/echo", Body(5000)));
  w.Send(d, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(w.Answers(a).at(0).status, 503);
  EXPECT_EQ(w.Answers(b).size(), 1u);
  EXPECT_EQ(w.Answers(b).at(0).body, "admin");
  EXPECT_EQ(w.Answers(c).at(0).status, 503);
  EXPECT_EQ(w.Answers(d).at(0).status, 400);
  for (const int x : {a, b, c, d}) {
    EXPECT_TRUE(w.Answers(x).at(0).closes);
    EXPECT_EQ(w.State(x), H1_SIM_HALF);
  }
}

TEST(OverloadLane, TellsTheSilentToo) {
  World w([](h1_sim_options* o) { o->lane = true; });
  const int a = w.Connect(), b = w.Connect();
  w.Settle();
  w.Send(b, "GET /sm");
  w.Pass(500);
  EXPECT_EQ(w.Answers(a).at(0).status, 503);
  EXPECT_EQ(w.Answers(b).at(0).status, 503);
}

TEST(OverloadLane, WaitsForNoBody) {
  World w([](h1_sim_options* o) { o->lane = true; });
  const int a = w.Connect(), b = w.Connect(), c = w.Connect();
  w.Send(a, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
  w.Send(b, "GET /admin HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
  w.Send(c,
         "GET /admin HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
         "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(w.Answers(a).at(0).status, 503);
  for (const int x : {b, c}) {
    ASSERT_EQ(w.Answers(x).size(), 1u);
    EXPECT_EQ(w.Answers(x)[0].body, "admin");
    EXPECT_TRUE(w.Answers(x)[0].closes);
    EXPECT_EQ(w.State(x), H1_SIM_HALF);
  }
}

TEST(OverloadLane, HasOneDeadlineForTheWholeConnection) {
  World w([](h1_sim_options* o) { o->lane = true; });
  const int head = w.Connect(), body = w.Connect(), deaf = w.Connect();
  w.Send(head, "GET /small HTTP/1.1\r\nX: ");
  w.Send(body, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
  w.Room(deaf, 10);
  w.Send(deaf, Get("/admin"));
  // Bytes that come one by one move no deadline.
  for (int i = 0; i < 30; i++) {
    if (w.State(head) == H1_SIM_OPEN) w.Send(head, "x");
    if (i == 7) {
      EXPECT_EQ(w.Answers(head).at(0).status, 503);
    }
    if (w.State(body) != H1_SIM_CLOSED) w.Send(body, "x");
    if (i % 5 == 0 && w.State(deaf) != H1_SIM_CLOSED) w.Room(deaf, 1);
    w.Pass(80);
  }
  for (const int x : {head, body, deaf}) EXPECT_EQ(w.State(x), H1_SIM_CLOSED);
}

// Whoever comes has a place, although 64 others hold slots and blocks.
TEST(OverloadLane, TheOldestGivesWayToOneMore) {
  World w([](h1_sim_options* o) { o->lane = true; });
  std::vector<int> held;
  for (int i = 0; i < 100; i++) {
    held.push_back(w.Connect());
    w.Send(held.back(), "GET /small HTTP/1.1\r\nX: " + Body(4000));
    w.Pass(1);
  }
  const int health = w.Connect();
  w.Send(health, Get("/admin"));
  ASSERT_EQ(w.Answers(health).size(), 1u);
  EXPECT_EQ(w.Answers(health)[0].body, "admin");
  EXPECT_EQ(w.Answers(held[0]).at(0).status, 503);
  EXPECT_EQ(w.State(held[0]), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(held[99]), H1_SIM_OPEN);
}

// ---- memory ----

// The least --buffer-memory that starts with these options.
World::Tweak Tight(uint32_t slots, uint64_t body, uint64_t spare_blocks) {
  return [=](h1_sim_options* o) {
    o->config.max_connections = slots;
    o->config.limits.body_bytes = body;
    o->config.buffer_memory = h1_sim_least_memory(o) + spare_blocks * 20480;
  };
}

struct Upload {
  int client;
  std::string all, want;
  size_t at = 0;
};

// 200 with the body's sum, or 503: nothing else, and nothing hangs.
void ExpectUploads(World* w, const std::vector<Upload>& uploads, size_t least) {
  size_t served = 0;
  for (const Upload& u : uploads) {
    const auto answers = w->Answers(u.client);
    ASSERT_EQ(answers.size(), 1u) << "client " << u.client;
    if (answers[0].status == 503) continue;
    EXPECT_EQ(answers[0].body, u.want);
    served++;
  }
  EXPECT_GE(served, least);
}

std::vector<Upload> MakeUploads(World* w, int count, size_t size) {
  std::vector<Upload> uploads;
  for (int i = 0; i < count; i++) {
    const std::string body = Body(size + static_cast<size_t>(i));
    Upload u;
    u.client = w->Connect();
    u.want = Sum(body);
    u.all = i % 3 == 0   ? Post("/count", body)
            : i % 3 == 1 ? Chunked("/count", body, 5000)
                         : Chunked("/count", body, 37000);
    uploads.push_back(u);
    w->Settle();
  }
  return uploads;
}

// Every body is begun before any ends; pieces come in an order that leaves each
// half-read for as long as possible.
TEST(ConnectionMemory, NoTwoBodiesWaitForEachOther) {
  for (const size_t piece : {900u, 4000u, 30000u}) {
    for (const uint64_t spare : {0u, 3u, 40u}) {
      World w(Tight(40, 100000, spare));
      std::vector<Upload> uploads = MakeUploads(&w, 40, 90000);
      for (bool more = true; more;) {
        more = false;
        for (Upload& u : uploads) {
          if (u.at >= u.all.size()) continue;
          w.Deliver(u.client, u.all.substr(u.at, piece));
          u.at += piece;
          more = true;
        }
        w.Settle();
      }
      w.Pass(20000);
      SCOPED_TRACE(std::to_string(piece) + " spare " + std::to_string(spare));
      ExpectUploads(&w, uploads, 1);
      w.End();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// As above with clients that have sent all at once: the worker alone decides.
TEST(ConnectionMemory, ChunkedBodiesAreServedOneAfterTheOther) {
  World w(Tight(30, 100000, 0));
  std::vector<Upload> uploads;
  for (int i = 0; i < 30; i++) {
    const std::string body = Body(95000 + static_cast<size_t>(i));
    Upload u;
    u.client = w.Connect();
    u.want = Sum(body);
    u.all = Chunked("/count", body, 9999);
    uploads.push_back(u);
  }
  w.Settle();
  for (const Upload& u : uploads) w.Deliver(u.client, u.all);
  w.Settle();
  ExpectUploads(&w, uploads, 30);
}

TEST(ConnectionMemory, ADeclaredBodyThatDoesNotFitIsRefusedAtItsHead) {
  World w(Tight(10, 100000, 0));
  size_t refused = 0;
  std::vector<Upload> uploads;
  for (int i = 0; i < 10; i++) {
    const std::string body = Body(90000);
    Upload u;
    u.client = w.Connect();
    u.want = Sum(body);
    u.all = Post("/count", body);
    u.at = 500;
    w.Send(u.client, u.all.substr(0, 500));
    if (!w.Output(u.client).empty()) refused++;
    uploads.push_back(u);
  }
  EXPECT_EQ(h1_sim_refusals(w.sim(), H1_NO_MEMORY), refused);
  for (const Upload& u : uploads) w.Send(u.client, u.all.substr(500));
  ExpectUploads(&w, uploads, 10 - refused);
}

// Half heads and answers that nobody takes use up the blocks; plain requests
// are served again when they are given up, and no connection is dropped
// meanwhile.
TEST(ConnectionMemory, HoardersDelayOthersButDropNobody) {
  World w(Tight(60, 20000, 0));
  std::vector<int> hoarders, plain;
  for (int i = 0; i < 60; i++) {
    (i < 50 ? hoarders : plain).push_back(w.Connect());
    w.Settle();
  }
  for (int i = 0; i < 50; i++) {
    const int c = hoarders[static_cast<size_t>(i)];
    if (i % 2 == 0) h1_sim_set_room(w.sim(), c, 0);
    w.Send(c, i % 2 == 0 ? Get("/copy") + Get("/copy")
                         : "GET / HTTP/1.1\r\nX: " + Body(3000));
  }
  for (const int c : plain) w.Send(c, Get("/small"));
  for (const int c : hoarders) EXPECT_EQ(w.State(c), H1_SIM_OPEN) << c;
  w.Pass(100000);
  for (const int c : plain) EXPECT_EQ(w.Answers(c).size(), 1u) << c;
}

// The same with streams that wait: each is woken with the blocks gone.
TEST(ConnectionMemory, PullsWaitForBlocksToo) {
  World w(Tight(60, 20000, 0));
  std::vector<int> clients;
  for (int i = 0; i < 60; i++) {
    clients.push_back(w.Connect());
    w.Send(clients.back(), Get("/pull-wake"));
    h1_sim_set_room(w.sim(), clients.back(), 0);
  }
  for (int i = 0; i < 6; i++) {
    h1_sim_wake_all();
    w.Settle();
  }
  for (const int c : clients) EXPECT_EQ(w.State(c), H1_SIM_OPEN) << c;
  for (const int c : clients) w.Room(c, SIZE_MAX);
  for (int i = 0; i < 6; i++) {
    h1_sim_wake_all();
    w.Settle();
  }
  for (const int c : clients) EXPECT_EQ(w.Answers(c).size(), 1u) << c;
}

// Pipelines that were cut off by the turn's budget go on without reading.
TEST(ConnectionMemory, CarriedRequestsWaitForBlocksToo) {
  World w(Tight(60, 20000, 0));
  std::vector<int> clients;
  std::string all;
  for (int i = 0; i < 200; i++) all += Get("/copy");
  for (int i = 0; i < 60; i++) {
    clients.push_back(w.Connect());
    h1_sim_set_room(w.sim(), clients.back(), 1000000);
    w.Settle();
  }
  for (const int c : clients) w.Deliver(c, all);
  w.Settle();
  for (const int c : clients) EXPECT_EQ(w.State(c), H1_SIM_OPEN) << c;
  for (int round = 0; round < 60; round++) {
    for (const int c : clients) h1_sim_set_room(w.sim(), c, 200000);
    w.Settle();
  }
  for (const int c : clients) h1_sim_set_room(w.sim(), c, SIZE_MAX);
  w.Settle();
  for (const int c : clients) EXPECT_EQ(w.Answers(c).size(), 200u) << c;
}

// A chunked body that waits must go on when the last block comes back at the
// very end of a turn.
TEST(ConnectionMemory, NobodySleepsOnBlocksThatCameBack) {
  for (const size_t piece : {3000u, 17000u}) {
    World w(Tight(20, 60000, 0));
    std::vector<Upload> uploads = MakeUploads(&w, 20, 55000);
    for (bool more = true; more;) {
      more = false;
      for (size_t i = uploads.size(); i-- > 0;) {
        Upload& u = uploads[i];
        if (u.at >= u.all.size()) continue;
        w.Send(u.client, u.all.substr(u.at, piece * (i % 4 + 1)));
        u.at += piece * (i % 4 + 1);
        more = true;
      }
    }
    w.Pass(15000);
    ExpectUploads(&w, uploads, 1);
    w.End();
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(ConnectionMemory, AnIdleConnectionHoldsNoBlock) {
  World w;
  for (int i = 0; i < 10; i++) {
    w.Send(w.Connect(), Get("/small") + Post("/echo", Body(50000)) +
                            Chunked("/sink", Body(3000), 100));
  }
  EXPECT_EQ(h1_sim_open(w.sim()), 10u);
  EXPECT_EQ(h1_sim_blocks(w.sim()), 0u);
}

}  // namespace
}  // namespace h1_test
