// --redirect and --header as a client sees them, and what a configuration that
// is read while requests are in progress changes for whom.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "server/sim/world.h"

namespace h1_test {
namespace {

void Add(h1_texts* t, const std::string& text) {
  memcpy(t->bytes + t->used, text.c_str(), text.size() + 1);
  t->used += static_cast<uint32_t>(text.size() + 1);
  t->count++;
}

World::Tweak Rules(const std::vector<std::string>& headers,
                   const std::vector<std::string>& redirects = {}) {
  return [=](h1_sim_options* o) {
    for (const auto& text : headers) Add(&o->config.headers, text);
    for (const auto& text : redirects) Add(&o->config.redirects, text);
  };
}

std::string Ask(World& w, const std::string& bytes) {
  const int c = w.Connect();
  w.Send(c, bytes);
  return w.Output(c);
}

size_t Count(const std::string& output, const std::string& part) {
  size_t n = 0;
  for (size_t at = output.find(part); at != std::string::npos;
       at = output.find(part, at + 1)) {
    n++;
  }
  return n;
}

TEST(HeaderRules, SetFieldsOnEveryAnswerOfThePath) {
  World w(Rules({"/small X-A: b", "/** X-C: d"}));
  const std::string small = Ask(w, Get("/small"));
  EXPECT_EQ(Count(small, "\r\nX-A: b\r\n"), 1u) << small;
  EXPECT_EQ(Count(small, "\r\nX-C: d\r\n"), 1u) << small;
  for (const char* path :
       {"/none", "/large", "/file", "/pull", "/later-time"}) {
    const int c = w.Connect();
    w.Send(c, Get(path));
    w.Pass(50);
    const std::string out = w.Output(c);
    EXPECT_EQ(Count(out, "\r\nX-A:"), 0u) << path;
    EXPECT_EQ(Count(out, "\r\nX-C: d\r\n"), 1u) << path << out.substr(0, 300);
  }
  EXPECT_EQ(Count(Ask(w, Post("/small", "x")), "\r\nX-C: d\r\n"), 1u) << "405";
  EXPECT_EQ(Count(Ask(w, "GET / HTTP/1.1\r\n\r\n"), "X-C:"), 0u)
      << "no path is known";
}

TEST(HeaderRules, HoldForARefusalThatComesLate) {
  World w(Rules({"/echo X-A: b"}));
  const int late = w.Connect();
  w.Send(late, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
  w.Pass(40000);
  EXPECT_EQ(Count(w.Output(late), "HTTP/1.1 408 "), 1u) << w.Output(late);
  EXPECT_EQ(Count(w.Output(late), "\r\nX-A: b\r\n"), 1u) << w.Output(late);
  const int bad = w.Connect();
  w.Send(
      bad,
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  w.Send(bad, "zz\r\n");
  EXPECT_EQ(Count(w.Output(bad), "HTTP/1.1 400 "), 1u) << w.Output(bad);
  EXPECT_EQ(Count(w.Output(bad), "\r\nX-A: b\r\n"), 1u) << w.Output(bad);
  const int none = w.Connect();
  w.Send(none, "GET /echo HTTP/1.1\r\nHost:");
  w.Pass(40000);
  EXPECT_EQ(Count(w.Output(none), "HTTP/1.1 408 "), 1u);
  EXPECT_EQ(Count(w.Output(none), "X-A:"), 0u) << "no head, no path";
}

TEST(HeaderRules, ReplaceTakeOutAndAdd) {
  World w(Rules({"/** Server: other", "/** -X-Content-Type-Options",
                 "/later-time x-late: no", "/** Vary: Origin"}));
  const std::string small = Ask(w, Get("/small"));
  EXPECT_EQ(Count(small, "\r\nServer:"), 1u) << small;
  EXPECT_EQ(Count(small, "\r\nServer: other\r\n"), 1u) << small;
  EXPECT_EQ(Count(small, "X-Content-Type-Options"), 0u) << small;
  EXPECT_EQ(Count(small, "\r\nDate: "), 1u) << small;
  const int c = w.Connect();
  w.Send(c, Get("/later-time"));
  w.Pass(50);
  EXPECT_EQ(Count(w.Output(c), "\r\nx-late: no\r\n"), 1u) << w.Output(c);
  EXPECT_EQ(Count(w.Output(c), "\r\nX-Late"), 0u) << w.Output(c);
  const std::string none = Ask(w, Get("/none"));
  EXPECT_EQ(Count(none, "\r\nVary: Accept\r\n"), 1u) << none;
  EXPECT_EQ(Count(none, "\r\nVary: Origin\r\n"), 1u) << none;
}

TEST(HeaderRules, TakeTheServerFieldOut) {
  World w(Rules({"/small -Server"}));
  EXPECT_EQ(Count(Ask(w, Get("/small")), "\r\nServer:"), 0u);
  EXPECT_EQ(Count(Ask(w, Get("/large")), "\r\nServer:"), 1u);
}

TEST(HeaderRules, NothingSaysHowLongAnErrorKeeps) {
  World w(Rules({"/** Cache-Control: max-age=9", "/** Expires: 0"}));
  EXPECT_EQ(Count(Ask(w, Get("/small")), "Cache-Control: max-age=9"), 1u);
  const std::string none = Ask(w, Get("/none"));
  EXPECT_EQ(Count(none, "Cache-Control") + Count(none, "Expires"), 0u) << none;
}

TEST(HeaderRules, AsManyAndAsLargeAsAreAllowedFit) {
  std::vector<std::string> headers;
  for (int i = 0; i < 64; i++) {
    headers.push_back("/** X-" + std::to_string(10 + i) + ": " +
                      std::string(118, 'v'));
  }
  World w(Rules(headers));
  const std::string out = Ask(w, Get("/copy") + Get("/copy"));
  EXPECT_EQ(Count(out, std::string(118, 'v') + "\r\n"), 128u);
}

TEST(RedirectRules, AnswerForAnyMethodAndKeepTheConnection) {
  World w(Rules({}, {"/old/**=/new/{rest}=301", "/small=https://a.example/b"}));
  const std::string get = Ask(w, Get("/old/a?b=c") + Get("/large"));
  EXPECT_EQ(get.substr(0, 31), "HTTP/1.1 301 Moved Permanently\r");
  EXPECT_EQ(Count(get, "\r\nLocation: /new/a?b=c\r\n"), 1u)
      << get.substr(0, 400);
  EXPECT_EQ(Count(get, "HTTP/1.1 200 OK\r\n"), 1u);
  EXPECT_EQ(
      Count(Ask(w, Get("/small")), "\r\nLocation: https://a.example/b\r\n"),
      1u);
  const std::string post = Ask(w, Post("/old/", "body") + Get("/large"));
  EXPECT_EQ(Count(post, "\r\nLocation: /new/\r\n"), 1u);
  EXPECT_EQ(Count(post, "HTTP/1.1 200 OK\r\n"), 1u);
  const std::string chunked =
      Ask(w, Chunked("/old/", Body(3000), 99) + Get("/large"));
  EXPECT_EQ(Count(chunked, "HTTP/1.1 200 OK\r\n"), 1u);
}

TEST(RedirectRules, AdminRoutesAreNotRedirected) {
  World w(Rules({}, {"/**=https://a.example/"}));
  EXPECT_EQ(Count(Ask(w, Get("/admin")), "HTTP/1.1 200 OK"), 1u);
  EXPECT_EQ(Count(Ask(w, Get("/none")), "HTTP/1.1 302 Found"), 1u);
}

TEST(RedirectRules, ByNoSpellingIsARuleEscapedOrMisled) {
  World w(Rules({}, {"/old/**=/{rest}"}));
  for (const char* path : {"/%6fld/a", "/x/../old/a", "/./old/a"}) {
    EXPECT_EQ(Count(Ask(w, Get(path)), "\r\nLocation: /a\r\n"), 1u) << path;
  }
  for (const char* path : {"/old//evil.example", "/old///evil.example"}) {
    EXPECT_EQ(Count(Ask(w, Get(path)), "\r\nLocation: /evil.example\r\n"), 1u)
        << path;
  }
  EXPECT_EQ(Count(Ask(w, Get("/old/%2Fevil.example")),
                  "\r\nLocation: /%2Fevil.example\r\n"),
            1u);
  EXPECT_EQ(Count(Ask(w, Get("/old/%01%7f")), "\r\nLocation: /%01%7F\r\n"), 1u);
}

TEST(RedirectRules, AQueryWithoutRoomIsLeftOutAndAPathIsTooLong) {
  World w(Rules({}, {"/old/**=/new/{rest}"}));
  EXPECT_EQ(Count(Ask(w, Get("/old/a?" + std::string(3000, 'q'))),
                  "\r\nLocation: /new/a\r\n"),
            1u);
  EXPECT_EQ(Count(Ask(w, Get("/old/" + std::string(3000, 'p'))),
                  "HTTP/1.1 414 URI Too Long"),
            1u);
}

// ---- another configuration ----

std::unique_ptr<h1_config> With(World& w, const h1_config& from,
                                const std::string& header) {
  (void)w;
  auto c = std::make_unique<h1_config>(from);
  c->headers = {};
  Add(&c->headers, header);
  return c;
}

TEST(Snapshot, NewRequestsGoByTheNewOneAndOldOnesByTheirs) {
  h1_sim_options* options = nullptr;
  World w([&](h1_sim_options* o) {
    Add(&o->config.headers, "/** X-Generation: one");
    options = o;
  });
  char message[256];
  const auto two = With(w, options->config, "/** X-Generation: two");
  const auto three = With(w, options->config, "/** X-Generation: three");
  const int old = w.Connect();
  w.Send(old, Get("/later"));
  ASSERT_TRUE(h1_sim_reload(w.sim(), two.get(), message)) << message;
  EXPECT_EQ(Count(Ask(w, Get("/small")), "X-Generation: two"), 1u);
  EXPECT_FALSE(h1_sim_reload(w.sim(), three.get(), message))
      << "the older one is still in use";
  for (int i = 0; i < 2; i++) {
    h1_sim_wake_all();
    w.Settle();
  }
  EXPECT_EQ(Count(w.Output(old), "X-Generation: one"), 1u) << w.Output(old);
  ASSERT_TRUE(h1_sim_reload(w.sim(), three.get(), message)) << message;
  EXPECT_EQ(Count(Ask(w, Get("/small")), "X-Generation: three"), 1u);
  w.Send(old, Get("/small"));
  EXPECT_EQ(Count(w.Output(old), "X-Generation: three"), 1u);
  w.End();
}

TEST(Snapshot, TimesOfARequestAreThoseItBeganWith) {
  h1_sim_options* options = nullptr;
  World w([&](h1_sim_options* o) { options = o; });
  char message[256];
  auto brief = std::make_unique<h1_config>(options->config);
  brief->body_timeout_ms = 1000;
  brief->keepalive_timeout_ms = 2000;
  const int old = w.Connect();
  w.Send(old, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
  ASSERT_TRUE(h1_sim_reload(w.sim(), brief.get(), message)) << message;
  const int fresh = w.Connect();
  w.Send(fresh,
         "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
  w.Pass(2000);
  EXPECT_EQ(Count(w.Output(fresh), "HTTP/1.1 408 "), 1u);
  EXPECT_EQ(w.Output(old), "");
  w.Pass(30000);
  EXPECT_EQ(Count(w.Output(old), "HTTP/1.1 408 "), 1u);
  const std::string small = Ask(w, Get("/small"));
  EXPECT_EQ(Count(small, "Keep-Alive: timeout=2,"), 1u) << small;
  w.End();
}

}  // namespace
}  // namespace h1_test
