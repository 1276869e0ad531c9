// The acceptor's turns: when it takes what the kernel has, how it waits when it
// cannot, and how it ends. In simulated time.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "server/sim/acceptor_sim.h"

namespace {

constexpr unsigned kForEver = 1000000000;

class Acceptor : public testing::Test {
 protected:
  void SetUp() override { Start({5000, 128, false, false}); }
  void TearDown() override { h1_acceptor_sim_stop(); }
  void Start(const h1_acceptor_sim_options& options) {
    h1_acceptor_sim_start(&options);
  }
  void Restart(const h1_acceptor_sim_options& options) {
    h1_acceptor_sim_stop();
    Start(options);
  }
};

TEST_F(Acceptor, TakesWhatArrives) {
  h1_acceptor_sim_arrive(false, 1000);
  h1_acceptor_sim_arrive(true, 3);
  h1_acceptor_sim_run(100);
  EXPECT_EQ(h1_acceptor_sim_accepted(), 1003u);
  const unsigned turns = h1_acceptor_sim_turns();
  h1_acceptor_sim_run(600000);
  EXPECT_LT(h1_acceptor_sim_turns() - turns, 20u) << "it waits for nothing";
}

// Clients that are all within their share fill the queue: somebody who holds
// less than they do is let in all the same.
TEST_F(Acceptor, AFullQueueDoesNotKeepOutWhoHoldsLess) {
  Restart({5000, 4, false, true});
  h1_acceptor_sim_from(2);
  h1_acceptor_sim_arrive(false, 4);
  h1_acceptor_sim_run(100);
  h1_acceptor_sim_from(3);
  h1_acceptor_sim_arrive(false, 2);
  h1_acceptor_sim_run(100);
  EXPECT_EQ(h1_acceptor_sim_refused(2), 2u);
  EXPECT_EQ(h1_acceptor_sim_refused(3), 0u);
  h1_acceptor_sim_from(2);
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(100);
  EXPECT_EQ(h1_acceptor_sim_refused(2), 3u) << "the newcomer itself";
  EXPECT_EQ(h1_acceptor_sim_refused(3), 0u);
}

// The same of clients that a proxy speaks for. Of whom it has said nothing yet
// it is not known that they hold less than others.
TEST_F(Acceptor, NorDoesOneOfAProxysClients) {
  const char greedy[] = "PROXY TCP4 192.0.2.2 192.0.2.1 1 80\r\nGET / HTTP/1.1";
  const char modest[] = "PROXY TCP4 192.0.2.3 192.0.2.1 1 80\r\n";
  const char late[] = "PROXY TCP4 192.0.2.3";
  Restart({5000, 4, false, true});
  h1_acceptor_sim_proxies();
  h1_acceptor_sim_from(2);
  h1_acceptor_sim_say(greedy);
  h1_acceptor_sim_arrive(false, 4);
  h1_acceptor_sim_run(100);
  h1_acceptor_sim_from(3);
  h1_acceptor_sim_say(late);
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(100);
  EXPECT_EQ(h1_acceptor_sim_refused(3), 1u) << "unknown, it stays out";
  h1_acceptor_sim_say(modest);
  h1_acceptor_sim_arrive(false, 2);
  h1_acceptor_sim_run(100);
  EXPECT_EQ(h1_acceptor_sim_refused(2), 2u);
  EXPECT_EQ(h1_acceptor_sim_refused(3), 1u);
  Restart({5000, 4, false, true});
  h1_acceptor_sim_proxies();
  h1_acceptor_sim_from(2);
  h1_acceptor_sim_say(late);
  h1_acceptor_sim_arrive(false, 4);
  h1_acceptor_sim_run(100);
  h1_acceptor_sim_from(3);
  h1_acceptor_sim_say(modest);
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(100);
  EXPECT_EQ(h1_acceptor_sim_refused(2), 1u) << "who is unknown makes room";
  EXPECT_EQ(h1_acceptor_sim_refused(3), 0u);
}

TEST_F(Acceptor, AHealthCheckGoesToTheLaneWhenNoWorkerWaitsForOne) {
  const struct {
    const char* says;
    bool urgent;
  } cases[] = {
      {"GET /_health HTTP/1.1\r\n", true},
      {"HEAD /_health HTTP/1.0\r\n", true},
      {"GET /_health?live HTTP/1.1\r\n", true},
      {"GET /_health", false},  // of /_health, or of another name
      {"GET /_healthy HTTP/1.1\r\n", false},
      {"GET /_next/app.js HTTP/1.1\r\n", false},
      {"GET /_", false},
      {"GET /", false},
      {"GET /x", false},
      {"POST /_health", false},
      {"", false},
  };
  uint8_t host = 10;
  for (const auto& c : cases) {
    Restart({5000, 128, false, true});
    h1_acceptor_sim_from(++host);
    h1_acceptor_sim_say(c.says);
    h1_acceptor_sim_arrive(false, 1);
    h1_acceptor_sim_run(50);
    EXPECT_EQ(h1_acceptor_sim_refused(host), c.urgent ? 1u : 0u) << c.says;
  }
}

// It does not send anybody away.
TEST_F(Acceptor, AHealthCheckGoesToTheLaneWhenAllPlacesAreTaken) {
  uint8_t host = 10;
  for (const bool full : {false, true}) {
    Restart({5000, 128, false, true});
    h1_acceptor_sim_from(++host);
    h1_acceptor_sim_say("GET /_health HTTP/1.1\r\n");
    h1_acceptor_sim_offer(full ? 0 : 1);
    h1_acceptor_sim_arrive(false, 1);
    h1_acceptor_sim_run(50);
    EXPECT_EQ(h1_acceptor_sim_refused(host), full ? 1u : 0u);
  }
}

// ---- what fails ----

// Every error that accept may give, and some that it may not.
TEST_F(Acceptor, NoFailureOfAcceptMakesItSpinAndItRecovers) {
  for (int error = 1; error < 134; error++) {
    if (error == EAGAIN || error == EINTR) continue;
    const unsigned before = h1_acceptor_sim_accepts();
    const unsigned turns = h1_acceptor_sim_turns();
    const uint64_t accepted = h1_acceptor_sim_accepted();
    h1_acceptor_sim_arrive(false, 1);
    h1_acceptor_sim_fail_accept(error, kForEver);
    h1_acceptor_sim_run(10000);
    EXPECT_GE(h1_acceptor_sim_accepts() - before, 15u) << strerror(error);
    EXPECT_LE(h1_acceptor_sim_accepts() - before, 45u) << strerror(error);
    EXPECT_LE(h1_acceptor_sim_turns() - turns, 100u) << strerror(error);
    h1_acceptor_sim_fail_accept(0, 0);
    h1_acceptor_sim_run(700);
    EXPECT_EQ(h1_acceptor_sim_accepted(), accepted + 1) << strerror(error);
  }
}

TEST_F(Acceptor, AConnectionThatIsGoneDoesNotDelayTheNext) {
  h1_acceptor_sim_arrive(false, 5);
  h1_acceptor_sim_fail_accept(ECONNABORTED, 3);
  h1_acceptor_sim_run(5);
  EXPECT_EQ(h1_acceptor_sim_accepted(), 5u);
}

TEST_F(Acceptor, AsksForADescriptorAtEveryFailureForWantOfOne) {
  for (int error : {EMFILE, ENFILE}) {
    const unsigned before = h1_acceptor_sim_asks();
    h1_acceptor_sim_arrive(false, 1);
    h1_acceptor_sim_fail_accept(error, 5);
    h1_acceptor_sim_run(2000);
    EXPECT_EQ(h1_acceptor_sim_asks() - before, 5u);
  }
  const unsigned before = h1_acceptor_sim_asks();
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_fail_accept(ENOBUFS, 5);
  h1_acceptor_sim_run(2000);
  EXPECT_EQ(h1_acceptor_sim_asks(), before) << "that would not help";
}

// The kernel says EMFILE before it looks whether anybody is there.
TEST_F(Acceptor, NobodyGivesWayForNobody) {
  h1_acceptor_sim_descriptors(1);
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(1000);
  EXPECT_EQ(h1_acceptor_sim_accepted(), 1u);
  EXPECT_EQ(h1_acceptor_sim_asks(), 0u);
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(1);
  EXPECT_EQ(h1_acceptor_sim_asks(), 1u);
}

// Pausing, resuming and waiting fail.
TEST_F(Acceptor, NoFailureOfEpollStopsIt) {
  for (int error : {ENOMEM, EINVAL, EBADF}) {
    const uint64_t accepted = h1_acceptor_sim_accepted();
    h1_acceptor_sim_arrive(false, 1);
    h1_acceptor_sim_fail_accept(EMFILE, 1);
    h1_acceptor_sim_fail_epoll(error, 10);
    h1_acceptor_sim_run(1000);
    EXPECT_EQ(h1_acceptor_sim_accepted(), accepted + 1) << strerror(error);
  }
}

// ---- the end ----

TEST_F(Acceptor, EndsAtOnceWhenNobodyIsThere) {
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(1);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
  EXPECT_TRUE(h1_acceptor_sim_listens(true));
  h1_acceptor_sim_end_workers();
  h1_acceptor_sim_run(1);
  EXPECT_TRUE(h1_acceptor_sim_done());
}

TEST_F(Acceptor, WhileSomebodyIsThereItAcceptsForALastCall) {
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(10);
  h1_acceptor_sim_finish();
  for (int i = 1; i < 12; i++) {
    h1_acceptor_sim_arrive(false, 7);
    h1_acceptor_sim_run(100);
    EXPECT_EQ(h1_acceptor_sim_pending(false), 0u) << i;
    EXPECT_TRUE(h1_acceptor_sim_listens(false)) << i;
  }
  h1_acceptor_sim_run(90);
  EXPECT_TRUE(h1_acceptor_sim_listens(false));
  h1_acceptor_sim_run(30);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
  EXPECT_LT(h1_acceptor_sim_turns(), 500u);
}

TEST_F(Acceptor, TheLastCallEndsWithTheLastConnection) {
  h1_acceptor_sim_arrive(false, 2);
  h1_acceptor_sim_run(10);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(300);
  h1_acceptor_sim_leave(1);
  h1_acceptor_sim_run(300);
  EXPECT_TRUE(h1_acceptor_sim_listens(false));
  h1_acceptor_sim_leave(1);
  h1_acceptor_sim_run(30);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
}

// Where nobody can say whether the kernel holds some back.
TEST_F(Acceptor, TheLastCallLastsWhenSomeMayBeHidden) {
  Restart({5000, 128, true, false});
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(1190);
  EXPECT_TRUE(h1_acceptor_sim_listens(false));
  h1_acceptor_sim_run(30);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
}

TEST_F(Acceptor, TheLastCallIsNoLongerThanDrainIdle) {
  Restart({200, 128, true, false});
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(190);
  EXPECT_TRUE(h1_acceptor_sim_listens(false));
  h1_acceptor_sim_run(30);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
}

TEST_F(Acceptor, WhatTheKernelHasQueuedIsTakenAtTheEnd) {
  Restart({0, 128, false, false});
  h1_acceptor_sim_arrive(false, 3000);
  h1_acceptor_sim_arrive(true, 3);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_end_workers();
  h1_acceptor_sim_run(100);
  EXPECT_TRUE(h1_acceptor_sim_done());
  EXPECT_EQ(h1_acceptor_sim_accepted(), 3003u);
}

TEST_F(Acceptor, AFullQueueIsWaitedForAtTheEnd) {
  Restart({0, 8, false, true});
  h1_acceptor_sim_arrive(false, 100);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_end_workers();
  h1_acceptor_sim_run(3000);
  EXPECT_TRUE(h1_acceptor_sim_done());
  EXPECT_EQ(h1_acceptor_sim_accepted(), 100u) << "by the lane, at last";
}

// Descriptors come free as others leave, so it goes on trying.
TEST_F(Acceptor, TheBacklogOutlastsAShortage) {
  h1_acceptor_sim_arrive(false, 2);
  h1_acceptor_sim_run(10);
  h1_acceptor_sim_arrive(false, 9);
  h1_acceptor_sim_fail_accept(EMFILE, kForEver);
  h1_acceptor_sim_run(3000);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(20000);
  EXPECT_TRUE(h1_acceptor_sim_listens(false));
  EXPECT_LT(h1_acceptor_sim_accepts(), 100u);
  h1_acceptor_sim_leave(2);
  h1_acceptor_sim_fail_accept(0, 0);
  h1_acceptor_sim_run(700);
  EXPECT_EQ(h1_acceptor_sim_accepted(), 11u);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
}

TEST_F(Acceptor, WhatNobodyCanHelpIsGivenUp) {
  for (int error : {EMFILE, ENOBUFS, EBADF, ENETDOWN}) {
    Restart({5000, 128, false, false});
    h1_acceptor_sim_arrive(false, 9);
    h1_acceptor_sim_fail_accept(error, kForEver);
    h1_acceptor_sim_run(5000);
    h1_acceptor_sim_finish();
    h1_acceptor_sim_run(2000);
    EXPECT_FALSE(h1_acceptor_sim_listens(false)) << strerror(error);
    h1_acceptor_sim_end_workers();
    h1_acceptor_sim_run(2000);
    EXPECT_TRUE(h1_acceptor_sim_done()) << strerror(error);
    EXPECT_LT(h1_acceptor_sim_accepts(), 60u) << strerror(error);
  }
}

// With a client that never stops connecting the backlog is never empty.
TEST_F(Acceptor, AFloodDoesNotKeepItFromEnding) {
  h1_acceptor_sim_arrive(false, kForEver);
  h1_acceptor_sim_run(100);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(2000);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
}

// A socket that the process does not own: for as long as idle connections are
// kept, then what comes is the successor's.
TEST_F(Acceptor, AHeldSocketIsServedUntilDrainIdleHasPassed) {
  h1_acceptor_sim_hold();
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(10);
  h1_acceptor_sim_finish();
  for (int i = 1; i < 50; i++) {
    h1_acceptor_sim_arrive(false, 7);
    h1_acceptor_sim_run(100);
    EXPECT_EQ(h1_acceptor_sim_pending(false), 0u) << i;
  }
  h1_acceptor_sim_run(120);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
  const uint64_t accepted = h1_acceptor_sim_accepted();
  h1_acceptor_sim_arrive(false, 3);
  h1_acceptor_sim_run(2000);
  EXPECT_EQ(h1_acceptor_sim_pending(false), 3u) << "they are the successor's";
  EXPECT_EQ(h1_acceptor_sim_accepted(), accepted);
  EXPECT_LT(h1_acceptor_sim_turns(), 2000u);
}

TEST_F(Acceptor, AHeldSocketIsLeftAtOnceWhenNobodyIsThere) {
  h1_acceptor_sim_hold();
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(10);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(2000);
  EXPECT_TRUE(h1_acceptor_sim_listens(false));
  h1_acceptor_sim_leave(1);
  h1_acceptor_sim_run(30);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
}

TEST_F(Acceptor, HealthIsAnsweredUntilTheWorkersHaveEnded) {
  h1_acceptor_sim_arrive(false, 1);
  h1_acceptor_sim_run(10);
  h1_acceptor_sim_finish();
  h1_acceptor_sim_run(3000);
  EXPECT_FALSE(h1_acceptor_sim_listens(false));
  const uint64_t accepted = h1_acceptor_sim_accepted();
  h1_acceptor_sim_arrive(true, 5);
  h1_acceptor_sim_run(10);
  EXPECT_EQ(h1_acceptor_sim_accepted(), accepted + 5);
  h1_acceptor_sim_end_workers();
  h1_acceptor_sim_run(10);
  EXPECT_TRUE(h1_acceptor_sim_done());
}

}  // namespace
