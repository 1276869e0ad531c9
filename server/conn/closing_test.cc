// What a connection may still do once the server has been told to stop.
#include "server/sim/world.h"

namespace h1_test {
namespace {

// By default --drain-idle is 5 s and --keepalive-timeout 75 s.
constexpr uint64_t kIdleMs = 5000;
constexpr uint64_t kGrainMs = 40;

// ---- the last answer ----

TEST(Draining, TheLastRequestThatHasArrivedIsAnsweredWithClose) {
  World w;
  const int a = w.Connect();
  w.Send(a, Get("/small"));
  h1_sim_drain(w.sim());
  w.Send(a, Get("/small") + Get("/missing") + Post("/echo", "abc") +
                Get("/small"));
  const auto answers = w.Answers(a);
  ASSERT_EQ(answers.size(), 5u);
  for (size_t i = 0; i < 4; i++) EXPECT_FALSE(answers[i].closes) << i;
  EXPECT_EQ(answers[2].status, 404);
  EXPECT_EQ(answers[3].body, "abc");
  EXPECT_TRUE(answers[4].closes);
}

// What the server has not received yet has arrived as well.
TEST(Draining, RequestsInTheKernelHaveArrived) {
  World w;
  const int a = w.Connect();
  w.Send(a, Get("/pull-wait"));
  h1_sim_drain(w.sim());
  for (int i = 0; i < 200; i++) w.Deliver(a, Get("/small"));
  w.Pass(2000);
  w.Settle();
  const auto answers = w.Answers(a);
  ASSERT_EQ(answers.size(), 201u);
  for (size_t i = 1; i < 200; i++) EXPECT_FALSE(answers[i].closes) << i;
  EXPECT_TRUE(answers[200].closes);
}

TEST(Draining, HalfARequestIsWaitedForAndAnswered) {
  World w;
  const int a = w.Connect();
  h1_sim_drain(w.sim());
  w.Send(a, Get("/small") + "GET /small HT");
  ASSERT_EQ(w.Answers(a).size(), 1u);
  EXPECT_FALSE(w.Answers(a)[0].closes);
  w.Send(a, "TP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(w.Answers(a).size(), 2u);
  EXPECT_TRUE(w.Answers(a)[1].closes);
}

// The rest of a body that was not waited for is no request.
TEST(Draining, ARefusedBodyIsNotTakenForALaterRequest) {
  World w;
  h1_sim_drain(w.sim());
  const int alone = w.Connect(), followed = w.Connect();
  w.Send(alone, Post("/missing", Body(500)));
  w.Send(followed, Post("/missing", Body(500)) + Get("/small"));
  ASSERT_EQ(w.Answers(alone).size(), 1u);
  EXPECT_TRUE(w.Answers(alone)[0].closes);
  ASSERT_EQ(w.Answers(followed).size(), 2u);
  EXPECT_FALSE(w.Answers(followed)[0].closes);
  EXPECT_TRUE(w.Answers(followed)[1].closes);
}

// Whoever never pauses is ended once --drain-idle has passed.
TEST(Draining, AClientThatNeverPausesIsEnded) {
  World w;
  const int a = w.Connect();
  w.Send(a, Get("/small"));
  h1_sim_close_listeners(w.sim());
  w.Pass(kIdleMs - 100);
  w.Send(a, Get("/small") + "GET /small");
  EXPECT_FALSE(w.Answers(a).back().closes);
  w.Pass(200);
  w.Send(a, " HTTP/1.1\r\nHost: a\r\n\r\n" + Get("/small"));
  ASSERT_EQ(w.Answers(a).size(), 3u);
  EXPECT_TRUE(w.Answers(a).back().closes);
}

// ---- idle connections ----

TEST(Closing, AYoungConnectionIsKeptForDrainIdle) {
  World w;
  const int kept = w.Connect(), fresh = w.Connect(), asks = w.Connect();
  w.Send(kept, Get("/small"));
  w.Send(asks, Get("/small"));
  w.Pass(kIdleMs - 100);
  h1_sim_close_listeners(w.sim());
  w.Pass(kIdleMs - kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_OPEN);
  EXPECT_EQ(w.State(fresh), H1_SIM_OPEN);
  w.Send(asks, Get("/small"));
  ASSERT_EQ(w.Answers(asks).size(), 2u);
  EXPECT_TRUE(w.Answers(asks)[1].closes);
  w.Finish(asks);
  w.Pass(2 * kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(fresh), H1_SIM_CLOSED);
  EXPECT_TRUE(h1_sim_ended(w.sim())) << "nothing is left to serve";
}

// The keep-alive timeout does not cut it short.
TEST(Closing, DrainIdleHoldsWhateverTheKeepAliveTimeoutIs) {
  World w([](h1_sim_options* o) { o->config.keepalive_timeout_ms = 500; });
  const int kept = w.Connect();
  w.Send(kept, Get("/small"));
  w.Pass(300);
  h1_sim_close_listeners(w.sim());
  w.Pass(kIdleMs - kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_OPEN);
  w.Pass(2 * kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_CLOSED);
}

TEST(Closing, ThoseIdleForLongerGoInTheSecondHalfLongestFirst) {
  World w;
  std::vector<int> clients;
  for (int i = 0; i < 7; i++) {
    clients.push_back(w.Connect());
    if (i % 2 == 0) w.Send(clients.back(), Get("/small"));
    w.Pass(10000);
  }
  h1_sim_close_listeners(w.sim());
  w.Pass(kIdleMs / 2 - kGrainMs);
  for (int c : clients) EXPECT_EQ(w.State(c), H1_SIM_OPEN) << c;
  size_t closed = 0;
  for (uint64_t ms = 0; ms < kIdleMs / 2 + 2 * kGrainMs; ms += 10) {
    w.Pass(10);
    while (closed < clients.size() &&
           w.State(clients[closed]) == H1_SIM_CLOSED) {
      closed++;
    }
    for (size_t i = closed; i < clients.size(); i++) {
      EXPECT_EQ(w.State(clients[i]), H1_SIM_OPEN) << i << " before " << closed;
    }
  }
  EXPECT_EQ(closed, clients.size());
}

TEST(Closing, ARequestThatArrivesInTheLastMomentIsAnswered) {
  World w;
  const int a = w.Connect();
  w.Send(a, Get("/small"));
  h1_sim_close_listeners(w.sim());
  w.Pass(kIdleMs - kGrainMs);
  h1_sim_jump(w.sim(), 2 * kGrainMs);
  w.Deliver(a, Get("/small"));
  w.Settle();
  ASSERT_EQ(w.Answers(a).size(), 2u);
  EXPECT_TRUE(w.Answers(a)[1].closes);
}

// On a socket that outlives the process, connections are accepted until
// --drain-idle has passed: the last of them has half a second more.
TEST(Closing, WhoCameLastHasTimeForARequest) {
  World w;
  const int kept = w.Connect();
  w.Send(kept, Get("/small"));
  h1_sim_close_listeners(w.sim());
  w.Pass(kIdleMs - 100);
  const int asks = w.Connect(), silent = w.Connect();
  w.Pass(500 - kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(silent), H1_SIM_OPEN);
  w.Send(asks, Get("/small"));
  ASSERT_EQ(w.Answers(asks).size(), 1u);
  EXPECT_TRUE(w.Answers(asks)[0].closes);
  w.Pass(2 * kGrainMs);
  EXPECT_EQ(w.State(silent), H1_SIM_CLOSED);
}

TEST(Closing, WithoutDrainIdleTheyGoAtOnceAfterALastLook) {
  World w([](h1_sim_options* o) { o->config.drain_idle_ms = 0; });
  const int kept = w.Connect(), fresh = w.Connect(), asked = w.Connect();
  w.Send(kept, Get("/small"));
  w.Send(asked, Get("/small"));
  w.Deliver(asked, Get("/small"));
  h1_sim_close_listeners(w.sim());
  w.Pass(kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(fresh), H1_SIM_CLOSED);
  EXPECT_EQ(w.Answers(asked).size(), 2u);
}

// What is asked last has time to be answered before --drain-timeout ends all.
TEST(Closing, DrainIdleEndsBeforeDrainTimeout) {
  World w([](h1_sim_options* o) { o->config.drain_timeout_ms = 1000; });
  const int kept = w.Connect();
  w.Send(kept, Get("/small"));
  h1_sim_close_listeners(w.sim());
  w.Pass(500 - kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_OPEN);
  w.Pass(2 * kGrainMs);
  EXPECT_EQ(w.State(kept), H1_SIM_CLOSED);
}

TEST(Closing, WorkInProgressIsFinished) {
  World w;
  const int busy = w.Connect(), body = w.Connect();
  w.Send(busy, Get("/pull-wait"));
  w.Send(body, Post("/count", Body(500)).substr(0, 100));
  h1_sim_close_listeners(w.sim());
  w.Pass(1100);
  EXPECT_EQ(w.Answers(busy).size(), 1u);
  EXPECT_FALSE(h1_sim_ended(w.sim()));
  w.Send(body, Post("/count", Body(500)).substr(100));
  EXPECT_EQ(w.Answers(body).size(), 1u);
  w.Finish(body);
  w.Finish(busy);
  EXPECT_TRUE(h1_sim_ended(w.sim())) << "nothing is left to serve";
}

}  // namespace
}  // namespace h1_test
