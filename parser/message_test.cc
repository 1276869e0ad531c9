#include "parser/message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;

// Shows `wire` in pieces of `step` bytes, as one who reads from a connection
// does, and writes down what happens: "HEAD GET /a", "data", "END", ...
class Reader {
 public:
  explicit Reader(size_t step) : step_(step), storage_(8) {}

  h1_message m;

  std::vector<h1_header>& storage() { return storage_; }

  std::string Read(const std::string& wire) {
    std::string log, data;
    std::string unused;
    size_t at = 0;
    for (int calls = 0; calls < 1000; calls++) {
      const Guarded shown(unused);
      size_t used = 0;
      const h1_message_event event = h1_message_next(&m, shown.slice(), &used);
      EXPECT_LE(used, unused.size());
      if (event == H1_MESSAGE_DATA) {
        EXPECT_GT(m.data.len, 0u);
        data += StringOf(m.data);
      } else if (event != H1_MESSAGE_NEED_INPUT && !data.empty()) {
        log += "[" + data + "] ";
        data.clear();
      }
      if (event == H1_MESSAGE_HEAD) log += Head();
      if (event == H1_MESSAGE_END) log += "END" + Trailers() + " ";
      unused.erase(0, used);
      if (event == H1_MESSAGE_OVER) {
        unused += wire.substr(at);
        return log + "OVER " + unused;
      }
      if (event == H1_MESSAGE_FAILED) {
        EXPECT_EQ(h1_message_next(&m, shown.slice(), &used), event);
        EXPECT_FALSE(h1_message_is_whole(&m));
        return log + h1_error_name(h1_message_error(&m)) + "@" +
               std::to_string(h1_message_error_offset(&m));
      }
      if (event != H1_MESSAGE_NEED_INPUT) continue;
      if (at == wire.size()) {
        if (!data.empty()) log += "[" + data + "] ";
        return log + (h1_message_is_whole(&m) ? "whole" : "cut off");
      }
      const std::string piece = wire.substr(at, step_);
      unused += piece;
      at += piece.size();
    }
    return log + "no end";
  }

 private:
  std::string Head() {
    const std::string first = m.responses
                                  ? std::to_string(m.response.status)
                                  : StringOf(m.request.method_text) + " " +
                                        StringOf(m.request.target) + " of " +
                                        StringOf(m.authority);
    return "HEAD " + first + (m.persists ? " " : " last ");
  }
  std::string Trailers() {
    std::string text;
    for (const h1_fields* f : {&m.trailers, &m.apart}) {
      for (size_t i = 0; i < f->count; i++) {
        text += (f == &m.apart ? " apart:" : " ") +
                StringOf(h1_fields_name(f, i)) + "=" +
                StringOf(h1_fields_value(f, i));
      }
    }
    return text;
  }

  size_t step_;
  std::vector<h1_header> storage_;
};

void ExpectRequests(const std::string& wire, const std::string& expected,
                    const h1_limits& limits = h1_limits_default()) {
  SCOPED_TRACE(wire);
  for (size_t step = 1; step <= wire.size(); step++) {
    Reader r(step);
    h1_requests_init(&r.m, &limits, h1_scan_best(), r.storage().data(), 8);
    ASSERT_EQ(r.Read(wire), expected) << step;
  }
}

void ExpectResponses(const std::string& method, const std::string& wire,
                     const std::string& expected, uint32_t tolerances = 0,
                     const h1_limits& limits = h1_limits_default()) {
  SCOPED_TRACE(wire);
  for (size_t step = 1; step <= wire.size(); step++) {
    Reader r(step);
    h1_responses_init(&r.m, &limits, h1_scan_best(), r.storage().data(), 8,
                      tolerances);
    if (!method.empty()) h1_message_answers(&r.m, SliceOf(method));
    ASSERT_EQ(r.Read(wire), expected) << step;
  }
}

TEST(Requests, AreReadOneAfterTheOther) {
  ExpectRequests(
      "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
      "\r\nPOST /b HTTP/1.1\r\nHost: i\r\nContent-Length: 5\r\n\r\nhello"
      "PUT /c HTTP/1.1\r\nHost: j\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n3;x\r\ncde\r\n0\r\nSum: 1\r\n\r\n"
      "GET http://o/d HTTP/1.1\r\nHost: k\r\nContent-Length: 0\r\n"
      "Connection: close\r\n\r\nGET /e",
      "HEAD GET /a of h END HEAD POST /b of i [hello] END "
      "HEAD PUT /c of j [abcde] END Sum=1 HEAD GET http://o/d of o last END "
      "OVER GET /e");
}

TEST(Requests, AreCutOffAnywhereButBetweenTwo) {
  const std::string wire =
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nab\r\n0\r\n\r\n";
  for (size_t n = 1; n < wire.size(); n++) {
    Reader r(7);
    const h1_limits limits = h1_limits_default();
    h1_requests_init(&r.m, &limits, h1_scan_best(), r.storage().data(), 8);
    const std::string log = r.Read(wire.substr(0, n));
    EXPECT_EQ(log.substr(log.size() - 7), "cut off") << n;
  }
  ExpectRequests(wire, "HEAD PUT / of h [ab] END whole");
  ExpectRequests(wire + "\r\n", "HEAD PUT / of h [ab] END whole");
}

TEST(Requests, AreRefusedWithReasonAndPlace) {
  h1_limits limits = h1_limits_default();
  limits.body_bytes = 4;
  const std::string good = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  ExpectRequests("GET / HTTP/1.1\n", "bare_lf@14");
  ExpectRequests(good + "GET / HTTP/1.1\n", "HEAD GET / of h END bare_lf@14");
  ExpectRequests("GET / HTTP/1.1\r\n\r\n", "host_missing@18");
  ExpectRequests("CONNECT / HTTP/1.1\r\nHost: h\r\n\r\n", "target_form@31");
  ExpectRequests(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: a b\r\n"
      "Transfer-Encoding: gzip, chunked\r\n\r\n",
      "connection_invalid@78");
  ExpectRequests("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
                 "body_too_large@46", limits);
  ExpectRequests("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nhell",
                 "HEAD PUT / of h [hell] END whole", limits);
  const std::string chunked =
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  ExpectRequests(chunked + "2\r\nabX",
                 "HEAD PUT / of h [ab] "
                 "chunk_end_invalid@60");
  ExpectRequests(chunked + "5\r\nhello", "HEAD PUT / of h body_too_large@57",
                 limits);
  ExpectRequests(chunked + "0\r\nHost: i\r\n\r\n",
                 "HEAD PUT / of h trailer_forbidden@62");
}

TEST(Responses, EndAsTheirFramingSays) {
  ExpectResponses("GET",
                  "HTTP/1.1 100 Continue\r\n\r\n"
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
                  "2\r\nab\r\n0\r\nContent-Type: a/b\r\nSum: 1\r\n\r\n"
                  "HTTP/1.1 200 OK\r\n\r\nto the end",
                  "HEAD 100 END HEAD 200 [hi] END HEAD 200 [ab] "
                  "END Sum=1 apart:Content-Type=a/b HEAD 200 last "
                  "[to the end] whole");
  ExpectResponses("HEAD",
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                  "HTTP/1.1 304 Not Modified\r\n\r\n",
                  "HEAD 200 END HEAD 304 END whole");
  ExpectResponses("CONNECT",
                  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                  "Content-Length: 0\r\n\r\nTUNNEL",
                  "HEAD 200 last END OVER TUNNEL");
  ExpectResponses("", "HTTP/1.1 101 S\r\nUpgrade: a\r\n\r\nother",
                  "HEAD 101 last END OVER other");
  ExpectResponses("",
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                  "Content-Length: 2\r\n\r\nhi",
                  "length_repeated@57");
}

TEST(Responses, AreReadWithTheirTolerances) {
  const std::string odd =
      "HTTP/1.0 200\r\nA: b\r\n c\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2  \r\nhi\r\n0\r\nSum: 1\r\n 2\r\n\r\n";
  ExpectResponses("GET", odd, "reason_invalid@12");
  ExpectResponses("GET", odd, "HEAD 200 last [hi] END Sum=1\r\n 2 OVER ",
                  H1_TOLERATE_USER_AGENT);
  h1_limits limits = h1_limits_default();
  limits.body_bytes = 4;
  ExpectResponses("GET", "HTTP/1.1 200 OK\r\n\r\nhello",
                  "HEAD 200 last [hell] body_too_large@23", 0, limits);
}

TEST(WholeHeads, AreDecodedInOneCall) {
  const h1_limits limits = h1_limits_default();
  std::vector<h1_header> storage(2);
  h1_request request;
  h1_response response;
  size_t consumed = 0;
  h1_error why = H1_OK;
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const auto decode = [&](const std::string& head) {
    return h1_request_decode_whole(SliceOf(head), &limits, storage.data(),
                                   storage.size(), &request, &consumed, &why);
  };
  const std::string longer = get + "more";
  ASSERT_EQ(decode(longer), H1_DONE);
  EXPECT_EQ(consumed, get.size());
  EXPECT_EQ(StringOf(request.target), "/");
  EXPECT_EQ(decode(get.substr(0, 20)), H1_NEED_INPUT);
  EXPECT_EQ(why, H1_OK);
  EXPECT_EQ(decode("GET / HTTP/1.1\n"), H1_FAILED);
  EXPECT_EQ(why, H1_BARE_LF);
  EXPECT_EQ(decode("GET / HTTP/1.1\r\na:\r\nb:\r\nc:\r\n\r\n"), H1_FAILED);
  EXPECT_EQ(why, H1_HEADER_COUNT);
  const std::string bare = "HTTP/1.1 200\r\nA: b\r\n\r\n";
  const auto respond = [&](uint32_t tolerances) {
    return h1_response_decode_whole(SliceOf(bare), tolerances, &limits,
                                    storage.data(), storage.size(), &response,
                                    &consumed, &why);
  };
  EXPECT_EQ(respond(H1_TOLERATE_NOTHING), H1_FAILED);
  EXPECT_EQ(why, H1_REASON_INVALID);
  ASSERT_EQ(respond(H1_TOLERATE_PROXY), H1_DONE);
  EXPECT_EQ(why, H1_OK);
  EXPECT_EQ(consumed, bare.size());
  EXPECT_EQ(StringOf(h1_fields_value(&response.fields, 0)), "b");
}

}  // namespace
