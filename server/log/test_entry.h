// An entry of the access log with texts of its own, and its line.
#ifndef H1_SERVER_LOG_TEST_ENTRY_H_
#define H1_SERVER_LOG_TEST_ENTRY_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/log/log.h"
#include "server/testing/json_check.h"

namespace h1_test {

inline h1_slice Slice(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

// An entry with its texts.
struct Entry {
  std::string client = "127.0.0.1", peer = "127.0.0.1", method = "GET",
              target = "/x", host, referer, agent;
  h1_log_entry e = {};
  Entry() {
    e.time_s = 1795402653;  // 2026-11-23T02:57:33Z
    e.time_us = 1234;
    e.minor_version = 1;
    e.has_request_line = true;
    e.head_decoded = true;
    e.status = 200;
    e.bytes = 12;
    e.latency_us = 345;
  }
  const h1_log_entry* get() {
    e.client = Slice(client);
    e.peer = Slice(peer);
    e.host = Slice(host);
    e.method = Slice(method);
    e.target = Slice(target);
    e.referer = Slice(referer);
    e.user_agent = Slice(agent);
    return &e;
  }
};

// Formats into an exact-size block, so that a byte too many faults under ASan.
inline std::string Format(h1_log_format format, Entry& entry,
                          size_t room = H1_LOG_LINE_MAX) {
  std::unique_ptr<uint8_t[]> bytes(new uint8_t[room]);
  size_t len = h1_log_format_line(format, entry.get(), {bytes.get(), room});
  EXPECT_LE(len, room);
  return std::string(reinterpret_cast<char*>(bytes.get()), len);
}

inline h1::JsonCheck::Values Json(const std::string& line) {
  h1::JsonCheck::Values values;
  EXPECT_TRUE(h1::JsonCheck::Read(line, &values)) << line;
  return values;
}

}  // namespace h1_test

#endif
