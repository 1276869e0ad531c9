// Chunked bodies and their trailers: RFC 9112 7.1. Chunk lines are read by
// more careless code than heads are, and a chunk that ends elsewhere makes a
// request of what was data.
#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

// A chunked "hello" whose chunk line is this.
string ChunkLine(absl::string_view line) {
  return PostChunked(StrCat(line, "\r\nhello\r\n0\r\n\r\n"));
}
// A chunked "hello" whose trailer section holds these lines.
string WithTrailers(absl::string_view lines) {
  return PostChunked(StrCat("5\r\nhello\r\n0\r\n", lines, "\r\n"));
}
// Chunks of one byte, each with this after its size.
string TinyChunks(size_t count, absl::string_view extension) {
  string wire;
  for (size_t i = 0; i < count; i++) {
    absl::StrAppend(&wire, "1", extension, "\r\nx\r\n");
  }
  return PostChunked(wire + "0\r\n\r\n");
}

void AddSizes(Table* t) {
  const struct {
    const char* line;
    const char* reference;
  } kInvalid[] = {{"", "CVE-2015-3183"},
                  {"+5", "CVE-2022-24761"},
                  {"-5", "CVE-2013-2028"},
                  {"-0", "CVE-2013-2028"},
                  {"-1", "CVE-2013-2028"},
                  {"0x5", "CVE-2022-24801"},
                  {"0X5", "CVE-2022-24801"},
                  {"x5", "CVE-2022-24801"},
                  {"\\x5", "RFC 9112 7.1"},
                  {"0_5", "CVE-2022-24761"},
                  {"5_0", "CVE-2022-24761"},
                  {"_5", "CVE-2022-24761"},
                  {" 5", "CVE-2024-53868"},
                  {"\t5", "CVE-2024-53868"},
                  {"5 ", "CVE-2024-53868"},
                  {"5\t", "CVE-2024-53868"},
                  {"5 5", "CVE-2024-53868"},
                  {"0 5", "CVE-2024-53868"},
                  {"g", "CVE-2015-3183"},
                  {"5g", "CVE-2024-53868"},
                  {"5these bytes", "CVE-2024-53868"},
                  {"5,", "RFC 9112 7.1"},
                  {"5.0", "RFC 9112 7.1"},
                  {"5h", "RFC 9112 7.1"},
                  {"0o5", "CVE-2022-24761"},
                  {"\"5\"", "RFC 9112 7.1"},
                  {"(5)", "RFC 9112 7.1"},
                  {"%35", "RFC 9112 7.1"},
                  {"5\v", "CVE-2022-24801"},
                  {"5\f", "CVE-2022-24801"},
                  {"5\x7f", "RFC 9112 7.1"},
                  {"5\x80", "RFC 9112 7.1"},
                  {"5\xA0", "RFC 9112 7.1"},
                  {"\xD9\xA5", "CVE-2023-47627"},
                  {"\xEF\xBC\x95", "CVE-2023-47627"},
                  {"=", "RFC 9112 7.1"},
                  {"NaN", "RFC 9112 7.1"},
                  {"5:", "RFC 9112 7.1"}};
  for (const auto& row : kInvalid) {
    t->Refuse(StrCat("a chunk size that is not hex digits: ", row.line),
              row.reference, ChunkLine(row.line), "chunk_size_invalid");
  }
  t->Refuse("a chunk size with NUL after it", "RFC 9112 7.1",
            ChunkLine(Raw("5\0")), "chunk_size_invalid");
  t->Refuse("an extension where the size is due", "CVE-2015-3183",
            ChunkLine(";a=b"), "chunk_size_invalid");
  t->Refuse("a bare CR before a size", "CVE-2024-53868", ChunkLine("\r5"),
            "bare_cr");
  for (const char* line :
       {"8000000000000000", "FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFE",
        "fffffffffffffff0", "10000000000000005", "100000000000000005",
        "F0000000000000005", "000000000000000000000000FFFFFFFFFFFFFFFF",
        "ffffffffffffffffffffffffffffffffffffffffffff"}) {
    t->Refuse(StrCat("a chunk size that overflows: ", line), "CVE-2013-2028",
              ChunkLine(line), "chunk_size_overflow");
  }
  t->Refuse("a chunk size that wraps to a small one", "CVE-2021-32714",
            ChunkLine("10000000000000005"), "chunk_size_overflow");
  t->Refuse("a chunk size that wraps in 32 bits", "CVE-2017-7657",
            ChunkLine("100000005"), "body_too_large", 413);
  t->Refuse("the largest size there can be", "CVE-2013-2028",
            ChunkLine("7FFFFFFFFFFFFFFF"), "body_too_large", 413);
  t->Refuse("two chunks whose sum overflows", "CVE-2014-0075",
            PostChunked("5\r\nhello\r\n7FFFFFFFFFFFFFFF\r\nhello"),
            "body_too_large", 413);
  t->Serve("leading zeros", "RFC 9112 7.1",
           ChunkLine("00000000000000000000005"), "hello");
  t->Refuse("leading zeros without end", "CVE-2014-0075",
            ChunkLine(StrCat(string(5000, '0'), "5")), "chunk_overhead", 413);
  t->Serve("sizes are hexadecimal", "RFC 9112 7.1",
           PostChunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
           "01234567890123456789");
}

void AddExtensions(Table* t) {
  t->Refuse("an extension that ends in a bare LF", "CVE-2025-55315",
            PostChunked("5;\nhello\r\n0\r\n\r\n"), "bare_lf");
  t->Refuse("a bare LF in an extension (TERM.EXT)", "CVE-2025-55315",
            PostChunked("1;\nxx\r\n22\r\nx\r\n0\r\n\r\n"), "bare_lf");
  t->Refuse("a bare CR in an extension", "CVE-2025-55315",
            PostChunked("5;\rhello\r\n0\r\n\r\n"), "bare_cr");
  t->Refuse("a bare CR between extensions", "CVE-2025-55315",
            PostChunked("5;a\rb=c\r\nhello\r\n0\r\n\r\n"), "bare_cr");
  t->Refuse("CR CR LF after an extension", "CVE-2025-55315",
            PostChunked("5;a\r\r\nhello\r\n0\r\n\r\n"), "bare_cr");
  t->Refuse("a bare LF after a size", "CVE-2025-22871",
            PostChunked("5\nhello\r\n0\r\n\r\n"), "bare_lf");
  t->Refuse("a bare LF in a quoted extension", "CVE-2024-52304",
            PostChunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), "bare_lf");
  t->Refuse("CRLF in a quoted extension", "CVE-2026-33870",
            PostChunked("1;a=\"\r\nx\r\n0\r\n\r\n\"\r\nx\r\n0\r\n\r\n"),
            "chunk_ext_invalid");
  t->Refuse("a quote that is never closed", "CVE-2026-2332",
            PostChunked(StrCat("1;a=\"b\r\nX\r\n0\r\n\r\n", kSmuggled)),
            "chunk_ext_invalid");
  t->Refuse("an escaped CR in a quoted extension", "CVE-2026-33870",
            PostChunked("1;a=\"\\\r\n\"\r\nx\r\n0\r\n\r\n"),
            "chunk_ext_invalid");
  t->Refuse("an escaped LF in a quoted extension", "CVE-2026-33870",
            PostChunked("1;a=\"\\\n\"\r\nx\r\n0\r\n\r\n"), "bare_lf");
  for (const char* line :
       {"5;",      "5; ",        "5 ;",     "5;;a",         "5;=",
        "5;=b",    "5;a=",       "5;a==b",  "5;a b",        "5;a=b c",
        "5;a=b;",  "5;a,b",      "5;a=(b)", "5;(a)",        "5;a=\"b",
        "5;a=\"",  "5;a=\"b\"c", "5;\"a\"", "5;a=\"\x01\"", "5;a=\"\x7f\"",
        "5;a\x01", "5;a=\x7f",   "5;\x80",  "5;a\v",        "5;a=\\b",
        "5;a:b",   "5;a/b"}) {
    t->Refuse(StrCat("an extension beside the grammar: ", line),
              "CVE-2021-22960", ChunkLine(line), "chunk_ext_invalid");
  }
  t->Refuse("NUL in an extension", "CVE-2021-22960", ChunkLine(Raw("5;a\0b")),
            "chunk_ext_invalid");
  t->Refuse("NUL in a quoted extension", "CVE-2021-22960",
            ChunkLine(Raw("5;a=\"\0\"")), "chunk_ext_invalid");
  for (const char* line :
       {"5;a", "5;a=b", "5;a=\"b\"", "5 ; a = \"b\" ; c", "5\t;a",
        "5;a=\"\\\"\\\\;\"", "5;a=\"0;b\"", "5;a=\"\x80\t\""}) {
    t->Serve(StrCat("an extension by the grammar is dropped: ", line),
             "RFC 9112 7.1.1", ChunkLine(line), "hello");
  }
  t->Serve("extensions at their limit", "RFC 9112 7.1.1",
           ChunkLine(StrCat("5;", string(255, 'e'))), "hello");
  t->Refuse("extensions one byte over their limit", "CVE-2024-22019",
            ChunkLine(StrCat("5;", string(256, 'e'))), "chunk_ext_too_large",
            431);
  t->Refuse("an extension without end", "CVE-2024-22019",
            PostChunked(StrCat("5;", string(100000, 'e'))),
            "chunk_ext_too_large", 431);
  t->Refuse("a quoted extension without end", "CVE-2024-21647",
            PostChunked(StrCat("5;a=\"", string(100000, 'e'))),
            "chunk_ext_too_large", 431);
  t->Refuse("an extension for every byte", "CVE-2023-39326",
            TinyChunks(1000, ";eeeeeeeeeeeeeeee"), "chunk_overhead", 413);
  t->Refuse("blanks for every byte", "CVE-2023-39326",
            TinyChunks(1000, "                 ;a"), "chunk_overhead", 413);
  t->Refuse(
      "zeros for every byte", "CVE-2023-39326",
      [] {
        string wire;
        for (int i = 0; i < 1000; i++) {
          wire += "000000000000000001\r\nx\r\n";
        }
        return PostChunked(wire);
      }(),
      "chunk_overhead", 413);
  t->Serve("honest chunks of one byte", "RFC 9112 7.1", TinyChunks(2000, ""),
           string(2000, 'x'));
  t->Refuse("an extension after the last chunk's bare LF", "CVE-2025-58056",
            PostChunked("5\r\nhello\r\n0;\n\r\n\r\n"), "bare_lf");
  t->Serve("an extension of the last chunk", "RFC 9112 7.1.1",
           PostChunked("5\r\nhello\r\n0;a=b\r\n\r\n"), "hello");
}

void AddTerminators(Table* t) {
  const struct {
    const char* name;
    const char* reference;
    const char* wire;
    const char* reason;
  } kRows[] = {
      {"any two bytes after the data", "CVE-2025-43859",
       "5\r\nhelloXX0\r\n\r\n", "chunk_end_invalid"},
      {"a byte before the CRLF after the data", "CVE-2025-43859",
       "5\r\nhelloX\r\n0\r\n\r\n", "chunk_end_invalid"},
      {"more data than the size says (SPILL)", "CVE-2025-43859",
       "5\r\nhelloAAA\r\n0\r\n\r\n", "chunk_end_invalid"},
      {"nothing after the data", "CVE-2025-43859", "5\r\nhello0\r\n\r\n",
       "chunk_end_invalid"},
      {"less data than the size says", "CVE-2025-43859",
       "5\r\nhell\r\n0\r\n\r\n", "bare_lf"},
      {"a blank after the data", "CVE-2025-43859", "5\r\nhello \r\n0\r\n\r\n",
       "chunk_end_invalid"},
      {"CR and another byte after the data", "CVE-2025-43859",
       "5\r\nhello\rX0\r\n\r\n", "bare_cr"},
      {"CR CR after the data", "CVE-2025-43859", "5\r\nhello\r\r0\r\n\r\n",
       "bare_cr"},
      {"LF LF after the data", "CVE-2025-43859", "5\r\nhello\n\n0\r\n\r\n",
       "bare_lf"},
      {"LF CR after the data", "CVE-2025-43859", "5\r\nhello\n\r0\r\n\r\n",
       "bare_lf"},
      {"a bare LF after the data", "CVE-2025-22871", "5\r\nhello\n0\r\n\r\n",
       "bare_lf"},
      {"a bare CR after the data", "CVE-2024-53868", "5\r\nhello\r0\r\n\r\n",
       "bare_cr"},
      {"two CRLFs after the data", "RFC 9112 7.1",
       "5\r\nhello\r\n\r\n0\r\n\r\n", "chunk_size_invalid"},
      {"an empty line before the first chunk", "RFC 9112 7.1",
       "\r\n5\r\nhello\r\n0\r\n\r\n", "chunk_size_invalid"},
      {"a bare CR after a size", "CVE-2023-46846", "5\rhello\r\n0\r\n\r\n",
       "bare_cr"},
      {"CR CR LF after a size", "CVE-2023-46846", "5\r\r\nhello\r\n0\r\n\r\n",
       "bare_cr"},
      {"LF CR after a size", "CVE-2023-46846", "5\n\rhello\r\n0\r\n\r\n",
       "bare_lf"},
      {"a bare LF after the last size", "CVE-2025-22871",
       "5\r\nhello\r\n0\n\r\n", "bare_lf"},
      {"a bare CR after the last size", "CVE-2023-46846",
       "5\r\nhello\r\n0\r\r\n", "bare_cr"},
      {"a bare LF ends the body", "CVE-2025-22871", "5\r\nhello\r\n0\r\n\n",
       "bare_lf"},
      {"a bare CR ends the body", "CVE-2023-46846", "5\r\nhello\r\n0\r\n\rX",
       "bare_cr"},
      {"a last chunk that is negative", "CVE-2013-2028",
       "5\r\nhello\r\n-0\r\n\r\n", "chunk_size_invalid"},
      {"a last chunk with a prefix", "CVE-2022-24801",
       "5\r\nhello\r\n0x0\r\n\r\n", "chunk_size_invalid"},
      {"blanks after the last size", "CVE-2024-53868",
       "5\r\nhello\r\n0 \r\n\r\n", "chunk_size_invalid"},
      {"junk after the last size", "CVE-2024-53868",
       "5\r\nhello\r\n0_0\r\n\r\n", "chunk_size_invalid"},
      {"no last chunk, but a request", "RFC 9112 7.1",
       "5\r\nhello\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "chunk_size_invalid"},
      {"a request right after the last chunk's line", "RFC 9112 7.1",
       "5\r\nhello\r\n0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
       "field_name_space"}};
  for (const auto& row : kRows) {
    t->Refuse(row.name, row.reference, PostChunked(row.wire), row.reason);
  }
  t->Serve("a last chunk of many zeros", "RFC 9112 7.1",
           PostChunked("5\r\nhello\r\n0000\r\n\r\n"), "hello");
  t->Serve("data that looks like the end", "RFC 9112 7.1",
           PostChunked("b\r\n\r\n0\r\n\r\nGET \r\n0\r\n\r\n"),
           "\r\n0\r\n\r\nGET ");
  t->Serve("no data", "RFC 9112 7.1", PostChunked("0\r\n\r\n"), "");
}

void AddTrailerNames(Table* t) {
  for (const char* name :
       {"Content-Length", "Transfer-Encoding", "Host", "Connection", "Expect",
        "Authorization", "Proxy-Authorization", "Content-Type",
        "Content-Encoding", "Content-Range", "Trailer", "TE", "Upgrade"}) {
    t->Refuse(StrCat("trailers never become headers: ", name), "CVE-2025-12642",
              WithTrailers(StrCat(name, ": 5\r\n")), "trailer_forbidden");
  }
  t->Refuse("a forbidden trailer in other case", "CVE-2013-5704",
            WithTrailers("tRANSFER-eNCODING: chunked\r\n"),
            "trailer_forbidden");
  t->Refuse("a forbidden trailer after a harmless one", "CVE-2013-5704",
            WithTrailers("X: y\r\nContent-Length: 9\r\n"), "trailer_forbidden");
  t->Refuse("a forbidden trailer that was announced", "CVE-2013-5704",
            Post("Trailer: Host\r\nTransfer-Encoding: chunked\r\n",
                 "5\r\nhello\r\n0\r\nHost: evil\r\n\r\n"),
            "trailer_forbidden");
  t->Serve("other trailers are dropped", "RFC 9110 6.5.1",
           WithTrailers("X: y\r\nX-Forwarded-For: 1\r\nCookie: a=b\r\n"
                        "X-HTTP-Method-Override: DELETE\r\nZ:\r\n"),
           "hello");
  t->Serve("names that only resemble forbidden ones", "RFC 9110 5.1",
           WithTrailers("Hosts: a\r\nX-Host: a\r\nContent_Length: 9\r\n"),
           "hello");
}

}  // namespace

std::vector<Attack> ChunkAttacks() {
  Table t;
  AddSizes(&t);
  AddExtensions(&t);
  AddTerminators(&t);
  return t.Take();
}

std::vector<Attack> TrailerAttacks() {
  Table t;
  AddTrailerNames(&t);
  const struct {
    const char* name;
    const char* reference;
    string lines;
    const char* reason;
  } rows[] = {
      {"a trailer without colon", "CVE-2023-45648", "nonsense\r\n",
       "field_colon_missing"},
      {"a request among the trailers", "CVE-2025-53643",
       "X: y\r\nGET / HTTP/1.1\r\nHost: a\r\n", "field_name_space"},
      {"space before a trailer's colon", "CVE-2023-45648",
       "Content-Length : 9\r\n", "field_name_space"},
      {"space before the first trailer", "CVE-2023-45648", " X: y\r\n",
       "field_first_space"},
      {"a folded trailer", "CVE-2023-45648", "X: y\r\n Host: a\r\n",
       "field_folded"},
      {"an empty trailer name", "CVE-2023-45648", ": y\r\n",
       "field_name_empty"},
      {"a bare LF after a trailer", "CVE-2023-45648", "X: y\n", "bare_lf"},
      {"a bare LF within a trailer", "CVE-2024-35161", "X: y\nHost: a\r\n",
       "bare_lf"},
      {"a bare CR within a trailer", "CVE-2023-30589", "X: y\rHost: a\r\n",
       "bare_cr"},
      {"a control in a trailer", "CVE-2023-45648", "X: \x01\r\n",
       "field_value_invalid"},
      {"NUL in a trailer", "CVE-2023-45648", Raw("X: \0\r\n"),
       "field_value_invalid"},
      {"NUL in a trailer's name", "CVE-2024-52530", Raw("Host\0: a\r\n"),
       "field_name_invalid"},
      {"8-bit bytes in a trailer's name", "CVE-2023-45648", "X\xA0: y\r\n",
       "field_name_invalid"}};
  for (const auto& row : rows) {
    t.Refuse(row.name, row.reference, WithTrailers(row.lines), row.reason);
  }
  const auto lines = [](size_t count) {
    string all;
    for (size_t i = 0; i < count; i++) all += "X: y\r\n";
    return all;
  };
  const auto of_size = [](size_t size) {
    return StrCat("X: ", string(size - 7, 'a'), "\r\n");
  };
  t.Serve("as many trailers as are allowed", "RFC 6585 5",
          WithTrailers(lines(100)), "hello");
  t.Refuse("one trailer more", "CVE-2026-22815", WithTrailers(lines(101)),
           "trailer_count", 431);
  t.Serve("trailers at their limit", "RFC 6585 5", WithTrailers(of_size(4096)),
          "hello");
  t.Refuse("trailers one byte over their limit", "CVE-2023-46589",
           WithTrailers(of_size(4097)), "trailer_too_large", 431);
  t.Refuse("a trailer without end", "CVE-2023-46589",
           PostChunked(StrCat("0\r\nX: ", string(100000, 'a'))),
           "trailer_too_large", 431);
  t.Refuse("trailers without end", "CVE-2026-22815",
           PostChunked(StrCat("0\r\n", lines(5000))), "trailer_count", 431);
  return t.Take();
}

}  // namespace h1_test
