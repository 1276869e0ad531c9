// The time-outs of heads and of idle connections, with short values. What is
// asserted about time is that nothing ends early, and that everything ends.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

TEST(HeaderTimeout, EndsAHalfSentHeadWith408) {
  Server server({"--header-timeout", "500ms"});
  for (const char* half : {"G", "GET / HTTP/1.1\r\n", "\r\nGET",
                           "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
    const auto start = Clock::now();
    Client client = server.Connect();
    ASSERT_TRUE(client.Send(half));
    const Response r = client.Read();
    EXPECT_EQ(r.status, 408) << half << r;
    EXPECT_TRUE(r.Closes()) << half;
    EXPECT_GE(MsSince(start), 500 - kGrainMs) << half;
    EXPECT_NE(client.WaitEnd(), End::kOpen) << half;
  }
  EXPECT_TRUE(server.AwaitRefusals("header_timeout", 4));
}

TEST(HeaderTimeout, CountsFromTheFirstByteHoweverTheRestDrips) {
  Server server({"--header-timeout", "700ms"});
  Client client = server.Connect();
  const auto start = Clock::now();
  int sent = 0;
  while (!client.Readable(Milliseconds(50))) {
    ASSERT_LT(MsSince(start), 15000) << "a drip keeps the head open";
    if (!client.Send(sent++ == 0 ? "GET /" : "x")) break;
  }
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_GT(sent, 3) << "it was not refused before its time";
}

TEST(HeaderTimeout, CountsForTheNextRequestOfAConnectionToo) {
  Server server({"--header-timeout", "300ms"});
  Client client = server.Connect();
  EXPECT_EQ(client.Get("/").status, 200);
  ASSERT_TRUE(client.Send("GET / HT"));
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

TEST(HeaderTimeout, CountsForAHalfHeadBehindAPipelinedRequest) {
  Server server({"--header-timeout", "300ms"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(GetBytes("/") + "GET / HT"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

TEST(KeepAliveTimeout, ClosesAnIdleConnectionSilently) {
  Server server({"--keepalive-timeout", "400ms"});
  Client client = server.Connect();
  EXPECT_EQ(client.Get("/").status, 200);
  const auto start = Clock::now();
  EXPECT_EQ(client.WaitEnd(), End::kClosed);
  EXPECT_GE(MsSince(start), 400 - kGrainMs);
}

TEST(KeepAliveTimeout, ClosesAConnectionThatNeverSpeaksSilently) {
  Server server({"--keepalive-timeout", "400ms", "--header-timeout", "400ms"});
  Client silent = server.Connect();
  EXPECT_EQ(silent.WaitEnd(), End::kClosed);
  // An empty line is not yet a request.
  Client empty_line = server.Connect();
  ASSERT_TRUE(empty_line.Send("\r\n"));
  EXPECT_NE(empty_line.WaitEnd(), End::kOpen);
}

TEST(KeepAliveTimeout, StartsAnewWithEachRequest) {
  Server server({"--keepalive-timeout", "1500ms"});
  Client client = server.Connect();
  for (int i = 0; i < 5; i++) {
    EXPECT_EQ(client.Get("/").status, 200) << i;
    Sleep(500);
  }
  EXPECT_EQ(client.Get("/").status, 200);
}

TEST(KeepAliveTimeout, IsAnnouncedInSeconds) {
  Server server({"--keepalive-timeout", "7s"});
  const std::string field = server.Connect().Get("/").Field("Keep-Alive");
  EXPECT_TRUE(absl::StartsWith(field, "timeout=7, ")) << field;
}

}  // namespace
}  // namespace h1_test
