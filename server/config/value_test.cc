// Values: which are taken, which are refused, and how that is told.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "server/config/config.h"
#include "server/config/internal.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

struct ValueCase {
  const char* option;
  const char* value;
  uint64_t expected;
};

uint64_t NumberOf(const Loaded& l, const char* option) {
  size_t index = h1_option_find(option, strlen(option));
  return h1_option_number(l.config.get(), &h1_options[index]);
}

TEST(ConfigValue, GoodOnesAreRead) {
  const ValueCase cases[] = {
      {"max-body-bytes", "0", 0},
      {"max-body-bytes", "1", 1},
      {"max-body-bytes", "2k", 2048},
      {"max-body-bytes", "2K", 2048},
      {"max-body-bytes", "3m", 3u << 20},
      {"max-body-bytes", "3M", 3u << 20},
      {"max-body-bytes", "5g", uint64_t{5} << 30},
      {"max-body-bytes", "5G", uint64_t{5} << 30},
      {"max-body-bytes", "00012", 12},
      {"max-body-bytes", "1048576G", uint64_t{1} << 50},
      {"max-header-bytes", "256", 256},
      {"max-header-bytes", "1G", 1u << 30},
      {"max-header-count", "65535", 65535},
      {"max-target-bytes", "1M", 1u << 20},
      {"max-memory", "none", 0},
      {"max-memory", "0", 0},
      {"max-memory", "1M", 1u << 20},
      {"buffer-memory", "64K", 64u << 10},
      {"body-min-rate", "none", 0},
      {"body-min-rate", "1K", 1024},
      {"queue-timeout", "1ms", 1},
      {"queue-timeout", "3", 3000},
      {"queue-timeout", "3s", 3000},
      {"queue-timeout", "3m", 180000},
      {"queue-timeout", "1440m", 86400000},
      {"drain-delay", "0", 0},
      {"drain-delay", "0ms", 0},
      {"drain-idle", "0", 0},
      {"drain-timeout", "0s", 0},
      {"workers", "1", 1},
      {"workers", "256", 256},
      {"unix-mode", "0600", 0600},
      {"unix-mode", "777", 0777},
      {"unix-mode", "0", 0},
      {"keepalive-requests", "4294967295", 4294967295u},
      {"blocking-threads", "1", 1},
      {"log-format", "json", H1_LOG_JSON},
      {"log-format", "combined", H1_LOG_COMBINED},
      {"symlinks", "beneath", H1_SYMLINKS_BENEATH},
      {"symlinks", "none", H1_SYMLINKS_NONE},
      {"symlinks", "all", H1_SYMLINKS_ALL},
  };
  for (const ValueCase& c : cases) {
    Loaded l = Load({std::string("--") + c.option, c.value});
    EXPECT_EQ(l.result, H1_CONFIG_OK) << l.message;
    EXPECT_EQ(NumberOf(l, c.option), c.expected) << c.option << " " << c.value;
  }
}

struct FaultCase {
  const char* option;
  std::string value;
  const char* fault; /* part of the message */
};

TEST(ConfigValue, BadOnesAreRefusedWithPlaceValueAndRange) {
  const FaultCase cases[] = {
      {"workers", "0", "'0' is too small; allowed: 1 to 256"},
      {"workers", "257", "'257' is too large; allowed: 1 to 256"},
      {"workers", "", "'' is not a whole number"},
      {"workers", "-1", "'-1' is not a whole number"},
      {"workers", "+1", "is not a whole number"},
      {"workers", " 1", "is not a whole number"},
      {"workers", "1 ", "is not a whole number"},
      {"workers", "1K", "is not a whole number"},
      {"workers", "0x10", "is not a whole number"},
      {"workers", "none", "is not a whole number"},
      {"workers", "18446744073709551616", "is too large"},
      {"workers", "99999999999999999999999", "is too large"},
      {"queue-size", "0", "is too small; allowed: 1 to 65536"},
      {"blocking-threads", "0", "is too small"},
      {"max-connections", "0", "is too small"},
      {"keepalive-requests", "0", "is too small"},
      {"keepalive-requests", "4294967296", "is too large"},
      {"max-header-bytes", "255", "is too small; allowed: 256 to 1G"},
      {"max-header-bytes", "1073741825", "is too large"},
      {"max-header-count", "0", "is too small; allowed: 1 to 65535"},
      {"max-header-count", "65536", "is too large"},
      {"max-target-bytes", "0", "is too small"},
      {"max-trailer-bytes", "1", "is too small; allowed: 2 to 1G"},
      {"max-body-bytes", "1.5M", "is not a size"},
      {"max-body-bytes", "M", "is not a size"},
      {"max-body-bytes", "1KB", "is not a size"},
      {"max-body-bytes", "1T", "is not a size"},
      {"max-body-bytes", "none", "is not a size"},
      {"max-body-bytes", "17179869184G", "is too large"},
      {"max-body-bytes", "18446744073709551615G", "is too large"},
      {"max-body-bytes", "18014398509481985K", "is too large"},
      {"max-memory", "1",
       "is too small; allowed: 1M to 1048576G (bytes, or "
       "with K, M, G), or none"},
      {"header-timeout", "0", "is too small; allowed: 1ms to 1440m"},
      {"header-timeout", "0.5s", "is not a time"},
      {"header-timeout", "5M", "is not a time"},
      {"header-timeout", "5h", "is not a time"},
      {"header-timeout", "86401", "is too large"},
      {"header-timeout", "18446744073709551615m", "is too large"},
      {"unix-mode", "8", "is not an octal number; allowed: 0000 to 0777"},
      {"unix-mode", "1000", "is too large"},
      {"log-format", "JSON", "is not known; allowed: json, combined"},
      {"log-format", "", "is not known"},
      {"symlinks", "yes", "is not known; allowed: beneath, none, all"},
      {"mime-types", "", "is empty"},
      {"server-name", "a\r\nX: y", "'a\\x0D\\x0AX: y' holds other"},
      {"server-name", "caf\xC3\xA9", "'caf\\xC3\\xA9' holds other"},
      {"server-name", " h1", "begins or ends with a space"},
      {"server-name", "h1 ", "begins or ends with a space"},
      {"server-name", std::string(256, 'x'), "is too long"},
      {"root", "", "'' is empty; allowed: a path"},
      {"root", "a\nb", "holds a control character"},
      {"root", std::string(4096, 'x'), "is too long"},
      {"access-log", "", "is empty"},
      {"config", "", "is empty"},
  };
  for (const FaultCase& c : cases) {
    Loaded l = Load({std::string("--") + c.option + "=" + c.value});
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << c.option << " " << c.value;
    EXPECT_TRUE(Contains(l.message, c.fault)) << l.message;
    EXPECT_EQ(l.message.find(std::string("--") + c.option + ": '"), 0u)
        << l.message;
    ExpectOneLine(l.message);
  }
}

TEST(ConfigValue, ASwitchAloneIsOnAndTakesNoNextArgument) {
  EXPECT_TRUE(Load({"--demo=off", "--demo"})->demo);
  EXPECT_TRUE(Load({"--demo=on"})->demo);
  EXPECT_TRUE(Load({})->precompressed);
  EXPECT_FALSE(Load({"--precompressed=off"})->precompressed);
  EXPECT_TRUE(Load({"--precompressed=off", "--precompressed"})->precompressed);
  EXPECT_FALSE(Load({"--demo", "--demo=off"})->demo);
  for (const char* value : {"--demo=", "--demo=yes", "--demo=1"}) {
    EXPECT_EQ(Load({value}).result, H1_CONFIG_BAD) << value;
  }
  EXPECT_EQ(Load({"--demo", "off"}).result, H1_CONFIG_BAD);
}

TEST(ConfigValue, ServerNameMayBeEmptyOrTheLongest) {
  EXPECT_STREQ(Load({"--server-name="})->server_name, "");
  std::string longest(255, '~');
  EXPECT_EQ(longest, Load({"--server-name", longest})->server_name);
  EXPECT_STREQ(Load({"--server-name=h1 (test)"})->server_name, "h1 (test)");
}

TEST(ConfigValue, LongValuesAreCutInMessages) {
  Loaded l = Load({"--workers=" + std::string(100000, '\x01')});
  EXPECT_TRUE(Contains(l.message, "\\x01...' is not a whole number"));
  ExpectOneLine(l.message);
}

TEST(ConfigValue, RangesAreReadableByThemselves) {
  for (size_t i = 0; i < h1_option_count; i++) {
    const h1_option& o = h1_options[i];
    EXPECT_TRUE(o.kind == H1_OPTION_FLAG || o.placeholder != nullptr) << o.name;
    EXPECT_LE(o.min, o.max) << o.name;
    EXPECT_EQ(h1_option_find(o.name, strlen(o.name)), i) << o.name;
    EXPECT_TRUE(o.width != 4 || o.max <= UINT32_MAX) << o.name;
  }
}

TEST(ConfigPath, RelativeOnesStartWhereTheUserStood) {
  Loaded l = Load({"--root=www", "--access-log", "log/a"}, {}, "/home/u/");
  EXPECT_STREQ(l->root, "/home/u/www");
  EXPECT_STREQ(l->access_log, "/home/u/log/a");
  EXPECT_STREQ(Load({"--root=/www"}, {}, "/home/u")->root, "/www");
  EXPECT_STREQ(Load({"--root=www"})->root, "www");
}

TEST(ConfigPath, SpecialLogTargetsAreNotPaths) {
  EXPECT_STREQ(Load({"--access-log=off"}, {}, "/b")->access_log, "off");
  EXPECT_STREQ(Load({"--access-log=-"}, {}, "/b")->access_log, "-");
  EXPECT_STREQ(Load({"--access-log=./off"}, {}, "/b")->access_log, "/b/./off");
}

TEST(ConfigPath, TooLongOnlyWithItsBaseIsRefused) {
  std::string longest(4095, 'p');
  EXPECT_EQ(Load({"--root=" + longest}).result, H1_CONFIG_OK);
  EXPECT_EQ(Load({"--root=" + longest}, {}, "/").result, H1_CONFIG_BAD);
  std::string base(5000, 'b');
  EXPECT_EQ(Load({"--root=x"}, {}, base.c_str()).result, H1_CONFIG_BAD);
  std::string room(4093, 'b');
  EXPECT_EQ(Load({"--root=x"}, {}, room.c_str()).result, H1_CONFIG_OK);
}

}  // namespace
