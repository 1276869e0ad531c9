// The responses of odd_responses.txt, and what we make of them.
#ifndef H1_TESTS_DIFFERENTIAL_ODD_RESPONSES_H_
#define H1_TESTS_DIFFERENTIAL_ODD_RESPONSES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace differential {

struct OddResponse {
  std::string what;
  unsigned status;
  std::string body;
  std::string bytes;
};

// In the order of the file's text; lines that are no response are left out.
std::vector<OddResponse> ParseOddResponses(std::string_view text);

// "taken" when it is read as status and body say, "otherwise" when as another
// message; else the reason of its refusal.
std::string VerdictOf(const OddResponse& odd, uint32_t tolerances);

// A row's cells of ours: by default, with the set of user agents, of proxies.
std::vector<std::string> VerdictsOf(const OddResponse& odd);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_ODD_RESPONSES_H_
