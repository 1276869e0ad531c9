// What holds for options that nobody set.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/config/config.h"
#include "server/config/internal.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigDefaults, AreTheDocumentedOnes) {
  Loaded l = Load({});
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_EQ(l.message, "");
  EXPECT_EQ(l->listen_count, 1u);
  EXPECT_STREQ(l->listen[0], "127.0.0.1:8080");
  EXPECT_EQ(l->admin_listen_count, 0u);
  EXPECT_EQ(l->unix_mode, 0660u);
  EXPECT_STREQ(l->root, "/srv/static");
  EXPECT_STREQ(l->server_name, "h1");
  EXPECT_TRUE(l->demo);
  EXPECT_EQ(l->admin, H1_ADMIN_PUBLIC);
  EXPECT_GE(l->workers, 1u);
  EXPECT_LE(l->workers, 256u);
  EXPECT_EQ(l->queue_size, 128u);
  EXPECT_EQ(l->queue_timeout_ms, 1000u);
  EXPECT_EQ(l->max_connections, 4096u);
  EXPECT_EQ(l->container_memory, h1_container_limits("").memory);
  EXPECT_EQ(l->max_memory, l->container_memory);
  if (l->container_memory == 0) {
    EXPECT_EQ(l->buffer_memory, 64u << 20);
  }
  EXPECT_EQ(l->keepalive_timeout_ms, 75000u);
  EXPECT_EQ(l->keepalive_requests, 10000u);
  EXPECT_EQ(l->header_timeout_ms, 10000u);
  EXPECT_EQ(l->body_timeout_ms, 30000u);
  EXPECT_EQ(l->body_min_rate, 500u);
  EXPECT_EQ(l->write_timeout_ms, 30000u);
  EXPECT_EQ(l->drain_delay_ms, 0u);
  EXPECT_EQ(l->drain_idle_ms, 5000u);
  EXPECT_EQ(l->drain_timeout_ms, 30000u);
  EXPECT_EQ(l->limits.head_bytes, 16384u);
  EXPECT_EQ(l->limits.header_count, 100u);
  EXPECT_EQ(l->limits.target_bytes, 8192u);
  EXPECT_EQ(l->limits.body_bytes, 1u << 20);
  EXPECT_EQ(l->limits.trailer_bytes, 4096u);
  EXPECT_EQ(l->max_request_bytes, 16384u + (1u << 20) + 4096u);
  EXPECT_STREQ(l->access_log, "-");
  EXPECT_EQ(l->log_format, H1_LOG_JSON);
  EXPECT_EQ(l->blocking_threads, 2u);
  EXPECT_STREQ(l->config_file, "");
  EXPECT_FALSE(l->check || l->print_config || l->print_limits || l->help ||
               l->version);
}

TEST(ConfigDefaults, LimitsWithoutAnOptionKeepTheCodecsDefaults) {
  h1_limits codec = h1_limits_default();
  Loaded l = Load({"--max-header-bytes=1K"});
  EXPECT_EQ(l->limits.trailer_count, codec.trailer_count);
  EXPECT_EQ(l->limits.chunk_ext_bytes, codec.chunk_ext_bytes);
  EXPECT_EQ(l->limits.chunk_overhead_bytes, codec.chunk_overhead_bytes);
  EXPECT_EQ(l->limits.chunk_overhead_ratio, codec.chunk_overhead_ratio);
}

TEST(ConfigDefaults, EveryRowTakesItsOwnDefault) {
  for (size_t i = 0; i < h1_option_count; i++) {
    const h1_option& o = h1_options[i];
    if (o.initial == nullptr) continue;
    Loaded l = Load({std::string("--") + o.name + "=" + o.initial});
    EXPECT_EQ(l.result, H1_CONFIG_OK) << l.message;
  }
}

TEST(ConfigDefaults, MaxRequestBytesIsTheSumUnlessGiven) {
  Loaded sum = Load({"--max-header-bytes=1K", "--max-body-bytes=10",
                     "--max-trailer-bytes=100"});
  EXPECT_EQ(sum->max_request_bytes, 1134u);
  Loaded given = Load({"--max-request-bytes=5K", "--max-body-bytes=10"});
  EXPECT_EQ(given->max_request_bytes, 5120u);
}

TEST(ConfigDefaults, WithoutADefaultRootItIsStaticWhereTheUserStood) {
  EXPECT_STREQ(Load({}, {}, "/home/u", nullptr)->root, "/home/u/static");
  EXPECT_STREQ(Load({}, {}, nullptr, nullptr)->root, "static");
}

TEST(ConfigDefaults, AdminFollowsDemoAndAdminListenUnlessGiven) {
  const struct {
    std::vector<std::string> args;
    h1_admin_scope admin;
  } cases[] = {
      {{"--demo=off"}, H1_ADMIN_LISTENER},
      {{"--admin-listen=:1"}, H1_ADMIN_LISTENER},
      {{"--admin=listener"}, H1_ADMIN_LISTENER},
      {{"--demo=off", "--admin=public"}, H1_ADMIN_PUBLIC},
      {{"--admin-listen=:1", "--admin=public"}, H1_ADMIN_PUBLIC},
      {{"--demo"}, H1_ADMIN_PUBLIC},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Load(c.args)->admin, c.admin) << c.args[0];
  }
}

}  // namespace
