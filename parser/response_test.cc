#include "parser/response.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "parser/every_way.h"

namespace {

using h1_test::EveryWay;
using h1_test::Guarded;
using h1_test::Inside;
using h1_test::SliceOf;
using h1_test::StringOf;
using h1_test::TextOf;
using h1_test::Visible;

// Writes a result as "200|1.1|OK|{Name=value}...|end" or "reason@offset".
class ResponseSubject : public h1_test::Subject {
 public:
  explicit ResponseSubject(const h1_limits& limits)
      : limits_(limits), storage_(limits.header_count) {}

  void Init(h1_scan_level level) override {
    h1_response_decoder_init(&decoder_, &limits_, level, storage_.data());
  }
  h1_step Step(h1_slice head) override {
    h1_response_decoder copy;
    memcpy(&copy, &decoder_, sizeof copy);
    memset(&out_, 0xa5, sizeof out_);
    consumed_ = 0;
    step_ = h1_response_decode(&copy, head, &out_, &consumed_);
    memcpy(&decoder_, &copy, sizeof copy);
    head_ = head;
    return step_;
  }
  std::string Text() const override {
    if (step_ == H1_NEED_INPUT) return "more";
    EXPECT_TRUE(Inside(out_.reason, head_));
    const std::string status = std::to_string(out_.status);
    if (step_ == H1_FAILED) {
      EXPECT_EQ(out_.fields.count, 0u);
      return std::string(h1_error_name(h1_response_error(&decoder_))) + "@" +
             std::to_string(h1_response_error_offset(&decoder_)) + " " +
             status + StringOf(out_.reason);
    }
    EXPECT_EQ(h1_response_error(&decoder_), H1_OK);
    return status + "|1." + std::to_string(out_.minor_version) + "|" +
           StringOf(out_.reason) + "|" + TextOf(out_.fields) + "|" +
           std::to_string(consumed_);
  }
  size_t Decided() const override {
    if (step_ != H1_FAILED) return consumed_;
    const size_t at = h1_response_error_offset(&decoder_);
    return at == limits_.head_bytes ? at : at + 1;
  }

 private:
  h1_limits limits_;
  std::vector<h1_header> storage_;
  h1_response_decoder decoder_;
  h1_response out_;
  h1_slice head_{nullptr, 0};
  size_t consumed_ = 0;
  h1_step step_ = H1_NEED_INPUT;
};

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

TEST(ResponseDecode, RequiresThreeDigitsOfAKnownClass) {
  ExpectRows({
      {"HTTP/1.1  200 OK\r\n\r\n", "status_invalid@9 0"},
      {"HTTP/1.1 099 x\r\n\r\n", "status_invalid@9 0"},
      {"HTTP/1.1 600 x\r\n\r\n", "status_invalid@9 0"},
      {"HTTP/1.1 20 OK\r\n\r\n", "status_invalid@11 0"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "status_invalid@12 0"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "status_invalid@10 0"},
      {"HTTP/1.1 20:\r\n\r\n", "status_invalid@11 0"},
      {"HTTP/1.1 2\n", "bare_lf@10 0"},
  });
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
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
       "length_repeated@50 200OK"},
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
};

h1_step Encode(const OutResponse& o, h1_room room, size_t* size,
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

// RFC 9110 15 and RFC 6585 5; any other status has no phrase here.
TEST(StatusReason, IsTheRegisteredPhraseOfEachStatus) {
  const std::map<uint16_t, std::string> phrases = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {203, "Non-Authoritative Information"},
      {204, "No Content"},
      {205, "Reset Content"},
      {206, "Partial Content"},
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
      {426, "Upgrade Required"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  for (unsigned status = 0; status <= 0xffff; status++) {
    const auto known = phrases.find(static_cast<uint16_t>(status));
    EXPECT_EQ(h1_status_reason(static_cast<uint16_t>(status)),
              known == phrases.end() ? "Unknown" : known->second)
        << status;
  }
}

}  // namespace
