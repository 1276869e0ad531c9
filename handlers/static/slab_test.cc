#include "handlers/static/slab.h"

#include <cstring>
#include <vector>

#include "gtest/gtest.h"

namespace {

class Slots : public ::testing::Test {
 protected:
  explicit Slots(size_t count = 4)
      : pages_(count), memory_(count * H1_STATIC_PAGE_BYTES) {
    h1_static_slab_init(&slots_, pages_.data(), count, memory_.data());
  }
  uint8_t* Take(size_t bytes) { return h1_static_slab_take(&slots_, bytes); }
  void Give(uint8_t* slot) { h1_static_slab_give(&slots_, slot); }

  std::vector<h1_static_page> pages_;
  std::vector<uint8_t> memory_;
  h1_static_slab slots_ = {};
};

TEST_F(Slots, SlotsOfOneSizeFillAPageAndNeverOverlap) {
  for (size_t size = 1024; size <= H1_STATIC_PAGE_BYTES; size *= 2) {
    const size_t total = memory_.size() / size;
    std::vector<uint8_t*> taken;
    for (size_t i = 0; i < total; i++) {
      uint8_t* slot = Take(size);
      ASSERT_NE(slot, nullptr) << size << " " << i;
      ASSERT_LE(slot + size, memory_.data() + memory_.size());
      memset(slot, static_cast<int>(i % 251), size);
      taken.push_back(slot);
    }
    EXPECT_EQ(Take(size), nullptr) << size;
    for (size_t i = 0; i < total; i++) {
      EXPECT_EQ(taken[i][0], i % 251);
      EXPECT_EQ(taken[i][size - 1], i % 251);
      Give(taken[i]);
    }
  }
}

TEST_F(Slots, SizesAreRoundedUpAndBoundsHold) {
  uint8_t* a = Take(0);
  uint8_t* b = Take(1025);
  uint8_t* c = Take(65536);
  ASSERT_TRUE(a && b && c);
  EXPECT_NE((a - memory_.data()) / 65536, (b - memory_.data()) / 65536);
  EXPECT_EQ(Take(65537), nullptr);
}

TEST_F(Slots, AnEmptiedPageTakesAnotherSize) {
  std::vector<uint8_t*> small;
  for (int i = 0; i < 4 * 64; i++) small.push_back(Take(1000));
  EXPECT_EQ(Take(60000), nullptr);
  for (int i = 0; i < 64; i++) Give(small[static_cast<size_t>(i)]);
  EXPECT_NE(Take(60000), nullptr);
  EXPECT_EQ(Take(60000), nullptr);
}

TEST(SlotsWithoutMemory, GiveNothing) {
  h1_static_slab s;
  h1_static_slab_init(&s, nullptr, 0, nullptr);
  EXPECT_EQ(h1_static_slab_take(&s, 1), nullptr);
}

}  // namespace
