// Attacks on what the codecs write: text of a stranger that a handler or a
// caller was talked into sending, so that one message becomes two. The encoders
// refuse such a message whole: nothing is written.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "parser/chunked.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/request.h"
#include "parser/response.h"
#include "tests/support/guarded.h"

namespace h1_test {
namespace {

using std::string;

// What splits a message wherever it comes to stand.
const std::vector<string>& Splitters() {
  static const auto* const all = new std::vector<string>{
      "a\r\nSet-Cookie: b",                // another field
      "a\r\n\r\n<script>",                 // a body
      "a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",  // another response
      "a\nSet-Cookie: b",                  // for those who take a bare LF
      "a\rSet-Cookie: b",                  // or CR
      "a\r\n b",                           // a fold
      "a\r",
      "a\n",
      "\r\na",
      "\n",
      string("a\0b", 3),  // for those who stop at it
      string(1, '\0'),
      "a\x01",
      "a\v",
      "a\f",
      "a\x1b[2J",
      "a\x7f",
  };
  return *all;
}

struct Encoded {
  h1_step step;
  h1_error why;
  string bytes;
};

// Encodes into a room that is large enough and shows whether it was written to.
template <class Encode>
Encoded Written(const Encode& encode) {
  string room(4096, '?');
  size_t size = 0;
  h1_error why = H1_OK;
  const h1_step step =
      encode(h1_buffer{reinterpret_cast<uint8_t*>(room.data()), room.size()},
             &size, &why);
  if (step != H1_DONE) {
    EXPECT_EQ(room, string(4096, '?')) << "nothing is written";
    size = 0;
  }
  return {step, why, room.substr(0, size)};
}

// A response with one field; NULL for what is left out.
Encoded Response(const string& name, const string& value,
                 const string& reason = "OK",
                 h1_out_framing framing = H1_OUT_LENGTH, int status = 200) {
  return Written([&](h1_buffer room, size_t* size, h1_error* why) {
    const h1_field field = {SliceOf(name), SliceOf(value)};
    h1_response_out r = {};
    r.status = static_cast<uint16_t>(status);
    r.reason = SliceOf(reason);
    r.fields = &field;
    r.field_count = 1;
    r.framing = framing;
    return h1_response_encode(&r, room, size, why);
  });
}

Encoded Request(const string& method, const string& target, const string& host,
                const string& name = "X", const string& value = "y") {
  return Written([&](h1_buffer room, size_t* size, h1_error* why) {
    const h1_field field = {SliceOf(name), SliceOf(value)};
    h1_request_out r = {};
    r.method = SliceOf(method);
    r.target = SliceOf(target);
    r.host = SliceOf(host);
    r.fields = &field;
    r.field_count = 1;
    return h1_request_encode(&r, room, size, why);
  });
}

void ExpectRefused(const Encoded& e, h1_error why, const string& hostile) {
  EXPECT_EQ(e.step, H1_FAILED) << absl::CHexEscape(hostile);
  EXPECT_STREQ(h1_error_name(e.why), h1_error_name(why))
      << absl::CHexEscape(hostile);
}

TEST(AttackEncode, HarmlessMessagesAreWritten) {
  EXPECT_EQ(Response("X", "y").bytes,
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(Request("GET", "/", "a").bytes,
            "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n");
}

// CVE-2022-41915, CVE-2020-5247: a value.
TEST(AttackEncode, NoValueSplitsAResponse) {
  for (const string& value : Splitters()) {
    ExpectRefused(Response("X", value), H1_ENCODE_VALUE, value);
  }
}

// CVE-2024-24795: a name.
TEST(AttackEncode, NoNameSplitsAResponse) {
  for (const string& name : Splitters()) {
    ExpectRefused(Response(name, "y"), H1_ENCODE_NAME, name);
  }
  for (const string name : {"", " ", "X ", " X", "X:", "X: y", "X Y", "X\t",
                            "\"X\"", "X\x80", "(X)", "X,Y", "X;", "{X}"}) {
    ExpectRefused(Response(name, "y"), H1_ENCODE_NAME, name);
  }
}

// CVE-2016-5325: a reason phrase.
TEST(AttackEncode, NoReasonPhraseSplitsAResponse) {
  for (const string& reason : Splitters()) {
    ExpectRefused(Response("X", "y", reason), H1_ENCODE_LINE, reason);
  }
}

// CVE-2016-2216, CVE-2018-12116: characters whose low byte is a CR or an LF
// stay the bytes they are.
TEST(AttackEncode, NoCharacterIsCutDownToALineEnd) {
  const string value = "\xC4\x8D\xC4\x8A\xE5\x98\x8D\xE5\x98\x8A";
  EXPECT_EQ(Response("X", value).bytes,
            absl::StrCat("HTTP/1.1 200 OK\r\nX: ", value,
                         "\r\nContent-Length: 0\r\n\r\n"));
}

// RFC 9112 6: framing of a handler's own would contradict what is sent.
TEST(AttackEncode, FramingIsTheEncodersAlone) {
  for (const string name :
       {"Content-Length", "content-length", "Transfer-Encoding",
        "tRANSFER-eNCODING", "Connection", "Keep-Alive"}) {
    ExpectRefused(Response(name, "5"), H1_ENCODE_FRAMING, name);
    ExpectRefused(Request("GET", "/", "a", name, "5"), H1_ENCODE_FRAMING, name);
  }
  for (const int status : {100, 101, 103, 204}) {
    for (h1_out_framing framing : {H1_OUT_LENGTH, H1_OUT_CHUNKED}) {
      ExpectRefused(Response("X", "y", "", framing, status), H1_ENCODE_FRAMING,
                    absl::StrCat(status));
    }
  }
  for (const int status : {0, 1, 99, 600, 1000, 2000, 65535}) {
    ExpectRefused(Response("X", "y", "", H1_OUT_LENGTH, status), H1_ENCODE_LINE,
                  absl::StrCat(status));
  }
}

// CVE-2020-26116, CVE-2023-49082: a method.
TEST(AttackEncode, NoMethodSplitsARequest) {
  for (const string& method : Splitters()) {
    ExpectRefused(Request(method, "/", "a"), H1_ENCODE_LINE, method);
  }
  for (const string method :
       {"", "GET ", " GET", "GET /admin HTTP/1.1\r\nX:", "GET\t", "GET:"}) {
    ExpectRefused(Request(method, "/", "a"), H1_ENCODE_LINE, method);
  }
}

// CVE-2019-9740, CVE-2018-12116: a target.
TEST(AttackEncode, NoTargetSplitsARequest) {
  for (const string& target : Splitters()) {
    ExpectRefused(Request("GET", target, "a"), H1_ENCODE_LINE, target);
  }
  for (const string target : {"", " ", "/a b", "/ HTTP/1.1", "/\t", "/#a",
                              "/\x80", "/\xC4\x8D\xC4\x8A"}) {
    ExpectRefused(Request("GET", target, "a"), H1_ENCODE_LINE, target);
  }
}

// CVE-2019-18348, CVE-2023-29406, CVE-2026-3632: a host.
TEST(AttackEncode, NoHostSplitsARequest) {
  for (const string& host : Splitters()) {
    ExpectRefused(Request("GET", "/", host), H1_ENCODE_VALUE, host);
  }
  for (const string host : {" ", "a b", "a\t", "a#", "\x80", "a/b", "u@a",
                            "a,b", "a:b", "a?b", "[", "a\\b"}) {
    ExpectRefused(Request("GET", "/", host), H1_ENCODE_VALUE, host);
  }
  ExpectRefused(Request("GET", "/", "a", "Host", "evil"), H1_ENCODE_NAME,
                "a second Host");
}

// CVE-2022-31150: a field of a request.
TEST(AttackEncode, NoFieldSplitsARequest) {
  for (const string& text : Splitters()) {
    ExpectRefused(Request("GET", "/", "a", "X", text), H1_ENCODE_VALUE, text);
    ExpectRefused(Request("GET", "/", "a", text, "y"), H1_ENCODE_NAME, text);
  }
}

// Trailers, and what is prepared for many answers, are written by this one.
TEST(AttackEncode, NoFieldLineIsTwo) {
  const auto line = [](const string& name, const string& value) {
    return Written([&](h1_buffer room, size_t* size, h1_error*) {
      return h1_field_encode(SliceOf(name), SliceOf(value), room, size);
    });
  };
  EXPECT_EQ(line("X", "y").bytes, "X: y\r\n");
  for (const string& text : Splitters()) {
    EXPECT_EQ(line("X", text).step, H1_FAILED) << absl::CHexEscape(text);
    EXPECT_EQ(line(text, "y").step, H1_FAILED) << absl::CHexEscape(text);
  }
}

// RFC 9112 7.1: a chunk of no bytes would be the last one, and what follows it
// a request or response.
TEST(AttackEncode, NoDataEndsAChunkedBody) {
  const auto chunk = [](const string& data) {
    return Written([&](h1_buffer room, size_t* size, h1_error*) {
      return h1_chunk_encode(SliceOf(data), room, size);
    });
  };
  EXPECT_EQ(chunk("\r\n0\r\n\r\n").bytes, "7\r\n\r\n0\r\n\r\n\r\n");
  EXPECT_EQ(chunk("").bytes, "");
  EXPECT_EQ(Written([](h1_buffer room, size_t* size, h1_error*) {
              return h1_chunk_head_encode(0, room, size);
            }).step,
            H1_FAILED);
}

}  // namespace
}  // namespace h1_test
