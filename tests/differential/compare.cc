#include "tests/differential/compare.h"

#include <algorithm>
#include <cstdio>

namespace differential {
namespace {

std::string Number(size_t n) { return std::to_string(n); }

std::string LinesText(const peer_reading& r, size_t from, size_t count) {
  std::string text;
  for (size_t i = from; i < from + count; i++) {
    text += "[" + Escaped(ViewOf(r.lines[i].name)) + ": " +
            Escaped(ViewOf(r.lines[i].value)) + "]";
  }
  return text;
}

bool SameLines(const peer_reading& a, size_t a_from, size_t a_count,
               const peer_reading& b, size_t b_from, size_t b_count) {
  if (a_count != b_count) return false;
  for (size_t i = 0; i < a_count; i++) {
    const peer_line& x = a.lines[a_from + i];
    const peer_line& y = b.lines[b_from + i];
    if (ViewOf(x.name) != ViewOf(y.name)) return false;
    if (ViewOf(x.value) != ViewOf(y.value)) return false;
  }
  return true;
}

// Collects the parts that differ between two accepted messages.
class Parts {
 public:
  Parts(std::string_view peer, std::vector<Disagreement>* out)
      : peer_(peer), out_(out) {}

  void Text(const char* part, std::string_view ours, std::string_view theirs) {
    if (ours != theirs) Add(part, Escaped(ours), Escaped(theirs));
  }
  void Count(const char* part, size_t ours, size_t theirs) {
    if (ours != theirs) Add(part, Number(ours), Number(theirs));
  }
  void Add(const char* part, std::string ours, std::string theirs) {
    out_->push_back({std::string(peer_), How::kRead, "", "", part,
                     std::move(ours), std::move(theirs)});
  }

 private:
  std::string_view peer_;
  std::vector<Disagreement>* out_;
};

void CompareHeads(const peer_reading& a, const peer_reading& b, Parts* parts) {
  parts->Text("method", ViewOf(a.method), ViewOf(b.method));
  parts->Text("target", ViewOf(a.target), ViewOf(b.target));
  // 1.2 and up are served as 1.1 (RFC 9110 2.5).
  parts->Count("version", static_cast<size_t>(std::min(a.minor, 1)),
               static_cast<size_t>(std::min(b.minor, 1)));
  parts->Count("status", static_cast<size_t>(a.status),
               static_cast<size_t>(b.status));
  parts->Text("phrase", ViewOf(a.phrase), ViewOf(b.phrase));
  if (!SameLines(a, 0, a.fields, b, 0, b.fields)) {
    parts->Add("fields", LinesText(a, 0, a.fields), LinesText(b, 0, b.fields));
  }
}

}  // namespace

const char* NameOf(How how) {
  switch (how) {
    case How::kWeRefuse:
      return "we refuse, it accepts";
    case How::kWeAccept:
      return "we accept, it refuses";
    case How::kPeerWaits:
      return "we accept, it waits";
    case How::kWeWait:
      return "we wait, it accepts";
    case How::kTheyRefuse:
      return "we wait, it refuses";
    case How::kRead:
      return "read otherwise";
  }
  return "";
}

std::string Disagreement::Key() const {
  return peer + ", " + NameOf(how) + (ours.empty() ? "" : ", ours: " + ours) +
         (theirs.empty() ? "" : ", theirs: " + theirs) +
         (part.empty() ? "" : ", " + part);
}

std::vector<Disagreement> Compare(std::string_view peer, peer_verdict ours,
                                  std::string_view our_why,
                                  const peer_reading& reading,
                                  const peer_reading& theirs) {
  std::vector<Disagreement> out;
  const auto verdicts = [&](How how) {
    out.push_back({std::string(peer), how, std::string(our_why),
                   theirs.verdict == PEER_REFUSES ? theirs.why : "", "", "",
                   ""});
  };
  const bool accepts = theirs.verdict == PEER_ACCEPTS;
  if (ours == PEER_REFUSES) {
    if (accepts) verdicts(How::kWeRefuse);
    return out;
  }
  if (ours == PEER_UNFINISHED) {
    if (accepts) verdicts(How::kWeWait);
    if (theirs.verdict == PEER_REFUSES) verdicts(How::kTheyRefuse);
    return out;
  }
  if (!accepts) {
    verdicts(theirs.verdict == PEER_REFUSES ? How::kWeAccept : How::kPeerWaits);
    return out;
  }
  Parts parts(peer, &out);
  if (theirs.knows & PEER_KNOWS_HEAD) CompareHeads(reading, theirs, &parts);
  if (theirs.knows & PEER_KNOWS_END)
    parts.Count("end", reading.end, theirs.end);
  if (theirs.knows & PEER_KNOWS_BODY) {
    parts.Text("body", ViewOf(reading.body), ViewOf(theirs.body));
  }
  if ((theirs.knows & PEER_KNOWS_TRAILERS) &&
      !SameLines(reading, reading.fields, reading.trailers, theirs,
                 theirs.fields, theirs.trailers)) {
    parts.Add("trailers", LinesText(reading, reading.fields, reading.trailers),
              LinesText(theirs, theirs.fields, theirs.trailers));
  }
  return out;
}

std::string Escaped(std::string_view bytes, size_t most) {
  std::string text;
  for (const char byte : bytes.substr(0, most)) {
    const unsigned c = static_cast<unsigned char>(byte);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '"' || c == '\\') {
      text += '\\';
      text += byte;
    } else if (c >= 0x20 && c < 0x7f) {
      text += byte;
    } else {
      char octal[8];
      // Octal ends after three digits; hexadecimal would swallow what follows.
      std::snprintf(octal, sizeof octal, "\\%03o", c);
      text += octal;
    }
  }
  if (bytes.size() > most) text += "...";
  return text;
}

}  // namespace differential
