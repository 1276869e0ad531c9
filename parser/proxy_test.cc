#include "parser/proxy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "parser/testing/every_way.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::EveryWay;
using h1_test::SliceOf;

const char kSignature[] = "\r\n\r\n\0\r\nQUIT\n";

std::string Bytes(std::initializer_list<int> bytes) {
  std::string out;
  for (int b : bytes) out += static_cast<char>(b);
  return out;
}

std::string Be16(size_t n) {
  return Bytes({static_cast<int>(n >> 8), static_cast<int>(n & 255)});
}

// A binary header with these bytes after its length; `len` says what that is.
std::string Block(int version_command, int family, const std::string& rest,
                  size_t len) {
  return std::string(kSignature, 12) + Bytes({version_command, family}) +
         Be16(len) + rest;
}
std::string Block(int version_command, int family, const std::string& rest) {
  return Block(version_command, family, rest, rest.size());
}

std::string Tlv(int type, const std::string& value) {
  return Bytes({type}) + Be16(value.size()) + value;
}

// 192.0.2.1:1025 to 198.51.100.2:443
const std::string kFour = Bytes({192, 0, 2, 1, 198, 51, 100, 2, 4, 1, 1, 0xbb});
// [2001:db8::1]:1025 to [2001:db8::2]:443
const std::string kSix =
    Bytes({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0xd,
           0xb8, 0, 0,   0,    0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 1, 1, 0xbb});

std::string AddressText(const h1_address& a) {
  std::string out;
  const char* hex = "0123456789abcdef";
  for (size_t i = 0; i < a.bits / 8u; i++) {
    out += hex[a.bytes[i] >> 4];
    out += hex[a.bytes[i] & 15];
  }
  return out;
}

class ProxySubject : public h1_test::Subject {
 public:
  void Init(h1_scan_level) override {
    h1_proxy_decoder_init(&d_);
    step_ = H1_NEED_INPUT;
  }
  h1_step Step(h1_slice bytes) override {
    memset(&out_, 0xa5, sizeof out_);
    used_ = 12345;
    step_ = h1_proxy_decode(&d_, bytes, &out_, &used_);
    if (step_ != H1_DONE) {
      EXPECT_EQ(used_, 12345u);
    } else {
      EXPECT_TRUE(h1_test::Inside(out_.tlvs, bytes));
      EXPECT_LE(used_, H1_PROXY_BYTES_MAX);
    }
    return step_;
  }
  std::string Text() const override {
    if (step_ == H1_NEED_INPUT) return "more";
    if (step_ == H1_FAILED) {
      return std::string(h1_error_name(h1_proxy_error(&d_))) + " at " +
             std::to_string(h1_proxy_error_offset(&d_));
    }
    EXPECT_EQ(h1_proxy_error(&d_), H1_OK);
    std::string text = "v" + std::to_string(out_.version);
    if (out_.local) text += " local";
    if (!out_.told) return text + " used " + std::to_string(used_);
    return text + " " + AddressText(out_.source) + ":" +
           std::to_string(out_.source_port) + " " +
           AddressText(out_.destination) + ":" +
           std::to_string(out_.destination_port) + " used " +
           std::to_string(used_);
  }
  size_t Decided() const override { return decided; }
  size_t decided = 0;

 private:
  h1_proxy_decoder d_ = {};
  h1_proxy out_ = {};
  size_t used_ = 0;
  h1_step step_ = H1_NEED_INPUT;
};

// `decided`: after how many bytes the result is certain.
void Expect(const std::string& in, const std::string& text, size_t decided) {
  SCOPED_TRACE(h1_test::Visible(in));
  ProxySubject s;
  s.decided = decided;
  EveryWay(in).Expect(s, text);
}
void ExpectWhole(const std::string& in, const std::string& text) {
  Expect(in, text + " used " + std::to_string(in.size()), in.size());
}
// For long tables: whole alone.
void ExpectOnce(const std::string& in, const std::string& text) {
  const h1_test::Guarded bytes(in);
  ProxySubject s;
  s.Init(H1_SCAN_SCALAR);
  (void)s.Step(bytes.slice());
  EXPECT_EQ(s.Text(), text) << h1_test::Visible(in);
}
// A line is judged when it is whole.
void ExpectLine(const std::string& line, const std::string& text) {
  Expect(line + "\r\n", text, line.size() + 2);
}

// ---- lines ----

TEST(ProxyLine, TellsTheAddressesOfBothFamilies) {
  ExpectWhole("PROXY TCP4 192.0.2.1 198.51.100.2 1025 443\r\n",
              "v1 c0000201:1025 c6336402:443");
  ExpectWhole("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
              "v1 ffffffff:65535 ffffffff:65535");
  ExpectWhole("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "v1 00000000:0 00000000:0");
  ExpectWhole("PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 2\r\n",
              "v1 20010db8000000000000000000000001:1 "
              "00000000000000000000ffff01020304:2");
  const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const std::string all(32, 'f');
  ExpectWhole("PROXY TCP6 " + longest + " " + longest + " 65535 65535\r\n",
              "v1 " + all + ":65535 " + all + ":65535");
}

TEST(ProxyLine, UnknownTellsNothing) {
  ExpectWhole("PROXY UNKNOWN\r\n", "v1");
  ExpectWhole("PROXY UNKNOWN \r\n", "v1");
  ExpectWhole("PROXY UNKNOWN ::1 ::1 1 1\r\n", "v1");
  ExpectWhole(std::string("PROXY UNKNOWN \0\xff\t\r\n", 19), "v1");
  const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  ExpectWhole("PROXY UNKNOWN " + longest + " " + longest + " 65535 65535\r\n",
              "v1");
}

TEST(ProxyLine, TheWordIsOneOfThree) {
  for (const char* word : {"TCP5", "TCP", "tcp4", "UDP4", "unknown", "UNKNOWNX",
                           "TCP44", "", " "}) {
    ExpectLine(std::string("PROXY ") + word + " 1.2.3.4 1.2.3.4 1 1",
               "proxy_family at 6");
  }
  ExpectLine("PROXY TCP4", "proxy_family at 6");
  ExpectLine("PROXY UNKNOW", "proxy_family at 6");
}

TEST(ProxyLine, HasExactlyItsParts) {
  ExpectLine("PROXY TCP4 ", "proxy_line at 11");
  ExpectLine("PROXY TCP4 1.2.3.4", "proxy_line at 18");
  ExpectLine("PROXY TCP4 1.2.3.4 1.2.3.4 1", "proxy_line at 28");
  ExpectLine("PROXY TCP4  1.2.3.4 1.2.3.4 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP4 1.2.3.4  1.2.3.4 1 1", "proxy_address at 19");
  ExpectLine("PROXY TCP4 1.2.3.4 1.2.3.4  1 1", "proxy_port at 27");
  ExpectLine("PROXY TCP4 1.2.3.4 1.2.3.4 1  1", "proxy_port at 29");
  ExpectLine("PROXY TCP4 1.2.3.4 1.2.3.4 1 1 ", "proxy_port at 29");
  ExpectLine("PROXY TCP4 1.2.3.4 1.2.3.4 1 1 1", "proxy_port at 29");
  ExpectLine("PROXY TCP4\t1.2.3.4 1.2.3.4 1 1", "proxy_family at 6");
}

TEST(ProxyLine, AddressesAreOfItsFamily) {
  ExpectLine("PROXY TCP4 ::1 1.2.3.4 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP4 1.2.3.4 ::1 1 1", "proxy_address at 19");
  ExpectLine("PROXY TCP6 1.2.3.4 ::1 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP6 ::1 1.2.3.4 1 1", "proxy_address at 15");
  ExpectLine("PROXY TCP6 ::1%lo ::1 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP6 [::1] ::1 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP4 01.2.3.4 1.2.3.4 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP4 1.2.3 1.2.3.4 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP4 1.2.3.256 1.2.3.4 1 1", "proxy_address at 11");
  ExpectLine("PROXY TCP4 a.example 1.2.3.4 1 1", "proxy_address at 11");
}

TEST(ProxyLine, PortsAreDecimalNumbers) {
  for (const char* port :
       {"65536", "01", "-1", "+1", "0x1", "1a", "99999999"}) {
    ExpectLine(std::string("PROXY TCP4 1.2.3.4 1.2.3.4 1 ") + port,
               "proxy_port at 29");
    ExpectLine(std::string("PROXY TCP4 1.2.3.4 1.2.3.4 ") + port + " 1",
               "proxy_port at 27");
  }
}

TEST(ProxyLine, OnlyCrlfEndsIt) {
  Expect("PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n", "proxy_line at 30", 31);
  Expect("PROXY TCP4 1.2.3.4 1.2.3.4 1 1\rx", "proxy_line at 31", 32);
  Expect("PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\r\n", "proxy_line at 31", 32);
  Expect("PROXY UNKNOWN a\nb\r\n", "proxy_line at 15", 16);
  Expect("PROXY UNKNOWN a\rb\r\n", "proxy_line at 16", 17);
  Expect("PROXY \n", "proxy_line at 6", 7);
}

TEST(ProxyLine, IsAtMost107BytesLong) {
  const std::string begin = "PROXY UNKNOWN ";
  ExpectWhole(begin + std::string(105 - begin.size(), 'x') + "\r\n", "v1");
  Expect(begin + std::string(106 - begin.size(), 'x') + "\r\n",
         "proxy_line at 105", 106);
  ExpectOnce(begin + std::string(1000, 'x'), "proxy_line at 105");
}

// ---- blocks ----

TEST(ProxyBlock, TellsTheAddressesOfTcp) {
  ExpectWhole(Block(0x21, 0x11, kFour), "v2 c0000201:1025 c6336402:443");
  ExpectWhole(Block(0x21, 0x21, kSix),
              "v2 20010db8000000000000000000000001:1025 "
              "20010db8000000000000000000000002:443");
}

TEST(ProxyBlock, OtherFamiliesTellNothing) {
  ExpectWhole(Block(0x21, 0x00, ""), "v2");
  ExpectWhole(Block(0x21, 0x00, "not a TLV"), "v2");
  ExpectWhole(Block(0x21, 0x12, kFour), "v2");
  ExpectWhole(Block(0x21, 0x22, kSix), "v2");
  ExpectWhole(Block(0x21, 0x31, std::string(216, 'u')), "v2");
  ExpectOnce(Block(0x21, 0x32, std::string(216, 'u')), "v2 used 232");
}

TEST(ProxyBlock, LocalIsTakenWithAnyFamilyAndLength) {
  for (int family = 0; family < 256; family++) {
    ExpectOnce(Block(0x20, family, ""), "v2 local used 16");
  }
  ExpectWhole(Block(0x20, 0x11, kFour), "v2 local");
  ExpectWhole(Block(0x20, 0x11, "x"), "v2 local");
  ExpectOnce(Block(0x20, 0xff, std::string(520, 'x')), "v2 local used 536");
}

TEST(ProxyBlock, EveryOtherFamilyIsRefused) {
  for (int family = 0; family < 256; family++) {
    switch (family) {
      case 0x00:
      case 0x11:
      case 0x12:
      case 0x21:
      case 0x22:
      case 0x31:
      case 0x32:
        continue;
      default:
        Expect(Block(0x21, family, std::string(216, 'x')), "proxy_family at 13",
               14);
    }
  }
}

TEST(ProxyBlock, EveryOtherVersionOrCommandIsRefused) {
  for (int b = 0; b < 256; b++) {
    if (b == 0x20 || b == 0x21) continue;
    ExpectOnce(Block(b, 0x11, kFour),
               b >> 4 == 2 ? "proxy_command at 12" : "proxy_version at 12");
  }
  Expect(Block(0x22, 0x11, kFour), "proxy_command at 12", 13);
  Expect(Block(0x11, 0x11, kFour), "proxy_version at 12", 13);
}

TEST(ProxyBlock, TheLengthHoldsTheAddresses) {
  Expect(Block(0x21, 0x11, kFour, 11), "proxy_length at 14", 16);
  Expect(Block(0x21, 0x12, kFour, 0), "proxy_length at 14", 16);
  Expect(Block(0x21, 0x21, kSix, 35), "proxy_length at 14", 16);
  Expect(Block(0x21, 0x31, std::string(216, 'u'), 215), "proxy_length at 14",
         16);
}

TEST(ProxyBlock, IsAtMost536BytesLong) {
  const std::string filled = kFour + Tlv(4, std::string(505, 'x'));
  ASSERT_EQ(filled.size() + 16, H1_PROXY_BYTES_MAX);
  ExpectOnce(Block(0x21, 0x11, filled),
             "v2 c0000201:1025 c6336402:443 used 536");
  Expect(Block(0x21, 0x11, kFour, 521), "proxy_length at 14", 16);
  Expect(Block(0x20, 0x00, "", 521), "proxy_length at 14", 16);
  Expect(Block(0x20, 0x00, "", 65535), "proxy_length at 14", 16);
}

TEST(ProxyBlock, TlvsFillTheRestExactly) {
  ExpectWhole(Block(0x21, 0x11, kFour + Tlv(4, "")),
              "v2 c0000201:1025 c6336402:443");
  ExpectWhole(Block(0x21, 0x11, kFour + Tlv(1, "h2") + Tlv(0xff, "x")),
              "v2 c0000201:1025 c6336402:443");
  ExpectWhole(Block(0x21, 0x12, kFour + Tlv(1, "h2")), "v2");
  for (const std::string& tail :
       {std::string("\4", 1), std::string("\4\0", 2), std::string("\4\0\1", 3),
        std::string("\4\0\2x", 4), std::string("\4\xff\xff", 3)}) {
    const std::string in = Block(0x21, 0x11, kFour + Tlv(1, "h2") + tail);
    Expect(in, "proxy_tlv at 33", in.size());
    const std::string six = Block(0x21, 0x21, kSix + tail);
    Expect(six, "proxy_tlv at 52", six.size());
  }
}

// The check of RFC 9260 appendix A, a bit at a time, with the whole register.
uint32_t Crc(const std::string& bytes) {
  uint32_t crc = ~0u;
  for (char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int i = 0; i < 8; i++) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
    }
  }
  return ~crc;
}

std::string Be32(uint32_t n) { return Be16(n >> 16) + Be16(n & 0xffff); }

std::string Summed(const std::string& before, const std::string& after) {
  const std::string zeros =
      Block(0x21, 0x11, kFour + before + Tlv(3, Be32(0)) + after);
  return Block(0x21, 0x11, kFour + before + Tlv(3, Be32(Crc(zeros))) + after);
}

TEST(ProxyBlock, TheChecksumIsVerified) {
  EXPECT_EQ(Crc("123456789"), 0xe3069283u);
  for (const std::string& before : {std::string(), Tlv(1, "h2")}) {
    for (const std::string& after : {std::string(), Tlv(4, "pad")}) {
      const std::string in = Summed(before, after);
      ExpectWhole(in, "v2 c0000201:1025 c6336402:443");
      const size_t sum = 28 + before.size() + 3;
      for (size_t i = 16; i < in.size(); i++) {
        const bool is_length = i == sum - 2 || i == sum - 1;
        const bool in_tlv_head = (before.size() > 0 && i >= 28 && i < 31) ||
                                 i == sum - 3 || (i > sum + 3 && i < sum + 7);
        if (is_length || in_tlv_head) continue;
        std::string changed = in;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        ExpectOnce(changed, "proxy_checksum at " + std::to_string(sum));
      }
    }
  }
}

TEST(ProxyBlock, TheChecksumIsFourBytesAndThereOnce) {
  for (const std::string& value :
       {std::string(), std::string(3, '\0'), std::string(5, '\0')}) {
    const std::string in = Block(0x21, 0x11, kFour + Tlv(3, value));
    Expect(in, "proxy_checksum at 28", in.size());
  }
  const std::string twice = Summed("", Tlv(3, Be32(0)));
  Expect(twice, "proxy_checksum at 35", twice.size());
}

TEST(ProxyBlock, ACutHeaderWaits) {
  const std::string in = Block(0x21, 0x11, kFour);
  Expect(in.substr(0, in.size() - 1), "more", in.size());
  Expect("", "more", 1);
}

TEST(Proxy, WhatIsNoHeaderIsRefusedAtItsFirstOtherByte) {
  Expect("GET / HTTP/1.1\r\n", "proxy_missing at 0", 1);
  Expect("\x16\x03\x01", "proxy_missing at 0", 1);
  Expect("PUT / HTTP/1.1\r\n", "proxy_missing at 1", 2);
  Expect("PROXY/1", "proxy_missing at 5", 6);
  Expect("\r\n\r\nGET", "proxy_missing at 4", 5);
  Expect("\n", "proxy_missing at 0", 1);
  Expect("proxy TCP4", "proxy_missing at 0", 1);
}

TEST(Proxy, TlvsAreHandedOut) {
  const std::string in =
      Block(0x21, 0x11, kFour + Tlv(1, "h2") + Tlv(4, "") + Tlv(0xea, "x"));
  h1_proxy_decoder d;
  h1_proxy out;
  size_t used = 0;
  h1_proxy_decoder_init(&d);
  ASSERT_EQ(h1_proxy_decode(&d, SliceOf(in), &out, &used), H1_DONE);
  std::string text;
  uint8_t type = 0;
  h1_slice value;
  while (h1_proxy_tlv_next(&out.tlvs, &type, &value)) {
    text += std::to_string(type) + "=" + h1_test::StringOf(value) + ";";
  }
  EXPECT_EQ(text, "1=h2;4=;234=x;");
  EXPECT_EQ(out.tlvs.len, 0u);
  h1_slice cut = SliceOf("\1\0");
  EXPECT_FALSE(h1_proxy_tlv_next(&cut, &type, &value));
}

}  // namespace
