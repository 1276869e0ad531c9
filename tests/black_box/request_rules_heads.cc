#include "tests/black_box/request_rules_build.h"

namespace h1_test {
namespace {

using std::string;

string Bytes(absl::string_view s) { return string(s); }

void AddLines(std::vector<Refused>* rows) {
  const std::vector<Refused> more = {
      {"bare LF ends the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400,
       "bare_lf"},
      {"bare LF ends a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400,
       "bare_lf"},
      {"bare LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400,
       "bare_lf"},
      {"bare LF within a value", WithFields("X: a\nY: b\r\n"), 400, "bare_lf"},
      {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400, "bare_lf"},
      {"bare CR in the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400,
       "bare_cr"},
      {"bare CR within a value", WithFields("X: a\rb\r\n"), 400, "bare_cr"},
      {"bare CR ends a field", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400,
       "bare_cr"},
      {"CR CR LF", WithFields("X: a\r\r\n"), 400, "bare_cr"},
      {"bare CR where the head ends", "GET / HTTP/1.1\r\nHost: a\r\n\rX", 400,
       ""},
      {"two empty lines before the request", "\r\n\r\n" + WithTarget("/"), 400,
       "leading_lines"},
      {"a bare LF before the request", "\n" + WithTarget("/"), 400, "bare_lf"},
      {"a space before the request", " " + WithTarget("/"), 400, ""},
      {"NUL before the request", Bytes({"\0", 1}) + WithTarget("/"), 400, ""},
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
    rows->push_back(
        {"three parts, one space between", WithLine(line), 400, ""});
  }
  for (const char* line :
       {"GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/0.0", "GET / HTTP/3.1",
        "GET / HTTP/9.9", "PRI * HTTP/2.0", "FOO / HTTP/2.0"}) {
    rows->push_back(
        {"another major version", WithLine(line), 505, "version_unsupported"});
  }
  rows->push_back({"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                   505, "version_unsupported"});
  rows->push_back({"a TLS hello", string("\x16\x03\x01\x02\0\x01\0\x01\xfc", 9),
                   400, "tls_handshake"});
  for (const char* line :
       {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2", "PROXY TCP6 ::1 ::2 1 2",
        "PROXY UNKNOWN", "PROXY UNKNOWN ::1 ::2 1 2"}) {
    rows->push_back({"a PROXY line",
                     absl::StrCat(line, "\r\n", WithLine("GET / HTTP/1.1")),
                     400, "proxy_header"});
  }
  // In one piece it has the name of the others.
  rows->push_back({"a binary PROXY header",
                   string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16), 400, ""});
  rows->push_back(
      {"no space within the head limit", string(20000, 'A'), 400, ""});
  rows->push_back({"request line over its limit",
                   WithTarget("/?" + string(8191, 'a')), 414,
                   "target_too_long"});
  rows->push_back({"a head over its limit",
                   WithFields("X: " + string(17000, 'a') + "\r\n"), 431,
                   "head_too_large"});
  string many;
  for (int i = 0; i < 100; i++) absl::StrAppend(&many, "X: y\r\n");
  rows->push_back({"too many fields", WithFields(many), 431, "header_count"});
}

void AddTargets(std::vector<Refused>* rows) {
  for (const char* target : {"/\x01", "/\x1f", "/\x7f", "/\x80", "/\xff",
                             "/a#b", "/#", "#", "/?a#b"}) {
    rows->push_back(
        {"a byte no target has", WithTarget(target), 400, "target_invalid"});
  }
  rows->push_back(
      {"NUL in the target", WithTarget({"/\0", 2}), 400, "target_invalid"});
  for (const char* target :
       {"a:80", "*", "a", "index.html", "?", "http:", "http:/", "http:/a",
        "ftp://a/", "://a/", "a/b", "*/", "/*x y"}) {
    rows->push_back({"none of the target forms", WithTarget(target), 400, ""});
  }
  for (const char* target :
       {"http://u@a/", "http://u:p@a/", "http:///", "http:///x", "http://:80/",
        "http://a,b/", "http://a:b/", "http://[::1/", "http://?x"}) {
    rows->push_back(
        {"authority in absolute-form", WithTarget(target), 400, ""});
  }
  rows->push_back({"absolute-form needs a Host",
                   "GET http://a/ HTTP/1.1\r\n\r\n", 400, "host_missing"});
  rows->push_back({"absolute-form needs a valid Host",
                   "GET http://a/ HTTP/1.1\r\nHost: b,c\r\n\r\n", 400,
                   "host_invalid"});
  for (const char* path : {"/%", "/%4", "/%zz", "/%4g", "/%%41", "/a%", "/%u00",
                           "/% 41", "/%-1"}) {
    rows->push_back({"percent-encoding in a path", WithTarget(path), 400,
                     path == string("/% 41") ? "" : "path_encoding"});
  }
  for (const char* path :
       {"/%00", "/a%00b", "/%0d", "/%0A", "/static/%0D%0A"}) {
    rows->push_back({"encoded control", WithTarget(path), 400, "path_control"});
  }
  for (const char* path : {"/\\", "/a\\b", "/..\\x", "/%5c", "/%5C.."}) {
    rows->push_back({"backslash", WithTarget(path), 400, "path_backslash"});
  }
  for (const char* path :
       {"/..", "/../", "/../x", "/a/../..", "/a/../../b", "/%2e%2e", "/%2E./",
        "/.%2e/x", "/./..", "/a/b/../../../c", "/static/../../etc/passwd",
        "http://a/.."}) {
    rows->push_back(
        {"above the root", WithTarget(path), 400, "path_above_root"});
  }
}

void AddFields(std::vector<Refused>* rows) {
  const std::vector<Refused> more = {
      {"space before the colon", WithFields("X : a\r\n"), 400,
       "field_name_space"},
      {"tab before the colon", WithFields("X\t: a\r\n"), 400, ""},
      {"space before the colon of Host", Hosts("Host : a\r\n"), 400,
       "field_name_space"},
      {"empty name", WithFields(": a\r\n"), 400, "field_name_empty"},
      {"no colon", WithFields("nonsense\r\n"), 400, ""},
      {"space in a name", WithFields("X Y: a\r\n"), 400, ""},
      {"folded line", WithFields("X: a\r\n b\r\n"), 400, "field_folded"},
      {"folded by tab", WithFields("X: a\r\n\tb\r\n"), 400, "field_folded"},
      {"folded empty line", WithFields("X: a\r\n \r\n"), 400, "field_folded"},
      {"space before the first field", Hosts(" Host: a\r\n"), 400,
       "field_first_space"},
      {"tab before the first field", Hosts("\tHost: a\r\n"), 400,
       "field_first_space"},
      {"NUL in a name", WithFields({"X\0Y: a\r\n", 8}), 400, ""},
      {"NUL in a value", WithFields({"X: a\0b\r\n", 8}), 400,
       "field_value_invalid"},
      {"DEL in a value", WithFields("X: a\x7f\r\n"), 400,
       "field_value_invalid"},
      {"vertical tab in a value", WithFields("X: a\vb\r\n"), 400,
       "field_value_invalid"},
      {"form feed in a value", WithFields("X: \f\r\n"), 400,
       "field_value_invalid"},
      {"escape in a value", WithFields("X: \x1b[0m\r\n"), 400,
       "field_value_invalid"},
      {"Content-Type twice",
       Framed(
           "Content-Type: a/b\r\nContent-Type: a/b\r\nContent-Length: 5\r\n"),
       400, "field_repeated"},
      {"Authorization twice",
       WithFields("Authorization: a\r\nAuthorization: b\r\n"), 400,
       "field_repeated"},
      {"If-Range twice", WithFields("If-Range: \"a\"\r\nIF-RANGE: \"b\"\r\n"),
       400, "field_repeated"},
      {"Range twice", WithFields("Range: bytes=0-1\r\nrange: bytes=1-2\r\n"),
       400, "field_repeated"},
  };
  rows->insert(rows->end(), more.begin(), more.end());
  for (const char mark : string("()<>@,;\\\"/[]?={}\x80\xff\x01\x7f")) {
    rows->push_back({"a name is a token",
                     WithFields(absl::StrCat("X", string(1, mark), "Y: a\r\n")),
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

}  // namespace

void AddRefusedHeads(std::vector<Refused>* rows) {
  AddLines(rows);
  AddRequestLines(rows);
  AddTargets(rows);
  AddFields(rows);
  AddHosts(rows);
}

}  // namespace h1_test
