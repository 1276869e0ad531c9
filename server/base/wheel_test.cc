#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

extern "C" {
#include "server/base/wheel.h"
}

namespace {

struct Wheel {
  explicit Wheel(uint64_t now) { h1_wheel_init(&wheel, now); }
  std::set<h1_timer*> Due(uint64_t now) {
    std::set<h1_timer*> out;
    while (h1_timer* t = h1_wheel_due(&wheel, now)) out.insert(t);
    return out;
  }
  h1_wheel wheel;
};

TEST(Wheel, NothingIsDueBeforeItsTimeAndEverythingWithinATickAfter) {
  for (uint64_t delay :
       {0u, 1u, 15u, 16u, 17u, 1000u, 16000u, 16400u, 75000u}) {
    const uint64_t start = 123456789;
    auto w = std::make_unique<Wheel>(start);
    h1_timer t;
    h1_timer_init(&t);
    h1_wheel_set(&w->wheel, &t, start + delay);
    uint64_t now = start;
    while (now < start + delay) {
      EXPECT_TRUE(w->Due(now).empty()) << delay << " at " << now - start;
      now += 7;
    }
    EXPECT_EQ(w->Due(start + delay + 2 * H1_WHEEL_TICK_MS).size(), 1u) << delay;
    EXPECT_EQ(w->wheel.armed, 0u);
  }
}

TEST(Wheel, MovingADeadlineLaterKeepsItArmedOnce) {
  auto w = std::make_unique<Wheel>(0);
  h1_timer t;
  h1_timer_init(&t);
  for (uint64_t now = 0; now < 5000; now += 10) {
    h1_wheel_set(&w->wheel, &t, now + 100);
    EXPECT_TRUE(w->Due(now).empty());
    EXPECT_EQ(w->wheel.armed, 1u);
  }
  EXPECT_EQ(w->Due(5200).size(), 1u);
}

TEST(Wheel, MovingADeadlineEarlierTakesEffect) {
  auto w = std::make_unique<Wheel>(0);
  h1_timer t;
  h1_timer_init(&t);
  h1_wheel_set(&w->wheel, &t, 10000);
  h1_wheel_set(&w->wheel, &t, 50);
  EXPECT_EQ(w->Due(100).size(), 1u);
}

TEST(Wheel, ACancelledTimerIsNeverDue) {
  auto w = std::make_unique<Wheel>(0);
  h1_timer t;
  h1_timer_init(&t);
  h1_wheel_set(&w->wheel, &t, 50);
  h1_wheel_set(&w->wheel, &t, H1_NEVER);
  EXPECT_TRUE(w->Due(100000).empty());
  EXPECT_EQ(h1_wheel_timeout(&w->wheel, 100000), -1);
}

TEST(Wheel, TheTimeoutNeverSleepsPastADeadline) {
  auto w = std::make_unique<Wheel>(1000);
  std::vector<h1_timer> timers(200);
  srand(7);
  for (h1_timer& t : timers) {
    h1_timer_init(&t);
    h1_wheel_set(&w->wheel, &t, 1000 + static_cast<uint64_t>(rand() % 90000));
  }
  uint64_t now = 1000;
  size_t fired = 0;
  for (int turns = 0; fired < timers.size(); turns++) {
    ASSERT_LT(turns, 100000) << "the wheel does not come to an end";
    const int wait = h1_wheel_timeout(&w->wheel, now);
    ASSERT_GE(wait, 0);
    now += static_cast<uint64_t>(wait);
    while (h1_timer* t = h1_wheel_due(&w->wheel, now)) {
      (void)t;
      fired++;
    }
    for (const h1_timer& t : timers) {
      if (t.next != nullptr) {
        ASSERT_GT(t.deadline_ms + 2 * H1_WHEEL_TICK_MS, now);
      }
    }
  }
}

TEST(Wheel, AfterALongSleepEverythingIsFound) {
  auto w = std::make_unique<Wheel>(0);
  std::vector<h1_timer> timers(50);
  for (size_t i = 0; i < timers.size(); i++) {
    h1_timer_init(&timers[i]);
    h1_wheel_set(&w->wheel, &timers[i], 100 * i);
  }
  EXPECT_EQ(w->Due(10000000).size(), timers.size());
}

}  // namespace
