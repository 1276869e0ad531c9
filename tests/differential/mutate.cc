// How a message is broken: another text for one of its pieces, from a list of
// what has been read differently somewhere; or its lines and bytes disturbed.
#include <algorithm>

#include "tests/differential/generate.h"

namespace differential {
namespace {

using std::string;
using std::vector;
using Pieces = vector<Piece>;

const string kNul(1, '\0');

// In place of CRLF.
const vector<string> kLineEnds = {"\n",
                                  "\r",
                                  "\r\r\n",
                                  "\n\r",
                                  "\r\n\r\n",
                                  "\r\n ",
                                  "\r\n\t",
                                  "",
                                  " \r\n",
                                  "\x0b\r\n",
                                  kNul + "\r\n",
                                  "\r\nX\r\n",
                                  "\r\n:a\r\n",
                                  "\r\n a: b\r\n",
                                  "\n\n",
                                  "\r\n\n",
                                  "\x0c\r\n",
                                  "\r \n",
                                  "\\r\\n",
                                  "\xc2\x85",
                                  "\r\n\r",
                                  "\r\nContent-Length: 3\r\n",
                                  "\r\nTransfer-Encoding: chunked\r\n",
                                  "\r\nTransfer-Encoding\r\n",
                                  "\r\nHost: b\r\n",
                                  "\r\n Transfer-Encoding: chunked\r\n",
                                  "\r\r",
                                  "\t\r\n"};
const vector<string> kLeads = {
    "\r\n\r\n", "\n",           " ",     "\r",     kNul,
    "\t",       "\xef\xbb\xbf", "\r\n ", "\r\n\n", "x"};
const vector<string> kOddMethods = {
    "",           "GE T",       "G\tT", "GET\r", "G(T",  "\"GET\"",
    "GET" + kNul, "G\xc3\xa9T", "gET",  "GETX",  "PRI",  "SOURCE",
    "ANNOUNCE",   " GET",       "GET:", "@",     "SETUP"};
const vector<string> kSpaces = {"",   "  ",   "\t", " \t",  "\x0b", "\r",
                                "\n", "\xa0", kNul, "\x0c", "\r\n"};
const vector<string> kOddTargets = {
    "",           "/a b",      "/\x7f",        "/" + kNul,    "/#a",
    "/a#",        "/\xc3\xa9", "/a\tb",        "a",           "http:/a",
    "http://",    "http:///",  "http://u@a/",  "http://a:b/", "http://a:99999/",
    "ftp://a/",   "http://a#", "**",           "*a",          "/%",
    "/%zz",       "/%00",      "/..",          "/\\",         "?",
    "a.b:443",    "[::1]:80",  "http://[::1/", "http://a b/", "\\",
    "http://a?b", "/a\rb",     "/a\nb",        "http://a,b/", "://a",
    "1http://a/", "HtTp://a",  "/../.."};
const vector<string> kVersions = {
    "HTTP/1.2",  "HTTP/1.9",    "HTTP/2.0",  "HTTP/0.9",  "HTTP/1.10",
    "HTTP/1",    "HTTP/1.",     "http/1.1",  "Http/1.1",  "HTTP/01.1",
    "HTTP/1.1 ", "HTTP/1.1x",   "HTTP 1.1",  "",          "HTTP/1,1",
    "HTTP/11",   "HTTPS/1.1",   "HTTP/-1.1", "HTTP/3.0",  "ICE/1.0",
    "RTSP/1.0",  "HTTP/1.1\t",  "HTTP/ 1.1", "HTTP/1 .1", "HTTP/1.00",
    "HTTP/+1.1", "HTTP/1.\xb9", "HTTP/9.9",  "HTTP/1.0"};
const vector<string> kStatuses = {"20",   "2000",  "099",  "600", "999",  "000",
                                  "+20",  "-20",   "2x0",  "",    " 200", "0x1",
                                  "200.", "200\t", "20 0", "1e2"};
const vector<string> kOddPhrases = {"\x01", "a\rb", "a\nb", kNul,   "\x7f",
                                    " a",   "a ",   "\t",   "\x0b", "\x80"};
const vector<string> kOddNames = {"",
                                  " X",
                                  "X ",
                                  "X\t",
                                  "X Y",
                                  "X\x0b",
                                  "X" + kNul,
                                  "X\xe9",
                                  "\"X\"",
                                  "X(",
                                  "X\r",
                                  "X\n",
                                  "X@",
                                  "X[",
                                  "\tX",
                                  "Content-Length",
                                  "Content-Length ",
                                  "Content_Length",
                                  "Content Length",
                                  "content-length",
                                  "CONTENT-LENGTH",
                                  "Transfer-Encoding ",
                                  "Transfer-Encoding",
                                  "transfer_encoding",
                                  " Transfer-Encoding",
                                  "Host",
                                  "Host ",
                                  "Connection",
                                  "Upgrade",
                                  "Expect",
                                  "\xef\xbb\xbfX",
                                  "Transfer\xad-Encoding",
                                  "=X",
                                  "X/Y",
                                  "X,Y",
                                  "X;Y",
                                  "Content-Length\x01",
                                  "TE",
                                  "Trailer",
                                  "Proxy-Connection"};
const vector<string> kColons = {
    " :",       "",    "::",  "\t:",  ";",     "=",   kNul + ":", ":\r\n ",
    ": \r\n\t", "\r:", "\n:", ":\n ", "\x0b:", ":\r", ",",        " : "};
const vector<string> kBlanks = {"\x0b", "\x0c",   "\r",       "\n",     kNul,
                                "\xa0", "  \t  ", "\r\n ",    "\x01",   "\x1f",
                                "\x7f", "\n ",    "\xc2\xa0", "\r\n\t", "\b"};
const vector<string> kOddValues = {"\x01",
                                   "a\x01"
                                   "b",
                                   "a\rb",
                                   "a\nb",
                                   "a" + kNul + "b",
                                   "\x7f",
                                   "a\x0b",
                                   "\x0c",
                                   "a\r\n b",
                                   "a\r\n\tb",
                                   "a\n b",
                                   "a\r\nX:b",
                                   "\x1f",
                                   "\x1b[0m",
                                   "a\r\r\nb",
                                   "\x80",
                                   "\x08",
                                   "a\r",
                                   "\"\r\n\"",
                                   "websocket",
                                   "chunked\r\n ",
                                   "trailers"};
const vector<string> kHosts = {"",       "a b",     "a,b", "a/b",  "u@a",
                               "a:b",    "a:99999", "a:",  "[::1", "::1",
                               "a\x01",  "a?b",     "a#b", "\xe9", "[v1.x]",
                               "a\tb",   "a:80:80", "%61", "a\\b", "_a",
                               "[::1]x", "%",       "a;b"};
const vector<string> kLengths = {"05",
                                 "+5",
                                 "-5",
                                 "5,5",
                                 "5, 5",
                                 "0x5",
                                 "5 5",
                                 "",
                                 "5;",
                                 "\"5\"",
                                 "5.0",
                                 "1e1",
                                 "5\x0b",
                                 "18446744073709551616",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 "18446744073709551615",
                                 "18446744073709551621",
                                 "99999999999999999999999",
                                 "5\x01",
                                 "00000000000000000000000000005",
                                 "0",
                                 "1",
                                 "3",
                                 "5a",
                                 "a5",
                                 "5,",
                                 ",5",
                                 "5 ,5",
                                 "5,6",
                                 "\xb2",
                                 "5_0",
                                 "5" + kNul,
                                 "5\r\n ",
                                 "0,0",
                                 "--5",
                                 "5 x",
                                 "4294967296",
                                 "4294967301"};
const vector<string> kCodings = {"gzip, chunked",
                                 "chunked, gzip",
                                 "chunked, chunked",
                                 "identity",
                                 "chunked;a=b",
                                 "x\tchunked",
                                 "chunked,",
                                 "",
                                 ",chunked",
                                 "chunked\x0b",
                                 "\x0b"
                                 "chunked",
                                 "\"chunked\"",
                                 "xchunked",
                                 "chunkedx",
                                 "chunke",
                                 "chunked chunked",
                                 "identity, chunked",
                                 "chunked, identity",
                                 "gzip;q=\"a,b\", chunked",
                                 "CHUNKED",
                                 "cHuNkEd",
                                 "gzip",
                                 "chunked;",
                                 "'chunked'",
                                 "chunked\x01",
                                 "chunked,chunked",
                                 " , chunked",
                                 "chun\r\n ked",
                                 "chunked\r\n ",
                                 "chunked" + kNul,
                                 "deflate,chunked",
                                 "chunked\xa0",
                                 "x, chunked",
                                 "x;a=b, chunked",
                                 "chunked\r\nTransfer-Encoding: identity",
                                 "identity\r\nTransfer-Encoding: chunked",
                                 "chunked\r\nTransfer-Encoding: chunked",
                                 "chunked\r\nContent-Length: 3",
                                 "chunked, ",
                                 "gzip,\tchunked",
                                 "\x7f"
                                 "chunked",
                                 "trailers",
                                 "compress, chunked",
                                 "chunked\r\nTransfer-Encoding:"};
const vector<string> kConnections = {"close, keep-alive",
                                     "keep-alive, close",
                                     "upgrade",
                                     "Upgrade, close",
                                     ",",
                                     "",
                                     "close,",
                                     "x y",
                                     "\"close\"",
                                     "close;a",
                                     "closex",
                                     "xclose",
                                     "keep-alive\r\nConnection: close",
                                     "Transfer-Encoding",
                                     "Host, close",
                                     "Upgrade\r\nUpgrade: websocket",
                                     "c\xe9lose",
                                     "TE"};
const vector<string> kSizes = {"",
                               "g",
                               "5g",
                               "0x5",
                               "+5",
                               "-5",
                               "-1",
                               " 5",
                               "5 ",
                               "5\t",
                               "ffffffffffffffff",
                               "10000000000000000",
                               "10000000000000005",
                               "7fffffffffffffff",
                               "8000000000000000",
                               "000000000000000000000000000005",
                               "00",
                               "5.",
                               "5,",
                               "5:",
                               "5_",
                               "5\x0b",
                               "5\r",
                               "5\n",
                               "5" + kNul,
                               "\xb2",
                               "5\x01",
                               "fffffffffffffffff",
                               "1",
                               "3",
                               "ff",
                               "100000000",
                               "0",
                               "a a",
                               "5 5",
                               "\t5",
                               "5\xa0",
                               "0;",
                               "7ffffffffffffff",
                               "FFFFFFFF"};
const vector<string> kExtensions = {
    ";",           ";;a",           ";a=",
    ";=b",         ";a b",          ";a=\"b",
    ";a=\"\r\n\"", ";a\n",          ";a\r",
    ";a\rb",       ";" + kNul,      ";a=\x01",
    ";\x7f",       " ;a",           "; a",
    ";a =b",       ";a= b",         ";a=\"b\"c",
    ";\xe9",       ";a=\"\xe9\"",   ";a\x0b",
    ";a(b",        ";a=b=c",        " ",
    "\t",          "\t;a",          ";a ",
    ";a\nX",       ";a=\"\\\x01\"", ";\r",
    ";\n",         ";a=\"\n\"",     ",a",
    "=a",          ";a=b;",         "  ;  a  =  \"b\" ",
    ";a=\"\\",     ";\"a\"=b"};
const vector<string> kDataEnds = {
    "",    "\n", "\r",    "\n\n", "x\r\n", " \r\n",  "\r\r\n", "\r\n\r\n",
    "\rX", "XX", "\r\n ", "\n\r", "00",    "\t\r\n", "\r\nX"};
const vector<string> kHeadEnds = {"",
                                  "\n",
                                  "\r",
                                  "\r\r\n",
                                  " \r\n",
                                  "\n\r\n",
                                  "\r\n\r\n",
                                  "\rX",
                                  "\r\nX",
                                  "\t\r\n",
                                  "\x0b\r\n",
                                  kNul + "\r\n",
                                  "\n\n",
                                  "\r\nGET /s HTTP/1.1\r\nHost: c\r\n\r\n",
                                  ":\r\n\r\n",
                                  "X\r\n\r\n",
                                  "\r \n",
                                  "Content-Length: 3\r\n\r\n",
                                  "Transfer-Encoding: chunked\r\n\r\n",
                                  "Host: a\r\n\r\n"};
const vector<string> kBytes = {
    kNul,   "\x01", "\t", "\n", "\x0b", "\x0c", "\r",   "\x1f", " ",    "\"",
    "#",    "%",    ",",  "/",  ":",    ";",    "=",    "\\",   "\x7f", "\x80",
    "\xa0", "\xff", "0",  "a",  "G",    "-",    "\r\n", "@",    "+"};
const vector<string> kNothing = {""};

const vector<string>& Alternatives(Slot slot) {
  switch (slot) {
    case Slot::kLead:
      return kLeads;
    case Slot::kMethod:
      return kOddMethods;
    case Slot::kSpace:
      return kSpaces;
    case Slot::kTarget:
      return kOddTargets;
    case Slot::kVersion:
      return kVersions;
    case Slot::kStatus:
      return kStatuses;
    case Slot::kPhrase:
      return kOddPhrases;
    case Slot::kLineEnd:
      return kLineEnds;
    case Slot::kName:
      return kOddNames;
    case Slot::kColon:
      return kColons;
    case Slot::kBlank:
      return kBlanks;
    case Slot::kValue:
      return kOddValues;
    case Slot::kHost:
      return kHosts;
    case Slot::kLength:
      return kLengths;
    case Slot::kCoding:
      return kCodings;
    case Slot::kConnection:
      return kConnections;
    case Slot::kHeadEnd:
      return kHeadEnds;
    case Slot::kSize:
      return kSizes;
    case Slot::kExtension:
      return kExtensions;
    case Slot::kDataEnd:
      return kDataEnds;
    case Slot::kData:
    case Slot::kBody:
    case Slot::kBehind:
      return kNothing;
  }
  return kNothing;
}

// The pieces of the line that `at` is in: [from, to).
void LineAround(const Pieces& p, size_t at, size_t* from, size_t* to) {
  *from = at;
  while (*from > 0 && p[*from - 1].slot != Slot::kLineEnd) (*from)--;
  *to = at;
  while (*to < p.size() && p[*to].slot != Slot::kLineEnd) (*to)++;
  if (*to < p.size()) (*to)++;
}

void DisturbLines(Random* r, size_t at, Pieces* p) {
  size_t from = 0, to = 0;
  LineAround(*p, at, &from, &to);
  const Pieces line(p->begin() + static_cast<ptrdiff_t>(from),
                    p->begin() + static_cast<ptrdiff_t>(to));
  switch (r->Below(3)) {
    case 0:
      p->insert(p->begin() + static_cast<ptrdiff_t>(to), line.begin(),
                line.end());
      break;
    case 1:
      p->erase(p->begin() + static_cast<ptrdiff_t>(from),
               p->begin() + static_cast<ptrdiff_t>(to));
      break;
    default:
      // Another version of the same line, before or after.
      p->insert(p->begin() + static_cast<ptrdiff_t>(r->Chance(50) ? from : to),
                line.begin(), line.end());
      for (size_t i = from; i < to; i++) {
        Piece& piece = (*p)[i];
        if (piece.slot == Slot::kLength || piece.slot == Slot::kCoding ||
            piece.slot == Slot::kHost || piece.slot == Slot::kValue) {
          piece.text = r->Of(Alternatives(piece.slot));
        }
      }
  }
}

void DisturbBytes(Random* r, Piece* piece) {
  string* text = &piece->text;
  const size_t at = r->Below(text->size() + 1);
  switch (r->Below(3)) {
    case 0:
      text->insert(at, r->Of(kBytes));
      break;
    case 1:
      if (at < text->size()) text->erase(at, 1);
      break;
    default:
      if (at < text->size()) text->replace(at, 1, r->Of(kBytes));
  }
}

}  // namespace

void Mutate(Random* r, Pieces* pieces) {
  if (pieces->empty()) return;
  const size_t at = r->Below(pieces->size());
  Piece* piece = &(*pieces)[at];
  const size_t way = r->Below(100);
  if (way < 60) {
    piece->text = r->Of(Alternatives(piece->slot));
  } else if (way < 75) {
    DisturbBytes(r, piece);
  } else if (way < 92) {
    DisturbLines(r, at, pieces);
  } else if (way < 96) {
    // Cut off: in a piece, and nothing after it.
    piece->text.resize(r->Below(piece->text.size() + 1));
    pieces->resize(at + 1);
  } else {
    const size_t other = r->Below(pieces->size());
    std::swap((*pieces)[at].text, (*pieces)[other].text);
  }
}

}  // namespace differential
