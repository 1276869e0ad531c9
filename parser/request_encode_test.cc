#include "parser/request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/testing/request_subject.h"

namespace {

using h1_test::ExpectRequest;
using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;

struct OutRequest {
  std::string method = "GET", target = "/", host = "a";
  std::vector<std::pair<std::string, std::string>> fields;
  bool has_length = false;
  uint64_t length = 0;
  bool chunked = false, close = false;
};

h1_step Encode(const OutRequest& o, h1_buffer room, size_t* size,
               h1_error* why) {
  std::vector<h1_field> fields;
  for (const auto& [name, value] : o.fields) {
    fields.push_back({SliceOf(name), SliceOf(value)});
  }
  h1_request_out r = {};
  r.method = SliceOf(o.method);
  r.target = SliceOf(o.target);
  r.host = SliceOf(o.host);
  r.fields = fields.data();
  r.field_count = fields.size();
  r.has_length = o.has_length;
  r.content_length = o.length;
  r.chunked = o.chunked;
  r.close = o.close;
  return h1_request_encode(&r, room, size, why);
}

// Encodes with every smaller room too, each against an unreadable page.
std::string Encoded(const OutRequest& o) {
  size_t size = 0;
  h1_error why = H1_OK;
  const h1_step first = Encode(o, {nullptr, 0}, &size, &why);
  if (first == H1_FAILED) return h1_error_name(why);
  const size_t needed = size;
  for (size_t n = 0; n < needed; n++) {
    Guarded room(std::string(n, 'x'));
    EXPECT_EQ(Encode(o, room.room(), &size, &why), H1_NEED_ROOM);
    EXPECT_EQ(size, needed);
    EXPECT_EQ(StringOf(room.slice()), std::string(n, 'x'));
  }
  Guarded room(std::string(needed, 'x'));
  EXPECT_EQ(Encode(o, room.room(), &size, &why), H1_DONE);
  EXPECT_EQ(size, needed);
  return StringOf(room.slice());
}

TEST(RequestEncode, WritesWhatTheDecoderReads) {
  OutRequest o;
  EXPECT_EQ(Encoded(o), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  o.method = "POST";
  o.target = "/p?q";
  o.fields = {{"X", ""}, {"Accept", "b c"}, {"X", "\xff"}};
  o.has_length = true;
  o.length = 1234567890123;
  o.close = true;
  const std::string text = Encoded(o);
  EXPECT_EQ(text,
            "POST /p?q HTTP/1.1\r\nHost: a\r\nX: \r\nAccept: b c\r\nX: \xff\r\n"
            "Content-Length: 1234567890123\r\nConnection: close\r\n\r\n");
  ExpectRequest(text,
                "POST|/p?q|1.1|{Host=a}{X=}{Accept=b c}{X=\xff}"
                "{Content-Length=1234567890123}{Connection=close}|" +
                    std::to_string(text.size()));
  OutRequest chunked;
  chunked.chunked = true;
  EXPECT_EQ(Encoded(chunked),
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
}

// RFC 9110 10.1.4 and 7.8: a sender MUST name them in Connection.
TEST(RequestEncode, NamesInConnectionWhatIsForThisConnection) {
  OutRequest o;
  o.fields = {{"upgrade", "websocket"}};
  EXPECT_EQ(Encoded(o),
            "GET / HTTP/1.1\r\nHost: a\r\nupgrade: websocket\r\n"
            "Connection: upgrade\r\n\r\n");
  o.fields = {{"TE", "trailers"}};
  EXPECT_EQ(Encoded(o),
            "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n"
            "Connection: TE\r\n\r\n");
  o.fields = {{"TE", "trailers"}, {"Upgrade", "a"}, {"Upgrade", "b"}};
  o.has_length = true;
  o.close = true;
  const std::string text = Encoded(o);
  EXPECT_EQ(text,
            "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nUpgrade: a\r\n"
            "Upgrade: b\r\nContent-Length: 0\r\nConnection: TE\r\n"
            "Connection: upgrade\r\nConnection: close\r\n\r\n");
  ExpectRequest(text,
                "GET|/|1.1|{Host=a}{TE=trailers}{Upgrade=a}{Upgrade=b}"
                "{Content-Length=0}{Connection=TE}{Connection=upgrade}"
                "{Connection=close}|" +
                    std::to_string(text.size()));
}

TEST(RequestEncode, RefusesWhatCouldSplitOrContradict) {
  auto with = [](void (*change)(OutRequest&)) {
    OutRequest o;
    change(o);
    return Encoded(o);
  };
  EXPECT_EQ(with([](OutRequest& o) { o.method = ""; }), "encode_line");
  EXPECT_EQ(with([](OutRequest& o) { o.method = "G T"; }), "encode_line");
  EXPECT_EQ(with([](OutRequest& o) { o.target = ""; }), "encode_line");
  EXPECT_EQ(with([](OutRequest& o) { o.target = "a#b"; }), "encode_line");
  EXPECT_EQ(with([](OutRequest& o) { o.target = "/\xff"; }), "encode_line");
  EXPECT_EQ(with([](OutRequest& o) { o.host = "a b"; }), "encode_value");
  EXPECT_EQ(with([](OutRequest& o) { o.host = ""; }), "encode_value");
  EXPECT_EQ(with([](OutRequest& o) { o.has_length = o.chunked = true; }),
            "encode_framing");
  EXPECT_EQ(with([](OutRequest& o) {
              o.has_length = true;
              o.length = uint64_t{1} << 63;
            }),
            "encode_framing");
  EXPECT_EQ(with([](OutRequest& o) { o.fields = {{"", "a"}}; }), "encode_name");
  EXPECT_EQ(with([](OutRequest& o) {
              o.fields = {{"host", "a"}};
            }),
            "encode_name");
  EXPECT_EQ(with([](OutRequest& o) {
              o.fields = {{"range", "a"}, {"Range", "b"}};
            }),
            "encode_name");
  for (const char* framing :
       {"content-length", "Transfer-Encoding", "CONNECTION", "keep-alive"}) {
    OutRequest o;
    o.fields = {{framing, "1"}};
    EXPECT_EQ(Encoded(o), "encode_framing") << framing;
  }
  for (char c : {'\r', '\n', '\0'}) {
    const std::string bad = std::string("a") + c + "b";
    OutRequest o;
    o.method = bad;
    EXPECT_EQ(Encoded(o), "encode_line");
    o = OutRequest();
    o.target = bad;
    EXPECT_EQ(Encoded(o), "encode_line");
    o = OutRequest();
    o.host = bad;
    EXPECT_EQ(Encoded(o), "encode_value");
    o = OutRequest();
    o.fields = {{bad, "a"}};
    EXPECT_EQ(Encoded(o), "encode_name");
    o.fields = {{"X", "good"}, {"Y", bad}};
    EXPECT_EQ(Encoded(o), "encode_value");
  }
}

}  // namespace
