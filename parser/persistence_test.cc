#include "parser/framing.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/message.h"

namespace {

using h1_test::Lines;
using h1_test::Message;
using h1_test::Show;

struct PersistenceRow {
  int minor;
  std::vector<std::string> connection;
  h1_error error;
  bool persists;
};

const PersistenceRow kPersistence[] = {
    {1, {}, H1_OK, true},
    {0, {}, H1_OK, false},
    {1, {"close"}, H1_OK, false},
    {1, {"Close"}, H1_OK, false},
    {1, {"CLOSE"}, H1_OK, false},
    {1, {"keep-alive"}, H1_OK, true},
    {0, {"keep-alive"}, H1_OK, true},
    {0, {"Keep-Alive"}, H1_OK, true},
    {0, {"close"}, H1_OK, false},
    {0, {"upgrade"}, H1_OK, false},
    {1, {"upgrade"}, H1_OK, true},
    {1, {"keep-alive, close"}, H1_OK, false},
    {0, {"keep-alive, close"}, H1_OK, false},
    {0, {"close", "keep-alive"}, H1_OK, false},
    {0, {"a", "keep-alive"}, H1_OK, true},
    {1, {"a", "b , close"}, H1_OK, false},
    {1, {"upgrade, HTTP2-Settings"}, H1_OK, true},
    {1, {"closed"}, H1_OK, true},
    {1, {"clos"}, H1_OK, true},
    {1, {"x-close"}, H1_OK, true},
    {0, {"keep-alives"}, H1_OK, false},
    {0, {"keepalive"}, H1_OK, false},
    {1, {""}, H1_OK, true},
    {1, {","}, H1_OK, true},
    {1, {",close"}, H1_OK, false},
    {1, {", \t, close ,"}, H1_OK, false},
    {0, {"", "keep-alive,"}, H1_OK, true},
    {1, {"a b"}, H1_CONNECTION_INVALID, false},
    {1, {"close;a"}, H1_CONNECTION_INVALID, false},
    {1, {"\"close\""}, H1_CONNECTION_INVALID, false},
    {1, {"a=b"}, H1_CONNECTION_INVALID, false},
    {1, {"close", "a/b"}, H1_CONNECTION_INVALID, false},
    {0, {"keep-alive", "\xff"}, H1_CONNECTION_INVALID, false},
    {1, {"close\x0b"}, H1_CONNECTION_INVALID, false},
};

TEST(Persistence, FollowsVersionAndConnection) {
  for (const PersistenceRow& row : kPersistence) {
    Lines lines = {{"Host", "close"}};
    for (const std::string& value : row.connection) {
      lines.push_back({"Connection", value});
      lines.push_back({"Keep-Alive", "close"});
    }
    SCOPED_TRACE(Show(lines) + std::to_string(row.minor));
    Message message(lines);
    const h1_request request = message.Request("GET", "/", row.minor);
    bool persists = !row.persists;
    EXPECT_EQ(h1_persistence_of_request(&request, &persists), row.error);
    EXPECT_EQ(persists, row.persists);

    const h1_response response = message.Response(200, row.minor);
    for (const h1_body_kind kind :
         {H1_BODY_NONE, H1_BODY_LENGTH, H1_BODY_CHUNKED, H1_BODY_UNTIL_CLOSE,
          H1_BODY_TUNNEL}) {
      const h1_framing framing = {kind, 0};
      const bool ends = kind == H1_BODY_UNTIL_CLOSE || kind == H1_BODY_TUNNEL ||
                        (kind == H1_BODY_CHUNKED && row.minor == 0);
      const bool expected = row.persists && !ends;
      persists = !expected;
      EXPECT_EQ(h1_persistence_of_response(&response, &framing, &persists),
                row.error);
      EXPECT_EQ(persists, expected);
    }
  }
}

}  // namespace
