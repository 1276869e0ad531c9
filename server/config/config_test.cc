// The environment, which source wins, and reading all of them again.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/config/config.h"
#include "server/config/internal.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigEnvironment, IsReadByUpperCaseNames) {
  Loaded l =
      Load({}, {"H1_HTTPD_MAX_BODY_BYTES=2M",
                "H1_HTTPD_SERVER_NAME=", "H1_HTTPD_LISTEN=:1,[::1]:2,unix:/s"});
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_EQ(l->limits.body_bytes, 2u << 20);
  EXPECT_STREQ(l->server_name, "");
  ASSERT_EQ(l->listen_count, 3u);
  EXPECT_STREQ(l->listen[1], "[::1]:2");
  EXPECT_STREQ(l->listen[2], "unix:/s");
}

TEST(ConfigEnvironment, UnknownNamesAndActionsAreIgnored) {
  Loaded l = Load({}, {"H1_HTTPD_NONSENSE=1", "H1_HTTPD_HELP=1",
                       "H1_HTTPD_CHECK=1", "H1_HTTPD_=x", "H1_HTTPD_WORKERS",
                       "WORKERS=0", "h1_httpd_workers=0", "=", ""});
  EXPECT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_FALSE(l->help || l->check);
}

TEST(ConfigEnvironment, FaultsNameTheVariable) {
  const std::pair<const char*, const char*> cases[] = {
      {"H1_HTTPD_WORKERS=", "H1_HTTPD_WORKERS: '' is not a whole number"},
      {"H1_HTTPD_QUEUE_SIZE=0", "H1_HTTPD_QUEUE_SIZE: '0' is too small"},
      {"H1_HTTPD_LISTEN=:1,", "H1_HTTPD_LISTEN: '' is empty"},
      {"H1_HTTPD_LISTEN=:1,:x", "H1_HTTPD_LISTEN: ':x' has a port"},
      {"H1_HTTPD_LISTEN=", "H1_HTTPD_LISTEN: '' is empty"},
      {"H1_HTTPD_CONFIG=", "H1_HTTPD_CONFIG: '' is empty"},
      {"H1_HTTPD_CONFIG=/nonexistent/x",
       "H1_HTTPD_CONFIG: cannot read '/nonexistent/x': No such file"},
  };
  for (const auto& [variable, fault] : cases) {
    Loaded l = Load({}, {variable});
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << variable;
    EXPECT_EQ(l.message.find(fault), 0u) << l.message;
    ExpectOneLine(l.message);
  }
}

h1_origin OriginOf(const Loaded& l, const char* option) {
  return l->origin[h1_option_find(option, strlen(option))];
}

TEST(ConfigLevels, OptionThenEnvironmentThenFileThenDefault) {
  TempFile file("workers = 3\nqueue-size = 3\ndrain-delay = 3\n");
  Loaded l = Load({"--config", file.path(), "--workers=1"},
                  {"H1_HTTPD_WORKERS=2", "H1_HTTPD_QUEUE_SIZE=2"});
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_EQ(l->workers, 1u);
  EXPECT_EQ(l->queue_size, 2u);
  EXPECT_EQ(l->drain_delay_ms, 3000u);
  EXPECT_EQ(OriginOf(l, "workers"), H1_ORIGIN_OPTION);
  EXPECT_EQ(OriginOf(l, "queue-size"), H1_ORIGIN_ENVIRONMENT);
  EXPECT_EQ(OriginOf(l, "drain-delay"), H1_ORIGIN_FILE);
  EXPECT_EQ(OriginOf(l, "drain-timeout"), H1_ORIGIN_DEFAULT);
}

TEST(ConfigLevels, AListReplacesTheLowerOnes) {
  TempFile file("listen = :1\nlisten = :2\nadmin-listen = :9\n");
  std::string config = "--config=" + file.path();
  Loaded from_file = Load({config});
  ASSERT_EQ(from_file->listen_count, 2u);
  EXPECT_STREQ(from_file->listen[0], ":1");
  Loaded from_env = Load({config}, {"H1_HTTPD_LISTEN=:3"});
  ASSERT_EQ(from_env->listen_count, 1u);
  EXPECT_STREQ(from_env->listen[0], ":3");
  Loaded from_option = Load({config, "--listen=:4", "--admin-listen=none"},
                            {"H1_HTTPD_LISTEN=:3"});
  ASSERT_EQ(from_option->listen_count, 1u);
  EXPECT_STREQ(from_option->listen[0], ":4");
  EXPECT_EQ(from_option->admin_listen_count, 0u);
}

TEST(ConfigLevels, TheFileMayComeFromTheEnvironment) {
  TempFile one("workers = 11\n");
  TempFile two("workers = 22\n");
  Strings env = {"H1_HTTPD_CONFIG=" + one.path()};
  EXPECT_EQ(Load({}, env)->workers, 11u);
  Loaded l = Load({"--config=" + two.path()}, env);
  EXPECT_EQ(l->workers, 22u);
  EXPECT_EQ(two.path(), l->config_file);
}

TEST(ConfigLevels, ALowerFaultIsNotHiddenByAHigherValue) {
  TempFile file("workers = 0\n");
  EXPECT_EQ(Load({"--config=" + file.path(), "--workers=1"}).result,
            H1_CONFIG_BAD);
}

TEST(ConfigAgain, ReadsByMeansOfTheRoomItIsGiven) {
  TempFile file("body-timeout = 7s\nheader = /** X-A: b\n");
  const std::string option = "--config=" + file.path();
  Strings options = {"httpd", option, "--write-timeout=3s"};
  Strings env = {"H1_HTTPD_BODY_TIMEOUT=9s"};
  std::vector<char*> argv = Pointers(options), envp = Pointers(env);
  const h1_config_launch launch = {3, argv.data(), envp.data(), nullptr,
                                   "/srv"};
  const size_t size = 38;
  for (size_t room = 1; room < size + 3; room++) {
    std::vector<uint8_t> bytes(room);
    auto c = std::make_unique<h1_config>();
    char message[H1_CONFIG_MESSAGE_BYTES];
    const h1_config_result result =
        h1_config_load_again(c.get(), &launch, {bytes.data(), room}, message);
    if (room <= size) {
      EXPECT_EQ(result, H1_CONFIG_BAD) << room;
      EXPECT_TRUE(Contains(message, "larger than --config-memory")) << message;
    } else {
      ASSERT_EQ(result, H1_CONFIG_OK) << message;
      EXPECT_EQ(c->body_timeout_ms, 9000u);
      EXPECT_EQ(c->write_timeout_ms, 3000u);
      EXPECT_EQ(c->headers.count, 1u);
    }
  }
}

}  // namespace
