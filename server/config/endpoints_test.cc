// Addresses to listen at.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "server/config/config.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigEndpoint, GoodOnesAreTaken) {
  const char* const cases[] = {
      "127.0.0.1:0",      ":8080",          "localhost:65535",
      "my-host_1.org:80", "[::1]:8080",     "[fe80::1%eth0]:80",
      "[::]:0",           "unix:/run/h1.s", "[::ffff:1.2.3.4]:1",
  };
  for (const char* value : cases) {
    Loaded l = Load({"--listen", value});
    EXPECT_EQ(l.result, H1_CONFIG_OK) << l.message;
    ASSERT_EQ(l->listen_count, 1u);
    EXPECT_STREQ(l->listen[0], value);
  }
}

TEST(ConfigEndpoint, BadOnesNameTheOptionAndTheForms) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "is empty"},
      {"8080", "has no port"},
      {"localhost", "has no port"},
      {"localhost:", "has no port"},
      {"localhost:http", "has a port that is not a number"},
      {"localhost:80x", "has a port that is not a number"},
      {"localhost:-1", "has a port that is not a number"},
      {"localhost:65536", "has a port above 65535"},
      {"localhost:99999999999999999999", "has a port above 65535"},
      {"::1:80", "several colons: IPv6 addresses stand in brackets"},
      {"[::1]", "has no port"},
      {"[::1]80", "has no port"},
      {"[::1]:", "has no port"},
      {"[::1", "has no IPv6 address in its brackets"},
      {"[]:80", "has no IPv6 address in its brackets"},
      {"[1.2.3.4]:80", "has no IPv6 address in its brackets"},
      {"[::1%]:80", "has no IPv6 address in its brackets"},
      {"[" + std::string(100, ':') + "]:80", "has no IPv6 address"},
      {"*:80", "has a host that is no name or address"},
      {"a b:80", "has a host that is no name or address"},
      {"127.0.0.1:80,127.0.0.1:81", "several colons"},
      {std::string(300, 'a') + ":80", "is too long"},
      {"unix:", "has no path"},
      {"unix:a\nb", "holds a control character"},
      {"unix:/" + std::string(107, 'a'), "exceeds the 107 bytes"},
      {"none", "has no port"},
      {"systemd:", "has no name"},
      {"systemd:a:b", "a name with a colon"},
      {"systemd:\xC3\xA4", "that is not visible ASCII"},
      {"systemd", "has no port"},
      {"fd:", "is not a number"},
      {"fd:x", "is not a number"},
      {"fd:-1", "is not a number"},
      {"fd:3x", "is not a number"},
      {"fd:2", "is not in 3 to 1048575"},
      {"fd:1048576", "is not in 3 to 1048575"},
      {"fd:99999999999999999999", "is not in 3 to 1048575"},
  };
  for (const auto& [value, fault] : cases) {
    Loaded l = Load({"--listen=" + value});
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << value;
    EXPECT_TRUE(Contains(l.message, fault)) << l.message;
    EXPECT_TRUE(Contains(l.message, "HOST:PORT, [V6]:PORT, :PORT, unix:PATH"));
    EXPECT_EQ(l.message.find("--listen: "), 0u) << l.message;
    ExpectOneLine(l.message);
  }
}

TEST(ConfigEndpoint, SocketsThatWerePassed) {
  for (const std::string value :
       {"systemd:*", "systemd:http", "systemd:a b", "systemd:80", "fd:3",
        "fd:03", "fd:1048575"}) {
    Loaded l = Load({"--listen=" + value, "--admin-listen=" + value});
    ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
    EXPECT_EQ(l->listen[0], value);
    EXPECT_EQ(l->admin_listen[0], value);
  }
}

TEST(ConfigEndpoint, UnixPathsAreMadeAbsoluteAndThenMustFit) {
  Loaded fits = Load({"--listen=unix:s"}, {}, "/run");
  EXPECT_STREQ(fits->listen[0], "unix:/run/s");
  std::string base = "/" + std::string(104, 'd');
  EXPECT_EQ(Load({"--listen=unix:s"}, {}, base.c_str()).result, H1_CONFIG_OK);
  Loaded long_one = Load({"--admin-listen=unix:ss"}, {}, base.c_str());
  EXPECT_EQ(long_one.result, H1_CONFIG_BAD);
  EXPECT_EQ(long_one.message.find("--admin-listen: 'unix:ss'"), 0u)
      << long_one.message;
}

TEST(ConfigEndpoint, SixteenAreTakenAndNoMore) {
  Strings options(16, "--listen=:80");
  EXPECT_EQ(Load(options)->listen_count, 16u);
  options.push_back("--listen=:81");
  Loaded l = Load(options);
  EXPECT_EQ(l.result, H1_CONFIG_BAD);
  EXPECT_TRUE(Contains(l.message, "':81' is one too many")) << l.message;
}

}  // namespace
