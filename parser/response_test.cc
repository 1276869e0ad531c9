#include "parser/response.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "parser/testing/response_subject.h"

namespace {

using h1_test::EveryWay;
using h1_test::Guarded;
using h1_test::ResponseSubject;
using h1_test::SliceOf;
using h1_test::StringOf;
using h1_test::Visible;

void ExpectResponse(const std::string& input, const std::string& expected,
                    const h1_limits& limits = h1_limits_default()) {
  SCOPED_TRACE(Visible(input));
  ResponseSubject subject(limits);
  EveryWay(input).Expect(subject, expected);
}

struct Row {
  std::string input;
  std::string expected;
};

void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) ExpectResponse(row.input, row.expected);
}

TEST(ResponseDecode, ServesWhatTheGrammarAllows) {
  ExpectRows({
      {"HTTP/1.1 200 OK\r\n\r\n", "200|1.1|OK||19"},
      {"HTTP/1.1 200 OK\r\n\r\nbody", "200|1.1|OK||19"},
      {"HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n", "404|1.0|Not Found|{A=b}|32"},
      {"HTTP/1.7 204 \r\n\r\n", "204|1.1|||17"},
      {"HTTP/1.1 599  \t\xff x \r\n\r\n", "599|1.1| \t\xff x ||23"},
      {"HTTP/1.1 100 Continue\r\n\r\n", "100|1.1|Continue||25"},
  });
}

TEST(ResponseDecode, RequiresTheVersionExactly) {
  ExpectRows({
      {"\r\nHTTP/1.1 200 OK\r\n\r\n", "version_invalid@0 0"},
      {"http/1.1 200 OK\r\n\r\n", "version_invalid@0 0"},
      {"HTTP/1.10 200 OK\r\n\r\n", "version_invalid@8 0"},
      {"HTTP/1.1\r\n\r\n", "version_invalid@8 0"},
      {"HTTP/1.1\t200 OK\r\n\r\n", "version_invalid@8 0"},
      {"HTTP/2.0 200 OK\r\n\r\n", "version_unsupported@8 0"},
      {"HTTP/0.9 200 OK\r\n\r\n", "version_unsupported@8 0"},
      {"HT\nTP/1.1 200 OK\r\n\r\n", "bare_lf@2 0"},
      {"HTTP/1.1\n", "bare_lf@8 0"},
  });
}

TEST(ResponseDecode, RequiresThreeDigits) {
  ExpectRows({
      {"HTTP/1.1  200 OK\r\n\r\n", "status_invalid@9 0"},
      {"HTTP/1.1 20 OK\r\n\r\n", "status_invalid@11 0"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "status_invalid@12 0"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "status_invalid@10 0"},
      {"HTTP/1.1 -20 OK\r\n\r\n", "status_invalid@9 0"},
      {"HTTP/1.1 20:\r\n\r\n", "status_invalid@11 0"},
      {"HTTP/1.1 2\n", "bare_lf@10 0"},
  });
}

// RFC 9110 15: a status without a class is handed out, for it is to be
// processed as a 5xx.
TEST(ResponseDecode, HandsOutAnyThreeDigitStatus) {
  for (unsigned status = 0; status <= 999; status++) {
    const std::string digits = std::to_string(1000 + status).substr(1);
    const std::string head = "HTTP/1.1 " + digits + " x\r\n\r\n";
    const h1_limits limits = h1_limits_default();
    h1_response_decoder d;
    h1_response r;
    size_t consumed = 0;
    h1_response_decoder_init(&d, &limits, h1_scan_best(), nullptr, 0);
    ASSERT_EQ(h1_response_decode(&d, SliceOf(head), &r, &consumed), H1_DONE);
    EXPECT_EQ(r.status, status);
    EXPECT_EQ(r.like_5xx, status < 100 || status > 599) << status;
  }
  ExpectRows({
      {"HTTP/1.1 099 x\r\n\r\n", "99|1.1|x||18"},
      {"HTTP/1.1 600 x\r\n\r\n", "600|1.1|x||18"},
      {"HTTP/1.1 000 \r\n\r\n", "0|1.1|||17"},
      {"HTTP/1.0 999 Request denied\r\nA: b\r\n\r\n",
       "999|1.0|Request denied|{A=b}|37"},
  });
}

// Of fields that may come once the first counts, and who reads the head has
// them all; Content-Length is for h1_framing_of_response.
TEST(ResponseDecode, TakesFieldsThatAreThereTwice) {
  std::string twice, expected;
  for (const char* name :
       {"Date", "Content-Type", "Content-Length", "ETag", "Location", "Server",
        "Content-Range", "Host", "Content-Location"}) {
    for (const char* value : {"1", "22"}) {
      twice += std::string(name) + ": " + value + "\r\n";
      expected += std::string("{") + name + "=" + value + "}";
    }
  }
  const std::string head = "HTTP/1.1 200 OK\r\n" + twice + "\r\n";
  ExpectResponse(head,
                 "200|1.1|OK|" + expected + "|" + std::to_string(head.size()));
}

TEST(ResponseDecode, RequiresTheSpaceOfAnAbsentReasonAndNoControls) {
  ExpectRows({
      {"HTTP/1.1 200\r\n\r\n", "reason_invalid@12 0"},
      {"HTTP/1.1 200\tOK\r\n\r\n", "status_invalid@12 0"},
      {"HTTP/1.1 200 O\x01K\r\n\r\n", "reason_invalid@14 200"},
      {"HTTP/1.1 200 \x7f\r\n\r\n", "reason_invalid@13 200"},
      {"HTTP/1.1 200 OK\n\n", "bare_lf@15 200"},
      {"HTTP/1.1 200 O\rK\r\n\r\n", "bare_cr@15 200O"},
      {"HTTP/1.1 200 OK\r\r\n\r\n", "bare_cr@16 200OK"},
  });
}

TEST(ResponseDecode, IsAsStrictWithFieldsAsARequest) {
  ExpectRows({
      {"HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "field_first_space@17 200OK"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "field_folded@23 200OK"},
      {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "field_name_space@18 200OK"},
      {"HTTP/1.1 200 OK\r\n\n", "bare_lf@17 200OK"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n\r", "more"},
      {"", "more"},
  });
}

TEST(ResponseDecode, LimitsTheHeadAndTheNumberOfFields) {
  const std::string head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";  // 25 bytes
  h1_limits limits = h1_limits_default();
  limits.header_count = 1;
  limits.target_bytes = 0;  // Does not count here.
  for (size_t limit = 0; limit <= 26; limit++) {
    limits.head_bytes = limit;
    const char* line = limit <= 12 ? "0" : limit <= 15 ? "200" : "200OK";
    ExpectResponse(head,
                   limit >= 25
                       ? "200|1.1|OK|{A=b}|25"
                       : "head_too_large@" + std::to_string(limit) + " " + line,
                   limits);
  }
  limits.header_count = 0;
  ExpectResponse(head, "header_count@17 200OK", limits);
}

// ---- encoding ----

struct OutResponse {
  uint16_t status = 200;
  std::string reason, prepared;
  std::vector<std::pair<std::string, std::string>> fields;
  h1_out_framing framing = H1_OUT_LENGTH;
  uint64_t length = 0;
  h1_out_connection connection = H1_CONNECTION_OMIT;
  uint32_t timeout_s = 0, max = 0;
  bool prepared_upgrade = false;
};

h1_step Encode(const OutResponse& o, h1_buffer room, size_t* size,
               h1_error* why) {
  std::vector<h1_field> fields;
  for (const auto& [name, value] : o.fields) {
    fields.push_back({SliceOf(name), SliceOf(value)});
  }
  h1_response_out r = {};
  r.status = o.status;
  r.reason = SliceOf(o.reason);
  r.prepared = SliceOf(o.prepared);
  r.fields = fields.data();
  r.field_count = fields.size();
  r.framing = o.framing;
  r.content_length = o.length;
  r.connection = o.connection;
  r.keepalive_timeout_s = o.timeout_s;
  r.keepalive_max = o.max;
  r.prepared_upgrade = o.prepared_upgrade;
  return h1_response_encode(&r, room, size, why);
}

std::string Encoded(const OutResponse& o) {
  size_t size = 0;
  h1_error why = H1_OK;
  if (Encode(o, {nullptr, 0}, &size, &why) == H1_FAILED) {
    EXPECT_EQ(size, 0u);
    return h1_error_name(why);
  }
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

// Its storage holds 32 fields, whatever the limits allow: more are refused, and
// not written after its end.
TEST(ResponseDecode, KeepsToTheCapacityOfItsStorage) {
  std::string fields, text;
  for (int i = 0; i < 32; i++) fields += "a: b\r\n", text += "{a=b}";
  const std::string line = "HTTP/1.1 200 OK\r\n", head = line + fields + "\r\n";
  ResponseSubject subject(h1_limits_default(), H1_TOLERATE_NOTHING, 32);
  EveryWay(head).Expect(
      subject, "200|1.1|OK|" + text + "|" + std::to_string(head.size()));
  const size_t full = (line + fields).size();
  for (int more = 0; more < 68; more++) fields += "a: b\r\n";
  EveryWay(line + fields + "\r\n")
      .Expect(subject, "header_count@" + std::to_string(full) + " 200OK");
}

TEST(ResponseEncode, WritesTheLineFieldsFramingAndConnection) {
  OutResponse o;
  o.prepared = "Date: d\r\nServer: h1\r\n";
  o.fields = {{"X", "y"}, {"Content-Type", "text/plain"}};
  o.framing = H1_OUT_LENGTH;
  o.length = INT64_MAX;
  o.connection = H1_CONNECTION_KEEP;
  o.timeout_s = UINT32_MAX;
  o.max = 0;
  const std::string text = Encoded(o);
  EXPECT_EQ(text,
            "HTTP/1.1 200 OK\r\nDate: d\r\nServer: h1\r\nX: y\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 9223372036854775807\r\n"
            "Connection: keep-alive\r\n"
            "Keep-Alive: timeout=4294967295, max=0\r\n\r\n");
  ExpectResponse(text,
                 "200|1.1|OK|{Date=d}{Server=h1}{X=y}{Content-Type=text/plain}"
                 "{Content-Length=9223372036854775807}{Connection=keep-alive}"
                 "{Keep-Alive=timeout=4294967295, max=0}|" +
                     std::to_string(text.size()));
  OutResponse chunked;
  chunked.status = 599;
  chunked.framing = H1_OUT_CHUNKED;
  chunked.connection = H1_CONNECTION_CLOSE;
  EXPECT_EQ(Encoded(chunked),
            "HTTP/1.1 599 Unknown\r\nTransfer-Encoding: chunked\r\n"
            "Connection: close\r\n\r\n");
  OutResponse bare;
  bare.status = 204;
  bare.framing = H1_OUT_NONE;
  bare.reason = "Fine \xff";
  EXPECT_EQ(Encoded(bare), "HTTP/1.1 204 Fine \xff\r\n\r\n");
  OutResponse until_close;
  until_close.framing = H1_OUT_UNTIL_CLOSE;
  until_close.connection = H1_CONNECTION_CLOSE;
  EXPECT_EQ(Encoded(until_close),
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  OutResponse not_modified;
  not_modified.status = 304;
  not_modified.framing = H1_OUT_LENGTH;
  not_modified.length = 7;
  EXPECT_EQ(Encoded(not_modified),
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n");
  not_modified.framing = H1_OUT_NONE;
  EXPECT_EQ(Encoded(not_modified), "HTTP/1.1 304 Not Modified\r\n\r\n");
}

// The length alone is looked at: no such bytes exist.
TEST(ResponseEncode, AsksForTheMostThereIsWhereTheSumIsMore) {
  h1_response_out r = {};
  r.status = 204;
  size_t least = 0, size = 0;
  h1_error why = H1_OK;
  ASSERT_EQ(h1_response_encode(&r, {nullptr, 0}, &least, &why), H1_NEED_ROOM);
  for (size_t below = 0; below < 2 * least; below++) {
    r.prepared = {nullptr, SIZE_MAX - below};
    EXPECT_EQ(h1_response_encode(&r, {nullptr, 0}, &size, &why), H1_NEED_ROOM);
    EXPECT_EQ(size, below < least ? SIZE_MAX : SIZE_MAX - below + least);
  }
}

TEST(ResponseEncode, RefusesFramingThatContradicts) {
  for (uint16_t status : {uint16_t{100}, uint16_t{199}, uint16_t{204}}) {
    for (h1_out_framing framing :
         {H1_OUT_LENGTH, H1_OUT_CHUNKED, H1_OUT_UNTIL_CLOSE}) {
      OutResponse o;
      o.status = status;
      o.framing = framing;
      o.connection = H1_CONNECTION_CLOSE;
      EXPECT_EQ(Encoded(o), "encode_framing") << status << " " << framing;
    }
  }
  // On a connection that goes on, the next response would be their body.
  for (uint16_t status : {uint16_t{200}, uint16_t{203}, uint16_t{205},
                          uint16_t{303}, uint16_t{305}, uint16_t{599}}) {
    for (h1_out_connection connection :
         {H1_CONNECTION_OMIT, H1_CONNECTION_KEEP, H1_CONNECTION_CLOSE}) {
      OutResponse o;
      o.status = status;
      o.framing = H1_OUT_NONE;
      o.connection = connection;
      EXPECT_EQ(Encoded(o), "encode_framing") << status << " " << connection;
    }
  }
  // A 205 has no content, and only a length of 0 says so.
  OutResponse reset;
  reset.status = 205;
  reset.connection = H1_CONNECTION_CLOSE;
  for (h1_out_framing framing : {H1_OUT_CHUNKED, H1_OUT_UNTIL_CLOSE}) {
    reset.framing = framing;
    EXPECT_EQ(Encoded(reset), "encode_framing") << framing;
  }
  reset.framing = H1_OUT_LENGTH;
  reset.length = 1;
  EXPECT_EQ(Encoded(reset), "encode_framing");
  reset.length = 0;
  EXPECT_EQ(Encoded(reset),
            "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n");
  for (h1_out_connection connection :
       {H1_CONNECTION_OMIT, H1_CONNECTION_KEEP}) {
    OutResponse o;
    o.framing = H1_OUT_UNTIL_CLOSE;
    o.connection = connection;
    EXPECT_EQ(Encoded(o), "encode_framing");
  }
  OutResponse o;
  o.framing = H1_OUT_LENGTH;
  o.length = uint64_t{1} << 63;
  EXPECT_EQ(Encoded(o), "encode_framing");
  for (const char* name :
       {"Content-Length", "transfer-encoding", "Connection", "KEEP-ALIVE"}) {
    OutResponse with_field;
    with_field.fields = {{name, "1"}};
    EXPECT_EQ(Encoded(with_field), "encode_framing") << name;
  }
}

// Whether the connection persists is for the final answer to say.
TEST(ResponseEncode, LeavesPersistenceOutOfInterimAnswers) {
  for (uint16_t status = 100; status < 200; status++) {
    OutResponse o;
    o.status = status;
    o.framing = H1_OUT_NONE;
    for (h1_out_connection connection :
         {H1_CONNECTION_KEEP, H1_CONNECTION_CLOSE}) {
      o.connection = connection;
      ASSERT_EQ(Encoded(o), "encode_framing") << status;
    }
  }
}

// RFC 9110 7.8: a sender of Upgrade MUST name it in Connection.
TEST(ResponseEncode, NamesUpgradeInConnection) {
  OutResponse o;
  o.status = 101;
  o.framing = H1_OUT_NONE;
  o.fields = {{"UPGRADE", "websocket"}};
  EXPECT_EQ(Encoded(o),
            "HTTP/1.1 101 Switching Protocols\r\nUPGRADE: websocket\r\n"
            "Connection: upgrade\r\n\r\n");
  o.fields = {};
  o.prepared = "Upgrade: a\r\n";
  o.prepared_upgrade = true;
  EXPECT_EQ(Encoded(o),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\n"
            "Connection: upgrade\r\n\r\n");
  o.status = 426;
  o.framing = H1_OUT_LENGTH;
  o.connection = H1_CONNECTION_CLOSE;
  EXPECT_EQ(Encoded(o),
            "HTTP/1.1 426 Upgrade Required\r\nUpgrade: a\r\n"
            "Content-Length: 0\r\nConnection: upgrade\r\n"
            "Connection: close\r\n\r\n");
}

// What is sent once cannot be written twice, with an id of its own or without.
TEST(ResponseEncode, WritesNoFieldTwiceThatIsSentOnce) {
  for (const char* name :
       {"Age", "ETag", "Expires", "Last-Modified", "Location", "Retry-After",
        "Server", "X-Content-Type-Options", "Content-Type", "Date",
        "Content-Range", "Content-Location"}) {
    std::string upper;
    for (const char* c = name; *c != '\0'; c++) {
      upper += static_cast<char>(toupper(*c));
    }
    OutResponse o;
    o.fields = {{name, "1"}, {"Vary", "a"}, {"vary", "b"}};
    EXPECT_NE(Encoded(o), "encode_name") << name;
    o.fields.push_back({upper, "2"});
    EXPECT_EQ(Encoded(o), "encode_name") << name;
    EXPECT_NE(h1_field_once_bit(SliceOf(name)), 0u) << name;
  }
  uint64_t all = 0;
  for (const char* name :
       {"age", "etag", "expires", "last-modified", "location", "retry-after",
        "server", "date", "x-content-type-options", "content-type"}) {
    const uint64_t bit = h1_field_once_bit(SliceOf(name));
    EXPECT_EQ(all & bit, 0u) << name;
    all |= bit;
  }
  for (const char* name :
       {"Set-Cookie", "Vary", "Link", "ETags", "ag", "", "Via"}) {
    EXPECT_EQ(h1_field_once_bit(SliceOf(name)), 0u) << name;
  }
}

// For every status and framing: what is written is a head that is read back
// whole, and framed as it was meant.
TEST(ResponseEncode, WritesWhatTheDecoderTakes) {
  size_t written = 0;
  for (uint16_t status = 100; status <= 599; status++) {
    for (int framing = H1_OUT_NONE; framing <= H1_OUT_UNTIL_CLOSE; framing++) {
      for (int connection = H1_CONNECTION_OMIT;
           connection <= H1_CONNECTION_CLOSE; connection++) {
        uint8_t bytes[256];
        h1_response_out out = {};
        out.status = status;
        out.framing = static_cast<h1_out_framing>(framing);
        out.content_length = status == 205 ? 0 : 5;
        out.connection = static_cast<h1_out_connection>(connection);
        size_t size = 0, consumed = 0;
        h1_error why = H1_OK;
        if (h1_response_encode(&out, {bytes, sizeof bytes}, &size, &why) !=
            H1_DONE) {
          continue;
        }
        written++;
        const h1_limits limits = h1_limits_default();
        std::vector<h1_header> storage(4);
        h1_response_decoder d;
        h1_response r;
        h1_response_decoder_init(&d, &limits, h1_scan_best(), storage.data(),
                                 storage.size());
        ASSERT_EQ(h1_response_decode(&d, {bytes, size}, &r, &consumed),
                  H1_DONE);
        EXPECT_EQ(consumed, size);
        EXPECT_EQ(r.status, status);
        EXPECT_FALSE(r.like_5xx);
      }
    }
  }
  EXPECT_GT(written, 500u);
}

TEST(ResponseEncode, RefusesWhatCouldSplitTheMessage) {
  for (uint16_t status : {uint16_t{0}, uint16_t{99}, uint16_t{600}}) {
    OutResponse o;
    o.status = status;
    EXPECT_EQ(Encoded(o), "encode_line");
  }
  for (char c : {'\r', '\n', '\0', '\x7f'}) {
    const std::string bad = std::string("a") + c + "b";
    OutResponse o;
    o.reason = bad;
    EXPECT_EQ(Encoded(o), "encode_line");
    o = OutResponse();
    o.fields = {{bad, "v"}};
    EXPECT_EQ(Encoded(o), "encode_name");
    o.fields = {{"A", "v"}, {"B", bad}};
    EXPECT_EQ(Encoded(o), "encode_value");
  }
  for (const char* blank : {" a", "a\t", "\ta", "a "}) {
    OutResponse o;
    o.fields = {{"A", blank}};
    EXPECT_EQ(Encoded(o), "encode_value") << blank;
  }
  OutResponse twice;
  twice.fields = {{"Date", "a"}, {"date", "b"}};
  EXPECT_EQ(Encoded(twice), "encode_name");
  OutResponse lists;
  lists.fields = {{"Vary", "a"}, {"vary", "b"}};
  EXPECT_EQ(
      Encoded(lists),
      "HTTP/1.1 200 OK\r\nVary: a\r\nvary: b\r\nContent-Length: 0\r\n\r\n");
}

// IANA's registry; 306 and 418 are unused there. Any other status has no
// phrase.
TEST(StatusReason, IsTheRegisteredPhraseOfEachStatus) {
  const std::map<uint16_t, std::string> phrases = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {102, "Processing"},
      {103, "Early Hints"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {203, "Non-Authoritative Information"},
      {204, "No Content"},
      {205, "Reset Content"},
      {206, "Partial Content"},
      {207, "Multi-Status"},
      {208, "Already Reported"},
      {226, "IM Used"},
      {300, "Multiple Choices"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {305, "Use Proxy"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {407, "Proxy Authentication Required"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {423, "Locked"},
      {424, "Failed Dependency"},
      {425, "Too Early"},
      {426, "Upgrade Required"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {451, "Unavailable For Legal Reasons"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {506, "Variant Also Negotiates"},
      {507, "Insufficient Storage"},
      {508, "Loop Detected"},
      {510, "Not Extended"},
      {511, "Network Authentication Required"},
  };
  for (unsigned status = 0; status <= 0xffff; status++) {
    const auto known = phrases.find(static_cast<uint16_t>(status));
    EXPECT_EQ(h1_status_reason(static_cast<uint16_t>(status)),
              known == phrases.end() ? "Unknown" : known->second)
        << status;
  }
}

}  // namespace
