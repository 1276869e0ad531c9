// Values, command line, environment, and which of them wins.
#include "server/config/config.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>

#include "server/config/internal.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

// ---- defaults ----

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

// ---- values ----

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

TEST(ConfigValue, AdminFollowsDemoAndAdminListenUnlessGiven) {
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

// ---- addresses ----

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

// ---- paths ----

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

// ---- command line ----

TEST(ConfigArguments, TheLastOfAnOptionCountsAndListsGrow) {
  Loaded l =
      Load({"--workers=3", "--listen=:1", "--workers", "4", "--listen", ":2"});
  EXPECT_EQ(l->workers, 4u);
  ASSERT_EQ(l->listen_count, 2u);
  EXPECT_STREQ(l->listen[0], ":1");
  EXPECT_STREQ(l->listen[1], ":2");
}

TEST(ConfigArguments, FaultsNameTheArgument) {
  const std::pair<Strings, const char*> cases[] = {
      {{"--worker=3"}, "unknown option '--worker=3'"},
      {{"--Workers=3"}, "unknown option '--Workers=3'"},
      {{"--"
        "=3"},
       "unknown option '--=3'"},
      {{"-x"}, "unknown option '-x'"},
      {{"-help"}, "unknown option '-help'"},
      {{""}, "DIR: '' is empty"},
      {{"a\nb"}, "DIR: 'a\\x0Ab' holds a control character"},
      {{"x", "y"}, "unexpected argument 'y'"},
      {{"--", "x", "--check"}, "unexpected argument '--check'"},
      {{"-p"}, "option '-p' needs a value; allowed: 0 to 65535"},
      {{"-p", "65536"}, "-p: '65536' is not a port; allowed: 0 to 65535"},
      {{"-p", "-1"}, "-p: '-1' is not a port"},
      {{"-p", ":80"}, "-p: ':80' is not a port"},
      {{"-p", ""}, "-p: '' is not a port"},
      {{"-p", "08080000"}, "-p: '08080000' is not a port"},
      {{"--workers"}, "--workers: needs a value; allowed: 1 to 256"},
      {{"--check=yes"}, "value '--check=yes' for an option that takes none"},
      {{"--help="}, "value '--help=' for an option that takes none"},
  };
  for (const auto& [options, fault] : cases) {
    Loaded l = Load(options);
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << fault;
    EXPECT_EQ(l.message.find(fault), 0u) << l.message;
    ExpectOneLine(l.message);
  }
}

TEST(ConfigArguments, DoubleDashEndsOptions) {
  Loaded l = Load({"--check", "--"});
  EXPECT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_TRUE(l->check);
  Loaded dash = Load({"--", "--check"}, {}, "/base");
  EXPECT_EQ(dash.result, H1_CONFIG_OK) << dash.message;
  EXPECT_FALSE(dash->check);
  EXPECT_STREQ(dash->folder, "/base/--check");
}

TEST(ConfigArguments, ShortOptionsStandForLongOnes) {
  EXPECT_TRUE(Load({"-h", "--nonsense"})->help);
  EXPECT_TRUE(Load({"-V", "--nonsense"})->version);
  for (const Strings& options : {Strings{"-p", "9000"}, Strings{"-p9000"}}) {
    Loaded l = Load(options, {"H1_HTTPD_LISTEN=:1,:2"});
    ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
    ASSERT_EQ(l->listen_count, 1u) << "as --listen does";
    EXPECT_STREQ(l->listen[0], "127.0.0.1:9000");
  }
}

TEST(ConfigArguments, AnUnknownNameSuggestsTheNearest) {
  const std::pair<const char*, const char*> cases[] = {
      {"--lisen=:1", "listen"},
      {"--listne", "listen"},
      {"--worker", "workers"},
      {"--max-body-byte=3", "max-body-bytes"},
      {"--Workers=3", "workers"},
      {"--mounts", "mount"},
      {"--keep-alive-timeout=1", "keepalive-timeout"},
      {"--body-bytes", "max-body-bytes"},
      {"--chekc", "check"},
      {"--verison", "version"},
      {"--port=80", "listen"},
      {"--spa", "fallback"},
      {"--gzip", "precompressed"},
  };
  for (const auto& [option, nearest] : cases) {
    const std::string message = Load({option}).message;
    EXPECT_EQ(message, "unknown option '" + std::string(option) +
                           "'; allowed: the options of --help; did you mean "
                           "--" +
                           nearest + "?");
  }
  for (const char* option : {"--x", "--", "--=3", "--tls-certificate", "--q"}) {
    EXPECT_FALSE(Contains(Load({option, "y", "z"}).message, "did you mean"))
        << option;
  }
}

// ---- folders ----

TEST(ConfigFolder, IsAMountAtTheTopWithoutTheDemonstration) {
  Loaded l = Load({"site"}, {}, "/base");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  ASSERT_EQ(l->mounts.count, 1u);
  EXPECT_STREQ(h1_texts_at(&l->mounts, 0), "/=/base/site");
  EXPECT_FALSE(l->demo);
  EXPECT_STREQ(l->root, "none");
  EXPECT_EQ(l->admin, H1_ADMIN_LISTENER);
  Loaded demo = Load({"site", "--demo", "--mount=/docs=/d"});
  EXPECT_TRUE(demo->demo);
  EXPECT_EQ(demo->admin, H1_ADMIN_LISTENER);
  ASSERT_EQ(demo->mounts.count, 2u);
  EXPECT_EQ(Load({"site", "--admin=public"})->admin, H1_ADMIN_PUBLIC);
}

TEST(ConfigFolder, ContradictionsAreRefused) {
  for (const Strings& options :
       {Strings{"site", "--root=/r"}, Strings{"--root", "/r", "site"},
        Strings{"site", "--mount=/=/m"}}) {
    Loaded l = Load(options);
    EXPECT_EQ(l.result, H1_CONFIG_BAD);
    EXPECT_EQ(l.message.find("DIR: 'site' together with "), 0u) << l.message;
    ExpectOneLine(l.message);
  }
  EXPECT_EQ(Load({"site"}, {"H1_HTTPD_ROOT=/r"}).result, H1_CONFIG_BAD);
  EXPECT_EQ(Load({"site", "--root=none"}).result, H1_CONFIG_OK);
}

TEST(ConfigFolder, AMountAtTheTopMeansTheSame) {
  Loaded l = Load({"--mount=/=site"}, {}, "/base");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_STREQ(h1_texts_at(&l->mounts, 0), "/=/base/site");
  EXPECT_FALSE(l->demo);
  EXPECT_STREQ(l->root, "none");
  Loaded other = Load({"--mount=/docs=site"});
  EXPECT_TRUE(other->demo);
  EXPECT_STREQ(other->root, "/srv/static");
  EXPECT_EQ(other->admin, H1_ADMIN_PUBLIC);
}

TEST(ConfigMount, FaultsNameTheFormThatIsAllowed) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "is empty"},
      {"/docs", "has no '=' between prefix and folder"},
      {"docs=/d", "has a prefix that does not begin with '/'"},
      {"=/d", "has a prefix that does not begin with '/'"},
      {"/docs=", "has no folder"},
      {"//=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/a//b=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/a/../b=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/./b=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/a*=/d", "has a prefix that no request could name"},
      {"/{a}=/d", "has a prefix that no request could name"},
      {"/a?b=/d", "has a prefix that no request could name"},
      {"/a%2Fb=/d", "has a prefix that no request could name"},
      {"/a%00=/d", "has a prefix that no request could name"},
      {"/a%2e%2e=/d", "has a prefix that no request could name"},
      {"/a%4=/d", "has a prefix that no request could name"},
      {"/a%zz=/d", "has a prefix that no request could name"},
      {"/a b=/d", "has a prefix that no request could name"},
  };
  for (const auto& [value, fault] : cases) {
    Loaded l = Load({"--mount", value});
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << value;
    EXPECT_EQ(l.message, "--mount: '" + std::string(value) + "' " + fault +
                             "; allowed: /PREFIX=DIR");
  }
  EXPECT_EQ(Load({"--mount=/" + std::string(255, 'a') + "=/d"}).result,
            H1_CONFIG_BAD);
  EXPECT_EQ(Load({"--mount=/" + std::string(254, 'a') + "=/d"}).result,
            H1_CONFIG_OK);
}

TEST(ConfigMount, ListsGrowAndAreOneALineInTheEnvironment) {
  Loaded l = Load({"--mount=/a=/x", "--mount", "/b=y,z"}, {}, "/base");
  ASSERT_EQ(l->mounts.count, 2u);
  EXPECT_STREQ(h1_texts_at(&l->mounts, 1), "/b=/base/y,z");
  Loaded env = Load({}, {"H1_HTTPD_MOUNT=/a=x,y\n\n/b=/z=1\n"}, "/base");
  ASSERT_EQ(env.result, H1_CONFIG_OK) << env.message;
  ASSERT_EQ(env->mounts.count, 2u);
  EXPECT_STREQ(h1_texts_at(&env->mounts, 0), "/a=/base/x,y");
  EXPECT_STREQ(h1_texts_at(&env->mounts, 1), "/b=/z=1");
  Loaded both = Load({"--mount=/c=/d"}, {"H1_HTTPD_MOUNT=/a=/x"});
  ASSERT_EQ(both->mounts.count, 1u) << "a higher level replaces the list";
  EXPECT_STREQ(h1_texts_at(&both->mounts, 0), "/c=/d");
}

TEST(ConfigFiles, IndexesAreAListThatReplacesTheDefault) {
  Loaded l = Load({});
  ASSERT_EQ(l->indexes.count, 1u);
  EXPECT_STREQ(h1_texts_at(&l->indexes, 0), "index.html");
  Loaded two = Load({"--index=a,b.htm", "--index", "c"});
  ASSERT_EQ(two->indexes.count, 3u);
  EXPECT_STREQ(h1_texts_at(&two->indexes, 1), "b.htm");
  EXPECT_STREQ(h1_texts_at(&two->indexes, 2), "c");
  EXPECT_EQ(Load({"--index=none"})->indexes.count, 0u);
  EXPECT_EQ(Load({}, {"H1_HTTPD_INDEX=x,y"})->indexes.count, 2u);
  const std::string longest(63, 'x'), longer(64, 'x');
  EXPECT_EQ(Load({"--index=" + longest}).result, H1_CONFIG_OK);
  for (const std::string& value :
       {std::string(""), std::string("a,"), std::string("a/b"),
        std::string(".."), std::string("."), longer}) {
    Loaded bad = Load({"--index", value});
    EXPECT_EQ(bad.result, H1_CONFIG_BAD) << value;
    EXPECT_TRUE(Contains(bad.message, "; allowed: file names")) << bad.message;
  }
}

TEST(ConfigFiles, PagesAreBelowTheirFolderAndStayAsTheyAre) {
  Loaded l =
      Load({"--fallback=app/index.html", "--error-page=404=a=b.html",
            "--error-page", "503=/busy.html", "--clean-urls", "--hidden=on"},
           {}, "/base");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_STREQ(l->fallback, "app/index.html");
  ASSERT_EQ(l->error_pages.count, 2u);
  EXPECT_STREQ(h1_texts_at(&l->error_pages, 0), "404=a=b.html");
  EXPECT_TRUE(l->clean_urls && l->hidden);
  Loaded none = Load({});
  EXPECT_STREQ(none->fallback, "");
  EXPECT_FALSE(none->clean_urls || none->hidden);
  const std::pair<const char*, const char*> cases[] = {
      {"404.html", "is not STATUS=FILE"},
      {"404=", "is not STATUS=FILE"},
      {"", "is empty"},
      {"40=x.html", "is not STATUS=FILE"},
      {"405=x.html", "has a status whose page is built in"},
      {"416=x.html", "has a status whose page is built in"},
      {"4xx=x.html", "is not STATUS=FILE"},
      {"200=x.html", "is not STATUS=FILE"},
  };
  for (const auto& [value, fault] : cases) {
    Loaded bad = Load({"--error-page", value});
    EXPECT_EQ(bad.result, H1_CONFIG_BAD) << value;
    EXPECT_EQ(bad.message, "--error-page: '" + std::string(value) + "' " +
                               fault +
                               "; allowed: 404=FILE, 500=FILE or 503=FILE");
  }
}

TEST(ConfigMount, HasABoundForAllTogether) {
  Strings options;
  for (int i = 0; i < 5; i++) {
    options.push_back("--mount=/" + std::to_string(i) + "=/" +
                      std::string(4000, 'x'));
  }
  Loaded l = Load(options);
  EXPECT_EQ(l.result, H1_CONFIG_BAD);
  EXPECT_TRUE(Contains(l.message, "is too much: all values together have 16K"));
  options.pop_back();
  EXPECT_EQ(Load(options).result, H1_CONFIG_OK);
  EXPECT_EQ(Load({"--mount=/a=/" + std::string(4092, 'x')}).result,
            H1_CONFIG_BAD);
}

TEST(ConfigArguments, ActionsAreNoted) {
  Loaded l = Load({"--check", "--print-config", "--print-limits"});
  EXPECT_TRUE(l->check && l->print_config && l->print_limits);
  EXPECT_FALSE(l->help || l->version);
}

TEST(ConfigArguments, HelpAndVersionActWhereTheyStand) {
  Loaded help = Load({"--help", "--nonsense"}, {"H1_HTTPD_WORKERS=x"});
  EXPECT_EQ(help.result, H1_CONFIG_OK) << help.message;
  EXPECT_TRUE(help->help);
  EXPECT_TRUE(Load({"--version", "x"})->version);
  EXPECT_EQ(Load({"--nonsense", "--help"}).result, H1_CONFIG_BAD);
}

TEST(ConfigArguments, NoneAtAllIsFine) {
  h1_config c;
  char message[H1_CONFIG_MESSAGE_BYTES];
  char* none[] = {nullptr};
  EXPECT_EQ(h1_config_load(&c, 0, none, none, nullptr, nullptr, message),
            H1_CONFIG_OK);
  EXPECT_EQ(h1_config_load(&c, 0, none, nullptr, nullptr, nullptr, message),
            H1_CONFIG_OK);
}

// ---- environment ----

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

// ---- levels ----

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

// ---- while the server runs ----

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
