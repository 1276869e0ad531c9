#include "server/base/peer.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace {

std::string TextOf(const h1_peer& peer) {
  char text[H1_PEER_TEXT_BYTES];
  return std::string(text, h1_peer_text(&peer, text));
}

h1_peer PeerOf(int family, const char* address) {
  h1_peer peer;
  memset(&peer, 0, sizeof peer);
  peer.family = static_cast<uint8_t>(family);
  EXPECT_EQ(inet_pton(family, address, peer.address), 1) << address;
  return peer;
}

TEST(PeerTest, ReadsAsInetPtonTakesIt) {
  for (const char* address :
       {"0.0.0.0", "1.2.3.4", "9.10.99.100", "127.0.0.1", "255.255.255.255",
        "192.0.2.10", "10.101.200.9"}) {
    EXPECT_EQ(TextOf(PeerOf(AF_INET, address)), address);
  }
  for (const char* address : {"::", "::1", "2001:db8::1", "::ffff:192.0.2.1",
                              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_EQ(TextOf(PeerOf(AF_INET6, address)), address);
  }
}

TEST(PeerTest, EveryOctet) {
  h1_peer peer = PeerOf(AF_INET, "0.0.0.0");
  for (unsigned n = 0; n < 256; n++) {
    for (int i = 0; i < 4; i++) peer.address[i] = static_cast<uint8_t>(n);
    const std::string octet = std::to_string(n);
    EXPECT_EQ(TextOf(peer), octet + "." + octet + "." + octet + "." + octet);
  }
}

TEST(PeerTest, AnythingElseIsAUnixSocket) {
  h1_peer peer;
  memset(&peer, 0, sizeof peer);
  EXPECT_EQ(TextOf(peer), "unix");
  peer.family = AF_UNIX;
  EXPECT_EQ(TextOf(peer), "unix");
}

}  // namespace
