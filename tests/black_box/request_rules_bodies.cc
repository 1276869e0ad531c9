#include "tests/black_box/request_rules_build.h"

namespace h1_test {
namespace {

using std::string;

void AddLengths(std::vector<Refused>* rows) {
  for (const char* value :
       {"+5", "-5", "-0", "0x5", "5 5", "5,5", "5, 5", "", " ", "5a", "a",
        "5.0", "5;", "\"5\"", "5e0", "0x", "\xD9\xA5", ",5", "5,"}) {
    rows->push_back(
        {"Content-Length is digits", Length(value), 400, "length_invalid"});
  }
  for (const char* value :
       {"9223372036854775808", "18446744073709551615", "18446744073709551616",
        "18446744073709551621", "99999999999999999999999999999999999999"}) {
    rows->push_back(
        {"Content-Length above 2^63-1", Length(value), 400, "length_overflow"});
  }
  rows->push_back({"Content-Length twice",
                   Framed("Content-Length: 5\r\nContent-Length: 5\r\n"), 400,
                   "length_repeated"});
  rows->push_back({"Content-Length twice, unequal",
                   Framed("Content-Length: 5\r\ncontent-length: 6\r\n"), 400,
                   "length_repeated"});
  rows->push_back({"vertical tab before Content-Length", Length("\v5"), 400,
                   "field_value_invalid"});
  rows->push_back({"largest length there can be", Length("9223372036854775807"),
                   413, "body_too_large"});
  rows->push_back(
      {"one byte over the limit", Length("1048577"), 413, "body_too_large"});
  rows->push_back({"a bad length on GET", WithFields("Content-Length: x\r\n"),
                   400, "length_invalid"});
}

void AddCodings(std::vector<Refused>* rows) {
  struct {
    const char* value;
    int status;
    const char* reason;
  } const kRows[] = {
      {"chunked, chunked", 400, "coding_repeated"},
      {"chunked,chunked", 400, "coding_repeated"},
      {"chunked, gzip", 400, ""},
      {"gzip", 400, "coding_not_chunked"},
      {"identity", 400, "coding_not_chunked"},
      {"xchunked", 400, "coding_not_chunked"},
      {"chunkedx", 400, "coding_not_chunked"},
      {"chunke", 400, "coding_not_chunked"},
      {"x-chunked", 400, "coding_not_chunked"},
      {"gzip, deflate", 400, "coding_not_chunked"},
      {"gzip, chunked", 501, "coding_unknown"},
      {"gzip,chunked", 501, "coding_unknown"},
      {"identity, chunked", 501, "coding_unknown"},
      {"foo, Chunked", 501, "coding_unknown"},
      {"gzip, chunked, chunked", 400, ""},
      {"chunked, gzip, chunked", 400, ""},
      {"", 400, ""},
      {",", 400, ""},
      {"chunked,", 400, ""},
      {"chunked, ", 400, ""},
      {",chunked", 400, ""},
      {", chunked", 400, ""},
      {"gzip,,chunked", 400, ""},
      {"\"chunked\"", 400, "coding_invalid"},
      {"chun\"ked\"", 400, "coding_invalid"},
      {"'chunked'", 400, ""},
      {"chunked chunked", 400, ""},
      {"chunked;", 400, ""},
      {"chunked;a", 400, ""},
      {"\vchunked", 400, "field_value_invalid"},
      {"chunked\f", 400, "field_value_invalid"},
      {"\x80"
       "chunked",
       400, "coding_invalid"},
      {"chunked\xA0", 400, "coding_invalid"},
  };
  for (const auto& row : kRows) {
    rows->push_back(
        {"Transfer-Encoding", Coding(row.value), row.status, row.reason});
  }
  const string body = "5\r\nhello\r\n0\r\n\r\n";
  for (const char* value : {"chunked", "Chunked", "gzip", "x", "identity",
                            "gzip, chunked", "\"chunked\"", ""}) {
    rows->push_back(
        {"with Content-Length, whatever the spelling",
         Framed(absl::StrCat("Content-Length: 15\r\nTransfer-Encoding: ", value,
                             "\r\n"),
                body),
         400, ""});
    rows->push_back({"with Content-Length after it",
                     Framed(absl::StrCat("Transfer-Encoding: ", value,
                                         "\r\nContent-Length: 15\r\n"),
                            body),
                     400, ""});
  }
  rows->push_back(
      {"with Content-Length: 0",
       Framed("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", body), 400,
       "length_with_coding"});
  rows->push_back({"on two lines",
                   Framed("Transfer-Encoding: chunked\r\n"
                          "Transfer-Encoding: chunked\r\n",
                          body),
                   400, "coding_repeated"});
  rows->push_back({"chunked, then another on a second line",
                   Framed("Transfer-Encoding: chunked\r\n"
                          "Transfer-Encoding: gzip\r\n",
                          body),
                   400, ""});
  rows->push_back({"two lines are one list",
                   Framed("Transfer-Encoding: gzip\r\n"
                          "Transfer-Encoding: chunked\r\n",
                          body),
                   501, "coding_unknown"});
  rows->push_back({"on HTTP/1.0",
                   "POST /submit HTTP/1.0\r\nHost: a\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n" +
                       body,
                   400, "coding_version"});
}

void AddChunks(std::vector<Refused>* rows) {
  for (const char* line :
       {"", "g", "+5", "-5", "0x5", " 5", "5 ", "5\t", "\t5", "5 5", "5,", "_5",
        "x", "5h", "-0", "+0", "\"5\"", "\x80", "5\xA0"}) {
    rows->push_back({"a chunk size is hex digits",
                     PostChunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")),
                     400, "chunk_size_invalid"});
  }
  for (const char* line :
       {"10000000000000000", "FFFFFFFFFFFFFFFFF", "100000000000000005",
        "fffffffffffffffffffffffffffffffffffffffff"}) {
    rows->push_back({"a chunk size that overflows",
                     PostChunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")),
                     400, "chunk_size_overflow"});
  }
  for (const char* line :
       {"5;", "5; ", "5;=b", "5;a=", "5;a b", "5;a=\"b", "5;a=\"b\"c", "5;a=b;",
        "5;;a", "5;a=\"\x01\"", "5;a=\x7f", "5;a\x01", "5;a=b c", "5;(a)",
        "5;a=\"b\\", "5;a=,", "5 ;", "5;a=\"\x7f\""}) {
    rows->push_back({"a chunk extension by the grammar",
                     PostChunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")),
                     400, "chunk_ext_invalid"});
  }
  const std::vector<Refused> more = {
      {"chunk data over the limit of a body",
       PostChunked("7FFFFFFFFFFFFFFF\r\nhello"), 413, "body_too_large"},
      {"chunk data longer than said", PostChunked("5\r\nhelloX\r\n0\r\n\r\n"),
       400, "chunk_end_invalid"},
      {"no CRLF after chunk data", PostChunked("5\r\nhello0\r\n\r\n"), 400,
       "chunk_end_invalid"},
      {"two CRLFs after chunk data", PostChunked("5\r\nhello\r\n\r\n0\r\n\r\n"),
       400, "chunk_size_invalid"},
      {"bare LF after chunk data", PostChunked("5\r\nhello\n0\r\n\r\n"), 400,
       ""},
      {"bare CR after chunk data", PostChunked("5\r\nhello\r0\r\n\r\n"), 400,
       ""},
      {"bare LF after a chunk size", PostChunked("5\nhello\r\n0\r\n\r\n"), 400,
       "bare_lf"},
      {"bare CR after a chunk size", PostChunked("5\rhello\r\n0\r\n\r\n"), 400,
       "bare_cr"},
      {"bare LF after an extension", PostChunked("5;a=b\nhello\r\n0\r\n\r\n"),
       400, "bare_lf"},
      {"bare LF in a quoted extension",
       PostChunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), 400, ""},
      {"bare CR in an extension", PostChunked("5;a\rb\r\nhello\r\n0\r\n\r\n"),
       400, "bare_cr"},
      {"bare LF after the last chunk", PostChunked("5\r\nhello\r\n0\n\r\n"),
       400, "bare_lf"},
      {"bare LF ends the body", PostChunked("5\r\nhello\r\n0\r\n\n"), 400,
       "bare_lf"},
      {"extensions over their limit",
       PostChunked(
           absl::StrCat("5;", string(256, 'e'), "\r\nhello\r\n0\r\n\r\n")),
       431, "chunk_ext_too_large"},
      {"framing overhead over its limit", TinyChunks(1000, 17), 413,
       "chunk_overhead"},
  };
  rows->insert(rows->end(), more.begin(), more.end());
}

void AddTrailers(std::vector<Refused>* rows) {
  for (const char* name :
       {"Content-Length", "Transfer-Encoding", "Host", "Connection", "Expect",
        "Authorization", "Content-Type", "Content-Encoding", "Content-Range",
        "Trailer", "TE", "Upgrade", "content-length", "hOST"}) {
    rows->push_back({"a field no trailer may be",
                     Trailers(absl::StrCat(name, ": 5\r\n")), 400,
                     "trailer_forbidden"});
  }
  string many;
  for (int i = 0; i < 101; i++) absl::StrAppend(&many, "X: y\r\n");
  const std::vector<Refused> more = {
      {"a trailer without colon", Trailers("nonsense\r\n"), 400, ""},
      {"a trailer with bare LF", Trailers("X: a\n"), 400, "bare_lf"},
      {"a trailer with bare CR", Trailers("X: a\rb\r\n"), 400, "bare_cr"},
      {"a folded trailer", Trailers("X: a\r\n b\r\n"), 400, "field_folded"},
      {"space before a trailer's colon", Trailers("X : a\r\n"), 400,
       "field_name_space"},
      {"space before the first trailer", Trailers(" X: a\r\n"), 400, ""},
      {"NUL in a trailer", Trailers({"X: \0\r\n", 6}), 400,
       "field_value_invalid"},
      {"trailers over their size",
       Trailers(absl::StrCat("X: ", string(4096, 'a'), "\r\n")), 431,
       "trailer_too_large"},
      {"too many trailers", Trailers(many), 431, "trailer_count"},
  };
  rows->insert(rows->end(), more.begin(), more.end());
}

}  // namespace

void AddRefusedBodies(std::vector<Refused>* rows) {
  AddLengths(rows);
  AddCodings(rows);
  AddChunks(rows);
  AddTrailers(rows);
}

}  // namespace h1_test
