// A file system that hangs stalls only who reads from it: cached files, health
// and all other connections go on, and who cannot be served is told.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/hanging_fs.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// More than there are threads that may wait.
constexpr int kStuck = 24;

class Storage : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!fs_.mounted()) GTEST_SKIP() << "nobody may mount here";
  }
  // Clients that ask for names of that kind, each for its own.
  void Stick(const Server& server, const std::string& kind) {
    for (int i = 0; i < kStuck; i++) {
      auto client = std::make_unique<Client>(server.port());
      ASSERT_TRUE(client->Send(GetBytes(absl::StrCat("/static/", kind, i))));
      stuck_.push_back(std::move(client));
    }
    // The kernel looks up one name of a folder at a time.
    const size_t at_once = kind == "lookup-" ? 1 : 8;
    ASSERT_TRUE(WaitUntil([&] { return fs_.Hanging() >= at_once; }))
        << fs_.Hanging();
  }
  HangingFs fs_;
  std::vector<std::unique_ptr<Client>> stuck_;
};

INSTANTIATE_TEST_SUITE_P(Hanging, Storage,
                         testing::Values("lookup-", "open-", "read-"));

TEST_P(Storage, ThatHangsStallsOnlyWhoReadsFromIt) {
  Server server({"--root", fs_.path()});
  std::vector<std::unique_ptr<Client>> kept;
  for (int i = 0; i < 6; i++) {
    kept.push_back(std::make_unique<Client>(server.port()));
    ASSERT_EQ(kept.back()->Get("/static/fast.txt").body, "hello");
  }
  EXPECT_EQ(server.Connect().Get("/static/big.bin").body.size(),
            HangingFs::kBigBytes);
  Stick(server, GetParam());
  for (const auto& client : kept) {
    for (const char* path : {"/_health", "/"}) {
      const auto start = Clock::now();
      EXPECT_EQ(client->Get(path).status, 200) << path;
      EXPECT_LT(MsSince(start), 1000) << path;
    }
  }
  EXPECT_EQ(server.Connect().Get("/_health").status, 200);
  const auto start = Clock::now();
  EXPECT_EQ(kept[0]->Get("/static/fast.txt").body, "hello") << "cached";
  const Response refused = server.Connect().Get("/static/big-other");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.Field("Retry-After"), "1");
  EXPECT_LT(MsSince(start), 5000);
  EXPECT_GT(server.Refusals("storage_busy"), 0);

  fs_.Release();
  int served = 0, told = 0;
  for (const auto& client : stuck_) {
    const Response r = client->Read();
    served += r.status == 200 && r.body.size() == HangingFs::kBigBytes;
    told += r.status == 503;
  }
  EXPECT_GT(served, 0) << "whose turn it was";
  EXPECT_EQ(served + told, kStuck);
  EXPECT_EQ(server.Connect().Get("/static/big.bin").status, 200);
}

// Threads that wait for their storage do not keep the process from ending.
TEST_P(Storage, ThatHangsDoesNotHoldUpAStop) {
  Server server({"--root", fs_.path(), "--drain-timeout", "500ms"},
                ThreadsMayBeAbandoned());
  Stick(server, GetParam());
  stuck_.clear();  // the clients are gone, the threads are not
  const auto start = Clock::now();
  server.process().Signal(SIGTERM);
  const auto exit = server.process().Wait();
  ASSERT_TRUE(exit.has_value());
  EXPECT_TRUE(*exit == 0 || *exit == 5) << *exit;
  EXPECT_LT(MsSince(start), 5000);
  if (*exit == 0 || *exit == 5) server.ExpectExit(*exit);
}

}  // namespace
}  // namespace h1_test
