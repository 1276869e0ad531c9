#include "server/base/shares.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "server/base/clients.h"

namespace h1_test {
namespace {

uint8_t* Memory(uint64_t bytes) {
  const size_t size = (static_cast<size_t>(bytes) + 63) / 64 * 64;
  auto* memory = static_cast<uint8_t*>(aligned_alloc(64, size));
  memset(memory, 0, size);
  return memory;
}

class Shares : public ::testing::Test {
 protected:
  explicit Shares(uint32_t rows = 1024)
      : memory_(Memory(h1_shares_bytes(rows))),
        table_(h1_shares_init(memory_, rows, 12345)) {}
  ~Shares() override { free(memory_); }
  uint8_t* memory_;
  h1_shares* table_;
};

TEST(SharesSize, FollowsTheRequestsUpToItsMost) {
  EXPECT_EQ(h1_shares_rows(1), 64u);
  EXPECT_EQ(h1_shares_rows(17), 128u);
  EXPECT_EQ(h1_shares_rows(4096), 16384u);
  EXPECT_EQ(h1_shares_rows(1u << 20), H1_SHARES_ROWS_MAX);
}

TEST_F(Shares, CountsEachClient) {
  const uint32_t a = h1_shares_enter(table_, 1, 32);
  EXPECT_EQ(h1_shares_enter(table_, 1, 32), a);
  const uint32_t b = h1_shares_enter(table_, 2, 32);
  EXPECT_NE(a, b);
  EXPECT_NE(a, h1_shares_enter(table_, 1, 64)) << "another prefix";
  EXPECT_EQ(h1_shares_held(table_, a), 2u);
  EXPECT_EQ(h1_shares_held(table_, b), 1u);
  h1_shares_leave(table_, a);
  h1_shares_leave(table_, a);
  EXPECT_EQ(h1_shares_held(table_, a), 0u);
}

TEST_F(Shares, NobodyIsNotCounted) {
  h1_shares_leave(table_, H1_SHARE_NONE);
  EXPECT_EQ(h1_shares_held(table_, H1_SHARE_NONE), 1u);
}

TEST_F(Shares, RowsAreUsedAgain) {
  for (uint64_t i = 0; i < 100000; i++) {
    const uint32_t id = h1_shares_enter(table_, i, 32);
    ASSERT_NE(id, H1_SHARE_NONE) << i;
    h1_shares_leave(table_, id);
  }
}

TEST_F(Shares, AFullTableRefusesNobody) {
  unsigned counted = 0;
  for (uint64_t i = 0; i < 10000; i++) {
    if (h1_shares_enter(table_, i, 32) != H1_SHARE_NONE) counted++;
  }
  EXPECT_LE(counted, 1024u - 8u);
  EXPECT_GE(counted, 900u);
}

// A quarter full, as with as many requests as it is planned for, it counts
// nearly all.
TEST_F(Shares, ThePlannedNumberHasRows) {
  unsigned counted = 0;
  for (uint64_t i = 0; i < 256; i++) {
    if (h1_shares_enter(table_, i * 7919, 32) != H1_SHARE_NONE) counted++;
  }
  EXPECT_GE(counted, 250u);
}

TEST_F(Shares, ThreadsLeaveNothingBehind) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([this] {
      for (uint64_t i = 0; i < 20000; i++) {
        const uint32_t id = h1_shares_enter(table_, i % 13, 32);
        h1_shares_leave(table_, id);
      }
    });
  }
  for (std::thread& t : threads) t.join();
  for (uint32_t id = 8; id < 1024; id++) {
    EXPECT_EQ(h1_shares_held(table_, id), 0u) << id;
  }
}

h1_peer V6(uint16_t net) {
  h1_peer p = {};
  p.family = AF_INET6;
  p.address[0] = 0x20;
  p.address[6] = static_cast<uint8_t>(net >> 8);
  p.address[7] = static_cast<uint8_t>(net);
  return p;
}

class Told : public Shares {
 protected:
  Told() : rows_(Memory(h1_clients_bytes(64))) {
    clients_ = h1_clients_init(rows_, 64, 99, 2);
    h1_clients_set_shares(clients_, table_);
  }
  ~Told() override { free(rows_); }
  uint8_t* rows_;
  h1_clients* clients_;
};

TEST_F(Told, AShareCountsWhatProxiesTell) {
  h1_peer p = {};
  p.family = AF_INET;
  const uint32_t id = h1_clients_enter_told(clients_, &p);
  EXPECT_FALSE(h1_clients_over(clients_, id));
  (void)h1_clients_enter_told(clients_, &p);
  EXPECT_EQ(h1_clients_enter_told(clients_, &p), id);
  EXPECT_EQ(h1_clients_held(clients_, id), 3u);
  EXPECT_TRUE(h1_clients_over(clients_, id));
  h1_clients_leave(clients_, id);
  EXPECT_FALSE(h1_clients_over(clients_, id));
}

TEST_F(Told, TheNetworkAroundIsCountedToo) {
  std::vector<uint32_t> ids;
  for (uint16_t net = 0; net < 8; net++) {
    const h1_peer p = V6(net);
    ids.push_back(h1_clients_enter_told(clients_, &p));
    EXPECT_FALSE(h1_clients_over(clients_, ids.back())) << net;
  }
  const h1_peer ninth = V6(9);
  ids.push_back(h1_clients_enter_told(clients_, &ninth));
  EXPECT_TRUE(h1_clients_over(clients_, ids[0]));
  EXPECT_EQ(h1_clients_held(clients_, ids[0]), 1u);
  for (uint32_t id : ids) h1_clients_leave(clients_, id);
  EXPECT_EQ(h1_clients_held(clients_, ids[0]), 0u);
}

TEST_F(Told, WhoHasNoAddressIsNobody) {
  h1_peer p = {};
  p.family = AF_UNIX;
  EXPECT_EQ(h1_clients_enter_told(clients_, &p), H1_CLIENT_NONE);
  h1_clients_set_shares(clients_, nullptr);
  p.family = AF_INET;
  EXPECT_EQ(h1_clients_enter_told(clients_, &p), H1_CLIENT_NONE);
}

}  // namespace
}  // namespace h1_test
