// Who gives way, in which order, and to whom.
#include "server/sim/world.h"

namespace h1_test {
namespace {

World::Tweak Slots(uint32_t slots, uint32_t share = 0) {
  return [=](h1_sim_options* o) {
    o->config.max_connections = slots;
    o->config.max_client_connections = share;
  };
}

std::string Part(const std::string& all, size_t n) { return all.substr(0, n); }

// A connection from `host` in one of the ways to hold a place.
enum class Way { kIdle, kFresh, kPull, kHead, kBody, kUnread, kSinkBody };

int Hold(World* w, uint8_t host, Way way) {
  const int c = w->ConnectFrom(host);
  switch (way) {
    case Way::kIdle:
      w->Send(c, Get("/small"));
      break;
    case Way::kFresh:
      w->Settle();
      break;
    case Way::kPull:
      w->Send(c, Get("/pull-wake"));
      break;
    case Way::kHead:
      w->Send(c, Part(Get("/small"), 20));
      break;
    case Way::kBody:
      w->Send(c, Part(Post("/echo", Body(100000)), 5000));
      break;
    case Way::kSinkBody:
      w->Send(c, Part(Post("/sink", Body(100000)), 5000));
      break;
    case Way::kUnread:
      h1_sim_set_room(w->sim(), c, 1000);
      w->Send(c, Get("/large"));
      break;
  }
  return c;
}

bool Served(World* w, uint8_t host) {
  const int c = w->ConnectFrom(host);
  w->Send(c, Get("/small", "Connection: close\r\n"));
  return w->State(c) != H1_SIM_QUEUED && w->Answers(c).size() == 1;
}

TEST(GivesWay, TheIdleOfTheClientThatHoldsMostLongestFirst) {
  World w(Slots(4));
  const int other = Hold(&w, 2, Way::kIdle);
  w.Pass(10);
  const int first = Hold(&w, 3, Way::kIdle);
  w.Pass(10);
  const int second = Hold(&w, 3, Way::kIdle);
  const int third = Hold(&w, 3, Way::kIdle);
  EXPECT_TRUE(Served(&w, 4));
  EXPECT_EQ(w.State(first), H1_SIM_CLOSED);
  for (const int c : {other, second, third}) EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

// It waits for no one who has a place already and comes again and again.
TEST(GivesWay, ToWhoHoldsNothingElseFirst) {
  World w(Slots(1));
  Hold(&w, 2, Way::kHead);
  const int again = Hold(&w, 2, Way::kHead);
  Hold(&w, 2, Way::kHead);
  const int other = Hold(&w, 3, Way::kHead);
  w.Pass(1200);
  EXPECT_EQ(w.State(again), H1_SIM_QUEUED);
  EXPECT_EQ(w.State(other), H1_SIM_OPEN);
}

TEST(GivesWay, TheLongestIdleWhenAllHoldOne) {
  World w(Slots(3));
  const int a = Hold(&w, 2, Way::kIdle);
  w.Pass(10);
  const int b = Hold(&w, 3, Way::kIdle), c = Hold(&w, 4, Way::kIdle);
  EXPECT_TRUE(Served(&w, 5));
  EXPECT_EQ(w.State(a), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(b), H1_SIM_OPEN);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

// Whatever costs nothing gives way within a second, held by one address or by
// as many as there are places, and whether or not it was first idle.
TEST(GivesWay, WhoeverMakesNoProgress) {
  for (const Way way : {Way::kIdle, Way::kFresh, Way::kPull, Way::kHead,
                        Way::kBody, Way::kSinkBody, Way::kUnread}) {
    for (const bool many : {false, true}) {
      SCOPED_TRACE(static_cast<int>(way) * 2 + many);
      World w(Slots(8));
      for (uint8_t i = 0; i < 8; i++) {
        Hold(&w, many ? static_cast<uint8_t>(10 + i) : 10, way);
      }
      const int c = w.ConnectFrom(2);
      w.Deliver(c, Get("/small"));
      w.Pass(1050);
      EXPECT_EQ(w.Answers(c).size(), 1u);
      EXPECT_EQ(w.Fault(), "");
    }
  }
}

TEST(GivesWay, APullThatWaitsAtOnce) {
  World w(Slots(2));
  Hold(&w, 3, Way::kPull), Hold(&w, 3, Way::kPull);
  EXPECT_TRUE(Served(&w, 2));
}

// An answer says why.
TEST(GivesWay, ByAnAnswerWhereThereIsNone) {
  for (const Way way : {Way::kHead, Way::kBody, Way::kSinkBody}) {
    World w(Slots(1));
    const int c = Hold(&w, 3, way);
    w.Pass(1000);
    EXPECT_TRUE(Served(&w, 2));
    const auto answers = w.Answers(c);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].body, "503 Service Unavailable: gave_way\n");
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
    EXPECT_EQ(h1_sim_refusals(w.sim(), H1_GAVE_WAY), 1u);
  }
}

TEST(GivesWay, TheIdleBeforeTheStuck) {
  World w(Slots(3));
  const int pull = Hold(&w, 3, Way::kPull), idle = Hold(&w, 4, Way::kIdle);
  Hold(&w, 3, Way::kPull);
  EXPECT_TRUE(Served(&w, 2));
  EXPECT_EQ(w.State(idle), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(pull), H1_SIM_OPEN);
}

TEST(GivesWay, OfTheStuckTheOneWithLeastProgress) {
  World w(Slots(3));
  const int a = Hold(&w, 3, Way::kBody);
  w.Pass(500);
  const int b = Hold(&w, 4, Way::kBody), c = Hold(&w, 5, Way::kBody);
  w.Pass(1200);
  w.Send(c, Body(10));
  EXPECT_TRUE(Served(&w, 2));
  EXPECT_EQ(w.State(a), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(b), H1_SIM_OPEN);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

// A byte now and then is not progress: the least rate counts from the start.
TEST(GivesWay, ADripIsNoProgress) {
  World w(Slots(2));
  const int head = w.ConnectFrom(3), body = w.ConnectFrom(4);
  w.Send(head, "GET ");
  w.Send(body, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
  for (int i = 0; i < 5; i++) {
    w.Send(head, "/");
    w.Send(body, "x");
    w.Pass(300);
  }
  EXPECT_TRUE(Served(&w, 2));
  EXPECT_TRUE(Served(&w, 2));
}

// ---- progress, and shares ----

// A second of body, and no pause of one.
template <typename... Connection>
void Progress(World* w, Connection... connections) {
  for (int i = 0; i < 4; i++) {
    for (const int c : {connections...}) w->Send(c, Body(400));
    w->Pass(250);
  }
}

// Within its share, and no other client is worse off.
TEST(GivesWay, NobodyWhoProgressesToOneWhoHoldsAsMany) {
  World w(Slots(2));
  const int busy = Hold(&w, 3, Way::kBody), also = Hold(&w, 2, Way::kBody);
  Progress(&w, busy, also);
  const int late = w.ConnectFrom(2);
  w.Send(late, Get("/small"));
  EXPECT_EQ(w.State(late), H1_SIM_QUEUED);
  Progress(&w, busy, also);
  EXPECT_EQ(w.State(late), H1_SIM_QUEUED);
  EXPECT_EQ(w.State(busy), H1_SIM_OPEN);
  EXPECT_FALSE(h1_sim_offers_itself(w.sim()));
  w.Finish(busy);
  EXPECT_EQ(w.Answers(late).size(), 1u);
}

TEST(GivesWay, OfTheClientThatHoldsMostThoughWithinItsShare) {
  World w(Slots(4));
  const int one = Hold(&w, 3, Way::kBody), two = Hold(&w, 3, Way::kBody),
            three = Hold(&w, 3, Way::kBody), other = Hold(&w, 4, Way::kBody);
  for (int i = 0; i < 2; i++) {
    w.Send(one, Body(400));
    Progress(&w, two, three, other);
  }
  const int late = w.ConnectFrom(4);
  w.Send(late, Get("/small"));
  EXPECT_EQ(w.Answers(late).size(), 1u);
  EXPECT_EQ(w.State(one), H1_SIM_CLOSED);
  for (const int c : {two, three, other}) EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

// Half a second is for everyone; then the one with least progress makes room
// for who has nothing, whoever moved last.
TEST(GivesWay, TheLeastOfAllWhenAllHoldOne) {
  World w(Slots(3));
  const int a = Hold(&w, 3, Way::kBody), b = Hold(&w, 4, Way::kBody),
            c = Hold(&w, 5, Way::kBody);
  const int late = w.ConnectFrom(2);
  w.Deliver(late, Get("/small"));
  for (int i = 0; i < 3; i++) {
    w.Send(a, Body(900));
    w.Pass(10);
    w.Send(c, Body(900));
    w.Pass(10);
    w.Send(b, Body(400));
    w.Pass(130);
    EXPECT_EQ(w.State(late), H1_SIM_QUEUED);
  }
  w.Send(b, Body(400));
  w.Pass(100);
  EXPECT_EQ(w.Answers(late).size(), 1u);
  EXPECT_EQ(w.State(b), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(a), H1_SIM_OPEN);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

TEST(GivesWay, ThoseAboveTheirShareEvenIfTheyProgress) {
  World w(Slots(3, 1));
  const int a = Hold(&w, 3, Way::kBody), b = Hold(&w, 3, Way::kBody);
  const int other = Hold(&w, 4, Way::kBody);
  w.Send(b, Body(400));
  EXPECT_TRUE(Served(&w, 2));
  EXPECT_EQ(w.State(a), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(b), H1_SIM_OPEN);
  EXPECT_EQ(w.State(other), H1_SIM_OPEN);
  // What is left is nobody's surplus, and no second has passed.
  Hold(&w, 2, Way::kBody);
  const int late = w.ConnectFrom(6);
  w.Send(late, Get("/small"));
  EXPECT_EQ(w.State(late), H1_SIM_QUEUED);
}

TEST(GivesWay, WhileThereIsRoomAShareDoesNotCount) {
  World w(Slots(4, 1));
  for (int i = 0; i < 4; i++) {
    const int c = Hold(&w, 3, Way::kBody);
    EXPECT_EQ(w.State(c), H1_SIM_OPEN);
  }
}

// A newcomer above its share takes nothing from others, however idle they are,
// and does not keep those waiting that come after it.
TEST(GivesWay, ToANewcomerAboveItsShareOnlyItsOwn) {
  World w(Slots(4, 2));
  Hold(&w, 3, Way::kBody), Hold(&w, 3, Way::kBody);
  const int idle = Hold(&w, 4, Way::kIdle), also = Hold(&w, 5, Way::kIdle);
  const int greedy = w.ConnectFrom(3);
  w.Send(greedy, Get("/small"));
  EXPECT_EQ(w.State(greedy), H1_SIM_QUEUED);
  EXPECT_EQ(w.State(idle), H1_SIM_OPEN);
  EXPECT_EQ(w.State(also), H1_SIM_OPEN);
  const int modest = Hold(&w, 6, Way::kIdle);
  w.Pass(10);
  EXPECT_EQ(w.Answers(modest).size(), 1u) << "before it";
  EXPECT_EQ(w.State(greedy), H1_SIM_QUEUED);
}

// Who was a trusted proxy when it connected, as far as the acceptor knows, and
// is none by now, is a client like any other.
TEST(Standing, WhoIsNoLongerTrustedHasAShare) {
  World w([](h1_sim_options* o) {
    h1_sim_options_proxies(o);
    o->config.client_address = H1_CLIENT_X_FORWARDED_FOR;
    o->config.max_connections = 4;
    o->config.max_client_connections = 2;
  });
  static h1_config without;
  char message[256];
  without = w.config();
  without.trusted.count = 0;
  ASSERT_TRUE(h1_sim_reload(w.sim(), &without, message)) << message;
  std::vector<int> slow;
  for (int i = 0; i < 4; i++) {
    slow.push_back(w.Connect());
    w.Send(slow.back(),
           "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
           "X-Forwarded-For: 192.0.2." +
               std::to_string(i) + "\r\n\r\n12345678");
  }
  const int other = w.ConnectFrom(2);
  w.Send(other, Get("/small", "Connection: close\r\n"));
  EXPECT_EQ(w.Answers(other), (std::vector<Answer>{{200, "small", true}}));
}

// All users of one proxy are one client: among themselves nothing changes.
TEST(GivesWay, OfOneClientAloneAsIfThereWereNoShares) {
  World w(Slots(4, 1));
  const int idle = Hold(&w, 3, Way::kIdle);
  for (int i = 0; i < 3; i++) Hold(&w, 3, Way::kBody);
  EXPECT_TRUE(Served(&w, 3));
  EXPECT_EQ(w.State(idle), H1_SIM_CLOSED);
  Hold(&w, 3, Way::kBody);
  const int late = w.ConnectFrom(3);
  w.Send(late, Get("/small"));
  EXPECT_EQ(w.State(late), H1_SIM_QUEUED) << "all of them are busy";
  w.Pass(1100);
  EXPECT_EQ(w.Answers(late).size(), 1u) << "and now they are stuck";
}

// ---- blocks ----

World::Tweak FewBlocks(uint64_t spare) {
  return [=](h1_sim_options* o) {
    o->config.max_connections = 40;
    o->config.limits.body_bytes = 100000;
    o->config.buffer_memory = h1_sim_least_memory(o) + spare * 20480;
  };
}

World::Tweak WithDepot(size_t blocks) {
  return [=](h1_sim_options* o) {
    FewBlocks(0)(o);
    o->depot = blocks;
  };
}

// Slow bodies hold all the memory there is; another is served all the same.
TEST(GivesWay, SlowBodiesGiveUpTheirBlocks) {
  for (const bool chunked : {false, true}) {
    SCOPED_TRACE(chunked);
    World w(FewBlocks(12));
    const std::string slow =
        chunked ? Part(Chunked("/echo", Body(99000), 900), 60000)
                : Part(Post("/echo", Body(99000)), 5000);
    std::vector<int> hoarders;
    for (uint8_t i = 0; i < 20; i++) {
      hoarders.push_back(w.ConnectFrom(3));
      w.Send(hoarders.back(), slow);
    }
    w.Pass(1100);
    const std::string body = Body(90000);
    const int c = w.ConnectFrom(2);
    w.Send(c, Post("/echo", body));
    w.Pass(1000);
    EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, body, false}}));
    for (const int h : hoarders) {
      for (const Answer& a : w.Answers(h)) EXPECT_EQ(a.status, 503);
    }
  }
}

// A full block, and then so little that nothing else is to be said of them: of
// other clients, and of as many as there are.
TEST(GivesWay, WhoBringsLeastGivesBlocksToWhoHasNone) {
  World w(FewBlocks(12));
  const std::string fat = Part(Post("/echo", Body(99000)), 60000);
  std::vector<int> hoarders;
  for (uint8_t i = 0; i < 20; i++) {
    hoarders.push_back(w.ConnectFrom(static_cast<uint8_t>(10 + i)));
    w.Send(hoarders.back(), fat);
  }
  w.Pass(700);
  for (const int h : hoarders) w.Send(h, "x");
  const std::string body = Body(90000);
  const int c = w.ConnectFrom(2);
  w.Send(c, Post("/echo", body));
  w.Pass(100);
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, body, false}}));
  int open = 0;
  for (const int h : hoarders) {
    const auto answers = w.Answers(h);
    for (const Answer& a : answers) EXPECT_EQ(a.status, 503);
    open += answers.empty() ? 1 : 0;
  }
  EXPECT_GT(open, 0) << "no more of them than it takes";
}

// Nobody waits here, and another worker has asked: first for those in debt,
// then for whoever brings in least, and for no more than it wants.
TEST(GivesWay, BodiesToAnotherWorkerThatAsks) {
  for (const bool pressing : {false, true}) {
    SCOPED_TRACE(pressing);
    World w(WithDepot(30));
    std::vector<int> owing, paying;
    for (uint8_t i = 0; i < 2; i++) {
      owing.push_back(w.ConnectFrom(static_cast<uint8_t>(10 + i)));
      w.Send(owing.back(), Part(Post("/echo", Body(50000)), 500));
      paying.push_back(w.ConnectFrom(static_cast<uint8_t>(20 + i)));
      w.Send(paying.back(), Part(Post("/echo", Body(50000)), 40000));
    }
    w.Pass(900);
    for (const int c : paying) w.Send(c, "x");
    w.Pass(300);
    h1_sim_ask_blocks(w.sim(), pressing ? 8 : 1, pressing);
    w.Settle();
    size_t gone[2] = {0, 0};
    for (const int c : owing) gone[0] += w.Answers(c).size();
    for (const int c : paying) gone[1] += w.Answers(c).size();
    EXPECT_EQ(gone[0], pressing ? 2u : 1u);
    EXPECT_EQ(gone[1], pressing ? 1u : 0u);
    for (int i = 0; i < 8; i++) h1_sim_ask_blocks(w.sim(), 99, false);
    w.Settle();
    for (const int c : paying) gone[1] -= w.Answers(c).size();
    EXPECT_EQ(gone[1], 0u) << "who pays";
  }
}

// What is the worker's own would stay with it.
TEST(GivesWay, NobodyToAnotherWorkerForBlocksThatItCannotHave) {
  World w(FewBlocks(30));
  std::vector<int> paying;
  for (uint8_t i = 0; i < 4; i++) {
    paying.push_back(w.ConnectFrom(static_cast<uint8_t>(10 + i)));
    w.Send(paying.back(), Part(Post("/echo", Body(50000)), 40000));
  }
  w.Pass(300);
  for (int i = 0; i < 8; i++) {
    h1_sim_ask_blocks(w.sim(), 8, true);
    w.Settle();
  }
  for (const int c : paying) EXPECT_EQ(w.Answers(c).size(), 0u);
}

// One that wants much does not keep those waiting that want little.
TEST(GivesWay, LittleIsNotKeptWaitingByMuch) {
  World w(FewBlocks(6));
  const int holds = w.ConnectFrom(3), much = w.ConnectFrom(4);
  w.Send(holds, Part(Post("/echo", Body(99000)), 500));
  const int also = w.ConnectFrom(5);
  w.Send(also, Part(Post("/echo", Body(99000)), 500));
  w.Send(much, Part(Post("/echo", Body(99000)), 500));
  const std::string body = Body(9000);
  const int little = w.ConnectFrom(2);
  w.Send(little, Post("/echo", body));
  w.Pass(20);
  EXPECT_EQ(w.Answers(little), (std::vector<Answer>{{200, body, false}}));
}

// An echo that is not read is cut, and never sent from blocks that others have.
TEST(GivesWay, AnEchoThatIsNotReadIsCut) {
  World w(FewBlocks(12));
  const std::string body = Body(99000), other = Body(98000);
  std::vector<int> silent;
  for (int i = 0; i < 3; i++) {
    silent.push_back(w.ConnectFrom(3));
    h1_sim_set_room(w.sim(), silent.back(), 20000);
    w.Send(silent.back(), Post("/echo", body));
  }
  w.Pass(1100);
  const int c = w.ConnectFrom(2);
  w.Send(c, Post("/echo", other));
  w.Pass(1000);
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, other, false}}));
  int cut = 0;
  for (const int s : silent) {
    w.Room(s, SIZE_MAX);
    const std::string out = w.Output(s);
    const size_t at = out.find("\r\n\r\n");
    if (out.compare(0, 12, "HTTP/1.1 503") == 0) continue;
    ASSERT_NE(at, std::string::npos);
    const std::string got = out.substr(at + 4);
    EXPECT_EQ(got, body.substr(0, got.size()));
    if (got.size() < body.size()) cut++;
  }
  EXPECT_GT(cut, 0);
}

}  // namespace
}  // namespace h1_test
