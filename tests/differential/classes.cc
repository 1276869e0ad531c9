#include "tests/differential/classes.h"

#include <algorithm>

namespace differential {
namespace {

// Whether `word` is among `alternatives`, or begins with one of them.
bool IsAmong(std::string_view word, std::string_view alternatives, char between,
             bool begins) {
  if (alternatives.empty()) return word.empty() || begins;
  while (true) {
    const size_t end = alternatives.find(between);
    const std::string_view one = alternatives.substr(0, end);
    if (begins ? word.substr(0, one.size()) == one : word == one) return true;
    if (end == alternatives.npos) return false;
    alternatives.remove_prefix(end + 1);
  }
}

bool IsSameWay(How row, How found) {
  return row == found || (row == How::kWeAccept && found == How::kTheyRefuse);
}

void Append(const std::vector<Class>& rows, std::vector<Class>* all) {
  all->insert(all->end(), rows.begin(), rows.end());
}

}  // namespace

const std::vector<Class>& Classes() {
  static const std::vector<Class> all = [] {
    std::vector<Class> rows = ClassesOfServers();
    Append(ClassesOfAccepted(), &rows);
    Append(ClassesOfRefused(), &rows);
    return rows;
  }();
  return all;
}

const char* NameOf(Right right) {
  switch (right) {
    case Right::kUs:
      return "we are right";
    case Right::kThem:
      return "they are right";
    case Right::kBoth:
      return "both are allowed";
    case Right::kNobody:
      return "no judgement";
  }
  return "";
}

bool IsPeerOf(const Class& row, std::string_view peer) {
  return IsAmong(peer, row.peers, ' ', false);
}

size_t CountPeers(const Class& row) {
  const std::string_view peers = row.peers;
  return static_cast<size_t>(std::count(peers.begin(), peers.end(), ' ')) + 1;
}

const Class* Classify(const Facts& facts) {
  const Disagreement& found = facts.found;
  for (const Class& row : Classes()) {
    if (IsSameWay(row.how, found.how) && IsPeerOf(row, found.peer) &&
        IsAmong(found.ours, row.ours, '|', false) &&
        IsAmong(found.theirs, row.theirs, '|', true) &&
        (*row.part == '\0' || IsAmong(found.part, row.part, '|', false)) &&
        (row.holds == nullptr || row.holds(facts))) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace differential
