#include "tests/differential/run.h"

#include <algorithm>
#include <cstdio>

namespace differential {
namespace {

constexpr size_t kShrinkTries = 1500;

const uint8_t* Pointer(std::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

// Those that read a whole message and forgive little. Reading heads alone,
// picohttpparser is none of them; http-parser forgives on purpose.
bool IsStrict(const std::string& peer) {
  return peer == "llhttp" || peer == "node" || peer == "h11";
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

}  // namespace

std::vector<std::string> Peers::Names() const {
  std::vector<std::string> names;
  for (const Library& one : libraries) names.push_back(one.name);
  for (const auto& one : children) names.push_back(one->name());
  for (const ServerPeer& one : servers) names.push_back(one.name);
  return names;
}

std::vector<Disagreement> Run::Ask(const Library& library, const Input& input) {
  const bool heads_only = library.name == "picohttpparser";
  library.read(input.kind, Pointer(input.bytes), input.bytes.size(), &theirs_);
  if (!heads_only) {
    return Compare(library.name, ours_.message.verdict, ours_.message.why,
                   ours_.message, theirs_);
  }
  peer_reading head = ours_.message;
  head.end = ours_.head_end;
  std::vector<Disagreement> found =
      Compare(library.name, ours_.head,
              ours_.head == PEER_REFUSES ? h1_error_name(ours_.head_why) : "",
              head, theirs_);
  if (!ours_.has_chunks) return found;
  const std::string_view rest =
      std::string_view(input.bytes).substr(ours_.head_end);
  library.read(PEER_CHUNKS, Pointer(rest), rest.size(), &theirs_);
  head.end = ours_.chunks_end;
  const std::vector<Disagreement> more = Compare(
      library.name, ours_.chunks,
      ours_.chunks == PEER_REFUSES ? h1_error_name(ours_.chunks_why) : "", head,
      theirs_);
  found.insert(found.end(), more.begin(), more.end());
  return found;
}

std::vector<Disagreement> Run::Ask(Child* child, const Input& input) {
  child->Read(input.kind, input.bytes, &theirs_);
  return Compare(child->name(), ours_.message.verdict, ours_.message.why,
                 ours_.message, theirs_);
}

std::vector<Disagreement> Run::Ask(const ServerPeer& server,
                                   const Input& input) {
  connection_ = input.bytes + std::string(kMarker);
  const Answers ours = AnswersOfOurs(connection_, SIZE_MAX, &ours_);
  size_t at = 0;
  std::vector<Disagreement> found =
      CompareAnswers(server, ours, Probe(server, connection_), &at);
  // The rows of the table see the request that decided.
  judged_ = AnswersOfOurs(connection_, at + 1, &ours_).last;
  return found;
}

void Run::Judge(const Input& input) {
  ReadOurs(input.kind, input.bytes, &ours_);
  judged_ = input.bytes;
}

void Run::Note(const Input& input, const std::string& peer,
               const std::vector<Disagreement>& found, bool may_shrink) {
  Tally* tally = &tallies_[peer];
  tally->compared++;
  if (found.empty()) tally->agreed++;
  for (const Disagreement& one : found) {
    const Class* row = Classify({input.kind, judged_, ours_, one});
    if (row != nullptr) {
      tally->classes[row->id]++;
      continue;
    }
    tally->classes["UNCLASSIFIED"]++;
    Unknown* unknown = &unknown_[one.Key()];
    if (unknown->count == 0 ||
        input.bytes.size() < unknown->input.bytes.size()) {
      unknown->input = input;
      unknown->found = one;
      unknown->may_shrink = may_shrink;
    }
    unknown->count++;
  }
}

void Run::Show(const Input& input, Shown shown) {
  shown_++;
  Judge(input);
  size_t strict = 0, agreeing = 0;
  const auto note = [&](const std::string& peer,
                        const std::vector<Disagreement>& found) {
    Note(input, peer, found);
    strict += IsStrict(peer) ? 1 : 0;
    agreeing += IsStrict(peer) && found.empty() ? 1 : 0;
  };
  if (shown.libraries) {
    for (const Library& one : peers_->libraries)
      note(one.name, Ask(one, input));
  }
  if (shown.children) {
    for (const auto& one : peers_->children) {
      note(one->name(), Ask(one.get(), input));
    }
  }
  if (strict >= 2 && ours_.message.verdict == PEER_ACCEPTS) {
    accepted_++;
    thinly_ += agreeing < 2 ? 1 : 0;
  }
  if (!shown.servers || input.kind != PEER_REQUEST) return;
  for (const ServerPeer& one : peers_->servers) {
    note(one.name, Ask(one, input));
  }
}

std::vector<Disagreement> Run::CompareMeant(const std::string& peer,
                                            const peer_reading& meant) {
  return Compare(peer, PEER_ACCEPTS, "", meant, theirs_);
}

void Run::ShowMeant(const Input& input, const peer_reading& meant,
                    bool children) {
  shown_++;
  Judge(input);
  Note(input, "h1", Compare("h1", PEER_ACCEPTS, "", meant, ours_.message),
       false);
  for (const Library& one : peers_->libraries) {
    one.read(input.kind, Pointer(input.bytes), input.bytes.size(), &theirs_);
    peer_reading part = meant;
    if (!(theirs_.knows & PEER_KNOWS_BODY)) part.end = ours_.head_end;
    Note(input, one.name, CompareMeant(one.name, part), false);
  }
  if (!children) return;
  for (const auto& one : peers_->children) {
    one->Read(input.kind, input.bytes, &theirs_);
    Note(input, one->name(), CompareMeant(one->name(), meant), false);
  }
}

bool Run::Saw(const char* class_id) const {
  return std::any_of(tallies_.begin(), tallies_.end(), [&](const auto& one) {
    return one.second.classes.count(class_id) > 0;
  });
}

std::vector<Disagreement> Run::AskByName(const std::string& peer,
                                         const Input& input) {
  Judge(input);
  for (const Library& one : peers_->libraries) {
    if (one.name == peer) return Ask(one, input);
  }
  for (const auto& one : peers_->children) {
    if (one->name() == peer) return Ask(one.get(), input);
  }
  for (const ServerPeer& one : peers_->servers) {
    if (one.name == peer) return Ask(one, input);
  }
  return {};
}

bool Run::IsStill(const Unknown& unknown, const Input& smaller) {
  for (const Disagreement& one : AskByName(unknown.found.peer, smaller)) {
    if (one.Key() == unknown.found.Key() &&
        Classify({smaller.kind, judged_, ours_, one}) == nullptr) {
      return true;
    }
  }
  return false;
}

// Leaves out pieces, halves first and single bytes last, for as long as the
// disagreement stays what it is.
Input Run::Shrink(const Unknown& unknown) {
  Input best = unknown.input;
  if (!unknown.may_shrink) return best;
  size_t tries = 0;
  for (size_t piece = best.bytes.size() / 2; piece > 0;) {
    bool shrunk = false;
    for (size_t at = 0; at + piece <= best.bytes.size();) {
      if (++tries > kShrinkTries) return best;
      Input smaller = best;
      smaller.bytes.erase(at, piece);
      if (IsStill(unknown, smaller)) {
        best = smaller;
        shrunk = true;
      } else {
        at += piece;
      }
    }
    if (!shrunk || piece > best.bytes.size()) piece /= 2;
  }
  return best;
}

void Run::PrintTallies() const {
  std::printf("%zu inputs\n", shown_);
  for (const auto& [peer, tally] : tallies_) {
    std::printf("%s: %zu compared, %zu agreed\n", peer.c_str(), tally.compared,
                tally.agreed);
    for (const auto& [id, count] : tally.classes) {
      std::printf("    %8zu  %s\n", count, id.c_str());
    }
  }
  if (accepted_ > 0) {
    std::printf(
        "accepted by us with strict peers asked: %zu; with fewer than two of "
        "them agreeing, each difference in a class: %zu\n",
        accepted_, thinly_);
  }
}

void Run::PrintUnknown(const Unknown& unknown) {
  const Input small = Shrink(unknown);
  Print("UNCLASSIFIED (" + std::to_string(unknown.count) +
        " times): " + unknown.found.Key() + "\n");
  Print("    from " + unknown.input.name + "\n");
  Print(std::string("    ") +
        (small.kind == PEER_REQUEST ? "request" : "response") + " \"" +
        Escaped(small.bytes) + "\"\n");
  for (const Disagreement& one : AskByName(unknown.found.peer, small)) {
    if (one.Key() != unknown.found.Key()) continue;
    if (one.ours_text.empty() && one.theirs_text.empty()) continue;
    Print("    ours \"" + one.ours_text + "\", theirs \"" + one.theirs_text +
          "\"\n");
  }
}

bool Run::Report() {
  PrintTallies();
  std::vector<const Unknown*> worst;
  for (const auto& one : unknown_) worst.push_back(&one.second);
  std::sort(worst.begin(), worst.end(), [](const Unknown* a, const Unknown* b) {
    return a->count > b->count;
  });
  if (worst.size() > show_) worst.resize(show_);
  for (const Unknown* one : worst) PrintUnknown(*one);
  if (!unknown_.empty()) {
    std::printf("%zu disagreements that no class covers\n", unknown_.size());
  }
  return unknown_.empty();
}

}  // namespace differential
