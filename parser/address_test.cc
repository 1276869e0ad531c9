#include "parser/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;

// "4:7f000001" or "6:" and 32 digits; "" when it is none.
std::string Parsed(const std::string& text) {
  const Guarded in(text);
  h1_address a;
  memset(&a, 0xa5, sizeof a);
  if (!h1_address_parse(in.slice(), &a)) return "";
  std::string out = a.bits == 32 ? "4:" : "6:";
  const char* hex = "0123456789abcdef";
  for (size_t i = 0; i < a.bits / 8u; i++) {
    out += hex[a.bytes[i] >> 4];
    out += hex[a.bytes[i] & 15];
  }
  for (size_t i = a.bits / 8u; i < 16; i++) EXPECT_EQ(a.bytes[i], 0);
  return out;
}

// What inet_pton makes of it: as exact, of both families.
std::string Platform(const std::string& text) {
  uint8_t bytes[16];
  size_t len = 0;
  std::string out;
  if (text.find('\0') != std::string::npos) return "";
  if (inet_pton(AF_INET, text.c_str(), bytes) == 1) {
    len = 4;
    out = "4:";
  } else if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) {
    len = 16;
    out = "6:";
  }
  const char* hex = "0123456789abcdef";
  for (size_t i = 0; i < len; i++) {
    out += hex[bytes[i] >> 4];
    out += hex[bytes[i] & 15];
  }
  return out;
}

TEST(Address, IsReadAsThePlatformReadsIt) {
  for (const char* text : {"0.0.0.0",
                           "255.255.255.255",
                           "192.0.2.1",
                           "1.2.3.4.5",
                           "1.2.3",
                           "1.2.3.",
                           ".1.2.3",
                           "1..2.3",
                           "256.1.1.1",
                           "1.1.1.256",
                           "1.1.1.1000",
                           "a.b.c.d",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "::",
                           "::1",
                           "1::",
                           "1::2",
                           "2001:db8::1",
                           "2001:DB8::A",
                           "1:2:3:4:5:6:7:8",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7::",
                           "::1:2:3:4:5:6:7",
                           "1::2:3:4:5:6:7",
                           "1::2::3",
                           ":::",
                           ":1",
                           "1:",
                           ":",
                           "",
                           "1:2:3:4:5:6:7:",
                           "12345::",
                           "g::",
                           "::ffff:192.0.2.1",
                           "::192.0.2.1",
                           "1:2:3:4:5:6:192.0.2.1",
                           "1:2:3:4:5:6:7:192.0.2.1",
                           "1:2:3:4:5:192.0.2.1",
                           "::1.2.3.4:5",
                           "::1.2.3",
                           "192.0.2.1::",
                           "fe80::1%eth0",
                           "[::1]",
                           "/",
                           "1.2.3.4/8"}) {
    EXPECT_EQ(Parsed(text), Platform(text)) << text;
  }
}

// Some readers take them for octal.
TEST(Address, LeadingZerosAreRefused) {
  EXPECT_EQ(Parsed("01.2.3.4"), "");
  EXPECT_EQ(Parsed("1.2.3.00"), "");
  EXPECT_EQ(Parsed("::ffff:1.2.3.04"), "");
  EXPECT_EQ(Parsed("::0001"), "6:00000000000000000000000000000001");
}

TEST(Address, ANulEndsNothing) {
  EXPECT_EQ(Parsed(std::string("1.2.3.4\0", 8)), "");
  EXPECT_EQ(Parsed(std::string("::1\0", 4)), "");
}

TEST(Address, ARefusalWritesNothing) {
  h1_address a;
  memset(&a, 0xa5, sizeof a);
  const h1_address before = a;
  EXPECT_FALSE(h1_address_parse_ipv4(h1_test::SliceOf("1.2.3.x"), &a));
  EXPECT_FALSE(h1_address_parse_ipv6(h1_test::SliceOf("1:2::x"), &a));
  EXPECT_FALSE(h1_address_parse_ipv6(h1_test::SliceOf("1.2.3.4"), &a));
  EXPECT_FALSE(h1_address_parse_ipv4(h1_test::SliceOf("::1"), &a));
  EXPECT_EQ(memcmp(&a, &before, sizeof a), 0);
}

TEST(Port, IsADecimalNumberWithoutLeadingZeros) {
  const struct {
    std::string text;
    int port;
  } cases[] = {{"0", 0},      {"1", 1},       {"80", 80},    {"65535", 65535},
               {"65536", -1}, {"00", -1},     {"01", -1},    {"", -1},
               {"+1", -1},    {"100000", -1}, {"99999", -1}, {"1 ", -1},
               {"x", -1}};
  for (const auto& c : cases) {
    const Guarded in(c.text);
    uint16_t port = 7;
    EXPECT_EQ(h1_port_parse(in.slice(), &port), c.port >= 0) << c.text;
    EXPECT_EQ(port, c.port >= 0 ? c.port : 7) << c.text;
  }
}

TEST(Address, AMappedOneIsItsIPv4Address) {
  h1_address a, b;
  ASSERT_TRUE(h1_address_parse(h1_test::SliceOf("::ffff:10.1.2.3"), &a));
  ASSERT_TRUE(h1_address_parse(h1_test::SliceOf("10.1.2.3"), &b));
  h1_address_unmap(&a);
  EXPECT_EQ(memcmp(&a, &b, sizeof a), 0);
  for (const char* other : {"::10.1.2.3", "::fffe:10.1.2.3",
                            "::1:ffff:10.1.2.3", "1::ffff:10.1.2.3"}) {
    ASSERT_TRUE(h1_address_parse(h1_test::SliceOf(other), &a));
    h1_address_unmap(&a);
    EXPECT_EQ(a.bits, 128) << other;
  }
}

bool Has(const std::string& network, const std::string& address) {
  const Guarded in(network);
  h1_network n;
  h1_address a;
  EXPECT_TRUE(h1_network_parse(in.slice(), &n)) << network;
  EXPECT_TRUE(h1_address_parse(h1_test::SliceOf(address), &a)) << address;
  return h1_network_has(&n, &a);
}

TEST(Network, HoldsWhatItsPrefixSays) {
  EXPECT_TRUE(Has("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(Has("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(Has("192.0.2.0/25", "192.0.2.127"));
  EXPECT_FALSE(Has("192.0.2.0/25", "192.0.2.128"));
  EXPECT_TRUE(Has("192.0.2.128/25", "192.0.2.128"));
  EXPECT_TRUE(Has("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(Has("192.0.2.1", "192.0.2.0"));
  EXPECT_TRUE(Has("192.0.2.1/32", "192.0.2.1"));
  EXPECT_TRUE(Has("0.0.0.0/0", "255.0.0.1"));
  EXPECT_TRUE(Has("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(Has("2001:db8::/33", "2001:db8:8000::"));
  EXPECT_TRUE(Has("::1", "::1"));
  EXPECT_FALSE(Has("::/0", "127.0.0.1"));
  EXPECT_FALSE(Has("0.0.0.0/0", "::1"));
  EXPECT_TRUE(Has("::ffff:10.0.0.0/104", "10.9.9.9"));
  EXPECT_FALSE(Has("::ffff:10.0.0.0/104", "11.9.9.9"));
}

TEST(Network, NoAddressIsInNone) {
  h1_network n;
  ASSERT_TRUE(h1_network_parse(h1_test::SliceOf("0.0.0.0/0"), &n));
  const h1_address none = {};
  EXPECT_FALSE(h1_network_has(&n, &none));
}

TEST(Network, EveryPrefixOfBothFamilies) {
  h1_address ones, last;
  ASSERT_TRUE(h1_address_parse(h1_test::SliceOf("255.255.255.255"), &ones));
  for (unsigned prefix = 0; prefix <= 32; prefix++) {
    h1_network n = {};
    n.address.bits = 32;
    n.prefix = static_cast<uint8_t>(prefix);
    for (unsigned i = 0; i < prefix; i++) {
      n.address.bytes[i / 8] |= static_cast<uint8_t>(0x80u >> i % 8);
    }
    EXPECT_TRUE(h1_network_has(&n, &ones)) << prefix;
    if (prefix == 0) continue;
    last = ones;
    last.bytes[(prefix - 1) / 8] ^=
        static_cast<uint8_t>(0x80u >> (prefix - 1) % 8);
    EXPECT_FALSE(h1_network_has(&n, &last)) << prefix;
  }
}

TEST(Network, WhatMayBeMeantInTwoWaysIsRefused) {
  for (const char* text :
       {"10.1.2.3/8", "2001:db8::1/64", "10.0.0.0/33", "10.0.0.0/", "/8",
        "10.0.0.0/08", "10.0.0.0/8 ", "10.0.0.0/8/8", "::/129", "10/8",
        "10.0.0.0/x", "", "unix", "localhost", "[::1]/128"}) {
    const Guarded in(text);
    h1_network n;
    EXPECT_FALSE(h1_network_parse(in.slice(), &n)) << text;
  }
}

}  // namespace
