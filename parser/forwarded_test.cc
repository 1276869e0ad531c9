#include "parser/forwarded.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

std::string NodeText(const h1_node& n) {
  switch (n.kind) {
    case H1_NODE_UNKNOWN:
      return "unknown";
    case H1_NODE_HIDDEN:
      return "hidden";
    case H1_NODE_ABSENT:
      return "absent";
    case H1_NODE_INVALID:
      return "invalid";
    case H1_NODE_ADDRESS:
      break;
  }
  std::string out;
  const char* hex = "0123456789abcdef";
  for (size_t i = 0; i < n.address.bits / 8u; i++) {
    out += hex[n.address.bytes[i] >> 4];
    out += hex[n.address.bytes[i] & 15];
  }
  if (n.has_port) out += ":" + std::to_string(n.port);
  return out;
}

bool Inside(h1_slice part, h1_slice whole) {
  return part.ptr == nullptr || (part.ptr >= whole.ptr &&
                                 part.ptr + part.len <= whole.ptr + whole.len);
}

// The nodes of a line from the right, each followed by a space.
std::string Nodes(const std::string& line) {
  const Guarded in(line);
  h1_slice rest = in.slice();
  h1_forwarded f;
  std::string out;
  for (;;) {
    memset(&f, 0xa5, sizeof f);
    const size_t before = rest.len;
    if (!h1_forwarded_last(&rest, &f)) break;
    EXPECT_LT(rest.len, before);
    for (h1_slice s : {f.client, f.by, f.host, f.proto}) {
      EXPECT_TRUE(Inside(s, in.slice()));
    }
    out += NodeText(f.node) + " ";
  }
  EXPECT_EQ(rest.len, 0u);
  return out;
}

std::string ForNodes(const std::string& line) {
  const Guarded in(line);
  h1_slice rest = in.slice();
  h1_node n;
  std::string out;
  while (h1_x_forwarded_for_last(&rest, &n)) out += NodeText(n) + " ";
  EXPECT_EQ(rest.len, 0u);
  return out;
}

const char kDb8[] = "20010db8000000000000000000000001";

TEST(Forwarded, ExamplesOfTheRfc) {
  EXPECT_EQ(Nodes("for=\"_gazonk\""), "hidden ");
  EXPECT_EQ(Nodes("For=\"[2001:db8:cafe::17]:4711\""),
            "20010db8cafe00000000000000000017:4711 ");
  EXPECT_EQ(Nodes("for=192.0.2.60;proto=http;by=203.0.113.43"), "c000023c ");
  EXPECT_EQ(Nodes("for=192.0.2.43, for=198.51.100.17"), "c6336411 c000022b ");
  EXPECT_EQ(Nodes("for=_hidden, for=_SEVKISEK"), "hidden hidden ");
  EXPECT_EQ(Nodes("for=192.0.2.43, for=\"[2001:db8:cafe::17]\""),
            "20010db8cafe00000000000000000017 c000022b ");
  EXPECT_EQ(Nodes("for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown"),
            "unknown 20010db8cafe00000000000000000017 c000022b ");
}

TEST(Forwarded, ValuesAreHandedOutAsTheyWereSent) {
  const std::string line =
      "for=1.2.3.4;by=_x;host=\"a.example:80\";PROTO=https;ext=\"a,;b\"";
  h1_slice rest = h1_test::SliceOf(line);
  h1_forwarded f;
  ASSERT_TRUE(h1_forwarded_last(&rest, &f));
  EXPECT_EQ(StringOf(f.client), "1.2.3.4");
  EXPECT_EQ(StringOf(f.by), "_x");
  EXPECT_EQ(StringOf(f.host), "\"a.example:80\"");
  EXPECT_EQ(StringOf(f.proto), "https");
  EXPECT_EQ(NodeText(f.node), "01020304");
}

TEST(Forwarded, ElementsWithoutForNameNobody) {
  EXPECT_EQ(Nodes("proto=https"), "absent ");
  EXPECT_EQ(Nodes(";"), "absent ");
  EXPECT_EQ(Nodes("for=1.2.3.4, ;;by=_x;"), "absent 01020304 ");
}

TEST(Forwarded, EmptyElementsAreSkipped) {
  EXPECT_EQ(Nodes(""), "");
  EXPECT_EQ(Nodes(" , ,\t"), "");
  EXPECT_EQ(Nodes(",for=1.2.3.4, ,"), "01020304 ");
}

TEST(Forwarded, ValuesMayBeQuoted) {
  EXPECT_EQ(Nodes("for=\"1.2.3.4:80\""), "01020304:80 ");
  EXPECT_EQ(Nodes("for=\"1.2.3.4:_p\""), "01020304 ");
  EXPECT_EQ(Nodes("for=\"\\[2001:db8::1\\]:\\8\\0\""),
            std::string(kDb8) + ":80 ");
  EXPECT_EQ(Nodes("for=\"UNKNOWN\""), "unknown ");
  EXPECT_EQ(Nodes("for=\"unknown:80\""), "unknown ");
  EXPECT_EQ(Nodes("for=1.2.3.4;x=\"\\\"\\\\\", for=5.6.7.8"),
            "05060708 01020304 ");
  EXPECT_EQ(Nodes("for=1.2.3.4;x=\"a,for=9.9.9.9\""), "01020304 ");
}

TEST(Forwarded, WhatIsNoElementNamesNobody) {
  for (const char* line :
       {"for", "for=", "=1.2.3.4", "for =1.2.3.4", "for= 1.2.3.4",
        "for=1.2.3.4 ;by=_x", "for=1.2.3.4; by=_x", "for=1.2.3.4:80",
        "for=[::1]", "for=\"[::1]\"x", "for=1.2.3.4;for=1.2.3.4", "by=_a;BY=_b",
        "for=\"1.2.3.4", "for=1.2.3.4\"", "for=\"1.2.3.4\\\"",
        "for=\"1.2.3.4\x01\"", "for=\"\x7f\"", "1.2.3.4", "f\"o\"r=1.2.3.4"}) {
    EXPECT_EQ(Nodes(line), "invalid ") << line;
  }
}

TEST(Forwarded, WhatIsNoNodeNamesNobody) {
  for (const char* node :
       {"::1",         "[::1",         "[1.2.3.4]",  "[::1]80",   "[::1]:",
        "[::1]:65536", "[::1]:100000", "1.2.3.4:",   "1.2.3.4:x", "1.2.3",
        "_",           "_!",           "",           " ",         "example.com",
        "unknownx",    "[::1%lo]",     "1.2.3.4:-1", "1.2.3.4:_", "unknown:"}) {
    EXPECT_EQ(Nodes(std::string("for=\"") + node + "\""), "invalid ") << node;
  }
  EXPECT_EQ(Nodes("for=\"" + std::string(65, '1') + "\""), "invalid ");
  EXPECT_EQ(Nodes("for=\"_" + std::string(63, 'a') + "\""), "hidden ");
  EXPECT_EQ(Nodes("for=_" + std::string(500, 'a')), "hidden ");
}

// A client sends the left part; what proxies add is read all the same.
TEST(Forwarded, NothingOnTheLeftHidesWhatIsOnTheRight) {
  for (const char* sent :
       {"for=\"", "for=\"1.2.3.4", "for=\"a\\", "\"", "\"\"\"", "\\",
        "for=\"\\\"", ";;;\"", "for=1.2.3.4;x=\"", "\x01"}) {
    EXPECT_EQ(Nodes(std::string(sent) + ", for=9.9.9.9").substr(0, 9),
              "09090909 ")
        << sent;
    EXPECT_EQ(Nodes(std::string(sent) + ", for=\"9.9.9.9:1\"").substr(0, 11),
              "09090909:1 ")
        << sent;
  }
}

TEST(XForwardedFor, TakesTheFormsThatAreSent) {
  EXPECT_EQ(ForNodes("1.2.3.4"), "01020304 ");
  EXPECT_EQ(ForNodes("1.2.3.4, 5.6.7.8"), "05060708 01020304 ");
  EXPECT_EQ(ForNodes("1.2.3.4:80"), "01020304:80 ");
  EXPECT_EQ(ForNodes("2001:db8::1"), std::string(kDb8) + " ");
  EXPECT_EQ(ForNodes("[2001:db8::1]"), std::string(kDb8) + " ");
  EXPECT_EQ(ForNodes("[2001:db8::1]:443,\t1.2.3.4 ,"),
            "01020304 " + std::string(kDb8) + ":443 ");
  EXPECT_EQ(ForNodes("unknown"), "unknown ");
  EXPECT_EQ(ForNodes(", ,"), "");
}

TEST(XForwardedFor, EverythingElseNamesNobody) {
  for (const char* text :
       {"\"1.2.3.4\"", "for=1.2.3.4", "1.2.3.4 5.6.7.8", "_x", "a.example",
        "1.2.3.4:", "1.2.3.4:99999", "fe80::1%eth0", "1.2.3", "-", "\x01"}) {
    EXPECT_EQ(ForNodes(text), "invalid ") << text;
    EXPECT_EQ(ForNodes(std::string(text) + ", 9.9.9.9"), "09090909 invalid ")
        << text;
  }
  EXPECT_EQ(ForNodes("\", 9.9.9.9"), "09090909 invalid ");
}

TEST(Node, IsDecodedWhole) {
  h1_node n;
  memset(&n, 0xa5, sizeof n);
  h1_node_decode(h1_test::SliceOf("[::1]:5x"), &n);
  EXPECT_EQ(n.kind, H1_NODE_INVALID);
  EXPECT_EQ(n.address.bits, 0);
  EXPECT_FALSE(n.has_port);
  h1_node_decode(h1_test::SliceOf("[::1]:00080"), &n);
  EXPECT_EQ(n.kind, H1_NODE_ADDRESS);
  EXPECT_EQ(n.port, 80);
}

}  // namespace
