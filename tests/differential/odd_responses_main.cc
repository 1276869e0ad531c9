// Prints our cells of the table of odd responses, for tests/differential/
// odd_responses: odd_responses_ours < odd_responses.txt
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/str_join.h"
#include "tests/differential/odd_responses.h"

int main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  for (const auto& odd : differential::ParseOddResponses(text)) {
    std::cout << absl::StrJoin(differential::VerdictsOf(odd), "\t") << "\n";
  }
  return std::cout.good() ? 0 : 1;
}
