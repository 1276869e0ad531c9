// Generated rows: every place of a valid request with one byte put there, and
// every byte that is not visible ASCII around a Transfer-Encoding.
#include <cstdint>

#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

// A part of the request, and for which reason a control byte or a CR is refused
// that stands before any of its bytes or in its place. The rule that makes
// one reason per byte do: the earliest byte after which no request can follow
// decides, and is named after what it broke. A CR is bare only where a line may
// end, a LF everywhere.
struct Part {
  const char* text;
  const char* control;
  const char* cr;
};

const Part kParts[] = {
    {"P", "method_invalid", "bare_cr"},  // an empty line may stand in front
    {"OST ", "method_invalid", "method_invalid"},
    {"/", "target_invalid", "target_empty"},
    {"submit ", "target_invalid", "version_invalid"},
    {"HTTP/1.1", "version_invalid", "version_invalid"},
    {"\r", "version_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"H", "field_name_invalid", "bare_cr"},
    {"ost:", "field_name_invalid", "field_colon_missing"},
    {" a\r", "field_value_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"T", "field_name_invalid", "bare_cr"},
    {"ransfer-Encoding:", "field_name_invalid", "field_colon_missing"},
    {" chunked\r", "field_value_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"\r", "field_name_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"5;", "chunk_size_invalid", "bare_cr"},
    {"a=\"b c\"\r", "chunk_ext_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"hello", "data", "data"},
    {"\r", "chunk_end_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"0\r", "chunk_size_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"X", "field_name_invalid", "bare_cr"},
    {":", "field_name_invalid", "field_colon_missing"},
    {" y\r", "field_value_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
    {"\r", "field_name_invalid", "bare_cr"},
    {"\n", "bare_cr", "bare_cr"},
};

string Whole() {
  string all;
  for (const Part& part : kParts) all += part.text;
  return all;
}

// "LF", "0x0b".
string NameOf(char byte) {
  if (byte == '\n') return "LF";
  if (byte == '\r') return "CR";
  if (byte == '\0') return "NUL";
  const auto value = static_cast<unsigned>(static_cast<uint8_t>(byte));
  return StrCat("0x", absl::Hex(value, absl::kZeroPad2));
}

// Data is opaque: with a byte in place of another it is still five bytes; with
// one more, the fifth is where the CR is due.
void AddToData(Table* t, const string& name, const string& reference,
               const string& bytes, size_t data_at, bool replaced) {
  if (replaced) {
    t->Serve(name, reference, bytes, bytes.substr(data_at, 5));
  } else {
    t->Refuse(name, reference, bytes, "chunk_end_invalid");
  }
}

// A byte for itself changes nothing. One more LF before an LF is the same
// as after it, where the next line begins; nor does a CR after a CR.
bool SameAsAnother(char byte, char there, bool replaced) {
  if (replaced) return byte == there;
  return there == '\n' && (byte == '\n' || byte == '\r');
}

string ReasonOf(char byte, const Part& part) {
  if (byte == '\n') return "bare_lf";
  return byte == '\r' ? part.cr : part.control;
}

void AddByte(Table* t, char byte, const string& reference) {
  const string whole = Whole();
  size_t at = 0;
  for (const Part& part : kParts) {
    const size_t part_at = at;
    for (; at < part_at + string(part.text).size(); at++) {
      for (bool replaced : {false, true}) {
        if (SameAsAnother(byte, whole[at], replaced)) continue;
        string bytes = whole;
        bytes.replace(at, replaced ? 1 : 0, 1, byte);
        const string name = StrCat(NameOf(byte), replaced ? " at " : " before ",
                                   at, " of a request");
        if (string(part.control) == "data") {
          AddToData(t, name, reference, bytes, part_at, replaced);
        } else {
          t->Refuse(name, reference, bytes, ReasonOf(byte, part));
        }
      }
    }
  }
}

// Every CRLF of the request in each of the ways to write it wrongly.
void AddLineEnds(Table* t) {
  const struct {
    const char* name;
    const char* text;
    const char* reason;
  } kEnds[] = {
      {"LF", "\n", "bare_lf"},         {"CR", "\r", "bare_cr"},
      {"LF CR", "\n\r", "bare_lf"},    {"CR CR LF", "\r\r\n", "bare_cr"},
      {"CR CR", "\r\r", "bare_cr"},    {"LF LF", "\n\n", "bare_lf"},
      {"CR SP LF", "\r \n", "bare_cr"}};
  const string whole = Whole();
  for (size_t at = whole.find("\r\n"); at != string::npos;
       at = whole.find("\r\n", at + 1)) {
    for (const auto& end : kEnds) {
      string bytes = whole;
      bytes.replace(at, 2, end.text);
      t->Refuse(StrCat(end.name, " for the CRLF at ", at), "RFC 9112 2.2",
                bytes, end.reason);
    }
  }
}

// Where a byte stands about a Transfer-Encoding line.
enum Place { kInFront, kBehindName, kBeforeValue, kBehindValue };

string CodingLine(Place place, char byte) {
  const auto at = [&](Place here) {
    return here == place ? string(1, byte) : string();
  };
  return StrCat(at(kInFront), "Transfer-Encoding", at(kBehindName), ":",
                at(kBeforeValue), "chunked", at(kBehindValue), "\r\n");
}

string ReasonOf(Place place, char byte, bool with_length) {
  const auto value = static_cast<uint8_t>(byte);
  const bool blank = byte == ' ' || byte == '\t';
  if (byte == '\n') return "bare_lf";
  if (byte == '\r') {
    return place == kBehindName ? "field_colon_missing" : "bare_cr";
  }
  switch (place) {
    case kInFront:
      return blank ? "field_folded" : "field_name_invalid";
    case kBehindName:
      return blank ? "field_name_space" : "field_name_invalid";
    case kBeforeValue:
    case kBehindValue:
      break;
  }
  if (!blank && value < 0x80) return "field_value_invalid";
  if (with_length) return "length_with_coding";
  return blank ? "" : "coding_invalid";
}

void AddCodingByte(Table* t, Place place, char byte) {
  const char* const kPlaces[] = {"before", "after the name of",
                                 "before the value of", "after the value of"};
  const string reference = byte == '\v' ? "CVE-2019-18277" : "CVE-2019-16789";
  const string line = CodingLine(place, byte);
  for (bool with_length : {false, true}) {
    const string name = StrCat(NameOf(byte), " ", kPlaces[place], " a coding",
                               with_length ? " beside a length" : "");
    const string bytes =
        Post(with_length ? StrCat("Content-Length: 15\r\n", line) : line,
             kChunkedHello);
    const string reason = ReasonOf(place, byte, with_length);
    if (reason.empty()) {
      t->Serve(name, reference, bytes, "hello");
    } else {
      t->Refuse(name, reference, bytes, reason);
    }
  }
}

}  // namespace

std::vector<Attack> ByteAttacks() {
  Table t;
  AddByte(&t, '\n', "CVE-2019-16785");
  AddByte(&t, '\r', "CVE-2023-30589");
  AddByte(&t, '\0', "CVE-2024-52530");
  AddByte(&t, '\v', "CVE-2019-16789");
  AddByte(&t, '\x7f', "RFC 9110 5.5");
  AddLineEnds(&t);
  return t.Take();
}

std::vector<Attack> CodingByteAttacks() {
  Table t;
  for (int value = 0; value < 256; value++) {
    if (value > 0x20 && value < 0x7f) continue;
    for (Place place : {kInFront, kBehindName, kBeforeValue, kBehindValue}) {
      AddCodingByte(&t, place, static_cast<char>(value));
    }
  }
  return t.Take();
}

}  // namespace h1_test
