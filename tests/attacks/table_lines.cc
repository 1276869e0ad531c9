// Line ends, request lines, versions and methods: RFC 9112 2 and 3.
#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

// Whoever takes a bare LF or CR for a line end sees fields, or requests, that
// whoever does not takes for a value.
void AddLineEnds(Table* t) {
  t->Refuse("bare LF ends the request line", "CVE-2022-32214",
            "GET / HTTP/1.1\nHost: a\r\n\r\n", "bare_lf");
  t->Refuse("bare LF ends every line", "CVE-2021-37147",
            "GET / HTTP/1.1\nHost: a\n\n", "bare_lf");
  t->Refuse("bare LF hides a second length", "CVE-2019-16785",
            Post("Content-Length: 5\r\nX: x\nContent-Length: 0\r\n", "hello"),
            "bare_lf");
  t->Refuse("a value ends in a bare LF", "CVE-2022-35256",
            "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "bare_lf");
  t->Refuse("bare LF within a value makes a field", "CVE-2021-41136",
            WithFields("X: y\nTransfer-Encoding: chunked\r\n"), "bare_lf");
  t->Refuse("bare LF ends the head", "RFC 9112 2.2",
            "GET / HTTP/1.1\r\nHost: a\r\n\n", "bare_lf");
  t->Refuse("bare CR makes a field", "CVE-2023-30589",
            Post("X: y\rTransfer-Encoding: chunked\r\n", kChunkedHello),
            "bare_cr");
  t->Refuse("bare CR ends the head early", "CVE-2023-30589",
            StrCat("GET / HTTP/1.1\r\nHost: a\r\n\r", kSmuggled), "bare_cr");
  t->Refuse("bare CR ends the request line", "RFC 9112 2.2",
            "GET / HTTP/1.1\rHost: a\r\n\r\n", "bare_cr");
  t->Refuse("bare CR before the CRLF of a value", "CVE-2019-15605",
            Post("Transfer-Encoding: chunked\r\r\n", kChunkedHello), "bare_cr");
  t->Refuse("bare CR before a name", "RFC 9112 2.2",
            Post("X: y\r\n\rTransfer-Encoding: chunked\r\n", kChunkedHello),
            "bare_cr");
  t->Refuse("bare CR in a name, taken for a hyphen elsewhere", "CVE-2020-8201",
            Post("Transfer\rEncoding: chunked\r\n", kChunkedHello),
            "field_colon_missing");
  t->Refuse("LF CR for CRLF", "RFC 9112 2.2",
            "GET / HTTP/1.1\n\rHost: a\n\r\n\r", "bare_lf");
  t->Refuse("bare CR for every line end", "RFC 9112 2.2",
            "GET / HTTP/1.1\rHost: a\r\r", "bare_cr");
  t->Refuse("a vertical tab for a line end", "RFC 9112 2.2",
            "GET / HTTP/1.1\vHost: a\r\n\r\n", "version_invalid");
  t->Refuse("a next-line character for a line end", "RFC 9112 2.2",
            "GET / HTTP/1.1\x85Host: a\r\n\r\n", "version_invalid");
  t->Serve("one empty line in front", "RFC 9112 2.2",
           StrCat("\r\n", WithTarget("/")));
  t->Refuse("two empty lines in front", "RFC 9112 2.2",
            StrCat("\r\n\r\n", WithTarget("/")), "leading_lines");
  t->Refuse("a bare LF in front", "RFC 9112 2.2", StrCat("\n", WithTarget("/")),
            "bare_lf");
  t->Refuse("a bare CR in front", "RFC 9112 2.2", StrCat("\r", WithTarget("/")),
            "bare_cr");
  t->Refuse("NUL in front", "RFC 9112 2.2", StrCat(Raw("\0"), WithTarget("/")),
            "method_invalid");
  t->Refuse("a byte-order mark in front", "RFC 9112 2.2",
            StrCat("\xEF\xBB\xBF", WithTarget("/")), "method_invalid");
  t->Refuse("a blank in front", "CVE-2016-8743", StrCat(" ", WithTarget("/")),
            "method_invalid");
}

void AddRequestLines(Table* t) {
  t->Refuse("a space in the target, NUL after it", "CVE-2013-4547",
            WithLine(Raw("GET /a \0.html HTTP/1.1")), "version_invalid");
  t->Refuse("a space in the target", "CVE-2013-4547",
            WithLine("GET /a .html HTTP/1.1"), "version_invalid");
  t->Refuse("NUL in the target", "CVE-2013-4547",
            WithLine(Raw("GET /a\0.html HTTP/1.1")), "target_invalid");
  t->Refuse("two spaces after the method", "CVE-2016-8743",
            WithLine("GET  / HTTP/1.1"), "target_empty");
  t->Refuse("two spaces after the target", "CVE-2016-8743",
            WithLine("GET /  HTTP/1.1"), "version_invalid");
  t->Refuse("a tab after the method", "CVE-2016-8743",
            WithLine("GET\t/ HTTP/1.1"), "method_invalid");
  t->Refuse("a tab after the target", "CVE-2016-8743",
            WithLine("GET /\tHTTP/1.1"), "target_invalid");
  t->Refuse("a vertical tab after the method", "CVE-2016-8743",
            WithLine("GET\v/ HTTP/1.1"), "method_invalid");
  t->Refuse("a blank after the version", "CVE-2016-8743",
            WithLine("GET / HTTP/1.1 "), "version_invalid");
  t->Refuse("a second version", "CVE-2016-8743",
            WithLine("GET / HTTP/1.1 HTTP/1.1"), "version_invalid");
  t->Refuse("a field on the request line", "RFC 9112 3",
            WithLine("GET / HTTP/1.1 Host: b"), "version_invalid");
  t->Refuse("a whole request as a target", "RFC 9112 3.2",
            WithLine("GET GET /admin HTTP/1.1 HTTP/1.1"), "version_invalid");
  t->Refuse("controls in the target", "CVE-2016-6816", WithTarget("/a\x01\x1f"),
            "target_invalid");
  t->Refuse("no target", "RFC 9112 3", WithLine("GET HTTP/1.1"),
            "version_invalid");
  t->Refuse("only a method", "RFC 9112 3", WithLine("GET"), "method_invalid");
  t->Refuse("a method in quotes", "RFC 9110 9.1",
            WithLine("\"GET\" / HTTP/1.1"), "method_invalid");
  t->Refuse("CRLF in a method", "RFC 9112 3.1",
            WithLine("GET / HTTP/1.1\r\nX: \r\nGET\n / HTTP/1.1"), "bare_lf");
  t->Refuse("a method of 8-bit letters", "RFC 9110 9.1",
            WithLine("G\xC3\x89T / HTTP/1.1"), "method_invalid");
  t->Refuse("a colon after the method", "RFC 9110 9.1",
            WithLine("GET: / HTTP/1.1"), "method_invalid");
  t->Refuse("a method without end", "RFC 9112 3", string(20000, 'G'),
            "method_invalid");
}

void AddVersions(Table* t) {
  t->Refuse("HTTP/0.9 by leaving the version out", "CVE-2017-7656", "GET /\r\n",
            "version_invalid");
  t->Refuse("HTTP/0.9 with fields after it", "CVE-2017-7656", WithLine("GET /"),
            "version_invalid");
  t->Refuse("HTTP/0.9 by name", "CVE-2017-7656", WithLine("GET / HTTP/0.9"),
            "version_unsupported", 505);
  t->Refuse("a newer major version", "RFC 9110 15.6.6",
            WithLine("GET / HTTP/2.0"), "version_unsupported", 505);
  t->Refuse("HTTP/3", "RFC 9110 15.6.6", WithLine("GET / HTTP/3.0"),
            "version_unsupported", 505);
  t->Refuse("the HTTP/2 preface", "RFC 9113 3.4",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "version_unsupported", 505);
  t->Serve("a later minor version is 1.1", "RFC 9110 2.5",
           WithLine("GET / HTTP/1.9"));
  for (const char* version :
       {"http/1.1",  "HtTP/1.1",   "HTTP/1",          "HTTP/1.",   "HTTP/.1",
        "HTTP/01.1", "HTTP/1.01",  "HTTP/1.10",       "HTTP/11",   "HTTP/1.1.1",
        "HTTP/1,1",  "HTTP/ 1.1",  "HTTP /1.1",       "HTTP/1 .1", "HTTP/+1.1",
        "HTTP/-1.1", "HTTP/1.1\v", "HTTP/1.1;a",      "HTTP/a.b",  "HTTPS/1.1",
        "XTTP/1.1",  "HTTP\\1.1",  "HTTP/1.\xC2\xB9", "RTSP/1.0",  "SIP/2.0",
        "ICAP/1.0"}) {
    t->Refuse(StrCat("version ", version), "RFC 9112 2.3",
              WithLine(StrCat("GET / ", version)), "version_invalid");
  }
}

// Bytes of other protocols: neither served nor allowed to carry a request.
void AddProtocols(Table* t) {
  t->Refuse("a TLS hello", "RFC 8446 4.1.2",
            Raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
            "method_invalid");
  t->Refuse("a PROXY line that would change the peer's address",
            "PROXY protocol 2.1",
            StrCat("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", WithTarget("/")),
            "version_invalid");
  t->Refuse("a binary PROXY header", "PROXY protocol 2.2",
            StrCat(Raw("\r\n\r\n\0\r\nQUIT\n"), WithTarget("/")),
            "leading_lines");
  t->Refuse("an SSH greeting", "RFC 4253 4.2", "SSH-2.0-client\r\n",
            "method_invalid");
  t->Refuse("mail submission", "RFC 5321 4.1.1",
            "EHLO a\r\nMAIL FROM:<a@b>\r\n", "version_invalid");
  t->Refuse("a response in place of a request", "RFC 9112 2.1",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "method_invalid");
}

void AddMethods(Table* t) {
  t->Deny("TRACE echoes nothing", "CVE-2004-2320", WithLine("TRACE / HTTP/1.1"),
          "method_not_allowed", 405);
  t->Deny("TRACE with secrets echoes nothing", "CVE-2003-1567",
          "TRACE / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n"
          "Cookie: a=b\r\n\r\n",
          "method_not_allowed", 405);
  t->Deny("TRACE with a body", "RFC 9110 9.3.8",
          StrCat("TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: ",
                 sizeof kSmuggled - 1, "\r\n\r\n", kSmuggled),
          "method_not_allowed", 405, kSmuggled);
  t->Deny("TRACK", "CVE-2003-1567", WithLine("TRACK / HTTP/1.1"),
          "method_unknown", 501);
  t->Refuse("CONNECT makes no tunnel", "RFC 9110 9.3.6",
            WithLine("CONNECT a:80 HTTP/1.1"), "method_unknown", 501);
  t->Refuse("CONNECT by origin-form", "RFC 9112 3.2.3",
            WithLine("CONNECT / HTTP/1.1"), "target_form");
  t->Refuse("CONNECT by absolute-form", "RFC 9112 3.2.3",
            WithLine("CONNECT http://a:80/ HTTP/1.1"), "target_form");
  t->Deny("methods have a case", "RFC 9110 9.1", WithLine("get / HTTP/1.1"),
          "method_unknown", 501);
  t->Deny("a method that begins like another", "RFC 9110 9.1",
          WithLine("GETS / HTTP/1.1"), "method_unknown", 501);
  t->Deny("a method before another", "RFC 9110 9.1",
          WithLine("XGET / HTTP/1.1"), "method_unknown", 501);
  t->Refuse("an unknown method whose body may never come", "RFC 9110 15.6.2",
            StrCat("BREW / HTTP/1.1\r\nHost: a\r\nContent-Length: ",
                   sizeof kSmuggled - 1, "\r\n\r\n", kSmuggled),
            "method_unknown", 501);
  t->Serve("no field overrides the method", "RFC 9110 9.1",
           WithFields("X-HTTP-Method-Override: DELETE\r\nX-Method: PUT\r\n"
                      "X-HTTP-Method: PATCH\r\n"));
}

}  // namespace

std::vector<Attack> LineAttacks() {
  Table t;
  AddLineEnds(&t);
  AddRequestLines(&t);
  AddVersions(&t);
  AddProtocols(&t);
  AddMethods(&t);
  return t.Take();
}

}  // namespace h1_test
