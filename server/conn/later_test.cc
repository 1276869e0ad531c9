// Answers that come later: by time, when woken, after a body, and when the
// client is gone before they come.
#include <cerrno>

#include "server/sim/world.h"

namespace h1_test {
namespace {

const Answer kLate = {200, "late", false};
const Answer kSmall = {200, "small", false};

TEST(Later, AnswersAtItsTimeAndTheNextRequestAfterIt) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later-time") + Get("/small"));
  EXPECT_EQ(w.Output(c), "");
  w.Pass(10);
  EXPECT_EQ(w.Output(c), "");
  w.Pass(40);
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{kLate, kSmall}));
  EXPECT_NE(w.Output(c).find("X-Late: yes\r\n"), std::string::npos);
}

TEST(Later, AnswersWhenWokenAndNotBefore) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later") + Get("/small"));
  w.Pass(100000);
  EXPECT_EQ(w.Output(c), "");
  h1_sim_wake_all();
  w.Pass(1000);
  EXPECT_EQ(w.Output(c), "");
  h1_sim_wake_all();
  w.Settle();
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{kLate, kSmall}));
  h1_sim_wake_all();  // of an exchange that is over
  w.Settle();
}

TEST(Later, AWakeThatComesTooSoonChangesNothing) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later-time"));
  for (int i = 0; i < 3; i++) {
    h1_sim_wake_all();
    w.Pass(2);
    EXPECT_EQ(w.Output(c), "");
  }
  w.Pass(40);
  EXPECT_EQ(w.Answers(c), std::vector<Answer>{kLate});
}

TEST(Later, TimesThatAreOverCostATurnEach) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later-lost"));
  w.Pass(100);
  const auto answers = w.Answers(c);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 500);
}

// Whoever asks again is told the same, whatever the worker has read meanwhile.
TEST(Later, TheRequestIsTheSameWhenItIsAskedForAgain) {
  World w;
  const int c = w.Connect(), other = w.Connect();
  const std::string request =
      Get("/x/../later-asks/na%20me?query=1", "X-A: one\r\nX-B: two\r\n");
  for (int way = 0; way < 2; way++) {
    if (way == 0) w.Send(c, request + Get("/small"));
    for (size_t i = 0; way == 1 && i < request.size(); i++) {
      w.Send(c, request.substr(i, 1));
    }
    w.Send(other, Get("/user/somebody?else", "X-A: three\r\n"));
    w.Pass(5);
    w.Send(other, Get("/later-asks/another"));
    w.Pass(50);
  }
  const Answer same = {200, "same", false};
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{same, kSmall, same}));
  EXPECT_EQ(w.Answers(other).size(), 4u);
}

TEST(Later, TheBodyIsThereWhenItComes) {
  const std::string body = Body(50000);
  for (const std::string& request :
       {Post("/echo-later", body), Chunked("/echo-later", body, 999)}) {
    World w;
    const int c = w.Connect();
    w.Send(c, request + Get("/small"));
    w.Pass(50);
    EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, body, false}, kSmall}));
  }
}

TEST(Later, ASinkMayAnswerAfterTheEnd) {
  const std::string body = Body(9000);
  World w;
  const int c = w.Connect();
  w.Send(c, Post("/sink-later", body) + Get("/small"));
  EXPECT_EQ(w.Output(c), "");
  w.Pass(50);
  EXPECT_EQ(w.Answers(c),
            (std::vector<Answer>{{200, Sum(body), false}, kSmall}));
}

// Every byte of the request arrives in a turn of its own.
TEST(Later, ByteByByte) {
  const std::string all = Post("/drop-later", Body(30)) +
                          Post("/echo-later", "abc") +
                          Post("/sink-later", "abc") + Get("/small");
  World w;
  const int c = w.Connect();
  for (const char byte : all) {
    w.Send(c, std::string(1, byte));
    w.Pass(1);
  }
  w.Pass(100);
  const std::vector<Answer> want = {
      kLate, {200, "abc", false}, {200, Sum("abc"), false}, kSmall};
  EXPECT_EQ(w.Answers(c), want);
}

// The answer comes while its body is still being dropped, and before.
TEST(Later, TheBodyMayComeLaterStill) {
  const std::string body = Body(300);
  World w;
  const int c = w.Connect();
  const std::string request = Post("/drop-later", body);
  w.Send(c, request.substr(0, request.size() - 100));
  w.Pass(50);
  EXPECT_EQ(w.Answers(c), std::vector<Answer>{kLate});
  w.Send(c, request.substr(request.size() - 100) + Get("/small"));
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{kLate, kSmall}));
}

TEST(Later, ABodyThatStallsIsLateAllTheSame) {
  World w;
  const int c = w.Connect();
  w.Send(c,
         "POST /sink-later HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na");
  w.Pass(40000);
  const auto answers = w.Answers(c);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 408);
}

TEST(Later, AClientThatIsGoneEndsIt) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later"));
  w.Reset(c);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

TEST(Later, AClientThatSendsNoMoreIsStillAnswered) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later-time"));
  w.Finish(c);
  w.Pass(50);
  EXPECT_EQ(w.Answers(c), std::vector<Answer>{kLate});
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
}

// A stop waits for what was begun.
TEST(Later, AStopWaitsForIt) {
  World w;
  const int c = w.Connect();
  w.Send(c, Get("/later"));
  h1_sim_close_listeners(w.sim());
  w.Pass(5000);
  EXPECT_FALSE(h1_sim_ended(w.sim()));
  h1_sim_wake_all();
  w.Settle();
  h1_sim_wake_all();
  w.Settle();
  EXPECT_EQ(w.Answers(c), std::vector<Answer>{kLate});
}

// Any call may fail meanwhile: nothing is lost, and nobody is left waiting.
TEST(Later, EveryCallMayFail) {
  const auto play = [](World* w) {
    const int c = w->Connect();
    w->Send(c, Get("/later-time") + Post("/echo-later", Body(20000)));
    h1_sim_set_room(w->sim(), c, 50);
    w->Pass(100);
    w->Room(c, SIZE_MAX);
    w->Send(c, Post("/sink-later", "abc"));
    w->Pass(100);
  };
  size_t calls = 0;
  {
    World w;
    play(&w);
    calls = h1_sim_call_count(w.sim());
  }
  ASSERT_GT(calls, 5u);
  for (size_t nth = 0; nth < calls; nth++) {
    for (const int error : {0, EAGAIN, ECONNRESET, ENOBUFS}) {
      World w;
      h1_sim_fail_call(w.sim(), nth, error);
      play(&w);
      w.Pass(100000);
      EXPECT_EQ(w.Fault(), "") << "call " << nth << " error " << error;
    }
  }
}

}  // namespace
}  // namespace h1_test
