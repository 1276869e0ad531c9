#include "tests/differential/facts.h"

#include <algorithm>
#include <functional>
#include <string>

namespace differential {
namespace {

using std::string;
using std::string_view;

string Lower(string_view text) {
  string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
         (c >= 'A' && c <= 'F');
}

string_view FirstLine(string_view input) {
  while (!input.empty() && (input[0] == '\r' || input[0] == '\n')) {
    input.remove_prefix(1);
  }
  return input.substr(0, input.find_first_of("\r\n"));
}

// The values of a field's lines, read as laxly as anybody does: any line end,
// blanks before the colon, the value with what stands after it.
std::vector<string> RawValues(string_view input, string_view lower_name) {
  std::vector<string> values;
  const string all = Lower(input);
  for (size_t at = all.find(lower_name); at != all.npos;
       at = all.find(lower_name, at + 1)) {
    if (at > 0 && all[at - 1] != '\n' && all[at - 1] != '\r') continue;
    size_t from = at + lower_name.size();
    while (from < all.size() && IsBlank(all[from])) from++;
    if (from >= all.size() || all[from] != ':') continue;
    const size_t end = std::min(all.find_first_of("\r\n", from), all.size());
    values.push_back(all.substr(from + 1, end - from - 1));
  }
  return values;
}

string_view Trimmed(string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Not all of it blank, and a tab among the blanks after it.
bool EndsInTab(string_view value) {
  const size_t tab = value.find_last_of('\t');
  return tab != value.npos && Trimmed(value.substr(tab)).empty() &&
         !Trimmed(value).empty();
}

bool AnyValue(const Facts& f, string_view name,
              const std::function<bool(string_view)>& holds) {
  const std::vector<string> values = RawValues(f.input, name);
  return std::any_of(values.begin(), values.end(), holds);
}

bool HasUnquotedBlank(string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); i++) {
    if (!quoted && IsBlank(line[i])) return true;
    if (quoted && line[i] == '\\') {
      i++;
    } else if (line[i] == '"') {
      quoted = !quoted;
    }
  }
  return false;
}

// Lines after the head that begin like a chunk's size line.
bool AnyChunkLine(const Facts& f,
                  const std::function<bool(string_view)>& holds) {
  string_view rest = f.input.substr(std::min(f.ours.head_end, f.input.size()));
  while (!rest.empty()) {
    const size_t end = rest.find("\r\n");
    const string_view line = rest.substr(0, end);
    if (!line.empty() && IsHex(line[0]) && holds(line)) return true;
    if (end == rest.npos) return false;
    rest.remove_prefix(end + 2);
  }
  return false;
}

}  // namespace

bool HeadRefused(const Facts& f) { return f.ours.head == PEER_REFUSES; }
bool BehindHead(const Facts& f) { return f.ours.framed; }
bool HeadAccepted(const Facts& f) {
  return f.ours.head == PEER_ACCEPTS && !f.ours.framed;
}
bool IsRequest(const Facts& f) { return f.kind == PEER_REQUEST; }
bool IsResponse(const Facts& f) { return f.kind == PEER_RESPONSE; }

bool IsConnect(const Facts& f) {
  return f.kind == PEER_REQUEST &&
         FirstLine(f.input).substr(0, 8) == "CONNECT ";
}

bool HasUnlistedMethod(const Facts& f) {
  static const std::vector<string_view> listed = {
      "DELETE",     "GET",        "HEAD",        "POST",      "PUT",
      "CONNECT",    "OPTIONS",    "TRACE",       "COPY",      "LOCK",
      "MKCOL",      "MOVE",       "PROPFIND",    "PROPPATCH", "SEARCH",
      "UNLOCK",     "BIND",       "REBIND",      "UNBIND",    "ACL",
      "REPORT",     "MKACTIVITY", "CHECKOUT",    "MERGE",     "M-SEARCH",
      "NOTIFY",     "SUBSCRIBE",  "UNSUBSCRIBE", "PATCH",     "PURGE",
      "MKCALENDAR", "LINK",       "UNLINK"};
  if (f.kind != PEER_REQUEST) return false;
  const string_view line = FirstLine(f.input);
  return std::find(listed.begin(), listed.end(),
                   line.substr(0, line.find(' '))) == listed.end();
}

bool HasNoVersion(const Facts& f) {
  const string_view line = Trimmed(FirstLine(f.input));
  const size_t target = line.find_last_of(" \t") + 1;
  return f.kind == PEER_REQUEST && target > 0 &&
         Trimmed(line.substr(0, target)).find_first_of(" \t") == line.npos;
}

bool HasLaterMinor(const Facts& f) {
  const size_t at = f.input.find("HTTP/1.");
  return at != f.input.npos && at + 7 < f.input.size() &&
         f.input[at + 7] >= '2' && f.input[at + 7] <= '9';
}

bool BeginsWithLine(const Facts& f) {
  return f.input.substr(0, 1) == "\r" || f.input.substr(0, 1) == "\n";
}

bool IsAsterisk(const Facts& f) {
  return FirstLine(f.input).find(" * ") != string_view::npos;
}

bool IsAbsolute(const Facts& f) {
  return Lower(FirstLine(f.input)).find(" http") != string::npos &&
         FirstLine(f.input).find("://") != string_view::npos;
}

bool IsTrace(const Facts& f) {
  return FirstLine(f.input).substr(0, 6) == "TRACE ";
}

bool IsGetWithContent(const Facts& f) {
  const string_view line = FirstLine(f.input);
  return (line.substr(0, 4) == "GET " || line.substr(0, 5) == "HEAD ") &&
         f.ours.framing.kind != H1_BODY_NONE;
}

bool IsOld(const Facts& f) {
  return f.kind == PEER_REQUEST && f.ours.message.minor == 0;
}

bool CloseBehind(const Facts& f) { return f.ours.framed && !f.ours.persists; }

bool IsOvertaken(const Facts& f) {
  return f.found.ours_text.find('R') != string::npos &&
         f.found.theirs_text == " 400";
}

bool HasUnusualMethod(const Facts& f) {
  static const std::vector<string_view> usual = {"GET", "HEAD", "POST",
                                                 "OPTIONS"};
  const string_view line = FirstLine(f.input);
  return std::find(usual.begin(), usual.end(),
                   line.substr(0, line.find(' '))) == usual.end();
}

bool HasNoContent(const Facts& f) {
  if (f.kind != PEER_RESPONSE || f.ours.head == PEER_REFUSES) return false;
  const string_view line = FirstLine(f.input);
  const string_view status = line.substr(std::min<size_t>(9, line.size()), 3);
  return status.substr(0, 1) == "1" || status == "204" || status == "304";
}

bool IsSwitching(const Facts& f) {
  return f.kind == PEER_RESPONSE && f.ours.message.status == 101;
}

bool HasManyParts(const Facts& f) {
  const string_view line = FirstLine(f.input);
  return f.kind == PEER_REQUEST &&
         std::count(line.begin(), line.end(), ' ') > 2;
}

bool HasBlankRun(const Facts& f) {
  return FirstLine(f.input).find("  ") != string_view::npos;
}

bool HasCodingBeforeTab(const Facts& f) {
  return AnyValue(f, "transfer-encoding", EndsInTab);
}

bool HasLengthBeforeTab(const Facts& f) {
  return AnyValue(f, "content-length", EndsInTab);
}

bool HasCodingLikeName(const Facts& f) {
  const string all = Lower(f.input);
  const string name = "\ntransfer-encoding";
  const size_t at = all.find(name);
  return at != all.npos && at + name.size() < all.size() &&
         all[at + name.size()] != ':' && !IsBlank(all[at + name.size()]);
}

bool HasTabAroundValue(const Facts& f) {
  string_view head = f.input.substr(0, f.ours.head_end);
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    const string_view line = head.substr(0, end);
    const size_t colon = line.find(':');
    if (colon != line.npos) {
      const string_view value = line.substr(colon + 1);
      const string_view inner = Trimmed(value);
      const size_t tabs =
          static_cast<size_t>(std::count(value.begin(), value.end(), '\t') -
                              std::count(inner.begin(), inner.end(), '\t'));
      if (tabs > 0) return true;
    }
    if (end == head.npos) return false;
    head.remove_prefix(end + 2);
  }
  return false;
}

bool HasBlankBehindFraming(const Facts& f) {
  const auto ends_in_blank = [](string_view value) {
    return !value.empty() && IsBlank(value.back());
  };
  return AnyValue(f, "content-length", ends_in_blank) ||
         AnyValue(f, "transfer-encoding", ends_in_blank);
}

bool HasRepeatedName(const Facts& f) {
  const peer_reading& r = f.ours.message;
  for (size_t i = 0; i < r.fields; i++) {
    for (size_t k = 0; k < i; k++) {
      if (Lower(ViewOf(r.lines[i].name)) == Lower(ViewOf(r.lines[k].name))) {
        return true;
      }
    }
  }
  return false;
}

bool HasProxyConnection(const Facts& f) {
  return AnyValue(f, "proxy-connection", [](string_view) { return true; });
}

bool HasExpectation(const Facts& f) {
  return AnyValue(f, "expect", [](string_view) { return true; });
}

// Read by us as one that the lists of others do not have: IPvFuture, an empty
// port, numbers that are no address, sub-delims and escapes in names.
bool HasUnusualHost(const Facts& f) {
  return AnyValue(f, "host", [](string_view value) {
    const string_view host = Trimmed(value);
    const bool digits = host.find_first_not_of("0123456789.:") == host.npos;
    const bool plain =
        host.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.-:[]") ==
        host.npos;
    if (host.empty() || digits || !plain) return true;
    if (host.size() > 2 && host.substr(host.size() - 2) == ":0") return true;
    return host.back() == ':' || host.front() == '.' || host.back() == '.' ||
           host.front() == '-' || host.back() == '-' ||
           host.find("..") != host.npos || host.find('[') != host.npos;
  });
}

bool HasTokenBesideClose(const Facts& f) {
  return AnyValue(f, "connection", [](string_view value) {
    return value.find(',') != value.npos && value.find("close") != value.npos;
  });
}

bool HasEmptyCoding(const Facts& f) {
  return AnyValue(f, "transfer-encoding",
                  [](string_view value) { return Trimmed(value).empty(); });
}

// Lines and their members taken together, as one list.
bool HasRepeatedEqualLength(const Facts& f) {
  string first;
  size_t members = 0;
  for (const string& value : RawValues(f.input, "content-length")) {
    string_view rest = value;
    for (bool more = true; more; members++) {
      const size_t comma = rest.find(',');
      const string_view member = Trimmed(rest.substr(0, comma));
      if (members == 0) first = member;
      if (member != first) return false;
      more = comma != rest.npos;
      if (more) rest.remove_prefix(comma + 1);
    }
  }
  return members > 1;
}

bool HasListedLength(const Facts& f) {
  return AnyValue(f, "content-length", [](string_view value) {
    const size_t comma = value.find(',');
    return comma != value.npos &&
           value.find_first_not_of("0123456789, \t") == value.npos;
  });
}

bool HasListedLengthAndNoContent(const Facts& f) {
  return HasNoContent(f) && HasListedLength(f);
}

bool HasTabbedResponse(const Facts& f) {
  return IsResponse(f) && HasCodingBeforeTab(f);
}

bool DiffersInCodingCase(const Facts& f) {
  return f.found.ours_text != f.found.theirs_text &&
         Lower(f.found.ours_text) == Lower(f.found.theirs_text) &&
         Lower(f.found.ours_text).find("[transfer-encoding: ") != string::npos;
}

bool HasZerosBeforeLength(const Facts& f) {
  return AnyValue(f, "content-length", [](string_view value) {
    const string_view digits = Trimmed(value);
    return digits.size() > 1 && digits[0] == '0';
  });
}

bool HasUpgrade(const Facts& f) {
  return AnyValue(f, "upgrade", [](string_view) { return true; });
}

bool HasBlankInExtension(const Facts& f) {
  // Before a ';' that is cut off, too.
  const bool cut_off = f.ours.message.verdict == PEER_UNFINISHED;
  return AnyChunkLine(f, [&](string_view line) {
    return HasUnquotedBlank(line) && (cut_off || line.find(';') != line.npos);
  });
}

bool HasBlankInExtensionAndUpgrade(const Facts& f) {
  return HasBlankInExtension(f) && HasUpgrade(f);
}

bool HasSeveralOrQuoted(const Facts& f) {
  return AnyChunkLine(f, [](string_view line) {
    const size_t first = line.find(';');
    if (first == line.npos) return false;
    return line.find(';', first + 1) != line.npos ||
           line.find('"') != line.npos;
  });
}

bool HasLongSize(const Facts& f) {
  return AnyChunkLine(f, [](string_view line) {
    size_t digits = 0;
    while (digits < line.size() && IsHex(line[digits])) digits++;
    return digits > 16;
  });
}

bool IsRefusedLater(const Facts& f) {
  static Ours ours;
  static const std::vector<string_view> ends = {
      "",
      "\n",
      "\r\n",
      "\r\n\r\n",
      "\n\r\n",
      " / HTTP/1.1\r\nHost: a\r\n\r\n",
      "/ HTTP/1.1\r\nHost: a\r\n\r\n",
      " HTTP/1.1\r\nHost: a\r\n\r\n",
      "/1.1\r\nHost: a\r\n\r\n",
      "1.1\r\nHost: a\r\n\r\n",
      "1\r\nHost: a\r\n\r\n",
      "\r\nHost: a\r\n\r\n",
      " 200 OK\r\n\r\n",
      "0\r\nHost: a\r\n\r\n"};
  if (f.ours.head != PEER_UNFINISHED) return false;
  return std::none_of(ends.begin(), ends.end(), [&](string_view end) {
    const string whole = string(f.input) + string(end);
    ReadOurs(f.kind, whole, &ours);
    return ours.framed;
  });
}

bool IsRefusedNext(const Facts& f) {
  static Ours ours;
  if (!f.ours.framed || f.ours.message.verdict != PEER_UNFINISHED) return false;
  for (const string_view next : {"\n", "\r\n", "a", " "}) {
    ReadOurs(f.kind, string(f.input) + string(next), &ours);
    if (ours.message.verdict != PEER_REFUSES) return false;
  }
  return true;
}

}  // namespace differential
