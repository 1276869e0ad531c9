// A link with a delay: two network namespaces, each with one end of it, and a
// thread that carries packets between them and holds each for a while. It
// needs /dev/net/tun and the right to make namespaces; netem is not needed.
#ifndef H1_TESTS_SUPPORT_FAR_LINK_H_
#define H1_TESTS_SUPPORT_FAR_LINK_H_

#include <atomic>
#include <string>
#include <thread>

namespace h1_test {

class FarLink {
 public:
  // The calling thread, and what it starts from now on, is at the near end.
  // `one_way_ms`: how long a packet takes.
  explicit FarLink(int one_way_ms);
  ~FarLink();
  FarLink(const FarLink&) = delete;
  FarLink& operator=(const FarLink&) = delete;

  // Empty when the link is there, else why not.
  const std::string& problem() const { return problem_; }
  // Moves the calling thread to the far end.
  void GoFar() const;

  static constexpr char kNear[] = "10.77.0.1";
  static constexpr char kFar[] = "10.77.0.2";

 private:
  void Carry();

  std::string problem_;
  int one_way_ms_;
  int near_ = -1, far_ = -1;  // the ends
  int far_namespace_ = -1;
  std::atomic<bool> stop_{false};
  std::thread carrier_;
};

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_FAR_LINK_H_
