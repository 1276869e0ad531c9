#include "parser/framing.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "parser/values.h"
#include "tests/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using std::string_literals::operator""s;

using Lines = std::vector<std::pair<std::string, std::string>>;

// Decoded fields made by hand, so that lines which no decoder lets through can
// be shown too. Values come last: the final one ends at the guard page.
class Message {
 public:
  explicit Message(const Lines& lines) {
    std::string names, values;
    for (const auto& line : lines) names += line.first;
    for (const auto& line : lines) values += line.second;
    bytes_ = std::make_unique<Guarded>(names + values);
    size_t name_at = 0, value_at = names.size();
    fields_.base = bytes_->slice();
    for (size_t i = 0; i < lines.size(); i++) {
      const auto& [name, value] = lines[i];
      const h1_field_id id = h1_field_lookup(SliceOf(name));
      headers_.push_back(
          {static_cast<uint32_t>(name_at), static_cast<uint32_t>(name.size()),
           static_cast<uint32_t>(value_at), static_cast<uint32_t>(value.size()),
           static_cast<uint32_t>(id)});
      if (!(fields_.seen >> id & 1)) {
        fields_.first[id] = static_cast<uint16_t>(i);
      }
      fields_.seen |= uint64_t{1} << id;
      name_at += name.size();
      value_at += value.size();
    }
    fields_.headers = headers_.data();
    fields_.count = headers_.size();
  }

  h1_request Request(const std::string& method, const std::string& target,
                     int minor) {
    method_ = method;
    target_ = target;
    h1_request r = {};
    for (int m = H1_GET; m < H1_METHOD_COUNT; m++) {
      const h1_method known = static_cast<h1_method>(m);
      if (method == Name(known)) r.method = known;
    }
    r.method_text = SliceOf(method_);
    r.target = SliceOf(target_);
    r.minor_version = static_cast<uint8_t>(minor);
    r.fields = fields_;
    return r;
  }

  h1_response Response(uint16_t status, int minor) {
    h1_response r = {};
    r.status = status;
    r.minor_version = static_cast<uint8_t>(minor);
    r.fields = fields_;
    return r;
  }

 private:
  static const char* Name(h1_method m) {
    const char* const names[] = {"",      "GET",    "HEAD",    "POST", "PUT",
                                 "PATCH", "DELETE", "OPTIONS", "TRACE"};
    return names[m];
  }

  std::unique_ptr<Guarded> bytes_;
  std::vector<h1_header> headers_;
  h1_fields fields_ = {};
  std::string method_, target_;
};

std::string Show(const Lines& lines) {
  std::string s;
  for (const auto& [name, value] : lines) s += name + ": " + value + " | ";
  return testing::PrintToString(s);
}

// ----------------------------------------------------------- request check

struct Checked {
  h1_error error;
  std::string authority;
};

Checked Check(const std::string& method, const std::string& target, int minor,
              const Lines& lines) {
  Message message(lines);
  const h1_request r = message.Request(method, target, minor);
  h1_slice authority = {reinterpret_cast<const uint8_t*>(1), 99};
  const h1_error error = h1_request_check(&r, &authority);
  EXPECT_EQ(h1_request_check(&r, nullptr), error);
  return {error, authority.len == 0 ? "" : StringOf(authority)};
}

TEST(RequestCheck, TakesTheTargetsAMethodMayHave) {
  struct Row {
    const char *method, *target;
    h1_error error;
    const char* authority;
  };
  const Row rows[] = {
      {"GET", "/", H1_OK, "h"},
      {"POST", "/a?b", H1_OK, "h"},
      {"OPTIONS", "/", H1_OK, "h"},
      {"OPTIONS", "*", H1_OK, "h"},
      {"GET", "http://other/", H1_OK, "other"},
      {"GET", "HTTPS://[::1]:80", H1_OK, "[::1]:80"},
      {"OPTIONS", "http://other", H1_OK, "other"},
      {"FOO", "/", H1_OK, "h"},
      {"CONNECT", "a:80", H1_OK, "h"},
      {"CONNECT", "/", H1_OK, "h"},
      {"GET", "*", H1_TARGET_FORM, ""},
      {"HEAD", "*", H1_TARGET_FORM, ""},
      {"TRACE", "*", H1_TARGET_FORM, ""},
      {"options", "*", H1_TARGET_FORM, ""},
      {"FOO", "*", H1_TARGET_FORM, ""},
      {"CONNECT", "*", H1_TARGET_FORM, ""},
      {"GET", "a:80", H1_TARGET_FORM, ""},
      {"OPTIONS", "a:80", H1_TARGET_FORM, ""},
      {"FOO", "a:80", H1_TARGET_FORM, ""},
      {"connect", "a:80", H1_TARGET_FORM, ""},
      {"CONNECTS", "a:80", H1_TARGET_FORM, ""},
      {"CONNECT", "a:", H1_TARGET_FORM, ""},
      {"CONNECT", "a", H1_TARGET_FORM, ""},
      {"GET", "", H1_TARGET_FORM, ""},
      {"GET", "a", H1_TARGET_FORM, ""},
      {"GET", "ftp://other/", H1_TARGET_FORM, ""},
      {"GET", "http://", H1_TARGET_AUTHORITY, ""},
      {"GET", "http:///a", H1_TARGET_AUTHORITY, ""},
      {"GET", "http://u@other/", H1_TARGET_AUTHORITY, ""},
      {"GET", "http://a,b/", H1_TARGET_AUTHORITY, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.method) + " " + row.target);
    const Checked c = Check(row.method, row.target, 1, {{"Host", "h"}});
    EXPECT_EQ(c.error, row.error);
    EXPECT_EQ(c.authority, row.authority);
  }
}

TEST(RequestCheck, DemandsOneValidHost) {
  struct Row {
    int minor;
    Lines lines;
    h1_error error;
    const char* authority;
  };
  const Row rows[] = {
      {1, {{"Host", "a"}}, H1_OK, "a"},
      {1, {{"HOST", "a:80"}}, H1_OK, "a:80"},
      {1, {{"Accept", "x"}, {"Host", "[::1]:8080"}}, H1_OK, "[::1]:8080"},
      {1, {{"Host", "a:"}}, H1_OK, "a:"},
      {0, {{"Host", "a"}}, H1_OK, "a"},
      {0, {}, H1_OK, ""},
      {0, {{"Accept", "x"}}, H1_OK, ""},
      {1, {}, H1_HOST_MISSING, ""},
      {1, {{"Hosts", "a"}}, H1_HOST_MISSING, ""},
      {1, {{"X-Host", "a"}}, H1_HOST_MISSING, ""},
      {1, {{"Host", "a"}, {"Host", "a"}}, H1_HOST_REPEATED, ""},
      {1,
       {{"Host", "a"}, {"Accept", "x"}, {"host", "b"}},
       H1_HOST_REPEATED,
       ""},
      {0, {{"Host", "a"}, {"Host", "a"}}, H1_HOST_REPEATED, ""},
      {1, {{"Host", ""}}, H1_HOST_INVALID, ""},
      {0, {{"Host", ""}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a,b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a, b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "u@a"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a/"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "http://a"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a:b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a:65536"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", ":80"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "::1"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "[::1"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "\xe4"}}, H1_HOST_INVALID, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(Show(row.lines) + std::to_string(row.minor));
    const Checked c = Check("GET", "/", row.minor, row.lines);
    EXPECT_EQ(c.error, row.error);
    EXPECT_EQ(c.authority, row.authority);
  }
}

TEST(RequestCheck, WantsAValidHostBesideAnAbsoluteForm) {
  EXPECT_EQ(Check("GET", "http://a/", 1, {}).error, H1_HOST_MISSING);
  EXPECT_EQ(Check("GET", "http://a/", 1, {{"Host", ""}}).error,
            H1_HOST_INVALID);
  EXPECT_EQ(Check("GET", "http://a/", 1, {{"Host", "b"}}).authority, "a");
  EXPECT_EQ(Check("GET", "http://a/", 0, {}).authority, "a");
}

TEST(RequestCheck, ReportsTheTargetBeforeTheHost) {
  EXPECT_EQ(Check("GET", "*", 1, {}).error, H1_TARGET_FORM);
  EXPECT_EQ(Check("GET", "http:///", 1, {{"Host", ""}}).error,
            H1_TARGET_AUTHORITY);
}

// ---------------------------------------------------------- request framing

struct FramingRow {
  Lines lines;
  h1_error error;
  h1_body_kind kind;
  uint64_t length;
};

FramingRow Refused(const Lines& lines, h1_error error) {
  return {lines, error, H1_BODY_NONE, 0};
}

void CheckRequestFraming(const std::vector<FramingRow>& rows, int minor) {
  for (const FramingRow& row : rows) {
    SCOPED_TRACE(Show(row.lines) + std::to_string(minor));
    for (const std::string method : {"GET", "HEAD", "POST", "FOO"}) {
      Message message(row.lines);
      const h1_request r = message.Request(method, "/", minor);
      h1_framing framing = {H1_BODY_UNTIL_CLOSE, 99};
      EXPECT_EQ(h1_framing_of_request(&r, &framing), row.error);
      EXPECT_EQ(framing.kind, row.kind);
      EXPECT_EQ(framing.length, row.length);
    }
  }
}

TEST(RequestFraming, HasNoBodyWithoutTheTwoFields) {
  for (int minor : {0, 1}) {
    CheckRequestFraming({{{}, H1_OK, H1_BODY_NONE, 0},
                         {{{"Host", "a"}}, H1_OK, H1_BODY_NONE, 0},
                         {{{"X-Content-Length", "5"},
                           {"Content_Length", "5"},
                           {"Transfer_Encoding", "chunked"}},
                          H1_OK,
                          H1_BODY_NONE,
                          0}},
                        minor);
  }
}

TEST(RequestFraming, ReadsContentLengthAsDecimalDigits) {
  const auto length = [](const char* value, uint64_t n) {
    return FramingRow{{{"Content-Length", value}}, H1_OK, H1_BODY_LENGTH, n};
  };
  const auto refused = [](const std::string& value, h1_error error) {
    return Refused({{"Content-Length", value}}, error);
  };
  for (int minor : {0, 1}) {
    CheckRequestFraming(
        {
            length("0", 0),
            length("5", 5),
            length("00000000000000000000000000005", 5),
            length("010", 10),
            length("9223372036854775807", INT64_MAX),
            length("00009223372036854775807", INT64_MAX),
            refused("9223372036854775808", H1_LENGTH_OVERFLOW),
            refused("18446744073709551615", H1_LENGTH_OVERFLOW),
            refused("18446744073709551616", H1_LENGTH_OVERFLOW),
            refused("18446744073709551621", H1_LENGTH_OVERFLOW),
            refused("99999999999999999999999", H1_LENGTH_OVERFLOW),
            refused("", H1_LENGTH_INVALID),
            refused("+5", H1_LENGTH_INVALID),
            refused("-5", H1_LENGTH_INVALID),
            refused("0x5", H1_LENGTH_INVALID),
            refused("a", H1_LENGTH_INVALID),
            refused("5a", H1_LENGTH_INVALID),
            refused("5 5", H1_LENGTH_INVALID),
            refused("5,5", H1_LENGTH_INVALID),
            refused("5, 5", H1_LENGTH_INVALID),
            refused("5,", H1_LENGTH_INVALID),
            refused("5;", H1_LENGTH_INVALID),
            refused("5.0", H1_LENGTH_INVALID),
            refused("5e1", H1_LENGTH_INVALID),
            refused("\"5\"", H1_LENGTH_INVALID),
            refused("5\x0b", H1_LENGTH_INVALID),
            refused("5\0"s, H1_LENGTH_INVALID),
            refused("\xb2", H1_LENGTH_INVALID),
            Refused({{"Content-Length", "5"}, {"content-length", "5"}},
                    H1_LENGTH_REPEATED),
            Refused({{"Content-Length", "5"}, {"content-length", "6"}},
                    H1_LENGTH_REPEATED),
        },
        minor);
  }
}

TEST(RequestFraming, TakesChunkedAloneInAnyCase) {
  for (const char* value : {"chunked", "Chunked", "CHUNKED", "cHuNkEd"}) {
    CheckRequestFraming(
        {{{{"Transfer-Encoding", value}}, H1_OK, H1_BODY_CHUNKED, 0},
         {{{"Host", "a"}, {"TRANSFER-ENCODING", value}, {"Accept", "b"}},
          H1_OK,
          H1_BODY_CHUNKED,
          0}},
        1);
  }
}

TEST(RequestFraming, RefusesEveryOtherTransferEncoding) {
  const auto refused = [](const std::string& value, h1_error error) {
    return Refused({{"Transfer-Encoding", value}}, error);
  };
  CheckRequestFraming(
      {
          refused("gzip", H1_CODING_NOT_CHUNKED),
          refused("identity", H1_CODING_NOT_CHUNKED),
          refused("xchunked", H1_CODING_NOT_CHUNKED),
          refused("chunkedx", H1_CODING_NOT_CHUNKED),
          refused("chunke", H1_CODING_NOT_CHUNKED),
          refused("chunked, gzip", H1_CODING_NOT_CHUNKED),
          refused("chunked,identity", H1_CODING_NOT_CHUNKED),
          refused("gzip, deflate", H1_CODING_NOT_CHUNKED),
          refused("chunked, chunked", H1_CODING_REPEATED),
          refused("chunked,CHUNKED", H1_CODING_REPEATED),
          refused("chunked, gzip, chunked", H1_CODING_REPEATED),
          refused("chunked, chunked, gzip", H1_CODING_REPEATED),
          refused("gzip, chunked", H1_CODING_UNKNOWN),
          refused("gzip,chunked", H1_CODING_UNKNOWN),
          refused("gzip \t,\t chunked", H1_CODING_UNKNOWN),
          refused("identity, chunked", H1_CODING_UNKNOWN),
          refused("foo, bar, Chunked", H1_CODING_UNKNOWN),
          refused("", H1_CODING_INVALID),
          refused(",", H1_CODING_INVALID),
          refused("chunked,", H1_CODING_INVALID),
          refused(",chunked", H1_CODING_INVALID),
          refused(", chunked", H1_CODING_INVALID),
          refused("gzip,,chunked", H1_CODING_INVALID),
          refused("gzip, ,chunked", H1_CODING_INVALID),
          refused("chunked;a=b", H1_CODING_INVALID),
          refused("chunked;", H1_CODING_INVALID),
          refused("chunked ;a", H1_CODING_INVALID),
          refused("chunked a", H1_CODING_INVALID),
          refused("chunked\x0b", H1_CODING_INVALID),
          refused("\x0b"
                  "chunked",
                  H1_CODING_INVALID),
          refused("chunked\x0c", H1_CODING_INVALID),
          refused("\x0c"
                  "chunked",
                  H1_CODING_INVALID),
          refused("chunked\0"s, H1_CODING_INVALID),
          refused("\"chunked\"", H1_CODING_INVALID),
          refused("'chunked'", H1_CODING_NOT_CHUNKED),
          refused("\"gzip, chunked", H1_CODING_INVALID),
          refused("\xe7hunked", H1_CODING_INVALID),
          refused("chunked\xa0", H1_CODING_INVALID),
          refused("gzip;q=1, chunked", H1_CODING_UNKNOWN),
          refused("gzip ; q=1\t;b=c,chunked", H1_CODING_UNKNOWN),
          refused("gzip;q=\"1\", chunked", H1_CODING_INVALID),
          refused("gzip;q, chunked", H1_CODING_INVALID),
          refused("gzip=1, chunked", H1_CODING_INVALID),
      },
      1);
}

TEST(RequestFraming, JoinsTransferEncodingLinesInOrder) {
  const auto lines = [](std::vector<std::string> values) {
    Lines l = {{"Host", "a"}};
    for (const std::string& v : values) {
      l.push_back({"Transfer-Encoding", v});
      l.push_back({"X", "chunked"});
    }
    return l;
  };
  CheckRequestFraming(
      {
          {lines({"chunked"}), H1_OK, H1_BODY_CHUNKED, 0},
          Refused(lines({"gzip", "chunked"}), H1_CODING_UNKNOWN),
          Refused(lines({"chunked", "gzip"}), H1_CODING_NOT_CHUNKED),
          Refused(lines({"chunked", "chunked"}), H1_CODING_REPEATED),
          Refused(lines({"chunked", ""}), H1_CODING_INVALID),
          Refused(lines({"", "chunked"}), H1_CODING_INVALID),
          Refused(lines({"chunked", "identity"}), H1_CODING_NOT_CHUNKED),
          Refused(lines({"a", "b", "chunked"}), H1_CODING_UNKNOWN),
          Refused(lines({"a", "b\x0b", "chunked"}), H1_CODING_INVALID),
      },
      1);
}

TEST(RequestFraming, RefusesACodingBesideALengthHoweverSpelt) {
  for (const std::string coding :
       {"chunked", "gzip", "gzip, chunked", "", "chunked\x0b", "identity"}) {
    for (const std::string length : {"5", "0", "x", "", "5, 5"}) {
      CheckRequestFraming(
          {Refused({{"Content-Length", length}, {"Transfer-Encoding", coding}},
                   H1_LENGTH_WITH_CODING),
           Refused({{"Transfer-Encoding", coding}, {"Content-Length", length}},
                   H1_LENGTH_WITH_CODING)},
          1);
    }
  }
}

TEST(RequestFraming, RefusesACodingOnHttp10) {
  CheckRequestFraming(
      {Refused({{"Transfer-Encoding", "chunked"}}, H1_CODING_VERSION),
       Refused({{"Transfer-Encoding", "gzip"}}, H1_CODING_VERSION),
       Refused({{"Transfer-Encoding", ""}}, H1_CODING_VERSION),
       Refused({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}},
               H1_CODING_VERSION)},
      0);
}

// --------------------------------------------------------- response framing

h1_error ResponseFraming(uint16_t status, const std::string& method, int minor,
                         const Lines& lines, h1_framing* framing) {
  Message message(lines);
  const h1_response r = message.Response(status, minor);
  *framing = {H1_BODY_NONE, 99};
  return h1_framing_of_response(&r, SliceOf(method), framing);
}

TEST(ResponseFraming, FollowsStatusMethodAndFields) {
  const Lines none,
      length = {{"Content-Length", "5"}},
      chunked = {{"Transfer-Encoding", "Chunked"}},
      both = {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}};
  struct Row {
    uint16_t status;
    const char* method;
    Lines lines;
    h1_error error;
    h1_body_kind kind;
    uint64_t length;
  };
  const Row rows[] = {
      {200, "GET", none, H1_OK, H1_BODY_UNTIL_CLOSE, 0},
      {200, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "GET", chunked, H1_OK, H1_BODY_CHUNKED, 0},
      {404, "POST", length, H1_OK, H1_BODY_LENGTH, 5},
      {205, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "HEAD", none, H1_OK, H1_BODY_NONE, 0},
      {200, "HEAD", length, H1_OK, H1_BODY_NONE, 0},
      {200, "HEAD", chunked, H1_OK, H1_BODY_NONE, 0},
      {404, "HEAD", both, H1_OK, H1_BODY_NONE, 0},
      {200, "head", length, H1_OK, H1_BODY_LENGTH, 5},
      {100, "GET", length, H1_OK, H1_BODY_NONE, 0},
      {199, "GET", none, H1_OK, H1_BODY_NONE, 0},
      {204, "GET", length, H1_OK, H1_BODY_NONE, 0},
      {304, "GET", length, H1_OK, H1_BODY_NONE, 0},
      {303, "GET", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "CONNECT", length, H1_OK, H1_BODY_NONE, 0},
      {299, "CONNECT", chunked, H1_OK, H1_BODY_NONE, 0},
      {300, "CONNECT", length, H1_OK, H1_BODY_LENGTH, 5},
      {200, "GET", both, H1_LENGTH_WITH_CODING, H1_BODY_NONE, 0},
      {200,
       "GET",
       {{"Content-Length", "x"}},
       H1_LENGTH_INVALID,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Content-Length", "99999999999999999999"}},
       H1_LENGTH_OVERFLOW,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Content-Length", "5"}, {"Content-Length", "5"}},
       H1_LENGTH_REPEATED,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "gzip"}},
       H1_CODING_UNKNOWN,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked, gzip"}},
       H1_CODING_UNKNOWN,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "gzip, chunked"}},
       H1_CODING_UNKNOWN,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked, chunked"}},
       H1_CODING_REPEATED,
       H1_BODY_NONE,
       0},
      {200,
       "GET",
       {{"Transfer-Encoding", "chunked,"}},
       H1_CODING_INVALID,
       H1_BODY_NONE,
       0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::to_string(row.status) + " to " + row.method + " " +
                 Show(row.lines));
    h1_framing framing;
    EXPECT_EQ(ResponseFraming(row.status, row.method, 1, row.lines, &framing),
              row.error);
    EXPECT_EQ(framing.kind, row.kind);
    EXPECT_EQ(framing.length, row.length);
  }
  h1_framing framing;
  EXPECT_EQ(ResponseFraming(200, "GET", 0, chunked, &framing),
            H1_CODING_VERSION);
  EXPECT_EQ(ResponseFraming(200, "GET", 0, length, &framing), H1_OK);
}

// -------------------------------------------------------------- persistence

struct PersistenceRow {
  int minor;
  std::vector<std::string> connection;
  h1_error error;
  bool persists;
};

const PersistenceRow kPersistence[] = {
    {1, {}, H1_OK, true},
    {0, {}, H1_OK, false},
    {1, {"close"}, H1_OK, false},
    {1, {"Close"}, H1_OK, false},
    {1, {"CLOSE"}, H1_OK, false},
    {1, {"keep-alive"}, H1_OK, true},
    {0, {"keep-alive"}, H1_OK, true},
    {0, {"Keep-Alive"}, H1_OK, true},
    {0, {"close"}, H1_OK, false},
    {0, {"upgrade"}, H1_OK, false},
    {1, {"upgrade"}, H1_OK, true},
    {1, {"keep-alive, close"}, H1_OK, false},
    {0, {"keep-alive, close"}, H1_OK, false},
    {0, {"close", "keep-alive"}, H1_OK, false},
    {0, {"a", "keep-alive"}, H1_OK, true},
    {1, {"a", "b , close"}, H1_OK, false},
    {1, {"upgrade, HTTP2-Settings"}, H1_OK, true},
    {1, {"closed"}, H1_OK, true},
    {1, {"clos"}, H1_OK, true},
    {1, {"x-close"}, H1_OK, true},
    {0, {"keep-alives"}, H1_OK, false},
    {0, {"keepalive"}, H1_OK, false},
    {1, {""}, H1_OK, true},
    {1, {","}, H1_OK, true},
    {1, {",close"}, H1_OK, false},
    {1, {", \t, close ,"}, H1_OK, false},
    {0, {"", "keep-alive,"}, H1_OK, true},
    {1, {"a b"}, H1_CONNECTION_INVALID, false},
    {1, {"close;a"}, H1_CONNECTION_INVALID, false},
    {1, {"\"close\""}, H1_CONNECTION_INVALID, false},
    {1, {"a=b"}, H1_CONNECTION_INVALID, false},
    {1, {"close", "a/b"}, H1_CONNECTION_INVALID, false},
    {0, {"keep-alive", "\xff"}, H1_CONNECTION_INVALID, false},
    {1, {"close\x0b"}, H1_CONNECTION_INVALID, false},
};

TEST(Persistence, FollowsVersionAndConnection) {
  for (const PersistenceRow& row : kPersistence) {
    Lines lines = {{"Host", "close"}};
    for (const std::string& value : row.connection) {
      lines.push_back({"Connection", value});
      lines.push_back({"Keep-Alive", "close"});
    }
    SCOPED_TRACE(Show(lines) + std::to_string(row.minor));
    Message message(lines);
    const h1_request request = message.Request("GET", "/", row.minor);
    bool persists = !row.persists;
    EXPECT_EQ(h1_persistence_of_request(&request, &persists), row.error);
    EXPECT_EQ(persists, row.persists);

    const h1_response response = message.Response(200, row.minor);
    for (const h1_body_kind kind :
         {H1_BODY_NONE, H1_BODY_LENGTH, H1_BODY_CHUNKED, H1_BODY_UNTIL_CLOSE}) {
      const h1_framing framing = {kind, 0};
      const bool expected = row.persists && kind != H1_BODY_UNTIL_CLOSE;
      persists = !expected;
      EXPECT_EQ(h1_persistence_of_response(&response, &framing, &persists),
                row.error);
      EXPECT_EQ(persists, expected);
    }
  }
}

// -------------------------------------------------------------- expectation

TEST(Expectation, KnowsOnly100Continue) {
  struct Row {
    int minor;
    std::vector<std::string> expect;
    h1_error error;
    bool expects;
  };
  const Row rows[] = {
      {1, {}, H1_OK, false},
      {0, {}, H1_OK, false},
      {1, {"100-continue"}, H1_OK, true},
      {1, {"100-Continue"}, H1_OK, true},
      {1, {"100-CONTINUE"}, H1_OK, true},
      {1, {"100-continue, 100-continue"}, H1_OK, true},
      {1, {"100-continue", "100-continue"}, H1_OK, true},
      {1, {", 100-continue ,"}, H1_OK, true},
      {1, {""}, H1_OK, false},
      {1, {"100-continues"}, H1_EXPECT_UNKNOWN, false},
      {1, {"100"}, H1_EXPECT_UNKNOWN, false},
      {1, {"200-ok"}, H1_EXPECT_UNKNOWN, false},
      {1, {"100-continue;a=b"}, H1_EXPECT_UNKNOWN, false},
      {1, {"\"100-continue\""}, H1_EXPECT_UNKNOWN, false},
      {1, {"a=\"b,100-continue\""}, H1_EXPECT_UNKNOWN, false},
      {1, {"100-continue, other"}, H1_EXPECT_UNKNOWN, false},
      {1, {"other", "100-continue"}, H1_EXPECT_UNKNOWN, false},
      {1, {"100-continue", "other"}, H1_EXPECT_UNKNOWN, false},
      {0, {"100-continue"}, H1_OK, false},
      {0, {"other"}, H1_OK, false},
  };
  for (const Row& row : rows) {
    Lines lines;
    for (const std::string& value : row.expect) {
      lines.push_back({"Expect", value});
    }
    SCOPED_TRACE(Show(lines) + std::to_string(row.minor));
    Message message(lines);
    const h1_request r = message.Request("POST", "/", row.minor);
    bool expects = !row.expects;
    EXPECT_EQ(h1_expectation_of_request(&r, &expects), row.error);
    EXPECT_EQ(expects, row.expects);
  }
}

// ------------------------------------------------------------ decoded heads

TEST(DecodedHeads, AreFramedAsTheyRead) {
  struct Row {
    const char* head;
    h1_error check, framing_error;
    h1_body_kind kind;
    bool persists, expects;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", H1_OK, H1_OK, H1_BODY_NONE, true,
       false},
      {"GET / HTTP/1.0\r\n\r\n", H1_OK, H1_OK, H1_BODY_NONE, false, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\t 5 \t\r\n"
       "Expect: 100-Continue\r\nConnection: x\r\nConnection: Close\r\n\r\n",
       H1_OK, H1_OK, H1_BODY_LENGTH, false, true},
      {"POST / HTTP/1.7\r\nHOST:a\r\ntransfer-encoding:  chunked\t\r\n\r\n",
       H1_OK, H1_OK, H1_BODY_CHUNKED, true, false},
      {"POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: gzip\r\n"
       "Transfer-Encoding: chunked\r\n\r\n",
       H1_HOST_INVALID, H1_CODING_UNKNOWN, H1_BODY_NONE, true, false},
  };
  const h1_limits limits = h1_limits_default();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.head);
    const Guarded head{std::string(row.head)};
    std::vector<h1_header> storage(limits.header_count);
    h1_request_decoder d;
    h1_request r;
    size_t consumed = 0;
    h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage.data());
    ASSERT_EQ(h1_request_decode(&d, head.slice(), &r, &consumed), H1_DONE);
    EXPECT_EQ(h1_request_check(&r, nullptr), row.check);
    h1_framing framing;
    EXPECT_EQ(h1_framing_of_request(&r, &framing), row.framing_error);
    EXPECT_EQ(framing.kind, row.kind);
    bool persists = !row.persists, expects = !row.expects;
    EXPECT_EQ(h1_persistence_of_request(&r, &persists), H1_OK);
    EXPECT_EQ(persists, row.persists);
    EXPECT_EQ(h1_expectation_of_request(&r, &expects), H1_OK);
    EXPECT_EQ(expects, row.expects);
  }
}

}  // namespace
