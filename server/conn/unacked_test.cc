// What kernels hold for clients that do not acknowledge it.
#include "server/sim/world.h"

namespace h1_test {
namespace {

constexpr size_t kMiB = 1 << 20;

World::Tweak Memory(uint64_t bytes) {
  return [=](h1_sim_options* o) { o->config.socket_memory = bytes; };
}

// Has read its answer as far as the kernel knows, which holds `held` of it.
int Silent(World* w, size_t held) {
  const int c = w->Connect();
  h1_sim_set_unsent(w->sim(), c, held);
  w->Send(c, Get("/large"));
  return c;
}

TEST(Unacked, TheOneWithMostThatTakesNothingGivesWay) {
  World w(Memory(3 * kMiB));
  const int less = Silent(&w, kMiB), most = Silent(&w, 2 * kMiB);
  const int some = Silent(&w, kMiB / 2);
  w.Pass(1500);
  EXPECT_EQ(w.State(most), H1_SIM_OPEN) << "one look tells nothing";
  w.Pass(1500);
  EXPECT_EQ(w.State(most), H1_SIM_CLOSED);
  EXPECT_EQ(w.State(less), H1_SIM_OPEN);
  EXPECT_EQ(w.State(some), H1_SIM_OPEN);
}

TEST(Unacked, WhoeverAcknowledgesStays) {
  World w(Memory(2 * kMiB));
  const int takes = Silent(&w, 3 * kMiB), silent = Silent(&w, kMiB);
  for (size_t i = 1; i <= 40; i++) {
    w.Pass(100);
    h1_sim_set_unsent(w.sim(), takes, 3 * kMiB - i * 100);
  }
  EXPECT_EQ(w.State(takes), H1_SIM_OPEN);
  EXPECT_EQ(w.State(silent), H1_SIM_CLOSED);
}

// Who reads as fast as we send has as much there at each look.
TEST(Unacked, WhoeverTakesAllTheTimeStays) {
  World w(Memory(kMiB));
  const int c = w.Connect();
  h1_sim_set_unsent(w.sim(), c, 2 * kMiB);
  h1_sim_set_room(w.sim(), c, 1000);
  w.Send(c, Get("/large"));
  for (size_t i = 0; i < 40; i++) {
    w.Pass(100);
    w.Room(c, 1000);
  }
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
}

// A crowd that vanished goes at once when that is seen.
TEST(Unacked, AsManyAsItTakesGiveWay) {
  World w([](h1_sim_options* o) {
    o->config.socket_memory = 4 * kMiB;
    o->config.max_connections = 60;
  });
  std::vector<int> gone;
  for (int i = 0; i < 60; i++) gone.push_back(Silent(&w, kMiB));
  w.Pass(2100);
  size_t open = 0;
  for (const int c : gone) open += w.State(c) == H1_SIM_OPEN ? 1 : 0;
  EXPECT_EQ(open, 4u);
}

TEST(Unacked, BelowTheBoundNobodyDoes) {
  for (const uint64_t bound : {uint64_t{5 * kMiB}, uint64_t{0}}) {
    World w(Memory(bound));
    const int a = Silent(&w, 2 * kMiB), b = Silent(&w, 2 * kMiB);
    w.Pass(20000);
    EXPECT_EQ(w.State(a), H1_SIM_OPEN);
    EXPECT_EQ(w.State(b), H1_SIM_OPEN);
  }
}

// What was let go counts no more.
TEST(Unacked, TheSumFollows) {
  World w(Memory(3 * kMiB));
  for (int round = 0; round < 5; round++) {
    const int c = Silent(&w, 2 * kMiB);
    w.Pass(2500);
    EXPECT_EQ(w.State(c), H1_SIM_OPEN) << round;
    if (round % 2 == 0) {
      h1_sim_set_unsent(w.sim(), c, 0);
      w.Pass(1500);
    } else {
      w.Reset(c);
    }
  }
}

// In mid-answer too.
TEST(Unacked, AnAnswerInProgressIsCut) {
  World w(Memory(kMiB));
  const int c = w.Connect();
  h1_sim_set_room(w.sim(), c, 100000);
  h1_sim_set_unsent(w.sim(), c, 2 * kMiB);
  w.Send(c, Get("/large"));
  w.Pass(3000);
  EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
  EXPECT_EQ(h1_sim_refusals(w.sim(), H1_SOCKET_MEMORY), 1u);
}

// An answer that goes out in small pieces is as long with the kernel.
TEST(Unacked, PiecesCountTogether) {
  for (const char* path : {"/pull", "/pull-known", "/file"}) {
    World w(Memory(kMiB));
    const int c = w.Connect();
    h1_sim_set_send_max(w.sim(), c, 20000);
    h1_sim_set_unsent(w.sim(), c, 2 * kMiB);
    w.Send(c, Get(path));
    ASSERT_EQ(w.State(c), H1_SIM_OPEN);
    w.Pass(3000);
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED) << path;
  }
}

}  // namespace
}  // namespace h1_test
