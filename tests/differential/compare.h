// The difference between two readings of one input, in words that a class of
// disagreement can be keyed by.
#ifndef H1_TESTS_DIFFERENTIAL_COMPARE_H_
#define H1_TESTS_DIFFERENTIAL_COMPARE_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/ours.h"
#include "tests/peers/peer.h"

namespace differential {

enum class How {
  kWeRefuse,    // we refuse, the peer accepts
  kWeAccept,    // we accept, the peer refuses
  kPeerWaits,   // we accept, the peer asks for more input
  kWeWait,      // we ask for more input, the peer accepts
  kTheyRefuse,  // we ask for more input, the peer refuses
  kRead,        // both accept, `part` reads otherwise
};
const char* NameOf(How how);

struct Disagreement {
  std::string peer;
  How how;
  std::string ours;    // the name of our reason, when we refuse
  std::string theirs;  // the peer's word, when it refuses
  std::string part;    // kRead: method, target, version, ..., end, body
  std::string ours_text, theirs_text;  // kRead: both values, for the report

  // What shrinking must keep, and reports are grouped by.
  std::string Key() const;
};

// Neither accepts: agreed, whatever the reasons, and when the peer waits too;
// nothing was taken for a message by anybody.
std::vector<Disagreement> Compare(std::string_view peer, peer_verdict ours,
                                  std::string_view our_why,
                                  const peer_reading& reading,
                                  const peer_reading& theirs);

// Bytes as a C string would have them, shortened to `most` bytes.
std::string Escaped(std::string_view bytes, size_t most = 600);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_COMPARE_H_
