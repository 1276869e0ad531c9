// The attack table: the known ways to make an HTTP/1 parser or server misread
// a message, each with the advisory or section it comes from, as raw bytes and
// with what must become of them. codec_test runs every row through the
// codecs, socket_test through a live server; what is about time or
// memory is in tests/hostile, what is about files in files_test.
//
// A row is one request with nothing after it: whoever runs it puts another
// request there, which must be answered exactly when the row says so.
#ifndef H1_TESTS_ATTACKS_TABLE_H_
#define H1_TESTS_ATTACKS_TABLE_H_

#include <string>
#include <vector>

namespace h1_test {

struct Attack {
  std::string name;
  std::string reference;
  std::string bytes;
  int status = 200;
  // The stable name for which it is refused; empty when it is served.
  std::string reason = "";
  // What must have been taken for its body; only of a message that is sound.
  std::string body = "";
  // Whether the request after it is answered.
  bool persists = true;
};

// By family; each in a file of its own.
std::vector<Attack> LineAttacks();
std::vector<Attack> TargetAttacks();
std::vector<Attack> FieldAttacks();
std::vector<Attack> HostAttacks();
std::vector<Attack> LengthAttacks();
std::vector<Attack> CodingAttacks();
std::vector<Attack> ChunkAttacks();
std::vector<Attack> TrailerAttacks();
// One byte too many or another one at every place of a valid request.
std::vector<Attack> ByteAttacks();
// Every control and non-ASCII byte around a Transfer-Encoding.
std::vector<Attack> CodingByteAttacks();

// All of them.
std::vector<Attack> RequestAttacks();

// The same for the response decoder: what a hostile or confused server sends
// to those who embed the codecs.
struct ResponseAttack {
  std::string name;
  std::string reference;
  std::string bytes;        // may hold more than the response
  std::string reason = "";  // empty: accepted, and then:
  std::string body = "";
  size_t end = 0;  // where the message ends
  std::string method = "GET";
};
std::vector<ResponseAttack> ResponseAttacks();

}  // namespace h1_test

#endif  // H1_TESTS_ATTACKS_TABLE_H_
