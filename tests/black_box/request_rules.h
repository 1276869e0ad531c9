// The table of request_rules_test: requests as raw bytes, and what must
// become of them.
#ifndef H1_TESTS_BLACK_BOX_REQUEST_RULES_H_
#define H1_TESTS_BLACK_BOX_REQUEST_RULES_H_

#include <string>
#include <vector>

namespace h1_test {

struct Refused {
  std::string rule;
  std::string bytes;
  int status;
  std::string reason;  // empty where several names would be right
};

struct Served {
  std::string rule;
  std::string bytes;
  int status = 200;
  bool has_body = false;  // `body` is what the answer must hold
  std::string body = "";
  bool persists = true;
};

std::vector<Refused> RefusedRequests();
std::vector<Served> ServedRequests();

}  // namespace h1_test

#endif  // H1_TESTS_BLACK_BOX_REQUEST_RULES_H_
