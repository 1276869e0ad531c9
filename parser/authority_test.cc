#include "parser/authority.h"

#include <arpa/inet.h>

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using std::string_literals::operator""s;

bool Valid(const std::string& s) {
  const Guarded input(s);
  return h1_authority_valid(input.slice());
}

TEST(Authority, TakesHostsAndPorts) {
  for (const char* s : {"a",
                        "localhost",
                        "example.com",
                        "EXAMPLE.com.",
                        "a:80",
                        "a:",
                        "a:0",
                        "a:65535",
                        "a:00080",
                        "127.0.0.1",
                        "127.0.0.1:8080",
                        "999.1.1.1",
                        "1",
                        "a-b_c~d.e",
                        "!$&'()*+;=",
                        "%41",
                        "a%2fb",
                        "%c3%A9",
                        "[::]",
                        "[::]:",
                        "[::1]:8080",
                        "[1:2:3:4:5:6:7:8]",
                        "[FFFF::abcd]",
                        "[::0.10.99.255]",
                        "[::255.249.200.100]",
                        "[v1.a]",
                        "[VF.a:b]",
                        "[v1.!$&'()*+;=:]:80"}) {
    EXPECT_TRUE(Valid(s)) << s;
  }
}

TEST(Authority, RefusesWhatIsNoHost) {
  for (const char* s : {"",
                        ":",
                        ":80",
                        "a b",
                        "a,b",
                        "a/",
                        "a?",
                        "a#",
                        "u@a",
                        "@a",
                        "a:b",
                        "a:80:80",
                        "a:-1",
                        "a:+1",
                        "a:65536",
                        "a:99999",
                        "a:000080",
                        "a: 80",
                        "a:80 ",
                        " a",
                        "%",
                        "%4",
                        "%4g",
                        "%g4",
                        "a%",
                        "a\\b",
                        "\"a\"",
                        "<a>",
                        "a|b",
                        "a{",
                        "a^",
                        "a`",
                        "a\x7f",
                        "a\x80",
                        "a\tb",
                        "[",
                        "[]",
                        "]",
                        "a]",
                        "[a]",
                        "[::1",
                        "::1",
                        "[::1]a",
                        "[::1]80",
                        "[::1]]",
                        "[[::1]]",
                        "[::1%25]",
                        "[::1%eth0]",
                        "[v.a]",
                        "[v1:a]",
                        "[v1ga]",
                        "[::1.2.3.256]",
                        "[::256.2.3.4]",
                        "[::1.2.3.04]",
                        "[v1.]",
                        "[v1]",
                        "[v1a]",
                        "[vg.a]",
                        "[v1.a,b]",
                        "[v1.a/]",
                        "[v1.a%41]",
                        "[1.2.3.4]",
                        "[::1]:x",
                        "[::1]:65536"}) {
    EXPECT_FALSE(Valid(s)) << s;
  }
  EXPECT_FALSE(Valid("a\0b"s));
  EXPECT_FALSE(Valid("[::1\0]"s));
}

// The C library reads the same grammar, RFC 4291 with an IPv4 tail.
bool IsIpv6(const std::string& s) {
  in6_addr address;
  return inet_pton(AF_INET6, s.c_str(), &address) == 1;
}

TEST(Authority, AgreesWithAnotherIpv6Parser) {
  std::vector<std::string> seeds;
  size_t accepted = 0;
  const auto check = [&](const std::string& s) {
    const bool expected = IsIpv6(s);
    accepted += expected ? 1 : 0;
    if (h1_authority_valid(SliceOf("[" + s + "]")) != expected) {
      ADD_FAILURE() << s;
    }
  };
  const auto groups = [](int n) {
    std::string s;
    for (int i = 0; i < n; i++)
      s += (i ? ":" : "") + std::to_string(1 + i * 37);
    return s;
  };
  for (const std::string middle : {"", ":", "::", ":::"}) {
    for (const std::string tail : {"", ":1.2.3.4", "1.2.3.4", ":1.2.3.4:"}) {
      for (int front = 0; front < 10; front++) {
        for (int back = 0; back < 10; back++) {
          const std::string s = groups(front) + middle + groups(back) + tail;
          check(s);
          if (IsIpv6(s)) seeds.push_back(s);
        }
      }
    }
  }
  const std::string letters = "0123456789abfFg:::....";
  std::mt19937 random(1);
  for (int i = 0; i < 200000; i++) {
    std::string s = seeds[random() % seeds.size()];
    for (size_t edits = 1 + random() % 2; edits > 0; edits--) {
      const size_t at = random() % (s.size() + 1);
      const char c = letters[random() % letters.size()];
      switch (random() % 3) {
        case 0:
          s.insert(at, 1, c);
          break;
        case 1:
          s.erase(at, 1);
          break;
        default:
          if (at < s.size()) s[at] = c;
      }
    }
    check(s);
  }
  EXPECT_GT(accepted, 1000u);
}

}  // namespace
