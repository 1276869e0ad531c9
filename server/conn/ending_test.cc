// How a connection ends, and when it is idle.
#include <string>

#include "server/sim/world.h"

namespace h1_test {
namespace {

// ---- lingering ----

int Refused(World* w) {
  const int c = w->Connect();
  w->Send(c,
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(w->State(c), H1_SIM_HALF);
  EXPECT_EQ(w->Answers(c)[0].status, 413);
  return c;
}

// However much comes: what was answered arrives.
TEST(Linger, HasNoBoundInBytes) {
  World w;
  const int c = Refused(&w);
  for (int i = 0; i < 40; i++) {
    w.Send(c, Body(300000));
    w.Pass(500);
    ASSERT_EQ(w.State(c), H1_SIM_HALF);
    ASSERT_EQ(h1_sim_unread(w.sim(), c), 0u);
  }
}

TEST(Linger, EndsASecondAfterTheLastByteIfAllIsAcknowledged) {
  World w;
  const int c = Refused(&w);
  w.Pass(900);
  EXPECT_EQ(w.State(c), H1_SIM_HALF);
  w.Send(c, "x");
  w.Pass(900);
  EXPECT_EQ(w.State(c), H1_SIM_HALF);
  w.Pass(200);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

TEST(Linger, WaitsForWhatIsNotAcknowledged) {
  World w;
  const int c = Refused(&w);
  h1_sim_set_unsent(w.sim(), c, 1);
  w.Pass(4000);
  EXPECT_EQ(w.State(c), H1_SIM_HALF);
  h1_sim_set_unsent(w.sim(), c, 0);
  w.Pass(600);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

TEST(Linger, GivesUpAfterFiveSecondsWithoutAByte) {
  World w;
  const int c = Refused(&w);
  h1_sim_set_unsent(w.sim(), c, 1);
  w.Pass(4900);
  EXPECT_EQ(w.State(c), H1_SIM_HALF);
  w.Pass(200);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

TEST(Linger, AndAfterItsTimeoutInAll) {
  World w([](h1_sim_options* o) { o->config.linger_timeout_ms = 12000; });
  const int c = Refused(&w);
  for (int i = 0; i < 11; i++) {
    w.Send(c, "x");
    w.Pass(1000);
    ASSERT_EQ(w.State(c), H1_SIM_HALF) << i;
  }
  w.Send(c, "x");
  w.Pass(1100);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

// Nobody who goes on sending holds up a stop.
TEST(Linger, LastsFiveSecondsInAStop) {
  World w;
  const int c = Refused(&w);
  w.Pass(900);
  h1_sim_close_listeners(w.sim());
  for (int i = 0; i < 4; i++) {
    w.Send(c, "x");
    w.Pass(1000);
    ASSERT_EQ(w.State(c), H1_SIM_HALF) << i;
  }
  w.Send(c, "x");
  w.Pass(1600);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

TEST(Linger, EndsWithTheClient) {
  World w;
  const int c = Refused(&w);
  w.Send(c, Body(1000));
  w.Finish(c);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

// Whoever says close half-closes at once, whatever of a body is still to come.
TEST(Linger, NeverWaitsForABodyThatMayNotCome) {
  const std::string post = "POST /stream-drop HTTP/1.1\r\nHost: a\r\n";
  for (const std::string& rest :
       {"Content-Length: 100000\r\n\r\n",
        "Content-Length: 100\r\nExpect: 100-continue\r\n\r\n",
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        "Content-Length: 100\r\nConnection: close\r\n\r\nabc"}) {
    SCOPED_TRACE(rest);
    World w;
    const int c = w.Connect();
    w.Send(c, post + rest);
    const auto answers = w.Answers(c);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].body, "dropped");
    EXPECT_TRUE(answers[0].closes);
    EXPECT_EQ(w.State(c), H1_SIM_HALF);
    w.Send(c, Get("/small") + Get("/small"));
    EXPECT_EQ(w.Answers(c).size(), 1u) << "no byte of it is a request";
  }
}

// Nor does a handler that wants no body: its answer is the last one anyway.
TEST(Linger, ABodyThatNobodyWantsIsNotWaitedForAtTheEnd) {
  for (const std::string& head :
       {"GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n",
        "GET /small HTTP/1.0\r\n"}) {
    for (const std::string& sent : {"", "abc", "0123456789"}) {
      SCOPED_TRACE(head + sent);
      World w;
      const int c = w.Connect();
      w.Send(c, head + "Content-Length: 10\r\n\r\n" + sent);
      const auto answers = w.Answers(c);
      ASSERT_EQ(answers.size(), 1u);
      EXPECT_EQ(answers[0].body, "small");
      EXPECT_TRUE(answers[0].closes);
      EXPECT_EQ(w.State(c), H1_SIM_HALF);
      w.Send(c, Get("/small"));
      EXPECT_EQ(w.Answers(c).size(), 1u) << "no byte of it is a request";
    }
  }
}

TEST(Linger, TheLastOfAConnectionsRequestsIsAnsweredWithoutItsBody) {
  World w([](h1_sim_options* o) { o->config.keepalive_requests = 2; });
  const int c = w.Connect();
  const std::string get =
      "GET /small HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
  w.Send(c, get);
  EXPECT_EQ(w.Answers(c).size(), 0u) << "another request may follow its body";
  w.Send(c, "0123456789");
  EXPECT_EQ(w.Answers(c).size(), 1u);
  w.Send(c, get);
  const auto answers = w.Answers(c);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_TRUE(answers[1].closes);
  EXPECT_EQ(w.State(c), H1_SIM_HALF);
}

TEST(Linger, ASmallBodyIsDroppedAndTheConnectionGoesOn) {
  World w;
  const int c = w.Connect();
  w.Send(c, Post("/stream-drop", Body(60000)) + Get("/small"));
  const auto answers = w.Answers(c);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_FALSE(answers[0].closes);
  EXPECT_EQ(answers[1].body, "small");
}

// ---- what is promised ----

TEST(KeepAlive, PromisesNoMoreThanIsKept) {
  const struct {
    uint64_t timeout_ms;
    std::string field;
  } cases[] = {{75000, "Keep-Alive: timeout=75, max=9999\r\n"},
               {1999, "Keep-Alive: timeout=1, max=9999\r\n"},
               {1000, "Keep-Alive: timeout=1, max=9999\r\n"},
               {999, ""},
               {1, ""}};
  for (const auto& t : cases) {
    World w([&](h1_sim_options* o) {
      o->config.keepalive_timeout_ms = t.timeout_ms;
    });
    const int c = w.Connect();
    w.Deliver(c, Get("/small"));
    w.Settle();
    const std::string out = w.Output(c);
    EXPECT_NE(out.find("Connection: keep-alive\r\n"), std::string::npos);
    if (t.field.empty()) {
      EXPECT_EQ(out.find("Keep-Alive:"), std::string::npos) << out;
    } else {
      EXPECT_NE(out.find(t.field), std::string::npos) << out;
    }
  }
}

// ---- empty lines ----

// RFC 9112 2.2: an empty line in front is ignored. Nothing has begun with it.
TEST(EmptyLine, LeavesTheConnectionIdle) {
  for (const std::string& line : {"\r", "\r\n"}) {
    for (const bool fresh : {false, true}) {
      World w;
      const int c = w.Connect();
      if (!fresh) w.Send(c, Get("/small"));
      const std::string before = w.Output(c);
      w.Pass(20000);
      w.Send(c, line);
      w.Pass(54000);
      EXPECT_EQ(w.State(c), H1_SIM_OPEN);
      w.Pass(1500);
      EXPECT_EQ(w.State(c), H1_SIM_CLOSED) << "75 s after it became idle";
      EXPECT_EQ(w.Output(c), before);
      EXPECT_EQ(h1_sim_requests(w.sim()), fresh ? 0u : 1u);
    }
  }
}

TEST(EmptyLine, GivesWayAsTheIdleDo) {
  World w([](h1_sim_options* o) { o->config.max_connections = 1; });
  const int idle = w.Connect();
  w.Send(idle, Get("/small"));
  w.Send(idle, "\r\n");
  const int late = w.Connect();
  w.Send(late, Get("/small"));
  EXPECT_EQ(w.State(idle), H1_SIM_CLOSED);
  EXPECT_EQ(w.Answers(late).size(), 1u);
}

// The head's time counts from its own first byte.
TEST(EmptyLine, TheTimeOfAHeadBeginsAfterIt) {
  World w;
  const int c = w.Connect();
  w.Send(c, "\r\n");
  w.Pass(30000);
  w.Send(c, "G");
  w.Pass(9000);
  w.Send(c, Get("/small").substr(1));
  EXPECT_EQ(w.Answers(c).size(), 1u);
}

// ---- while the server stops ----

// A request may be on the way to them, so none gives its place to who comes
// last; he has the place of the first that is done.
TEST(Stop, NobodyWhoIsAwaitedGivesWay) {
  World w([](h1_sim_options* o) { o->config.max_connections = 2; });
  const int a = w.Connect(), b = w.Connect();
  w.Send(a, Get("/small"));
  w.Send(b, Get("/small"));
  w.Pass(100);
  h1_sim_close_listeners(w.sim());
  const int late = w.Connect();
  w.Send(late, Get("/small"));
  w.Pass(300);
  EXPECT_EQ(w.State(a), H1_SIM_OPEN);
  EXPECT_EQ(w.State(b), H1_SIM_OPEN);
  w.Send(a, Get("/small"));
  EXPECT_EQ(w.Answers(a).size(), 2u);
  w.Finish(a);
  EXPECT_EQ(w.Answers(late).size(), 1u);
}

}  // namespace
}  // namespace h1_test
