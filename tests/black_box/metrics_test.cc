// The metrics, as JSON and as Prometheus text: both count what happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  lines.pop_back();  // After the last line end.
  return lines;
}

// Whole samples of Prometheus text: "name{labels} value".
double Sample(const std::string& text, const std::string& name) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    double value = 0;
    if (absl::ConsumePrefix(&line, name) && absl::ConsumePrefix(&line, " ") &&
        absl::SimpleAtod(line, &value)) {
      return value;
    }
  }
  return -1;
}

TEST(Metrics, BothFormatsCountTheSame) {
  Server server;
  Client client = server.Connect();
  for (int i = 0; i < 7; i++) client.Get("/");
  for (int i = 0; i < 3; i++) client.Get("/nope");
  const Json json = ParseJson(client.Get("/_metrics").body);
  EXPECT_EQ(json.At("requests_total").number, 10);
  EXPECT_EQ(json.At("responses.2xx").number, 7);
  EXPECT_EQ(json.At("responses.4xx").number, 3);
  EXPECT_EQ(json.At("refusals.not_found").number, 3);
  const std::string text = client.Get("/_metrics?format=prometheus").body;
  EXPECT_EQ(Sample(text, "h1_requests_total"), 11) << text;
  EXPECT_EQ(Sample(text, "h1_responses_total{class=\"4xx\"}"), 3) << text;
  EXPECT_EQ(Sample(text, "h1_refusals_total{reason=\"not_found\"}"), 3) << text;
}

TEST(Metrics, PrometheusTextIsWellFormed) {
  Server server;
  server.Connect().Get("/nope");
  const std::string text =
      server.Connect().Get("/_metrics?format=prometheus").body;
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text.back(), '\n');
  std::string family;
  double last_bucket = 0;
  for (const std::string& line : Lines(text)) {
    if (absl::StartsWith(line, "# ")) {
      const std::vector<std::string> parts =
          absl::StrSplit(line, absl::MaxSplits(' ', 3));
      ASSERT_EQ(parts.size(), 4u) << line;
      EXPECT_TRUE(parts[1] == "HELP" || parts[1] == "TYPE") << line;
      if (parts[2] != family) last_bucket = 0;
      family = parts[2];
      continue;
    }
    EXPECT_THAT(line, testing::MatchesRegex(
                          "[a-z_0-9]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*"
                          "\")*\\})? [-+0-9.e]+"));
    EXPECT_TRUE(absl::StartsWith(line, family)) << line << " in " << family;
    if (absl::StrContains(line, "_bucket{")) {
      double value = -1;
      EXPECT_TRUE(absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &value));
      EXPECT_GE(value, last_bucket) << "buckets are cumulative: " << line;
      last_bucket = value;
    }
  }
}

TEST(Metrics, CountConnectionsReuseAndBytes) {
  Server server({"--workers", "1"});
  Client a = server.Connect();
  for (int i = 0; i < 5; i++) a.Get("/");
  Client b = server.Connect();
  const std::string body(10000, 'x');
  EXPECT_EQ(b.Exchange("POST", "/submit", "", body).status, 200);
  const Json json = ParseJson(b.Get("/_metrics").body);
  EXPECT_EQ(json.At("connections.accepted").number, 2);
  EXPECT_EQ(json.At("connections.active").number, 2);
  // Four of the first connection, and this request for the metrics may count.
  EXPECT_GE(json.At("requests_reused").number, 4);
  EXPECT_GE(json.At("bytes.in").number, 10000);
  EXPECT_GE(json.At("bytes.out").number, 10000);
  EXPECT_GT(json.At("memory.bound").number, 0);
  EXPECT_GT(json.At("memory.resident").number, 0);
  EXPECT_EQ(json.At("queue.capacity").number, 128);
}

}  // namespace
}  // namespace h1_test
