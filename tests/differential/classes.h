// The known disagreements: who differs from us, on what, and who is right.
//
// A disagreement that no row covers fails the run. A row is as narrow as it can
// be: peer, direction, our reason or the peer's word, and a check on the bytes
// where these leave too much open.
#ifndef H1_TESTS_DIFFERENTIAL_CLASSES_H_
#define H1_TESTS_DIFFERENTIAL_CLASSES_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/compare.h"
#include "tests/differential/ours.h"

namespace differential {

enum class Right {
  kUs,      // the RFC forbids what the peer does
  kThem,    // the RFC asks for what the peer does: a fault of ours
  kBoth,    // the RFC allows both
  kNobody,  // outside of what the peer is made for: no judgement
};
const char* NameOf(Right right);

struct Facts {
  peer_kind kind;
  std::string_view input;
  const Ours& ours;
  const Disagreement& found;
};

struct Class {
  const char* id;
  const char* peers;  // names, a space between them
  How how;            // kWeAccept: of the beginning of a message too
  // Alternatives, a '|' between them. `ours`: our reasons, whole; `theirs`: how
  // the peer's word begins; `part`: of a kRead, and of servers' answers (see
  // servers.cc), empty: any. Empty where there is none.
  const char* ours;
  const char* theirs;
  const char* part;
  Right right;
  const char* section;
  const char* note;
  peer_kind kind;
  std::string_view example;
  bool (*holds)(const Facts&);  // nullptr: nothing more to check
};

// All rows: those on servers, on messages we accept and on messages we refuse.
const std::vector<Class>& Classes();
std::vector<Class> ClassesOfAccepted();
std::vector<Class> ClassesOfRefused();
std::vector<Class> ClassesOfServers();

// Whether the row speaks of this peer; how many it speaks of.
bool IsPeerOf(const Class& row, std::string_view peer);
size_t CountPeers(const Class& row);

// The first row that covers it, or nullptr.
const Class* Classify(const Facts& facts);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_CLASSES_H_
