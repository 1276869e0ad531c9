// The command line.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "server/config/config.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

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

}  // namespace
