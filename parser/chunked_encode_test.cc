#include "parser/chunked.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/chunked_outcome.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::ChunkedLimits;
using h1_test::DecodeCut;
using h1_test::Guarded;
using h1_test::Outcome;
using h1_test::SliceOf;
using h1_test::StringOf;

std::string EncodeChunk(const std::string& data) {
  std::string out(data.size() + 40, '#');
  size_t size = 99;
  h1_buffer room = {reinterpret_cast<uint8_t*>(&out[0]), out.size()};
  EXPECT_EQ(h1_chunk_encode(SliceOf(data), room, &size), H1_DONE);
  out.resize(size);
  return out;
}

TEST(ChunkedEncode, RoundTripsHoweverCut) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; round++) {
    std::string input, data;
    const size_t chunks = random() % 8;
    for (size_t i = 0; i < chunks; i++) {
      std::string piece(random() % (i % 2 == 0 ? 20 : 5000), '\0');
      for (char& c : piece) c = static_cast<char>(random());
      input += EncodeChunk(piece);
      data += piece;
    }
    input += "0\r\n";
    std::vector<size_t> cuts;
    for (int i = 0; i < 5; i++) cuts.push_back(random() % (input.size() + 1));
    std::sort(cuts.begin(), cuts.end());
    EXPECT_EQ(DecodeCut(input, ChunkedLimits(), cuts),
              (Outcome{H1_DONE, H1_OK, input.size(), data}));
  }
}

TEST(ChunkedEncode, WritesTheSizeInLowerHexWithoutLeadingZero) {
  EXPECT_EQ(EncodeChunk(std::string(1, 'x')), "1\r\nx\r\n");
  EXPECT_EQ(EncodeChunk(std::string(10, 'x')).substr(0, 3), "a\r\n");
  EXPECT_EQ(EncodeChunk(std::string(15, 'x')).substr(0, 3), "f\r\n");
  EXPECT_EQ(EncodeChunk(std::string(16, 'x')).substr(0, 4), "10\r\n");
  EXPECT_EQ(EncodeChunk(std::string(255, 'x')).substr(0, 4), "ff\r\n");
  EXPECT_EQ(EncodeChunk(std::string(4096, 'x')).substr(0, 6), "1000\r\n");
  EXPECT_EQ(EncodeChunk(""), "");
}

// Runs an encoder in every smaller room, which must stay untouched, and in the
// exact one; returns what it wrote.
template <typename Encode>
std::string InEveryRoom(size_t needed, Encode encode) {
  for (size_t len = 0; len < needed; len++) {
    Guarded room(std::string(len, '#'));
    size_t size = 0;
    EXPECT_EQ(encode(room.room(), &size), H1_NEED_ROOM) << len;
    EXPECT_EQ(size, needed);
    EXPECT_EQ(StringOf(room.slice()), std::string(len, '#'));
  }
  Guarded room(std::string(needed, '#'));
  size_t size = 0;
  EXPECT_EQ(encode(room.room(), &size), H1_DONE);
  EXPECT_EQ(size, needed);
  return StringOf(room.slice());
}

TEST(ChunkedEncode, AsksForExactlyTheRoomItNeeds) {
  const std::string data = "0123456789abcdef+";
  EXPECT_EQ(InEveryRoom(23,
                        [&](h1_buffer room, size_t* size) {
                          return h1_chunk_encode(SliceOf(data), room, size);
                        }),
            "11\r\n0123456789abcdef+\r\n");
  EXPECT_EQ(InEveryRoom(3, h1_last_chunk_encode), "0\r\n");
  EXPECT_EQ(InEveryRoom(2, h1_trailers_end_encode), "\r\n");
  EXPECT_EQ(InEveryRoom(H1_CHUNK_HEAD_MAX,
                        [](h1_buffer room, size_t* size) {
                          return h1_chunk_head_encode(INT64_MAX, room, size);
                        }),
            "7fffffffffffffff\r\n");
  EXPECT_EQ(InEveryRoom(3,
                        [](h1_buffer room, size_t* size) {
                          return h1_chunk_head_encode(1, room, size);
                        }),
            "1\r\n");
}

TEST(ChunkedEncode, RefusesSizesThatAreNoChunk) {
  Guarded room(std::string(H1_CHUNK_HEAD_MAX, '#'));
  for (uint64_t size : {uint64_t{0}, uint64_t{1} << 63, UINT64_MAX}) {
    size_t written = 99;
    EXPECT_EQ(h1_chunk_head_encode(size, room.room(), &written), H1_FAILED);
    EXPECT_EQ(written, 0u);
  }
  EXPECT_EQ(StringOf(room.slice()), std::string(H1_CHUNK_HEAD_MAX, '#'));
}

}  // namespace
