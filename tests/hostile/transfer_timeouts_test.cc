// The time-outs of bodies and answers, with short values. What is asserted
// about time is that nothing ends early, and that everything ends.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

TEST(BodyTimeout, EndsAStalledBodyWith408) {
  Server server({"--body-timeout", "500ms"});
  for (const char* framing :
       {"Content-Length: 10\r\n\r\nabc", "Content-Length: 10\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n"}) {
    const auto start = Clock::now();
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(
        absl::StrCat("POST /submit HTTP/1.1\r\nHost: a\r\n", framing)));
    const Response r = client.Read();
    EXPECT_EQ(r.status, 408) << framing << r;
    EXPECT_TRUE(r.Closes()) << framing;
    EXPECT_GE(MsSince(start), 500 - kGrainMs) << framing;
    EXPECT_NE(client.WaitEnd(), End::kOpen) << framing;
  }
  EXPECT_TRUE(server.AwaitRefusals("body_timeout", 6));
}

TEST(BodyTimeout, IsAboutProgressNotAboutTheWhole) {
  Server server({"--body-timeout", "1500ms"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n"));
  for (int i = 0; i < 8; i++) {
    Sleep(400);
    ASSERT_TRUE(client.Send("x")) << i;
  }
  const Response r = client.Read();
  EXPECT_EQ(r.status, 200) << r;
  EXPECT_EQ(r.body, "xxxxxxxx");
}

TEST(BodyTimeout, EndsABodyThatIsOnlyDropped) {
  Server server({"--body-timeout", "400ms"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"));
  // The answer may come before the body is read, or only the 408.
  const Response r = client.Read();
  EXPECT_TRUE(r.status == 200 || r.status == 408) << r;
  End end = End::kOpen;
  client.ReadToEnd(&end);
  EXPECT_NE(end, End::kOpen);
}

// The rate counts after a grace of ten seconds, so this takes as long.
TEST(BodyMinRate, EndsABodyThatDripsForTooLong) {
  Server server({"--body-min-rate", "100K", "--body-timeout", "60s"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"));
  const auto start = Clock::now();
  while (!client.Readable(Milliseconds(200))) {
    ASSERT_LT(MsSince(start), 25000) << "a drip keeps the body open";
    if (!client.Send("x")) break;
  }
  EXPECT_GE(MsSince(start), 9000) << "the grace";
  const Response r = client.Read();
  EXPECT_EQ(r.status, 408) << r;
  EXPECT_NE(client.WaitEnd(), End::kOpen);
  EXPECT_TRUE(server.AwaitRefusals("body_too_slow", 1));
}

TEST(WriteTimeout, EndsAConnectionWhoseClientReadsNothing) {
  Server server({"--write-timeout", "600ms"});
  server.root().Write("large", std::string(32 << 20, 'x'));
  const auto start = Clock::now();
  Client client = Client::SmallWindow(server.port());
  ASSERT_TRUE(client.Send(GetBytes("/static/large")));
  EXPECT_TRUE(WaitUntil([&] { return server.Refusals("write_timeout") == 1; }));
  EXPECT_GE(MsSince(start), 600 - kGrainMs);
  // What was on its way may still arrive, but not the whole.
  EXPECT_LT(client.ReadToEnd().size(), size_t{32} << 20);
}

TEST(WriteTimeout, IsAboutProgressNotAboutTheWhole) {
  Server server({"--write-timeout", "2s"});
  const size_t size = 6 << 20;
  server.root().Write("large", std::string(size, 'x'));
  Client client = Client::SmallWindow(server.port());
  ASSERT_TRUE(client.Send(GetBytes("/static/large", "Connection: close\r\n")));
  size_t got = 0;
  const auto start = Clock::now();
  while (MsSince(start) < 4000) {
    got += client.ReceiveSome(65536).size();
    Sleep(50);
  }
  got += client.ReadToEnd().size();
  EXPECT_GT(got, size) << "head and body";
}

}  // namespace
}  // namespace h1_test
