// Every limit on a request: just below, at and above.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using std::string;

// Sends one request on a connection of its own. A refusal closes; what is
// served leaves the connection open for a second request.
void ExpectStatus(const Server& server, const string& bytes, int status,
                  const string& what) {
  SCOPED_TRACE(what);
  Client client = server.Connect();
  client.Send(bytes);
  const Response r = client.Read(bytes.substr(0, bytes.find(' ')));
  EXPECT_EQ(r.status, status) << r;
  EXPECT_EQ(r.Closes(), status != 200) << r;
  if (status != 200) {
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  } else {
    EXPECT_EQ(client.Get("/").status, 200) << "the next request";
  }
}

// A GET whose head is exactly `size` bytes.
string HeadOf(size_t size) {
  const string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  return start + string(size - start.size() - 4, 'x') + "\r\n\r\n";
}

TEST(Limits, HeaderBytesCountTheWholeHead) {
  Server server({"--max-header-bytes", "1000"});
  for (size_t size : {999u, 1000u}) {
    ExpectStatus(server, HeadOf(size), 200, absl::StrCat(size));
  }
  for (size_t size : {1001u, 1002u, 5000u, 300000u}) {
    ExpectStatus(server, HeadOf(size), 431, absl::StrCat(size));
  }
  EXPECT_TRUE(server.AwaitRefusals("head_too_large", 4));
}

TEST(Limits, ALargerHeadLimitThanABlockIsServed) {
  Server server({"--max-header-bytes", "100K"});
  ExpectStatus(server, HeadOf(100 * 1024), 200, "at");
  ExpectStatus(server, HeadOf(100 * 1024 + 1), 431, "above");
}

TEST(Limits, AHeadWithoutEndIsRefusedAtItsLimit) {
  Server server({"--max-header-bytes", "1000"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nX: " + string(990, 'x')));
  EXPECT_EQ(client.Read().status, 431) << "no more than the limit is awaited";
}

TEST(Limits, HeaderCountCountsLines) {
  Server server({"--max-header-count", "10"});
  const auto with = [](int count) {
    string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < count; i++) absl::StrAppend(&bytes, "X: y\r\n");
    return bytes + "\r\n";
  };
  ExpectStatus(server, with(9), 200, "9");
  ExpectStatus(server, with(10), 200, "10");
  ExpectStatus(server, with(11), 431, "11");
  ExpectStatus(server, with(12), 431, "12");
  EXPECT_TRUE(server.AwaitRefusals("header_count", 2));
}

TEST(Limits, TargetBytesCountTheTarget) {
  Server server({"--max-target-bytes", "100"});
  const auto with = [](size_t size) {
    return GetBytes("/?" + string(size - 2, 'x'));
  };
  ExpectStatus(server, with(99), 200, "99");
  ExpectStatus(server, with(100), 200, "100");
  ExpectStatus(server, with(101), 414, "101");
  ExpectStatus(server, with(10000), 414, "10000");
  EXPECT_TRUE(server.AwaitRefusals("target_too_long", 2));
}

TEST(Limits, ByDefaultALineOf8000BytesIsServed) {
  Server server;
  const auto line = [](size_t size) {
    return GetBytes("/?" + string(size - 15, 'x'));
  };
  ExpectStatus(server, line(8000), 200, "a line of 8,000 bytes");
  ExpectStatus(server, GetBytes("/?" + string(8190, 'x')), 200, "8K target");
  ExpectStatus(server, GetBytes("/?" + string(8191, 'x')), 414, "8K + 1");
}

TEST(Limits, BodyBytesDeclared) {
  Server server({"--max-body-bytes", "1000"});
  for (size_t size : {999u, 1000u}) {
    ExpectStatus(server, RequestBytes("POST", "/submit", "", string(size, 'x')),
                 200, absl::StrCat(size));
  }
  for (size_t size : {1001u, 2000u, 200000u}) {
    ExpectStatus(server, RequestBytes("POST", "/submit", "", string(size, 'x')),
                 413, absl::StrCat(size));
  }
  ExpectStatus(server,
               "POST /submit HTTP/1.1\r\nHost: a\r\n"
               "Content-Length: 1001\r\n\r\n",
               413, "refused at the head, before any of the body");
  EXPECT_TRUE(server.AwaitRefusals("body_too_large", 4));
}

TEST(Limits, BodyBytesChunked) {
  Server server({"--max-body-bytes", "1000"});
  for (size_t chunk : {1u, 7u, 500u, 5000u}) {
    for (size_t size : {999u, 1000u}) {
      ExpectStatus(server, ChunkedPost("/submit", string(size, 'x'), chunk),
                   200, absl::StrCat(size, " in chunks of ", chunk));
    }
    ExpectStatus(server, ChunkedPost("/submit", string(1001, 'x'), chunk), 413,
                 absl::StrCat("1001 in chunks of ", chunk));
  }
  ExpectStatus(server, ChunkedPost("/submit", string(200000, 'x'), 100), 413,
               "200000");
}

TEST(Limits, ABodyLimitOfZeroAllowsEmptyOnesOnly) {
  Server server({"--max-body-bytes", "0"});
  ExpectStatus(server, RequestBytes("POST", "/submit"), 200, "empty");
  ExpectStatus(server, RequestBytes("POST", "/submit", "", "x"), 413, "one");
  ExpectStatus(server, ChunkedPost("/submit", "", 1), 200, "empty, chunked");
  ExpectStatus(server, ChunkedPost("/submit", "x", 1), 413, "one, chunked");
}

TEST(Limits, ABodyOfALargerLimitIsServed) {
  Server server({"--max-body-bytes", "5M", "--buffer-memory", "32M"});
  const string body(5 << 20, 'x');
  ExpectStatus(server, RequestBytes("POST", "/submit", "", body), 200, "at");
  ExpectStatus(server, ChunkedPost("/submit", body, 100000), 200, "chunked");
  ExpectStatus(server, RequestBytes("POST", "/submit", "", body + "x"), 413,
               "above");
}

TEST(Limits, RequestBytesCountHeadAndBody) {
  Server server({"--max-request-bytes", "1000"});
  const auto with = [](size_t size) {
    // The body's length has three digits, whatever of these sizes it is.
    const size_t head =
        RequestBytes("POST", "/submit", "", string(500, 'x')).size() - 500;
    return RequestBytes("POST", "/submit", "", string(size - head, 'x'));
  };
  ASSERT_EQ(with(1000).size(), 1000u);
  ExpectStatus(server, with(999), 200, "999");
  ExpectStatus(server, with(1000), 200, "1000");
  ExpectStatus(server, with(1001), 413, "1001");
  EXPECT_TRUE(server.AwaitRefusals("request_too_large", 1));
}

TEST(Limits, RequestBytesCountDecodedChunksAndTrailers) {
  Server server({"--max-request-bytes", "1000"});
  const string empty = ChunkedPost("/submit", "", 1);
  const size_t head = empty.size() - string("0\r\n\r\n").size();
  for (size_t chunk : {1u, 100u}) {
    // The trailer section of these is its empty line.
    ExpectStatus(server,
                 ChunkedPost("/submit", string(1000 - 2 - head, 'x'), chunk),
                 200, absl::StrCat("at, in chunks of ", chunk));
    ExpectStatus(server,
                 ChunkedPost("/submit", string(1001 - head, 'x'), chunk), 413,
                 absl::StrCat("above, in chunks of ", chunk));
  }
  const string trailer = "X: " + string(95, 'x') + "\r\n";  // 100 bytes
  ExpectStatus(
      server,
      ChunkedPost("/submit", string(1000 - 102 - head, 'x'), 50, trailer), 200,
      "trailers at");
  ExpectStatus(
      server,
      ChunkedPost("/submit", string(1001 - 102 - head, 'x'), 50, trailer), 413,
      "trailers above");
}

TEST(Limits, TrailerBytesCountTheSection) {
  Server server({"--max-trailer-bytes", "100"});
  const auto with = [](size_t size) {
    return ChunkedPost("/submit", "hello", 5,
                       "X: " + string(size - 7, 'x') + "\r\n");
  };
  ExpectStatus(server, with(99), 200, "99");
  ExpectStatus(server, with(100), 200, "100");
  ExpectStatus(server, with(101), 431, "101");
  ExpectStatus(server, with(9000), 431, "9000");
  EXPECT_TRUE(server.AwaitRefusals("trailer_too_large", 2));
}

TEST(Limits, KeepAliveRequestsEndAConnection) {
  Server server({"--keepalive-requests", "3"});
  Client client = server.Connect();
  for (const char* left : {"timeout=75, max=2", "timeout=75, max=1"}) {
    const Response r = client.Get("/");
    EXPECT_EQ(r.status, 200);
    EXPECT_FALSE(r.Closes());
    EXPECT_EQ(r.Field("Keep-Alive"), left);
  }
  const Response last = client.Get("/");
  EXPECT_EQ(last.status, 200);
  EXPECT_TRUE(last.Closes());
  EXPECT_FALSE(last.Has("Keep-Alive"));
  EXPECT_EQ(client.WaitEnd(), End::kClosed);
}

TEST(Limits, KeepAliveRequestsEndAPipelineToo) {
  Server server({"--keepalive-requests", "3"});
  Client client = server.Connect();
  string bytes;
  for (int i = 0; i < 5; i++) bytes += GetBytes("/");
  ASSERT_TRUE(client.Send(bytes));
  EXPECT_FALSE(client.Read().Closes());
  EXPECT_FALSE(client.Read().Closes());
  EXPECT_TRUE(client.Read().Closes());
  EXPECT_NE(client.WaitEnd(), End::kOpen);
}

TEST(Limits, OneKeepAliveRequestTurnsKeepAliveOff) {
  Server server({"--keepalive-requests", "1"});
  Client client = server.Connect();
  EXPECT_TRUE(client.Get("/").Closes());
  EXPECT_EQ(client.WaitEnd(), End::kClosed);
}

// Errors that are not about syntax read and drop a body up to 64 KiB, so that
// the connection can go on.
TEST(Limits, AModestBodyForNothingIsDropped) {
  Server server;
  for (size_t size : {1u, 1000u, 65536u}) {
    Client client = server.Connect();
    const Response r = client.Exchange("POST", "/nope", "", string(size, 'x'));
    EXPECT_EQ(r.status, 404) << size << r;
    EXPECT_FALSE(r.Closes()) << size;
    EXPECT_EQ(client.Get("/").status, 200) << size;
  }
}

TEST(Limits, ALargeBodyForNothingEndsTheConnectionReadably) {
  Server server;
  for (const string& bytes :
       {RequestBytes("POST", "/nope", "", string(200000, 'x')),
        RequestBytes("DELETE", "/", "", string(200000, 'x'))}) {
    Client client = server.Connect();
    client.Send(bytes);
    const Response r = client.Read();
    EXPECT_TRUE(r.status == 404 || r.status == 405) << r;
    EXPECT_TRUE(r.Closes()) << r;
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }
}

// The answer must survive although the client writes far more than the server
// reads: that is what lingering is for.
TEST(Limits, ARefusedUploadCanReadItsAnswer) {
  Server server({"--max-body-bytes", "1000"});
  for (int i = 0; i < 20; i++) {
    Client client = server.Connect();
    client.Send(RequestBytes("POST", "/submit", "", string(200000, 'x')));
    const Response r = client.Read();
    ASSERT_EQ(r.status, 413) << r;
    EXPECT_FALSE(r.body.empty());
  }
}

}  // namespace
}  // namespace h1_test
