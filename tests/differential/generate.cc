#include "tests/differential/generate.h"

#include <algorithm>

namespace differential {
namespace {

using std::string;
using std::vector;
using Pieces = vector<Piece>;

const vector<string> kMethods = {
    "GET",    "GET",     "GET",   "HEAD",      "POST", "POST",     "PUT",
    "PATCH",  "DELETE",  "TRACE", "OPTIONS",   "LOCK", "PROPFIND", "M-SEARCH",
    "SEARCH", "CONNECT", "FOO",   "!#$%&'*+-", "get",  "G"};
// httpd reads the body of a POST to /submit before it answers.
const vector<string> kTargets = {"/submit",    "/submit", "/submit",
                                 "/",          "/",       "/a",
                                 "/a/b?c=d",   "/%20",    "/a//b/../c",
                                 "http://a/",  "*",       "http://a",
                                 "/?",         "/?a?b",   "/~a;b=c",
                                 "HTTP://a/b", "/a%2fb",  "http://a:80/x?y",
                                 "a:80",       "/a[b]|c", "https://[::1]/",
                                 "/:x",        "/@",      "/\"<>",
                                 "//a",        "/{}^`"};
const vector<string> kPhrases = {"OK",   "OK",       "",     "Not Found",
                                 "a  b", "\xc3\xa9", "x\ty", "~"};
const vector<string> kNames = {"Accept",
                               "X",
                               "x-a",
                               "User-Agent",
                               "Cookie",
                               "A!#$%&'*+-.^_`|~9",
                               "Expires",
                               "If-Match",
                               "Via",
                               "Cache-Control",
                               "Pragma",
                               "Upgrade-X",
                               "TE",
                               "Trailer",
                               "X-Content-Length",
                               "Content",
                               "Keep-Alive",
                               "Date",
                               "Set-Cookie",
                               "Proxy-Connection",
                               "Content-Type"};
const vector<string> kValues = {"a",
                                "*/*",
                                "",
                                "a, b",
                                "a b",
                                "a\tb",
                                "\"q,\\\"x\"",
                                "x:y",
                                "\xe9\xff",
                                "a=b; c=d",
                                "chunked",
                                "5",
                                "close",
                                ":",
                                ",",
                                "Mon, 23 Nov 2026 04:10:59 GMT",
                                "<>@[]{}?/\\",
                                "100-continue",
                                "h2c"};
const vector<string> kTrailerNames = {"X", "Expires", "x-sum", "ETag"};

void Add(Pieces* p, Slot slot, string text) {
  p->push_back({slot, std::move(text)});
}

void AddLine(Pieces* p, const string& name, Slot slot, const string& value,
             Random* r) {
  Add(p, Slot::kName, name);
  Add(p, Slot::kColon, ":");
  Add(p, Slot::kBlank, r->Chance(80) ? " " : r->Of<string>({"", "\t", "  "}));
  Add(p, slot, value);
  Add(p, Slot::kBlank, r->Chance(90) ? "" : r->Of<string>({" ", "\t", " \t"}));
  Add(p, Slot::kLineEnd, "\r\n");
}

string Data(Random* r, size_t most) {
  string data(r->Below(most + 1), '\0');
  for (char& c : data) c = r->Of<char>({'a', 'b', '\r', '\n', '0', 'G', ' '});
  return data;
}

string Hex(size_t n, Random* r) {
  const char* digits = r->Chance(50) ? "0123456789abcdef" : "0123456789ABCDEF";
  string text;
  do {
    text.insert(text.begin(), digits[n & 15]);
    n >>= 4;
  } while (n > 0);
  return r->Chance(90) ? text : string(r->Below(4), '0') + text;
}

void AddChunkLine(Pieces* p, size_t size, Random* r) {
  static const vector<string> exts = {";a",         ";a=b",        " ; a = b",
                                      ";a=\"b;c\"", ";a=\"\\\"\"", ";a;b=c"};
  Add(p, Slot::kSize, Hex(size, r));
  Add(p, Slot::kExtension, r->Chance(90) ? "" : r->Of(exts));
  Add(p, Slot::kLineEnd, "\r\n");
}

void AddChunkedBody(Pieces* p, Random* r) {
  for (size_t chunks = r->Below(4); chunks > 0; chunks--) {
    const string data = "x" + Data(r, r->Chance(90) ? 20 : 300);
    AddChunkLine(p, data.size(), r);
    Add(p, Slot::kData, data);
    Add(p, Slot::kDataEnd, "\r\n");
  }
  AddChunkLine(p, 0, r);
  for (size_t lines = r->Chance(80) ? 0 : 1 + r->Below(2); lines > 0; lines--) {
    AddLine(p, r->Of(kTrailerNames), Slot::kValue, r->Of(kValues), r);
  }
  Add(p, Slot::kHeadEnd, "\r\n");
}

void AddPlainLines(Pieces* p, Random* r) {
  for (size_t lines = r->Below(4); lines > 0; lines--) {
    AddLine(p, r->Of(kNames), Slot::kValue, r->Of(kValues), r);
  }
}

// Framing fields, the end of the head, the body. `chunked_in` percent of those
// with a body are chunked; HTTP/1.0 has none.
void AddRest(Pieces* p, bool has_body, size_t chunked_in, Random* r) {
  const bool chunked = has_body && r->Chance(chunked_in);
  const string body = has_body && !chunked ? Data(r, 30) : "";
  if (chunked) {
    AddLine(p, r->Chance(80) ? "Transfer-Encoding" : "transfer-encoding",
            Slot::kCoding, r->Chance(80) ? "chunked" : "Chunked", r);
  } else if (has_body) {
    AddLine(p, r->Chance(80) ? "Content-Length" : "content-length",
            Slot::kLength, std::to_string(body.size()), r);
  }
  if (r->Chance(20)) {
    AddLine(p, "Connection", Slot::kConnection,
            r->Of<string>({"close", "keep-alive", "Close", "x, close"}), r);
  }
  AddPlainLines(p, r);
  Add(p, Slot::kHeadEnd, "\r\n");
  if (chunked) {
    AddChunkedBody(p, r);
  } else {
    Add(p, Slot::kBody, body);
  }
}

void AddBehind(Pieces* p, Random* r) {
  static const vector<string> after = {"GET /next HTTP/1.1\r\nHost: b\r\n\r\n",
                                       "\r\n", "x", "0\r\n\r\n",
                                       string("\0", 1)};
  Add(p, Slot::kBehind, r->Chance(70) ? "" : r->Of(after));
}

}  // namespace

Pieces MakeRequest(Random* r) {
  Pieces p;
  const bool old = r->Chance(7);
  Add(&p, Slot::kLead, r->Chance(97) ? "" : "\r\n");
  Add(&p, Slot::kMethod,
      kMethods[r->Below(r->Chance(85) ? 11 : kMethods.size())]);
  Add(&p, Slot::kSpace, " ");
  Add(&p, Slot::kTarget, r->Of(kTargets));
  Add(&p, Slot::kSpace, " ");
  Add(&p, Slot::kVersion, old ? "HTTP/1.0" : "HTTP/1.1");
  Add(&p, Slot::kLineEnd, "\r\n");
  AddPlainLines(&p, r);
  AddLine(
      &p, r->Chance(80) ? "Host" : "host", Slot::kHost,
      r->Of<string>({"a", "a:80", "example.com", "[::1]:8080", "127.0.0.1"}),
      r);
  AddRest(&p, r->Chance(60), old ? 0 : 50, r);
  AddBehind(&p, r);
  return p;
}

Pieces MakeResponse(Random* r) {
  Pieces p;
  const bool old = r->Chance(7);
  static const vector<string> statuses = {"200", "200", "200", "404", "204",
                                          "304", "301", "500", "100", "103",
                                          "101", "599", "205", "416"};
  const string status = r->Of(statuses);
  Add(&p, Slot::kVersion, old ? "HTTP/1.0" : "HTTP/1.1");
  Add(&p, Slot::kSpace, " ");
  Add(&p, Slot::kStatus, status);
  Add(&p, Slot::kSpace, " ");
  Add(&p, Slot::kPhrase, r->Of(kPhrases));
  Add(&p, Slot::kLineEnd, "\r\n");
  AddPlainLines(&p, r);
  const bool bare = status[0] == '1' || status == "204" || status == "304";
  AddRest(&p, !bare && r->Chance(80), old ? 0 : 50, r);
  AddBehind(&p, r);
  return p;
}

string Join(const Pieces& pieces) {
  string all;
  for (const Piece& piece : pieces) all += piece.text;
  return all;
}

Generated Generate(uint64_t seed, uint64_t index) {
  Random first(seed * 0x2545f4914f6cdd1du + index);
  Random r(first.Next());
  const bool request = r.Chance(70);
  Pieces pieces = request ? MakeRequest(&r) : MakeResponse(&r);
  const size_t mutations =
      r.Chance(25) ? 0 : 1 + (r.Chance(25) ? r.Below(3) : 0);
  for (size_t i = 0; i < mutations; i++) Mutate(&r, &pieces);
  return {request ? PEER_REQUEST : PEER_RESPONSE, Join(pieces), mutations > 0};
}

}  // namespace differential
