#include "tests/black_box/request_rules_build.h"

namespace h1_test {
namespace {

using std::string;

void AddServedHeads(std::vector<Served>* rows) {
  const std::vector<Served> more = {
      {"the least request", WithTarget("/")},
      {"one empty line before it", "\r\n" + WithTarget("/")},
      {"1.2 is served as 1.1", WithLine("GET / HTTP/1.2")},
      {"1.9 is served as 1.1", WithLine("GET / HTTP/1.9")},
      {"8,000 bytes of request line",
       WithTarget("/?" + string(8000 - 15, 'a'))},
      {"absolute-form", WithTarget("http://a/")},
      {"absolute-form without path", WithTarget("http://a")},
      {"absolute-form with port and query", WithTarget("HTTP://a:80/?x")},
      {"absolute-form, query and no path", WithTarget("http://a?x")},
      {"https in absolute-form", WithTarget("https://a/")},
      {"OPTIONS *", WithLine("OPTIONS * HTTP/1.1"), 204},
      {"any query", WithTarget("/?a=\\|{}[]\"<>^`%&%zz?/")},
      {"an empty query", WithTarget("/?")},
      {"dot segments", WithTarget("/a/./../")},
      {"encoded dot segments", WithTarget("/a/%2e/%2E%2e/")},
      {"an encoded slash is no separator", WithTarget("/a/..%2f"), 404},
      {"an empty segment is one", WithTarget("//"), 404},
      {"a value of obs-text", WithFields("X: \x80\xff\r\n")},
      {"an empty value", WithFields("X:\r\n")},
      {"a value of blanks", WithFields("X: \t \r\n")},
      {"no blank after the colon", WithFields("X:y\r\n")},
      {"a tab in a value", WithFields("X: a\tb\r\n")},
      {"every mark a token has", WithFields("!#$%&'*+-.^_`|~09: x\r\n")},
      {"names in any case", "GET / HTTP/1.1\r\nhOsT: a\r\n\r\n"},
      {"X_Y is not X-Y", WithFields("Content_Length: 5\r\n")},
      {"names compare whole",
       WithFields("Content-Lengt: 5\r\nContent-Length-X: 5\r\n"
                  "X-Transfer-Encoding: chunked\r\n")},
      {"99 fields beside Host",
       [] {
         string lines;
         for (int i = 0; i < 99; i++) absl::StrAppend(&lines, "X: y\r\n");
         return WithFields(lines);
       }()},
      {"list fields on two lines combine",
       WithFields("Connection: keep-alive\r\nConnection: close\r\n"), 200,
       false, "", false},
      {"HTTP/1.0 needs no Host", "GET / HTTP/1.0\r\n\r\n", 200, false, "",
       false},
      {"HTTP/1.0 persists when asked",
       "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"},
      {"Upgrade is ignored",
       WithFields("Connection: upgrade\r\nUpgrade: h2c\r\n")},
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
                     PostChunked(absl::StrCat(line, "\r\nhello\r\n0\r\n\r\n")),
                     200, true, kHello});
  }
  const std::vector<Served> more = {
      {"no body on POST", Framed("", ""), 200, true, ""},
      {"an empty chunked body", PostChunked("0\r\n\r\n"), 200, true, ""},
      {"a last chunk of many zeros", PostChunked("5\r\nhello\r\n000\r\n\r\n"),
       200, true, kHello},
      {"an extension on the last chunk",
       PostChunked("5\r\nhello\r\n0;a=b\r\n\r\n"), 200, true, kHello},
      {"sizes in either case",
       PostChunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200,
       true, "01234567890123456789"},
      {"extensions at their limit",
       PostChunked(
           absl::StrCat("5;", string(255, 'e'), "\r\nhello\r\n0\r\n\r\n")),
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
  AddRefusedHeads(&rows);
  AddRefusedBodies(&rows);
  return rows;
}

std::vector<Served> ServedRequests() {
  std::vector<Served> rows;
  AddServedHeads(&rows);
  AddServedBodies(&rows);
  return rows;
}

}  // namespace h1_test
