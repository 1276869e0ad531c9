// What may change while the server runs.
#include <gtest/gtest.h>

#include <string>

#include "server/config/config.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigFixed, OptionsThatCannotChangeAreNamedAndTheOthersAreTaken) {
  Loaded asked = Load({"--workers=2", "--max-connections=100", "--listen=:1"});
  h1_config running = *asked.config;
  running.max_connections = 50;  // what the machine allowed
  Loaded next = Load({"--workers=2", "--max-connections=100", "--listen=:1",
                      "--body-timeout=7s", "--header=/** X-A: b"});
  char message[H1_CONFIG_MESSAGE_BYTES];
  ASSERT_EQ(h1_config_keep_fixed(next.config.get(), asked.config.get(),
                                 &running, message),
            H1_CONFIG_OK)
      << message;
  EXPECT_EQ(next->max_connections, 50u);
  EXPECT_EQ(next->body_timeout_ms, 7000u);
  EXPECT_EQ(next->headers.count, 1u);
  const struct {
    const char* option;
    const char* named;
  } rows[] = {{"--workers=3", "--workers"},
              {"--listen=:2", "--listen"},
              {"--max-connections=50", "--max-connections"},
              {"--mount=/a=/b", "--mount"},
              {"--root=/elsewhere", "--root"},
              {"--access-log=other", "--access-log"},
              {"--config-memory=1M", "--config-memory"},
              {"--demo=off", "--demo"}};
  for (const auto& row : rows) {
    Loaded other = Load(
        {"--workers=2", "--max-connections=100", "--listen=:1", row.option});
    if (std::string(row.option) == "--listen=:2") {
      EXPECT_EQ(other->listen_count, 2u);
    }
    EXPECT_EQ(h1_config_keep_fixed(other.config.get(), asked.config.get(),
                                   &running, message),
              H1_CONFIG_BAD)
        << row.option;
    EXPECT_EQ(std::string(message),
              std::string(row.named) +
                  ": cannot change while the server runs; restart it");
  }
}

TEST(ConfigFixed, WhatTheMachineDecidedMayDiffer) {
  Loaded asked = Load({});
  h1_config running = *asked.config;
  Loaded next = Load({});
  next.config->workers += 1;
  next.config->max_memory = 12345;
  char message[H1_CONFIG_MESSAGE_BYTES];
  ASSERT_EQ(h1_config_keep_fixed(next.config.get(), asked.config.get(),
                                 &running, message),
            H1_CONFIG_OK);
  EXPECT_EQ(next->workers, asked->workers);
  EXPECT_EQ(next->max_memory, asked->max_memory);
}

}  // namespace
