// Connections that have to begin with a PROXY header: it comes in any pieces,
// never, or wrong.
#include <cerrno>
#include <string>
#include <vector>

#include "parser/error.h"
#include "server/sim/world.h"

namespace h1_test {
namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
const std::string kLine = "PROXY TCP4 192.0.2.7 192.0.2.8 1111 80\r\n";
const std::string kBlock =
    kSignature +
    std::string("\x21\x11\0\x0c\xc0\0\2\7\xc0\0\2\x08\x04\x57\0\x50", 16);
const std::string kLocal = kSignature + std::string("\x20\0\0\0", 4);
const std::string kUnknown = "PROXY UNKNOWN\r\n";
const char kTold[] = "c0000207 1111", kPeer[] = "7f000001 1";

class ProxyHead : public testing::Test {
 protected:
  static World::Tweak Proxies(uint32_t slots = 16) {
    return [slots](h1_sim_options* o) {
      h1_sim_options_proxies(o);
      o->config.max_connections = slots;
      o->config.header_timeout_ms = 10000;
    };
  }
};

TEST_F(ProxyHead, CutAnywhereItTellsTheSame) {
  const struct {
    std::string header, client;
  } cases[] = {
      {kLine, kTold}, {kBlock, kTold}, {kLocal, kPeer}, {kUnknown, kPeer}};
  for (const auto& c : cases) {
    const std::string all = c.header + Get("/who") + Get("/small");
    const std::vector<Answer> want = {{200, c.client, false},
                                      {200, "small", false}};
    for (size_t cut = 0; cut <= all.size(); cut++) {
      World w(Proxies());
      const int client = w.ConnectProxied();
      w.Send(client, all.substr(0, cut));
      w.Send(client, all.substr(cut));
      ASSERT_EQ(w.Answers(client), want) << c.header << " cut at " << cut;
    }
    World w(Proxies());
    const int client = w.ConnectProxied();
    for (const char byte : all) w.Send(client, std::string(1, byte));
    EXPECT_EQ(w.Answers(client), want) << c.header << " byte by byte";
  }
}

// The longest there is, in one byte after the other: as long as the other reads
// nothing else, the header of each is its own.
TEST_F(ProxyHead, TwoThatTakeTurnsDoNotMix) {
  World w(Proxies());
  const int a = w.ConnectProxied(), b = w.ConnectProxied();
  const std::string tlv =
      std::string("\xe0\x01\xf9", 3) + std::string(505, 't');
  const std::string longest =
      kSignature + std::string("\x21\x11\x02\x08", 4) + kBlock.substr(16) + tlv;
  ASSERT_EQ(longest.size(), 536u);
  const std::string other = "PROXY TCP6 2001:db8::1 ::1 65535 0\r\n";
  for (size_t i = 0; i < longest.size(); i++) {
    w.Send(a, longest.substr(i, 1));
    if (i < other.size()) w.Send(b, other.substr(i, 1));
  }
  w.Send(b, Get("/who"));
  w.Send(a, Get("/who"));
  EXPECT_EQ(w.Answers(a), (std::vector<Answer>{{200, kTold, false}}));
  EXPECT_EQ(w.Answers(b),
            (std::vector<Answer>{
                {200, "20010db8000000000000000000000001 65535", false}}));
}

// Not even bytes that come one by one keep it for longer than a head.
TEST_F(ProxyHead, ThatNeverEndsIsLate) {
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{13}}) {
    World w(Proxies());
    const int c = w.ConnectProxied();
    for (size_t i = 0; i < bytes; i++) {
      w.Send(c, kBlock.substr(i, 1));
      w.Pass(700);
    }
    w.Pass(9900 - 700 * bytes);
    EXPECT_EQ(w.State(c), H1_SIM_OPEN);
    EXPECT_EQ(w.Output(c), "");
    w.Pass(200);
    const auto answers = w.Answers(c);
    ASSERT_EQ(answers.size(), 1u) << bytes;
    EXPECT_EQ(answers[0].status, 408);
    EXPECT_TRUE(answers[0].closes);
    EXPECT_EQ(h1_sim_refusals(w.sim(), H1_PROXY_TIMEOUT), 1u);
    w.Pass(2000);
    EXPECT_EQ(w.State(c), H1_SIM_CLOSED);
  }
}

// After it, the time for the first request is that of an idle connection.
TEST_F(ProxyHead, IsNoHeadOfARequest) {
  World w(Proxies());
  const int c = w.ConnectProxied();
  w.Pass(9000);
  w.Send(c, kLine);
  w.Pass(70000);
  EXPECT_EQ(w.State(c), H1_SIM_OPEN);
  w.Send(c, Get("/who"));
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, kTold, false}}));
}

TEST_F(ProxyHead, ThatIsWrongIsTheLastThatIsRead) {
  const struct {
    std::string bytes;
    h1_error why;
  } cases[] = {
      {"", H1_PROXY_MISSING},
      {"PROXY TCP4 192.0.2.7 192.0.2.8 1111 080\r\n", H1_PROXY_PORT},
      {"PROXY TCP4 ::1 ::1 1 2\r\n", H1_PROXY_ADDRESS},
      {"PROXY UDP4 192.0.2.7 192.0.2.8 1 2\r\n", H1_PROXY_FAMILY},
      {"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\n", H1_PROXY_LINE},
      {kSignature + std::string("\x31\x11\0\0", 4), H1_PROXY_VERSION},
      {kSignature + std::string("\x21\x11\xff\xff", 4), H1_PROXY_LENGTH},
      {kLine + kLine, H1_PROXY_HEADER},
      {kBlock + kLine, H1_PROXY_HEADER},
  };
  for (const auto& c : cases) {
    const std::string all = c.bytes + Get("/small") + Get("/small");
    for (const bool bytewise : {false, true}) {
      World w(Proxies());
      const int client = w.ConnectProxied();
      for (size_t i = 0; bytewise && i < all.size(); i++) {
        w.Send(client, all.substr(i, 1));
      }
      if (!bytewise) w.Send(client, all);
      const auto answers = w.Answers(client);
      ASSERT_EQ(answers.size(), 1u) << c.bytes;
      EXPECT_EQ(answers[0].status, 400);
      EXPECT_EQ(h1_sim_refusals(w.sim(), c.why), 1u) << c.bytes;
      EXPECT_EQ(w.State(client), H1_SIM_HALF);
    }
  }
}

// A stranger is refused at its first byte, whatever it may still send.
TEST_F(ProxyHead, OfAStrangerIsNotWaitedFor) {
  World w([](h1_sim_options* o) {
    o->config.client_address = H1_CLIENT_PROXY;
    ASSERT_TRUE(h1_trusted_add(&o->config.trusted, "127.0.0.9", 9));
  });
  const int a = w.ConnectProxied(), b = w.ConnectProxied(9);
  w.Send(a, kLine.substr(0, 1));
  EXPECT_EQ(h1_sim_refusals(w.sim(), H1_PROXY_UNTRUSTED), 1u);
  EXPECT_EQ(w.State(a), H1_SIM_HALF);
  w.Send(b, kLine + Get("/who"));
  EXPECT_EQ(w.Answers(b), (std::vector<Answer>{{200, kTold, false}}));
}

TEST_F(ProxyHead, IsNotAskedForOnOtherListeners) {
  World w(Proxies());
  const int c = w.Connect();
  w.Send(c, Get("/who"));
  EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, kPeer, false}}));
  w.Send(c, kLine);
  EXPECT_EQ(w.Answers(c)[1].status, 400);
}

// A client that goes takes no place with it, wherever its header was cut.
TEST_F(ProxyHead, EndsWithTheClient) {
  for (size_t cut = 0; cut <= kLine.size(); cut++) {
    World w(Proxies());
    const int a = w.ConnectProxied(), b = w.ConnectProxied();
    w.Send(a, kLine.substr(0, cut));
    w.Send(b, kBlock.substr(0, cut));
    w.Finish(a);
    w.Reset(b);
    EXPECT_EQ(w.State(a), H1_SIM_CLOSED) << cut;
    EXPECT_EQ(w.State(b), H1_SIM_CLOSED) << cut;
  }
}

// Who waits with its header holds no place against somebody who asks.
TEST_F(ProxyHead, ThatDoesNotComeGivesWay) {
  World w(Proxies(4));
  std::vector<int> waits;
  for (int i = 0; i < 4; i++) {
    waits.push_back(w.ConnectProxied());
    w.Send(waits.back(), kLine.substr(0, i % 2 == 0 ? 0 : 10));
  }
  w.Pass(1500);
  for (int i = 0; i < 4; i++) {
    const int c = w.ConnectProxied(static_cast<uint8_t>(2 + i));
    w.Send(c, kLine + Get("/who", "Connection: close\r\n"));
    w.Pass(100);
    EXPECT_EQ(w.Answers(c), (std::vector<Answer>{{200, kTold, true}})) << i;
  }
}

TEST_F(ProxyHead, AStopDoesNotWaitForIt) {
  World w(Proxies());
  const int silent = w.ConnectProxied(), begun = w.ConnectProxied();
  w.Send(begun, kLine.substr(0, 20));
  w.Pass(1000);
  h1_sim_close_listeners(w.sim());
  w.Pass(1000);
  w.Send(begun, kLine.substr(20) + Get("/who"));
  EXPECT_EQ(w.Answers(begun), (std::vector<Answer>{{200, kTold, true}}));
  w.Pass(4100);
  EXPECT_EQ(w.State(silent), H1_SIM_CLOSED);
  w.Pass(2000);
  EXPECT_TRUE(h1_sim_ended(w.sim()));
}

// Through whichever connections of a proxy it comes, one client has one share,
// and gives way to another that has less.
TEST_F(ProxyHead, SharesAreThoseOfTheClient) {
  World w([](h1_sim_options* o) {
    h1_sim_options_proxies(o);
    o->config.max_connections = 4;
    o->config.max_client_connections = 2;
  });
  std::vector<int> greedy;
  for (int i = 0; i < 4; i++) {
    greedy.push_back(w.ConnectProxied());
    w.Send(greedy.back(), kLine + Get("/pull-wake"));
  }
  const int other = w.ConnectProxied();
  w.Send(other, "PROXY TCP4 192.0.2.9 192.0.2.8 1 80\r\n" +
                    Get("/small", "Connection: close\r\n"));
  w.Pass(100);
  EXPECT_EQ(w.Answers(other), (std::vector<Answer>{{200, "small", true}}));
}

}  // namespace
}  // namespace h1_test
