#include "server/base/clients.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

namespace h1_test {
namespace {

h1_peer V4(uint32_t address) {
  h1_peer p = {};
  p.family = AF_INET;
  for (int i = 0; i < 4; i++) {
    p.address[i] = static_cast<uint8_t>(address >> (24 - 8 * i));
  }
  return p;
}

// Its first 48 bits, the next 16, and the host's.
h1_peer V6(uint32_t site, uint16_t net, uint8_t host) {
  h1_peer p = {};
  p.family = AF_INET6;
  p.address[0] = 0x20;
  for (int i = 0; i < 4; i++) {
    p.address[2 + i] = static_cast<uint8_t>(site >> (24 - 8 * i));
  }
  p.address[6] = static_cast<uint8_t>(net >> 8);
  p.address[7] = static_cast<uint8_t>(net);
  p.address[15] = host;
  return p;
}

h1_peer Mapped(uint32_t address) {
  h1_peer p = {};
  p.family = AF_INET6;
  p.address[10] = p.address[11] = 0xff;
  memcpy(p.address + 12, V4(address).address, 4);
  return p;
}

class Table {
 public:
  explicit Table(uint32_t rows, uint32_t share = 0) {
    const size_t bytes = (h1_clients_bytes(rows) + 63) / 64 * 64;
    memory_ = static_cast<uint8_t*>(aligned_alloc(64, bytes));
    memset(memory_, 0, bytes);
    table_ = h1_clients_init(memory_, rows, 12345, share);
  }
  ~Table() { free(memory_); }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  uint32_t Enter(const h1_peer& p) { return h1_clients_enter(table_, &p); }
  void Leave(uint32_t id) { h1_clients_leave(table_, id); }
  uint32_t Held(uint32_t id) { return h1_clients_held(table_, id); }
  bool Over(uint32_t id) { return h1_clients_over(table_, id); }

 private:
  uint8_t* memory_;
  h1_clients* table_;
};

TEST(Clients, CountsByAddress) {
  Table t(100);
  const uint32_t a = t.Enter(V4(1)), b = t.Enter(V4(2));
  EXPECT_NE(a, b);
  EXPECT_EQ(t.Enter(V4(1)), a);
  EXPECT_EQ(t.Held(a), 2u);
  EXPECT_EQ(t.Held(b), 1u);
  t.Leave(a);
  EXPECT_EQ(t.Held(a), 1u);
}

TEST(Clients, AMappedAddressIsTheAddress) {
  Table t(100);
  EXPECT_EQ(t.Enter(V4(0x7f000001)), t.Enter(Mapped(0x7f000001)));
}

TEST(Clients, OfIpv6TheNetworkCounts) {
  Table t(100);
  EXPECT_EQ(t.Enter(V6(1, 1, 1)), t.Enter(V6(1, 1, 2)));
  EXPECT_NE(t.Enter(V6(1, 1, 1)), t.Enter(V6(1, 2, 1)));
}

TEST(Clients, UnixSocketsBelongToNobody) {
  Table t(100, 1);
  h1_peer p = {};
  p.family = AF_UNIX;
  for (int i = 0; i < 3; i++) EXPECT_EQ(t.Enter(p), H1_CLIENT_NONE);
  EXPECT_EQ(t.Held(H1_CLIENT_NONE), 1u);
  EXPECT_FALSE(t.Over(H1_CLIENT_NONE));
  t.Leave(H1_CLIENT_NONE);
}

TEST(Clients, AShareIsPassedByOneMore) {
  Table t(100, 2);
  const uint32_t a = t.Enter(V4(1));
  t.Enter(V4(1));
  EXPECT_FALSE(t.Over(a));
  t.Enter(V4(1));
  EXPECT_TRUE(t.Over(a));
  t.Leave(a);
  EXPECT_FALSE(t.Over(a));
}

TEST(Clients, ASiteHasFourShares) {
  Table t(100, 2);
  uint32_t last = 0;
  for (uint16_t net = 0; net < 8; net++) last = t.Enter(V6(7, net, 1));
  EXPECT_EQ(t.Held(last), 1u);
  EXPECT_FALSE(t.Over(last));
  const uint32_t ninth = t.Enter(V6(7, 100, 1));
  EXPECT_TRUE(t.Over(ninth));
  EXPECT_TRUE(t.Over(last));
  t.Leave(ninth);
  EXPECT_FALSE(t.Over(last));
  EXPECT_FALSE(t.Over(t.Enter(V6(8, 0, 1))));
}

TEST(Clients, AFullTableRefusesNobody) {
  Table t(10, 1);
  for (uint32_t i = 0; i < 8; i++) t.Enter(V4(i));
  const uint32_t others = t.Enter(V4(100));
  EXPECT_EQ(others, H1_CLIENT_OTHERS);
  EXPECT_EQ(t.Enter(V4(101)), H1_CLIENT_OTHERS);
  EXPECT_EQ(t.Held(others), 1u);
  EXPECT_FALSE(t.Over(others));
}

TEST(Clients, ARowThatIsFreeIsUsedAgain) {
  Table t(10);
  for (uint32_t i = 0; i < 100000; i++) {
    const uint32_t id = t.Enter(V4(i));
    ASSERT_GT(id, H1_CLIENT_OTHERS);
    ASSERT_EQ(t.Held(id), 1u);
    t.Leave(id);
  }
}

TEST(Clients, HasTwoRowsForAConnection) {
  EXPECT_EQ(h1_clients_rows(100), 202u);
  EXPECT_EQ(h1_clients_rows(1 << 30), 65536u);
}

// Against a count by hand, in any order.
TEST(Clients, CountsRightInAnyOrder) {
  std::mt19937 random(1);
  Table t(h1_clients_rows(200), 3);
  struct Held {
    uint32_t id;
    uint64_t who;
  };
  std::vector<Held> all;
  std::vector<uint32_t> by_client(1000), by_site(1000);
  for (int step = 0; step < 200000; step++) {
    const bool enter = all.size() < 200 && (all.empty() || random() % 2 == 0);
    if (enter) {
      const uint32_t site = random() % 20;
      const uint16_t net = static_cast<uint16_t>(random() % 20);
      const bool v4 = random() % 3 == 0;
      const uint64_t who = v4 ? 500 + site : site * 20 + net;
      all.push_back({t.Enter(v4 ? V4(site) : V6(site, net, 9)), who});
      by_client[who]++;
      if (!v4) by_site[site]++;
    } else {
      const size_t i = random() % all.size();
      t.Leave(all[i].id);
      by_client[all[i].who]--;
      if (all[i].who < 500) by_site[all[i].who / 20]--;
      all[i] = all.back();
      all.pop_back();
    }
    for (size_t i = 0; i < all.size(); i += 17) {
      const uint64_t who = all[i].who;
      ASSERT_EQ(t.Held(all[i].id), by_client[who]);
      const bool over =
          by_client[who] > 3 || (who < 500 && by_site[who / 20] > 12);
      ASSERT_EQ(t.Over(all[i].id), over);
    }
  }
}

// One thread enters, others leave; afterwards nobody is counted.
TEST(Clients, ThreadsMayLeave) {
  Table t(20);
  std::vector<uint32_t> ids(20000);
  std::vector<std::atomic<bool>> entered(ids.size());
  std::vector<std::thread> leavers;
  for (size_t n = 0; n < 2; n++) {
    leavers.emplace_back([&, n] {
      for (size_t i = n; i < ids.size(); i += 2) {
        while (!entered[i].load()) std::this_thread::yield();
        t.Leave(ids[i]);
      }
    });
  }
  for (size_t i = 0; i < ids.size(); i++) {
    ids[i] = t.Enter(
        V6(static_cast<uint32_t>(i % 7), static_cast<uint16_t>(i % 3), 1));
    entered[i].store(true);
  }
  for (std::thread& l : leavers) l.join();
  for (uint32_t i = 0; i < 7; i++) {
    const uint32_t id = t.Enter(V6(i, 0, 1));
    EXPECT_EQ(t.Held(id), 1u);
  }
}

}  // namespace
}  // namespace h1_test
