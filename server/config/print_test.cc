// What --print-config and --help write.
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>

#include <cstring>
#include <functional>
#include <sstream>
#include <string>

#include "server/config/config.h"
#include "server/config/internal.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

std::string Captured(const std::function<bool(FILE*)>& print) {
  char* bytes = nullptr;
  size_t len = 0;
  FILE* out = open_memstream(&bytes, &len);
  EXPECT_TRUE(print(out));
  fclose(out);
  std::string text(bytes, len);
  free(bytes);
  return text;
}

std::string Printed(const Loaded& l) {
  return Captured(
      [&](FILE* out) { return h1_config_print(l.config.get(), out); });
}

std::string Help() {
  return Captured([](FILE* out) { return h1_config_print_help(out); });
}

Strings Lines(const std::string& text) {
  Strings lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(ConfigPrint, LinesShowKeyValueAndOrigin) {
  Loaded l = Load({"--workers=3", "--listen=:1", "--listen=:2"},
                  {"H1_HTTPD_MAX_BODY_BYTES=1536"});
  Strings lines = Lines(Printed(l));
  auto has = [&](const std::string& start, const std::string& origin) {
    for (const std::string& line : lines) {
      if (line.compare(0, start.size(), start) == 0 &&
          Contains(line, "  # " + origin)) {
        return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(has("workers = 3 ", "option"));
  EXPECT_TRUE(has("listen = :1 ", "option"));
  EXPECT_TRUE(has("listen = :2 ", "option"));
  EXPECT_TRUE(has("max-body-bytes = 1536 ", "environment"));
  EXPECT_TRUE(has("keepalive-timeout = 75s ", "default"));
  EXPECT_TRUE(has("max-memory = ", "default"));
  EXPECT_TRUE(has("unix-mode = 0660 ", "default"));
  EXPECT_TRUE(has("admin-listen = none ", "default"));
  EXPECT_FALSE(has("help", ""));
}

void ExpectSame(const Loaded& a, const Loaded& b) {
  for (size_t i = 0; i < h1_option_count; i++) {
    const h1_option& o = h1_options[i];
    if ((o.flags & H1_OPTION_NOT_FILE) != 0) continue;
    for (size_t item = 0; item < H1_LISTEN_MAX; item++) {
      char x[9000], y[9000];
      h1_text tx = h1_text_begin(x, sizeof(x));
      h1_text ty = h1_text_begin(y, sizeof(y));
      h1_text_add_value(&tx, a.config.get(), &o, item);
      h1_text_add_value(&ty, b.config.get(), &o, item);
      EXPECT_STREQ(x, y) << o.name;
      if (o.kind != H1_OPTION_ENDPOINTS) break;
    }
  }
  EXPECT_EQ(a->listen_count, b->listen_count);
  EXPECT_EQ(a->admin_listen_count, b->admin_listen_count);
  EXPECT_STREQ(a->root, b->root);
  EXPECT_STREQ(a->server_name, b->server_name);
  EXPECT_STREQ(a->access_log, b->access_log);
  EXPECT_EQ(a->workers, b->workers);
  EXPECT_EQ(a->max_request_bytes, b->max_request_bytes);
  EXPECT_EQ(memcmp(&a->limits, &b->limits, sizeof(a->limits)), 0);
}

TEST(ConfigPrint, ReadsBackToTheSameValues) {
  TempFile other("workers = 1");
  const Strings cases[] = {
      {},
      {"--workers=9", "--listen=:1", "--listen=[::1]:2", "--listen=unix:/a #b",
       "--admin-listen=unix:/x,y", "--server-name=", "--unix-mode=7",
       "--log-format=combined", "--access-log=off", "--max-memory=2G"},
      {"--root= x ", "--server-name=\"q\" #1", "--access-log=a\\b \"c\" #",
       "--drain-delay=1500ms", "--queue-timeout=90s", "--body-min-rate=none"},
      {"--root=#", "--max-body-bytes=1048576G", "--header-timeout=1440m",
       "--server-name=a#b", "--config=" + other.path()},
      {"--root=" + std::string(4095, '"'), "--access-log=caf\xC3\xA9"},
      {"--root=\"" + std::string(2000, '\\') + " #",
       "--max-request-bytes=2097152G"},
  };
  for (const Strings& options : cases) {
    for (const char* base : {"", "/b \"#\" c"}) {
      Loaded given = Load(options, {}, *base == '\0' ? nullptr : base);
      if (given.result == H1_CONFIG_BAD && *base != '\0') continue;
      ASSERT_EQ(given.result, H1_CONFIG_OK) << given.message;
      std::string text = Printed(given);
      Loaded again = ReadText(text);
      ASSERT_EQ(again.result, H1_CONFIG_OK) << again.message << "\n" << text;
      ExpectSame(given, again);
    }
  }
}

TEST(ConfigPrint, WriteErrorsAreTold) {
  FILE* full = fopen("/dev/full", "w");
  if (full == nullptr) GTEST_SKIP() << "no /dev/full";
  Loaded l = Load({});
  EXPECT_FALSE(h1_config_print(l.config.get(), full));
  fclose(full);
  full = fopen("/dev/full", "w");
  EXPECT_FALSE(h1_config_print_help(full));
  fclose(full);
}

// The help of one option with line breaks and indentation taken out.
std::string HelpOf(const std::string& help, const h1_option& o) {
  const char* before = (o.flags & H1_OPTION_BARE) != 0 ? "[=" : "=";
  std::string name =
      std::string("\n  --") + o.name + (o.placeholder == nullptr ? "" : before);
  size_t from = help.find(name);
  if (from == std::string::npos) return "";
  size_t to = help.find("\n  --", from + 1);
  std::istringstream words(help.substr(from, to - from));
  std::string flat;
  for (std::string word; words >> word;) flat += word + " ";
  return flat;
}

TEST(ConfigHelp, ListsEveryOptionWithItsDefaultInEightyColumns) {
  std::string help = Help();
  EXPECT_EQ(help.find("Usage: httpd [OPTION]..."), 0u);
  for (size_t i = 0; i < h1_option_count; i++) {
    const h1_option& o = h1_options[i];
    std::string text = HelpOf(help, o);
    EXPECT_TRUE(Contains(text, o.help)) << o.name << ": " << text;
    const char* shown = o.shown != nullptr ? o.shown : o.initial;
    if (shown != nullptr) {
      EXPECT_TRUE(Contains(text, std::string("[") + shown + "]")) << text;
    }
  }
  for (const std::string& line : Lines(help)) {
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
  }
}

}  // namespace
