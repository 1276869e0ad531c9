// Explaining with routes that httpd itself does not have: streamed bodies,
// handlers that block, wait, or do not answer. What httpd says of its own
// routes is tests/black_box/explain_test.cc.
#include "server/explain/explain.h"

#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>

#include <memory>
#include <string>

namespace {

int ended;
void End(void*) { ended++; }

h1_slice Slice(const char* text) {
  h1_slice s = {reinterpret_cast<const uint8_t*>(text), 0};
  while (text[s.len] != '\0') s.len++;
  return s;
}

void ServeOk(h1_exchange* x) {
  h1_exchange_on_end(x, End);
  h1_reply_borrow(x, 200, Slice("text/plain"), Slice("ok"));
}

void ServeNothing(h1_exchange* x) { h1_exchange_on_end(x, End); }

size_t TakeAll(h1_exchange* x, void*, h1_slice piece, bool last) {
  if (last) h1_reply_status(x, 202, H1_OK);
  return piece.len;
}
void ServeStream(h1_exchange* x) {
  h1_exchange_on_end(x, End);
  h1_receive(x, TakeAll);
}

size_t TakeThree(h1_exchange*, void*, h1_slice piece, bool) {
  return piece.len < 3 ? piece.len : 3;
}
void ServeWaiting(h1_exchange* x) {
  h1_exchange_on_end(x, End);
  h1_receive(x, TakeThree);
}

h1_pulled Fail(void*, h1_buffer, uint64_t) { abort(); }
void ServePull(h1_exchange* x) {
  h1_reply_pull(x, 200, Slice("text/plain"), H1_LENGTH_UNKNOWN, Fail);
}

constexpr unsigned kGet = H1_METHOD_BIT(H1_GET);
constexpr unsigned kPost = H1_METHOD_BIT(H1_POST);
const h1_route kRoutes[] = {
    {kGet, "/user/{name}", ServeOk, nullptr, H1_BODY_IGNORE,
     H1_BODY_LIMIT_SERVER, 0},
    {kGet, "/blocking", ServeOk, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER,
     H1_ROUTE_BLOCKING},
    {kGet, "/nothing", ServeNothing, nullptr, H1_BODY_IGNORE,
     H1_BODY_LIMIT_SERVER, 0},
    {kGet, "/pull", ServePull, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER,
     0},
    {kPost, "/stream", ServeStream, nullptr, H1_BODY_STREAM, 5, 0},
    {kPost, "/early", ServeOk, nullptr, H1_BODY_STREAM, H1_BODY_LIMIT_SERVER,
     0},
    {kPost, "/waiting", ServeWaiting, nullptr, H1_BODY_STREAM,
     H1_BODY_LIMIT_SERVER, 0},
    {kPost, "/small", ServeOk, nullptr, H1_BODY_BUFFER, 3, 0},
};
constexpr size_t kRouteCount = sizeof kRoutes / sizeof kRoutes[0];

struct Explained {
  h1_explain_result result;
  std::string text, message;

  bool Has(const std::string& line) const {
    return text.find("  " + line + "\n") != std::string::npos;
  }
};

Explained Explain(std::string bytes, FILE* in = nullptr) {
  Explained e;
  auto config = std::make_unique<h1_config>();
  char message[H1_CONFIG_MESSAGE_BYTES] = "";
  char* none[] = {nullptr};
  EXPECT_EQ(
      h1_config_load(config.get(), 0, none, none, nullptr, nullptr, message),
      H1_CONFIG_OK);
  const bool own = in == nullptr;
  if (own) in = fmemopen(bytes.data(), bytes.size(), "r");
  char* text = nullptr;
  size_t size = 0;
  FILE* out = open_memstream(&text, &size);
  ended = 0;
  e.result = h1_explain(config.get(), kRoutes, kRouteCount, in, out, message);
  fclose(out);
  if (own) fclose(in);
  e.text.assign(text, size);
  e.message = e.result == H1_EXPLAIN_FAILED ? message : "";
  free(text);
  return e;
}

std::string Get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string Post(const std::string& target, const std::string& body) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Explain, HandlersRunAndAreToldOfTheirEnd) {
  const Explained e = Explain(Get("/user/x") + Get("/user/y"));
  EXPECT_EQ(e.result, H1_EXPLAIN_ACCEPTED) << e.message;
  EXPECT_TRUE(e.Has("route: /user/{name}")) << e.text;
  EXPECT_TRUE(e.Has("answer: 200")) << e.text;
  EXPECT_EQ(ended, 2);
}

TEST(Explain, AHandlerThatBlocksRunsHere) {
  const Explained e = Explain(Get("/blocking"));
  EXPECT_EQ(e.result, H1_EXPLAIN_ACCEPTED) << e.message;
  EXPECT_TRUE(e.Has("answer: 200")) << e.text;
  EXPECT_EQ(ended, 1);
}

TEST(Explain, AHandlerThatDoesNotAnswerHasFailed) {
  const Explained e = Explain(Get("/nothing"));
  EXPECT_EQ(e.result, H1_EXPLAIN_REFUSED);
  EXPECT_TRUE(e.Has("reason: handler_failed")) << e.text;
  EXPECT_TRUE(e.Has("answer: 500")) << e.text;
  EXPECT_EQ(ended, 1);
}

TEST(Explain, ABodyThatWouldBeMadeOnDemandIsNotMade) {
  EXPECT_TRUE(Explain(Get("/pull")).Has("connection: keep-alive"));
  EXPECT_TRUE(Explain("GET /pull HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                  .Has("connection: close"));
}

TEST(Explain, AStreamedBodyGoesToItsSink) {
  const Explained e = Explain(Post("/stream", "hello") + Get("/user/x"));
  EXPECT_EQ(e.result, H1_EXPLAIN_ACCEPTED) << e.text;
  EXPECT_TRUE(e.Has("body: streamed")) << e.text;
  EXPECT_TRUE(e.Has("body-bytes: 5/5")) << e.text;
  EXPECT_TRUE(e.Has("answer: 202")) << e.text;
  EXPECT_EQ(ended, 2);
}

TEST(Explain, ALimitOfTheRouteCounts) {
  const Explained length = Explain(Post("/stream", "hello!"));
  EXPECT_TRUE(length.Has("reason: body_too_large")) << length.text;
  const Explained chunked = Explain(
      "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");
  EXPECT_TRUE(chunked.Has("body-bytes: 3/3")) << chunked.text;
  EXPECT_TRUE(chunked.Has("reason: body_too_large")) << chunked.text;
  EXPECT_TRUE(chunked.Has("unread: 9")) << chunked.text;
  EXPECT_EQ(ended, 0);
}

TEST(Explain, ABodyBehindAnEarlyAnswerIsDroppedUpToALimit) {
  const std::string most(65536, 'x');
  const Explained fits = Explain(Post("/early", most) + Get("/user/x"));
  EXPECT_EQ(fits.result, H1_EXPLAIN_ACCEPTED) << fits.text;
  EXPECT_TRUE(fits.Has("body: dropped")) << fits.text;
  EXPECT_TRUE(fits.Has("body-bytes: 65536/65536")) << fits.text;
  EXPECT_EQ(ended, 2);
  const Explained beyond = Explain(Post("/early", most + "yz") + Get("/"));
  EXPECT_EQ(beyond.result, H1_EXPLAIN_REFUSED) << beyond.text;
  EXPECT_TRUE(beyond.Has("answer: 200")) << beyond.text;
  EXPECT_TRUE(beyond.Has("reason: body_too_large")) << beyond.text;
  EXPECT_TRUE(beyond.Has("connection: close")) << beyond.text;
  EXPECT_TRUE(beyond.Has("requests: 1")) << beyond.text;
  EXPECT_TRUE(beyond.Has("unread: 29")) << beyond.text;
  EXPECT_EQ(ended, 1);
}

TEST(Explain, ASinkThatWaitsIsNamed) {
  const Explained e = Explain(Post("/waiting", "hello"));
  EXPECT_EQ(e.result, H1_EXPLAIN_REFUSED);
  EXPECT_TRUE(e.Has("expected: the handler, which takes no more of the body"))
      << e.text;
  EXPECT_TRUE(e.Has("body-bytes: 3/1048576")) << e.text;
  EXPECT_TRUE(e.Has("state: incomplete")) << e.text;
  EXPECT_EQ(ended, 1);
}

TEST(Explain, InputThatCannotBeReadIsAFailure) {
  FILE* folder = fopen("/", "r");
  ASSERT_NE(folder, nullptr);
  const Explained e = Explain("", folder);
  fclose(folder);
  EXPECT_EQ(e.result, H1_EXPLAIN_FAILED);
  EXPECT_EQ(e.message.rfind("cannot read standard input: ", 0), 0u)
      << e.message;
  EXPECT_EQ(e.text, "");
}

}  // namespace
