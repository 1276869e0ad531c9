// The handlers that need no files: home, stream, submit, metrics, health.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "handlers/admin.h"
#include "handlers/home.h"
#include "handlers/stream.h"
#include "handlers/submit.h"
#include "handlers/testing/fake_exchange.h"
#include "parser/values.h"

namespace {

// ---- home ----

const FakeFields kBrowser = {
    {"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};

TEST(Home, NamesEveryRouteAndLinksToTheTestPage) {
  h1_exchange x("GET", "/", kBrowser);
  x.Run("/", h1_home_serve);
  x.Drain();
  EXPECT_EQ(x.status, 200);
  EXPECT_EQ(x.kind, FakeKind::kBorrow);
  EXPECT_EQ(x.type, "text/html; charset=utf-8");
  for (const char* want :
       {"<!doctype html>", "href=\"/stream\"", "/submit", "href=\"/static/\"",
        "href=\"/static/test.html\"", "href=\"/_metrics\"", "href=\"/_status\"",
        "href=\"/_health\""}) {
    EXPECT_NE(x.body.find(want), std::string::npos) << want;
  }
}

TEST(Home, WrittenOutLinesAreWhatTheEncoderWrites) {
  h1_exchange x("GET", "/", kBrowser);
  x.Run("/", h1_home_serve);
  std::string encoded;
  for (const auto& f : x.reply_fields) {
    uint8_t room[512];
    size_t size = 0;
    ASSERT_EQ(h1_field_encode(h1_slice_of(f.first.c_str()),
                              h1_slice_of(f.second.c_str()),
                              {room, sizeof room}, &size),
              H1_DONE);
    encoded.append(reinterpret_cast<const char*>(room), size);
  }
  EXPECT_EQ(encoded, h1_home_lines);
  EXPECT_EQ(x.reply_fields.size(), 3u);
}

TEST(Home, IsTextUnlessAPageIsPreferred) {
  const struct {
    const char* accept;  // empty: none
    bool page;
  } cases[] = {
      {"", false},
      {"*/*", false},
      {"text/*", false},
      {"text/plain", false},
      {"text/html", true},
      {"text/html;q=0.5, text/plain;q=0.4", true},
      {"text/html;q=0.5, */*;q=0.5", false},
      {"text/html;q=0", false},
      {"application/json", false},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
  };
  for (const auto& c : cases) {
    FakeFields fields;
    if (c.accept[0] != '\0') fields.push_back({"Accept", c.accept});
    h1_exchange x("GET", "/", fields);
    x.Run("/", h1_home_serve);
    x.Drain();
    EXPECT_EQ(x.status, 200);
    EXPECT_EQ(x.Field("Vary"), "Accept");
    EXPECT_EQ(x.type,
              c.page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8")
        << c.accept;
    EXPECT_EQ(x.body == "Hello, world!", !c.page) << c.accept;
  }
}

// ---- stream ----

TEST(Stream, GivesOneLineAPieceAndWaitsBetween) {
  struct {
    const char* target;
    size_t count;
    uint64_t interval_ms;
  } const cases[] = {
      {"/stream", 5, 100},
      {"/stream?count=3", 3, 100},
      {"/stream?interval=7&count=2", 2, 7},
      {"/stream?count=1000&interval=0", 1000, 0},
      {"/stream?count=1&interval=10000", 1, 10000},
      {"/stream?count=%32&other=%zz", 2, 100},
      {"/stream?", 5, 100},
  };
  for (const auto& c : cases) {
    h1_exchange x("GET", c.target);
    x.now_ms = 5000;
    x.Run("/stream", h1_stream_serve);
    x.Drain();
    EXPECT_EQ(x.status, 200) << c.target;
    EXPECT_EQ(x.length, H1_LENGTH_UNKNOWN);
    EXPECT_EQ(x.type, "text/plain; charset=utf-8");
    EXPECT_EQ(x.Field("Cache-Control"), "no-store");
    ASSERT_EQ(x.pieces.size(), c.count) << c.target;
    for (size_t i = 0; i < c.count; i++) {
      EXPECT_EQ(x.pieces[i], "chunk " + std::to_string(i + 1) + "\n");
    }
    const std::vector<uint64_t> waits(c.interval_ms == 0 ? 0 : c.count - 1,
                                      c.interval_ms);
    EXPECT_EQ(x.waits_ms, waits) << c.target;
  }
}

TEST(Stream, WokenEarlyItWaitsOn) {
  h1_exchange x("GET", "/stream?interval=50");
  x.now_ms = 100;
  x.Run("/stream", h1_stream_serve);
  uint8_t room[4096];
  EXPECT_EQ(x.pull(x.state, {room, sizeof room}, 100).step, H1_PULL_BYTES);
  const h1_pulled early = x.pull(x.state, {room, sizeof room}, 149);
  EXPECT_EQ(early.step, H1_PULL_WAIT);
  EXPECT_EQ(early.wait_until_ms, 150u);
  EXPECT_EQ(x.pull(x.state, {room, sizeof room}, 150).step, H1_PULL_BYTES);
}

TEST(Stream, RefusesNonsense) {
  const std::string digits(65, '1');
  for (const std::string& query : std::vector<std::string>{
           "count=0", "count=1001", "count=", "count=x", "count=-1", "count=+1",
           "count=1.5", "count=5&count=5", "count=99999999999999999999",
           "interval=10001", "interval=abc", "interval=%zz", "interval=1%",
           "count"}) {
    h1_exchange x("GET", "/stream?" + query);
    x.Run("/stream", h1_stream_serve);
    EXPECT_EQ(x.status, 400) << query;
    EXPECT_EQ(x.reason, H1_TARGET_INVALID) << query;
  }
  h1_exchange x("GET", "/stream?count=" + digits);
  x.Run("/stream", h1_stream_serve);
  EXPECT_EQ(x.status, 400);
}

// ---- submit ----

TEST(Submit, EchoesTheBodyUnderATypeThatParses) {
  const std::string unknown = "application/octet-stream";
  struct {
    const char* type;  // NULL: no field
    std::string want;
  } const cases[] = {
      {nullptr, unknown},
      {"text/plain", "text/plain"},
      {"Text/HTML; charset=\"utf-8\"", "Text/HTML; charset=\"utf-8\""},
      {"", unknown},
      {"text", unknown},
      {"text/", unknown},
      {"/plain", unknown},
      {"text/plain; charset", unknown},
      {"text/plain, text/html", unknown},
      {"text /plain", unknown},
      {"\xff/plain", unknown},
  };
  for (const auto& c : cases) {
    FakeFields fields;
    if (c.type != nullptr) fields.emplace_back("Content-Type", c.type);
    h1_exchange x("POST", "/submit", fields, std::string("a\0b\r\n", 5));
    x.Run("/submit", h1_submit_serve);
    EXPECT_EQ(x.status, 200);
    EXPECT_EQ(x.kind, FakeKind::kEcho);
    EXPECT_EQ(x.type, c.want);
  }
}

TEST(Submit, EchoesTheCodingsOfTheBody) {
  const struct {
    FakeFields fields;
    const char* want;
  } cases[] = {
      {{}, ""},
      {{{"Content-Encoding", "gzip"}}, "gzip"},
      {{{"Content-Encoding", "gzip ,, br"}, {"Content-Encoding", "x-y"}},
       "gzip, br, x-y"},
      {{{"Content-Encoding", "gzip"}, {"Content-Encoding", "a b"}}, ""},
      {{{"Content-Encoding", "\"gzip\""}}, ""},
      {{{"Content-Encoding", ""}}, ""},
      {{{"Content-Encoding", "gzip, \"open"}}, ""},
  };
  for (const auto& c : cases) {
    h1_exchange x("POST", "/submit", c.fields, "x");
    x.Run("/submit", h1_submit_serve);
    EXPECT_EQ(x.status, 200);
    EXPECT_EQ(x.Field("Content-Encoding"), c.want);
    EXPECT_EQ(x.FieldCount("Content-Encoding"), c.want[0] == '\0' ? 0u : 1u);
  }
  const FakeFields longest = {{"Content-Encoding", std::string(126, 'x')}};
  h1_exchange fits("POST", "/submit", longest, "x");
  fits.Run("/submit", h1_submit_serve);
  EXPECT_EQ(fits.Field("Content-Encoding"), std::string(126, 'x'));
  const FakeFields longer = {{"Content-Encoding", std::string(127, 'x')}};
  h1_exchange more("POST", "/submit", longer, "x");
  more.Run("/submit", h1_submit_serve);
  EXPECT_EQ(more.FieldCount("Content-Encoding"), 0u);
}

// ---- metrics and health ----

struct Source {
  bool draining = false;
  size_t size = 10;
  static h1_step Render(void* arg, bool prometheus, h1_buffer room,
                        size_t* size) {
    const size_t n = static_cast<Source*>(arg)->size;
    *size = n;
    if (n > room.len) return H1_NEED_ROOM;
    for (size_t i = 0; i < n; i++) room.ptr[i] = prometheus ? 'p' : 'j';
    return H1_DONE;
  }
  static bool Draining(void* arg) {
    return static_cast<Source*>(arg)->draining;
  }
};

class Admin : public ::testing::Test {
 protected:
  void Ask(h1_exchange* x, h1_handler handler) {
    h1_admin_source admin = {Source::Render, Source::Draining, &source_};
    x->data = &admin;
    x->Run("/", handler);
    x->Drain();
  }
  Source source_;
};

TEST_F(Admin, AcceptAndFormatChooseTheForm) {
  const char* const prometheus =
      "application/openmetrics-text;version=1.0.0;q=0.5,"
      "text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
  struct {
    const char* query;
    const char* accept;  // NULL: no field
    char want;           // 'j', 'p', or '4' for a 400
  } const cases[] = {
      {"", nullptr, 'j'},
      {"", "*/*", 'j'},
      {"", "text/plain", 'p'},
      {"", "text/*", 'p'},
      {"", "application/json", 'j'},
      {"", "application/json, text/plain", 'j'},
      {"", "application/json;q=0.5, text/plain", 'p'},
      {"", "application/json;q=0.5, text/plain;q=0.499", 'j'},
      {"", "text/html,application/xhtml+xml,*/*;q=0.8", 'j'},
      {"", "text/plain;q=0, */*", 'j'},
      {"", "image/png", 'j'},
      {"", prometheus, 'p'},
      {"?format=prometheus", nullptr, 'p'},
      {"?format=prometheus", "application/json", 'p'},
      {"?format=json", "text/plain", 'j'},
      {"?x=1&format=js%6Fn", "text/plain", 'j'},
      {"?Format=xml", "text/plain", 'p'},
      {"?format=xml", nullptr, '4'},
      {"?format=", nullptr, '4'},
      {"?format", nullptr, '4'},
      {"?format=JSON", nullptr, '4'},
      {"?format=json&format=json", nullptr, '4'},
      {"?format=%", nullptr, '4'},
  };
  for (const auto& c : cases) {
    FakeFields fields;
    if (c.accept != nullptr) fields.emplace_back("Accept", c.accept);
    h1_exchange x("GET", std::string("/_metrics") + c.query, fields);
    Ask(&x, h1_metrics_serve);
    const std::string what = std::string(c.query) + " " +
                             (c.accept != nullptr ? c.accept : "no Accept");
    if (c.want == '4') {
      EXPECT_EQ(x.status, 400) << what;
      EXPECT_EQ(x.reason, H1_TARGET_INVALID) << what;
      continue;
    }
    EXPECT_EQ(x.status, 200) << what;
    EXPECT_EQ(x.body, std::string(10, c.want)) << what;
    EXPECT_EQ(x.type, c.want == 'p' ? "text/plain; version=0.0.4; charset=utf-8"
                                    : "application/json");
    EXPECT_EQ(x.Field("Vary"), "Accept");
    EXPECT_EQ(x.Field("Cache-Control"), "no-store");
  }
}

TEST_F(Admin, MetricsFitOneReplyOrFail) {
  source_.size = H1_REPLY_COPY_MAX;
  h1_exchange most("GET", "/_metrics");
  Ask(&most, h1_metrics_serve);
  EXPECT_EQ(most.status, 200);
  EXPECT_EQ(most.body.size(), H1_REPLY_COPY_MAX);
  source_.size++;
  h1_exchange more("GET", "/_metrics");
  Ask(&more, h1_metrics_serve);
  EXPECT_EQ(more.status, 500);
  EXPECT_EQ(more.reason, H1_HANDLER_FAILED);
}

TEST_F(Admin, HealthTurnsWhileDraining) {
  h1_exchange well("GET", "/_health");
  Ask(&well, h1_health_serve);
  EXPECT_EQ(well.status, 200);
  EXPECT_EQ(well.body, "{\"status\":\"ok\"}\n");
  EXPECT_EQ(well.type, "application/json");
  EXPECT_EQ(well.Field("Cache-Control"), "no-store");
  source_.draining = true;
  h1_exchange leaving("GET", "/_health");
  Ask(&leaving, h1_health_serve);
  EXPECT_EQ(leaving.status, 503);
  EXPECT_EQ(leaving.body, "{\"status\":\"draining\"}\n");
  EXPECT_EQ(leaving.Field("Cache-Control"), "no-store");
}

TEST_F(Admin, HealthTellsTheReadyFromTheLive) {
  const struct {
    const char* query;
    int status;  // while draining
  } cases[] = {
      {"live", 200},  {"live=1", 200},       {"x=1&live", 200},
      {"ready", 503}, {"ready&x=live", 503}, {"", 503},
      {"alive", 503}, {"live&live", 503},
  };
  for (const auto& c : cases) {
    source_.draining = false;
    h1_exchange well("GET", std::string("/_health?") + c.query);
    Ask(&well, h1_health_serve);
    EXPECT_EQ(well.status, 200) << c.query;
    source_.draining = true;
    h1_exchange leaving("GET", std::string("/_health?") + c.query);
    Ask(&leaving, h1_health_serve);
    EXPECT_EQ(leaving.status, c.status) << c.query;
  }
}

}  // namespace
