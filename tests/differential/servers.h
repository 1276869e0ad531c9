// Servers as black boxes: a connection's bytes go in, and the answers are
// compared by what they say: served or refused.
#ifndef H1_TESTS_DIFFERENTIAL_SERVERS_H_
#define H1_TESTS_DIFFERENTIAL_SERVERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/compare.h"
#include "tests/differential/ours.h"

namespace differential {

struct ServerPeer {
  std::string name;
  int port;  // on 127.0.0.1
};

// Follows every case on its connection: who answers it has seen the case end.
extern const std::string_view kMarker;

// Sends all of `bytes`, says that no more will come, and gives back the status
// codes of the answers but 1xx, in order, up to the end of the connection.
std::vector<int> Probe(const ServerPeer& server, std::string_view bytes);

// The status codes that stand in `answer`.
std::vector<int> StatusCodes(std::string_view answer);

// Whether a status says that the request was not understood or is not taken, as
// against one about its resource.
bool IsRefusal(int status);

// `*at`: which request the first difference is about.
std::vector<Disagreement> CompareAnswers(const ServerPeer& server,
                                         const Answers& ours,
                                         const std::vector<int>& codes,
                                         size_t* at);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_SERVERS_H_
