// NIST's vectors: the examples of FIPS 180-4, the additional ones published
// with them, and the first of the CAVP's short messages.
#include "handlers/static/sha256.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace {

std::string Hex(const uint8_t* bytes, size_t len) {
  static const char digits[] = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < len; i++) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

// In pieces of `step` bytes, 0: whole.
std::string Digest(const std::string& text, size_t step = 0) {
  h1_sha256 s;
  uint8_t digest[H1_SHA256_BYTES];
  h1_sha256_init(&s);
  size_t at = 0;
  do {
    const size_t left = text.size() - at;
    const size_t n = step == 0 || step > left ? left : step;
    h1_sha256_add(&s, {reinterpret_cast<const uint8_t*>(text.data()) + at, n});
    at += n;
  } while (at < text.size());
  h1_sha256_end(&s, digest);
  return Hex(digest, sizeof digest);
}

const struct {
  std::string message;
  const char* digest;
} kVectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmno"
     "pjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {std::string(1000000, 'a'),
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"\xbd",
     "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    {"\xc9\x8c\x8e\x55",
     "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
    {std::string(55, '\0'),
     "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
    {std::string(56, '\0'),
     "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
    {std::string(57, '\0'),
     "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
    {std::string(64, '\0'),
     "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
    {std::string(1000, '\0'),
     "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
    {std::string(1000, 'A'),
     "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"},
    {std::string(1005, 'U'),
     "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"},
    {"\xd3",
     "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
    {"\x11\xaf",
     "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
    {"\xb4\x19\x0e",
     "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"},
    {"\x74\xba\x25\x21",
     "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"},
    {"\xc2\x99\x20\x96\x82",
     "f0887fe961c9cd3beab957e8222494abb969b1ce4c6557976df8b0f6d20e9166"},
};

TEST(Sha256, GivesNistsDigestsInPiecesOfAnySize) {
  for (const auto& v : kVectors) {
    for (const size_t step : {0u, 1u, 3u, 63u, 64u, 65u, 1000u}) {
      if (step == 1 && v.message.size() > 2000) continue;
      EXPECT_EQ(Digest(v.message, step), v.digest)
          << v.message.size() << " by " << step;
    }
  }
}

// Every length around the ends of blocks; the digest of all these digests was
// computed with another implementation (OpenSSL, by Python's hashlib).
TEST(Sha256, AgreesWithOpensslForEveryLength) {
  std::string digests;
  for (unsigned n = 0; n < 300; n++) {
    std::string text;
    for (unsigned i = 0; i < n; i++) {
      text += static_cast<char>((i * 7 + n) & 255);
    }
    const std::string hex = Digest(text, n % 7);
    for (size_t i = 0; i < hex.size(); i += 2) {
      digests += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
  }
  EXPECT_EQ(Digest(digests),
            "d5238871a46ac4a1a75ac3fb19d645b0b3b9e5f35f5f720e2b240d605c6b694e");
}

}  // namespace
