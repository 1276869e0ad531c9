// The text of config files, and what --print-config and --help write.
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>

#include <cstring>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "server/config/config.h"
#include "server/config/internal.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

Loaded ReadText(const std::string& text) {
  Loaded l;
  char message[H1_CONFIG_MESSAGE_BYTES];
  // An exact-size block, so that reading past the end faults under ASan.
  std::unique_ptr<char[]> exact(new char[text.size()]);
  memcpy(exact.get(), text.data(), text.size());
  l.result = h1_config_read_text(l.config.get(), "f.conf", exact.get(),
                                 text.size(), message);
  l.message = message;
  return l;
}

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

// ---- file ----

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

TEST(ConfigFile, FaultsNameTheFileOrWhoNamedIt) {
  TempFile bad("\nworkers = x\n");
  Loaded l = Load({"--config=" + bad.path()});
  EXPECT_TRUE(Contains(l.message, ":2: workers: 'x' is not")) << l.message;
  Loaded gone = Load({"--config", "/nonexistent/h1"});
  EXPECT_EQ(gone.message,
            "--config: cannot read '/nonexistent/h1': No such file or "
            "directory");
  Loaded folder = Load({"--config=/"});
  EXPECT_EQ(folder.message, "--config: cannot read '/': Is a directory");
}

TEST(ConfigFile, OneMegabyteIsReadAndNoMore) {
  std::string line = std::string(1023, '#') + "\n";
  std::string text;
  for (int i = 0; i < 1024; i++) text += line;
  TempFile largest(text);
  EXPECT_EQ(Load({"--config=" + largest.path()}).result, H1_CONFIG_OK);
  TempFile larger(text + "\n");
  Loaded l = Load({"--config=" + larger.path()});
  EXPECT_EQ(l.result, H1_CONFIG_BAD);
  EXPECT_TRUE(Contains(l.message, "it is larger than 1M")) << l.message;
}

TEST(ConfigFile, RelativeNamesStartWhereTheUserStood) {
  TempFile file("workers = 5\nroot = www\n");
  size_t slash = file.path().rfind('/');
  std::string dir = file.path().substr(0, slash);
  Loaded l =
      Load({"--config=" + file.path().substr(slash + 1)}, {}, dir.c_str());
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_EQ(file.path(), l->config_file);
  EXPECT_EQ(l->root, dir + "/www");
}

// ---- printing ----

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
