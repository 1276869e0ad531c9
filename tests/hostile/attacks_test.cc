// Every way of holding on, from one address, from 16, and from as many as there
// are slots: during each, a client of another address is served within a
// second, and health answers within 100 ms, 99 times of 100.
//
// A plain run takes the rows of kShort. H1_LONG_TESTS in the environment takes
// all, and H1_ATTACK_PROBES asks so many times instead of 100; the nightly run
// does both. tests/hostile/compare aims the same attacks at others.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/hostile/attack/attack.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int kSlots = 256;
constexpr int kConnections = 400;  // slots, queue and lane are full
constexpr int kPauseMs = 10;       // between two probes
constexpr int kSettleMs = 1500;    // a silent connection may stay for a second

// The rows of a plain run: of each thing that can be held, one.
struct Row {
  const char* attack;
  int addresses;
};
constexpr Row kShort[] = {
    {"mix", 1},         {"mix", kSlots}, {"waiting-pulls", 1},
    {"bodies", kSlots}, {"unread", 1},   {"lane-bodies", kSlots},
};

bool IsShort(const std::string& attack, int addresses) {
  for (const Row& row : kShort) {
    if (attack == row.attack && addresses == row.addresses) return true;
  }
  return false;
}

int ProbeCount() {
  const char* text = getenv("H1_ATTACK_PROBES");
  int count = 0;
  return text != nullptr && absl::SimpleAtoi(text, &count) && count > 0 ? count
                                                                        : 100;
}

// So many of all probes may fail: one of 100, or ten with a sanitizer, which
// costs the server what it would need for more.
int MayFail() {
  return (ProbeCount() + 99) / 100 * (ServerIsSanitized() ? 10 : 1);
}

Probes Others(const Attack& attack, const Target& target) {
  Probes probes = {"/", "127.9.9.9", ProbeCount(), 1000};
  probes.pause_ms = kPauseMs;
  probes.give_up = MayFail() + 1;
  if (attack.hits_uploads) {
    probes.path = target.submit;
    probes.body_bytes = 100000;
  }
  return probes;
}

class Attacked : public testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(Attacked, OthersAreServedAndHealthAnswers) {
  const std::string name = std::get<0>(GetParam());
  const int addresses = std::get<1>(GetParam());
  if (!LongRun() && !IsShort(name, addresses)) {
    GTEST_SKIP() << "asked for when H1_LONG_TESTS is set";
  }
  RaiseDescriptorLimit();
  Server server({"--max-connections", absl::StrCat(kSlots), "--admin-listen",
                 "127.0.0.1:0", "--admin=public"});
  server.root().Write("large", std::string(8 << 20, 'L'));
  Target target, admin;
  target.port = server.port();
  admin.port = server.admin_port();
  const Attack* attack = FindAttack(name);
  ASSERT_NE(attack, nullptr);
  Attackers attackers(target, *attack, kConnections, addresses);
  Sleep(kSettleMs);
  ProbeResult health, balancer;
  const auto watch = [](const Target& at, const char* address,
                        ProbeResult* out) {
    *out = Probe(at, {"/_health", address, ProbeCount(), 100, kPauseMs});
  };
  std::thread watcher([&] { watch(admin, "127.9.9.8", &health); });
  std::thread other_watcher([&] { watch(target, "127.9.9.7", &balancer); });
  const ProbeResult others = Probe(target, Others(*attack, target));
  watcher.join();
  other_watcher.join();
  std::cout << "others: " << others.ToString()
            << "; health: " << health.ToString()
            << "; on the public listener: " << balancer.ToString() << "; "
            << attackers.opened() << " connections, " << attackers.open()
            << " at the end\n";
  EXPECT_GE(attackers.opened(), static_cast<uint64_t>(kConnections));
  EXPECT_GT(attackers.open(), kConnections / 2) << "nobody attacks";
  EXPECT_GE(health.served, ProbeCount() - MayFail()) << health.ToString();
  EXPECT_GE(balancer.served, ProbeCount() - MayFail()) << balancer.ToString();
  EXPECT_GE(others.served, ProbeCount() - MayFail()) << others.ToString();
}

std::vector<const char*> Names() {
  std::vector<const char*> names;
  for (const Attack& attack : Attacks()) names.push_back(attack.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(
    Every, Attacked,
    testing::Combine(testing::ValuesIn(Names()),
                     testing::Values(1, 16, kSlots)),
    [](const testing::TestParamInfo<Attacked::ParamType>& row) {
      return absl::StrCat(
          absl::StrReplaceAll(std::get<0>(row.param), {{"-", "_"}}), "_from_",
          std::get<1>(row.param));
    });

// What names a row has to name one.
TEST(AttackTable, ShortRowsAreRows) {
  for (const Row& row : kShort) {
    EXPECT_NE(FindAttack(row.attack), nullptr) << row.attack;
  }
}

}  // namespace
}  // namespace h1_test
