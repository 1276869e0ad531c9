// Where a request's body ends: Content-Length and Transfer-Encoding, alone,
// misspelt and together (RFC 9112 6, RFC 9110 8.6). Two readers that decide
// this differently are what request smuggling is made of.
#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

constexpr size_t kSmuggledSize = sizeof kSmuggled - 1;

string SmuggledLength() {
  return StrCat("Content-Length: ", kSmuggledSize, "\r\n");
}

void AddLengthValues(Table* t) {
  const struct {
    const char* value;
    const char* reference;
  } kInvalid[] = {{"+5", "CVE-2021-32715"},
                  {"-5", "CVE-2023-34188"},
                  {"-0", "CVE-2023-34188"},
                  {"-1", "CVE-2023-34188"},
                  {"+0", "CVE-2023-40167"},
                  {"- 5", "CVE-2020-15049"},
                  {"0x5", "CVE-2022-24761"},
                  {"0X5", "CVE-2022-24761"},
                  {"0b101", "CVE-2022-24761"},
                  {"0o5", "CVE-2022-24761"},
                  {"5 5", "CVE-2018-7159"},
                  {"0 5", "CVE-2018-7159"},
                  {"5\t5", "CVE-2020-15049"},
                  {"1_0", "CVE-2023-47627"},
                  {"5,5", "RFC 9110 8.6"},
                  {"5, 5", "RFC 9110 8.6"},
                  {"5, 6", "CVE-2022-42252"},
                  {"0, 5", "CVE-2022-42252"},
                  {"5, 0", "CVE-2022-42252"},
                  {"5, 5, 5", "RFC 9110 8.6"},
                  {"5,", "CVE-2023-40225"},
                  {",5", "CVE-2023-40225"},
                  {",", "CVE-2023-40225"},
                  {"", "CVE-2023-40225"},
                  {" ", "CVE-2023-40175"},
                  {"\t", "CVE-2023-40175"},
                  {"5.0", "CVE-2022-42252"},
                  {"5e0", "CVE-2022-42252"},
                  {"5;", "RFC 9110 8.6"},
                  {"5;a=b", "RFC 9110 8.6"},
                  {"\"5\"", "RFC 9110 8.6"},
                  {"'5'", "RFC 9110 8.6"},
                  {"(5)", "RFC 9110 8.6"},
                  {"5a", "RFC 9110 8.6"},
                  {"a5", "RFC 9110 8.6"},
                  {"five", "RFC 9110 8.6"},
                  {"\xD9\xA5", "CVE-2023-47627"},
                  {"\xC2\xB2", "CVE-2023-47627"},
                  {"\xEF\xBC\x95", "CVE-2023-47627"},
                  {"5\xA0", "RFC 9110 8.6"},
                  {"\xC2\x85 5", "RFC 9110 8.6"},
                  {"5\xC2\xA0", "RFC 9110 8.6"},
                  {"NaN", "RFC 9110 8.6"},
                  {"Infinity", "RFC 9110 8.6"},
                  {"true", "RFC 9110 8.6"},
                  {"%35", "RFC 9110 8.6"},
                  {"chunked", "RFC 9110 8.6"},
                  {"*", "RFC 9110 8.6"}};
  for (const auto& row : kInvalid) {
    t->Refuse(StrCat("a length that is not digits: ", row.value), row.reference,
              Post(StrCat("Content-Length: ", row.value, "\r\n"), "hello"),
              "length_invalid");
  }
  for (const char* value : {"\v5", "5\v", "\f5", "5\x7f", "5\b"}) {
    t->Refuse(StrCat("a control around a length: ", value), "CVE-2020-15049",
              Post(StrCat("Content-Length: ", value, "\r\n"), "hello"),
              "field_value_invalid");
  }
  t->Refuse("NUL after a length", "CVE-2024-52530",
            Post(Raw("Content-Length: 5\0\r\n"), "hello"),
            "field_value_invalid");
  for (const char* value :
       {"9223372036854775808", "18446744073709551615", "18446744073709551616",
        "18446744073709551621", "36893488147419103237",
        "340282366920938463463374607431768211461", "00009223372036854775808"}) {
    t->Refuse(StrCat("a length that overflows: ", value), "CVE-2014-0099",
              Post(StrCat("Content-Length: ", value, "\r\n"), "hello"),
              "length_overflow");
  }
  for (const char* value :
       {"4294967296", "4294967301", "9223372036854775807", "1048577"}) {
    t->Refuse(StrCat("a length over the limit: ", value), "CVE-2014-0099",
              Post(StrCat("Content-Length: ", value, "\r\n"), "hello"),
              "body_too_large", 413);
  }
  t->Serve("leading zeros are decimal, not octal", "RFC 9110 8.6",
           Post("Content-Length: 010\r\n", "helloworld"), "helloworld");
  t->Serve("a digit that octal has not", "RFC 9110 8.6",
           Post("Content-Length: 09\r\n", "hello wor"), "hello wor");
  t->Serve("many leading zeros", "RFC 9110 8.6",
           Post(StrCat("Content-Length: ", string(300, '0'), "5\r\n"), "hello"),
           "hello");
  t->Serve("blanks around a length", "RFC 9110 5.5",
           Post("Content-Length:\t 5 \t\r\n", "hello"), "hello");
}

void AddRepeatedLengths(Table* t) {
  const struct {
    const char* name;
    const char* reference;
    const char* lines;
  } kRows[] = {
      {"two lengths, alike", "CVE-2005-2090",
       "Content-Length: 5\r\nContent-Length: 5\r\n"},
      {"two lengths, the larger last", "CVE-2020-10108",
       "Content-Length: 0\r\nContent-Length: 5\r\n"},
      {"two lengths, the larger first", "CVE-2017-7658",
       "Content-Length: 5\r\nContent-Length: 0\r\n"},
      {"two lengths of unlike case", "CVE-2019-16792",
       "Content-Length: 5\r\ncONTENT-lENGTH: 0\r\n"},
      {"two lengths apart", "CVE-2019-20445",
       "Content-Length: 5\r\nX: y\r\nContent-Length: 6\r\n"},
      {"a second length that is empty", "CVE-2023-40225",
       "Content-Length: 5\r\nContent-Length:\r\n"},
      {"a first length that is empty", "CVE-2023-40225",
       "Content-Length:\r\nContent-Length: 5\r\n"},
      {"a second length that is broken", "CVE-2022-42252",
       "Content-Length: 5\r\nContent-Length: x\r\n"},
      {"three lengths", "CVE-2019-16792",
       "Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 5\r\n"}};
  for (const auto& row : kRows) {
    t->Refuse(row.name, row.reference, Post(row.lines, "hello"),
              "length_repeated");
  }
  t->Refuse("two lengths on 1.0", "CVE-2005-2090",
            "POST /submit HTTP/1.0\r\nContent-Length: 5\r\n"
            "Content-Length: 0\r\n\r\nhello",
            "length_repeated");
  t->Refuse(
      "two lengths on GET", "CVE-2005-2090",
      StrCat(WithFields("Content-Length: 5\r\nContent-Length: 0\r\n"), "hello"),
      "length_repeated");
}

// A body where none is expected is still a body: who leaves it in the stream
// answers it as a request ("CL.0").
void AddUnexpectedBodies(Table* t) {
  const struct {
    const char* line;
    const char* reference;
    int status;
    const char* reason;
  } kRows[] = {
      {"GET / HTTP/1.1", "CVE-2025-4366", 200, ""},
      {"HEAD / HTTP/1.1", "CVE-2025-4366", 200, ""},
      {"OPTIONS / HTTP/1.1", "CVE-2025-54142", 204, ""},
      {"OPTIONS * HTTP/1.1", "CVE-2025-54142", 204, ""},
      {"POST / HTTP/1.1", "CVE-2022-22720", 405, "method_not_allowed"},
      {"DELETE / HTTP/1.1", "CVE-2022-22720", 405, "method_not_allowed"},
      {"GET /nope HTTP/1.1", "CVE-2019-20372", 404, "not_found"},
      {"POST /static/nope HTTP/1.1", "CVE-2022-22720", 405,
       "method_not_allowed"},
      {"GET /static/nope HTTP/1.1", "CVE-2019-20372", 404, "not_found"}};
  const string chunked =
      StrCat(absl::Hex(kSmuggledSize), "\r\n", kSmuggled, "\r\n0\r\n\r\n");
  for (const auto& row : kRows) {
    const string head = StrCat(row.line, "\r\nHost: a\r\n");
    const string declared = StrCat(head, SmuggledLength(), "\r\n", kSmuggled);
    const string coded =
        StrCat(head, "Transfer-Encoding: chunked\r\n\r\n", chunked);
    for (const auto& [how, bytes] :
         {std::pair(string("a body on "), declared),
          std::pair(string("a chunked body on "), coded)}) {
      if (row.reason[0] == '\0') {
        t->Serve(how + row.line, row.reference, bytes, kSmuggled, row.status);
      } else {
        t->Deny(how + row.line, row.reference, bytes, row.reason, row.status,
                kSmuggled);
      }
    }
  }
  t->Serve("a request inside of a body stays there", "RFC 9112 6.3",
           Post(SmuggledLength(), kSmuggled), kSmuggled);
  t->Serve("a request inside of a chunk stays there", "RFC 9112 7.1",
           PostChunked(chunked), kSmuggled);
  t->Serve("no body without either field", "RFC 9112 6.3", Post("", ""));
  t->ServeLast(
      "a body on 1.0 with a length", "RFC 9112 6.3",
      StrCat("POST /submit HTTP/1.0\r\n", SmuggledLength(), "\r\n", kSmuggled),
      kSmuggled);
  t->ServeLast("1.0 has no body that ends with the connection", "CVE-2026-2835",
               "POST /submit HTTP/1.0\r\n\r\n");
}

void AddCodingValues(Table* t) {
  const struct {
    const char* value;
    const char* reference;
    const char* reason;
  } kRows[] = {
      {"xchunked", "CVE-2022-32213", "coding_not_chunked"},
      {"x-chunked", "CVE-2022-32213", "coding_not_chunked"},
      {"chunkedx", "CVE-2022-32213", "coding_not_chunked"},
      {"chunke", "CVE-2020-25613", "coding_not_chunked"},
      {"chunk", "CVE-2020-25613", "coding_not_chunked"},
      {"chunked-", "CVE-2020-25613", "coding_not_chunked"},
      {"'chunked'", "CVE-2020-25613", "coding_not_chunked"},
      {"%63hunked", "RFC 9112 6.1", "coding_not_chunked"},
      {"identity", "CVE-2021-33037", "coding_not_chunked"},
      {"gzip", "CVE-2019-16786", "coding_not_chunked"},
      {"5", "RFC 9112 6.1", "coding_not_chunked"},
      {"chunked, identity", "CVE-2021-33037", "coding_not_chunked"},
      {"chunked, cow", "CVE-2021-33037", "coding_not_chunked"},
      {"chunked,gzip", "CVE-2021-33037", "coding_not_chunked"},
      {"chunked, chunked", "RFC 9112 6.1", "coding_repeated"},
      {"chunked,chunked", "RFC 9112 6.1", "coding_repeated"},
      {"chunked, gzip, chunked", "RFC 9112 6.1", "coding_repeated"},
      {"", "CVE-2020-11076", "coding_invalid"},
      {" \t", "CVE-2020-11076", "coding_invalid"},
      {",", "RFC 9110 5.6.1.2", "coding_invalid"},
      {",chunked", "RFC 9110 5.6.1.2", "coding_invalid"},
      {", chunked", "RFC 9110 5.6.1.2", "coding_invalid"},
      {"chunked,", "RFC 9110 5.6.1.2", "coding_invalid"},
      {"chunked, ", "RFC 9110 5.6.1.2", "coding_invalid"},
      {"gzip,,chunked", "RFC 9110 5.6.1.2", "coding_invalid"},
      {"\"chunked\"", "CVE-2020-25613", "coding_invalid"},
      {"chun\"ked\"", "CVE-2020-25613", "coding_invalid"},
      {"cow chunked bar", "CVE-2020-1935", "coding_invalid"},
      {"chunked cow", "CVE-2020-1935", "coding_invalid"},
      {"cow chunked", "CVE-2020-1935", "coding_invalid"},
      {"chunked;", "RFC 9112 7", "coding_invalid"},
      {"chunked;q=0", "RFC 9112 7.1", "coding_invalid"},
      {"chunked ; a=b", "RFC 9112 7.1", "coding_invalid"},
      {"chunked;a=\"b, chunked\"", "RFC 9112 7.1", "coding_invalid"},
      {"x;a=\"b, chunked\"", "RFC 9112 7", "coding_invalid"},
      {"=?iso-8859-1?B?Y2h1bmtlZA==?=", "RFC 9112 6.1", "coding_invalid"},
      {"{chunked}", "RFC 9112 6.1", "coding_invalid"},
      {"chunked\\", "RFC 9112 6.1", "coding_invalid"},
      {"chunked/1.1", "RFC 9112 6.1", "coding_invalid"},
      {"chunked:", "RFC 9112 6.1", "coding_invalid"},
      {"ch\x96nked", "RFC 9112 6.1", "coding_invalid"},
      {"chun\xE2\x84\xAA"
       "ed",
       "RFC 9112 6.1", "coding_invalid"},
      {"\xFF"
       "chunked",
       "RFC 9112 6.1", "coding_invalid"},
      {"\xC2\xA0"
       "chunked",
       "RFC 9112 6.1", "coding_invalid"}};
  for (const auto& row : kRows) {
    const string line = StrCat("Transfer-Encoding: ", row.value, "\r\n");
    t->Refuse(StrCat("a coding spelt ", row.value), row.reference,
              Post(line, kChunkedHello), row.reason);
    t->Refuse(StrCat("a length, and a coding spelt ", row.value), row.reference,
              Post(StrCat("Content-Length: 15\r\n", line), kChunkedHello),
              "length_with_coding");
    t->Refuse(StrCat("a coding, and a length after it: ", row.value),
              row.reference,
              Post(StrCat(line, "Content-Length: 15\r\n"), kChunkedHello),
              "length_with_coding");
  }
  for (const char* value : {"gzip, chunked", "cow, chunked", "x;a=b, chunked",
                            "identity, chunked", "deflate,CHUNKED"}) {
    t->Refuse(StrCat("another coding below chunked: ", value), "CVE-2019-16786",
              Post(StrCat("Transfer-Encoding: ", value, "\r\n"), kChunkedHello),
              "coding_unknown", 501);
  }
  for (const char* value : {"chunked", "CHUNKED", "cHuNkEd", "\tchunked",
                            "chunked\t", "   chunked   "}) {
    t->Serve(StrCat("chunked, in any case and blanks: ", value), "RFC 9112 7",
             Post(StrCat("Transfer-Encoding:", value, "\r\n"), kChunkedHello),
             "hello");
  }
}

void AddCodingLines(Table* t) {
  const struct {
    const char* name;
    const char* reference;
    const char* lines;
    const char* reason;
  } kRows[] = {{"chunked on two lines", "CVE-2020-8287",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "coding_repeated"},
               {"chunked, and another coding on a second line", "CVE-2020-8287",
                "Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n",
                "coding_not_chunked"},
               {"chunked, and identity on a second line", "CVE-2020-8287",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "coding_not_chunked"},
               {"chunked, and an empty second line", "CVE-2020-8287",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n",
                "coding_invalid"},
               {"a coding of two halves", "CVE-2020-8287",
                "Transfer-Encoding: chun\r\nTransfer-Encoding: ked\r\n",
                "coding_not_chunked"}};
  for (const auto& row : kRows) {
    t->Refuse(row.name, row.reference, Post(row.lines, kChunkedHello),
              row.reason);
  }
  t->Refuse("another coding, and chunked on a second line", "CVE-2024-1135",
            Post("Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n",
                 kChunkedHello),
            "coding_unknown", 501);
  t->Refuse("a coding on 1.0", "CVE-2021-33037",
            StrCat("POST /submit HTTP/1.0\r\nHost: a\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n",
                   kChunkedHello),
            "coding_version");
  t->Refuse("a coding and a length on 1.0", "CVE-2026-2835",
            StrCat("POST /submit HTTP/1.0\r\nHost: a\r\n"
                   "Transfer-Encoding: chunked\r\nContent-Length: 15\r\n\r\n",
                   kChunkedHello),
            "coding_version");
  t->Refuse("a coding on 1.0 that would persist", "CVE-2021-33037",
            StrCat("POST /submit HTTP/1.0\r\nConnection: keep-alive\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n",
                   kChunkedHello),
            "coding_version");
  t->Serve("other fields are no transfer coding", "RFC 9112 6.1",
           WithFields("TE: chunked\r\nContent-Encoding: chunked\r\n"
                      "Accept-Encoding: chunked\r\nEncoding: chunked\r\n"));
}

// Both fields at once, with the payloads that the two ways to read them make
// of one request two.
void AddBoth(Table* t) {
  const string chunk_with_request =
      StrCat(absl::Hex(kSmuggledSize), "\r\n", kSmuggled, "\r\n0\r\n\r\n");
  const string end_then_request = StrCat("0\r\n\r\n", kSmuggled);
  const struct {
    const char* name;
    const char* reference;
    string lines;
    string rest;
  } rows[] = {
      {"the coding after the length (CL.TE)", "CVE-2005-2088",
       StrCat("Content-Length: ", end_then_request.size(),
              "\r\nTransfer-Encoding: chunked\r\n"),
       end_then_request},
      {"the coding before the length (CL.TE)", "CVE-2024-6827",
       StrCat("Transfer-Encoding: chunked\r\nContent-Length: ",
              end_then_request.size(), "\r\n"),
       end_then_request},
      {"a length that ends in the first chunk line (TE.CL)", "CVE-2019-20445",
       "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
       chunk_with_request},
      {"a length of zero beside chunked (TE.0)", "CVE-2013-4286",
       "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
       chunk_with_request},
      {"both agree", "RFC 9112 6.3",
       "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n", kChunkedHello},
      {"both, and close", "CVE-2023-47641",
       "Connection: close\r\nContent-Length: 15\r\n"
       "Transfer-Encoding: chunked\r\n",
       kChunkedHello},
      {"both, apart", "CVE-2020-10109",
       "Content-Length: 15\r\nX: y\r\nA: b\r\nTransfer-Encoding: chunked\r\n",
       kChunkedHello},
      {"a broken length beside chunked", "CVE-2024-47220",
       "Content-Length: x\r\nTransfer-Encoding: chunked\r\n", kChunkedHello},
      {"an empty length beside chunked", "CVE-2023-40175",
       "Content-Length:\r\nTransfer-Encoding: chunked\r\n", kChunkedHello},
      {"a huge length beside chunked", "CVE-2014-0099",
       "Content-Length: 99999999999999999999\r\n"
       "Transfer-Encoding: chunked\r\n",
       kChunkedHello},
      {"a list of lengths beside chunked", "RFC 9112 6.3",
       "Content-Length: 15, 15\r\nTransfer-Encoding: chunked\r\n",
       kChunkedHello},
      {"a negative length beside chunked", "CVE-2023-34188",
       "Transfer-Encoding: chunked\r\nContent-Length: -1\r\n", kChunkedHello},
      {"both, and an upgrade", "CVE-2026-2833",
       "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 15\r\n"
       "Transfer-Encoding: chunked\r\n",
       kChunkedHello},
      {"both, and an expectation", "CVE-2025-32094",
       "Expect: 100-continue\r\nContent-Length: 15\r\n"
       "Transfer-Encoding: chunked\r\n",
       kChunkedHello}};
  for (const auto& row : rows) {
    t->Refuse(row.name, row.reference, Post(row.lines, row.rest),
              "length_with_coding");
  }
  for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE", "BREW"}) {
    t->Refuse(
        StrCat("both, on ", method), "CVE-2005-2088",
        StrCat(method, " / HTTP/1.1\r\nHost: a\r\nContent-Length: ",
               end_then_request.size(),
               "\r\nTransfer-Encoding: chunked\r\n\r\n", end_then_request),
        "length_with_coding");
  }
  t->Refuse("both, for nothing", "CVE-2005-2088",
            StrCat("POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: ",
                   end_then_request.size(),
                   "\r\nTransfer-Encoding: chunked\r\n\r\n", end_then_request),
            "length_with_coding");
}

}  // namespace

std::vector<Attack> LengthAttacks() {
  Table t;
  AddLengthValues(&t);
  AddRepeatedLengths(&t);
  AddUnexpectedBodies(&t);
  return t.Take();
}

std::vector<Attack> CodingAttacks() {
  Table t;
  AddCodingValues(&t);
  AddCodingLines(&t);
  AddBoth(&t);
  return t.Take();
}

}  // namespace h1_test
