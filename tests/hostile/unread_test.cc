// Clients that ask and never read: what the kernel holds for them is memory of
// this machine, too, and has a bound.
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/server.h"
#include "tests/support/socket_memory.h"

namespace h1_test {
namespace {

constexpr int kClients = 500;
// The 128 KiB that may be queued and not sent, what a client's window allows to
// be on the way (64 KiB at first), and the cost of both. Without a bound it is
// 3.5 MiB.
constexpr uint64_t kMostPerClient = 320 << 10;

TEST(Unread, TheKernelHoldsLittleForClientsThatNeverRead) {
  RaiseDescriptorLimit();
  Server server({"--max-connections", "1024"});
  server.root().Write("large", std::string(8 << 20, 'L'));
  const int port = server.port();
  if (!SocketMemoryOf(port).known) {
    GTEST_SKIP() << "the kernel has no sock_diag";
  }
  std::vector<Client> clients;
  for (int i = 0; i < kClients; i++) {
    clients.push_back(server.Connect());
    ASSERT_TRUE(clients.back().Send(GetBytes("/static/large")));
  }
  for (Client& client : clients) ASSERT_TRUE(client.Readable(kPatience));
  // Until nothing moves any more.
  SocketMemory held = SocketMemoryOf(port);
  EXPECT_TRUE(WaitUntil([&] {
    Sleep(300);
    const SocketMemory before = held;
    held = SocketMemoryOf(port);
    return held.send_bytes == before.send_bytes;
  }));
  std::cout << held.send_bytes / 1024 << " KiB for " << held.sockets
            << " sockets\n";
  EXPECT_EQ(held.sockets, static_cast<uint64_t>(kClients));
  EXPECT_GT(held.send_bytes, 0u);
  EXPECT_LT(held.send_bytes, kClients * kMostPerClient);
  // And all of it arrives once they read.
  for (int i = 0; i < 5; i++) {
    EXPECT_EQ(clients[static_cast<size_t>(i)].Read().body.size(), 8u << 20);
  }
}

}  // namespace
}  // namespace h1_test
