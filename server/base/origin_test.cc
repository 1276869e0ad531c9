#include "server/base/origin.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstring>
#include <string>
#include <vector>

#include "parser/request.h"

namespace h1_test {
namespace {

h1_slice Slice(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

h1_peer Peer(const std::string& text) {
  h1_peer p = {};
  h1_address a = {};
  if (text == "unix") {
    p.family = AF_UNIX;
    return p;
  }
  EXPECT_TRUE(h1_address_parse(Slice(text), &a)) << text;
  p.family = a.bits == 32 ? AF_INET : AF_INET6;
  memcpy(p.address, a.bytes, 16);
  return p;
}

class Origin : public ::testing::Test {
 protected:
  Origin() {
    for (const char* network : {"10.0.0.0/8", "2001:db8::/32", "unix"}) {
      EXPECT_TRUE(h1_trusted_add(&trusted_, network, strlen(network)));
    }
  }

  // "CLIENT[:PORT][ stopped]"; "peer" when it is the peer itself.
  std::string Find(h1_client_source source, const std::string& peer,
                   const std::vector<std::string>& lines) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (const std::string& line : lines) head += line + "\r\n";
    head += "\r\n";
    const h1_limits limits = h1_limits_default();
    h1_header headers[32];
    h1_request_decoder d;
    h1_request request;
    size_t used = 0;
    h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, headers, 32);
    EXPECT_EQ(h1_request_decode(&d, Slice(head), &request, &used), H1_DONE);
    const h1_peer end = Peer(peer);
    const h1_origin_client c =
        h1_origin_find(&trusted_, source, &end, &request.fields);
    std::string out = "peer";
    if (c.end.family != 0) {
      char text[H1_PEER_TEXT_BYTES];
      out = std::string(text, h1_peer_text(&c.end, text));
      if (c.end.port != 0) out += "#" + std::to_string(c.end.port);
    }
    const char* stopped = h1_origin_stopped_name(c.stopped);
    return stopped == nullptr ? out : out + " " + stopped;
  }
  std::string Field(const std::vector<std::string>& lines) {
    return Find(H1_CLIENT_FORWARDED, "10.0.0.1", lines);
  }
  std::string X(const std::vector<std::string>& lines) {
    return Find(H1_CLIENT_X_FORWARDED_FOR, "10.0.0.1", lines);
  }

  h1_trusted trusted_ = {};
};

TEST_F(Origin, TheFirstUntrustedFromTheRightIsTheClient) {
  EXPECT_EQ(X({"X-Forwarded-For: 1.1.1.1, 2.2.2.2"}), "2.2.2.2");
  EXPECT_EQ(X({"X-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.9.9.9"}), "2.2.2.2");
  EXPECT_EQ(X({"X-Forwarded-For: 2001:db8::7,10.9.9.9"}), "2001:db8::7");
  EXPECT_EQ(Field({"Forwarded: for=1.1.1.1;proto=http, "
                   "for=\"[2600::1]:80\";by=_a, for=10.1.1.1"}),
            "2600::1#80");
}

TEST_F(Origin, LinesAreOneList) {
  EXPECT_EQ(X({"X-Forwarded-For: 1.1.1.1", "x-forwarded-for: 2.2.2.2",
               "Other: x", "X-FORWARDED-FOR: 10.9.9.9"}),
            "2.2.2.2");
  EXPECT_EQ(X({"X-Forwarded-For: 1.1.1.1",
               "X-Forwarded-For: ", "X-Forwarded-For: ,"}),
            "1.1.1.1");
}

TEST_F(Origin, OnlyTheNamedFieldCounts) {
  EXPECT_EQ(X({"Forwarded: for=3.3.3.3"}), "peer");
  EXPECT_EQ(Field({"X-Forwarded-For: 3.3.3.3"}), "peer");
  EXPECT_EQ(X({"X-Forwarded-Forx: 3.3.3.3", "X_Forwarded_For: 3.3.3.3"}),
            "peer");
}

TEST_F(Origin, AnUntrustedPeerIsTheClient) {
  const std::vector<std::string> lines = {"X-Forwarded-For: 1.1.1.1"};
  EXPECT_EQ(Find(H1_CLIENT_X_FORWARDED_FOR, "11.0.0.1", lines), "peer");
  EXPECT_EQ(Find(H1_CLIENT_X_FORWARDED_FOR, "::1", lines), "peer");
  EXPECT_EQ(Find(H1_CLIENT_X_FORWARDED_FOR, "unix", lines), "1.1.1.1");
  EXPECT_EQ(Find(H1_CLIENT_X_FORWARDED_FOR, "::ffff:10.1.1.1", lines),
            "1.1.1.1");
  trusted_.unix_sockets = false;
  EXPECT_EQ(Find(H1_CLIENT_X_FORWARDED_FOR, "unix", lines), "peer");
}

TEST_F(Origin, WhereAllAreTrustedTheLeftmostIs) {
  EXPECT_EQ(X({"X-Forwarded-For: 10.3.3.3, 10.2.2.2"}), "10.3.3.3");
  EXPECT_EQ(X({}), "peer");
}

TEST_F(Origin, AtWhatIsNoAddressTheLastTrustedIs) {
  EXPECT_EQ(X({"X-Forwarded-For: 1.1.1.1, unknown"}), "peer unknown");
  EXPECT_EQ(X({"X-Forwarded-For: 1.1.1.1, x y, 10.2.2.2"}), "10.2.2.2 invalid");
  EXPECT_EQ(Field({"Forwarded: for=1.1.1.1, for=_secret, for=10.2.2.2"}),
            "10.2.2.2 hidden");
  EXPECT_EQ(Field({"Forwarded: for=1.1.1.1, proto=https"}), "peer absent");
  EXPECT_EQ(Field({"Forwarded: for=1.1.1.1", "Forwarded: for=\"x"}),
            "peer invalid");
}

// What a client writes is to the left of what proxies add.
TEST_F(Origin, AClientChangesNothing) {
  for (const char* forged :
       {"10.0.0.1", "for=9.9.9.9", "\"", "\"10.1.1.1, \"", ",,,", "unknown"}) {
    EXPECT_EQ(X({std::string("X-Forwarded-For: ") + forged + ", 2.2.2.2"}),
              "2.2.2.2");
    EXPECT_EQ(
        Field({std::string("Forwarded: ") + forged, "Forwarded: for=2.2.2.2"}),
        "2.2.2.2");
    EXPECT_EQ(
        Field({std::string("Forwarded: for=\"") + forged + ", for=2.2.2.2"}),
        "2.2.2.2");
  }
}

TEST_F(Origin, AMappedAddressIsItsIPv4Address) {
  EXPECT_EQ(X({"X-Forwarded-For: ::ffff:2.2.2.2, ::ffff:10.2.2.2"}), "2.2.2.2");
}

TEST(Trusted, FaultsAreNamed) {
  EXPECT_EQ(h1_trusted_fault("unix", 4), nullptr);
  EXPECT_EQ(h1_trusted_fault("10.0.0.0/8", 10), nullptr);
  EXPECT_STREQ(h1_trusted_fault("proxy", 5), "is no IP address");
  EXPECT_STREQ(h1_trusted_fault("10.0.0.1/8", 10),
               "has no prefix that ends where its address does");
}

TEST(Trusted, IsFullAt256) {
  h1_trusted t = {};
  for (int i = 0; i < H1_TRUSTED_MAX; i++) {
    EXPECT_TRUE(h1_trusted_add(&t, "10.0.0.0/8", 10));
  }
  EXPECT_FALSE(h1_trusted_add(&t, "10.0.0.0/8", 10));
  EXPECT_TRUE(h1_trusted_add(&t, "unix", 4));
}

TEST(Trusted, NobodyIsInNone) {
  h1_trusted t = {};
  h1_peer p = {};
  EXPECT_FALSE(h1_trusted_has(&t, &p));
  EXPECT_TRUE(h1_trusted_add(&t, "0.0.0.0/0", 9));
  EXPECT_FALSE(h1_trusted_has(&t, &p)) << "without a family";
  p.family = AF_INET;
  EXPECT_TRUE(h1_trusted_has(&t, &p));
}

}  // namespace
}  // namespace h1_test
