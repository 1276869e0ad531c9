#include "tests/request_rules.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace h1_test {
namespace {

using std::string;

string Bytes(absl::string_view s) { return string(s); }

// A GET with this request line.
string Line(absl::string_view line) {
  return absl::StrCat(line, "\r\nHost: a\r\n\r\n");
}
// A GET for this target.
string Target(absl::string_view target) {
  return Line(absl::StrCat("GET ", target, " HTTP/1.1"));
}
// A GET with these lines beside Host; each brings its CRLF.
string Fields(absl::string_view lines) {
  return absl::StrCat("GET / HTTP/1.1\r\nHost: a\r\n", lines, "\r\n");
}
// A GET with these lines and no Host of ours.
string Hosts(absl::string_view lines) {
  return absl::StrCat("GET / HTTP/1.1\r\n", lines, "\r\n");
}
// A POST with these framing lines and what follows the head.
string Framed(absl::string_view lines, absl::string_view rest = "hello") {
  return absl::StrCat("POST /submit HTTP/1.1\r\nHost: a\r\n", lines, "\r\n",
                      rest);
}
string Length(absl::string_view value, absl::string_view rest = "hello") {
  return Framed(absl::StrCat("Content-Length:", value, "\r\n"), rest);
}
string Coding(absl::string_view value) {
  return Framed(absl::StrCat("Transfer-Encoding:", value, "\r\n"),
                "5\r\nhello\r\n0\r\n\r\n");
}
// A chunked POST with this body as it is on the wire.
string Chunked(absl::string_view wire) {
  return Framed("Transfer-Encoding: chunked\r\n", wire);
}
string Trailers(absl::string_view lines) {
  return Chunked(absl::StrCat("5\r\nhello\r\n0\r\n", lines, "\r\n"));
}
// Data of one byte a chunk, each with an extension of `ext` bytes.
string TinyChunks(size_t count, size_t ext) {
  string wire;
  for (size_t i = 0; i < count; i++) {
    absl::StrAppend(&wire, "1;", string(ext - 1, 'e'), "\r\nx\r\n");
  }
  return Chunked(wire + "0\r\n\r\n");
}

void AddLines(std::vector<Refused>* rows) {
  const std::vector<Refused> more = {
      {"bare LF ends the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400,
       "bare_lf"},
      {"bare LF ends a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400,
       "bare_lf"},
      {"bare LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400,
       "bare_lf"},
      {"bare LF within a value", Fields("X: a\nY: b\r\n"), 400, "bare_lf"},
      {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400, "bare_lf"},
      {"bare CR in the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400,
       "bare_cr"},
      {"bare CR within a value", Fields("X: a\rb\r\n"), 400, "bare_cr"},
      {"bare CR ends a field", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400,
       "bare_cr"},
      {"CR CR LF", Fields("X: a\r\r\n"), 400, "bare_cr"},
      {"bare CR where the head ends", "GET / HTTP/1.1\r\nHost: a\r\n\rX", 400,
       ""},
      {"two empty lines before the request", "\r\n\r\n" + Target("/"), 400,
       "leading_lines"},
      {"a bare LF before the request", "\n" + Target("/"), 400, "bare_lf"},
      {"a space before the request", " " + Target("/"), 400, ""},
      {"NUL before the request", Bytes({"\0", 1}) + Target("/"), 400, ""},
  };
  rows->insert(rows->end(), more.begin(), more.end());
}

void AddRequestLines(std::vector<Refused>* rows) {
  for (const char* line : {"GET",
                           "GET ",
                           "GET /",
                           "GET / ",
                           "GET  / HTTP/1.1",
                           "GET /  HTTP/1.1",
                           "GET\t/ HTTP/1.1",
                           "GET /\tHTTP/1.1",
                           "GET / HTTP/1.1 ",
                           "GET / HTTP/1.1\t",
                           "GET / HTTP/1.1 x",
                           "GET /a b HTTP/1.1",
                           "G@T / HTTP/1.1",
                           "G\"T / HTTP/1.1",
                           "(GET) / HTTP/1.1",
                           "GE\x01T / HTTP/1.1",
                           "G\xC3\xA9T / HTTP/1.1",
                           "GET:/ / HTTP/1.1",
                           "GET / http/1.1",
                           "GET / Http/1.1",
                           "GET / HTTP/1.10",
                           "GET / HTTP/01.1",
                           "GET / HTTP/1",
                           "GET / HTTP/1.",
                           "GET / HTTP/.1",
                           "GET / HTTP/11",
                           "GET / HTTP/1,1",
                           "GET / HTTP/1.1.1",
                           "GET / HTTP1.1",
                           "GET / HTTP /1.1",
                           "GET / HTTP/ 1.1",
                           "GET / HTTP/a.b",
                           "GET / HTTP/-1.1",
                           "GET / XTTP/1.1",
                           "GET / 1.1",
                           "GET / HTTPS/1.1"}) {
    rows->push_back({"three parts, one space between", Line(line), 400, ""});
  }
  for (const char* line :
       {"GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/0.0", "GET / HTTP/3.1",
        "GET / HTTP/9.9", "PRI * HTTP/2.0", "FOO / HTTP/2.0"}) {
    rows->push_back(
        {"another major version", Line(line), 505, "version_unsupported"});
  }
  rows->push_back({"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                   505, "version_unsupported"});
  rows->push_back(
      {"no space within the head limit", string(20000, 'A'), 400, ""});
  rows->push_back({"request line over its limit",
                   Target("/?" + string(8191, 'a')), 414, "target_too_long"});
  rows->push_back({"a head over its limit",
                   Fields("X: " + string(17000, 'a') + "\r\n"), 431,
                   "head_too_large"});
  string many;
  for (int i = 0; i < 100; i++) absl::StrAppend(&many, "X: y\r\n");
  rows->push_back({"too many fields", Fields(many), 431, "header_count"});
}

void AddTargets(std::vector<Refused>* rows) {
  for (const char* target : {"/\x01", "/\x1f", "/\x7f", "/\x80", "/\xff",
                             "/a#b", "/#", "#", "/?a#b"}) {
    rows->push_back(
        {"a byte no target has", Target(target), 400, "target_invalid"});
  }
  rows->push_back(
      {"NUL in the target", Target({"/\0", 2}), 400, "target_invalid"});
  for (const char* target :
       {"a:80", "*", "a", "index.html", "?", "http:", "http:/", "http:/a",
        "ftp://a/", "://a/", "a/b", "*/", "/*x y"}) {
    rows->push_back({"none of the target forms", Target(target), 400, ""});
  }
  for (const char* target :
       {"http://u@a/", "http://u:p@a/", "http:///", "http:///x", "http://:80/",
        "http://a,b/", "http://a:b/", "http://[::1/", "http://?x"}) {
    rows->push_back({"authority in absolute-form", Target(target), 400, ""});
  }
  rows->push_back({"absolute-form needs a Host",
                   "GET http://a/ HTTP/1.1\r\n\r\n", 400, "host_missing"});
  rows->push_back({"absolute-form needs a valid Host",
                   "GET http://a/ HTTP/1.1\r\nHost: b,c\r\n\r\n", 400,
                   "host_invalid"});
  for (const char* path : {"/%", "/%4", "/%zz", "/%4g", "/%%41", "/a%", "/%u00",
                           "/% 41", "/%-1"}) {
    rows->push_back({"percent-encoding in a path", Target(path), 400,
                     path == string("/% 41") ? "" : "path_encoding"});
  }
  for (const char* path :
       {"/%00", "/a%00b", "/%0d", "/%0A", "/static/%0D%0A"}) {
    rows->push_back({"encoded control", Target(path), 400, "path_control"});
  }
  for (const char* path : {"/\\", "/a\\b", "/..\\x", "/%5c", "/%5C.."}) {
    rows->push_back({"backslash", Target(path), 400, "path_backslash"});
  }
  for (const char* path :
       {"/..", "/../", "/../x", "/a/../..", "/a/../../b", "/%2e%2e", "/%2E./",
        "/.%2e/x", "/./..", "/a/b/../../../c", "/static/../../etc/passwd",
        "http://a/.."}) {
    rows->push_back({"above the root", Target(path), 400, "path_above_root"});
  }
}

void AddFields(std::vector<Refused>* rows) {
  const std::vector<Refused> more = {
      {"space before the colon", Fields("X : a\r\n"), 400, "field_name_space"},
      {"tab before the colon", Fields("X\t: a\r\n"), 400, ""},
      {"space before the colon of Host", Hosts("Host : a\r\n"), 400,
       "field_name_space"},
      {"empty name", Fields(": a\r\n"), 400, "field_name_empty"},
      {"no colon", Fields("nonsense\r\n"), 400, ""},
      {"space in a name", Fields("X Y: a\r\n"), 400, ""},
      {"folded line", Fields("X: a\r\n b\r\n"), 400, "field_folded"},
      {"folded by tab", Fields("X: a\r\n\tb\r\n"), 400, "field_folded"},
      {"folded empty line", Fields("X: a\r\n \r\n"), 400, "field_folded"},
      {"space before the first field", Hosts(" Host: a\r\n"), 400,
       "field_first_space"},
      {"tab before the first field", Hosts("\tHost: a\r\n"), 400,
       "field_first_space"},
      {"NUL in a name", Fields({"X\0Y: a\r\n", 8}), 400, ""},
      {"NUL in a value", Fields({"X: a\0b\r\n", 8}), 400,
       "field_value_invalid"},
      {"DEL in a value", Fields("X: a\x7f\r\n"), 400, "field_value_invalid"},
      {"vertical tab in a value", Fields("X: a\vb\r\n"), 400,
       "field_value_invalid"},
      {"form feed in a value", Fields("X: \f\r\n"), 400, "field_value_invalid"},
      {"escape in a value", Fields("X: \x1b[0m\r\n"), 400,
       "field_value_invalid"},
      {"Content-Type twice",
       Framed(
           "Content-Type: a/b\r\nContent-Type: a/b\r\nContent-Length: 5\r\n"),
       400, "field_repeated"},
      {"Authorization twice",
       Fields("Authorization: a\r\nAuthorization: b\r\n"), 400,
       "field_repeated"},
      {"If-Range twice", Fields("If-Range: \"a\"\r\nIF-RANGE: \"b\"\r\n"), 400,
       "field_repeated"},
      {"Range twice", Fields("Range: bytes=0-1\r\nrange: bytes=1-2\r\n"), 400,
       "field_repeated"},
  };
  rows->insert(rows->end(), more.begin(), more.end());
  for (const char mark : string("()<>@,;\\\"/[]?={}\x80\xff\x01\x7f")) {
    rows->push_back({"a name is a token",
                     Fields(absl::StrCat("X", string(1, mark), "Y: a\r\n")),
                     400, "field_name_invalid"});
  }
}

void AddHosts(std::vector<Refused>* rows) {
  rows->push_back({"no Host", Hosts(""), 400, "host_missing"});
  rows->push_back(
      {"two", Hosts("Host: a\r\nHost: a\r\n"), 400, "host_repeated"});
  rows->push_back({"two, other case", Hosts("Host: a\r\nhOST: b\r\n"), 400,
                   "host_repeated"});
  rows->push_back({"two on 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
                   400, "host_repeated"});
  rows->push_back(
      {"no Host but X_Host", Hosts("X_Host: a\r\n"), 400, "host_missing"});
  for (const char* host : {"",      " ",        "a,b",
                           "a, b",  "u@a",      "u:p@a",
                           "a/b",   "http://a", "a:b",
                           "a:80x", "a b",      "[::1",
                           "::1",   "[::1]x",   "a?b",
                           "a#b",   "a\\b",     "a%",
                           "a%zz",  ":80",      "[]",
                           "a:-1",  "a:80:80",  "\"a\"",
                           "<a>",   "[g::1]",   "\xC3\xA9.example"}) {
    rows->push_back({"a valid Host",
                     Hosts(absl::StrCat("Host: ", host, "\r\n")), 400,
                     "host_invalid"});
  }
  rows->push_back({"a valid Host on 1.0", "GET / HTTP/1.0\r\nHost: a/b\r\n\r\n",
                   400, "host_invalid"});
}

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
  rows->push_back({"a bad length on GET", Fields("Content-Length: x\r\n"), 400,
                   "length_invalid"});
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
    rows->push_back({"with Content-Length behind it",
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
                     Chunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")), 400,
                     "chunk_size_invalid"});
  }
  for (const char* line :
       {"10000000000000000", "FFFFFFFFFFFFFFFFF", "100000000000000005",
        "fffffffffffffffffffffffffffffffffffffffff"}) {
    rows->push_back({"a chunk size that overflows",
                     Chunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")), 400,
                     "chunk_size_overflow"});
  }
  for (const char* line :
       {"5;", "5; ", "5;=b", "5;a=", "5;a b", "5;a=\"b", "5;a=\"b\"c", "5;a=b;",
        "5;;a", "5;a=\"\x01\"", "5;a=\x7f", "5;a\x01", "5;a=b c", "5;(a)",
        "5;a=\"b\\", "5;a=,", "5 ;", "5;a=\"\x7f\""}) {
    rows->push_back({"a chunk extension by the grammar",
                     Chunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")), 400,
                     "chunk_ext_invalid"});
  }
  const std::vector<Refused> more = {
      {"chunk data over the limit of a body",
       Chunked("7FFFFFFFFFFFFFFF\r\nhello"), 413, "body_too_large"},
      {"chunk data longer than said", Chunked("5\r\nhelloX\r\n0\r\n\r\n"), 400,
       "chunk_end_invalid"},
      {"no CRLF behind chunk data", Chunked("5\r\nhello0\r\n\r\n"), 400,
       "chunk_end_invalid"},
      {"two CRLFs behind chunk data", Chunked("5\r\nhello\r\n\r\n0\r\n\r\n"),
       400, "chunk_size_invalid"},
      {"bare LF behind chunk data", Chunked("5\r\nhello\n0\r\n\r\n"), 400, ""},
      {"bare CR behind chunk data", Chunked("5\r\nhello\r0\r\n\r\n"), 400, ""},
      {"bare LF behind a chunk size", Chunked("5\nhello\r\n0\r\n\r\n"), 400,
       "bare_lf"},
      {"bare CR behind a chunk size", Chunked("5\rhello\r\n0\r\n\r\n"), 400,
       "bare_cr"},
      {"bare LF behind an extension", Chunked("5;a=b\nhello\r\n0\r\n\r\n"), 400,
       "bare_lf"},
      {"bare LF in a quoted extension",
       Chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), 400, ""},
      {"bare CR in an extension", Chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), 400,
       "bare_cr"},
      {"bare LF behind the last chunk", Chunked("5\r\nhello\r\n0\n\r\n"), 400,
       "bare_lf"},
      {"bare LF ends the body", Chunked("5\r\nhello\r\n0\r\n\n"), 400,
       "bare_lf"},
      {"extensions over their limit",
       Chunked(absl::StrCat("5;", string(256, 'e'), "\r\nhello\r\n0\r\n\r\n")),
       431, "chunk_ext_too_large"},
      {"framing overhead over its limit", TinyChunks(1000, 17), 400,
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

void AddServedHeads(std::vector<Served>* rows) {
  const std::vector<Served> more = {
      {"the least request", Target("/")},
      {"one empty line before it", "\r\n" + Target("/")},
      {"1.2 is served as 1.1", Line("GET / HTTP/1.2")},
      {"1.9 is served as 1.1", Line("GET / HTTP/1.9")},
      {"8,000 bytes of request line", Target("/?" + string(8000 - 15, 'a'))},
      {"absolute-form", Target("http://a/")},
      {"absolute-form without path", Target("http://a")},
      {"absolute-form with port and query", Target("HTTP://a:80/?x")},
      {"absolute-form, query and no path", Target("http://a?x")},
      {"https in absolute-form", Target("https://a/")},
      {"OPTIONS *", Line("OPTIONS * HTTP/1.1"), 204},
      {"any query", Target("/?a=\\|{}[]\"<>^`%&%zz?/")},
      {"an empty query", Target("/?")},
      {"dot segments", Target("/a/./../")},
      {"encoded dot segments", Target("/a/%2e/%2E%2e/")},
      {"an encoded slash is no separator", Target("/a/..%2f"), 404},
      {"an empty segment is one", Target("//"), 404},
      {"a value of obs-text", Fields("X: \x80\xff\r\n")},
      {"an empty value", Fields("X:\r\n")},
      {"a value of blanks", Fields("X: \t \r\n")},
      {"no blank behind the colon", Fields("X:y\r\n")},
      {"a tab in a value", Fields("X: a\tb\r\n")},
      {"every mark a token has", Fields("!#$%&'*+-.^_`|~09: x\r\n")},
      {"names in any case", "GET / HTTP/1.1\r\nhOsT: a\r\n\r\n"},
      {"X_Y is not X-Y", Fields("Content_Length: 5\r\n")},
      {"names compare whole",
       Fields("Content-Lengt: 5\r\nContent-Length-X: 5\r\n"
              "X-Transfer-Encoding: chunked\r\n")},
      {"99 fields beside Host",
       [] {
         string lines;
         for (int i = 0; i < 99; i++) absl::StrAppend(&lines, "X: y\r\n");
         return Fields(lines);
       }()},
      {"list fields on two lines combine",
       Fields("Connection: keep-alive\r\nConnection: close\r\n"), 200, false,
       "", false},
      {"HTTP/1.0 needs no Host", "GET / HTTP/1.0\r\n\r\n", 200, false, "",
       false},
      {"HTTP/1.0 persists when asked",
       "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"},
      {"Upgrade is ignored", Fields("Connection: upgrade\r\nUpgrade: h2c\r\n")},
  };
  rows->insert(rows->end(), more.begin(), more.end());
  for (const char* host :
       {"a", "a:80", "a:", "127.0.0.1", "[::1]", "[::1]:80", "a.b-c_d~e",
        "a%20b", "!$&'()*+;=", "[v1.x:y]", "\ta\t"}) {
    rows->push_back(
        {"a valid Host", Hosts(absl::StrCat("Host: ", host, "\r\n"))});
  }
}

void AddServedBodies(std::vector<Served>* rows) {
  const string kHello = "hello";
  for (const char* value : {"5", " 5", "\t5 ", " 5\t", "05", "005",
                            "00000000000000000000000000000005"}) {
    rows->push_back({"Content-Length", Length(value), 200, true, kHello});
  }
  for (const char* value : {"chunked", " chunked", "\tchunked\t", " Chunked",
                            " CHUNKED", " cHuNkEd "}) {
    rows->push_back({"Transfer-Encoding", Coding(value), 200, true, kHello});
  }
  for (const char* line :
       {"5", "05", "000000000000000005", "5;a", "5;a=b", "5;a=\"b\"",
        "5;a=\"\\\"\\\\ ;\"", "5 ;a", "5\t;a=b", "5; a = b", "5;a;b;c=d",
        "5;a=\"\"", "5 ; a = \"b\" ; c", "5;a=\"\x80\"", "5;a=\"\t\""}) {
    rows->push_back({"a chunk line",
                     Chunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")), 200,
                     true, kHello});
  }
  const std::vector<Served> more = {
      {"no body on POST", Framed("", ""), 200, true, ""},
      {"an empty chunked body", Chunked("0\r\n\r\n"), 200, true, ""},
      {"a last chunk of many zeros", Chunked("5\r\nhello\r\n000\r\n\r\n"), 200,
       true, kHello},
      {"an extension on the last chunk", Chunked("5\r\nhello\r\n0;a=b\r\n\r\n"),
       200, true, kHello},
      {"sizes in either case",
       Chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200, true,
       "01234567890123456789"},
      {"extensions at their limit",
       Chunked(absl::StrCat("5;", string(255, 'e'), "\r\nhello\r\n0\r\n\r\n")),
       200, true, kHello},
      {"some framing overhead", TinyChunks(100, 17), 200, true,
       string(100, 'x')},
      {"chunks of one byte", TinyChunks(5000, 2), 200, true, string(5000, 'x')},
      {"trailers", Trailers("X: y\r\nZ:\r\n"), 200, true, kHello},
      {"100 trailers",
       [] {
         string lines;
         for (int i = 0; i < 100; i++) absl::StrAppend(&lines, "X: y\r\n");
         return Trailers(lines);
       }(),
       200, true, kHello},
      {"a body on GET is read and dropped",
       "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"},
      {"a chunked body on GET is read and dropped",
       "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5\r\nhello\r\n0\r\n\r\n"},
      {"a body on HEAD is read and dropped",
       "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"},
      {"a body that looks like a request stays a body",
       Length("35", "GET /?evil HTTP/1.1\r\nHost: evil\r\n\r\n"), 200, true,
       "GET /?evil HTTP/1.1\r\nHost: evil\r\n\r\n"},
      {"a body where it is not allowed is dropped",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 405},
      {"a body for nothing is dropped",
       "POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 404},
      {"HTTP/1.0 with a body",
       "POST /submit HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", 200, true,
       kHello, false},
  };
  rows->insert(rows->end(), more.begin(), more.end());
}

}  // namespace

std::vector<Refused> RefusedRequests() {
  std::vector<Refused> rows;
  AddLines(&rows);
  AddRequestLines(&rows);
  AddTargets(&rows);
  AddFields(&rows);
  AddHosts(&rows);
  AddLengths(&rows);
  AddCodings(&rows);
  AddChunks(&rows);
  AddTrailers(&rows);
  return rows;
}

std::vector<Served> ServedRequests() {
  std::vector<Served> rows;
  AddServedHeads(&rows);
  AddServedBodies(&rows);
  return rows;
}

}  // namespace h1_test
