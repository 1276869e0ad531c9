// Field lines, and the fields that decide where a request goes and how long
// its connection lives: RFC 9112 5, RFC 9110 5, 7 and 10.
#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

// Who drops, folds or repairs a name sees another field than who does not.
void AddSpacedNames(Table* t) {
  t->Refuse("space before the colon", "CVE-2021-22959",
            Post("Transfer-Encoding : chunked\r\n", kChunkedHello),
            "field_name_space");
  t->Refuse("space before the colon of a length", "CVE-2019-16869",
            Post("Content-Length : 5\r\n", "hello"), "field_name_space");
  t->Refuse("tab before the colon", "CVE-2019-16276",
            Post("Transfer-Encoding\t: chunked\r\n", kChunkedHello),
            "field_name_space");
  t->Refuse("space for the hyphen", "CVE-2015-5739",
            Post("Content Length: 5\r\n", "hello"), "field_name_space");
  t->Refuse("junk between name and colon", "RFC 9112 5.1",
            Post("Transfer-Encoding x: chunked\r\n", kChunkedHello),
            "field_name_space");
  t->Refuse("a broken line before a length", "RFC 9112 5.1",
            Post("X-Invalid Y: \r\nContent-Length: 5\r\n", "hello"),
            "field_name_space");
  t->Refuse("space before the first name", "CVE-2024-27982",
            StrCat("POST /submit HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n"
                   "\r\nhello"),
            "field_first_space");
  t->Refuse("tab before the first name", "CVE-2024-27982",
            "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", "field_first_space");
  t->Refuse("a blank first line", "RFC 9112 2.2",
            "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", "field_first_space");
}

// Names that are no tokens.
void AddBrokenNames(Table* t) {
  t->Refuse("empty name", "CVE-2023-25725",
            Post(": x\r\nTransfer-Encoding: chunked\r\n", kChunkedHello),
            "field_name_empty");
  t->Refuse("no colon", "CVE-2019-20444", WithFields("X-Y\r\n"),
            "field_colon_missing");
  t->Refuse("no colon, but a value", "CVE-2019-20444",
            Post("Content-Length 5\r\n", "hello"), "field_name_space");
  t->Refuse("NUL after a name", "CVE-2024-52530",
            Post(Raw("Transfer-Encoding\0: chunked\r\n"), kChunkedHello),
            "field_name_invalid");
  t->Refuse("a control before a name", "CVE-2021-43797",
            Post("\x01Transfer-Encoding: chunked\r\n", kChunkedHello),
            "field_name_invalid");
  t->Refuse("a control after a name", "CVE-2021-43797",
            Post("Transfer-Encoding\x1f: chunked\r\n", kChunkedHello),
            "field_name_invalid");
  t->Refuse("backslash for the hyphen", "RFC 9110 5.1",
            Post("Transfer\\Encoding: chunked\r\n", kChunkedHello),
            "field_name_invalid");
  t->Refuse("soft hyphen for the hyphen", "RFC 9110 5.1",
            Post("Transfer\xAD"
                 "Encoding: chunked\r\n",
                 kChunkedHello),
            "field_name_invalid");
  t->Refuse("a letter that folds to another in Unicode", "RFC 9110 5.1",
            Post("Tran\xC5\xBF"
                 "fer-Encoding: chunked\r\n",
                 kChunkedHello),
            "field_name_invalid");
  t->Refuse("a quoted name", "RFC 9110 5.1", WithFields("\"X\": y\r\n"),
            "field_name_invalid");
}

// Names that are others than they seem.
void AddLookalikes(Table* t) {
  t->Serve("underscore for the hyphen of a length", "RFC 9110 5.1",
           WithFields("Content_Length: 5\r\n"));
  t->Serve("underscore for the hyphen of a coding", "RFC 9110 5.1",
           WithFields("Transfer_Encoding: chunked\r\n"));
  t->Serve("names that hold, begin or end like another", "RFC 9110 5.1",
           WithFields("Content-Length-X: 9\r\nX-Content-Length: 9\r\n"
                      "Content-Lengt: 9\r\nContent-Lengthh: 9\r\n"
                      "ContentLength: 9\r\nContent--Length: 9\r\n"
                      "X-Transfer-Encoding: chunked\r\n"
                      "Transfer-Encodin: chunked\r\n"
                      "Transfer-Encodings: chunked\r\n"));
  t->Serve("framing inside of a value", "RFC 9110 5.5",
           WithFields("X: Content-Length: 9\r\n"
                      "Y: Transfer-Encoding: chunked\r\nZ::Host: b\r\n"));
  t->Serve("framing inside of the target", "RFC 9112 3.2",
           WithTarget("/?Content-Length:9&Transfer-Encoding:chunked"));
  t->Serve("a name so long that its length wraps", "CVE-2021-40346",
           Post(StrCat("Content-Length0", string(255, 'a'), ": \r\n",
                       "Content-Length: ", sizeof kSmuggled - 1, "\r\n"),
                kSmuggled),
           kSmuggled);
  t->Serve("a name of 8 KiB", "CVE-2021-40346",
           WithFields(StrCat(string(8192, 'n'), ": y\r\n")));
}

void AddFolds(Table* t) {
  t->Refuse("a folded coding", "CVE-2022-32215",
            Post("Transfer-Encoding:\r\n chunked\r\n", kChunkedHello),
            "field_folded");
  t->Refuse("a coding folded by a tab", "CVE-2022-32215",
            Post("Transfer-Encoding: \r\n\tchunked\r\n", kChunkedHello),
            "field_folded");
  t->Refuse("a coding folded over a blank line", "CVE-2022-32215",
            Post("Transfer-Encoding:\r\n \r\n chunked\r\n", kChunkedHello),
            "field_folded");
  t->Refuse("a coding folded by a bare LF", "CVE-2022-32214",
            Post("Transfer-Encoding:\n chunked\r\n", kChunkedHello), "bare_lf");
  t->Refuse("the colon on a line of its own", "CVE-2022-32214",
            Post("Transfer-Encoding\n : chunked\r\n", kChunkedHello),
            "bare_lf");
  t->Refuse("a vertical tab in place of a fold", "CVE-2019-16789",
            Post("Transfer-Encoding: \r\n\vchunked\r\n", kChunkedHello),
            "field_name_invalid");
  t->Refuse("a length as the fold of another field", "RFC 9112 5.2",
            Post("X: y\r\n Content-Length: 5\r\n", "hello"), "field_folded");
  t->Refuse("a folded length", "RFC 9112 5.2",
            Post("Content-Length: 1\r\n 0\r\n", "helloworld"), "field_folded");
  t->Refuse("a folded expectation on OPTIONS", "CVE-2025-32094",
            StrCat("OPTIONS / HTTP/1.1\r\nHost: a\r\nExpect:\r\n 100-continue"
                   "\r\nContent-Length: ",
                   sizeof kSmuggled - 1, "\r\n\r\n", kSmuggled),
            "field_folded");
  t->Refuse("a fold right after the request line", "RFC 9112 2.2",
            "GET / HTTP/1.1\r\n HTTP/1.1\r\nHost: a\r\n\r\n",
            "field_first_space");
  t->Refuse("a fold at the end of the head", "RFC 9112 5.2",
            WithFields("X: y\r\n \r\n"), "field_folded");
}

void AddValues(Table* t) {
  t->Refuse("NUL in a value", "RFC 9110 5.5", WithFields(Raw("X: a\0b\r\n")),
            "field_value_invalid");
  t->Refuse("NUL after a coding", "CVE-2024-52530",
            Post(Raw("Transfer-Encoding: chunked\0\r\n"), kChunkedHello),
            "field_value_invalid");
  t->Refuse("an escape in a value", "CVE-2009-4487",
            WithFields("User-Agent: \x1b]0;owned\x07\r\n"),
            "field_value_invalid");
  t->Refuse("DEL in a value", "RFC 9110 5.5", WithFields("X: \x7f\r\n"),
            "field_value_invalid");
  t->Refuse("a backspace in a value", "RFC 9110 5.5", WithFields("X: a\b\r\n"),
            "field_value_invalid");
  t->Serve("8-bit bytes in a value are opaque", "RFC 9110 5.5",
           WithFields("X: \x80\x85\xA0\xFF\r\n"));
  t->Serve("characters that a careless cast turns into CRLF", "CVE-2016-2216",
           WithFields("X: \xC4\x8D\xC4\x8A y\r\n"));
  t->Refuse("a media type given twice", "RFC 9110 5.3",
            Post("Content-Type: a/b\r\nContent-Type: text/html\r\n"
                 "Content-Length: 0\r\n",
                 ""),
            "field_repeated");
  t->Refuse("credentials given twice", "RFC 9110 5.3",
            WithFields("Authorization: a\r\nauthorization: b\r\n"),
            "field_repeated");
  t->Refuse("a range given twice", "CVE-2011-3192",
            WithFields("Range: bytes=0-0\r\nRange: bytes=0-1\r\n"),
            "field_repeated");
}

string Lines(size_t count, const string& line) {
  string all;
  for (size_t i = 0; i < count; i++) all += line;
  return all;
}

void AddQuantities(Table* t) {
  t->Serve("as many fields as are allowed", "RFC 6585 5",
           WithFields(Lines(99, "X: y\r\n")));
  t->Refuse("one field more", "RFC 6585 5", WithFields(Lines(100, "X: y\r\n")),
            "header_count", 431);
  t->Refuse("thousands of fields", "CVE-2026-22815",
            WithFields(Lines(4000, "a:\r\n")), "header_count", 431);
  t->Serve("names that a careless table would put into one slot",
           "CVE-2011-4461", WithFields([] {
             string all;
             for (char a = 'a'; a <= 'z'; a++) {
               for (char b = 'a'; b <= 'c'; b++) {
                 all += StrCat("C", string(6, a), string(6, b), "h: 5\r\n");
               }
             }
             return all;
           }()));
  t->Refuse("a field without end", "CVE-2018-12121",
            WithFields(StrCat("X: ", string(65536, 'a'), "\r\n")),
            "head_too_large", 431);
  t->Refuse("a name without end", "CVE-2018-12121",
            WithFields(StrCat(string(65536, 'a'), ": y\r\n")), "head_too_large",
            431);
  const size_t rest = WithFields("X: \r\n").size();
  t->Serve("a head at its limit", "RFC 6585 5",
           WithFields(StrCat("X: ", string(16384 - rest, 'a'), "\r\n")));
  t->Refuse("a head one byte over its limit", "RFC 6585 5",
            WithFields(StrCat("X: ", string(16385 - rest, 'a'), "\r\n")),
            "head_too_large", 431);
  t->Refuse("a head of blanks", "CVE-2018-12121",
            WithFields(StrCat("X:", string(65536, ' '), "\r\n")),
            "head_too_large", 431);
}

// What one hop is told to drop, and protocols one could change to: the request
// is read by its own framing and answered in HTTP/1.1.
void AddHops(Table* t) {
  const string length =
      StrCat("Content-Length: ", sizeof kSmuggled - 1, "\r\n");
  t->Serve("a length named by Connection", "CVE-2026-26365",
           Post(StrCat("Connection: Content-Length\r\n", length), kSmuggled),
           kSmuggled);
  t->Serve("a coding named by Connection", "CVE-2026-26365",
           Post("Connection: Transfer-Encoding\r\n"
                "Transfer-Encoding: chunked\r\n",
                kChunkedHello),
           "hello");
  t->Serve("Host named by Connection", "RFC 9110 7.6.1",
           WithFields("Connection: Host\r\n"));
  t->ServeLast("close, wherever it stands", "RFC 9112 9.6",
               WithFields("Connection: keep-alive, CLOSE\r\n"));
  t->ServeLast("close on a second line", "RFC 9112 9.6",
               WithFields("Connection: keep-alive\r\nConnection: close\r\n"));
  t->ServeLast("close beside a length", "RFC 9112 9.6",
               Post(StrCat("Connection: close\r\n", length), kSmuggled),
               kSmuggled);
  t->Serve("a word that only begins with close", "RFC 9112 9.6",
           WithFields("Connection: closed, xclose\r\n"));
  t->Refuse("a connection option that is no token", "RFC 9110 7.6.1",
            WithFields("Connection: \"close\"\r\n"), "connection_invalid");
  t->Serve("h2c upgrade makes no tunnel", "RFC 9113 3.1",
           WithFields("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                      "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"));
  t->Serve("an upgrade nobody agreed to hides no request", "CVE-2026-2833",
           Post(StrCat("Connection: Upgrade\r\nUpgrade: foo\r\n", length),
                kSmuggled),
           kSmuggled);
  t->Serve("a websocket handshake makes no tunnel", "RFC 6455 4.2.2",
           WithFields("Connection: Upgrade\r\nUpgrade: websocket\r\n"
                      "Sec-WebSocket-Version: 777\r\n"
                      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  t->Serve("a TLS upgrade makes no TLS", "CVE-2025-49812",
           WithFields("Connection: Upgrade\r\nUpgrade: TLS/1.3\r\n"));
}

void AddExpectations(Table* t) {
  const string length =
      StrCat("Content-Length: ", sizeof kSmuggled - 1, "\r\n");
  t->Serve("a body that does not wait for its 100", "RFC 9110 10.1.1",
           Post(StrCat("Expect: 100-continue\r\n", length), kSmuggled),
           kSmuggled);
  t->Refuse("an obfuscated expectation", "RFC 9110 10.1.1",
            Post(StrCat("Expect: x 100-continue\r\n", length), kSmuggled),
            "expect_unknown", 417);
  t->Refuse("another expectation beside it", "RFC 9110 10.1.1",
            Post(StrCat("Expect: 100-continue, y\r\n", length), kSmuggled),
            "expect_unknown", 417);
  t->Refuse("a quoted expectation", "RFC 9110 10.1.1",
            Post(StrCat("Expect: \"100-continue\"\r\n", length), kSmuggled),
            "expect_unknown", 417);
  t->Deny("an unknown expectation without a body", "RFC 9110 10.1.1",
          WithFields("Expect: 200-ok\r\n"), "expect_unknown", 417);
  t->Refuse("an expectation for nothing, with a body", "CVE-2025-32094",
            StrCat("POST /nope HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n",
                   length, "\r\n", kSmuggled),
            "not_found", 404);
  t->ServeLast("an expectation on 1.0 is ignored", "RFC 9110 10.1.1",
               StrCat("POST /submit HTTP/1.0\r\nHost: a\r\nExpect: x\r\n",
                      length, "\r\n", kSmuggled),
               kSmuggled);
}

}  // namespace

std::vector<Attack> FieldAttacks() {
  Table t;
  AddSpacedNames(&t);
  AddBrokenNames(&t);
  AddLookalikes(&t);
  AddFolds(&t);
  AddValues(&t);
  AddQuantities(&t);
  AddHops(&t);
  AddExpectations(&t);
  return t.Take();
}

std::vector<Attack> HostAttacks() {
  Table t;
  const auto hosts = [](const string& lines) {
    return StrCat("GET / HTTP/1.1\r\n", lines, "\r\n");
  };
  t.Refuse("no Host", "RFC 9112 3.2", hosts(""), "host_missing");
  t.Refuse("two Hosts, unlike", "CVE-2025-14523",
           hosts("Host: a\r\nHost: evil\r\n"), "host_repeated");
  t.Refuse("two Hosts, alike", "CVE-2026-34525",
           hosts("Host: a\r\nHost: a\r\n"), "host_repeated");
  t.Refuse("two Hosts of unlike case", "CVE-2025-14523",
           hosts("Host: a\r\nhOST: evil\r\n"), "host_repeated");
  t.Refuse("two Hosts apart", "CVE-2025-14523",
           hosts("Host: a\r\nX: y\r\nHost: evil\r\n"), "host_repeated");
  t.Refuse("two Hosts on 1.0", "RFC 9112 3.2",
           "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "host_repeated");
  t.Refuse("a second Host after a space", "RFC 9112 5.1",
           hosts("Host: a\r\nHost : evil\r\n"), "field_name_space");
  t.Refuse("a second Host as a fold", "RFC 9112 5.2",
           hosts("Host: a\r\n Host: evil\r\n"), "field_folded");
  t.Refuse("a Host before which stands a space", "RFC 9112 2.2",
           hosts(" Host: evil\r\nHost: a\r\n"), "field_first_space");
  t.Refuse("names like Host are none", "RFC 9110 5.1",
           hosts("Hosts: a\r\nX-Host: a\r\nHos: a\r\n"), "host_missing");
  t.Refuse("forwarding fields are no Host", "RFC 9110 7.2",
           hosts("X-Forwarded-Host: a\r\nForwarded: host=a\r\n"),
           "host_missing");
  for (const string& host : std::vector<string>{
           "",        " \t ",        "a, evil",  "a,evil",
           "a evil",  "a\tevil",     "a@evil",   "a:80@evil",
           "u:p@a",   "a/",          "a/../b",   "a?b",
           "a#b",     "a\\b",        "http://a", "a:80x",
           "a:-1",    "a:+80",       "a:80:80",  "a: 80",
           "a:99999", "a:000080",    ":80",      "[::1",
           "::1",     "[::1]x",      "[::g]",    "[]",
           "a%",      "a%zz",        "<script>", "\"a\"",
           "a\"b",    "{a}",         "a|b",      "a^b",
           "a`b",     "\xC3\xA9vil", "a\x80",    "\xE2\x84\xAA.example"}) {
    t.Refuse(StrCat("an invalid Host: ", host), "RFC 9112 3.2",
             hosts(StrCat("Host: ", host, "\r\n")), "host_invalid");
  }
  t.Refuse("CRLF in a Host, encoded", "RFC 9112 3.2",
           hosts("Host: a\\r\\nX: y\r\n"), "host_invalid");
  t.Refuse("a control in a Host", "RFC 9110 5.5", hosts("Host: a\x01\r\n"),
           "field_value_invalid");
  t.Serve("a Host with blanks around it", "RFC 9110 5.5",
          hosts("Host: \t a \t \r\n"));
  return t.Take();
}

}  // namespace h1_test
