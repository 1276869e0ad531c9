#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <set>

extern "C" {
#include "server/base/pool.h"
}

namespace {

class Pool : public ::testing::Test {
 protected:
  static constexpr size_t kCount = 5;
  static constexpr size_t kPayload = 1000;
  void SetUp() override {
    memory_ = static_cast<uint8_t*>(
        aligned_alloc(64, kCount * h1_pool_block_bytes(kPayload)));
    ASSERT_NE(memory_, nullptr);
    h1_pool_init(&pool_, memory_, kPayload, kCount);
  }
  void TearDown() override { free(memory_); }
  h1_pool pool_;
  uint8_t* memory_ = nullptr;
};

TEST_F(Pool, GivesExactlyItsBlocksAndThenNone) {
  std::set<h1_block*> taken;
  for (size_t i = 0; i < kCount; i++) {
    h1_block* b = h1_pool_take(&pool_);
    ASSERT_NE(b, nullptr);
    EXPECT_GE(b->cap, kPayload);
    EXPECT_TRUE(taken.insert(b).second) << "the same block twice";
    memset(b->bytes, 0xab, b->cap);
  }
  EXPECT_EQ(h1_pool_take(&pool_), nullptr);
  EXPECT_EQ(h1_pool_free(&pool_), 0u);
  EXPECT_EQ(pool_.used_max, kCount);
  for (h1_block* b : taken) h1_block_release(b);
  EXPECT_EQ(h1_pool_free(&pool_), kCount);
}

TEST_F(Pool, ABlockComesBackClean) {
  h1_block* b = h1_pool_take(&pool_);
  b->at = 3;
  b->len = 9;
  b->next = b;
  h1_block_release(b);
  h1_block* again = h1_pool_take(&pool_);
  EXPECT_EQ(again, b) << "last in, first out keeps pages warm";
  EXPECT_EQ(again->at, 0u);
  EXPECT_EQ(again->len, 0u);
  EXPECT_EQ(again->next, nullptr);
}

TEST_F(Pool, ReleasesAWholeChain) {
  h1_block* first = h1_pool_take(&pool_);
  first->next = h1_pool_take(&pool_);
  first->next->next = h1_pool_take(&pool_);
  h1_block_release_chain(&first);
  EXPECT_EQ(first, nullptr);
  EXPECT_EQ(pool_.used, 0u);
  EXPECT_EQ(pool_.used_max, 3u);
}

}  // namespace
