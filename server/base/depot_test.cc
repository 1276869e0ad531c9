#include "server/base/depot.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace {

constexpr size_t kPayload = 1000;

struct Memory {
  explicit Memory(size_t blocks)
      : bytes(static_cast<uint8_t*>(
            aligned_alloc(64, blocks * h1_pool_block_bytes(kPayload)))) {}
  ~Memory() { free(bytes); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  uint8_t* bytes;
};

class Depot : public ::testing::Test {
 protected:
  void SetUp() override {
    h1_pool_init(&a_, of_a_.bytes, kPayload, 2);
    h1_pool_init(&b_, of_b_.bytes, kPayload, 2);
    ASSERT_TRUE(h1_depot_init(&depot_, of_depot_.bytes, kPayload, 6));
  }
  void TearDown() override { h1_depot_deinit(&depot_); }
  static std::vector<h1_block*> TakeAll(h1_pool* p) {
    std::vector<h1_block*> all;
    for (h1_block* b = h1_pool_take(p); b != nullptr; b = h1_pool_take(p)) {
      all.push_back(b);
    }
    return all;
  }
  Memory of_a_{2}, of_b_{2}, of_depot_{6};
  h1_pool a_, b_;
  h1_depot depot_;
};

TEST_F(Depot, ServesWhicheverNeedsIt) {
  EXPECT_TRUE(h1_depot_draw(&depot_, &a_, 4));
  EXPECT_EQ(h1_pool_free(&a_), 6u);
  EXPECT_FALSE(h1_depot_draw(&depot_, &b_, 3)) << "all or none";
  EXPECT_EQ(h1_pool_free(&b_), 2u);
  h1_depot_return(&depot_, &a_, 3);
  EXPECT_EQ(h1_depot_left(&depot_), 5u);
  EXPECT_TRUE(h1_depot_draw(&depot_, &b_, 5));
  EXPECT_EQ(h1_depot_left(&depot_), 0u);
  EXPECT_EQ(a_.total + b_.total, 10u);
}

TEST_F(Depot, EachBlockIsInOnePlace) {
  ASSERT_TRUE(h1_depot_draw(&depot_, &a_, 5));
  ASSERT_TRUE(h1_depot_draw(&depot_, &b_, 1));
  std::set<h1_block*> seen;
  for (h1_pool* p : {&a_, &b_}) {
    for (h1_block* b : TakeAll(p)) {
      EXPECT_TRUE(seen.insert(b).second);
      EXPECT_EQ(b->pool, p);
      memset(b->bytes, 0x5a, b->cap);
    }
  }
  EXPECT_EQ(seen.size(), 10u);
  for (h1_block* b : seen) h1_block_release(b);
  h1_depot_return(&depot_, &a_, 5);
  h1_depot_return(&depot_, &b_, 9);
  EXPECT_EQ(b_.total, 0u) << "what is free there and no more";
  EXPECT_EQ(h1_depot_left(&depot_), 8u);
}

TEST_F(Depot, ThoseInUseStay) {
  ASSERT_TRUE(h1_depot_draw(&depot_, &a_, 6));
  const std::vector<h1_block*> held = TakeAll(&a_);
  h1_depot_return(&depot_, &a_, 8);
  EXPECT_EQ(a_.total, 8u);
  EXPECT_EQ(h1_depot_left(&depot_), 0u);
  for (h1_block* b : held) h1_block_release(b);
}

TEST_F(Depot, ManyThreads) {
  const auto work = [this](h1_pool* p) {
    for (int i = 0; i < 2000; i++) {
      const size_t n = 1 + static_cast<size_t>(i) % 4;
      if (!h1_depot_draw(&depot_, p, n)) continue;
      for (h1_block* b : TakeAll(p)) h1_block_release(b);
      h1_depot_return(&depot_, p, n);
    }
  };
  std::thread one(work, &a_), two(work, &b_);
  one.join();
  two.join();
  EXPECT_EQ(h1_depot_left(&depot_), 6u);
  EXPECT_EQ(a_.total + b_.total, 4u);
}

}  // namespace
