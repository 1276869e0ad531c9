// The files of tools/release/deploy: each time in them covers the sum that it
// must cover, as the server itself says what its options come to.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

std::string Deploy(const std::string& name) {
  const std::string text =
      ReadFileText(DataFile("tools/release/deploy/" + name));
  EXPECT_FALSE(text.empty()) << name;
  return text;
}

// The first match's first group; a failure when there is none.
std::string Find(const std::string& text, const std::string& pattern) {
  std::smatch match;
  const bool found = std::regex_search(text, match, std::regex(pattern));
  EXPECT_TRUE(found) << pattern;
  return found ? match[1].str() : "";
}

// "8s", "300ms", "45": in milliseconds.
int64_t Ms(const std::string& text) {
  absl::string_view digits = text;
  const int64_t unit = absl::ConsumeSuffix(&digits, "ms")  ? 1
                       : absl::ConsumeSuffix(&digits, "m") ? 60000
                                                           : 1000;
  absl::ConsumeSuffix(&digits, "s");
  int64_t value = -1;
  EXPECT_TRUE(absl::SimpleAtoi(digits, &value)) << "no time: " << text;
  return value * unit;
}

// What an option comes to in a server that is started so.
int64_t OptionMs(const Args& args, const Environment& env,
                 const std::string& option) {
  Command command;
  command.argv = {ServerBinary(), "--print-config"};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  command.env = env;
  const Finished done = RunProgram(command);
  EXPECT_EQ(done.exit, 0) << done.err;
  return Ms(Find(done.out, "(?:^|\n)" + option + " = ([0-9a-z]+)"));
}

int64_t DrainMs(const Args& args, const Environment& env = {}) {
  return OptionMs(args, env, "drain-delay") +
         OptionMs(args, env, "drain-timeout");
}

// What the process needs beside its deadlines: a timer that backs them up runs
// 250 ms later.
constexpr int64_t kSlackMs = 1000;

// ---- systemd ----

Args StartOf(const std::string& unit) {
  const std::string line = Find(unit, "\nExecStart=(.*)\n");
  Args args = absl::StrSplit(line, ' ', absl::SkipEmpty());
  EXPECT_EQ(args[0], "/usr/local/bin/httpd");
  args.erase(args.begin());
  for (std::string& arg : args) {
    if (arg == "--config=/etc/h1/httpd.conf") {
      arg = "--config=" + DataFile("tools/release/deploy/httpd.conf");
    }
  }
  return args;
}

TEST(Units, TimesCoverTheirSums) {
  for (const char* name : {"httpd.service", "httpd-direct.service"}) {
    const std::string unit = Deploy(name);
    EXPECT_GE(Ms(Find(unit, "\nTimeoutStopSec=(.*)\n")),
              DrainMs(StartOf(unit)) + kSlackMs)
        << name;
    EXPECT_EQ(Find(unit, "\nType=(.*)\n"), "notify");
    EXPECT_EQ(Find(unit, "\nSuccessExitStatus=(.*)\n"), "5");
    EXPECT_TRUE(
        absl::StrContains(unit, "\nExecReload=/bin/kill -HUP $MAINPID"));
    // Four pings in that time, each after a wait for every thread.
    EXPECT_GE(Ms(Find(unit, "\nWatchdogSec=(.*)\n")), 4000);
  }
}

// A service that is given up takes its socket along. While it waits for its
// next start, connections wait and do not trigger one.
TEST(Units, NoCrashAndNoWrongConfigurationClosesTheSocket) {
  for (const char* name : {"httpd.service", "httpd-direct.service"}) {
    const std::string unit = Deploy(name);
    const std::string before = unit.substr(0, unit.find("\n[Service]"));
    EXPECT_TRUE(absl::StrContains(before, "\nStartLimitIntervalSec=0")) << name;
    EXPECT_EQ(Find(unit, "\nRestart=(.*)\n"), "on-failure");
    EXPECT_GE(Ms(Find(unit, "\nRestartSec=(.*)\n")), 1000);
    EXPECT_FALSE(absl::StrContains(unit, "\nRestartPreventExitStatus="))
        << name;
  }
  EXPECT_EQ(Find(Deploy("httpd.socket"), "\nTriggerLimitIntervalSec=(.*)\n"),
            "0");
}

// What hardens one hardens the other; only the network differs.
TEST(Units, TheTwoServicesDifferOnlyWhereTheyMust) {
  const auto settings = [](const std::string& unit) {
    std::vector<std::string> lines;
    for (absl::string_view line : absl::StrSplit(unit, '\n')) {
      const bool differs = absl::StartsWith(line, "ExecStart=") ||
                           absl::StartsWith(line, "After=") ||
                           absl::StartsWith(line, "Requires=") ||
                           absl::StartsWith(line, "Wants=") ||
                           absl::StartsWith(line, "Also=") ||
                           absl::StartsWith(line, "PrivateNetwork=") ||
                           absl::StartsWith(line, "IPAddressDeny=") ||
                           absl::StartsWith(line, "RestrictAddressFamilies=");
      if (!line.empty() && line[0] != '#' && !differs) {
        lines.emplace_back(line);
      }
    }
    return lines;
  };
  EXPECT_EQ(settings(Deploy("httpd.service")),
            settings(Deploy("httpd-direct.service")));
}

TEST(Units, TheServiceTakesTheSocketsOfItsSocketUnit) {
  EXPECT_TRUE(
      absl::StrContains(Deploy("httpd.service"), "--listen=systemd:*\n"));
  EXPECT_FALSE(absl::StrContains(Deploy("httpd.socket"), "Accept=yes"));
}

// At most 0.5 for what systemd gives its sockets, 1.2 for what binds its own;
// --threshold is in tenths. By systemd 252: others count differently.
TEST(Units, AreAsHardenedAsTheySay) {
  const std::string analyze = FindProgram("systemd-analyze");
  if (analyze.empty()) {
    GTEST_SKIP() << "SKIPPED: it needs the Debian package systemd";
  }
  Command version;
  version.argv = {analyze, "--version"};
  const std::string says = RunProgram(version).out;
  if (!absl::StartsWith(says, "systemd 252 ")) {
    GTEST_SKIP() << "SKIPPED: the figures are those of systemd 252, not of "
                 << says.substr(0, says.find('\n'));
  }
  const struct {
    const char *unit, *tenths;
  } rows[] = {{"httpd.service", "5"}, {"httpd-direct.service", "12"}};
  for (const auto& row : rows) {
    Command command;
    command.argv = {analyze,
                    "security",
                    "--offline=yes",
                    "--no-pager",
                    absl::StrCat("--threshold=", row.tenths),
                    DataFile(absl::StrCat("tools/release/deploy/", row.unit))};
    const Finished done = RunProgram(command);
    EXPECT_EQ(done.exit, 0) << done.out << done.err;
    EXPECT_TRUE(absl::StrContains(done.out, "Overall exposure")) << done.out;
  }
}

// The server's sandbox is required, so the unit's own hardening must leave it
// the calls that it is made of.
class WithinItsUnit : public testing::TestWithParam<const char*> {
 protected:
  // In a folder that any user reaches.
  void SetUp() override {
    for (const char* program : {"python3", "cc", "systemd-analyze"}) {
      if (FindProgram(program).empty()) {
        GTEST_SKIP() << "SKIPPED: it needs " << program;
      }
    }
    if (ServerIsSanitized()) GTEST_SKIP() << "SKIPPED: it has no sandbox";
    char name[] = "/tmp/h1_unit_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    ASSERT_EQ(chmod(name, 0755), 0);
    std::ofstream(folder_ + "/httpd.conf") << Deploy("httpd.conf");
  }
  void TearDown() override {
    unlink((folder_ + "/httpd.conf").c_str());
    rmdir(folder_.c_str());
  }
  // `passed`: the socket that systemd passes, or -1.
  Command Start(const std::string& unit, int passed, const Args& more) const {
    const std::string socket = passed < 0 ? "" : absl::StrCat(" 3<&", passed);
    Command command;
    command.argv = {"/bin/sh",
                    "-c",
                    "exec \"$0\" \"$@\"" + socket,
                    FindProgram("python3"),
                    DataFile("tools/release/deploy/try_unit"),
                    unit,
                    ServerBinary(),
                    "--config=" + folder_ + "/httpd.conf",
                    "--mount=/=/usr/share"};
    command.argv.insert(command.argv.end(), more.begin(), more.end());
    return command;
  }

  std::string folder_;
};

TEST_P(WithinItsUnit, TheServerServesInItsSandbox) {
  const std::string unit = absl::StrCat("tools/release/deploy/", GetParam());
  const bool is_passed = absl::StrContains(Deploy(GetParam()), "systemd:*");
  const int passed = is_passed ? socket(AF_INET, SOCK_STREAM, 0) : -1;
  if (is_passed) ASSERT_EQ(listen(passed, 16), 0);  // on a free port
  Process server(
      Start(DataFile(unit), passed,
            {is_passed ? "--listen=systemd:*" : "--listen=127.0.0.1:0",
             "--drain-idle=0"}));
  int port = 0;
  ASSERT_TRUE(WaitUntil([&] {
    std::smatch match;
    const std::string err = server.Err();
    const std::regex begins("listening on [0-9.]+:([0-9]+);");
    if (!std::regex_search(err, match, begins)) return !server.Running();
    return absl::SimpleAtoi(match[1].str(), &port);
  })) << server.Err();
  const std::string err = server.Err();
  EXPECT_TRUE(absl::StrContains(err, "landlock")) << err;
  EXPECT_FALSE(absl::StrContains(err, "as root")) << err;
  EXPECT_EQ(Client(port).Get("/_health").status, 200);
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait().value_or(-1), 0) << server.Err();
  if (is_passed) close(passed);
}

// And that this is not because nothing is in force.
TEST_P(WithinItsUnit, WithoutThoseCallsItDoesNotStart) {
  const std::string path = folder_ + "/unit";
  std::string text = Deploy(GetParam());
  const std::regex calls("\nSystemCallFilter=landlock.*\n");
  ASSERT_TRUE(std::regex_search(text, calls));
  std::ofstream(path) << std::regex_replace(text, calls, "\n");
  const Finished done = RunProgram(Start(path, -1, {"--print-sandbox"}));
  unlink(path.c_str());
  EXPECT_EQ(done.exit, 1) << done.out;
  EXPECT_TRUE(absl::StrContains(done.err, "--sandbox=require: no landlock"))
      << done.err;
}

INSTANTIATE_TEST_SUITE_P(Units, WithinItsUnit,
                         testing::Values("httpd.service",
                                         "httpd-direct.service"));

// ---- containers ----

// From "NAME=VALUE" pairs of the ENV instruction.
Environment EnvironmentOf(const std::string& dockerfile) {
  Environment env;
  const std::regex pair("(H1_HTTPD_[A-Z_]+)=([^ \\\\\n]+)");
  const std::string from = dockerfile.substr(dockerfile.find("\nENV "));
  for (std::sregex_iterator it(from.begin(), from.end(), pair), end; it != end;
       ++it) {
    env.emplace_back((*it)[1], (*it)[2]);
  }
  return env;
}

TEST(Image, EndsBeforeDockerKillsIt) {
  const std::string file = Deploy("Dockerfile");
  const Environment env = EnvironmentOf(file);
  EXPECT_GE(env.size(), 3u);
  EXPECT_LE(DrainMs({}, env) + kSlackMs, 10000) << "what docker stop gives";
  EXPECT_TRUE(absl::StrContains(file, "\nFROM scratch\n"));
  EXPECT_TRUE(absl::StrContains(file, "\nUSER 65532:65532\n"));
  EXPECT_TRUE(absl::StrContains(file, "CMD [\"/httpd\", \"--healthcheck\"]"));
  // --healthcheck answers within two seconds, whatever the server does.
  EXPECT_GT(Ms(Find(file, "--timeout=([0-9a-z]+)")), 2000);
}

TEST(Kubernetes, TimesCoverTheirSums) {
  const std::string file = Deploy("kubernetes.yaml");
  Args args;
  const std::string list = Find(file, "\n +args: \\[(.*)\\]");
  for (absl::string_view arg : absl::StrSplit(list, ", ")) {
    absl::ConsumePrefix(&arg, "\"");
    absl::ConsumeSuffix(&arg, "\"");
    args.emplace_back(arg);
  }
  EXPECT_EQ(OptionMs(args, {}, "drain-delay"), 5000);
  EXPECT_EQ(Find(file, "terminationGracePeriodSeconds: ([0-9]+)"), "45");
  EXPECT_GE(45000, DrainMs(args) + kSlackMs);
  // Before the delay is over, the pod counts as not ready.
  const std::string ready = file.substr(file.find("readinessProbe:"));
  const int64_t period = Ms(Find(ready, "periodSeconds: ([0-9]+)"));
  const int64_t failures = Ms(Find(ready, "failureThreshold: ([0-9]+)")) / 1000;
  const int64_t timeout = Ms(Find(ready, "timeoutSeconds: ([0-9]+)"));
  EXPECT_LT(period * failures + timeout, OptionMs(args, {}, "drain-delay"));
  EXPECT_TRUE(absl::StrContains(file, "path: /_health,"));
  EXPECT_TRUE(absl::StrContains(file, "path: \"/_health?live\""));
}

// The limit of memory there holds what the server reserves.
TEST(Kubernetes, TheMemoryHoldsTheServer) {
  const std::string mebi =
      Find(Deploy("kubernetes.yaml"), "limits: \\{memory: ([0-9]+)Mi\\}");
  Command command;
  command.argv = {ServerBinary(), "--print-limits", "--workers=4",
                  absl::StrCat("--max-memory=", mebi, "M")};
  const Finished done = RunProgram(command);
  EXPECT_EQ(done.exit, 0) << done.err;
}

// ---- fronts ----

// The keep-alive time of a front is shorter than the server's, so that no
// request meets a connection that the server is closing.
TEST(Fronts, TheServerIsNotTheOneWhoClosesFirst) {
  const int64_t ours = OptionMs({}, {}, "keepalive-timeout");
  EXPECT_LT(Ms(Find(Deploy("nginx.conf"), " keepalive_timeout ([0-9a-z]+);")),
            ours);
  EXPECT_LT(
      Ms(Find(Deploy("haproxy.cfg"), "timeout http-keep-alive ([0-9a-z]+)")),
      ours);
}

// A stopping server accepts for 1.2 s: by then no front sends it new
// connections. One that hangs is out within the three seconds that the file
// promises.
TEST(Fronts, HaproxyNoticesInTime) {
  const std::string file = Deploy("haproxy.cfg");
  const int64_t inter = Ms(Find(file, "check inter ([0-9a-z]+)"));
  const int64_t fall = Ms(Find(file, " fall ([0-9]+)")) / 1000;
  const int64_t check = Ms(Find(file, "timeout check ([0-9a-z]+)"));
  EXPECT_LT(inter * fall, 1200);
  EXPECT_LE((inter + check) * fall, 3000);
}

TEST(Fronts, NginxHasItsTimes) {
  const std::string file = Deploy("nginx.conf");
  EXPECT_EQ(Ms(Find(file, "proxy_read_timeout ([0-9a-z]+);")), 10000);
  EXPECT_GE(Ms(Find(file, "proxy_next_upstream_timeout ([0-9a-z]+);")),
            2 * Ms(Find(file, "proxy_read_timeout ([0-9a-z]+);")));
}

}  // namespace
}  // namespace h1_test
