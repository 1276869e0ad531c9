// The reader of answers. Whole buffer, no state between calls, and no leniency:
// what it refuses, some client out there would refuse too.
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"

namespace h1_test {
namespace {

constexpr absl::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool IsToken(absl::string_view s) {
  for (const char c : s) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        kTokenMarks.find(c) == absl::string_view::npos) {
      return false;
    }
  }
  return !s.empty();
}

bool IsFieldValue(absl::string_view s) {
  for (const char c : s) {
    const unsigned char u = static_cast<unsigned char>(c);
    if ((u < 0x20 && c != '\t') || u == 0x7F) return false;
  }
  return true;
}

bool ParseStatusLine(absl::string_view line, Response* out) {
  constexpr absl::string_view kVersion = "HTTP/1.1 ";
  if (!absl::ConsumePrefix(&line, kVersion) || line.size() < 4 ||
      line[3] != ' ') {
    out->problem = "status line";
    return false;
  }
  for (size_t i = 0; i < 3; i++) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(line[i]))) {
      out->problem = "status code";
      return false;
    }
  }
  out->status = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  out->reason = std::string(line.substr(4));
  return IsFieldValue(out->reason) && out->status >= 100;
}

bool ParseFieldLine(absl::string_view line, Response* out) {
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos || !IsToken(line.substr(0, colon))) {
    out->problem = absl::StrCat("field name: ", line);
    return false;
  }
  const absl::string_view value = line.substr(colon + 1);
  if (!IsFieldValue(value)) {
    out->problem = absl::StrCat("field value: ", line);
    return false;
  }
  out->fields.emplace_back(std::string(line.substr(0, colon)),
                           std::string(absl::StripAsciiWhitespace(value)));
  return true;
}

bool ParseHead(absl::string_view head, Response* out) {
  head.remove_suffix(4);
  bool first = true;
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    const bool good =
        first ? ParseStatusLine(line, out) : ParseFieldLine(line, out);
    if (!good && out->problem.empty()) out->problem = "status line";
    if (!good) return false;
    first = false;
  }
  return true;
}

// Takes one line without its CRLF. False when it is not all there.
bool TakeLine(absl::string_view* in, absl::string_view* line) {
  const size_t end = in->find("\r\n");
  if (end == absl::string_view::npos) return false;
  *line = in->substr(0, end);
  in->remove_prefix(end + 2);
  return true;
}

// True when the body is complete.
bool ParseChunked(absl::string_view* in, Response* out) {
  for (;;) {
    absl::string_view line;
    if (!TakeLine(in, &line)) return false;
    uint64_t size = 0;
    if (line.empty() || line.size() > 15 || !absl::SimpleHexAtoi(line, &size)) {
      out->problem = absl::StrCat("chunk size: ", line);
      return false;
    }
    if (size == 0) break;
    if (in->size() < size + 2) return false;
    if (in->substr(size, 2) != "\r\n") {
      out->problem = "chunk end";
      return false;
    }
    absl::StrAppend(&out->body, in->substr(0, size));
    out->chunk_count++;
    in->remove_prefix(size + 2);
  }
  absl::string_view line;
  if (!TakeLine(in, &line)) return false;
  if (!line.empty()) out->problem = "trailer where none was announced";
  return line.empty();
}

bool CheckHead(Response* out) {
  out->chunked = out->Has("Transfer-Encoding");
  if (out->Count("Content-Length") + out->Count("Transfer-Encoding") > 1) {
    out->problem = "framed twice";
  } else if (out->chunked && out->Field("Transfer-Encoding") != "chunked") {
    out->problem = "transfer coding";
  } else if (out->status < 200 && (out->chunked || out->Has("Date"))) {
    out->problem = "interim answer with a body or a date";
  } else if (out->status >= 200 && out->Count("Date") != 1) {
    out->problem = "not exactly one Date";
  } else if (out->status == 204 && out->Has("Content-Length")) {
    out->problem = "204 with Content-Length";
  }
  return out->problem.empty();
}

// True when the body is complete.
bool ParseBody(absl::string_view* in, absl::string_view method, bool ended,
               Response* out) {
  if (method == "HEAD" || out->status < 200 || out->status == 204 ||
      out->status == 304) {
    return true;
  }
  if (out->chunked) return ParseChunked(in, out);
  if (!out->Has("Content-Length")) {
    out->until_close = true;
    out->body = std::string(*in);
    in->remove_prefix(in->size());
    return ended;
  }
  uint64_t length = 0;
  if (!absl::SimpleAtoi(out->Field("Content-Length"), &length)) {
    out->problem = "Content-Length";
    return false;
  }
  if (in->size() < length) return false;
  out->body = std::string(in->substr(0, length));
  in->remove_prefix(length);
  return true;
}

}  // namespace

std::string Response::Field(absl::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

size_t Response::Count(absl::string_view name) const {
  size_t count = 0;
  for (const auto& field : fields) {
    if (absl::EqualsIgnoreCase(field.first, name)) count++;
  }
  return count;
}

bool Response::Closes() const {
  return absl::EqualsIgnoreCase(Field("Connection"), "close");
}

std::ostream& operator<<(std::ostream& out, const Response& response) {
  if (response.status == 0) return out << "(" << response.problem << ")";
  return out << response.head << response.body.substr(0, 500);
}

size_t ParseResponse(absl::string_view bytes, absl::string_view method,
                     bool ended, Response* out) {
  *out = Response();
  const size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == absl::string_view::npos) return 0;
  out->head = std::string(bytes.substr(0, head_end + 4));
  if (!ParseHead(out->head, out) || !CheckHead(out)) return 0;
  absl::string_view rest = bytes.substr(head_end + 4);
  if (!ParseBody(&rest, method, ended, out)) return 0;
  return bytes.size() - rest.size();
}

}  // namespace h1_test
