// The sandbox from outside: what a start says of it, who it runs as, kernels
// that lack a layer, and that all of the server's work goes on in it. What is
// tried from inside is in server/sandbox/sandbox_test.cc.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kFailure = 1, kUsage = 2;

Finished RunServer(const Args& args, void (*prepare)() = nullptr) {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  command.prepare = prepare;
  return RunProgram(command);
}

// "Seccomp:\t2" of /proc/PID/status, for example.
std::string StatusOf(const std::string& folder, const std::string& name) {
  for (absl::string_view line :
       absl::StrSplit(ReadFileText(folder + "/status"), '\n')) {
    if (absl::ConsumePrefix(&line, name + ":\t")) return std::string(line);
  }
  return "";
}

std::string ProcOf(Server& server) {
  return absl::StrCat("/proc/", server.process().pid());
}

class Sandbox : public testing::Test {
 protected:
  void SetUp() override {
    if (SandboxOfTests() != "require") {
      GTEST_SKIP() << "the kernel lacks a layer, or a sanitizer is built in";
    }
  }
};

TEST_F(Sandbox, WhatHoldsIsSaidAndHoldsForEveryThread) {
  Server server({"--demo"});
  EXPECT_THAT(server.start_line(), HasSubstr("no_new_privs, landlock "));
  EXPECT_THAT(server.start_line(), HasSubstr(", seccomp"));
  EXPECT_THAT(server.start_line(), Not(HasSubstr("no landlock")));
  const Json said = server.Metrics()["sandbox"];
  EXPECT_GE(said["landlock"].number, 1);
  for (const char* layer :
       {"capabilities_dropped", "no_new_privs", "seccomp"}) {
    EXPECT_TRUE(said[layer].boolean) << layer;
  }
  EXPECT_EQ(said["root"].boolean, geteuid() == 0);
  size_t threads = 0;
  for (const auto& task :
       std::filesystem::directory_iterator(ProcOf(server) + "/task")) {
    threads++;
    const std::string path = task.path();
    EXPECT_EQ(StatusOf(path, "Seccomp"), "2");
    EXPECT_EQ(StatusOf(path, "NoNewPrivs"), "1");
    EXPECT_EQ(StatusOf(path, "CapEff"),
              geteuid() == 0 ? "0000000000000004" : "0000000000000000");
    EXPECT_EQ(StatusOf(path, "CapPrm"), StatusOf(path, "CapEff"));
  }
  EXPECT_GT(threads, 4u);
  EXPECT_GT(server.Metrics()["memory"]["resident"].number, 0);
}

TEST_F(Sandbox, OffIsOff) {
  Server server({"--sandbox", "off"});
  EXPECT_THAT(server.start_line(), HasSubstr("sandbox off"));
  EXPECT_EQ(StatusOf(ProcOf(server), "Seccomp"), "0");
  EXPECT_EQ(StatusOf(ProcOf(server), "NoNewPrivs"), "0");
}

TEST_F(Sandbox, ItIsPrinted) {
  TempDir dir;
  dir.MakeDir("app/releases/1");
  dir.Symlink("app/current", "releases/1");
  dir.MakeDir("log");
  const Finished done = RunServer({"--sandbox=require", "--print-sandbox",
                                   "--root", dir.File("app/current"),
                                   "--access-log", dir.File("log/access"),
                                   "--listen", "unix:" + dir.File("s.sock")});
  EXPECT_EQ(done.exit, 0) << done.err;
  for (const std::string& part :
       {absl::StrCat("read ", dir.File("app/"), "\n"),
        absl::StrCat("write ", dir.File("log/"), "\n"),
        absl::StrCat("remove ", dir.path(), "/\n"),
        std::string("no_new_privs    yes\n"), std::string("seccomp  "),
        std::string("ABI 4 (Linux 6.7)")}) {
    EXPECT_THAT(done.out, HasSubstr(part));
  }
  EXPECT_NE(access(dir.File("s.sock").c_str(), F_OK), 0) << "nothing is bound";
}

// There is no folder but / that holds it.
TEST_F(Sandbox, ARootInTheTopFolderIsSaidToNeedARestart) {
  Server server({"--root", "/usr"});
  EXPECT_THAT(server.start_line(), HasSubstr("need a restart"));
  Server other;
  EXPECT_THAT(other.start_line(), Not(HasSubstr("need a restart")));
}

// A rule for it would let every file be written.
TEST_F(Sandbox, ALogInTheTopFolderIsRefusedOrSaid) {
  const Args args = {"--access-log=/h1-test.log", "--root=none",
                     "--print-sandbox"};
  Args require = args, tries = args;
  require.push_back("--sandbox=require");
  const Finished refused = RunServer(require);
  EXPECT_EQ(refused.exit, kFailure);
  EXPECT_THAT(refused.err,
              HasSubstr("--sandbox=require: no bound on what is written: "
                        "--access-log lies in '/'"));
  tries.push_back("--sandbox=try");
  const Finished tried = RunServer(tries);
  EXPECT_EQ(tried.exit, 0) << tried.err;
  EXPECT_THAT(tried.out, HasSubstr("no bound on what is written ("));
}

// Somebody asked for every link, wherever it leads.
TEST_F(Sandbox, AllLinksAreFollowedWhereThatIsAsked) {
  TempDir dir, other;
  other.Write("file", "from elsewhere");
  dir.Symlink("link", other.File("file"));
  Server server({"--root", dir.path(), "--symlinks", "all"});
  EXPECT_EQ(server.Connect().Get("/static/link").body, "from elsewhere");
}

TEST_F(Sandbox, TheCheckGoesThroughIt) {
  TempDir dir;
  dir.MakeDir("log");
  const std::string log = dir.File("log/access"), path = dir.File("s.sock");
  const Finished done =
      RunServer({"--check", "--sandbox=require", "--root", dir.path(),
                 "--access-log", log, "--listen", "unix:" + path});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(access(log.c_str(), F_OK), 0) << "it is taken back";
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

// A file that is replaced is another one to Landlock: by rename, as editors do
// it, and by links, as Kubernetes does.
TEST_F(Sandbox, AConfigurationThatWasReplacedIsReadAgain) {
  TempDir dir;
  dir.Write("etc/..1/h1.conf", "server-name = one\n");
  dir.Write("etc/..2/h1.conf", "server-name = two\n");
  dir.Write("etc/..3/h1.conf", "server-name = three\n");
  dir.Symlink("etc/..data", "..1");
  dir.Symlink("etc/h1.conf", "..data/h1.conf");
  Server server({"--config", dir.File("etc/h1.conf")});
  const auto named = [&](const char* name) {
    server.process().Signal(SIGHUP);
    return WaitUntil([&] {
      const Response response = server.Connect().Get("/");
      return response.Field("Server") == name;
    });
  };
  dir.Symlink("etc/next", "..2");
  ASSERT_EQ(
      rename(dir.File("etc/next").c_str(), dir.File("etc/..data").c_str()), 0);
  EXPECT_TRUE(named("two")) << server.process().Err();
  ASSERT_EQ(rename(dir.File("etc/..3/h1.conf").c_str(),
                   dir.File("etc/h1.conf").c_str()),
            0);
  EXPECT_TRUE(named("three")) << server.process().Err();
}

/* ---- kernels that lack a layer ---- */

// As one does that knows no call `number`, if its first argument is `argument`.
void Without(uint32_t number, bool any, uint32_t argument, uint32_t error) {
  sock_filter code[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 4, number},
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, args)},
      {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, argument},
      {BPF_JMP | BPF_JA | BPF_K, 0, 0, any ? 0u : 1u},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  const sock_fprog program = {sizeof code / sizeof code[0], code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

void WithoutLandlock() { Without(444, true, 0, ENOSYS); }
void WithoutSeccomp() { Without(SYS_seccomp, true, 0, ENOSYS); }
void WithoutNoNewPrivs() {
  Without(SYS_prctl, false, PR_SET_NO_NEW_PRIVS, EINVAL);
}

TEST_F(Sandbox, RequireRefusesAKernelWithoutALayerByName) {
  const struct {
    const char* layer;
    void (*prepare)();
  } cases[] = {{"landlock", WithoutLandlock},
               {"seccomp", WithoutSeccomp},
               {"no_new_privs", WithoutNoNewPrivs}};
  TempDir dir;
  for (const auto& c : cases) {
    for (const char* what : {"--check", "--print-sandbox", "--drain-idle=0"}) {
      const Finished done = RunServer({"--sandbox=require", what, "--listen",
                                       "127.0.0.1:0", "--root", dir.path()},
                                      c.prepare);
      EXPECT_EQ(done.exit, kFailure) << c.layer << done.err;
      EXPECT_THAT(done.err,
                  HasSubstr(absl::StrCat("--sandbox=require: no ", c.layer)));
      EXPECT_THAT(done.err, Not(HasSubstr("listening on")));
    }
    const Finished tried = RunServer(
        {"--sandbox=try", "--print-sandbox", "--root", dir.path()}, c.prepare);
    EXPECT_EQ(tried.exit, 0) << tried.err;
    EXPECT_THAT(tried.out, HasSubstr(absl::StrCat("no ", c.layer, " (")));
  }
}

TEST_F(Sandbox, TryStartsWithoutALayerAndSaysSo) {
  TempDir dir;
  Command command;
  command.argv = {ServerBinary(), "--listen", "127.0.0.1:0",
                  "--root",       dir.path(), "--drain-idle=0"};
  command.prepare = WithoutLandlock;
  Process process(command);
  ASSERT_TRUE(WaitUntil(
      [&] { return absl::StrContains(process.Err(), "listening on"); }));
  EXPECT_TRUE(process.Says("no landlock (this kernel"));
  EXPECT_THAT(process.Err(), HasSubstr("seccomp"));
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait().value_or(-1), 0);
}

/* ---- who it runs as ---- */

TEST(User, WhoIsNobodyIsAnErrorOfTheOption) {
  TempDir dir;
  for (const char* user : {"no-such-user", "root:no-such-group", "", "0:0:0"}) {
    for (const char* what : {"--check", "--print-sandbox", "--drain-idle=0"}) {
      const Finished done = RunServer({"--user", user, what, "--listen",
                                       "127.0.0.1:0", "--root", dir.path()});
      EXPECT_EQ(done.exit, kUsage) << user << done.err;
      EXPECT_THAT(done.err, HasSubstr("--user: "));
      EXPECT_THAT(done.err, HasSubstr("allowed: NAME[:GROUP]"));
    }
  }
}

TEST(User, OnlyRootCanBecomeAnother) {
  if (geteuid() == 0) GTEST_SKIP() << "this is root";
  TempDir dir;
  for (const char* mode : {"off", "try"}) {
    const Finished done =
        RunServer({"--user", "4711:4711", "--sandbox", mode, "--listen",
                   "127.0.0.1:0", "--root", dir.path()});
    EXPECT_EQ(done.exit, kUsage) << done.err;
    EXPECT_THAT(done.err, HasSubstr("--user: cannot become 4711:4711"));
  }
}

class RootOnly : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "takes root";
    // Another user's process cannot be searched for leaks.
    if (ServerIsSanitized()) GTEST_SKIP() << "a sanitizer is built in";
    ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
    dir_.Write("srv/www/public", "public");
    dir_.Write("srv/www/private", "private");
    ASSERT_EQ(chmod(dir_.File("srv/www/private").c_str(), 0600), 0);
    for (const char* folder : {"log", "run"}) {
      dir_.MakeDir(folder);
      ASSERT_EQ(chown(dir_.File(folder).c_str(), 4711, 4712), 0);
    }
  }

  TempDir dir_;
};

TEST_F(RootOnly, ItBecomesTheUserForGood) {
  const std::string log = dir_.File("log/access"), path = dir_.File("run/s");
  Server server({"--user", "4711:4712", "--root", dir_.File("srv/www"),
                 "--access-log", log, "--listen", "unix:" + path});
  ASSERT_TRUE(server.Ready());
  EXPECT_THAT(server.start_line(), HasSubstr("; user 4711:4712"));
  EXPECT_EQ(StatusOf(ProcOf(server), "Uid"), "4711\t4711\t4711\t4711");
  EXPECT_EQ(StatusOf(ProcOf(server), "Gid"), "4712\t4712\t4712\t4712");
  EXPECT_EQ(StatusOf(ProcOf(server), "CapPrm"), "0000000000000000");
  struct stat st = {};
  ASSERT_EQ(stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_uid, 4711u);
  EXPECT_EQ(st.st_gid, 4712u);
  Client client = Client::Unix(path);
  EXPECT_EQ(client.Get("/static/public").body, "public");
  EXPECT_EQ(client.Get("/static/private").status, 404);
  ASSERT_EQ(rename(log.c_str(), dir_.File("log/old").c_str()), 0);
  server.process().Signal(SIGHUP);
  ASSERT_TRUE(WaitUntil([&] { return access(log.c_str(), F_OK) == 0; }));
  ASSERT_EQ(stat(log.c_str(), &st), 0);
  EXPECT_EQ(st.st_uid, 4711u);
  server.Stop();
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "the socket is removed";
}

TEST_F(RootOnly, WithoutASandboxAsWell) {
  Server server(
      {"--user", "4711", "--sandbox", "off", "--root", dir_.File("srv/www")});
  EXPECT_EQ(StatusOf(ProcOf(server), "Uid"), "4711\t4711\t4711\t4711");
  EXPECT_EQ(StatusOf(ProcOf(server), "Gid"), "4711\t4711\t4711\t4711");
  EXPECT_EQ(StatusOf(ProcOf(server), "CapPrm"), "0000000000000000");
}

TEST_F(RootOnly, WhatTheUserCannotReachIsSaidAtTheStart) {
  ASSERT_EQ(chmod(dir_.File("srv").c_str(), 0700), 0);
  const Finished root = RunServer({"--user", "4711", "--listen", "127.0.0.1:0",
                                   "--root", dir_.File("srv/www")});
  EXPECT_EQ(root.exit, kUsage);
  EXPECT_THAT(root.err, HasSubstr("cannot read the folder"));
  ASSERT_EQ(chmod(dir_.File("srv").c_str(), 0755), 0);
  const Finished log = RunServer({"--user", "4711", "--listen", "127.0.0.1:0",
                                  "--root", dir_.File("srv/www"),
                                  "--access-log", dir_.File("srv/access")});
  EXPECT_EQ(log.exit, kUsage);
  EXPECT_THAT(log.err, HasSubstr("access log"));
}

TEST_F(RootOnly, WhoStaysRootIsWarned) {
  Command command;
  command.argv = {ServerBinary(), "--listen",  "127.0.0.1:0",
                  "--root",       dir_.path(), "--drain-idle=0"};
  Process process(command);
  ASSERT_TRUE(WaitUntil(
      [&] { return absl::StrContains(process.Err(), "listening on"); }));
  EXPECT_TRUE(process.Says("\nhttpd: warning: it runs as root: --user="))
      << process.Err();
  EXPECT_TRUE(absl::StartsWith(process.Err(), "httpd: listening on "))
      << "what is read for the port comes first";
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait().value_or(-1), 0);
}

}  // namespace
}  // namespace h1_test
