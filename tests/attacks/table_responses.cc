// What a hostile or confused server sends to those who embed the response
// decoder, or what it makes of an answer of another: RFC 9112 4 and 6.3.
#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

class Responses {
 public:
  void Refuse(const string& name, const string& reference, const string& bytes,
              const string& reason) {
    rows_.push_back({name, reference, bytes, reason});
  }
  // Accepted, with what stands after it left alone.
  void Accept(const string& name, const string& reference, const string& bytes,
              const string& body, const string& method = "GET",
              const string& after = "HTTP/1.1 200 OK\r\n\r\n") {
    rows_.push_back(
        {name, reference, bytes + after, "", body, bytes.size(), method});
  }
  std::vector<ResponseAttack> Take() { return std::move(rows_); }

 private:
  std::vector<ResponseAttack> rows_;
};

string Answer(absl::string_view lines, absl::string_view rest = "") {
  return StrCat("HTTP/1.1 200 OK\r\n", lines, "\r\n", rest);
}

void AddStatusLines(Responses* r) {
  for (const char* line :
       {"HTTP/1.1  200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 20 OK",
        "HTTP/1.1 2 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 -20 OK",
        "HTTP/1.1 0x2 OK", "HTTP/1.1 20\xD9\xA5 OK", "HTTP/1.1 200\tOK",
        "HTTP/1.1 OK 200", "HTTP/1.1 200OK"}) {
    r->Refuse(StrCat("a status line like ", line), "RFC 9112 4",
              StrCat(line, "\r\nContent-Length: 0\r\n\r\n"), "status_invalid");
  }
  r->Refuse("a status line without the space of its reason", "RFC 9112 4",
            "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "reason_invalid");
  for (const char* line :
       {"ICY 200 OK", "HTTP/1.10 200 OK", "http/1.1 200 OK", "HTTP/1 200 OK",
        "HTTP/1.1\t200 OK", "HTTP/ 1.1 200 OK", " HTTP/1.1 200 OK",
        "GET / HTTP/1.1", "<html>"}) {
    r->Refuse(StrCat("a version like ", line), "RFC 9112 2.3",
              StrCat(line, "\r\nContent-Length: 0\r\n\r\n"), "version_invalid");
  }
  r->Refuse("another major version", "RFC 9112 2.3", "HTTP/2.0 200 OK\r\n\r\n",
            "version_unsupported");
  r->Refuse("a bare LF in the reason", "CVE-2016-5325",
            "HTTP/1.1 200 OK\nSet-Cookie: a\r\n\r\n", "bare_lf");
  r->Refuse("a bare CR in the reason", "CVE-2016-5325",
            "HTTP/1.1 200 OK\rSet-Cookie: a\r\n\r\n", "bare_cr");
  r->Refuse("a control in the reason", "CVE-2016-5325",
            "HTTP/1.1 200 \x01\r\n\r\n", "reason_invalid");
  r->Refuse("NUL in the reason", "CVE-2016-5325",
            Raw("HTTP/1.1 200 O\0K\r\n\r\n"), "reason_invalid");
  r->Refuse("an empty line in front", "RFC 9112 4",
            StrCat("\r\n", Answer("Content-Length: 0\r\n")), "version_invalid");
}

void AddHeads(Responses* r) {
  r->Refuse("a bare LF in a value", "CVE-2023-38709",
            Answer("X: y\nContent-Length: 0\r\n"), "bare_lf");
  r->Refuse("a bare CR in a value", "CVE-2023-38709",
            Answer("X: y\rContent-Length: 0\r\n"), "bare_cr");
  r->Refuse("bare LFs all over", "RFC 9112 2.2",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "bare_lf");
  r->Refuse("a folded value", "RFC 9112 5.2",
            Answer("X: y\r\n Content-Length: 0\r\n"), "field_folded");
  r->Refuse("space before the colon", "CVE-2019-18678",
            Answer("Content-Length : 0\r\n"), "field_name_space");
  r->Refuse("an empty name", "CVE-2023-25725", Answer(": y\r\n"),
            "field_name_empty");
  r->Refuse("a line without colon", "CVE-2022-37436", Answer("nonsense\r\n"),
            "field_colon_missing");
  r->Refuse("NUL after a name", "CVE-2024-52530",
            Answer(Raw("Transfer-Encoding\0: chunked\r\n")),
            "field_name_invalid");
  r->Refuse("NUL in a value", "RFC 9110 5.5", Answer(Raw("X: \0\r\n")),
            "field_value_invalid");
  string many;
  for (int i = 0; i < 101; i++) many += "a:\r\n";
  r->Refuse("a header too many", "CVE-2023-38039", Answer(many),
            "header_count");
  r->Refuse("a head without end", "CVE-2023-38039",
            Answer(StrCat("X: ", string(20000, 'a'))), "head_too_large");
}

void AddFraming(Responses* r) {
  for (const char* value : {"+5", "-5", "-1", "0x5", "5 5", "5,5", "5, 6", "",
                            "5.0", "5;", "five", "\"5\"", "5\xA0"}) {
    r->Refuse(StrCat("a length like ", value), "CVE-2020-15049",
              Answer(StrCat("Content-Length: ", value, "\r\n"), "hello"),
              "length_invalid");
  }
  r->Refuse("a length that overflows", "CVE-2014-0099",
            Answer("Content-Length: 18446744073709551621\r\n", "hello"),
            "length_overflow");
  r->Refuse("two lengths", "CVE-2005-2090",
            Answer("Content-Length: 5\r\nContent-Length: 0\r\n", "hello"),
            "length_repeated");
  r->Refuse("a length and a coding", "CVE-2019-20445",
            Answer("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                   kChunkedHello),
            "length_with_coding");
  r->Refuse("a coding and a length", "CVE-2019-20445",
            Answer("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                   kChunkedHello),
            "length_with_coding");
  r->Refuse("a coding on 1.0", "CVE-2021-33037",
            StrCat("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                   kChunkedHello),
            "coding_version");
  // Only the final coding frames; where it is not chunked, nothing but the
  // connection's end does.
  for (const char* value :
       {"xchunked", "identity", "gzip", "chunked, identity"}) {
    r->Accept(
        StrCat("a coding like ", value), "CVE-2022-1705",
        Answer(StrCat("Transfer-Encoding: ", value, "\r\n"), kChunkedHello),
        kChunkedHello, "GET", "");
  }
  r->Accept("another coding under chunked", "RFC 9112 6.3",
            Answer("Transfer-Encoding: gzip, chunked\r\n", kChunkedHello),
            "hello");
  for (const char* value :
       {"", "\"chunked\"", "chunked;a", ",chunked", "chunked chunked",
        "\xA0"
        "chunked"}) {
    r->Refuse(
        StrCat("no coding at all: ", value), "CVE-2022-1705",
        Answer(StrCat("Transfer-Encoding: ", value, "\r\n"), kChunkedHello),
        "coding_invalid");
  }
  r->Refuse("chunked twice", "CVE-2022-1705",
            Answer("Transfer-Encoding: chunked, chunked\r\n", kChunkedHello),
            "coding_repeated");
}

void AddChunks(Responses* r) {
  const auto chunked = [](absl::string_view wire) {
    return Answer("Transfer-Encoding: chunked\r\n", wire);
  };
  r->Refuse("a negative chunk size", "CVE-2017-13089",
            chunked("-FFFFFD00\r\nhello"), "chunk_size_invalid");
  r->Refuse("a chunk size that overflows", "CVE-2017-13090",
            chunked("FFFFFFFFFFFFFD00\r\nhello"), "chunk_size_overflow");
  r->Refuse("a bare LF after a chunk size", "CVE-2025-22871",
            chunked("5\nhello\r\n0\r\n\r\n"), "bare_lf");
  r->Refuse("any two bytes after the data", "CVE-2025-43859",
            chunked("5\r\nhelloXX0\r\n\r\n"), "chunk_end_invalid");
  r->Refuse("an extension without end", "CVE-2023-39326",
            chunked(StrCat("5;", string(1000, 'e'))), "chunk_ext_too_large");
  r->Accept("a length among the trailers frames nothing", "CVE-2025-12642",
            chunked("5\r\nhello\r\n0\r\nContent-Length: 0\r\n\r\n"), "hello");
  r->Accept("a second response after a chunked one", "RFC 9112 6.3",
            chunked(kChunkedHello), "hello");
}

// A body where none may be would shift every later answer on the connection.
void AddBodiless(Responses* r) {
  const string length = "Content-Length: 19\r\n";
  r->Accept("HEAD has no body, whatever its length", "RFC 9112 6.3",
            Answer(length), "", "HEAD");
  r->Accept("HEAD has no body, whatever its coding", "RFC 9112 6.3",
            Answer("Transfer-Encoding: chunked\r\n"), "", "HEAD");
  r->Accept("204 has no body", "RFC 9112 6.3",
            StrCat("HTTP/1.1 204 No Content\r\n", length, "\r\n"), "");
  r->Accept("304 has no body", "RFC 9112 6.3",
            StrCat("HTTP/1.1 304 Not Modified\r\n", length, "\r\n"), "");
  r->Accept("100 has no body", "RFC 9112 6.3",
            StrCat("HTTP/1.1 100 Continue\r\n", length, "\r\n"), "");
  r->Accept("103 has no body", "RFC 9112 6.3",
            "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n",
            "");
  r->Accept("a tunnel has no body", "RFC 9112 6.3", Answer(length), "",
            "CONNECT");
  r->Accept("a tunnel has no length", "RFC 9110 9.3.6",
            Answer(StrCat(length, length)), "", "CONNECT");
  r->Accept("what is upgraded has no body", "RFC 9110 15.2.2",
            StrCat("HTTP/1.1 101 Switching Protocols\r\n", length, "\r\n"), "");
  r->Accept("a status of no class", "RFC 9110 15",
            StrCat("HTTP/1.1 999 x\r\nContent-Length: 5\r\n\r\nhello"),
            "hello");
  r->Accept("a body ends with its length", "RFC 9112 6.3",
            Answer("Content-Length: 5\r\n", "hello"), "hello");
  r->Accept("a body of none", "RFC 9112 6.3", Answer("Content-Length: 0\r\n"),
            "");
  r->Accept("neither field: until the connection ends", "RFC 9112 6.3",
            Answer("", "hello"), "hello", "GET", "");
}

}  // namespace

std::vector<ResponseAttack> ResponseAttacks() {
  Responses r;
  AddStatusLines(&r);
  AddHeads(&r);
  AddFraming(&r);
  AddChunks(&r);
  AddBodiless(&r);
  return r.Take();
}

}  // namespace h1_test
