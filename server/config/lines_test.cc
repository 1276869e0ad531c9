// The text of config files.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "server/config/config.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigText, LinesAreBlankCommentOrPair) {
  Loaded l = ReadText(
      "\n"
      "  # a comment = nothing\n"
      "\t\n"
      "workers=7\n"
      "  max-body-bytes\t =  2M \t\n"
      "listen = :1\n"
      "listen = :2  # second\n"
      "server-name = a#b = c\n"
      "drain-delay = 5");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_EQ(l->workers, 7u);
  EXPECT_EQ(l->limits.body_bytes, 2u << 20);
  ASSERT_EQ(l->listen_count, 2u);
  EXPECT_STREQ(l->listen[1], ":2");
  EXPECT_STREQ(l->server_name, "a#b = c");
  EXPECT_EQ(l->drain_delay_ms, 5000u);
}

TEST(ConfigText, EmptyTextIsTheDefaults) {
  Loaded l = ReadText("");
  EXPECT_EQ(l.result, H1_CONFIG_OK);
  EXPECT_EQ(l->queue_size, 128u);
  EXPECT_EQ(l->max_request_bytes, 16384u + (1u << 20) + 4096u);
}

TEST(ConfigText, QuotesKeepWhatWouldBeTrimmed) {
  const std::pair<const char*, const char*> cases[] = {
      {"root = \"a #b\"", "a #b"},
      {"root = \" a \"", " a "},
      {"root = \"a\\\"b\\\\\" # comment", "a\"b\\"},
      {"root = \"#a\"", "#a"},
      {"root = a\"b", "a\"b"},
      {"root = a\\b", "a\\b"},
      {"root = a # b", "a"},
      {"root = a#b", "a#b"},
      {"root =#b", "#b"},
  };
  for (const auto& [text, root] : cases) {
    Loaded l = ReadText(text);
    EXPECT_EQ(l.result, H1_CONFIG_OK) << l.message;
    EXPECT_STREQ(l->root, root) << text;
  }
  EXPECT_STREQ(ReadText("server-name = \"\"")->server_name, "");
  EXPECT_STREQ(ReadText("server-name =")->server_name, "");
}

TEST(ConfigText, FaultsNameFileLineAndKey) {
  const std::pair<std::string, const char*> cases[] = {
      {"\n\nwhat", "f.conf:3: 'what' is not \"key = value\""},
      {"worker = 1", "f.conf:1: unknown key 'worker'; allowed: "},
      {"= 1", "f.conf:1: unknown key ''"},
      {"--workers = 1", "f.conf:1: unknown key '--workers'"},
      {"WORKERS = 1", "f.conf:1: unknown key 'WORKERS'"},
      {"max_body_bytes = 1", "f.conf:1: unknown key 'max_body_bytes'"},
      {"#\nworkers = 0", "f.conf:2: workers: '0' is too small; allowed: 1"},
      {"workers =", "f.conf:1: workers: '' is not a whole number"},
      {"workers = # 3", "f.conf:1: workers: '' is not a whole number"},
      {"workers = 1\nworkers = 2",
       "f.conf:2: workers: given before, in line 1"},
      {"config = x", "f.conf:1: config: not allowed in a file"},
      {"help = 1", "f.conf:1: help: not allowed in a file"},
      {"check =", "f.conf:1: check: not allowed in a file"},
      {"root = \"a", "f.conf:1: root: quotes must close"},
      {"root = \"a\\", "f.conf:1: root: quotes must close"},
      {"root = \"a\\n\"", "f.conf:1: root: quotes must close and only"},
      {"root = \"a\"b", "f.conf:1: root: quotes must close"},
      {"root = \"a\"#b", "f.conf:1: root: quotes must close"},
      {"workers = 1\r\n", "f.conf:1: control character '\\x0D'"},
      {std::string("# \0", 3), "f.conf:1: control character '\\x00'"},
      {std::string("root = a\0b", 10), "f.conf:1: control character"},
      {"root = a\x7F", "f.conf:1: control character '\\x7F'"},
      {"root = a\tb", "f.conf:1: root: 'a\\x09b' holds a control"},
      {"#" + std::string(16384, 'x'),
       "f.conf:1: the line is longer than 16384"},
      {"listen = :1,:2", "f.conf:1: listen: ':1,:2' has several colons"},
      {std::string(3000, 'k') + "= 1", "f.conf:1: unknown key 'kkk"},
  };
  for (const auto& [text, fault] : cases) {
    Loaded l = ReadText(text);
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << text;
    EXPECT_EQ(l.message.find(fault), 0u) << l.message;
    ExpectOneLine(l.message);
  }
}

TEST(ConfigText, ALineOfExactlyTheLimitIsRead) {
  EXPECT_EQ(ReadText("#" + std::string(16383, 'x')).result, H1_CONFIG_OK);
  EXPECT_EQ(ReadText("server-name=\"" + std::string(16370, '\\')).result,
            H1_CONFIG_BAD);
  std::string widest = "server-name=\"";
  widest.append(16384 - widest.size() - 1, 'x');
  EXPECT_TRUE(Contains(ReadText(widest + "\"").message, "is too long"));
}

TEST(ConfigText, AnyBytesAreReadOrRefusedInOneLine) {
  // A small generator, so that plain test runs see hostile bytes too; the fuzz
  // target does this at length.
  const std::string alphabet =
      std::string("\0\n\r\t =#\"\\", 9) + "listen:workers-0129KMG\xFF";
  uint32_t state = 1;
  for (int round = 0; round < 2000; round++) {
    std::string text = round % 2 == 0 ? "listen=" : "root = \"";
    for (int i = 0; i < 24; i++) {
      state = state * 1664525u + 1013904223u;
      text += alphabet[(state >> 16) % alphabet.size()];
    }
    Loaded l = ReadText(text);
    if (l.result == H1_CONFIG_BAD) {
      ExpectOneLine(l.message);
      EXPECT_EQ(l.message.find("f.conf:"), 0u) << l.message;
    } else {
      EXPECT_EQ(l.message, "");
    }
  }
}

}  // namespace
