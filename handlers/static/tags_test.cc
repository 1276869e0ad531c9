#include "handlers/static/tags.h"

#include <cstring>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace {

h1_static_identity File(uint64_t n) {
  h1_static_identity id = {};
  id.dev = 1;
  id.ino = n;
  id.size = 100;
  id.mtime_s = 7;
  id.ctime_s = 8;
  return id;
}

class Tags : public ::testing::Test {
 protected:
  Tags() : rows_(kSets * H1_STATIC_TAG_WAYS) {
    h1_static_tags_init(&tags, rows_.data(), kSets, {1, 2});
  }
  ~Tags() override { h1_static_tags_deinit(&tags); }
  void Put(const h1_static_identity& id, uint64_t value) {
    uint8_t hash[H1_STATIC_HASH_BYTES] = {};
    memcpy(hash, &value, sizeof value);
    h1_static_tags_put(&tags, &id, hash);
  }
  // 0: not known.
  uint64_t Find(const h1_static_identity& id) {
    uint8_t hash[H1_STATIC_HASH_BYTES];
    uint64_t value = 0;
    if (!h1_static_tags_find(&tags, &id, hash)) return 0;
    memcpy(&value, hash, sizeof value);
    return value;
  }
  static constexpr size_t kSets = 4;
  h1_static_tags tags;

 private:
  std::vector<h1_static_tag> rows_;
};

TEST_F(Tags, AreFoundByEveryPartOfTheIdentity) {
  const h1_static_identity id = File(1);
  EXPECT_EQ(Find(id), 0u);
  Put(id, 42);
  EXPECT_EQ(Find(id), 42u);
  Put(id, 43);
  EXPECT_EQ(Find(id), 43u) << "the last one counts";
  for (int part = 0; part < 7; part++) {
    h1_static_identity other = id;
    other.dev += part == 0;
    other.ino += part == 1;
    other.size += part == 2;
    other.mtime_s += part == 3;
    other.mtime_ns += part == 4;
    other.ctime_s += part == 5;
    other.ctime_ns += part == 6;
    EXPECT_EQ(Find(other), 0u) << part;
  }
}

TEST_F(Tags, ThoseNotAskedForTheLongestGiveWay) {
  const size_t room = kSets * H1_STATIC_TAG_WAYS;
  for (uint64_t i = 1; i <= 100 * room; i++) {
    Put(File(i), i);
    EXPECT_EQ(Find(File(1)), 1u) << "asked for all the time, after " << i;
    EXPECT_EQ(Find(File(i)), i);
  }
  size_t left = 0;
  for (uint64_t i = 1; i <= 100 * room; i++) left += Find(File(i)) == i;
  EXPECT_EQ(left, room) << "all of it is in use";
}

TEST_F(Tags, ServeSeveralThreads) {
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 1; i < 20000; i++) {
        const uint64_t n = 1 + (i * 7 + t) % 64;
        Put(File(n), n);
        const uint64_t found = Find(File(n));
        EXPECT_TRUE(found == n || found == 0) << n << " " << found;
      }
    });
  }
  for (std::thread& t : threads) t.join();
}

}  // namespace
