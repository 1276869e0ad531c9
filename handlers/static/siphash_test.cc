#include "handlers/static/siphash.h"

#include <vector>

#include "gtest/gtest.h"

namespace {

// From the reference implementation's vectors: key 00..0f, input 00, 01, ...
TEST(SipHash, GivesThePublishedValues) {
  struct {
    size_t len;
    uint64_t want;
  } const cases[] = {
      {0, 0x726fdb47dd0e0e31},  {1, 0x74f839c593dc67fd},
      {7, 0xab0200f58b01d137},  {8, 0x93f5f5799a932462},
      {15, 0xa129ca6149be45e5}, {63, 0x958a324ceb064572},
  };
  uint8_t key[16];
  for (uint8_t i = 0; i < 16; i++) key[i] = i;
  for (const auto& c : cases) {
    // Exactly as long as said, so that a sanitizer sees a read after the end.
    std::vector<uint8_t> in(c.len);
    for (size_t i = 0; i < c.len; i++) in[i] = static_cast<uint8_t>(i);
    EXPECT_EQ(h1_siphash(h1_siphash_key_of(key), {in.data(), in.size()}),
              c.want)
        << c.len;
  }
}

TEST(SipHash, DependsOnEveryBitOfTheKey) {
  const uint8_t text[3] = {'a', 'b', 'c'};
  uint8_t key[16] = {};
  const uint64_t plain = h1_siphash(h1_siphash_key_of(key), {text, 3});
  for (unsigned bit = 0; bit < 128; bit++) {
    key[bit / 8] = static_cast<uint8_t>(key[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_NE(h1_siphash(h1_siphash_key_of(key), {text, 3}), plain) << bit;
    key[bit / 8] = static_cast<uint8_t>(key[bit / 8] ^ (1u << (bit % 8)));
  }
}

}  // namespace
