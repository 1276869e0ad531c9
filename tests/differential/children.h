// Peers in other languages, each a child process that answers frames.
//
// A frame to the child: its length (32 bits, little endian), then 'Q' or 'S'
// for a request or a response, then the input. The frame back: its length, then
// strings, each a length and that many bytes: verdict (A, U or R), the word for
// a refusal, method, target, phrase, minor version, status, end, body, number
// of fields, number of trailers, and name and value of each of those lines.
#ifndef H1_TESTS_DIFFERENTIAL_CHILDREN_H_
#define H1_TESTS_DIFFERENTIAL_CHILDREN_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/peers/peer.h"

namespace differential {

class Child {
 public:
  Child(std::string name, std::vector<std::string> command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const std::string& name() const { return name_; }
  // Ends the program when the child does not answer: a peer that died half way
  // is not one that agreed. What `out` points to lives until the next call.
  void Read(peer_kind kind, std::string_view input, peer_reading* out);

 private:
  void Send(const void* bytes, size_t size);
  void Receive(void* bytes, size_t size);

  std::string name_;
  int to_ = -1, from_ = -1;
  int pid_ = -1;
  std::string frame_;
};

// Decodes the strings of an answer; false when they are not such an answer.
bool DecodeAnswer(std::string_view frame, peer_reading* out);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_CHILDREN_H_
