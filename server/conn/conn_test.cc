// Lifecycles of a connection, however its bytes are cut and whatever the client
// takes. The simulator checks the worker's invariants after every turn.
#include <cerrno>

#include "server/sim/world.h"

namespace h1_test {
namespace {

struct Case {
  std::string name, request;
  std::vector<Answer> answers;
  bool head = false;
  bool cut = false;  // the body ends early and the connection with it
  bool closes = false;
};

std::vector<Case> Cases() {
  const std::string b100 = Body(100), b50k = Body(50000), b9k = Body(9000);
  const std::string failed = "500 Internal Server Error: handler_failed\n";
  return {
      {"small", Get("/small"), {{200, "small", false}}},
      {"large", Get("/large"), {{200, Large(), false}}},
      {"copy", Get("/copy"), {{200, Large().substr(0, H1_SIM_COPY), false}}},
      {"copy-too-big", Get("/copy-too-big"), {{500, failed, false}}},
      {"file", Get("/file"), {{200, File(0, 0, H1_SIM_FILE), false}}},
      {"file-empty", Get("/file-empty"), {{200, "", false}}},
      {"file-cut", Get("/file-cut"), {}, false, true},
      {"pull", Get("/pull"), {{200, Large(), false}}},
      {"pull-known", Get("/pull-known"), {{200, Large(), false}}},
      {"pull-empty", Get("/pull-empty"), {{200, "", false}}},
      {"pull-short", Get("/pull-short"), {}, false, true},
      {"pull-fail", Get("/pull-fail"), {}, false, true},
      {"pull-none", Get("/pull-none"), {}, false, true},
      {"pull-1.0",
       "GET /pull HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       {{200, Large(), true}},
       false,
       false,
       true},
      {"twice", Get("/twice"), {{200, "first", false}}},
      {"never", Get("/never"), {{500, failed, false}}},
      {"bad-type", Get("/bad-type"), {{500, failed, false}}},
      {"bad-field", Get("/bad-field"), {{200, "whole", false}}},
      {"bad-status", Get("/bad-status"), {{500, failed, false}}},
      {"205", Get("/reset"), {{205, "", false}}},
      {"205 with content", Get("/reset-content"), {{500, failed, false}}},
      {"head-of-large",
       "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n",
       {{200, "", false}},
       true},
      {"head-of-pull",
       "HEAD /pull HTTP/1.1\r\nHost: a\r\n\r\n",
       {{200, "", false}},
       true},
      {"head-of-pull-1.0",
       "HEAD /pull HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       {{200, "", true}},
       true,
       false,
       true},
      {"head-field", Get("/head", "X: value\r\n"), {{200, "value", false}}},
      {"options",
       "OPTIONS /small HTTP/1.1\r\nHost: a\r\n\r\n",
       {{204, "", false}}},
      {"404", Get("/none"), {{404, "404 Not Found: not_found\n", false}}},
      {"405 with a body",
       Post("/small", b100),
       {{405, "405 Method Not Allowed: method_not_allowed\n", false}}},
      {"404 chunked",
       Chunked("/none", b9k, 1000),
       {{404, "404 Not Found: not_found\n", false}}},
      {"400",
       "GET /small HTTP/1.1\r\nHost : a\r\n\r\n",
       {{400, "400 Bad Request: field_name_space\n", true}},
       false,
       false,
       true},
      {"501",
       "BREW /small HTTP/1.1\r\nHost: a\r\n\r\n",
       {{501, "501 Not Implemented: method_unknown\n", false}}},
      {"get with a body",
       "GET /small HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
       {{200, "small", false}}},
      {"ignored body", Post("/ignore", b9k), {{200, "ignored", false}}},
      {"echo nothing", Post("/echo", ""), {{200, "", false}}},
      {"echo", Post("/echo", b100), {{200, b100, false}}},
      {"echo 9k", Post("/echo", b9k), {{200, b9k, false}}},
      {"echo 50k", Post("/echo", b50k), {{200, b50k, false}}},
      {"echo chunked",
       Chunked("/echo", b9k, 700, "A: b\r\n"),
       {{200, b9k, false}}},
      {"echo of what was dropped",
       Post("/echo-ignored", b100),
       {{500, failed, false}}},
      {"count", Post("/count?q=1", b50k), {{200, Sum(b50k, "q=1"), false}}},
      {"count chunked",
       Chunked("/count?q=2", b50k, 999),
       {{200, Sum(b50k, "q=2"), false}}},
      {"sink", Post("/sink?q=3", b50k), {{200, Sum(b50k, "q=3"), false}}},
      {"sink nothing", Post("/sink", ""), {{200, Sum(""), false}}},
      {"sink chunked",
       Chunked("/sink?q=4", b9k, 13),
       {{200, Sum(b9k, "q=4"), false}}},
      {"sink early", Post("/sink-early", b9k), {{200, "early", false}}},
      {"sink both", Post("/sink-both", b9k), {{200, "both", false}}},
      {"sink silent", Post("/sink-silent", b9k), {{500, failed, false}}},
      {"stream drop", Post("/stream-drop", b9k), {{200, "dropped", false}}},
      {"stream file",
       Post("/stream-file", b9k),
       {{200, File(0, 0, H1_SIM_FILE), false}}},
      {"chunk fault",
       "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx",
       {{400, "400 Bad Request: chunk_size_invalid\n", true}},
       false,
       false,
       true},
      {"trailer fault",
       Chunked("/echo", "abc", 3, "Host: b\r\n"),
       {{400, "400 Bad Request: trailer_forbidden\n", true}},
       false,
       false,
       true},
      {"close",
       Get("/small", "Connection: close\r\n"),
       {{200, "small", true}},
       false,
       false,
       true},
  };
}

// What one connection saw when a second, plain request follows.
void ExpectCase(World* w, int c, const Case& t) {
  SCOPED_TRACE(t.name);
  ASSERT_EQ(w->Fault(), "");
  std::string rest;
  const auto got = w->Answers(c, {t.head}, t.cut ? &rest : nullptr);
  std::vector<Answer> want = t.answers;
  if (t.cut) {
    EXPECT_TRUE(got.empty());
    EXPECT_NE(rest, "");
    EXPECT_NE(w->State(c), H1_SIM_OPEN);
  } else if (t.closes) {
    EXPECT_TRUE(w->State(c) == H1_SIM_CLOSED || w->State(c) == H1_SIM_HALF);
  } else {
    want.push_back({200, "small", false});
    EXPECT_EQ(w->State(c), H1_SIM_OPEN);
  }
  EXPECT_EQ(got, want);
}

std::string WithSecond(const Case& t) {
  return t.cut || t.closes ? t.request : t.request + Get("/small");
}

TEST(Connection, AnswersWhateverComesWhole) {
  for (const Case& t : Cases()) {
    World w;
    const int c = w.Connect();
    w.Send(c, WithSecond(t));
    ExpectCase(&w, c, t);
  }
}

TEST(Connection, AnswersTheSameByteByByte) {
  for (const Case& t : Cases()) {
    World w;
    const int c = w.Connect();
    for (char byte : WithSecond(t)) w.Send(c, std::string(1, byte));
    ExpectCase(&w, c, t);
  }
}

TEST(Connection, AnswersTheSameCutAnywhere) {
  for (const Case& t : Cases()) {
    const std::string all = WithSecond(t);
    const size_t step = all.size() > 2000 ? all.size() / 97 : 1;
    World w([](h1_sim_options* o) { o->config.max_connections = 1; });
    for (size_t cut = 1; cut < all.size(); cut += step) {
      const int c = w.Connect();
      w.Send(c, all.substr(0, cut));
      w.Send(c, all.substr(cut));
      ExpectCase(&w, c, t);
      w.Finish(c);
      w.Pass(3000);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(Connection, AnswersTheSameThroughShortWrites) {
  for (const Case& t : Cases()) {
    for (const size_t most : {1u, 7u, 1000u, 60000u}) {
      World w;
      const int c = w.Connect();
      h1_sim_set_send_max(w.sim(), c, most);
      w.Send(c, WithSecond(t));
      ExpectCase(&w, c, t);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// The client takes a few bytes at a time; the turn that first meets no room is
// another one each time.
TEST(Connection, AnswersTheSameToAClientWithoutRoom) {
  for (const Case& t : Cases()) {
    for (const size_t step : {1u, 100u, 5000u}) {
      World w;
      const int c = w.Connect();
      h1_sim_set_room(w.sim(), c, 0);
      w.Send(c, WithSecond(t));
      size_t before = 0, stuck = 0;
      const size_t room =
          step == 1 && t.answers.size() == 1 && t.answers[0].body.size() > 3000
              ? 777
              : step;
      while (stuck < 3) {
        w.Room(c, room);
        const size_t now = w.Output(c).size();
        stuck = now == before ? stuck + 1 : 0;
        before = now;
      }
      w.Room(c, SIZE_MAX);
      ExpectCase(&w, c, t);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// Half-closed after its last byte, a client still gets its answers; within a
// request it gets none to it.
TEST(Connection, TheClientMayFinishAnywhere) {
  for (const Case& t : Cases()) {
    const std::string all = WithSecond(t);
    const size_t step = all.size() > 2000 ? all.size() / 41 : 1;
    for (size_t cut = 0; cut <= all.size(); cut += step) {
      SCOPED_TRACE(t.name + " finished at " + std::to_string(cut));
      World w;
      const int c = w.Connect();
      w.Deliver(c, all.substr(0, cut));
      w.Finish(c);
      std::string rest;
      const auto answers = w.Answers(c, {t.head}, &rest);
      EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
      if (cut + step > all.size() && cut == all.size() && !t.cut && !t.closes) {
        EXPECT_EQ(answers.size(), t.answers.size() + 1);
      }
      w.End();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// It takes its answers slowly, and it ended within a later request, or within a
// body that its answer did not wait for.
TEST(Connection, AFinishedClientStillGetsWhatItIsOwed) {
  const std::string part = Post("/echo", Body(100)).substr(0, 100);
  const std::string early = Post("/stream-file", Body(100)).substr(0, 100);
  for (const size_t room : {size_t{0}, size_t{1000}, SIZE_MAX}) {
    World w;
    const int c = w.Connect(), e = w.Connect();
    h1_sim_set_room(w.sim(), c, room);
    h1_sim_set_room(w.sim(), e, room);
    w.Send(c, Get("/small") + Get("/copy") + part);
    w.Send(e, early);
    w.Finish(c);
    w.Finish(e);
    for (int i = 0; i < 3; i++) w.Room(c, room), w.Room(e, room);
    w.Room(c, SIZE_MAX);
    w.Room(e, SIZE_MAX);
    EXPECT_EQ(w.Answers(c).size(), 2u);
    EXPECT_EQ(w.Answers(e).size(), 1u);
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
    EXPECT_EQ(w.State(e), H1_SIM_CLOSED);
  }
}

TEST(Connection, TheClientMayResetAnywhere) {
  for (const Case& t : Cases()) {
    const std::string all = WithSecond(t);
    const size_t step = all.size() > 2000 ? all.size() / 41 : 1;
    for (size_t cut = 0; cut <= all.size(); cut += step) {
      for (const size_t room : {size_t{0}, size_t{50}, SIZE_MAX}) {
        SCOPED_TRACE(t.name + " reset at " + std::to_string(cut));
        World w;
        const int c = w.Connect();
        h1_sim_set_room(w.sim(), c, room);
        w.Send(c, all.substr(0, cut));
        w.Reset(c);
        EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
        w.End();
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Connection, WaitingPullsGoOnByTimeOrWhenWoken) {
  World w;
  const int timed = w.Connect(), woken = w.Connect(), past = w.Connect();
  w.Send(timed, Get("/pull-wait") + Get("/small"));
  w.Send(woken, Get("/pull-wake") + Get("/small"));
  w.Send(past, Get("/pull-past") + Get("/small"));
  const std::vector<Answer> want = {{200, "line\nline\nline\n", false},
                                    {200, "small", false}};
  w.Pass(500);
  EXPECT_EQ(w.Answers(timed), want);
  EXPECT_EQ(w.Answers(past), want);
  for (int i = 0; i < 3; i++) {
    h1_sim_wake_all();
    w.Settle();
  }
  EXPECT_EQ(w.Answers(woken), want);
  h1_sim_wake_all(); /* of an exchange that is over */
  w.Settle();
}

TEST(Connection, AClientThatIsGoneEndsAPullThatWaits) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/pull-wake"));
  w.Reset(c);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

TEST(Connection, ASlowSinkHoldsTheClientBackUntilWoken) {
  const std::string body = Body(100);
  for (const bool chunked : {false, true}) {
    World w;
    const int c = w.Connect();
    w.Send(c, (chunked ? Chunked("/sink-slow", body, 30)
                       : Post("/sink-slow", body)) +
                  Get("/small"));
    EXPECT_EQ(w.Output(c), "");
    int wakes = 0;
    while (w.Output(c).empty() && wakes < 100) {
      h1_sim_wake_all();
      w.Settle();
      wakes++;
    }
    EXPECT_GE(wakes, 100 / 7);
    const std::vector<Answer> want = {{200, Sum(body), false},
                                      {200, "small", false}};
    EXPECT_EQ(w.Answers(c), want);
  }
}

TEST(Connection, ASinkIsToldOfTheEndOnceEvenWhenItHasAnswered) {
  for (const char* path :
       {"/sink", "/sink-early", "/sink-both", "/sink-silent"}) {
    World w;
    const int c = w.Connect();
    w.Send(c, Post(path, Body(30000)));
    EXPECT_EQ(h1_sim_counts.last_calls, 1u) << path;
  }
}

// ---- pipelines ----

TEST(Connection, PipelinesAreAnsweredInOrder) {
  for (const size_t count : {2u, 31u, 32u, 33u, 64u, 1000u}) {
    for (const size_t room : {size_t{64}, size_t{1000}, SIZE_MAX}) {
      World w;
      const int c = w.Connect();
      std::string all;
      std::vector<Answer> want;
      for (size_t i = 0; i < count; i++) {
        all += Get("/user/" + std::to_string(i));
        want.push_back({200, std::to_string(i), false});
      }
      h1_sim_set_room(w.sim(), c, room);
      w.Send(c, all);
      for (size_t i = 0; room != SIZE_MAX && i < count * 10; i++) {
        w.Room(c, room);
      }
      w.Room(c, SIZE_MAX);
      EXPECT_EQ(w.Answers(c), want) << count << " in " << room;
      w.End();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(Connection, PipelinesOfEverythingAreAnsweredInOrder) {
  std::string all;
  std::vector<Answer> want;
  std::vector<bool> heads;
  for (int round = 0; round < 3; round++) {
    for (const Case& t : Cases()) {
      if (t.cut || t.closes) continue;
      all += t.request;
      heads.push_back(t.head);
      want.insert(want.end(), t.answers.begin(), t.answers.end());
    }
  }
  for (const size_t piece : {size_t{1500}, size_t{70000}, all.size()}) {
    for (const size_t room : {size_t{30000}, SIZE_MAX}) {
      World w;
      const int c = w.Connect();
      h1_sim_set_room(w.sim(), c, room);
      for (size_t at = 0; at < all.size(); at += piece) {
        w.Send(c, all.substr(at, piece));
        if (room != SIZE_MAX) w.Room(c, room);
      }
      for (int i = 0; i < 200 && room != SIZE_MAX; i++) w.Room(c, room);
      w.Room(c, SIZE_MAX);
      EXPECT_EQ(w.Answers(c, heads), want) << piece << " in " << room;
      w.End();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(Connection, ARefusalEndsThePipeline) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/small") + "GET / HTTP/1.1\r\n\r\n" + Get("/small"));
  const auto answers = w.Answers(c);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[1].status, 400);
  EXPECT_TRUE(answers[1].closes);
}

TEST(Connection, ManyTakeTurns) {
  World w;
  const int greedy = w.Connect();
  std::string all;
  for (int i = 0; i < 500; i++) all += Get("/large");
  w.Deliver(greedy, all);
  const int other = w.Connect();
  w.Deliver(other, Get("/small"));
  for (int i = 0; i < 4; i++) h1_sim_turn(w.sim());
  EXPECT_EQ(w.Answers(other).size(), 1u);
  EXPECT_LT(w.Output(greedy).size(), 20u * H1_SIM_LARGE);
  w.Settle();
  EXPECT_EQ(w.Answers(greedy).size(), 500u);
}

// ---- 100-continue ----

TEST(Connection, A100IsSentWhenTheClientWaitsForIt) {
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
      "Content-Length: 5\r\n\r\n";
  for (const size_t room : {size_t{0}, size_t{10}, SIZE_MAX}) {
    World w;
    const int c = w.Connect();
    h1_sim_set_room(w.sim(), c, room);
    w.Send(c, head);
    w.Room(c, SIZE_MAX);
    EXPECT_EQ(w.Output(c), "HTTP/1.1 100 Continue\r\n\r\n") << room;
    w.Send(c, "hello");
    const std::vector<Answer> want = {{100, "", false}, {200, "hello", false}};
    EXPECT_EQ(w.Answers(c), want);
  }
  World w;
  const int c = w.Connect();
  w.Send(c, head + "hello");
  EXPECT_EQ(w.Answers(c).size(), 1u) << "its body is there already";
}

TEST(Connection, No100FollowsAnAnswer) {
  for (const char* path : {"/sink-both", "/stream-drop", "/small", "/none"}) {
    World w;
    const int c = w.Connect();
    w.Send(c, std::string("POST ") + path +
                  " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                  "Content-Length: 5\r\n\r\n");
    const auto answers = w.Answers(c);
    ASSERT_EQ(answers.size(), 1u) << path;
    EXPECT_GE(answers[0].status, 200) << path;
  }
}

// ---- early answers ----

TEST(Connection, TooMuchToDropEndsTheConnection) {
  const std::string body = Body(70000);
  for (const std::string& request :
       {Chunked("/none", body, 5000), Post("/stream-drop", body)}) {
    World w;
    const int c = w.Connect();
    w.Send(c, request + Get("/small"));
    EXPECT_EQ(w.Answers(c).size(), 1u);
    EXPECT_NE(w.State(c), H1_SIM_OPEN);
  }
}

// The window may hold more than a leftover when its body ends within the turn's
// budget: nothing may be lost or overwritten.
TEST(Connection, ALargeUploadBehindALargeAnswer) {
  for (const size_t size : {65536u, 66000u, 131072u, 200000u}) {
    for (const size_t room : {size_t{0}, size_t{1000}, SIZE_MAX}) {
      const std::string body = Body(size);
      for (const char* path : {"/count", "/ignore", "/sink"}) {
        World w;
        const int c = w.Connect();
        h1_sim_set_send_max(w.sim(), c, 100000);
        std::string all;
        for (int i = 0; i < 3; i++) all += Get("/large");
        all += Get("/small") + Post(path, body) + Get("/small");
        w.Deliver(c, all);
        h1_sim_set_room(w.sim(), c, room == SIZE_MAX ? room : 600400 + room);
        w.Settle();
        w.Room(c, SIZE_MAX);
        const auto answers = w.Answers(c);
        ASSERT_EQ(answers.size(), 6u) << path << " " << size << " " << room;
        if (path[1] != 'i') {
          EXPECT_EQ(answers[4].body, Sum(body));
        }
        w.End();
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

// A head that is refused is kept for the log while its answer waits.
TEST(Connection, ARefusedHeadNeedNotFitABlock) {
  for (const size_t size : {16000u, 16384u, 17000u, 30000u}) {
    World w;
    const int c = w.Connect(), other = w.Connect();
    h1_sim_set_room(w.sim(), c, 10);
    w.Send(other, Get("/small").substr(0, 20));
    w.Send(c, Get("/small") + Get("/small"));
    w.Deliver(
        c, "GET /small HTTP/1.1\r\nHost: a\r\nX: " + std::string(15000, 'x'));
    w.Settle();
    w.Room(c, SIZE_MAX);
    h1_sim_set_room(w.sim(), c, 0);
    w.Deliver(c, std::string(size, 'y'));
    w.Settle();
    w.Room(c, SIZE_MAX);
    w.Send(other, Get("/small").substr(20));
    EXPECT_EQ(w.Answers(other).size(), 1u);
    const auto answers = w.Answers(c);
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[2].status, 431);
  }
}

TEST(Connection, ABlockingRouteWithoutHelpersIsRefused) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/blocking"));
  EXPECT_EQ(w.Answers(c)[0].status, 503);
}

TEST(Connection, EveryRequestIsAccountedOnce) {
  World w;
  for (const Case& t : Cases()) {
    const uint64_t before = h1_sim_requests(w.sim());
    const int c = w.Connect();
    w.Send(c, WithSecond(t));
    w.Finish(c);
    w.Pass(5000);
    const uint64_t want = t.cut || t.closes ? 1 : 2;
    EXPECT_EQ(h1_sim_requests(w.sim()) - before, want) << t.name;
  }
}

// The answers are staged when the reset shows: their requests were served.
TEST(Connection, RequestsAnsweredBeforeAResetAreAccounted) {
  World w;
  const int c = w.Connect();
  w.Settle();
  w.Deliver(c, Get("/small") + Get("/small"));
  const size_t calls = h1_sim_call_count(w.sim());
  h1_sim_fail_call(w.sim(), calls + 1, ECONNRESET); /* the second recv */
  h1_sim_finish(w.sim(), c);
  w.Settle();
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
  EXPECT_EQ(h1_sim_requests(w.sim()), 2u);
}

}  // namespace
}  // namespace h1_test
