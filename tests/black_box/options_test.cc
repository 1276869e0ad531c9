// Options, environment and file: which outranks which, and that every error is
// one line that names its culprit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kOk = 0, kUsage = 2, kBind = 3;

// Runs the server with these options alone; it is expected to end by itself.
Finished RunServer(const Args& args, const Environment& env = {},
                   const std::string& dir = "") {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  command.env = env;
  command.dir = dir;
  return RunProgram(command);
}

size_t LineCount(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

void ExpectUsageError(const Finished& done, const std::string& culprit) {
  EXPECT_EQ(done.exit, kUsage) << done.err;
  EXPECT_EQ(done.out, "");
  EXPECT_EQ(LineCount(done.err), 1u) << done.err;
  EXPECT_TRUE(absl::StrContains(done.err, culprit)) << done.err;
}

// The value of `key` in the text that --print-config prints, without its
// origin.
std::string Printed(const std::string& text, const std::string& key,
                    std::string* origin = nullptr) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, key + " = ")) continue;
    const std::vector<absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits("  # ", 1));
    if (origin != nullptr && parts.size() == 2) *origin = std::string(parts[1]);
    return std::string(absl::StripAsciiWhitespace(parts[0]));
  }
  return "(none)";
}

TEST(Options, HelpGoesToStandardOutputAndNamesEveryOption) {
  const Finished done = RunServer({"--help"});
  EXPECT_EQ(done.exit, kOk);
  EXPECT_EQ(done.err, "");
  for (const char* name : {"--listen",
                           "--admin-listen",
                           "--admin",
                           "--demo",
                           "--root",
                           "--workers",
                           "--queue-size",
                           "--queue-timeout",
                           "--keepalive-timeout",
                           "--keepalive-requests",
                           "--header-timeout",
                           "--body-timeout",
                           "--body-min-rate",
                           "--write-timeout",
                           "--drain-delay",
                           "--drain-timeout",
                           "--max-header-bytes",
                           "--max-header-count",
                           "--max-target-bytes",
                           "--max-body-bytes",
                           "--max-request-bytes",
                           "--max-trailer-bytes",
                           "--max-connections",
                           "--max-memory",
                           "--server-name",
                           "--access-log",
                           "--log-format",
                           "--config",
                           "--check",
                           "--print-config",
                           "--print-limits",
                           "--help",
                           "--version"}) {
    EXPECT_TRUE(absl::StrContains(done.out, name)) << name;
  }
}

TEST(Options, VersionIsOneLine) {
  const Finished done = RunServer({"--version"});
  EXPECT_EQ(done.exit, kOk);
  EXPECT_EQ(LineCount(done.out), 1u) << done.out;
  EXPECT_TRUE(absl::StartsWith(done.out, "httpd ")) << done.out;
}

TEST(Options, CheckSaysNothingWhenAllIsWell) {
  TempDir root;
  const Finished done =
      RunServer({"--check", "--root", root.path(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(done.exit, kOk) << done.err;
  ExpectUsageError(RunServer({"--check", "--workers", "many"}), "--workers");
}

// What the start would say, with the exit status it would have; and
// nothing stays.
TEST(Options, CheckFindsWhatTheStartWouldFind) {
  TempDir dir;
  Server server;
  const std::string taken = absl::StrCat("127.0.0.1:", server.port());
  const std::string twice = "unix:" + dir.File("twice");
  struct {
    Args args;
    int exit;
    std::string culprit;
  } const kRows[] = {
      {{"--access-log", "/nonexistent/x"}, kUsage, "/nonexistent/x"},
      {{"--listen", "unix:/nonexistent/s"}, kBind, "/nonexistent/s"},
      {{"--listen", taken}, kBind, taken},
      {{"--admin-listen", taken}, kBind, taken},
      {{"--listen", twice, "--admin-listen", twice}, kBind, twice},
      {{"--listen", "name.invalid:80"}, kBind, "name.invalid:80"},
      {{"--listen", "192.0.2.1:80"}, kBind, "192.0.2.1:80"},
      {{"--max-memory", "1M"}, kUsage, "--max-memory"},
      {{"--root", "/nonexistent"}, kUsage, "/nonexistent"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(testing::PrintToString(row.args));
    Args args = {"--root", dir.path(), "--listen", "127.0.0.1:0"};
    args.insert(args.end(), row.args.begin(), row.args.end());
    const Finished start = RunServer(args);
    args.push_back("--check");
    const Finished check = RunServer(args);
    EXPECT_EQ(check.exit, row.exit) << check.err;
    EXPECT_EQ(start.exit, row.exit) << start.err;
    EXPECT_EQ(check.err, start.err);
    EXPECT_TRUE(absl::StrContains(check.err, row.culprit)) << check.err;
  }
  EXPECT_EQ(RunServer({"--check", "--root", dir.path(), "--listen", twice,
                       "--access-log", dir.File("log")})
                .exit,
            kOk);
  EXPECT_NE(access(dir.File("log").c_str(), F_OK), 0);
  EXPECT_NE(access(dir.File("twice").c_str(), F_OK), 0);
}

TEST(Options, PrintLimitsPrintsTheSum) {
  TempDir root;
  const Finished done = RunServer({"--print-limits", "--root", root.path()});
  EXPECT_EQ(done.exit, kOk) << done.err;
  EXPECT_TRUE(absl::StrContains(done.out, "memory")) << done.out;
  EXPECT_THAT(done.out, testing::ContainsRegex("[0-9]"));
}

TEST(Options, EveryErrorIsOneLineThatNamesTheCulprit) {
  struct {
    Args args;
    const char* culprit;
  } const kRows[] = {
      {{"--nonsense"}, "--nonsense"},
      {{"--nonsense=1"}, "--nonsense"},
      {{"-x"}, "-x"},
      {{"argument"}, "argument"},
      {{"--workers"}, "--workers"},
      {{"--workers", ""}, "--workers"},
      {{"--workers", "0"}, "--workers"},
      {{"--workers", "-1"}, "--workers"},
      {{"--workers", "1000000"}, "--workers"},
      {{"--workers=two"}, "--workers"},
      {{"--workers", "2x"}, "--workers"},
      {{"--workers", "99999999999999999999999"}, "--workers"},
      {{"--queue-size", "x"}, "--queue-size"},
      {{"--queue-timeout", "5h"}, "--queue-timeout"},
      {{"--max-connections", "0"}, "--max-connections"},
      {{"--max-body-bytes", "1T"}, "--max-body-bytes"},
      {{"--max-body-bytes", "1.5M"}, "--max-body-bytes"},
      {{"--max-body-bytes", "99999999999999999999"}, "--max-body-bytes"},
      {{"--max-body-bytes", "17179869184G"}, "--max-body-bytes"},
      {{"--max-header-bytes", "0"}, "--max-header-bytes"},
      {{"--header-timeout", "soon"}, "--header-timeout"},
      {{"--header-timeout", "0"}, "--header-timeout"},
      {{"--keepalive-timeout", "1d"}, "--keepalive-timeout"},
      {{"--listen", "nonsense"}, "--listen"},
      {{"--listen", "127.0.0.1"}, "--listen"},
      {{"--listen", "127.0.0.1:x"}, "--listen"},
      {{"--listen", "127.0.0.1:65536"}, "--listen"},
      {{"--listen", "::1:80"}, "--listen"},
      {{"--listen", "[::1"}, "--listen"},
      {{"--listen", "unix:"}, "--listen"},
      {{"--listen", "unix:/" + std::string(200, 'x')}, "--listen"},
      {{"--admin-listen", "x"}, "--admin-listen"},
      {{"--log-format", "xml"}, "--log-format"},
      {{"--server-name", "a\r\nX: y"}, "--server-name"},
      {{"--unix-mode", "999"}, "--unix-mode"},
      {{"--help=yes"}, "--help"},
      {{"--config", "/does/not/exist"}, "/does/not/exist"},
      {{"--root", ""}, "--root"},
      {{"--max-memory", "x"}, "--max-memory"},
      {{"--root", "/does/not/exist"}, "--root /does/not/exist"},
      {{"--symlinks", "yes"}, "--symlinks"},
      {{"--root", "/tmp", "--mime-types", "/does/not/exist"},
       "--mime-types /does/not/exist"},
      {{"--root", "/tmp", "--mime-types", ServerBinary()}, "--mime-types"},
      {{"--root", "/tmp", "--charset", "utf 8"}, "--charset"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(testing::PrintToString(row.args));
    ExpectUsageError(RunServer(row.args), row.culprit);
  }
}

TEST(Options, EveryErrorOfTheEnvironmentNamesTheVariable) {
  ExpectUsageError(RunServer({}, {{"H1_HTTPD_WORKERS", "many"}}),
                   "H1_HTTPD_WORKERS");
  ExpectUsageError(RunServer({}, {{"H1_HTTPD_MAX_BODY_BYTES", "-1"}}),
                   "H1_HTTPD_MAX_BODY_BYTES");
  // Unknown names may be someone else's.
  TempDir root;
  EXPECT_EQ(RunServer({"--check", "--root", root.path(), "--listen", ":0"},
                      {{"H1_HTTPD_SOMETHING_ELSE", "x"}})
                .exit,
            kOk);
}

TEST(Options, EveryErrorOfTheFileNamesThePlace) {
  TempDir dir;
  struct {
    const char* text;
    const char* place;
  } const kRows[] = {
      {"workers = many\n", ":1: "},
      {"# a comment\n\nnonsense = 1\n", ":3: "},
      {"workers\n", ":1: "},
      {"workers = 2\nworkers 3\n", ":2: "},
      {"config = other\n", ":1: "},
      {"help = yes\n", ":1: "},
      {"server-name = a\x01\n", ":1: "},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    dir.Write("httpd.conf", row.text);
    const Finished done = RunServer({"--config", dir.File("httpd.conf")});
    ExpectUsageError(done, absl::StrCat("httpd.conf", row.place));
  }
  dir.MakeDir("folder");
  ExpectUsageError(RunServer({"--config", dir.File("folder")}), "folder");
}

TEST(Options, CommandLineOutranksEnvironmentOutranksFile) {
  TempDir dir;
  dir.Write("httpd.conf",
            "# sizes and times\n"
            "max-body-bytes = 1K\nkeepalive-requests = 11\n"
            "queue-size=7\nheader-timeout = 1500ms\nroot = .\n");
  const Args args = {"--print-config", "--config", dir.File("httpd.conf"),
                     "--queue-size", "9"};
  const Environment env = {{"H1_HTTPD_KEEPALIVE_REQUESTS", "12"},
                           {"H1_HTTPD_QUEUE_SIZE", "8"}};
  const Finished done = RunServer(args, env, dir.path());
  ASSERT_EQ(done.exit, kOk) << done.err;
  struct {
    const char* key;
    const char* value;
    const char* origin;
  } const kRows[] = {
      {"max-body-bytes", "1K", "file"},
      {"keepalive-requests", "12", "environment"},
      {"queue-size", "9", "option"},
      {"header-timeout", "1500ms", "file"},
      {"workers", "", "default"},
      {"server-name", "h1", "default"},
      {"listen", "127.0.0.1:8080", "default"},
      {"max-header-bytes", "16K", "default"},
      {"max-target-bytes", "8K", "default"},
      {"max-header-count", "100", "default"},
      {"max-trailer-bytes", "4K", "default"},
      {"keepalive-timeout", "75s", "default"},
      {"body-timeout", "30s", "default"},
      {"body-min-rate", "500", "default"},
      {"write-timeout", "30s", "default"},
      {"queue-timeout", "1s", "default"},
      {"drain-timeout", "30s", "default"},
      {"max-connections", "4096", "default"},
      {"access-log", "-", "default"},
      {"log-format", "json", "default"},
  };
  for (const auto& row : kRows) {
    std::string origin;
    const std::string value = Printed(done.out, row.key, &origin);
    if (*row.value != '\0') {
      EXPECT_EQ(value, row.value) << row.key;
    }
    EXPECT_EQ(origin, row.origin) << row.key << "\n" << done.out;
  }
}

TEST(Options, ARepeatableOptionReplacesThoseOfLowerLevels) {
  TempDir dir;
  dir.Write("httpd.conf", "listen = 127.0.0.1:1\nlisten = 127.0.0.1:2\n");
  const Args file = {"--print-config", "--config", dir.File("httpd.conf"),
                     "--root", dir.path()};
  const Finished lower = RunServer(file);
  EXPECT_TRUE(absl::StrContains(lower.out, "listen = 127.0.0.1:1 "));
  EXPECT_TRUE(absl::StrContains(lower.out, "listen = 127.0.0.1:2 "));
  Args both = file;
  both.insert(both.end(), {"--listen", "127.0.0.1:3", "--listen", ":4"});
  const Finished higher = RunServer(both);
  EXPECT_FALSE(absl::StrContains(higher.out, "listen = 127.0.0.1:1 "));
  EXPECT_TRUE(absl::StrContains(higher.out, "listen = 127.0.0.1:3 "));
  EXPECT_TRUE(absl::StrContains(higher.out, "listen = :4 "));
}

TEST(Options, WhatIsPrintedCanBeReadBack) {
  TempDir dir;
  const Finished first = RunServer({"--print-config", "--workers", "3",
                                    "--root", dir.path(), "--server-name", ""});
  ASSERT_EQ(first.exit, kOk);
  dir.Write("again.conf", first.out);
  const Finished second =
      RunServer({"--print-config", "--config", dir.File("again.conf")});
  EXPECT_EQ(second.exit, kOk) << second.err;
  EXPECT_EQ(Printed(second.out, "workers"), "3");
  EXPECT_EQ(Printed(second.out, "server-name"),
            Printed(first.out, "server-name"));
}

TEST(Options, RelativePathsStartWhereTheUserStands) {
  TempDir dir;
  dir.Write("files/a.txt", "text");
  // The server is started elsewhere, as `bazel run` does it.
  Server server({"--root", "files"}, {{"BUILD_WORKING_DIRECTORY", dir.path()}});
  EXPECT_EQ(server.Connect().Get("/static/a.txt").body, "text");
}

TEST(Options, OptionsTakeEffectFromEnvironmentAndFile) {
  TempDir dir;
  dir.Write("httpd.conf", "max-body-bytes = 10\n");
  Server server({"--config", dir.File("httpd.conf")},
                {{"H1_HTTPD_SERVER_NAME", "by environment"}});
  Client client = server.Connect();
  EXPECT_EQ(client.Get("/").Field("Server"), "by environment");
  EXPECT_EQ(client.Exchange("POST", "/submit", "", "0123456789x").status, 413);
}

}  // namespace
}  // namespace h1_test
