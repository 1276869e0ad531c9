#include "handlers/static/zstd.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;

const std::string kMagic("\x28\xb5\x2f\xfd", 4);

std::string Bytes(std::initializer_list<int> bytes) {
  std::string s;
  for (const int b : bytes) s += static_cast<char>(b);
  return s;
}

uint64_t Window(const std::string& header) {
  const Guarded in(header);
  return h1_zstd_window_bytes(in.slice());
}

TEST(ZstdWindow, IsWhatTheHeaderSays) {
  const uint64_t kUnknown = H1_ZSTD_UNKNOWN;
  const struct {
    std::string name, header;  // after the magic number
    uint64_t window;
  } cases[] = {
      {"least", Bytes({0x00, 0x00}), 1024},
      {"mantissa", Bytes({0x00, 0x07}), 1024 + 7 * 128},
      {"log 20, as level 3 of zstd", Bytes({0x04, 0x58}), 2 << 20},
      {"log 23, as level 19", Bytes({0x04, 0x68}), H1_ZSTD_WINDOW_MAX},
      {"an eighth more", Bytes({0x04, 0x69}), (9 << 20)},
      {"log 27, as --ultra -22", Bytes({0x04, 0x88}), 128 << 20},
      {"most", Bytes({0x00, 0xff}), (uint64_t{1} << 41) * 15 / 8},
      {"size known, not a single segment", Bytes({0x40, 0x58}), 2 << 20},
      {"single, one byte of size", Bytes({0x20, 0xff}), 255},
      {"single, two bytes, 256 more", Bytes({0x60, 0x01, 0x00}), 257},
      {"single, two bytes, most", Bytes({0x60, 0xff, 0xff}), 65535 + 256},
      {"single, four bytes", Bytes({0xa0, 0, 0, 0x80, 0}), 8 << 20},
      {"single, one more", Bytes({0xa0, 1, 0, 0x80, 0}), (8 << 20) + 1},
      {"single, eight bytes", Bytes({0xe0, 1, 0, 0, 0, 0, 0, 0, 0x80}),
       (uint64_t{1} << 63) + 1},
      {"dictionary 0 is none", Bytes({0x01, 0x58, 0x00}), 2 << 20},
      {"dictionary 0 in four bytes", Bytes({0x23, 0, 0, 0, 0, 9}), 9},
      {"a dictionary", Bytes({0x01, 0x58, 0x01}), kUnknown},
      {"a dictionary of two bytes", Bytes({0x02, 0x58, 0, 1}), kUnknown},
      {"a dictionary of four", Bytes({0x03, 0x58, 0, 0, 0, 1}), kUnknown},
      {"the reserved bit", Bytes({0x08, 0x58}), kUnknown},
      {"the unused bit", Bytes({0x10, 0x58}), 2 << 20},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Window(kMagic + c.header), c.window) << c.name;
    if (c.window == kUnknown) continue;
    // What comes after the header does not matter; less than it is none.
    EXPECT_EQ(Window(kMagic + c.header + std::string(20, '\xff')), c.window)
        << c.name;
    for (size_t n = 0; n < kMagic.size() + c.header.size(); n++) {
      EXPECT_EQ(Window((kMagic + c.header).substr(0, n)), kUnknown)
          << c.name << " cut at " << n;
    }
  }
}

TEST(ZstdWindow, IsUnknownOfWhatIsNoFrame) {
  EXPECT_EQ(Window(""), H1_ZSTD_UNKNOWN);
  EXPECT_EQ(Window("<!doctype html><html>"), H1_ZSTD_UNKNOWN);
  EXPECT_EQ(Window(Bytes({0x1f, 0x8b, 8, 0, 0, 0, 0, 0})), H1_ZSTD_UNKNOWN);
  for (size_t i = 0; i < 4; i++) {
    for (int bit = 0; bit < 8; bit++) {
      std::string frame = kMagic + Bytes({0, 0});
      frame[i] = static_cast<char>(frame[i] ^ (1 << bit));
      EXPECT_EQ(Window(frame), H1_ZSTD_UNKNOWN) << i << " " << bit;
    }
  }
}

// Every descriptor, with all the bytes a header may have and with one fewer
// each: nothing is read that is not there (the slice ends at a guard page), and
// nothing is known without all of it.
TEST(ZstdWindow, EveryDescriptorAtEveryLength) {
  for (int descriptor = 0; descriptor < 256; descriptor++) {
    const bool single = (descriptor & 0x20) != 0;
    const size_t dictionary[] = {0, 1, 2, 4};
    const size_t size[] = {size_t{single}, 2, 4, 8};
    const size_t needed = 4 + 1 + (single ? 0 : 1) +
                          dictionary[descriptor & 3] +
                          (single ? size[descriptor >> 6] : 0);
    ASSERT_LE(needed, H1_ZSTD_HEADER_MAX);
    for (size_t n = 0; n <= H1_ZSTD_HEADER_MAX; n++) {
      std::string frame = kMagic + static_cast<char>(descriptor) +
                          std::string(H1_ZSTD_HEADER_MAX, '\0');
      const bool known = Window(frame.substr(0, n)) != H1_ZSTD_UNKNOWN;
      ASSERT_EQ(known, n >= needed && (descriptor & 8) == 0)
          << descriptor << " " << n;
    }
  }
}

TEST(ZstdSkippable, IsItsHeaderAndWhatItHolds) {
  const auto skippable = [](const std::string& s) {
    const Guarded in(s);
    return h1_zstd_skippable_bytes(in.slice());
  };
  for (int n = 0; n < 16; n++) {
    EXPECT_EQ(skippable(Bytes({0x50 + n, 0x2a, 0x4d, 0x18, 5, 0, 0, 0})), 13u);
  }
  EXPECT_EQ(skippable(Bytes({0x50, 0x2a, 0x4d, 0x18, 255, 255, 255, 255})),
            uint64_t{8} + UINT32_MAX);
  EXPECT_EQ(skippable(Bytes({0x50, 0x2a, 0x4d, 0x18, 0, 0, 0})), 0u) << "cut";
  EXPECT_EQ(skippable(Bytes({0x60, 0x2a, 0x4d, 0x18, 5, 0, 0, 0})), 0u);
  EXPECT_EQ(skippable(Bytes({0x4f, 0x2a, 0x4d, 0x18, 5, 0, 0, 0})), 0u);
  EXPECT_EQ(skippable(Bytes({0x50, 0x2a, 0x4d, 0x19, 5, 0, 0, 0})), 0u);
  EXPECT_EQ(skippable(kMagic + Bytes({0, 0, 0, 0})), 0u);
  EXPECT_EQ(skippable(""), 0u);
}

// ---- whole files ----

std::string Block(int type, bool last, size_t size, const std::string& data) {
  const size_t n = size << 3 | static_cast<size_t>(type) << 1 | (last ? 1 : 0);
  return Bytes({static_cast<int>(n & 255), static_cast<int>(n >> 8 & 255),
                static_cast<int>(n >> 16 & 255)}) +
         data;
}
std::string Raw(const std::string& data, bool last) {
  return Block(0, last, data.size(), data);
}
std::string Frame(int descriptor, int window, const std::string& blocks) {
  return kMagic + Bytes({descriptor, window}) + blocks;
}
std::string Skippable(const std::string& data) {
  return Bytes(
             {0x50, 0x2a, 0x4d, 0x18, static_cast<int>(data.size()), 0, 0, 0}) +
         data;
}

// Given what it may be given and no more, it moves on and ends.
h1_zstd_verdict Walk(const std::string& file) {
  h1_zstd_walk w = {};
  h1_zstd_verdict v = H1_ZSTD_GOES_ON;
  for (size_t i = 0; v == H1_ZSTD_GOES_ON; i++) {
    const Guarded in(file.substr(w.at, H1_ZSTD_HEADER_MAX));
    const uint64_t before = w.at;
    v = h1_zstd_walk_on(&w, in.slice(), file.size());
    EXPECT_TRUE(v != H1_ZSTD_GOES_ON || w.at > before);
    EXPECT_LT(i, file.size() + 1);
  }
  return v;
}

TEST(ZstdWalk, AllFramesCount) {
  const std::string small = Frame(0x00, 0x68, Raw("x", true));
  const std::string large = Frame(0x00, 0x69, Raw("x", true));
  const std::string summed = Frame(0x04, 0x58, Raw("xy", true) + "1234");
  const std::string blocks =
      Frame(0x00, 0x58,
            Raw("", false) + Block(1, false, 128 * 1024, "z") +
                Block(2, false, 3, "abc") + Raw(std::string(500, 'x'), true));
  const std::string single = kMagic + Bytes({0x20, 5}) + Raw("hello", true);
  const struct {
    std::string name, file;
    bool fits;
  } cases[] = {
      {"one", small, true},
      {"with a checksum", summed, true},
      {"of a single segment", single, true},
      {"of blocks of every type", blocks, true},
      {"several", small + summed + blocks + single + small, true},
      {"frames to skip before, between and after",
       Skippable("a") + small + Skippable("") + small + Skippable("bcd"), true},
      {"large", large, false},
      {"large, the second", small + large, false},
      {"large, the last of many", summed + blocks + Skippable("a") + large,
       false},
      {"only frames to skip", Skippable("a") + Skippable("b"), false},
      {"nothing", "", false},
      {"something after it", small + "x", false},
      {"something else after it", small + std::string(40, '\0'), false},
      {"a reserved type", Frame(0, 0x58, Block(3, true, 1, "x")), false},
      {"a block that is too large",
       Frame(0, 0x58, Block(1, true, 128 * 1024 + 1, "x")), false},
      {"a block that ends later than the file",
       Frame(0, 0x58, Block(0, true, 3, "ab")), false},
      {"no last block", Frame(0, 0x58, Raw("x", false)), false},
      {"no checksum", Frame(0x04, 0x58, Raw("x", true)), false},
      {"a frame to skip that ends later", small + Skippable("abc").substr(0, 9),
       false},
      {"a dictionary", kMagic + Bytes({0x01, 0x58, 0x01}) + Raw("x", true),
       false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Walk(c.file), c.fits ? H1_ZSTD_FITS : H1_ZSTD_UNFIT) << c.name;
  }
  // A file that is being written is not whole before its last byte.
  const std::string whole = blocks + summed;
  for (size_t n = 0; n < whole.size(); n++) {
    EXPECT_EQ(Walk(whole.substr(0, n)),
              n == blocks.size() ? H1_ZSTD_FITS : H1_ZSTD_UNFIT)
        << n;
  }
}

// Written by the zstd command, 1.5.4: level 3 of "hello\n" and level 19 of
// 200,000 times 'a', each with a checksum, the second with its size.
TEST(ZstdWalk, RealFilesFit) {
  const std::string hello =
      Bytes({0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x31, 0x00, 0x00, 0x68, 0x65,
             0x6c, 0x6c, 0x6f, 0x0a, 0x53, 0x88, 0xbd, 0x91});
  const std::string many =
      Bytes({0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0x4c, 0x00, 0x00,
             0x08, 0x61, 0x01, 0x00, 0xfc, 0xff, 0x39, 0x10, 0x02,
             0x03, 0x6a, 0x08, 0x61, 0x83, 0x56, 0xbc, 0x98});
  EXPECT_EQ(Walk(hello), H1_ZSTD_FITS);
  EXPECT_EQ(Walk(many), H1_ZSTD_FITS);
  EXPECT_EQ(Walk(hello + many + hello), H1_ZSTD_FITS);
}

}  // namespace
