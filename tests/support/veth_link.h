// A link that can go down: two network namespaces and a pair of virtual
// devices between them. It needs `ip` of iproute2 and the right to make
// namespaces.
#ifndef H1_TESTS_SUPPORT_VETH_LINK_H_
#define H1_TESTS_SUPPORT_VETH_LINK_H_

#include <string>

namespace h1_test {

class VethLink {
 public:
  // The calling thread, and what it starts from now on, is at the near end.
  VethLink();
  ~VethLink();
  VethLink(const VethLink&) = delete;
  VethLink& operator=(const VethLink&) = delete;

  // Empty when the link is there, else why not.
  const std::string& problem() const { return problem_; }
  // Moves the calling thread to the far end.
  void GoFar() const;
  // Nothing arrives any more, in either direction, and nobody is told.
  void Cut() const;

  static constexpr char kNear[] = "10.78.0.1";
  static constexpr char kFar[] = "10.78.0.2";

 private:
  bool RunFar(const std::string& command) const;

  std::string problem_;
  int far_ = -1;  // its namespace
};

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_VETH_LINK_H_
