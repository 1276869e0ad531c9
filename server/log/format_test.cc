// What a line of the access log looks like, in each format.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "server/log/log.h"
#include "server/log/test_entry.h"

namespace h1_test {
namespace {

TEST(LogJson, ALineHasTheDocumentedKeys) {
  Entry entry;
  EXPECT_EQ(
      Format(H1_LOG_JSON, entry),
      "{\"time\":\"2026-11-23T02:57:33.001234Z\",\"client\":\"127.0.0.1\","
      "\"peer\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/x\","
      "\"version\":\"1.1\",\"host\":null,\"status\":200,\"bytes\":12,"
      "\"latency_us\":345,\"reused\":false,\"reason\":null,"
      "\"referer\":null,\"user_agent\":null}\n");
}

TEST(LogJson, PortReuseAndReasonAreShown) {
  Entry entry;
  entry.e.client_port = 65535;
  entry.e.reused = true;
  entry.e.reason = H1_HOST_MISSING;
  auto values = Json(Format(H1_LOG_JSON, entry));
  EXPECT_EQ(values["client_port"], "65535");
  EXPECT_EQ(values["reused"], "true");
  EXPECT_EQ(values["reason"], "'host_missing'");
  EXPECT_EQ(values.size(), 15u);
}

TEST(LogJson, WhatIsUnsentIsShown) {
  Entry entry;
  entry.e.unsent = 345;
  auto values = Json(Format(H1_LOG_JSON, entry));
  EXPECT_EQ(values["unsent"], "345");
  EXPECT_EQ(values["bytes"], "12");
}

TEST(LogJson, BothEndsAreShown) {
  Entry entry;
  entry.client = "203.0.113.9";
  entry.peer = "unix";
  entry.e.client_stopped = "unknown";
  auto values = Json(Format(H1_LOG_JSON, entry));
  EXPECT_EQ(values["client"], "'203.0.113.9'");
  EXPECT_EQ(values.count("client_port"), 0u);
  EXPECT_EQ(values["peer"], "'unix'");
  EXPECT_EQ(values.count("peer_port"), 0u);
  EXPECT_EQ(values["client_stopped"], "'unknown'");
  entry.e.peer_port = 443;
  entry.e.client_stopped = nullptr;
  values = Json(Format(H1_LOG_JSON, entry));
  EXPECT_EQ(values["peer_port"], "443");
  EXPECT_EQ(values.count("client_stopped"), 0u);
}

TEST(LogJson, WhatTheClientSaysOfItselfIsShown) {
  Entry entry;
  entry.host = "a.example";
  entry.agent = "say \"hi\"";
  entry.referer = "http://r/";
  entry.e.minor_version = 0;
  auto values = Json(Format(H1_LOG_JSON, entry));
  EXPECT_EQ(values["host"], "'a.example'");
  EXPECT_EQ(values["user_agent"], "'say \"hi\"'");
  EXPECT_EQ(values["referer"], "'http://r/'");
  EXPECT_EQ(values["version"], "'1.0'");
  entry.e.head_decoded = false;
  EXPECT_EQ(Json(Format(H1_LOG_JSON, entry))["version"], "null");
}

TEST(LogJson, WhatWasNotDecodedIsNull) {
  Entry entry;
  entry.e.has_request_line = false;
  entry.client = "";
  entry.e.status = 0;
  auto values = Json(Format(H1_LOG_JSON, entry));
  EXPECT_EQ(values["method"], "null");
  EXPECT_EQ(values["path"], "null");
  EXPECT_EQ(values["client"], "null");
  EXPECT_EQ(values["status"], "0");
}

TEST(LogJson, EveryByteIsEscapedSoThatItReadsBack) {
  for (int byte = 0; byte < 256; byte++) {
    Entry entry;
    entry.target = std::string("/a") + static_cast<char>(byte) + "b";
    std::string line = Format(H1_LOG_JSON, entry);
    EXPECT_EQ(Json(line)["path"], "'" + entry.target + "'") << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1) << byte;
  }
}

TEST(LogCombined, ALineIsApachesByteForByte) {
  Entry entry;
  EXPECT_EQ(Format(H1_LOG_COMBINED, entry),
            "127.0.0.1 - - [23/Nov/2026:02:57:33 +0000] \"GET /x HTTP/1.1\" "
            "200 12 \"-\" \"-\"\n");
  entry.referer = "http://a/";
  entry.agent = "curl/8";
  entry.e.minor_version = 0;
  entry.e.bytes = 0;
  entry.client = "::1";
  EXPECT_EQ(Format(H1_LOG_COMBINED, entry),
            "::1 - - [23/Nov/2026:02:57:33 +0000] \"GET /x HTTP/1.0\" "
            "200 - \"http://a/\" \"curl/8\"\n");
}

// What goaccess 1.7 refuses: a client that is no address, a status that is no
// number from 100 on. A request line that is "-" and no bytes it takes.
TEST(LogCombined, EveryKindOfClientIsALineThatReadersTake) {
  const std::string rest =
      " - - [23/Nov/2026:02:57:33 +0000] \"-\" 499 - \"-\" \"-\"\n";
  for (const auto& [client, host] :
       std::vector<std::pair<std::string, std::string>>{
           {"unix", "0.0.0.0"},
           {"", "0.0.0.0"},
           {"192.0.2.1", "192.0.2.1"},
           {"2001:db8::1", "2001:db8::1"},
           {"::ffff:192.0.2.1", "::ffff:192.0.2.1"}}) {
    Entry entry;
    entry.e.has_request_line = false;
    entry.e.status = 0;
    entry.e.bytes = 0;
    entry.client = client;
    EXPECT_EQ(Format(H1_LOG_COMBINED, entry), host + rest) << client;
  }
}

TEST(LogCombined, BytesThatCouldForgeAFieldAreEscaped) {
  Entry entry;
  entry.target = std::string("/\"\\\n\r\0\x7F\xC3\xA9", 9);
  entry.referer = "\" 200 \"";
  entry.agent = "\x1B[31m";
  EXPECT_EQ(Format(H1_LOG_COMBINED, entry),
            "127.0.0.1 - - [23/Nov/2026:02:57:33 +0000] "
            "\"GET /\\x22\\x5C\\x0A\\x0D\\x00\\x7F\\xC3\\xA9 HTTP/1.1\" 200 12 "
            "\"\\x22 200 \\x22\" \"\\x1B[31m\"\n");
}

TEST(LogLine, TimesAreRightAcrossTheCalendar) {
  const std::pair<int64_t, const char*> cases[] = {
      {0, "1970-01-01T00:00:00.001234Z"},
      {951782399, "2000-02-28T23:59:59.001234Z"},
      {951782400, "2000-02-29T00:00:00.001234Z"},
      {1735689599, "2024-12-31T23:59:59.001234Z"},
      {4102444800, "2100-01-01T00:00:00.001234Z"},
      {INT64_MAX, "1970-01-01T00:00:00.001234Z"}, /* beyond the calendar */
      {INT64_MIN, "1970-01-01T00:00:00.001234Z"},
  };
  for (const auto& [second, text] : cases) {
    Entry entry;
    entry.e.time_s = second;
    EXPECT_EQ(Json(Format(H1_LOG_JSON, entry))["time"],
              std::string("'") + text + "'");
  }
}

TEST(LogLine, EveryMonthHasItsNumberAndName) {
  const char* const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (int month = 0; month < 12; month++) {
    Entry entry;
    entry.e.time_s = 1768435200 + int64_t{month} * 2630016;  // 15 January on
    std::string json = Format(H1_LOG_JSON, entry);
    std::string combined = Format(H1_LOG_COMBINED, entry);
    EXPECT_EQ(std::stoi(json.substr(14, 2)), month + 1) << json;
    EXPECT_NE(combined.find(std::string("/") + names[month] + "/2026:"),
              std::string::npos)
        << combined;
  }
}

TEST(LogLine, LongTextsAreCutBetweenEscapesAndMarked) {
  for (char byte : {'a', '"', '\n', '\xFF'}) {
    for (size_t len = 3000; len < 4200; len += 7) {
      Entry entry;
      entry.target = "/" + std::string(len, byte);
      std::string path = Json(Format(H1_LOG_JSON, entry))["path"];
      bool whole = path == "'" + entry.target + "'";
      bool cut = path.size() > 4 && path.substr(path.size() - 4) == "...'" &&
                 entry.target.compare(0, path.size() - 5,
                                      path.substr(1, path.size() - 5)) == 0;
      EXPECT_TRUE(whole || cut) << byte << " " << len << " " << path;
    }
  }
}

TEST(LogLine, AnyEntryFitsInTheDocumentedRoomAndIsOneLine) {
  for (size_t len : {0u, 1u, 100u, 5000u, 70000u}) {
    for (char byte : {'a', '"', '\0', '\xFF'}) {
      for (h1_log_format format : {H1_LOG_JSON, H1_LOG_COMBINED}) {
        Entry entry;
        entry.client = entry.peer = entry.method = entry.target = entry.host =
            entry.referer = entry.agent = std::string(len, byte);
        entry.e.peer_port = UINT32_MAX;
        entry.e.client_stopped = "unknown";
        entry.e.bytes = entry.e.latency_us = UINT64_MAX;
        entry.e.time_us = entry.e.client_port = UINT32_MAX;
        entry.e.status = UINT16_MAX;
        entry.e.minor_version = UINT8_MAX;
        entry.e.reason = H1_VERSION_UNSUPPORTED;
        for (size_t room : {H1_LOG_LINE_MAX, size_t{1024}, size_t{1025}}) {
          std::string line = Format(format, entry, room);
          ASSERT_FALSE(line.empty());
          EXPECT_EQ(line.find('\n'), line.size() - 1);
          if (format == H1_LOG_JSON) Json(line);
        }
      }
    }
  }
}

TEST(LogLine, TextsJustAsLongAsTheirShareAreNotCut) {
  // Found by growing the target until dots appear: the line before was whole,
  // and the cut line is not longer than the whole one.
  Entry entry;
  size_t whole = 0;
  for (size_t len = 1; whole == 0; len++) {
    entry.target = std::string(len, 'a');
    std::string path = Json(Format(H1_LOG_JSON, entry))["path"];
    if (path.find("...") != std::string::npos) {
      whole = len - 1;
      EXPECT_EQ(path.size(), whole + 2);
    }
    ASSERT_LT(len, 5000u);
  }
  EXPECT_GT(whole, 3000u);
}

TEST(LogLine, AUserAgentMayUseWhatTheRestLeaves) {
  Entry entry;
  entry.agent = std::string(2500, 'u');
  std::string line = Format(H1_LOG_COMBINED, entry);
  EXPECT_NE(line.find(entry.agent), std::string::npos);
}

TEST(LogLine, TooSmallARoomGetsNothing) {
  Entry entry;
  for (size_t room : {0u, 1u, 100u, 500u}) {
    EXPECT_EQ(Format(H1_LOG_JSON, entry, room), "");
    EXPECT_EQ(Format(H1_LOG_COMBINED, entry, room), "");
  }
}

}  // namespace
}  // namespace h1_test
