#include "server/conn/foreign.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;

TEST(Foreign, ProtocolsAreNamedByTheirFirstBytes) {
  const std::string v2("\r\n\r\n\0\r\nQUIT\n", 12);
  const struct {
    std::string head;
    h1_error why, want;
  } cases[] = {
      {"\x16\x03\x01", H1_METHOD_INVALID, H1_TLS_HANDSHAKE},
      {"\x16", H1_METHOD_INVALID, H1_TLS_HANDSHAKE},
      {"\x15\x03", H1_METHOD_INVALID, H1_METHOD_INVALID},
      {"G\x16", H1_METHOD_INVALID, H1_METHOD_INVALID},
      {"", H1_METHOD_INVALID, H1_METHOD_INVALID},
      {"PROXY TCP4 1", H1_VERSION_INVALID, H1_PROXY_HEADER},
      {"PROXY TCP6 ::1 ::2 1 2\r\n", H1_VERSION_INVALID, H1_PROXY_HEADER},
      {"PROXY UNKNOWN\r", H1_VERSION_INVALID, H1_PROXY_HEADER},
      {"PROXY TCP5 1", H1_VERSION_INVALID, H1_VERSION_INVALID},
      {"PROXY TCP4", H1_VERSION_INVALID, H1_VERSION_INVALID},
      {"proxy TCP4 1", H1_VERSION_INVALID, H1_VERSION_INVALID},
      {v2 + "!", H1_LEADING_LINES, H1_PROXY_HEADER},
      {v2.substr(0, 11), H1_LEADING_LINES, H1_LEADING_LINES},
      {"\r\n\r\n", H1_LEADING_LINES, H1_LEADING_LINES},
      {"\x16\x03", H1_BARE_CR, H1_BARE_CR},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(h1_foreign_protocol(Guarded(c.head).slice(), c.why), c.want)
        << h1_error_name(c.why) << " " << c.head;
  }
}

}  // namespace
