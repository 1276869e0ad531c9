// Messages made from the grammar, and broken at the places where readers
// differ: line ends, colons, blanks, lengths, codings, chunk sizes, repeated
// fields, versions, controls.
//
// The same seed and index always give the same input.
#ifndef H1_TESTS_DIFFERENTIAL_GENERATE_H_
#define H1_TESTS_DIFFERENTIAL_GENERATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/peers/peer.h"

namespace differential {

// A small generator whose sequence is the same with every C++ library.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // 0 to n - 1.
  size_t Below(size_t n) { return static_cast<size_t>(Next() % n); }
  bool Chance(size_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Of(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

 private:
  uint64_t state_;
};

struct Generated {
  peer_kind kind;
  std::string bytes;
  bool broken;  // mutated: may still be a message
};
Generated Generate(uint64_t seed, uint64_t index);

// What a message is made of; a mutation puts another text in a piece's place.
enum class Slot {
  kLead,
  kMethod,
  kSpace,
  kTarget,
  kVersion,
  kStatus,
  kPhrase,
  kLineEnd,
  kName,
  kColon,
  kBlank,
  kValue,
  kHost,
  kLength,
  kCoding,
  kConnection,
  kHeadEnd,
  kSize,
  kExtension,
  kData,
  kDataEnd,
  kBody,
  kBehind,
};

struct Piece {
  Slot slot;
  std::string text;
};

std::vector<Piece> MakeRequest(Random* random);
std::vector<Piece> MakeResponse(Random* random);
void Mutate(Random* random, std::vector<Piece>* pieces);
std::string Join(const std::vector<Piece>& pieces);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_GENERATE_H_
