// Files that are replaced while they are asked for: no deploy shows a 404, no
// reader gets what is older than it may be, and what is gone is let go.
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kDeploys = 4;
constexpr size_t kBigBytes = 300000;

// One version of what is deployed; every byte of it tells its number.
void WriteVersion(const TempDir& tree, const std::string& folder, int n) {
  const char digit = static_cast<char>('0' + n);
  tree.Write(folder + "/a.txt", std::string(1, digit));
  tree.Write(folder + "/sub/b.txt", std::string(10, digit));
  tree.Write(folder + "/big.bin", std::string(kBigBytes, digit));
  tree.Write(folder + "/index.html", std::string(100, digit));
  tree.Write(folder + "/page.html", std::string(1000, digit));
  tree.Write(folder + "/404.html", std::string(50, digit));
}

void Rename(const TempDir& tree, const std::string& from,
            const std::string& to) {
  EXPECT_EQ(rename(tree.File(from).c_str(), tree.File(to).c_str()), 0)
      << from << " " << to;
}

// Where the tree is served, and what of it is asked for.
struct Site {
  Args args;
  std::string prefix;
  std::vector<std::string> paths;
};

Site BelowStatic(const std::string& root) {
  return {{"--root", root}, "/static/", {"a.txt", "sub/b.txt", "big.bin"}};
}

// As a site of its own: the index, a clean address, one that only an
// application knows, one that is not there, and one below a mount.
Site AtTheTop(const std::string& root) {
  return {{"--root=none", "--clean-urls", "--fallback=index.html",
           "--error-page=404=404.html", "--mount=/below=" + root, root},
          "/",
          {"", "a.txt", "page", "sub/b.txt", "big.bin", "app/1", "lost/",
           "below/a.txt", "below/page"}};
}

// Four clients ask for everything while `deploy` puts each version in place;
// all get what is there, as bytes of one version, and in the end the last one.
void DeployUnderLoad(const Site& site, const std::function<void(int)>& deploy) {
  // Nobody connects anew: a fast machine asks for tens of thousands.
  Args args = site.args;
  args.insert(args.begin(), {"--keepalive-requests", "4000000000"});
  Server server(args);
  std::atomic<bool> stop{false};
  std::atomic<int> answers{0}, bad{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; i++) {
    clients.emplace_back([&] {
      Client client = server.Connect();
      while (!stop) {
        for (const std::string& name : site.paths) {
          const Response r =
              client.Get(site.prefix + name, absl::StartsWith(name, "app/")
                                                 ? "Accept: text/html\r\n"
                                                 : "Accept: */*\r\n");
          answers++;
          const bool same = r.body.find_first_not_of(r.body.substr(0, 1)) ==
                            std::string::npos;
          const int status = absl::StartsWith(name, "lost") ? 404 : 200;
          if (r.status == status && !r.body.empty() && same) continue;
          if (bad++ == 0) ADD_FAILURE() << name << " " << r;
        }
      }
    });
  }
  for (int n = 1; n <= kDeploys; n++) {
    Sleep(250);
    deploy(n);
  }
  EXPECT_TRUE(WaitUntil([&] {
    return server.Connect().Get(site.prefix + "a.txt").body ==
           std::to_string(kDeploys);
  }));
  stop = true;
  for (std::thread& t : clients) t.join();
  EXPECT_GT(answers, 50);
  EXPECT_EQ(bad, 0) << "of " << answers;
}

TEST(Deploys, ALinkIsPointedElsewhereAndTheOldTreeDeleted) {
  TempDir tree;
  WriteVersion(tree, "rev-0/config", 0);
  tree.Symlink("link", "rev-0");
  DeployUnderLoad(BelowStatic(tree.File("link/config")), [&](int n) {
    WriteVersion(tree, absl::StrCat("rev-", n, "/config"), n);
    tree.Symlink("tmp", absl::StrCat("rev-", n));
    Rename(tree, "tmp", "link");
    std::filesystem::remove_all(tree.File(absl::StrCat("rev-", n - 1)));
  });
}

TEST(Deploys, AConfigMapIsSwappedBelowTheRoot) {
  TempDir tree;
  WriteVersion(tree, "root/..0", 0);
  tree.Symlink("root/..data", "..0");
  for (const char* name :
       {"a.txt", "sub", "big.bin", "index.html", "page.html", "404.html"}) {
    tree.Symlink(absl::StrCat("root/", name), absl::StrCat("..data/", name));
  }
  DeployUnderLoad(AtTheTop(tree.File("root")), [&](int n) {
    WriteVersion(tree, absl::StrCat("root/..", n), n);
    tree.Symlink("root/..tmp", absl::StrCat("..", n));
    Rename(tree, "root/..tmp", "root/..data");
    std::filesystem::remove_all(tree.File(absl::StrCat("root/..", n - 1)));
  });
}

TEST(Deploys, ASiteAtTheTopIsPointedElsewhere) {
  TempDir tree;
  WriteVersion(tree, "rev-0", 0);
  tree.Symlink("link", "rev-0");
  DeployUnderLoad(AtTheTop(tree.File("link")), [&](int n) {
    WriteVersion(tree, absl::StrCat("rev-", n), n);
    tree.Symlink("tmp", absl::StrCat("rev-", n));
    Rename(tree, "tmp", "link");
    std::filesystem::remove_all(tree.File(absl::StrCat("rev-", n - 1)));
  });
}

TEST(Deploys, ASiteAtTheTopIsRenamedAndNoneIsThereForAMoment) {
  TempDir tree;
  WriteVersion(tree, "root", 0);
  DeployUnderLoad(AtTheTop(tree.File("root")), [&](int n) {
    WriteVersion(tree, "next", n);
    Rename(tree, "root", absl::StrCat("old-", n));
    Sleep(100);
    Rename(tree, "next", "root");
  });
}

TEST(Deploys, TreesAreRenamedAndNoneIsThereForAMoment) {
  TempDir tree;
  WriteVersion(tree, "root", 0);
  DeployUnderLoad(BelowStatic(tree.File("root")), [&](int n) {
    WriteVersion(tree, "next", n);
    Rename(tree, "root", absl::StrCat("old-", n));
    Sleep(100);
    Rename(tree, "next", "root");
  });
}

TEST(Deploys, FilesAreRenamedIntoPlaceOneByOne) {
  TempDir tree;
  WriteVersion(tree, "root", 0);
  DeployUnderLoad(BelowStatic(tree.File("root")), [&](int n) {
    WriteVersion(tree, "next", n);
    for (const char* name : {"/a.txt", "/sub/b.txt", "/big.bin"}) {
      Rename(tree, absl::StrCat("next", name), absl::StrCat("root", name));
    }
  });
}

// A file is emptied, and filled a moment later; one request comes in between.
TEST(Deploys, AHalfWrittenFileIsNotKept) {
  TempDir tree;
  tree.Write("root/app.js", std::string(5000, 'x'));
  Server server({"--root", tree.File("root")});
  Client client = server.Connect();
  ASSERT_TRUE(WaitUntil(
      [&] { return client.Get("/static/app.js").Has("Last-Modified"); }));
  Sleep(1100);
  tree.Write("root/app.js", "");
  EXPECT_EQ(client.Get("/static/app.js").body, "");
  tree.Write("root/app.js", std::string(5000, 'y'));
  EXPECT_EQ(client.Get("/static/app.js").body, std::string(5000, 'y'));
}

// What the process has open below `folder`.
std::vector<std::string> OpenBelow(pid_t pid, const std::string& folder) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& fd : std::filesystem::directory_iterator(
           absl::StrCat("/proc/", pid, "/fd"), ignored)) {
    const std::string path =
        std::filesystem::read_symlink(fd.path(), ignored).string();
    if (absl::StartsWith(path, folder)) found.push_back(path);
  }
  return found;
}

TEST(Deploys, NothingStaysOpenWithoutRequests) {
  TempDir tree;
  WriteVersion(tree, "root", 1);
  Server server({"--root", tree.File("root")});
  for (int i = 0; i < 8; i++) {
    EXPECT_EQ(server.Connect().Get("/static/big.bin").status, 200);
    EXPECT_EQ(server.Connect().Get("/static/a.txt").status, 200);
  }
  const pid_t pid = server.process().pid();
  const std::string folder =
      std::filesystem::canonical(tree.File("root")).string();
  EXPECT_FALSE(OpenBelow(pid, folder).empty()) << "what is asked for is kept";
  EXPECT_TRUE(WaitUntil([&] { return OpenBelow(pid, folder).empty(); },
                        Milliseconds(5000)))
      << OpenBelow(pid, folder).size() << " left";
}

}  // namespace
}  // namespace h1_test
